"""Linking, languages and unlinking, as people meet them in chat."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.announcements import announcement
from bots.client import Service
from bots.desk import Asker, Desk
from bots.reply import Reply, Tone
from service import clock
from service.activity.models import ActivityLog
from service.notifications.content import order
from service.notifications.models import Delivery, Notification
from service.people.chat import make_code
from service.people.models import ChatIdentity, Role, User
from service.schemas.chat import ChatAccount
from service.schemas.notifications import DeliveryStatus
from service.schemas.shifts import WeekStatus
from tests.bots.core.conftest import BOT_SECRET, Press, Say
from tests.builders import a_role, a_shift, a_team, a_user, a_week, an_assignment

# Says a line on Telegram, from an account with a language.
Write = Callable[[str, str, str], Reply]


@pytest.fixture
def write(transport: httpx.ASGITransport) -> Write:
    async def writing(account: str, line: str, locale: str) -> Reply:
        asker = Asker(account=ChatAccount(platform="telegram", external_id=account), place=None, key="")
        async with Service("http://service", BOT_SECRET, platform="telegram", transport=transport) as service:
            return await Desk(service).command(replace(asker, locale=locale), line)

    return lambda account, line, locale: asyncio.run(writing(account, line, locale))


def newcomer(session: Session, name: str, *roles: Role) -> tuple[User, str]:
    """Somebody who is in no chat yet, and a code."""
    email = f"{name.lower()}@example.com"
    user = User(name=name, handle=name.lower(), email=email, teams=[a_team(session)], roles=list(roles))
    session.add(user)
    session.flush()
    return user, make_code(session, user_id=user.id)[0]


def test_the_first_account_brings_its_language(session: Session, write: Write) -> None:
    hans, code = newcomer(session, "Hans")
    assert write("1", f"/link {code}", "de-AT").text.startswith("Willkommen, Hans.")
    session.refresh(hans)
    assert hans.locale == "de-AT"
    assert write("1", "/help", "en").heading == "Was ich kann"


def test_the_first_account_hears_of_the_published_shifts_ahead(session: Session, write: Write) -> None:
    role = a_role(session)
    sam, code = newcomer(session, "Sam", role)
    monday = clock.week_of(clock.now().date(), 0)
    weeks = {
        "Over": (monday - timedelta(weeks=2), WeekStatus.PUBLISHED),
        "Ahead": (monday + timedelta(weeks=1), WeekStatus.PUBLISHED),
        "Draft": (monday + timedelta(weeks=2), WeekStatus.DRAFT),
    }
    for name, (start, status) in weeks.items():
        shift = a_shift(session, a_week(session, sam.teams[0], start, status), role, name=name)
        an_assignment(session, shift, sam, role)
    write("1", f"/link {code}", "en")
    (told,) = session.scalars(select(Delivery).where(Delivery.target == "1"))
    (reply,) = announcement(order(session, told, uncertain=False).content)
    assert reply.text == "Your shifts are published."
    assert ["Ahead" in one.text for one in reply.sections] == [True]


def test_a_language_that_was_chosen_before_stays(session: Session, write: Write) -> None:
    hans, code = newcomer(session, "Hans")
    hans.locale = "de"
    session.flush()
    write("1", f"/link {code}", "en-US")
    session.refresh(hans)
    assert hans.locale == "de"


def told(session: Session, kind: str) -> list[tuple[str, DeliveryStatus]]:
    """Which accounts are told something of this kind, and how far that is."""
    query = select(Delivery.target, Delivery.status).join(Notification).where(Notification.kind == kind)
    return [(target, status) for target, status in session.execute(query.order_by(Delivery.id))]


def test_a_new_code_gives_a_lost_account_up_for_a_new_one(session: Session, write: Write) -> None:
    sam, code = newcomer(session, "Sam")
    write("1", f"/link {code}", "en")
    session.add(ChatIdentity(platform="slack", workspace="T1", external_id="U1", user_id=sam.id))
    another = make_code(session, user_id=sam.id)[0]
    assert write("2", f"/link {another}", "en").text.startswith("Welcome, Sam.")
    assert "does not know this account" in write("1", "/myshifts", "en").text
    on_telegram = select(ChatIdentity.external_id).where(ChatIdentity.platform == "telegram")
    assert session.scalars(on_telegram).all() == ["2"]
    # The one before and the one elsewhere hear of it, the new one knows.
    assert {target for target, _ in told(session, "account_replaced")} == {"1", "U1"}
    noted = select(ActivityLog.action).where(ActivityLog.actor_id == sam.id).order_by(ActivityLog.id)
    assert session.scalars(noted).all() == ["chat.link", "chat.replace", "chat.link"]
    assert write("2", f"/link {another}", "en").tone is Tone.REFUSAL
    assert len(told(session, "account_replaced")) == 2


def test_the_old_account_speaks_for_nobody_at_once(session: Session, transport: httpx.ASGITransport) -> None:
    sam, code = newcomer(session, "Sam")
    another = make_code(session, user_id=sam.id)[0]
    old, new = (
        Asker(account=ChatAccount(platform="telegram", external_id=account), place=None, key="")
        for account in ("1", "2")
    )

    async def talking() -> list[Tone]:
        async with (
            Service("http://service", BOT_SECRET, platform="telegram", transport=transport) as one_bot,
            Service("http://service", BOT_SECRET, platform="telegram", transport=transport) as other_bot,
        ):
            said = [await Desk(one_bot).command(old, line) for line in (f"/link {code}", "/hours")]
            said.append(await Desk(other_bot).command(new, f"/link {another}"))
            said += [await Desk(one_bot).command(who, "/hours") for who in (old, new)]
            return [reply.tone for reply in said]

    assert asyncio.run(talking()) == [Tone.SUCCESS, Tone.PLAIN, Tone.SUCCESS, Tone.REFUSAL, Tone.PLAIN]


def test_what_the_old_account_was_still_to_be_told_goes_to_the_new_one(session: Session, write: Write) -> None:
    sam, code = newcomer(session, "Sam")
    write("1", f"/link {code}", "en")
    note = Notification(kind="your_shifts", dedupe_key="k", user_id=sam.id, payload={})
    session.add(note)
    session.flush()
    session.add(Delivery(notification_id=note.id, platform="telegram", target="1", direct=True))
    write("2", f"/link {make_code(session, user_id=sam.id)[0]}", "en")
    assert told(session, "your_shifts") == [("2", DeliveryStatus.PENDING)]


def test_an_account_of_somebody_else_is_refused(session: Session, write: Write) -> None:
    _, first = newcomer(session, "Sam")
    _, second = newcomer(session, "Kim")
    write("1", f"/link {first}", "en")
    assert "linked already, to somebody else" in write("1", f"/link {second}", "en").text


def test_the_language_is_changed_by_name_and_by_button(session: Session, say: Say, press: Press) -> None:
    sam = a_user(session, a_team(session), name="Sam")
    offered = say(sam, "/language")
    assert [button.label for button in offered.buttons] == ["English", "Deutsch"]
    assert say(sam, "/language deutsch").text == "Ab jetzt spreche ich Deutsch mit dir."
    assert say(sam, "/help").heading == "Was ich kann"
    assert press(sam, Action.LANGUAGE, "en").text == "From now on I speak English to you."
    assert say(sam, "/language klingon").tone is Tone.REFUSAL


def test_who_is_unlinked_is_told_nothing_more(session: Session, say: Say, press: Press) -> None:
    sam = a_user(session, a_team(session), name="Sam")
    note = Notification(kind="your_shifts", dedupe_key="k", user_id=sam.id, payload={})
    session.add(note)
    session.flush()
    waiting = Delivery(notification_id=note.id, platform="terminal", target=sam.handle, direct=True)
    session.add(waiting)
    session.flush()
    [button] = say(sam, "/unlink").buttons
    assert button.confirm
    assert press(sam, button.action, button.value).tone is Tone.SUCCESS
    session.refresh(waiting)
    assert waiting.status is DeliveryStatus.DEAD
    assert session.scalar(select(func.count()).select_from(ChatIdentity)) == 0
    assert "/link" in say(sam, "/myshifts").text


def test_somebody_elses_unlink_button_does_nothing(session: Session, press: Press) -> None:
    team = a_team(session)
    sam, kim = a_user(session, team, name="Sam"), a_user(session, team, name="Kim")
    assert press(kim, Action.UNLINK, str(sam.id)).tone is Tone.REFUSAL
    assert session.scalar(select(func.count()).select_from(ChatIdentity)) == 2
