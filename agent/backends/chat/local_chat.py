"""What chat models that run on this machine have in common: everything but how a chat becomes a batch of tensors."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.backends.chat.plain_text import PlainText
from agent.backends.chat.repeats import repeats
from agent.backends.generation.batch_decode import StreamedAnswer, decode_batch, positions
from agent.backends.generation.batch_size import BatchSize, streamed
from agent.backends.generation.constrained import Schemas
from agent.backends.generation.log_probs import continued, first_token_log_probs, mean_log_probs, to_be_learnt
from agent.backends.generation.turnstile import OneAtATime
from agent.backends.loading import model_files
from agent.backends.loading.adapter import apply_adapter
from agent.backends.protocols import DEFAULT_OPTIONS, ChatMessage

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from agent.backends.loading.adapter import Adapter
    from agent.backends.protocols import Chat, GenerateOptions

MOST_TOGETHER = 256  # chats that are answered or scored at once, as long as memory does not run out


class LocalChat(ABC):
    """A model of transformers behind the `ChatModel` protocol. Where memory runs out it does half as many at once.

    Args:
        name: Identity shown to people.
        model: Any of its models that make text.
        tokenizer: The model's own, a fast one; it is set to pad on the left.
        rows: Most chats that are answered at once.
    """

    def __init__(self, name: str, model: Any, tokenizer: Any, *, rows: int = MOST_TOGETHER) -> None:
        self._name = name
        self._network = model
        self._model = OneAtATime(model)
        self._tokenizer = tokenizer
        self._size, self._score_size = BatchSize(rows), BatchSize(MOST_TOGETHER)
        self._tokenizing = threading.Lock()  # padding is a setting of the tokenizer, which some calls change
        tokenizer.padding_side = "left"  # so that what comes next in each row stands in the same column
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        self._plain = PlainText(tokenizer.get_added_vocab())
        self._end_ids = model_files.end_ids(model, tokenizer)
        # By the model's own width: it may give logits for more tokens than its tokenizer has.
        self._schemas = Schemas(tokenizer, model.config.get_text_config().vocab_size, self._end_ids)

    @property
    def name(self) -> str:
        """Identity shown to people."""
        return self._name

    @property
    def context_tokens(self) -> int:
        """How many tokens a chat and its answer may have together."""
        return int(self._model.config.get_text_config().max_position_embeddings)

    @property
    def network(self) -> Any:
        """The model of transformers itself, for what changes its weights."""
        return self._network

    def take_on(self, adapter: Adapter) -> None:
        """Put what was learnt into the weights; to be called before anything is asked.

        Raises:
            ModelError: it does not fit.
        """
        apply_adapter(self._network, adapter)
        self._name = f"{self._name}+{adapter.name}"

    def to_learn(self, chats: Sequence[Chat], answers: Sequence[str]) -> tuple[dict[str, Any], torch.Tensor]:
        """One padded batch of chats with their answers and the token that ends each.

        Returns:
            The batch, and the tokens to learn, shape (chats, tokens of the longest answer): the last of each row of the
            batch, `NOTHING` where a row has fewer.

        Raises:
            ModelError: a chat holds what the model cannot read.
        """
        inputs = self._to_learn(chats)
        tails = [self._answer_ids(chat, answer) for chat, answer in zip(chats, answers, strict=True)]
        batch = continued(inputs, tails)
        return {**batch, "position_ids": self._places(batch)}, to_be_learnt(tails, batch["input_ids"].device)

    def count_tokens(self, text: str) -> int:
        """Number of tokens of a text, without any chat template around it."""
        return len(self._ids(text))

    def generate(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> list[str]:
        """Answer all chats, as many in one padded batch as memory holds.

        Raises:
            ModelError: a chat holds what the model cannot read, or is too long for it, or the schema is not one that
                answers can be held to, or memory runs out with a single chat.
        """
        texts, counts = [""] * len(chats), repeats(chats)

        def answer(rows: list[int]) -> None:
            for row in rows:
                texts[row] = ""  # what a batch wrote that did not fit after all is written anew
            for place, piece in self._pieces(chats, rows, options, counts):
                texts[rows[place]] += piece

        self._size.run(by_size(chats), answer)
        return texts

    def stream(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> Iterator[tuple[int, str]]:
        """Like `generate`, yielding (number of the chat, next piece of text) as it comes; an empty piece ends one."""
        counts = repeats(chats)
        return streamed(len(chats), lambda rows: self._pieces(chats, rows, options, counts))

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """Mean log-probability per token of each continuation as the answer to its chat, in padded batches.

        Returns:
            Natural logarithms, shape (len(chats),), in the order given.

        Raises:
            ModelError: a chat holds what the model cannot read, or is too long for it, or memory runs out with a single
                chat.
            ValueError: a continuation is empty, or there is not one for each chat.
        """
        tails = [self._ids(text) for text in continuations]
        if not all(tails):
            raise ValueError("A continuation has no text to score.")
        if len(tails) != len(chats):
            raise ValueError(f"There are {len(chats)} chats and {len(tails)} continuations.")
        scores = np.empty(len(chats), dtype=np.float64)

        def score(rows: list[int]) -> None:
            own = [tails[row] for row in rows]
            for at, inputs in self._to_score([chats[row] for row in rows], list(map(len, own))):
                scores[[rows[place] for place in at]] = mean_log_probs(
                    self._model, inputs, [own[place] for place in at]
                )

        self._score_size.run(range(len(chats)), score)
        return scores

    def first_token(self, chats: Sequence[Chat], options: Sequence[str]) -> NDArray[np.float64]:
        """Log-probability that the answer to each chat begins with the first token of each option.

        Returns:
            Natural logarithms, shape (len(chats), len(options)).

        Raises:
            ModelError: a chat holds what the model cannot read, or is too long for it, or memory runs out with a single
                chat.
            ValueError: two options begin with the same token, one is empty, or there are fewer than two.
        """
        ids = self._first_ids(options)
        log_probs = np.empty((len(chats), len(ids)), dtype=np.float64)

        def score(rows: list[int]) -> None:
            for at, inputs in self._to_score([chats[row] for row in rows], [1] * len(rows)):
                log_probs[[rows[place] for place in at]] = first_token_log_probs(self._model, inputs, ids)

        self._score_size.run(range(len(chats)), score)
        return log_probs

    def _pieces(
        self, chats: Sequence[Chat], rows: Sequence[int], options: GenerateOptions, counts: Sequence[int]
    ) -> Iterator[tuple[int, str]]:
        """(Place among these rows, next piece of text), answered in one batch."""
        own, schema = [chats[row] for row in rows], options.json_schema
        return decode_batch(
            self._model,
            self._to_answer(own, options.max_new_tokens),
            [StreamedAnswer(self._decoded, options.stop, self._end_ids) for _ in own],
            max_new_tokens=options.max_new_tokens,
            sampling=options.sampling,
            constraint=None if schema is None else self._schemas.constraint(schema, len(own)),
            repeats=[counts[row] for row in rows],
        )

    def _answer_ids(self, chat: Chat, answer: str) -> list[int]:
        """Tokens of an answer as the chat template writes it, up to the one that ends it."""
        plain = self._plain(answer)
        prompt, whole = self._rendered(chat), self._rendered((*chat, ChatMessage("assistant", plain)))
        # Some templates put a blank before the answer; some cannot be continued at all.
        tail = whole.removeprefix(prompt) if whole.startswith(prompt) else plain
        with self._tokenizing:
            ids: list[int] = self._tokenizer(tail, add_special_tokens=False)["input_ids"]
        end = next((at for at, token in enumerate(ids) if token in self._end_ids), None)
        return ids[: end + 1] if end is not None else [*self._ids(plain), *self._end_ids[:1]]

    def _places(self, batch: Mapping[str, Any]) -> torch.Tensor:
        """Place of each token within its own chat, whatever the padding."""
        return positions(batch["attention_mask"])

    @abstractmethod
    def _to_learn(self, chats: Sequence[Chat]) -> dict[str, Any]:
        """One left-padded batch of all chats, read from their beginnings."""

    @abstractmethod
    def _rendered(self, chat: Chat) -> str:
        """A chat as its template writes it; one that does not end with an answer, up to where the answer begins."""

    @abstractmethod
    def _to_answer(self, chats: Sequence[Chat], room: int) -> Mapping[str, Any]:
        """One left-padded batch of all chats, to be answered with up to `room` tokens each.

        Raises:
            ModelError: see `generate`.
        """

    @abstractmethod
    def _to_score(self, chats: Sequence[Chat], rooms: Sequence[int]) -> Iterator[tuple[list[int], Mapping[str, Any]]]:
        """Left-padded batches of some chats each, with the numbers of these chats.

        Args:
            rooms: How many tokens are to follow each chat.

        Raises:
            ModelError: see `score`.
        """

    def _ids(self, text: str) -> list[int]:
        with self._tokenizing:
            ids: list[int] = self._tokenizer(self._plain(text), add_special_tokens=False)["input_ids"]
        return ids

    def _decoded(self, ids: list[int]) -> str:
        with self._tokenizing:
            text: str = self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text

    def _first_ids(self, options: Sequence[str]) -> list[int]:
        beginnings = [self._ids(option)[:1] for option in options]
        if len(beginnings) < 2 or not all(beginnings):
            raise ValueError("At least two options are needed, none of them empty.")
        ids = [first for (first,) in beginnings]
        if len(set(ids)) < len(ids):
            raise ValueError(f"The options {', '.join(options)} do not all begin with different tokens.")
        return ids


def by_size(chats: Sequence[Chat]) -> list[int]:
    """Numbers of the chats, those with like pictures and like lengths beside each other: little is spent on padding."""

    def size(number: int) -> tuple[list[tuple[int, ...]], int]:
        messages = chats[number]
        shapes = [picture.rgb.shape for message in messages for picture in message.pictures]
        return shapes, sum(len(message.text) for message in messages)

    return sorted(range(len(chats)), key=size)


__all__ = ["LocalChat", "by_size"]
