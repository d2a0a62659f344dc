"""The OpenAPI document: every failure is a problem, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from ui.api.schema import Problem
from ui.errors.problems import MEDIA_TYPE
from ui.guard.doors import ANYBODY, OPERATOR, role_for_call

_REF = {"$ref": "#/components/schemas/Problem"}
_TOKEN = {"type": "http", "scheme": "bearer", "description": "Not needed where only this machine can call."}
_OPERATOR = {**_TOKEN, "description": "The operator's token; that of visitors does not do."}
_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")


def answers(model: Any, *statuses: int, **media: Mapping[str, Any]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route.

    Args:
        model: What it answers with when all is well.
        statuses: Failures worth naming; all others are problems too.
        media: Further media types of the good answer, underscores for slashes.
    """
    good: dict[str, Any] = {"model": model}
    if media:
        good["content"] = {name.replace("_", "/", 1).replace("_", "-"): dict(form) for name, form in media.items()}
    return {200: good, **{status: _problem(HTTPStatus(status).phrase) for status in statuses}}


def _problem(description: str = "Any other failure") -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": _REF}}}


def _say_failures(operation: dict[str, Any]) -> None:
    """Have an operation say that every failure is a problem, in place of what FastAPI says of some."""
    responses = operation["responses"]
    if any(f"/{name}'" in repr(responses.get("422")) for name in _FASTAPIS_OWN):
        responses["422"] = _problem(HTTPStatus.UNPROCESSABLE_ENTITY.phrase)
    responses.setdefault("default", _problem())


def _say_who(operation: dict[str, Any], method: str, path: str) -> None:
    """Have an operation say whose token it needs, where that is not any."""
    role = role_for_call(method.upper(), path)
    if role in (ANYBODY, OPERATOR):
        operation["security"] = [{"operator": []}] if role is OPERATOR else []


def document(app: FastAPI) -> None:
    """Have the app describe its failures as they are."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = made()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name in _FASTAPIS_OWN:
                schemas.pop(name, None)
            schemas["Problem"] = Problem.model_json_schema()
            document["components"]["securitySchemes"] = {"token": _TOKEN, "operator": _OPERATOR}
            document["security"] = [{"token": []}]
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    _say_failures(operation)
                    _say_who(operation, method, path)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
