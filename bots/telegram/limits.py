"""How fast the bot may speak: Telegram's limits, kept by all processes of the bot together.

AIORateLimiter knows only its own process, lets two bursts meet in one second, and has no limit for private chats;
here every message first takes a turn in Valkey. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter

Answer = bool | dict[str, Any] | list[dict[str, Any]]

# In each list are the times of the last turns given. A turn is free once the one `most` turns ago is a period old.
# All messages together stand on a grid, one on each point, so that a turn far ahead in one chat holds up no other.
# Whoever must wait longer than it may is promised its turn, and gets it when it comes again: else newer messages,
# which come when the turn is free, would overtake it for ever.
_TAKE_TURN = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local longest, grid, late = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local farthest = now + ARGV[4]
local promised = redis.call('GET', KEYS[1])
if promised and promised + late >= now then
  local wait = math.max(0, promised - now)
  if wait <= longest then redis.call('DEL', KEYS[1]) end
  return wait
end
local turn = now
for i = 3, #KEYS do
  local earlier = redis.call('LINDEX', KEYS[i], ARGV[2 * i] - 1)
  if earlier then turn = math.max(turn, earlier + ARGV[2 * i + 1]) end
end
local point = math.ceil(turn / grid)
while point * grid < farthest and redis.call('ZSCORE', KEYS[2], point) do point = point + 1 end
turn = math.max(turn, point * grid)
if turn - now > longest and (ARGV[5] == '' or turn >= farthest) then return turn - now end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', math.floor(now / grid) - 1)
redis.call('ZADD', KEYS[2], point, point)
if redis.call('PTTL', KEYS[2]) < turn - now + 1000 then redis.call('PEXPIRE', KEYS[2], turn - now + 1000) end
for i = 3, #KEYS do
  redis.call('LPUSH', KEYS[i], turn)
  redis.call('LTRIM', KEYS[i], 0, ARGV[2 * i] - 1)
  redis.call('PEXPIRE', KEYS[i], turn - now + ARGV[2 * i + 1])
end
if turn - now > longest then redis.call('SET', KEYS[1], turn, 'PX', turn - now + late) end
return turn - now
"""
# For edits that only look whether a message is there: one that is not there says nothing to anybody in that chat.
LOOKING = 1

# So late a promised turn is still good: some moments less between two messages are what Telegram lets pass.
LATE_MILLISECONDS = 4_000
# Turns are promised no further ahead, so that a flood of messages costs Valkey no long search for a free one.
FARTHEST_MILLISECONDS = 60_000
MARK: ContextVar[str] = ContextVar("mark", default="")
"""What names the message that is being posted, to know it again when it comes back for its turn; empty for none."""

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

    everywhere_milliseconds: int = 40
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
        limits = [] if looking else [*self._limits(chat_id)]
        figures = [figure for _, pace in limits for figure in (pace.most, pace.milliseconds)]
        mark = "" if looking else MARK.get()
        names = [f"promised:{chat_id}:{mark}", "everywhere", *(name for name, _ in limits)]
        try:
            wait = await self._take_turn(
                keys=[f"rota:telegram:turns:{name}" for name in names],
                args=[
                    int(self._longest_wait * 1000),
                    self._paces.everywhere_milliseconds,
                    LATE_MILLISECONDS,
                    FARTHEST_MILLISECONDS,
                    mark,
                    *figures,
                ],
            )
        except RedisError as error:
            log.warning("telegram.turns_unreachable", error=str(error))
            return
        seconds = int(wait) / 1000
        if seconds > self._longest_wait:
            # Whoever has a promise comes early, and waits here for the rest; whoever has none comes when it is free.
            raise RetryAfter(max(1, round(seconds - self._longest_wait / 2)) if mark else round(seconds) + 1)
        await asyncio.sleep(seconds)

    def _limits(self, chat_id: str) -> Iterator[tuple[str, Pace]]:
        yield f"chat:{chat_id}", self._paces.each_chat
        if chat_id.startswith("-"):
            yield f"group:{chat_id}", self._paces.each_group
