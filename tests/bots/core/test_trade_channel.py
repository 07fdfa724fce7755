"""A channel of its own for trades: what is dropped is posted there for everybody, and what became of it."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bots.actions import Action
from bots.announcements import announcement
from bots.client import Service
from bots.desk import Asker, Desk
from bots.reply import Reply, Tone
from service.notifications.content import order
from service.notifications.models import Delivery, Notification
from service.people.models import ChatChannel, User
from service.schemas.chat import ChannelPurpose, ChatAccount, ChatPlace
from service.schemas.swaps import ClaimMode, TradePolicyWrite
from service.swaps import policy
from tests.bots.core.conftest import BOT_SECRET, Say
from tests.bots.core.test_trading_commands import Cafe, button

MARKET = ChatPlace(platform="terminal", external_id="#market")
InMarket = Callable[[User, str], Reply]


@pytest.fixture
def cafe(session: Session) -> Cafe:
    return Cafe(session)


@pytest.fixture
def in_market(transport: httpx.ASGITransport) -> InMarket:
    """Say a line in the channel, or press a button there: `action value`."""

    async def doing(user: User, said: str) -> Reply:
        who = Asker(account=ChatAccount(platform="terminal", external_id=user.handle), place=MARKET, key="")
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            if said.startswith("/"):
                return await Desk(service).command(who, said)
            action, _space, value = said.partition(" ")
            return await Desk(service).action(who, Action(action), value)

    return lambda user, said: asyncio.run(doing(user, said))


@pytest.fixture
def alone_in_market(transport: httpx.ASGITransport) -> InMarket:
    """Press a button of a message there that only they see: `action value`."""

    async def doing(user: User, said: str) -> Reply:
        account = ChatAccount(platform="terminal", external_id=user.handle)
        who = Asker(account=account, place=MARKET, key="", alone=True)
        action, _space, value = said.partition(" ")
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return await Desk(service).action(who, Action(action), value)

    return lambda user, said: asyncio.run(doing(user, said))


def posted(cafe: Cafe) -> list[tuple[str, Reply]]:
    """What was posted in which channel."""
    found = cafe.session.scalars(
        select(Delivery).join(Notification).where(Notification.team_id == cafe.team.id).order_by(Notification.id)
    )
    return [
        (one.target, reply)
        for one in found
        for reply in announcement(order(cafe.session, one, uncertain=False).content)
    ]


def test_a_dropped_shift_is_posted_where_the_team_trades_and_taken_there(
    cafe: Cafe, say: Say, in_market: InMarket
) -> None:
    assert "Cafe trades shifts here" in in_market(cafe.maria, "/setup trades").text
    say(cafe.ana, "/drop mon next week")
    ((channel, offer),) = posted(cafe)
    assert (channel, offer.heading) == ("#market", "Ana's shift is up for grabs")
    assert not cafe.news(cafe.zoe), "the channel is told instead of each"
    take = button(offer, Action.ACCEPT_TRADE)
    taken = in_market(cafe.zoe, f"{take.action} {take.value}")
    assert "Zoe takes" in taken.text, "a whole channel reads it"
    assert cafe.on(cafe.monday) == ["Zoe"]
    assert [reply.heading for _channel, reply in posted(cafe)][1:] == ["The shifts have changed hands"]
    assert posted(cafe)[0][1].buttons == (), "what is read late offers nothing that is over"
    assert in_market(cafe.joe, f"{take.action} {take.value}").tone is Tone.REFUSAL


def test_what_a_channel_reads_is_in_its_language_and_what_one_reads_in_theirs(
    cafe: Cafe, say: Say, in_market: InMarket, alone_in_market: InMarket
) -> None:
    in_market(cafe.maria, "/setup trades")
    cafe.zoe.locale = "de"
    for giver, day, press, said in (
        (cafe.ana, "mon", in_market, "Zoe takes"),
        (cafe.joe, "tue", alone_in_market, "Du übernimmst"),
    ):
        say(giver, f"/drop {day} next week")
        take = button(posted(cafe)[-1][1], Action.ACCEPT_TRADE)
        reply = press(cafe.zoe, f"{take.action} {take.value}")
        assert (said in reply.text, reply.update) == (True, True), reply.text


def test_a_claim_that_waits_for_the_fairest_leaves_the_button_to_others(
    cafe: Cafe, say: Say, in_market: InMarket
) -> None:
    in_market(cafe.maria, "/setup trades")
    maria = cafe.session.scalars(
        select(User)
        .where(User.id == cafe.maria.id)
        .options(selectinload(User.teams))
        .execution_options(populate_existing=True)
    ).one()
    policy.write(cafe.session, maria, cafe.team.id, TradePolicyWrite(claim=ClaimMode.FAIR))
    say(cafe.ana, "/drop mon next week")
    take = button(posted(cafe)[0][1], Action.ACCEPT_TRADE)
    assert not in_market(cafe.zoe, f"{take.action} {take.value}").update


def test_weeks_are_posted_where_they_were(cafe: Cafe, in_market: InMarket) -> None:
    in_market(cafe.maria, "/setup trades")
    purposes = {one.external_id: one.purpose for one in cafe.session.scalars(select(ChatChannel))}
    assert purposes["#market"] is ChannelPurpose.TRADES
    assert purposes["#cafe"] is ChannelPurpose.WEEKS
