"""Contenders: what each may use, and which fusion orders for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from retrieval.channels.registry import MODALITIES, absolute_channels, channels_of, default_weights
from retrieval.errors import EvaluationError, FusionError
from retrieval.evaluation.contenders import (
    POPULARITY,
    Contender,
    PopularityFusion,
    School,
    channel_names,
    contenders,
    fusions_of,
    weights_of,
)
from retrieval.evaluation.task import Lessons, Part
from retrieval.fusion import Fusion
from retrieval.fusion.rrf import ReciprocalRank
from retrieval.fusion.weighted import Weighted
from retrieval.query import RequestKind
from retrieval.retriever import Plan, Retriever
from tests.support.shelf import numbered, pool, snapshot

N = 3
NO_CATEGORIES = np.full(N, -1)


def no_lessons() -> Lessons:
    raise EvaluationError("There is too little to learn from.", "Import more interactions.")


def part(plans: Mapping[RequestKind, Plan], counts: Sequence[int] | None = None) -> Part:
    retriever = Retriever(snapshot(numbered(N)), (), plans)
    return Part(retriever, (), no_lessons, None if counts is None else np.array(counts))


@pytest.fixture
def school(tmp_path: object) -> School:
    return School(0, tmp_path, print)  # type: ignore[arg-type]


def fusion_of(contender: Contender, of: Fusion, school: School, kind: RequestKind = "text") -> Fusion:
    plans = {kind: Plan(frozenset({"text", "visual"}), of)}
    return fusions_of(contender, part(plans), school, NO_CATEGORIES)[kind]


def test_the_rows_of_a_table_are_the_baseline_each_modality_alone_and_each_fusion() -> None:
    names = [contender.name for contender in contenders(("rrf", "weighted"), ablate=True, behaviour=True)]
    assert names == [POPULARITY, *(f"{modality} only" for modality in MODALITIES), "rrf", "weighted"]
    assert contenders(("rrf",), ablate=False, behaviour=False) == [Contender("rrf")]


def test_a_contender_of_one_modality_does_without_the_channels_of_all_others() -> None:
    channels = frozenset({"text", "lexical", "visual", "collaborative"})
    assert Contender("weighted", "text").removed(channels) == {"visual", "collaborative"}
    assert Contender("weighted", "sound").removed(channels) == channels
    assert Contender("weighted").removed(channels) == frozenset()


def test_popularity_orders_by_how_many_people_did_something(school: School) -> None:
    plans = {"text": Plan(frozenset({"text"}), Weighted({"text": 1.0}))}
    fusion = fusions_of(Contender(POPULARITY), part(plans, [3, 0, 7]), school, NO_CATEGORIES)["text"]
    assert isinstance(fusion, PopularityFusion)
    assert fusion(pool({}, N)).tolist() == [3.0, 0.0, 7.0]
    nobody = fusions_of(Contender(POPULARITY), part(plans), school, NO_CATEGORIES)["text"]
    assert nobody(pool({}, N)).tolist() == [0.0] * N


def test_the_fusion_in_use_is_judged_as_it_is_and_another_one_by_its_weights(school: School) -> None:
    tuned = Weighted({"text": 0.9, "visual": 0.1})
    assert fusion_of(Contender("weighted"), tuned, school) is tuned
    assert fusion_of(Contender("rrf"), tuned, school) == ReciprocalRank({"text": 0.9, "visual": 0.1})


def test_one_modality_is_weighted_as_in_use_or_evenly_where_it_has_no_weight(school: School) -> None:
    tuned = Weighted({"text": 0.9, "visual": 0.1})
    alone = fusion_of(Contender("weighted", "picture"), tuned, school)
    assert isinstance(alone, Weighted)
    assert (alone.weights["visual"], alone.absolute) == (0.1, absolute_channels())
    unweighted = fusion_of(Contender("weighted", "sound"), tuned, school)
    assert isinstance(unweighted, Weighted)
    assert unweighted.weights == dict.fromkeys(channels_of("sound"), 1.0)


def test_a_plan_without_weights_has_those_of_its_kind_of_request() -> None:
    assert weights_of("text", Plan(frozenset(), Weighted({"text": 1.0}))) == {"text": 1.0}
    assert weights_of("picture", Plan(frozenset(), PopularityFusion(np.zeros(N, dtype=np.int64)))) == default_weights(
        "picture"
    )


def test_what_cannot_be_had_is_an_error(school: School) -> None:
    with pytest.raises(EvaluationError, match="too little to learn from"):
        fusion_of(Contender("attention"), Weighted({}), school)
    with pytest.raises(FusionError, match="no fusion 'magic'"):
        fusion_of(Contender("magic"), Weighted({}), school)


def test_a_retriever_without_channels_has_no_names() -> None:
    assert channel_names(Retriever(snapshot(numbered(1)), (), {})) == frozenset()
