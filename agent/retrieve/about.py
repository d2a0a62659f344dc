"""What the shop says of itself: delivery, returns, opening hours, in texts of the operator that answers quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.encoding import Encoder
from retrieval.once import once
from retrieval.text.words import words

FILE = "about.md"  # in the workspace
MOST_BYTES = 200_000
NEAR = 0.35  # least likeness of a question to the passage that answers it, where they share no word
SHARED = 0.25  # what a passage gains that holds all words of a question
QUOTED = 400  # characters
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=#)|(?<=\n)(?=[-*] )")
_HEADING = re.compile(r"^#+\s*(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class AboutPassage:
    """A paragraph of what the shop says, under its heading."""

    heading: str
    text: str


class About:
    """The shop's own texts.

    Args:
        path: The file; one that is not there says nothing.
        encoder: The multilingual sentence encoder, so that questions may come in another language.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path = path
        self._encoder = encoder

    def answer(self, question: str) -> str | None:
        """The passage that answers a question, as it stands there; None where none does."""
        if not self.passages:
            return None
        likeness = self._vectors @ self._encoder.encode([question])[0]
        asked = set(words(question))
        shared = [len(asked & set(words(f"{part.heading} {part.text}"))) for part in self.passages]
        scores = likeness + SHARED * np.array(shared) / max(1, len(asked))
        best = int(scores.argmax())
        return self.passages[best].text[:QUOTED] if scores[best] >= NEAR else None

    @once
    def passages(self) -> Sequence[AboutPassage]:
        """The paragraphs, in their order."""
        return about_passages(self._path.read_text(encoding="utf-8")[:MOST_BYTES]) if self._path.is_file() else ()

    @once
    def _vectors(self) -> np.ndarray:
        return self._encoder.encode([f"{part.heading}. {part.text}" for part in self.passages])


def about_passages(text: str) -> tuple[AboutPassage, ...]:
    """The paragraphs of a text in Markdown or plain words, each under the heading above it."""
    heading, passages = "", list[AboutPassage]()
    for block in _PARAGRAPH.split(text):
        if match := _HEADING.search(block):
            heading = match[1].strip()
            block = _HEADING.sub("", block)
        body = " ".join(block.split()).lstrip("-* ")
        if body:
            passages.append(AboutPassage(heading, body))
    return tuple(passages)


__all__ = ["FILE", "About", "AboutPassage", "about_passages"]
