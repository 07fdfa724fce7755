"""Sentences that say in English what they mean, and know how that is worded for any other language."""

from collections.abc import Callable, Iterable
from functools import reduce
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


def _joined(parts: Iterable[str], join: Callable[[str, str], str]) -> str:
    known = list(parts)
    return reduce(join, known) if known else ""
