"""Time off, availability and preferences of a workbook."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import Range

from service.imports.loading import UTC, Loading, zone_of
from service.people.models import Team, User
from service.requests.models import Availability, EmployeePreference, TimeOffRequest
from service.schemas.requests import PreferenceWrite, TimeOffKind, TimeOffStatus


def load_time_off(loading: Loading) -> None:
    """Enter time off; what is known already is left alone, also where it was withdrawn or declined since."""
    for row in loading.rows("time_off"):
        user = loading.person(row)
        if user is None:
            continue
        zone = zone_of(user.teams[0]) if user.teams else UTC
        start, end = (_edge(row.values[key], is_end=key == "to").replace(tzinfo=zone) for key in ("from", "to"))
        if end <= start:
            loading.fault(row, "to", "is before from")
            continue
        during = Range(start.astimezone(UTC), end.astimezone(UTC))
        same = select(TimeOffRequest.id).where(TimeOffRequest.user_id == user.id, TimeOffRequest.during == during)
        if loading.session.scalar(same) is None:
            request = TimeOffRequest(
                user_id=user.id,
                kind=TimeOffKind(row.values.get("kind", TimeOffKind.VACATION)),
                status=TimeOffStatus(row.values.get("status", TimeOffStatus.APPROVED)),
                during=during,
                reason=row.values.get("reason", "")[:500],
            )
            loading.write(row, "from", request)


def load_availability(loading: Loading) -> None:
    """Replace the windows of everybody listed."""
    replaced: set[int] = set()
    for row in loading.rows("availability"):
        user = loading.person(row)
        if user is None:
            continue
        if user.id not in replaced:
            loading.session.execute(delete(Availability).where(Availability.user_id == user.id))
            replaced.add(user.id)
        for weekday in row.values["days"]:
            loading.session.add(
                Availability(
                    user_id=user.id, weekday=weekday, start_time=row.values["from"], end_time=row.values["to"]
                )
            )


def load_preferences(loading: Loading) -> None:
    """Replace the wishes of everybody listed; several days make several wishes."""
    replaced: set[int] = set()
    for row in loading.rows("preferences"):
        user = loading.person(row)
        if user is None:
            continue
        template = None
        if "shift" in row.values:
            team = loading.team(row) if "team" in row.values else _home(loading, user)
            template = None if team is None else loading.template(row, "shift", team, row.values["shift"])
            if template is None:
                continue
        if user.id not in replaced:
            loading.session.execute(delete(EmployeePreference).where(EmployeePreference.user_id == user.id))
            replaced.add(user.id)
        for weekday in row.values.get("days", [None]):
            written = loading.checked(
                row,
                PreferenceWrite,
                {"weekday": "days", "on_date": "date", "start_time": "from", "end_time": "to", "": "wish"},
                wanted=row.values["wish"] == "WANTS",
                weight=row.values.get("weight", 10),
                weekday=weekday,
                on_date=row.values.get("date"),
                template_id=None if template is None else template.id,
                start_time=row.values.get("from"),
                end_time=row.values.get("to"),
            )
            if written is None:
                break
            loading.session.add(EmployeePreference(user_id=user.id, **written.model_dump()))


def _home(loading: Loading, user: User) -> Team | None:
    return user.teams[0] if user.teams else next(iter(loading.teams.values()), None)


def _edge(value: date | datetime, *, is_end: bool) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day) + timedelta(days=int(is_end))  # noqa: DTZ001  # zone follows
