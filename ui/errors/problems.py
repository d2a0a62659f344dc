"""Every failure as a problem document (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from agent.errors import (
    AgentClosed,
    CatalogError,
    ConfigError,
    EvaluationError,
    FilterError,
    FusionError,
    InteractionsError,
    MediaError,
    ModelError,
    RequestError,
    RuleError,
    TastemakerError,
    TuningError,
    WeightsError,
    WorkspaceError,
    WorkspaceOutdated,
)
from ui.errors.refusals import (
    Busy,
    Forbidden,
    Gone,
    HeadersTooLarge,
    InWork,
    JobRunning,
    NotFound,
    NotReady,
    OperatorOnly,
    TooLarge,
    TooOften,
    TooSlow,
    TurnTimeout,
    Unauthorized,
    UnknownAddress,
    WrongMethod,
)

STATUS: Mapping[type[TastemakerError], int] = {
    Unauthorized: 401,
    Forbidden: 403,
    OperatorOnly: 403,
    NotFound: 404,
    UnknownAddress: 404,
    WrongMethod: 405,
    TooSlow: 408,
    TurnTimeout: 408,
    JobRunning: 409,
    InWork: 409,
    Gone: 410,
    TooLarge: 413,
    MediaError: 422,
    RequestError: 422,
    FilterError: 422,
    CatalogError: 422,
    ConfigError: 422,
    RuleError: 422,
    EvaluationError: 422,
    FusionError: 422,
    InteractionsError: 422,
    TuningError: 422,
    Busy: 429,
    TooOften: 429,
    HeadersTooLarge: 431,
    NotReady: 503,
    AgentClosed: 503,
    WeightsError: 503,
    ModelError: 503,
    WorkspaceOutdated: 503,
    WorkspaceError: 507,
    TastemakerError: 500,
}
MEDIA_TYPE = "application/problem+json"


def status_of(error: TastemakerError) -> int:
    """The HTTP status that an error is answered with."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(status: int, kind: str, title: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem document.

    Args:
        kind: Name of the problem, stable for programs.
        title: What happened.
        detail: What to do about it.
    """
    body: dict[str, Any] = {"type": f"urn:tastemaker:{kind}", "title": title, "status": status, "detail": detail}
    if request_id.get():
        body["instance"] = f"urn:tastemaker:request:{request_id.get()}"
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


def problem_of(error: TastemakerError) -> JSONResponse:
    """The problem document of one of our errors."""
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, Busy) else {}
    if isinstance(error, NotReady):
        headers = {"Retry-After": "3"}
    if isinstance(error, Unauthorized):
        headers = {"WWW-Authenticate": "Bearer"}
    if isinstance(error, WrongMethod):
        headers = {"Allow": error.allowed}
    return problem(status_of(error), type(error).__name__, error.what, error.hint, headers)


def install(app: FastAPI) -> None:
    """Answer every failure of an app with a problem document."""

    @app.exception_handler(TastemakerError)
    def ours(_: Request, error: TastemakerError) -> JSONResponse:
        return problem_of(error)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return problem(400, "InvalidJson", "The body of the call is not JSON.", f"{first['ctx']['error']}.")
        where = ".".join(str(part) for part in first["loc"])
        return problem(422, "InvalidRequest", f"{where}: {first['msg']}.", "See /openapi.json for what is expected.")

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> JSONResponse:
        hint = "See /openapi.json for what there is."
        return problem(error.status_code, "HttpError", str(error.detail), hint, error.headers)


request_id: ContextVar[str] = ContextVar("request_id", default="")


def unexpected(error: Exception) -> TastemakerError:
    """An error that nobody foresaw, as it is told to people; its own words may hold anything, and are not shown."""
    return TastemakerError(
        f"Something unexpected happened: {type(error).__name__}.", "The server's log has the details; try again."
    )
