"""The restaurant with everything running: database, broker, service, scheduler, workers and the Slack bot."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from bots.demo import datadir, sample
from bots.demo.datadir import Running
from bots.demo.embedded import Servers
from bots.demo.processes import Crew, environment
from service.people.chat import make_code
from service.people.models import ChatChannel, ChatIdentity, Team, User
from service.scheduling.models import OptimizationConfig
from service.shifts.models import WeeklySchedule
from tests.bots.slack.running import free_port, healthy, until
from tests.builders import a_role, a_shift, an_assignment
from tests.standins.slack import APP_TOKEN, SlackServer
from tests.standins.slack_side import SIGNING_SECRET, SlackSide
from tests.standins.slack_world import TOKEN, WORKSPACE, Channel, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """A restaurant whose people are on the stand-in Slack."""

    slack: SlackServer
    side: SlackSide
    crew: Crew
    database_url: str
    folder: Path

    def link_code(self, handle: str) -> str:
        """A code with which this person can link an account."""
        with sample.transaction(self.database_url) as session:
            user_id = session.scalars(select(User.id).where(User.handle == handle)).one()
            return make_code(session, user_id=user_id)[0]

    def link_everybody(self, channel: Channel, people_in_all: int) -> list[Person]:
        """Everybody has an account on Slack, and the team this channel; so many that there are that many people."""
        with sample.transaction(self.database_url) as session:
            people = []
            team = session.scalars(select(Team).options(selectinload(Team.members))).one()
            for number in range(people_in_all - len(team.members)):
                name = f"helper{number}"
                team.members.append(User(name=name, handle=name, email=f"{name}@example.com"))
            session.flush()
            for user in session.scalars(select(User).order_by(User.id)):
                person = self.slack.world.join(user.handle)
                people.append(person)
                session.add(
                    ChatIdentity(platform="slack", workspace=WORKSPACE, external_id=person.id, user_id=user.id)
                )
            session.add(ChatChannel(platform="slack", workspace=WORKSPACE, external_id=channel.id, team_id=team.id))
            return people

    def give_everybody_a_shift(self, week_start: date) -> None:
        """Whoever was added works on one more shift of a draft week."""
        with sample.transaction(self.database_url) as session:
            week = session.scalars(select(WeeklySchedule).where(WeeklySchedule.week_start == week_start)).one()
            helpers = session.scalars(
                select(User).where(User.handle.startswith("helper")).options(selectinload(User.roles))
            ).all()
            role = a_role(session, "Helper")
            shift = a_shift(session, week, role, headcount=len(helpers), name="Fair")
            for helper in helpers:
                helper.roles.append(role)
            session.flush()
            for helper in helpers:
                an_assignment(session, shift, helper, role)

    def kill_delivery(self) -> None:
        """kill -9 the delivery worker, and start another."""
        [worker] = [child for child in self.crew._children if child.name == "delivery worker"]
        worker.process.kill()
        self.crew.start("second delivery worker", "worker", "--queues", "deliver_slack")

    def logs(self) -> str:
        """What the processes wrote."""
        return "\n".join(file.read_text(errors="replace") for file in sorted((self.folder / "logs").glob("*.log")))


@contextlib.contextmanager
def business(
    slack: SlackServer, servers: Servers, database_url: str, folder: Path, *, socket_mode: bool = False
) -> Iterator[Business]:
    """The restaurant, ready to be used; everything is stopped at the end of the block."""
    sample.fill_if_empty(database_url, folder)
    with sample.transaction(database_url) as session:
        session.execute(update(OptimizationConfig).values(time_limit_seconds=30))
    service_port, slack_port = free_port(), free_port()
    running = Running(
        database_url=database_url,
        redis_url=servers.redis_url,
        service_url=f"http://127.0.0.1:{service_port}",
    )
    httpx_url = f"http://127.0.0.1:{slack_port}/slack/events"
    crew = Crew(folder, environment(running, datadir.load_secrets(folder)) | _slack(slack, socket_mode=socket_mode))
    try:
        crew.start("service", "api", "--host", "127.0.0.1", "--port", str(service_port))
        crew.start("solver worker", "worker", "--queues", "solve")
        crew.start("delivery worker", "worker", "--queues", "deliver_slack")
        crew.start("scheduler", "scheduler")
        crew.start("slack", "slack", "--host", "127.0.0.1", "--port", str(slack_port))
        crew.wait_until_ready(running.service_url)
        until(lambda: slack.has_socket if socket_mode else healthy(slack_port), 60)
        side = SlackSide(slack, None if socket_mode else httpx_url)
        yield Business(slack=slack, side=side, crew=crew, database_url=database_url, folder=folder)
    finally:
        crew.stop()


def _slack(slack: SlackServer, *, socket_mode: bool) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.url,
        **({"SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else {}),
    }
