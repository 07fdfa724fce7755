"""Engine, sessions and the base of all models.

One unit of work: `unit_of_work()` opens a session, commits at its end and rolls back on any error. Nothing else
commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from sqlalchemy import DateTime, Engine, Enum, MetaData, create_engine, event, func
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from service.errors import Unprocessable
from service.schemas import traces
from service.settings import get_settings

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[int, mapped_column(primary_key=True)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]


class Base(DeclarativeBase):
    """Base of all models; names every constraint so that migrations can find it again."""

    metadata = MetaData(naming_convention=NAMING)


def states(enum: type[StrEnum]) -> Enum:
    """A column type for `enum`: text with a check constraint, so that a new state is a small migration."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=_snake(enum.__name__),
        values_callable=lambda members: [member.value for member in members],
    )


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


@lru_cache
def get_engine() -> Engine:
    """The engine of this process, pooled; sessions speak UTC."""
    settings = get_settings()
    engine = make_engine(settings.database_url, pool_size=settings.database_pool_size)
    traces.watch_engine(engine)
    return engine


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for `url` (any `postgresql://` spelling) whose sessions speak UTC."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        pool_pre_ping=True,
        # Errors end in logs, and what was asked with names people.
        hide_parameters=True,
        connect_args={"options": "-c timezone=utc", "connect_timeout": 10},
        **options,
    )
    event.listen(engine, "handle_error", _name_refused_text)
    return engine


def _name_refused_text(context: ExceptionContext) -> None:
    """PostgreSQL has no NUL in text; psycopg2 says so with a bare ValueError, which would pass for our fault."""
    if isinstance(context.original_exception, ValueError) and "NUL" in str(context.original_exception):
        raise Unprocessable("Text must not hold a NUL character.", way_forward="Send plain text.")


@lru_cache
def _session_factory() -> sessionmaker[Session]:
    return sessionmaker(get_engine(), expire_on_commit=False)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """A session in one transaction: committed at the end of the block, rolled back on any error."""
    with _session_factory().begin() as session:
        yield session
