"""What managers read who bring somebody into a chat."""

from bots.languages import _, ngettext
from service.schemas.people import Person


def heading(name: str) -> str:
    """Above a code."""
    return _("A code for {name}").format(name=name)


def how(name: str, minutes: int) -> str:
    """What a code does, and for how long."""
    return _(
        "Hand it to {name} and to nobody else: to me, whoever uses it is {name}. It works once, within {minutes}"
        " minutes. An account that {name} has there already gives way to the new one."
    ).format(name=name, minutes=minutes)


def without_account(count: int) -> str:
    """Above a button for each."""
    return ngettext(
        "{count} person is in no chat with me yet. Whose code shall I make?",
        "{count} people are in no chat with me yet. Whose code shall I make?",
        count,
    ).format(count=count)


def everybody_has_one() -> str:
    """Nobody is without an account."""
    return _("Everybody has a chat account. Name whoever has a new one, such as /invite sam.")


def which(said: str) -> str:
    """A name that several people have."""
    return _("Several people fit “{said}”. Whom do you mean?").format(said=said)


def nobody(said: str) -> str:
    """A name that nobody has."""
    return _(
        "I find nobody called “{said}” in your teams. Try a part of their name, their handle or address."
    ).format(said=said)


def person(one: Person) -> str:
    """A button: who it is."""
    return f"{one.name} (@{one.handle})"


def more(count: int) -> str:
    """Who has no button, for want of room."""
    return ngettext(
        "{count} more has no button here: name them after /invite.",
        "{count} more have no button here: name them after /invite.",
        count,
    ).format(count=count)
