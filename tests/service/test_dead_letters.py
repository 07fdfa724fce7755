"""What was given up is listed and tried again from the shell."""

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from service.db import unit_of_work
from service.notifications import cli
from service.notifications import service as notifications
from service.notifications.models import Delivery, Outbox
from service.notifications.payloads import UnreachablePayload
from service.people import chat
from service.people.models import ChatIdentity, Team, User
from service.schemas.chat import ChatAccount
from service.schemas.notifications import DeliveryStatus
from tests.builders import a_team, a_user, without_chat


@pytest.fixture(autouse=True)
def dead(own_database: None) -> list[int]:
    """Three deliveries that were given up, and one that was not."""
    with unit_of_work() as session:
        ana = a_user(session, a_team(session))
        for number in range(4):
            notifications.tell_user(session, ana.id, UnreachablePayload(delivery_id=1), dedupe_key=str(number))
        ids = list(session.scalars(select(Delivery.id).order_by(Delivery.id)))
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(ids[:3]))
            .values(status=DeliveryStatus.DEAD, error="channel_not_found")
        )
        return ids


def told(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, ["notifications", *arguments])
    return done.exit_code, done.output


def waiting() -> int:
    with unit_of_work() as session:
        return session.scalar(select(func.count()).where(Delivery.status == DeliveryStatus.PENDING)) or 0


def test_what_was_given_up_is_listed_with_its_reason(dead: list[int]) -> None:
    code, said = told("list")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()[:3]] == [str(number) for number in reversed(dead[:3])]
    assert said.count("channel_not_found") == 3
    assert "3 are DEAD." in said
    assert "1 are PENDING." in told("list", "--status", "pending")[1]
    assert told("list", "--status", "lost")[0] == 2


def test_what_is_named_is_tried_again(dead: list[int]) -> None:
    assert told("replay", str(dead[0])) == (0, "1 are tried again.\n")
    assert waiting() == 2
    assert told("replay", str(dead[0]))[0] == 1, "it is not given up any more"


def test_everything_is_tried_again_at_once(dead: list[int]) -> None:
    with unit_of_work() as session:
        before = session.scalar(select(func.count()).select_from(Outbox)) or 0
    assert told("replay", "--all") == (0, "3 are tried again.\n")
    assert waiting() == 4
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Outbox)) == before + 3
    assert told("replay", "--all") == (0, "0 are tried again.\n")


@pytest.fixture
def linked_to_joe(dead: list[int]) -> None:
    """Ana's account has become Joe's; her team's channel was told something, too, that was given up."""
    with unit_of_work() as session:
        team = session.scalars(select(Team)).one()
        ana = session.scalars(select(User)).one()
        account = ChatAccount(
            platform="terminal", external_id=session.scalars(select(ChatIdentity.external_id)).one()
        )
        joe = a_user(session, team, name="Joe")
        without_chat(session, joe)
        chat.unlink(session, ana, account)
        chat.link(session, account, joe)
        notifications.tell_team(session, team.id, UnreachablePayload(delivery_id=1), dedupe_key="team")
        session.execute(update(Delivery).where(Delivery.direct.is_(False)).values(status=DeliveryStatus.DEAD))


@pytest.mark.usefixtures("linked_to_joe")
def test_what_was_for_somebody_is_not_said_to_whoever_has_their_account_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "MOST", 2)
    code, said = told("replay", "--all")
    assert code == 0
    assert "1 are tried again." in said
    assert "4 are not: their accounts are no longer linked to whom they tell." in said
    with unit_of_work() as session:
        again = session.scalars(select(Delivery).where(Delivery.status == DeliveryStatus.PENDING)).one()
    assert not again.direct


@pytest.mark.usefixtures("linked_to_joe")
def test_naming_it_does_not_say_it_to_them_either(dead: list[int]) -> None:
    code, said = told("replay", str(dead[0]))
    assert code == 1
    assert "no longer linked" in said


def test_nothing_is_tried_again_without_saying_what() -> None:
    assert told("replay")[0] == 2
