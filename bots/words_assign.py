"""What people read when a manager assigns by hand."""

from bots import words
from bots.languages import N_, _, ngettext
from service.schemas.shifts import Roster, WeekStatus

HOW = N_(
    "Say who and where: /assign sam fri dinner, or /assign sam fri dinner bartender."
    " /assign alone shows the open places."
)
GONE = N_("This place does not exist any more. /assign shows the open ones.")
LEFT = N_("This person is not in the team any more. Choose somebody else.")


def heading(roster: Roster) -> str:
    """Above the open places."""
    return _("Open places of {week}").format(week=words.week_title(roster))


def open_places(count: int, unseen: int) -> str:
    """How many places are open."""
    if not count:
        return _("Every place is filled.")
    said = ngettext("{count} place is open.", "{count} places are open.", count).format(count=count)
    return f"{said} {words.more(unseen)}" if unseen else said


def missing(where: str, count: int, role: str) -> str:
    """An open place."""
    return _("{where}: {count} {role} missing").format(where=where, count=count, role=role)


def hours_this_week(minutes: int) -> str:
    """How busy somebody is."""
    return _("{hours} this week").format(hours=words.hours(minutes))


def nobody_free(role: str, where: str) -> str:
    """No candidate."""
    return _("Nobody with the role {role} is free for {where}. /why says what stops each.").format(
        role=role, where=where
    )


def holds_none(name: str, where: str) -> str:
    """Somebody without a fitting role."""
    return _("{name} holds none of the roles that {where} needs.").format(name=name, where=where)


def not_ideal(name: str, where: str) -> str:
    """Before a warning is accepted."""
    return _("{name} on {where} would be possible, but:").format(name=name, where=where)


def done(name: str, where: str, role: str, status: WeekStatus) -> str:
    """After somebody was assigned."""
    said = _("{name} is on {where} as {role}.").format(name=name, where=where, role=role)
    if status is WeekStatus.PUBLISHED:
        return said + " " + _("I have told them.")
    return said + " " + _("The next run leaves that as it is.")
