"""What is shown about time off: the question to managers, the decision to the person, entries of lists."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from bots import words, words_requests, words_sick
from bots.actions import Action
from bots.languages import _
from bots.reply import Button, ButtonStyle, Reply, Section, Tone
from service.schemas.notifications import SickCalled, TimeOffAsked, TimeOffDecided, TimeOffWithdrawn
from service.schemas.requests import AffectedShift, TimeOffDecision, TimeOffRead, TimeOffStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus


def asked(content: TimeOffAsked) -> Reply:
    """A manager is asked; what was decided meanwhile is only told."""
    request = content.request
    heading = words_requests.asks(request)
    if request.status is not TimeOffStatus.PENDING:
        return Reply(heading=heading, text=words.sentence(words_requests.state(request)))
    return Reply(
        heading=heading,
        text=words_requests.to_decide(request, content.shifts),
        buttons=_decision(f"timeoff:{request.id}") if request.can_decide else (),
    )


def decided(content: TimeOffDecided) -> Reply:
    """The person hears the decision, and which shifts they are off."""
    lines = [words_requests.decided(content.request)]
    if content.released:
        lines += [_("You are off these shifts:"), *(f"− {words.shift_line(shift)}" for shift in content.released)]
    approved = content.request.status is TimeOffStatus.APPROVED
    return Reply(text="\n".join(lines), tone=Tone.SUCCESS if approved else Tone.WARNING)


def withdrawn(content: TimeOffWithdrawn) -> Reply:
    """Approved time off was taken back."""
    by = content.withdrawn_by
    text = words_requests.withdrawn(content.request, by.name, by_themself=by.id == content.request.person.id)
    return Reply(text=text, tone=Tone.WARNING)


def sick(content: SickCalled) -> Reply:
    """A manager hears that somebody is sick; of a call that was taken back meanwhile no more than that."""
    heading = words_sick.heading(content.request)
    if content.request.status is not TimeOffStatus.APPROVED:
        return Reply(heading=heading, text=words.sentence(words_requests.state(content.request)))
    weeks = {week.id: week.week_start for week in content.weeks}
    return Reply(heading=heading, text=words_sick.news(content), tone=Tone.WARNING, buttons=_repairs(weeks))


def waiting(request: TimeOffRead, shifts: Sequence[AffectedShift]) -> Reply:
    """A request was made."""
    return Reply(text=words_requests.asked(request, shifts), tone=Tone.SUCCESS, buttons=(_withdraw(request),))


def to_decide(request: TimeOffRead, shifts: Sequence[AffectedShift]) -> Section:
    """A request in the list of who decides it."""
    parts = [f"“{request.reason}”"] if request.reason else []
    return Section(
        heading=words_requests.asks(request),
        text=", ".join([*parts, words_requests.shifts_then(len(shifts))]),
        buttons=_decision(f"timeoff:{request.id}:list"),
    )


def own(request: TimeOffRead) -> Section:
    """A request in the list of who made it."""
    over = request.ends_at <= datetime.now(UTC)
    can = request.status in {TimeOffStatus.PENDING, TimeOffStatus.APPROVED} and not over
    return Section(
        heading=_("You: {what}").format(what=words_requests.what(request)),
        text=words.sentence(words_requests.state(request)),
        buttons=(_withdraw(request, ":list"),) if can else (),
    )


def breaks(request: TimeOffRead, shifts: Sequence[AffectedShift], value: str) -> Reply:
    """Approving would open shifts: which, and whether it shall be all the same. `value` is the pressed button's."""
    number, __, rest = value.partition(":")
    flags = f":{rest}" if rest else ""
    anyway = Button(
        action=Action.APPROVE,
        value=f"timeoff:{number}:anyway{flags}",
        label=_("Approve anyway"),
        style=ButtonStyle.DANGER,
    )
    decline = Button(action=Action.DECLINE, value=f"timeoff:{number}{flags}", label=_("Decline"))
    return Reply(
        heading=words_requests.asks(request),
        text=words_requests.breaks(request, shifts),
        tone=Tone.WARNING,
        buttons=(anyway, decline),
    )


def said_yes(decision: TimeOffDecision) -> Reply:
    """What a manager hears who approved."""
    text = words_requests.yes(decision.request, decision.released)
    tone = Tone.WARNING if decision.released else Tone.SUCCESS
    weeks = {
        shift.weekly_schedule_id: shift.week_start
        for shift in decision.released
        if shift.week_status is WeekStatus.PUBLISHED and shift.status is AssignmentStatus.CONFIRMED
    }
    return Reply(text=text, tone=tone, buttons=_repairs(weeks), update=True)


def _repairs(weeks: Mapping[int, date]) -> tuple[Button, ...]:
    """For each published week that has an open place now, the way to its smallest change."""
    return tuple(
        Button(
            action=Action.REPAIR_WEEK,
            value=str(week_id),
            label=_("Find a repair")
            if len(weeks) == 1
            else _("Repair {week}").format(week=words.week(weeks[week_id])),
            style=ButtonStyle.PRIMARY,
        )
        for week_id in sorted(weeks)[:3]
    )


def said_no(request: TimeOffRead) -> Reply:
    """What a manager hears who declined."""
    return Reply(text=words_requests.no(request), tone=Tone.SUCCESS, update=True)


def taken_back(request: TimeOffRead, reader_id: int) -> Reply:
    """What somebody hears who took a request back."""
    return Reply(text=words_requests.taken_back(request, reader_id), tone=Tone.SUCCESS, update=True)


def _decision(value: str) -> tuple[Button, ...]:
    return (
        Button(action=Action.APPROVE, value=value, label=_("Approve"), style=ButtonStyle.PRIMARY),
        Button(action=Action.DECLINE, value=value, label=_("Decline"), style=ButtonStyle.DANGER),
    )


def _withdraw(request: TimeOffRead, flag: str = "") -> Button:
    return Button(
        action=Action.WITHDRAW,
        value=f"timeoff:{request.id}:{request.status}{flag}",
        label=_("Withdraw"),
        confirm=_("Withdraw {what}?").format(what=words_requests.what(request)),
    )
