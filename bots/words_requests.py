"""The sentences about time off, in the zone that its days are meant in."""

from collections.abc import Sequence
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from bots import words
from bots.languages import N_, _, ngettext
from service.schemas.requests import AffectedShift, TimeOffKind, TimeOffRead, TimeOffStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus

KINDS = {
    TimeOffKind.VACATION: N_("vacation"),
    TimeOffKind.SICK: N_("sick leave"),
    TimeOffKind.PERSONAL: N_("personal time off"),
    TimeOffKind.OTHER: N_("time off"),
}
WAITING = N_("waiting for a decision")
WITHDRAWN = N_("withdrawn")
DECIDED = {
    TimeOffStatus.APPROVED: (N_("approved"), N_("approved by {person}"), N_("approved by {person}: “{note}”")),
    TimeOffStatus.REJECTED: (N_("declined"), N_("declined by {person}"), N_("declined by {person}: “{note}”")),
}


def kind(value: TimeOffKind) -> str:
    """What time off is for, in a word or two."""
    return _(KINDS[value])


def kind_choice(value: TimeOffKind) -> str:
    """The same as one of several to choose from."""
    return _("Something else") if value is TimeOffKind.OTHER else words.sentence(kind(value))


def when(request: TimeOffRead) -> str:
    """Its days, with times only where it does not take whole days: Thu 24 Dec - Sat 2 Jan (10 days)."""
    zone = ZoneInfo(request.time_zone)
    starts, ends = request.starts_at.astimezone(zone), request.ends_at.astimezone(zone)
    first, last = starts.date(), ends.date()
    if starts.time() == ends.time() == time(0):
        last -= timedelta(days=1)
        count = (last - first).days + 1
        if count == 1:
            return words.day(first)
        days = ngettext("{count} day", "{count} days", count).format(count=count)
        return f"{words.day(first)} – {words.day(last)} ({days})"
    if ends.time() == time(0) and last == first + timedelta(days=1):
        return f"{words.day(first)}, {starts:%H:%M}–24:00"
    if first == last:
        return f"{words.day(first)}, {starts:%H:%M}–{ends:%H:%M}"
    return f"{words.day(first)} {starts:%H:%M} – {words.day(last)} {ends:%H:%M}"


def what(request: TimeOffRead) -> str:
    """Its kind and days: vacation, Thu 24 Dec - Sat 2 Jan (10 days)."""
    return f"{kind(request.kind)}, {when(request)}"


def asks(request: TimeOffRead) -> str:
    """A request in one line: Sam asks for vacation, Fri 4 Dec."""
    return _("{person} asks for {what}").format(person=request.person.name, what=what(request))


def state(request: TimeOffRead) -> str:
    """What became of a request, who decided it, and what they said."""
    if request.status is TimeOffStatus.PENDING:
        return _(WAITING)
    if request.status is TimeOffStatus.CANCELLED:
        return _(WITHDRAWN)
    alone, by_whom, with_note = DECIDED[request.status]
    if request.decided_by is None:
        return _(alone)
    return _(with_note if request.note else by_whom).format(person=request.decided_by.name, note=request.note)


def affected(shift: AffectedShift) -> str:
    """A shift that time off would open: Fri 4 Dec  16:00-23:00  Dinner, Waiter (published)."""
    starts = shift.starts_at.astimezone(ZoneInfo(shift.time_zone)).date()
    hours = words.clock(shift.starts_at, shift.ends_at, shift.time_zone)
    known = shift.week_status is not WeekStatus.DRAFT and shift.status is AssignmentStatus.CONFIRMED
    mark = _("published") if known else _("not published yet")
    return f"{words.day(starts)}  {hours}  {shift.name}, {shift.role} ({mark})"


def affected_lines(shifts: Sequence[AffectedShift]) -> list[str]:
    """Shifts as a list."""
    return [f"• {affected(shift)}" for shift in shifts]


def shifts_then(count: int) -> str:
    """How many shifts somebody has in that time."""
    if not count:
        return _("on no shift then")
    return ngettext("on {count} shift then", "on {count} shifts then", count).format(count=count)


def unknown_days(said: str) -> str:
    """Words that name no days."""
    return _(
        "I cannot tell which days “{words}” are. Try: /timeoff fri, /timeoff fri 14:00-18:00, or /timeoff 24 Dec "
        "to 2 Jan vacation."
    ).format(words=said)


def asked(request: TimeOffRead, shifts: Sequence[AffectedShift]) -> str:
    """A request was made; which shifts its person still has until it is approved."""
    lines = [_("Asked for {what}. You hear when it is decided.").format(what=what(request))]
    if shifts:
        lines += [_("Until then you are on these shifts:"), *affected_lines(shifts)]
    return "\n".join(lines)


def to_decide(request: TimeOffRead, shifts: Sequence[AffectedShift]) -> str:
    """What a manager should know before deciding."""
    lines = [f"“{request.reason}”"] if request.reason else []
    lines.append(_("They are on these shifts then:") if shifts else _("They are on no shift then."))
    return "\n".join([*lines, *affected_lines(shifts)])


def breaks(request: TimeOffRead, shifts: Sequence[AffectedShift]) -> str:
    """What approving would open."""
    first = ngettext("{person} is on {count} shift then:", "{person} is on {count} shifts then:", len(shifts))
    return "\n".join(
        [
            first.format(person=request.person.name, count=len(shifts)),
            *affected_lines(shifts),
            _("Approving takes them off, and these places are open again."),
        ]
    )


def yes(request: TimeOffRead, released: Sequence[AffectedShift]) -> str:
    """A manager approved, and what that opened."""
    lines = [_("Approved: {person}, {what}. They are told.").format(person=request.person.name, what=what(request))]
    if released:
        weeks = sorted({shift.week_start.isoformat() for shift in released})[:3]
        repair = ", ".join(f"/optimize {week}" for week in weeks)
        lines += [_("These places are open now:"), *affected_lines(released)]
        lines.append(_("{command} finds who takes over, and changes little else.").format(command=repair))
    return "\n".join(lines)


def no(request: TimeOffRead) -> str:
    """A manager declined."""
    return _("Declined: {person}, {what}. They are told.").format(person=request.person.name, what=what(request))


def taken_back(request: TimeOffRead, reader_id: int) -> str:
    """Somebody took a request back."""
    if request.person.id == reader_id:
        return _("Withdrawn: your request for {what}.").format(what=what(request))
    return _("Taken back: {person}, {what}. They are told.").format(person=request.person.name, what=what(request))


def decided(request: TimeOffRead) -> str:
    """The person hears the decision: Vacation, Thu 24 Dec: approved by Maria."""
    return f"{words.sentence(what(request))}: {state(request)}"


def withdrawn(request: TimeOffRead, by: str, *, by_themself: bool) -> str:
    """Approved time off will not be taken."""
    if by_themself:
        return _("{person} no longer takes {what}, and can work then.").format(person=by, what=what(request))
    return _("{person} took back the yes to {what}.").format(person=by, what=what(request))


def more(count: int) -> str:
    """What a list leaves out."""
    return ngettext(
        "… and {count} more, once these are decided.", "… and {count} more, once these are decided.", count
    ).format(count=count)


def approvals(*, waiting: bool, own: bool) -> str:
    """What /approvals found."""
    if waiting:
        return _("Waiting for your decision, the longest first.")
    return _("Your own requests.") if own else _("Nothing waits for you. /timeoff asks for time off.")


TIME_OFF_HOW = N_("Or in one line: /timeoff fri, /timeoff tomorrow 14:00-18:00, /timeoff 24 Dec to 2 Jan vacation.")
ENDS_FIRST = N_("This ends before it begins.")
OLD_BUTTON = N_("This button is of another version of Rota. /approvals shows what is there now.")
