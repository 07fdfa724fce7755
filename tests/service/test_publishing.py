"""Publishing a week and telling whom it concerns."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from service import clock
from service.errors import Unprocessable
from service.notifications.models import Delivery, Notification, Outbox
from service.notifications.payloads import ShiftRole
from service.people.models import User
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.schemas.swaps import SwapStatus
from service.shifts import publishing
from service.shifts.models import ShiftAssignment, WeeklySchedule
from service.shifts.telling import shifts_changed
from service.swaps.models import SwapRequest
from tests.builders import (
    a_dropped_shift,
    a_manager,
    a_role,
    a_shift,
    a_team,
    a_user,
    a_week,
    an_assignment,
    without_chat,
)
from tests.service.conftest import As

COMING = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Cafe:
    """A café with a manager, two waiters, and a week of two shifts, one each."""

    def __init__(self, session: Session) -> None:
        self.team, self.role = a_team(session), a_role(session)
        self.manager = a_manager(session, self.team)
        self.ana, self.joe = (a_user(session, self.team, roles=[self.role]) for _ in range(2))
        self.week = a_week(session, self.team, COMING)
        self.monday, self.tuesday = (a_shift(session, self.week, self.role, day=day) for day in range(2))
        an_assignment(session, self.monday, self.ana, self.role)
        an_assignment(session, self.tuesday, self.joe, self.role)


@pytest.fixture
def cafe(session: Session) -> Cafe:
    return Cafe(session)


def _told(session: Session) -> list[tuple[str, int | None]]:
    query = select(Notification.kind, Notification.user_id).order_by(Notification.id)
    return [(kind, user_id) for kind, user_id in session.execute(query)]


def test_a_first_publish_tells_the_channel_and_everybody_who_works(session: Session, cafe: Cafe) -> None:
    result = publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    assert (result.first_time, result.told, result.week.status) == (True, 2, WeekStatus.PUBLISHED)
    assert _told(session) == [
        ("week_published", None),
        ("your_shifts", cafe.ana.id),
        ("your_shifts", cafe.joe.id),
    ]
    assert len(session.scalars(select(Delivery)).all()) == 3
    assert {row.queue for row in session.scalars(select(Outbox))} == {"deliver_terminal"}


def test_who_has_no_chat_account_is_named_and_not_counted_as_told(
    api: TestClient, session: Session, cafe: Cafe, as_user: As
) -> None:
    without_chat(session, cafe.joe)
    url = f"/api/weekly-schedules/{cafe.week.id}/publish"
    result = api.post(url, json={"version": cafe.week.version}, headers=as_user(cafe.manager)).json()
    assert (result["told"], [one["name"] for one in result["unreached"]]) == (1, [cafe.joe.name])


def test_publishing_again_tells_only_those_whose_shifts_changed(session: Session, cafe: Cafe) -> None:
    publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    session.execute(delete(Delivery))
    session.execute(delete(Notification))
    kim = a_user(session, cafe.team, roles=[cafe.role])
    an_assignment(session, cafe.monday, kim, cafe.role, AssignmentStatus.PROPOSED)
    an_assignment(session, cafe.tuesday, cafe.joe, cafe.role, AssignmentStatus.PROPOSED)
    result = publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    assert (result.first_time, result.told) == (False, 2)
    assert _told(session)[1:] == [("your_shifts", cafe.ana.id), ("your_shifts", kim.id)]
    confirmed = select(ShiftAssignment.user_id).where(ShiftAssignment.status == AssignmentStatus.CONFIRMED)
    assert set(session.scalars(confirmed)) == {kim.id, cafe.joe.id}


def test_an_employee_is_shown_what_was_added_and_removed(
    api: TestClient, session: Session, cafe: Cafe, as_bot: dict[str, str]
) -> None:
    publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    an_assignment(session, cafe.tuesday, cafe.ana, cafe.role, AssignmentStatus.PROPOSED)
    publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    delivery_id = session.scalar(
        select(Delivery.id).where(Delivery.target == cafe.ana.handle).order_by(Delivery.id.desc()).limit(1)
    )
    order = api.post(f"/api/notifications/deliveries/{delivery_id}/claim", headers=as_bot).json()
    content = order["content"]
    assert [one["planned_shift_id"] for one in content["added"]] == [cafe.tuesday.id]
    assert [one["planned_shift_id"] for one in content["removed"]] == [cafe.monday.id]
    again = api.post(f"/api/notifications/deliveries/{delivery_id}/claim", headers=as_bot)
    assert (again.status_code, again.json()["code"]) == (409, "not_due")


def test_a_shift_that_somebody_has_again_is_not_told_as_gone(
    api: TestClient, session: Session, cafe: Cafe, as_bot: dict[str, str]
) -> None:
    """The news that it was taken from them came late, perhaps after those that it was given back."""
    publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    monday, tuesday = (
        ShiftRole(planned_shift_id=shift.id, role_id=cafe.role.id) for shift in (cafe.monday, cafe.tuesday)
    )
    answers = []
    for fact, removed in (("both", [monday, tuesday]), ("hers", [monday])):
        shifts_changed(session, cafe.week, cafe.ana.id, removed=removed, fact=fact)
        delivery_id = session.scalar(select(Delivery.id).order_by(Delivery.id.desc()).limit(1))
        answers.append(api.post(f"/api/notifications/deliveries/{delivery_id}/claim", headers=as_bot))
    assert [one["planned_shift_id"] for one in answers[0].json()["content"]["removed"]] == [cafe.tuesday.id]
    assert (answers[1].status_code, answers[1].json()["code"]) == (409, "not_due")


def test_a_week_that_is_taken_back_is_seen_no_more_and_who_worked_it_hears_so(
    api: TestClient, session: Session, cafe: Cafe, as_user: As, as_bot: dict[str, str]
) -> None:
    publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    place = session.query(ShiftAssignment).filter_by(user_id=cafe.ana.id).one()
    request = a_dropped_shift(session, place)
    session.execute(delete(Delivery))
    session.execute(delete(Notification))
    url = f"/api/weekly-schedules/{cafe.week.id}"
    version = {"version": cafe.week.version}
    assert api.post(f"{url}/unpublish", json=version, headers=as_user(cafe.manager)).json()["status"] == "DRAFT"
    assert api.get(url, headers=as_user(cafe.ana)).status_code == 404
    assert session.get_one(SwapRequest, request.id).status is SwapStatus.CANCELLED
    assert ("your_shifts", cafe.joe.id) in _told(session)
    delivery_id = session.scalar(
        select(Delivery.id)
        .join(Notification)
        .where(Notification.kind == "your_shifts", Notification.user_id == cafe.ana.id)
    )
    content = api.post(f"/api/notifications/deliveries/{delivery_id}/claim", headers=as_bot).json()["content"]
    assert [one["planned_shift_id"] for one in content["removed"]] == [cafe.monday.id]
    assert content["shifts"] == []


def test_a_proposal_does_not_outlive_the_week_that_it_was_made_for(session: Session, cafe: Cafe) -> None:
    publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    kim = a_user(session, cafe.team, roles=[cafe.role])
    an_assignment(session, cafe.monday, kim, cafe.role, AssignmentStatus.PROPOSED)
    publishing.unpublish(session, cafe.manager, cafe.week.id, cafe.week.version)
    for _ in range(2):
        again = publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    assert (again.first_time, again.told) == (False, 0)
    on_monday = select(ShiftAssignment.user_id).where(ShiftAssignment.planned_shift_id == cafe.monday.id)
    assert session.scalars(on_monday).all() == [cafe.ana.id]


def test_a_draft_is_thrown_away_at_the_version_that_was_seen(
    api: TestClient, session: Session, cafe: Cafe, as_user: As
) -> None:
    url, headers = f"/api/weekly-schedules/{cafe.week.id}", as_user(cafe.manager)
    seen = api.get(url, headers=headers).headers["ETag"]
    place = session.query(ShiftAssignment).filter_by(user_id=cafe.ana.id).one()
    assert api.delete(f"/api/shift-assignments/{place.id}", headers=headers).status_code == 204
    assert api.delete(url, headers=headers).status_code == 428
    assert api.delete(url, headers=headers | {"If-Match": seen}).status_code == 412
    now = api.get(url, headers=headers).headers["ETag"]
    assert api.delete(url, headers=headers | {"If-Match": now}).status_code == 204
    assert api.get(url, headers=headers).status_code == 404
    assert session.scalars(select(ShiftAssignment.id)).all() == []


def test_a_published_week_is_not_thrown_away(api: TestClient, session: Session, cafe: Cafe, as_user: As) -> None:
    publishing.publish(session, cafe.manager, cafe.week.id, cafe.week.version)
    url, headers = f"/api/weekly-schedules/{cafe.week.id}", as_user(cafe.manager) | {"If-Match": "*"}
    answer = api.delete(url, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    publishing.unpublish(session, cafe.manager, cafe.week.id, cafe.week.version)
    assert api.delete(url, headers=headers).status_code == 409


def test_a_publish_of_an_older_version_is_refused(api: TestClient, session: Session, cafe: Cafe, as_user: As) -> None:
    url = f"/api/weekly-schedules/{cafe.week.id}/publish"
    answer = api.post(url, json={"version": cafe.week.version + 1}, headers=as_user(cafe.manager))
    assert (answer.status_code, answer.json()["code"]) == (409, "version_moved")


def test_employees_may_not_publish(api: TestClient, cafe: Cafe, as_user: As) -> None:
    url = f"/api/weekly-schedules/{cafe.week.id}/publish"
    assert api.post(url, json={"version": 1}, headers=as_user(cafe.ana)).status_code == 403


def test_a_publish_that_fails_midway_leaves_nothing_behind(
    api: TestClient, session: Session, cafe: Cafe, as_user: As
) -> None:
    version = cafe.week.version
    # PostgreSQL itself breaks the transaction at its last step, the note in the activity log.
    session.execute(text("ALTER TABLE activity_log ADD CONSTRAINT broken CHECK (action <> 'week.publish') NOT VALID"))
    url = f"/api/weekly-schedules/{cafe.week.id}/publish"
    answer = api.post(url, json={"version": version}, headers=as_user(cafe.manager))
    assert answer.status_code == 500
    session.expire_all()
    week = session.get_one(WeeklySchedule, cafe.week.id)
    assert (week.status, week.version) == (WeekStatus.DRAFT, version)
    assert _told(session) == []
    assert session.scalars(select(Outbox)).all() == []


def test_an_empty_week_is_not_published(session: Session) -> None:
    team = a_team(session)
    manager: User = a_manager(session, team)
    week = a_week(session, team)
    with pytest.raises(Unprocessable, match="Nobody is on any shift"):
        publishing.publish(session, manager, week.id, week.version)
