"""A trained fusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from retrieval.fusion import Pool, Scores
from retrieval.fusion.adversarial import Adversarial
from retrieval.fusion.attention import Attention
from retrieval.fusion.autoencoder import Autoencoder
from retrieval.fusion.batch import Batch, batch_of
from retrieval.fusion.network import FusionNetwork
from retrieval.fusion.stack import Stack
from retrieval.fusion.weighted import filled, min_max

if TYPE_CHECKING:
    from retrieval.fusion.frame import Frame

MODULES: Mapping[str, type[nn.Module]] = {
    "attention": Attention,
    "network": FusionNetwork,
    "autoencoder": Autoencoder,
    "adversarial": Adversarial,
    "stack": Stack,
}
"""By name, all `LEARNERS` of the catalogue and what is on top of an ensemble."""

# the parameter that channels are multiplied by, where a network has no `Voices` by the name `voices`
_CHANNEL_WEIGHTS: Mapping[str, str] = {"attention": "values"}


@dataclass(frozen=True, slots=True, eq=False)
class LearnedFusion:
    """A network in the frame that it was trained for.

    Attributes:
        name: Of the fusion.
        frame: Its inputs.
        module: The network, in evaluation mode.
        figures: How training went.
    """

    name: str
    frame: Frame
    module: nn.Module
    figures: Mapping[str, float] = field(default_factory=dict)

    def __call__(self, pool: Pool) -> Scores:
        """The network's scores stretched to [0, 1] over the candidates."""
        if not len(pool.rows):
            return np.zeros(0)
        return self.judge(batch_of(self.frame, pool))

    def judge(self, batch: Batch) -> Scores:
        """Scores in [0, 1] of a pool that is in the frame already."""
        with torch.inference_mode():
            scores = self.module(batch)[0]
        return filled(min_max(scores.double().numpy()))

    def tasks(self, pool: Pool) -> Mapping[str, Scores]:
        """What the heads say: `click`, `rating` in [0, 1] and `category` in [0, 1]; empty where there is one head."""
        if not isinstance(self.module, FusionNetwork | Stack):
            return {}
        with torch.inference_mode():
            tasks = self.module.tasks(batch_of(self.frame, pool))
        return {
            "click": tasks.click[0].double().numpy(),
            "rating": torch.sigmoid(tasks.rating)[0].double().numpy(),
            "category": torch.sigmoid(tasks.category)[0].double().numpy(),
        }

    def attention(self, pool: Pool) -> Mapping[str, Scores]:
        """Each channel's share in each candidate's score, summing to one; empty for other fusions."""
        if not isinstance(self.module, Attention):
            return {}
        with torch.inference_mode():
            shares = self.module.weights(batch_of(self.frame, pool))[0].double().numpy()
        return dict(zip(self.frame.channels, shares, strict=True))


def new_module(name: str, frame: Frame, weights: Mapping[str, float] | None = None) -> nn.Module:
    """An untrained network for this frame.

    Args:
        weights: By channel, at least 0: it begins as the sum with these weights; all alike when None.
    """
    module = MODULES[name](
        len(frame.channels), {name: projection.n_axes for name, projection in frame.modalities.items()}
    )
    start = torch.tensor([(weights or {}).get(channel, 0.0) for channel in frame.channels])
    if start.sum() > 0:
        with torch.no_grad():  # one on average, as when all are alike
            module.get_parameter(_CHANNEL_WEIGHTS.get(name, "voices.weights")).copy_(start * len(start) / start.sum())
    return module
