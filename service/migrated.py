"""Whether our database is as new as this code needs, and waiting until it is."""

import threading

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from migrations import revisions
from service.db import get_engine

log = structlog.get_logger()
LOOK_SECONDS = 1.0


def is_behind() -> bool:
    """Whether our database is older than this code needs. Raises SQLAlchemyError, also where it has no tables."""
    with get_engine().connect() as connection:
        return revisions.is_behind(connection.scalar(text(revisions.OF_DATABASE)))


def wait_for_migration(stop: threading.Event) -> None:
    """Return once our database is as new as this code needs, or `stop` is set.

    In a rolling upgrade new processes start before `rota migrate` has ended; the old ones go on working meanwhile.
    """
    told = None
    while not stop.is_set():
        try:
            if not is_behind():
                return
            reason = "run `rota migrate`"
        except SQLAlchemyError as error:
            reason = f"{type(error).__name__}: check DATABASE_URL and run `rota migrate`"
        if reason != told:
            log.warning("migration.awaited", reason=reason)
            told = reason
        stop.wait(LOOK_SECONDS)
