"""A state that was changed item by item is the same as one that was read anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import RecommendationAgent
from agent.answers import UserTurn
from retrieval.channels.lexical import LexicalIndex
from retrieval.channels.postings import Postings
from retrieval.filters import parse_filter
from retrieval.items import Item
from retrieval.snapshot import Snapshot, with_items
from retrieval.text.mentions import Mentions
from tests.support.apishelf import ROWS, word_agent
from tests.support.shelf import SCHEMA, numbered, snapshot, units

WORDS = st.lists(st.sampled_from(["boat", "lamp", "red", "chair", "sea"]), max_size=6)
DOCUMENTS = st.lists(WORDS, min_size=1, max_size=6)


@given(before=DOCUMENTS, after=st.dictionaries(st.integers(0, 8), WORDS, max_size=5))
def test_postings_changed_are_postings_made_anew(before: list[list[str]], after: dict[int, list[str]]) -> None:
    known = {row: words for row, words in after.items() if row < len(before)}
    added = [words for row, words in sorted(after.items()) if row >= len(before)]
    change = known | {len(before) + at: words for at, words in enumerate(added)}
    anew = [change.get(row, words) for row, words in enumerate(before)] + added
    changed = Postings.build(before).changed({row: before[row] for row in known}, change)
    made = Postings.build(anew)
    assert changed.lengths.tolist() == made.lengths.tolist()
    for word in ("boat", "lamp", "red", "chair", "sea", "unknown"):
        assert [part.tolist() for part in changed.of(word)] == [part.tolist() for part in made.of(word)]


@given(documents=DOCUMENTS, query=st.lists(st.sampled_from(["boat", "lamp", "nowhere"]), unique=True))
def test_scores_are_those_of_the_formula_and_stay_below_one(documents: list[list[str]], query: list[str]) -> None:
    mean = np.mean([len(one) for one in documents]) or 1.0
    idf = {
        word: np.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
        for word in query
        for n in [sum(word in one for one in documents)]
    }
    wanted = [
        sum(idf[word] * one.count(word) / (one.count(word) + 1.2 * (0.25 + 0.75 * len(one) / mean)) for word in query)
        / max(sum(idf.values()), 1e-9)
        for one in documents
    ]
    found = LexicalIndex(documents).scores(query)
    assert np.allclose(found, wanted, atol=1e-6)
    assert np.all(found < 1)


def told(state: Snapshot) -> list[object]:
    filters = [parse_filter(text, SCHEMA) for text in ("price<=4", "maker=Ann", "tags=red", "category!=lamp")]
    return [
        [item.id for item in state.items],
        dict(state.rows),
        [state.columns.mask(one).tolist() for one in filters],
        {name: (table.matrix.tolist(), table.starts.tolist()) for name, table in state.tables.items()},
    ]


def thing(number: int, price: float | None, maker: str | None, tags: tuple[str, ...]) -> Item:
    attributes = {"maker": maker} if maker else {}
    return Item(str(number), f"Thing {number}", price=price, attributes={**attributes, "tags": tags})


THINGS = st.builds(
    thing,
    st.integers(0, 9),
    st.sampled_from([None, 1.0, 5.0]),
    st.sampled_from([None, "Ann", "Bo"]),
    st.sampled_from([(), ("red",), ("red", "blue")]),
)


@settings(max_examples=50)
@given(come=st.lists(THINGS, min_size=1, max_size=4, unique_by=lambda item: item.id), parts=st.integers(0, 2))
def test_a_snapshot_changed_is_a_snapshot_made_anew(come: list[Item], parts: int) -> None:
    held = numbered(5)
    vectors = {item.id: units(1, seed=at) for at, item in enumerate(held)}
    new = {item.id: units(parts, seed=90 + at) for at, item in enumerate(come)}
    before = snapshot(held, {"text": np.concatenate(list(vectors.values()))})
    changed = with_items(before, come, {"text": new}, SCHEMA)
    items = list({item.id: item for item in (*held, *come)}.values())
    assert told(changed) == told(_anew(items, vectors | new))


def _anew(items: list[Item], vectors: Mapping[str, np.ndarray]) -> Snapshot:
    from retrieval.filters.columns import FilterColumns
    from retrieval.snapshot import DenseTable

    rows = {item.id: row for row, item in enumerate(items)}
    ids = [item.id for item in items for _ in vectors[item.id]]
    matrix = np.concatenate([vectors[item.id] for item in items])
    tables = {"text": DenseTable.build(ids, matrix, rows)} if ids else {}
    return Snapshot(SCHEMA, tuple(items), rows, tables, FilterColumns.build(items, SCHEMA))


@pytest.mark.parametrize("text", ["something like Heat", "I loved Heat (1995)", "as in The Long Goodbye", "like Ronin"])
def test_titles_changed_are_titles_read_anew(text: str) -> None:
    def titled(*titles: str) -> list[Item]:
        return [Item(str(at), title) for at, title in enumerate(titles)]

    before, after = (
        titled("Heat (1995)", "The Long Goodbye"),
        titled("Heat (1986)", "The Long Goodbye", "Ronin", "Heat"),
    )
    changed = Mentions(before, lambda _: 1).changed({0: after[0], 2: after[2], 3: after[3]}, lambda _: 1)
    assert changed.find(text) == Mentions(after, lambda _: 1).find(text)


def test_an_agent_answers_after_each_change_as_one_that_reads_all_anew(tmp_path: Path) -> None:
    changes: list[dict[str, object]] = [
        {"id": "9", "title": "Sailing boat", "description": "A small boat.", "category": "painting", "price": 12},
        {"id": "3", "title": "Green chair", "description": "A chair.", "category": "chair", "legs": 3},
        {"id": "10", "title": "Night boat", "maker": "Ann", "afloat": True},
        {"id": "11", "title": "Rowing boat", "description": "Of painted wood.", "category": "toy", "price": 8},
    ]
    wishes = ["a boat", "green chair", "boat under 20", "something like Night boat", "by Ann"]
    with word_agent(tmp_path / "w") as agent:
        agent.put_items(ROWS)
        answers(agent, wishes)
        for change in changes:
            agent.put_items([change])
            at_once = answers(agent, wishes)
            agent.reread()
            assert at_once == answers(agent, wishes)


def answers(agent: RecommendationAgent, wishes: list[str]) -> list[object]:
    found = [agent.search(UserTurn(text=wish)) for wish in wishes]
    return [
        (hits.request, [(one.item.id, round(one.score, 5), one.item.title) for one in hits.candidates])
        for hits in found
    ]
