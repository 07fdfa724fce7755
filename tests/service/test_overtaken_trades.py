"""Trades that something overtakes: a shift is moved or begins, somebody leaves or is sick, nobody takes it."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service import clock
from service.people.models import User
from service.schemas.people import SwapApproval
from service.shifts.models import PlannedShift
from service.swaps.models import SwapRequest
from tests.builders import a_shift, an_assignment
from tests.service.conftest import As
from tests.service.test_begun import Bar
from tests.service.test_open_shifts import drop, fair, later, status
from tests.service.test_swaps import NEXT_MONDAY, Cafe, leg


@pytest.fixture
def cafe(session: Session, api: TestClient, as_user: As) -> Cafe:
    return Cafe(session, api, as_user)


def moved(cafe: Cafe, shift: PlannedShift, by: timedelta) -> Any:
    """The manager moves a shift within its week."""
    starts_at, ends_at = clock.bounds(shift.during)
    wanted = {
        "weekly_schedule_id": cafe.week.id,
        "name": shift.name,
        "starts_at": (starts_at + by).isoformat(),
        "ends_at": (ends_at + by).isoformat(),
        "needs": [{"role_id": cafe.role.id, "headcount": 1}],
    }
    headers = cafe.as_user(cafe.manager) | {"If-Match": "*"}
    return cafe.api.put(f"/api/planned-shifts/{shift.id}", json=wanted, headers=headers)


def sick(cafe: Cafe, user: User, day: int) -> Any:
    first = (NEXT_MONDAY + timedelta(days=day)).isoformat()
    return cafe.post(user, "/sick-calls", first=first)


def request_of(cafe: Cafe, request_id: int) -> SwapRequest:
    return cafe.session.get_one(SwapRequest, request_id, populate_existing=True)


def test_nobody_gets_a_shift_at_other_times_than_they_agreed_to(cafe: Cafe) -> None:
    cafe.team.swap_approval = SwapApproval.ALWAYS
    request_id = cafe.give_away(cafe.bo).json()["id"]
    assert cafe.post(cafe.bo, f"/{request_id}/accept").json()["status"] == "ACCEPTED"
    assert moved(cafe, cafe.shifts[0], timedelta(hours=6)).status_code == 200
    assert status(cafe, request_id) == "CANCELLED"
    assert {("Bo", "WEEK_CHANGED"), ("Ana", "WEEK_CHANGED")} <= cafe.told()
    assert cafe.post(cafe.manager, f"/{request_id}/approve").status_code == 409
    assert cafe.on(cafe.shifts[0]) == ["Ana"]


def test_a_shift_that_is_only_renamed_goes_on_being_traded(cafe: Cafe) -> None:
    request_id = cafe.give_away(cafe.bo).json()["id"]
    assert moved(cafe, cafe.shifts[0], timedelta(0)).status_code == 200
    assert status(cafe, request_id) == "OPEN"


def test_a_replacement_is_sought_until_the_shift_begins_also_where_it_was_moved(cafe: Cafe) -> None:
    request_id = sick(cafe, cafe.ana, 0).json()["requests"][0]["id"]
    before = request_of(cafe, request_id).expires_at
    assert moved(cafe, cafe.shifts[0], timedelta(hours=3)).status_code == 200
    assert request_of(cafe, request_id).expires_at == before + timedelta(hours=3)
    assert status(cafe, request_id) == "OPEN"


def test_of_several_who_are_asked_only_those_whose_shift_was_moved_drop_out(cafe: Cafe) -> None:
    request_id = both_asked(cafe)
    assert moved(cafe, cafe.shifts[1], timedelta(hours=2)).status_code == 200
    assert status(cafe, request_id) == "OPEN"
    assert ("Joe", "WEEK_CHANGED") in cafe.told()
    assert ("Ana", "WEEK_CHANGED") not in cafe.told()
    assert cafe.post(cafe.joe, f"/{request_id}/accept").status_code == 409
    assert cafe.post(cafe.kim, f"/{request_id}/accept").json()["status"] == "DONE"


def both_asked(cafe: Cafe) -> int:
    """Ana asks Joe and Kim: her Monday for his Tuesday, or for her Wednesday."""
    options = [
        {"legs": [leg(cafe.monday, other), leg(place, cafe.ana)]}
        for place, other in ((cafe.tuesday, cafe.joe), (cafe.wednesday, cafe.kim))
    ]
    made = cafe.post(cafe.ana, "", kind="SWAP", assignment_ids=[cafe.monday.id], options=options)
    number: int = made.json()["id"]
    return number


def test_one_of_several_who_are_asked_is_sick_and_the_others_can_still_say_yes(cafe: Cafe) -> None:
    request_id = both_asked(cafe)
    assert sick(cafe, cafe.joe, 1).status_code == 201
    assert status(cafe, request_id) == "OPEN"
    assert cafe.post(cafe.kim, f"/{request_id}/accept").json()["status"] == "DONE"


def test_the_shift_of_one_of_several_is_taken_off_the_week(cafe: Cafe) -> None:
    request_id = both_asked(cafe)
    headers = cafe.as_user(cafe.manager) | {"If-Match": "*"}
    path = f"/api/planned-shifts/{cafe.shifts[1].id}?release=true"
    assert cafe.api.delete(path, headers=headers).status_code == 204
    assert status(cafe, request_id) == "OPEN"
    assert cafe.post(cafe.joe, f"/{request_id}/accept").status_code == 409
    assert cafe.post(cafe.kim, f"/{request_id}/accept").json()["status"] == "DONE"


def test_a_shift_that_has_begun_is_not_traded_by_a_late_yes_of_the_manager(
    session: Session, api: TestClient, as_user: As
) -> None:
    bar = Bar(session)
    bar.team.swap_approval = SwapApproval.ALWAYS
    theirs = zip(bar.evenings, (bar.ana, bar.joe), strict=True)
    first, second = (an_assignment(session, shift, user, bar.role) for shift, user in theirs)
    session.flush()
    legs = [leg(first, bar.joe), leg(second, bar.ana)]
    wanted = {"kind": "SWAP", "assignment_ids": [first.id], "options": [{"legs": legs}]}
    request_id = api.post("/api/swaps", json=wanted, headers=as_user(bar.ana)).json()["id"]
    agreed = api.post(f"/api/swaps/{request_id}/accept", headers=as_user(bar.joe))
    assert agreed.json()["status"] == "ACCEPTED"
    bar.evenings[0].during = bar.night.during
    session.flush()
    late = api.post(f"/api/swaps/{request_id}/approve", headers=as_user(bar.manager))
    assert (late.status_code, late.json()["detail"]) == (409, "This shift has begun.")


def test_an_agreed_exchange_waits_for_the_manager_until_its_own_first_shift(cafe: Cafe) -> None:
    fair(cafe, approval="ALWAYS", answer_hours=14 * 24)
    options = [{"legs": [leg(cafe.wednesday, cafe.joe)]}]
    asked = cafe.post(cafe.kim, "", kind="GIVE_AWAY", assignment_ids=[cafe.wednesday.id], options=options)
    request_id = asked.json()["id"]
    legs = [leg(cafe.wednesday, cafe.joe), leg(cafe.tuesday, cafe.kim)]
    assert cafe.post(cafe.joe, f"/{request_id}/counter", legs=legs).status_code == 200
    assert cafe.post(cafe.kim, f"/{request_id}/accept").json()["status"] == "ACCEPTED"
    assert request_of(cafe, request_id).expires_at <= clock.bounds(cafe.shifts[1].during)[0]


def test_who_claimed_and_cannot_take_it_any_more_is_told(cafe: Cafe) -> None:
    fair(cafe)
    request_id = drop(cafe)
    for claimant in (cafe.joe, cafe.bo):
        assert cafe.post(claimant, f"/{request_id}/accept").json()["status"] == "OPEN"
    an_assignment(cafe.session, a_shift(cafe.session, cafe.week, cafe.role, start=11), cafe.bo, cafe.role)
    cafe.session.flush()
    later(cafe, request_id, claims_until=timedelta(hours=1))
    assert cafe.on(cafe.shifts[0]) == ["Joe"]
    assert ("Bo", "CLAIM_VOID") in cafe.told()


def test_managers_hear_when_nobody_took_a_shift_that_they_released_somebody_from(cafe: Cafe) -> None:
    request_id = drop(cafe)
    assert cafe.post(cafe.manager, f"/{request_id}/release").status_code == 200
    later(cafe, request_id, expires_at=timedelta(days=14))
    assert status(cafe, request_id) == "EXPIRED"
    assert ("Maria", "NOBODY") in cafe.told()


def test_nobody_is_told_that_a_shift_is_empty_which_a_manager_has_filled(cafe: Cafe) -> None:
    request_id = drop(cafe)
    assert cafe.post(cafe.manager, f"/{request_id}/release").status_code == 200
    an_assignment(cafe.session, cafe.shifts[0], cafe.bo, cafe.role)
    cafe.session.flush()
    later(cafe, request_id, expires_at=timedelta(days=14))
    assert ("Maria", "NOBODY") not in cafe.told()


def test_who_was_sick_may_trade_other_shifts(cafe: Cafe) -> None:
    fair(cafe, open_per_person=1)
    thursday = an_assignment(cafe.session, a_shift(cafe.session, cafe.week, cafe.role, day=3), cafe.ana, cafe.role)
    cafe.session.flush()
    assert sick(cafe, cafe.ana, 0).status_code == 201
    made = cafe.post(cafe.ana, "", kind="DROP", assignment_ids=[thursday.id])
    assert made.status_code == 201, made.text


def test_a_shift_given_to_whoever_has_it_is_refused_and_nobody_is_told_that_they_lost_it(cafe: Cafe) -> None:
    wanted = {"assignment_id": cafe.monday.id, "user_id": cafe.ana.id}
    answer = cafe.post(cafe.manager, "/moves", **wanted)
    assert answer.status_code == 409
    assert cafe.told() == set()


def leaves(cafe: Cafe, user: User) -> Any:
    path = f"/api/users/{user.id}/deactivate?release=true"
    return cafe.api.post(path, headers=cafe.as_user(cafe.manager))


def test_a_dropped_shift_is_open_again_when_who_claimed_it_leaves(cafe: Cafe) -> None:
    cafe.team.swap_approval = SwapApproval.ALWAYS
    request_id = drop(cafe)
    assert cafe.post(cafe.bo, f"/{request_id}/accept").json()["status"] == "ACCEPTED"
    assert leaves(cafe, cafe.bo).status_code == 200
    assert status(cafe, request_id) == "OPEN"
    assert ("Ana", "DECLINED") in cafe.told()
    assert cafe.post(cafe.joe, f"/{request_id}/accept").json()["status"] == "ACCEPTED"


def test_a_request_ends_when_the_only_one_asked_leaves(cafe: Cafe) -> None:
    request_id = cafe.give_away(cafe.bo).json()["id"]
    assert leaves(cafe, cafe.bo).status_code == 200
    assert status(cafe, request_id) == "CANCELLED"
    assert ("Ana", "ENDED") in cafe.told()


def test_a_request_goes_on_when_one_of_several_who_are_asked_leaves(cafe: Cafe) -> None:
    request_id = cafe.give_away(cafe.bo, cafe.kim).json()["id"]
    assert leaves(cafe, cafe.bo).status_code == 200
    assert status(cafe, request_id) == "OPEN"
    assert cafe.post(cafe.kim, f"/{request_id}/accept").json()["status"] == "DONE"
