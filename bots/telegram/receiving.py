"""Takes updates from Telegram, by long polling or over a webhook, and keeps each before it is confirmed."""

import asyncio
import hmac
import json
from typing import Any

import structlog
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bots.inbox import Inbox, Job, JobKind

ALLOWED = ("message", "callback_query", "my_chat_member")
POLL_SECONDS = 25
# So that a few seconds after the platform or Valkey is back, people are heard again.
LONGEST_WAIT = 5.0
LARGEST_UPDATE = 512 * 1024
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header

log = structlog.get_logger()


async def take(inbox: Inbox, update: dict[str, Any]) -> None:
    """Keep an update to be worked on, once. Raises RedisError where it cannot be kept."""
    await inbox.put(Job(kind=_kind(update), key=str(update["update_id"]), payload=update))


async def poll(bot: Bot, inbox: Inbox) -> None:
    """Ask for updates until cancelled. An update is confirmed by the next question, so only once it is kept."""
    wait = 0.5
    offset = 0
    while True:
        try:
            for update in await bot.get_updates(offset=offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED):
                await take(inbox, update.to_dict())
                offset = update.update_id + 1
            wait = 0.5
        except InvalidToken:
            raise
        except (TelegramError, RedisError) as error:
            # Another process that polls answers with a conflict until one of the two ends.
            log.warning("telegram.waiting", error=str(error), seconds=wait)
            await asyncio.sleep(max(wait, _asked_to_wait(error)))
            wait = min(wait * 2, LONGEST_WAIT)


def build_web(inbox: Inbox, path: str, secret: str) -> Starlette:
    """The web server of webhook mode: updates that carry the secret token, and a health check."""

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            log.warning("telegram.webhook_refused", with_secret=bool(given))
            return JSONResponse({"error": "wrong secret token"}, status_code=401)
        body = await request.body()
        try:
            update = json.loads(body[:LARGEST_UPDATE])
            int(update["update_id"])
        except (ValueError, KeyError, TypeError):
            log.warning("telegram.webhook_unreadable", size=len(body))
            return JSONResponse({"error": "no update"}, status_code=400)
        try:
            await take(inbox, update)
        except RedisError as error:
            # Telegram delivers again what was not taken.
            log.warning("telegram.inbox_unreachable", error=str(error))
            return JSONResponse({"error": "try again"}, status_code=503)
        return Response()

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route(path, receive, methods=["POST"]), Route("/health", health)])


def _kind(update: dict[str, Any]) -> JobKind:
    if "callback_query" in update:
        return JobKind.ACTION
    return JobKind.COMMAND if "message" in update else JobKind.EVENT


def _asked_to_wait(error: Exception) -> float:
    if not isinstance(error, RetryAfter):
        return 0.0
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()
