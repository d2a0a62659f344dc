"""All fusions by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from retrieval.errors import FusionError
from retrieval.fusion import Fusion
from retrieval.fusion.borda import Borda
from retrieval.fusion.cascade import Cascade
from retrieval.fusion.combmnz import CombMnz
from retrieval.fusion.combsum import CombSum
from retrieval.fusion.concat import Concat
from retrieval.fusion.rrf import ReciprocalRank
from retrieval.fusion.weighted import Weighted

LEARNERS = ("attention", "network", "autoencoder", "adversarial")
"""Networks, whose classes `retrieval.fusion.learned` holds by these names; the ensemble trains each of them."""

NEEDS_VECTORS = frozenset({"network", "autoencoder", "adversarial"})
"""Learners with nothing to learn from in a catalog that has no vectors."""

LEARNED = (*LEARNERS, "ensemble")
"""These are made by `retrieval.fusion.training.fit`, or read from a checkpoint."""

_BY_WEIGHTS: Mapping[str, Callable[[Mapping[str, float]], Fusion]] = {
    "rrf": ReciprocalRank,
    "combsum": CombSum,
    "combmnz": CombMnz,
    "borda": Borda,
    "concat": Concat,
    "cascade": Cascade,
}

TRAINING_FREE = ("weighted", *_BY_WEIGHTS)
NAMES = (*TRAINING_FREE, *LEARNED)


def make(name: str, weights: Mapping[str, float], absolute: frozenset[str] = frozenset()) -> Fusion:
    """A fusion that needs no training.

    Args:
        name: One of `TRAINING_FREE`.
        weights: By channel.
        absolute: For `weighted`: channels whose scores mean the same in every request.

    Raises:
        FusionError: there is no such fusion, or it has to be trained first.
    """
    if name == "weighted":
        return Weighted(weights, absolute)
    if name in _BY_WEIGHTS:
        return _BY_WEIGHTS[name](weights)
    if name in LEARNED:
        raise FusionError(
            f"The fusion {name!r} has not been trained.",
            f"`tastemaker tune --learn {name}` trains it for a workspace.",
        )
    raise FusionError(f"There is no fusion {name!r}.", f"Choose one of {', '.join(NAMES)}.")
