"""Chat completions in the form of OpenAI's API, so that chat front ends can be plugged in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from agent.answers import Answer, Event, UserTurn
from agent.answers import Request as WishAsked
from agent.errors import RequestError, TastemakerError
from agent.language.detection import detect_language
from ui.api.dependencies import Served, check_naming
from ui.api.openai.chores import chore_of
from ui.api.openai.messages import SentBefore, exchanges, words
from ui.api.openai.schema import DONE, MODEL, RESPONSES, ChatBody, ChatReply, ModelName, error_event
from ui.api.views import answer_view
from ui.errors.refusals import NotFound
from ui.service.chat_history import PastExchange
from ui.service.markdown import AnswerText
from ui.service.ready import ReadyCards
from ui.service.service import Service

if TYPE_CHECKING:
    from agent.dialogue.conversation import Conversation
    from agent.recommender import RecommendationAgent

router = APIRouter(prefix="/v1", tags=["chat"])

_UNKEPT = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_MODEL = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}


def _files(request: Request) -> SentBefore:
    files: SentBefore = request.app.state.sent_before  # one for all calls: a chat sends its files with each of them
    return files


@router.get("/models", responses=RESPONSES)
async def models() -> dict[str, Any]:
    """The models there are: one."""
    return {"object": "list", "data": [_MODEL]}


@router.get("/models/{name}", responses=RESPONSES)
async def model(name: ModelName) -> dict[str, Any]:
    """The one model there is."""
    if name != MODEL:
        raise NotFound(f"There is no model {name[:80]!r} here.", f"Ask for {MODEL!r}.")
    return _MODEL


@router.post("/chat/completions", responses=RESPONSES)
def complete(
    body: ChatBody, request: Request, service: Served, files: Annotated[SentBefore, Depends(_files)]
) -> Response:
    """The answer to a chat, as one text; the items with their evidence stand beside it in `tastemaker`.

    All of the chat comes with each call, and nothing of it is stored. With `stream` the steps come as
    `reasoning_content`, then the text, and in the last piece the items. A front end's own questions about the chat, for
    a title or tags, are answered with what they ask for.
    """
    check_naming(body.user, request)
    chore = chore_of(body.messages)
    body.check(any_form=chore is not None)
    reply = ChatReply([words(message) for message in body.messages])
    if chore is not None:
        return _told(service.run(chore.answer), body, reply)
    past, turn = exchanges(body.messages, body.user, files)
    call = ChatCall(service, body.user, past, turn, AnswerText(turn.text, str(request.base_url)))
    if not body.stream:
        for event in call.events():
            for _ in call.text.take(event):
                pass
        return JSONResponse(reply.whole(call.text.text, call.data()))
    events = call.events()
    first = next(events)  # what fails before it is answered with a status of its own
    return _stream(_streamed(chain([first], events), call, reply, counted=body.counts))


@dataclass(slots=True)
class ChatCall:
    """One call of a chat front end: the turns before, the turn to be answered, and what comes of it.

    Attributes:
        text: The answer, as far as it has come.
        answer: It as data, once it is whole.
        talk: The conversation that it belongs to, once that has been found.
    """

    service: Service
    user: str | None
    past: Sequence[PastExchange]
    turn: UserTurn
    text: AnswerText
    answer: Answer | None = None
    talk: Conversation | None = None

    def events(self) -> Iterator[Event]:
        """The steps of the answer, remembered with the last one."""
        n_forgotten = self.service.histories.n_forgotten
        events = ReadyCards(self.service.stream(self._begin))
        for event in events:
            if event.answer:
                self.answer = event.answer
            yield event
        opted_out = self.user is not None and self.service.opted_out(self.user)
        if self.talk is not None and not opted_out and not events.cut:
            exchange = PastExchange(self.turn, self.text.text)
            self.service.histories.keep(self.user, [*self.past, exchange], self.talk.turns, n_forgotten)

    def data(self) -> dict[str, Any]:
        """The answer as data."""
        return answer_view(self.answer) if self.answer else {}

    def _begin(self, agent: RecommendationAgent) -> Iterator[Event]:
        self.talk = self.service.histories.conversation(agent, self.user, self.past)
        try:
            yield from self.talk.answer(self.turn)
        except RequestError as error:
            # What words cannot do is told in words, as in any chat; a front end would show a failure of the server.
            if not self.turn.text or self.service.status().phase == "empty":
                raise
            yield _told_why(error, self.turn.text)


def _told_why(error: RequestError, wish: str) -> Event:
    request = WishAsked(wish, "", detect_language(wish))
    return Event("final", 0.0, answer=Answer(request, (), reply=f"{error.what} {error.hint}"))


def _told(text: str, body: ChatBody, reply: ChatReply) -> Response:
    """A text as an answer, whole or in pieces as the call wants it."""
    if not body.stream:
        return JSONResponse(reply.whole(text, {}))
    usage = [reply.counted(text)] if body.counts else []
    pieces = (reply.piece(role="assistant", content=""), reply.piece(content=text), reply.piece("stop"), *usage, DONE)
    return _stream(iter(pieces))


def _stream(pieces: Iterator[str]) -> StreamingResponse:
    return StreamingResponse(pieces, media_type="text/event-stream", headers=_UNKEPT)


def _streamed(events: Iterator[Event], call: ChatCall, reply: ChatReply, *, counted: bool) -> Iterator[str]:
    yield reply.piece(role="assistant", content="")
    try:
        for event in events:
            if step := call.text.step(event):
                yield reply.piece(reasoning_content=f"{step}\n")
            for piece in call.text.take(event):
                yield reply.piece(content=piece)
    except TastemakerError as error:
        yield error_event(error)
    else:
        yield reply.piece("stop", call.data())
        if counted:
            yield reply.counted(call.text.text)
    yield DONE
