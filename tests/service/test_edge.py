"""What is too large is refused before it is read, and answers tell browsers to be careful with them."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service.edge import LARGEST_BODY
from service.people.models import User
from tests.builders import a_team, a_user
from tests.service.conftest import As


@pytest.fixture
def headers(session: Session, as_user: As) -> dict[str, str]:
    return as_user(a_user(session, a_team(session))) | {"Content-Type": "application/json"}


def in_pieces(size: int) -> Iterator[bytes]:
    """A body that does not say beforehand how long it is."""
    yield b'{"locale": "'
    for _ in range(size // 1000):
        yield b"a" * 1000
    yield b'"}'


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused(api: TestClient, headers: dict[str, str], *, declared: bool) -> None:
    pieces = in_pieces(LARGEST_BODY + 1000)
    body = b"".join(pieces) if declared else pieces
    answer = api.put("/api/users/me/locale", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_valid_body_before_too_much_of_nothing_does_nothing(
    api: TestClient, session: Session, headers: dict[str, str]
) -> None:
    pieces = [b'{"locale": "de"}', *[b" " * 100_000] * 11]
    assert api.put("/api/users/me/locale", content=iter(pieces), headers=headers).status_code == 413
    assert session.query(User).one().locale == "en"


def test_a_body_of_usual_size_in_pieces_is_read(api: TestClient, headers: dict[str, str]) -> None:
    answer = api.put("/api/users/me/locale", content=iter([b'{"locale"', b': "de"}']), headers=headers)
    assert answer.json()["locale"] == "de"


def test_data_is_neither_kept_nor_framed_nor_guessed_at(api: TestClient, headers: dict[str, str]) -> None:
    for answer in (api.get("/api/users/me", headers=headers), api.get("/api/users/me")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_pages_that_describe_the_service_still_work_in_a_browser(api: TestClient) -> None:
    page = api.get("/docs")
    assert page.status_code == 200
    assert "Content-Security-Policy" not in page.headers
    assert page.headers["Referrer-Policy"] == "no-referrer"
