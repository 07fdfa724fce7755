"""Runs the Slack app until it is told to stop: over Socket Mode where there is an app token, else over HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import structlog
import uvicorn
from redis.asyncio import Redis
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bots.inbox import Inbox
from bots.slack.adapter import SlackPlatform, web_client
from bots.slack.answering import Answering, Follow
from bots.slack.app import build_app, build_web, introduce
from bots.slack.desk import SlackDesk
from bots.slack.options import SlackOptions
from bots.slack.people import People
from bots.slack.work import Work

# How long an answer to a person waits for Slack's rate limit before it is given up.
PATIENCE_SECONDS = 30.0

log = structlog.get_logger()


async def serve(options: SlackOptions, redis: Redis, desk: SlackDesk, follow: Follow) -> None:
    """Receive and answer until cancelled. Raises Disconnected where Slack does not know the token."""
    client = web_client(options.bot_token, options.api_url)
    platform = SlackPlatform(client, patience=PATIENCE_SECONDS)
    work = Work(desk, platform, People(client), Answering(platform, follow))
    inbox = Inbox(redis, work.do, platform="slack")
    me = await introduce(client)
    app = build_app(client, me, options.signing_secrets, inbox, work)
    async with _working(inbox):
        if options.app_token is None:
            await _over_http(app, options)
        else:
            await _over_socket(app, options.app_token, options.api_url)


async def _over_http(app: AsyncApp, options: SlackOptions) -> None:
    config = uvicorn.Config(
        build_web(app), host=options.host, port=options.port, log_config=None, access_log=False, lifespan="off"
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving


async def _over_socket(app: AsyncApp, app_token: str, api_url: str) -> None:
    # The socket's own calls carry the app token, so it has a client of its own.
    handler: Any = AsyncSocketModeHandler(app, app_token, web_client=web_client(None, api_url))
    try:
        await handler.connect_async()
        log.info("slack.listening", mode="socket")
        await asyncio.Event().wait()
    finally:
        await handler.close_async()


@contextlib.asynccontextmanager
async def _working(inbox: Inbox) -> AsyncIterator[None]:
    """Work on the inbox until the end of the block; what is under way is finished."""
    worker = asyncio.create_task(inbox.run())
    try:
        yield
    finally:
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker


class _Server(uvicorn.Server):
    """uvicorn that leaves signals alone: whoever runs `serve` cancels it, and work under way is finished."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
