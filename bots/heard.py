"""What people type in their language, as the English that commands read: `nächste Woche`, `Mo-Fr`, `bis 2. Jan`.

Names of days and months come from Babel; the other words from the catalogue, where each English one has in the
context "typed" all the words that say it. Every word keeps its place, so that whoever takes a day out of a sentence
leaves the rest of it, a name or a reason, as it was typed.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from babel import Locale
from babel.dates import get_day_names, get_month_names

from bots.languages import ENGLISH, NP_, language, pgettext, speaking

LETTERS = re.compile(r"[^\W\d_]+\.?")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
CLOCK_WORD = NP_("typed", "o'clock")
PASSED_OVER = NP_("typed", "the")
WORDS = (
    NP_("typed", "today"),
    NP_("typed", "tomorrow"),
    NP_("typed", "this"),
    NP_("typed", "next"),
    NP_("typed", "last"),
    NP_("typed", "day"),
    NP_("typed", "days"),
    NP_("typed", "week"),
    NP_("typed", "weeks"),
    NP_("typed", "weekend"),
    NP_("typed", "weekends"),
    NP_("typed", "weekdays"),
    NP_("typed", "month"),
    NP_("typed", "year"),
    NP_("typed", "daily"),
    NP_("typed", "mornings"),
    NP_("typed", "afternoons"),
    NP_("typed", "evenings"),
    NP_("typed", "nights"),
    NP_("typed", "all day"),
    NP_("typed", "a"),
    NP_("typed", "two"),
    NP_("typed", "three"),
    NP_("typed", "four"),
    NP_("typed", "five"),
    NP_("typed", "six"),
    NP_("typed", "seven"),
    NP_("typed", "more"),
    NP_("typed", "on"),
    NP_("typed", "at"),
    NP_("typed", "to"),
    NP_("typed", "from"),
    NP_("typed", "until"),
    NP_("typed", "between"),
    NP_("typed", "after"),
    NP_("typed", "before"),
    NP_("typed", "and"),
    NP_("typed", "or"),
    NP_("typed", "for"),
    NP_("typed", "because"),
    NP_("typed", "with"),
    NP_("typed", "not"),
    NP_("typed", "off"),
    NP_("typed", "only"),
    NP_("typed", "always"),
    NP_("typed", "please"),
    NP_("typed", "gladly"),
    NP_("typed", "rather"),
    NP_("typed", "strongly"),
    NP_("typed", "maybe"),
    NP_("typed", "vacation"),
    NP_("typed", "sick"),
    NP_("typed", "personal"),
    NP_("typed", "other"),
    NP_("typed", "me"),
)


Names = Mapping[Any, str]
CONTEXTS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")
DAY_WIDTHS: tuple[Literal["wide", "abbreviated", "short"], ...] = ("wide", "abbreviated", "short")
MONTH_WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of a sentence as they were typed, and as English, each beside the other.

    What has no use in English is empty there, and what takes two words has both in one place.
    """

    said: tuple[str, ...]
    meant: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentence in English."""
        return " ".join(filter(None, self.meant))

    @property
    def rest(self) -> str:
        """The sentence as it was typed."""
        return " ".join(self.said)

    def after(self, count: int) -> "Heard":
        """The words after so many."""
        return Heard(self.said[count:], self.meant[count:])

    def within(self, start: int, end: int) -> str:
        """What was typed where `text` has these letters."""
        return " ".join(self.said[place] for place in self._places(start, end))

    def without(self, match: re.Match[str]) -> "Heard":
        """What is left beside a part of `text`."""
        gone = set(self._places(*match.span()))
        kept = [place for place in range(len(self.said)) if place not in gone]
        return Heard(tuple(self.said[one] for one in kept), tuple(self.meant[one] for one in kept))

    def _places(self, start: int, end: int) -> Iterable[int]:
        at = 0
        for place, word in enumerate(self.meant):
            if word:
                if at < end and start < at + len(word):
                    yield place
                at += len(word) + 1


def hear(said: str, keep: Collection[str] = ()) -> Heard:
    """A sentence in the language that is spoken, or in English; words that stand in `keep` are names."""
    spoken = language()
    if spoken == ENGLISH:
        words = tuple(said.split())
        return Heard(words, words)
    words = tuple(_with_minutes(said, spoken).split())
    known = _vocabulary(spoken)
    names = {_folded(one) for one in keep}
    return Heard(words, tuple(word if _folded(word) in names else _meant(word, known) for word in words))


def english(said: str, keep: Collection[str] = ()) -> str:
    """A sentence in English."""
    return hear(said, keep).text


def without_first(said: str, word: str) -> str:
    """A sentence without its first word, where that is this one in English: `with Zoe`, `mit Zoe`."""
    heard = hear(said)
    return heard.after(1).rest if [one.lower() for one in heard.meant[:1]] == [word] else heard.rest


def _meant(word: str, known: dict[str, str]) -> str:
    # Somebody's handle is a name, whatever it reads like.
    if word.startswith("@"):
        return word
    return LETTERS.sub(lambda match: known.get(_folded(match[0]).rstrip("."), match[0]), word)


def _with_minutes(said: str, spoken: str) -> str:
    """`14 Uhr` and `14.30 Uhr` as 14:00 and 14:30."""
    return _clock(spoken).sub(lambda match: f"{match[1]}:{match[2] or '00'}", said)


@lru_cache
def _clock(spoken: str) -> re.Pattern[str]:
    with speaking(spoken):
        words = "|".join(map(re.escape, pgettext("typed", CLOCK_WORD).split()))
    return re.compile(rf"\b(\d{{1,2}})(?:[.:](\d\d))?\s*(?:{words})\b", re.IGNORECASE)


@lru_cache
def _vocabulary(spoken: str) -> dict[str, str]:
    """The English of each word of a language that commands understand."""
    known: dict[str, str] = {}
    with speaking(spoken):
        for word in WORDS:
            known |= {_folded(said): word for said in pgettext("typed", word).split()}
        known |= {_folded(said): "" for said in pgettext("typed", PASSED_OVER).split()}
    for names, english_names in _named(Locale(spoken)):
        for number, name in names.items():
            known.setdefault(_folded(name).rstrip("."), english_names[number].lower())
    return known


def _named(locale: Locale) -> Iterable[tuple[Names, Names]]:
    """Days and months by their number, long and short, each beside those of English; recurring days too."""
    ours = Locale(ENGLISH)
    days, months = get_day_names("abbreviated", locale=ours), get_month_names("abbreviated", locale=ours)
    yield {number: f"{name}s" for number, name in get_day_names("wide", locale=locale).items()}, days
    for context in CONTEXTS:
        for width in DAY_WIDTHS:
            yield get_day_names(width, context, locale), days
        for month_width in MONTH_WIDTHS:
            yield get_month_names(month_width, context, locale), months


def _folded(word: str) -> str:
    return word.casefold().translate(UMLAUTS)
