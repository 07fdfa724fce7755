"""What the steps of an import share: the names known so far, and the faults found."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service.activity.models import ActivityLog
from service.imports.faults import CellFault
from service.imports.workbook import Row, Workbook
from service.people.models import Role, Team, User
from service.schemas.base import Schema
from service.schemas.shifts import WeekStatus
from service.shifts.models import ShiftTemplate, WeeklySchedule

Checked = TypeVar("Checked", bound=Schema)
Found = TypeVar("Found")

UTC = ZoneInfo("UTC")

REASONS = {
    "ex_shift_assignment_confirmed_overlap": "works another shift at that time",
    "ck_user_weekly_hours_within_limit": "would be above their weekly limit of hours",
    "ex_time_off_request_approved_overlap": "overlaps an approved time off of the same person",
    "fk_shift_assignment_user_id_user_role": "cannot do that role",
}


@dataclass(slots=True)
class Loading:
    """An import under way. Names are looked up in lower case, among those of the database and of the file.

    `settled` are the weeks that people were told of before it began, each as its team and its first day.
    """

    session: Session
    workbook: Workbook
    faults: list[CellFault]
    teams: dict[str, Team] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    templates: dict[tuple[int, str], ShiftTemplate] = field(default_factory=dict)
    shared_names: set[str] = field(default_factory=set)
    settled: frozenset[tuple[int, date]] = frozenset()
    written: dict[str, int] = field(default_factory=dict)
    left_alone: dict[str, int] = field(default_factory=dict)

    def rows(self, sheet: str) -> Iterable[Row]:
        """The sound rows of a sheet; each counts as written unless a fault is found, which refuses the whole file."""
        rows = [row for row in self.workbook.rows[sheet] if row.sound]
        if rows:
            self.written[sheet] = len(rows)
        return rows

    def leave_alone(self, row: Row) -> None:
        """Note a row that is not written, since what it was about has moved on."""
        self.left_alone[row.sheet] = self.left_alone.get(row.sheet, 0) + 1
        self.written[row.sheet] -= 1
        if not self.written[row.sheet]:
            del self.written[row.sheet]

    def fault(self, row: Row, column: str, reason: str) -> None:
        """Note a bad cell and go on."""
        self.faults.append(row.fault(column, reason))

    def team(self, row: Row) -> Team | None:
        """The team that a row names, or the only one there is."""
        name = row.values.get("team")
        if name is not None:
            return self._known(row, "team", name, self.teams, "teams")
        mentioned = {each.values["team"].lower() for each in self.workbook.rows["teams"] if "team" in each.values}
        candidates = mentioned or set(self.teams)
        if len(candidates) == 1:
            return self.teams.get(candidates.pop())
        self.fault(row, "team", "is empty, and there are several teams" if candidates else "there is no team")
        return None

    def person(self, row: Row) -> User | None:
        """The person that a row names by handle, email or full name."""
        return self.person_named(row, "person", row.values["person"])

    def person_named(self, row: Row, column: str, name: str) -> User | None:
        """The person of that handle, email or full name."""
        name = name.removeprefix("@")
        if name.lower() in self.shared_names:
            self.fault(row, column, f"several people are called {name}; give the handle or the email")
            return None
        return self._known(row, column, name, self.people, "people")

    def role(self, row: Row, column: str, name: str) -> Role | None:
        """The role of that name."""
        return self._known(row, column, name, self.roles, "roles")

    def template(self, row: Row, column: str, team: Team, name: str) -> ShiftTemplate | None:
        """The template of that name in that team."""
        found = self.templates.get((team.id, name.lower()))
        if found is None and not self._is_broken("templates", name):
            self.fault(row, column, f"there is no template {name!r} in {team.name}")
        return found

    def checked(self, row: Row, schema: type[Checked], columns: dict[str, str], **fields: Any) -> Checked | None:
        """`fields` as the API would take them; `columns` says which column a field came from, where names differ."""
        try:
            return schema(**fields)
        except ValidationError as error:
            for each in error.errors():
                name = str(each["loc"][0]) if each["loc"] else ""
                self.fault_of_field(row, columns, name, each["msg"])
            return None

    def fault_of_field(self, row: Row, columns: dict[str, str], name: str, reason: str) -> None:
        """Note what the API says about a field, in the words of the sheet."""
        reason = reason.removeprefix("Value error, ")
        # Names of two words are no words of a sentence.
        for word in filter(_is_a_name, columns):
            reason = reason.replace(word, columns[word])
        self.fault(row, columns.get(name, name), reason)

    def write(self, row: Row, column: str, *objects: object) -> bool:
        """Add rows that the database itself may refuse; a refusal is a fault of that cell."""
        try:
            with self.session.begin_nested():
                self.session.add_all(objects)
                self.session.flush()
        except IntegrityError as error:
            name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
            self.fault(row, column, REASONS.get(name or "", f"is refused by the database ({name})"))
            return False
        return True

    def _known(self, row: Row, column: str, name: str, known: dict[str, Found], sheet: str) -> Found | None:
        found = known.get(name.lower())
        if found is None and not self._is_broken(sheet, name):
            self.fault(row, column, f"{name!r} is not known; see the sheet {sheet}")
        return found

    def _is_broken(self, sheet: str, name: str) -> bool:
        """Whether a faulty row of that sheet has this name: one mistake is reported once, not wherever it is used."""
        return any(
            not row.sound and name.lower() in {str(value).lower() for value in row.values.values()}
            for row in self.workbook.rows[sheet]
        )


def _is_a_name(field: str) -> bool:
    return "_" in field


def begin(session: Session, workbook: Workbook) -> Loading:
    """An import of `workbook` that knows what the database already holds."""
    loading = Loading(session, workbook, list(workbook.faults), settled=_settled_weeks(session))
    for team in session.scalars(select(Team)):
        loading.teams[team.name.lower()] = team
    for role in session.scalars(select(Role)):
        loading.roles[role.name.lower()] = role
    people = select(User).options(selectinload(User.roles), selectinload(User.teams))
    for user in session.scalars(people):
        know(loading, user)
    for template in session.scalars(select(ShiftTemplate).options(selectinload(ShiftTemplate.roles))):
        loading.templates[template.team_id, template.name.lower()] = template
    return loading


def _settled_weeks(session: Session) -> frozenset[tuple[int, date]]:
    """Weeks that are published or were: the trades made in them are in no file."""
    # A week that a file had published has nobody who did: that it was taken back stands in the log alone.
    taken_back = select(ActivityLog.entity_id).where(
        ActivityLog.entity == "weekly_schedule", ActivityLog.action == "week.unpublish"
    )
    told = or_(
        WeeklySchedule.status != WeekStatus.DRAFT,
        WeeklySchedule.published_by.is_not(None),
        WeeklySchedule.id.in_(taken_back),
    )
    weeks = session.execute(select(WeeklySchedule.team_id, WeeklySchedule.week_start).where(told))
    return frozenset((team_id, week_start) for team_id, week_start in weeks)


def know(loading: Loading, user: User) -> None:
    """Let rows name this person; a full name that two people share names neither of them."""
    loading.people[user.handle.lower()] = user
    loading.people[user.email.lower()] = user
    if loading.people.setdefault(user.name.lower(), user) is not user:
        loading.shared_names.add(user.name.lower())


def zone_of(team: Team) -> ZoneInfo:
    """The team's time zone."""
    return ZoneInfo(team.time_zone)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Local wall time as an instant in UTC."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
