"""Learning in a workspace: lessons and exams keep apart, and only what is proven better answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.retrieve.plans import default_plans
from retrieval.cases import Case
from retrieval.channels import Scorer
from retrieval.channels.collaborative import CollaborativeScorer
from retrieval.errors import FusionError
from retrieval.fusion.settings import TrainingProgress
from retrieval.query import Query
from retrieval.retriever import Retriever
from retrieval.tuning.guard import FEWEST
from retrieval.tuning.learning import Course, learn
from tests.support.shelf import numbered, snapshot

N = 60
CHANNELS = frozenset({"visual", "text"})
NOTHING = np.array([], dtype=np.intp)
USUAL = default_plans()["picture"]


@dataclass(frozen=True)
class Noisy:
    """A channel that sees the item asked for through noise."""

    name: str
    truth: float

    def prepare(self, query: Query) -> Scorer:
        at = int(query.words)
        noise = np.random.default_rng([at, *self.name.encode()]).random(N)
        return CollaborativeScorer(self.truth * (np.arange(N) == at % N) + noise)


def retriever(visual: float, text: float) -> Retriever:
    channels = (Noisy("visual", visual), Noisy("text", text))
    return Retriever(snapshot(numbered(N)), channels, default_plans(), depth=N)


def cases(n: int) -> list[Case]:
    return [Case(f"case {at}", Query("picture", str(at), {}), {at % N: 1.0}, NOTHING) for at in range(n)]


def course(some: list[Case], asked: Retriever) -> Course | None:
    return Course.of("picture", some, {one.id: "picture" for one in some}, asked, CHANNELS, 0)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 200))
def test_who_judges_is_not_learned_from_and_everybody_judges_once(n: int) -> None:
    made = course(cases(n), retriever(0.0, 1.0))
    if made is None:
        assert n < 2 * FEWEST
        return
    for one in made.rounds:
        items = [
            {row for case in some for row in case.gains} for some in (one.exam, one.lessons.train, one.lessons.valid)
        ]
        assert sum(map(len, items)) == len(set.union(*items))
    judged = [case.id for one in made.rounds for case in one.exam]
    assert sorted(judged) == sorted(case.id for case in cases(n))
    assert made.last is not None
    assert {case.id for case in (*made.last.train, *made.last.valid)} == set(judged)


def test_a_fusion_that_finds_out_which_channel_to_believe_is_kept_and_only_the_best() -> None:
    made = course(cases(90), retriever(visual=0.1, text=0.9))
    assert made is not None
    told: list[TrainingProgress] = []
    found = learn(made, ("attention", "ensemble"), USUAL, 0, told.append)
    assert [one.fusion.name for one in found] == ["attention", "ensemble"]
    (kept,) = [one for one in found if one.finding.verdict.kept]
    assert kept.finding.verdict.gain.low > 0.1
    assert kept.finding.verdict.n == 90
    for one in found:
        verdict = one.finding.verdict
        assert np.isfinite([verdict.default.mean, verdict.tuned.mean, verdict.gain.low, verdict.gain.high]).all()
        assert one.finding.learned is not None
        assert set(one.finding.learned.channels) == CHANNELS
        assert one.finding.default.startswith("weighted (visual ")
    assert told


def test_where_the_default_is_right_no_learned_fusion_is_kept() -> None:
    made = course(cases(80), retriever(visual=1.5, text=0.0))
    assert made is not None
    (found,) = learn(made, ("attention",), USUAL, 0)
    assert not found.finding.verdict.kept
    assert "not proven better" in found.finding.verdict.why


def test_the_same_requests_and_seed_teach_the_same() -> None:
    findings = []
    for _ in range(2):
        made = course(cases(60), retriever(0.1, 0.9))
        assert made is not None
        findings.append([one.finding for one in learn(made, ("attention",), USUAL, 3)])
    assert findings[0] == findings[1]


def test_a_fusion_that_needs_vectors_says_so_where_there_are_none() -> None:
    made = course(cases(60), retriever(0.1, 0.9))
    assert made is not None
    with pytest.raises(FusionError, match="no modality of this catalog has any"):
        learn(made, ("network",), USUAL, 0)


def test_requests_without_an_answer_among_the_items_teach_nothing() -> None:
    hidden = [replace(one, hidden=np.arange(N)) for one in cases(60)]
    made = course(hidden, retriever(0.1, 0.9))
    assert made is not None
    with pytest.raises(FusionError, match="can be learned from"):
        learn(made, ("attention",), USUAL, 0)
