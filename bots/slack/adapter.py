"""Slack as a `Platform`: posts, edits and finds messages through the Web API, one attempt a call.

slack_sdk repeats a call whose connection dropped, even when it took effect, so its retry handlers are left out:
what may be repeated, and when, is decided by whoever called, who is told `Uncertain`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.platform import Address, RateLimited, SentMessage
from bots.reply import Reply
from bots.slack import files
from bots.slack.errors import translated
from bots.slack.render import SlackMessage, render

EVENT_TYPE = "rota_notification"
TIMEOUT_SECONDS = 20
PAGE = 200
PAGES_TO_LOOK_BACK = 5

log = structlog.get_logger()


def web_client(token: str | None, api_url: str) -> AsyncWebClient:
    """A client that makes each call once."""
    once: list[AsyncRetryHandler] = []
    return AsyncWebClient(
        token=token, base_url=api_url.rstrip("/") + "/", timeout=TIMEOUT_SECONDS, retry_handlers=once
    )


class SlackPlatform:
    """How Rota speaks on Slack. A message id is `channel:timestamp`: a direct message's channel is not its target."""

    name = "slack"

    def __init__(self, client: AsyncWebClient, *, patience: float = 0) -> None:
        """`patience` is for how many seconds a wait that Slack asks for is waited out here instead of raised."""
        self.client = client
        self._patience = patience
        self._direct: dict[str, str] = {}

    async def send(self, address: Address, reply: Reply, *, notification_id: int | None = None) -> SentMessage:
        """Post a reply, as several messages where it is long. Raises RateLimited, Gone, Uncertain or SlackRefused.

        With a `notification_id`, the parts of a long reply that are already there are not posted again.
        """
        with translated():
            channel = await self._channel(address)
            messages, picture_left = await self._rendered(reply)
            posted: dict[int, str] = {}
            if notification_id is not None and len(messages) > 1:
                posted = (await self._parts_sent(channel, notification_id))[0]
            for part, message in enumerate(messages, start=1):
                if part not in posted:
                    mark = _mark(notification_id, part, len(messages))
                    posted[part] = await self._post(channel, message, address.thread, mark)
            await self._follow_up(reply, channel, posted[1], picture_left=picture_left)
        return SentMessage(address=address, message_id=f"{channel}:{posted[1]}")

    async def edit(self, message: SentMessage, reply: Reply) -> None:
        """Replace a message; what does not fit into it follows it. Raises RateLimited, Gone or Uncertain."""
        channel, _, timestamp = message.message_id.partition(":")
        with translated():
            (first, *more), picture_left = await self._rendered(reply)
            await self._patiently(
                lambda: self.client.chat_update(channel=channel, ts=timestamp, text=first.text, blocks=first.blocks)
            )
            for following in more:
                await self._post(channel, following, message.address.thread, None)
            await self._follow_up(reply, channel, timestamp, picture_left=picture_left)

    async def find_sent(self, address: Address, notification_id: int) -> SentMessage | None:
        """The message of this notification, if all its parts are among the newest thousand of the place."""
        with translated():
            channel = await self._channel(address)
            posted, parts = await self._parts_sent(channel, notification_id)
        if not posted or len(posted) < parts:
            return None
        return SentMessage(address=address, message_id=f"{channel}:{posted[1]}")

    async def close(self) -> None:
        """Nothing is kept open: slack_sdk opens a session for each call."""

    async def _channel(self, address: Address) -> str:
        if not address.direct:
            return address.target
        if address.target not in self._direct:
            answer = await self.client.conversations_open(users=address.target)
            self._direct[address.target] = answer["channel"]["id"]
        return self._direct[address.target]

    async def _rendered(self, reply: Reply) -> tuple[list[SlackMessage], bool]:
        """The messages, and whether the picture found no place in them yet."""
        picture = await files.upload_picture(self.client, reply.image) if reply.image else None
        return render(reply, picture=picture), reply.image is not None and picture is None

    async def _post(self, channel: str, message: SlackMessage, thread: str, mark: dict[str, Any] | None) -> str:
        answer = await self._patiently(
            lambda: self.client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                unfurl_links=False,
                unfurl_media=False,
                thread_ts=thread or None,
                metadata=mark,
            )
        )
        return str(answer["ts"])

    async def _patiently(self, call: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse:
        patience = self._patience
        while True:
            try:
                with translated():
                    return await call()
            except RateLimited as wait:
                if wait.retry_after > patience:
                    raise
                patience -= wait.retry_after
                await asyncio.sleep(wait.retry_after)

    async def _follow_up(self, reply: Reply, channel: str, timestamp: str, *, picture_left: bool) -> None:
        """Files, and a picture that Slack was too slow for, as answers to the message."""
        if picture_left and reply.image is not None:
            log.warning("slack.picture_late", channel=channel, filename=reply.image.filename)
            await files.share(self.client, [reply.image], channel, timestamp)
        await files.share(self.client, reply.files, channel, timestamp)

    async def _parts_sent(self, channel: str, notification_id: int) -> tuple[dict[int, str], int]:
        """The timestamps of the parts of a notification that are in a channel, and how many there should be."""
        found: dict[int, str] = {}
        parts = 1
        cursor: str | None = None
        for _ in range(PAGES_TO_LOOK_BACK):
            page = await self.client.conversations_history(
                channel=channel, limit=PAGE, include_all_metadata=True, cursor=cursor
            )
            for message in page["messages"]:
                mark = message.get("metadata", {})
                payload = mark.get("event_payload", {})
                if mark.get("event_type") == EVENT_TYPE and payload.get("notification_id") == notification_id:
                    found[payload["part"]] = message["ts"]
                    parts = payload["parts"]
            cursor = (page.get("response_metadata") or {"next_cursor": None})["next_cursor"]
            if not cursor:
                break
        return found, parts


def _mark(notification_id: int | None, part: int, parts: int) -> dict[str, Any] | None:
    """What makes a message findable: https://docs.slack.dev/messaging/message-metadata."""
    if notification_id is None:
        return None
    payload = {"notification_id": notification_id, "part": part, "parts": parts}
    return {"event_type": EVENT_TYPE, "event_payload": payload}
