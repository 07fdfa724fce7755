"""The Slack app: receives over HTTP or Socket Mode, keeps what it received, acknowledges, then has it worked on."""

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import Sequence
from typing import Any

import structlog
from redis.exceptions import RedisError
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bots.inbox import Inbox, Job, JobKind
from bots.platform import PlatformError
from bots.reply import Reply, Tone
from bots.slack import forms
from bots.slack.errors import Disconnected, translated
from bots.slack.verification import SignedBySlack
from bots.slack.work import Work

PATH = "/slack/events"
# As Slack subscribes to them: of messages, those in the direct conversation with the bot.
EVENTS = ("app_home_opened", "message.im", "user_change", "app_uninstalled", "tokens_revoked")
# Somebody wrote something; other kinds are changes of a message, and what apps and Slack itself write.
WRITTEN = frozenset({None, "file_share"})
# So that a few seconds after the platform or Valkey is back, people are heard again.
LONGEST_WAIT = 5.0

BUSY = Reply(text="I cannot take this on just now. Please try again in a minute.", tone=Tone.WARNING)
SAVING = Reply(text="Saving…")

log = structlog.get_logger()


async def introduce(client: AsyncWebClient) -> AuthorizeResult:
    """Who the app is in its workspace, once Slack can be reached. Raises Disconnected where the token is no good."""
    wait = 0.5
    while True:
        try:
            with translated():
                told = await client.auth_test()
            break
        except Disconnected:
            raise
        except PlatformError as error:
            log.warning("slack.waiting", error=str(error), seconds=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
    log.info("slack.connected", workspace=told["team_id"], bot=told["user_id"])
    return AuthorizeResult.from_auth_test_response(bot_token=client.token, auth_test_response=told)


def build_app(
    client: AsyncWebClient, me: AuthorizeResult | None, secrets: Sequence[str], inbox: Inbox, work: Work
) -> AsyncApp:
    """The Bolt app. Its listeners only keep and acknowledge: no call to Slack or the service stands before an ack.

    `me` is None where several workspaces have the app: which token speaks is asked when the work is done.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return me or AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

    app = AsyncApp(
        name="rota",
        client=client,
        authorize=authorize,
        before_authorize=SignedBySlack(secrets),
        request_verification_enabled=False,
        # A listener that cannot keep what it got must not have acknowledged it.
        process_before_response=True,
        logger=_quiet_logger(),
    )

    @app.command(re.compile(r"^/"))
    async def on_command(body: dict[str, Any], ack: AsyncAck) -> None:
        try:
            await inbox.put(Job(kind=JobKind.COMMAND, key=body["trigger_id"], payload=body))
        except RedisError as error:
            log.warning("slack.inbox_unreachable", error=str(error))
            await ack(text=BUSY.text, response_type="ephemeral")
        else:
            await ack()

    @app.action(re.compile(r"."))
    async def on_action(body: dict[str, Any], ack: AsyncAck) -> None:
        container = body["container"]
        where = container.get("message_ts") or container.get("view_id")
        pressed = body["actions"][0]
        same = f"{body['user']['id']}:{where}:{pressed['action_id']}:{pressed.get('value')}"
        await inbox.put(Job(kind=JobKind.ACTION, key=body["trigger_id"], payload=body), same_press=same)
        await ack()

    @app.view(re.compile(r"."))
    async def on_form(body: dict[str, Any], ack: AsyncAck) -> None:
        view = body["view"]
        job = Job(kind=JobKind.FORM, key=body["trigger_id"], payload=body)
        same = _filled(view)
        try:
            outcome = asyncio.ensure_future(work.form_outcome(job.key))
            await asyncio.sleep(0)
            taken = await inbox.put(job, same_press=same)
        except RedisError as error:
            log.warning("slack.inbox_unreachable", error=str(error))
            await ack(response_action="update", view=forms.note("Rota", BUSY))
            return
        if not taken:
            outcome.cancel()
            await ack()
            return
        ended = await outcome
        if ended is None:
            await ack(response_action="update", view=forms.note(view["title"]["text"], SAVING))
        else:
            if "errors" in ended:
                # Sent once more as it is, it would else be taken for a double click, and close unsaved.
                await inbox.open_again(same)
            await ack(**ended)

    async def on_event(body: dict[str, Any]) -> None:
        event, event_id = body["event"], body["event_id"]
        if event["type"] == "message":
            if not _is_by_a_person(event):
                return
            # That somebody wrote is enough to know: what they wrote is not kept.
            body = {"team_id": body["team_id"], "event": {"type": "message", "user": event["user"]}}
        await inbox.put(Job(kind=JobKind.EVENT, key=event_id, payload=body))

    for name in EVENTS:
        app.event(name.partition(".")[0])(on_event)
    return app


def _is_by_a_person(message: dict[str, Any]) -> bool:
    """Whether somebody wrote this to the bot; its own messages and the changes of them are told to it as well."""
    if message.get("channel_type") != "im" or "bot_id" in message or "user" not in message:
        return False
    return message.get("subtype") in WRITTEN


def _filled(view: dict[str, Any]) -> str:
    """A form as it was filled in: sent twice like that it is a double click; corrected, it is not."""
    answers = json.dumps(view["state"]["values"], sort_keys=True)
    return hashlib.sha256(f"{view['id']}:{view.get('hash')}:{answers}".encode()).hexdigest()


def _quiet_logger() -> logging.Logger:
    """Bolt warns of how it is used here on purpose: a client and an authorisation of our own."""
    logger = logging.getLogger("bots.slack.bolt")
    logger.setLevel(logging.ERROR)
    return logger


def build_web(app: AsyncApp, more: Sequence[Route] = ()) -> Starlette:
    """The small web server: Slack's requests, a health check, and the pages of installation."""
    handler = AsyncSlackRequestHandler(app)

    async def receive(request: Request) -> Response:
        return await handler.handle(request)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route(PATH, receive, methods=["POST"]), Route("/health", health), *more])
