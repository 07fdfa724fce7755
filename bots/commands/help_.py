"""/help: what this person can type."""

from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.languages import N_, _
from bots.reply import Reply, Table


def command(others: tuple[Command, ...]) -> Command:
    """The /help that lists `others` and itself."""

    async def run(talk: Talk, _argument: str) -> Reply:
        mine = [each for each in (*others, myself) if talk.person.user.is_manager or not each.manager]
        rows = tuple((" ".join(["/" + each.name, _(each.usage)]).strip(), _(each.summary)) for each in mine)
        return Reply(
            heading=_("What I can do"),
            text=_("Weeks and days as you would say them: this week, next week, fri, 7 Dec, 2026-12-07."),
            table=Table(columns=(_("Type"), _("and I")), rows=rows),
        )

    myself = Command(name="help", summary=N_("list what you can type"), run=run)
    return myself
