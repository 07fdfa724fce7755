"""/runs: the latest optimisations of a team, and one in detail."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bots import words
from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.commands.why import score_reply
from bots.languages import N_, _, date_text, number, pgettext
from bots.reply import Field, Reply, Table, Tone
from service.schemas.scheduling import RunRead


async def run(talk: Talk, _argument: str) -> Reply:
    """The newest runs."""
    talk.require_manager()
    team = await talk.team()
    runs = await talk.person.runs(team.id)
    if not runs:
        return Reply(text=_("{team} was never optimised. Try /optimize next week.").format(team=team.name))
    zone = ZoneInfo(team.time_zone)
    rows = tuple(
        (
            str(each.id),
            words.week(each.first_week),
            _when(each.created_at.astimezone(zone)),
            words.run_state(each),
            _filled(each),
            words.seconds(each.runtime_seconds),
        )
        for each in runs
    )
    table = Table(columns=(_("Run"), _("Week"), _("Asked"), _("Result"), _("Filled"), _("Took")), rows=rows)
    return Reply(heading=_("Runs of {team}").format(team=team.name), text=_("Newest first."), table=table)


async def details(talk: Talk, value: str) -> Reply:
    """How a run went."""
    run = await talk.person.run(int(value))
    fields = (
        Field(label=_("Result"), value=words.run_state(run)),
        Field(label=_("Filled"), value=_filled(run)),
        Field(label=_("Score"), value="–" if run.objective is None else str(run.objective)),
        Field(label=_("Bound"), value="–" if run.bound is None else number(run.bound, "0")),
        Field(label=_("Took"), value=words.seconds(run.runtime_seconds)),
    )
    return Reply(
        heading=_("Run {id}, {week}").format(id=run.id, week=words.week(run.first_week)),
        text=_(run.error) if run.error else "",
        fields=fields,
    )


async def why(talk: Talk, value: str) -> Reply:
    """What the score of a run is made of, and why its places are open."""
    explained = await talk.person.explain_run(int(value))
    run = await talk.person.run(int(value))
    heading = _("What run {id} could not avoid").format(id=run.id)
    if explained.score is None:
        return Reply(heading=heading, text=_(explained.error or words.RUN_WITHOUT_SCHEDULE), tone=Tone.WARNING)
    return score_reply(heading, explained.score, _("{filled} places filled.").format(filled=_filled(run)))


def _when(asked: datetime) -> str:
    pattern = pgettext("date", "d MMM")
    return f"{date_text(asked, pattern)} {asked:%H:%M}"


def _filled(run: RunRead) -> str:
    return "–" if run.places is None else _("{filled} of {places}").format(filled=run.filled, places=run.places)


COMMAND = Command(name="runs", summary=N_("list the latest optimisations"), run=run, manager=True)
