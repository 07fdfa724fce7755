"""Making the changes of a relaxation: a headcount, a pin, or an exception from a rule for one person and week."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.activity.service import record
from service.errors import NotFound, VersionMoved, WrongState
from service.people.models import User
from service.requests.models import WorkRule
from service.scheduling import service
from service.scheduling.models import SchedulingRun
from service.schemas.rule_parameters import RuleParameters
from service.schemas.scheduling import ChangeKind, ClashRead, RelaxationChange, RelaxationRead, RunRequest
from service.schemas.shifts import AssignmentStatus
from service.shifts.models import PlannedShiftRole, ShiftAssignment

WAIVED = 1
"""The weight of a rule that was waived: still a wish, and the least of all."""

CHANGED = "What this would change was changed since. Run /optimize again."


def relax(
    session: Session, actor: User, run_id: int, number: int, *, idempotency_key: str | None = None
) -> SchedulingRun:
    """Make the changes that an impossible run offers under this number, and ask for the run anew.

    Raises NotFound, NotAllowed, WrongState where it offers no such thing, VersionMoved where what would be changed
    is not as the run saw it, and RunActive.
    """
    run = service.find_run(session, actor, run_id, lock=True)
    known = service.by_key(session, actor, idempotency_key, run.weekly_schedule_id, run.weeks)
    if known is not None:
        return known
    relaxation = _offered(run, number)
    for change in relaxation.changes:
        _make(session, run, change)
    for week in service.weeks_of(session, run, lock=True):
        service.bump(session, week)
    record(
        session,
        actor_id=actor.id,
        action="run.relax",
        entity="scheduling_run",
        entity_id=run.id,
        team_id=run.team_id,
        after={"relaxation": [change.model_dump(mode="json", exclude_none=True) for change in relaxation.changes]},
    )
    return service.request_run(
        session,
        actor,
        run.weekly_schedule_id,
        RunRequest(weeks=run.weeks, seed=run.seed, repair=run.repair),
        config_id=run.config_id,
        idempotency_key=idempotency_key,
    )


def _offered(run: SchedulingRun, number: int) -> RelaxationRead:
    clash = ClashRead.model_validate(run.clash) if run.clash else None
    found = next((one for one in clash.relaxations if one.number == number), None) if clash else None
    if found is None:
        raise NotFound("This run offers no such change.", way_forward="See the latest runs with /runs.")
    if not found.changes:
        raise WrongState("This is for people to agree on.", way_forward="Ask whom it concerns, then change it.")
    return found


def _make(session: Session, run: SchedulingRun, change: RelaxationChange) -> None:
    match change.kind:
        case ChangeKind.MINIMUM | ChangeKind.MAXIMUM:
            _set_headcount(session, change)
        case ChangeKind.PIN:
            _lift_pin(session, change)
        case ChangeKind.RULE:
            _add_exceptions(session, run, change)


def _set_headcount(session: Session, change: RelaxationChange) -> None:
    column = PlannedShiftRole.minimum if change.kind is ChangeKind.MINIMUM else PlannedShiftRole.maximum
    done = session.execute(
        update(PlannedShiftRole)
        .where(
            PlannedShiftRole.planned_shift_id == change.planned_shift_id,
            PlannedShiftRole.role_id == change.role_id,
            column == change.before,
        )
        .values({column: change.after})
        .returning(PlannedShiftRole.role_id)
    ).scalar()
    if done is None:
        raise VersionMoved(CHANGED)


def _lift_pin(session: Session, change: RelaxationChange) -> None:
    done = session.execute(
        update(ShiftAssignment)
        .where(
            ShiftAssignment.planned_shift_id == change.planned_shift_id,
            ShiftAssignment.user_id == change.user_id,
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            ShiftAssignment.pinned,
        )
        .values(pinned=False)
        .returning(ShiftAssignment.id)
    ).scalar()
    if done is None:
        raise VersionMoved(CHANGED)


def _add_exceptions(session: Session, run: SchedulingRun, change: RelaxationChange) -> None:
    """A rule for each week of the run in place of the one that clashed: the person's own, or, where it is about
    people together, the team's. Weeks that have one already get it changed, so that all weeks of the run agree."""
    rule = session.get(WorkRule, change.work_rule_id, with_for_update=True)
    if rule is None or rule.value != change.before:
        raise VersionMoved(CHANGED)
    parameters = RuleParameters.model_validate(rule.parameters)
    before = rule.value, rule.weight
    value, weight = (rule.value, WAIVED) if change.after is None else (change.after, rule.weight)
    for number in range(run.weeks):
        own = parameters.model_copy(update={"week_start": run.first_week + timedelta(weeks=number)})
        known = _exceptions(session, rule, change, own)
        same = next((one for one in known if (one.value, one.weight) == before), None)
        if same is not None:
            same.value, same.weight = value, weight
        elif known:
            raise VersionMoved(CHANGED)
        else:
            session.add(
                WorkRule(
                    team_id=rule.team_id,
                    user_id=change.user_id,
                    kind=rule.kind,
                    value=value,
                    weight=weight,
                    parameters=own.stored(),
                )
            )
    session.flush()


def _exceptions(session: Session, rule: WorkRule, change: RelaxationChange, own: RuleParameters) -> list[WorkRule]:
    """The rules that there are already for that person and week about the same."""
    found = session.scalars(
        select(WorkRule)
        .where(
            WorkRule.team_id == rule.team_id,
            WorkRule.user_id.is_not_distinct_from(change.user_id),
            WorkRule.contract.is_(None),
            WorkRule.kind == rule.kind,
        )
        .order_by(WorkRule.id)
        .with_for_update()
    )
    return [one for one in found if RuleParameters.model_validate(one.parameters) == own]
