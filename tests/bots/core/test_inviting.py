"""A manager brings people into a chat: who is missing, and a code that nobody else sees."""

import asyncio

import httpx
import pytest
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.client import Service
from bots.desk import Asker, Desk
from bots.reply import Audience, Reply, Tone
from service.people.chat import link_by_code
from service.people.models import Team, User
from service.schemas.chat import ChatAccount, ChatPlace
from tests.bots.core.conftest import BOT_SECRET, Press, Say
from tests.builders import a_manager, a_team, a_user


def a_newcomer(session: Session, team: Team, name: str) -> User:
    """Somebody who is in no chat yet."""
    handle = name.lower().replace(" ", ".")
    user = User(name=name, handle=handle, email=f"{handle}@example.com", teams=[team])
    session.add(user)
    session.flush()
    return user


def code_of(reply: Reply) -> str:
    return reply.fields[0].value.removeprefix("/link ")


@pytest.fixture
def team(session: Session) -> Team:
    return a_team(session)


@pytest.fixture
def maria(session: Session, team: Team) -> User:
    return a_manager(session, team, name="Maria")


def test_who_has_no_account_has_a_button_that_makes_a_code(
    session: Session, say: Say, press: Press, team: Team, maria: User
) -> None:
    a_newcomer(session, team, "Sam Okafor")
    a_user(session, team, name="Kim")
    a_newcomer(session, a_team(session), "Somebody Elses")
    shown = say(maria, "/invite")
    assert shown.text == "1 person is in no chat with me yet. Whose code shall I make?"
    [button] = shown.buttons
    assert button.label == "Sam Okafor (@sam.okafor)"
    made = press(maria, button.action, button.value)
    assert made.heading == "A code for Sam Okafor"
    assert "once, within 30 minutes" in made.text
    session.flush()
    account = ChatAccount(platform="telegram", external_id="7")
    assert link_by_code(session, account, code_of(made)).user.name == "Sam Okafor"
    assert "Everybody has a chat account" in say(maria, "/invite").text


@pytest.mark.parametrize("words", ["sam", "@sam.okafor", "Sam Okafor", "sam.okafor@example.com"])
def test_a_code_is_made_for_who_is_named(session: Session, say: Say, team: Team, maria: User, words: str) -> None:
    a_newcomer(session, team, "Sam Okafor")
    a_newcomer(session, team, "Samira Haddad")
    assert say(maria, f"/invite {words}").heading == "A code for Sam Okafor"


def test_several_who_fit_have_a_button_each(session: Session, say: Say, team: Team, maria: User) -> None:
    for name in ("Sam Okafor", "Sam Lee"):
        a_newcomer(session, team, name)
    asked = say(maria, "/invite sam")
    assert asked.text == "Several people fit “sam”. Whom do you mean?"
    assert [button.label for button in asked.buttons] == ["Sam Lee (@sam.lee)", "Sam Okafor (@sam.okafor)"]


def test_the_first_twenty_have_a_button(session: Session, say: Say, team: Team, maria: User) -> None:
    for number in range(22):
        a_newcomer(session, team, f"Helper {number:02}")
    shown = say(maria, "/invite")
    assert len(shown.buttons) == 20
    assert shown.text.endswith("2 more have no button here: name them after /invite.")


def test_nobody_of_that_name_is_said_kindly(say: Say, maria: User) -> None:
    reply = say(maria, "/invite zorro")
    assert reply.tone is Tone.REFUSAL
    assert "I find nobody called “zorro” in your teams." in reply.text


def test_only_managers_invite_and_only_whom_they_look_after(
    session: Session, say: Say, press: Press, team: Team, maria: User
) -> None:
    sam = a_newcomer(session, team, "Sam")
    boss = a_manager(session, team, name="Boss")
    stranger = a_manager(session, a_team(session), name="Stranger")
    kim = a_user(session, team, name="Kim")
    assert "Only managers" in say(kim, "/invite sam").text
    assert "Only managers" in press(kim, Action.INVITE, str(sam.id)).text
    assert "no such person" in press(stranger, Action.INVITE, str(sam.id)).text
    assert "Only an administrator" in press(maria, Action.INVITE, str(boss.id)).text


def test_a_code_asked_for_in_a_group_is_for_the_asker_alone_with_a_link_to_telegram(
    session: Session, transport: httpx.ASGITransport, team: Team, maria: User
) -> None:
    a_newcomer(session, team, "Sam")
    group = ChatPlace(platform="terminal", external_id="#bar")
    asker = Asker(account=ChatAccount(platform="terminal", external_id=maria.handle), place=group, key="")

    async def telegram_name() -> str:
        return "rota_bot"

    async def saying() -> Reply:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return await Desk(service, telegram_name).command(asker, "/invite sam")

    made = asyncio.run(saying())
    assert made.audience is Audience.ASKER
    assert made.fields[1].value == f"https://t.me/rota_bot?start={code_of(made)}"
