"""What a message of the queues carries besides the ids of its work, and how a worker takes it.

The relay writes it, workers of service and bots read it, so it lies in the folder that they share. During a rolling
deploy workers of two versions take from one queue: whoever changes what an actor's ids mean raises VERSION, and older
workers leave such messages alone. Their work is still in the database, and the sweeps hand it out until somebody can.
"""

import threading
from contextlib import ExitStack
from typing import Any

import dramatiq
import structlog
from dramatiq.broker import MessageProxy
from dramatiq.middleware import SkipMessage

from service.schemas import traces

log = structlog.get_logger()
VERSION = 1


def options(*, correlation_id: str, version: int, traceparent: str | None) -> dict[str, Any]:
    """What the relay gives a message."""
    return {"correlation_id": correlation_id, "version": version, "traceparent": traceparent}


class Carried(dramatiq.Middleware):
    """Binds what a message carries to the logs and the trace of its work, and leaves newer messages alone."""

    def __init__(self) -> None:
        self._here = threading.local()

    def before_process_message(self, broker: dramatiq.Broker, message: MessageProxy) -> None:  # noqa: ARG002
        """Begin. Raises SkipMessage for a message of a newer version."""
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(correlation_id=message.options.get("correlation_id"))
        version = message.options.get("version", VERSION)
        if version > VERSION:
            log.warning("message.too_new", actor=message.actor_name, version=version, known=VERSION)
            raise SkipMessage(f"version {version}")
        self._here.span = ExitStack()
        self._here.span.enter_context(
            traces.span(
                f"work {message.actor_name}",
                role=traces.Role.CONSUMER,
                parent=message.options.get("traceparent"),
                told={"queue": message.queue_name},
            )
        )

    def after_process_message(
        self,
        broker: dramatiq.Broker,  # noqa: ARG002
        message: MessageProxy,  # noqa: ARG002
        *,
        result: object = None,  # noqa: ARG002
        exception: BaseException | None = None,
    ) -> None:
        """End, well or not."""
        under_way: ExitStack | None = self._here.__dict__.pop("span", None)
        if under_way is not None:
            under_way.__exit__(type(exception) if exception else None, exception, None)

    after_skip_message = after_process_message
