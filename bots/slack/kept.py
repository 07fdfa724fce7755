"""The commands whose names Slack keeps for itself: what people read names them as they are typed here."""

import re
from dataclasses import replace

from bots.reply import Reply, Table

# https://slack.com/help/articles/201259356-Slash-commands-in-Slack
KEPT = frozenset({"help", "invite", "open"})
# Not within an address, and not Slack's own, by which the app itself is invited.
_COMMAND = re.compile(rf"(?<![\w/])/({'|'.join(sorted(KEPT))})\b(?! @)")


def as_typed(reply: Reply) -> Reply:
    """The same reply with `/rota help` where it says `/help`."""
    return replace(
        reply,
        text=_typed(reply.text),
        fields=tuple(replace(field, value=_typed(field.value)) for field in reply.fields),
        table=reply.table and _table(reply.table),
        sections=tuple(replace(section, text=_typed(section.text)) for section in reply.sections),
    )


def _table(table: Table) -> Table:
    return replace(table, rows=tuple(tuple(map(_typed, row)) for row in table.rows))


def _typed(text: str) -> str:
    return _COMMAND.sub(r"/rota \1", text)
