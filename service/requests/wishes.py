"""Rules of when people can work, and when they would rather."""

from datetime import time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.activity.service import record
from service.errors import Conflict, NotAllowed, NotFound, Unprocessable
from service.people.models import Team, User
from service.people.service import manages
from service.requests.models import Availability, EmployeePreference
from service.requests.reading import find_person, manages_person, person_of, zone_of
from service.schemas.base import FieldFault
from service.schemas.requests import (
    AvailabilityRead,
    AvailabilityWindow,
    AvailabilityWrite,
    PreferenceCreate,
    PreferenceRead,
    PreferenceWrite,
)
from service.shifts.models import ShiftTemplate

DAY = 24 * 60
WEEK = 7 * DAY
MOST_WISHES = 100
MOST_OWN_WEIGHT = 50
"""How heavy a person may make their own wishes; managers can make them heavier."""
MATCHES = ("weekday", "on_date", "template_id", "start_time", "end_time")


def availability_of(session: Session, actor: User, user_id: int | None) -> AvailabilityRead:
    """When a person can work. Raises NotFound."""
    person = find_person(session, actor, user_id)
    return AvailabilityRead(
        person=person_of(person), time_zone=zone_of(person), windows=_read_windows(session, person)
    )


def _read_windows(session: Session, person: User) -> list[AvailabilityWindow]:
    rows = session.scalars(
        select(Availability)
        .where(Availability.user_id == person.id)
        .order_by(Availability.weekday, Availability.start_time, Availability.id)
    )
    return [AvailabilityWindow(weekday=row.weekday, start_time=row.start_time, end_time=row.end_time) for row in rows]


def replace_availability(
    session: Session, actor: User, user_id: int | None, wanted: AvailabilityWrite
) -> AvailabilityRead:
    """A person's whole week in one transaction; no window at all means that they always can.

    Raises NotFound, and Unprocessable where windows overlap.
    """
    person = find_person(session, actor, user_id)
    _refuse_overlaps(wanted.windows)
    # Two replacements at once must not leave the windows of both.
    session.execute(select(User.id).where(User.id == person.id).with_for_update(key_share=True))
    before = _read_windows(session, person)
    session.execute(delete(Availability).where(Availability.user_id == person.id))
    session.add_all(Availability(user_id=person.id, **window.model_dump()) for window in wanted.windows)
    session.flush()
    _log(
        session,
        actor,
        "availability.replace",
        ("user", person.id),
        before={"windows": len(before)},
        after={"windows": len(wanted.windows)},
    )
    return availability_of(session, actor, user_id)


def _refuse_overlaps(windows: list[AvailabilityWindow]) -> None:
    """Refuse windows that share a minute; the week is a circle, so that Sunday night reaches into Monday."""
    spans = sorted((*_span(window), number) for number, window in enumerate(windows))
    for (_, end, _), (start, _, number) in pairwise(spans):
        if start < end:
            raise _overlap(number)
    if len(spans) > 1 and spans[-1][1] - WEEK > spans[0][0]:
        raise _overlap(spans[-1][2])


def _span(window: AvailabilityWindow) -> tuple[int, int]:
    start, end = _minute(window.start_time), _minute(window.end_time)
    first = window.weekday * DAY + start
    return first, first + (end - start if end > start else DAY + end - start)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _overlap(number: int) -> Unprocessable:
    reason = "overlaps another window"
    return Unprocessable("Two windows overlap.", faults=(FieldFault(field=f"windows.{number}", reason=reason),))


def visible_preferences(
    session: Session, actor: User, *, user_id: int | None, team_id: int | None, limit: int, offset: int
) -> tuple[list[PreferenceRead], int]:
    """The actor's own wishes, and for managers those of their people; by person, oldest first."""
    managed = [team.id for team in actor.teams if manages(actor, team.id)]
    query = select(EmployeePreference, ShiftTemplate.name).outerjoin(
        ShiftTemplate, ShiftTemplate.id == EmployeePreference.template_id
    )
    if not actor.is_admin:
        theirs = select(User.id).where(User.teams.any(Team.id.in_(managed)))
        query = query.where(or_(EmployeePreference.user_id == actor.id, EmployeePreference.user_id.in_(theirs)))
    if user_id is not None:
        query = query.where(EmployeePreference.user_id == user_id)
    if team_id is not None:
        query = query.where(EmployeePreference.user_id.in_(select(User.id).where(User.teams.any(Team.id == team_id))))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(EmployeePreference.user_id, EmployeePreference.id).limit(limit).offset(offset)
    return [_preference_read(wish, name) for wish, name in session.execute(page)], total


def find_preference(session: Session, actor: User, preference_id: int) -> EmployeePreference:
    """The wish, if it is the actor's own or of a person they manage. Raises NotFound."""
    wish = session.get(EmployeePreference, preference_id)
    if wish is not None:
        person = session.scalars(select(User).where(User.id == wish.user_id).options(selectinload(User.teams))).one()
        if person.id == actor.id or manages_person(actor, person):
            return wish
    raise NotFound("There is no such wish.")


def create_preference(session: Session, actor: User, wanted: PreferenceCreate) -> PreferenceRead:
    """A new wish. Raises NotFound, Conflict for one that is there already, NotAllowed and Unprocessable."""
    person = find_person(session, actor, wanted.user_id)
    # One at a time, so that two of the same cannot pass each other.
    session.execute(select(User.id).where(User.id == person.id).with_for_update(key_share=True))
    _refuse_wrong(session, actor, person, wanted)
    count = select(func.count()).where(EmployeePreference.user_id == person.id)
    if (session.scalar(count) or 0) >= MOST_WISHES:
        raise Conflict(
            "More than {most} wishes are too many.", way_forward="Remove some first.", values={"most": MOST_WISHES}
        )
    wish = EmployeePreference(user_id=person.id, **wanted.model_dump(exclude={"user_id"}))
    session.add(wish)
    session.flush()
    _log(session, actor, "preference.create", ("employee_preference", wish.id), before=None, after=_logged(wish))
    return read_preference(session, wish)


def change_preference(session: Session, actor: User, preference_id: int, wanted: PreferenceWrite) -> PreferenceRead:
    """The wish as a whole; what is left out is cleared."""
    wish = find_preference(session, actor, preference_id)
    person = find_person(session, actor, wish.user_id)
    session.execute(select(User.id).where(User.id == person.id).with_for_update(key_share=True))
    _refuse_wrong(session, actor, person, wanted, other_than=wish.id)
    values = wanted.model_dump(exclude={"user_id"})
    changed = sorted(field for field, value in values.items() if getattr(wish, field) != value)
    for field, value in values.items():
        setattr(wish, field, value)
    session.flush()
    after = _logged(wish) | {"changed": changed}
    _log(session, actor, "preference.change", ("employee_preference", wish.id), before=_logged(wish), after=after)
    return read_preference(session, wish)


def delete_preference(session: Session, actor: User, preference_id: int) -> None:
    """Forget a wish."""
    wish = find_preference(session, actor, preference_id)
    before = _logged(wish)
    session.delete(wish)
    session.flush()
    _log(session, actor, "preference.delete", ("employee_preference", preference_id), before=before, after=None)


def _refuse_wrong(
    session: Session, actor: User, person: User, wanted: PreferenceWrite, *, other_than: int | None = None
) -> None:
    if wanted.weight > MOST_OWN_WEIGHT and not manages_person(actor, person):
        raise NotAllowed(
            "Only managers give wishes a weight above {most}.",
            way_forward="Choose a lower weight.",
            values={"most": MOST_OWN_WEIGHT},
        )
    if wanted.on_date is not None and wanted.on_date < clock.now().date() - timedelta(days=1):
        raise Unprocessable("This day is over.", faults=(FieldFault(field="on_date", reason="is in the past"),))
    if wanted.template_id is not None:
        template = session.get(ShiftTemplate, wanted.template_id)
        if template is None or template.team_id not in {team.id for team in person.teams}:
            reason = "is no shift of this person's teams"
            raise Unprocessable("There is no such shift.", faults=(FieldFault(field="template_id", reason=reason),))
    same = select(EmployeePreference.id).where(
        EmployeePreference.user_id == person.id,
        *(getattr(EmployeePreference, field).is_not_distinct_from(getattr(wanted, field)) for field in MATCHES),
    )
    if (found := session.scalar(same.limit(1))) is not None and found != other_than:
        raise Conflict("There is a wish about just these shifts.", way_forward="Change or remove that one.")


def read_preference(session: Session, wish: EmployeePreference) -> PreferenceRead:
    """A wish as callers see it."""
    template = None if wish.template_id is None else session.get(ShiftTemplate, wish.template_id)
    return _preference_read(wish, template.name if template else None)


def _preference_read(wish: EmployeePreference, template_name: str | None) -> PreferenceRead:
    plain = [field for field in PreferenceRead.model_fields if field != "template_name"]
    return PreferenceRead(**{field: getattr(wish, field) for field in plain}, template_name=template_name)


def _logged(wish: EmployeePreference) -> dict[str, Any]:
    # The log can never be changed, and people can ask to be forgotten: what they wish for is not in it.
    return {"user_id": wish.user_id}


def _log(
    session: Session,
    actor: User,
    action: str,
    row: tuple[str, int],
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    entity, entity_id = row
    record(session, actor_id=actor.id, action=action, entity=entity, entity_id=entity_id, before=before, after=after)
