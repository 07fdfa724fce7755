"""A whole day on Slack with every part real: service, database, broker, workers and bot; only Slack is a stand-in.

Over HTTP always, over Socket Mode with `-m slow`.

`ROTA_WRITE_DOCS=1` writes what was seen to docs/slack-day.md and docs/pictures.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import redis

from bots.demo.embedded import Servers
from tests.bots.slack.business import Business, business
from tests.bots.slack.day import Day
from tests.bots.slack.running import until
from tests.bots.slack.trading_day import (
    Trades,
    ask_for_time_off,
    call_in_sick,
    home_follows,
    set_the_rules,
    swap,
)
from tests.standins.slack import SlackServer
from tests.standins.slack_world import Fault, Message, Person, Trouble

pytestmark = [pytest.mark.processes, pytest.mark.timeout(400)]
DOCS = Path(__file__).parents[3] / "docs"
PATIENCE = 60.0


@pytest.fixture(params=["http", pytest.param("socket", marks=pytest.mark.slow)])
def restaurant(
    slack: SlackServer, embedded: Servers, fresh_database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Business]:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    socket_mode = request.param == "socket"
    with business(slack, embedded, fresh_database, tmp_path, socket_mode=socket_mode) as restaurant:
        yield restaurant


def appears(messages: Callable[[], list[Message]], text: str) -> Message:
    """The newest of these messages that holds this text, as soon as there is one."""
    until(lambda: any(text in message.text for message in messages()), PATIENCE)
    return next(message for message in reversed(messages()) if text in message.text)


def test_a_day_from_installation_to_published_shifts(restaurant: Business, request: pytest.FixtureRequest) -> None:
    slack, side = restaurant.slack, restaurant.side
    world, day = slack.world, Day(side)
    channel = world.open_channel("restaurant")
    maria, sam, zeynep = world.join("Maria"), world.join("Sam"), world.join("Zeynep")
    stranger, guest = world.join("Kim"), world.join("Visitor", guest=True)

    def in_channel() -> list[Message]:
        return world.in_channel(channel.id)

    def since(earlier: Message) -> list[Message]:
        return [message for message in in_channel() if message.ts > earlier.ts]

    def to(person: Person) -> Callable[[], list[Message]]:
        return lambda: world.seen_by(person.id)

    day.chapter("Setting up")
    day.did(maria, "types `/setup`")
    side.command(maria, channel, "/setup")
    day.saw(appears(in_channel, "This is now the channel of"))
    day.did(stranger, "types `/myshifts`, unknown to Rota so far")
    side.command(stranger, channel, "/myshifts")
    day.saw(appears(to(stranger), "link code"))
    code = restaurant.link_code("chiara")
    day.did(stranger, "types `/link` and the code that the manager gave")
    side.command(stranger, channel, f"/link {code}")
    day.saw(appears(to(stranger), "Welcome, Chiara"))
    day.did(guest, "types `/myshifts`, as a guest of the workspace")
    side.command(guest, channel, "/myshifts")
    day.saw(appears(to(guest), "for members of this workspace"))
    day.did(sam, "types `/rota help`")
    side.command(sam, channel, "/rota help")
    day.saw(appears(to(sam), "What I can do"))
    side.command(zeynep, channel, "/myshifts")
    appears(to(zeynep), "Zeynep Yılmaz")

    day.chapter("Planning the next week")
    day.did(sam, "types `/optimize next week`, but is no manager")
    side.command(sam, channel, "/optimize next week")
    day.saw(appears(to(sam), "Only managers"))
    day.did(maria, "types `/optimize next week 5 weeks`")
    side.command(maria, channel, "/optimize next week 5 weeks")
    progress = appears(in_channel, "Optimising")
    day.saw(progress)
    until(lambda: progress.edits > 0, PATIENCE)
    day.saw(progress, picture="progress")
    day.did(maria, "presses `[Stop]`")
    side.press(maria, progress, "Stop")
    until(lambda: "Optimised" in progress.text, PATIENCE)
    day.saw(progress)
    day.did(maria, "types `/optimize next week`, for one week, and lets it run")
    side.command(maria, channel, "/optimize next week")
    until(lambda: sum("Optimis" in message.text for message in in_channel()) >= 2, PATIENCE)
    second = next(message for message in reversed(in_channel()) if "Optimis" in message.text)
    until(lambda: "Done in" in second.text, PATIENCE)
    until(lambda: any("places filled" in m.text and "Asked by: Maria" in m.text for m in since(second)), PATIENCE)
    result = next(message for message in since(second) if "Asked by: Maria" in message.text)
    assert [block["type"] for block in result.blocks].count("image") == 1
    # The picture in words, for screen readers and search.
    assert "Sam Okafor: " in result.text
    day.saw(result, picture="result")
    day.did(maria, "presses `[Why]`")
    side.press(maria, result, "Why")
    day.saw(appears(to(maria), "could not avoid"))

    day.chapter("Publishing")
    day.did(sam, "presses `[Publish]`, which is not his to press")
    before = len(in_channel())
    side.press(sam, result, "Publish")
    day.saw(appears(to(sam), "nly managers"))
    assert len(in_channel()) == before
    day.did(maria, "presses `[Publish]`")
    side.press(maria, result, "Publish")
    day.saw(appears(in_channel, "people are told"))
    day.saw(appears(in_channel, "published this week"))
    shifts = appears(to(sam), "Your shifts are published.")
    day.saw(shifts)
    appears(to(stranger), "published")
    appears(to(zeynep), "published")

    day.chapter("Looking things up")
    day.did(sam, "types `/myshifts next week`")
    side.command(sam, channel, "/myshifts next week")
    day.saw(appears(to(sam), "Sam Okafor"), picture="myshifts")
    day.did(sam, "types `/schedule`")
    side.command(sam, channel, "/schedule")
    appears(to(sam), "I sent it to you directly")
    day.saw(next(message for message in world.seen_by(sam.id) if any(b["type"] == "image" for b in message.blocks)))
    day.did(sam, "types `/publsh`")
    side.command(sam, channel, "/publsh")
    day.saw(appears(to(sam), "Did you mean /publish"))
    for person in (sam, maria):
        side.event(person, "app_home_opened", tab="home")
        day.did(person, "opens the Home tab")
        until(partial(world.homes.get, person.id), PATIENCE)
        day.saw_home(person)
    assert "Only managers" not in json.dumps(world.homes[sam.id])
    assert "Runs of" in json.dumps(world.homes[maria.id])

    trades = Trades(restaurant, day, channel, maria)
    set_the_rules(trades)
    swap(trades, sam)
    ask_for_time_off(trades, zeynep)
    call_in_sick(trades, sam)
    home_follows(trades, sam)

    everybody = (sam, zeynep, stranger)
    told = {
        one.name: sum("are published" in m.text or "is published;" in m.text for m in to(one)()) for one in everybody
    }
    assert set(told.values()) == {1}
    if os.environ.get("ROTA_WRITE_DOCS") and "http" in request.node.name:
        day.write(DOCS)


@pytest.mark.slow
def test_publishing_tells_200_people_once_whatever_slack_and_the_workers_do(
    slack: SlackServer, embedded: Servers, fresh_database: str, tmp_path: Path
) -> None:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    with business(slack, embedded, fresh_database, tmp_path) as restaurant:
        channel = slack.world.open_channel("restaurant")
        people = restaurant.link_everybody(channel, 200)
        maria = next(person for person in people if person.name == "maria")

        def results() -> list[Message]:
            return [message for message in slack.world.in_channel(channel.id) if "Asked by: Maria" in message.text]

        # Two weeks are two messages of one notification; the second is cut off.
        slack.world.fail("chat.postMessage", NOTHING, NOTHING, Fault(trouble=Trouble.DROPPED))
        slack.world.fail("conversations.history", Fault(trouble=Trouble.RATE_LIMITED))
        restaurant.side.command(maria, channel, "/optimize next week 2 weeks")
        until(lambda: len(results()) == 2, PATIENCE)
        today = datetime.now(ZoneInfo("Europe/Berlin")).date()
        restaurant.give_everybody_a_shift(today + timedelta(days=7 - today.weekday()))
        slack.world.fail("chat.postMessage", *WEATHER)
        slack.world.fail("conversations.history", *[Fault(trouble=Trouble.RATE_LIMITED)] * 3)
        first = min(results(), key=lambda message: message.ts)
        restaurant.side.press(maria, first, "Publish")
        until(lambda: len(_told(slack, people)) > 40, PATIENCE)
        restaurant.kill_delivery()
        # What the dead worker held is free again when its lease of a minute has run out.
        until(lambda: len(_told(slack, people)) == len(people), 180)
        appears(lambda: slack.world.in_channel(channel.id), "published this week")
        time.sleep(3)
        assert set(_told(slack, people).values()) == {1}
        # The message of the other week is there once, too; that of the first says now that it is published.
        assert len(results()) == 1


NOTHING = Fault(trouble=Trouble.NONE)
WEATHER = [
    Fault(trouble=Trouble.DROPPED),
    Fault(trouble=Trouble.RATE_LIMITED, retry_after=1),
    Fault(trouble=Trouble.SERVER_ERROR),
    NOTHING,
    Fault(trouble=Trouble.DROPPED),
    Fault(trouble=Trouble.RATE_LIMITED, retry_after=2),
    Fault(trouble=Trouble.RATE_LIMITED, retry_after=1),
    Fault(trouble=Trouble.SERVER_ERROR),
]


def _told(slack: SlackServer, people: list[Person]) -> dict[str, int]:
    """How often each person was told of their week, without those who were not told."""
    direct = {channel.id: channel.direct_with for channel in list(slack.world.channels.values())}
    names = {person.id: person.name for person in people}
    told = Counter(
        names[direct[message.channel] or ""]
        for message in list(slack.world.messages)
        if direct.get(message.channel) and ("are published" in message.text or "is published; you" in message.text)
    )
    return dict(told)
