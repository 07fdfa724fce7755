"""/move: a manager gives somebody's shift to somebody else at once; only who may take it is offered."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from bots import words_explain, words_moving, words_trading
from bots.actions import Action
from bots.client_swaps import move, partners
from bots.commands.asked import person_first, roster_of, shift_on, when_in
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk, today_in, week_around
from bots.heard import hear
from bots.languages import N_, _
from bots.reply import Button, ButtonStyle, Reply, Section, Tone
from service.schemas.people import Person, TeamRead
from service.schemas.shifts import AssignmentRead, Roster, ShiftRead, WeekStatus
from service.schemas.swaps import PersonChange, SwapPartners

MOST_PLACES = 12
MOST_TAKERS = 8


async def run(talk: Talk, argument: str) -> Reply:
    """Done at once where somebody is named to take it, else offers whoever could; without words, today's shifts."""
    talk.require_manager()
    said, taker_words = _before_and_after(argument)
    team = await talk.team()
    when = when_in(said, team)
    roster = await roster_of(talk, when.week_start)
    if not argument:
        return _coming([roster, *await _of_tomorrow(talk, team, roster)], today_in(team))
    who, rest = person_first(when.rest, roster, talk.person.user)
    if when.day is None or who is None:
        raise Refusal(_(words_moving.MOVE_HOW))
    place = _place_of(roster, who, when.day, rest)
    if not taker_words:
        return await pressed(talk, str(place.id))
    taker, _rest = person_first(taker_words, roster, talk.person.user)
    if taker is None:
        raise Refusal(_(words_moving.MOVE_HOW))
    return await to(talk, f"{place.id}>{taker.id}")


def _before_and_after(said: str) -> tuple[str, str]:
    """`ana fri dinner` and `joe`, where the one is moved to the other."""
    heard = hear(said)
    if "to" not in heard.meant:
        return said, ""
    at = heard.meant.index("to")
    return " ".join(heard.said[:at]), heard.after(at + 1).rest


def _place_of(roster: Roster, who: Person, day: date, shift_words: str) -> AssignmentRead:
    """Where somebody works that day. Raises Refusal."""
    shift = shift_on(shift_words, day, roster, who)
    for one in roster.assignments:
        if one.planned_shift_id == shift.id and one.user_id == who.id:
            return one
    raise Refusal(words_moving.does_not_work(who.name, words_explain.shift_words(shift, roster)))


async def _of_tomorrow(talk: Talk, team: TeamRead, known: Roster) -> list[Roster]:
    """On the last day of a week tomorrow lies in another one, which may not be open yet."""
    start = week_around(today_in(team) + timedelta(days=1), team)
    if start == known.week.week_start:
        return []
    week = await talk.person.week_starting(team.id, start)
    return [] if week is None else [await talk.person.roster(week.id)]


def _coming(rosters: Sequence[Roster], today: date) -> Reply:
    """Who works today and tomorrow and has not begun, each with a button: that is where things go wrong."""
    days = {today, today + timedelta(days=1)}
    places = sorted((place for roster in rosters for place in _places(roster, days)), key=itemgetter(0, 1))
    sections = tuple(section for _starts_at, _name, section in places[:MOST_PLACES])
    text = words_moving.which(len(places), len(places) - len(sections))
    return Reply(heading=_("Move a shift"), text=text, sections=sections)


def _places(roster: Roster, days: Collection[date]) -> Iterator[tuple[datetime, str, Section]]:
    """What can be moved on these days: when it begins, of whom, and how it is shown. Of a draft, nothing yet."""
    if roster.week.status is not WeekStatus.PUBLISHED:
        return
    zone = ZoneInfo(roster.team.time_zone)
    shifts = {
        shift.id: shift
        for shift in roster.shifts
        if shift.starts_at > datetime.now(UTC) and shift.starts_at.astimezone(zone).date() in days
    }
    people = {person.id: person for person in roster.people}
    for one in roster.assignments:
        if one.planned_shift_id in shifts:
            shift, who = shifts[one.planned_shift_id], people[one.user_id]
            yield shift.starts_at, who.name, _movable(roster, one, shift, who)


def _movable(roster: Roster, place: AssignmentRead, shift: ShiftRead, who: Person) -> Section:
    button = Button(action=Action.MOVE_SHIFT, value=str(place.id), label=_("Move"))
    return Section(text=f"{who.name}: {words_explain.shift_words(shift, roster)}", buttons=(button,))


async def pressed(talk: Talk, value: str) -> Reply:
    """Who could take the shift of a button, the best for the week first."""
    talk.require_manager()
    found = await partners(talk.person, [int(value)])
    place = found.places[0]
    sections = tuple(
        Section(
            text=words_trading.change(change, you=False),
            buttons=(
                Button(
                    action=Action.MOVE_TO,
                    value=f"{value}>{change.person.id}",
                    label=words_moving.give_to(change.person.name),
                    style=ButtonStyle.PRIMARY if number == 0 else ButtonStyle.NORMAL,
                ),
            ),
        )
        for number, change in enumerate(_takers(found))
    )
    heading = words_moving.moving(place, found.time_zone)
    if not sections:
        return Reply(heading=heading, text=_(words_moving.NOBODY_MAY), tone=Tone.WARNING)
    return Reply(heading=heading, text=words_moving.could(found.found, len(sections)), sections=sections)


def _takers(found: SwapPartners) -> list[PersonChange]:
    """What taking it changes for each who could."""
    takers = [one.legs[0].taker for one in found.options[:MOST_TAKERS]]
    return [
        change
        for one, taker in zip(found.options, takers, strict=False)
        for change in one.changes
        if taker is not None and change.person.id == taker.id
    ]


async def to(talk: Talk, value: str) -> Reply:
    """Give the shift to whom the button names."""
    talk.require_manager()
    assignment_id, taker_id = (int(part) for part in value.split(">"))
    moved = await move(talk.person, assignment_id, taker_id)
    return Reply(text=words_moving.moved(moved.unreached), tone=Tone.SUCCESS, update=True)


COMMAND = Command(
    name="move",
    usage=N_("[person day [shift] [to person]]"),
    summary=N_("give somebody's shift to somebody else at once"),
    run=run,
    manager=True,
)
