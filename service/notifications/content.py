"""What a delivery shows, read afresh when it is delivered, so that nobody is shown what no longer holds."""

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.errors import NotFound
from service.notifications import outdated, reach
from service.notifications.models import Delivery, Notification
from service.notifications.payloads import (
    PAYLOAD,
    AccountReplacedPayload,
    LeftPlatformPayload,
    Payload,
    RunFinishedPayload,
    ShiftRole,
    SickCallPayload,
    SwapPayload,
    TimeOffAskedPayload,
    TimeOffDecidedPayload,
    TimeOffWithdrawnPayload,
    UnreachablePayload,
    WeekPublishedPayload,
    YourShiftsPayload,
)
from service.people.languages import language_of_team
from service.people.models import Team, User
from service.people.service import manages
from service.requests import effect as requests_effect
from service.requests import reading as requests_reading
from service.requests import service as requests
from service.scheduling import service as scheduling
from service.scheduling.models import SchedulingRun
from service.schemas.notifications import (
    AccountReplaced,
    Content,
    DeliveryOrder,
    LeftPlatform,
    RunFinished,
    SickCalled,
    SwapNews,
    TimeOffAsked,
    TimeOffDecided,
    TimeOffWithdrawn,
    Unreachable,
    WeekPublished,
    YourShifts,
)
from service.schemas.people import Person
from service.schemas.requests import TimeOffRead
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import AssignmentStatus, MyShift, WeekStatus
from service.schemas.swaps import SwapEvent, SwapRead
from service.settings import get_settings
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from service.shifts.roster import build_roster, places_of, shifts_of
from service.shifts.service import week_read
from service.swaps import reading as swaps_reading
from service.swaps import service as swaps
from service.swaps.models import SwapRequest


def order_if_any(session: Session, delivery: Delivery, *, uncertain: bool) -> DeliveryOrder | None:
    """Like `order`; None where there is nothing to say any more."""
    notification = session.get_one(Notification, delivery.notification_id)
    try:
        if outdated.is_outdated(session, notification, PAYLOAD.validate_python(notification.payload)):
            return None
        found = order(session, delivery, uncertain=uncertain)
    except (NotFound, NoResultFound):
        # Whoever it is for has changed teams, or manages nobody now; or what it is about is gone.
        return None
    return None if _has_changed_back(found.content) else found


def order(session: Session, delivery: Delivery, *, uncertain: bool) -> DeliveryOrder:
    """Everything a delivery worker needs to send a leased delivery.

    Raises NotFound where its reader may not see any more what it is about.
    """
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
        lease_seconds=get_settings().delivery_lease_seconds,
        locale=locale,
        time_zone=time_zone,
        content=_content(session, notification, payload, delivery.platform),
    )


def _reader(session: Session, notification: Notification) -> tuple[str, str]:
    """The language and zone of whoever reads it."""
    if notification.team_id is not None:
        return language_of_team(session, notification.team_id), session.get_one(Team, notification.team_id).time_zone
    user = session.get_one(User, notification.user_id)
    if user.time_zone:
        return user.locale, user.time_zone
    team = session.scalar(select(Team).where(Team.members.any(User.id == user.id)).order_by(Team.id).limit(1))
    return user.locale, team.time_zone if team else "UTC"


def _content(  # noqa: PLR0911  # one line a kind of payload
    session: Session, notification: Notification, payload: Payload, platform: str
) -> Content:
    match payload:
        case RunFinishedPayload():
            return _run_finished(session, notification, payload, platform)
        case WeekPublishedPayload():
            return WeekPublished(
                published_by=_person(session, payload.published_by),
                first_time=payload.first_time,
                roster=build_roster(session, payload.weekly_schedule_id),
            )
        case YourShiftsPayload():
            return _your_shifts(session, notification, payload)
        case TimeOffAskedPayload() | TimeOffDecidedPayload() | TimeOffWithdrawnPayload() | SickCallPayload():
            return _time_off(session, notification, payload)
        case UnreachablePayload():
            return _unreachable(session, payload)
        case LeftPlatformPayload():
            return LeftPlatform(
                platform=payload.platform,
                person=_person(session, payload.user_id),
                shifts=_shifts_ahead(session, payload.user_id),
            )
        case AccountReplacedPayload():
            return AccountReplaced(platform=payload.platform)
        case SwapPayload():
            return _swap(session, notification, payload)


def _run_finished(
    session: Session, notification: Notification, payload: RunFinishedPayload, platform: str
) -> RunFinished:
    run = session.get_one(SchedulingRun, payload.run_id)
    weeks = scheduling.weeks_of(session, run) if run.status is RunStatus.SUCCESS else []
    read = scheduling.run_read(session, run)
    return RunFinished(
        run=read,
        no_channel=notification.user_id is not None and platform not in read.posted_on,
        requested_by=_person(session, run.requested_by),
        rosters=[build_roster(session, week.id, proposed=_has_proposal(session, week)) for week in weeks],
    )


def _has_proposal(session: Session, week: WeeklySchedule) -> bool:
    """Whether a proposal waits beside the week: what a run found may have been published before its end is told."""
    proposed = (
        select(ShiftAssignment.id)
        .join(PlannedShift)
        .where(PlannedShift.weekly_schedule_id == week.id, ShiftAssignment.status == AssignmentStatus.PROPOSED)
    )
    return session.scalar(proposed.limit(1)) is not None


def _your_shifts(session: Session, notification: Notification, payload: YourShiftsPayload) -> YourShifts:
    week = session.get_one(WeeklySchedule, payload.weekly_schedule_id)
    team = session.get_one(Team, week.team_id)
    now = shifts_of(
        session,
        ShiftAssignment.user_id == notification.user_id,
        WeeklySchedule.id == week.id,
        # It may have been taken back since: nobody is shown a draft.
        WeeklySchedule.status != WeekStatus.DRAFT,
        ShiftAssignment.status == AssignmentStatus.CONFIRMED,
    )
    added = {place.planned_shift_id for place in payload.added}
    held = {(shift.planned_shift_id, shift.role) for shift in now}
    removed = _removed(session, payload.removed)
    return YourShifts(
        week=week_read(week),
        team_name=team.name,
        time_zone=team.time_zone,
        first_time=payload.first_time,
        shifts=now,
        added=[shift for shift in now if shift.planned_shift_id in added],
        # What they have again is not gone: news may come late, and after those of a later change.
        removed=[*payload.gone, *(shift for shift in removed if (shift.planned_shift_id, shift.role) not in held)],
    )


def _has_changed_back(content: Content) -> bool:
    """Whether nothing is left of what changed about somebody's shifts: of later changes they hear for themselves."""
    return isinstance(content, YourShifts) and not (content.first_time or content.added or content.removed)


def _removed(session: Session, places: list[ShiftRole]) -> list[MyShift]:
    return places_of(session, [(place.planned_shift_id, place.role_id) for place in places])


def _time_off(
    session: Session,
    notification: Notification,
    payload: TimeOffAskedPayload | TimeOffDecidedPayload | TimeOffWithdrawnPayload | SickCallPayload,
) -> TimeOffAsked | TimeOffDecided | TimeOffWithdrawn | SickCalled:
    reader = session.scalars(
        select(User).where(User.id == notification.user_id).options(selectinload(User.teams))
    ).one()
    request = requests.find(session, reader, payload.request_id)
    read = requests_reading.read(session, reader, request)
    match payload:
        case TimeOffAskedPayload():
            return TimeOffAsked(request=read, shifts=requests_effect.affected(session, reader, request))
        case TimeOffDecidedPayload():
            return TimeOffDecided(request=read, released=_removed(session, payload.released))
        case TimeOffWithdrawnPayload():
            return TimeOffWithdrawn(request=read, withdrawn_by=_person(session, payload.withdrawn_by))
        case SickCallPayload():
            return _sick_called(session, reader, read, payload)


def _sick_called(session: Session, reader: User, request: TimeOffRead, payload: SickCallPayload) -> SickCalled:
    shift_ids = [place.planned_shift_id for place in payload.reopened]
    weeks = session.scalars(
        select(WeeklySchedule)
        .where(
            WeeklySchedule.id.in_(select(PlannedShift.weekly_schedule_id).where(PlannedShift.id.in_(shift_ids))),
            WeeklySchedule.status == WeekStatus.PUBLISHED,
        )
        .order_by(WeeklySchedule.week_start, WeeklySchedule.id)
    )
    return SickCalled(
        request=request,
        reopened=_removed(session, payload.reopened),
        begun=_removed(session, payload.begun),
        # A draft is seen by the managers of its own team alone.
        planned=[one for one in _removed(session, payload.planned) if manages(reader, one.team_id)],
        weeks=[week_read(week) for week in weeks if manages(reader, week.team_id)],
    )


def _unreachable(session: Session, payload: UnreachablePayload) -> Unreachable:
    delivery = session.get_one(Delivery, payload.delivery_id)
    lost = session.get_one(Notification, delivery.notification_id)
    if lost.user_id is not None:
        return Unreachable(platform=delivery.platform, person=_person(session, lost.user_id), team_name="")
    team = session.get_one(Team, lost.team_id)
    return Unreachable(platform=delivery.platform, person=None, team_name=team.name)


def _shifts_ahead(session: Session, user_id: int) -> int:
    """How many published shifts somebody still has before them."""
    ahead = (
        select(func.count())
        .select_from(ShiftAssignment)
        .join(PlannedShift)
        .join(WeeklySchedule)
        .where(
            ShiftAssignment.user_id == user_id,
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            WeeklySchedule.status == WeekStatus.PUBLISHED,
            func.lower(ShiftAssignment.during) > clock.now(),
        )
    )
    return session.scalar(ahead) or 0


def _swap(session: Session, notification: Notification, payload: SwapPayload) -> SwapNews:
    is_rejected = payload.event is SwapEvent.REJECTED
    return SwapNews(
        event=payload.event,
        by=None if payload.by is None else _person(session, payload.by),
        option=payload.option,
        request=_swap_for(session, notification, payload.request_id),
        note=session.get_one(SwapRequest, payload.request_id).decision_note if is_rejected else "",
        unreached=reach.unreached(session, payload.unreached),
    )


def _swap_for(session: Session, notification: Notification, request_id: int) -> SwapRead:
    if notification.user_id is None:
        return swaps_reading.read_in_channel(session, request_id)
    reader = session.scalars(
        select(User).where(User.id == notification.user_id).options(selectinload(User.teams))
    ).one()
    return swaps_reading.read(session, reader, swaps.find(session, reader, request_id))


def _person(session: Session, user_id: int) -> Person:
    user = session.get_one(User, user_id)
    return Person(id=user.id, name=user.name, handle=user.handle)
