"""Any server that speaks the OpenAI interface (vLLM, Ollama, llama.cpp server and others) as a chat model."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from copy import copy
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import numpy as np

from agent.backends.budget import Budget, OutOfTime
from agent.backends.chat import endpoint_wire as wire
from agent.backends.chat.endpoint_answer import HeardAnswer
from agent.backends.chat.endpoint_calls import ModelServer, gather, interleave
from agent.backends.chat.endpoint_errors import Interrupted, NoAnswer, Refusal
from agent.backends.chat.endpoint_http import Connection, Patience, is_loopback
from agent.backends.chat.endpoint_relevance import relevance
from agent.backends.chat.flow import MOST
from agent.backends.chat.plain_text import without_usual_tokens
from agent.backends.chat.repeats import drawn_apart
from agent.backends.chat.what_it_says import WhatItSays
from agent.backends.loading.model_spec import ENDPOINT
from agent.backends.protocols import DEFAULT_OPTIONS, GenerateOptions
from agent.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agent.backends.protocols import Chat

KEY_ENV = "TASTEMAKER_API_KEY"
CONTEXT_TOKENS = 4_096  # of a server that does not say: the least that those we know come with
BYTES_PER_TOKEN = 3  # fewer than usual, so that counts are rather too high than too low
ROUNDS = 4
ATTEMPTS = 8  # at one answer, each on other terms
OF_ONE_REQUEST = frozenset({400, 413, 415, 422})  # refusals that say nothing of other requests
TURN_IT_OFF = (
    "though asked not to (by chat_template_kwargs and reasoning_effort): turn its thinking off where it runs"
    " (vLLM's --default-chat-template-kwargs, llama.cpp's --reasoning off)"
)
THINKING_OFF = (
    "On vLLM: --default-chat-template-kwargs '{\"enable_thinking\": false}'; on llama.cpp's server: --reasoning off;"
    " elsewhere: name a model that does not think."
)


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

    @property
    def at_once(self) -> int:
        """How many chats are worth handing over together: a few rounds of what the server is known to bear.

        Whoever works through many tells how far it is, and can be stopped, between two such handfuls.
        """
        return min(MOST, ROUNDS * self._server.flow.limit)

    def generate(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> list[str]:
        """Answer all chats, some at once; what breaks off, or is no JSON where that was asked for, is asked once more.

        Raises:
            ModelError: the server failed, or its second answer is no better.
        """
        answers = self.attempt(chats, options)
        for answer in answers:
            if isinstance(answer, ModelError):
                raise answer
        return [str(answer) for answer in answers]

    def attempt(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> list[str | ModelError]:
        """Like `generate`, with an error in place of each answer that was refused, or that has no words.

        Raises:
            ModelError: the server failed, or refuses whoever asks.
        """

        def answer(server: Connection, row: tuple[Chat, GenerateOptions]) -> str | ModelError:
            try:
                return "".join(self._pieces(server, *row, whole=True))
            except NoAnswer as error:
                return error
            except Refusal as refusal:
                if refusal.status not in OF_ONE_REQUEST:
                    raise
                return refusal

        rows = list(zip(chats, drawn_apart(chats, options), strict=True))
        with self._telling():
            return gather(self._server, self._budget, answer, rows)

    def stream(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> Iterator[tuple[int, str]]:
        """Like `generate`, yielding (number of the chat, next piece of text) as it comes; an empty piece ends one.

        An answer that breaks off is not asked for again: some of it was given out.
        """

        def pieces(server: Connection, row: tuple[Chat, GenerateOptions]) -> Generator[str, None, None]:
            yield from self._pieces(server, *row, whole=row[1].json_schema is not None)
            yield ""

        rows = list(zip(chats, drawn_apart(chats, options), strict=True))
        with self._telling():
            yield from interleave(self._server, self._budget, pieces, rows)

    def relevance(self, wish: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """How relevant texts are to a wish, where the model is a reranker: higher for more, on its own scale.

        Returns:
            Shape (len(texts),).

        Raises:
            ModelError: the server failed, or runs no reranker under that name.
        """

        def scores(server: Connection, _: None) -> NDArray[np.float64]:
            found, self._said.reranks = relevance(server, self._model, wish, texts, self._said.reranks)
            return found

        return gather(self._server, self._budget, scores, [None])[0] if texts else np.zeros(0)

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
        self, server: Connection, chat: Chat, options: GenerateOptions, *, whole: bool
    ) -> Generator[str, None, None]:
        """The pieces of one answer, asked for again on other terms where the server or the model wants them.

        Args:
            whole: Whether they come all at once, so that what breaks off can be asked for once more.
        """
        request, interrupted = wire.chat_request(self._model, chat, options), False
        for _ in range(ATTEMPTS):
            terms = self._said.terms
            body = terms.body({**request, "stream": True})
            if not terms.streams:
                body.pop("stream", None)
            answer = HeardAnswer(options, terms, whole=whole)
            try:
                pieces = self._heard(server, body, answer)
                yield from ["".join(pieces)] if whole else pieces
            except Interrupted:
                if interrupted or not whole:  # what breaks off twice is no chance
                    raise
                interrupted = True
            except Refusal as refusal:
                if (answer.given and not whole) or not self._said.refused(terms, refusal, body):
                    raise
            except NoAnswer:
                if not self._said.said_nothing(terms):
                    raise
            else:
                self._said.heard(answer)
                return
        raise ModelError(f"{self.name} was asked in {ATTEMPTS} ways and takes none.", "See the server's own log.")

    def _heard(self, server: Connection, body: Mapping[str, object], answer: HeardAnswer) -> Generator[str, None, None]:
        """The pieces of one answer to one request."""
        with closing(self._events(server, body)) as events:
            for event in events:
                self._notice(event)
                if piece := answer.take(event):
                    yield piece
                if answer.finished:
                    return
                if answer.lost:
                    self._said.heard(answer)
                    raise Interrupted(f"{self.name} thought aloud where it should have answered.", THINKING_OFF)
        if answer.ended is None:
            raise Interrupted(f"The answer of {self.name} broke off.", "Ask again; see the server's log.")
        piece = answer.finish()
        if not answer.words or answer.refusal or answer.ended == wire.FILTERED:
            raise self._no_answer(answer)
        if "response_format" in body and answer.ended != wire.CUT_OFF:
            self._check_json(answer.words)
        if piece:
            yield piece

    def _events(self, server: Connection, body: Mapping[str, object]) -> Generator[Mapping[str, object], None, None]:
        if "stream" in body:
            yield from server.stream("chat/completions", body)
        else:
            yield server.post("chat/completions", body)

    def _no_answer(self, answer: HeardAnswer) -> NoAnswer:
        if answer.refusal or answer.ended == wire.FILTERED:
            said = " ".join(answer.refusal.split())[:200].rstrip(".")
            return NoAnswer(f"{self.name} refused to answer{f': {said}' if said else ''}.", "Use another model for it.")
        if answer.thought:
            return NoAnswer(f"{self.name} thinks aloud and comes to no answer, {TURN_IT_OFF}.", THINKING_OFF)
        hidden = answer.ended == wire.CUT_OFF  # some servers show nothing of the thoughts that filled the room
        why = ": it may think unseen, so turn its thinking off" if hidden else ""
        return NoAnswer(f"{self.name} answered without a word{why}.", THINKING_OFF if hidden else "Use another model.")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say of a server that was not waited for any longer that its model thinks aloud, where it does."""
        try:
            yield
        except OutOfTime as error:
            if not self._said.terms.thinks:
                raise
            why = f"{error.what.rstrip('.')}; {self.name} thinks aloud, {TURN_IT_OFF}."
            raise OutOfTime(why, THINKING_OFF) from error

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
        answer = self._posted(server, "completions", request)
        log_probs = wire.echoed_log_probs(answer, tail)
        if log_probs is None:
            raise ModelError(
                f"{self.name} does not say how likely a given text is.", "Use vLLM, or a model on this machine."
            )
        return float(np.mean(log_probs))

    def _option_log_probs(self, server: Connection, chat: Chat, options: Sequence[str]) -> list[float]:
        request = wire.chat_request(self._model, chat, GenerateOptions(max_new_tokens=1))
        figures = {"logprobs": True, "top_logprobs": wire.TOP_LOG_PROBS}
        terms = self._said.terms
        answer = self._posted(server, "chat/completions", {**request, **figures})
        log_probs = wire.option_log_probs(answer, options)
        if log_probs is None and wire.begins_with_thoughts(answer) and self._said.said_nothing(terms):
            answer = self._posted(server, "chat/completions", {**request, **figures})
            log_probs = wire.option_log_probs(answer, options)
        if log_probs is None:
            raise ModelError(
                f"{self.name} does not say how likely each of {', '.join(options)} is.",
                "Use a server that gives log-probabilities, or a model on this machine.",
            )
        return log_probs

    def _posted(self, server: Connection, path: str, request: Mapping[str, object]) -> Mapping[str, object]:
        """The answer to a request, asked again on other terms where the server wants them."""
        for _ in range(ATTEMPTS):
            terms = self._said.terms
            # Of the text's own interface nothing is asked that only chats have; what it scores leaves no room to think.
            body = (terms if "messages" in request else replace(terms, quiet=False)).body(request, thinking=False)
            try:
                answer = server.post(path, body)
            except Refusal as refusal:
                if not self._said.refused(terms, refusal, body):
                    raise
            else:
                self._notice(answer)
                return answer
        raise ModelError(f"{self.name} was asked in {ATTEMPTS} ways and takes none.", "See the server's own log.")

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


__all__ = ["KEY_ENV", "EndpointChat", "endpoint_model"]
