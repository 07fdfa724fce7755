"""What-if questions about a week: read in one transaction, solved in none, and nothing is written."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from service import clock
from service.errors import NotFound, TooManyRequests, Unprocessable
from service.people.models import User
from service.phrases import phrase_read
from service.scheduling.calendar import Calendar
from service.scheduling.explaining import Told, gap_read, load_week, term_points
from service.schemas.base import FieldFault
from service.schemas.explaining import GapRead, MoveRead, SupposedRead, Supposition, SuppositionKind
from service.settings import get_settings
from service.shifts.service import find_managed_week
from solver.changes import Absence, Change, Fixed, Headcount, is_absent
from solver.explain import explain_assignment, explain_gaps
from solver.phrases import Phrase
from solver.problem import Assignment, Employee, Shift
from solver.words import shift_name

if TYPE_CHECKING:
    from solver.explain import Supposed

TIME_LIMIT_S = 3.0
AT_ONCE = threading.BoundedSemaphore(2)
PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A week in words, what is supposed of it, and why that is out of the question where it is."""

    told: Told
    changes: tuple[Change, ...]
    shift: str | None
    refusal: str | None = None


def ask(session: Session, actor: User, week_id: int, supposition: Supposition) -> Question:
    """Everything that the answer needs. Raises NotFound, NotAllowed, or Unprocessable for days of other weeks."""
    week = find_managed_week(session, actor, week_id)
    loaded = load_week(session, week)
    told = Told.of(session, loaded, loaded.confirmed)
    shift = None if supposition.planned_shift_id is None else _shift(told, str(supposition.planned_shift_id))
    match supposition.kind:
        case SuppositionKind.MORE:
            return _more(told, _there(shift), supposition)
        case SuppositionKind.DAY_OFF:
            return _day_off(told, loaded.calendar, _person(told, supposition), supposition)
        case SuppositionKind.OFF:
            where, who = _there(shift), _person(told, supposition)
            absence = Absence(employee=who.id, start=where.start, end=where.end)
            return Question(told=told, changes=(absence,), shift=where.id)
        case SuppositionKind.ON:
            return _on(told, _person(told, supposition), _there(shift))


def answer(question: Question) -> SupposedRead:
    """Solve it; takes some seconds. Raises TooManyRequests when too many others ask as well."""
    told = question.told
    if question.refusal is not None:
        return SupposedRead(
            possible=False,
            reasons=[question.refusal],
            phrases=[phrase_read(question.refusal)],
            before=0,
            after=None,
            terms=[],
            moves=[],
            gap=None,
            proven=True,
        )
    if not AT_ONCE.acquire(timeout=PATIENCE_S):
        raise TooManyRequests(
            "Too many what-if questions at once.", way_forward="Ask again in a moment.", retry_after=5
        )
    # Not above: it loads OR-Tools, which a process that is never asked can do without.
    from solver.explain import suppose  # noqa: PLC0415

    try:
        supposed = suppose(
            told.problem,
            told.assignments,
            question.changes,
            time_limit_s=TIME_LIMIT_S,
            workers=get_settings().solver_workers,
        )
    finally:
        AT_ONCE.release()
    reasons = _reasons(supposed)
    return SupposedRead(
        possible=supposed.after is not None,
        reasons=reasons,
        phrases=[phrase_read(one) for one in reasons],
        before=supposed.before,
        after=supposed.after,
        terms=term_points(supposed.terms),
        moves=[*_moves(told, supposed.dropped, joins=False), *_moves(told, supposed.added, joins=True)],
        gap=None if supposed.after is None else _gap(question, supposed),
        proven=supposed.proven,
    )


def _shift(told: Told, shift_id: str) -> Shift:
    found = next((shift for shift in told.problem.shifts if shift.id == shift_id), None)
    if found is None:
        raise NotFound("There is no such shift in this week.")
    return found


def _there(shift: Shift | None) -> Shift:
    if shift is None:
        raise Unprocessable("Name a shift.", faults=(FieldFault(field="planned_shift_id", reason="is missing"),))
    return shift


def _person(told: Told, supposition: Supposition) -> Employee:
    found = next((one for one in told.problem.employees if one.id == str(supposition.user_id)), None)
    if found is None:
        raise NotFound("This person is not in the team of this week.")
    return found


def _on(told: Told, who: Employee, where: Shift) -> Question:
    """In the role in which it costs least now."""
    roles = [demand.role for demand in where.demands if demand.role in who.roles]
    if not roles:
        needed = ", ".join(demand.role for demand in where.demands)
        refusal = Phrase(
            "{person} holds none of the roles of {shift} ({roles})",
            person=who.name,
            shift=shift_name(told.problem, where),
            roles=needed,
        )
        return Question(told=told, changes=(), shift=where.id, refusal=refusal)
    elsewhere = _fixed_meanwhile(told, who, where)
    if elsewhere is not None:
        refusal = Phrase(
            "{person} is fixed on {shift} at the same time",
            person=who.name,
            shift=shift_name(told.problem, elsewhere),
        )
        return Question(told=told, changes=(), shift=where.id, refusal=refusal)
    mine = [one for one in told.assignments if (one.employee, one.shift) == (who.id, where.id)]
    if not mine:
        why = explain_assignment(told.problem, told.assignments, who.id, where.id)
        mine = [Assignment(shift=where.id, employee=who.id, role=why.alternatives[0].role)]
    return Question(told=told, changes=(Fixed(assignment=mine[0]),), shift=where.id)


def _fixed_meanwhile(told: Told, who: Employee, where: Shift) -> Shift | None:
    """Another shift during `where` that they are pinned to; a pin in their absence is lifted, and in nobody's way."""
    pinned = {pin.shift for pin in told.problem.pinned if pin.employee == who.id} - {where.id}
    return next(
        (
            shift
            for shift in told.problem.shifts
            if shift.id in pinned
            and shift.start < where.end
            and where.start < shift.end
            and not is_absent(who.unavailable, shift)
        ),
        None,
    )


def _day_off(told: Told, calendar: Calendar, who: Employee, supposition: Supposition) -> Question:
    day = supposition.day
    last = calendar.first_day + timedelta(days=calendar.days - 1)
    if day is None or not calendar.first_day <= day <= last:
        fault = FieldFault(field="day", reason="is not a day of this week")
        raise Unprocessable("That day is not in this week.", faults=(fault,))
    start, end = (
        calendar.minute(clock.to_utc(day + timedelta(days=offset), clock.MIDNIGHT, calendar.zone))
        for offset in (0, 1)
    )
    return Question(told=told, changes=(Absence(employee=who.id, start=start, end=end),), shift=None)


def _more(told: Told, where: Shift, supposition: Supposition) -> Question:
    role = told.names.roles.get(str(supposition.role_id), "")
    demand = next((demand for demand in where.demands if demand.role == role), None)
    if demand is None:
        needed = ", ".join(demand.role for demand in where.demands)
        refusal = Phrase(
            "{shift} has no places for {role} (it has {roles})",
            shift=shift_name(told.problem, where),
            role=role or Phrase("that role"),
            roles=needed,
        )
        return Question(told=told, changes=(), shift=where.id, refusal=refusal)
    target = demand.target + supposition.count
    return Question(told=told, changes=(Headcount(shift=where.id, role=role, target=target),), shift=where.id)


def _reasons(supposed: "Supposed") -> list[str]:
    if supposed.after is not None:
        return []
    if supposed.clash is not None:
        return list(supposed.clash.sentences)
    return [Phrase("no schedule was found that allows it")]


def _moves(told: Told, assignments: Iterable[Assignment], *, joins: bool) -> list[MoveRead]:
    shifts = {shift.id: shift for shift in told.problem.shifts}
    ordered = sorted(assignments, key=lambda one: (shifts[one.shift].start, one))
    return [_move(told, one, shifts[one.shift], joins=joins) for one in ordered]


def _move(told: Told, one: Assignment, shift: Shift, *, joins: bool) -> MoveRead:
    place = Phrase("{shift}, {role}", shift=shift_name(told.problem, shift), role=one.role)
    return MoveRead(
        person=told.people[one.employee],
        planned_shift_id=int(one.shift),
        role_id=told.names.role_id(one.role),
        joins=joins,
        place=place,
        place_phrase=phrase_read(place),
    )


def _gap(question: Question, supposed: "Supposed") -> GapRead | None:
    after = replace(question.told, problem=supposed.problem, assignments=supposed.assignments)
    gaps = explain_gaps(supposed.problem, supposed.assignments) if question.shift else ()
    return next((gap_read(after, gap) for gap in gaps if gap.shift == question.shift), None)
