"""A form on the terminal: one question after the other, each answered by a line."""

from dataclasses import dataclass, field, replace
from datetime import date

from bots.dates import UnknownDate, day_of
from bots.languages import _
from bots.reply import Form, Input, InputKind, Reply, Tone
from bots.spans import clock_of

AS_IT_IS = "-"


class WrongAnswer(ValueError):
    """A line that does not answer the question; its text says what would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A form under way: what was answered, which inputs are still to come, and what was wrong with them."""

    form: Form
    intro: str
    answers: dict[str, str] = field(default_factory=dict)
    to_come: tuple[str, ...]
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> Input:
        """The open question; only while there is one."""
        return next(one for one in self.form.inputs if one.name == self.to_come[0])


def begin(reply: Reply) -> Asking:
    """The first question of a reply's form."""
    assert reply.form is not None  # noqa: S101  # a reply without a form never comes here
    return Asking(form=reply.form, intro=reply.text, to_come=tuple(one.name for one in reply.form.inputs))


def again(asking: Asking, faults: tuple[tuple[str, str], ...]) -> Asking:
    """Ask once more what was wrong; of an input that is not there, the first."""
    names = [one.name for one in asking.form.inputs]
    wrong = {name if name in names else names[0]: text for name, text in faults}
    return replace(asking, intro="", to_come=tuple(name for name in names if name in wrong), faults=wrong)


def answered(asking: Asking, said: str, today: date) -> Asking:
    """The form with its open question answered. Raises WrongAnswer."""
    value = _value(asking.asked, said.strip(), today)
    return replace(
        asking, intro="", answers=asking.answers | {asking.asked.name: value}, to_come=asking.to_come[1:], faults={}
    )


def filled(asking: Asking) -> dict[str, str]:
    """The answers that are not empty, as a form is handed in."""
    return {name: value for name, value in asking.answers.items() if value}


def question(asking: Asking) -> Reply:
    """The open question."""
    asked = asking.asked
    fault = asking.faults.get(asked.name)
    lines = [asking.intro, fault or "", asked.label + (f" ({asked.hint})" if asked.hint else "")]
    lines += [f"{number}  {option.label}" for number, option in enumerate(asked.options, start=1)]
    lines.append(_how(asked))
    return Reply(
        heading=asking.form.title,
        text="\n".join(line for line in lines if line),
        tone=Tone.WARNING if fault else Tone.PLAIN,
    )


def _how(asked: Input) -> str:
    if asked.initial:
        labels = {option.value: option.label for option in asked.options}
        shown = ", ".join(labels.get(one, one) for one in asked.initial.split(","))
        return _("{key} for {value}").format(key=AS_IT_IS, value=shown)
    return "" if asked.required else _("{key} for none").format(key=AS_IT_IS)


def _value(asked: Input, said: str, today: date) -> str:  # noqa: PLR0911  # one line a kind of input
    if said == AS_IT_IS:
        if asked.required and not asked.initial:
            raise WrongAnswer(_("This needs an answer."))
        return asked.initial or ""
    match asked.kind:
        case InputKind.DATE:
            return _date(said, today)
        case InputKind.TIME:
            return _time(said)
        case InputKind.NUMBER:
            return _number(said)
        case InputKind.CHOICE:
            return _option(asked, said)
        case InputKind.CHOICES:
            return ",".join(_option(asked, one) for one in said.replace(",", " ").split())
    return said


def _date(said: str, today: date) -> str:
    try:
        return day_of(said, today).isoformat()
    except UnknownDate as error:
        raise WrongAnswer(_("Type a day, such as fri, 24 Dec or 2026-12-24.")) from error


def _time(said: str) -> str:
    try:
        return f"{clock_of(said):%H:%M}"
    except ValueError as error:
        raise WrongAnswer(_("Type a time, such as 14:00.")) from error


def _number(said: str) -> str:
    if not said.removeprefix("-").isdecimal():
        raise WrongAnswer(_("Type a number."))
    return said


def _option(asked: Input, said: str) -> str:
    if said.isdecimal() and 1 <= int(said) <= len(asked.options):
        return asked.options[int(said) - 1].value
    for option in asked.options:
        if said.casefold() in {option.value.casefold(), option.label.casefold()}:
            return option.value
    raise WrongAnswer(_("Type one of the numbers shown."))
