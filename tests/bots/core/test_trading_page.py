"""docs/trading-shifts.md shows what happens: each story is played on the real service and compared with the page.

`ROTA_WRITE_DOCS=1` writes what was seen to the page.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bots.demo.embedded import Servers
from bots.reply import Tone
from service import clock, db
from service.app import create_app
from service.people.models import Team, User
from service.scheduling.execution import execute
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.schemas.swaps import ClaimMode, TradePolicyWrite
from service.settings import get_settings
from service.shifts.models import PlannedShift, ShiftAssignment
from service.swaps import policy, sweep
from service.swaps.models import SwapRequest
from tests.bots.core.conftest import BOT_SECRET
from tests.bots.core.transcript import Chat
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment

PAGE = Path(__file__).parents[3] / "docs" / "trading-shifts.md"
SHOWN_MONDAY = date(2026, 11, 30)
NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


@pytest.fixture
def chat(embedded: Servers, fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    """A chat on a database of its own, in which what is done stays done, as runs need it."""
    monkeypatch.setenv("DATABASE_URL", fresh_database)
    monkeypatch.setenv("REDIS_URL", embedded.redis_url)
    monkeypatch.setenv("JWT_SECRET_KEY", "a-key-for-signing-tokens-in-these-tests-only")
    monkeypatch.setenv("ROTA_BOT_SECRET", BOT_SECRET)
    for cached in (get_settings, db.get_engine, db._session_factory):
        cached.cache_clear()
    yield Chat(httpx.ASGITransport(app=create_app()), NEXT_MONDAY, SHOWN_MONDAY)
    db.get_engine().dispose()
    for cached in (get_settings, db.get_engine, db._session_factory):
        cached.cache_clear()


def people_and_shifts(roles: dict[str, str], works: dict[str, str], hours: int = 40) -> None:
    """A published week of the Cafe under Maria. `roles` says who can do what, `works` who works when as which:
    `0 Waiter Early` is Monday; one shift a word, nine to five."""
    with db.unit_of_work() as session:
        team = a_team(session, "Cafe")
        a_manager(session, team, name="Maria")
        known = {
            name: a_role(session, name) for name in sorted({word for one in roles.values() for word in one.split()})
        }
        people = {
            name: a_user(session, team, name=name, roles=[known[word] for word in can.split()], max_hours=hours)
            for name, can in roles.items()
        }
        week = a_week(session, team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
        for name, work in works.items():
            day, role, shift = work.split()
            made = a_shift(session, week, known[role], day=int(day), name=shift)
            an_assignment(session, made, people[name], known[role])


def on() -> dict[str, list[str]]:
    """Who works which shift now."""
    with db.unit_of_work() as session:
        rows = session.execute(
            select(PlannedShift.name, User.name)
            .join(ShiftAssignment, ShiftAssignment.planned_shift_id == PlannedShift.id)
            .join(User, User.id == ShiftAssignment.user_id)
            .where(ShiftAssignment.status == AssignmentStatus.CONFIRMED)
            .order_by(PlannedShift.id, User.name)
        ).all()
    found: dict[str, list[str]] = {}
    for shift, name in rows:
        found.setdefault(shift, []).append(name)
    return found


def let_pass(field: str) -> None:
    """The instant of the one live request is over, and the scheduler sees it."""
    with db.unit_of_work() as session:
        request = session.scalars(select(SwapRequest).where(SwapRequest.closed_at.is_(None))).one()
        setattr(request, field, clock.now() - timedelta(seconds=1))
    assert sweep.sweep() == 1


def spoken(day: date) -> str:
    """A day as people type it: 30 Nov."""
    return f"{day.day} {day:%b}"


def three_way(chat: Chat) -> None:
    people_and_shifts(
        {"Ana": "Cook Waiter", "Joe": "Waiter Bar", "Kim": "Bar Cook"},
        {"Ana": "0 Cook Kitchen", "Joe": "1 Waiter Lunch", "Kim": "2 Bar Evening"},
        hours=8,
    )
    chat.say("Ana", "/swap mon next week")
    chat.press("Ana", "Ask")
    chat.press("Joe", "Accept")
    assert on()["Kitchen"] == ["Ana"]
    chat.press("Kim", "Accept")
    assert on()["Kitchen"] == ["Ana"]
    chat.press("Maria", "Approve")
    assert on() == {"Kitchen": ["Kim"], "Lunch": ["Ana"], "Evening": ["Joe"]}


def counter_offer(chat: Chat) -> None:
    people_and_shifts({"Ana": "Waiter", "Joe": "Waiter"}, {"Ana": "0 Waiter Early", "Joe": "1 Waiter Late"})
    chat.say("Ana", "/swap mon next week with joe")
    chat.press("Ana", "Ask")
    chat.press("Joe", "Offer something else")
    chat.press("Joe", "Offer this")
    assert on() == {"Early": ["Ana"], "Late": ["Joe"]}
    chat.press("Ana", "Accept")
    assert on() != {"Early": ["Ana"], "Late": ["Joe"]}


def fair_claim(chat: Chat) -> None:
    people_and_shifts(
        {"Ana": "Waiter", "Joe": "Waiter", "Zoe": "Waiter"}, {"Ana": "0 Waiter Early", "Joe": "1 Waiter Late"}
    )
    with db.unit_of_work() as session:
        maria = session.scalars(select(User).where(User.is_manager).options(selectinload(User.teams))).one()
        team = session.scalars(select(Team)).one()
        policy.write(session, maria, team.id, TradePolicyWrite(claim=ClaimMode.FAIR))
    chat.say("Ana", "/drop mon next week")
    chat.press("Joe", "Take it")
    chat.say("Zoe", "/open")
    chat.press("Zoe", "Take it")
    assert on()["Early"] == ["Ana"]
    let_pass("claims_until")
    chat.meanwhile("Half an hour later. Joe was faster, but works on Tuesday already; Zoe has no hours yet.")
    assert on()["Early"] == ["Zoe"]


def sick(chat: Chat) -> None:
    chat.say("Ana", f"/sick {spoken(NEXT_MONDAY)}")
    assert "Early" not in on()


def a_ward(free: str) -> None:
    people_and_shifts(dict.fromkeys(["Ana", *free.split()], "Nurse"), {"Ana": "0 Nurse Early"})


def sick_first_wave(chat: Chat) -> None:
    a_ward("Joe Zoe")
    sick(chat)
    chat.press("Zoe", "Take it")
    assert chat.press("Joe", "Take it").tone is Tone.REFUSAL
    assert on()["Early"] == ["Zoe"]


def sick_second_wave(chat: Chat) -> None:
    a_ward("Ben Joe Kim Zoe")
    sick(chat)
    let_pass("wave_until")
    chat.meanwhile("A quarter of an hour later nobody has answered. The next are asked.")
    chat.press("Zoe", "Take it")
    assert on()["Early"] == ["Zoe"]


def sick_by_hand(chat: Chat) -> None:
    a_ward("Joe Zoe")
    sick(chat)
    chat.say("Maria", "/assign zoe mon next week early")
    assert on()["Early"] == ["Zoe"]
    let_pass("wave_until")
    chat.meanwhile("Nobody is asked any more.")
    assert chat.press("Joe", "Take it").tone is Tone.REFUSAL


def sick_repair(chat: Chat) -> None:
    people_and_shifts(
        {"Ana": "Nurse", "Joe": "Nurse Porter", "Zoe": "Porter"}, {"Ana": "0 Nurse Early", "Joe": "0 Porter Lift"}
    )
    sick(chat)
    run_id = chat.press("Maria", "Find a repair").follow_run
    assert run_id is not None
    execute(run_id)
    chat.meanwhile("A moment later.")
    chat.press("Maria", "Publish")
    assert on() == {"Early": ["Joe"], "Lift": ["Zoe"]}


def sick_taken_back(chat: Chat) -> None:
    a_ward("Joe Zoe")
    sick(chat)
    chat.press("Ana", "I am not sick")
    assert on()["Early"] == ["Ana"]


def sick_unfilled(chat: Chat) -> None:
    a_ward("Joe")
    sick(chat)
    let_pass("wave_until")
    chat.meanwhile("A quarter of an hour later nobody has answered, and nobody is left to be asked.")
    let_pass("expires_at")
    chat.meanwhile("Monday comes, the shift begins, and still nobody has taken it.")
    assert "Early" not in on()


STORIES: dict[str, Callable[[Chat], None]] = {
    "A swap of three": three_way,
    "A counter-offer": counter_offer,
    "A fair claim": fair_claim,
    "Sick, and one of the first asked takes the shift": sick_first_wave,
    "Sick, and somebody asked later takes it": sick_second_wave,
    "Sick, and a manager fills the place by hand": sick_by_hand,
    "Sick, nobody can, and the week is repaired": sick_repair,
    "Sick, and better again": sick_taken_back,
    "Sick, and nobody answers": sick_unfilled,
}


@pytest.mark.parametrize("title", STORIES)
def test_the_page_tells_each_story_as_it_happens(chat: Chat, title: str) -> None:
    STORIES[title](chat)
    seen = "\n\n".join(chat.lines)
    page = PAGE.read_text()
    if os.environ.get("ROTA_WRITE_DOCS"):
        PAGE.write_text(_with(page, title, seen))
        return
    assert told(page, title) == seen


def test_the_page_has_no_story_that_is_not_played() -> None:
    assert re.findall(r"^### (.+)$", PAGE.read_text(), re.MULTILINE) == list(STORIES)


def _parts(page: str, title: str) -> tuple[str, str, str]:
    """The page up to the transcript of a story, the transcript, and the rest. Each follows a rule below the story."""
    before, rest = page.split(f"### {title}\n", 1)
    introduction, rest = rest.split("\n<!-- played -->\n", 1)
    transcript, rest = rest.split("\n<!-- end -->\n", 1)
    return f"{before}### {title}\n{introduction}\n<!-- played -->\n", transcript, f"\n<!-- end -->\n{rest}"


def told(page: str, title: str) -> str:
    """The story as the page tells it."""
    return _parts(page, title)[1].strip()


def _with(page: str, title: str, seen: str) -> str:
    before, _transcript, after = _parts(page, title)
    return f"{before}\n{seen}\n{after}"
