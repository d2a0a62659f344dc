"""Any server that speaks the OpenAI interface (vLLM, Ollama, llama.cpp server and others) as a chat model."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import permutations
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import numpy as np

from agent.backends.chat import endpoint_wire as wire
from agent.backends.chat.endpoint_http import Connection, Interrupted, Patience, is_loopback
from agent.backends.chat.plain_text import without_usual_tokens
from agent.backends.generation.batch_decode import StreamedAnswer
from agent.backends.loading.model_spec import ENDPOINT
from agent.backends.protocols import DEFAULT_OPTIONS, GenerateOptions
from agent.errors import ConfigError, ModelError
from retrieval.once import once

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agent.backends.protocols import Chat

KEY_ENV = "TASTEMAKER_API_KEY"
AT_ONCE = 4  # requests of one batch under way together: a server batches them, a hosted one does not yet say 429
CONTEXT_TOKENS = 4_096  # of a server that does not say: the least that those we know come with
BYTES_PER_TOKEN = 3  # fewer than usual, so that counts are rather too high than too low

Row = TypeVar("Row")
Result = TypeVar("Result")
_LOG = logging.getLogger(__name__)


class EndpointChat:
    """A model behind a server.

    Args:
        url: Of the server's interface, for example `http://127.0.0.1:8000/v1`.
        model: The model's name there.
        key_env: Environment variable that holds the key, if the server wants one.
        patience: How long the server is waited for.
    """

    def __init__(self, url: str, model: str, *, key_env: str = KEY_ENV, patience: Patience | None = None) -> None:
        self._server = Connection(url, key_env, patience or Patience())
        self._model = model
        self._requested_name = f"{model} at {urlsplit(url).netloc}"
        self._reported_name = ""

    @property
    def name(self) -> str:
        """Identity shown to people, with what the server calls the model where that is another one."""
        if not self._reported_name:
            return self._requested_name
        return f"{self._requested_name} (which calls itself {self._reported_name})"

    @once
    def context_tokens(self) -> int:
        """How many tokens a chat and its answer may have together, as the server says.

        Raises:
            ModelError: the server cannot be reached.
        """
        return wire.context_of(self._server.get("models"), self._model) or CONTEXT_TOKENS

    def count_tokens(self, text: str) -> int:
        """About how many tokens a text has, rather too many than too few: only the server knows its tokens."""
        return -(-len(text.encode()) // BYTES_PER_TOKEN)

    def generate(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> list[str]:
        """Answer all chats, a few at once; what breaks off, or is no JSON where that was asked for, is asked once more.

        Raises:
            ModelError: the server failed, or its second answer is no better.
        """

        def answer(chat: Chat) -> str:
            request = wire.chat_request(self._model, chat, options)
            try:
                return "".join(self._pieces(request, options.stop))
            except Interrupted:  # what breaks off twice is no chance
                return "".join(self._pieces(request, options.stop))

        return _each(answer, chats)

    def stream(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> Iterator[tuple[int, str]]:
        """Like `generate`, yielding (number of the chat, next piece of text) as it comes; an empty piece ends one.

        An answer that breaks off is not asked for again: some of it was given out.
        """

        def pieces(chat: Chat) -> Generator[str, None, None]:
            yield from self._pieces(wire.chat_request(self._model, chat, options), options.stop)
            yield ""

        yield from _interleaved(pieces, chats)

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """Mean log-probability per token of each continuation behind its chat, which is written as plain text.

        Raises:
            ModelError: the server failed, or does not say how likely a given text is. Few do: vLLM does.
            ValueError: a continuation is empty, or there is not one for each chat.
        """
        tails = [without_usual_tokens(text) for text in continuations]
        if not all(tails):
            raise ValueError("A continuation has no text to score.")
        return np.array(_each(self._mean_log_prob, list(zip(chats, tails, strict=True))), dtype=np.float64)

    def first_token(self, chats: Sequence[Chat], options: Sequence[str]) -> NDArray[np.float64]:
        """Log-probability that the answer to each chat begins with each option, summed over the tokens that fit.

        Raises:
            ModelError: the server failed, or does not say how likely an option is.
            ValueError: an option is the beginning of another, or there are fewer than two.
        """
        if len(options) < 2 or any(option.startswith(other) for option, other in permutations(options, 2)):
            raise ValueError("At least two options are needed, none of them the beginning of another.")
        log_probs = _each(lambda chat: self._option_log_probs(chat, options), chats)
        return np.array(log_probs, dtype=np.float64).reshape(len(chats), len(options))

    def _pieces(self, request: Mapping[str, object], stop: Sequence[str]) -> Generator[str, None, None]:
        """The pieces of one answer."""
        texts: list[str] = []
        answer = StreamedAnswer(lambda numbers: "".join(texts[number] for number in numbers), stop, ())
        why = None
        with closing(self._server.stream("chat/completions", {**request, "stream": True})) as events:
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

    def _mean_log_prob(self, pair: tuple[Chat, str]) -> float:
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
        answer = self._server.post("completions", request)
        self._notice(answer)
        log_probs = wire.echoed_log_probs(answer, tail)
        if log_probs is None:
            raise ModelError(
                f"{self.name} does not say how likely a given text is.", "Use vLLM, or a model on this machine."
            )
        return float(np.mean(log_probs))

    def _option_log_probs(self, chat: Chat, options: Sequence[str]) -> list[float]:
        request = wire.chat_request(self._model, chat, GenerateOptions(max_new_tokens=1))
        figures = {"logprobs": True, "top_logprobs": wire.TOP_LOG_PROBS}
        answer = self._server.post("chat/completions", {**request, **figures})
        self._notice(answer)
        log_probs = wire.option_log_probs(answer, options)
        if log_probs is None:
            raise ModelError(
                f"{self.name} does not say how likely each of {', '.join(options)} is.",
                "Use a server that gives log-probabilities, or a model on this machine.",
            )
        return log_probs

    def _notice(self, answer: Mapping[str, object]) -> None:
        """Compare the model's own word about its name with what was asked for; a difference is logged once."""
        reported = answer.get("model")
        if not isinstance(reported, str) or reported in ("", self._reported_name):
            return
        if not _same_model(reported, self._model):
            self._reported_name = " ".join(reported.split())[:80]
            _LOG.warning("%s was asked for, and the server answers as %s.", self._requested_name, self._reported_name)


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


def _each(ask: Callable[[Row], Result], rows: Sequence[Row]) -> list[Result]:
    """The results of all rows, in order, a few at once; the first failure ends it."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        return list(pool.map(ask, rows))
    finally:  # a failure is told at once: what is under way ends by itself, and is not waited for
        pool.shutdown(wait=False, cancel_futures=True)


def _interleaved(pieces: Callable[[Row], Generator[str, None, None]], rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """The pieces of all rows as they come, a few rows at once; stops asking when nobody reads on."""
    queue: SimpleQueue[tuple[int, str] | Future[None]] = SimpleQueue()
    unheard = Event()

    def run(number: int) -> None:
        with closing(pieces(rows[number])) as row_pieces:
            for piece in row_pieces:
                if unheard.is_set():
                    return
                queue.put((number, piece))

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for number in range(len(rows)):
            pool.submit(run, number).add_done_callback(queue.put)
        open_rows = len(rows)
        while open_rows:
            arrival = queue.get()
            if isinstance(arrival, Future):
                arrival.result()  # raises what ended the row
                open_rows -= 1
            else:
                yield arrival
    finally:
        unheard.set()
        pool.shutdown(wait=False, cancel_futures=True)


__all__ = ["KEY_ENV", "EndpointChat", "endpoint_model"]
