"""Hot words: what a speech recogniser is told to expect, from the catalog."""

from __future__ import annotations

from collections import Counter

from retrieval.snapshot import Snapshot

VOCABULARY_WORDS = 60  # about what the recogniser's prompt holds
SHORT_CHARS = 40
MIN_LETTERS = 4


def vocabulary(snapshot: Snapshot) -> tuple[str, ...]:
    """Words that many titles, categories and short attributes of the catalog share, most frequent first."""
    counts: Counter[str] = Counter()
    for item in snapshot.items:
        short = (value for value in item.attributes.values() if isinstance(value, str) and len(value) <= SHORT_CHARS)
        text = " ".join((item.title, item.category or "", *short))
        counts.update({word for word in text.split() if word.isalpha() and len(word) >= MIN_LETTERS})
    return tuple(word for word, _ in counts.most_common(VOCABULARY_WORDS))
