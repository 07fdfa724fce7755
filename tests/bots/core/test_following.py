"""The message that announces a run is edited until the run has ended, whatever the platform says meanwhile."""

import asyncio
from datetime import date
from typing import Any, cast

import pytest

from bots.client import Person
from bots.following import follow
from bots.platform import Address, Away, Gone, Platform, PlatformError, RateLimited, SentMessage
from bots.reply import Reply
from service.schemas.people import TeamRead
from service.schemas.scheduling import RunOrigin, RunProgress, RunRead, RunStatus

MESSAGE = SentMessage(address=Address(workspace="", target="-5", direct=False), message_id="1")
# What the messages show of them, and no more.
TEAM: dict[str, Any] = {"name": "Bar"}
RUN: dict[str, Any] = {
    "team_id": 1,
    "first_week": date(2030, 12, 2),
    "weeks": 1,
    "solver_status": None,
    "cancel_requested": False,
    "time_limit_seconds": 30,
    "progress": RunProgress(),
    "runtime_seconds": 12.0,
    "objective": None,
    "gap": None,
    "posted_on": [],
}


class Asker:
    """Whoever asked for a run, which ends after two looks at it."""

    def __init__(self) -> None:
        self._states = iter([RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.SUCCESS])

    async def set_origin(self, _run_id: int, _origin: RunOrigin) -> RunRead:
        return await self.run(1)

    async def run(self, run_id: int) -> RunRead:
        return RunRead.model_construct(**RUN, id=run_id, status=next(self._states))

    async def team(self, team_id: int) -> TeamRead:
        return TeamRead.model_construct(**TEAM, id=team_id)


class Chat:
    """A platform that answers edits with these errors first."""

    name = "telegram"

    def __init__(self, *errors: PlatformError) -> None:
        self._errors = list(errors)
        self.shown: list[Reply] = []

    async def edit(self, _message: SentMessage, reply: Reply) -> None:
        if self._errors:
            raise self._errors.pop(0)
        self.shown.append(reply)


def followed(chat: Chat) -> list[Reply]:
    asyncio.run(follow(cast("Person", Asker()), cast("Platform", chat), 1, MESSAGE, every=0))
    return chat.shown


@pytest.mark.parametrize("error", [RateLimited(0.01), Away("no answer")])
def test_a_platform_that_is_slow_at_the_end_leaves_no_button_that_stops_what_has_ended(error: PlatformError) -> None:
    """The first edit is of a run under way, all others of its end."""
    shown = followed(Chat(error, error, error))
    assert "Optimised" in (shown[-1].heading or "")
    assert shown[-1].buttons == ()


def test_a_message_that_is_gone_is_not_tried_again() -> None:
    assert followed(Chat(Gone("message to edit not found"))) == []
