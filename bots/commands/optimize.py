"""/optimize: ask for the best schedule of a week, follow it, stop it, repeat it, take it back."""

from datetime import date, timedelta

from bots import result_buttons, words, words_publishing
from bots.actions import Action
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk, week_in
from bots.languages import N_, _, number, percent
from bots.reply import Audience, Button, ButtonStyle, Field, Progress, Reply, Tone
from service.schemas.people import TeamRead
from service.schemas.scheduling import RunAccepted, RunRead, RunRequest, RunStatus
from service.schemas.shifts import WeekRead

MOST_WEEKS = 5


async def run(talk: Talk, argument: str) -> Reply:
    """Start a run over the weeks that the asker names; weeks that are not open yet are opened."""
    talk.require_manager()
    team = await talk.team()
    start, count = week_in(argument, team)
    if count > MOST_WEEKS:
        raise Refusal(words.too_many_weeks(MOST_WEEKS))
    week, *__ = [await _opened(talk, team, start + timedelta(weeks=each)) for each in range(count)]
    return await _announced(talk, await talk.person.optimize(week.id, RunRequest(weeks=count)))


async def _opened(talk: Talk, team: TeamRead, start: date) -> WeekRead:
    return await talk.person.week_starting(team.id, start) or await talk.person.open_week(team.id, start)


def progress(run: RunRead, team_name: str, platform: str) -> Reply:
    """A run under way, for its announcing message on this platform."""
    span = words.week(run.first_week)
    if run.weeks > 1:
        span = _("{week} and {count} more").format(week=span, count=run.weeks - 1)
    seen = run.progress
    share = min(1.0, seen.seconds / run.time_limit_seconds)
    fields = (
        Field(label=_("Best so far"), value="–" if seen.objective is None else str(seen.objective)),
        Field(label=_("Bound"), value="–" if seen.bound is None else number(seen.bound, "0")),
        Field(label=_("Gap"), value="–" if seen.gap is None else percent(seen.gap)),
        Field(
            label=_("Time"),
            value=_("{seconds} of at most {limit} s").format(
                seconds=number(seen.seconds, "0"), limit=run.time_limit_seconds
            ),
        ),
    )
    stopping = run.cancel_requested and run.status in {RunStatus.PENDING, RunStatus.RUNNING}
    cancel = Button(
        action=Action.CANCEL_RUN,
        value=str(run.id),
        label=_("Stop"),
        style=ButtonStyle.DANGER,
        confirm=_("Stop this run?"),
    )
    return Reply(
        heading=_("Optimising {team}, {week}").format(team=team_name, week=span),
        text=_("Stopping …") if stopping else words_publishing.to_come(run, platform),
        audience=Audience.CHANNEL,
        fields=fields if run.status is RunStatus.RUNNING else (),
        progress=Progress(share=share if seen.seconds else None, label=words.phase(seen.phase)),
        buttons=() if stopping else (cancel,),
        follow_run=run.id,
    )


def ended(run: RunRead, team_name: str) -> Reply:
    """The last state of the announcing message; what came of it is posted anew."""
    outcome = {
        RunStatus.SUCCESS: _("Done in {seconds}: {result}.").format(
            seconds=words.seconds(run.runtime_seconds), result=words.run_state(run)
        ),
        RunStatus.CANCELLED: _("Stopped."),
        RunStatus.FAILED: _("It did not work out."),
    }.get(run.status, words.run_state(run))
    heading = _("Optimised {team}, {week}").format(team=team_name, week=words.week(run.first_week))
    tone = Tone.SUCCESS if run.status is RunStatus.SUCCESS else Tone.WARNING
    return Reply(heading=heading, text=outcome, tone=tone, audience=Audience.CHANNEL)


async def cancel(talk: Talk, value: str) -> Reply:
    """Stop a run; the best schedule found so far is kept where there is one."""
    run = await talk.person.cancel(int(value))
    return Reply(text=_("Stopping run {id}.").format(id=run.id), update=False)


async def again(talk: Talk, value: str) -> Reply:
    """Run the same weeks once more, on another course; a repair stays one."""
    talk.require_manager()
    before = await talk.person.run(int(value))
    # Another seed: the same one would only find the same schedule again.
    request = RunRequest(weeks=before.weeks, seed=before.id + 1, repair=before.repair)
    return await _announced(talk, await talk.person.optimize(before.weekly_schedule_id, request))


async def repair(talk: Talk, value: str) -> Reply:
    """Look for the smallest change of a published week that fills what is open."""
    talk.require_manager()
    return await _announced(talk, await talk.person.optimize(int(value), RunRequest(repair=True)))


async def relax(talk: Talk, value: str) -> Reply:
    """Give up the little that makes an impossible week possible, and run it again."""
    talk.require_manager()
    run_id, _, number = value.partition(":")
    return await _announced(talk, await talk.person.relax(int(run_id), int(number)))


async def _announced(talk: Talk, accepted: RunAccepted) -> Reply:
    run = await talk.person.run(accepted.run_id)
    await talk.speak_to_channel()
    return progress(run, (await talk.person.team(run.team_id)).name, talk.person.account.platform)


async def discard(talk: Talk, value: str) -> Reply:
    """Take back what a run proposed; its message offers no longer to publish it."""
    run = await talk.person.discard(int(value))
    await talk.speak_to_channel()
    return Reply(
        heading=_("Run {id}, {week}").format(id=run.id, week=words.week(run.first_week)),
        text=_("The schedule of run {id} is discarded.").format(id=run.id),
        tone=Tone.WARNING,
        audience=Audience.CHANNEL,
        buttons=(result_buttons.rerun(run.id),),
        update=True,
    )


COMMAND = Command(
    name="optimize",
    usage=N_("[week] [N weeks]"),
    summary=N_("find the best schedule and post it"),
    run=run,
    manager=True,
)
