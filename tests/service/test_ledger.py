"""What fairness carries over from the weeks before, and that it reaches the plan."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from service.scheduling.calendar import Calendar
from service.scheduling.ledger import ledger
from service.scheduling.together import Around
from service.schemas.shifts import WeekStatus
from solver import PastShift, solve
from solver.rules import Fairness, Measure
from tests.builders import MONDAY, a_shift, a_week, an_assignment
from tests.service.ward import Ward

DAY = 24 * 60
FULL = {"ana": 2400, "ben": 2400}


@pytest.fixture
def ward(session: Session) -> Ward:
    return Ward(session)


def worked(who: str, day: int, *, start: int = 9, hours: int = 8) -> PastShift:
    """A shift on a day before the horizon."""
    begin = day * DAY + start * 60
    return PastShift(employee=who, type="day", day=day, start=begin, end=begin + hours * 60, minutes=hours * 60)


def carried(measure: Measure, *history: PastShift, contracts: dict[str, int] | None = None) -> dict[str, int]:
    """What each begins a week from Monday, 4 January 2027, in Berlin with."""
    calendar = Calendar(first_day=date(2027, 1, 4), days=7, zone=ZoneInfo("Europe/Berlin"))
    return dict(ledger(measure, contracts or FULL, Around(calendar=calendar, shifts=(), history=history)))


def test_who_had_the_weekend_begins_with_it() -> None:
    saturday, monday = -2, -7
    assert carried(Measure.WEEKENDS, worked("ana", saturday), worked("ben", monday)) == {}
    both = (worked("ana", saturday), worked("ben", monday)), (worked("ana", saturday - 7), worked("ben", monday - 7))
    assert carried(Measure.WEEKENDS, *both[0], *both[1]) == {"ana": 1, "ben": -1}


def test_nights_are_told_by_the_clock_on_the_wall() -> None:
    nights = [worked("ana", day, start=22) for day in (-7, -6)]
    assert carried(Measure.NIGHTS, *nights, worked("ben", -5)) == {"ana": 1, "ben": -1}


def test_hours_are_compared_by_contract() -> None:
    contracts = {"ana": 2400, "ben": 1200}
    fair = [worked("ana", -7), worked("ana", -6), worked("ben", -7)]
    assert carried(Measure.MINUTES, *fair, contracts=contracts) == {}
    more = [*fair, worked("ben", -6), worked("ben", -5), worked("ben", -4)]
    assert carried(Measure.MINUTES, *more, contracts=contracts) == {"ana": -480, "ben": 240}, (
        "at most a day of their contract"
    )


def test_a_week_of_holiday_is_nothing_to_catch_up_on() -> None:
    away = [worked("ana", day) for day in range(-7, -2)]
    assert carried(Measure.MINUTES, *away, worked("ana", -14), worked("ben", -14)) == {}


def test_the_first_week_of_all_begins_with_nothing() -> None:
    assert carried(Measure.NIGHTS) == {}


def test_nights_of_the_weeks_before_are_evened_out(ward: Ward) -> None:
    before = a_week(ward.session, ward.team, MONDAY - timedelta(weeks=1), WeekStatus.PUBLISHED)
    for day, user in ((0, ward.ana), (2, ward.ana), (4, ward.ana), (0, ward.ben)):
        hour = 8 if user is ward.ben else 22
        shift = a_shift(ward.session, before, ward.role, day=day, start=hour, name="Night" if hour == 22 else "Early")
        an_assignment(ward.session, shift, user, ward.role)
    problem = ward.loaded().problem
    [nights] = [rule for rule in problem.rules if isinstance(rule, Fairness) and rule.measure is Measure.NIGHTS]
    assert dict(nights.ledger) == {str(ward.ana.id): 2, str(ward.ben.id): -2}
    found = solve(problem, time_limit_s=10, workers=1, seed=1)
    at_night = [one.employee for one in found.assignments if one.shift in {s.id for s in problem.shifts if s.night}]
    assert at_night.count(str(ward.ben.id)) > at_night.count(str(ward.ana.id))
