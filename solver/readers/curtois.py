"""Reader of the public shift scheduling instances of Curtois & Qu (2014), in their text form.

Day 0 is a Monday; the format gives lengths but no times of day, so every shift starts at midnight. Nothing is known
before the first day. Source of the format: http://www.schedulingbenchmarks.org/nrp/ (Curtois and Qu, "Computational
results on new staff scheduling benchmark instances", 2014).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from solver.errors import InvalidProblem, UnreadableInstance
from solver.problem import Assignment, Demand, Employee, Problem, Reason, Request, Shift, Unavailable
from solver.rules import (
    ConsecutiveDaysOff,
    ConsecutiveWork,
    ForbiddenSuccession,
    MinutesLimit,
    Period,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    ShiftTypes,
    WeekendLimit,
    people,
)

ROLE = "staff"
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class _Row:
    """One line with its comma-separated fields."""

    line: int
    fields: tuple[str, ...]

    def fail(self, reason: str) -> UnreadableInstance:
        return UnreadableInstance(self.line, reason)

    def number(self, at: int, what: str, highest: int | None = None) -> int:
        text = self.fields[at]
        if not (text.isascii() and text.isdigit()):
            raise self.fail(f"{what} {text!r} is not a whole number")
        if highest is not None and int(text) > highest:
            raise self.fail(f"{what} {text} is above {highest}")
        return int(text)


@dataclass(slots=True)
class _Instance:
    """What has been read so far."""

    days: int = 0
    lengths: dict[str, int] = field(default_factory=dict)
    forbidden_after: dict[str, ShiftTypes] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    staff: dict[str, Employee] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    cover: dict[tuple[int, str], Demand] = field(default_factory=dict)


def loads(text: str) -> Problem:
    """The problem that `text` describes. Raises `UnreadableInstance` with line and reason."""
    sections = _sections(text)
    instance = _Instance()
    for name, read in READERS.items():
        if name not in sections:
            raise UnreadableInstance(len(text.splitlines()) or 1, f"{name} is missing")
        header, rows = sections[name]
        if name == "SECTION_HORIZON" and len(rows) != 1:
            raise UnreadableInstance(header, "the horizon is one number of days")
        for row in rows:
            read(instance, row)
        if name == "SECTION_SHIFTS":
            _check_followers(instance, rows)
    return _problem(instance)


def shift_id(day: int, kind: str) -> str:
    """The id that the shift of type `kind` on `day` has in the problem."""
    return f"{day}:{kind}"


def assignment(*, employee: str, shift: str) -> Assignment:
    """Somebody on a shift; the format knows only one role."""
    return Assignment(shift=shift, employee=employee, role=ROLE)


def _sections(text: str) -> dict[str, tuple[int, list[_Row]]]:
    sections: dict[str, tuple[int, list[_Row]]] = {}
    rows: list[_Row] | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            if line not in READERS:
                raise UnreadableInstance(number, f"unknown section {line}")
            if line in sections:
                raise UnreadableInstance(number, f"{line} is given twice")
            rows = []
            sections[line] = (number, rows)
        elif rows is None:
            raise UnreadableInstance(number, "there is text before the first section")
        else:
            rows.append(_Row(number, tuple(part.strip() for part in line.split(","))))
    return sections


def _expect(row: _Row, count: int) -> None:
    if len(row.fields) != count:
        raise row.fail(f"{count} fields expected, {len(row.fields)} found")


def _horizon(instance: _Instance, row: _Row) -> None:
    _expect(row, 1)
    instance.days = row.number(0, "the number of days", highest=10_000)
    if not instance.days:
        raise row.fail("the horizon has no days")


def _shift(instance: _Instance, row: _Row) -> None:
    _expect(row, 3)
    kind, _, after = row.fields
    if not kind:
        raise row.fail("the shift has no name")
    if kind in instance.lengths:
        raise row.fail(f"shift {kind} is given twice")
    instance.lengths[kind] = row.number(1, "length", highest=DAY)
    if not instance.lengths[kind]:
        raise row.fail(f"shift {kind} has no length")
    if after:
        instance.forbidden_after[kind] = frozenset(part.strip() for part in after.split("|"))


def _check_followers(instance: _Instance, rows: list[_Row]) -> None:
    """Shifts may be named before their own line, so this waits for the whole section."""
    for row in rows:
        for kind in sorted(instance.forbidden_after.get(row.fields[0], frozenset()) - instance.lengths.keys()):
            raise row.fail(f"unknown shift {kind!r}")


def _staff(instance: _Instance, row: _Row) -> None:
    _expect(row, 8)
    name = row.fields[0]
    if not name or name in instance.staff:
        raise row.fail(f"employee {name} is given twice" if name else "the employee has no name")
    instance.staff[name] = Employee(id=name, name=name, roles=frozenset({ROLE}))
    me = people([name])
    for part in row.fields[1].split("|"):
        kind, _, limit = (text.strip() for text in part.partition("="))
        if kind not in instance.lengths or not (limit.isascii() and limit.isdigit()):
            raise row.fail(f"maximum of shifts {part!r} is not SHIFT=NUMBER with a known shift")
        if int(limit) < instance.days:
            types = frozenset({kind})
            instance.rules.append(ShiftsLimit(employees=me, period=Period.HORIZON, types=types, maximum=int(limit)))
    longest, shortest = row.number(2, "maximum of minutes"), row.number(3, "minimum of minutes")
    most, fewest = row.number(4, "maximum of consecutive shifts"), row.number(5, "minimum of consecutive shifts")
    if shortest > longest or fewest > most:
        raise row.fail(f"a minimum of employee {name} is above its maximum")
    instance.rules += [
        MinutesLimit(employees=me, period=Period.HORIZON, minimum=shortest, maximum=longest),
        ConsecutiveWork(employees=me, minimum=fewest, maximum=most),
        ConsecutiveDaysOff(employees=me, minimum=row.number(6, "minimum of consecutive days off")),
        WeekendLimit(employees=me, maximum=row.number(7, "maximum of weekends")),
    ]


def _days_off(instance: _Instance, row: _Row) -> None:
    if len(row.fields) < 2:
        raise row.fail("an employee and at least one day expected")
    employee = _employee(instance, row)
    absences = []
    for at in range(1, len(row.fields)):
        day = row.number(at, "day", highest=instance.days - 1)
        absences.append(Unavailable(start=day * DAY, end=(day + 1) * DAY, reason=Reason.TIME_OFF))
    instance.staff[employee.id] = replace(employee, unavailable=(*employee.unavailable, *absences))


def _wanted(instance: _Instance, row: _Row) -> None:
    _request(instance, row, wanted=True)


def _unwanted(instance: _Instance, row: _Row) -> None:
    _request(instance, row, wanted=False)


def _request(instance: _Instance, row: _Row, *, wanted: bool) -> None:
    _expect(row, 4)
    employee = _employee(instance, row)
    day = row.number(1, "day", highest=instance.days - 1)
    shifts = frozenset({shift_id(day, _kind(instance, row, 2))})
    weight = row.number(3, "weight")
    instance.requests.append(Request(employee=employee.id, shifts=shifts, wanted=wanted, weight=weight))


def _cover(instance: _Instance, row: _Row) -> None:
    _expect(row, 5)
    place = row.number(0, "day", highest=instance.days - 1), _kind(instance, row, 1)
    if place in instance.cover:
        raise row.fail(f"cover of shift {place[1]} on day {place[0]} is given twice")
    instance.cover[place] = Demand(
        role=ROLE,
        target=row.number(2, "requirement"),
        under_weight=row.number(3, "weight for under"),
        over_weight=row.number(4, "weight for over"),
    )


def _employee(instance: _Instance, row: _Row) -> Employee:
    employee = instance.staff.get(row.fields[0])
    if employee is None:
        raise row.fail(f"unknown employee {row.fields[0]!r}")
    return employee


def _kind(instance: _Instance, row: _Row, at: int) -> str:
    if row.fields[at] not in instance.lengths:
        raise row.fail(f"unknown shift {row.fields[at]!r}")
    return row.fields[at]


READERS: dict[str, Callable[[_Instance, _Row], None]] = {
    "SECTION_HORIZON": _horizon,
    "SECTION_SHIFTS": _shift,
    "SECTION_STAFF": _staff,
    "SECTION_DAYS_OFF": _days_off,
    "SECTION_SHIFT_ON_REQUESTS": _wanted,
    "SECTION_SHIFT_OFF_REQUESTS": _unwanted,
    "SECTION_COVER": _cover,
}


def _problem(instance: _Instance) -> Problem:
    everybody = people(instance.staff)
    try:
        return Problem(
            days=instance.days,
            first_weekday=0,
            employees=tuple(instance.staff.values()),
            shifts=tuple(_shifts(instance)),
            rules=(
                ShiftsPerDay(employees=everybody),
                *(
                    ForbiddenSuccession(employees=everybody, after=after, types=types)
                    for after, types in instance.forbidden_after.items()
                ),
                *instance.rules,
            ),
            requests=tuple(instance.requests),
        )
    except InvalidProblem as error:
        raise UnreadableInstance(1, str(error)) from error


def _shifts(instance: _Instance) -> Iterator[Shift]:
    uncovered = Demand(role=ROLE, target=0, under_weight=0, over_weight=0)
    for day in range(instance.days):
        for kind, minutes in instance.lengths.items():
            yield Shift(
                id=shift_id(day, kind),
                name=kind,
                type=kind,
                day=day,
                start=day * DAY,
                end=day * DAY + minutes,
                minutes=minutes,
                demands=(instance.cover.get((day, kind), uncovered),),
            )
