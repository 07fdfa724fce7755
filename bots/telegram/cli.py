"""`rota telegram`: the Telegram bot."""

import asyncio
import signal
from typing import Annotated, NoReturn

import structlog
import typer
from pydantic import ValidationError
from redis.asyncio import Redis
from telegram.error import InvalidToken

from bots import figures
from bots.client import Service, ServiceError
from bots.desk import Desk
from bots.followers import Followers
from bots.inviting import asking_telegram
from bots.settings import BotSettings, get_settings
from bots.telegram.options import Misconfigured, TelegramOptions, make_platform
from bots.telegram.serving import serve
from service.schemas import traces
from service.schemas.chat import ChannelMove
from service.schemas.logs import configure

# A group gets twenty messages and edits a minute, and progress must leave room for answers.
EVERY_SECONDS = 6.0

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
log = structlog.get_logger()


@app.command()
def telegram(
    host: Annotated[str, typer.Option(help="Where to listen for Telegram, in webhook mode.")] = "0.0.0.0",  # noqa: S104
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen for Telegram.")] = 3001,
) -> None:
    """Run the Telegram bot: by long polling, or over a webhook where TELEGRAM_WEBHOOK_URL is set."""
    try:
        settings = get_settings()
        options = TelegramOptions.from_settings(settings, host=host, port=port)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors())
        _refuse(faults)
    except Misconfigured as error:
        _refuse(str(error))
    configure(settings.log_level, settings.log_format)
    traces.configure("telegram")
    figures.serve(settings.metrics_host, settings.metrics_port)
    try:
        asyncio.run(_run(settings, options))
    except InvalidToken:
        _refuse("Telegram does not take TELEGRAM_BOT_TOKEN: see docs/telegram.md, step 1")


async def _run(settings: BotSettings, options: TelegramOptions) -> None:
    secret = settings.rota_bot_secret.get_secret_value()
    timeout = settings.service_timeout_seconds
    async with (
        Redis.from_url(settings.redis_url) as redis,
        Service(
            settings.rota_service_url,
            secret,
            platform="telegram",
            timeout_seconds=timeout,
            patience_seconds=settings.service_patience_seconds,
        ) as service,
    ):
        desk = Desk(service, asking_telegram(settings))
        followers = Followers(service, make_platform(options, redis), every=EVERY_SECONDS)

        async def moved(old: str, new: str) -> None:
            try:
                await service.move_channel(ChannelMove(platform="telegram", old_id=old, new_id=new))
            except ServiceError as error:
                log.warning("telegram.move_not_noted", old=old, new=new, error=str(error))

        serving = asyncio.create_task(serve(options, redis, desk, followers.follow, moved))
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, serving.cancel)
        try:
            await serving
        except asyncio.CancelledError:
            if not serving.cancelled():
                raise
        finally:
            await followers.close()


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
