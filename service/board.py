"""What waits where, at one look: in the queues, in the bots' streams of what people said, and in PostgreSQL."""

from collections.abc import Iterator

from pydantic import BaseModel
from redis import Redis
from sqlalchemy import TextClause, text

from service import queues
from service.db import unit_of_work
from service.metrics import ACTIVE_RUNS, UNSENT, WAITING_DELIVERIES
from service.schemas.notifications import NEEDLESS

NAMESPACE = "dramatiq"
# Whoever did not beat for so long is gone: Dramatiq's own measure.
ALIVE_MS = 60_000
GIVEN_UP = text(
    "SELECT platform, count(*), NULL FROM delivery"
    " WHERE status = 'DEAD' AND NOT starts_with(coalesce(error, ''), :needless) GROUP BY platform"
).bindparams(needless=NEEDLESS)
# By what it is and where to look on; each answers with names, numbers and the seconds of the oldest.
HELD: tuple[tuple[str, TextClause], ...] = (
    ("run", ACTIVE_RUNS),
    ("outbox", UNSENT),
    ("delivery", WAITING_DELIVERIES),
    ("given up", GIVEN_UP),
)


class Line(BaseModel):
    """One place where work waits."""

    place: str
    waits: int
    oldest_seconds: float | None = None
    in_work: int = 0
    poisoned: int = 0
    """Messages that no worker could do anything with; they are kept for a week, and never tried again."""


class Board(BaseModel):
    """All places."""

    workers: int
    queues: list[Line]
    inboxes: list[Line]
    held: list[Line]


def look(redis: Redis) -> Board:
    """How it is now. Raises redis.exceptions.RedisError and sqlalchemy.exc.SQLAlchemyError."""
    seconds, microseconds = redis.time()
    now_ms = int(seconds) * 1000 + int(microseconds) // 1000
    return Board(
        workers=int(redis.zcount(f"{NAMESPACE}:__heartbeats__", now_ms - ALIVE_MS, "+inf")),
        queues=[_queue(redis, name, now_ms) for name in queues.NAMES],
        inboxes=[_inbox(redis, platform, now_ms) for platform in queues.CHATS],
        held=list(_held()),
    )


def _queue(redis: Redis, name: str, now_ms: int) -> Line:
    key = f"{NAMESPACE}:{name}"
    due = queues.head_of(redis, key)
    return Line(
        place=name,
        waits=int(redis.llen(key)) + int(redis.llen(f"{key}.DQ")),
        oldest_seconds=None if due is None else max(0.0, now_ms / 1000 - due.timestamp()),
        in_work=sum(int(redis.scard(acks)) for acks in redis.scan_iter(f"{NAMESPACE}:__acks__.*.{name}")),
        poisoned=int(redis.zcard(f"{key}.XQ")),
    )


def _inbox(redis: Redis, platform: str, now_ms: int) -> Line:
    """What people said on a platform and nobody has answered yet: a stream, of which a group has taken some."""
    key = queues.inbox(platform)
    all_of_it = int(redis.xlen(key))
    groups = redis.xinfo_groups(key) if all_of_it else []
    taken = sum(int(group["pending"]) for group in groups)
    said = queues.oldest_said(redis, platform)
    return Line(
        place=platform,
        waits=max(0, all_of_it - taken),
        oldest_seconds=None if said is None else max(0.0, now_ms / 1000 - said.timestamp()),
        in_work=taken,
    )


def _held() -> Iterator[Line]:
    with unit_of_work() as session:
        for kind, query in HELD:
            for name, number, seconds in session.execute(query):
                oldest = None if seconds is None else max(0.0, float(seconds))
                yield Line(place=f"{kind} {name}", waits=number, oldest_seconds=oldest)
