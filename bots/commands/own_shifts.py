"""One's own coming shifts, to choose from by a button or in words. Places travel in a button as `id+id`."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bots import words, words_trading
from bots.actions import Action
from bots.commands.asked import when_in
from bots.commands.talk import Refusal, Talk
from bots.heard import english, hear
from bots.languages import _
from bots.reply import Button, Reply, Section
from service.schemas.shifts import MyShift

MOST_SHIFTS = 10
WEEKEND = "weekend"
WHICH = frozenset({"this", "next", "last", "previous"})
SATURDAY = 5
MOST_AT_ONCE = 4
"""As many places as fit into a button on every platform."""


async def coming_shifts(talk: Talk) -> list[MyShift]:
    """The person's own published shifts that have not begun, of this and the next three weeks."""
    today = talk.today()
    found: dict[int, MyShift] = {}
    for week in range(4):
        for shift in await talk.person.my_shifts(today + timedelta(weeks=week)):
            if shift.assignment_id is not None and shift.starts_at > datetime.now(UTC):
                found[shift.assignment_id] = shift
    return sorted(found.values(), key=lambda shift: shift.starts_at)


def own_shifts(shifts: list[MyShift], action: Action, question: str) -> Reply:
    """One's coming shifts, each with the button; and with its team where they are of several."""
    if not shifts:
        return Reply(text=_(words_trading.NO_SHIFTS))
    label = _("Swap") if action is Action.SWAP else _("Drop")
    of_team = len({shift.team_id for shift in shifts}) > 1
    sections = tuple(
        Section(
            text=words.shift_line(shift, of_team=of_team),
            buttons=(Button(action=action, value=str(shift.assignment_id), label=label, confirm=_sure(action)),),
        )
        for shift in shifts[:MOST_SHIFTS]
    )
    return Reply(text=question, sections=sections)


def _sure(action: Action) -> str | None:
    return _(words_trading.DROP_SURE) if action is Action.DROP else None


def named_shift(talk: Talk, shifts: list[MyShift], said: str) -> tuple[MyShift, str]:
    """The one of these shifts that a sentence names by its day, and the rest of it. Raises Refusal."""
    if not talk.person.user.teams:
        raise Refusal(_(words_trading.NO_SHIFTS))
    when = when_in(said, talk.person.user.teams[0])
    if when.day is None:
        raise Refusal(_(words_trading.HOW))
    found = [shift for shift in shifts if words_trading.local_day(shift) == when.day]
    word = when.rest.partition(" ")[0].casefold()
    by_name = [shift for shift in found if word and word in shift.name.casefold()]
    chosen = by_name or found
    if len(chosen) != 1:
        raise Refusal(words_trading.no_single_shift(when.day, [shift.name for shift in found]))
    return chosen[0], when.rest.partition(" ")[2] if by_name else when.rest


def named_shifts(talk: Talk, shifts: list[MyShift], said: str) -> tuple[list[int], str]:
    """The place that a sentence names by its day, or all of a weekend; and the rest of it. Raises Refusal."""
    if WEEKEND not in english(said.lower()).split():
        shift, rest = named_shift(talk, shifts, said)
        return _places([shift]), rest
    if not talk.person.user.teams:
        raise Refusal(_(words_trading.NO_SHIFTS))
    when = when_in(week_of_weekend(said), talk.person.user.teams[0])
    week = {when.week_start + timedelta(days=number) for number in range(7)}
    weekend = {day for day in week if day.weekday() >= SATURDAY}
    found = [shift for shift in shifts if words_trading.local_day(shift) in weekend]
    if not found:
        raise Refusal(_(words_trading.NO_WEEKEND))
    return _places(found)[:MOST_AT_ONCE], when.rest


def week_of_weekend(said: str) -> str:
    """A sentence about a weekend as one about its week: `next weekend` is the one of `next week`."""
    heard = hear(said)
    words: list[str] = []
    for typed, meant in zip(heard.said, map(str.lower, heard.meant), strict=True):
        if meant != WEEKEND:
            words.append(meant if meant in WHICH else typed)
        elif words and words[-1] in WHICH:
            words.append("week")
    return " ".join(words)


def _places(shifts: list[MyShift]) -> list[int]:
    return [shift.assignment_id for shift in shifts if shift.assignment_id is not None]


def value_of(assignment_ids: Iterable[int | None]) -> str:
    """Places in the value of a button."""
    return "+".join(str(one) for one in assignment_ids)


def ids_of(value: str) -> list[int]:
    """The places of a button. Raises Refusal where there are none."""
    try:
        return [int(one) for one in value.split("+")]
    except ValueError as error:
        raise Refusal(_(words_trading.OLD_BUTTON)) from error
