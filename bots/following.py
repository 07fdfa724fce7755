"""Follows a run: keeps editing the message that announced it until the run ends."""

import asyncio

import structlog

from bots.client import Person, ServiceError
from bots.commands.optimize import ended, progress
from bots.platform import Away, Platform, PlatformError, RateLimited, SentMessage
from bots.reply import Reply
from service.schemas.scheduling import RunOrigin, RunStatus

ENDED = frozenset({RunStatus.SUCCESS, RunStatus.FAILED, RunStatus.CANCELLED})
LAST_TRIES = 5

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
            except Away as away:
                log.info("follow.missed", run_id=run_id, error=str(away))
        await _end(platform, message, ended(run, team_name), every=every)
    except (ServiceError, PlatformError) as error:
        log.warning("follow.ended", run_id=run_id, error=str(error))


async def _end(platform: Platform, message: SentMessage, last: Reply, *, every: float) -> None:
    """Say that the run has ended: a message left as it was would offer to stop it for ever."""
    for _ in range(LAST_TRIES - 1):
        try:
            await platform.edit(message, last)
        except RateLimited as limited:
            await asyncio.sleep(max(every, limited.retry_after))
        except Away:
            await asyncio.sleep(every)
        else:
            return
    await platform.edit(message, last)
