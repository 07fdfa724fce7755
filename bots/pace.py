"""How much one person may ask: so that a stuck key or a script does not slow everybody else down."""

from enum import StrEnum

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.schemas.chat import ChatAccount

MOST = 30
SECONDS = 60

log = structlog.get_logger()


class Turn(StrEnum):
    """What is to be done with something that somebody asks."""

    TAKE = "take"
    REFUSE = "refuse"
    IGNORE = "ignore"
    """Refused before in the same minute: once is enough."""


class Pace:
    """Thirty things a minute and person, counted in Valkey for all copies of the bot together."""

    def __init__(self, redis: Redis, most: int = MOST) -> None:
        self._redis = redis
        self._most = most

    async def turn(self, account: ChatAccount) -> Turn:
        """Count one more. Where Valkey cannot count, everything is taken."""
        key = f"rota:{account.platform}:pace:{account.workspace}:{account.external_id}"
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                # Queued, not awaited: the pipeline runs both at once.
                pipeline.incr(key)
                pipeline.expire(key, SECONDS, nx=True)
                count, _ = await pipeline.execute()
        except RedisError as error:
            log.warning("pace.unknown", error=str(error))
            return Turn.TAKE
        if count <= self._most:
            return Turn.TAKE
        if count > self._most + 1:
            return Turn.IGNORE
        # Once a minute: whoever floods us must not flood the log.
        log.warning("pace.too_fast", account=account.external_id)
        return Turn.REFUSE
