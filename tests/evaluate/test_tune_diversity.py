"""The strength of diversity: it stays as it is where no other is proven, and is not judged without requests."""

from __future__ import annotations

from agent.config import AgentConfig
from agent.evaluate.tune_diversity import NOTHING_BETTER, tune_diversity
from tests.evaluate.test_tune_rerank import RETRIEVER, cases

CONFIG = AgentConfig.model_construct(n_candidates=10, diversity=0.0)


def test_where_one_item_is_right_a_list_is_made_no_more_various() -> None:
    requests, steps = cases(24), list[tuple[int, int]]()
    finding = tune_diversity(
        requests, {case.id: "title" for case in requests}, RETRIEVER, CONFIG, 0, lambda *step: steps.append(step)
    )
    assert finding is not None
    assert (finding.about, finding.chosen, finding.value) == ("diversity", "0", None)
    assert finding.verdict.why == NOTHING_BETTER
    assert steps[-1] == (24, 24)


def test_without_requests_nothing_is_found() -> None:
    assert tune_diversity([], {}, RETRIEVER, CONFIG, 0, lambda *_: None) is None
