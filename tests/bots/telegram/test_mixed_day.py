"""One team on two platforms: somebody on Slack and somebody on Telegram trade a shift, each on their own.

Service, database, broker, workers and both bots are real; only Slack and Telegram are stand-ins.
"""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from sqlalchemy import select

from bots.demo import sample
from bots.demo.embedded import Servers
from service import clock
from service.people.models import ChatIdentity, User
from service.schemas.people import SwapApproval
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import ShiftAssignment
from tests.bots.slack.running import free_port, healthy, until
from tests.bots.telegram.running import SECRET
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.processes import Crew
from tests.standins.slack import SlackServer, slack_server
from tests.standins.slack_side import SIGNING_SECRET, SlackSide
from tests.standins.slack_world import TOKEN as SLACK_TOKEN
from tests.standins.slack_world import WORKSPACE, Message
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_side import TelegramSide
from tests.standins.telegram_world import TOKEN as TELEGRAM_TOKEN
from tests.standins.telegram_world import Message as TelegramMessage
from tests.standins.telegram_world import Person as TelegramPerson

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]
PATIENCE = 60.0


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server
        assert server.world.complaints == []


class Cafe:
    """Next week Ana, on Slack, has Monday; Joe, on Telegram, has Tuesday. Maria manages from Slack."""

    def __init__(self, slack: SlackServer, telegram: TelegramServer, database_url: str) -> None:
        self.slack, self.telegram, self.database_url = slack, telegram, database_url
        self.ana, self.maria = slack.world.join("Ana"), slack.world.join("Maria")
        self.joe = telegram.world.join("Joe")
        with sample.transaction(database_url) as session:
            team, role = a_team(session, "Cafe"), a_role(session, "Waiter")
            team.swap_approval = SwapApproval.ALWAYS
            ana, joe = (a_user(session, team, name=name, roles=[role]) for name in ("Ana", "Joe"))
            maria = a_manager(session, team, name="Maria")
            for user, account in ((ana, self.ana), (maria, self.maria)):
                session.add(
                    ChatIdentity(platform="slack", workspace=WORKSPACE, external_id=account.id, user_id=user.id)
                )
            session.add(ChatIdentity(platform="telegram", external_id=str(self.joe.id), user_id=joe.id))
            monday = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)
            week = a_week(session, team, monday, status=WeekStatus.PUBLISHED)
            for day, user in ((0, ana), (1, joe)):
                an_assignment(session, a_shift(session, week, role, day=day, name=("Early", "Late")[day]), user, role)

    def holders(self) -> list[str]:
        """Who works, by time."""
        query = (
            select(User.name)
            .join(ShiftAssignment, ShiftAssignment.user_id == User.id)
            .where(ShiftAssignment.status == AssignmentStatus.CONFIRMED)
            .order_by(ShiftAssignment.during)
        )
        with sample.transaction(self.database_url) as session:
            return list(session.scalars(query))


@pytest.fixture
def cafe(slack: SlackServer, telegram: TelegramServer, fresh_database: str) -> Cafe:
    return Cafe(slack, telegram, fresh_database)


@contextlib.contextmanager
def _both_bots(cafe: Cafe, servers: Servers, folder: Path, *, webhook: bool) -> Iterator[SlackSide]:
    slack, telegram = cafe.slack, cafe.telegram
    redis.Redis.from_url(servers.redis_url).flushdb()
    crew, slack_port, telegram_port = Crew(cafe.database_url, servers.redis_url, folder), free_port(), free_port()
    crew._environment |= {
        "SLACK_BOT_TOKEN": SLACK_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.url,
        "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
        "TELEGRAM_API_URL": telegram.url,
    }
    if webhook:
        crew._environment |= {
            "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{telegram_port}/telegram",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
        }
    try:
        crew.start_api()
        crew.start("scheduler")
        crew.start("worker", "--queues", "deliver_slack,deliver_telegram")
        crew.start("slack", "--host", "127.0.0.1", "--port", str(slack_port))
        crew.start("telegram", "--host", "127.0.0.1", "--port", str(telegram_port))
        until(lambda: healthy(slack_port), PATIENCE)
        until(lambda: len(telegram.world.commands) == 6, PATIENCE)
        yield SlackSide(slack, f"http://127.0.0.1:{slack_port}/slack/events")
    finally:
        crew.stop()


@pytest.mark.parametrize("mode", ["polling", pytest.param("webhook", marks=pytest.mark.slow)])
def test_a_swap_between_slack_and_telegram_goes_through(
    cafe: Cafe, embedded: Servers, tmp_path: Path, mode: str
) -> None:
    slack, telegram = cafe.slack, cafe.telegram
    channel = slack.world.open_channel("cafe")
    with _both_bots(cafe, embedded, tmp_path, webhook=mode == "webhook") as side:
        other_side = TelegramSide(telegram)
        side.command(cafe.ana, channel, "/swap mon next week with joe")
        offers = _seen(slack, cafe.ana.id, "break no rule", "breaks no rule")
        # The best for the week comes first, and her Monday for his Tuesday leaves everybody's hours as they are.
        assert offers.text.index("you take") < offers.text.index("Joe takes your shift\n")
        side.press(cafe.ana, offers, "Ask")
        question = _told(other_side, cafe.joe, "Ana asks you for a trade")
        yes = other_side.press(cafe.joe, question, "Accept")
        # Telegram delivers a press again whose answer it did not see.
        other_side.deliver(yes)
        other_side.answer_to(yes)
        decide = _seen(slack, cafe.maria.id, "A trade waits for your decision")
        side.press_twice(cafe.maria, decide, "Approve")
        _seen(slack, cafe.ana.id, "The shifts have changed hands")
        _told(other_side, cafe.joe, "The shifts have changed hands")
        other_side.settle()
        told = [one.text for one in telegram.world.from_bot(cafe.joe.id) if "changed hands" in one.text]
        assert len(told) == 1
        assert cafe.holders() == ["Joe", "Ana"]


def _seen(slack: SlackServer, person: str, *texts: str) -> Message:
    def found() -> list[Message]:
        return [one for one in slack.world.seen_by(person) if any(text in one.text for text in texts)]

    until(found, PATIENCE)
    return found()[-1]


def _told(side: TelegramSide, person: TelegramPerson, text: str) -> TelegramMessage:
    def found() -> TelegramMessage | None:
        said = [one for one in side.world.from_bot(person.id) if text in one.text]
        return said[-1] if said else None

    return side.wait(found, text, PATIENCE)
