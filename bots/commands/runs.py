"""/runs: the latest optimisations of a team, and one in detail."""

from zoneinfo import ZoneInfo

from bots import words
from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.reply import Field, Reply, Table
from service.schemas.scheduling import RunRead

TERMS = {
    "COVERAGE": "unfilled places",
    "FAIRNESS": "uneven hours",
    "REQUESTS": "wishes not met",
    "COST": "wages",
    "STABILITY": "changes to the earlier schedule",
    "MINUTES": "hours below or above contract",
}


async def run(talk: Talk, _argument: str) -> Reply:
    """The newest runs."""
    talk.require_manager()
    team = await talk.team()
    runs = await talk.person.runs(team.id)
    if not runs:
        return Reply(text=f"{team.name} was never optimised. Try /optimize next week.")
    zone = ZoneInfo(team.time_zone)
    rows = tuple(
        (
            str(each.id),
            words.week(each.first_week),
            f"{each.created_at.astimezone(zone):%d %b %H:%M}",
            words.run_state(each),
            _filled(each),
            words.seconds(each.runtime_seconds),
        )
        for each in runs
    )
    table = Table(columns=("Run", "Week", "Asked", "Result", "Filled", "Took"), rows=rows)
    return Reply(heading=f"Runs of {team.name}", text="Newest first.", table=table)


async def details(talk: Talk, value: str) -> Reply:
    """How a run went."""
    run = await talk.person.run(int(value))
    fields = (
        Field(label="Result", value=words.run_state(run)),
        Field(label="Filled", value=_filled(run)),
        Field(label="Score", value="–" if run.objective is None else str(run.objective)),
        Field(label="Bound", value="–" if run.bound is None else f"{run.bound:.0f}"),
        Field(label="Took", value=words.seconds(run.runtime_seconds)),
    )
    return Reply(heading=f"Run {run.id}, {words.week(run.first_week)}", text=run.error or "", fields=fields)


async def why(talk: Talk, value: str) -> Reply:
    """What the score of a run is made of."""
    run = await talk.person.run(int(value))
    lines = [
        f"• {points} for {TERMS.get(term, term.replace('_', ' ').lower())}"
        for term, points in sorted(run.terms.items(), key=lambda item: -item[1])
        if points
    ]
    text = "\n".join(lines) or run.error or "Nothing was left to be wished for: the score is 0."
    return Reply(heading=f"What run {run.id} could not avoid", text=text)


def _filled(run: RunRead) -> str:
    return "–" if run.places is None else f"{run.filled} of {run.places}"


COMMAND = Command(name="runs", summary="list the latest optimisations", run=run, manager=True)
