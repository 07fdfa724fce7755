"""The queue broker of the delivery workers."""

from functools import lru_cache

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from bots.settings import get_settings


@lru_cache
def broker() -> RedisBroker:
    """This process's broker, in the same namespace as the service's relay hands messages out in."""
    made: RedisBroker = RedisBroker(url=get_settings().redis_url)  # type: ignore[no-untyped-call]  # theirs
    dramatiq.set_broker(made)
    return made
