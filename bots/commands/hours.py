"""/hours: how many hours a person has in a week, and how many they may have."""

from bots import words
from bots.commands.command import Command
from bots.commands.talk import Talk, week_in
from bots.reply import Field, Reply


async def run(talk: Talk, argument: str) -> Reply:
    """The asker's hours of a week."""
    start, _ = week_in(argument, await talk.team())
    hours = await talk.person.hours(start)
    left = hours.max_minutes - hours.scheduled_minutes
    return Reply(
        heading=f"{talk.person.user.name}, {words.week(hours.week_start)}",
        text=f"{words.hours(hours.scheduled_minutes)} scheduled, {words.hours(max(0, left))} left.",
        fields=(
            Field(label="Scheduled", value=words.hours(hours.scheduled_minutes)),
            Field(label="At least", value=words.hours(hours.min_minutes)),
            Field(label="At most", value=words.hours(hours.max_minutes)),
        ),
    )


COMMAND = Command(name="hours", usage="[week]", summary="show your hours and your limits", run=run)
