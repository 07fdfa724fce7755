"""The few sentences that only Telegram needs; everything else is said by the chat core."""

from bots.languages import _


def back() -> str:
    """A key: to the question before."""
    return _("Back")


def cancel() -> str:
    """A key: end the conversation."""
    return _("Cancel")


def skip() -> str:
    """A key: no answer."""
    return _("Skip")


def done() -> str:
    """A key: no more choices."""
    return _("Done")


def keep(value: str) -> str:
    """A key: the answer as it was."""
    return _("Keep “{value}”").format(value=value)


def yes(label: str) -> str:
    """A key: really do it."""
    return _("Yes: {label}").format(label=label)


def nothing() -> str:
    """What an empty answer looks like."""
    return _("none")


def start() -> str:
    """A key: to the private chat."""
    return _("Open a chat with me")


def step(number: int, count: int) -> str:
    """How far a conversation is."""
    return _("Question {number} of {count}").format(number=number, count=count)


def check() -> str:
    """Before a form is handed in."""
    return _("Is all this right?")


def cancelled() -> str:
    """A conversation was ended."""
    return _("Cancelled. Nothing was changed.")


def answered_already() -> str:
    """A key of an earlier question."""
    return _("That question was answered already.")


def too_late() -> str:
    """A key of a conversation that is gone."""
    return _("That was too long ago. Please start again.")


def press_again() -> str:
    """Before something serious."""
    return _("Press again to confirm.")


def not_yours() -> str:
    """A button that is none of ours here."""
    return _("This button does not belong here. Please ask again with a command.")


def no_form() -> str:
    """/cancel without a conversation."""
    return _("There is nothing to cancel.")


def only_privately(name: str) -> str:
    """In a group, to somebody who never opened a chat with the bot."""
    return _("{name}, that is only for you: open a chat with me and press Start.").format(name=name)


def anonymous() -> str:
    """To an administrator who hides behind the group."""
    return _("You write anonymously here, so I cannot tell who you are. Write to me directly, please.")


def wrong_date() -> str:
    """A text that is no date."""
    return _("I do not understand that date. Write it like 2026-12-24, or pick it below.")


def wrong_time() -> str:
    """A text that is no time."""
    return _("I do not understand that time. Write it like 09:30, or pick it below.")


def wrong_number() -> str:
    """A text that is no number."""
    return _("That is not a number.")


def wrong_choice() -> str:
    """A text that is none of the options."""
    return _("Please choose one of these.")


def needed() -> str:
    """Nothing chosen where something must be."""
    return _("This is needed.")


def failed(reference: str) -> str:
    """An error that nobody foresaw."""
    return _("Something went wrong on our side. Reference: {reference}").format(reference=reference)
