"""A rule of one week holds in that week only, also where several weeks are planned together."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Unprocessable
from service.people.models import User
from service.requests.models import WorkRule
from service.scheduling import relaxing
from service.scheduling.models import OptimizationConfig, SchedulingRun
from service.scheduling.problem import Scope, load, load_weeks
from service.schemas.rule_parameters import RuleParameters
from service.schemas.scheduling import ChangeKind, ClashRead, RelaxationChange, RelaxationRead, RunStatus
from solver.rules import MinutesLimit
from tests.builders import MONDAY, a_manager, a_role, a_rule, a_run, a_shift, a_team, a_user, a_week
from tests.service.conftest import As

Ask = Callable[..., Response]
WEEKS = [MONDAY + timedelta(weeks=number) for number in range(3)]
HOUR = 60


class Bar:
    """Three weeks that are planned together. Nobody works above forty hours a week; contracts say nothing of it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.team, role = a_team(session, "Bar"), a_role(session)
        self.maria = a_manager(session, self.team, name="Maria")
        self.ana, self.joe = (
            a_user(session, self.team, roles=[role], name=name, max_hours=168) for name in ("Ana", "Joe")
        )
        self.weeks = [a_week(session, self.team, start) for start in WEEKS]
        for week in self.weeks:
            a_shift(session, week, role)
        a_rule(session, self.team)

    def allow(self, user: User | None, hours: int, *weeks: date) -> None:
        """Another limit for this person, or for all, in each of these weeks."""
        for week in weeks:
            a_rule(self.session, self.team, user, hours).parameters = {"week_start": week.isoformat()}
        self.session.flush()

    def limits(self, weeks: int, first: date = MONDAY) -> dict[str, list[int]]:
        """How many hours a week Ana and Joe may work where these weeks are planned together."""
        config = self.session.scalars(select(OptimizationConfig)).one()
        scope = Scope(team_id=self.team.id, config_id=config.id, first_week=first, weeks=weeks)
        rules = [one for one in load_weeks(self.session, scope).problem.rules if isinstance(one, MinutesLimit)]
        return {
            user.name: [(one.maximum or 0) // HOUR for one in rules if str(user.id) in one.employees]
            for user in (self.ana, self.joe)
        }

    def exceptions(self) -> list[tuple[date | None, int, int | None]]:
        """Ana's rules: their week, value and weight."""
        found = self.session.scalars(select(WorkRule).where(WorkRule.user_id == self.ana.id).order_by(WorkRule.id))
        return [(RuleParameters.model_validate(one.parameters).week_start, one.value, one.weight) for one in found]


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


@pytest.fixture
def ask(bar: Bar, api: TestClient, as_user: As) -> Ask:
    """Maria asks for a run of so many weeks, from the first or a later one on."""

    def asking(weeks: int, first: int = 0) -> Response:
        path = f"/api/scheduling/optimize/{bar.weeks[first].id}"
        answer: Response = api.post(path, json={"weeks": weeks}, headers=as_user(bar.maria))
        return answer

    return asking


def test_a_rule_of_one_week_widens_no_other_week(bar: Bar) -> None:
    bar.allow(bar.ana, 60, WEEKS[1])
    assert bar.limits(weeks=3) == {"Ana": [40], "Joe": [40]}
    assert bar.limits(weeks=1) == {"Ana": [40], "Joe": [40]}
    assert bar.limits(weeks=1, first=WEEKS[1]) == {"Ana": [60], "Joe": [40]}


def test_a_run_over_a_week_with_rules_of_its_own_is_refused_by_name(bar: Bar, ask: Ask) -> None:
    bar.allow(bar.ana, 60, WEEKS[1])
    refused = ask(3)
    assert (refused.status_code, refused.json()["code"]) == (422, "unprocessable")
    assert refused.json()["detail"] == f"The week of {WEEKS[1]} has rules of its own."
    assert refused.json()["way_forward"] == "Optimise it by itself."
    assert bar.session.scalars(select(SchedulingRun)).all() == []
    assert ask(1, first=1).status_code == 202


def test_a_stricter_week_is_not_passed_over_either(bar: Bar, ask: Ask) -> None:
    bar.allow(None, 20, WEEKS[0])
    assert ask(2).json()["detail"] == f"The week of {WEEKS[0]} has rules of its own."
    assert ask(2, first=1).status_code == 202


def test_weeks_that_agree_are_planned_together(bar: Bar, ask: Ask) -> None:
    bar.allow(bar.ana, 60, *WEEKS)
    assert bar.limits(weeks=3) == {"Ana": [60], "Joe": [40]}
    assert ask(3).status_code == 202


def test_a_week_that_says_what_holds_anyway_is_like_the_others(bar: Bar, ask: Ask) -> None:
    bar.allow(None, 40, WEEKS[1])
    bar.allow(bar.ana, 60, WEEKS[0])
    a_rule(bar.session, bar.team, bar.ana, 60)
    assert bar.limits(weeks=3) == {"Ana": [60], "Joe": [40]}
    assert ask(3).status_code == 202


def test_a_rule_that_came_while_a_run_waits_is_not_passed_over(bar: Bar, ask: Ask) -> None:
    run = bar.session.get_one(SchedulingRun, ask(3).json()["run_id"])
    bar.allow(bar.ana, 20, WEEKS[2])
    with pytest.raises(Unprocessable, match=f"The week of {WEEKS[2]} has rules of its own"):
        load(bar.session, run)
    run.status = RunStatus.SUCCESS
    assert load(bar.session, run).problem.days == 21


def test_giving_way_once_more_changes_the_exception_in_all_weeks_of_the_run(bar: Bar) -> None:
    for hours in (50, 60):
        run = relaxed(bar, hours)
        assert bar.exceptions() == [(week, hours, None) for week in WEEKS]
        assert bar.limits(weeks=3) == {"Ana": [hours], "Joe": [40]}
        run.status = RunStatus.CANCELLED


def test_giving_way_reaches_weeks_that_had_the_general_rule(bar: Bar) -> None:
    bar.allow(bar.ana, 40, WEEKS[0])
    relaxed(bar, 50)
    assert sorted(bar.exceptions()) == [(week, 50, None) for week in WEEKS]


def relaxed(bar: Bar, hours: int) -> SchedulingRun:
    """The run that is asked for when an impossible one over the three weeks is given so many hours of Ana."""
    config = bar.session.scalars(select(OptimizationConfig)).one()
    scope = Scope(team_id=bar.team.id, config_id=config.id, first_week=MONDAY, weeks=3)
    loaded = load_weeks(bar.session, scope)
    [(limit, number)] = [
        (one, number)
        for one, number in zip(loaded.problem.rules, loaded.work_rules, strict=True)
        if isinstance(one, MinutesLimit) and str(bar.ana.id) in one.employees and number is not None
    ]
    change = RelaxationChange(
        kind=ChangeKind.RULE,
        work_rule_id=number,
        user_id=bar.ana.id,
        before=(limit.maximum or 0) // HOUR,
        after=hours,
    )
    offer = RelaxationRead(number=1, detail="", label="", changes=[change])
    run = a_run(bar.session, bar.weeks[0], bar.maria, status=RunStatus.FAILED)
    run.weeks = 3
    run.clash = ClashRead(sentences=[], relaxations=[offer], proven=True).model_dump(mode="json")
    bar.session.flush()
    return relaxing.relax(bar.session, bar.maria, run.id, 1)
