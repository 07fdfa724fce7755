"""Keeps the messages that announce runs up to date, each in a task of its own."""

import asyncio

import structlog

from bots.client import Service, ServiceError
from bots.commands.talk import Refusal
from bots.desk import Asker, Desk
from bots.following import follow
from bots.platform import Platform, SentMessage

# Slack lets an app edit messages about fifty times a minute, all its channels together:
# https://docs.slack.dev/apis/web-api/rate-limits.
EVERY_SECONDS = 2.0

log = structlog.get_logger()


class Followers:
    """The runs that are being followed. `close` at the end; a run goes on without its follower."""

    def __init__(self, service: Service, desk: Desk, platform: Platform) -> None:
        self._service = service
        self._desk = desk
        self._platform = platform
        self._tasks: set[asyncio.Task[None]] = set()

    async def follow(self, asker: Asker, run_id: int, message: SentMessage) -> None:
        """Begin to follow a run that this person asked for, in the message that announced it."""
        try:
            person = await self._service.person(asker.account, key=asker.key)
            team = await self._desk.team(asker)
        except (ServiceError, Refusal) as error:
            log.warning("slack.not_followed", run_id=run_id, error=str(error))
            return
        following = follow(person, self._platform, run_id, message, team.name, every=EVERY_SECONDS)
        task = asyncio.create_task(following)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop following."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
