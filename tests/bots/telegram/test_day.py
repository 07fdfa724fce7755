"""A whole day on Telegram with every part real: service, database, broker, workers and bot.

Only Telegram is a stand-in, one that keeps Telegram's limits: the bot may never be told to slow down.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from bots.demo.embedded import Servers
from tests.bots.telegram.business import Business, appears, business, confirmed
from tests.bots.telegram.trading_day import Trades, ask_for_time_off, call_in_sick, swap
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_world import Limits
from tests.unsaid import told_by

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]


@pytest.fixture(params=["polling", pytest.param("webhook", marks=pytest.mark.slow)])
def restaurant(
    telegram: TelegramServer, embedded: Servers, fresh_database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Business]:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    telegram.world.limits = Limits()
    webhook = request.param == "webhook"
    with business(telegram, embedded, fresh_database, tmp_path, webhook=webhook) as restaurant:
        yield restaurant
        assert told_by(restaurant.logs(), fresh_database) == []


def test_a_day_from_the_first_start_to_published_shifts(restaurant: Business) -> None:
    side = restaurant.side
    world = side.world
    group = world.open_group("Restaurant", supergroup=True)
    maria, sam = world.join("Maria"), world.join("Sam", language="de")
    kim = world.join("Kim", started=False)

    # Linking: a code once, by deep link; a second account of the same person and a used code are refused.
    code = restaurant.link_code("maria")
    side.start(maria, code)
    appears(side, maria.id, "Welcome, Maria")
    side.start(kim, code)
    appears(side, kim.id, "wrong, used or expired")
    side.say(sam, "/myshifts")
    appears(side, sam.id, "/link")
    side.start(sam, restaurant.link_code("sam"))
    appears(side, sam.id, "Sam")
    side.say(maria, "/setup", group=group)
    appears(side, group.id, "This is now the channel of")
    side.say(sam, "/help@rota_stand_in_bot", group=group)
    appears(side, sam.id, "/myshifts")

    # Planning: not for everybody; progress in the message that announced it; the result with its picture.
    side.say(sam, "/optimize next week", group=group)
    refused = appears(side, sam.id, "🚫", after=side.world.from_bot(sam.id)[-1].id)
    side.say(maria, "/optimize next week", group=group)
    announced = appears(side, group.id, "Optimis")
    result = appears(side, group.id, "Asked by: Maria")
    assert result.photo is not None
    side.wait(lambda: announced.edits > 0 and "Stop" not in announced.labels, "the end of the progress", 60)

    # Publishing: asked back; refused on their own screen to those who may not; then told to everybody, once.
    answer = confirmed(side, sam, result, "Publish")
    assert answer["show_alert"] is True
    assert "🚫" in answer["text"]
    side.press(maria, result, "‹ Back")
    side.wait(lambda: "Publish" in result.labels, "the button again")
    confirmed(side, maria, result, "Publish")
    appears(side, group.id, "published this week")
    shifts = appears(side, sam.id, "30", after=refused.id)

    # Looking things up.
    side.say(sam, "/myshifts next week")
    appears(side, sam.id, "Sam Okafor", after=shifts.id)
    side.say(maria, "/schedule")
    appears(side, maria.id, "Published, all")
    side.say(maria, "/publsh")
    appears(side, maria.id, "Did you mean /publish")

    # Trading, time off, falling ill. Sam reads German.
    trades = Trades(restaurant, maria)
    swap(trades, sam)
    ask_for_time_off(trades, sam)
    call_in_sick(trades, sam)
    side.settle()
    assert world.refused_for_limits == 0
    assert "Traceback" not in restaurant.logs()
