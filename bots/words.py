"""Every sentence that people read, as typed functions, in the reader's zone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.schemas.base import Problem
from service.schemas.people import TeamRead
from service.schemas.scheduling import RunRead, RunStatus, SolverStatus
from service.schemas.shifts import MyShift, Roster, WeekStatus

ADJECTIVES = {WeekStatus.DRAFT: "draft", WeekStatus.PUBLISHED: "published", WeekStatus.ARCHIVED: "archived"}


def day(value: date) -> str:
    """A day without its year: Mon 7 Dec."""
    return f"{value:%a} {value.day} {value:%b}"


def week(start: date) -> str:
    """A week by its first and last day: 7-13 Dec 2026."""
    end = start + timedelta(days=6)
    first = f"{start.day}" if start.month == end.month else f"{start.day} {start:%b}"
    return f"{first}–{end.day} {end:%b %Y}"


def week_title(roster: Roster) -> str:
    """The heading of a week."""
    return f"{roster.team.name}, {week(roster.week.week_start)}"


def hours(minutes: int) -> str:
    """7.5 h."""
    return f"{minutes / 60:g} h" if minutes % 6 == 0 else f"{minutes // 60} h {minutes % 60} min"


def clock(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """16:30-23:00, local."""
    local = ZoneInfo(zone)
    return f"{starts_at.astimezone(local):%H:%M}–{ends_at.astimezone(local):%H:%M}"


def shift_line(shift: MyShift) -> str:
    """A person's shift on one line: Fri 4 Dec  16:00-00:30  Dinner, Waiter."""
    starts = shift.starts_at.astimezone(ZoneInfo(shift.time_zone)).date()
    return f"{day(starts)}  {clock(shift.starts_at, shift.ends_at, shift.time_zone)}  {shift.name}, {shift.role}"


def coverage(roster: Roster) -> str:
    """How much of a week is filled."""
    if roster.filled == roster.places:
        return f"all {roster.places} places filled"
    return f"{roster.filled} of {roster.places} places filled"


def gap_lines(roster: Roster, limit: int = 12) -> list[str]:
    """Each place that nobody fills, with its reason where one is known."""
    zone = ZoneInfo(roster.team.time_zone)
    shifts = {shift.id: shift for shift in roster.shifts}
    roles = {role.id: role.name for role in roster.roles}
    lines = []
    for gap in sorted(roster.gaps, key=lambda gap: shifts[gap.planned_shift_id].starts_at):
        shift = shifts[gap.planned_shift_id]
        missing = f"{gap.missing} {roles[gap.role_id]} missing"
        line = f"{day(shift.starts_at.astimezone(zone).date())} {shift.name}: {missing}"
        lines.append(f"{line} ({gap.reason})" if gap.reason else line)
    more = len(lines) - limit
    return [*lines[:limit], f"… and {more} more"] if more > 0 else lines


def quality(run: RunRead) -> str:
    """How good a result is, for people: proven best possible, or how near."""
    if run.solver_status is SolverStatus.OPTIMAL:
        return "proven optimal"
    if run.gap is not None:
        return f"within {run.gap:.1%} of the best possible"
    return "good, but not proven best"


def run_state(run: RunRead) -> str:
    """A run in a word or two."""
    if run.status is RunStatus.SUCCESS and run.solver_status is not None:
        return quality(run)
    return run.status.lower()


def seconds(value: float | None) -> str:
    """12.3 s."""
    return "–" if value is None else f"{value:.1f} s"


def refusal(problem: Problem) -> str:
    """What the service refused, and what can be done."""
    faults = "".join(f"\n• {fault.field}: {fault.reason}" for fault in problem.faults)
    return " ".join(filter(None, (problem.detail, problem.way_forward))) + faults


def unknown_command(word: str, near: Sequence[str]) -> str:
    """A command that does not exist."""
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"There is no command {word}.{hint} /help lists them all."


def unknown_week(words: str) -> str:
    """Words that name no week."""
    return f"I cannot tell which week “{words}” is. Try: this week, next week, 7 Dec or 2026-12-07."


def no_such_week(team: TeamRead, start: date, *, manager: bool) -> str:
    """A week that does not exist, or not for this person."""
    if manager:
        hint = f"/optimize {start.isoformat()} opens and fills it."
        return f"The week {week(start)} of {team.name} is not open yet. {hint}"
    return f"The week {week(start)} of {team.name} is not published yet. You get a message when it is."


def too_many_weeks(most: int) -> str:
    """More weeks at once than a run takes."""
    return f"I can plan at most {most} weeks at once. Try: /optimize next week {most} weeks."


def which_team(teams: Sequence[TeamRead]) -> str:
    """Somebody of several teams who did not say which one."""
    names = ", ".join(team.name for team in teams)
    return f"You are in several teams ({names}). Ask in the channel of the one that you mean."


def setup_which(teams: Sequence[TeamRead]) -> str:
    """A channel that could be the one of several teams."""
    return f"Which team is this channel for? Type /setup and its name: {', '.join(team.name for team in teams)}."


def channel_linked(team: TeamRead) -> str:
    """A channel that was given to a team."""
    return f"This is now the channel of {team.name}: its weeks are posted here. /optimize makes the next one."


SETUP_WHERE = "Type /setup in the channel of your team, not in a direct message."
NO_TEAM = "You are in no team yet. Ask your manager to add you."
MANAGERS_ONLY = "Only managers can do that. Ask the manager of your team."
UNREACHABLE = "Rota's service does not answer right now. Nothing was lost; try again in a moment."
LINK_HOW = "Ask your manager for a link code, then type /link and the code."


def broken(reference: str) -> str:
    """An error that nobody foresaw."""
    return (
        f"Something went wrong on our side. It is noted under the reference {reference}; try again, or tell us that."
    )
