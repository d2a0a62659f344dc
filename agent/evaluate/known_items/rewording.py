"""Requests in other words: what a person asks for is seldom worded as in the catalog."""

from __future__ import annotations

from collections import Counter

import numpy as np

from agent.evaluate.known_items.words import content_words
from retrieval.encoding import Encoder
from retrieval.snapshot import Snapshot
from retrieval.text.item_text import lexical_text
from retrieval.text.words import fold, words

MOST_WORDS = 4_000  # of the vocabulary, the most frequent ones
NEAR = 0.45  # cosine from which a word may stand for another; below it they have nothing in common
LOOKED_AT = 10
STEM = 4  # letters: a word that begins alike is the same word in another form


class Rewording:
    """Puts near words of the catalog's own vocabulary in place of others.

    Nearness is that of the multilingual encoder, so that the encoder that is tuned does not choose what it finds.

    Args:
        encoder: Of words.
    """

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        counts: Counter[str] = Counter()
        for item in snapshot.items:
            counts.update({fold(word) for word in content_words(lexical_text(item, snapshot.schema))})
        self._words: list[str] = [word for word, _ in counts.most_common(MOST_WORDS) if word.isalpha()]
        self._vectors = encoder.encode(self._words)
        self._encoder = encoder

    def __call__(self, text: str, share: float, rng: np.random.Generator) -> str:
        """The text with each word replaced, where a near one is known, with the probability `share`."""
        text_words = text.split()
        drawn = rng.random(len(text_words)) < share
        return " ".join(
            self._near(word) if replaced else word for word, replaced in zip(text_words, drawn, strict=True)
        )

    def _near(self, word: str) -> str:
        """The nearest word that is another one; the word itself where none is near enough."""
        if not self._words:
            return word
        # A word that the catalog lacks has its neighbours too, so it is encoded like any other.
        likeness = self._vectors @ self._encoder.encode([word])[0]
        own, stem = set(words(word)), fold(word)[:STEM]
        for at in np.argsort(-likeness)[:LOOKED_AT]:
            candidate = self._words[int(at)]
            if likeness[at] < NEAR:
                break
            if set(words(candidate)) != own and not candidate.startswith(stem):
                return candidate
        return word
