"""Runs the Telegram bot until it is told to stop: over a webhook where it has an address, else by polling."""

import asyncio
import contextlib
import weakref
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import structlog
import uvicorn
from redis.asyncio import Redis
from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError

from bots.inbox import Inbox, Job
from bots.pace import Pace
from bots.telegram.adapter import OnMoved
from bots.telegram.answering import Follow
from bots.telegram.desk import TelegramDesk
from bots.telegram.handlers import App, Handlers, build_application
from bots.telegram.journal import Journal
from bots.telegram.looking import Lookout
from bots.telegram.menu import publish_menu
from bots.telegram.options import TelegramOptions, make_platform
from bots.telegram.receiving import ALLOWED, LONGEST_WAIT, build_web, poll
from bots.telegram.store import ConversationsInValkey

log = structlog.get_logger()


async def serve(
    options: TelegramOptions, redis: Redis, desk: TelegramDesk, follow: Follow, on_moved: OnMoved
) -> None:
    """Receive and answer until cancelled. Raises InvalidToken where Telegram does not know the token."""
    platform = make_platform(options, redis, on_moved)
    bot = platform.bot
    await _introduce(bot)
    handlers = Handlers(
        desk,
        platform=platform,
        journal=Journal(redis),
        conversations=ConversationsInValkey(redis),
        pace=Pace(redis),
        follow=follow,
        on_moved=on_moved,
        username=bot.username,
    )
    application = build_application(bot, handlers)
    await application.initialize()
    inbox = Inbox(redis, _Worker(application, Lookout(redis)).do, platform="telegram")
    try:
        await publish_menu(bot)
        async with _working(inbox):
            if options.webhook_url:
                await _over_webhook(bot, inbox, options, options.webhook_url)
            else:
                await bot.delete_webhook()
                log.info("telegram.listening", mode="polling", bot=bot.username)
                await poll(bot, inbox)
    finally:
        await application.shutdown()


async def _introduce(bot: Bot) -> None:
    """Wait until Telegram can be reached and says who the bot is."""
    wait = 0.5
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("telegram.waiting", error=str(error), seconds=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
        else:
            return


async def _over_webhook(bot: Bot, inbox: Inbox, options: TelegramOptions, url: str) -> None:
    web = build_web(inbox, urlsplit(url).path or "/", options.webhook_secret)
    config = uvicorn.Config(
        web, host=options.host, port=options.port, log_config=None, access_log=False, lifespan="off"
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn has no event for it
            await asyncio.sleep(0.02)
        await bot.set_webhook(url, secret_token=options.webhook_secret, allowed_updates=ALLOWED)
        log.info("telegram.listening", mode="webhook", bot=bot.username)
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving


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


class _Worker:
    """Works on updates: side by side for different people, one after the other for the same one."""

    def __init__(self, application: App, lookout: Lookout) -> None:
        self._application = application
        self._lookout = lookout
        self._turns: weakref.WeakValueDictionary[int, asyncio.Lock] = weakref.WeakValueDictionary()

    async def do(self, job: Job) -> None:
        update = Update.de_json(job.payload, self._application.bot)
        sender = update.effective_user.id if update.effective_user else 0
        turn = self._turns.setdefault(sender, asyncio.Lock())
        async with turn:
            structlog.contextvars.bind_contextvars(platform="telegram", correlation_id=f"tg{update.update_id}")
            if update.message is not None:
                await self._lookout.saw(str(update.message.chat_id), update.message.message_id)
            await self._application.process_update(update)


class _Server(uvicorn.Server):
    """uvicorn that leaves signals alone: whoever runs `serve` cancels it, and work under way is finished."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
