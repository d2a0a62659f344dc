"""What counted: the score of a shown item taken apart, so that the parts add up to it.

Each part is a Shapley value, so that a part that only helped is never below 0. That something is not there means what
it means to the ranking itself: a score that a candidate lacks is what the fusion makes of a lacking score, an opinion
that the language model did not give is the mean of those it gave. The score of an item of which nothing is known is
the base, and base and parts together are the score that is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.answers import Contribution
from agent.explain.counterfactual import CounterfactualRanker
from agent.rerank import Scored
from agent.rerank.blend import opinions
from retrieval.channels.registry import MODALITIES, aspects, channels_of
from retrieval.fusion import AddedTerm, Fusion, Pool, Scores, terms
from retrieval.fusion.by_number import ByNumber
from retrieval.fusion.held_back import HeldBack
from retrieval.fusion.known_again import KnownAgain
from retrieval.fusion.shapley import shapley
from retrieval.snapshot import Rows

ROUNDING = 1e-9  # below which a part is nothing but rounding


@dataclass(frozen=True, slots=True, eq=False)
class ScoreParts:
    """Scores of several items, taken apart.

    Attributes:
        base: What they would be if nothing were known of the items, shape (n,).
        parts: By aspect what it added, shape (n,); below 0 where it counted against an item.
    """

    base: Scores
    parts: Mapping[str, Scores]

    @property
    def total(self) -> Scores:
        """The scores, shape (n,)."""
        return _sum([self.base, *self.parts.values()])

    def scaled(self, factors: Scores) -> ScoreParts:
        """The parts of the scores times `factors`."""
        return ScoreParts(self.base * factors, {name: part * factors for name, part in self.parts.items()})

    def with_part(self, name: str, added: Scores) -> ScoreParts:
        """The parts of the scores with `added` on top, under a name of its own."""
        return ScoreParts(self.base, {**self.parts, name: added})


def contributions(
    chosen: Sequence[Scored], ranker: CounterfactualRanker
) -> list[tuple[float, dict[str, Contribution]]]:
    """For each shown item the base of its score and, by aspect, what was added to it, the most first.

    Aspects are those of `retrieval/channels/registry.py`; where a fusion makes no sum of what channels say, the
    modalities stand in their place, since all their coalitions have to be ranked. Beside them are `unwanted`, what an
    item lost for being like what the person does not want, `number`, what it gained for being called by the number that
    is asked for or lost for not being so, `same`, what it gained for being the very thing in the person's picture or
    lost for not being so, `model`, the language model's opinion, and `limit`, what the bounds of that opinion changed.
    """
    if not chosen:
        return []
    rows = np.array([scored.candidate.row for scored in chosen], dtype=np.intp)
    shown = np.array([scored.score for scored in chosen])
    judged = _with_opinion(_fused(ranker.fusion, ranker, _positions(ranker.pool, rows)), rows, ranker)
    whole = judged.with_part("limit", shown - judged.total)
    return [(float(base), _told(whole.parts, at)) for at, base in enumerate(whole.base)]


def _positions(pool: Pool, rows: Rows) -> Rows:
    """Where these rows of the catalog stand in the pool."""
    at = {int(row): place for place, row in enumerate(pool.rows)}
    return np.array([at[int(row)] for row in rows], dtype=np.intp)


def _fused(fusion: Fusion, ranker: CounterfactualRanker, at: Rows) -> ScoreParts:
    """The fused scores of the candidates at these places of the pool."""
    if not isinstance(fusion, HeldBack | ByNumber | KnownAgain):
        return _wanted(fusion, ranker, at)
    inner = _fused(fusion.fusion, ranker, at)
    return inner.with_part(fusion.aspect, fusion(ranker.pool)[at] - inner.total)


def _wanted(fusion: Fusion, ranker: CounterfactualRanker, at: Rows) -> ScoreParts:
    """The scores of a fusion, as if nothing were held back."""
    added = terms(fusion, ranker.pool)
    return _coalitions(fusion, ranker, at) if added is None else _summed(added, at)


def _summed(added: Mapping[str, AddedTerm], at: Rows) -> ScoreParts:
    """A sum: what a channel adds does not depend on the others, and is its Shapley value as it stands."""
    base = np.full(len(at), sum(term.unknown for term in added.values()))
    gifts = {name: term.added[at] - term.unknown for name, term in added.items()}
    by_aspect = aspects(added).items()
    return ScoreParts(base, {name: _sum([gifts[channel] for channel in channels]) for name, channels in by_aspect})


def _sum(scores: Sequence[Scores]) -> Scores:
    return np.asarray(np.sum(scores, axis=0), dtype=np.float64)


def _coalitions(fusion: Fusion, ranker: CounterfactualRanker, at: Rows) -> ScoreParts:
    """No sum: the candidates are ranked by every coalition of modalities; by none of them nobody has a score."""
    pool = ranker.pool
    rank = ranker.fused if fusion is ranker.fusion else lambda without: fusion(pool.without(without))
    modalities = {str(name): group for name in MODALITIES if (group := channels_of(name) & pool.scores.keys())}

    def value(coalition: frozenset[str]) -> Scores:
        left_out = frozenset[str]().union(*(group for name, group in modalities.items() if name not in coalition))
        return rank(left_out)[at] if coalition else np.zeros(len(at))

    return ScoreParts(np.zeros(len(at)), shapley(list(modalities), value))


def _with_opinion(fused: ScoreParts, rows: Rows, ranker: CounterfactualRanker) -> ScoreParts:
    """The blended scores: of who was asked about, the language model's share is measured from its mean opinion."""
    if not ranker.likelihoods:
        return fused
    asked, values = ranker.opinions()
    given = dict(zip(asked.tolist(), opinions(values), strict=True))
    mean, weight = float(np.mean(list(given.values()))), ranker.config.rerank_weight
    weights = np.array([weight if int(row) in given else 0.0 for row in rows])
    blended = fused.scaled(1 - weights)
    opinion = np.array([given.get(int(row), mean) - mean for row in rows])
    return ScoreParts(blended.base + weights * mean, blended.parts).with_part("model", weights * opinion)


def _told(parts: Mapping[str, Scores], at: int) -> dict[str, Contribution]:
    """The parts of one item that changed anything, the most first."""
    values = {name: float(part[at]) for name, part in parts.items() if abs(part[at]) > ROUNDING}
    shares = percentages(values)
    ordered = sorted(values, key=lambda name: -values[name])
    return {name: Contribution(values[name], shares[name]) for name in ordered}


def percentages(values: Mapping[str, float]) -> dict[str, int]:
    """Whole per cent of what helped; they sum to 100 where anything did, and are 0 for what did not.

    Source: the method of largest remainders (Hamilton, 1792).
    """
    helped = {name: value for name, value in values.items() if value > 0}
    exact = {name: 100 * value / sum(helped.values()) for name, value in helped.items()}
    shares = {name: int(exact.get(name, 0.0)) for name in values}
    by_remainder = sorted(exact, key=lambda name: shares[name] - exact[name])
    for name in by_remainder[: 100 - sum(shares.values())]:
        shares[name] += 1
    return shares


__all__ = ["ScoreParts", "contributions", "percentages"]
