"""From the tables to the solver: everything that a run needs, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.errors import Unprocessable
from service.people.models import Team, User
from service.requests.models import EmployeePreference, WorkRule
from service.scheduling import crew, rules
from service.scheduling.beside import Kept, past_shift, shift_type
from service.scheduling.calendar import Calendar
from service.scheduling.models import ACTIVE, OptimizationConfig, SchedulingRun, SchedulingSolution
from service.scheduling.together import Around, Overnight
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, ShiftTemplate, WeeklySchedule
from solver.problem import (
    Assignment,
    Demand,
    PastShift,
    Problem,
    Request,
    Shift,
)

LONGEST_HISTORY = 4
"""Weeks before the run that rules may look back on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which weeks of a team to read, weighed by which config; `run_id` names a run that may have begun them."""

    team_id: int
    config_id: int
    first_week: date
    weeks: int = 1
    run_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A problem, what it starts from, who is confirmed on it, and the versions of the weeks that it was read at.

    `work_rules` holds, for each rule of the problem, the id of the work rule that it comes from. `begun` are the
    shifts about which nothing is asked any more.
    """

    problem: Problem
    start: tuple[Assignment, ...]
    confirmed: tuple[Assignment, ...]
    versions: dict[int, int]
    calendar: Calendar
    work_rules: tuple[int | None, ...]
    begun: frozenset[str] = frozenset()


def load(session: Session, run: SchedulingRun) -> Loaded:
    """The problem of a run, as the tables are now. Ids in it are the rows' ids as text.

    Raises Unprocessable where the run is still to be solved and one of its weeks has rules of its own.
    """
    if run.status in ACTIVE:
        refuse_week_of_its_own(session, run)
    return load_weeks(session, _scope(run))


def refuse_week_of_its_own(session: Session, run: SchedulingRun) -> None:
    """Raises Unprocessable where a rule of one week binds somebody otherwise than the other weeks of the run do.

    The solver's rules hold in all weeks that are planned together.
    """
    if run.weeks == 1:
        return
    team = session.get_one(Team, run.team_id)
    people = _people(session, team)
    week = rules.week_of_its_own(_work_rules(session, team, people), people, _starts(_scope(run)))
    if week is not None:
        raise Unprocessable(
            "The week of {day} has rules of its own.",
            way_forward="Optimise it by itself.",
            values={"day": week.isoformat()},
        )


def _scope(run: SchedulingRun) -> Scope:
    return Scope(
        team_id=run.team_id, config_id=run.config_id, first_week=run.first_week, weeks=run.weeks, run_id=run.id
    )


def load_weeks(session: Session, run: Scope) -> Loaded:
    """The problem of some weeks, as the tables are now. Ids in it are the rows' ids as text."""
    team, config = session.execute(
        select(Team, OptimizationConfig)
        .join(OptimizationConfig, OptimizationConfig.id == run.config_id)
        .where(Team.id == run.team_id)
    ).one()
    calendar = Calendar(first_day=run.first_week, days=run.weeks * 7, zone=team.zone)
    weeks = _weeks(session, run)
    shifts = [shift for week in weeks for shift in week.shifts]
    people = _people(session, team)
    assignments = _assignments(session, shifts)
    history, history_days = _history(session, run, calendar, {user.id for user in people})
    current = [_assignment(one) for one in assignments if one.status is AssignmentStatus.CONFIRMED]
    found = _found_before(session, run)
    published = {week.id for week in weeks if week.status is WeekStatus.PUBLISHED}
    in_published = {str(shift.id) for shift in shifts if shift.weekly_schedule_id in published}
    work_rules = _work_rules(session, team, people)
    sites = _sites(session, team)
    asked = tuple(_shift(shift, calendar, config, sites) for shift in shifts)
    overnight = _overnight(session, run, calendar) if rules.ask_for_presence(work_rules) else ()
    around = Around(calendar=calendar, shifts=asked, history=history, overnight=overnight)
    kept = Kept(
        rules=rules.hard_between(work_rules, people, _starts(run), around),
        shifts=asked,
        history_days=history_days,
        # Nobody has been told of a draft: what people do in a published week is not bound by one.
        drafts_bind=not published,
    )
    employees = crew.employees(session, team, people, calendar, kept)
    known = {employee.id for employee in employees}
    translated = rules.translate(
        people,
        work_rules,
        config,
        away={employee.id for employee in employees if crew.is_away(employee, calendar)},
        needed_roles={str(need.role_id) for shift in shifts for need in shift.roles},
        elsewhere=_elsewhere(session, run, people),
        weeks=_starts(run),
        around=around,
    )
    problem = Problem(
        days=calendar.days,
        first_weekday=run.first_week.weekday(),
        employees=employees,
        shifts=asked,
        rules=tuple(rule for rule, _ in translated),
        requests=_requests(session, people, shifts, calendar, config),
        # Who has left keeps what they worked, and is nobody whom the solver could keep there.
        pinned=tuple(
            _assignment(one)
            for one in assignments
            if one.pinned and one.status is AssignmentStatus.CONFIRMED and str(one.user_id) in known
        ),
        history=history,
        history_days=history_days,
        previous=tuple(one for one in current if one.shift in in_published),
        stability_weight=config.stability_weight,
        cost_weight=config.cost_weight,
    )
    return Loaded(
        problem=problem,
        start=found or tuple(current),
        confirmed=tuple(one for one in current if one.employee in known),
        versions={week.id: week.version for week in weeks},
        calendar=calendar,
        work_rules=tuple(work_rule for _, work_rule in translated),
    )


def _starts(run: Scope) -> list[date]:
    return [run.first_week + timedelta(weeks=number) for number in range(run.weeks)]


def _weeks(session: Session, run: Scope) -> list[WeeklySchedule]:
    return list(
        session.scalars(
            select(WeeklySchedule)
            .where(WeeklySchedule.team_id == run.team_id, WeeklySchedule.week_start.in_(_starts(run)))
            .options(selectinload(WeeklySchedule.shifts).selectinload(PlannedShift.roles))
            .order_by(WeeklySchedule.week_start)
        )
    )


def _people(session: Session, team: Team) -> list[User]:
    query = select(User).where(User.teams.any(Team.id == team.id), User.active).options(selectinload(User.roles))
    return list(session.scalars(query.order_by(User.id)))


def _assignments(session: Session, shifts: list[PlannedShift]) -> list[ShiftAssignment]:
    ids = [shift.id for shift in shifts]
    query = select(ShiftAssignment).where(ShiftAssignment.planned_shift_id.in_(ids))
    return list(session.scalars(query.order_by(ShiftAssignment.id)))


def _found_before(session: Session, run: Scope) -> tuple[Assignment, ...]:
    """What an interrupted attempt at this run had found when it was told to end."""
    rows = session.scalars(
        select(SchedulingSolution)
        .where(SchedulingSolution.run_id == run.run_id)
        .order_by(SchedulingSolution.planned_shift_id, SchedulingSolution.user_id)
    )
    return tuple(
        Assignment(shift=str(one.planned_shift_id), employee=str(one.user_id), role=str(one.role_id)) for one in rows
    )


def _elsewhere(session: Session, run: Scope, people: list[User]) -> dict[int, int]:
    """The minutes that other teams have of each user, in the fullest week of the run."""
    rows = session.execute(
        select(ShiftAssignment.user_id, func.sum(ShiftAssignment.minutes))
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .where(
            ShiftAssignment.user_id.in_([user.id for user in people]),
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            ShiftAssignment.week_start.in_(_starts(run)),
            WeeklySchedule.team_id != run.team_id,
        )
        .group_by(ShiftAssignment.user_id, ShiftAssignment.week_start)
    )
    fullest: dict[int, int] = {}
    for user_id, minutes in rows:
        fullest[user_id] = max(fullest.get(user_id, 0), int(minutes))
    return fullest


def _assignment(one: ShiftAssignment) -> Assignment:
    return Assignment(shift=str(one.planned_shift_id), employee=str(one.user_id), role=str(one.role_id))


def _sites(session: Session, team: Team) -> dict[int, str]:
    """Where the shifts of each template are worked."""
    somewhere = select(ShiftTemplate).where(ShiftTemplate.team_id == team.id, ShiftTemplate.site != "")
    return {template.id: template.site for template in session.scalars(somewhere)}


def _shift(shift: PlannedShift, calendar: Calendar, config: OptimizationConfig, sites: Mapping[int, str]) -> Shift:
    starts_at, ends_at = clock.bounds(shift.during)
    start, end = calendar.span_of(shift.during)
    return Shift(
        id=str(shift.id),
        name=shift.name,
        type=shift_type(shift.template_id, shift.name),
        day=calendar.day(starts_at),
        start=start,
        end=end,
        # PostgreSQL rounds the seconds of a shift that has any, minutes here leave them out.
        minutes=min(shift.minutes, end - start),
        night=calendar.is_night(starts_at, ends_at),
        site=sites.get(shift.template_id or 0, ""),
        demands=tuple(
            Demand(
                role=str(need.role_id),
                target=need.headcount,
                minimum=need.minimum,
                maximum=need.maximum,
                under_weight=config.under_weight if need.under_weight is None else need.under_weight,
                over_weight=config.over_weight if need.over_weight is None else need.over_weight,
            )
            for need in shift.roles
        ),
    )


def _work_rules(session: Session, team: Team, people: list[User]) -> list[WorkRule]:
    query = select(WorkRule).where(
        WorkRule.team_id == team.id,
        or_(WorkRule.user_id.is_(None), WorkRule.user_id.in_([user.id for user in people])),
    )
    return list(session.scalars(query.order_by(WorkRule.id)))


def _requests(
    session: Session,
    people: list[User],
    shifts: list[PlannedShift],
    calendar: Calendar,
    config: OptimizationConfig,
) -> tuple[Request, ...]:
    """Each preference as one wish per day that has shifts matching it."""
    if not config.preference_weight:
        return ()
    by_day: dict[date, list[PlannedShift]] = defaultdict(list)
    for shift in shifts:
        by_day[clock.local_day(clock.bounds(shift.during)[0], calendar.zone)].append(shift)
    requests = []
    query = select(EmployeePreference).where(EmployeePreference.user_id.in_([user.id for user in people]))
    for wish in session.scalars(query.order_by(EmployeePreference.id)):
        for day in sorted(by_day):
            matching = frozenset(str(shift.id) for shift in by_day[day] if _matches(wish, shift, day, calendar.zone))
            if matching:
                requests.append(
                    Request(
                        employee=str(wish.user_id),
                        shifts=matching,
                        wanted=wish.wanted,
                        weight=wish.weight * config.preference_weight,
                    )
                )
    return tuple(requests)


def _matches(wish: EmployeePreference, shift: PlannedShift, day: date, zone: ZoneInfo) -> bool:
    if wish.weekday is not None and wish.weekday != day.weekday():
        return False
    if wish.on_date is not None and wish.on_date != day:
        return False
    if wish.template_id is not None and wish.template_id != shift.template_id:
        return False
    if wish.start_time is None or wish.end_time is None:
        return True
    start, end = clock.bounds(shift.during)
    wished_start, wished_end = clock.shift_times(day, wish.start_time, wish.end_time, zone)
    # A wish for a time is met by a shift within it, a wish against it is broken by one that touches it.
    return wished_start <= start and end <= wished_end if wish.wanted else wished_start < end and start < wished_end


def _history(
    session: Session, run: Scope, calendar: Calendar, people: Iterable[int]
) -> tuple[tuple[PastShift, ...], int]:
    """What was worked before, and for how many days back that is all there is to know."""
    known = list(
        session.scalars(
            select(WeeklySchedule.week_start)
            .where(
                WeeklySchedule.team_id == run.team_id,
                WeeklySchedule.week_start < run.first_week,
                WeeklySchedule.week_start >= run.first_week - timedelta(weeks=LONGEST_HISTORY),
                WeeklySchedule.status != WeekStatus.DRAFT,
            )
            .order_by(WeeklySchedule.week_start.desc())
        )
    )
    unbroken = [run.first_week, *known]
    weeks = 0
    for later, earlier in pairwise(unbroken):
        if later - earlier != timedelta(weeks=1):
            break
        weeks += 1
    rows = session.execute(
        select(ShiftAssignment, PlannedShift)
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .where(
            WeeklySchedule.team_id == run.team_id,
            WeeklySchedule.week_start.in_(known[:weeks]),
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            ShiftAssignment.user_id.in_(list(people)),
        )
        .order_by(ShiftAssignment.during, ShiftAssignment.id)
    )
    past = []
    for assignment, shift in rows:
        past.append(past_shift(assignment.user_id, shift, calendar))
    return tuple(past), weeks * 7


def _overnight(session: Session, run: Scope, calendar: Calendar) -> tuple[Overnight, ...]:
    """Who is still on a shift of the week before at the first midnight, with what they are there as."""
    rows = session.execute(
        select(ShiftAssignment.user_id, ShiftAssignment.role_id, ShiftAssignment.during)
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .where(
            WeeklySchedule.team_id == run.team_id,
            WeeklySchedule.week_start < run.first_week,
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            ShiftAssignment.during.overlaps(Range(calendar.instant(0), calendar.instant(1))),
        )
        .order_by(ShiftAssignment.id)
    )
    found = []
    for user_id, role_id, during in rows:
        start, end = calendar.span_of(during)
        found.append(Overnight(employee=str(user_id), role=str(role_id), start=start, end=end))
    return tuple(found)
