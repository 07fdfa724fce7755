"""/optimize: ask for the best schedule of a week, follow it, stop it, repeat it, take it back."""

from datetime import date, timedelta

from bots import words
from bots.actions import Action
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk, week_in
from bots.reply import Audience, Button, ButtonStyle, Field, Progress, Reply, Tone
from service.schemas.people import TeamRead
from service.schemas.scheduling import RunRead, RunRequest, RunStatus
from service.schemas.shifts import WeekRead

MOST_WEEKS = 5


async def run(talk: Talk, argument: str) -> Reply:
    """Start a run over the weeks that the asker names; weeks that are not open yet are opened."""
    talk.require_manager()
    team = await talk.team()
    start, count = week_in(argument, team)
    if count > MOST_WEEKS:
        raise Refusal(words.too_many_weeks(MOST_WEEKS))
    week, *_ = [await _opened(talk, team, start + timedelta(weeks=number)) for number in range(count)]
    accepted = await talk.person.optimize(week.id, RunRequest(weeks=count))
    return progress(await talk.person.run(accepted.run_id), team.name)


async def _opened(talk: Talk, team: TeamRead, start: date) -> WeekRead:
    return await talk.person.week_starting(team.id, start) or await talk.person.open_week(team.id, start)


def progress(run: RunRead, team_name: str) -> Reply:
    """A run under way, for its announcing message."""
    span = words.week(run.first_week) + (f" and {run.weeks - 1} more" if run.weeks > 1 else "")
    seen = run.progress
    share = min(1.0, seen.seconds / run.time_limit_seconds)
    fields = (
        Field(label="Best so far", value="–" if seen.objective is None else str(seen.objective)),
        Field(label="Bound", value="–" if seen.bound is None else f"{seen.bound:.0f}"),
        Field(label="Gap", value="–" if seen.gap is None else f"{seen.gap:.1%}"),
        Field(label="Time", value=f"{seen.seconds:.0f} of at most {run.time_limit_seconds} s"),
    )
    stopping = run.cancel_requested and run.status in {RunStatus.PENDING, RunStatus.RUNNING}
    cancel = Button(
        action=Action.CANCEL_RUN, value=str(run.id), label="Stop", style=ButtonStyle.DANGER, confirm="Stop this run?"
    )
    return Reply(
        heading=f"Optimising {team_name}, {span}",
        text="Stopping …" if stopping else "Looking for the best schedule. It is posted here when it is ready.",
        audience=Audience.CHANNEL,
        fields=fields if run.status is RunStatus.RUNNING else (),
        progress=Progress(share=share if seen.seconds else None, label=seen.phase or "waiting for a worker"),
        buttons=() if stopping else (cancel,),
        follow_run=run.id,
    )


def ended(run: RunRead, team_name: str) -> Reply:
    """The last state of the announcing message; what came of it is posted anew."""
    outcome = {
        RunStatus.SUCCESS: f"Done in {words.seconds(run.runtime_seconds)}: {words.run_state(run)}.",
        RunStatus.CANCELLED: "Stopped.",
        RunStatus.FAILED: "It did not work out.",
    }.get(run.status, words.run_state(run))
    heading = f"Optimised {team_name}, {words.week(run.first_week)}"
    tone = Tone.SUCCESS if run.status is RunStatus.SUCCESS else Tone.WARNING
    return Reply(heading=heading, text=outcome, tone=tone, audience=Audience.CHANNEL)


async def cancel(talk: Talk, value: str) -> Reply:
    """Stop a run; the best schedule found so far is kept where there is one."""
    run = await talk.person.cancel(int(value))
    return Reply(text=f"Stopping run {run.id}.", update=False)


async def again(talk: Talk, value: str) -> Reply:
    """Run the same weeks once more, on another course."""
    talk.require_manager()
    before = await talk.person.run(int(value))
    team = await talk.team()
    # Another seed: the same one would only find the same schedule again.
    request = RunRequest(weeks=before.weeks, seed=before.id + 1)
    accepted = await talk.person.optimize(before.weekly_schedule_id, request)
    return progress(await talk.person.run(accepted.run_id), team.name)


async def discard(talk: Talk, value: str) -> Reply:
    """Take back what a run proposed."""
    run = await talk.person.discard(int(value))
    return Reply(text=f"The schedule of run {run.id} is discarded.", tone=Tone.WARNING, audience=Audience.CHANNEL)


COMMAND = Command(
    name="optimize",
    usage="[week] [N weeks]",
    summary="find the best schedule and post it",
    run=run,
    manager=True,
)
