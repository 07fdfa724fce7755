"""`rota queues` says what waits where."""

import json
from datetime import timedelta

import pytest
import redis as client
from dramatiq.brokers.redis import RedisBroker
from typer.testing import CliRunner

from bots.demo.embedded import Servers
from bots.inbox import stream_of
from service import clock, db, outbox, queues
from service.board import Board, look
from service.board_cli import app
from service.notifications.relay import relay
from service.schemas.notifications import NEEDLESS
from service.worker import make_broker
from tests.builders import a_delivery_given_up, a_team

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def redis(embedded: Servers) -> client.Redis:
    server = client.Redis.from_url(embedded.redis_url)
    server.flushdb()
    return server


@pytest.fixture
def broker(embedded: Servers) -> RedisBroker:
    return make_broker(embedded.redis_url)


def seen(board: Board) -> dict[str, int]:
    return {line.place: line.waits for line in (*board.queues, *board.inboxes, *board.held) if line.waits}


def test_all_places_where_work_waits_are_on_the_board(redis: client.Redis, broker: RedisBroker) -> None:
    with db.unit_of_work() as session:
        outbox.add(session, queue="solve", actor="solve_run", ids=[1])
        outbox.add(session, queue="deliver_slack", actor="deliver_slack", ids=[1])
        relay(session, broker)
        outbox.add(session, queue="solve", actor="solve_run", ids=[2])
        team = a_team(session)
        for error in ("channel_not_found", f"{NEEDLESS} nobody misses it"):
            a_delivery_given_up(session, team, error)
    redis.xadd(stream_of("slack"), {"job": "{}"})
    assert seen(look(redis)) == {
        "solve": 1,
        "deliver_slack": 1,
        "slack": 1,
        "outbox solve": 1,
        "given up slack": 1,
    }


def test_how_long_the_oldest_waits_is_said(redis: client.Redis, broker: RedisBroker) -> None:
    with db.unit_of_work() as session:
        row = outbox.add(session, queue="solve", actor="solve_run", ids=[1])
        row.not_before = clock.database_now(session) - timedelta(minutes=5)
        session.flush()
        relay(session, broker)
    [solving] = [line for line in look(redis).queues if line.place == "solve"]
    assert solving.oldest_seconds == pytest.approx(300, abs=30)


def test_what_is_in_work_waits_no_more(redis: client.Redis, broker: RedisBroker) -> None:
    with db.unit_of_work() as session:
        outbox.add(session, queue="solve", actor="solve_run", ids=[1])
        relay(session, broker)
    consumer = broker.consume("solve", prefetch=1, timeout=1000)
    assert next(consumer) is not None
    redis.xadd(stream_of("slack"), {"job": "{}"})
    redis.xgroup_create(stream_of("slack"), "rota", id="0")
    redis.xreadgroup("rota", "somebody", {stream_of("slack"): ">"})
    board = look(redis)
    assert [(line.waits, line.in_work) for line in board.queues if line.place == "solve"] == [(0, 1)]
    assert [(line.waits, line.in_work) for line in board.inboxes if line.place == "slack"] == [(0, 1)]
    assert board.workers == 1


def test_the_command_shows_it_to_people_and_to_programs(redis: client.Redis) -> None:
    redis.xadd(stream_of("telegram"), {"job": "{}"})
    people = CliRunner().invoke(app, [])
    assert people.exit_code == 0, people.output
    assert "deliver_telegram" in people.output
    programs = CliRunner().invoke(app, ["--json"])
    [chat] = [one for one in json.loads(programs.output)["inboxes"] if one["place"] == "telegram"]
    assert chat["waits"] == 1


def test_bots_keep_their_work_where_the_board_looks() -> None:
    assert [queues.inbox(platform) for platform in queues.CHATS] == [stream_of("slack"), stream_of("telegram")]
