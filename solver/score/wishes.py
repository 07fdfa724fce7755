"""What one person's work costs: requests not met, wages, changes against an earlier schedule."""

from collections.abc import Iterator

from solver.phrases import Unsaid
from solver.problem import Problem, Request
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import hours, shift_name


def findings(roster: Roster, week: Week) -> Iterator[Finding]:
    """Everything that one person's work costs, rules apart."""
    worked = {shift.id for shift in week.shifts}
    for request in week.requests:
        if request.wanted:
            yield from _not_given(roster, week, request, worked)
        else:
            yield from _given_unwanted(roster, week, request, worked)
    if roster.problem.cost_weight:
        yield from _cost(roster.problem, week)


def _not_given(roster: Roster, week: Week, request: Request, worked: set[str]) -> Iterator[Finding]:
    if request.shifts & worked or not request.weight:
        return
    first = min((roster.shifts[shift] for shift in request.shifts), key=lambda shift: (shift.start, shift.id))
    yield Finding(
        term=Term.REQUESTS,
        hard=False,
        says=_wanted(week.employee.name, shift_name(roster.problem, first), len(request.shifts) - 1),
        penalty=request.weight,
        employee=week.employee.id,
        shift=first.id,
        day=first.day,
    )


def _wanted(person: str, shift: str, others: int) -> Unsaid:
    if not others:
        return Unsaid("{person} wanted {shift}", person=person, shift=shift)
    if others == 1:
        return Unsaid("{person} wanted {shift} or one other", person=person, shift=shift)
    return Unsaid("{person} wanted {shift} or one of {count} others", person=person, shift=shift, count=others)


def _given_unwanted(roster: Roster, week: Week, request: Request, worked: set[str]) -> Iterator[Finding]:
    for shift in sorted(request.shifts & worked):
        if request.weight:
            yield Finding(
                term=Term.REQUESTS,
                hard=False,
                says=Unsaid(
                    "{person} did not want {shift}",
                    person=week.employee.name,
                    shift=shift_name(roster.problem, roster.shifts[shift]),
                ),
                penalty=request.weight,
                employee=week.employee.id,
                shift=shift,
                day=roster.shifts[shift].day,
            )


def _cost(problem: Problem, week: Week) -> Iterator[Finding]:
    wage = week.employee.cost_per_hour
    for shift, role in week.worked:
        penalty = (shift.minutes * wage * problem.cost_weight + 30) // 60
        if penalty:
            yield Finding(
                term=Term.COST,
                hard=False,
                says=Unsaid(
                    "{person} works {hours} at {wage} an hour",
                    person=week.employee.name,
                    hours=hours(shift.minutes),
                    wage=wage,
                ),
                penalty=penalty,
                employee=week.employee.id,
                shift=shift.id,
                role=role,
                day=shift.day,
            )
