"""What is tuned for one kind of request: a fusion and its weights, or a fusion that has learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from retrieval.fusion import Fusion
from retrieval.fusion.catalogue import make

OTHER_FUSION = 1.0  # how far apart two fusions are, as a part of the distance between settings
OTHER_QUESTION, PLACE = 0.1, 0.01  # the same for two ways to ask a language model, and for one place more to move


@dataclass(frozen=True, slots=True)
class FusionSetting:
    """A fusion and its weights.

    Attributes:
        fusion: One of `retrieval.fusion.catalogue.TRAINING_FREE`.
        weights: By channel, above 0, summing to one, in the order of the channels' names.
    """

    fusion: str
    weights: Mapping[str, float]

    @classmethod
    def of(cls, fusion: str, weights: Mapping[str, float], channels: Iterable[str] | None = None) -> FusionSetting:
        """The setting with the weights of these channels, all when not given, scaled to sum to one.

        Weights that are all 0 become alike.
        """
        chosen = {name: max(0.0, weights.get(name, 0.0)) for name in sorted(weights if channels is None else channels)}
        total = sum(chosen.values())
        if total <= 0:
            chosen, total = dict.fromkeys(chosen, 1.0), float(len(chosen))
        # as exact as anybody tunes, and the same on every machine
        shares = {name: round(weight / total, 4) for name, weight in chosen.items()}
        return cls(fusion, MappingProxyType({name: share for name, share in shares.items() if share > 0}))

    def make(self, absolute: frozenset[str]) -> Fusion:
        """The fusion itself.

        Args:
            absolute: Channels whose scores mean the same in every request.
        """
        return make(self.fusion, self.weights, absolute)

    def distance(self, other: FusionSetting) -> float:
        """How much has to change from one to the other: half the weight that moves, and 1 for another fusion."""
        names = self.weights.keys() | other.weights.keys()
        moved = sum(abs(self.weights.get(name, 0.0) - other.weights.get(name, 0.0)) for name in names) / 2
        return moved + (OTHER_FUSION if self.fusion != other.fusion else 0.0)

    def __str__(self) -> str:
        weights = ", ".join(
            f"{name} {weight:.2f}" for name, weight in sorted(self.weights.items(), key=lambda share: -share[1])
        )
        return f"{self.fusion} ({weights})"


@dataclass(frozen=True, slots=True)
class LearnedSetting:
    """A fusion that has learned; what it learned is kept apart, as a checkpoint.

    Attributes:
        fusion: One of `retrieval.fusion.catalogue.LEARNED`.
        channels: All that it may listen to, in the order of their names.
    """

    fusion: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankingSetting:
    """How a language model orders the first candidates.

    Attributes:
        model: Its identity: what was tuned for one says nothing of another.
        method: How it is asked.
        pictures: Pictures of each item that it is shown.
        weight: Its share in the blended score, in [0, 1]; 0 when it is not asked.
        max_shift: Most places an item moves.
    """

    model: str
    method: str
    pictures: int
    weight: float
    max_shift: int

    def distance(self, other: RankingSetting) -> float:
        """How much has to change from one to the other: the weight that moves, and something for all else."""
        asked = (self.method != other.method) + (self.pictures != other.pictures)
        return abs(self.weight - other.weight) + OTHER_QUESTION * asked + PLACE * abs(self.max_shift - other.max_shift)

    def __str__(self) -> str:
        if not self.weight:
            return "0"
        noun = "picture" if self.pictures == 1 else "pictures"
        shown = f" with {self.pictures} {noun} an item" if self.pictures else ""
        return f"{self.method}{shown}, weight {self.weight:g}, up to {self.max_shift} places"
