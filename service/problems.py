"""How errors leave the service: RFC 9457 problem details, the same shape for every kind."""

from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg2.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from service.errors import RotaError, VersionMoved
from service.schemas.base import FieldFault, Problem

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger()

DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": description, "content": {MEDIA_TYPE: {}}}
    for status, description in (
        (401, "Not signed in"),
        (403, "Not allowed"),
        (404, "No such row, or none that the caller may know of"),
        (409, "Contradicts the present state"),
        (422, "Bad input, field by field"),
    )
}


def install(app: FastAPI) -> None:
    """Answer every error of `app` with problem details."""
    app.add_exception_handler(RotaError, _known)
    app.add_exception_handler(RequestValidationError, _bad_input)
    app.add_exception_handler(StaleDataError, _moved)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(Exception, _unknown)


def _respond(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True), problem.status, headers=headers, media_type=MEDIA_TYPE
    )


def answer(error: RotaError) -> JSONResponse:
    """The problem details of a known error."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return _respond(
        Problem(
            title=error.title,
            status=error.status,
            code=error.code,
            detail=error.detail,
            way_forward=error.way_forward,
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
            field=".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0]), reason=fault["msg"]
        )
        for fault in error.errors()
    ]
    detail = "; ".join(f"{fault.field}: {fault.reason}" for fault in faults[:5])
    return _respond(Problem(title="Bad input", status=422, code="bad_input", detail=detail, faults=faults))


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # the handler's registration says so
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
    problem = Problem(title=str(error.detail), status=error.status_code, code=code, detail=str(error.detail))
    return _respond(problem, dict(error.headers) if error.headers else None)


async def _database_away(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, OperationalError) and isinstance(error.orig, DeadlockDetected | SerializationFailure):
        return await _moved(request, error)
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
