"""/unlink: untie a chat account from its person."""

from bots import words_accounts
from bots.actions import Action
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.languages import N_
from bots.reply import Button, ButtonStyle, Reply, Tone


async def run(talk: Talk, _argument: str) -> Reply:
    """Ask first: who is untied needs a new code to come back."""
    button = Button(
        action=Action.UNLINK,
        value=str(talk.person.user.id),
        label=words_accounts.unlink(),
        style=ButtonStyle.DANGER,
        confirm=words_accounts.unlink_sure(),
    )
    return Reply(text=words_accounts.linked_as(talk.person.user.name), buttons=(button,))


async def pressed(talk: Talk, value: str) -> Reply:
    """Untie the account that the button was pressed with."""
    if value != str(talk.person.user.id):
        raise Refusal(words_accounts.not_yours())
    await talk.person.unlink()
    return Reply(text=words_accounts.unlinked(talk.person.user.name), tone=Tone.SUCCESS, update=True)


COMMAND = Command(name="unlink", summary=N_("untie this chat account from you"), run=run)
