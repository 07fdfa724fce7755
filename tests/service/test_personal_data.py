"""What is kept about one person is handed out whole, and forgotten whole, while what was worked stays."""

import json
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Text, cast, func, select, text, update
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service import clock
from service.activity.models import ActivityLog
from service.calendars import service as calendars
from service.db import Base, unit_of_work
from service.notifications import service as notifications
from service.notifications.models import Delivery, Notification
from service.notifications.payloads import UnreachablePayload
from service.people import users
from service.people.models import LinkCode, RefreshToken, Team, User, UserSkill
from service.people.service import issue_tokens
from service.personal import cli, keeping
from service.personal.erase import FORGOTTEN, NAMED_SOMEBODY, StillHere, erase
from service.personal.export import SECRETS, export, naming_people
from service.requests import wishes
from service.requests.models import Availability, TimeOffRequest, WorkRule
from service.scheduling.models import SchedulingRun
from service.schemas.notifications import DeliveryStatus
from service.schemas.people import UserWrite
from service.schemas.requests import (
    AvailabilityWindow,
    AvailabilityWrite,
    PreferenceCreate,
    RuleKind,
    TimeOffKind,
    TimeOffStatus,
)
from service.schemas.shifts import WeekStatus
from service.schemas.swaps import SwapStatus
from service.shifts.models import PlannedShift, ShiftAssignment, UserWeeklyHours
from service.shifts.roster import build_roster
from service.swaps import answering
from service.swaps.market import Leg
from service.swaps.models import SwapRequest
from service.swaps.service import WHOLE, add_option
from service.swaps.states import move_to
from tests.builders import (
    MONDAY,
    a_dropped_shift,
    a_manager,
    a_role,
    a_rule,
    a_run,
    a_shift,
    a_team,
    a_user,
    a_week,
    a_wish,
    an_assignment,
    time_off,
)
from tests.service.conftest import As

NAME, EMAIL, ACCOUNT = 'Ana "Núñez" Lima', "ana.lima@mail.example", "U0ANALIMA"
LAST_YEAR = clock.week_of(clock.now().date(), 0) - timedelta(weeks=60)
# Tables that name people and stay as they are: what was worked, agreed and decided, by number.
STAYING = {
    "activity_log",
    "scheduling_run",
    "scheduling_solution",
    "shift_assignment",
    "swap_answer",
    "swap_leg",
    "swap_request",
    "team_member",
    "time_off_request",
    "user_role",
    "user_weekly_hours",
    "weekly_schedule",
}


@dataclass(frozen=True)
class Business:
    team: Team
    ana: User
    manager: User
    week_id: int
    place: ShiftAssignment


@pytest.fixture
def business(session: Session) -> Business:
    """Ana has left a trace in every table that can name her."""
    team, role = a_team(session), a_role(session)
    ana, manager = a_user(session, team, roles=[role]), a_manager(session, team, name="Maria")
    ana.name, ana.handle, ana.email = NAME, "ana.lima", EMAIL
    session.execute(text("UPDATE chat_identity SET external_id = :a WHERE user_id = :u"), {"a": ACCOUNT, "u": ana.id})
    issue_tokens(session, ana, "a-family")
    session.add(LinkCode(code_hash="hash", user_id=ana.id, expires_at=clock.now()))
    week = a_week(session, team, LAST_YEAR, status=WeekStatus.PUBLISHED)
    place = an_assignment(session, a_shift(session, week, role, hours=8), ana, role)
    away = time_off(session, ana, kind=TimeOffKind.SICK, status=TimeOffStatus.APPROVED)
    away.reason, away.note = "a broken leg", f"get well, {NAME}"
    a_wish(session, ana)
    a_rule(session, team, ana)
    ana.contract = "Lima's own"
    session.add(UserSkill(user_id=ana.id, name="Singing"))
    apart = {"user_ids": [ana.id, manager.id]}
    session.add(WorkRule(team_id=team.id, kind=RuleKind.APART, parameters=apart))
    session.add(Availability(user_id=ana.id, weekday=1, start_time=time(9), end_time=time(17)))
    calendars.create(session, ana)
    drop = a_dropped_shift(session, place)
    drop.note, drop.approval = "my leg", f"{NAME} would work more than 40 h in the week."
    run = a_run(session, week, ana, [(session.get_one(PlannedShift, place.planned_shift_id), ana, role)])
    run.error, run.clash = f"{NAME} is away.", {"sentences": [f"{NAME} is away."]}
    run.origin = {"channel": ACCOUNT}
    notifications.tell_user(session, ana.id, UnreachablePayload(delivery_id=1), dedupe_key="one")
    session.flush()
    return Business(team=team, ana=ana, manager=manager, week_id=week.id, place=place)


def what_is_logged_happens(session: Session, business: Business) -> None:
    """Maria says anew what Ana earns and refuses her trade, Ana says when she can and would rather."""
    ana, maria = business.ana, business.manager
    same = {field: getattr(ana, field) for field in ("name", "handle", "email")}
    same |= {"role_ids": [role.id for role in ana.roles], "team_ids": [team.id for team in ana.teams]}
    private = {"contract": "Lima's own", "cost_per_hour": 471_100, "locale": "pt", "time_zone": "Pacific/Chatham"}
    users.change_user(session, maria, ana.id, UserWrite.model_validate(same | private))
    window = AvailabilityWindow(weekday=2, start_time=time(3, 15), end_time=time(9, 45))
    wishes.replace_availability(session, ana, None, AvailabilityWrite(windows=[window]))
    wish = PreferenceCreate(wanted=False, weekday=3, start_time=time(3, 15), end_time=time(9, 45))
    wishes.create_preference(session, ana, wish)
    drop = session.scalars(select(SwapRequest).where(SwapRequest.owner_id == ana.id).options(*WHOLE)).one()
    [offered] = drop.legs
    ben = a_user(session, business.team)
    leg = Leg(
        assignment_id=offered.assignment_id,
        planned_shift_id=offered.planned_shift_id,
        role_id=offered.role_id,
        giver_id=ana.id,
        taker_id=ben.id,
    )
    add_option(drop, 1, [leg], agreed={ana.id, ben.id})
    session.flush()
    drop.chosen = 1
    move_to(session, drop, ben.id, SwapStatus.ACCEPTED)
    answering.reject(session, maria, drop.id, "no, her crutches")
    session.flush()


def everything(session: Session) -> dict[str, str]:
    """All that is in the database, by table."""
    return {
        table.name: session.scalar(select(cast(func.jsonb_agg(func.to_jsonb(table.table_valued())), Text))) or ""
        for table in Base.metadata.sorted_tables
    }


def test_every_table_that_names_people_is_either_forgotten_or_said_to_stay() -> None:
    naming = {table.name for table in Base.metadata.sorted_tables if list(naming_people(table))}
    assert naming == {model.__tablename__ for model in FORGOTTEN} | STAYING


def test_nothing_in_the_database_says_any_more_who_that_was(session: Session, business: Business) -> None:
    what_is_logged_happens(session, business)
    business.ana.active = False
    before = everything(session)
    escaped = json.dumps(NAME, ensure_ascii=False)[1:-1]
    assert sum(escaped in rows for rows in before.values()) >= 3
    assert "crutches" in before["swap_request"]
    actions = {"user.change", "availability.replace", "preference.create", "swap.open"}
    assert actions <= set(session.scalars(select(ActivityLog.action)))
    assert erase(session, business.ana) == f"Former colleague {business.ana.id}"
    session.flush()
    for table, rows in everything(session).items():
        for word in (
            escaped,
            "ana.lima",
            EMAIL,
            ACCOUNT,
            "broken leg",
            "my leg",
            "get well",
            "crutches",
            "Lima's own",
            "471100",
            "Pacific/Chatham",
            "03:15",
            "Singing",
            "APART",
        ):
            assert word not in rows, table


def test_what_was_worked_stays_as_a_former_colleagues(session: Session, business: Business) -> None:
    business.ana.active = False
    erase(session, business.ana)
    session.expire_all()
    roster = build_roster(session, business.week_id, proposed=False)
    assert [person.name for person in roster.people if person.id == business.ana.id] == [
        f"Former colleague {business.ana.id}"
    ]
    assert session.get_one(ShiftAssignment, business.place.id).minutes == 8 * 60
    assert session.scalars(select(UserWeeklyHours.scheduled_minutes)).all() == [8 * 60]
    assert session.scalars(select(SchedulingRun.error)).one() == NAMED_SOMEBODY
    assert session.scalars(select(TimeOffRequest.status)).one() is TimeOffStatus.APPROVED, "the days away stay"


def test_whoever_is_forgotten_can_not_come_back_and_is_still_shown(
    api: TestClient, session: Session, business: Business, as_user: As
) -> None:
    business.manager.is_admin = True
    old, headers = as_user(business.ana), as_user(business.manager)
    business.ana.active = False
    erase(session, business.ana)
    session.flush()
    assert api.get("/api/users/me", headers=old).status_code == 401
    shown = api.get(f"/api/users/{business.ana.id}", headers=headers)
    assert (shown.status_code, shown.json()["name"]) == (200, f"Former colleague {business.ana.id}")


def test_forgetting_twice_changes_nothing(session: Session, business: Business) -> None:
    business.ana.active = False
    erase(session, business.ana)
    session.flush()
    before = everything(session)
    erase(session, business.ana)
    session.flush()
    assert everything(session) == before


def test_nobody_is_forgotten_who_is_still_here(session: Session, business: Business) -> None:
    with pytest.raises(StillHere):
        erase(session, business.ana)
    business.ana.active = False
    week = a_week(session, business.team, MONDAY + timedelta(weeks=5200))
    an_assignment(session, a_shift(session, week, business.ana.roles[0]), business.ana, business.ana.roles[0])
    with pytest.raises(StillHere):
        erase(session, business.ana)


def test_what_is_handed_out_names_every_table_and_opens_no_door(session: Session, business: Business) -> None:
    rows = export(session, business.ana)
    assert rows["user"][0]["email"] == EMAIL
    assert rows["time_off_request"][0]["reason"] == "a broken leg"
    assert rows["delivery"][0]["target"] == ACCOUNT
    assert "APART" in {rule["kind"] for rule in rows["work_rule"]}, "people are in its parameters"
    named = {table.name for table in Base.metadata.sorted_tables if list(naming_people(table))}
    # She published no week, and answered nobody.
    absent = {"weekly_schedule", "swap_answer"}
    assert rows.keys() == named - absent | {"user", "delivery"}
    assert not SECRETS & {name for found in rows.values() for row in found for name in row}
    assert "Maria" not in json.dumps(rows), "others are numbers in it"


def test_old_reasons_logins_and_notifications_go_by_themselves(session: Session, business: Business) -> None:
    long_ago = clock.now() - timedelta(days=400)
    session.execute(
        text("UPDATE time_off_request SET during = tstzrange(:a, :b)"),
        {"a": long_ago, "b": long_ago + timedelta(days=1)},
    )
    session.execute(update(RefreshToken).values(expires_at=long_ago))
    session.execute(update(LinkCode).values(expires_at=long_ago))
    session.execute(update(SwapRequest).values(created_at=long_ago, decision_note="no, her crutches"))
    session.execute(update(Notification).values(created_at=long_ago))
    assert keeping.forget(session)["notifications"] == 0, "what still waits is not forgotten"
    session.execute(update(Delivery).values(status=DeliveryStatus.SENT))
    assert keeping.forget(session)["notifications"] == 1
    session.expire_all()
    assert [(one.reason, one.note) for one in session.scalars(select(TimeOffRequest))] == [("", "")]
    assert [(one.note, one.decision_note) for one in session.scalars(select(SwapRequest))] == [("", "")]
    for gone in (RefreshToken, LinkCode, Notification, Delivery):
        assert session.scalar(select(func.count()).select_from(gone)) == 0
    assert not any(keeping.forget(session).values())


def test_what_is_still_needed_stays(session: Session, business: Business) -> None:
    session.execute(update(LinkCode).values(expires_at=clock.now() + timedelta(hours=1)))
    assert not any(keeping.forget(session).values())


def told(*arguments: str, input: str | None = None) -> Any:  # noqa: A002  # CliRunner's own word
    return CliRunner().invoke(cli.app, ["people", *arguments], input=input)


@pytest.mark.usefixtures("own_database")
def test_the_commands_hand_out_and_forget(tmp_path: Path) -> None:
    with unit_of_work() as session:
        ana = a_user(session, a_team(session), name="Ana")
        ana.handle, ana.email = "ana", EMAIL
    out = tmp_path / "ana.json"
    assert told("export", EMAIL.upper(), "--out", str(out)).exit_code == 0
    assert json.loads(out.read_text())["user"][0]["handle"] == "ana"
    assert json.loads(told("export", "@ana").stdout)["user"][0]["email"] == EMAIL
    assert told("export", "nobody").exit_code == 1
    refused = told("erase", "ana", "--yes")
    assert (refused.exit_code, "Deactivate them first." in refused.output) == (1, True)
    with unit_of_work() as session:
        session.execute(update(User).values(active=False))
    assert told("erase", "ana", input="n\n").exit_code == 1
    assert told("export", "ana").exit_code == 0
    assert told("erase", "ana", input="y\n").exit_code == 0
    assert told("export", "ana").exit_code == 1
    with unit_of_work() as session:
        logged = session.scalars(select(ActivityLog.action).order_by(ActivityLog.id)).all()
    assert logged == ["user.export", "user.export", "user.export", "user.erase"]
