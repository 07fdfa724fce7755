"""Whom, which shift and which day people mean: `sam fri dinner`, `me sat late bar next week`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bots import words_explain
from bots.commands.talk import Refusal, Talk, today_in, week_around, week_in
from bots.dates import A_MONTH, A_WEEK, A_WEEKDAY, WEEKDAYS, UnknownDate, day_of
from bots.heard import english, hear
from service.schemas.people import Person, RoleRead, TeamRead
from service.schemas.shifts import Roster, ShiftRead

WEEK = re.compile(rf"\b(?:{A_WEEK})\b", re.IGNORECASE)
DAY = re.compile(
    rf"\b(?:today|tomorrow|(?:next )?{A_WEEKDAY}|\d{{4}}-\d\d-\d\d"
    rf"|\d{{1,2}}\.? {A_MONTH}|\d{{1,2}}\.\d{{1,2}})\b",
    re.IGNORECASE,
)
ME = frozenset({"me", "i", "my", "myself"})
Named = TypeVar("Named", bound=Person)


@dataclass(frozen=True, slots=True)
class When:
    """A day, the first day of its week, and what was said beside it. `day` is None where only a week was named."""

    day: date | None
    week_start: date
    rest: str


def when_in(said: str, team: TeamRead) -> When:
    """Take the day and the week out of a sentence. Raises Refusal for days that do not exist."""
    heard = hear(said)
    week = WEEK.search(heard.text)
    if week is not None:
        heard = heard.without(week)
    found = DAY.search(heard.text)
    rest = (heard if found is None else heard.without(found)).rest
    start, __ = week_in("" if week is None else week[0], team)
    if found is None:
        return When(None, start, rest)
    today = today_in(team)
    word = found[0].lower()
    if week is not None and word[:3] in WEEKDAYS:
        offset = (WEEKDAYS.index(word[:3]) - start.weekday()) % 7
        return When(start + timedelta(days=offset), start, rest)
    try:
        day = day_of(word, today, since=min(start, today))
    except UnknownDate as error:
        raise Refusal(words_explain.unknown_day(error.words)) from error
    return When(day, week_around(day, team), rest)


async def roster_of(talk: Talk, week_start: date) -> Roster:
    """The week that begins then, where the asker may see it. Raises Refusal."""
    return await talk.person.roster((await talk.week(week_start.isoformat())).id)


def person_first(said: str, roster: Roster, asker: Person) -> tuple[Person | None, str]:
    """The person that a sentence begins with, and the rest of it; None where it begins with none."""
    tokens = said.split()
    if tokens and english(tokens[0].lower()) in ME:
        return asker, " ".join(tokens[1:])
    for length in range(len(tokens), 0, -1):
        found = called(" ".join(tokens[:length]), roster.people)
        if len(found) > 1:
            raise Refusal(words_explain.several_people(" ".join(tokens[:length]), found))
        if found:
            return found[0], " ".join(tokens[length:])
    return None, said


def called(said: str, people: Sequence[Named]) -> list[Named]:
    """Those of whom these words are the handle or the whole name; failing that, one of their names or a beginning."""
    word = said.removeprefix("@").casefold()
    exact = [one for one in people if word in (one.handle, one.name.casefold())]
    if exact:
        return exact
    named = [one for one in people if word in one.name.casefold().split()]
    return named or [one for one in people if len(word) > 2 and one.handle.startswith(word)]


def meant(said: str, people: Sequence[Named]) -> list[Named]:
    """Those who are called that; failing that, those in whose name it stands."""
    word = said.removeprefix("@").casefold()
    return called(said, people) or [one for one in people if word in one.name.casefold()]


def shift_on(said: str, day: date, roster: Roster, worker: Person | None = None) -> ShiftRead:
    """The shift of that day that is meant; without words the one that `worker` is on, or the only one.

    Raises Refusal.
    """
    zone = ZoneInfo(roster.team.time_zone)
    candidates = [shift for shift in roster.shifts if shift.starts_at.astimezone(zone).date() == day]
    word = said.casefold()
    found = [shift for shift in candidates if shift.name.casefold() == word] or [
        shift for shift in candidates if word in shift.name.casefold()
    ]
    if not word and worker is not None:
        mine = {one.planned_shift_id for one in roster.assignments if one.user_id == worker.id}
        found = [shift for shift in found if shift.id in mine] or found
    if len(found) == 1:
        return found[0]
    raise Refusal(words_explain.which_shift(said, day, [shift.name for shift in candidates]))


def role_in(said: str, roster: Roster) -> RoleRead:
    """The role that is meant, in the singular or plural. Raises Refusal."""
    word = said.casefold()
    for role in roster.roles:
        if word in (role.name.casefold(), f"{role.name.casefold()}s"):
            return role
    raise Refusal(words_explain.which_role(said, [role.name for role in roster.roles]))
