"""What the solver says reaches people in their language, and in English as it always was."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots import languages, words_explain
from bots.words_phrases import all_said, said
from service.phrases import phrase_read
from service.schemas.base import PhraseRead
from service.schemas.scheduling import ClashRead
from solver import phrases
from solver.explain.parts import parts_of
from solver.explain.relaxing import relaxation_of
from solver.phrases import both, in_turn
from solver.problem import Demand, Employee, Problem, Reason, Shift, Unavailable
from solver.rules import MinutesLimit, Pairing, Period, ShiftsPerDay, people
from tools.messages import LOCALE, read, sentences

ROOT = Path(phrases.__file__).parents[1]
WORDED = {"Phrase", "Unsaid"}
# What an `Unsaid` says at last stands in its own call.
SAID_BEFORE = "self.wording"
# What a clash with each change that would help says in either language.
WEEK = Problem(
    days=14,
    first_weekday=0,
    employees=(
        Employee(
            id="1",
            name="Sam {odd}",
            roles=frozenset({"bar"}),
            unavailable=(Unavailable(start=0, end=1440, reason=Reason.TIME_OFF),),
        ),
        Employee(id="2", name="Ana", roles=frozenset({"bar"})),
    ),
    shifts=(
        Shift(
            id="1",
            name="Dinner",
            type="dinner",
            day=0,
            start=1080,
            end=1320,
            minutes=240,
            demands=(Demand(role="bar", target=2, under_weight=0, over_weight=0, minimum=2),),
        ),
    ),
    rules=(
        MinutesLimit(employees=people(["1"]), period=Period.WEEK, maximum=2430),
        ShiftsPerDay(employees=people(["2"]), maximum=1),
        Pairing(employees=people(["1", "2"]), together=False),
    ),
)


def wordings() -> Iterator[ast.expr]:
    for folder in ("solver", "service"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORDED:
                    yield node.args[0]


def test_every_wording_stands_in_the_call_and_in_every_catalogue() -> None:
    said = {one.value if isinstance(one, ast.Constant) else ast.unparse(one) for one in wordings()} - {SAID_BEFORE}
    known = {id_ for one in sentences() for id_ in (one.id if isinstance(one.id, tuple) else (one.id,))}
    assert said, "the solver words something"
    assert said - known == set()
    for path in LOCALE.glob("*.po"):
        catalogue = read(path)
        missing = [one for one in said if (found := catalogue.get(str(one))) is None or not found.string]
        assert missing == []


def test_what_cannot_be_kept_and_what_would_help_is_said_in_german() -> None:
    parts = parts_of(WEEK)
    changes = [relaxation_of(WEEK, [(part, 1)]) for part in parts]
    details, labels = [one.detail for one in changes], [one.label for one in changes]
    for english in ([part.detail for part in parts], details, labels):
        assert all_said(english, [phrase_read(one) for one in english]) == english
    most, more = "höchstens 40 Std. 30 Min. in der Woche", "höchstens 41 Std. 30 Min. in der Woche"
    with languages.speaking("de"):
        assert [said(part.detail, phrase_read(part.detail)) for part in parts] == [
            "Dinner am Montag der Woche 1 braucht 2 bar",
            "Sam {odd} hat am Montag der Woche 1 frei",
            f"Sam {{odd}}: {most}",
            "Ana: höchstens 1 Schicht am Tag",
            "Ana und Sam {odd}: nie zusammen",
        ]
        assert [said(one, phrase_read(one)) for one in details] == [
            "Dinner am Montag der Woche 1 mit 1 bar auskommen lassen",
            "trotzdem um Arbeit bitten: Sam {odd} hat am Montag der Woche 1 frei",
            f"Sam {{odd}} erlauben: {more} statt {most}",
            "Ana erlauben: höchstens 2 Schichten am Tag statt höchstens 1 Schicht am Tag",
            "erlassen: Ana und Sam {odd}: nie zusammen",
        ]
        assert said(labels[0], phrase_read(labels[0])) == "Dinner am Montag der Woche 1: mindestens 1 bar"


def test_however_many_are_named_the_sentence_can_be_sent() -> None:
    names = [f"N{number}" for number in range(500)]
    for joined, between in ((both(names), " and "), (in_turn(names), "; ")):
        assert joined == between.join(names)
        assert PhraseRead.model_validate_json(phrase_read(joined).model_dump_json()) == phrase_read(joined)


@pytest.mark.parametrize("tag", ["en", "de"])
def test_the_clash_of_an_older_run_stays_readable(tag: str) -> None:
    stored = {
        "sentences": ["Dinner on Friday needs 2 bar"],
        "relaxations": [{"number": 1, "detail": "let it do with {1}", "label": "at least 1", "changes": []}],
        "proven": True,
    }
    with languages.speaking(tag):
        text = words_explain.impossible(ClashRead.model_validate(stored))
    assert "• Dinner on Friday needs 2 bar" in text
    assert "1. let it do with {1}" in text
