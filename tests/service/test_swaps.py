"""Trading shifts over HTTP: what is offered is legal, the first to accept wins, and everybody concerned hears."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import clock
from service.activity.models import ActivityLog
from service.notifications.models import Notification
from service.people.models import User
from service.requests.models import WorkRule
from service.schemas.people import SwapApproval
from service.schemas.requests import RuleKind
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment
from service.swaps.models import SwapRequest
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment, without_chat
from tests.service.conftest import As

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Cafe:
    """A café whose published week has four shifts: Ana's Monday, Joe's Tuesday, Kim's Wednesday, and Bo is free."""

    def __init__(self, session: Session, api: TestClient, as_user: As) -> None:
        self.session, self.api, self.as_user = session, api, as_user
        self.team, self.role = a_team(session), a_role(session, "Waiter")
        self.team.swap_approval = SwapApproval.NEVER
        self.manager = a_manager(session, self.team, name="Maria")
        self.ana, self.joe, self.kim, self.bo = (
            a_user(session, self.team, name=name, roles=[self.role]) for name in ("Ana", "Joe", "Kim", "Bo")
        )
        self.week = a_week(session, self.team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
        self.shifts = [a_shift(session, self.week, self.role, day=day) for day in range(3)]
        self.monday, self.tuesday, self.wednesday = (
            an_assignment(session, shift, user, self.role)
            for shift, user in zip(self.shifts, (self.ana, self.joe, self.kim), strict=True)
        )

    def post(self, user: User, path: str, **body: Any) -> Any:
        return self.api.post(f"/api/swaps{path}", json=body, headers=self.as_user(user))

    def partners(self, user: User, *places: ShiftAssignment) -> Any:
        ids = [place.id for place in places]
        return self.api.get("/api/swaps/partners", params={"assignment_id": ids}, headers=self.as_user(user))

    def ask_joe(self, **more: Any) -> Any:
        """Ana asks Joe: her Monday for his Tuesday."""
        legs = [leg(self.monday, self.joe), leg(self.tuesday, self.ana)]
        return self.post(self.ana, "", kind="SWAP", assignment_ids=[self.monday.id], options=[{"legs": legs}], **more)

    def give_away(self, *takers: User) -> Any:
        options = [{"legs": [leg(self.monday, taker)]} for taker in takers]
        return self.post(self.ana, "", kind="GIVE_AWAY", assignment_ids=[self.monday.id], options=options)

    def on(self, shift: PlannedShift) -> list[str]:
        query = (
            select(User.name)
            .join(ShiftAssignment, ShiftAssignment.user_id == User.id)
            .where(ShiftAssignment.planned_shift_id == shift.id, ShiftAssignment.status == AssignmentStatus.CONFIRMED)
            .order_by(User.name)
        )
        return list(self.session.scalars(query))

    def told(self) -> set[tuple[str, str]]:
        query = select(User.name, Notification.payload["event"].astext).join(User, User.id == Notification.user_id)
        return {(name, event) for name, event in self.session.execute(query)}


def leg(place: ShiftAssignment, taker: User) -> dict[str, int]:
    return {"assignment_id": place.id, "taker_id": taker.id}


@pytest.fixture
def cafe(session: Session, api: TestClient, as_user: As) -> Cafe:
    return Cafe(session, api, as_user)


def test_a_swap_that_is_accepted_changes_both_shifts_and_the_version_of_the_week(cafe: Cafe) -> None:
    version = cafe.week.version
    asked = cafe.ask_joe()
    assert (asked.status_code, asked.json()["status"]) == (201, "OPEN")
    done = cafe.post(cafe.joe, f"/{asked.json()['id']}/accept")
    assert (done.status_code, done.json()["status"], done.json()["chosen"]) == (200, "DONE", 1)
    assert (cafe.on(cafe.shifts[0]), cafe.on(cafe.shifts[1])) == (["Joe"], ["Ana"])
    cafe.session.refresh(cafe.week)
    assert cafe.week.version > version


def test_everybody_concerned_hears_of_every_change(cafe: Cafe) -> None:
    request_id = cafe.ask_joe().json()["id"]
    assert cafe.told() == {("Joe", "ASKED")}
    cafe.post(cafe.joe, f"/{request_id}/accept")
    assert cafe.told() == {("Joe", "ASKED"), ("Ana", "DONE"), ("Joe", "DONE"), ("Maria", "DONE")}


def test_who_is_asked_and_has_no_chat_account_is_named(cafe: Cafe) -> None:
    without_chat(cafe.session, cafe.kim)
    asked = cafe.give_away(cafe.kim, cafe.bo).json()
    assert [one["name"] for one in asked["unreached"]] == ["Kim"]


def test_each_place_that_changes_hands_is_logged_with_before_and_after(cafe: Cafe) -> None:
    request_id = cafe.ask_joe().json()["id"]
    cafe.post(cafe.joe, f"/{request_id}/accept")
    logged = cafe.session.scalars(select(ActivityLog).order_by(ActivityLog.id)).all()
    assert [row.action for row in logged] == [
        "swap.ask",
        "swap.accepted",
        "assignment.trade",
        "assignment.trade",
        "swap.done",
    ]
    trades = [row for row in logged if row.action == "assignment.trade" and row.before and row.after]
    traded = {(row.before["user_id"], row.after["user_id"]) for row in trades if row.before and row.after}
    assert traded == {(cafe.ana.id, cafe.joe.id), (cafe.joe.id, cafe.ana.id)}


def test_of_several_who_are_asked_the_first_to_accept_wins(cafe: Cafe) -> None:
    request_id = cafe.give_away(cafe.kim, cafe.bo).json()["id"]
    assert cafe.post(cafe.bo, f"/{request_id}/accept").json()["status"] == "DONE"
    late = cafe.post(cafe.kim, f"/{request_id}/accept")
    assert (late.status_code, late.json()["code"]) == (409, "trade_closed")
    assert "faster" in late.json()["detail"]
    assert cafe.on(cafe.shifts[0]) == ["Bo"]
    assert ("Kim", "TAKEN") in cafe.told()


def test_a_second_yes_of_the_winner_changes_nothing(cafe: Cafe) -> None:
    request_id = cafe.give_away(cafe.bo).json()["id"]
    cafe.post(cafe.bo, f"/{request_id}/accept")
    again = cafe.post(cafe.bo, f"/{request_id}/accept")
    assert (again.status_code, again.json()["status"]) == (200, "DONE")


def test_asking_twice_with_one_key_is_one_request(cafe: Cafe) -> None:
    body = {"kind": "DROP", "assignment_ids": [cafe.monday.id]}
    headers = cafe.as_user(cafe.ana) | {"Idempotency-Key": "once"}
    ids = {cafe.api.post("/api/swaps", json=body, headers=headers).json()["id"] for _ in range(2)}
    assert len(ids) == 1


def test_a_key_of_a_request_about_another_shift_is_refused(cafe: Cafe) -> None:
    headers = cafe.as_user(cafe.ana) | {"Idempotency-Key": "once"}
    first = {"kind": "DROP", "assignment_ids": [cafe.monday.id]}
    assert cafe.api.post("/api/swaps", json=first, headers=headers).status_code == 201
    other = first | {"assignment_ids": [cafe.monday.id + 1]}
    refused = cafe.api.post("/api/swaps", json=other, headers=headers)
    assert (refused.status_code, refused.json()["way_forward"]) == (409, "Use a new key.")


def test_a_shift_is_in_one_live_request_at_a_time(cafe: Cafe) -> None:
    first = cafe.ask_joe()
    second = cafe.give_away(cafe.bo)
    assert (second.status_code, second.json()["code"]) == (409, "already_trading")
    cafe.post(cafe.ana, f"/{first.json()['id']}/withdraw")
    assert cafe.give_away(cafe.bo).status_code == 201


def test_partners_are_only_those_who_break_no_rule(cafe: Cafe) -> None:
    cafe.session.add(WorkRule(team_id=cafe.team.id, user_id=cafe.bo.id, kind=RuleKind.MAX_HOURS_PER_WEEK, value=4))
    cafe.session.flush()
    found = cafe.partners(cafe.ana, cafe.monday).json()
    takers = {tuple(each["taker"]["name"] for each in one["legs"]) for one in found["options"]}
    assert takers == {("Joe",), ("Kim",), ("Joe", "Ana"), ("Kim", "Ana")}
    swap = next(one for one in found["options"] if one["kind"] == "SWAP")
    assert {(one["minutes_before"], one["minutes_after"]) for one in swap["changes"]} == {(480, 480)}


def test_a_trade_that_breaks_a_rule_is_refused_when_asked_for(cafe: Cafe) -> None:
    cafe.session.add(WorkRule(team_id=cafe.team.id, user_id=cafe.bo.id, kind=RuleKind.MAX_HOURS_PER_WEEK, value=4))
    cafe.session.flush()
    refused = cafe.give_away(cafe.bo)
    assert (refused.status_code, refused.json()["code"]) == (409, "trade_not_legal")


def test_a_trade_that_has_become_illegal_is_refused_when_accepted(cafe: Cafe) -> None:
    request_id = cafe.give_away(cafe.bo).json()["id"]
    cafe.session.add(WorkRule(team_id=cafe.team.id, user_id=cafe.bo.id, kind=RuleKind.MAX_HOURS_PER_WEEK, value=4))
    cafe.session.flush()
    refused = cafe.post(cafe.bo, f"/{request_id}/accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "trade_not_legal")
    assert cafe.on(cafe.shifts[0]) == ["Ana"]


def test_a_manager_decides_where_the_team_wants_it(cafe: Cafe) -> None:
    cafe.team.swap_approval = SwapApproval.ALWAYS
    request_id = cafe.ask_joe().json()["id"]
    waiting = cafe.post(cafe.joe, f"/{request_id}/accept").json()
    assert (waiting["status"], cafe.on(cafe.shifts[0])) == ("ACCEPTED", ["Ana"])
    assert ("Maria", "DECIDE") in cafe.told()
    assert cafe.post(cafe.joe, f"/{request_id}/approve").status_code == 403
    done = cafe.post(cafe.manager, f"/{request_id}/approve").json()
    assert (done["status"], cafe.on(cafe.shifts[0])) == ("DONE", ["Joe"])


def test_a_managers_no_ends_it_and_both_hear(cafe: Cafe) -> None:
    cafe.team.swap_approval = SwapApproval.ALWAYS
    request_id = cafe.ask_joe().json()["id"]
    cafe.post(cafe.joe, f"/{request_id}/accept")
    assert cafe.post(cafe.manager, f"/{request_id}/reject").json()["status"] == "DECLINED"
    assert {("Ana", "REJECTED"), ("Joe", "REJECTED")} <= cafe.told()
    assert cafe.on(cafe.shifts[0]) == ["Ana"]


@pytest.mark.parametrize("note", ["Joe is still off with his back", ""])
def test_what_a_manager_writes_when_refusing_is_kept_beside_the_trade_and_not_in_the_log(
    cafe: Cafe, note: str
) -> None:
    cafe.team.swap_approval = SwapApproval.ALWAYS
    request_id = cafe.ask_joe().json()["id"]
    cafe.post(cafe.joe, f"/{request_id}/accept")
    cafe.post(cafe.manager, f"/{request_id}/reject", note=note)
    assert cafe.session.scalars(select(SwapRequest.decision_note)).one() == note
    logged = cafe.session.scalars(select(ActivityLog).where(ActivityLog.action == "swap.declined")).one()
    assert logged.after is not None
    assert logged.after["why"] == ("refused with a note" if note else "refused")


def test_when_everybody_declines_the_asker_hears_and_it_ends(cafe: Cafe) -> None:
    request_id = cafe.give_away(cafe.kim, cafe.bo).json()["id"]
    assert cafe.post(cafe.kim, f"/{request_id}/decline").json()["status"] == "OPEN"
    assert cafe.post(cafe.bo, f"/{request_id}/decline").json()["status"] == "DECLINED"
    assert {("Ana", "DECLINED"), ("Ana", "ENDED")} <= cafe.told()


def test_a_counter_offer_is_answered_by_the_asker(cafe: Cafe) -> None:
    request_id = cafe.give_away(cafe.joe).json()["id"]
    legs = [leg(cafe.monday, cafe.joe), leg(cafe.tuesday, cafe.ana)]
    countered = cafe.post(cafe.joe, f"/{request_id}/counter", legs=legs)
    assert (countered.status_code, countered.json()["status"]) == (200, "OPEN")
    assert ("Ana", "COUNTERED") in cafe.told()
    assert cafe.post(cafe.ana, f"/{request_id}/accept").json()["status"] == "DONE"
    assert (cafe.on(cafe.shifts[0]), cafe.on(cafe.shifts[1])) == (["Joe"], ["Ana"])


def test_a_round_of_three_is_final_only_when_all_three_agree(cafe: Cafe) -> None:
    legs = [leg(cafe.monday, cafe.joe), leg(cafe.tuesday, cafe.kim), leg(cafe.wednesday, cafe.ana)]
    asked = cafe.post(cafe.ana, "", kind="CYCLE", assignment_ids=[cafe.monday.id], options=[{"legs": legs}])
    request_id = asked.json()["id"]
    assert cafe.post(cafe.joe, f"/{request_id}/accept").json()["status"] == "OPEN"
    assert cafe.post(cafe.kim, f"/{request_id}/accept").json()["status"] == "DONE"
    assert [cafe.on(shift) for shift in cafe.shifts] == [["Joe"], ["Kim"], ["Ana"]]


def test_a_dropped_shift_stays_its_owners_until_somebody_claims_it(cafe: Cafe) -> None:
    request_id = cafe.post(cafe.ana, "", kind="DROP", assignment_ids=[cafe.monday.id]).json()["id"]
    assert cafe.on(cafe.shifts[0]) == ["Ana"]
    assert cafe.post(cafe.bo, f"/{request_id}/accept").json()["status"] == "DONE"
    assert cafe.on(cafe.shifts[0]) == ["Bo"]


def test_an_offer_to_take_a_shift_is_for_its_owner_to_answer(cafe: Cafe) -> None:
    asked = cafe.post(cafe.bo, "", kind="OFFER", assignment_ids=[cafe.monday.id])
    assert cafe.told() == {("Ana", "ASKED")}
    assert cafe.post(cafe.ana, f"/{asked.json()['id']}/accept").json()["status"] == "DONE"
    assert cafe.on(cafe.shifts[0]) == ["Bo"]


def test_rules_of_the_house_are_explained_when_they_bite(cafe: Cafe) -> None:
    path, headers = f"/api/teams/{cafe.team.id}/trade-policy", cafe.as_user(cafe.manager)
    monday = cafe.week.week_start.isoformat()
    cafe.api.put(path, json={"blackout_days": [monday], "approval": "NEVER"}, headers=headers)
    refused = cafe.ask_joe()
    assert (refused.status_code, refused.json()["code"]) == (409, "blackout_day")
    cafe.api.put(path, json={"open_per_person": 1, "approval": "NEVER"}, headers=headers)
    assert cafe.post(cafe.bo, "", kind="OFFER", assignment_ids=[cafe.monday.id]).status_code == 201
    refused = cafe.post(cafe.bo, "", kind="OFFER", assignment_ids=[cafe.tuesday.id])
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_open")
    cafe.api.put(path, json={"latest_minutes": 20000, "approval": "NEVER"}, headers=headers)
    assert cafe.api.get(path, headers=cafe.as_user(cafe.ana)).json()["latest_minutes"] == 20000
    refused = cafe.ask_joe()
    assert (refused.status_code, refused.json()["code"]) == (409, "trade_too_late")


def test_a_stranger_sees_nothing_of_a_request(cafe: Cafe) -> None:
    request_id = cafe.ask_joe().json()["id"]
    headers = cafe.as_user(cafe.kim)
    assert cafe.api.get(f"/api/swaps/{request_id}", headers=headers).status_code == 404
    assert cafe.api.get("/api/swaps", headers=headers).json()["total"] == 0
    assert cafe.api.get("/api/swaps", headers=cafe.as_user(cafe.joe)).json()["items"][0]["can"] == [
        "ACCEPT",
        "DECLINE",
        "COUNTER",
    ]


def test_a_proposal_from_before_the_trade_does_not_take_it_back(cafe: Cafe) -> None:
    an_assignment(cafe.session, cafe.shifts[0], cafe.ana, cafe.role, AssignmentStatus.PROPOSED)
    cafe.post(cafe.joe, f"/{cafe.ask_joe().json()['id']}/accept")
    proposed = select(ShiftAssignment.id).where(ShiftAssignment.status == AssignmentStatus.PROPOSED)
    assert cafe.session.scalars(proposed).all() == []


def test_postgresql_refuses_moves_that_the_table_does_not_have(cafe: Cafe) -> None:
    cafe.ask_joe()
    request = cafe.session.scalars(select(SwapRequest)).one()
    done = update(SwapRequest).values(status="DONE", chosen=1, closed_at=request.created_at)
    with pytest.raises(IntegrityError, match="cannot become"):
        cafe.session.execute(done)
