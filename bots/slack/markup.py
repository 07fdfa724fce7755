"""The one place where plain text becomes Slack's mrkdwn, and where long text is split."""

import re
from collections.abc import Iterator

# Slack makes links of bare addresses; inside them nothing may change.
_ADDRESS = re.compile(r"(https?://[^\s<>|]+)")
# Slack has no escape for these, which format only at the edge of a word: there a look-alike stands in.
_FORMATS = re.compile(r"(?<!\w)[*_~`](?=\S)|(?<=\S)[*_~`](?!\w)|`")
# https://slack.com/help/articles/201259356-Slash-commands-in-Slack: these never reach an app. To
# invite the app itself takes Slack's own.
_KEPT_BY_SLACK = re.compile(r"(?<![\w/.])/(help|invite|open)(?![\w/-])(?! @)")
_LOOK_ALIKES = {"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"}

SHORTEST_PART = 8


def escape(plain: str) -> str:
    """Text that Slack shows as it is: no mention, link or format can be smuggled in.

    Only the commands that Slack keeps for itself are named as they are typed there.
    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return "".join(
        _entities(piece) if _ADDRESS.fullmatch(piece) else _entities(_FORMATS.sub(_look_alike, as_typed_here(piece)))
        for piece in _ADDRESS.split(plain)
    )


def as_typed_here(plain: str) -> str:
    """The same text, with those commands that Slack keeps for itself as people have to type them: `/rota help`."""
    return _KEPT_BY_SLACK.sub(r"/rota \1", plain)


def bold(plain: str) -> str:
    """Escaped text in bold; empty text stays empty."""
    return "\n".join(f"*{escape(line.strip())}*" if line.strip() else "" for line in plain.split("\n"))


def shorten(plain: str, most: int) -> str:
    """At most `most` characters, with an ellipsis where something is left out."""
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def parts(marked: str, most: int) -> Iterator[str]:
    """Escaped text in pieces of at most `most` characters, cut at line ends, else at blanks, never in an entity."""
    rest = marked
    while len(rest) > most:
        cut = _cut(rest, most)
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _cut(text: str, most: int) -> int:
    for sign in ("\n", " "):
        at = text.rfind(sign, SHORTEST_PART, most)
        if at > most // 2:
            return at
    entity = text.rfind("&", most - SHORTEST_PART, most)
    return entity if entity > 0 and ";" not in text[entity:most] else most


def _entities(plain: str) -> str:
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _look_alike(found: re.Match[str]) -> str:
    return _LOOK_ALIKES[found[0]]
