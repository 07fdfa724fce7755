"""/invite: a one-time code with which somebody links their chat account, their first or a new one."""

from collections.abc import Sequence

from bots import inviting, words_inviting
from bots.actions import Action
from bots.client_people import make_code, one_person, people_called, people_without_account
from bots.commands.asked import called
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.languages import N_, _
from bots.reply import Button, Field, Reply, Tone
from service.schemas.people import UserRead

MOST_BUTTONS = 20
MINUTE = 60


async def run(talk: Talk, argument: str) -> Reply:
    """A code for who is named; without a name, a button for everybody who has no account yet."""
    talk.require_manager()
    if not argument:
        return await _without_account(talk)
    said = argument.removeprefix("@")
    found = await people_called(talk.person, said)
    meant = called(said, found) or found
    if not meant:
        raise Refusal(words_inviting.nobody(said))
    if len(meant) > 1:
        return _choice(words_inviting.which(said), meant)
    return await pressed(talk, str(meant[0].id))


async def _without_account(talk: Talk) -> Reply:
    asker = talk.person.user
    found = await people_without_account(talk.person)
    # Managers are invited by administrators only: whoever makes somebody's code could speak as them.
    mine = [one for one in found if asker.is_admin or not (one.is_manager or one.is_admin)]
    if not mine:
        return Reply(text=words_inviting.everybody_has_one())
    return _choice(words_inviting.without_account(len(mine)), mine)


def _choice(text: str, people: Sequence[UserRead]) -> Reply:
    buttons = tuple(
        Button(action=Action.INVITE, value=str(one.id), label=words_inviting.person(one))
        for one in people[:MOST_BUTTONS]
    )
    left = len(people) - len(buttons)
    return Reply(text=f"{text} {words_inviting.more(left)}" if left else text, buttons=buttons)


async def pressed(talk: Talk, value: str) -> Reply:
    """A code for the person of a button. Only the asker ever sees it, wherever they asked."""
    talk.require_manager()
    person = await one_person(talk.person, int(value))
    made = await make_code(talk.person, person.id)
    fields = [Field(label=_("To type in chat"), value=f"/link {made.code}")]
    username = await talk.telegram_name()
    if username:
        fields.append(Field(label=_("To open on Telegram"), value=inviting.telegram_link(username, made.code)))
    return Reply(
        heading=words_inviting.heading(person.name),
        text=words_inviting.how(person.name, made.expires_in // MINUTE),
        tone=Tone.SUCCESS,
        fields=tuple(fields),
    )


COMMAND = Command(
    name="invite",
    usage=N_("[person]"),
    summary=N_("make a code with which somebody links their chat account"),
    run=run,
    manager=True,
)
