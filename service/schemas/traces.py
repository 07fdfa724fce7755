"""Traces: what became of one command in every process that had a part in it, where somebody collects them.

Off unless an OTLP address is in the environment: then all of this does nothing, and nothing of OpenTelemetry is
loaded. It lies here because service and bots share this folder alone; `recorder` beside it loads OpenTelemetry.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from service.schemas.recorder import Recorder

log = structlog.get_logger()
ADDRESSES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""The variables of OpenTelemetry's own SDK, which reads all its others too."""
INSTALL = "pip install 'rota[otel]'"

Told = str | int | float | bool


class Role(StrEnum):
    """What a span is to the others: within its process, handing work to another, or taking it from there."""

    INTERNAL = "INTERNAL"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody collects traces."""
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    none = environment.get("OTEL_TRACES_EXPORTER", "").lower() == "none"
    return any(environment.get(name) for name in ADDRESSES) and not off and not none


def configure(process: str) -> None:
    """Begin to record as this kind of process, such as `api`; to be called once it is known how the process logs."""
    if wanted():
        # The SDK reads it, and whoever runs Rota may have said otherwise.
        os.environ.setdefault("OTEL_SERVICE_NAME", f"rota-{process}")
        _recorder()


@lru_cache
def _recorder() -> "Recorder | None":
    if not wanted():
        return None
    try:
        from service.schemas.recorder import Recorder  # noqa: PLC0415  # only where it is wanted, see above
    except ImportError:
        # An outage for want of traces would be a poor bargain.
        log.error("traces.not_installed", way_forward=INSTALL)  # noqa: TRY400  # the sentence says all there is
        return None
    log.info("traces.recording")
    return Recorder()


@contextmanager
def span(
    name: str, *, role: Role = Role.INTERNAL, parent: str | None = None, told: Mapping[str, Told] | None = None
) -> Iterator[None]:
    """Record the block as a span: of `parent`, as `carried` gave it elsewhere, or of the span that is under way.

    `told` are ids and figures, never names or text of people.
    """
    recorder = _recorder()
    if recorder is None:
        yield
        return
    with recorder.span(name, role, parent, {**_correlation(), **(told or {})}):
        yield


def note(**told: Told) -> None:
    """Add to the span that is under way: ids and figures, never names or text of people."""
    recorder = _recorder()
    if recorder is not None:
        recorder.note({**_correlation(), **told})


def carried() -> str | None:
    """The span that is under way as other processes take it, a W3C `traceparent`; None where nothing is recorded."""
    recorder = _recorder()
    return None if recorder is None else recorder.carried()


def flush() -> None:
    """Hand over what was recorded: for a process that ends without Python's own end."""
    recorder = _recorder()
    if recorder is not None:
        recorder.flush()


def watch_app(app: "FastAPI") -> None:
    """Record every request that the application answers."""
    recorder = _recorder()
    if recorder is not None:
        recorder.watch_app(app)


def watch_client(client: "httpx.AsyncClient") -> None:
    """Record the calls of a client, and let them carry the trace."""
    recorder = _recorder()
    if recorder is not None:
        recorder.watch_client(client)


def watch_engine(engine: "Engine") -> None:
    """Record the statements of an engine, without their parameters."""
    recorder = _recorder()
    if recorder is not None:
        recorder.watch_engine(engine)


def _correlation() -> dict[str, Told]:
    correlation_id = structlog.contextvars.get_contextvars().get("correlation_id")
    return {} if correlation_id is None else {"correlation_id": correlation_id}
