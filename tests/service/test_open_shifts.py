"""Dropped shifts: told to who could take them, claimed by the first or fairest, released, moved, forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service import clock, db
from service.people.models import Role
from service.requests.models import WorkRule
from service.schemas.requests import RuleKind
from service.schemas.shifts import WeekStatus
from service.schemas.swaps import ClaimMode
from service.shifts.models import ShiftAssignment
from service.swaps import sweep
from service.swaps.models import SwapRequest
from tests.builders import a_dropped_shift, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As
from tests.service.test_swaps import Cafe


@pytest.fixture
def cafe(session: Session, api: TestClient, as_user: As) -> Cafe:
    return Cafe(session, api, as_user)


def drop(cafe: Cafe) -> int:
    """Ana drops her Monday."""
    made = cafe.post(cafe.ana, "", kind="DROP", assignment_ids=[cafe.monday.id])
    assert made.status_code == 201, made.text
    number: int = made.json()["id"]
    return number


def fair(cafe: Cafe, **more: Any) -> None:
    policy = {"approval": "NEVER", "claim": ClaimMode.FAIR} | more
    path = f"/api/teams/{cafe.team.id}/trade-policy"
    assert cafe.api.put(path, json=policy, headers=cafe.as_user(cafe.manager)).status_code == 200


def later(cafe: Cafe, request_id: int, **moved: timedelta) -> None:
    """Let time pass for a request: these instants of it lie that much earlier."""
    request = cafe.session.get_one(SwapRequest, request_id, populate_existing=True)
    for field, by in moved.items():
        setattr(request, field, getattr(request, field) - by)
    cafe.session.flush()
    sweep.attend(cafe.session, request_id)
    cafe.session.flush()


def status(cafe: Cafe, request_id: int) -> str:
    return str(cafe.session.get_one(SwapRequest, request_id, populate_existing=True).status)


def test_whoever_could_take_a_dropped_shift_hears_of_it_and_it_stays_its_owners_meanwhile(cafe: Cafe) -> None:
    busy = a_shift(cafe.session, cafe.week, cafe.role, day=0, start=12, name="Late")
    an_assignment(cafe.session, busy, cafe.bo, cafe.role)
    drop(cafe)
    assert {name for name, event in cafe.told() if event == "UP_FOR_GRABS"} == {"Joe", "Kim"}
    assert cafe.on(cafe.shifts[0]) == ["Ana"]


def test_open_shifts_are_listed_to_who_could_work_them_with_what_changes(cafe: Cafe) -> None:
    request_id = drop(cafe)

    def listed(user: object) -> list[tuple[int, int, int]]:
        found = cafe.api.get("/api/swaps/open", headers=cafe.as_user(user)).json()  # type: ignore[arg-type]
        return [(o["request"]["id"], o["change"]["minutes_before"], o["change"]["minutes_after"]) for o in found]

    assert listed(cafe.bo) == [(request_id, 0, 8 * 60)]
    assert listed(cafe.joe) == [(request_id, 8 * 60, 16 * 60)]
    assert listed(cafe.ana) == []
    assert listed(cafe.manager) == []


def test_the_first_claim_wins_where_the_house_says_so(cafe: Cafe) -> None:
    request_id = drop(cafe)
    assert cafe.post(cafe.bo, f"/{request_id}/accept").json()["status"] == "DONE"
    assert cafe.post(cafe.joe, f"/{request_id}/accept").json()["code"] == "trade_closed"
    assert cafe.on(cafe.shifts[0]) == ["Bo"]


def test_a_fair_house_collects_claims_and_gives_the_shift_to_whom_it_is_best_for_the_week(cafe: Cafe) -> None:
    fair(cafe)
    request_id = drop(cafe)
    assert cafe.post(cafe.joe, f"/{request_id}/accept").json()["status"] == "OPEN"
    assert cafe.post(cafe.bo, f"/{request_id}/accept").json()["status"] == "OPEN"
    assert cafe.on(cafe.shifts[0]) == ["Ana"]
    later(cafe, request_id, claims_until=timedelta(hours=1))
    # Joe was faster, but works on Tuesday already; Bo has no hours yet.
    assert status(cafe, request_id) == "DONE"
    assert cafe.on(cafe.shifts[0]) == ["Bo"]
    assert {("Joe", "TAKEN"), ("Bo", "DONE"), ("Ana", "DONE")} <= cafe.told()


def test_who_claimed_may_think_again_while_claims_are_collected(cafe: Cafe) -> None:
    fair(cafe)
    request_id = drop(cafe)
    cafe.post(cafe.bo, f"/{request_id}/accept")
    assert cafe.post(cafe.bo, f"/{request_id}/decline").status_code == 200
    later(cafe, request_id, claims_until=timedelta(hours=1))
    assert (status(cafe, request_id), cafe.on(cafe.shifts[0])) == ("OPEN", ["Ana"])


@pytest.mark.parametrize(("minutes", "reached"), [(20, "DONE"), (30, "DONE"), (33, "OPEN")])
def test_the_first_claim_wins_where_trades_close_before_the_fairest_would_be_found(
    minutes: int, reached: str, cafe: Cafe
) -> None:
    ahead = clock.bounds(cafe.shifts[0].during)[0] - clock.now()
    fair(cafe, latest_minutes=ahead // timedelta(minutes=1) - minutes)
    assert cafe.post(cafe.joe, f"/{drop(cafe)}/accept").json()["status"] == reached


def test_when_a_manager_refuses_the_fairest_who_claimed_it_too_is_next(cafe: Cafe) -> None:
    fair(cafe, approval="ALWAYS")
    request_id = drop(cafe)
    for claimant in (cafe.joe, cafe.bo):
        cafe.post(claimant, f"/{request_id}/accept")
    later(cafe, request_id, claims_until=timedelta(hours=1))
    refused = cafe.post(cafe.manager, f"/{request_id}/reject").json()
    assert (refused["status"], refused["chosen"]) == ("OPEN", None)
    later(cafe, request_id)
    assert status(cafe, request_id) == "ACCEPTED"
    assert cafe.post(cafe.manager, f"/{request_id}/approve").json()["status"] == "DONE"
    assert cafe.on(cafe.shifts[0]) == ["Joe"]


def test_a_claim_that_could_not_be_settled_counts_when_it_is_repeated(cafe: Cafe) -> None:
    fair(cafe)
    request_id = drop(cafe)
    cafe.post(cafe.bo, f"/{request_id}/accept")
    fair(cafe, blackout_days=[cafe.week.week_start.isoformat()])
    later(cafe, request_id, claims_until=timedelta(hours=1))
    refused = cafe.post(cafe.bo, f"/{request_id}/accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "blackout_day")
    fair(cafe)
    assert cafe.post(cafe.bo, f"/{request_id}/accept").json()["status"] == "DONE"
    assert cafe.on(cafe.shifts[0]) == ["Bo"]


def test_a_manager_lets_somebody_go_and_the_shift_is_still_claimed(cafe: Cafe) -> None:
    request_id = drop(cafe)
    assert cafe.post(cafe.joe, f"/{request_id}/release").status_code == 403
    assert cafe.post(cafe.manager, f"/{request_id}/release").json()["released"]
    assert cafe.on(cafe.shifts[0]) == []
    assert ("Ana", "RELEASED") in cafe.told()
    assert cafe.post(cafe.ana, f"/{request_id}/withdraw").status_code == 403
    assert cafe.post(cafe.bo, f"/{request_id}/accept").json()["status"] == "DONE"
    assert cafe.on(cafe.shifts[0]) == ["Bo"]


def test_a_manager_moves_a_shift_at_once_but_only_legally(cafe: Cafe) -> None:
    move = {"assignment_id": cafe.monday.id, "user_id": cafe.bo.id}
    assert cafe.post(cafe.ana, "/moves", **move).status_code == 403
    moved = cafe.post(cafe.manager, "/moves", **move)
    assert (moved.status_code, moved.json()) == (200, {"unreached": []})
    assert cafe.on(cafe.shifts[0]) == ["Bo"]
    late = a_shift(cafe.session, cafe.week, cafe.role, day=1, start=12, name="Late")
    place = an_assignment(cafe.session, late, cafe.bo, cafe.role)
    refused = cafe.post(cafe.manager, "/moves", assignment_id=place.id, user_id=cafe.joe.id)
    assert (refused.status_code, refused.json()["code"]) == (409, "trade_not_legal")
    assert cafe.on(late) == ["Bo"]


def test_what_is_asked_can_be_answered_with_another_exchange(cafe: Cafe) -> None:
    thursday = an_assignment(
        cafe.session, a_shift(cafe.session, cafe.week, cafe.role, day=3, name="Thu"), cafe.joe, cafe.role
    )
    request_id = cafe.ask_joe().json()["id"]
    offered = cafe.api.get(f"/api/swaps/{request_id}/alternatives", headers=cafe.as_user(cafe.joe)).json()
    exchanges = [[(leg["assignment_id"], leg["taker"]["id"]) for leg in one["legs"]] for one in offered["options"]]
    wanted = [(cafe.monday.id, cafe.joe.id), (thursday.id, cafe.ana.id)]
    assert wanted in exchanges
    assert [(cafe.monday.id, cafe.joe.id), (cafe.tuesday.id, cafe.ana.id)] not in exchanges
    legs = [{"assignment_id": place, "taker_id": taker} for place, taker in wanted]
    option = max(one["number"] for one in cafe.post(cafe.joe, f"/{request_id}/counter", legs=legs).json()["options"])
    assert ("Ana", "COUNTERED") in cafe.told()
    assert cafe.post(cafe.ana, f"/{request_id}/accept", option=option).json()["status"] == "DONE"
    assert cafe.on(cafe.shifts[1]) == ["Joe"]
    assert cafe.on(cafe.shifts[0]) == ["Joe"]


def test_a_request_that_nobody_answers_is_reminded_of_once_and_then_expires(cafe: Cafe) -> None:
    request_id = cafe.ask_joe().json()["id"]
    later(cafe, request_id, created_at=timedelta(hours=13))
    assert ("Joe", "REMINDER") in cafe.told()
    later(cafe, request_id, expires_at=timedelta(days=30))
    assert status(cafe, request_id) == "EXPIRED"
    assert {("Ana", "EXPIRED"), ("Joe", "EXPIRED")} <= cafe.told()
    assert cafe.on(cafe.shifts[0]) == ["Ana"]


def test_a_request_about_a_shift_that_is_gone_is_cancelled(cafe: Cafe) -> None:
    request_id = cafe.ask_joe().json()["id"]
    cafe.session.delete(cafe.session.get_one(ShiftAssignment, cafe.monday.id))
    cafe.session.flush()
    sweep.attend(cafe.session, request_id)
    assert status(cafe, request_id) == "CANCELLED"


def test_time_does_nothing_to_a_request_that_is_not_due(cafe: Cafe) -> None:
    request_id = cafe.ask_joe().json()["id"]
    before = cafe.told()
    sweep.attend(cafe.session, request_id)
    assert (status(cafe, request_id), cafe.told()) == ("OPEN", before)
    assert cafe.session.get_one(SwapRequest, request_id).expires_at > clock.now()


@pytest.mark.usefixtures("own_database")
def test_a_request_that_cannot_be_attended_to_holds_up_no_other() -> None:
    a_minute_ago = clock.now() - timedelta(minutes=1)
    with db.unit_of_work() as session:
        role = a_role(session)
        broken, forgotten = (_an_offer(session, role) for _ in range(2))
        broken.claims_until = forgotten.expires_at = a_minute_ago
        # A week that cannot be read, whatever the reason.
        rule = WorkRule(team_id=broken.team_id, kind=RuleKind.MAX_HOURS_PER_WEEK, value=40, parameters={"no": "such"})
        session.add(rule)
    assert sweep.sweep() == 2
    with db.unit_of_work() as session:
        states = [session.get_one(SwapRequest, one.id).status for one in (broken, forgotten)]
    assert states == ["OPEN", "EXPIRED"]


def _an_offer(session: Session, role: Role) -> SwapRequest:
    team = a_team(session)
    week = a_week(session, team, clock.week_of(clock.now().date(), 0) + timedelta(weeks=1), WeekStatus.PUBLISHED)
    place = an_assignment(session, a_shift(session, week, role), a_user(session, team, roles=[role]), role)
    return a_dropped_shift(session, place)
