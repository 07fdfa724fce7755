"""/approvals: what waits for a manager's decision, and what became of one's own requests.

A kind of request is one entry of KINDS; its name stands first in the value of the buttons: `timeoff:12`, or
`timeoff:12:list` where the button stands in the list, which then stays.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bots import words, words_requests
from bots.actions import FormId
from bots.commands import time_off_decisions, trade_answers
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.languages import N_, _
from bots.reply import Form, Input, InputKind, Reply, Section, Tone
from service.schemas.base import LONGEST_NOTE

IN_LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of request: its sections in the list, what waits first; and what its buttons do, given their value."""

    sections: Callable[[Talk], Awaitable[list[Section]]]
    approve: Callable[[Talk, str], Awaitable[Reply]]
    decline: Callable[[Talk, str, str], Awaitable[Reply]]
    withdraw: Callable[[Talk, str], Awaitable[Reply]]


KINDS: dict[str, Kind] = {
    "timeoff": Kind(
        sections=time_off_decisions.sections,
        approve=time_off_decisions.approve,
        decline=time_off_decisions.decline,
        withdraw=time_off_decisions.withdraw,
    ),
    "trade": Kind(
        sections=trade_answers.sections,
        approve=trade_answers.approve_trade,
        decline=trade_answers.reject_trade,
        withdraw=trade_answers.withdraw_trade,
    ),
}


async def run(talk: Talk, _argument: str) -> Reply:
    """Everything that waits for the asker's decision, then their own requests."""
    return await _list(talk)


async def approved(talk: Talk, value: str) -> Reply:
    """Say yes to the request of a button."""
    kind, rest = _kind(value)
    return await _after(talk, value, await kind.approve(talk, rest))


async def declining(_talk: Talk, value: str) -> Reply:
    """Ask for a word that goes with the no."""
    _kind(value)
    note = Input(
        name="note",
        label=_("A word to them"),
        kind=InputKind.LONG_TEXT,
        required=False,
        hint=_("They are told it; empty for none"),
        longest=LONGEST_NOTE,
    )
    form = Form(form=FormId.DECLINE, title=_("Decline"), inputs=(note,), submit=_("Decline"), value=value)
    return Reply(text="", form=form)


async def declined(talk: Talk, value: str, answers: dict[str, str]) -> Reply:
    """Say no to the request of a form."""
    kind, rest = _kind(value)
    note = answers.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        said = words.too_long(len(note), LONGEST_NOTE)
        return Reply(text=said, tone=Tone.REFUSAL, faults=(("note", said),))
    return await _after(talk, value, await kind.decline(talk, rest, note))


async def withdrawn(talk: Talk, value: str) -> Reply:
    """Take one's own request back."""
    kind, rest = _kind(value)
    return await _after(talk, value, await kind.withdraw(talk, rest))


async def _list(talk: Talk, said: Reply | None = None) -> Reply:
    sections = [section for kind in KINDS.values() for section in await kind.sections(talk)]
    text = words_requests.approvals(
        waiting=any(len(section.buttons) > 1 for section in sections),
        own=any(len(section.buttons) < 2 for section in sections),
    )
    reply = Reply(heading=_("Requests"), text=text, sections=tuple(sections))
    if said is None:
        return reply
    return replace(reply, text=said.text, tone=said.tone, update=True)


async def _after(talk: Talk, value: str, said: Reply) -> Reply:
    """What was done, in place of the pressed message; in a list, above what is left of it."""
    if said.buttons or not value.endswith(f":{IN_LIST}"):
        return said
    return await _list(talk, said)


def _kind(value: str) -> tuple[Kind, str]:
    name, __, rest = value.partition(":")
    if name not in KINDS:
        raise Refusal(_(words_requests.OLD_BUTTON))
    return KINDS[name], rest


COMMAND = Command(name="approvals", summary=N_("show what waits for a yes, and your own requests"), run=run)
