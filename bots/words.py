"""Every sentence that people read, as typed functions, in the reader's language and zone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bots.languages import N_, _, date_text, number, percent, pgettext
from service.schemas.chat import ChannelPurpose
from service.schemas.people import TeamRead
from service.schemas.scheduling import RunRead, RunStatus, SolverStatus
from service.schemas.shifts import MyShift, Roster, WeekStatus

ADJECTIVES = {
    WeekStatus.DRAFT: N_("draft"),
    WeekStatus.PUBLISHED: N_("published"),
    WeekStatus.ARCHIVED: N_("archived"),
}
RUN_STATES = {
    RunStatus.PENDING: N_("waiting"),
    RunStatus.RUNNING: N_("running"),
    RunStatus.SUCCESS: N_("done"),
    RunStatus.FAILED: N_("failed"),
    RunStatus.CANCELLED: N_("cancelled"),
}

PHASES = {
    "start": N_("a first draft"),
    "search": N_("searching"),
    "improve": N_("improving"),
}


def too_fast() -> str:
    """More was asked within a minute than one person may."""
    return _("That is a lot at once. Give me a minute, then ask again.")


def sentence(text: str) -> str:
    """The text with a capital to begin with."""
    return text[:1].upper() + text[1:]


def week_state(status: WeekStatus) -> str:
    """How far a week is, in a word."""
    return _(ADJECTIVES[status])


def day(value: date) -> str:
    """A day without its year: Mon 7 Dec."""
    return date_text(value, pgettext("date", "EEE d MMM"))


def full_day(value: date) -> str:
    """A day with its year: 7 Dec 2026."""
    return date_text(value, pgettext("date", "d MMM y"))


def week(start: date) -> str:
    """A week by its first and last day: 7-13 Dec 2026."""
    end = start + timedelta(days=6)
    first = pgettext("date", "d") if start.month == end.month else pgettext("date", "d MMM")
    return f"{date_text(start, first)}–{full_day(end)}"


def week_title(roster: Roster) -> str:
    """The heading of a week."""
    return f"{roster.team.name}, {week(roster.week.week_start)}"


def hours(minutes: int) -> str:
    """7.5 h."""
    if minutes % 6 == 0:
        return _("{hours} h").format(hours=number(minutes / 60))
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def clock(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """16:30-23:00, local."""
    local = ZoneInfo(zone)
    return f"{starts_at.astimezone(local):%H:%M}–{ends_at.astimezone(local):%H:%M}"


def shift_line(shift: MyShift, *, of_team: bool = False) -> str:
    """A person's shift on one line: Fri 4 Dec  16:00-00:30  Dinner, Waiter; perhaps with the team."""
    starts = shift.starts_at.astimezone(ZoneInfo(shift.time_zone)).date()
    line = f"{day(starts)}  {clock(shift.starts_at, shift.ends_at, shift.time_zone)}  {shift.name}, {shift.role}"
    return f"{line} ({shift.team_name})" if of_team else line


def coverage(roster: Roster) -> str:
    """How much of a week is filled."""
    if roster.filled == roster.places:
        return _("all {places} places filled").format(places=roster.places)
    return _("{filled} of {places} places filled").format(filled=roster.filled, places=roster.places)


def roster_lines(roster: Roster) -> list[str]:
    """A whole week in words, one line a person: Ana: Mon 30 Nov 09:00–17:00 Lunch, Cook; Tue ..."""
    zone = ZoneInfo(roster.team.time_zone)
    shifts = {shift.id: shift for shift in roster.shifts}
    roles = {role.id: role.name for role in roster.roles}
    worked: dict[int, list[tuple[datetime, str]]] = {person.id: [] for person in roster.people}
    for assignment in roster.assignments:
        shift = shifts[assignment.planned_shift_id]
        when = f"{day(shift.starts_at.astimezone(zone).date())} {clock(shift.starts_at, shift.ends_at, zone.key)}"
        entry = (shift.starts_at, f"{when} {shift.name}, {roles[assignment.role_id]}")
        worked.setdefault(assignment.user_id, []).append(entry)
    off = _("off")
    return [
        f"{person.name}: {'; '.join(line for _at, line in sorted(worked[person.id])) or off}"
        for person in roster.people
    ]


def gap_lines(roster: Roster, limit: int = 12) -> list[str]:
    """Each place that nobody fills, with its reason where one is known."""
    zone = ZoneInfo(roster.team.time_zone)
    shifts = {shift.id: shift for shift in roster.shifts}
    roles = {role.id: role.name for role in roster.roles}
    lines = []
    for gap in sorted(roster.gaps, key=lambda gap: shifts[gap.planned_shift_id].starts_at):
        shift = shifts[gap.planned_shift_id]
        missing = _("{count} {role} missing").format(count=gap.missing, role=roles[gap.role_id])
        line = f"{day(shift.starts_at.astimezone(zone).date())} {shift.name}: {missing}"
        lines.append(f"{line} ({gap.reason})" if gap.reason else line)
    left = len(lines) - limit
    return [*lines[:limit], more(left)] if left > 0 else lines


def more(count: int) -> str:
    """What a shortened list leaves out."""
    return _("… and {count} more").format(count=count)


def too_long(count: int, most: int) -> str:
    """A text that does not fit."""
    return _("This has {count} characters, and {most} fit. Please say it in fewer words.").format(
        count=count, most=most
    )


def quality(run: RunRead) -> str:
    """How good a result is, for people: proven best possible, or how near."""
    if run.solver_status is SolverStatus.OPTIMAL:
        return _("proven optimal")
    if run.gap is not None:
        return _("within {gap} of the best possible").format(gap=percent(run.gap))
    return _("good, but not proven best")


def run_state(run: RunRead) -> str:
    """A run in a word or two."""
    if run.status is RunStatus.SUCCESS and run.solver_status is not None:
        return quality(run)
    return _(RUN_STATES[run.status])


def phase(name: str | None) -> str:
    """What a run is busy with."""
    return _(PHASES.get(name, name)) if name else _("waiting for a worker")


def seconds(value: float | None) -> str:
    """12.3 s."""
    return "–" if value is None else _("{seconds} s").format(seconds=number(value, "0.0"))


def unknown_command(word: str, near: Sequence[str]) -> str:
    """A command that does not exist."""
    said = [_("There is no command {word}.").format(word=word) if word else _("There is no such command.")]
    if near:
        said.append(_("Did you mean {commands}?").format(commands=_(" or ").join(near)))
    return " ".join([*said, _("/help lists them all.")])


def only_commands() -> str:
    """To somebody who writes to Rota as to a person."""
    return _("Send a command, for example /myshifts. /help shows them all.")


def unknown_week(words: str) -> str:
    """Words that name no week."""
    return _("I cannot tell which week “{words}” is. Try: this week, next week, 7 Dec or 2026-12-07.").format(
        words=words
    )


def no_such_week(teams: Sequence[TeamRead], start: date, *, manager: bool) -> str:
    """A week that does not exist, or not for this person."""
    if manager:
        said = _("The week {week} of {team} is not open yet. {command} opens and fills it.")
    else:
        said = _("The week {week} of {team} is not published yet. You get a message when it is.")
    names = ", ".join(team.name for team in teams)
    return said.format(week=week(start), team=names, command=f"/optimize {start.isoformat()}")


def too_many_weeks(most: int) -> str:
    """More weeks at once than a run takes."""
    return _("I can plan at most {most} weeks at once. Try: /optimize next week {most} weeks.").format(most=most)


def which_team(teams: Sequence[TeamRead]) -> str:
    """Somebody of several teams who did not say which one."""
    names = ", ".join(team.name for team in teams)
    return _("You are in several teams ({names}). Ask in the channel of the one that you mean.").format(names=names)


def setup_which(teams: Sequence[TeamRead]) -> str:
    """A channel that could be the one of several teams."""
    names = ", ".join(team.name for team in teams)
    return _("Which team is this channel for? Type /setup and its name: {names}.").format(names=names)


def channel_linked(team: TeamRead, purpose: ChannelPurpose) -> str:
    """A channel that was given to a team."""
    if purpose is ChannelPurpose.TRADES:
        said = _(
            "{team} trades shifts here from now on: a shift that somebody drops is posted for everybody to take."
        )
        return said.format(team=team.name)
    said = _("This is now the channel of {team}: its weeks are posted here. /optimize makes the next one.")
    return said.format(team=team.name)


SETUP_WHERE = N_("Type /setup in the channel of your team, not in a direct message.")
NO_TEAM = N_("You are in no team yet. Ask your manager to add you.")
MANAGERS_ONLY = N_("Only managers can do that. Ask the manager of your team.")
UNREACHABLE = N_("Rota's service does not answer right now. Nothing was lost; try again in a moment.")
RUN_WITHOUT_SCHEDULE = N_("This run found no schedule.")
NO_SCHEDULE = N_("No schedule was found.")
LINK_HOW = N_("Ask your manager for a link code, then type /link and the code.")


def broken(reference: str) -> str:
    """An error that nobody foresaw."""
    said = _(
        "Something went wrong on our side. It is noted under the reference {reference}; try again, or tell us that."
    )
    return said.format(reference=reference)


def welcome(name: str) -> str:
    """To somebody whose account was linked."""
    return _("Welcome, {name}. /help shows what you can do.").format(name=name)
