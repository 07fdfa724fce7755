"""How the open question of a conversation looks: its text, and its keyboard by the kind of input."""

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Literal

from babel.dates import format_date, get_day_names

from bots import languages
from bots.reply import Input, InputKind
from bots.telegram import words
from bots.telegram.conversation import OPTIONS_ON_PAGE, Conversation, Verb, View, chosen
from bots.telegram.markup import Run, Tag, marked, shorten
from bots.telegram.render import BUTTON_TEXT, Key, TelegramMessage

LONGEST_SHOWN = 300
LONGEST_INTRO = 1500
MINUTES = ("00", "15", "30", "45")

Row = tuple[Key, ...]
DataOf = Callable[[Verb, str], str]


def question(conversation: Conversation, view: View, data_of: DataOf, today: date) -> TelegramMessage:
    """The message that asks the open question, or for confirmation when all are answered."""
    asked = conversation.asked
    rows = [*_keyboard(conversation, asked, view, data_of, today)] if asked else []
    if asked is None:
        rows.append((_key(conversation.form.submit, data_of(Verb.SUBMIT, ""), style="primary"),))
    last = [_key(words.cancel(), data_of(Verb.CANCEL, ""))]
    if conversation.at > 0:
        last.insert(0, _key(f"‹ {words.back()}", data_of(Verb.BACK, "")))
    return TelegramMessage(html=marked([*_text(conversation)]), keyboard=(*rows, tuple(last)))


def shown(asked: Input, value: str) -> str:
    """An answer as people read it."""
    if not value:
        return words.nothing()
    labels = {option.value: option.label for option in asked.options}
    match asked.kind:
        case InputKind.DATE:
            return format_date(date.fromisoformat(value), "EEE d MMM y", locale=languages.locale())
        case InputKind.CHOICE | InputKind.CHOICES:
            return shorten(", ".join(labels.get(one, one) for one in value.split(",")), LONGEST_SHOWN)
    return shorten(value, LONGEST_SHOWN)


def _text(conversation: Conversation) -> Iterator[Run]:
    yield Run(conversation.form.title, Tag.BOLD)
    if conversation.intro and conversation.at == 0:
        yield Run(f"\n{shorten(conversation.intro, LONGEST_INTRO)}")
    for number, one in enumerate(conversation.form.inputs):
        if one.name in conversation.answers and number != conversation.at:
            yield Run(f"\n{one.label}: {shown(one, conversation.answers[one.name])}")
    asked = conversation.asked
    if asked is None:
        yield Run(f"\n\n{words.check()}")
        return
    step = words.step(number=conversation.at + 1, count=len(conversation.form.inputs))
    yield Run(f"\n\n{step}\n")
    yield Run(asked.label, Tag.BOLD)
    if asked.hint:
        yield Run(f"\n{asked.hint}")
    for option in asked.options[:OPTIONS_ON_PAGE] if len(asked.options) <= OPTIONS_ON_PAGE else ():
        if option.description:
            yield Run(f"\n• {option.label}: {option.description}")
    if asked.name in conversation.faults:
        yield Run(f"\n\n⚠️ {conversation.faults[asked.name]}")


def _keyboard(conversation: Conversation, asked: Input, view: View, data_of: DataOf, today: date) -> Iterator[Row]:
    match asked.kind:
        case InputKind.DATE:
            yield from _calendar(conversation, asked, view, data_of, today)
        case InputKind.TIME:
            yield from _clock(view, data_of)
        case InputKind.CHOICE | InputKind.CHOICES:
            yield from _options(conversation, asked, view, data_of)
    kept = conversation.answers.get(asked.name) or asked.initial
    if kept and asked.kind is not InputKind.CHOICES:
        label = words.keep(value=shown(asked, kept))
        yield (_key(label, data_of(Verb.KEEP, "")),)
    if asked.kind is InputKind.CHOICES:
        yield (_key(words.done(), data_of(Verb.DONE, ""), style="primary"),)
    elif not asked.required:
        yield (_key(words.skip(), data_of(Verb.SKIP, "")),)


def _calendar(conversation: Conversation, asked: Input, view: View, data_of: DataOf, today: date) -> Iterator[Row]:
    """A month: its name between arrows, the weekdays, a key for each day. At first, the month of the answer."""
    locale = languages.locale()
    first_shown = _known_date(conversation, asked) or today
    month = (date.fromisoformat(f"{view.month}-01") if view.month else first_shown).replace(day=1)
    before, after = month - timedelta(days=1), month + timedelta(days=32)
    yield (
        _key("‹", data_of(Verb.MONTH, f"{before:%Y-%m}")),
        _key(format_date(month, "LLLL y", locale=locale), data_of(Verb.NOTHING, "")),
        _key("›", data_of(Verb.MONTH, f"{after:%Y-%m}")),
    )
    first = locale.first_week_day
    names = get_day_names("short", locale=locale)
    yield tuple(_key(names[(first + day) % 7], data_of(Verb.NOTHING, "")) for day in range(7))
    for week in calendar.Calendar(first).monthdatescalendar(month.year, month.month):
        yield tuple(_day(day, data_of, today) if day.month == month.month else _blank(data_of) for day in week)


def _known_date(conversation: Conversation, asked: Input) -> date | None:
    """The answer so far or what is offered; else the date answered last, which this one is likely near."""
    earlier = [
        conversation.answers[one.name]
        for one in conversation.form.inputs
        if one.kind is InputKind.DATE and conversation.answers.get(one.name)
    ]
    known = conversation.answers.get(asked.name) or asked.initial or (earlier[-1] if earlier else None)
    return date.fromisoformat(known) if known else None


def _day(day: date, data_of: DataOf, today: date) -> Key:
    return _key(f"·{day.day}·" if day == today else str(day.day), data_of(Verb.DATE, day.isoformat()))


def _blank(data_of: DataOf) -> Key:
    return _key(" ", data_of(Verb.NOTHING, ""))


def _clock(view: View, data_of: DataOf) -> Iterator[Row]:
    """The hours of a day; after one was pressed, its quarters."""
    if view.hour:
        yield tuple(_key(f"{view.hour}:{minute}", data_of(Verb.TIME, f"{view.hour}:{minute}")) for minute in MINUTES)
        return
    for start in range(0, 24, 6):
        yield tuple(_key(f"{hour:02}:", data_of(Verb.HOUR, f"{hour:02}")) for hour in range(start, start + 6))


def _options(conversation: Conversation, asked: Input, view: View, data_of: DataOf) -> Iterator[Row]:
    marks = chosen(conversation, asked) if asked.kind is InputKind.CHOICES else []
    page = int(view.page)
    first = page * OPTIONS_ON_PAGE
    for number, option in [*enumerate(asked.options)][first : first + OPTIONS_ON_PAGE]:
        sign = ("☑ " if option.value in marks else "☐ ") if asked.kind is InputKind.CHOICES else ""
        yield (_key(f"{sign}{option.label}", data_of(Verb.OPTION, str(number))),)
    pages = -(-len(asked.options) // OPTIONS_ON_PAGE)
    if pages > 1:
        yield (
            _key("‹", data_of(Verb.PAGE, str((page - 1) % pages))),
            _key(f"{page + 1}/{pages}", data_of(Verb.NOTHING, "")),
            _key("›", data_of(Verb.PAGE, str((page + 1) % pages))),
        )


def _key(text: str, data: str, style: Literal["primary"] | None = None) -> Key:
    return Key(shorten(text, BUTTON_TEXT), callback_data=data, style=style)
