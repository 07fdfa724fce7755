"""How errors leave the service: RFC 9457 problem details, the same shape for every kind."""

from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg2.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from service.errors import Busy, RotaError, TooManyRequests, Unprocessable, VersionMoved
from service.phrases import phrase_read
from service.schemas.base import FieldFault, Problem
from service.schemas.requests import RuleKind
from solver.phrases import Phrase

MEDIA_TYPE = "application/problem+json"
SHAPES = frozenset(RuleKind)
log = structlog.get_logger()

DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": description, "content": {MEDIA_TYPE: {}}}
    for status, description in (
        (400, "A body that is not JSON at all"),
        (401, "Not signed in"),
        (403, "Not allowed"),
        (404, "No such row, or none that the caller may know of"),
        (409, "Contradicts the present state"),
        (413, "A body larger than any that makes sense"),
        (422, "Bad input, field by field"),
        (429, "Too often"),
    )
}


def install(app: FastAPI) -> None:
    """Answer every error of `app` with problem details."""
    app.add_exception_handler(RotaError, _known)
    app.add_exception_handler(RequestValidationError, _bad_input)
    app.add_exception_handler(StaleDataError, _moved)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _no_such_value)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(PoolTimeout, _database_away)
    app.add_exception_handler(InterfaceError, _database_away)
    app.add_exception_handler(Exception, _unknown)


def _respond(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True), problem.status, headers=headers, media_type=MEDIA_TYPE
    )


def answer(error: RotaError) -> JSONResponse:
    """The problem details of a known error."""
    said = [one for one in (*error.values.values(), *error.reasons) if isinstance(one, Phrase)]
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if isinstance(error, Busy):
        headers["Retry-After"] = "2"
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    return _respond(
        Problem(
            title=error.title,
            status=error.status,
            code=error.code,
            detail=error.detail,
            way_forward=error.way_forward,
            wording=error.wording,
            phrases={str(one): phrase_read(one) for one in said} or None,
            faults=list(error.faults),
        ),
        headers,
    )


async def _known(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RotaError)  # noqa: S101  # the handler's registration says so
    return answer(error)


async def _moved(_: Request, __: Exception) -> JSONResponse:
    return answer(
        VersionMoved("Somebody else changed this at the same time.", way_forward="Look at it again, then repeat.")
    )


async def _bad_input(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # the handler's registration says so
    faults = [
        FieldFault(
            # Which of several shapes a body was read as is no part of a field's name.
            field=".".join(str(part) for part in fault["loc"][1:] if part not in SHAPES) or str(fault["loc"][0]),
            reason=fault["msg"],
        )
        for fault in error.errors()
    ]
    detail = "; ".join(f"{fault.field}: {fault.reason}" for fault in faults[:5])
    return _respond(Problem(title="Bad input", status=422, code="bad_input", detail=detail, faults=faults))


async def _no_such_value(_: Request, error: Exception) -> JSONResponse:
    log.warning("database.refused_value", error=str(getattr(error, "orig", error)).partition("\n")[0])
    return answer(Unprocessable("PostgreSQL cannot hold one of these values.", way_forward="Send plain text."))


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # the handler's registration says so
    codes = {400: "unreadable", 404: "not_found", 405: "method_not_allowed"}
    code = codes.get(error.status_code, "http_error")
    problem = Problem(title=str(error.detail), status=error.status_code, code=code, detail=str(error.detail))
    return _respond(problem, dict(error.headers) if error.headers else None)


async def _database_away(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, OperationalError) and isinstance(error.orig, DeadlockDetected | SerializationFailure):
        # Nothing was changed, and nobody is to blame: whoever may ask again at once does, as the bots do.
        return answer(Busy("Others changed the same at this moment.", way_forward="Try again in a moment."))
    log.error("database.away", error=type(error).__name__)
    problem = Problem(
        title="Not available",
        status=503,
        code="unavailable",
        detail="The database cannot be reached.",
        way_forward="Try again in a moment.",
    )
    return _respond(problem, {"Retry-After": "5"})


async def _unknown(_: Request, error: Exception) -> JSONResponse:
    reference = uuid4().hex[:12]
    log.error("request.failed", reference=reference, exc_info=error)
    return _respond(
        Problem(
            title="Something went wrong",
            status=500,
            code="internal",
            detail="Rota could not do this; it is in the log.",
            way_forward=f"Tell whoever runs Rota this reference: {reference}",
            reference=reference,
        )
    )
