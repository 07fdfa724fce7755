"""A form as a conversation: one question a message, answered by a key or in writing, with Back and Cancel always.

Everything here is a value: a conversation is what was asked and answered so far, and each press or text makes the
next one. So it can be kept anywhere and goes on after a restart.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from pydantic import TypeAdapter

from bots.dates import UnknownDate, day_of
from bots.reply import Form, Input, InputKind
from bots.telegram import words

LONGEST_ANSWER = 1000
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(?:h|uhr)?", re.IGNORECASE)


class Verb(StrEnum):
    """What a key of a question does; what follows it in the value is its argument."""

    OPTION = "o"  # number of the option
    DATE = "d"  # ISO date
    TIME = "t"  # ISO time
    MONTH = "m"  # show this month
    HOUR = "h"  # show the minutes of this hour
    PAGE = "p"  # show this page of options
    KEEP = "k"
    SKIP = "s"
    DONE = "n"
    BACK = "b"
    CANCEL = "x"
    SUBMIT = "g"
    NOTHING = "_"


class Stale(Exception):
    """The key belongs to a question that is not open any more."""


class WrongAnswer(Exception):
    """The text is no answer to the question; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What of a question's keyboard is in sight."""

    month: str = ""
    hour: str = ""
    page: str = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A form being answered. `at` counts its inputs; past the last one, all is to be confirmed.

    `message_id` is the message that asks, in the private chat of whoever answers.
    """

    id: str
    form: Form
    intro: str = ""
    at: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    message_id: str = ""

    @property
    def asked(self) -> Input | None:
        """The input in question; None when all are answered."""
        return self.form.inputs[self.at] if self.at < len(self.form.inputs) else None

    @property
    def today(self) -> date:
        """The date where whoever answers works, as it was when they were asked."""
        return self.form.today or datetime.now(UTC).date()

    def dump(self) -> str:
        """As text."""
        return _ADAPTER.dump_json(self).decode()

    @classmethod
    def load(cls, text: str | bytes) -> "Conversation":
        """From text."""
        return _ADAPTER.validate_json(text)


_ADAPTER = TypeAdapter(Conversation)


def value_of(conversation: Conversation, verb: Verb, argument: str = "") -> str:
    """What a key of the open question carries."""
    return f"{conversation.id}.{conversation.at}.{verb}{argument}"


def verb_of(conversation: Conversation | None, value: str) -> tuple[Verb, str]:
    """What the pressed key does. Raises Stale unless it belongs to the open question of this conversation."""
    name, _, rest = value.partition(".")
    at, _, verb = rest.partition(".")
    if conversation is None or name != conversation.id or at != str(conversation.at):
        raise Stale
    return Verb(verb[:1]), verb[1:]


def hands_in(value: str) -> bool:
    """Whether a key with this value hands in a form."""
    return value.rpartition(".")[2] == Verb.SUBMIT


def press(conversation: Conversation, verb: Verb, argument: str) -> tuple[Conversation, View]:
    """The conversation after a key, and what to show of its question. Raises Stale for a key that makes no sense.

    CANCEL and SUBMIT are the caller's.
    """
    views = {Verb.MONTH: "month", Verb.HOUR: "hour", Verb.PAGE: "page"}
    if verb in views:
        return conversation, View(**{views[verb]: argument})
    if verb is Verb.BACK:
        return replace(conversation, at=max(0, conversation.at - 1), faults={}), View()
    asked = conversation.asked
    if asked is None:
        raise Stale
    if verb is Verb.OPTION and asked.kind is InputKind.CHOICES:
        return _toggled(conversation, asked, int(argument)), View(page=str(int(argument) // OPTIONS_ON_PAGE))
    if verb is Verb.DONE and asked.required and not chosen(conversation, asked):
        needed = words.needed()
        return replace(conversation, faults={**conversation.faults, asked.name: needed}), View()
    return _answered(conversation, asked, _pressed_answer(conversation, asked, verb, argument)), View()


def _pressed_answer(conversation: Conversation, asked: Input, verb: Verb, argument: str) -> str:
    match verb:
        case Verb.OPTION:
            return asked.options[int(argument)].value
        case Verb.DATE | Verb.TIME:
            return argument
        case Verb.KEEP:
            return conversation.answers.get(asked.name) or asked.initial or ""
        case Verb.DONE:
            return ",".join(chosen(conversation, asked))
        case Verb.SKIP if not asked.required:
            return ""
    raise Stale


def typed(conversation: Conversation, text: str) -> Conversation:
    """The conversation after a written answer. Raises WrongAnswer, or Stale where nothing is asked."""
    if conversation.asked is None:
        raise Stale
    return _answered(conversation, conversation.asked, _parsed(conversation.asked, text.strip(), conversation.today))


def with_faults(conversation: Conversation, faults: tuple[tuple[str, str], ...]) -> Conversation:
    """Ask the first input again that has a fault; a fault of no input stands at the last."""
    names = [one.name for one in conversation.form.inputs]
    known = {name if name in names else names[-1]: reason for name, reason in faults}
    return replace(conversation, at=min(names.index(name) for name in known), faults=known)


OPTIONS_ON_PAGE = 8


def chosen(conversation: Conversation, asked: Input) -> list[str]:
    """The values of the options chosen so far."""
    given = conversation.answers.get(asked.name, asked.initial or "")
    return [value for value in given.split(",") if value]


def _answered(conversation: Conversation, asked: Input, value: str) -> Conversation:
    faults = {name: reason for name, reason in conversation.faults.items() if name != asked.name}
    answers = {**conversation.answers, asked.name: value}
    # What was answered before going back, or before the form was refused, is not asked again.
    names = [one.name for one in conversation.form.inputs]
    open_ones = (at for at, name in enumerate(names) if name in faults or name not in answers)
    return replace(conversation, at=next(open_ones, len(names)), answers=answers, faults=faults)


def _toggled(conversation: Conversation, asked: Input, number: int) -> Conversation:
    values = set(chosen(conversation, asked)) ^ {asked.options[number].value}
    in_order = ",".join(option.value for option in asked.options if option.value in values)
    return replace(conversation, answers={**conversation.answers, asked.name: in_order})


def _parsed(asked: Input, text: str, today: date) -> str:
    match asked.kind:
        case InputKind.DATE:
            return _date(text, today, words.wrong_date())
        case InputKind.TIME:
            return _time(text, words.wrong_time())
        case InputKind.NUMBER:
            number = text.replace(",", ".")
            if not re.fullmatch(r"-?\d+(\.\d+)?", number):
                raise WrongAnswer(words.wrong_number())
            return number
        case InputKind.CHOICE:
            return _choice(asked, text, words.wrong_choice())
        case InputKind.CHOICES:
            return ",".join(_choice(asked, one.strip(), words.wrong_choice()) for one in text.split(","))
    return text[:LONGEST_ANSWER]


def _date(text: str, today: date, fault: str) -> str:
    """The day as commands understand it."""
    try:
        return day_of(text, today).isoformat()
    except UnknownDate:
        raise WrongAnswer(fault) from None


def _time(text: str, fault: str) -> str:
    found = _TIME.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise WrongAnswer(fault)
    return f"{int(found[1]):02}:{int(found[2] or 0):02}"


def _choice(asked: Input, text: str, fault: str) -> str:
    wanted = text.casefold()
    for option in asked.options:
        if wanted in {option.label.casefold(), option.value.casefold()}:
            return option.value
    raise WrongAnswer(fault)
