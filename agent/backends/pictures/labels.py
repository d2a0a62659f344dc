"""What class scores allow to say of a picture, in plain kinds of things, each as sure as it sounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.backends.pictures.label_groups import FLAT, KINDS, PRINTED, WIDER
from retrieval.items import Span

TEMPERATURE = 0.8
LOOKS_LIKE, MAY_SHOW = 0.75, 0.55
MOST_LABELS = 2
PAINTED = "a painted or printed picture"
TEXT_SHARE = 0.05  # of the class scores that speaks for print, from which there may be text to read
_KINDS_KNOW = 1000  # the number of classes for which `KINDS` holds
_LEAST_REST = 0.1  # where nearly all is taken for print, what is left is noise
_LEAST_SHARE = 1e-6


@dataclass(frozen=True, slots=True)
class Curve:
    """How often a kind is right by the log-odds of its share of the class scores: sigmoid(slope * x + intercept).

    Source: Platt, Probabilistic Outputs for Support Vector Machines, 1999, equation 4.
    """

    slope: float
    intercept: float

    def __call__(self, log_odds: float) -> float:
        """A probability."""
        return float(1 / (1 + np.exp(-(self.slope * log_odds + self.intercept))))


# Fitted by `python -m benchmarks --only describing` on the halves of its kits that its figures are not of.
KIND_CURVE = Curve(0.71, 0.64)
PRINT_CURVE = Curve(1.23, 3.45)
# The same, but less sure: fitted on paintings and dishes it took flowers, planets and mugs for food. Of 148 pictures of
# single things that it was not chosen on, 10 of 14 wider kinds said are right, where 16 of 34 were.
WIDER_CURVE = Curve(1.23, 2.0)


@dataclass(frozen=True, slots=True)
class Shares:
    """Log-odds of each kind's share of what is seen in one picture.

    Attributes:
        kinds: By kind.
        wider: By wider kind.
        classes: By number, of the single classes that no kind covers.
        painted: Of its being a painted or printed picture.
    """

    kinds: Mapping[str, float]
    wider: Mapping[str, float]
    classes: Mapping[int, float]
    painted: float


def shares(logits: NDArray[np.float32]) -> Shares:
    """How much of the class scores each kind has.

    A picture that is taken for print in part is judged by the rest: what a painting shows is in there.

    Args:
        logits: Uncalibrated, shape (n_classes,). Kinds are known for 1,000 classes.
    """
    probabilities = _probabilities(logits)
    if len(probabilities) != _KINDS_KNOW:
        return Shares({}, {}, {number: _log_odds(share) for number, share in enumerate(probabilities)}, -np.inf)
    printed = float(probabilities[list(PRINTED)].sum())
    probabilities /= max(1 - printed, _LEAST_REST)
    return Shares(
        {kind: _log_odds(probabilities[list(members)].sum()) for kind, members in KINDS.items()},
        {kind: _log_odds(probabilities[list(members)].sum()) for kind, members in WIDER.items()},
        {number: _log_odds(probabilities[number]) for number in _SINGLE},
        _log_odds(printed),
    )


def label_spans(logits: NDArray[np.float32], class_names: Sequence[str]) -> list[Span]:
    """What the class scores of one picture allow to say.

    Kinds come first, then single classes where they are sure, then wider kinds that say something else; that it is
    painted or printed is only said where nothing else is.

    Args:
        logits: Uncalibrated, shape (n_classes,).
        class_names: One per class.

    Returns:
        At most `MOST_LABELS` spans of kind `label`, such as "may show a vase or jug", each with how likely it is right.
    """
    log_odds = shares(logits)
    kinds = _likely(log_odds.kinds, KIND_CURVE, MAY_SHOW)
    names = {_with_article(class_names[number]): odds for number, odds in log_odds.classes.items()}
    labels = sorted([*kinds, *_likely(names, KIND_CURVE, LOOKS_LIKE)], reverse=True)[:MOST_LABELS]
    covered = {number for _, kind in labels for number in KINDS.get(kind, ())}
    labels += [
        (score, kind)
        for score, kind in _likely(log_odds.wider, WIDER_CURVE, MAY_SHOW)
        if covered.isdisjoint(WIDER[kind])
    ]
    labels = labels or _likely({PAINTED: log_odds.painted}, PRINT_CURVE, MAY_SHOW)
    return [
        Span("label", f"{'looks like' if score >= LOOKS_LIKE else 'may show'} {name}", round(score, 2))
        for score, name in labels[:MOST_LABELS]
    ]


def may_hold_text(logits: NDArray[np.float32]) -> bool:
    """Whether a picture looks like print, so that reading its text is worth the time.

    On pictures that nothing was chosen on it holds for 31 of 40 film posters, 23 of 40 artworks and none of 80 products
    and dishes. A quick reader then found text in 29 posters and 1 artwork; reading every picture in full, at five times
    the CPU time, found it in 37 posters, 6 artworks and 6 products. A model of unknown classes says nothing of print.
    """
    return shares(logits).painted >= _log_odds(TEXT_SHARE)


def _likely(log_odds: Mapping[str, float], curve: Curve, least: float) -> list[tuple[float, str]]:
    """What is right with at least this probability, likeliest first."""
    scored = ((curve(odds), name) for name, odds in log_odds.items())
    return sorted(((score, name) for score, name in scored if score >= least), reverse=True)


def _probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    scaled = (logits.astype(np.float64) - logits.max()) / TEMPERATURE
    exponents = np.exp(scaled)
    probabilities: NDArray[np.float64] = exponents / exponents.sum()
    return probabilities


def _log_odds(share: float) -> float:
    held = min(max(float(share), _LEAST_SHARE), 1 - _LEAST_SHARE)
    return float(np.log(held / (1 - held)))


def _with_article(name: str) -> str:
    short = name.split(",")[0].strip()
    return f"{'an' if short[:1].lower() in 'aeiou' else 'a'} {short}"


_COVERED = {*FLAT, *(number for members in KINDS.values() for number in members)}
_SINGLE = tuple(number for number in range(_KINDS_KNOW) if number not in _COVERED)

__all__ = [
    "KIND_CURVE",
    "LOOKS_LIKE",
    "MAY_SHOW",
    "MOST_LABELS",
    "PAINTED",
    "PRINT_CURVE",
    "WIDER_CURVE",
    "Curve",
    "label_spans",
    "may_hold_text",
    "shares",
]
