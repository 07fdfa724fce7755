"""/publish: let everybody see a week."""

from dataclasses import replace
from datetime import timedelta

from bots import result_buttons, words, words_publishing
from bots.client import Refused
from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.languages import N_
from bots.picture import week_image
from bots.reply import Button, Reply, Tone
from service.schemas.shifts import Roster, WeekStatus


async def run(talk: Talk, argument: str) -> Reply:
    """Publish the week that the asker names, as it stands now."""
    talk.require_manager()
    week = await talk.week(argument)
    result = await talk.person.publish(week.id, week.version)
    return Reply(text=words_publishing.published(result), tone=Tone.SUCCESS)


async def pressed(talk: Talk, value: str) -> Reply:
    """Publish the week of a button, as it stood when the button was made; one that has changed is shown as it is now.

    Either way the message of the button is replaced: what it showed is no longer to be published.
    """
    week_id, __, version = value.partition(":")
    try:
        result = await talk.person.publish(int(week_id), int(version))
    except Refused as refused:
        if refused.problem.code != "version_moved":
            raise
        return replace(await _as_it_is(talk, int(week_id)), update=True)
    await talk.speak_to_channel()
    return Reply(text=words_publishing.published(result), tone=Tone.SUCCESS, update=True)


async def _as_it_is(talk: Talk, week_id: int) -> Reply:
    """The week with a button that publishes what waits, or who published it where nothing does."""
    roster = await talk.person.roster(week_id)
    await talk.speak_to_channel()
    if roster.week.status is not WeekStatus.DRAFT:
        proposal = await talk.person.roster(week_id, proposed=True)
        if not proposal.assignments:
            text = words_publishing.published_before(roster)
            return Reply(heading=words.week_title(roster), text=text, tone=Tone.SUCCESS)
        roster = proposal
    return Reply(
        heading=words.week_title(roster),
        text=words_publishing.changed(roster),
        tone=Tone.WARNING,
        image=week_image(roster),
        buttons=(result_buttons.publish(roster.week), *await _of_its_run(talk, roster)),
    )


async def _of_its_run(talk: Talk, roster: Roster) -> tuple[Button, ...]:
    """What else can be done with the week's schedule, where it is one of a run."""
    start = roster.week.week_start
    runs = await talk.person.runs(roster.week.team_id)
    used = [
        (run.applied_at, run.id)
        for run in runs
        if run.applied_at is not None and run.first_week <= start < run.first_week + timedelta(weeks=run.weeks)
    ]
    return result_buttons.of_run(max(used)[1]) if used else ()


COMMAND = Command(
    name="publish",
    usage=N_("[week]"),
    summary=N_("publish a week and tell everybody their shifts"),
    run=run,
    manager=True,
)
