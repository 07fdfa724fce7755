"""The few sentences that only Slack needs; everything else is said by the chat core."""

from bots.languages import _


def outsiders() -> str:
    """To guests, bots and people of other workspaces."""
    return _("Rota is for members of this workspace; guests and bots cannot use it. Ask an administrator.")


def failed(reference: str) -> str:
    """An error that nobody foresaw."""
    return _("Something went wrong on our side. Reference: {reference}").format(reference=reference)


def form_late() -> str:
    """A form that Slack would not open any more."""
    return _("That took too long to open. Please ask once more.")


def not_in_channel() -> str:
    """Beside what was to be posted in a channel that the app is not in."""
    return _("I am not in this channel yet: invite me with /invite @Rota to post here.")


def sent_directly() -> str:
    """Where was asked, when the answer is in the direct conversation."""
    return _("I sent it to you directly.")


def more_at_home() -> str:
    """At the end of a Home tab that is full."""
    return _("There is more: /myshifts and /approvals show all of it.")


def back() -> str:
    """A key: rather not."""
    return _("Back")


def close() -> str:
    """A key: out of a modal."""
    return _("Close")
