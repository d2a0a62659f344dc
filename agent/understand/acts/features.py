"""Features of a turn's words: their sentence vector, their character n-grams, and what stands when they are said.

The multilingual vector carries what is meant into sixteen languages, a second one knows English better; n-grams know
the exact words again, and misspelt ones by what is left of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from agent.understand.acts.act import TurnContext
from agent.understand.acts.signs import N_SIGNS, signs
from agent.understand.tokens import flat
from retrieval.encoding import Encoder, Vectors

N_HASHED = 4096
OF_WORDS = 2.0  # length of the part that counts n-grams, beside one for each sentence vector
NGRAMS = (1, 2, 3, 4)  # characters
MOST_CHARS = 300  # of a turn; what it does is said by then
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"[0-9]")
_QUESTION = re.compile(r"[?？]|[吗么呢]\s*$")
_LENGTHS = (1, 2, 3, 5, 8, 13, 21)  # words up to which a turn belongs to each class of length
N_CUES = 2 + len(_LENGTHS) + 1 + 3 + N_SIGNS


TRAINED = {"multilingual": ("universal-sentence-encoder-multilingual-v3", 512), "english": ("all-MiniLM-L6-v2", 384)}
"""By part the encoder that the classifier was trained with, and the length of its vectors."""


@dataclass(frozen=True, slots=True)
class ActEncoders:
    """The encoders of turns; of one that the classifier was not trained with the vectors are zeros.

    Attributes:
        multilingual: Of all languages.
        english: Of English; other texts have zeros in its place.
    """

    multilingual: Encoder
    english: Encoder

    def encode(self, texts: Sequence[str], *, english: bool) -> Vectors:
        """Both vectors of each text, side by side.

        Returns:
            float32, shape (len(texts), 512 + 384).
        """
        parts = (("multilingual", self.multilingual, True), ("english", self.english, english))
        return np.concatenate([_vectors(name, encoder, texts, asked=asked) for name, encoder, asked in parts], axis=1)


def _vectors(part: str, encoder: Encoder, texts: Sequence[str], *, asked: bool) -> Vectors:
    name, dim = TRAINED[part]
    return encoder.encode(texts) if asked and encoder.id == name else np.zeros((len(texts), dim), np.float32)


def features(
    texts: Sequence[str], context: TurnContext, encoders: ActEncoders, *, english: bool
) -> NDArray[np.float32]:
    """The features of texts that are said in one context.

    Args:
        english: Whether they are in English.

    Returns:
        float32, shape (len(texts), n_features).
    """
    short = [text[:MOST_CHARS] for text in texts]
    return assembled(short, [context] * len(short), encoders.encode(short, english=english))


def assembled(texts: Sequence[str], contexts: Sequence[TurnContext], vectors: Vectors) -> NDArray[np.float32]:
    """The features of texts whose sentence vectors are there already, each in its own context."""
    rows = (
        np.concatenate([vector, OF_WORDS * hashed(text), _cues(text, context), signs(text)])
        for text, context, vector in zip(texts, contexts, vectors, strict=True)
    )
    return np.stack(list(rows)).astype(np.float32)


def hashed(text: str) -> NDArray[np.float32]:
    """Counts of character n-grams within words and over their borders, damped, as a unit vector of N_HASHED."""
    counts = np.zeros(N_HASHED, dtype=np.float32)
    framed = f"^ {_SPACES.sub(' ', flat(text)).strip()} $"  # a `no` that begins a turn is another than one within
    for n in NGRAMS:
        for start in range(len(framed) - n + 1):
            counts[crc32(framed[start : start + n].encode()) % N_HASHED] += 1.0
    damped = np.sqrt(counts)
    return np.asarray(damped / max(float(np.linalg.norm(damped)), 1e-9), dtype=np.float32)


def _cues(text: str, context: TurnContext) -> NDArray[np.float32]:
    n_words = len(_WORD.findall(text))
    longer = [float(n_words > length) for length in _LENGTHS]
    asked, numbered = float(bool(_QUESTION.search(text))), float(bool(_DIGIT.search(text)))
    shown, offered = float(context.shown), float(context.offered)
    return np.array([asked, numbered, *longer, 1.0, shown, offered, shown * offered], dtype=np.float32)


__all__ = ["N_CUES", "N_HASHED", "ActEncoders", "assembled", "features", "hashed"]
