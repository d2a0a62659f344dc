"""The language model's say: it grows where the model helps, by the method that helps, and goes where none does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.backends.protocols import Chat
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.evaluate.tune_rerank import SAMPLE, RankingTrial, tune_rerank
from agent.rerank.setting import setting_of
from retrieval.cases import Case
from retrieval.channels import Scorer
from retrieval.channels.collaborative import CollaborativeScorer
from retrieval.fusion.weighted import Weighted
from retrieval.query import Query
from retrieval.retriever import Plan, Retriever
from retrieval.tuning.guard import FEWEST
from retrieval.tuning.tuned import Tuned, TuningFinding, finding_from_json, finding_json
from tests.support.shelf import numbered, snapshot

N = 80
CONFIG = AgentConfig.model_construct(n_candidates=20, n_rerank=10, rerank_weight=0.05, max_shift=3)
NOTHING = np.array([], dtype=np.intp)
ME = "m@1"
Say = Callable[[int, int], float]


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


def _shown(text: str) -> int:
    return int(text.split("Thing ")[1].split("\n")[0].split(";")[0])


def nothing(*_: int) -> float:
    return -2.0


def asked(likelihood: Say = nothing, yes: Say = nothing, letter: Say = nothing) -> ScriptedChat:
    """A model that answers each method by its own rule of what is shown and what is wanted."""

    def score(chat: Chat, said: str) -> float:
        text = chat[-1].text
        if not text.startswith("Asked for: "):
            return likelihood(_shown(text), _wanted(said))
        wish, _, items = text.removeprefix("Asked for: ").partition("\n")
        if said in ("Yes", "No"):
            return yes(_shown(items), _wanted(wish)) if said == "Yes" else -3.0
        (line,) = [line for line in items.splitlines() if line.startswith(f"{said}: ")] or ["Thing -1"]
        return letter(_shown(line), _wanted(wish))

    return ScriptedChat(score=score)


def tuned(model: ScriptedChat, n: int = N, **settings: object) -> TuningFinding:
    requests = cases(n)
    trial = RankingTrial(model, ME, CONFIG.model_copy(update=settings))
    finding = tune_rerank(requests, {case.id: "title" for case in requests}, RETRIEVER, trial, 0, lambda *_: None)
    assert finding is not None
    assert len(model.calls) == 3 * min(n, SAMPLE)
    return finding


def knows(shown: int, wanted: int) -> float:
    return -1.0 if shown == wanted else -5.0


def errs(shown: int, wanted: int) -> float:
    return -5.0 if shown == wanted else -1.0


def test_a_model_that_knows_the_answer_gets_more_say() -> None:
    finding = tuned(asked(knows))
    assert finding.verdict.kept, finding.verdict.why
    assert finding.ranking is not None
    assert finding.value == finding.ranking.weight > CONFIG.rerank_weight
    assert finding.ranking.method in ("likelihood", "both")
    assert finding.ranking.model == ME
    assert finding.verdict.n == SAMPLE
    assert finding.verdict.gain.low > 0


@pytest.mark.parametrize(
    ("method", "model"),
    [("yes_no", asked(errs, yes=knows)), ("listwise", asked(errs, errs, letter=knows))],
)
def test_the_method_that_helps_is_the_one_that_is_chosen(method: str, model: ScriptedChat) -> None:
    finding = tuned(model, rerank_weight=0.0)
    assert finding.verdict.kept, finding.verdict.why
    assert finding.ranking is not None
    assert (finding.ranking.method, finding.ranking.pictures) == (method, 0)
    assert finding.default == "0"
    assert method in finding.chosen


def test_an_item_is_let_further_up_where_the_right_one_stands_far_behind() -> None:
    class FarBehind(NearlyRight):
        def prepare(self, query: Query) -> Scorer:
            far = (np.arange(N) - _wanted(query.words)) % N
            return CollaborativeScorer(np.where(far == 0, 0.5, np.where(far <= 8, 1 - far / 100, 0.4 / (1 + far))))

    retriever = replace(RETRIEVER, channels=(FarBehind(),))
    requests = cases()
    trial = RankingTrial(asked(knows), ME, CONFIG)
    finding = tune_rerank(requests, {case.id: "title" for case in requests}, retriever, trial, 0, lambda *_: None)
    assert finding is not None
    assert finding.ranking is not None
    assert finding.ranking.max_shift > CONFIG.max_shift


def test_a_model_that_prefers_the_wrong_items_is_not_asked_any_more() -> None:
    finding = tuned(asked(errs, errs, errs))
    assert finding.verdict.kept
    assert finding.value == 0.0
    assert "makes lists no better" in finding.verdict.why


@pytest.mark.parametrize("usual", [0.05, 0.2])
def test_a_model_that_says_the_same_of_everything_is_not_asked_any_more(usual: float) -> None:
    assert tuned(asked(), rerank_weight=usual).value == 0.0


def test_a_model_whose_say_is_gone_already_stays_out_where_it_harms() -> None:
    finding = tuned(asked(errs, errs, errs), rerank_weight=0.0)
    assert not finding.verdict.kept
    assert (finding.chosen, finding.value) == ("0", None)


def test_few_requests_decide_nothing() -> None:
    finding = tuned(asked(knows), n=FEWEST - 2)
    assert not finding.verdict.kept
    assert "too few" in finding.verdict.why


def test_a_model_that_gives_no_numbers_changes_nothing_and_breaks_nothing() -> None:
    def none(*_: int) -> float:
        return float("nan")

    finding = tuned(asked(none, none, none))
    assert finding.value == 0.0
    assert np.isfinite([finding.verdict.gain.mean, finding.verdict.gain.low, finding.verdict.gain.high]).all()


def test_a_model_that_sees_is_tried_with_pictures_and_without() -> None:
    model, looks = asked(knows), list[int]()

    def pictures(items: object) -> list[tuple[()]]:
        looks.append(len(items))  # type: ignore[arg-type]
        return [()] * len(items)  # type: ignore[arg-type]

    trial = RankingTrial(model, ME, CONFIG, pictures, 1)
    requests = cases(4)
    finding = tune_rerank(requests, {case.id: "title" for case in requests}, RETRIEVER, trial, 0, lambda *_: None)
    assert finding is not None
    assert looks == [CONFIG.n_rerank] * 4
    assert len(model.calls) == 4 * (3 + 2)  # no list is shown pictures


def test_without_requests_nothing_is_found_and_a_model_that_fails_says_so() -> None:
    assert tune_rerank([], {}, RETRIEVER, RankingTrial(ScriptedChat(), ME, CONFIG), 0, lambda *_: None) is None
    requests = cases(30)
    sorts = {case.id: "title" for case in requests}
    broken = RankingTrial(ScriptedChat(context_tokens=1), ME, CONFIG)
    with pytest.raises(ModelError):
        tune_rerank(requests, sorts, RETRIEVER, broken, 0, lambda *_: None)


def test_what_was_found_is_read_back_for_the_model_it_was_found_for() -> None:
    finding = tuned(asked(errs, yes=knows))
    assert finding_from_json(finding_json(finding)) == finding
    again = Tuned.from_json(Tuned("tpe", 2, 0, (finding,)).to_json())
    assert again is not None
    assert again.rankings == {ME: finding.ranking}
    assert not again.values
    assert setting_of(CONFIG, ME).distance(setting_of(CONFIG, ME)) == 0
