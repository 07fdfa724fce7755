"""Shifts of the weeks before and after are kept, with the rest between them and what is planned now."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import db
from service.people.models import User
from service.requests.models import WorkRule
from service.scheduling.execution import execute
from service.scheduling.models import OptimizationConfig, SchedulingRun
from service.scheduling.problem import Scope, load_weeks
from service.scheduling.service import request_run
from service.schemas.requests import RuleKind, TimeOffStatus
from service.schemas.scheduling import RunRequest, RunStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import PlannedShift, ShiftTemplate, WeeklySchedule
from solver import Problem, Reason, solve
from solver.rules import Fairness, Presence
from tests.builders import (
    MONDAY,
    a_manager,
    a_role,
    a_shift,
    a_team,
    a_template,
    a_user,
    a_week,
    an_assignment,
    time_off,
)
from tests.service.conftest import As

HOUR, SUNDAY = 60, 6
WEEK = timedelta(weeks=1)


class Bar:
    """A week to plan, and the one after, which is published. Everybody rests eleven hours."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.team, self.role = a_team(session, "Bar"), a_role(session, "Bartender")
        self.maria = a_manager(session, self.team, name="Maria")
        self.ana, self.joe = (a_user(session, self.team, name=name, roles=[self.role]) for name in ("Ana", "Joe"))
        self.week = a_week(session, self.team)
        self.following = a_week(session, self.team, MONDAY + WEEK, WeekStatus.PUBLISHED)
        self.rest(11)

    def rest(self, hours: int, user: User | None = None, weight: int | None = None) -> None:
        """A rule of the rest between two shifts, in place of the one there is."""
        for rule in self.session.scalars(select(WorkRule)):
            self.session.delete(rule)
        user_id = user.id if user else None
        self.session.add(
            WorkRule(team_id=self.team.id, user_id=user_id, kind=RuleKind.MIN_REST_HOURS, value=hours, weight=weight)
        )
        self.session.flush()

    def works(
        self,
        week: WeeklySchedule,
        day: int,
        start: int,
        status: AssignmentStatus = AssignmentStatus.CONFIRMED,
        *,
        template: ShiftTemplate | None = None,
    ) -> None:
        """Ana works a shift of eight hours."""
        shift = a_shift(self.session, week, self.role, day=day, start=start, name="Hers")
        shift.template_id = template.id if template else None
        an_assignment(self.session, shift, self.ana, self.role, status)

    def shift(self, day: int, start: int, name: str = "Late", hours: int = 8) -> PlannedShift:
        """A shift of the week to plan."""
        return a_shift(self.session, self.week, self.role, day=day, start=start, hours=hours, name=name)

    def problem(self, weeks: int = 1) -> Problem:
        """What the solver is asked."""
        of_team = select(OptimizationConfig).where(OptimizationConfig.team_id == self.team.id)
        config = self.session.scalars(of_team).one()
        scope = Scope(team_id=self.team.id, config_id=config.id, first_week=MONDAY, weeks=weeks)
        return load_weeks(self.session, scope).problem

    def kept_free(self, weeks: int = 1) -> list[tuple[int, int]]:
        """The hours of the horizon in which Ana is kept free for another week."""
        [ana] = [one for one in self.problem(weeks).employees if one.id == str(self.ana.id)]
        return [(off.start // HOUR, off.end // HOUR) for off in ana.unavailable if off.reason is Reason.OTHER_WEEK]

    def planned(self) -> dict[str, set[str]]:
        """Who is on which shift of the solver's schedule."""
        problem = self.problem()
        names = {one.id: one.name for one in problem.employees}
        found = solve(problem, time_limit_s=5, workers=1, seed=1)
        return {
            shift.name: {names[one.employee] for one in found.assignments if one.shift == shift.id}
            for shift in problem.shifts
        }

    def follow(self, kind: RuleKind, value: int, **parameters: Any) -> None:
        """A hard rule of what may follow what, beside which nobody has to rest."""
        self.rest(0)
        self.session.add(WorkRule(team_id=self.team.id, kind=kind, value=value, weight=None, parameters=parameters))
        self.session.flush()


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


def test_the_rest_before_the_next_weeks_first_shift_is_kept(bar: Bar) -> None:
    bar.works(bar.following, day=0, start=6)
    bar.joe.active = False
    bar.shift(SUNDAY, 15)
    assert bar.planned() == {"Late": set()}
    bar.joe.active = True
    assert bar.planned() == {"Late": {"Joe"}}


def test_a_shift_that_leaves_just_that_rest_is_theirs(bar: Bar) -> None:
    bar.works(bar.following, day=0, start=6)
    bar.joe.active = False
    bar.shift(SUNDAY, 11, "Noon")
    assert bar.planned() == {"Noon": {"Ana"}}


def test_nobody_is_put_on_a_night_that_runs_into_their_next_week(bar: Bar) -> None:
    bar.works(bar.following, day=0, start=6)
    bar.rest(0)
    bar.joe.active = False
    bar.shift(SUNDAY, 23, "Night")
    assert bar.planned() == {"Night": set()}


def test_how_long_depends_on_the_hard_rule_that_binds_the_person(bar: Bar) -> None:
    bar.works(bar.following, day=0, start=6)
    starts, ends = 7 * 24 + 6, 7 * 24 + 14
    assert bar.kept_free() == [(starts - 11, ends)]
    bar.rest(48, bar.ana)
    assert bar.kept_free() == [(starts - 48, ends)]
    bar.rest(48, bar.joe)
    assert bar.kept_free() == [(starts, ends)]
    bar.rest(11, weight=5)
    assert bar.kept_free() == [(starts, ends)]


def test_a_long_rest_reaches_back_from_the_middle_of_the_week(bar: Bar) -> None:
    bar.works(bar.following, day=2, start=6)
    bar.rest(72)
    assert bar.kept_free() == [(6 * 24 + 6, 9 * 24 + 14)]


def test_people_rest_between_shifts_of_two_teams(bar: Bar) -> None:
    kitchen = a_team(bar.session, "Kitchen")
    elsewhere = a_week(bar.session, kitchen, MONDAY, WeekStatus.PUBLISHED)
    bar.joe.active = False
    bar.works(elsewhere, day=2, start=14)
    bar.shift(2, 5, "Early")
    bar.shift(3, 8, "Morning")
    bar.shift(3, 9, "Day")
    assert bar.planned() == {"Early": set(), "Morning": set(), "Day": {"Ana"}}
    bar.rest(11, weight=5)
    assert bar.planned()["Early"] == {"Ana"}


def test_a_plan_of_another_team_that_is_not_told_yet_binds_no_published_week(bar: Bar) -> None:
    bar.works(a_week(bar.session, a_team(bar.session, "Kitchen"), MONDAY), day=2, start=14)
    bar.joe.active = False
    bar.shift(3, 8, "Morning")
    assert bar.planned() == {"Morning": set()}
    bar.week.status = WeekStatus.PUBLISHED
    bar.session.flush()
    assert bar.planned() == {"Morning": {"Ana"}}


def test_weeks_that_are_planned_together_are_not_kept_from_each_other(bar: Bar) -> None:
    bar.works(bar.following, day=0, start=6)
    assert bar.kept_free(weeks=2) == []


def test_a_proposal_keeps_nobody_free(bar: Bar) -> None:
    bar.works(bar.following, day=0, start=6, status=AssignmentStatus.PROPOSED)
    assert bar.kept_free() == []


def test_after_a_draft_people_rest_as_well(bar: Bar) -> None:
    bar.works(a_week(bar.session, bar.team, MONDAY - WEEK), SUNDAY, 14)
    assert bar.kept_free() == [(-10, 9)]


def test_a_draft_binds_nobody_in_a_published_week_but_while_they_would_work_in_it(bar: Bar) -> None:
    bar.works(bar.following, day=0, start=6)
    bar.week.status, bar.following.status = WeekStatus.PUBLISHED, WeekStatus.DRAFT
    bar.session.flush()
    begins = 7 * 24 + 6
    assert bar.kept_free() == [(begins, begins + 8)]
    bar.following.status = WeekStatus.PUBLISHED
    bar.session.flush()
    assert bar.kept_free() == [(begins - 11, begins + 8)]


def test_the_rest_after_a_published_week_is_known_from_what_was_worked(bar: Bar) -> None:
    bar.works(a_week(bar.session, bar.team, MONDAY - WEEK, WeekStatus.PUBLISHED), SUNDAY, 14)
    bar.joe.active = False
    bar.shift(0, 6, "Early")
    assert bar.kept_free() == []
    assert bar.planned() == {"Early": set()}


def test_what_may_not_come_before_the_next_weeks_first_shift_is_not_planned(bar: Bar) -> None:
    """The two nights on Sunday take the same time, and the one of Saturday runs into it: only one of them matters."""
    night, early = (a_template(bar.session, bar.team, bar.role, name=name) for name in ("Night", "Early"))
    bar.works(bar.following, day=0, start=7, template=early)
    bar.joe.active = False
    bar.shift(SUNDAY, 22, "Night").template_id = night.id
    bar.shift(SUNDAY - 1, 22, "Before").template_id = night.id
    bar.shift(SUNDAY, 22, "Other")
    bar.follow(RuleKind.FORBIDDEN_SUCCESSION, 0, template_id=night.id, next_template_ids=[early.id])
    assert bar.planned() == {"Night": set(), "Before": {"Ana"}, "Other": {"Ana"}}


def test_hours_between_certain_shifts_are_kept_before_the_next_weeks_first_shift(bar: Bar) -> None:
    late, early = (a_template(bar.session, bar.team, bar.role, name=name) for name in ("Late", "Early"))
    bar.works(bar.following, day=0, start=6, template=early)
    bar.joe.active = False
    bar.shift(SUNDAY, 4, "Ends at 12").template_id = late.id
    bar.shift(SUNDAY, 12, "Ends at 20").template_id = late.id
    bar.follow(RuleKind.MIN_HOURS_BETWEEN, 18, template_ids=[late.id], next_template_ids=[early.id])
    assert bar.planned() == {"Ends at 12": {"Ana"}, "Ends at 20": set()}


def test_what_may_not_follow_the_last_shift_of_a_draft_is_not_planned_after_it(bar: Bar) -> None:
    night, early = (a_template(bar.session, bar.team, bar.role, name=name) for name in ("Night", "Early"))
    bar.works(a_week(bar.session, bar.team, MONDAY - WEEK), SUNDAY, 22, template=night)
    bar.joe.active = False
    bar.shift(0, 7, "Early").template_id = early.id
    bar.shift(0, 16, "Late")
    bar.follow(RuleKind.FORBIDDEN_SUCCESSION, 0, template_id=night.id, next_template_ids=[early.id])
    assert bar.planned() == {"Early": set(), "Late": {"Ana"}}


def test_a_draft_bars_nobody_in_a_published_week(bar: Bar) -> None:
    night, early = (a_template(bar.session, bar.team, bar.role, name=name) for name in ("Night", "Early"))
    bar.works(bar.following, day=0, start=7, template=early)
    bar.week.status, bar.following.status = WeekStatus.PUBLISHED, WeekStatus.DRAFT
    bar.joe.active = False
    bar.shift(SUNDAY, 22, "Night").template_id = night.id
    bar.follow(RuleKind.FORBIDDEN_SUCCESSION, 0, template_id=night.id, next_template_ids=[early.id])
    assert bar.planned() == {"Night": {"Ana"}}


@pytest.mark.parametrize("status", [WeekStatus.DRAFT, WeekStatus.PUBLISHED])
def test_who_is_still_on_the_last_night_is_present_on_the_first_morning(bar: Bar, status: WeekStatus) -> None:
    """Nothing of the week itself covers its first hours: with a hard rule there would be no schedule at all."""
    bar.works(a_week(bar.session, bar.team, MONDAY - WEEK, status), SUNDAY, 22)
    bar.shift(0, 12, "Noon")
    bar.follow(RuleKind.MIN_PRESENT, 1, role_id=bar.role.id, start_time="05:00", end_time="06:00", weekdays=[0])
    problem = bar.problem()
    [presence] = [rule for rule in problem.rules if isinstance(rule, Presence)]
    assert (presence.minimum, presence.already) == (1, 1)
    assert solve(problem, time_limit_s=5, workers=1, seed=1).objective is not None


@pytest.mark.parametrize("day", [-2, 8])
def test_time_off_more_than_a_day_away_keeps_shifts_at_their_distance(bar: Bar, day: int) -> None:
    """From 15 to 23 on Sunday is 25 hours before Tuesday, from 1 to 9 on Monday as long after Saturday."""
    time_off(bar.session, bar.ana, day=day, days=1, status=TimeOffStatus.APPROVED)
    bar.joe.active = False
    bar.shift(*((SUNDAY, 15) if day > 0 else (0, 1)), "Near")
    bar.shift(3, 12, "Far")
    bar.follow(RuleKind.MIN_HOURS_BESIDE_TIME_OFF, 72)
    assert bar.planned() == {"Near": set(), "Far": {"Ana"}}


@pytest.mark.parametrize(("day", "is_compared"), [(-1, True), (0, False), (6, False), (7, True)])
def test_time_off_beside_a_week_takes_nobody_out_of_its_fairness(bar: Bar, day: int, is_compared: bool) -> None:
    time_off(bar.session, bar.ana, day=day, days=1, status=TimeOffStatus.APPROVED)
    bar.shift(3, 12)
    fair = [rule for rule in bar.problem().rules if isinstance(rule, Fairness)]
    assert (bool(fair) and all(str(bar.ana.id) in rule.employees for rule in fair)) == is_compared


def test_who_is_kept_free_is_not_assigned_by_hand(api: TestClient, bar: Bar, as_user: As) -> None:
    bar.works(bar.following, day=0, start=6)
    wanted = {
        "planned_shift_id": bar.shift(SUNDAY, 15).id,
        "user_id": bar.ana.id,
        "role_id": bar.role.id,
        "accept_warnings": True,
    }
    answer = api.post("/api/shift-assignments", json=wanted, headers=as_user(bar.maria))
    assert (answer.status_code, answer.json()["code"]) == (409, "breaks_rules")
    assert answer.json()["detail"] == "Ana is kept free for a shift of another week during Late on Sunday."


@pytest.mark.usefixtures("own_database")
def test_a_run_beside_a_published_week_ends_with_a_schedule() -> None:
    with db.unit_of_work() as session:
        bar = Bar(session)
        bar.works(bar.following, day=0, start=6)
        bar.rest(0)
        bar.joe.active = False
        bar.shift(SUNDAY, 23, "Night")
        run_id = request_run(session, bar.maria, bar.week.id, RunRequest()).id
    execute(run_id)
    with db.unit_of_work() as session:
        run = session.get_one(SchedulingRun, run_id)
        assert (run.status, run.places, run.filled, run.attempt) == (RunStatus.SUCCESS, 1, 0, 1)
