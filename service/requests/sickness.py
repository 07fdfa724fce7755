"""Who is sick is away at once: no request, no decision. A later sick call makes the time off longer."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock
from service.errors import Conflict
from service.people.models import User
from service.requests.models import TimeOffRequest
from service.requests.reading import WITH_PEOPLE
from service.requests.service import OPEN, move_to
from service.schemas.requests import TimeOffKind, TimeOffStatus


def note(
    session: Session, actor: User, person: User, wanted: Range[datetime]
) -> tuple[TimeOffRequest, Range[datetime]]:
    """The person's approved sick leave over `wanted`, and the part of it that is new, which may have gaps.

    Sick leave that reaches into that time becomes longer, so that it is taken back as one. What still waits for a
    decision stands in nobody's way. The caller holds the person. Raises Conflict where the person is away all the
    time already, or has other time off in the middle of it.
    """
    approved = _approved(session, person, wanted)
    fresh = list(_gaps(wanted, (one.during for one in approved)))
    sick = [one for one in approved if one.kind is TimeOffKind.SICK]
    if not fresh:
        reason = "Sick leave is noted" if len(sick) == len(approved) else "Time off is approved"
        raise Conflict(
            f"{reason} for that time already.",
            way_forward="Nothing more is needed; to stay away longer, name a later day: /sick until fri.",
        )
    new = _around(fresh)
    whole = _around([new, *(one.during for one in sick)])
    if any(one.during.overlaps(whole) for one in approved if one.kind is not TimeOffKind.SICK):
        raise Conflict(
            "Other time off is approved in the middle of that time.",
            way_forward="Call in sick for the days before it, and then for those after it.",
        )
    if not sick:
        return _first(session, actor, person, whole), new
    kept, *others = sick
    for other in others:
        move_to(session, other, actor, TimeOffStatus.CANCELLED)
    # Before the one that is kept reaches over them: PostgreSQL refuses absences that overlap.
    session.flush()
    kept.during = whole
    session.flush()
    return kept, new


def _approved(session: Session, person: User, wanted: Range[datetime]) -> list[TimeOffRequest]:
    """The approved time off that reaches into that time, by time. What waits is held too: whoever decides it now is
    waited for."""
    held = session.scalars(
        select(TimeOffRequest)
        .where(
            TimeOffRequest.user_id == person.id,
            TimeOffRequest.status.in_(OPEN),
            TimeOffRequest.during.overlaps(wanted),
        )
        .options(*WITH_PEOPLE)
        .order_by(TimeOffRequest.during, TimeOffRequest.id)
        .with_for_update(of=TimeOffRequest)
        .execution_options(populate_existing=True)
    )
    return [one for one in held if one.status is TimeOffStatus.APPROVED]


def _gaps(wanted: Range[datetime], taken: Iterable[Range[datetime]]) -> Iterator[Range[datetime]]:
    """What is left of `wanted` between ranges that follow each other."""
    at, end = clock.bounds(wanted)
    for one in taken:
        starts, ends = clock.bounds(one)
        if at < starts:
            yield Range(at, starts)
        at = max(at, ends)
    if at < end:
        yield Range(at, end)


def _around(ranges: Iterable[Range[datetime]]) -> Range[datetime]:
    bounds = [clock.bounds(one) for one in ranges]
    return Range(min(starts for starts, _ends in bounds), max(ends for _starts, ends in bounds))


def _first(session: Session, actor: User, person: User, during: Range[datetime]) -> TimeOffRequest:
    away = TimeOffRequest(
        user=person,
        decider=actor,
        decided_at=clock.now(),
        kind=TimeOffKind.SICK,
        status=TimeOffStatus.APPROVED,
        during=during,
        created_by=actor.id,
    )
    session.add(away)
    session.flush()
    return away
