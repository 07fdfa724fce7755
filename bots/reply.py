"""The platform-neutral vocabulary of chat: what a command answers, before any platform renders it.

All text here is plain: renderers escape it. Nothing here knows Block Kit, Telegram markup or a terminal.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bots.actions import Action, FormId

# Telegram lets a button carry 64 bytes, of which its signature takes some.
LONGEST_VALUE = 40


class Audience(StrEnum):
    """Who sees a reply: the asker alone, or everybody in the channel."""

    ASKER = "ASKER"
    CHANNEL = "CHANNEL"


class Tone(StrEnum):
    """How a reply sounds; renderers pick a sign or a colour for it."""

    PLAIN = "PLAIN"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    REFUSAL = "REFUSAL"


class ButtonStyle(StrEnum):
    """How loud a button is."""

    NORMAL = "NORMAL"
    PRIMARY = "PRIMARY"
    DANGER = "DANGER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button. Its whole meaning is `action` and `value` (ids, versions, a command; at most LONGEST_VALUE bytes)."""

    action: Action
    value: str
    label: str
    style: ButtonStyle = ButtonStyle.NORMAL
    confirm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A short labelled fact."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of short cells under a header, for platforms that align them and screen readers that read them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a reply with its own buttons, such as one shift in a list."""

    text: str
    heading: str | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture as PNG; `alt_text` says in a sentence what it shows, `in_words` all of it: to be heard and found."""

    png: bytes = field(repr=False)
    filename: str
    alt_text: str
    in_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to download."""

    content: bytes = field(repr=False)
    filename: str
    media_type: str


class InputKind(StrEnum):
    """What an input of a form takes. Values arrive as text: ISO dates and times, option values joined by commas."""

    TEXT = "TEXT"
    LONG_TEXT = "LONG_TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    TIME = "TIME"
    CHOICE = "CHOICE"
    CHOICES = "CHOICES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice."""

    value: str
    label: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input of a form. `longest` is how many characters a text may have; a platform may hold people to it as they
    type, and who is answered checks it all the same."""

    name: str
    label: str
    kind: InputKind
    required: bool = True
    initial: str | None = None
    options: tuple[Option, ...] = ()
    hint: str | None = None
    longest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Questions to ask: a modal in Slack, a conversation in Telegram. `value` travels along like a button's.

    `today` is the date where the asker works when they were asked, for what they call tomorrow; the desk fills it in.
    """

    form: FormId
    title: str
    inputs: tuple[Input, ...]
    submit: str
    value: str = ""
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A bar: `share` of 1 is full, None means that nothing is known yet."""

    share: float | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command, a button or a notification says.

    `follow_run` asks the platform to keep editing this message with the progress of that run until it ends.
    `update` asks to edit the message whose button was pressed instead of posting a new one.
    `faults` maps an input's name to what is wrong with it, in answer to a form.
    """

    text: str
    heading: str | None = None
    tone: Tone = Tone.PLAIN
    audience: Audience = Audience.ASKER
    fields: tuple[Field, ...] = ()
    table: Table | None = None
    sections: tuple[Section, ...] = ()
    image: Image | None = None
    files: tuple[File, ...] = ()
    buttons: tuple[Button, ...] = ()
    form: Form | None = None
    progress: Progress | None = None
    follow_run: int | None = None
    update: bool = False
    faults: tuple[tuple[str, str], ...] = ()

    def to(self, audience: Audience) -> "Reply":
        """The same reply for another audience."""
        return replace(self, audience=audience)
