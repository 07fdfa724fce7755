"""The end of a run reaches whoever asked for it, with or without a channel of the team."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.announcements import announcement
from bots.reply import Reply
from service import clock
from service.notifications.content import order
from service.notifications.models import Delivery
from service.people.models import ChatChannel, ChatIdentity
from service.scheduling import service as scheduling
from service.scheduling.models import SchedulingRun
from service.schemas.chat import ChannelPurpose
from service.schemas.scheduling import (
    ChangeKind,
    ClashRead,
    RelaxationChange,
    RelaxationRead,
    RunOrigin,
    RunStatus,
)
from service.shifts import publishing
from service.shifts.models import PlannedShiftRole
from tests.bots.core.conftest import Press, Say
from tests.builders import a_manager, a_role, a_run, a_shift, a_team, a_user, a_week, an_assignment

pytestmark = pytest.mark.usefixtures("settings")
NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Cafe:
    """A café with its channel, a manager, and a run that has given the one shift of a week to Sam."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.team, self.role = a_team(session, "Café"), a_role(session, "Waiter")
        self.maria = a_manager(session, self.team, name="Maria")
        self.sam = a_user(session, self.team, name="Sam", roles=[self.role])
        self.week = a_week(session, self.team, NEXT_MONDAY)
        self.shift = a_shift(session, self.week, self.role)
        an_assignment(session, self.shift, self.sam, self.role)
        self.run = a_run(session, self.week, self.maria, [(self.shift, self.sam, self.role)])

    def asked_in(self, place: str, platform: str = "terminal") -> None:
        """Maria asked for the run there, as the bot notes it."""
        scheduling.set_origin(self.session, self.maria, self.run.id, RunOrigin(platform=platform, channel=place))

    def ends(self) -> None:
        """The run ends, and says so twice, as when its worker is killed in between."""
        scheduling.announce(self.session, self.run)
        scheduling.announce(self.session, self.run)

    def said(self) -> dict[str, Reply]:
        """What was said, each once, by the channel or person it was said to."""
        deliveries = list(self.session.scalars(select(Delivery).order_by(Delivery.id)))
        places = [one.target for one in deliveries]
        assert len(set(places)) == len(places)
        found = {}
        for one in deliveries:
            [found[one.target]] = announcement(order(self.session, one, uncertain=False).content)
        return found


@pytest.fixture
def cafe(session: Session) -> Cafe:
    return Cafe(session)


def test_what_was_asked_in_the_teams_channel_is_told_there_alone(cafe: Cafe) -> None:
    cafe.run.status = RunStatus.RUNNING
    cafe.asked_in("#café")
    cafe.run.status = RunStatus.SUCCESS
    cafe.ends()
    assert list(cafe.said()) == ["#café"]


def test_who_asked_in_private_gets_the_schedule_too(cafe: Cafe) -> None:
    cafe.run.status = RunStatus.RUNNING
    cafe.asked_in("maria")
    cafe.run.status = RunStatus.SUCCESS
    cafe.ends()
    said = cafe.said()
    assert list(said) == ["#café", "maria"]
    assert [button.label for button in said["maria"].buttons] == ["Publish", "Run again", "Why", "Discard"]
    assert said["maria"].sections == ()


def test_a_run_that_is_faster_than_its_message_is_told_once_that_is_known(cafe: Cafe) -> None:
    cafe.ends()
    assert list(cafe.said()) == ["#café"]
    for _ in range(2):
        cafe.asked_in("maria")
    assert list(cafe.said()) == ["#café", "maria"]


@pytest.mark.parametrize("only_trades", [False, True])
def test_where_the_team_has_no_channel_for_weeks_the_schedule_goes_to_who_asked(
    session: Session, cafe: Cafe, *, only_trades: bool
) -> None:
    of_team = ChatChannel.team_id == cafe.team.id
    if only_trades:
        session.execute(update(ChatChannel).where(of_team).values(purpose=ChannelPurpose.TRADES))
    else:
        session.execute(delete(ChatChannel).where(of_team))
    cafe.ends()
    said = cafe.said()
    assert list(said) == ["maria"]
    reply = said["maria"]
    assert reply.image is not None
    assert [button.label for button in reply.buttons] == ["Publish", "Run again", "Why", "Discard"]
    assert "/setup in one has them posted there" in reply.sections[-1].text


def test_who_asked_on_a_platform_without_channel_is_told_so_there(session: Session, cafe: Cafe) -> None:
    session.add(ChatIdentity(platform="slack", external_id="U1", user_id=cafe.maria.id))
    session.flush()
    cafe.asked_in("U1", platform="slack")
    cafe.ends()
    said = cafe.said()
    assert said.keys() == {"#café", "maria", "U1"}
    assert "/setup in one has them posted there" in said["U1"].sections[-1].text
    assert said["maria"].sections == ()


def test_who_manages_the_team_no_more_is_sent_no_draft(session: Session, cafe: Cafe) -> None:
    session.execute(delete(ChatChannel).where(ChatChannel.team_id == cafe.team.id))
    cafe.maria.is_manager = False
    session.flush()
    cafe.ends()
    assert cafe.said() == {}


def test_optimize_says_where_the_schedule_will_be(session: Session, cafe: Cafe, say: Say) -> None:
    assert "It is posted in the team's channel when" in say(cafe.maria, "/optimize next week").text
    session.execute(delete(ChatChannel).where(ChatChannel.team_id == cafe.team.id))
    session.execute(update(SchedulingRun).values(status=RunStatus.SUCCESS))
    assert "I send it to you when it is ready" in say(cafe.maria, "/optimize next week").text


@pytest.mark.parametrize("action", [Action.RERUN, Action.REPAIR_WEEK])
def test_a_manager_of_two_teams_can_press_in_private_what_was_sent_in_private(
    session: Session, cafe: Cafe, press: Press, action: Action
) -> None:
    both = a_manager(session, cafe.team, a_team(session, "Bar"), name="Ines")
    value = cafe.run.id if action is Action.RERUN else cafe.week.id
    reply = press(both, action, str(value))
    assert reply.follow_run is not None
    assert reply.heading is not None
    assert reply.heading.startswith("Optimising Café")


@pytest.mark.parametrize("action", [Action.RERUN, Action.RELAX_RUN])
@pytest.mark.parametrize("repair", [True, False])
def test_what_follows_a_repair_is_a_repair_and_what_follows_another_run_is_none(
    session: Session, cafe: Cafe, press: Press, action: Action, *, repair: bool
) -> None:
    cafe.run.repair = repair
    cafe.run.clash = nobody_needed(cafe).model_dump(mode="json")
    session.execute(update(PlannedShiftRole).values(minimum=1))
    session.flush()
    value = str(cafe.run.id) if action is Action.RERUN else f"{cafe.run.id}:1"
    reply = press(cafe.maria, action, value)
    assert reply.follow_run not in {None, cafe.run.id}
    assert session.get_one(SchedulingRun, reply.follow_run).repair is repair


def nobody_needed(cafe: Cafe) -> ClashRead:
    """What would make the week possible: its one shift can do without anybody."""
    change = RelaxationChange(
        kind=ChangeKind.MINIMUM, planned_shift_id=cafe.shift.id, role_id=cafe.role.id, before=1, after=0
    )
    offered = RelaxationRead(number=1, detail="do without", label="Do without", changes=[change])
    return ClashRead(sentences=["Nobody can"], relaxations=[offered], proven=True)


def test_a_schedule_that_was_published_before_its_news_came_is_shown_as_published(cafe: Cafe) -> None:
    """Told at last in the second of two chats: not as an empty proposal, with a button that publishes nothing."""
    cafe.ends()
    publishing.publish(cafe.session, cafe.maria, cafe.week.id, cafe.week.version)
    news = cafe.session.scalars(select(Delivery).order_by(Delivery.id)).first()
    assert news is not None
    [reply] = announcement(order(cafe.session, news, uncertain=False).content)
    assert "All 1 places filled" in reply.text
    assert "Maria published this week" in reply.text
    assert Action.PUBLISH not in [button.action for button in reply.buttons]
