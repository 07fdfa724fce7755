"""Whatever is found about a schedule is said in English and in German."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots import languages
from bots.words_phrases import said
from service.phrases import phrase_read
from solver import Finding, score
from solver.score import roster
from tests.bots.core.findings.alone import AMOUNTS, DAYS, TIMES
from tests.bots.core.findings.problems import Example
from tests.bots.core.findings.together import TOGETHER, WISHES

EXAMPLES = [*TIMES, *AMOUNTS, *DAYS, *WISHES, *TOGETHER]
SCORE = Path(roster.__file__).parent


@pytest.mark.parametrize("example", EXAMPLES, ids=[english for _, _, english, _ in EXAMPLES])
def test_a_finding_is_said_in_both_languages(example: Example) -> None:
    _, _, english, german = example
    phrase = _found(example).detail
    assert phrase == english
    with languages.speaking("de"):
        assert said(phrase, phrase_read(phrase)) == german


def test_there_is_an_example_of_everything_that_can_be_found() -> None:
    assert set(_wordings()) == {_found(example).says.wording for example in EXAMPLES}


def _wordings() -> Iterator[str]:
    for path in SCORE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Unsaid":
                yield ast.literal_eval(node.args[0])


def _found(example: Example) -> Finding:
    problem, assignments, english, _ = example
    findings = score(problem, assignments).findings
    found = [finding for finding in findings if finding.detail == english]
    assert found, [finding.detail for finding in findings]
    return found[0]


def test_findings_are_the_same_where_they_say_the_same() -> None:
    problem, assignments, _, _ = TIMES[0]
    once, again = (score(problem, assignments).findings for _ in range(2))
    assert set(once) == set(again)
    assert len({finding for example in EXAMPLES for finding in [_found(example)]}) == len(EXAMPLES)
