"""Retrieve: several channels propose candidates, every channel scores them all, a fusion makes one list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from retrieval.candidates import Candidate, ChannelScore
from retrieval.channels import Channel, Scorer
from retrieval.channels.registry import VISUAL
from retrieval.fusion import Fusion, Pool, Scores, contributions, shares
from retrieval.fusion.by_number import ByNumber
from retrieval.fusion.held_back import HeldBack
from retrieval.fusion.known_again import KnownAgain
from retrieval.matching import LOOKED_AT, SeenAgain, same_things
from retrieval.matching.points import LocalPoints
from retrieval.query import Query, RequestKind
from retrieval.snapshot import Rows, Snapshot

PointReader = Callable[[Iterable[str]], Mapping[str, Mapping[str, LocalPoints]]]
NOTHING_SEEN: Mapping[int, SeenAgain] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Which channels answer one kind of request, and how their scores become one."""

    channels: frozenset[str]
    fusion: Fusion


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist:
    """The candidates of one request, and what they were chosen from.

    Attributes:
        candidates: Best first.
        pool: What all channels said of everything that any of them proposed.
        fusion: What made one score of it.
    """

    candidates: list[Candidate]
    pool: Pool
    fusion: Fusion


@dataclass(frozen=True, slots=True, eq=False)
class Retriever:
    """Candidate generation over one snapshot.

    Attributes:
        channels: All there are; of those in the plan, the ones with nothing to say about a request stay silent.
        plans: By kind of request.
        depth: Candidates that each channel proposes.
        points: Reads those of items' pictures, by id; without it nothing is known again.
    """

    snapshot: Snapshot
    channels: Sequence[Channel]
    plans: Mapping[RequestKind, Plan]
    depth: int = 100
    points: PointReader | None = None

    def retrieve(self, query: Query, n_candidates: int) -> list[Candidate]:
        """The best candidates, best first, each with the evidence of every channel.

        Only items that meet all filters and are not hidden come back: fewer than `n_candidates` when there are no more.
        """
        return self.shortlist(query, n_candidates).candidates

    def shortlist(self, query: Query, n_candidates: int) -> Shortlist:
        """The candidates that `retrieve` gives, with everything they were chosen from."""
        scorers = self._scorers(query)
        pool = self._pool(query, scorers, self._proposed(query, scorers, n_candidates))
        fusion, seen = self._fusion_of(query, pool)
        return Shortlist(self._fuse(pool, fusion, n_candidates, seen), pool, fusion)

    def propose(self, query: Query, n_candidates: int = 0) -> Rows:
        """The items among which `retrieve` chooses, ascending: what any channel of the plan proposes."""
        return self._proposed(query, self._scorers(query), n_candidates)

    def judge(self, query: Query, rows: Rows) -> list[Candidate]:
        """The items of `rows`, whoever proposed them, as candidates for this request, best first."""
        pool = self.pool(query, rows)
        fusion, seen = self._fusion_of(query, pool)
        return self._fuse(pool, fusion, seen=seen)

    def allowed(self, query: Query) -> Rows:
        """The items that may be shown for this request, ascending."""
        allowed = self._allowed(query)
        return np.arange(len(self.snapshot.items), dtype=np.intp) if allowed is None else np.flatnonzero(allowed)

    def pool(self, query: Query, rows: Rows) -> Pool:
        """What all channels of the plan say of these items for this request, ready to be fused."""
        return self._pool(query, self._scorers(query), rows)

    def _proposed(self, query: Query, scorers: Mapping[str, Scorer], n_candidates: int) -> Rows:
        # every channel proposes as many as are wanted, since the others may propose the very same items
        depth = max(self.depth, n_candidates)
        allowed = self._allowed(query)
        proposals = [scorer.propose(depth, allowed) for scorer in scorers.values()]
        if query.called is not None:  # however it is written there, which no channel may know
            called = np.concatenate((query.called.exactly, query.called.nearly))
            proposals.append(called if allowed is None else called[allowed[called]])
        return np.unique(np.concatenate(proposals)) if proposals else np.array([], dtype=np.intp)

    def _fusion_of(self, query: Query, pool: Pool) -> tuple[Fusion, Mapping[int, SeenAgain]]:
        """What makes one score of a pool, and which of its items are known again in a picture of the request."""
        fusion, seen = self.plans[query.kind].fusion, self._known_again(query, pool)
        if first := {row: one.sureness for row, one in seen.items() if one.is_meant}:
            fusion = KnownAgain(fusion, first)
        wanted = HeldBack(fusion, query.unwanted) if query.unwanted.size else fusion
        return (wanted if query.called is None else ByNumber(wanted, query.called)), seen

    def _known_again(self, query: Query, pool: Pool) -> Mapping[int, SeenAgain]:
        """Which of the items that look the most like the request's pictures show the very same thing."""
        likeness = pool.scores.get(VISUAL.name)
        if self.points is None or likeness is None or not query.points:
            return {}
        likest = np.argsort(-np.nan_to_num(likeness, nan=-np.inf), kind="stable")[:LOOKED_AT]
        rows = [int(row) for row in pool.rows[likest]]
        pictures = self.points(self.snapshot.items[row].id for row in rows)
        return same_things(query.points, {row: tuple(pictures[self.snapshot.items[row].id].values()) for row in rows})

    def _allowed(self, query: Query) -> NDArray[np.bool_] | None:
        """Which items may be shown, shape (n_items,); None when all may."""
        allowed = self.snapshot.allowed(query.filters)
        if query.hidden.size:
            allowed = np.ones(len(self.snapshot.items), dtype=bool) if allowed is None else allowed.copy()
            allowed[query.hidden] = False
        return allowed

    def _pool(self, query: Query, scorers: Mapping[str, Scorer], rows: Rows) -> Pool:
        wanted = self.plans[query.kind].channels
        return Pool(
            rows=rows,
            scores={name: scorer.score(rows).astype(np.float64) for name, scorer in scorers.items()},
            # only what the plan asks for, or a fusion over vectors would listen to channels that the plan leaves out
            queries={name: vectors for name, vectors in query.vectors.items() if name in wanted},
            features={name: table for name, table in self.snapshot.tables.items() if name in wanted},
        )

    def _fuse(
        self, pool: Pool, fusion: Fusion, n: int | None = None, seen: Mapping[int, SeenAgain] = NOTHING_SEEN
    ) -> list[Candidate]:
        """The best `n` of these items, all when not given, with the evidence for each."""
        if pool.rows.size == 0:
            return []
        fused = fusion(pool)
        # stable: equal scores stay in the order of the catalog, so that the same request has the same answer
        best = np.argsort(-fused, kind="stable")[:n]
        return _with_evidence(self.snapshot, fusion, pool, fused, best, seen)

    def _scorers(self, query: Query) -> dict[str, Scorer]:
        wanted = self.plans[query.kind].channels
        # a channel with nothing to say is left out, and the shares of the others grow
        prepared = ((channel.name, channel.prepare(query)) for channel in self.channels if channel.name in wanted)
        return {name: scorer for name, scorer in prepared if scorer is not None}


def _with_evidence(
    snapshot: Snapshot, fusion: Fusion, pool: Pool, fused: Scores, best: Rows, seen: Mapping[int, SeenAgain]
) -> list[Candidate]:
    ranks = {name: _ranks(values) for name, values in pool.scores.items()}
    # over the whole pool, not the best alone: most fusions stretch scores over all candidates
    weights, added = shares(fusion, frozenset(pool.scores)), contributions(fusion, pool, fused)

    def evidence(name: str, at: int) -> ChannelScore:
        score, weight, contribution = float(pool.scores[name][at]), weights.get(name), float(added[name][at])
        if np.isnan(score):
            return ChannelScore(None, None, weight, contribution)
        points = seen[row].points if name == VISUAL.name and (row := int(pool.rows[at])) in seen else None
        return ChannelScore(score, int(ranks[name][at]), weight, contribution, points)

    return [
        Candidate(
            item=snapshot.items[pool.rows[at]],
            row=int(pool.rows[at]),
            score=float(fused[at]),
            channels={name: evidence(name, at) for name in pool.scores},
        )
        for at in best
    ]


def _ranks(scores: Scores) -> Rows:
    """Rank of each score, 1 for the highest; equal scores share the better rank."""
    known = np.sort(scores[~np.isnan(scores)])
    return (len(known) - np.searchsorted(known, scores, side="right") + 1).astype(np.intp)
