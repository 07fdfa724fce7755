"""SIGTERM drains: what is under way is finished, what is not begun is left to the next, and nothing is repeated."""

import signal
import time
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from tests.chaos import judging
from tests.chaos.ledger import Kind
from tests.chaos.load import FIRST_DAY_OFF
from tests.chaos.rounds import settle
from tests.chaos.servers import folder
from tests.chaos.stage import Stage, stage
from tests.processes import wait_until
from tests.standins.slack_side import SlackSide
from tests.standins.slack_world import Fault, Trouble

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes"), pytest.mark.timeout(240)]
STOP_SECONDS = 45.0


@pytest.fixture(scope="module")
def whole() -> Iterator[Stage]:
    with folder() as place, stage(place) as running:
        yield running


def _slow() -> Fault:
    """Every call takes half a second, and goes well."""
    time.sleep(0.5)
    return Fault(trouble=Trouble.NONE)


def _day_off(number: int) -> str:
    """Another day for each number, none of them over."""
    return (FIRST_DAY_OFF + timedelta(days=number)).isoformat()


def _ask(whole: Stage, number: int) -> int:
    """Somebody asks for a day off, of which the manager is told; the status of the acknowledgement."""
    url = f"http://127.0.0.1:{whole.ports.slack}/slack/events"
    crowd, world = whole.crowds[0], whole.slack.world
    worker = crowd.people[number % len(crowd.people)]
    day = _day_off(number)
    side = SlackSide(whole.slack, url)
    ack = side.command(world.people[worker.external_id], world.channels[crowd.place], f"/timeoff {day}")
    assert not ack.body.get("text")
    whole.ledger.accept(Kind.TIME_OFF, f"{worker.user_id}:{day}")
    return ack.status


def _all_is_told_once(whole: Stage) -> None:
    entries = list(whole.ledger.entries)
    assert settle(whole, judging.now(whole.database), len(entries), patience=60) == [], whole.crew.logs()
    verdict = judging.judge(whole, entries)
    assert (verdict.lost, verdict.doubled) == (frozenset(), frozenset()), whole.crew.logs()


def test_a_delivery_worker_told_to_end_finishes_what_it_has_begun(whole: Stage) -> None:
    whole.slack.world.weather = _slow
    for number in range(4):
        _ask(whole, number)
    wait_until(lambda: _count(whole, "SENDING") > 0, seconds=30)
    process = whole.running.pop("delivery worker")
    process.terminate()
    assert process.wait(STOP_SECONDS) == 0, whole.crew.logs()
    assert _count(whole, "SENDING") == 0
    whole.slack.world.weather = None
    whole.start("delivery worker")
    _all_is_told_once(whole)


def test_a_bot_told_to_end_takes_nothing_more_and_answers_what_it_took(whole: Stage) -> None:
    # The service answers nobody for a moment, so that the command is still being worked on.
    api = whole.running["api"]
    api.send_signal(signal.SIGSTOP)
    bot = whole.running.pop("slack bot")
    try:
        assert _ask(whole, 20) == httpx.codes.OK
        bot.terminate()
        wait_until(lambda: _refuses(whole), seconds=30)
        assert bot.poll() is None, "it left while somebody waits for an answer"
    finally:
        api.send_signal(signal.SIGCONT)
    assert bot.wait(STOP_SECONDS) == 0, whole.crew.logs()
    asked_for = f"SELECT count(*) FROM time_off_request WHERE lower(during)::date = '{_day_off(20)}'"
    assert whole.database.run(asked_for) == [(1,)]
    whole.start("slack bot")
    _all_is_told_once(whole)


def _count(whole: Stage, status: str) -> int:
    return int(whole.database.run(f"SELECT count(*) FROM delivery WHERE status = '{status}'")[0][0])


def _refuses(whole: Stage) -> bool:
    """Nobody listens any more: refused, or reset where the call came in at the moment of the closing."""
    try:
        httpx.get(f"http://127.0.0.1:{whole.ports.slack}/health")
    except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError):
        return True
    return False
