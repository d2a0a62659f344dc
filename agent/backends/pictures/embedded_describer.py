"""Plain descriptions of pictures from class scores, colours and, if wanted, the text in them. No language model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agent.backends.pictures.labels import label_spans, may_hold_text
from agent.backends.protocols import PictureFeatures
from agent.language.lists import listed
from agent.media.decoded import Picture
from agent.media.palette import Palette, palette
from retrieval.items import Description, Span

MOSTLY = 0.5  # share of the picture from which its named colours together are most of it


class TextReader(Protocol):
    """Reads text in a picture."""

    def read(self, picture: Picture) -> list[Span]:
        """Spans of kind `text`."""


class EmbeddedDescriber:
    """Words what EfficientNet-Lite2's class scores and the picture's own colours allow, and nothing more.

    Kinds of things come from `labels` beside this module, colours from `agent.media.palette`. How often they are right
    is measured by `python -m benchmarks --only describing`, on the halves of four kits that nothing was chosen on. By
    titles and tags, which leave out much of what a picture shows, 38 of 42 "looks like" were right on artworks, 28 of
    31 on products and 30 of 38 on dishes, and 29 of 39, 7 of 12 and 12 of 27 "may show"; mean probabilities given were
    0.87 to 0.89, and 0.63 to 0.65. Of 11 % of the artworks, 17 % of the products, 2 % of the dishes and 7 % of 204 film
    posters no kind is said.

    Args:
        class_names: Name of each class, in the order of the logits.
        ocr: Reads text in the pictures. In full it takes 0.1 to 0.3 s of one core a picture, several times all else
            together: wanted for a request's picture, not for a catalog's.
        only_print: Read only pictures that look like print, see `may_hold_text`.
        reads_as_words: Tells lines of words from letters that make none; all lines are words without it.
    """

    version = "3"

    def __init__(
        self,
        class_names: Sequence[str],
        *,
        ocr: TextReader | None = None,
        only_print: bool = False,
        reads_as_words: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._class_names = tuple(class_names)
        self._ocr = ocr
        self._only_print = only_print
        self._reads_as_words = reads_as_words
        # Part of the key under which descriptions are kept: with another reader of text pictures are described anew.
        self.origin = "efficientnet-lite2+colours" + ("" if ocr is None else "+ocr of print" if only_print else "+ocr")

    def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> list[Description]:
        """Describe each picture on its own. `features` are those of the same pictures, in the same order."""
        logits = [None] * len(pictures) if features.logits is None else features.logits
        return [self._describe(picture, row) for picture, row in zip(pictures, logits, strict=True)]

    def _describe(self, picture: Picture, logits: NDArray[np.float32] | None) -> Description:
        labels = [] if logits is None else label_spans(logits, self._class_names)
        tones = palette(picture.rgb)
        lines = self._read(picture, logits)
        return Description(
            media=picture.sha256,
            kind="image",
            origin=self.origin,
            version=self.version,
            text=worded(labels, tones, lines),
            spans=(*labels, *tones.colours, *lines),
        )

    def _read(self, picture: Picture, logits: NDArray[np.float32] | None) -> list[Span]:
        if self._ocr is None or (self._only_print and logits is not None and not may_hold_text(logits)):
            return []
        lines = self._ocr.read(picture)
        return [line if self._reads_as_words(line.text) else replace(line, kind="letters") for line in lines]


def worded(labels: Sequence[Span], tones: Palette, lines: Sequence[Span]) -> str:
    """One or two plain sentences from what was found."""
    parts = [_colour_words(tones), *(span.text for span in labels)]
    first = "; ".join(part for part in parts if part)
    sentences = [first[:1].upper() + first[1:] + "."] if first else []
    if words := [span.text for span in lines if span.kind == "text"]:
        sentences.append(f"Text in the picture: {' / '.join(words)}.")
    return " ".join(sentences) or "Nothing in this picture could be named."


def _colour_words(tones: Palette) -> str:
    if not tones.colours:
        return ""
    share = "mostly" if sum(span.score or 0.0 for span in tones.colours) >= MOSTLY else "partly"
    colours = f"{share} {listed([span.text for span in tones.colours])}"
    if not tones.background:
        return colours
    return f"{colours}, on {'an' if tones.background[0] in 'aeiou' else 'a'} {tones.background} background"


__all__ = ["EmbeddedDescriber", "TextReader", "worded"]
