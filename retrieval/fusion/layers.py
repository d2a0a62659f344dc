"""Layers that several learned fusions share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from retrieval.fusion.batch import Answers, Batch
from retrieval.fusion.losses import category, listwise, pairwise, rating

SIDE_TASK = 0.1  # weight of the rating and the category loss beside the ranking loss


class Tasks(NamedTuple):
    """What is predicted of each candidate: its score, its rating and whether its category fits; shapes (b, n)."""

    click: Tensor
    rating: Tensor
    category: Tensor


def joint_loss(tasks: Tasks, answers: Answers) -> Tensor:
    """listwise + BPR of the click head, plus a tenth of the rating and of the category loss.

    Source: hard parameter sharing of Caruana, Multitask Learning, Machine Learning 28, 1997.
    """
    ranking = listwise(tasks.click, answers) + pairwise(tasks.click, answers)
    return ranking + SIDE_TASK * (rating(tasks.rating, answers) + category(tasks.category, answers))


class Voices(nn.Module):
    """sum over channels c of w_c * z_c, z_c the standardised score; a missing score counts as the mean, 0."""

    def __init__(self, n_channels: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.ones(n_channels))

    def forward(self, batch: Batch) -> Tensor:
        """Shape (b, n)."""
        return torch.einsum("bcn,c->bn", batch.scores, self.weights)


class Tower(nn.Module):
    """Vectors of all modalities to one representation: a linear map, plus a small network over all of them together.

    h = sum_m W_m x_m + V relu(U [x_1, a_1, x_2, a_2, ...]), a_m 1 where the modality is there and 0 where it is not.
    """

    def __init__(self, dims: Mapping[str, int], width: int, dropout: float) -> None:
        super().__init__()
        self.names = tuple(dims)
        self.linear = nn.ModuleDict({name: nn.Linear(dim, width, bias=False) for name, dim in dims.items()})
        self.wide = nn.Linear(sum(dims.values()) + len(dims), width)
        self.deep = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)
        # it begins as the linear map, for which little data is enough; the rest comes where more of it asks for it
        nn.init.zeros_(self.deep.weight)

    def forward(self, vectors: Mapping[str, Tensor], there: Mapping[str, Tensor]) -> Tensor:
        """Shape (rows, width)."""
        straight = sum((self.linear[name](vectors[name]) for name in self.names), torch.zeros(()))
        joined = torch.cat([part for name in self.names for part in (vectors[name], there[name])], dim=1)
        combined: Tensor = straight + self.deep(self.dropout(torch.relu(self.wide(joined))))
        return combined
