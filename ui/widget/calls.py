"""The calls of the widget: what a visitor of a shop's page asks, clicks, saves, and that they be forgotten.

No cookie crosses from one site to another: who a visitor is stands in what they send. This server has signed it, and it
lies in their browser.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from ui.api.dependencies import Address, Filled, Served
from ui.errors.refusals import Forbidden
from ui.guard.visitors import VISITOR_COOKIE, VisitorCookies, visitor_of
from ui.page.chat.exchange import VisitorWish
from ui.page.chat.talk import Talk
from ui.page.chat.talks import Talks
from ui.page.shared.reader import Reader
from ui.page.shared.words import Words, preferred
from ui.widget.view import exchange_view

router = APIRouter(include_in_schema=False)

SCRIPT = Path(__file__).parent / "widget.js"
MOST_CHARS = 2_000  # of one wish
LOOK_S = 0.03
MOST_SHOWN = 3


class AskBody(BaseModel):
    """What a visitor asks.

    Attributes:
        visitor: Who they are, as this server said; a new one where it is empty.
        conversation: That goes on; a new one where it is empty.
        language: That they are answered in, where their words do not say.
    """

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARS)]
    visitor: Annotated[str, Field(max_length=200)] = ""
    conversation: Annotated[str, Field(max_length=64)] = ""
    language: Annotated[str, Field(max_length=35)] = "en"


class TellBody(BaseModel):
    """What a visitor did with an item."""

    model_config = ConfigDict(extra="forbid")

    visitor: Annotated[str, Field(min_length=1, max_length=200)]
    item: Annotated[str, Field(min_length=1, max_length=512)]
    kind: Literal["click", "save"]


class LeaveBody(BaseModel):
    """A visitor who wants to be forgotten."""

    model_config = ConfigDict(extra="forbid")

    visitor: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/widget.js")
def script() -> FileResponse:
    """The script that a shop's page names."""
    return FileResponse(SCRIPT, media_type="text/javascript", headers={"cache-control": "public, max-age=3600"})


@router.post("/widget/ask")
def ask(body: AskBody, request: Request, service: Filled) -> StreamingResponse:
    """The answer as it comes, as lines of JSON, each the whole of it so far.

    Raises:
        Forbidden: the visitor is none of this server's.
        RequestError: they have no such conversation.
    """
    visitors, talks = _visitors(request), _talks(request)
    token = body.visitor or visitors.new()
    user = _user(visitors, token)
    talk = talks.find(user, body.conversation) if body.conversation else talks.begin(user)
    language = preferred(body.language)
    talk.ask(VisitorWish(body.text, k=MOST_SHOWN), language)
    reader = Reader(Words(language), service.shop, operator=False)
    lines = _lines(talk, {"visitor": token, "conversation": talk.id}, reader)
    return StreamingResponse(lines, media_type="application/x-ndjson", headers={"cache-control": "no-store"})


@router.post("/widget/tell")
def tell(body: TellBody, request: Request, service: Filled, address: Address) -> JSONResponse:
    """Keep what a visitor did with an item; it counts from their next wish on.

    Raises:
        Forbidden: the visitor is none of this server's.
        RequestError: there is no such item.
    """
    user = _user(_visitors(request), body.visitor)
    service.allowance.take(user, address)
    return JSONResponse({"stored": service.run(lambda agent: agent.feedback(user, body.item, body.kind)).stored})


@router.post("/widget/leave")
def leave(body: LeaveBody, request: Request, service: Served) -> JSONResponse:
    """Erase every trace of a visitor.

    Raises:
        Forbidden: the visitor is none of this server's.
    """
    user = _user(_visitors(request), body.visitor)
    service.run(lambda agent: agent.forget_user(user))
    return JSONResponse({"forgotten": True})


def _visitors(request: Request) -> VisitorCookies:
    visitors: VisitorCookies = request.app.state.visitors
    return visitors


def _talks(request: Request) -> Talks:
    talks: Talks = request.app.state.widget_talks
    return talks


def _user(visitors: VisitorCookies, token: str) -> str:
    user = visitor_of({VISITOR_COOKIE: token}) if visitors.is_ours(token) else None
    if user is None:
        raise Forbidden("This visitor is not known here.", "Leave `visitor` out to be a new one.")
    return user


def _lines(talk: Talk, who: dict[str, str], reader: Reader) -> Iterator[str]:
    """The answer that is being made, each time that there is more of it."""
    shown = -1
    while True:
        working, version = talk.working, talk.version
        if version != shown:
            shown = version
            yield _line({**who, **_view(talk, reader)})
        if not working:
            return
        time.sleep(LOOK_S)


def _view(talk: Talk, reader: Reader) -> dict[str, Any]:
    return exchange_view(talk.exchanges[-1], reader) if talk.exchanges else {}


def _line(values: dict[str, Any]) -> str:
    return f"{json.dumps(values, ensure_ascii=False, separators=(',', ':'))}\n"
