"""Somebody of two teams hears of both in their private chat, and is asked which one only where it matters."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.client import Service
from bots.demo.embedded import Servers
from bots.followers import Followers
from bots.platform import Address
from bots.reply import LONGEST_VALUE, Audience, Reply, Tone
from bots.terminal.adapter import TerminalPlatform
from service import clock
from service.people.models import Team, User
from service.scheduling.models import SchedulingRun
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import WeekStatus
from service.shifts.models import WeeklySchedule
from tests.bots.core.conftest import BOT_SECRET, Press, Say, asker
from tests.builders import a_manager, a_role, a_shift, a_team, a_template, a_user, a_week, an_assignment

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


@pytest.fixture
def bar(session: Session) -> Team:
    return a_team(session, "Bar")


@pytest.fixture
def kitchen(session: Session) -> Team:
    return a_team(session, "Kitchen")


@pytest.fixture
def maria(session: Session, bar: Team, kitchen: Team) -> User:
    return a_manager(session, bar, kitchen, name="Maria")


def put_on(session: Session, team: Team, person: User, *, day: int) -> WeeklySchedule:
    """A published week of this team, with the person on one shift of eight hours."""
    week = a_week(session, team, NEXT_MONDAY, WeekStatus.PUBLISHED)
    role = a_role(session, f"Role in {team.name}")
    person.roles.append(role)
    an_assignment(session, a_shift(session, week, role, day=day), person, role)
    return week


def test_my_shifts_are_those_of_both_teams_each_with_its_team(
    session: Session, say: Say, bar: Team, kitchen: Team
) -> None:
    sam = a_user(session, bar, kitchen, name="Sam")
    put_on(session, bar, sam, day=1)
    put_on(session, kitchen, sam, day=0)
    reply = say(sam, "/myshifts next week")
    assert (reply.tone, reply.text) == (Tone.PLAIN, "2 shifts, 16 h")
    assert [(section.heading or "").rpartition(" ")[2] for section in reply.sections] == ["(Kitchen)", "(Bar)"]


@pytest.mark.parametrize("command", ["/swap", "/drop"])
def test_the_shifts_to_give_away_say_their_team_where_they_are_of_several(
    session: Session, say: Say, bar: Team, kitchen: Team, command: str
) -> None:
    sam = a_user(session, bar, kitchen, name="Sam")
    put_on(session, bar, sam, day=1)
    put_on(session, kitchen, sam, day=0)
    assert [one.text.rpartition(" ")[2] for one in say(sam, command).sections] == ["(Kitchen)", "(Bar)"]


def test_my_shifts_say_which_team_has_not_published_yet(session: Session, say: Say, bar: Team, kitchen: Team) -> None:
    sam = a_user(session, bar, kitchen, name="Sam")
    put_on(session, bar, sam, day=0)
    said = say(sam, "/myshifts next week").text
    assert said.startswith("1 shift, 8 h\n")
    assert "of Kitchen is not published yet" in said


def test_that_no_team_has_published_yet_is_one_sentence(session: Session, say: Say, bar: Team, kitchen: Team) -> None:
    sam = a_user(session, bar, kitchen, name="Sam")
    said = say(sam, "/myshifts next week").text
    assert said.startswith("The week ")
    assert "of Bar, Kitchen is not published yet" in said


def test_hours_are_those_of_both_teams(session: Session, say: Say, bar: Team, kitchen: Team) -> None:
    sam = a_user(session, bar, kitchen, name="Sam")
    put_on(session, bar, sam, day=0)
    put_on(session, kitchen, sam, day=1)
    assert say(sam, "/hours next week").text.startswith("16 h scheduled")


def test_the_button_of_a_team_says_the_command_again_for_it(
    session: Session, say: Say, press: Press, kitchen: Team, maria: User
) -> None:
    a_template(session, kitchen, a_role(session))
    asked = say(maria, "/optimize next week")
    assert (asked.tone, asked.heading) == (Tone.PLAIN, "/optimize next week")
    assert [button.label for button in asked.buttons] == ["Bar", "Kitchen"]
    reply = press(maria, asked.buttons[1].action, asked.buttons[1].value)
    assert (reply.heading or "").startswith("Optimising Kitchen")
    assert session.scalars(select(SchedulingRun)).one().first_week == NEXT_MONDAY


def test_the_button_of_a_team_that_is_not_ones_own_does_nothing(
    session: Session, press: Press, bar: Team, kitchen: Team
) -> None:
    manager = a_manager(session, bar)
    assert press(manager, Action.FOR_TEAM, f"{kitchen.id}:optimize next week").tone is Tone.REFUSAL
    assert session.scalars(select(SchedulingRun)).all() == []


def test_what_is_too_long_for_a_button_is_said_in_the_channel(say: Say, maria: User) -> None:
    reply = say(maria, f"/assign {'x' * LONGEST_VALUE}")
    assert (reply.tone, reply.buttons) == (Tone.REFUSAL, ())
    assert "Ask in the channel" in reply.text


def test_a_repair_and_another_run_need_not_be_told_the_team(
    session: Session, press: Press, kitchen: Team, maria: User
) -> None:
    week = put_on(session, kitchen, maria, day=0)
    repair = press(maria, Action.REPAIR_WEEK, str(week.id))
    assert repair.audience is Audience.CHANNEL
    assert (repair.heading or "").startswith("Optimising Kitchen")
    run = session.scalars(select(SchedulingRun)).one()
    run.status, run.finished_at = RunStatus.CANCELLED, clock.now()
    session.flush()
    again = press(maria, Action.RERUN, str(run.id))
    assert (again.heading or "").startswith("Optimising Kitchen")


def test_a_run_asked_for_in_private_is_followed(
    session: Session, press: Press, transport: httpx.ASGITransport, embedded: Servers, maria: User
) -> None:
    week = put_on(session, maria.teams[1], maria, day=0)
    press(maria, Action.REPAIR_WEEK, str(week.id))
    run = session.scalars(select(SchedulingRun)).one()
    run.status, run.finished_at = RunStatus.CANCELLED, clock.now()
    session.flush()

    async def followed() -> list[str]:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            platform = TerminalPlatform(embedded.redis_url)
            before = await platform.newest()
            address = Address(workspace="", target="maria", direct=True)
            sent = await platform.send(address, Reply(text="Optimising"))
            followers = Followers(service, platform, every=0.01)
            await followers.follow(asker("maria"), run.id, sent)
            posts = await platform.read(before)
            while len(posts) < 2:
                await asyncio.sleep(0.01)
                posts += await platform.read(posts[-1].message_id)
            await followers.close()
            await platform.close()
            return [post.reply.heading or "" for post in posts]

    assert asyncio.run(asyncio.wait_for(followed(), 20))[1].startswith("Optimised Kitchen")
