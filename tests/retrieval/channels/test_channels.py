"""Channels: what each proposes, how it scores, and what it does when Chroma fails."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from chromadb.api.models.Collection import Collection
from chromadb.errors import InternalError
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.channels import best_rows
from retrieval.channels.dense import DenseChannel
from retrieval.channels.lexical import LexicalChannel, LexicalIndex
from retrieval.query import Query
from retrieval.snapshot import Snapshot
from retrieval.storage.workspace import Workspace
from retrieval.text.words import words
from tests.support.shelf import SCHEMA, fill, numbered, units

N = 30
QUERY = Query("text", "", {"text": units(1, seed=9)})


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Thirty items; item 0 has no vector, every third has two."""
    vectors = {str(at): units(2 if at % 3 == 0 else 1, seed=at) for at in range(1, N)}
    with fill(tmp_path / "w", numbered(N), {"text": vectors}) as opened:
        yield opened


def channel(workspace: Workspace) -> DenseChannel:
    return DenseChannel("text", Snapshot.read(workspace.store, SCHEMA, ("text",)), workspace.index)


def exact(workspace: Workspace, queries: np.ndarray) -> dict[str, float]:
    """Best cosine of every item that has vectors, computed by hand."""
    found: dict[str, float] = {}
    for at in range(1, N):
        rows = workspace.store.item_vectors("text", str(at))
        found[str(at)] = max(float(row @ query) for row in rows for query in queries)
    return found


def best(workspace: Workspace, queries: np.ndarray, n: int) -> list[int]:
    found = exact(workspace, queries)
    return [int(name) for name in sorted(found, key=lambda name: -found[name])[:n]]


scores = st.lists(st.one_of(st.just(math.nan), st.sampled_from([0.0, 0.5, 1.0]), st.floats(-1, 1)), max_size=20)


@settings(deadline=None)
@given(scores, st.integers(0, 25), st.data())
def test_best_rows_are_the_first_of_a_stable_sort(values: list[float], n: int, data: st.DataObject) -> None:
    given_ = np.array(values, dtype=np.float32)
    allowed = data.draw(st.none() | st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    mask = None if allowed is None else np.array(allowed, dtype=bool)
    usable = [at for at in range(len(values)) if not np.isnan(given_[at]) and (allowed is None or allowed[at])]
    assert best_rows(given_, n, mask).tolist() == sorted(usable, key=lambda at: -given_[at])[:n]


# Dense


@pytest.mark.parametrize("n_queries", [1, 3])
def test_dense_scores_are_exact_and_items_without_vectors_have_none(workspace: Workspace, n_queries: int) -> None:
    queries = units(n_queries, seed=4)
    scorer = channel(workspace).prepare(Query("text", "", {"text": queries}))
    assert scorer is not None
    found = scorer.score(np.arange(N))
    assert np.isnan(found[0])
    assert found[1:].tolist() == pytest.approx([exact(workspace, queries)[str(at)] for at in range(1, N)], abs=1e-6)


@pytest.mark.parametrize("n_queries", [1, 3])
@pytest.mark.parametrize("allowed", [None, "all"])
def test_chroma_and_the_exact_search_propose_the_same(
    workspace: Workspace, n_queries: int, allowed: str | None
) -> None:
    queries = units(n_queries, seed=4)
    scorer = channel(workspace).prepare(Query("text", "", {"text": queries}))
    assert scorer is not None
    mask = None if allowed is None else np.ones(N, dtype=bool)
    assert scorer.propose(7, mask).tolist() == best(workspace, queries, 7)


def test_chroma_is_asked_unless_something_is_filtered(workspace: Workspace) -> None:
    scorer = channel(workspace).prepare(QUERY)
    assert scorer is not None
    first = best(workspace, QUERY.vectors["text"], 1)[0]
    workspace.index.delete("text", [(str(first), 0), (str(first), 1)])  # only Chroma forgets it
    assert first not in scorer.propose(5, None)
    assert scorer.propose(5, np.ones(N, dtype=bool))[0] == first


@settings(deadline=None, max_examples=40)
@given(st.lists(st.booleans(), min_size=N, max_size=N), st.integers(1, N))
def test_dense_never_proposes_what_is_not_allowed(made: Workspace, mask: list[bool], n: int) -> None:
    scorer = channel(made).prepare(QUERY)
    assert scorer is not None
    proposed = scorer.propose(n, np.array(mask)).tolist()
    assert all(mask[row] for row in proposed)
    assert len(proposed) == min(n, sum(mask[1:]))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    vectors = {str(at): units(2 if at % 3 == 0 else 1, seed=at) for at in range(1, N)}
    with fill(tmp_path_factory.mktemp("made") / "w", numbered(N), {"text": vectors}) as opened:
        yield opened


def test_when_chroma_fails_the_exact_search_answers_now_and_later(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fail(*_: object, **__: object) -> None:
        asked.append(1)
        raise InternalError("Error finding id")

    scorer = channel(workspace).prepare(QUERY)
    assert scorer is not None
    monkeypatch.setattr(Collection, "query", fail)
    expected = best(workspace, QUERY.vectors["text"], 5)
    assert scorer.propose(5, None).tolist() == expected
    assert not workspace.index.available
    assert "Error finding id" in str(workspace.index.reason)
    assert scorer.propose(5, None).tolist() == expected
    assert len(asked) == 1


def test_an_item_that_chroma_knows_and_the_snapshot_does_not_is_passed_over(workspace: Workspace) -> None:
    old = channel(workspace)
    workspace.index.upsert("text", "m", ["newcomer"], QUERY.vectors["text"])
    scorer = old.prepare(QUERY)
    assert scorer is not None
    assert scorer.propose(4, None).tolist() == best(workspace, QUERY.vectors["text"], 4)[:3]


def test_a_channel_is_silent_without_vectors_on_either_side(workspace: Workspace) -> None:
    assert channel(workspace).prepare(Query("text", "words", {})) is None
    other = DenseChannel("visual", Snapshot.read(workspace.store, SCHEMA, ("text",)), workspace.index)
    assert other.prepare(Query("text", "", {"visual": units(1)})) is None


# Lexical

TEXTS = ("red boat on a lake", "red red house", "a green lake", "")


def lexical() -> LexicalIndex:
    return LexicalIndex(map(words, TEXTS))


def bm25(term: str, document: list[str]) -> float:
    """One term's score by the formula."""
    documents = [words(text) for text in TEXTS]
    n = sum(term in one for one in documents)
    mean = sum(map(len, documents)) / len(documents)
    tf = document.count(term)
    idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
    return idf * tf / (tf + 1.2 * (1 - 0.75 + 0.75 * len(document) / mean))


def test_lexical_scores_are_bm25_over_its_upper_bound() -> None:
    found = lexical().scores(["red", "lake"])
    documents = [words(text) for text in TEXTS]
    idf = [math.log(1 + (4 - n + 0.5) / (n + 0.5)) for n in (2, 2)]
    expected = [sum(bm25(term, document) for term in ("red", "lake")) / sum(idf) for document in documents]
    assert found.tolist() == pytest.approx(expected, abs=1e-6)
    assert found[0] == found.max()


def test_a_word_nobody_has_lowers_all_scores() -> None:
    index = lexical()
    assert (index.scores(["red", "zeppelin"])[:2] < index.scores(["red"])[:2]).all()


@settings(deadline=None)
@given(st.lists(st.sampled_from(["red", "boat", "lake", "green", "house", "zeppelin"]), unique=True))
def test_lexical_scores_lie_below_one_and_are_nothing_without_a_shared_word(tokens: list[str]) -> None:
    found = lexical().scores(tokens)
    assert ((found >= 0) & (found < 1)).all()
    sharing = [bool(set(tokens) & set(words(text))) for text in TEXTS]
    assert (found > 0).tolist() == sharing


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_a_catalog_without_words_has_no_lexical_candidates(documents: list[list[str]]) -> None:
    index = LexicalIndex(documents)
    assert index.scores(["red"]).tolist() == [0.0] * len(documents)
    assert LexicalChannel(index).prepare(Query("text", "red", {})) is None


def test_lexical_proposes_only_allowed_items_that_share_a_word() -> None:
    scorer = LexicalChannel(lexical()).prepare(Query("text", "Lakes, please!", {}))
    assert scorer is not None
    assert set(scorer.propose(10, None).tolist()) == {0, 2}
    assert scorer.propose(10, np.array([False, True, True, True])).tolist() == [2]
    assert scorer.score(np.array([1, 3])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("text", ["", "the of", "zeppelin"])
def test_lexical_is_silent_when_no_item_shares_a_word(text: str) -> None:
    assert LexicalChannel(lexical()).prepare(Query("text", text, {})) is None
