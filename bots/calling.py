"""How the service is called over HTTP: what is tried again, what is sent along, and how an answer is read.

ServiceError
├── Refused        the service said no: `problem` has its code and its sentence
└── Unreachable    the service did not answer
"""

import asyncio
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, get_origin

import httpx
import structlog
from pydantic import BaseModel, TypeAdapter, ValidationError

from service.schemas import traces
from service.schemas.base import Problem

Answer = TypeVar("Answer")

# Methods that do no more when they arrive twice; others need a key for that.
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
KEY_HEADER = "Idempotency-Key"
RETRY_SECONDS = 0.5
CORRELATION_HEADER = "X-Correlation-Id"
LONGEST_CORRELATION_ID = 64


class ServiceError(Exception):
    """Base of what a call to the service can end with instead of an answer."""


class Refused(ServiceError):
    """The service said no, for a reason that people can be told."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.status} {problem.code}: {problem.detail}")


class Unreachable(ServiceError):
    """The service did not answer; whether it did what it was asked is not known."""


class Calling:
    """Calls with the bots' own credential. One for a process; `close` it at the end.

    A call that finds the service away is made again for `patience_seconds`, where that cannot do anything twice: a
    restart of the service is then a short wait. `transport` reaches a service that listens on no port, as in tests.
    """

    def __init__(
        self,
        url: str,
        bot_secret: str,
        *,
        platform: str,
        timeout_seconds: float = 10.0,
        patience_seconds: float = 0.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/api",
            timeout=timeout_seconds,
            headers={"X-Rota-Platform": platform},
            transport=transport,
        )
        traces.watch_client(self._http)
        self._patience = patience_seconds
        self._bot = {"Authorization": f"Bot {bot_secret}"}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.aclose()

    async def call(
        self,
        kind: type[Answer] | None,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
        repeatable: bool = False,
    ) -> Answer:
        """One call, by default with the bots' credential; `repeatable` where it does no more when it arrives twice.

        Raises Refused or Unreachable.
        """
        response = await self.request(
            method,
            path,
            body=body,
            params=params,
            headers=headers,
            timeout_seconds=timeout_seconds,
            repeatable=repeatable,
        )
        return read(kind, response)

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
        repeatable: bool = False,
    ) -> httpx.Response:
        """Like `call`, its answer unread."""
        request = self._http.build_request(
            method,
            path,
            content=None if body is None else _said(body),
            params=params,
            headers={"Content-Type": "application/json"} | _correlation() | self._bot | dict(headers or {}),
            timeout=httpx.USE_CLIENT_DEFAULT if timeout_seconds is None else timeout_seconds,
        )
        deadline = time.monotonic() + self._patience
        while True:
            away, safe = await self._try(request, repeatable=repeatable)
            if not isinstance(away, ServiceError):
                return away
            if not safe or time.monotonic() >= deadline:
                raise away
            await asyncio.sleep(RETRY_SECONDS)

    async def _try(self, request: httpx.Request, *, repeatable: bool) -> tuple[httpx.Response | ServiceError, bool]:
        """The answer, or what there is instead; and whether the same may be asked again."""
        repeatable = repeatable or request.method in REPEATABLE or KEY_HEADER in request.headers
        try:
            response = await self._http.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return _unreachable(error), True
        except httpx.TransportError as error:
            return _unreachable(error), repeatable
        if not response.is_error:
            return response, False
        return Refused(_problem(response)), repeatable and response.status_code == httpx.codes.SERVICE_UNAVAILABLE


def read(kind: type[Answer] | None, response: httpx.Response) -> Answer:
    """The answer as what was asked for; nothing of it for None."""
    if kind is None:
        return None  # type: ignore[return-value]  # who asks for nothing uses nothing
    # A service of a newer version, as in a rolling deploy, says more than we know of; one of an older version may say
    # nothing (204) where ours has an answer whose fields all have defaults.
    return TypeAdapter(kind).validate_json(response.content or b"{}", extra="ignore")


def _said(body: BaseModel) -> str:
    """A body without what nobody set: a service of an older version refuses fields that it does not know of.

    What tells one kind of body from another has a default too, and is always said.
    """
    unset = type(body).model_fields.keys() - body.model_fields_set
    telling = {name for name in unset if get_origin(type(body).model_fields[name].annotation) is Literal}
    return body.model_dump_json(exclude=unset - telling)


def _correlation() -> dict[str, str]:
    """What ties the service's log lines to ours: a command's id, or that of the command behind a delivery."""
    bound = structlog.contextvars.get_contextvars().get("correlation_id")
    return {CORRELATION_HEADER: bound[:LONGEST_CORRELATION_ID]} if bound else {}


def _unreachable(error: httpx.TransportError) -> Unreachable:
    unreachable = Unreachable(type(error).__name__)
    unreachable.__cause__ = error
    return unreachable


def _problem(response: httpx.Response) -> Problem:
    try:
        # A newer service may say more of a problem than we know of.
        return Problem.model_validate_json(response.content, extra="ignore")
    except ValidationError:
        return Problem(
            title="Something went wrong",
            status=response.status_code,
            code="internal",
            detail="Rota could not do that.",
        )
