"""The Home tab: what the commands answer, on one page, made anew whenever it is opened or used."""

from slack_sdk.models.blocks import Block, DividerBlock
from slack_sdk.models.views import View

from bots.desk import Asker
from bots.reply import Reply, Tone
from bots.slack import words
from bots.slack.adapter import SlackPlatform
from bots.slack.desk import SlackDesk
from bots.slack.errors import translated
from bots.slack.render import blocks_of

MOST_BLOCKS = 100
LINES = ("/myshifts", "/myshifts next week", "/approvals", "/runs")


async def publish(desk: SlackDesk, platform: SlackPlatform, asker: Asker) -> None:
    """Show somebody their Home tab. What they may not see is left out. Raises PlatformError."""
    replies = [await desk.command(asker, line) for line in LINES]
    shown = [reply for reply in replies if reply.tone is not Tone.REFUSAL]
    # Somebody for whom there is nothing at all reads why, once.
    await show(platform, asker, *(shown or replies[:1]))


async def show(platform: SlackPlatform, asker: Asker, *replies: Reply) -> None:
    """Show these replies, one below the other, as somebody's Home tab. Raises PlatformError."""
    blocks: list[Block] = []
    for reply in replies:
        if blocks:
            blocks.append(DividerBlock())
        blocks += blocks_of(reply)
    if len(blocks) > MOST_BLOCKS:
        blocks[MOST_BLOCKS - 1 :] = blocks_of(Reply(text=words.more_at_home()))
    view = View(type="home", blocks=blocks)
    with translated():
        await platform.client.views_publish(user_id=asker.account.external_id, view=view)
