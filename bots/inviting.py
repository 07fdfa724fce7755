"""`rota invite`: a one-time code for a person, with the link and the picture that take it to a chat for them."""

import io
from urllib.parse import quote

import segno


def telegram_link(username: str, code: str) -> str:
    """Opens the bot and hands it the code when Start is pressed: https://core.telegram.org/bots/features#deep-linking."""
    return f"https://t.me/{quote(username)}?start={quote(code)}"


def qr_code(link: str) -> str:
    """A QR code to show in a terminal."""
    drawn = io.StringIO()
    segno.make(link, error="m").terminal(drawn, compact=True)
    return drawn.getvalue()


def qr_picture(link: str) -> bytes:
    """A QR code as PNG."""
    drawn = io.BytesIO()
    segno.make(link, error="m").save(drawn, kind="png", scale=8)
    return drawn.getvalue()


def invitation(name: str, code: str, minutes: int, username: str | None) -> str:
    """What to hand to this person; `username` is that of the Telegram bot, where there is one."""
    lines = [f"{name}'s code, for {minutes} minutes and one use: {code}", "In chat: /link " + code]
    if username:
        link = telegram_link(username, code)
        lines += [f"On Telegram: {link}", "", qr_code(link)]
    return "\n".join(lines)
