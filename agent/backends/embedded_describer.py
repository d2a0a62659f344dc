"""Plain descriptions of pictures from class scores, colours and, if wanted, the text in them. No language model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agent.backends.label_groups import FLAT, KINDS
from agent.backends.protocols import PictureFeatures
from agent.perception.media import Picture
from agent.perception.palette import colours
from retrieval.items import Description, Span

TEMPERATURE = 0.8
LOOKS_LIKE = 0.65
MAY_SHOW = 0.4
MOST_LABELS = 2
MOSTLY = 0.5  # share of the picture from which its named colours together are most of it
_KINDS_KNOW = 1000  # the number of classes for which `KINDS` holds


class TextReader(Protocol):
    """Reads text in a picture."""

    def read(self, picture: Picture) -> list[Span]:
        """Spans of kind `text`."""


class EmbeddedDescriber:
    """Words what EfficientNet-Lite2's class scores and the picture's own colours allow, and nothing more.

    Similar classes are summed into plain kinds (`label_groups.KINDS`). Judged by hand against titles and museum tags on
    174 artworks, 101 shop products and 138 dishes: of what "looks like" names, 84 % was right (98 of 117: 7 of 10
    artworks, 46 of 52 products, 45 of 55 dishes), of what "may show" names, 64 % (41 of 64); below that it was not
    worth saying. With `TEMPERATURE` the mean probability of the two groups is 0.84 and 0.52, so a score is about how
    often it is right; the thresholds were chosen on these pictures too. Single classes are named only where no kind
    covers them, and never those that a flat work of art is mistaken for.

    Args:
        class_names: Name of each class, in the order of the logits.
        ocr: Reads text in the pictures. It takes 0.7 to 0.9 s a picture on two cores, thirty times all else together,
            and found text in 2 of 35 artworks and products: wanted for a request's picture, not for a catalog's.
    """

    version = "1"

    def __init__(self, class_names: Sequence[str], *, ocr: TextReader | None = None) -> None:
        self._class_names = tuple(class_names)
        self._ocr = ocr
        self.origin = "efficientnet-lite2+colours" + ("+ocr" if ocr else "")

    def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> list[Description]:
        """Describe each picture on its own. `features` are those of the same pictures, in the same order."""
        logits = [None] * len(pictures) if features.logits is None else features.logits
        return [self._describe(picture, row) for picture, row in zip(pictures, logits, strict=True)]

    def _describe(self, picture: Picture, logits: NDArray[np.float32] | None) -> Description:
        labels = [] if logits is None else label_spans(logits, self._class_names)
        tones = colours(picture.rgb)
        lines = self._ocr.read(picture) if self._ocr else []
        return Description(
            media=picture.sha256,
            kind="image",
            origin=self.origin,
            version=self.version,
            text=worded(labels, tones, lines),
            spans=(*labels, *tones, *lines),
        )


def label_spans(logits: NDArray[np.float32], class_names: Sequence[str]) -> list[Span]:
    """What the class scores of one picture allow to say.

    Args:
        logits: Uncalibrated, shape (n_classes,).
        class_names: One per class.

    Returns:
        At most `MOST_LABELS` spans of kind `label`, likeliest first, such as "may show a vase or jug" with its
        calibrated probability.
    """
    probabilities = _probabilities(logits)
    candidates: list[tuple[float, str]] = []
    covered: set[int] = set()
    if len(probabilities) == _KINDS_KNOW:
        candidates = [(float(probabilities[list(members)].sum()), kind) for kind, members in KINDS.items()]
        covered = {*FLAT, *(number for members in KINDS.values() for number in members)}
    for number in np.flatnonzero(probabilities >= LOOKS_LIKE).tolist():
        if number not in covered:
            candidates.append((float(probabilities[number]), _with_article(class_names[number])))
    likeliest = sorted(candidates, reverse=True)[:MOST_LABELS]
    return [
        Span("label", f"{'looks like' if score >= LOOKS_LIKE else 'may show'} {name}", round(score, 2))
        for score, name in likeliest
        if score >= MAY_SHOW
    ]


def worded(labels: Sequence[Span], tones: Sequence[Span], lines: Sequence[Span]) -> str:
    """One or two plain sentences from what was found."""
    parts = [_colour_words(tones), *(span.text for span in labels)]
    first = "; ".join(part for part in parts if part)
    sentences = [first[:1].upper() + first[1:] + "."] if first else []
    if lines:
        sentences.append(f"Text in the picture: {' / '.join(span.text for span in lines)}.")
    return " ".join(sentences) or "Nothing in this picture could be named."


def _probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    scaled = (logits.astype(np.float64) - logits.max()) / TEMPERATURE
    exponents = np.exp(scaled)
    found: NDArray[np.float64] = exponents / exponents.sum()
    return found


def _colour_words(tones: Sequence[Span]) -> str:
    if not tones:
        return ""
    names = [span.text for span in tones]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"mostly {listed}" if sum(span.score or 0.0 for span in tones) >= MOSTLY else f"partly {listed}"


def _with_article(name: str) -> str:
    short = name.split(",")[0].strip()
    return f"{'an' if short[:1].lower() in 'aeiou' else 'a'} {short}"
