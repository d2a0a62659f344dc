"""The learner on top of an ensemble: it sees what each member says of a candidate."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from retrieval.fusion.batch import Answers, Batch
from retrieval.fusion.layers import Tasks, Voices, joint_loss

WIDTH = 16
DROPOUT = 0.2


class Stack(nn.Module):
    """h = relu(W z) per candidate, z the members' standardised scores.

    click = sum over members of w * z + a . h, rating = r . h, category = k . h + k0

    Shapes: z (b, members, n), h (b, n, 16), every task (b, n).
    Loss: listwise cross-entropy + BPR of the click, plus a tenth of each side task's loss.
    Source: Wolpert, Stacked Generalization, Neural Networks 5(2), 1992.
    """

    def __init__(self, n_channels: int, dims: Mapping[str, int]) -> None:
        super().__init__()
        del dims  # members have looked at the vectors
        self.voices = Voices(n_channels)
        self.hidden = nn.Linear(n_channels, WIDTH)
        self.dropout = nn.Dropout(DROPOUT)
        self.heads = nn.Linear(WIDTH, 3)
        # it begins as the mean of its members, and its hidden layer says nothing yet
        nn.init.constant_(self.voices.weights, 1.0 / max(n_channels, 1))
        nn.init.zeros_(self.heads.weight)

    def tasks(self, batch: Batch) -> Tasks:
        """All three predictions."""
        shared = self.dropout(torch.relu(self.hidden(batch.scores.transpose(1, 2))))
        click, rating, category = self.heads(shared).unbind(dim=2)
        return Tasks(click + self.voices(batch), rating, category)

    def forward(self, batch: Batch) -> Tensor:
        """The click head, shape (b, n)."""
        return self.tasks(batch).click

    def loss(self, batch: Batch, answers: Answers) -> Tensor:
        """The loss of all heads together."""
        return joint_loss(self.tasks(batch), answers)
