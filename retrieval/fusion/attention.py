"""Attention: for each request, how much each channel is listened to."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from retrieval.fusion.batch import Answers, Batch
from retrieval.fusion.losses import NEVER, listwise

POINT = 8  # length of what is kept of a request's vector in each modality
WIDTH = 32
DROPOUT = 0.2


class Attention(nn.Module):
    """s(i) = t * sum over channels c of a_c(q, i) * v_c * z_c(i); a(q, i) = softmax over the channels that i has.

    The logits of the softmax come from the request alone, through one hidden layer: how many candidates each channel
    knows, the maximum, mean and deviation of its standardised scores z_c, which modalities the request speaks in, and
    a small projection of its vectors there. A channel that lacks a candidate is masked, and the others share its part.

    Shapes: scores (b, c, n), logits (b, c), weights (b, c, n), fused (b, n).
    Loss: listwise cross-entropy.
    Source: query-dependent weights as in the gate of Jacobs et al., Adaptive Mixtures of Local Experts, Neural
    Computation 3(1), 1991; masked softmax of Vaswani et al., Attention Is All You Need, 2017.
    """

    def __init__(self, n_channels: int, dims: Mapping[str, int]) -> None:
        super().__init__()
        self.points = nn.ModuleDict({name: nn.Linear(dim, POINT, bias=False) for name, dim in dims.items()})
        self.hidden = nn.Linear(4 * n_channels + len(dims) * (POINT + 1), WIDTH)
        self.dropout = nn.Dropout(DROPOUT)
        self.logits = nn.Linear(WIDTH, n_channels)
        self.values = nn.Parameter(torch.ones(n_channels))
        self.temperature = nn.Parameter(torch.tensor(2.0))
        # all channels are listened to alike until requests show otherwise
        nn.init.zeros_(self.logits.weight)
        nn.init.zeros_(self.logits.bias)

    def weights(self, batch: Batch) -> Tensor:
        """How much each channel is listened to, shape (b, c, n); sums to one where a channel knows the candidate."""
        logits = self.logits(self.dropout(torch.relu(self.hidden(self._evidence(batch)))))
        # a masked channel gets nothing, unless all are masked: then the product below takes back what is left
        shares = torch.softmax(logits[:, :, None] + (1 - batch.known) * NEVER, dim=1)
        return shares * batch.known

    def forward(self, batch: Batch) -> Tensor:
        """Shape (b, n)."""
        values = batch.scores * self.values[:, None]
        fused: Tensor = self.temperature * (self.weights(batch) * values).sum(dim=1)
        return fused

    def loss(self, batch: Batch, answers: Answers) -> Tensor:
        """Listwise cross-entropy."""
        return listwise(self(batch), answers)

    def _evidence(self, batch: Batch) -> Tensor:
        count = batch.known.sum(dim=2)
        mean = batch.scores.sum(dim=2) / count.clamp(min=1)
        spread = (((batch.scores - mean[:, :, None]) ** 2 * batch.known).sum(dim=2) / count.clamp(min=1)).sqrt()
        # a channel that knows nothing has no highest score; 0 is what an average one has
        top = (batch.scores + (1 - batch.known) * NEVER).amax(dim=2).clamp(min=-10.0) * (count > 0)
        parts = [count / batch.known.shape[2], mean, spread, top]
        for name, point in self.points.items():
            parts += [batch.query_mask[name], point(batch.queries[name]) * batch.query_mask[name]]
        return torch.cat(parts, dim=1)
