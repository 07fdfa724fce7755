"""Taking a run's schedule off its weeks again: off those where it still stands, and off no others."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.activity.models import ActivityLog
from service.activity.service import record
from service.errors import WrongState
from service.people.models import User
from service.scheduling.models import SchedulingRun
from service.scheduling.service import bump, clear, find_run, weeks_of
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import WeeklySchedule

LONGEST_RUN = timedelta(weeks=5)


def discard(session: Session, actor: User, run_id: int) -> SchedulingRun:
    """Take a run's solution off its weeks. Pinned assignments and published ones stay.

    Weeks that another run has filled since, or that were published since, are left alone: what waits there is not
    this run's. Raises WrongState where that leaves none, and for a run that was discarded before.
    """
    run = find_run(session, actor, run_id, lock=True)
    if run.applied_at is None:
        raise WrongState("This run's schedule is not in use.", way_forward="See the latest runs with /runs.")
    weeks = weeks_of(session, run, lock=True)
    # Read after the weeks are held: whoever fills or publishes one holds it too.
    filled = _filled_since(session, run, run.applied_at)
    mine = [week for week in weeks if week.week_start not in filled]
    if not mine:
        raise WrongState(
            "A newer schedule has taken the place of this one.",
            way_forward="Discard that one, or see the latest runs with /runs.",
        )
    standing = [week for week in mine if not _published_since(week, run.applied_at)]
    if not standing:
        raise WrongState(
            "This run's schedule is published, so it cannot be discarded any more.",
            way_forward="Change single shifts with /assign, or look for a better schedule with /optimize.",
        )
    still_there = [week for week in standing if not _was_proposed(session, week, run.applied_at)]
    if not still_there:
        raise WrongState("This run's schedule is not in use.", way_forward="See the latest runs with /runs.")
    for week in still_there:
        draft = week.status is WeekStatus.DRAFT
        clear(session, week, AssignmentStatus.CONFIRMED if draft else AssignmentStatus.PROPOSED)
        bump(session, week)
    run.applied_at = None
    record(
        session,
        actor_id=actor.id,
        action="run.discard",
        entity="scheduling_run",
        entity_id=run.id,
        team_id=run.team_id,
    )
    return run


def _was_proposed(session: Session, week: WeeklySchedule, applied_at: datetime) -> bool:
    """Whether the run's schedule of this draft was a proposal beside a published one, which went when that was taken
    back: then nothing was published since, and who is on the shifts now is the schedule that had been."""
    following = (
        select(ActivityLog.action)
        .where(
            ActivityLog.entity == "weekly_schedule",
            ActivityLog.entity_id == week.id,
            ActivityLog.action.in_(("week.publish", "week.unpublish")),
            ActivityLog.at > applied_at,
        )
        .order_by(ActivityLog.id)
        .limit(1)
    )
    return week.status is WeekStatus.DRAFT and session.scalar(following) == "week.unpublish"


def _filled_since(session: Session, run: SchedulingRun, applied_at: datetime) -> set[date]:
    """The first days of the run's weeks that another run has filled since, even where that was discarded again."""
    # A run fills its weeks when it succeeds, and again when somebody asks for that; discarding forgets the latter.
    last = func.greatest(SchedulingRun.finished_at, SchedulingRun.applied_at)
    since = session.execute(
        select(SchedulingRun.first_week, SchedulingRun.weeks).where(
            SchedulingRun.team_id == run.team_id,
            SchedulingRun.id != run.id,
            SchedulingRun.status == RunStatus.SUCCESS,
            SchedulingRun.first_week > run.first_week - LONGEST_RUN,
            SchedulingRun.first_week < run.first_week + timedelta(weeks=run.weeks),
            last > applied_at,
        )
    )
    return {first + timedelta(weeks=number) for first, weeks in since for number in range(weeks)}


def _published_since(week: WeeklySchedule, applied_at: datetime) -> bool:
    return week.published_at is not None and week.published_at > applied_at
