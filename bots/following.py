"""Follows a run: keeps editing the message that announced it until the run ends."""

import asyncio

import structlog

from bots.client import Person, ServiceError
from bots.commands.optimize import ended, progress
from bots.platform import Platform, PlatformError, RateLimited, SentMessage
from service.schemas.scheduling import RunOrigin, RunStatus

ENDED = frozenset({RunStatus.SUCCESS, RunStatus.FAILED, RunStatus.CANCELLED})

log = structlog.get_logger()


async def follow(person: Person, platform: Platform, run_id: int, message: SentMessage, *, every: float) -> None:
    """Edit `message` with the progress of the run, at most once in `every` seconds, until it has ended.

    What goes wrong here costs the progress only: the result is announced by the delivery worker.
    """
    address = message.address
    origin = RunOrigin(
        platform=platform.name,
        workspace=address.workspace,
        channel=address.target,
        thread=address.thread,
        message_id=message.message_id,
    )
    wait, shown = every, None
    try:
        run = await person.set_origin(run_id, origin)
        team_name = (await person.team(run.team_id)).name
        while run.status not in ENDED:
            await asyncio.sleep(wait)
            wait = every
            run = await person.run(run_id)
            state = (run.status, run.progress, run.cancel_requested)
            if run.status in ENDED or state == shown:
                continue
            try:
                await platform.edit(message, progress(run, team_name, platform.name))
                shown = state
            except RateLimited as limited:
                wait = max(every, limited.retry_after)
        await platform.edit(message, ended(run, team_name))
    except (ServiceError, PlatformError) as error:
        log.warning("follow.ended", run_id=run_id, error=str(error))
