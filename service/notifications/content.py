"""What a delivery shows, read afresh when it is delivered, so that nobody is shown what no longer holds."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.notifications.models import Delivery, Notification
from service.notifications.payloads import (
    PAYLOAD,
    Payload,
    RunFinishedPayload,
    ShiftRole,
    WeekPublishedPayload,
    YourShiftsPayload,
)
from service.people.models import Team, User
from service.scheduling import service as scheduling
from service.scheduling.models import SchedulingRun
from service.schemas.notifications import Content, DeliveryOrder, RunFinished, WeekPublished, YourShifts
from service.schemas.people import Person
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import AssignmentStatus, MyShift, WeekStatus
from service.shifts.models import ShiftAssignment, WeeklySchedule
from service.shifts.roster import build_roster, places_of, shifts_of
from service.shifts.service import week_read


def order(session: Session, delivery: Delivery, *, uncertain: bool) -> DeliveryOrder:
    """Everything a delivery worker needs to send a leased delivery."""
    notification = session.get_one(Notification, delivery.notification_id)
    payload = PAYLOAD.validate_python(notification.payload)
    locale, time_zone = _reader(session, notification)
    return DeliveryOrder(
        id=delivery.id,
        notification_id=notification.id,
        platform=delivery.platform,
        workspace=delivery.workspace,
        target=delivery.target,
        thread=delivery.thread,
        direct=delivery.direct,
        attempt=delivery.attempts,
        uncertain=uncertain,
        locale=locale,
        time_zone=time_zone,
        content=_content(session, notification, payload),
    )


def _reader(session: Session, notification: Notification) -> tuple[str, str]:
    """The language and zone of whoever reads it."""
    if notification.team_id is not None:
        return "en", session.get_one(Team, notification.team_id).time_zone
    user = session.get_one(User, notification.user_id)
    if user.time_zone:
        return user.locale, user.time_zone
    team = session.scalar(select(Team).where(Team.members.any(User.id == user.id)).order_by(Team.id).limit(1))
    return user.locale, team.time_zone if team else "UTC"


def _content(session: Session, notification: Notification, payload: Payload) -> Content:
    match payload:
        case RunFinishedPayload():
            return _run_finished(session, payload)
        case WeekPublishedPayload():
            return WeekPublished(
                published_by=_person(session, payload.published_by),
                first_time=payload.first_time,
                roster=build_roster(session, payload.weekly_schedule_id),
            )
        case YourShiftsPayload():
            return _your_shifts(session, notification, payload)


def _run_finished(session: Session, payload: RunFinishedPayload) -> RunFinished:
    run = session.get_one(SchedulingRun, payload.run_id)
    weeks = scheduling.weeks_of(session, run) if run.status is RunStatus.SUCCESS else []
    return RunFinished(
        run=scheduling.run_read(session, run),
        requested_by=_person(session, run.requested_by),
        rosters=[build_roster(session, week.id, proposed=week.status is not WeekStatus.DRAFT) for week in weeks],
    )


def _your_shifts(session: Session, notification: Notification, payload: YourShiftsPayload) -> YourShifts:
    week = session.get_one(WeeklySchedule, payload.weekly_schedule_id)
    team = session.get_one(Team, week.team_id)
    now = shifts_of(
        session,
        ShiftAssignment.user_id == notification.user_id,
        WeeklySchedule.id == week.id,
        ShiftAssignment.status == AssignmentStatus.CONFIRMED,
    )
    added = {place.planned_shift_id for place in payload.added}
    return YourShifts(
        week=week_read(week),
        team_name=team.name,
        time_zone=team.time_zone,
        first_time=payload.first_time,
        shifts=now,
        added=[shift for shift in now if shift.planned_shift_id in added],
        removed=_removed(session, payload.removed),
    )


def _removed(session: Session, places: list[ShiftRole]) -> list[MyShift]:
    return places_of(session, [(place.planned_shift_id, place.role_id) for place in places])


def _person(session: Session, user_id: int) -> Person:
    user = session.get_one(User, user_id)
    return Person(id=user.id, name=user.name, handle=user.handle)
