"""What the agent asks of a model. Every backend passes the same contract tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from agent.media.decoded import Picture, Sound, Transcript
from retrieval.encoding import Encoder, Vectors
from retrieval.items import Description

if TYPE_CHECKING:
    from retrieval.channels.hearing import SoundPart


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One turn of a chat; pictures come before the text."""

    role: Literal["system", "user", "assistant"]
    text: str
    pictures: tuple[Picture, ...] = ()


Chat = Sequence[ChatMessage]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to draw tokens instead of always taking the likeliest: the same seed gives the same text.

    A chat that stands in a batch several times is drawn apart each time.

    Attributes:
        temperature: Above 0; 1 draws from the model's own distribution.
        seed: Of the generator that draws.
    """

    temperature: float = 0.7
    seed: int = 0


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """How a chat model is to answer: one value for all chats of a call.

    Attributes:
        max_new_tokens: Most tokens of one answer; a longer one is cut off.
        stop: Strings that end an answer; none of them is part of it.
        sampling: How to draw tokens; None for the likeliest one each time.
        json_schema: What the answers must be, as a JSON schema; None for any text. Only tokens that keep to it can be
            drawn: an answer that is not cut off by `max_new_tokens` is valid JSON of that form.
    """

    max_new_tokens: int = 64
    stop: tuple[str, ...] = ()
    sampling: Sampling | None = None
    json_schema: Mapping[str, object] | None = None


DEFAULT_OPTIONS = GenerateOptions()


class ChatModel(Protocol):
    """A language model that words, scores and fills in forms."""

    @property
    def name(self) -> str:
        """Identity shown to people, for example `smollm2-135m-instruct`."""

    @property
    def context_tokens(self) -> int:
        """How many tokens a chat and its answer may have together."""

    def count_tokens(self, text: str) -> int:
        """Number of tokens of a text, without any chat template around it."""

    def generate(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> list[str]:
        """Answer all chats in one batch.

        Returns:
            One text per chat, cut before the first stop string, stripped.

        Raises:
            ModelError: a chat is too long, holds a picture that the model cannot see, or the model failed.
        """

    def stream(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> Iterator[tuple[int, str]]:
        """Like `generate`, yielding (number of the chat, next piece of text) as it comes; an empty piece ends one."""

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """How likely each continuation is as the assistant's answer to its chat, all in one batch.

        Returns:
            Mean log-probability per token of the continuation (natural logarithm), shape (len(chats),).
        """

    def first_token(self, chats: Sequence[Chat], options: Sequence[str]) -> NDArray[np.float64]:
        """How likely the answer to each chat begins with each option: `Yes` against `No`, or the letters of a list.

        Only the first token of an option counts, so options must differ in it.

        Returns:
            Log-probability (natural logarithm), shape (len(chats), len(options)).

        Raises:
            ValueError: two options begin with the same token, or there are fewer than two.
        """


@dataclass(frozen=True, slots=True, eq=False)
class PictureFeatures:
    """What one forward pass of a picture model gives.

    Attributes:
        vectors: float32, shape (n, dim), L2-normalised pooled features.
        logits: float32, shape (n, n_classes), uncalibrated; None when the model knows no classes.
    """

    vectors: Vectors
    logits: NDArray[np.float32] | None


class PictureEncoder(Protocol):
    """Turns pictures into vectors and, where it can, class scores."""

    @property
    def id(self) -> str:
        """Identity of model and settings; vectors of different ids are never compared."""

    @property
    def dim(self) -> int:
        """Length of one vector."""

    @property
    def class_names(self) -> Sequence[str]:
        """Plain English name of each class; empty when the model knows no classes."""

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        """Embed pictures, in batches."""


@dataclass(frozen=True, slots=True)
class Undescribed:
    """A picture that got no words.

    Attributes:
        why: One sentence for people.
    """

    why: str


class Describer(Protocol):
    """Writes what a picture shows."""

    @property
    def origin(self) -> str:
        """Identity of the model, written into each description."""

    @property
    def version(self) -> str:
        """Version of the prompt or wording; part of the cache key."""

    def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> Sequence[Description | Undescribed]:
        """Describe each picture on its own. `features` are those of the same pictures, in the same order."""


class Transcriber(Protocol):
    """Writes down what is said."""

    @property
    def origin(self) -> str:
        """Identity of the model, written into each description."""

    @property
    def version(self) -> str:
        """Version of its settings; part of the cache key."""

    def transcribe(self, sound: Sound, *, vocabulary: Sequence[str] = ()) -> Transcript:
        """Transcribe, leaning towards the words of `vocabulary`.

        Raises:
            MediaError: the sound holds no speech.
        """


class SoundEncoder(Protocol):
    """Measures what sounds are like, whatever is said in them."""

    @property
    def id(self) -> str:
        """Identity of model and settings; what different ones measure is never compared."""

    @property
    def parts(self) -> Sequence[SoundPart]:
        """What the numbers are, in their order; together they are as many as there are numbers."""

    def encode(self, sound: Sound) -> NDArray[np.float32] | None:
        """What a sound is like; None for silence.

        Returns:
            float32, shape (dim,), to be compared by `retrieval/channels/hearing.py`.
        """


__all__ = [
    "DEFAULT_OPTIONS",
    "Chat",
    "ChatMessage",
    "ChatModel",
    "Describer",
    "Encoder",
    "GenerateOptions",
    "PictureEncoder",
    "PictureFeatures",
    "Sampling",
    "SoundEncoder",
    "Transcriber",
    "Undescribed",
]
