"""/publish: let everybody see a week."""

from bots import words
from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.reply import Reply, Tone
from service.schemas.shifts import PublishResult


async def run(talk: Talk, argument: str) -> Reply:
    """Publish the week that the asker names, as it stands now."""
    talk.require_manager()
    week = await talk.week(argument)
    return published(await talk.person.publish(week.id, week.version))


async def pressed(talk: Talk, value: str) -> Reply:
    """Publish the week of a button, as it stood when the button was made."""
    week_id, _, version = value.partition(":")
    return published(await talk.person.publish(int(week_id), int(version)))


def published(result: PublishResult) -> Reply:
    """What publishing did."""
    told = "1 person is" if result.told == 1 else f"{result.told} people are"
    text = f"The week {words.week(result.week.week_start)} is published. {told} told."
    if result.told == 0:
        text = f"The week {words.week(result.week.week_start)} is published. Nobody's shifts changed."
    return Reply(text=text, tone=Tone.SUCCESS)


COMMAND = Command(
    name="publish", usage="[week]", summary="publish a week and tell everybody their shifts", run=run, manager=True
)
