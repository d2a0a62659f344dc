"""Between our types and the JSON that OpenAI-compatible servers read and write."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
STOPPED, CUT_OFF, FILTERED = "stop", "length", "content_filter"  # why answers end
LEAST_SHARE = 1e-9  # of an option, where rounding leaves nothing for those that are not listed
DONE: Mapping[str, Any] = {"done": True}  # stands for the mark at the end of a stream, which is no JSON
THOUGHTS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
SIZES = ("max_model_len", "context_length", "context_window", "loaded_context_length", "max_context_length")

Json = Mapping[str, Any]
Form = TypeVar("Form", bound=BaseModel)


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


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
    listed = (models or {}).get("data")
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and entry.get("id") == model:
            meta = entry.get("meta")
            sizes = [entry.get(name) for name in SIZES] + [meta.get("n_ctx") if isinstance(meta, dict) else None]
            return next((size for size in sizes if isinstance(size, int) and size > 0), None)
    return None


@dataclass(frozen=True, slots=True)
class AnswerPiece:
    """What one event of an answer adds to it.

    Attributes:
        text: To what is said.
        thought: Whether thoughts came beside what is said.
        ended: Why the answer ends here; None where it goes on.
        refusal: The model's words on why it does not answer, where the server tells these apart.
    """

    text: str = ""
    thought: bool = False
    ended: str | None = None
    refusal: str = ""


def piece_of(event: Json) -> AnswerPiece:
    """What an event of a stream adds; a whole answer in its place adds all of it.

    Servers name thoughts `reasoning_content` or `reasoning`, send content as a text or as a list of parts, and leave
    out why an answer ends, or say it with an empty text.
    """
    choices = event.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    whole = choice.get("message")
    part = next((found for found in (choice.get("delta"), whole) if isinstance(found, dict)), {})
    text, thought = _content(part.get("content", choice.get("text")))
    ended, refusal = choice.get("finish_reason"), part.get("refusal")
    return AnswerPiece(
        text,
        thought or any(part.get(name) for name in THOUGHTS),
        ended if isinstance(ended, str) and ended else STOPPED if isinstance(whole, dict) or event == DONE else None,
        refusal if isinstance(refusal, str) else "",
    )


def _content(content: object) -> tuple[str, bool]:
    """The text of what is said, and whether there are thoughts among its parts."""
    if isinstance(content, str):
        return content, False
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    thoughts = [any(word in str(part.get("type")) for word in ("think", "thought", "reason")) for part in parts]
    texts = (part.get("text") for part, thought in zip(parts, thoughts, strict=True) if not thought)
    return "".join(text for text in texts if isinstance(text, str)), any(thoughts)


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
        None when the server gives no such tokens, or no option is among them.
    """
    chosen = _read(_Chosen, answer)
    positions = chosen.choices[0].logprobs if chosen and chosen.choices else None
    if positions is None or not positions.content:
        return None
    likeliest = positions.content[0].top_logprobs
    shares = [_share(option, options, likeliest) for option in options]
    # An option that is not among the likeliest is at most as likely as the last of these, and as all that is left.
    listed = [math.exp(min(token.logprob, 0.0)) for token in likeliest]
    most = max(min([1.0 - sum(listed), *listed]), LEAST_SHARE)
    return [math.log(share or most) for share in shares] if any(shares) else None


def begins_with_thoughts(answer: Json) -> bool:
    """Whether an answer, perhaps of one token, begins with thoughts."""
    piece = piece_of(answer)
    return piece.thought or piece.text.lstrip().startswith(("<", "[", "◁"))


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
    "CUT_OFF",
    "DONE",
    "FILTERED",
    "STOPPED",
    "THOUGHTS",
    "TOP_LOG_PROBS",
    "AnswerPiece",
    "begins_with_thoughts",
    "chat_request",
    "context_of",
    "data_url",
    "echoed_log_probs",
    "option_log_probs",
    "piece_of",
    "plain_prompt",
]
