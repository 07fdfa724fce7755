"""`rota slack`: the Slack bot."""

import asyncio
import signal
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from redis.asyncio import Redis

from bots import figures
from bots.client import Service
from bots.desk import Desk
from bots.followers import Followers
from bots.inviting import asking_telegram
from bots.settings import BotSettings, get_settings
from bots.slack.errors import Disconnected
from bots.slack.opening import open_workspaces
from bots.slack.options import Misconfigured, SlackOptions
from bots.slack.serving import serve
from service.schemas import traces
from service.schemas.logs import configure

# Slack lets an app edit messages about fifty times a minute, all its channels together:
# https://docs.slack.dev/apis/web-api/rate-limits.
EVERY_SECONDS = 2.0

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def slack(
    host: Annotated[str, typer.Option(help="Where to listen for Slack, without Socket Mode.")] = "0.0.0.0",  # noqa: S104
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen for Slack.")] = 3000,
) -> None:
    """Run the Slack bot: over Socket Mode where SLACK_APP_TOKEN is set, else over HTTP."""
    try:
        settings = get_settings()
        options = SlackOptions.from_settings(settings, host=host, port=port)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors())
        _refuse(faults)
    except Misconfigured as error:
        _refuse(str(error))
    configure(settings.log_level, settings.log_format)
    traces.configure("slack")
    figures.serve(settings.metrics_host, settings.metrics_port)
    try:
        asyncio.run(_run(settings, options))
    except Disconnected as error:
        _refuse(f"Slack does not take SLACK_BOT_TOKEN ({error.code}): see docs/slack.md, step 2")


async def _run(settings: BotSettings, options: SlackOptions) -> None:
    secret = settings.rota_bot_secret.get_secret_value()
    timeout = settings.service_timeout_seconds
    async with (
        Redis.from_url(settings.redis_url) as redis,
        Service(
            settings.rota_service_url,
            secret,
            platform="slack",
            timeout_seconds=timeout,
            patience_seconds=settings.service_patience_seconds,
        ) as service,
    ):
        desk = Desk(service, asking_telegram(settings))
        followers = Followers(service, open_workspaces(settings), every=EVERY_SECONDS)
        serving = asyncio.create_task(serve(options, redis, desk, followers.follow, service))
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
