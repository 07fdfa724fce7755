"""Time off as callers see it: who may see and decide what, lists, and the read schema."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from service import clock
from service.errors import NotFound
from service.people.models import Team, User
from service.people.service import manages
from service.requests.models import TimeOffRequest
from service.schemas.people import Person
from service.schemas.requests import TimeOffRead, TimeOffSort, TimeOffStatus

ORDERS: dict[TimeOffSort, tuple[ColumnElement[Any], ...]] = {
    TimeOffSort.NEWEST: (TimeOffRequest.created_at.desc(), TimeOffRequest.id.desc()),
    TimeOffSort.OLDEST: (TimeOffRequest.created_at.asc(), TimeOffRequest.id.asc()),
    TimeOffSort.SOONEST: (func.lower(TimeOffRequest.during).asc(), TimeOffRequest.id.asc()),
    TimeOffSort.LATEST: (func.lower(TimeOffRequest.during).desc(), TimeOffRequest.id.desc()),
}


WITH_PEOPLE: tuple[ExecutableOption, ...] = (
    selectinload(TimeOffRequest.user).selectinload(User.teams),
    # With teams too: it may be the caller, whose own must stay loaded.
    selectinload(TimeOffRequest.decider).selectinload(User.teams),
)
"""What is loaded with every request."""


def manages_person(actor: User, person: User) -> bool:
    """Whether the actor manages a team of this person; needs the teams of both loaded."""
    return actor.is_admin or any(manages(actor, team.id) for team in person.teams)


def find_person(session: Session, actor: User, user_id: int | None) -> User:
    """The actor themself, or an active person they manage; teams are loaded. Raises NotFound."""
    if user_id is None or user_id == actor.id:
        return actor
    person = session.scalar(select(User).where(User.id == user_id).options(selectinload(User.teams)))
    if person is None or not person.active or not manages_person(actor, person):
        raise NotFound("There is no such person in your teams.")
    return person


def managers_of(session: Session, person: User) -> list[User]:
    """The active managers of this person's teams, by name, without the person."""
    teams = [team.id for team in person.teams]
    query = select(User).where(User.is_manager, User.active, User.id != person.id, User.teams.any(Team.id.in_(teams)))
    return list(session.scalars(query.order_by(User.name, User.id)))


def may_decide(session: Session, actor: User, person: User) -> bool:
    """Whether the actor decides about this person.

    Managers of a team of theirs do. Nobody decides about themself, but for administrators, and for a manager whose
    teams have no other: there is nobody else to ask.
    """
    if actor.is_admin:
        return True
    if not manages_person(actor, person):
        return False
    return actor.id != person.id or not managers_of(session, person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which requests of a list; each that is None lets everything pass."""

    status: TimeOffStatus | None = None
    user_id: int | None = None
    team_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def visible(
    session: Session, actor: User, filters: Filters, sort: TimeOffSort, *, limit: int, offset: int
) -> tuple[list[TimeOffRequest], int]:
    """The requests that the actor may see, and how many there are: their own, and those of people they manage."""
    managed = [team.id for team in actor.teams if manages(actor, team.id)]
    query = select(TimeOffRequest)
    if not actor.is_admin:
        query = query.where(
            or_(
                TimeOffRequest.user_id == actor.id,
                TimeOffRequest.user.has(User.teams.any(Team.id.in_(managed))),
            )
        )
    if filters.status is not None:
        query = query.where(TimeOffRequest.status == filters.status)
    if filters.user_id is not None:
        query = query.where(TimeOffRequest.user_id == filters.user_id)
    if filters.team_id is not None:
        query = query.where(TimeOffRequest.user.has(User.teams.any(Team.id == filters.team_id)))
    if filters.since is not None or filters.until is not None:
        query = query.where(TimeOffRequest.during.overlaps(Range(filters.since, filters.until)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.options(*WITH_PEOPLE).order_by(*ORDERS[sort]).limit(limit).offset(offset)
    return list(session.scalars(page)), total


def zone_of(person: User) -> str:
    """The zone that a person's days are meant in: that of their first team. Needs `teams` loaded."""
    return person.teams[0].time_zone if person.teams else person.time_zone or "UTC"


def reads(session: Session, actor: User, requests: Iterable[TimeOffRequest]) -> list[TimeOffRead]:
    """Requests as the actor sees them; one question about the actor's own rights, however many there are."""
    own = may_decide(session, actor, actor)
    return [
        _read(request, can=own if request.user_id == actor.id else manages_person(actor, request.user))
        for request in requests
    ]


def read(session: Session, actor: User, request: TimeOffRequest) -> TimeOffRead:
    """One request as the actor sees it."""
    return reads(session, actor, [request])[0]


def _read(request: TimeOffRequest, *, can: bool) -> TimeOffRead:
    starts_at, ends_at = clock.bounds(request.during)
    return TimeOffRead(
        id=request.id,
        person=person_of(request.user),
        time_zone=zone_of(request.user),
        kind=request.kind,
        status=request.status,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=request.reason,
        decided_by=person_of(request.decider) if request.decider else None,
        decided_at=request.decided_at,
        note=request.note,
        created_at=request.created_at,
        can_decide=can and request.status is TimeOffStatus.PENDING,
    )


def person_of(user: User) -> Person:
    """As much of a user as a colleague may see."""
    return Person(id=user.id, name=user.name, handle=user.handle)
