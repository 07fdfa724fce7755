"""Failed logins and link codes are counted in Redis, so that nobody can guess for long.

Only failures count: somebody who signs in rightly all day is never slowed. Whom a count belongs to is kept as a hash.
Without Redis nothing is counted: a login that works matters more than one that is guarded, and the log says so.
"""

import math
import time
from enum import StrEnum
from functools import lru_cache

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from service.errors import TooManyRequests
from service.security import fingerprint
from service.settings import get_settings

log = structlog.get_logger()


class Guess(StrEnum):
    """What can be guessed."""

    PASSWORD = "PASSWORD"  # noqa: S105 - a name, no password
    LINK_CODE = "LINK_CODE"


ALLOWED: dict[Guess, RateLimitItem] = {
    Guess.PASSWORD: RateLimitItemPerMinute(10, 15),
    Guess.LINK_CODE: RateLimitItemPerMinute(5, 15),
}


@lru_cache
def _limiter(redis_url: str) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage_from_string(redis_url, socket_timeout=1, wrap_exceptions=False))


def refuse_guessing(guess: Guess, who: str) -> None:
    """Raises TooManyRequests when `who` has failed too often in the last minutes."""
    item = ALLOWED[guess]
    try:
        limiter = _limiter(get_settings().redis_url)
        if limiter.test(item, guess, fingerprint(who)):
            return
        seconds = limiter.get_window_stats(item, guess, fingerprint(who)).reset_time - time.time()
    except RedisError as error:
        log.warning("throttle.away", error=type(error).__name__)
        return
    minutes = max(1, math.ceil(seconds / 60))
    raise TooManyRequests(
        "There were too many wrong tries.",
        way_forward="Try again in {minutes} minutes." if minutes > 1 else "Try again in a minute.",
        retry_after=max(1, math.ceil(seconds)),
        values={"minutes": minutes},
    )


def count_failure(guess: Guess, who: str) -> None:
    """Remember that `who` guessed wrong."""
    try:
        _limiter(get_settings().redis_url).hit(ALLOWED[guess], guess, fingerprint(who))
    except RedisError as error:
        log.warning("throttle.away", error=type(error).__name__)
