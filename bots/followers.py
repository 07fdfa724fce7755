"""Keeps the messages that announce runs up to date, each in a task of its own."""

import asyncio

import structlog

from bots.client import Service, ServiceError
from bots.desk import Asker, Desk
from bots.following import follow
from bots.platform import Platform, SentMessage

log = structlog.get_logger()


class Followers:
    """The runs that are being followed, each message edited once in `every` seconds at most.

    `close` at the end; a run goes on without its follower.
    """

    def __init__(self, service: Service, desk: Desk, platform: Platform, *, every: float) -> None:
        self._service = service
        self._desk = desk
        self._platform = platform
        self._every = every
        self._tasks: set[asyncio.Task[None]] = set()

    async def follow(self, asker: Asker, run_id: int, message: SentMessage) -> None:
        """Begin to follow a run that this person asked for, in the message that announced it."""
        try:
            person = await self._service.person(asker.account, key=asker.key)
            team = await self._desk.team_of_run(asker, run_id)
        except ServiceError as error:
            log.warning("follow.not_begun", run_id=run_id, error=str(error))
            return
        following = follow(person, self._platform, run_id, message, team.name, every=self._every)
        task = asyncio.create_task(following)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop following."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
