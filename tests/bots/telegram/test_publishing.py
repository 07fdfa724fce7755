"""A publish reaches everybody once, inside Telegram's limits, whatever the network and the workers do meanwhile."""

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
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.patience import stretched
from tests.processes import Crew
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_side import TelegramSide
from tests.standins.telegram_world import TOKEN, Fault, Limits, Trouble

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
# Each costs a whole lease.
SILENCE = [*FINE, Fault(trouble=Trouble.SILENT)]


@pytest.fixture
def crew(telegram: TelegramServer, embedded: Servers, fresh_database: str, tmp_path: Path) -> Iterator[Crew]:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    telegram.world.limits = Limits()
    crew = Crew(fresh_database, embedded.redis_url, tmp_path)
    crew._environment |= {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram.url,
        # A delivery that outlasts its lease is another's too, which is not what is tried here.
        "DELIVERY_LEASE_SECONDS": str(int(stretched(8))),
    }
    yield crew
    crew.stop()


@pytest.mark.parametrize("employees", [24, pytest.param(200, marks=pytest.mark.slow)])
def test_a_publish_tells_everybody_once_in_any_weather_and_when_a_worker_is_killed(
    telegram: TelegramServer, crew: Crew, fresh_database: str, employees: int
) -> None:
    side, world = TelegramSide(telegram), telegram.world
    crew.start_api()
    crew.start("scheduler")
    doomed = crew.start("worker", "--queues", "deliver_telegram")
    group = world.open_group("Bar", supergroup=True)
    # The first messages tell which numbers Telegram gives.
    world.fail("sendMessage", *FINE * 2, *WEATHER * (employees // 20), *SILENCE * (employees // 100))
    _publish(telegram, fresh_database, group.id, employees)

    side.wait(lambda: sum(_told(telegram).values()) >= employees // 4, "the first quarter", PATIENCE)
    doomed.kill()
    crew.start("worker", "--queues", "deliver_telegram")
    side.wait(lambda: _states(fresh_database) == {DeliveryStatus.SENT: employees + 1}, "everybody", PATIENCE)

    assert len(_told(telegram)) == employees
    assert set(_told(telegram).values()) == {1}
    assert len(world.from_bot(group.id)) == 1
    assert world.refused_for_limits == 0
    troubled = [call for call in world.calls if "trouble" in call.answer]
    assert len(troubled) >= employees // 8, "the weather was too good to prove anything"


def _publish(telegram: TelegramServer, database_url: str, group_id: int, employees: int) -> None:
    """A week in which each of so many people works, published."""
    with sample.transaction(database_url) as session:
        team, role = a_team(session, "Bar"), a_role(session)
        session.add(ChatChannel(platform="telegram", external_id=str(group_id), team_id=team.id))
        boss, week = a_manager(session, team), a_week(session, team)
        shift = a_shift(session, week, role, headcount=employees)
        for number in range(employees):
            user = a_user(session, team, name=f"Employee {number}", roles=[role])
            account = telegram.world.join(user.name)
            session.add(ChatIdentity(platform="telegram", external_id=str(account.id), user_id=user.id))
            an_assignment(session, shift, user, role)
        session.flush()
        actor = session.scalars(select(User).where(User.id == boss.id).options(selectinload(User.teams))).one()
        session.refresh(week)
        publish(session, actor, week.id, week.version)


def _told(telegram: TelegramServer) -> Counter[int]:
    """How often each person was told of their shifts."""
    messages = list(telegram.world.messages)
    return Counter(message.chat_id for message in messages if message.chat_id > 0 and "are published" in message.text)


def _states(database_url: str) -> dict[DeliveryStatus, int]:
    time.sleep(0.2)
    with sample.transaction(database_url) as session:
        counted = (
            select(Delivery.status, func.count()).where(Delivery.platform == "telegram").group_by(Delivery.status)
        )
        return {status: number for status, number in session.execute(counted)}  # noqa: C416  # a Row is no pair to mypy
