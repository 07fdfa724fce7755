"""Every sentence in every language: none left out, none with other placeholders, none in English to a German."""

import ast
import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy.orm import Session

from bots import languages, words
from bots.client import Service
from bots.commands.registry import COMMANDS
from bots.dates import week_of
from bots.desk import Desk
from bots.reply import Reply
from service import clock
from service.people.models import User
from service.schemas.chat import ChatPlace
from service.schemas.shifts import WeekStatus
from tests.bots.core.conftest import BOT_SECRET, Say, asker
from tests.builders import a_role, a_shift, a_team, a_template, a_user, a_week, an_assignment
from tools.messages import LOCALE, ROOT, read, sentences, untranslated

TRANSLATED = [name for name in languages.LANGUAGES if name != languages.ENGLISH]
PLACEHOLDER = re.compile(r"\{[^}]*\}")
SAID_BY = {"_", "N_", "NP_", "ngettext", "pgettext"}
COMMAND = re.compile(r"(?<!\w)/[a-z]+")
# These end in examples of what to type.
WITH_EXAMPLES = (
    "I cannot tell which day “{said}” is. Try: fri, tomorrow, 7 Dec or 2026-12-07.",
    "I cannot tell which week “{words}” is. Try: this week, next week, 7 Dec or 2026-12-07.",
    "Weeks and days as you would say them: this week, next week, fri, 7 Dec, 2026-12-07.",
)
# What people read comes from these.
SPEAKING = sorted(
    path
    for pattern in (
        *("words*.py", "announcements.py", "picture.py", "commands/*.py", "*/words.py"),
        *(f"slack/{name}.py" for name in ("answering", "forms", "home", "render", "work")),
    )
    for path in (ROOT / "bots").glob(pattern)
)


@pytest.mark.parametrize("name", TRANSLATED)
def test_every_sentence_of_the_code_is_translated(name: str) -> None:
    catalogue = read(LOCALE / f"{name}.po")
    known = {(message.context, message.id) for message in catalogue}
    assert {(message.context, message.id) for message in sentences()} - known == set(), "run `make messages`"
    assert untranslated(catalogue) == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_translations_have_the_placeholders_of_the_sentence(name: str) -> None:
    for message in read(LOCALE / f"{name}.po"):
        wanted = {frozenset(PLACEHOLDER.findall(text)) for text in _texts(message.id)}
        assert {frozenset(PLACEHOLDER.findall(text)) for text in _texts(message.string)} <= wanted, message.id


def _texts(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


@pytest.mark.parametrize("name", TRANSLATED)
@pytest.mark.parametrize("sentence", WITH_EXAMPLES)
def test_every_example_of_a_day_or_week_is_understood(name: str, sentence: str) -> None:
    said = {message.id: str(message.string) for message in read(LOCALE / f"{name}.po")}[sentence]
    monday = date(2026, 11, 30)
    for spoken, examples in ((languages.ENGLISH, _examples(sentence)), (name, _examples(said))):
        with languages.speaking(spoken):
            assert {week_of(one, monday, monday) for one in examples} == {monday, monday + timedelta(weeks=1)}


def _examples(sentence: str) -> list[str]:
    """What a sentence lists at its end, after the colon."""
    return re.split(r", | \w+ (?=\d{4}-)", sentence.rpartition(": ")[2].removesuffix("."))


@pytest.mark.parametrize("name", TRANSLATED)
def test_translations_name_the_commands_of_the_sentence(name: str) -> None:
    for message in read(LOCALE / f"{name}.po"):
        wanted = {tuple(sorted(COMMAND.findall(text))) for text in _texts(message.id)}
        assert {tuple(sorted(COMMAND.findall(text))) for text in _texts(message.string)} <= wanted, message.id


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.name)
def test_no_sentence_is_written_past_the_catalogues(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert [
        f"{path.name}:{text.lineno}: {text.value!r}" for text in _unsaid(tree) if _is_sentence(str(text.value))
    ] == []


def _is_sentence(text: str) -> bool:
    return bool(re.search(r"[a-z]{2,} +[a-z“/]", text, re.IGNORECASE)) and not text.startswith(("/", "rota"))


def _unsaid(node: ast.AST, *, inside: bool = False) -> Iterator[ast.Constant]:
    """Every text that does not go through the catalogues, docstrings aside."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID_BY:
        assert all(not isinstance(one, ast.JoinedStr) for one in node.args), f"line {node.lineno}: no f-string in _()"
        return
    assert not (isinstance(node, ast.JoinedStr) and _speaks(node)), f"line {node.lineno}: no _() in an f-string"
    if isinstance(node, ast.Raise):
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child
        yield from _unsaid(child, inside=inside)


def _speaks(node: ast.JoinedStr) -> bool:
    """Whether messages are said inside an f-string, where the tools of gettext do not see them."""
    calls = (one for one in ast.walk(node) if isinstance(one, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id in SAID_BY for call in calls)


def test_dates_and_numbers_are_written_as_the_language_does() -> None:
    start = date(2026, 12, 7)
    assert (words.week(start), words.day(start), words.hours(450)) == ("7–13 Dec 2026", "Mon 7 Dec", "7.5 h")
    with languages.speaking("de-AT"):
        said = (words.week(start), words.day(start), words.hours(450))
        assert said == ("7.–13. Dez 2026", "Mo 7. Dez", "7,5 Std.")
    with languages.speaking("xx"):
        assert words.day(start) == "Mon 7 Dec"


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_answers_english_to_a_german(session: Session, say: Say, command: str) -> None:
    anna, hans = _two_managers(session)
    for argument in ("", " next week", " blursday"):
        english, german = (set(_lines(say(who, f"/{command}{argument}"))) for who in (anna, hans))
        same = {line for line in english & german if re.search(r"[a-z]{3}", _without_data(line), re.IGNORECASE)}
        assert same == set()


def test_refusals_and_unknown_commands_are_german_too(session: Session, say: Say) -> None:
    _, hans = _two_managers(session)
    assert say(hans, "/quatsch").text == "Den Befehl /quatsch gibt es nicht. /help zeigt alle."
    assert say(hans, "/link").text.startswith("Lass dir von deiner Leitung einen Code geben")
    assert say(hans, "/setup").text.startswith("Schreib /setup im Kanal")


def _two_managers(session: Session) -> tuple[User, User]:
    """One who reads English and one who reads German, in a team whose next week is full of everything."""
    team, role = a_team(session, "Xx"), a_role(session, "Yy")
    anna, hans = (a_user(session, team, name=name, roles=[role], manager=True) for name in ("Anna", "Hans"))
    hans.locale = "de"
    monday = clock.week_of(clock.now().date(), 0)
    a_template(session, team, role, name="Zz")
    for week_start in (monday, monday + timedelta(weeks=1)):
        week = a_week(session, team, week_start, WeekStatus.PUBLISHED)
        for day, who in enumerate((anna, hans)):
            an_assignment(session, a_shift(session, week, role, day=day, name="Zz"), who, role)
        a_shift(session, week, role, day=5, name="Zz")
    session.flush()
    return anna, hans


def _lines(reply: Reply) -> Iterator[str]:
    """Everything that can be read in a reply, line by line."""
    texts = [reply.text, reply.heading or "", reply.progress.label if reply.progress else ""]
    texts += [text for one in reply.fields for text in (one.label, one.value)]
    buttons = [*reply.buttons, *(button for section in reply.sections for button in section.buttons)]
    texts += [text for one in reply.sections for text in (one.heading or "", one.text)]
    texts += [text for one in buttons for text in (one.label, one.confirm or "")]
    texts += [reply.image.alt_text] if reply.image else []
    if reply.table:
        texts += [*reply.table.columns, *(cell for row in reply.table.rows for cell in row)]
    if reply.form:
        texts += [reply.form.title, reply.form.submit]
        for asked in reply.form.inputs:
            options = (text for one in asked.options for text in (one.label, one.description or ""))
            texts += [asked.label, asked.hint or "", *options]
    for text in texts:
        yield from text.splitlines()


def _without_data(line: str) -> str:
    """The line without names, which are the same in every language, and what is typed."""
    return re.sub(
        r"(?i)/\w+|pdf|xlsx|csv|ics|weeks|team|\b(Anna|Hans|Xx|Yy|Zz|blursday|English|Deutsch|Optimum|UTC)\b",
        "",
        line,
    )


def test_what_is_started_in_a_channel_is_told_in_the_language_of_its_people(
    session: Session, transport: httpx.ASGITransport
) -> None:
    team = a_team(session, "Xx")
    anna = a_user(session, team, name="Anna", manager=True)
    for _ in range(2):
        a_user(session, team).locale = "de"
    a_template(session, team, a_role(session))
    session.flush()
    there = replace(asker(anna.handle), place=ChatPlace(platform="terminal", external_id="#xx"))

    async def saying() -> list[Reply]:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return [await Desk(service).command(there, line) for line in ("/setup", "/optimize next week", "/hours")]

    setup, optimize, hours = asyncio.run(saying())
    assert setup.text.startswith("Das ist jetzt der Kanal von Xx")
    assert optimize.text == "Ich suche den besten Dienstplan. Er kommt in den Kanal des Teams, sobald er fertig ist."
    assert hours.fields[0].label == "Scheduled"


def test_who_is_unknown_is_spoken_to_in_the_language_of_the_platform(transport: httpx.ASGITransport) -> None:
    async def saying() -> str:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return (await Desk(service).command(replace(asker("stranger"), locale="de-AT"), "/link")).text

    assert asyncio.run(saying()).startswith("Lass dir von deiner Leitung einen Code geben")
