"""A publish reaches everybody once, whatever Slack, the network and the workers do meanwhile."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from bots.demo import sample
from bots.demo.embedded import Servers
from service.notifications.models import Delivery
from service.people.models import ChatChannel, ChatIdentity, User
from service.schemas.notifications import DeliveryStatus
from service.shifts.publishing import publish
from tests.bots.slack.running import until
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.processes import Crew
from tests.standins.slack import SlackServer
from tests.standins.slack_world import TOKEN, WORKSPACE, Fault, Trouble

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]
PATIENCE = 180.0
FINE = [Fault(trouble=Trouble.NONE)] * 4
WEATHER = [
    *FINE,
    Fault(trouble=Trouble.DROPPED),
    Fault(trouble=Trouble.RATE_LIMITED, retry_after=1),
    *FINE,
    Fault(trouble=Trouble.SERVER_ERROR),
    Fault(trouble=Trouble.RATE_LIMITED, retry_after=2),
    Fault(trouble=Trouble.DROPPED),
]


@pytest.fixture
def crew(slack: SlackServer, embedded: Servers, fresh_database: str, tmp_path: Path) -> Iterator[Crew]:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    crew = Crew(fresh_database, embedded.redis_url, tmp_path)
    crew._environment |= {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": "s" * 32,
        "SLACK_API_URL": slack.url,
        "DELIVERY_LEASE_SECONDS": "4",
    }
    yield crew
    crew.stop()


@pytest.mark.parametrize("employees", [40, pytest.param(200, marks=pytest.mark.slow)])
def test_a_publish_tells_everybody_once_in_any_weather_and_when_a_worker_is_killed(
    slack: SlackServer, crew: Crew, fresh_database: str, employees: int
) -> None:
    crew.start_api()
    crew.start("scheduler")
    doomed = crew.start("worker", "--queues", "deliver_slack")
    channel = slack.world.open_channel("bar")
    slack.world.fail("chat.postMessage", *WEATHER * (employees // 20))
    slack.world.fail("conversations.open", *WEATHER * (employees // 40))
    slack.world.fail("conversations.history", *[Fault(trouble=Trouble.RATE_LIMITED)] * 3)
    _publish(slack, fresh_database, channel.id, employees)

    until(lambda: len(_told(slack)) >= employees // 4, PATIENCE)
    doomed.kill()
    crew.start("worker", "--queues", "deliver_slack")
    until(lambda: _states(fresh_database) == {DeliveryStatus.SENT: employees + 1}, PATIENCE)

    assert len(_told(slack)) == employees
    assert set(_told(slack).values()) == {1}
    assert len(slack.world.in_channel(channel.id)) == 1
    refused = [call for call in slack.world.calls if isinstance(call.answer, str) and call.answer != "OK"]
    assert len(refused) > employees // 8, "the weather was too good to prove anything"


def _publish(slack: SlackServer, database_url: str, channel: str, employees: int) -> None:
    """A week in which each of so many people works, published."""
    with sample.transaction(database_url) as session:
        team, role = a_team(session, "Bar"), a_role(session)
        session.add(ChatChannel(platform="slack", workspace=WORKSPACE, external_id=channel, team_id=team.id))
        boss, week = a_manager(session, team), a_week(session, team)
        shift = a_shift(session, week, role, headcount=employees)
        for number in range(employees):
            user = a_user(session, team, name=f"Employee {number}", roles=[role])
            account = slack.world.join(user.handle)
            session.add(ChatIdentity(platform="slack", workspace=WORKSPACE, external_id=account.id, user_id=user.id))
            an_assignment(session, shift, user, role)
        session.flush()
        actor = session.scalars(select(User).where(User.id == boss.id).options(selectinload(User.teams))).one()
        session.refresh(week)
        publish(session, actor, week.id, week.version)


def _told(slack: SlackServer) -> Counter[str]:
    """How often each person was told of their shifts."""
    direct = {channel.id: channel.direct_with for channel in list(slack.world.channels.values())}
    return Counter(
        str(direct[message.channel])
        for message in list(slack.world.messages)
        if direct[message.channel] and "are published" in message.text
    )


def _states(database_url: str) -> dict[DeliveryStatus, int]:
    time.sleep(0.2)
    with sample.transaction(database_url) as session:
        counted = select(Delivery.status, func.count()).where(Delivery.platform == "slack").group_by(Delivery.status)
        return {status: number for status, number in session.execute(counted)}  # noqa: C416  # a Row is no pair to mypy
