"""Pictures and files: uploaded to the address that Slack names, used once Slack has processed them."""

import asyncio
from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bots.reply import File, Image
from bots.slack.markup import shorten

ALT_TEXT = 1000
# Slack processes a picture after taking it, and refuses a message that shows one too early:
# https://github.com/slackapi/node-slack-sdk/issues/1865#issuecomment-2275000351.
WAITS_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6)


async def upload_picture(client: AsyncWebClient, image: Image) -> str | None:
    """The Slack file of a picture, ready to stand in a message; None when Slack is not done with it in time."""
    uploaded = await client.files_upload_v2(
        content=image.png, filename=image.filename, title=image.filename, alt_txt=shorten(image.alt_text, ALT_TEXT)
    )
    name = str(uploaded["file"]["id"])
    for wait in WAITS_SECONDS:
        if (await client.files_info(file=name))["file"].get("mimetype"):
            return name
        await asyncio.sleep(wait)
    return None


async def share(client: AsyncWebClient, files: Sequence[File | Image], channel: str, thread: str | None) -> None:
    """Put files into a channel, as answers to a message."""
    for file in files:
        await client.files_upload_v2(
            content=file.png if isinstance(file, Image) else file.content,
            filename=file.filename,
            title=file.filename,
            alt_txt=shorten(file.alt_text, ALT_TEXT) if isinstance(file, Image) else None,
            channel=channel,
            thread_ts=thread,
        )
