"""The restaurant with everything running: database, broker, service, scheduler, workers and the Slack bot."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update

from bots.demo import datadir, sample
from bots.demo.datadir import Running
from bots.demo.embedded import Servers
from bots.demo.processes import Crew, environment
from service.people.chat import make_code
from service.people.models import ChatChannel, ChatIdentity, Team, User
from service.scheduling.models import OptimizationConfig
from tests.bots.slack.running import free_port, healthy, until
from tests.standins.slack import APP_TOKEN, TOKEN, SlackServer
from tests.standins.slack_side import SIGNING_SECRET, SlackSide
from tests.standins.slack_world import WORKSPACE, Channel, Person


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

    def link_everybody(self, channel: Channel) -> list[Person]:
        """Everybody has an account on Slack, and the team this channel."""
        with sample.transaction(self.database_url) as session:
            people = []
            for user in session.scalars(select(User).order_by(User.id)):
                person = self.slack.world.join(user.handle)
                people.append(person)
                session.add(
                    ChatIdentity(platform="slack", workspace=WORKSPACE, external_id=person.id, user_id=user.id)
                )
            team_id = session.scalars(select(Team.id)).one()
            session.add(ChatChannel(platform="slack", workspace=WORKSPACE, external_id=channel.id, team_id=team_id))
            return people

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
