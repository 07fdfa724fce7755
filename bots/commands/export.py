"""/export: a week as a file."""

from bots import words
from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.languages import N_, _
from bots.reply import File, Reply

FORMATS = ("pdf", "xlsx", "csv", "ics")


async def run(talk: Talk, argument: str) -> Reply:
    """The week that the asker names, in the format that they name; pdf where they name none."""
    said = argument.split()
    chosen = next((word.lower() for word in said if word.lower() in FORMATS), "pdf")
    week = await talk.week(" ".join(word for word in said if word.lower() not in FORMATS))
    content, media_type = await talk.person.export(week.id, chosen)
    file = File(content=content, filename=f"rota-{week.week_start.isoformat()}.{chosen}", media_type=media_type)
    return Reply(
        text=_("The week {week} as {format}.").format(week=words.week(week.week_start), format=chosen), files=(file,)
    )


COMMAND = Command(name="export", usage=N_("[week] [pdf|xlsx|csv|ics]"), summary=N_("get a week as a file"), run=run)
