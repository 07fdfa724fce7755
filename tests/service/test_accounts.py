"""Logins, tokens and chat accounts."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import db, security
from service.errors import Conflict
from service.notifications import service as notifications
from service.notifications.models import Delivery
from service.notifications.payloads import AccountReplacedPayload
from service.people import chat
from service.people.models import ChatIdentity, User
from service.schemas.chat import ChatAccount
from service.schemas.notifications import DeliveryFailed, DeliveryStatus
from service.settings import get_settings
from tests.builders import a_manager, a_team, a_user
from tests.service.conftest import As
from tests.service.racing import race

PASSWORD = "correct horse"


def _log_in(api: TestClient, session: Session, password: str = PASSWORD) -> dict[str, str]:
    user = a_user(session, a_team(session))
    user.password_hash = security.hash_password(PASSWORD)
    session.flush()
    return api.post("/api/users/login", json={"email": user.email.upper(), "password": password}).json()  # type: ignore[no-any-return]


def test_login_answers_with_a_token_that_speaks_as_the_user(api: TestClient, session: Session) -> None:
    tokens = _log_in(api, session)
    me = api.get("/api/users/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert me.status_code == 200
    assert me.json()["name"].startswith("Person")


def test_a_wrong_password_is_refused_as_an_unknown_email_is(api: TestClient, session: Session) -> None:
    wrong = _log_in(api, session, password="wrong")
    unknown = api.post("/api/users/login", json={"email": "nobody@example.com", "password": "wrong"}).json()
    assert wrong == unknown
    assert wrong["code"] == "not_signed_in"


def test_a_refresh_token_works_once_and_its_reuse_ends_the_login(api: TestClient, session: Session) -> None:
    first = _log_in(api, session)["refresh_token"]
    second = api.post("/api/users/refresh-token", json={"refresh_token": first}).json()["refresh_token"]
    assert api.post("/api/users/refresh-token", json={"refresh_token": first}).status_code == 401
    assert api.post("/api/users/refresh-token", json={"refresh_token": second}).status_code == 401


def test_tokens_of_a_deactivated_user_end_at_once(api: TestClient, session: Session, as_user: As) -> None:
    user = a_user(session, a_team(session))
    headers = as_user(user)
    user.active = False
    session.flush()
    assert api.get("/api/users/me", headers=headers).status_code == 401


def test_a_forged_token_is_refused(api: TestClient) -> None:
    forged = api.get("/api/users/me", headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoxfQ."})
    assert forged.status_code == 401
    assert forged.headers["content-type"] == "application/problem+json"


def test_a_bot_exchanges_a_known_account_for_the_users_own_token(
    api: TestClient, session: Session, as_bot: dict[str, str]
) -> None:
    user = a_user(session, a_team(session), name="Sam Okafor")
    account = {"platform": "terminal", "external_id": user.handle}
    answer = api.post("/api/chat/session", json=account, headers=as_bot).json()
    assert answer["user"]["name"] == "Sam Okafor"
    assert api.get("/api/users/me", headers={"Authorization": f"Bearer {answer['access_token']}"}).status_code == 200


def test_an_unknown_account_is_told_how_to_link(api: TestClient, as_bot: dict[str, str]) -> None:
    answer = api.post("/api/chat/session", json={"platform": "slack", "external_id": "U404"}, headers=as_bot)
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_account"
    assert "/link" in answer.json()["way_forward"]


def test_only_the_bot_credential_opens_chat_sessions(api: TestClient, session: Session, as_user: As) -> None:
    account = {"platform": "terminal", "external_id": "anybody"}
    user = a_user(session, a_team(session))
    assert api.post("/api/chat/session", json=account).status_code == 401
    assert api.post("/api/chat/session", json=account, headers=as_user(user)).status_code == 401
    assert api.post("/api/chat/session", json=account, headers={"Authorization": "Bot wrong"}).status_code == 403


def test_a_link_code_works_once(api: TestClient, session: Session, as_user: As, as_bot: dict[str, str]) -> None:
    user = a_user(session, a_team(session))
    code = api.post("/api/chat/link-codes", headers=as_user(user)).json()["code"]
    first = {"account": {"platform": "slack", "workspace": "T1", "external_id": "U1"}, "code": code.lower()}
    second = {"account": {"platform": "slack", "workspace": "T1", "external_id": "U2"}, "code": code}
    assert api.post("/api/chat/link", json=first, headers=as_bot).json()["user"]["id"] == user.id
    assert api.post("/api/chat/link", json=second, headers=as_bot).status_code == 422


def test_one_account_of_a_platform_belongs_to_one_person(session: Session) -> None:
    team = a_team(session)
    sam, ana = a_user(session, team), a_user(session, team)
    code, _ = chat.make_code(session, user_id=ana.id)
    session.flush()
    taken = ChatAccount(platform="terminal", external_id=sam.handle)
    with pytest.raises(Conflict, match="linked already"):
        chat.link_by_code(session, taken, code)


def test_an_address_alone_replaces_no_account(api: TestClient, session: Session, as_bot: dict[str, str]) -> None:
    sam = a_user(session, a_team(session), name="Sam")
    account = {"platform": "terminal", "external_id": "another", "email": sam.email}
    refused = api.post("/api/chat/session", json=account, headers=as_bot)
    assert refused.status_code == 409
    assert "ask your manager for a code" in refused.json()["way_forward"]


@pytest.fixture
def on_slack(api: TestClient, as_bot: dict[str, str]) -> Callable[[User], Any]:
    """Write something to the bot on Slack, which knows one's address."""

    def write(user: User) -> Any:
        account = {"platform": "slack", "workspace": "T1", "external_id": "U1", "email": user.email}
        return api.post("/api/chat/session", json=account, headers=as_bot)

    return write


SLACK = ChatAccount(platform="slack", workspace="T1", external_id="U1")


def test_an_address_does_not_undo_a_farewell(session: Session, on_slack: Callable[[User], Any]) -> None:
    sam = a_user(session, a_team(session), name="Sam")
    assert on_slack(sam).status_code == 200
    chat.unlink(session, sam, SLACK)
    refused = on_slack(sam)
    assert refused.json()["code"] == "unknown_account"
    assert "/link" in refused.json()["way_forward"]
    chat.link_by_code(session, SLACK, chat.make_code(session, user_id=sam.id)[0])
    assert on_slack(sam).status_code == 200


def test_who_was_linked_by_the_address_of_another_gets_to_themself(
    session: Session, on_slack: Callable[[User], Any]
) -> None:
    double, sam = a_user(session, a_team(session), name="Double"), a_user(session, a_team(session), name="Sam")
    assert on_slack(double).json()["user"]["id"] == double.id
    chat.unlink(session, double, SLACK)
    assert on_slack(double).status_code == 404
    assert chat.link_by_code(session, SLACK, chat.make_code(session, user_id=sam.id)[0]).user.id == sam.id
    assert on_slack(double).json()["user"]["id"] == sam.id


def test_of_two_accounts_with_a_code_each_at_once_the_later_stays(own_database: None) -> None:
    with db.unit_of_work() as session:
        sam = a_user(session, a_team(session), name="Sam").id
        codes = [chat.make_code(session, user_id=sam)[0] for _ in range(2)]

    def link(external_id: str, code: str) -> int:
        with db.unit_of_work() as session:
            account = ChatAccount(platform="terminal", external_id=external_id)
            return chat.link_by_code(session, account, code).user.id

    won, lost = race(lambda: link("one", codes[0]), lambda: link("two", codes[1]))
    assert (won, lost) == ([sam, sam], [])
    with db.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(ChatIdentity)) == 1
        told = session.scalars(select(Delivery.target).order_by(Delivery.id)).all()
    assert told[0] == "sam"
    assert len(told) == 2


def test_managers_do_not_hear_that_a_lost_account_cannot_be_told_of_the_new_one(session: Session) -> None:
    team = a_team(session)
    a_manager(session, team)
    sam = a_user(session, team, name="Sam")
    chat.link_by_code(
        session, ChatAccount(platform="terminal", external_id="new"), chat.make_code(session, user_id=sam.id)[0]
    )
    delivery = session.scalars(select(Delivery)).one()
    notifications.claim(session, delivery.id)
    notifications.failed(session, delivery.id, DeliveryFailed(attempt=delivery.attempts, error="blocked", gone=True))
    assert session.scalars(select(Delivery.status)).all() == [DeliveryStatus.DEAD]


def test_what_fails_while_an_account_is_untied_is_not_tried_there_again(session: Session) -> None:
    sam = a_user(session, a_team(session), name="Sam")
    told = AccountReplacedPayload(platform="slack")
    new = ChatAccount(platform="terminal", external_id="new")
    away = DeliveryFailed(attempt=1, error="http_500", away=True)

    notifications.tell_user(session, sam.id, told, dedupe_key="moved")
    moved = session.scalars(select(Delivery)).one()
    notifications.claim(session, moved.id)
    chat.link_by_code(session, new, chat.make_code(session, user_id=sam.id)[0])
    notifications.failed(session, moved.id, away)
    assert (moved.target, moved.status) == ("new", DeliveryStatus.PENDING)

    notifications.tell_user(session, sam.id, told, dedupe_key="unlinked")
    dropped = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
    assert dropped is not None
    notifications.claim(session, dropped.id)
    chat.unlink(session, sam, new)
    with pytest.raises(notifications.NotDue):
        notifications.failed(session, dropped.id, away)
    session.refresh(dropped)
    assert dropped.status is DeliveryStatus.DEAD


def test_a_channel_is_linked_by_a_manager_of_the_team_only(api: TestClient, session: Session, as_user: As) -> None:
    team = a_team(session)
    place = {"platform": "slack", "workspace": "T1", "external_id": "C1"}
    wanted = {"place": place, "team_id": team.id}
    assert api.post("/api/chat/channels", json=wanted, headers=as_user(a_user(session, team))).status_code == 403
    assert api.post("/api/chat/channels", json=wanted, headers=as_user(a_manager(session, team))).status_code == 200
    stranger = a_manager(session, a_team(session))
    assert api.get("/api/chat/channels", params=place, headers=as_user(stranger)).status_code == 404


def test_a_group_that_got_another_id_keeps_its_team_and_topics(
    api: TestClient, session: Session, as_user: As, as_bot: dict[str, str]
) -> None:
    team = a_team(session)
    manager = as_user(a_manager(session, team))
    for thread in ("", "7"):
        place = {"platform": "telegram", "external_id": "-5", "thread": thread}
        assert api.post("/api/chat/channels", json={"place": place, "team_id": team.id}, headers=manager).is_success
    move = {"platform": "telegram", "old_id": "-5", "new_id": "-1005"}
    assert api.post("/api/chat/channels/move", json=move, headers=manager).status_code == 401
    for _ in range(2):
        assert api.post("/api/chat/channels/move", json=move, headers=as_bot).status_code == 204
    for thread in ("", "7"):
        new = {"platform": "telegram", "external_id": "-1005", "thread": thread}
        assert api.get("/api/chat/channels", params=new, headers=manager).json()["team"]["id"] == team.id
    old = {"platform": "telegram", "external_id": "-5"}
    assert api.get("/api/chat/channels", params=old, headers=manager).status_code == 404


def test_after_ten_wrong_passwords_nobody_can_guess_on(api: TestClient, session: Session) -> None:
    user = a_user(session, a_team(session))
    user.password_hash = security.hash_password(PASSWORD)
    session.flush()

    def log_in(password: str, email: str = user.email) -> Any:
        return api.post("/api/users/login", json={"email": email, "password": password})

    assert [log_in("a guess").status_code for _ in range(10)] == [401] * 10
    refused = log_in(PASSWORD)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert log_in("a guess", email="somebody-else@example.com").status_code == 401


def test_a_chat_account_cannot_try_many_codes(api: TestClient, as_bot: dict[str, str]) -> None:
    guess = {"account": {"platform": "slack", "workspace": "T1", "external_id": "U-guesser"}, "code": "AAAA2222"}
    answers = [api.post("/api/chat/link", json=guess, headers=as_bot).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_logins_work_while_redis_is_away(api: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    get_settings.cache_clear()
    assert "access_token" in _log_in(api, session)
    assert _log_in(api, session, password="wrong")["code"] == "not_signed_in"


def test_a_key_is_changed_without_signing_anybody_out(
    api: TestClient, session: Session, as_user: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = a_user(session, a_team(session))
    signed_before = as_user(user)
    old = get_settings().jwt_secret_key.get_secret_value()

    monkeypatch.setenv("JWT_SECRET_KEY", "another-key-for-signing-tokens-in-these-tests")
    monkeypatch.setenv("JWT_PREVIOUS_SECRET_KEY", old)
    get_settings.cache_clear()
    assert api.get("/api/users/me", headers=signed_before).status_code == 200
    assert api.get("/api/users/me", headers=as_user(user)).status_code == 200

    monkeypatch.delenv("JWT_PREVIOUS_SECRET_KEY")
    get_settings.cache_clear()
    assert api.get("/api/users/me", headers=signed_before).status_code == 401
    assert api.get("/api/users/me", headers=as_user(user)).status_code == 200
