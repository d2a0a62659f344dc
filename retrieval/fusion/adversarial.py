"""Adversarial mapping: text features become image features and back, so that whoever lacks one has a guess of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise as neighbours

import torch
from torch import Tensor, nn
from torch.nn import functional

from retrieval.channels.registry import TEXT, VISUAL
from retrieval.fusion.batch import Answers, Batch
from retrieval.fusion.layers import Voices
from retrieval.fusion.losses import listwise

WIDTH = 64
SAMPLE = 256  # items mapped in one step
CYCLE, PAIRED, FOOLING = 1.0, 1.0, 0.1  # weights beside the ranking loss


class Adversarial(nn.Module):
    """s(i) = sum over modalities m of v_m * cos(q_m, x_m(i)) + sum over channels c of w_c * z_c(i).

    The first sum is the cosine of a concatenation up to a factor; v_m = exp(u_m) is learned. Where request or item
    lacks one modality of a pair (text and image, or neighbours in the order of names), a generator G_ab makes it of
    the other. Discriminators D_b tell real from generated vectors and the generators learn to fool them: both play at
    once, gradients to the generators being reversed.

    Shapes: G_ab (rows, n_axes of b), D_b (rows, 1), fused (b, n).
    Loss: listwise cross-entropy + |G_ba(G_ab(x)) - x|^2 (reconstruction) + |G_ab(x_a) - x_b|^2 over items that have
    both - 0.1 * (log D_b(x_b) + log(1 - D_b(G_ab(x_a)))), the last term with opposite sign for the generators.
    Source: Goodfellow et al., Generative Adversarial Nets, 2014, equation 1; reconstruction through both generators
    of Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks, ICCV 2017, equation
    2; gradient reversal of Ganin and Lempitsky, ICML 2015.
    """

    def __init__(self, n_channels: int, dims: Mapping[str, int]) -> None:
        super().__init__()
        self.pairs = mapped_pairs(dims)
        ways = [way for first, second in self.pairs for way in ((first, second), (second, first))]
        self.generators = nn.ModuleDict({f"{a} to {b}": _mapping(dims[a], dims[b]) for a, b in ways})
        self.judges = nn.ModuleDict({name: _mapping(dims[name], 1) for name in sorted({b for _, b in ways})})
        self.strength = nn.ParameterDict({name: nn.Parameter(torch.zeros(())) for name in dims})
        self.voices = Voices(n_channels)

    def filled(
        self, vectors: Mapping[str, Tensor], there: Mapping[str, Tensor]
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The vectors with generated ones where they are missing, and which are there now."""
        filled, known = dict(vectors), dict(there)
        for first, second in self.pairs:
            for source, target in ((first, second), (second, first)):
                made = self.generators[f"{source} to {target}"](vectors[source])
                # made only where it is missing and its source is there; both as masks, to stay within one tensor
                usable = (1 - there[target]) * there[source]
                filled[target] = torch.where(usable > 0, made, filled[target])
                known[target] = known[target] + (1 - known[target]) * usable
        return filled, known

    def forward(self, batch: Batch) -> Tensor:
        """Shape (b, n)."""
        queries, query_mask = self.filled(batch.queries, batch.query_mask)
        items, item_mask = self.filled(batch.items, batch.item_mask)
        fused: Tensor = self.voices(batch)
        for name, strength in self.strength.items():
            request = functional.normalize(queries[name], dim=1) * query_mask[name]
            fused = fused + strength.exp() * (request @ (functional.normalize(items[name], dim=1) * item_mask[name]).T)
        return fused

    def loss(self, batch: Batch, answers: Answers) -> Tensor:
        """Ranking, reconstruction and the game."""
        total = listwise(self(batch), answers)
        for first, second in self.pairs:
            for source, target in ((first, second), (second, first)):
                total = total + self._mapping_loss(batch, source, target)
        return total

    def _mapping_loss(self, batch: Batch, source: str, target: str) -> Tensor:
        rows = torch.randperm(len(batch.items[source]))[:SAMPLE]
        real, other = batch.items[source][rows], batch.items[target][rows]
        has_source, has_target = batch.item_mask[source][rows], batch.item_mask[target][rows]
        made = self.generators[f"{source} to {target}"](real)
        back = self.generators[f"{target} to {source}"](made)
        cycle = _masked_error(back, real, has_source)
        paired = _masked_error(made, other, has_source * has_target)
        judge = self.judges[target]
        # one loss for both players: the judge lowers it, and the reversed gradient lets the generator raise it
        real_loss = _masked_cross_entropy(judge(other), 1.0, has_target)
        made_loss = _masked_cross_entropy(judge(_reversed(made)), 0.0, has_source)
        return CYCLE * cycle + PAIRED * paired + FOOLING * (real_loss + made_loss)


def mapped_pairs(dims: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """Which modalities are made of each other: text and image where both are there, else neighbours by name."""
    if TEXT.name in dims and VISUAL.name in dims:
        return ((TEXT.name, VISUAL.name),)
    return tuple(neighbours(sorted(dims)))[:1]


class _Reversed(torch.autograd.Function):
    """Passes values on, and their gradients with the opposite sign."""

    @staticmethod
    def forward(ctx: object, values: Tensor) -> Tensor:  # noqa: ARG004
        return values.view_as(values)

    @staticmethod
    def backward(ctx: object, gradient: Tensor) -> Tensor:  # noqa: ARG004
        return -gradient


def _reversed(values: Tensor) -> Tensor:
    turned: Tensor = _Reversed.apply(values)  # type: ignore[no-untyped-call]
    return turned


def _mapping(n_in: int, n_out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(n_in, WIDTH), nn.LeakyReLU(0.2), nn.Linear(WIDTH, n_out))


def _masked_error(guess: Tensor, truth: Tensor, there: Tensor) -> Tensor:
    error = (guess - truth) ** 2 * there
    return error.sum() / (there.sum() * error.shape[1]).clamp(min=1)


def _masked_cross_entropy(logits: Tensor, truth: float, there: Tensor) -> Tensor:
    loss = functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, truth), reduction="none")
    return (loss * there).sum() / there.sum().clamp(min=1)
