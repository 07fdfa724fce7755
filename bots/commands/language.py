"""/language: in which language Rota speaks to a person, on every platform."""

from bots import languages, words_accounts
from bots.actions import Action
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.languages import LANGUAGES, N_
from bots.reply import Button, Reply, Tone


async def run(talk: Talk, argument: str) -> Reply:
    """Change to the language named, by itself or by its code; without one, offer them all."""
    if not argument:
        return Reply(text=words_accounts.language_now(LANGUAGES[languages.language()]), buttons=_choices())
    wanted = argument.casefold()
    for tag, name in LANGUAGES.items():
        if wanted in {tag, name.casefold()}:
            return await pressed(talk, tag)
    raise Refusal(words_accounts.no_such_language(argument, LANGUAGES.values()))


async def pressed(talk: Talk, value: str) -> Reply:
    """Change to the language of a button."""
    await talk.person.speak(value)
    languages.speak(value)
    return Reply(text=words_accounts.language_changed(), tone=Tone.SUCCESS, update=True)


def _choices() -> tuple[Button, ...]:
    return tuple(Button(action=Action.LANGUAGE, value=tag, label=name) for tag, name in LANGUAGES.items())


COMMAND = Command(name="language", usage=N_("[language]"), summary=N_("choose the language I speak to you"), run=run)
