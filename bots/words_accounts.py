"""What people read about their chat account: its language, and untying it."""

from collections.abc import Iterable

from bots.languages import _


def language_now(name: str) -> str:
    """Before a choice of languages."""
    return _("I speak {language} to you. Which language would you like?").format(language=name)


def language_changed() -> str:
    """In the new language."""
    return _("From now on I speak English to you.")


def no_such_language(said: str, names: Iterable[str]) -> str:
    """A language without a catalogue."""
    return _("I do not speak “{said}” yet. I speak {names}.").format(said=said, names=", ".join(names))


def linked_as(name: str) -> str:
    """Before an account is untied."""
    return _("This chat account is linked to {name}.").format(name=name)


def unlink() -> str:
    """A button: untie."""
    return _("Unlink")


def unlink_sure() -> str:
    """Before that is done."""
    return _("Unlink this account? You need a new code to come back.")


def unlinked(name: str) -> str:
    """After that was done."""
    return _("This account is no longer linked to {name}. /link and a code link it again.").format(name=name)


def not_yours() -> str:
    """A button about somebody else's account."""
    return _("This button is about somebody else's account.")
