"""Training material: requests with known answers, scored once by all channels, and handed out in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from retrieval.cases import Case
from retrieval.encoding import Vectors
from retrieval.fusion import Pool
from retrieval.fusion.batch import Answers, Batch
from retrieval.fusion.frame import Frame, Presence
from retrieval.snapshot import DenseTable, Rows

PoolOf = Callable[[Case], Pool]
"""All candidates of a request, as fusions see them."""

MAX_ROWS = 2_048  # items that a request is trained against; all of a small catalog, a sample of a large one
MAX_BYTES = 2**28  # of scores
COLUMNS = 512  # items in one training step


@dataclass(frozen=True, slots=True, eq=False)
class ScoredRequest:
    """One request as its channels answered it, before anything is scaled.

    Attributes:
        places: Positions of its candidates among the rows that all requests share.
        scores: By channel its scores of them.
        queries: By modality its vectors.
    """

    case: Case
    places: Rows
    scores: Mapping[str, NDArray[np.floating]]
    queries: Mapping[str, Vectors]


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Requests that all channels were asked about.

    Attributes:
        requests: With at least one right answer among their candidates.
        rows: The items that any of them is trained against, ascending.
        features: The vectors of the catalog.
    """

    requests: Sequence[ScoredRequest]
    rows: Rows
    features: Mapping[str, DenseTable]

    def pool(self, request: ScoredRequest) -> Pool:
        """What a fusion sees of one of the requests."""
        scores = {name: values.astype(np.float64) for name, values in request.scores.items()}
        return Pool(self.rows[request.places], scores, request.queries, self.features)


def gather(cases: Sequence[Case], pool_of: PoolOf, seed: int) -> Gathered:
    """Ask all channels about every case once. Cases without a right answer among their candidates are left out."""
    rows = np.array([], dtype=np.intp)
    requests: list[ScoredRequest] = []
    features: Mapping[str, DenseTable] = {}
    for case in cases:
        pool = pool_of(case)
        # only a pool tells how large the catalog is
        if not rows.size:
            rows, features = _sample(cases, pool, seed), pool.features
        # of a large catalog only the sample is kept: scores of all items for all requests would not fit into memory
        there = np.isin(pool.rows, rows)
        candidates = pool.rows[there]
        if np.isin(candidates, list(case.gains)).any():
            scores = {name: values[there].astype(np.float32) for name, values in pool.scores.items()}
            requests.append(ScoredRequest(case, np.searchsorted(rows, candidates), scores, pool.queries))
    return Gathered(requests, rows, features)


class Material:
    """Requests in the frame of one fusion.

    Args:
        gathered: The requests.
        frame: Of the fusion.
        categories: By row the number of the item's category, below 0 where it has none; None where nothing is known.
        top_gain: What counts as wholly relevant.
    """

    def __init__(
        self,
        gathered: Gathered,
        frame: Frame,
        categories: NDArray[np.intp] | None = None,
        top_gain: float | None = None,
    ) -> None:
        n = len(gathered.rows)
        scores = np.full((len(gathered.requests), len(frame.channels), n), np.nan, dtype=np.float32)
        may = np.zeros((len(gathered.requests), n), dtype=bool)
        for at, request in enumerate(gathered.requests):
            scores[at][:, request.places] = frame.scores(request.scores, len(request.places))
            may[at, request.places] = True
        gains = _gains(gathered, n)
        self.top_gain = top_gain or max(float(gains.max(initial=0.0)), 1e-9)
        self.scores, self.may = torch.from_numpy(scores), torch.from_numpy(may)
        # an answer that is no candidate is none that could be given
        self.gains = torch.from_numpy(np.minimum(gains / self.top_gain, 1.0) * may)
        queries = [request.queries for request in gathered.requests]
        self.queries, self.query_mask = _tensors({m: frame.requests(queries, m) for m in frame.modalities})
        self.items, self.item_mask = _tensors(
            {m: frame.items(gathered.features, m, gathered.rows) for m in frame.modalities}
        )
        kinds = np.full(n, -1) if categories is None else categories[gathered.rows]
        numbers = torch.from_numpy(kinds.astype(np.int64))
        self._kinds = torch.nn.functional.one_hot(numbers.clamp(min=0)).float() * (numbers >= 0)[:, None]

    def __len__(self) -> int:
        return len(self.gains)

    def batch(self, at: Tensor) -> tuple[Batch, Answers]:
        """These requests, by number, with all items that any of them may be answered with."""
        return self._batch(at, self.may[at].any(dim=0).nonzero()[:, 0])

    def sampled_batch(self, at: Tensor) -> tuple[Batch, Answers]:
        """These requests with their right answers and others drawn by lot: about `COLUMNS` items."""
        may, right = self.may[at].any(dim=0), (self.gains[at] > 0).any(dim=0)
        # lots lie in [0, 1): a right answer is above all others, and what is no candidate below them
        lots = torch.rand(len(may)) + right.float() - (~may).float()
        n_columns = max(min(COLUMNS, int(may.sum())), int(right.sum()))
        return self._batch(at, lots.topk(n_columns).indices.sort().values)

    def _batch(self, at: Tensor, columns: Tensor) -> tuple[Batch, Answers]:
        scores, gains = self.scores[at][:, :, columns], self.gains[at][:, columns]
        batch = Batch(
            scores=scores.nan_to_num(0.0),
            known=(~scores.isnan()).float(),
            queries={name: vectors[at] for name, vectors in self.queries.items()},
            query_mask={name: there[at] for name, there in self.query_mask.items()},
            items={name: vectors[columns] for name, vectors in self.items.items()},
            item_mask={name: there[columns] for name, there in self.item_mask.items()},
        )
        return batch, Answers(gains, self.may[at][:, columns], self._akin(gains, columns))

    def digest(self) -> str:
        """Changes when anything does that is trained on."""
        digest = hashlib.sha256()
        parts = (self.scores, self.may, self.gains, self._kinds, *self.queries.values(), *self.items.values())
        for part in parts:
            digest.update(part.numpy().tobytes())
        return digest.hexdigest()

    def _akin(self, gains: Tensor, columns: Tensor) -> Tensor:
        kinds = self._kinds[columns]
        return (((gains > 0).float() @ kinds) @ kinds.T > 0).float()


def _sample(cases: Sequence[Case], pool: Pool, seed: int) -> Rows:
    """The rows to train against: the right answers, and others drawn by lot where the catalog is large."""
    answers = np.unique(
        np.concatenate([np.fromiter(case.gains, dtype=np.intp, count=len(case.gains)) for case in cases])
    )
    table = next(iter(pool.features.values()), None)
    n_items = len(table.starts) - 1 if table else int(max(pool.rows.max(initial=0), answers.max(initial=0))) + 1
    room = min(MAX_ROWS, MAX_BYTES // max(4 * len(cases) * max(len(pool.scores), 1), 1))
    dice = np.random.default_rng([seed, n_items])
    # half the room for others: who is trained against answers alone learns nothing of what is not one
    if len(answers) >= room:
        answers = dice.choice(answers, max(room // 2, 1), replace=False)
    others = np.setdiff1d(np.arange(n_items), answers)
    drawn = dice.choice(others, min(max(room - len(answers), 0), len(others)), replace=False)
    return np.unique(np.concatenate([answers, drawn]))


def _gains(gathered: Gathered, n: int) -> NDArray[np.float32]:
    gains = np.zeros((len(gathered.requests), n), dtype=np.float32)
    for at, request in enumerate(gathered.requests):
        for row, gain in request.case.gains.items():
            place = np.searchsorted(gathered.rows, row)
            if place < n and gathered.rows[place] == row:
                gains[at, place] = gain
    return gains


def _tensors(of_modality: Mapping[str, tuple[Vectors, Presence]]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    vectors = {name: torch.from_numpy(values) for name, (values, _) in of_modality.items()}
    return vectors, {name: torch.from_numpy(there).float()[:, None] for name, (_, there) in of_modality.items()}
