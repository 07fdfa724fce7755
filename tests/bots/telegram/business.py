"""The restaurant with everything running: database, broker, service, scheduler, workers and the Telegram bot."""

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
from tests.bots.slack.running import free_port
from tests.bots.telegram.running import SECRET
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_side import TelegramSide
from tests.standins.telegram_world import TOKEN, Group, Json, Message, Person

PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """A restaurant whose people are on the stand-in Telegram."""

    side: TelegramSide
    crew: Crew
    database_url: str
    folder: Path

    def link_code(self, handle: str) -> str:
        """A code with which this person can link an account."""
        with sample.transaction(self.database_url) as session:
            user_id = session.scalars(select(User.id).where(User.handle == handle)).one()
            return make_code(session, user_id=user_id)[0]

    def link_everybody(self, group: Group) -> dict[str, Person]:
        """Everybody has an account on Telegram, and the team this group; people by their handle."""
        with sample.transaction(self.database_url) as session:
            people: dict[str, Person] = {}
            for user in session.scalars(select(User).order_by(User.id)):
                people[user.handle] = self.side.world.join(user.name)
                external_id = str(people[user.handle].id)
                session.add(ChatIdentity(platform="telegram", external_id=external_id, user_id=user.id))
            team_id = session.scalars(select(Team.id)).one()
            session.add(ChatChannel(platform="telegram", external_id=str(group.id), team_id=team_id))
            return people

    def logs(self) -> str:
        """What the processes wrote."""
        return "\n".join(file.read_text(errors="replace") for file in sorted((self.folder / "logs").glob("*.log")))


def appears(side: TelegramSide, chat_id: int, text: str, *, after: int = 0) -> Message:
    """The newest message of the bot in a chat that holds this text, as soon as there is one."""

    def found() -> Message | None:
        said = [one for one in side.world.from_bot(chat_id) if text in one.text and one.id > after]
        return said[-1] if said else None

    return side.wait(found, f"{text!r} in {chat_id}", PATIENCE)


def confirmed(side: TelegramSide, person: Person, message: Message, label: str) -> Json:
    """Press a button that asks "sure?", and Yes; how that press was answered."""
    side.press(person, message, label)
    yes = side.wait(lambda: next((one for one in message.labels if label in one and one != label), None), "Yes")
    return side.answer_to(side.press(person, message, yes))


@contextlib.contextmanager
def business(
    telegram: TelegramServer, servers: Servers, database_url: str, folder: Path, *, webhook: bool = False
) -> Iterator[Business]:
    """The restaurant, ready to be used; everything is stopped at the end of the block."""
    sample.fill_if_empty(database_url, folder)
    with sample.transaction(database_url) as session:
        session.execute(update(OptimizationConfig).values(time_limit_seconds=15))
    service_port, bot_port = free_port(), free_port()
    running = Running(
        database_url=database_url,
        redis_url=servers.redis_url,
        service_url=f"http://127.0.0.1:{service_port}",
    )
    crew = Crew(folder, environment(running, datadir.load_secrets(folder)) | _settings(telegram, bot_port, webhook))
    side = TelegramSide(telegram)
    try:
        crew.start("service", "api", "--host", "127.0.0.1", "--port", str(service_port))
        crew.start("solver worker", "worker", "--queues", "solve")
        crew.start("delivery worker", "worker", "--queues", "deliver_telegram")
        crew.start("scheduler", "scheduler")
        crew.start("telegram", "telegram", "--host", "127.0.0.1", "--port", str(bot_port))
        crew.wait_until_ready(running.service_url)
        side.wait(lambda: len(telegram.world.commands) == 6, "the bot to start", 60)
        yield Business(side=side, crew=crew, database_url=database_url, folder=folder)
    finally:
        crew.stop()


def _settings(telegram: TelegramServer, port: int, webhook: bool) -> dict[str, str]:
    url = {"TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram", "TELEGRAM_WEBHOOK_SECRET": SECRET}
    return {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url, **(url if webhook else {})}
