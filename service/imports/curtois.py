"""A public instance of Curtois & Qu as a team: optimising its weeks is solving the instance.

The format gives shifts a length but no time of day. They are laid within one day each, so that no shift of one day
overlaps one of the next and the instance's own rules remain the only ones.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service.activity import service as activity
from service.errors import Conflict, Unprocessable
from service.imports.people import PALETTE, handle_from
from service.people.models import Role, Team, User
from service.requests.models import EmployeePreference, TimeOffRequest, WorkRule
from service.scheduling.models import OptimizationConfig
from service.schemas.requests import RuleKind, TimeOffKind, TimeOffStatus
from service.schemas.rule_parameters import RuleParameters
from service.shifts.models import PlannedShift, PlannedShiftRole, ShiftTemplate, ShiftTemplateRole, WeeklySchedule
from solver.errors import UnreadableInstance
from solver.problem import Problem, Shift
from solver.readers import curtois
from solver.rules import (
    ConsecutiveDaysOff,
    ConsecutiveWork,
    ForbiddenSuccession,
    MinutesLimit,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    WeekendLimit,
)

DAY = 24 * 60
WHOLE_WEEK = 7 * DAY
FIRST_START = 6 * 60
TIME_LIMIT_SECONDS = 60
HEAVIEST_WISH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedInstance:
    """The team that an instance became, and who may optimise it."""

    team_id: int
    team: str
    manager: str
    first_week: date
    weeks: int
    people: int


@dataclass(slots=True)
class _Instance:
    session: Session
    problem: Problem
    team: Team
    role: Role
    first_day: date
    templates: dict[str, ShiftTemplate]
    users: dict[str, User]


def import_curtois(session: Session, text: str, *, team_name: str, first_week: date) -> ImportedInstance:
    """Bring in the instance `text` as a new team whose first week begins on `first_week`, a Monday.

    The team works in UTC and gets a manager of its own. Raises Unprocessable when the text is no such instance
    (with the line) or the date no Monday, Conflict when the team exists.
    """
    if first_week.weekday() != 0:
        raise Unprocessable(f"{first_week:%A %d %b %Y} is no Monday, on which every public instance starts.")
    if session.scalar(select(Team.id).where(Team.name == team_name)) is not None:
        raise Conflict(f"There is a team called {team_name} already.", way_forward="Choose another --team name.")
    try:
        problem = curtois.loads(text)
    except UnreadableInstance as error:
        raise Unprocessable(f"The instance cannot be read: {error}.") from error
    _check_fits(problem)
    instance = _begin(session, problem, team_name, first_week)
    manager = _add_people(instance)
    _add_shifts(instance)
    _add_wishes(instance)
    for rule in problem.rules:
        session.add_all(_work_rules(instance, rule))
    activity.record(
        session, actor_id=None, team_id=instance.team.id, action="imported", entity="team", entity_id=instance.team.id
    )
    session.flush()
    return ImportedInstance(
        team_id=instance.team.id,
        team=team_name,
        manager=manager.handle,
        first_week=first_week,
        weeks=problem.days // 7,
        people=len(problem.employees),
    )


def _check_fits(problem: Problem) -> None:
    if problem.days % 7:
        raise Unprocessable(f"The instance has {problem.days} days, which are no whole weeks.")
    if any(shift.minutes >= DAY for shift in problem.shifts):
        raise Unprocessable("The instance has a shift of 24 hours; a shift of a team is shorter than that.")
    if any(request.weight > HEAVIEST_WISH for request in problem.requests):
        raise Unprocessable(f"The instance has a request heavier than {HEAVIEST_WISH}.")


def _begin(session: Session, problem: Problem, team_name: str, first_day: date) -> _Instance:
    team = Team(name=team_name, time_zone="UTC", week_start=0)
    role = session.scalar(select(Role).where(Role.name == curtois.ROLE.title()))
    if role is None:
        role = Role(name=curtois.ROLE.title(), colour=PALETTE[0])
    session.add_all([team, role])
    session.flush()
    config = OptimizationConfig(
        team_id=team.id,
        name="Instance",
        is_default=True,
        fairness_weight=0,
        preference_weight=1,
        cost_weight=0,
        stability_weight=0,
        time_limit_seconds=TIME_LIMIT_SECONDS,
    )
    session.add(config)
    return _Instance(session, problem, team, role, first_day, templates={}, users={})


def _add_people(instance: _Instance) -> User:
    slug = handle_from(instance.team.name.replace(" ", "-"))

    def person(name: str, **fields: object) -> User:
        handle = f"{slug}-{handle_from(name)}"
        user = User(name=name, handle=handle, email=f"{handle}@example.com", teams=[instance.team], **fields)
        instance.session.add(user)
        return user

    for employee in instance.problem.employees:
        instance.users[employee.id] = person(employee.name, roles=[instance.role], max_minutes_week=WHOLE_WEEK)
    manager = person("manager", is_manager=True)
    manager.name = f"{instance.team.name} manager"
    instance.session.flush()
    return manager


def _add_shifts(instance: _Instance) -> None:
    types = {shift.type: shift.minutes for shift in instance.problem.shifts}
    for place, (kind, minutes) in enumerate(types.items()):
        start = _start_of_day(place, len(types), minutes)
        template = ShiftTemplate(
            team_id=instance.team.id,
            name=kind,
            weekdays=list(range(7)),
            start_time=_clock(start),
            end_time=_clock(start + minutes),
            roles=[ShiftTemplateRole(role_id=instance.role.id, headcount=1)],
        )
        instance.session.add(template)
        instance.templates[kind] = template
    instance.session.flush()
    weeks = [
        WeeklySchedule(team_id=instance.team.id, week_start=instance.first_day + timedelta(weeks=number))
        for number in range(instance.problem.days // 7)
    ]
    instance.session.add_all(weeks)
    instance.session.flush()
    for shift in instance.problem.shifts:
        instance.session.add(_planned(instance, weeks[shift.day // 7], shift))


def _start_of_day(place: int, count: int, minutes: int) -> int:
    """Spread the starts from early morning to the latest that ends by midnight, in steps of five minutes."""
    latest = DAY - minutes
    earliest = min(FIRST_START, latest)
    return (earliest + (latest - earliest) * place // max(1, count - 1)) // 5 * 5


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _planned(instance: _Instance, week: WeeklySchedule, shift: Shift) -> PlannedShift:
    template = instance.templates[shift.type]
    day = instance.first_day + timedelta(days=shift.day)
    start = datetime.combine(day, template.start_time, tzinfo=UTC)
    needs = [
        PlannedShiftRole(
            role_id=instance.role.id,
            headcount=demand.target,
            under_weight=demand.under_weight,
            over_weight=demand.over_weight,
        )
        for demand in shift.demands
    ]
    return PlannedShift(
        weekly_schedule_id=week.id,
        week_start=week.week_start,
        template_id=template.id,
        name=template.name,
        during=Range(start, start + timedelta(minutes=shift.minutes)),
        roles=needs,
    )


def _add_wishes(instance: _Instance) -> None:
    midnight = datetime.combine(instance.first_day, time(), tzinfo=UTC)
    for employee in instance.problem.employees:
        for absence in employee.unavailable:
            during = Range(midnight + timedelta(minutes=absence.start), midnight + timedelta(minutes=absence.end))
            instance.session.add(
                TimeOffRequest(
                    user_id=instance.users[employee.id].id,
                    kind=TimeOffKind.VACATION,
                    status=TimeOffStatus.APPROVED,
                    during=during,
                )
            )
    shifts = {shift.id: shift for shift in instance.problem.shifts}
    for request in instance.problem.requests:
        for shift in (shifts[shift_id] for shift_id in request.shifts if request.weight):
            instance.session.add(
                EmployeePreference(
                    user_id=instance.users[request.employee].id,
                    wanted=request.wanted,
                    weight=request.weight,
                    on_date=instance.first_day + timedelta(days=shift.day),
                    template_id=instance.templates[shift.type].id,
                )
            )


def _work_rules(instance: _Instance, rule: Rule) -> list[WorkRule]:
    """The rules of the product that say the same; those of the format are all hard."""
    limits: dict[RuleKind, int | None] = {}
    template: ShiftTemplate | None = None
    followers: list[int] = []
    match rule:
        case ShiftsLimit(types=types, maximum=maximum):
            limits = {RuleKind.MAX_SHIFTS_PER_RUN: maximum}
            template = instance.templates[next(iter(types))] if types else None
        case MinutesLimit(minimum=minimum, maximum=maximum):
            limits = {RuleKind.MIN_MINUTES_PER_RUN: minimum, RuleKind.MAX_MINUTES_PER_RUN: maximum}
        case ConsecutiveWork(minimum=minimum, maximum=maximum):
            limits = {RuleKind.MIN_CONSECUTIVE_DAYS: minimum, RuleKind.MAX_CONSECUTIVE_DAYS: maximum}
        case ConsecutiveDaysOff(minimum=minimum):
            limits = {RuleKind.MIN_CONSECUTIVE_DAYS_OFF: minimum}
        case WeekendLimit(maximum=maximum):
            limits = {RuleKind.MAX_WEEKENDS_PER_RUN: maximum}
        case ShiftsPerDay(maximum=maximum):
            limits = {RuleKind.MAX_SHIFTS_PER_DAY: maximum}
        case ForbiddenSuccession(after=after, types=types):
            limits = {RuleKind.FORBIDDEN_SUCCESSION: 0}
            template = instance.templates[after]
            followers = [instance.templates[kind].id for kind in sorted(types)]
        case _:
            raise Unprocessable(f"A team has no rule that says {type(rule).__name__}.")
    parameters = RuleParameters(template_id=template.id if template else None, next_template_ids=followers)
    everybody = len(rule.employees) == len(instance.users)
    bound = [None] if everybody else [instance.users[employee].id for employee in sorted(rule.employees)]
    return [
        WorkRule(team_id=instance.team.id, user_id=user_id, kind=kind, value=value, parameters=parameters.stored())
        for user_id in bound
        for kind, value in limits.items()
        if value is not None
    ]
