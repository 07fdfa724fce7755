"""The language that is being spoken: gettext catalogues, and dates and numbers through Babel.

English is written in the code; `bots/locale/<language>.po` has every other language, read as it stands, so that
nothing needs compiling. Who knows whom they speak to says so with `speak`; it holds for the rest of the task.
A new sentence is `_("{person} asks for {days}").format(...)`, never an f-string inside `_()`; `make messages` adds it
to the catalogues.
"""

import contextlib
import gettext as library
import io
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from importlib import resources

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

ENGLISH = "en"
# Each in its own words: somebody who looks for theirs reads no other.
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def speak(tag: str) -> None:
    """Speak this language, such as `de` or `de-AT`, from here on in this task; one without catalogue is English."""
    _spoken.set(tag)


@contextlib.contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak this language inside the block."""
    token = _spoken.set(tag)
    try:
        yield
    finally:
        _spoken.reset(token)


def language(tag: str | None = None) -> str:
    """The language of `tag`, or the one that is spoken, as in LANGUAGES."""
    name = (_spoken.get() if tag is None else tag).replace("_", "-").partition("-")[0].lower()
    return name if name in LANGUAGES else ENGLISH


def locale() -> Locale:
    """How dates and numbers are written for who is spoken to; a region that Babel does not know costs only that."""
    tag = _spoken.get().replace("_", "-")
    if tag.partition("-")[0].lower() in LANGUAGES:
        with contextlib.suppress(UnknownLocaleError, ValueError):
            return Locale.parse(tag, sep="-")
    return Locale(language())


def _(message: str) -> str:
    """The message in the language that is spoken."""
    # The catalogue's own header stands under the empty message.
    return catalogue(language()).gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The message for this count."""
    return catalogue(language()).ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """The message, where the same English words mean different things."""
    return catalogue(language()).pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802  # the name that gettext's tools look for
    """The message itself, marked for the catalogues: for constants, translated by `_` where they are said."""
    return message


def NP_(_context: str, message: str) -> str:  # noqa: N802
    """The same for a message that has a context, which `pgettext` is then given as well."""
    return message


def date_text(value: date, pattern: str) -> str:
    """A date by a pattern of https://babel.pocoo.org/en/latest/dates.html#date-fields."""
    return format_date(value, pattern, locale=locale())


def number(value: float, pattern: str = "0.##") -> str:
    """A number with the signs of the locale: 7.5 or 7,5."""
    return format_decimal(value, pattern, locale=locale())


def percent(share: float, pattern: str = "0.0") -> str:
    """A share of 1: 3.4%, or 3,4 %."""
    return pgettext("share", "{number}%").format(number=number(share * 100, pattern))


@lru_cache
def catalogue(name: str) -> library.NullTranslations:
    """The translations into a language."""
    if name == ENGLISH:
        return library.NullTranslations()
    compiled = io.BytesIO()
    text = resources.files("bots").joinpath("locale", f"{name}.po").read_bytes()
    write_mo(compiled, read_po(io.BytesIO(text), locale=name))
    compiled.seek(0)
    return library.GNUTranslations(compiled)
