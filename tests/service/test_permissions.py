"""docs/permissions.md is the truth: every cell of its table is tried, and every route of the service is in it.

After a change of permissions, write the cell that you want into the table; this test says whether it is so.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service.app import create_app
from tests.service.calls import EXAMPLES, a_business
from tests.service.conftest import As

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
MEANING = {401: "sign in", 403: "no", 404: "hidden"}
CALLERS = ("anonymous", "Ana", "Joe", "Maria", "Rita", "Ada", "bot")
# Calls by which one becomes somebody: an unknown password or code is answered as such.
DOORS = {"POST /api/users/login", "POST /api/users/refresh-token"}


def table() -> list[tuple[str, tuple[str, ...]]]:
    """The calls of the page, each with its cells in the order of CALLERS."""
    rows = re.findall(r"^\| `(.+?)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    return [(call, tuple(cell.strip() for cell in cells.split("|"))) for call, cells in rows]


def routes() -> set[str]:
    paths = create_app().openapi()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_every_route_is_in_the_table() -> None:
    listed = {" ".join(call.split()[:2]) for call, _ in table()}
    other_rows = {"{draft_id}": "{week_id}", "{draft_shift_id}": "{planned_shift_id}", "{manager_id}": "{user_id}"}
    for other, name in other_rows.items():
        listed = {call.replace(other, name) for call in listed}
    assert routes() - listed == set()
    assert listed - routes() == set()


Tried = Callable[[str], dict[str, str]]


@pytest.fixture
def tried(api: TestClient, session: Session, as_user: As, as_bot: dict[str, str]) -> Tried:
    """What each caller gets for a call, each in the same business as if the others had not called."""

    def ask(call: str) -> dict[str, str]:
        business = a_business(session)
        method, path = call.split()[:2]
        example = EXAMPLES[call](business.ids) if call in EXAMPLES else {}
        cells = {}
        for caller in CALLERS:
            headers = {"anonymous": {}, "bot": as_bot}.get(caller)
            if headers is None:
                headers = as_user(business.people[caller])
            before = session.begin_nested()
            response = api.request(
                method, path.format(**business.ids), **(example | {"headers": headers | example.get("headers", {})})
            )
            before.rollback()
            session.expire_all()
            assert response.status_code != 500, response.text
            assert '"code":"bad_input"' not in response.text, f"the example of {call} is bad: {response.text}"
            cells[caller] = "yes" if call in DOORS else MEANING.get(response.status_code, "yes")
        return cells

    return ask


@pytest.mark.parametrize(("call", "cells"), table(), ids=[call for call, _ in table()])
def test_a_call_is_allowed_to_whom_the_table_says(call: str, cells: tuple[str, ...], tried: Tried) -> None:
    assert tried(call) == dict(zip(CALLERS, cells, strict=True))
