"""An earlier run's schedule is put back only where it is still legal, and a refusal says what stands against it."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.scheduling.models import SchedulingRun
from service.schemas.requests import TimeOffStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import ShiftAssignment
from tests.builders import a_manager, a_role, a_run, a_shift, a_team, a_user, a_week, an_assignment, time_off
from tests.service.conftest import As


class Bar:
    """Monday and Tuesday want one bartender each: an earlier run had Ana and Kim there, now Kim is there alone."""

    def __init__(self, session: Session, api: TestClient, as_user: As) -> None:
        self.session, self.api = session, api
        self.team = a_team(session, "Bar")
        self.role = a_role(session, "Bartender")
        self.maria = a_manager(session, self.team, name="Maria")
        self.ana = a_user(session, self.team, name="Ana", roles=[self.role])
        self.kim = a_user(session, self.team, name="Kim", roles=[self.role])
        self.week = a_week(session, self.team)
        self.monday, self.tuesday = (a_shift(session, self.week, self.role, day=day) for day in (0, 1))
        self.run: SchedulingRun = a_run(
            session, self.week, self.maria, [(self.monday, self.ana, self.role), (self.tuesday, self.kim, self.role)]
        )
        self.as_maria = as_user(self.maria)
        an_assignment(session, self.tuesday, self.kim, self.role)

    def apply(self) -> tuple[int, str]:
        """The status of the answer, and what is wrong where something is."""
        answer = self.api.post(f"/api/scheduling/runs/{self.run.id}/apply", headers=self.as_maria)
        said = answer.json()
        return answer.status_code, f"{said.get('code', '')}: {said.get('detail', '')}"

    def on(self, status: AssignmentStatus = AssignmentStatus.CONFIRMED) -> list[int]:
        """Who is on this week's shifts, by shift."""
        of_week = ShiftAssignment.planned_shift_id.in_([self.monday.id, self.tuesday.id])
        rows = select(ShiftAssignment.user_id).where(of_week, ShiftAssignment.status == status)
        return list(self.session.scalars(rows.order_by(ShiftAssignment.planned_shift_id, ShiftAssignment.user_id)))

    def elsewhere(self, status: AssignmentStatus) -> None:
        """Ana is on another team's shift on Monday."""
        theirs = a_week(self.session, a_team(self.session, "Café"), status=WeekStatus.PUBLISHED)
        an_assignment(self.session, a_shift(self.session, theirs, self.role), self.ana, self.role, status)


@pytest.fixture
def bar(session: Session, api: TestClient, as_user: As) -> Bar:
    return Bar(session, api, as_user)


def test_what_is_still_legal_is_put_back(bar: Bar) -> None:
    assert bar.apply()[0] == 200
    assert bar.on() == [bar.ana.id, bar.kim.id]


def test_whose_leave_was_approved_since_is_not_put_back(bar: Bar) -> None:
    time_off(bar.session, bar.ana, status=TimeOffStatus.APPROVED)
    status, said = bar.apply()
    assert status == 409
    assert said.startswith("breaks_rules: Ana ")
    assert bar.on() == [bar.kim.id]


def test_who_was_given_work_elsewhere_since_is_not_put_back(bar: Bar) -> None:
    bar.elsewhere(AssignmentStatus.CONFIRMED)
    status, said = bar.apply()
    assert status == 409
    assert said.startswith("breaks_rules: Ana ")


def test_who_has_lost_the_role_since_is_not_put_back(bar: Bar) -> None:
    bar.ana.roles = []
    bar.session.flush()
    status, said = bar.apply()
    assert status == 409
    assert said.startswith("breaks_rules: Ana ")


def test_who_has_left_since_is_not_put_back(bar: Bar) -> None:
    bar.ana.active = False
    bar.session.flush()
    assert bar.apply() == (409, "breaks_rules: Ana is no longer in the team.")


def test_what_only_the_database_knows_of_is_refused_in_words(bar: Bar) -> None:
    bar.week.status = WeekStatus.PUBLISHED
    bar.elsewhere(AssignmentStatus.PROPOSED)
    assert bar.apply() == (409, "conflict: This person is proposed for another shift at that time.")
    assert bar.on(AssignmentStatus.PROPOSED) == []


def test_a_pin_that_came_since_stays_beside_it(bar: Bar) -> None:
    bar.session.delete(bar.session.scalars(select(ShiftAssignment)).one())
    an_assignment(bar.session, bar.tuesday, bar.ana, bar.role, pinned=True)
    assert bar.apply()[0] == 200
    assert bar.on() == [bar.ana.id, bar.ana.id, bar.kim.id]


def test_a_proposal_does_not_take_a_pin_that_came_since_off_a_published_week(bar: Bar) -> None:
    bar.week.status = WeekStatus.PUBLISHED
    an_assignment(bar.session, bar.monday, bar.kim, bar.role, pinned=True)
    status, said = bar.apply()
    assert status == 409
    assert said.startswith("breaks_rules: Kim must work")


def test_an_archived_week_is_said_to_be_archived(bar: Bar) -> None:
    bar.week.status = WeekStatus.ARCHIVED
    time_off(bar.session, bar.ana, status=TimeOffStatus.APPROVED)
    assert bar.apply() == (409, "wrong_state: The week of 2030-12-02 is archived.")
