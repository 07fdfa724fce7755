"""What Slack takes nowhere any more is shown to the managers or to `rota doctor`, and nothing is lost."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from bots.client import Service
from bots.doctor import _look_at_deliveries
from bots.posting import post
from bots.slack.adapter import SlackPlatform
from service import clock
from service.notifications import service as notifications
from service.notifications.models import Delivery, Notification
from service.people.models import ChatChannel, ChatIdentity, Team, User
from service.schemas.chat import ChatAccountGone
from service.schemas.notifications import NEEDLESS, DeliveryStatus
from service.shifts.publishing import publish
from tests.bots.core.conftest import BOT_SECRET, settings, transport  # noqa: F401
from tests.builders import a_delivery_given_up, a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.processes import wait_until
from tests.standins.slack import SlackServer
from tests.standins.slack_world import WORKSPACE, Channel, Fault, Person, Trouble

Deliver = Callable[[], None]


class Bar:
    """A team on Slack whose published week is about to be told."""

    def __init__(self, session: Session, slack: SlackServer) -> None:
        self.session = session
        self.team: Team = a_team(session, "Bar")
        role = a_role(session)
        self.channel: Channel = slack.world.open_channel("bar")
        session.add(
            ChatChannel(platform="slack", workspace=WORKSPACE, external_id=self.channel.id, team_id=self.team.id)
        )
        maria, self.ana = a_manager(session, self.team, name="Maria"), a_user(session, self.team, name="Ana")
        self.ana.roles.append(role)
        self.boss, self.employee = self._joins(slack, maria), self._joins(slack, self.ana)
        week = a_week(session, self.team, clock.week_of(clock.now().date() + timedelta(days=7), 0))
        an_assignment(session, a_shift(session, week, role), self.ana, role)
        session.flush()
        session.refresh(week)
        actor = session.scalars(select(User).where(User.id == maria.id).options(selectinload(User.teams))).one()
        publish(session, actor, week.id, week.version)

    def _joins(self, slack: SlackServer, user: User) -> Person:
        person = slack.world.join(user.handle)
        self.session.add(ChatIdentity(platform="slack", workspace=WORKSPACE, external_id=person.id, user_id=user.id))
        return person

    def of(self, target: str) -> Delivery:
        """The newest delivery to a channel or account."""
        self.session.expire_all()
        found = select(Delivery).where(Delivery.target == target).order_by(Delivery.id.desc())
        return next(iter(self.session.scalars(found)))


@pytest.fixture
def bar(session: Session, slack: SlackServer) -> Bar:
    return Bar(session, slack)


@pytest.fixture
def deliver(transport: httpx.ASGITransport, platform: SlackPlatform, session: Session) -> Deliver:  # noqa: F811
    """Do every delivery on Slack that is due, and those that follow from them."""

    async def all_due() -> None:
        async with Service("http://service", BOT_SECRET, platform="slack", transport=transport) as service:
            while due := _due(session):
                for delivery_id in due:
                    await post(platform, service, await service.claim(delivery_id))

    return lambda: asyncio.run(all_due())


def _due(session: Session) -> list[int]:
    session.expire_all()
    waiting = Delivery.status.in_([DeliveryStatus.PENDING, DeliveryStatus.UNCERTAIN])
    due = select(Delivery.id).where(waiting, Delivery.platform == "slack", Delivery.next_attempt_at <= clock.now())
    return list(session.scalars(due.order_by(Delivery.id)))


@pytest.mark.parametrize("how", ["archived", "removed"])
def test_a_channel_that_is_no_more_is_told_to_the_manager_and_can_be_told_again(
    session: Session, slack: SlackServer, bar: Bar, deliver: Deliver, how: str
) -> None:
    bar.channel.archived, bar.channel.bot_is_member = how == "archived", how != "removed"
    deliver()
    lost = bar.of(bar.channel.id)
    assert lost.status is DeliveryStatus.DEAD
    assert ["channel of Bar" in message.text for message in slack.world.seen_by(bar.boss.id)] == [True]

    bar.channel.archived, bar.channel.bot_is_member = False, True
    assert notifications.replay(session, [lost.id]) == 1
    deliver()
    assert "published this week" in slack.world.in_channel(bar.channel.id)[0].text


def test_an_employee_who_cannot_be_told_is_told_to_the_manager(
    slack: SlackServer, bar: Bar, deliver: Deliver
) -> None:
    bar.employee.deactivated = True
    deliver()
    assert bar.of(bar.employee.id).status is DeliveryStatus.DEAD
    assert any("Ana could not be told" in message.text for message in slack.world.seen_by(bar.boss.id))


def test_managers_hear_of_a_lost_channel_once_a_day(
    session: Session, slack: SlackServer, bar: Bar, deliver: Deliver
) -> None:
    bar.channel.archived = True
    deliver()
    notifications.replay(session, [bar.of(bar.channel.id).id])
    deliver()
    assert len(slack.world.seen_by(bar.boss.id)) == 1


def test_a_manager_who_cannot_be_told_of_it_ends_the_matter(session: Session, bar: Bar, deliver: Deliver) -> None:
    bar.channel.archived, bar.boss.deactivated = True, True
    deliver()
    told = session.scalars(select(Notification.id).where(Notification.kind == "unreachable")).all()
    assert len(told) == 1
    assert bar.of(bar.boss.id).status is DeliveryStatus.DEAD


def test_a_revoked_token_holds_everything_back_until_there_is_a_new_one(
    session: Session, slack: SlackServer, bar: Bar, deliver: Deliver
) -> None:
    revoked = Fault(trouble=Trouble.REFUSED, error="token_revoked")
    slack.world.fail("conversations.open", revoked)
    slack.world.fail("files.getUploadURLExternal", revoked)
    deliver()
    for target in (bar.channel.id, bar.employee.id):
        waits = bar.of(target)
        assert waits.status in (DeliveryStatus.PENDING, DeliveryStatus.UNCERTAIN)
        assert (waits.failures, waits.next_attempt_at > clock.now()) == (0, True)
    session.execute(update(Delivery).values(next_attempt_at=clock.now()))
    deliver()
    assert {bar.of(target).status for target in (bar.channel.id, bar.employee.id)} == {DeliveryStatus.SENT}


def test_somebody_who_left_is_untied_and_their_shifts_are_named_to_the_manager(
    session: Session,
    slack: SlackServer,
    bar: Bar,
    deliver: Deliver,
    transport: httpx.ASGITransport,  # noqa: F811
) -> None:
    deliver()
    gone = ChatAccountGone(platform="slack", workspace=WORKSPACE, external_id=bar.employee.id)

    async def report() -> None:
        async with Service("http://service", BOT_SECRET, platform="slack", transport=transport) as service:
            await service.account_gone(gone)
            await service.account_gone(gone)

    asyncio.run(report())
    deliver()
    [message] = slack.world.seen_by(bar.boss.id)
    assert "Ana has left Slack" in message.text
    assert "1 published shift ahead" in message.text
    tied = select(ChatIdentity).where(ChatIdentity.user_id == bar.ana.id, ChatIdentity.platform == "slack")
    assert session.scalars(tied).all() == []


def test_the_doctor_says_what_was_given_up_and_how_to_say_it_again(fresh_database: str) -> None:
    from bots.demo import sample  # noqa: PLC0415

    assert _look_at_deliveries(fresh_database).health == "ok"
    with sample.transaction(fresh_database) as session:
        team = a_team(session)
        for error in ("Gone: is_archived", f"{NEEDLESS} nobody misses it"):
            a_delivery_given_up(session, team, error)
    found = _look_at_deliveries(fresh_database)
    assert found.health == "!!"
    assert "1 given up" in found.sentence
    assert "is_archived" in found.sentence
    assert "rota notifications replay" in found.sentence


def test_a_delivery_that_its_worker_must_leave_is_handed_back_at_once_and_told_once(
    bar: Bar,
    slack: SlackServer,
    transport: httpx.ASGITransport,  # noqa: F811
    platform: SlackPlatform,
    deliver: Deliver,
) -> None:
    waiting = bar.of(bar.employee.id).id
    slack.world.fail("chat.postMessage", Fault(trouble=Trouble.SILENT))

    async def leave() -> None:
        async with Service("http://service", BOT_SECRET, platform="slack", transport=transport) as service:
            going = asyncio.create_task(post(platform, service, await service.claim(waiting)))
            await asyncio.to_thread(wait_until, lambda: bool(slack.world.calls_of("conversations.open")), seconds=10)
            going.cancel()
            await asyncio.wait([going])
            assert going.cancelled()

    asyncio.run(leave())
    assert bar.of(bar.employee.id).status is DeliveryStatus.UNCERTAIN
    deliver()
    assert bar.of(bar.employee.id).status is DeliveryStatus.SENT
    assert len(slack.world.seen_by(bar.employee.id)) == 1
