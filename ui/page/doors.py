"""The functions of the page, each for those whose role it needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.errors.problems import problem_of
from ui.errors.refusals import OperatorOnly, too_large
from ui.guard.doors import OPERATOR, CallerRole, role_for_function
from ui.service.limits import MIB

if TYPE_CHECKING:
    from gradio import Blocks

CALLING = ("/gradio_api/queue/join", "/gradio_api/run/")
MOST_BYTES = 4 * MIB  # of one call: what a person types and the names of their files


def function_names(page: Blocks) -> dict[int, str]:
    """What each function of a page is called in the table of doors, by its number; the browser's own are left out."""
    functions = {number: step.fn for number, step in page.fns.items()}
    return {
        number: function.__qualname__.replace(".<locals>", "")
        for number, function in functions.items()
        if function is not None
    }


class FunctionGate:
    """Refuses functions that are not for who calls them, before Gradio looks at the call."""

    def __init__(self, app: ASGIApp, names: Mapping[int, str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(CALLING):
            await self._app(scope, receive, send)
            return
        role = scope.get("state", {}).get("role")
        if role is OPERATOR:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            await problem_of(too_large("The call", MOST_BYTES))(scope, receive, send)
        elif role is None or role < self._needed(body):
            refusal = OperatorOnly("This part of the page is not for visitors.", "Log in with the operator's token.")
            await problem_of(refusal)(scope, receive, send)
        else:
            await self._app(scope, _again(body, receive), send)

    def _needed(self, body: bytes) -> CallerRole:
        """The role that a call needs; the operator's where it cannot be told for sure."""
        try:
            call = json.loads(body, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            return OPERATOR
        if not isinstance(call, dict) or type(call.get("fn_index")) is not int:
            return OPERATOR
        pressed = call.get("event_data")
        act = str(pressed.get("act", "")) if isinstance(pressed, dict) else ""
        return role_for_function(self._names.get(call["fn_index"], ""), act)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that names something twice could be read in another way behind us."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name stands twice")
    return made


async def _whole(receive: Receive) -> bytes | None:
    """The body of a call; None where it is larger than one may be."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives a body that has been read once more, then what comes."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return parts.pop() if parts else await receive()

    return receiving
