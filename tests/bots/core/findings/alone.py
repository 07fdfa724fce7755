"""Everything that can be found about when and how much one person works."""

from dataclasses import replace

from solver import Problem, Reason, Unavailable
from solver.rules import (
    Amount,
    ConsecutiveDaysOff,
    ConsecutiveWeekends,
    ConsecutiveWork,
    DailyPairs,
    ForbiddenPattern,
    ForbiddenSuccession,
    FreeTime,
    MinimumRest,
    MinutesLimit,
    Period,
    RestBetween,
    Rotation,
    ShiftsLimit,
    ShiftsPerDay,
    TimeOffDistance,
    TravelTime,
    WeekendLimit,
    WindowLimit,
)
from tests.bots.core.findings.problems import ANA, NOBODY, YESTERDAY, Example, ana, asked, away
from tests.solver.builders import DAY, employee, shift, works


def window(amount: Amount) -> Problem:
    """A week in which there may be none of it."""
    return asked(WindowLimit(employees=ANA, amount=amount, days=7, maximum=0))


TIMES: list[Example] = [
    (
        asked(employees=[employee("ana", roles=["waiter"])]),
        ana("early0"),
        "Ana does not hold the role cook for early on Monday",
        "Ana hat nicht die Rolle cook für early am Montag",
    ),
    (
        asked(employees=[employee("ana", roles=["waiter"])]),
        works("ana", "early0", role="waiter"),
        "early on Monday asks for no waiter",
        "early am Montag braucht niemanden als waiter",
    ),
    (
        asked(employees=[away(Reason.TIME_OFF)]),
        ana("early0"),
        "Ana has time off during early on Monday",
        "Ana hat während der Schicht early am Montag frei",
    ),
    (
        asked(employees=[away(Reason.OUTSIDE_AVAILABILITY)]),
        ana("early0"),
        "Ana is not available during early on Monday",
        "Ana ist während der Schicht early am Montag nicht verfügbar",
    ),
    (
        asked(employees=[away(Reason.OTHER_TEAM)]),
        ana("early0"),
        "Ana works for another team during early on Monday",
        "Ana arbeitet während der Schicht early am Montag für ein anderes Team",
    ),
    (
        asked(employees=[away(Reason.REST_FROM_OTHER_TEAM)]),
        ana("early0"),
        "Ana needs rest from work for another team during early on Monday",
        "Ana braucht zur Zeit der Schicht early am Montag Ruhe vor oder nach der Arbeit für ein anderes Team",
    ),
    (
        asked(employees=[away(Reason.OTHER_WEEK)]),
        ana("early0"),
        "Ana is kept free for a shift of another week during early on Monday",
        "Ana bleibt während der Schicht early am Montag frei für eine Schicht einer anderen Woche",
    ),
    (
        asked(days=14, shifts=[shift(0, "a", demand=NOBODY), shift(0, "b", demand=NOBODY)]),
        ana("a0 b0"),
        "Ana works a on Monday of week 1 and b on Monday of week 1 at the same time",
        "Ana hat zur selben Zeit a am Montag der Woche 1 und b am Montag der Woche 1",
    ),
    (
        asked(MinimumRest(employees=ANA, minutes=60), history=(YESTERDAY,), history_days=1),
        ana("early0"),
        "Ana rests 0 h between night on Sunday before the horizon and early on Monday; 1 h are needed",
        "Ana hat 0 Std. Ruhe zwischen night am Sonntag vor dem Zeitraum und early am Montag; mindestens 1 Std. nötig",
    ),
    (
        asked(ForbiddenSuccession(employees=ANA, after="late", types=frozenset({"early"}))),
        ana("late0 early1"),
        "Ana works late on Monday and the day after early on Tuesday",
        "Ana hat late am Montag und am Tag darauf early am Dienstag",
    ),
    (
        asked(ShiftsPerDay(employees=ANA, weight=1)),
        ana("early0 night0"),
        "Ana works 2 shifts on Monday; at most 1 allowed",
        "Ana hat 2 Schichten am Montag; höchstens 1 erlaubt",
    ),
    (
        asked(
            RestBetween(employees=ANA, after=frozenset({"late"}), before=frozenset({"early"}), minutes=660, weight=1)
        ),
        ana("late0 early1"),
        "Ana rests 8 h between late on Monday and early on Tuesday; 11 h are needed",
        "Ana hat 8 Std. Ruhe zwischen late am Montag und early am Dienstag; mindestens 11 Std. nötig",
    ),
    (
        asked(
            TravelTime(employees=ANA, minutes=60),
            shifts=[
                replace(shift(0, "a", hours=(6, 10), demand=NOBODY), site="mill"),
                replace(shift(0, "b", hours=(10.5, 14), demand=NOBODY), site="pier"),
            ],
        ),
        ana("a0 b0"),
        "Ana has 30 min between a on Monday and b on Monday; 1 h are needed",
        "Ana hat 30 Min. Zeit zwischen a am Montag und b am Montag; mindestens 1 Std. nötig",
    ),
    (
        asked(TimeOffDistance(employees=ANA, minutes=720), employees=[away(Reason.TIME_OFF)]),
        ana("early1"),
        "Ana works early on Tuesday, less than 12 h after time off",
        "Ana hat early am Dienstag, weniger als 12 Std. nach freien Tagen",
    ),
    (
        asked(
            TimeOffDistance(employees=ANA, minutes=720),
            employees=[employee("ana", unavailable=[Unavailable(start=DAY, end=2 * DAY, reason=Reason.TIME_OFF)])],
        ),
        ana("late0"),
        "Ana works late on Monday, less than 12 h before time off",
        "Ana hat late am Montag, weniger als 12 Std. vor freien Tagen",
    ),
]
AMOUNTS: list[Example] = [
    (
        asked(MinutesLimit(employees=ANA, period=Period.WEEK, maximum=480, weight=1)),
        ana("early0 early1"),
        "Ana works 16 h in the week; at most 8 h allowed",
        "Ana arbeitet 16 Std. in der Woche; höchstens 8 Std. erlaubt",
    ),
    (
        asked(MinutesLimit(employees=ANA, period=Period.WEEK, minimum=510), days=14),
        ana("early7"),
        "Ana works 8 h in week 2; at least 8 h 30 min needed",
        "Ana arbeitet 8 Std. in Woche 2; mindestens 8 Std. 30 Min. nötig",
    ),
    (
        asked(ShiftsLimit(employees=ANA, period=Period.HORIZON, minimum=2)),
        ana("early0"),
        "Ana works 1 shift in all; at least 2 needed",
        "Ana hat 1 Schicht insgesamt; mindestens 2 nötig",
    ),
    (
        asked(ShiftsLimit(employees=ANA, period=Period.WEEK, maximum=1, types=frozenset({"late", "night"}))),
        ana("late0 late1"),
        "Ana works 2 shifts of type late, night in the week; at most 1 allowed",
        "Ana hat 2 Schichten vom Typ late, night in der Woche; höchstens 1 erlaubt",
    ),
    (
        asked(WeekendLimit(employees=ANA, maximum=1), days=14),
        ana("early5 early12"),
        "Ana works on 2 weekends; at most 1 allowed",
        "Ana arbeitet an 2 Wochenenden; höchstens 1 erlaubt",
    ),
    (
        window(Amount.MINUTES),
        ana("early4 early5"),
        "Ana has 16 h of work in the 7 days from Monday; at most 0 h of work allowed",
        "Ana hat 16 Std. Arbeit in den 7 Tagen ab Montag; höchstens 0 Std. Arbeit erlaubt",
    ),
    (
        window(Amount.SHIFTS),
        ana("early4 early5"),
        "Ana has 2 shifts in the 7 days from Monday; at most 0 shifts allowed",
        "Ana hat 2 Schichten in den 7 Tagen ab Montag; höchstens 0 Schichten erlaubt",
    ),
    (
        window(Amount.DAYS),
        ana("early4 early5"),
        "Ana has 2 days of work in the 7 days from Monday; at most 0 days of work allowed",
        "Ana hat 2 Tage Arbeit in den 7 Tagen ab Montag; höchstens 0 Tage Arbeit erlaubt",
    ),
    (
        asked(WindowLimit(employees=ANA, amount=Amount.DAYS_OFF, days=1, every=2, minimum=1, weight=1)),
        ana("early2"),
        "Ana has 0 days off in the 1 day from Wednesday; at least 1 day off needed",
        "Ana hat 0 Tage frei an 1 Tag ab Mittwoch; mindestens 1 Tag frei nötig",
    ),
    (
        window(Amount.WEEKEND_MINUTES),
        ana("early4 early5"),
        "Ana has 8 h of weekend work in the 7 days from Monday; at most 0 h of weekend work allowed",
        "Ana hat 8 Std. Wochenendarbeit in den 7 Tagen ab Montag; höchstens 0 Std. Wochenendarbeit erlaubt",
    ),
    (
        window(Amount.WEEKENDS),
        ana("early4 early5"),
        "Ana has 1 weekend with work in the 7 days from Monday; at most 0 weekends with work allowed",
        "Ana hat 1 Wochenende mit Arbeit in den 7 Tagen ab Montag; höchstens 0 Wochenenden mit Arbeit erlaubt",
    ),
    (
        asked(FreeTime(employees=ANA, days=2, minutes=2880, every=7)),
        ana("early0"),
        "Ana is free for 34 h at a time in the 2 days from Monday; 48 h are needed",
        "Ana hat 34 Std. am Stück frei in den 2 Tagen ab Montag; mindestens 48 Std. nötig",
    ),
]
DAYS: list[Example] = [
    (
        asked(ConsecutiveWork(employees=ANA, minimum=2)),
        ana("early2"),
        "Ana works only 1 day in a row from Wednesday; at least 2 wanted",
        "Ana arbeitet ab Mittwoch nur 1 Tag in Folge; mindestens 2 gewünscht",
    ),
    (
        asked(ConsecutiveDaysOff(employees=ANA, minimum=2)),
        ana("early0 early2"),
        "Ana has only 1 day off in a row from Tuesday; at least 2 wanted",
        "Ana hat ab Dienstag nur 1 Tag in Folge frei; mindestens 2 gewünscht",
    ),
    (
        asked(ConsecutiveWork(employees=ANA, maximum=1)),
        ana("early0 early1"),
        "Ana works 2 days in a row from Monday; at most 1 allowed",
        "Ana arbeitet 2 Tage in Folge ab Montag; höchstens 1 erlaubt",
    ),
    (
        asked(ConsecutiveWeekends(employees=ANA, maximum=1), days=14),
        ana("early5 early12"),
        "Ana works 2 weekends in a row; at most 1 allowed",
        "Ana arbeitet 2 Wochenenden in Folge; höchstens 1 erlaubt",
    ),
    (
        asked(ForbiddenPattern(employees=ANA, sequence=(frozenset({"night"}), None, frozenset()))),
        ana("night0 early2"),
        "Ana has night, then a day off, then any shift from Monday",
        "Ana hat ab Montag diese Folge: night, dann ein freier Tag, dann irgendeine Schicht",
    ),
    (
        asked(DailyPairs(employees=ANA, allowed=())),
        ana("early0 night0"),
        "Ana works early and night on Monday on one day, which do not go together",
        "Ana hat an einem Tag early und night am Montag, was nicht zusammenpasst",
    ),
    (
        asked(Rotation(employees=ANA, cycle=(frozenset({"early", "late"}), None))),
        ana("late0 night0"),
        "Ana works late and night on Monday, where the rotation has early or late",
        "Ana hat am Montag late und night; im Turnus steht early oder late",
    ),
    (
        asked(Rotation(employees=ANA, cycle=(frozenset(), None))),
        (),
        "Ana works nothing on Monday, where the rotation has any shift",
        "Ana arbeitet am Montag nicht; im Turnus steht irgendeine Schicht",
    ),
]
