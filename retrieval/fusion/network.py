"""Fusion network: request and item through a tower each, compared coordinate by coordinate, beside all channels."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from retrieval.fusion.batch import Answers, Batch
from retrieval.fusion.layers import Tasks, Tower, Voices, joint_loss

WIDTH = 32
DROPOUT = 0.3


class FusionNetwork(nn.Module):
    """h = dropout(f(q)) * g(x(i)), the shared representation of a pair; each task reads it with a vector of its own.

    click(i) = sum(h) + b(x(i)) + sum over channels c of w_c * z_c(i)
    rating(i) = r . h, category(i) = k . h + k0

    Request tower and b begin at zero: training starts from the channels' own order, and little data can do no harm.
    f and g are towers over the concatenated vectors of all modalities, b is a network that says how wanted an item is
    by its content alone, z_c are the standardised scores.

    Shapes: f (b, 32), g (n, 32), every task (b, n).
    Loss: listwise cross-entropy + BPR of the click, plus a tenth of each side task's loss.
    Source: generalised matrix factorisation of He et al., Neural Collaborative Filtering, WWW 2017, equation 9, with
    content towers as in Covington et al., Deep Neural Networks for YouTube Recommendations, RecSys 2016.
    """

    def __init__(self, n_channels: int, dims: Mapping[str, int]) -> None:
        super().__init__()
        self.request, self.item = Tower(dims, WIDTH, DROPOUT), Tower(dims, WIDTH, DROPOUT)
        self.wanted = Tower(dims, WIDTH, DROPOUT)
        self.wanted_out = nn.Linear(WIDTH, 1)
        self.voices = Voices(n_channels)
        self.dropout = nn.Dropout(DROPOUT)
        self.rating, self.category = nn.Parameter(torch.full((WIDTH,), 0.1)), nn.Parameter(torch.full((WIDTH,), 0.1))
        self.category_bias = nn.Parameter(torch.zeros(()))
        for layer in (self.request.deep, self.wanted_out):
            nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.wanted_out.weight)
        for name, dim in dims.items():
            nn.init.zeros_(self.request.linear[name].weight)  # type: ignore[arg-type]
            nn.init.normal_(self.item.linear[name].weight, std=dim**-0.5)  # type: ignore[arg-type]

    def tasks(self, batch: Batch) -> Tasks:
        """All three predictions."""
        request = self.dropout(self.request(batch.queries, batch.query_mask))
        item = self.item(batch.items, batch.item_mask)
        wanted = self.wanted_out(self.dropout(torch.relu(self.wanted(batch.items, batch.item_mask)))).T
        return Tasks(
            click=request @ item.T + wanted + self.voices(batch),
            rating=(request * self.rating) @ item.T,
            category=(request * self.category) @ item.T + self.category_bias,
        )

    def forward(self, batch: Batch) -> Tensor:
        """The click head, shape (b, n)."""
        return self.tasks(batch).click

    def loss(self, batch: Batch, answers: Answers) -> Tensor:
        """The loss of all heads together."""
        return joint_loss(self.tasks(batch), answers)
