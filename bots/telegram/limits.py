"""How fast the bot may speak: Telegram's limits, kept by all processes of the bot together.

AIORateLimiter knows only its own process, lets two bursts meet in one second, and has no limit for private chats;
here every message first takes a turn in Valkey. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter

Answer = bool | dict[str, Any] | list[dict[str, Any]]

# In each list are the times of the last turns given. A turn is free once the one `most` turns ago is a period old.
_TAKE_TURN = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local turn = now
for i, key in ipairs(KEYS) do
  local earlier = redis.call('LINDEX', key, ARGV[2 * i] - 1)
  if earlier then turn = math.max(turn, earlier + ARGV[2 * i + 1]) end
end
if turn - now > tonumber(ARGV[1]) then return turn - now end
for i, key in ipairs(KEYS) do
  redis.call('LPUSH', key, turn)
  redis.call('LTRIM', key, 0, ARGV[2 * i] - 1)
  redis.call('PEXPIRE', key, turn - now + ARGV[2 * i + 1])
end
return turn - now
"""

# For edits that only look whether a message is there: one that is not there says nothing to anybody in that chat.
LOOKING = 1

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most `most` messages in any `milliseconds`."""

    most: int
    milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paces:
    """Telegram's limits (30 a second, 1 a second and chat, 20 a minute and group) with room for a slow network.

    All messages together are spaced evenly: of two full bursts, a late first one would run into the second.
    """

    everywhere: Pace = Pace(most=1, milliseconds=40)
    each_chat: Pace = Pace(most=1, milliseconds=1_200)
    each_group: Pace = Pace(most=20, milliseconds=61_000)


class PacedRateLimiter(AIORateLimiter):
    """Waits for a turn before each message or edit; a wait longer than `longest_wait` seconds is refused instead,
    as Telegram itself would, with RetryAfter. Without Valkey, AIORateLimiter's own limits remain.
    """

    def __init__(self, redis: Redis, *, paces: Paces | None = None, longest_wait: float = 25.0) -> None:
        super().__init__()
        self._take_turn = redis.register_script(_TAKE_TURN)
        self._paces = paces or Paces()
        self._longest_wait = longest_wait

    async def process_request(  # noqa: PLR0917  # as in the base class
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        """Make the request when its turn comes."""
        if "chat_id" in data and endpoint.startswith(("send", "edit")) and endpoint != "sendChatAction":
            await self._wait_for_turn(str(data["chat_id"]), looking=rate_limit_args == LOOKING)
        if rate_limit_args == LOOKING:
            # Not to be counted against the twenty messages a minute of a group either.
            return await callback(*args, **kwargs)
        return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)

    async def _wait_for_turn(self, chat_id: str, *, looking: bool) -> None:
        limits = [*self._limits(chat_id)][: 1 if looking else None]
        figures = [figure for _, pace in limits for figure in (pace.most, pace.milliseconds)]
        try:
            wait = await self._take_turn(
                keys=[f"rota:telegram:turns:{name}" for name, _ in limits],
                args=[int(self._longest_wait * 1000), *figures],
            )
        except RedisError as error:
            log.warning("telegram.turns_unreachable", error=str(error))
            return
        seconds = int(wait) / 1000
        if seconds > self._longest_wait:
            raise RetryAfter(round(seconds) + 1)
        await asyncio.sleep(seconds)

    def _limits(self, chat_id: str) -> Iterator[tuple[str, Pace]]:
        yield "all", self._paces.everywhere
        yield f"chat:{chat_id}", self._paces.each_chat
        if chat_id.startswith("-"):
            yield f"group:{chat_id}", self._paces.each_group
