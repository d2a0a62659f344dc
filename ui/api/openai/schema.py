"""The form that chat front ends speak: what they send, and what comes back, whole, in pieces, or as an error.

Source: OpenAI API reference, chat completions.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.errors import RequestError, TastemakerError
from ui.api.openai.errors import SCHEMA, error_of
from ui.errors.problems import problem_of
from ui.errors.refusals import NotFound

MODEL = "tastemaker"
MAX_MESSAGES = 1_000
DONE = "data: [DONE]\n\n"

RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "object"}}}},
    "default": {"description": "A failure", "content": {"application/json": {"schema": SCHEMA}}},
}

_TOKEN = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]|\w+|[^\w\s]")


def _only(*values: Any) -> Any:
    """A field for which other values are refused with a sentence of ours."""
    return Field(json_schema_extra={"enum": list(values)})


ModelName = Annotated[str, _only(MODEL)]


class Lenient(BaseModel):
    """What front ends send: they add much that means nothing here, and it is left out."""

    model_config = ConfigDict(extra="ignore")


class TextPart(Lenient):
    """Words."""

    type: Literal["text"]
    text: str


class ImageUrl(Lenient):
    """Where a picture is: a `data:` URL; a web address only where the server fetches them."""

    url: str


class ImagePart(Lenient):
    """A picture."""

    type: Literal["image_url"]
    image_url: ImageUrl


class InputAudio(Lenient):
    """A recording in Base64; what it is tells its content."""

    data: str


class AudioPart(Lenient):
    """A recording."""

    type: Literal["input_audio"]
    input_audio: InputAudio


class OtherPart(Lenient):
    """What cannot be used here."""

    type: str


Part = TextPart | ImagePart | AudioPart | OtherPart


class Message(Lenient):
    """One message of a chat; what is neither a person's nor an answer is left out."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class ResponseFormat(Lenient):
    """What form the answer is to have."""

    type: Annotated[str, _only("text")]


class StreamOptions(Lenient):
    """What comes beside the pieces of an answer."""

    include_usage: bool = False


class ChatBody(Lenient):
    """A chat so far; its last message is a person's.

    How a language model is to draw its tokens (`temperature`, `max_tokens`, `seed`, `stop` ...) means nothing here.
    """

    model: ModelName
    messages: Annotated[
        list[Message],
        Field(
            min_length=1, max_length=MAX_MESSAGES, examples=[[{"role": "user", "content": "something calm with water"}]]
        ),
    ]
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: Annotated[str | None, Field(description="Who asks: what they did before counts.")] = None
    n: Annotated[int | None, _only(1, None)] = None
    logprobs: Annotated[bool | None, _only(False, None)] = None
    modalities: Annotated[list[str] | None, _only(["text"], None)] = None
    response_format: ResponseFormat | None = None
    tool_choice: Annotated[Any, _only("none", "auto", None)] = None

    @property
    def counts(self) -> bool:
        """Whether what was used is to be told at the end of a stream."""
        return self.stream_options is not None and self.stream_options.include_usage

    def check(self, *, any_form: bool = False) -> None:
        """See that nothing is asked for that cannot be done, so that nobody waits for it in vain.

        Args:
            any_form: Whether the answer may be asked for in another form than text.

        Raises:
            NotFound: there is no such model.
            RequestError: it is something that is not done here.
        """
        if self.model != MODEL:
            raise NotFound(f"There is no model {self.model[:80]!r} here.", f"Ask for {MODEL!r}.")
        form = self.response_format.type if self.response_format else "text"
        checks = {
            f"n is {self.n}": self.n not in (None, 1),
            "logprobs is true": bool(self.logprobs),
            f"response_format is {form[:40]!r}": form != "text" and not any_form,
            "modalities asks for more than text": bool(self.modalities) and self.modalities != ["text"],
            "tool_choice asks for a call": self.tool_choice not in (None, "none", "auto") and not any_form,
        }
        for what, wrong in checks.items():
            if wrong:
                raise RequestError(
                    f"{what}, which cannot be done.",
                    "Leave it out; the answer is one text, with its items as data beside it in `tastemaker`.",
                )


class ChatReply:
    """One answer in this form, whole or in pieces.

    Args:
        chat: All texts of it, which usage is told of.
    """

    def __init__(self, chat: Sequence[str]) -> None:
        self.id = f"chatcmpl-{secrets.token_hex(12)}"
        self._created = int(time.time())
        self._prompt_tokens = sum(count_tokens(text) for text in chat)

    def whole(self, text: str, extra: dict[str, Any]) -> dict[str, Any]:
        """The whole answer, with what it holds as data."""
        message = {"role": "assistant", "content": text, "refusal": None, MODEL: extra}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self.usage(text)}

    def piece(self, finish: str | None = None, extra: dict[str, Any] | None = None, **delta: str) -> str:
        """A piece of a streamed answer, as an event."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**self._head("chat.completion.chunk"), "choices": [choice], **({MODEL: extra} if extra else {})})

    def counted(self, text: str) -> str:
        """What was used, as the event that comes last."""
        return _event({**self._head("chat.completion.chunk"), "choices": [], "usage": self.usage(text)})

    def usage(self, text: str) -> dict[str, int]:
        """How long the chat and its answer are, in words and signs: no model has read them whole."""
        made = count_tokens(text)
        total = self._prompt_tokens + made
        return {"prompt_tokens": self._prompt_tokens, "completion_tokens": made, "total_tokens": total}

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self._created, "model": MODEL}


def count_tokens(text: str) -> int:
    """Words and signs of a text."""
    return sum(1 for _ in _TOKEN.finditer(text))


def error_event(error: TastemakerError) -> str:
    """A failure in the middle of a stream."""
    return _event(error_of(json.loads(bytes(problem_of(error).body))))


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
