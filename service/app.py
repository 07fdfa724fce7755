"""The HTTP application: every domain's routes under /api, health beside them."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from uuid import uuid4

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from service import admission, edge, examples, metrics, migrated, problems
from service.activity import endpoints as activity
from service.calendars import endpoints as calendars
from service.exports import endpoints as exports
from service.installations import endpoints as installations
from service.notifications import endpoints as notifications
from service.people import endpoints as people
from service.people import team_endpoints as teams
from service.people import user_endpoints as users
from service.requests import endpoints as requests
from service.requests import rule_endpoints as rules
from service.scheduling import config_endpoints as configs
from service.scheduling import endpoints as scheduling
from service.scheduling import explain_endpoints as explanations
from service.scheduling import solution_endpoints as solutions
from service.schemas import traces
from service.settings import get_settings
from service.shifts import endpoints as shifts
from service.swaps import endpoints as swaps

log = structlog.get_logger()
LONGEST_CORRELATION_ID = 64
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Anybody may ask with a word of their own, and each would be a figure that is kept for good."""


def create_app() -> FastAPI:
    """The service as an ASGI application."""
    app = FastAPI(title="Rota", version=version("rota"), docs_url="/docs", redoc_url=None, lifespan=_life)
    problems.install(app)
    admission.install(app)
    app.middleware("http")(_with_context)
    edge.install(app)
    app.include_router(_health)
    domains = (
        people,
        teams,
        users,
        shifts,
        requests,
        rules,
        swaps,
        scheduling,
        configs,
        solutions,
        explanations,
        notifications,
        activity,
        exports,
        calendars,
        installations,
    )
    for domain in domains:
        app.include_router(domain.router, prefix="/api", responses=problems.DOCUMENTED)
    examples.install(app)
    traces.watch_app(app)
    return app


@asynccontextmanager
async def _life(_: FastAPI) -> AsyncIterator[None]:
    yield
    # uvicorn dies of the signal that ends it, without Python's own end.
    traces.flush()


async def _with_context(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Bind who asked from where to the logs and the activity of this request."""
    given = request.headers.get("X-Correlation-Id", "")
    correlation_id = given if given.isascii() and 0 < len(given) <= LONGEST_CORRELATION_ID else uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        correlation_id=correlation_id, platform=request.headers.get("X-Rota-Platform", "api")[:32]
    )
    traces.note()
    began = time.perf_counter()
    try:
        response = await call_next(request)
    except Exception:
        # Answered as 500 further out, and still an answer that somebody waited for.
        _measure(request, 500, time.perf_counter() - began)
        raise
    seconds = time.perf_counter() - began
    _measure(request, response.status_code, seconds)
    log.info(
        "request.done",
        method=request.method,
        path=_path_without_secrets(request),
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
    )
    response.headers["X-Correlation-Id"] = correlation_id
    return response


def _path_without_secrets(request: Request) -> str:
    # By the path and not by the route: a link that is refused for want of room, or mistyped, reaches none.
    before, calendar, _ = request.url.path.partition("calendar/")
    return f"{before}{calendar}....ics" if calendar else before


def _measure(request: Request, status: int, seconds: float) -> None:
    # The route's pattern, never the path: ids and guesses would make a figure of their own each.
    route = getattr(request.scope.get("route"), "path", "none")
    method = request.method if request.method in METHODS else "other"
    metrics.REQUESTS.labels(method, route, str(status)).observe(seconds)


_health = APIRouter(tags=["health"])


@_health.get("/metrics", response_class=PlainTextResponse)
def figures() -> Response:
    """Figures for Prometheus; to be reached by it alone."""
    return Response(metrics.page(), media_type=CONTENT_TYPE_LATEST)


@_health.get("/health")
def health() -> dict[str, str]:
    """Whether this process answers."""
    return {"status": "ok"}


@_health.get("/ready", responses={503: {"description": "A part that the service needs is away"}})
def ready() -> JSONResponse:
    """Whether the broker and the database answer, and its tables are as new as needed; names what is not so."""
    parts = {"database": _database_answers(), "redis": _redis_answers()}
    return JSONResponse(parts, 200 if all(answer == "ok" for answer in parts.values()) else 503)


def _database_answers() -> str:
    try:
        behind = migrated.is_behind()
    except SQLAlchemyError as error:
        log.warning("ready.database_away", error=type(error).__name__)
        return "away: check DATABASE_URL and run `rota migrate`"
    if behind:
        log.warning("ready.migration_awaited")
        return "older than this version needs: run `rota migrate`"
    return "ok"


def _redis_answers() -> str:
    try:
        with Redis.from_url(get_settings().redis_url, socket_timeout=2) as redis:
            redis.ping()
    except RedisError as error:
        log.warning("ready.redis_away", error=type(error).__name__)
        return "away: check REDIS_URL"
    return "ok"
