"""Tells the Slack process that somebody was told something, so that their Home tab shows it too."""

import uuid

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bots.inbox import Job, JobKind, stream_of
from bots.platform import Address

OUTDATED = "home_outdated"

log = structlog.get_logger()


class News:
    """Leaves word in the inbox of Slack. What is lost costs nothing: opening a Home tab makes it anew."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def tell(self, address: Address) -> None:
        """Somebody was told something."""
        event = {"type": OUTDATED, "user": address.target}
        payload = {"team_id": address.workspace, "event": event}
        job = Job(kind=JobKind.EVENT, key=f"home-{uuid.uuid4().hex}", payload=payload)
        try:
            await self._redis.xadd(stream_of("slack"), {"job": job.dump()})
        except RedisError as error:
            log.warning("slack.home_not_told", error=str(error))

    async def close(self) -> None:
        """Let go of the connection."""
        await self._redis.aclose()
