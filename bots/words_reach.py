"""The sentences about whom Rota cannot reach, or not any more, and about an account that was replaced."""

from collections.abc import Sequence

from bots import words
from bots.languages import _, ngettext
from service.schemas.notifications import AccountReplaced, LeftPlatform, Unreachable
from service.schemas.people import Person

MOST_NAMED = 10


def names(people: Sequence[Person]) -> str:
    """Ana, Joe, Li: as many as one can take in."""
    said = ", ".join(one.name for one in people[:MOST_NAMED])
    return f"{said} {words.more(len(people) - MOST_NAMED)}" if len(people) > MOST_NAMED else said


def cannot_reach(people: Sequence[Person]) -> str:
    """People without a chat account, and what to do."""
    said = ngettext(
        "I cannot reach {names}, who has no chat account yet: please talk to them yourself.",
        "I cannot reach {names}, who have no chat account yet: please talk to them yourself.",
        len(people),
    )
    return said.format(names=names(people))


def told(count: int, unreached: Sequence[Person]) -> str:
    """Who is told of a week that was published."""
    said = [ngettext("{count} person is told.", "{count} people are told.", count).format(count=count)]
    if not count:
        said = [_("Nobody could be told.") if unreached else _("Nobody's shifts changed.")]
    return " ".join([*said, *([cannot_reach(unreached)] if unreached else [])])


def unreachable(content: Unreachable) -> str:
    """Something could not be said, why that may be, and what can be done."""
    platform = content.platform.title()
    if content.person is not None:
        said = _(
            "{person} could not be told something on {platform}: their account there is closed, or does not take"
            " messages from Rota. Please tell them, and if they have another account, /invite makes a code for it."
        )
        return said.format(person=content.person.name, platform=platform)
    said = _(
        "I cannot post in the {platform} channel of {team} any more: it was archived, or I was removed from it."
        " Nothing is lost; invite me again, or type /setup in another channel."
    )
    return said.format(team=content.team_name, platform=platform)


def left(content: LeftPlatform) -> str:
    """Somebody's account is closed, and what that leaves open."""
    said = _("{person} has left {platform} and hears nothing from Rota there any more.").format(
        person=content.person.name, platform=content.platform.title()
    )
    if not content.shifts:
        return said
    open_shifts = ngettext(
        "They still have {count} published shift ahead: somebody should take it.",
        "They still have {count} published shifts ahead: somebody should take them.",
        content.shifts,
    )
    return f"{said} {open_shifts.format(count=content.shifts)}"


def replaced(content: AccountReplaced) -> str:
    """To every account that a person had, when a code gave them another one."""
    return _(
        "Your {platform} account is another one from now on: somebody used a code there that was made for you."
        " The one before hears nothing more from me. If that was not you, tell your manager at once."
    ).format(platform=content.platform.title())
