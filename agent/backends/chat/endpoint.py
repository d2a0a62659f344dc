"""Any server that speaks the OpenAI interface (vLLM, Ollama, llama.cpp server and others) as a chat model."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from copy import copy
from itertools import permutations
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import numpy as np

from agent.backends.budget import Budget
from agent.backends.chat import endpoint_wire as wire
from agent.backends.chat.endpoint_calls import ModelServer, gather, interleave
from agent.backends.chat.endpoint_http import Connection, Interrupted, Patience, is_loopback
from agent.backends.chat.plain_text import without_usual_tokens
from agent.backends.chat.repeats import drawn_apart
from agent.backends.generation.batch_decode import StreamedAnswer
from agent.backends.loading.model_spec import ENDPOINT
from agent.backends.protocols import DEFAULT_OPTIONS, GenerateOptions
from agent.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agent.backends.protocols import Chat

KEY_ENV = "TASTEMAKER_API_KEY"
CONTEXT_TOKENS = 4_096  # of a server that does not say: the least that those we know come with
BYTES_PER_TOKEN = 3  # fewer than usual, so that counts are rather too high than too low

_LOG = logging.getLogger(__name__)


class WhatItSays:
    """What a server says of its model, kept for all who ask it.

    Args:
        requested: The model as it was asked for, and where.

    Attributes:
        context_tokens: How many tokens it can read; 0 while that is not known.
    """

    def __init__(self, requested: str) -> None:
        self.context_tokens = 0
        self._requested = requested
        self._reported = ""

    @property
    def name(self) -> str:
        """The model as it was asked for, with what the server calls it where that is another name."""
        return f"{self._requested} (which calls itself {self._reported})" if self._reported else self._requested

    def notice(self, reported: object, model: str) -> None:
        """Compare the model's own word about its name with what was asked for; a difference is logged once."""
        if not isinstance(reported, str) or reported in ("", self._reported):
            return
        if not _same_model(reported, model):
            self._reported = " ".join(reported.split())[:80]
            _LOG.warning("%s was asked for, and the server answers as %s.", self._requested, self._reported)


class EndpointChat:
    """A model behind a server.

    Args:
        url: Of the server's interface, for example `http://127.0.0.1:8000/v1`.
        model: The model's name there.
        key_env: Environment variable that holds the key, if the server wants one.
        patience: How long the server is waited for where nobody waits for the answer.
    """

    def __init__(self, url: str, model: str, *, key_env: str = KEY_ENV, patience: Patience | None = None) -> None:
        self._server = ModelServer(url, key_env, patience or Patience())
        self._model = model
        self._said = WhatItSays(f"{model} at {urlsplit(url).netloc}")
        self._budget = Budget()

    @property
    def name(self) -> str:
        """Identity shown to people, with what the server calls the model where that is another one."""
        return self._said.name

    @property
    def standing(self) -> str:
        """How the server stands, in words for a person; empty where nothing is wrong with it."""
        return self._server.breaker.standing

    @property
    def context_tokens(self) -> int:
        """How many tokens a chat and its answer may have together, as the server says.

        Raises:
            ModelError: the server cannot be reached.
        """
        if not self._said.context_tokens:  # several may ask at once: nobody waits for another who waits in vain
            (models,) = gather(self._server, self._budget, Connection.get, ["models"])
            self._said.context_tokens = wire.context_of(models, self._model) or CONTEXT_TOKENS
        return self._said.context_tokens

    def within(self, budget: Budget) -> Self:
        """The same model, waited for as long as one turn can wait."""
        model = copy(self)
        model._budget = budget
        return model

    def count_tokens(self, text: str) -> int:
        """About how many tokens a text has, rather too many than too few: only the server knows its tokens."""
        return -(-len(text.encode()) // BYTES_PER_TOKEN)

    def generate(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> list[str]:
        """Answer all chats, a few at once; what breaks off, or is no JSON where that was asked for, is asked once more.

        Raises:
            ModelError: the server failed, or its second answer is no better.
        """

        def answer(server: Connection, row: tuple[Chat, GenerateOptions]) -> str:
            request = wire.chat_request(self._model, *row)
            try:
                return "".join(self._pieces(server, request, options.stop))
            except Interrupted:  # what breaks off twice is no chance
                return "".join(self._pieces(server, request, options.stop))

        rows = list(zip(chats, drawn_apart(chats, options), strict=True))
        return gather(self._server, self._budget, answer, rows)

    def stream(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> Iterator[tuple[int, str]]:
        """Like `generate`, yielding (number of the chat, next piece of text) as it comes; an empty piece ends one.

        An answer that breaks off is not asked for again: some of it was given out.
        """

        def pieces(server: Connection, row: tuple[Chat, GenerateOptions]) -> Generator[str, None, None]:
            yield from self._pieces(server, wire.chat_request(self._model, *row), options.stop)
            yield ""

        rows = list(zip(chats, drawn_apart(chats, options), strict=True))
        yield from interleave(self._server, self._budget, pieces, rows)

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """Mean log-probability per token of each continuation behind its chat, which is written as plain text.

        Raises:
            ModelError: the server failed, or does not say how likely a given text is. Few do: vLLM does.
            ValueError: a continuation is empty, or there is not one for each chat.
        """
        tails = [without_usual_tokens(text) for text in continuations]
        if not all(tails):
            raise ValueError("A continuation has no text to score.")
        rows = list(zip(chats, tails, strict=True))
        return np.array(gather(self._server, self._budget, self._mean_log_prob, rows), dtype=np.float64)

    def first_token(self, chats: Sequence[Chat], options: Sequence[str]) -> NDArray[np.float64]:
        """Log-probability that the answer to each chat begins with each option, summed over the tokens that fit.

        Raises:
            ModelError: the server failed, or does not say how likely an option is.
            ValueError: an option is the beginning of another, or there are fewer than two.
        """
        if len(options) < 2 or any(option.startswith(other) for option, other in permutations(options, 2)):
            raise ValueError("At least two options are needed, none of them the beginning of another.")

        def log_probs_of(server: Connection, chat: Chat) -> list[float]:
            return self._option_log_probs(server, chat, options)

        log_probs = gather(self._server, self._budget, log_probs_of, chats)
        return np.array(log_probs, dtype=np.float64).reshape(len(chats), len(options))

    def _pieces(
        self, server: Connection, request: Mapping[str, object], stop: Sequence[str]
    ) -> Generator[str, None, None]:
        """The pieces of one answer."""
        texts: list[str] = []
        answer = StreamedAnswer(lambda numbers: "".join(texts[number] for number in numbers), stop, ())
        why = None
        with closing(server.stream("chat/completions", {**request, "stream": True})) as events:
            for event in events:
                self._notice(event)
                text, ended = wire.piece_of(event)
                why = ended or why
                texts.append(text)
                if piece := answer.add(len(texts) - 1):
                    yield piece
                if answer.finished:
                    return
        if why is None:
            raise Interrupted(f"The answer of {self.name} broke off.", "Ask again; see the server's log.")
        if piece := answer.finish():
            yield piece
        if "response_format" in request and why != "length":
            self._check_json("".join(texts))

    def _check_json(self, text: str) -> None:
        try:
            json.loads(text)
        except ValueError as error:
            raise Interrupted(
                f"{self.name} was asked for JSON and answered {text.strip()[:200]!r}.",
                "Use a server that holds answers to a JSON schema.",
            ) from error

    def _mean_log_prob(self, server: Connection, pair: tuple[Chat, str]) -> float:
        chat, tail = pair
        # A server scores a text only on the way to an answer, so one token more is asked for and not looked at.
        request = {
            "model": self._model,
            "prompt": wire.plain_prompt(chat) + tail,
            "max_tokens": 1,
            "temperature": 0,
            "echo": True,
            "logprobs": 1,
        }
        answer = server.post("completions", request)
        self._notice(answer)
        log_probs = wire.echoed_log_probs(answer, tail)
        if log_probs is None:
            raise ModelError(
                f"{self.name} does not say how likely a given text is.", "Use vLLM, or a model on this machine."
            )
        return float(np.mean(log_probs))

    def _option_log_probs(self, server: Connection, chat: Chat, options: Sequence[str]) -> list[float]:
        request = wire.chat_request(self._model, chat, GenerateOptions(max_new_tokens=1))
        figures = {"logprobs": True, "top_logprobs": wire.TOP_LOG_PROBS}
        answer = server.post("chat/completions", {**request, **figures})
        self._notice(answer)
        log_probs = wire.option_log_probs(answer, options)
        if log_probs is None:
            raise ModelError(
                f"{self.name} does not say how likely each of {', '.join(options)} is.",
                "Use a server that gives log-probabilities, or a model on this machine.",
            )
        return log_probs

    def _notice(self, answer: Mapping[str, object]) -> None:
        self._said.notice(answer.get("model"), self._model)


def endpoint_model(spec: str) -> EndpointChat:
    """The model that `openai:URL#MODEL` names. A URL without a scheme is https, on this very machine http.

    Raises:
        ConfigError: it names none.
    """
    url, _, model = spec.removeprefix(ENDPOINT).partition("#")
    if "://" not in url:
        host = urlsplit(f"//{url}").hostname or ""
        url = f"{'http' if is_loopback(host) else 'https'}://{url}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not (usable and model and spec.startswith(ENDPOINT)):
        raise ConfigError(
            f"{spec!r} names no model of a server.",
            "Say openai:URL#MODEL, as in openai:http://127.0.0.1:8000/v1#llava.",
        )
    if parts.username or parts.password or parts.query:
        raise ConfigError(
            "The URL of a model server holds a name, a password or a query, which would be shown with every answer.",
            f"Put a key into the environment variable {KEY_ENV}.",
        )
    return EndpointChat(url, model)


def _same_model(reported: str, requested: str) -> bool:
    """Whether two names may mean one model: servers add a version, or a folder before it."""
    short, other = (name.casefold().rsplit("/", 1)[-1].removesuffix(".gguf") for name in (reported, requested))
    return short.startswith(other) or other.startswith(short)


__all__ = ["KEY_ENV", "EndpointChat", "endpoint_model"]
