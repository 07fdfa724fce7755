"""How days, times and amounts read in findings and explanations."""

from functools import lru_cache

from solver.phrases import Phrase
from solver.problem import Employee, PastShift, Problem, Reason, Shift
from solver.rules import Period

DAY = 24 * 60

WEEKDAYS = (
    Phrase("Monday"),
    Phrase("Tuesday"),
    Phrase("Wednesday"),
    Phrase("Thursday"),
    Phrase("Friday"),
    Phrase("Saturday"),
    Phrase("Sunday"),
)

PERIODS = {Period.WEEK: Phrase("a week"), Period.HORIZON: Phrase("in all")}


# A score says the same days, shifts and amounts again and again.
often = lru_cache(maxsize=4096)


def day_name(problem: Problem, day: int) -> Phrase:
    """The weekday, with the number of its week where the horizon has several."""
    return _day(problem.first_weekday, day, problem.days > 7)


@often
def _day(first_weekday: int, day: int, numbered: bool) -> Phrase:
    weekday = WEEKDAYS[(first_weekday + day) % 7]
    if day < 0:
        return Phrase("{weekday} before the horizon", weekday=weekday)
    return Phrase("{weekday} of week {number}", weekday=weekday, number=day // 7 + 1) if numbered else weekday


def shift_name(problem: Problem, shift: Shift | PastShift) -> Phrase:
    """A shift as people call it: its name and day."""
    return _on(shift.name, problem.first_weekday, shift.day, problem.days > 7)


@often
def _on(shift: str, first_weekday: int, day: int, numbered: bool) -> Phrase:
    return Phrase("{shift} on {day}", shift=shift, day=_day(first_weekday, day, numbered))


@often
def hours(minutes: int) -> Phrase:
    """Minutes as hours: `7 h`, `7 h 30 min`."""
    whole, rest = divmod(minutes, 60)
    if not rest:
        return Phrase("{hours} h", hours=whole)
    return (
        Phrase("{hours} h {minutes} min", hours=whole, minutes=rest)
        if whole
        else Phrase("{minutes} min", minutes=rest)
    )


@often
def shift_count(amount: int) -> Phrase:
    """`1 shift`, `2 shifts`."""
    return Phrase("{count} shift", count=amount) if amount == 1 else Phrase("{count} shifts", count=amount)


@often
def day_count(amount: int) -> Phrase:
    """`1 day`, `2 days`."""
    return Phrase("{count} day", count=amount) if amount == 1 else Phrase("{count} days", count=amount)


@often
def weekend_count(amount: int) -> Phrase:
    """`1 weekend`, `2 weekends`."""
    return Phrase("{count} weekend", count=amount) if amount == 1 else Phrase("{count} weekends", count=amount)


@often
def night_count(amount: int) -> Phrase:
    """`1 night`, `2 nights`."""
    return Phrase("{count} night", count=amount) if amount == 1 else Phrase("{count} nights", count=amount)


@often
def hour_count(amount: int) -> Phrase:
    """`1 hour`, `2 hours`."""
    return Phrase("{count} hour", count=amount) if amount == 1 else Phrase("{count} hours", count=amount)


@often
def days_from(amount: int, first: str) -> Phrase:
    """A window of days: `in the 7 days from Monday`."""
    if amount == 1:
        return Phrase("in the {count} day from {day}", count=amount, day=first)
    return Phrase("in the {count} days from {day}", count=amount, day=first)


@often
def at_least(amount: str | int) -> Phrase:
    """A lower limit."""
    return Phrase("at least {amount}", amount=amount)


@often
def at_most(amount: str | int) -> Phrase:
    """An upper limit."""
    return Phrase("at most {amount}", amount=amount)


@often
def needed(amount: str | int) -> Phrase:
    """A lower limit that is missed."""
    return Phrase("at least {amount} needed", amount=amount)


@often
def allowed(amount: str | int) -> Phrase:
    """An upper limit that is passed."""
    return Phrase("at most {amount} allowed", amount=amount)


@often
def wanted(amount: str | int) -> Phrase:
    """What would be better."""
    return Phrase("{amount} wanted", amount=amount)


def away(employee: Employee, reason: Reason, when: str) -> Phrase:
    """Why somebody cannot work then."""
    match reason:
        case Reason.TIME_OFF:
            return Phrase("{person} has time off {when}", person=employee.name, when=when)
        case Reason.OUTSIDE_AVAILABILITY:
            return Phrase("{person} is not available {when}", person=employee.name, when=when)
        case Reason.OTHER_TEAM:
            return Phrase("{person} works for another team {when}", person=employee.name, when=when)
        case Reason.REST_FROM_OTHER_TEAM:
            return Phrase("{person} needs rest from work for another team {when}", person=employee.name, when=when)
        case Reason.OTHER_WEEK:
            return Phrase("{person} is kept free for a shift of another week {when}", person=employee.name, when=when)


def span_words(problem: Problem, start: int, end: int) -> Phrase:
    """A span of minutes as people say it: `Monday 18:00 to 21:30`; in a week with a change of the clock, about."""
    (first, begins), (last, ends) = divmod(start, DAY), divmod(end, DAY)
    if first == last:
        return Phrase("{day} {start} to {end}", day=day_name(problem, first), start=_clock(begins), end=_clock(ends))
    return Phrase(
        "{day} {start} to {last} {end}",
        day=day_name(problem, first),
        start=_clock(begins),
        last=day_name(problem, last),
        end=_clock(ends),
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
