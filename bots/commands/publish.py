"""/publish: let everybody see a week."""

from bots import words, words_reach
from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.languages import N_, _
from bots.reply import Reply, Tone
from service.schemas.shifts import PublishResult


async def run(talk: Talk, argument: str) -> Reply:
    """Publish the week that the asker names, as it stands now."""
    talk.require_manager()
    week = await talk.week(argument)
    return published(await talk.person.publish(week.id, week.version))


async def pressed(talk: Talk, value: str) -> Reply:
    """Publish the week of a button, as it stood when the button was made."""
    week_id, __, version = value.partition(":")
    return published(await talk.person.publish(int(week_id), int(version)))


def published(result: PublishResult) -> Reply:
    """What publishing did."""
    done = _("The week {week} is published.").format(week=words.week(result.week.week_start))
    return Reply(text=f"{done} {words_reach.told(result.told, result.unreached)}", tone=Tone.SUCCESS)


COMMAND = Command(
    name="publish",
    usage=N_("[week]"),
    summary=N_("publish a week and tell everybody their shifts"),
    run=run,
    manager=True,
)
