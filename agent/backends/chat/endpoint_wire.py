"""Between our types and the JSON that OpenAI-compatible servers read and write."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.backends.chat.plain_text import without_usual_tokens

if TYPE_CHECKING:
    from agent.backends.protocols import Chat, ChatMessage, GenerateOptions
    from agent.media.decoded import Picture

PICTURE_PX = 768  # longest side sent: more than the models behind such servers look at
JPEG_QUALITY = 85
STOPS = 4  # the most that the interface takes
TOP_LOG_PROBS = 20  # the most that the interface gives

Json = Mapping[str, Any]
Form = TypeVar("Form", bound=BaseModel)


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class _Delta(_Wire):
    content: str | None = None


class _ChunkChoice(_Wire):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Chunk(_Wire):
    choices: list[_ChunkChoice] = []


class _LikelyToken(_Wire):
    token: str
    logprob: float


class _Position(_Wire):
    top_logprobs: list[_LikelyToken]


class _Positions(_Wire):
    content: list[_Position] | None


class _ChosenChoice(_Wire):
    logprobs: _Positions | None


class _Chosen(_Wire):
    choices: list[_ChosenChoice]


class _Echo(_Wire):
    tokens: list[str]
    token_logprobs: list[float | None]


class _CompletionChoice(_Wire):
    logprobs: _Echo | None


class _Usage(_Wire):
    completion_tokens: int = Field(default=1, ge=0)


class _Completion(_Wire):
    choices: list[_CompletionChoice]
    usage: _Usage = _Usage()


class _Meta(_Wire):
    n_ctx: int | None = None


class _Model(_Wire):
    id: str
    max_model_len: int | None = None
    meta: _Meta = _Meta()


class _Models(_Wire):
    data: list[_Model] = []


def chat_request(model: str, chat: Chat, options: GenerateOptions) -> dict[str, object]:
    """The body of a chat request."""
    sampling = options.sampling
    body: dict[str, object] = {
        "model": model,
        "messages": [_message(message) for message in chat],
        "max_tokens": options.max_new_tokens,
        "temperature": sampling.temperature if sampling else 0,
    }
    if sampling:
        body["seed"] = sampling.seed
    if options.stop:
        body["stop"] = list(options.stop[:STOPS])
    if options.json_schema is not None:
        form = {"name": "form", "schema": options.json_schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    return body


def plain_prompt(chat: Chat) -> str:
    """A chat as one text, for servers that score what follows a text: such requests know no chat template."""
    return "".join(f"{without_usual_tokens(message.text)}\n\n" for message in chat)


def context_of(models: Json | None, model: str) -> int | None:
    """How many tokens a model can read, from a server's list of models; None when it does not say."""
    listed = _read(_Models, models or {})
    sizes = (entry.max_model_len or entry.meta.n_ctx for entry in (listed.data if listed else ()) if entry.id == model)
    return next(sizes, None)


def piece_of(event: Json) -> tuple[str, str | None]:
    """The text that an event of a stream adds, and why the answer ends with it, if it does."""
    chunk = _read(_Chunk, event)
    if chunk is None or not chunk.choices:
        return "", None
    return chunk.choices[0].delta.content or "", chunk.choices[0].finish_reason


def echoed_log_probs(answer: Json, continuation: str) -> list[float] | None:
    """Log-probabilities of the tokens that a continuation is made of, at the end of an echoed prompt.

    Returns:
        None when the server did not echo them: some answer such requests with the new tokens only.
    """
    completion = _read(_Completion, answer)
    echo = completion.choices[0].logprobs if completion and completion.choices else None
    if completion is None or echo is None or len(echo.tokens) != len(echo.token_logprobs):
        return None
    end = start = len(echo.tokens) - completion.usage.completion_tokens
    text = ""
    while start > 0 and len(text) < len(continuation):
        start -= 1
        text = echo.tokens[start] + text
    tail = [number for number in echo.token_logprobs[start:end] if number is not None]
    return tail if tail and len(tail) == end - start and text.endswith(continuation) else None


def option_log_probs(answer: Json, options: Sequence[str]) -> list[float] | None:
    """Log-probability that an answer begins with each option, from the likeliest first tokens.

    Returns:
        None when the server gives no such tokens, or an option is not among them.
    """
    chosen = _read(_Chosen, answer)
    positions = chosen.choices[0].logprobs if chosen and chosen.choices else None
    if positions is None or not positions.content:
        return None
    shares = [_share(option, options, positions.content[0].top_logprobs) for option in options]
    return [math.log(share) for share in shares] if all(shares) else None


def _share(option: str, options: Sequence[str], likeliest: Sequence[_LikelyToken]) -> float:
    """Probability of all tokens with which this option begins and no other one does."""
    others = [other for other in options if other != option]
    texts = [(token.token.strip(), token.logprob) for token in likeliest]
    return sum(
        math.exp(min(log_prob, 0.0))
        for text, log_prob in texts
        if text and option.startswith(text) and not any(other.startswith(text) for other in others)
    )


def _message(message: ChatMessage) -> dict[str, object]:
    text = without_usual_tokens(message.text)
    if not message.pictures:
        return {"role": message.role, "content": text}
    parts = [{"type": "image_url", "image_url": {"url": data_url(picture)}} for picture in message.pictures]
    return {"role": message.role, "content": [*parts, {"type": "text", "text": text}]}


def data_url(picture: Picture) -> str:
    """A picture as a JPEG inside a URL, shrunk to `PICTURE_PX`."""
    from PIL import Image

    image = Image.fromarray(picture.rgb)
    image.thumbnail((PICTURE_PX, PICTURE_PX))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=JPEG_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _read(form: type[Form], data: Json) -> Form | None:
    try:
        return form.model_validate(data)
    except ValidationError:
        return None  # what a server does not say in the usual form it does not say


__all__ = [
    "TOP_LOG_PROBS",
    "chat_request",
    "context_of",
    "data_url",
    "echoed_log_probs",
    "option_log_probs",
    "piece_of",
    "plain_prompt",
]
