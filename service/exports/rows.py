"""A roster as plain rows, the same for every tabular format."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service.schemas.people import Person
from service.schemas.shifts import Roster, ShiftRead

HEADER = ("Date", "Day", "Shift", "Start", "End", "Hours", "Role", "Person", "Status")
OPEN = "OPEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One person on one shift, or places that nobody fills. Times are the team's local ones."""

    shift_id: int
    starts_at: datetime
    ends_at: datetime
    shift: str
    minutes: int
    role: str
    person: str
    person_id: int | None
    status: str

    def cells(self) -> tuple[str, ...]:
        """The row as text, under HEADER."""
        return (
            self.starts_at.date().isoformat(),
            f"{self.starts_at:%a}",
            self.shift,
            f"{self.starts_at:%H:%M}",
            f"{self.ends_at:%H:%M}",
            f"{self.minutes / 60:.2f}",
            self.role,
            self.person,
            self.status,
        )


def rows_of(roster: Roster) -> list[ExportRow]:
    """Every assignment and every gap, by start, shift, role and person."""
    return sorted(_rows(roster), key=lambda row: (row.starts_at, row.shift, row.role, row.status == OPEN, row.person))


def _rows(roster: Roster) -> Iterator[ExportRow]:
    zone = ZoneInfo(roster.team.time_zone)
    shifts = {shift.id: shift for shift in roster.shifts}
    roles = {role.id: role.name for role in roster.roles}
    people = {person.id: person for person in roster.people}
    for each in roster.assignments:
        yield _row(shifts[each.planned_shift_id], zone, roles[each.role_id], people[each.user_id], each.status.value)
    for gap in roster.gaps:
        for _ in range(gap.missing):
            yield _row(shifts[gap.planned_shift_id], zone, roles[gap.role_id], None, OPEN)


def _row(shift: ShiftRead, zone: ZoneInfo, role: str, person: Person | None, status: str) -> ExportRow:
    return ExportRow(
        shift_id=shift.id,
        starts_at=shift.starts_at.astimezone(zone),
        ends_at=shift.ends_at.astimezone(zone),
        shift=shift.name,
        minutes=shift.minutes,
        role=role,
        person="" if person is None else person.name,
        person_id=None if person is None else person.id,
        status=status,
    )
