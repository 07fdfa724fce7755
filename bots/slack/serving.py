"""Runs the Slack app until it is told to stop: over Socket Mode where there is an app token, else over HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import structlog
import uvicorn
from redis.asyncio import Redis
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from starlette.routing import Route

from bots.client import Service
from bots.inbox import Inbox
from bots.pace import Pace
from bots.slack.adapter import web_client
from bots.slack.answering import Follow
from bots.slack.app import build_app, build_web, introduce
from bots.slack.desk import SlackDesk
from bots.slack.installing import install_routes
from bots.slack.options import SlackOptions
from bots.slack.work import Work
from bots.slack.workspaces import InstalledTokens, OneToken, Tokens, Workspaces

# How long an answer to a person waits for Slack's rate limit before it is given up.
PATIENCE_SECONDS = 30.0

log = structlog.get_logger()


async def serve(
    options: SlackOptions, redis: Redis, desk: SlackDesk, follow: Follow, service: Service | None = None
) -> None:
    """Receive and answer until cancelled. With `options.install`, `service` keeps the workspaces' tokens.

    Raises Disconnected where Slack does not know the one token.
    """
    tokens: Tokens = OneToken(options.bot_token)
    pages: list[Route] = []
    if options.install is not None and service is not None:
        tokens = InstalledTokens(service)
        pages = install_routes(options.install, options.api_url, redis, service)
    work = Work(desk, Workspaces(tokens, options.api_url, patience=PATIENCE_SECONDS), follow, Pace(redis))
    inbox = Inbox(redis, work.do, platform="slack")
    client = web_client(options.bot_token or None, options.api_url)
    me = None if options.install is not None else await introduce(client)
    app = build_app(client, me, options.signing_secrets, inbox, work)
    async with _working(inbox), asyncio.TaskGroup() as group:
        if options.app_token is None or pages:
            group.create_task(_over_http(app, options, pages))
        if options.app_token is not None:
            group.create_task(_over_socket(app, options.app_token, options.api_url))


async def _over_http(app: AsyncApp, options: SlackOptions, pages: Sequence[Route]) -> None:
    config = uvicorn.Config(
        build_web(app, pages), host=options.host, port=options.port, log_config=None, access_log=False, lifespan="off"
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
