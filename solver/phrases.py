"""Sentences that say in English what they mean, and know how that is worded for any other language."""

from collections.abc import Callable, Iterable, Sequence
from typing import Self


class Phrase(str):
    """An English sentence, or a part of one, that keeps its `wording` with the places of its `values` open.

    It is that sentence wherever text is wanted. A value is a name or a number, said as it is in every language, or
    a phrase in its turn. Each wording stands in the call itself, where `make messages` finds it for the catalogues.
    """

    __slots__ = ("values", "wording")

    wording: str
    values: dict[str, str | int]

    def __new__(cls, wording: str, /, **values: str | int) -> Self:
        """The sentence with its places filled; without values it is said as it stands."""
        phrase = str.__new__(cls, wording.format_map(values) if values else wording)
        phrase.wording = wording
        phrase.values = values
        return phrase


class Unsaid:
    """A phrase that nobody has asked for yet: quickly made, and equal to what says the same in the same words.

    Much more is found about a schedule than anybody reads.
    """

    __slots__ = ("values", "wording")

    def __init__(self, wording: str, /, **values: str | int) -> None:
        self.wording = wording
        self.values = values

    def said(self) -> Phrase:
        """The phrase."""
        return Phrase(self.wording, **self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unsaid) and self.wording == other.wording and self.values == other.values

    def __hash__(self) -> int:
        # The values would tell more apart, and take longer than to compare the few that are worded alike.
        return hash(self.wording)

    def __repr__(self) -> str:
        return repr(self.said())


def either(parts: Iterable[str]) -> str:
    """`early or late`; nothing of nothing, as the others below."""
    return _joined(parts, lambda first, last: Phrase("{first} or {last}", first=first, last=last))


def both(parts: Iterable[str]) -> str:
    """`Ana and Sam`."""
    return _joined(parts, lambda first, last: Phrase("{first} and {last}", first=first, last=last))


def then(parts: Iterable[str]) -> str:
    """`night, then a day off`."""
    return _joined(parts, lambda first, last: Phrase("{first}, then {last}", first=first, last=last))


def listed(parts: Iterable[str]) -> str:
    """`early twice, early with late`."""
    return _joined(parts, lambda first, last: Phrase("{first}, {last}", first=first, last=last))


def in_turn(parts: Iterable[str]) -> str:
    """`Sam has time off; Ana works for another team`."""
    return _joined(parts, lambda first, last: Phrase("{first}; {last}", first=first, last=last))


def _joined(parts: Iterable[str], join: Callable[[str, str], str]) -> str:
    known = list(parts)
    return _halves(known, join) if known else ""


def _halves(parts: Sequence[str], join: Callable[[str, str], str]) -> str:
    """Joined in the middle first: what reads JSON refuses what is nested as deep as some lists are long."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(_halves(parts[:middle], join), _halves(parts[middle:], join))
