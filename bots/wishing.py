"""Wishes as people type them: `evenings`, `not sunday`, `dinner on fridays strongly`, `not 24 Dec`."""

import re
from collections.abc import Mapping
from datetime import date

from bots.dates import UnknownDate, day_of
from bots.heard import english
from bots.spans import CLOCK, clock_of
from bots.weekly import NARROW, WIDE, Times, days_in, part_of
from service.schemas.requests import PreferenceCreate

AGAINST = re.compile(
    r"^(?:(?:please\s+)?(?:rather\s+)?(?:not|no|never|avoid|without)|i\s+(?:do\s+not|don't)\s+(?:like|want))\s+"
)
FOR = re.compile(r"^(?:please\s+|gladly\s+|i\s+(?:like|want|prefer)\s+)+")
STRONGLY = re.compile(r"\s*\b(?:strongly|very much|really|a lot)\b\s*|\s*!+$")
SLIGHTLY = re.compile(r"\s*\b(?:a little|a bit|slightly|maybe)\b\s*")
RANGE = re.compile(rf"\b({CLOCK})\s*(?:-|–|to|until)\s*({CLOCK})\b")
FILLERS = frozenset({"on", "in", "at", "the", "shift", "shifts", "for", "from"})
STRONG_WEIGHT, USUAL_WEIGHT, SLIGHT_WEIGHT = 30, 10, 4


class UnknownWish(ValueError):
    """Words that name no shifts."""


def wishes_of(said: str, today: date, templates: Mapping[str, int]) -> list[PreferenceCreate]:
    """What the words wish for; `templates` are the recurring shifts by name. Raises UnknownWish."""
    said = english(said.lower(), keep={word for name in templates for word in name.split()})
    weight = STRONG_WEIGHT if STRONGLY.search(said) else SLIGHT_WEIGHT if SLIGHTLY.search(said) else USUAL_WEIGHT
    said = SLIGHTLY.sub(" ", STRONGLY.sub(" ", said)).strip()
    against = AGAINST.match(said)
    said = said[against.end() :] if against else FOR.sub("", said)
    pieces = [piece.strip() for piece in re.split(r"[,;]|\band\b|\bor\b", said)]
    if not all(pieces):
        raise UnknownWish(said)
    found = [wish for piece in pieces for wish in _piece(piece, today, templates, wanted=against is None)]
    return [wish.model_copy(update={"weight": weight}) for wish in found]


def _piece(said: str, today: date, templates: Mapping[str, int], *, wanted: bool) -> list[PreferenceCreate]:
    template, said = _template(said, templates)
    times, said = _times(said, wanted=wanted)
    said = " ".join(word for word in said.split() if word not in FILLERS)
    weekdays, rest = days_in(said)
    on_date = None
    if rest:
        try:
            weekdays, on_date = (), day_of(said, today)
        except UnknownDate as error:
            raise UnknownWish(said) from error
    if not (weekdays or on_date or template or times):
        raise UnknownWish(said)
    start, end = times or (None, None)
    return [
        PreferenceCreate(
            wanted=wanted, weekday=day, on_date=on_date, template_id=template, start_time=start, end_time=end
        )
        for day in weekdays or (None,)
    ]


def _template(said: str, templates: Mapping[str, int]) -> tuple[int | None, str]:
    """The recurring shift that is named, the longest name first; and the words without it."""
    for name in sorted(templates, key=len, reverse=True):
        pattern = re.compile(rf"\b{re.escape(name.lower())}s?\b")
        if pattern.search(said):
            return templates[name], pattern.sub(" ", said, count=1)
    return None, said


def _times(said: str, *, wanted: bool) -> tuple[Times | None, str]:
    for word in said.split():
        if part := part_of(word):
            return (WIDE if wanted else NARROW)[part], re.sub(rf"\b{re.escape(word)}\b", " ", said, count=1)
    match = RANGE.search(said)
    if match is None or ":" not in match[0]:
        return None, said
    return (clock_of(match[1]), clock_of(match[2])), said[: match.start()] + " " + said[match.end() :]
