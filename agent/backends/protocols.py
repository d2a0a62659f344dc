"""What the agent asks of a model. Every backend passes the same contract tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from agent.perception.media import Picture, Sound, Transcript
from retrieval.encoding import Encoder, Vectors
from retrieval.items import Description


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat; pictures come before the text."""

    role: Literal["system", "user", "assistant"]
    text: str
    pictures: tuple[Picture, ...] = ()


Chat = Sequence[Message]


class ChatModel(Protocol):
    """A language model that words and scores."""

    @property
    def name(self) -> str:
        """Identity shown to people, for example `smollm2-135m-instruct`."""

    def generate(self, chats: Sequence[Chat], *, max_new_tokens: int, stop: Sequence[str] = ()) -> list[str]:
        """Answer all chats in one batch, greedily.

        Returns:
            One text per chat, cut before the first stop string, stripped.
        """

    def stream(
        self, chats: Sequence[Chat], *, max_new_tokens: int, stop: Sequence[str] = ()
    ) -> Iterator[tuple[int, str]]:
        """Like `generate`, yielding (number of the chat, next piece of its text) as soon as it is there."""

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """How likely each continuation is as the assistant's answer to its chat, all in one batch.

        Returns:
            Mean log-probability per token of the continuation (natural logarithm), shape (len(chats),).
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


class Describer(Protocol):
    """Writes what a picture shows."""

    @property
    def origin(self) -> str:
        """Identity of the model, written into each description."""

    @property
    def version(self) -> str:
        """Version of the prompt or wording; part of the cache key."""

    def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> list[Description]:
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


__all__ = [
    "Chat",
    "ChatModel",
    "Describer",
    "Encoder",
    "Message",
    "PictureEncoder",
    "PictureFeatures",
    "Transcriber",
]
