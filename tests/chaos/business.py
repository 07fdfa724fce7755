"""Who uses Rota while it is broken: a few teams on Slack and one on Telegram, with templates and no weeks yet."""

from dataclasses import dataclass
from datetime import time
from typing import Protocol

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bots.demo import sample
from service.people.models import ChatChannel, ChatIdentity, Team, User
from service.schemas.people import SwapApproval
from tests.builders import a_manager, a_role, a_team, a_template, a_user
from tests.standins import slack_world, telegram_world

PEOPLE = 6


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with an account on a platform, which is what the service is told about who asks."""

    user_id: int
    account: dict[str, str]

    @property
    def external_id(self) -> str:
        """Who they are on the platform."""
        return self.account["external_id"]


@dataclass(frozen=True, slots=True)
class Crowd:
    """One team, the place where it is told of things, and its people."""

    platform: str
    team_id: int
    place: str
    manager: Worker
    people: list[Worker]


class Platform(Protocol):
    """Where people have accounts and teams have places."""

    @property
    def name(self) -> str:
        """As the service calls it."""
        ...

    @property
    def workspace(self) -> str:
        """Which workspace; empty where there are none."""
        ...

    def open(self, name: str) -> str:
        """The id of a new place."""
        ...

    def join(self, name: str) -> dict[str, str]:
        """The account of somebody new."""
        ...


@dataclass(frozen=True, slots=True)
class OnSlack:
    """The stand-in Slack."""

    world: slack_world.World
    name: str = "slack"
    workspace: str = slack_world.WORKSPACE

    def open(self, name: str) -> str:
        """A channel."""
        return self.world.open_channel(name.lower()).id

    def join(self, name: str) -> dict[str, str]:
        """A member."""
        return {"platform": self.name, "workspace": self.workspace, "external_id": self.world.join(name).id}


@dataclass(frozen=True, slots=True)
class OnTelegram:
    """The stand-in Telegram."""

    world: telegram_world.World
    name: str = "telegram"
    workspace: str = ""

    def open(self, name: str) -> str:
        """A supergroup."""
        return str(self.world.open_group(name, supergroup=True).id)

    def join(self, name: str) -> dict[str, str]:
        """Somebody who has started the bot."""
        return {"platform": self.name, "workspace": "", "external_id": str(self.world.join(name).id)}


def build(database_url: str, slack: OnSlack, telegram: OnTelegram, teams: int) -> list[Crowd]:
    """So many teams, the last of them on Telegram."""
    with sample.transaction(database_url) as session:
        crowds = [_crowd(session, slack, f"Bar{number}") for number in range(1, teams)]
        crowds.append(_crowd(session, telegram, "Kitchen"))
        for table in (ChatIdentity, ChatChannel):
            session.execute(delete(table).where(table.platform == "terminal"))
    return crowds


def _crowd(session: Session, platform: Platform, name: str) -> Crowd:
    team, role = a_team(session, name, time_limit=2), a_role(session)
    team.swap_approval = SwapApproval.NEVER
    place = platform.open(name)
    session.add(_channel(platform, place, team))

    def join(user: User) -> Worker:
        account = platform.join(user.name)
        session.add(ChatIdentity(user_id=user.id, **account))
        return Worker(user.id, account)

    manager = join(a_manager(session, team))
    people = [join(a_user(session, team, roles=[role])) for _ in range(PEOPLE)]
    morning = a_template(session, team, role, name="Morning", start=time(8), end=time(14))
    evening = a_template(session, team, role, name="Evening", start=time(16), end=time(22))
    morning.weekdays = evening.weekdays = [0, 1, 2, 3]
    return Crowd(platform.name, team.id, place, manager, people)


def _channel(platform: Platform, place: str, team: Team) -> ChatChannel:
    return ChatChannel(platform=platform.name, workspace=platform.workspace, external_id=place, team_id=team.id)
