"""/timeoff: ask for time off, in words or by a form; and what managers and the person press about a request."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bots import time_off, words, words_refusals, words_requests
from bots.actions import FormId
from bots.client import Refused
from bots.client_requests import ask_time_off, effect_of
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.dates import UnknownDate
from bots.heard import english
from bots.languages import N_, _
from bots.reply import Form, Input, InputKind, Option, Reply, Tone
from bots.spans import Span, span_of
from service.schemas.people import UserRead
from service.schemas.requests import LONGEST_REASON, TimeOffKind, TimeOffWrite

KIND_WORDS = {
    "vacation": TimeOffKind.VACATION,
    "holiday": TimeOffKind.VACATION,
    "holidays": TimeOffKind.VACATION,
    "leave": TimeOffKind.VACATION,
    "sick": TimeOffKind.SICK,
    "ill": TimeOffKind.SICK,
    "personal": TimeOffKind.PERSONAL,
    "private": TimeOffKind.PERSONAL,
    "other": TimeOffKind.OTHER,
}
# What the service calls a field, and the input that people filled it in by.
INPUTS = {"starts_at": "first", "ends_at": "last", "reason": "reason", "kind": "kind"}
MIDNIGHT = time(0)


async def run(talk: Talk, argument: str) -> Reply:
    """Ask for the time off that the words name; without words, show the form."""
    if not argument:
        return Reply(text=_(words_requests.TIME_OFF_HOW), form=form(talk.today()))
    kind, rest = _kind(argument)
    try:
        span = span_of(rest, talk.today(), _this_week(talk.person.user, talk.today()))
    except UnknownDate as error:
        raise Refusal(words_requests.unknown_days(argument)) from error
    if kind is None:
        kind, reason = _kind(span.rest)
    else:
        reason = span.rest
    if len(reason) > LONGEST_REASON:
        raise Refusal(words.too_long(len(reason), LONGEST_REASON))
    return await _asked(talk, _write(talk, kind or TimeOffKind.VACATION, span, reason))


def form(today: date) -> Form:
    """The questions of a request."""
    options = tuple(Option(value=kind.value, label=words_requests.kind_choice(kind)) for kind in TimeOffKind)
    return Form(
        form=FormId.TIME_OFF,
        title=_("Ask for time off"),
        inputs=(
            Input(
                name="kind", label=_("What for"), kind=InputKind.CHOICE, options=options, initial=TimeOffKind.VACATION
            ),
            Input(name="first", label=_("First day"), kind=InputKind.DATE, initial=today.isoformat()),
            Input(
                name="last",
                label=_("Last day"),
                kind=InputKind.DATE,
                required=False,
                hint=_("Empty for a single day"),
            ),
            Input(
                name="starts",
                label=_("From"),
                kind=InputKind.TIME,
                required=False,
                hint=_("Only if it is not whole days"),
            ),
            Input(
                name="ends",
                label=_("Until"),
                kind=InputKind.TIME,
                required=False,
                hint=_("Only if it is not whole days"),
            ),
            Input(
                name="reason",
                label=_("A word about it"),
                kind=InputKind.LONG_TEXT,
                required=False,
                hint=_("Only you and your managers see it"),
                longest=LONGEST_REASON,
            ),
        ),
        submit=_("Ask"),
    )


async def submitted(talk: Talk, _value: str, answers: dict[str, str]) -> Reply:
    """Ask for what the form says; what the service refuses stands at its input."""
    reason = answers.get("reason", "").strip()
    if len(reason) > LONGEST_REASON:
        said = words.too_long(len(reason), LONGEST_REASON)
        return Reply(text=said, tone=Tone.REFUSAL, faults=(("reason", said),))
    first = date.fromisoformat(answers["first"])
    span = Span(
        first=first,
        last=date.fromisoformat(answers["last"]) if answers.get("last") else first,
        starts=time.fromisoformat(answers["starts"]) if answers.get("starts") else None,
        ends=time.fromisoformat(answers["ends"]) if answers.get("ends") else None,
    )
    try:
        wanted = _write(talk, TimeOffKind(answers["kind"]), span, reason)
    except Refusal as refusal:
        return Reply(text=str(refusal), tone=Tone.REFUSAL, faults=(("last", str(refusal)),))
    try:
        return await _asked(talk, wanted)
    except Refused as refused:
        faults = [
            (INPUTS.get(fault.field, "first"), words_refusals.reason(fault.reason))
            for fault in refused.problem.faults
        ]
        text = words_refusals.detail_and_way(refused.problem)
        return Reply(text=text, tone=Tone.REFUSAL, faults=tuple(faults or [("first", text)]))


async def _asked(talk: Talk, wanted: TimeOffWrite) -> Reply:
    request = await ask_time_off(talk.person, wanted)
    effect = await effect_of(talk.person, request.id)
    return time_off.waiting(request, effect.shifts)


def _kind(said: str) -> tuple[TimeOffKind | None, str]:
    """The kind that words begin with, and the rest; articles of a sentence are passed over."""
    word, __, rest = said.partition(" ")
    if english(word.lower()) in {"for", "on", "because"} and rest:
        return _kind(rest) if english(rest.partition(" ")[0].lower()) in KIND_WORDS else (None, rest)
    kind = KIND_WORDS.get(english(word.lower()))
    return (None, said) if kind is None else (kind, rest.strip())


def _this_week(user: UserRead, today: date) -> date:
    return user.teams[0].this_week if user.teams else today - timedelta(days=today.weekday())


def _write(talk: Talk, kind: TimeOffKind, span: Span, reason: str) -> TimeOffWrite:
    """The request in instants of the person's own zone. Raises Refusal where it ends before it begins."""
    zone = ZoneInfo(talk.zone())
    starts_at = datetime.combine(span.first, span.starts or MIDNIGHT, tzinfo=zone)
    if span.ends is None or span.ends == MIDNIGHT:
        ends_at = datetime.combine(span.last + timedelta(days=1), MIDNIGHT, tzinfo=zone)
    else:
        ends_at = datetime.combine(span.last, span.ends, tzinfo=zone)
    if ends_at <= starts_at:
        raise Refusal(_(words_requests.ENDS_FIRST))
    return TimeOffWrite(kind=kind, starts_at=starts_at, ends_at=ends_at, reason=reason)


COMMAND = Command(
    name="timeoff",
    usage=N_("[days] [what for]"),
    summary=N_("ask for time off, such as fri or 24 Dec to 2 Jan"),
    run=run,
)
