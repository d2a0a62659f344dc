"""Cross-modal autoencoder: every modality into one latent space, and back into each of them."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from retrieval.fusion.batch import Answers, Batch
from retrieval.fusion.layers import Voices
from retrieval.fusion.losses import listwise

LATENT = 32
WIDTH = 64
DROPOUT = 0.2
RECONSTRUCTION = 1.0  # weight beside the ranking loss
SAMPLE = 256  # items reconstructed in one step


class Autoencoder(nn.Module):
    """s(i) = t * cos(z(q), z(i)) + sum over channels c of w_c * z_c(i); z is the mean of e_m(x_m) over what is there.

    Requests and items share the encoders e_m, since their vectors live in the same spaces. An item that lacks a
    modality is thus placed by the others, and `fill` decodes what it lacks.

    Shapes: e_m (rows, 32), d_m (rows, n_axes of m), fused (b, n).
    Loss: listwise cross-entropy + mean over modalities a, b of |d_b(e_a(x_a)) - x_b|^2, over items that have both.
    Source: Ngiam et al., Multimodal Deep Learning, ICML 2011, section 3.3 (one modality reconstructs the others);
    correspondence through the latent space of Feng, Wang and Li, Cross-modal Retrieval with Correspondence
    Autoencoder, ACM Multimedia 2014.
    """

    def __init__(self, n_channels: int, dims: Mapping[str, int]) -> None:
        super().__init__()
        self.encoders = nn.ModuleDict({name: _mapping(dim, LATENT) for name, dim in dims.items()})
        self.decoders = nn.ModuleDict({name: _mapping(LATENT, dim) for name, dim in dims.items()})
        self.voices = Voices(n_channels)
        self.temperature = nn.Parameter(torch.tensor(0.5))

    def latent(self, vectors: Mapping[str, Tensor], there: Mapping[str, Tensor]) -> Tensor:
        """The mean over the modalities that are there, shape (rows, 32); zeros where none is."""
        points = [encoder(vectors[name]) * there[name] for name, encoder in self.encoders.items()]
        count = torch.stack([there[name] for name in self.encoders]).sum(dim=0)
        latent: Tensor = torch.stack(points).sum(dim=0) / count.clamp(min=1)
        return latent

    def fill(self, vectors: Mapping[str, Tensor], there: Mapping[str, Tensor], modality: str) -> Tensor:
        """What a modality's vectors would be by the others, where they are missing, shape (rows, n_axes)."""
        decoded = self.decoders[modality](self.latent(vectors, there))
        return torch.where(there[modality] > 0, vectors[modality], decoded)

    def forward(self, batch: Batch) -> Tensor:
        """Shape (b, n)."""
        queries = functional.normalize(self.latent(batch.queries, batch.query_mask), dim=1)
        items = functional.normalize(self.latent(batch.items, batch.item_mask), dim=1)
        fused: Tensor = self.temperature * queries @ items.T + self.voices(batch)
        return fused

    def loss(self, batch: Batch, answers: Answers) -> Tensor:
        """Ranking and reconstruction."""
        return listwise(self(batch), answers) + RECONSTRUCTION * self.reconstruction(batch)

    def reconstruction(self, batch: Batch) -> Tensor:
        """Mean squared error of each modality from each, over a sample of the items that have both."""
        n = len(next(iter(batch.items.values())))
        # a few hundred items a step are enough, whatever the size of the catalog
        rows = torch.randperm(n)[:SAMPLE]
        errors = []
        for source, encoder in self.encoders.items():
            latent = encoder(batch.items[source][rows])
            for target, decoder in self.decoders.items():
                both = (batch.item_mask[source] * batch.item_mask[target])[rows]
                error = (decoder(latent) - batch.items[target][rows]) ** 2 * both
                errors.append(error.sum() / (both.sum() * error.shape[1]).clamp(min=1))
        return torch.stack(errors).mean()


def _mapping(n_in: int, n_out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(n_in, WIDTH), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(WIDTH, n_out))
