"""/open: the dropped shifts that one could take without breaking a rule."""

from bots import words_trading
from bots.actions import Action
from bots.client_swaps import open_shifts
from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.languages import N_, _
from bots.reply import Button, ButtonStyle, Reply, Section

MOST = 12


async def run(talk: Talk, _argument: str) -> Reply:
    """Each with what it would change, by time."""
    found = await open_shifts(talk.person)
    sections = tuple(
        Section(
            heading="\n".join(words_trading.shift(place, one.request.time_zone) for place in one.request.places),
            text=words_trading.change(one.change, you=True),
            buttons=(
                Button(
                    action=Action.ACCEPT_TRADE,
                    value=f"{one.request.id}:",
                    label=_("Take it"),
                    style=ButtonStyle.PRIMARY,
                ),
            ),
        )
        for one in found[:MOST]
    )
    text = words_trading.open_shifts(len(found), len(found) - len(sections))
    return Reply(heading=_("Open shifts"), text=text, sections=sections)


COMMAND = Command(name="open", summary=N_("see the open shifts that you could take"), run=run)
