"""What the service refuses reaches people in their language, with the names and numbers that it is about."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from bots import languages
from bots.actions import Action
from bots.words_refusals import SENTENCES, invalid, refusal
from service import app
from service.errors import RotaError
from service.problems import answer
from service.schemas.base import Problem
from service.schemas.people import TimeZone
from service.shifts.assigning import BreaksRules
from service.swaps.policy import TooManyOpen
from solver.phrases import Phrase
from tests.bots.core.conftest import Press
from tests.builders import a_manager, a_team, a_user

SERVICE = Path(app.__file__).parent
# What people do in chat is refused by these.
IN_CHAT = (
    *sorted((SERVICE / "swaps").glob("*.py")),
    *(SERVICE / "people" / name for name in ("chat.py", "service.py", "throttle.py")),
    *(SERVICE / "requests" / name for name in ("service.py", "wishes.py")),
    *(SERVICE / "shifts" / name for name in ("assigning.py", "holding.py", "service.py")),
)
# Nobody meets these in chat.
API_ONLY = {
    "A role is named twice.",
    "Approve with accept_effect to take them off, or reject.",
    "Assign all the same, or choose somebody else.",
    "This idempotency key was used for another request.",
    "Use a new key.",
    "Sign in again.",
    "Try again, or ask your manager for a link code.",
}
SHORTEST = 12


def test_every_listed_sentence_is_one_that_the_service_says() -> None:
    trees = [ast.parse(path.read_text()) for path in SERVICE.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    whole = {node.value for node in nodes if isinstance(node, ast.Constant)}
    open_ones = [pattern for node in nodes if isinstance(node, ast.JoinedStr) and (pattern := _pattern(node))]
    unsaid = [one for one in SENTENCES if one not in whole and not any(each.fullmatch(one) for each in open_ones)]
    assert unsaid == []


def _pattern(node: ast.JoinedStr) -> re.Pattern[str] | None:
    parts = [str(one.value) if isinstance(one, ast.Constant) else None for one in node.values]
    if sum(len(part) for part in parts if part) < SHORTEST:
        return None
    return re.compile("".join(".+" if part is None else re.escape(part) for part in parts))


@pytest.mark.parametrize("path", IN_CHAT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_refusal_of_what_people_do_in_chat_is_listed(path: Path) -> None:
    assert set(_refusals(ast.parse(path.read_text()))) - set(SENTENCES) - API_ONLY == set()


def _refusals(tree: ast.AST) -> Iterator[str]:
    errors = {kind.__name__ for kind in _kinds(RotaError)}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in errors:
            said = [*call.args, *(one.value for one in call.keywords if one.arg == "way_forward")]
            yield from (str(one.value) for one in said if isinstance(one, ast.Constant))


def _kinds(kind: type[RotaError]) -> Iterator[type[RotaError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


def test_names_and_numbers_have_their_place_in_every_language() -> None:
    error = TooManyOpen(
        "You have {count} open already, and your team allows {most} at once.",
        way_forward="Withdraw one, or wait for its answer.",
        values={"count": 3, "most": 3},
    )
    problem = Problem.model_validate_json(bytes(answer(error).body))
    assert problem.detail == "You have 3 open already, and your team allows 3 at once."
    assert refusal(problem) == f"{problem.detail} Withdraw one, or wait for its answer."
    with languages.speaking("de"):
        assert refusal(problem) == (
            "Du hast schon 3 offen, und dein Team erlaubt 3 auf einmal."
            " Zieh eine zurück, oder warte auf ihre Antwort."
        )


def test_the_rules_that_speak_against_it_are_said_in_every_language() -> None:
    error = BreaksRules(
        [
            Phrase("{person} is called from standby", person="{odd}"),
            Phrase("{shift} asks for no {role}", shift=Phrase("{shift} on {day}", shift="A", day="B"), role="cook"),
        ],
        way_forward="Choose somebody else, or change the rule first.",
    )
    answered = json.loads(bytes(answer(error).body))
    problem = Problem.model_validate(answered)
    english = (
        "{odd} is called from standby. Choose somebody else, or change the rule first."
        "\n• rules: {odd} is called from standby\n• rules: A on B asks for no cook"
    )
    assert refusal(problem) == english
    with languages.speaking("de"):
        assert refusal(problem) == (
            "{odd} wird aus der Bereitschaft gerufen. Nimm jemand anderen, oder ändere erst die Regel."
            "\n• rules: {odd} wird aus der Bereitschaft gerufen\n• rules: A am B braucht niemanden als cook"
        )
    # Bots of an older version know only these, and refuse others.
    assert answered["wording"].keys() == {"detail", "way_forward", "values"}
    assert all(fault.keys() == {"field", "reason"} for fault in answered["faults"])


def test_the_rules_that_an_older_service_names_stay_english() -> None:
    older = Problem.model_validate(
        {
            "title": "",
            "status": 409,
            "code": "breaks_rules",
            "detail": "Sam is called from standby.",
            "faults": [{"field": "rules", "reason": "Sam is called from standby"}],
        }
    )
    with languages.speaking("de"):
        assert refusal(older) == "Sam is called from standby.\n• rules: Sam is called from standby"


def test_what_people_are_called_is_never_taken_for_a_place() -> None:
    error = RotaError("{person} is deactivated.", values={"person": "{odd} {0}"})
    with languages.speaking("de"):
        assert refusal(Problem.model_validate_json(bytes(answer(error).body))) == "{odd} {0} ist abgeschaltet."


def test_what_nobody_has_translated_stays_as_the_service_said_it() -> None:
    problem = Problem(title="", status=422, code="odd", detail="This is {new}.")
    with languages.speaking("de"):
        assert refusal(problem) == "This is {new}."


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Annotated[int, Field(le=336)], 337, "Das darf höchstens 336 sein"),
        (Annotated[int, Field(ge=-1)], -2, "Das muss mindestens -1 sein"),
        (Annotated[float, Field(lt=0.5)], 1, "Das muss kleiner als 0.5 sein"),
        (Annotated[int, Field(gt=0)], 0, "Das muss größer als 0 sein"),
        (int, "many", "Das muss eine ganze Zahl sein"),
        (int, None, "Das muss eine ganze Zahl sein"),
        (Annotated[str, Field(max_length=300)], "x" * 301, "Das darf höchstens 300 Zeichen haben"),
        (Annotated[str, Field(max_length=1)], "xx", "Das darf höchstens 1 Zeichen haben"),
        (Annotated[str, Field(min_length=10)], "x", "Das muss mindestens 10 Zeichen haben"),
        (Annotated[str, Field(min_length=1)], "", "Das muss mindestens 1 Zeichen haben"),
        (TimeZone, "Mars/Olympus", "ist keine IANA-Zeitzone wie Europe/Berlin"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_german(kind: Any, value: object, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    with languages.speaking("de"):
        assert invalid(refused.value) == said


def test_a_german_manager_is_refused_in_german(session: Session, press: Press) -> None:
    team = a_team(session, "Café")
    hans, sam = a_manager(session, team, name="Hans"), a_user(session, team, name="Sam")
    hans.locale = "de"
    sam.active = False
    session.flush()
    assert press(hans, Action.INVITE, str(sam.id)).text == (
        "Sam ist abgeschaltet. Schalte das Konto erst wieder ein."
    )
    assert press(hans, Action.RUN_DETAILS, "404").text == ("Diese Planung gibt es nicht. /runs zeigt die letzten.")
