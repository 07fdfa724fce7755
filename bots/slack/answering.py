"""Puts a reply where it belongs: beside who asked, into the channel, over the pressed message, or into a modal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import aiohttp
import structlog
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bots.desk import Asker
from bots.platform import Address, Gone, SentMessage
from bots.reply import Audience, Reply
from bots.slack import words
from bots.slack.adapter import SlackPlatform
from bots.slack.errors import SlackRefused, translated
from bots.slack.forms import FormContext, modal
from bots.slack.render import SlackMessage, render

# A response_url takes five answers in thirty minutes.
RESPONSES = 5
OK = 200

# Told who asked for a run, the run, and the message that shows its progress.
Follow = Callable[[Asker, int, SentMessage], Awaitable[None]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer can go. `pressed` is the message of the button, `ephemeral` whether only the asker sees it."""

    asker: Asker
    channel: str = ""
    response_url: str = ""
    trigger_id: str = ""
    pressed: str = ""
    ephemeral: bool = False

    @property
    def here(self) -> Address:
        """The channel or direct conversation in which was asked."""
        return Address(workspace=self.asker.account.workspace, target=self.channel, direct=False)

    @property
    def person(self) -> Address:
        """The direct conversation with who asked."""
        return Address(workspace=self.asker.account.workspace, target=self.asker.account.external_id, direct=True)


class Answering:
    """Says replies on Slack."""

    def __init__(self, platform: SlackPlatform, follow: Follow) -> None:
        self._platform = platform
        self._follow = follow

    async def answer(self, place: Place, reply: Reply) -> None:
        """Say a reply. Raises PlatformError where Slack takes it nowhere."""
        if reply.form is not None and place.trigger_id:
            await self._ask(place, reply)
        elif reply.update and place.pressed:
            await self._update(place, reply)
        elif reply.audience is Audience.CHANNEL and place.channel:
            await self._to_channel(place, reply)
        else:
            await self._to_asker(place, reply)

    async def _ask(self, place: Place, reply: Reply) -> None:
        assert reply.form is not None  # noqa: S101
        context = FormContext(
            value=reply.form.value,
            channel=place.channel,
            response_url=place.response_url,
            pressed=place.pressed,
            ephemeral=place.ephemeral,
        )
        try:
            with translated():
                await self._platform.client.views_open(
                    trigger_id=place.trigger_id, view=modal(reply.form, context, reply)
                )
        except SlackRefused as error:
            if "trigger" not in error.code:
                raise
            # Slack gives three seconds to open a form.
            log.info("slack.form_late", form=reply.form.form.value)
            await self._to_asker(place, Reply(text=words.form_late()))

    async def _update(self, place: Place, reply: Reply) -> None:
        if place.ephemeral:
            first, *more = render(replace(reply, image=None))
            await self._respond(place, first, replace_original=True)
            for following in more:
                await self._respond(place, following)
            return
        message = SentMessage(address=place.here, message_id=f"{place.channel}:{place.pressed}")
        try:
            await self._platform.edit(message, reply)
        except (Gone, SlackRefused) as error:
            # Deleted, older than the workspace lets messages change, or posted by an earlier installation: then the
            # answer is a message of its own.
            log.info("slack.not_edited", error=str(error))
            await self._to_channel(place, reply)
            return
        if reply.follow_run is not None:
            await self._follow(place.asker, reply.follow_run, message)

    async def _to_channel(self, place: Place, reply: Reply) -> None:
        try:
            sent = await self._platform.send(place.here, reply)
        except Gone:
            # Nobody can be invited into a conversation of two.
            hint = words.not_in_channel() if place.asker.place is not None else words.sent_directly()
            await self._to_asker(place, Reply(text=hint))
            sent = await self._platform.send(place.person, reply)
        if reply.follow_run is not None:
            await self._follow(place.asker, reply.follow_run, sent)

    async def _to_asker(self, place: Place, reply: Reply) -> None:
        """Ephemeral where that shows all of it; a picture, a file or a long answer goes to them directly."""
        if reply.image or reply.files or not place.response_url:
            sent = await self._platform.send(place.person, reply)
            if place.response_url and not sent.message_id.startswith(f"{place.channel}:"):
                [pointer] = render(Reply(text=words.sent_directly()))
                await self._respond(place, pointer)
            if reply.follow_run is not None:
                await self._follow(place.asker, reply.follow_run, sent)
            return
        messages = render(reply)
        if len(messages) > RESPONSES:
            await self._to_asker(replace(place, response_url=""), reply)
            return
        for message in messages:
            await self._respond(place, message)

    async def _respond(self, place: Place, message: SlackMessage, *, replace_original: bool = False) -> None:
        once: list[AsyncRetryHandler] = []
        hook = AsyncWebhookClient(place.response_url, timeout=20, retry_handlers=once)
        try:
            answer = await hook.send(
                text=message.text,
                blocks=message.blocks,
                response_type="ephemeral",
                replace_original=replace_original,
                unfurl_links=False,
                unfurl_media=False,
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            # Perhaps it was shown; saying it twice to one person is better than not at all.
            log.warning("slack.response_lost", error=type(error).__name__)
            await self._directly(place, message)
            return
        if answer.status_code != OK:
            log.warning("slack.response_refused", status=answer.status_code, body=answer.body[:200])
            await self._directly(place, message)

    async def _directly(self, place: Place, message: SlackMessage) -> None:
        with translated():
            await self._platform.client.chat_postMessage(
                channel=place.asker.account.external_id, text=message.text, blocks=message.blocks
            )
