"""The language model's weight: it rises where the model helps, and goes where it does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.evaluate.tune_model import SAMPLE, tune_rerank
from retrieval.cases import Case
from retrieval.channels import Scorer
from retrieval.channels.collaborative import CollaborativeScorer
from retrieval.fusion.weighted import Weighted
from retrieval.query import Query
from retrieval.retriever import Plan, Retriever
from retrieval.tuning.guard import FEWEST
from retrieval.tuning.tuned import TuningFinding
from tests.support.shelf import numbered, snapshot

N = 80
CONFIG = AgentConfig.model_construct(n_candidates=20, n_rerank=10, rerank_weight=0.05, max_shift=3)
NOTHING = np.array([], dtype=np.intp)


class NearlyRight:
    """A channel that ranks the item that is asked for behind two neighbours, close together."""

    name = "text"

    def prepare(self, query: Query) -> Scorer:
        far = (np.arange(N) - _wanted(query.words)) % N
        return CollaborativeScorer(np.where(far == 0, 0.9, np.where(far <= 2, 1.0 - far / 100, 0.5 / (1 + far))))


RETRIEVER = Retriever(
    snapshot(numbered(N)), (NearlyRight(),), {"text": Plan(frozenset({"text"}), Weighted({"text": 1.0}))}, depth=20
)


def cases(n: int = N) -> list[Case]:
    return [Case(f"{at}", Query("text", f"one like number {at}", {}), {at: 1.0}, NOTHING) for at in range(n)]


def _wanted(words: str) -> int:
    return int(words.rsplit(" ", 1)[1])


def _shown(chat: object) -> int:
    return int(chat[-1].text.split("Thing ")[1].split("\n")[0])  # type: ignore[index]


def tuned(score: Callable[[int, int], float], n: int = N, **settings: float) -> TuningFinding:
    model = ScriptedChat(score=lambda chat, words: score(_shown(chat), _wanted(words)))
    requests = cases(n)
    finding = tune_rerank(
        requests,
        {case.id: "title" for case in requests},
        RETRIEVER,
        model,
        CONFIG.model_copy(update=settings),
        0,
        lambda *_: None,
    )
    assert finding is not None
    assert len(model.calls) == min(n, SAMPLE)
    return finding


def test_a_model_that_knows_the_answer_gets_more_say() -> None:
    finding = tuned(lambda shown, wanted: -1.0 if shown == wanted else -5.0)
    assert finding.verdict.kept, finding.verdict.why
    assert finding.value is not None
    assert finding.value > CONFIG.rerank_weight
    assert finding.verdict.n == SAMPLE
    assert finding.verdict.gain.low > 0


def test_a_model_that_prefers_the_wrong_items_is_not_asked_any_more() -> None:
    finding = tuned(lambda shown, wanted: -5.0 if shown == wanted else -1.0)
    assert finding.verdict.kept
    assert finding.value == 0.0
    assert "makes lists no better" in finding.verdict.why


@pytest.mark.parametrize("usual", [0.05, 0.2])
def test_a_model_that_says_the_same_of_everything_is_not_asked_any_more(usual: float) -> None:
    assert tuned(lambda *_: -2.0, rerank_weight=usual).value == 0.0


def test_a_model_whose_say_is_gone_already_stays_out_where_it_harms() -> None:
    finding = tuned(lambda shown, wanted: -5.0 if shown == wanted else -1.0, rerank_weight=0.0)
    assert not finding.verdict.kept
    assert finding.chosen == "0"


def test_few_requests_decide_nothing() -> None:
    finding = tuned(lambda shown, wanted: -1.0 if shown == wanted else -5.0, n=FEWEST - 2)
    assert not finding.verdict.kept
    assert "too few" in finding.verdict.why


def test_a_model_that_gives_no_numbers_changes_nothing_and_breaks_nothing() -> None:
    finding = tuned(lambda *_: float("nan"))
    assert finding.value == 0.0
    assert np.isfinite([finding.verdict.gain.mean, finding.verdict.gain.low, finding.verdict.gain.high]).all()


def test_without_requests_nothing_is_found_and_a_model_that_fails_says_so() -> None:
    assert tune_rerank([], {}, RETRIEVER, ScriptedChat(), CONFIG, 0, lambda *_: None) is None
    requests = cases(30)
    sorts = {case.id: "title" for case in requests}
    with pytest.raises(ModelError):
        tune_rerank(requests, sorts, RETRIEVER, ScriptedChat(context_tokens=1), CONFIG, 0, lambda *_: None)
