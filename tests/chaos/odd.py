"""What nobody should send: poisoned messages, a body of ten megabytes, ten thousand runs at once."""

import json
import time
import uuid
from random import Random

import httpx

from tests.chaos import backlog, options
from tests.chaos.killing import end
from tests.chaos.stage import Stage, wait

TEN_MEGABYTES = 10_000_000
DIGEST_SECONDS = 5.0
MOST_SECONDS_A_RUN = 0.3
MORE_WORKERS = 2


def poisoned_messages(stage: Stage, _: Random) -> None:
    """What cannot be read, is for nobody, or holds what no actor takes, in the queues of both workers."""
    for queue, actor in (("solve", "solve_run"), ("deliver_slack", "deliver_slack")):
        for payload in _poisons(queue, actor):
            number = uuid.uuid4().hex
            with stage.broker.client() as redis:
                redis.hset(f"dramatiq:{queue}.msgs", number, payload.replace(b"NUMBER", number.encode()))
                redis.rpush(f"dramatiq:{queue}", number)
    wait(DIGEST_SECONDS)


def _poisons(queue: str, actor: str) -> list[bytes]:
    def message(**fields: object) -> bytes:
        whole = {
            "queue_name": queue,
            "actor_name": actor,
            "args": [],
            "kwargs": {},
            "options": {"redis_message_id": "NUMBER"},
            "message_id": uuid.uuid4().hex,
            "message_timestamp": 1,
        }
        return json.dumps(whole | fields).encode()

    return [
        b"\x80\x04 this is no JSON",
        b"[]",
        message(actor_name="nobody"),
        message(args=["not", "a", "number"]),
        message(args=[2**70]),
        message(args=[-1]),
    ]


def huge_request(stage: Stage, _: Random) -> None:
    """Ten megabytes to the service, with and without saying so first, and to the Slack bot."""
    body = b"[" + b"1," * (TEN_MEGABYTES // 2) + b"1]"

    def pieces() -> object:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    login = f"{stage.url}/api/users/login"
    headers = {"Content-Type": "application/json"}
    for content in (body, pieces()):
        try:
            answer = httpx.post(login, content=content, headers=headers, timeout=30)  # type: ignore[arg-type]
        except httpx.TransportError:
            # Refused before it was all sent, which a client may see as a connection that ended.
            continue
        assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE, answer.text
    slack = f"http://127.0.0.1:{stage.ports.slack}/slack/events"
    try:
        refused = httpx.post(slack, content=body, timeout=30)
    except httpx.TransportError:
        return
    assert refused.is_client_error, refused.status_code


def many_runs(stage: Stage, _: Random) -> None:
    """Thousands of tiny runs are asked for at once, while teams in chat go on; over when all are done and told.

    More solver workers help, as docs/scaling.md has it for a queue that grows.
    """
    asked = options.read().backlog
    helpers = [stage.crew.start(*stage.commands["solver worker"]) for _ in range(MORE_WORKERS)]
    try:
        last = backlog.fill(stage.database, asked)
        deadline = time.monotonic() + asked * MOST_SECONDS_A_RUN
        while time.monotonic() < deadline and backlog.waiting(stage.database, last):
            wait(1.0)
    finally:
        end(helpers)
