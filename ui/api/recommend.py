"""Asking for items: recommend, search, explain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Any, get_args

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from agent.answers import Event
from agent.errors import TastemakerError
from agent.serialise import plain
from ui.api.dependencies import Filled, check_naming, known_query
from ui.api.files import turn_of
from ui.api.openapi import answers
from ui.api.schema import AnswerOut, EventName, ExplainBody, ExplanationsOut, HitsOut, RecommendBody, SearchBody
from ui.api.views import answer_view, event_view, hits_view
from ui.errors.problems import problem_of
from ui.service.ready import ReadyCards
from ui.service.service import Service

if TYPE_CHECKING:
    from agent.recommender import RecommendationAgent

router = APIRouter(prefix="/v1", tags=["recommending"], dependencies=[Depends(known_query)])

FAILURES = (400, 401, 403, 408, 413, 422, 429, 503)
_EVENTS = {  # of each event
    "schema": {
        "type": "object",
        "properties": {
            "event": {"enum": list(get_args(EventName))},
            "data": {"type": "string", "contentMediaType": "application/json"},
        },
        "required": ["event", "data"],
    },
    "example": {"event": "status", "data": '{"kind": "status", "at_s": 0.001, "text": "searching 174 items"}'},
}


@router.post("/recommend", responses=answers(AnswerOut, *FAILURES, text_event_stream=_EVENTS))
def recommend(body: RecommendBody, request: Request, service: Filled) -> Response:
    """The best items for a request, each with a reason that can be checked.

    With `stream` each step comes as a server-sent event, named `status`, `candidates`, `item`, `final`, or `error` with
    a problem as its data; a call that fails before its first step is answered with a problem instead.
    """
    check_naming(body.user, request)
    if body.stream:
        return StreamingResponse(_events(body, service), media_type="text/event-stream", headers=_UNKEPT)
    from agent.pipeline.events import final_answer

    with turn_of(body, service) as turn:
        events = ReadyCards(service.stream(lambda agent: agent.answer(turn)))
        return JSONResponse(answer_view(final_answer(iter(events))))


@router.post("/search", responses=answers(HitsOut, *FAILURES))
def search(body: SearchBody, request: Request, service: Filled) -> JSONResponse:
    """What retrieval alone finds: at once, without the language model and without reasons."""
    check_naming(body.user, request)
    with turn_of(body, service) as turn:
        return JSONResponse(hits_view(service.run(lambda agent: agent.search(turn))))


@router.post("/explain", responses=answers(ExplanationsOut, *FAILURES))
def explain(body: ExplainBody, service: Filled) -> JSONResponse:
    """Why items fit a request, whoever recommended them."""

    def explained(agent: RecommendationAgent) -> list[dict[str, Any]]:
        explanations = agent.explain_list(body.item_ids, body.text, filters=body.filters)
        return [{"item_id": item_id, "explanation": plain(reason)} for item_id, reason in explanations]

    return JSONResponse({"explanations": service.run(explained)})


_UNKEPT = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}  # the latter is for nginx, which would hold steps back


def _events(body: RecommendBody, service: Service) -> Iterator[str]:
    """The answer as server-sent events. Fails at once where the first step cannot be made."""
    with ExitStack() as open_:
        turn = open_.enter_context(turn_of(body, service))
        events = iter(ReadyCards(service.stream(lambda agent: agent.answer(turn))))
        first = next(events)  # before the stream begins, so that what fails here has a status of its own
        return _lines(chain([first], events), open_.pop_all())


def _lines(events: Iterator[Event], open_: ExitStack) -> Iterator[str]:
    with open_:
        try:
            for event in events:
                yield _line(event.kind, event_view(event))
        except TastemakerError as error:
            yield f"event: error\ndata: {bytes(problem_of(error).body).decode()}\n\n"


def _line(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
