"""What was asked and answered, as it lies in the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.storage.exchanges import StoredExchange
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        yield workspace.store


def put(store: Store, conversation: str, number: int, user: str, at_s: float) -> None:
    store.put_exchange(conversation, number, StoredExchange(user, f"{conversation} {number}", at_s, "{}"))


def test_conversations_are_listed_by_their_latest_word_and_named_by_their_first(store: Store) -> None:
    put(store, "a", 1, "ada", 10.0)
    put(store, "b", 1, "ada", 20.0)
    put(store, "a", 2, "ada", 30.0)
    put(store, "c", 1, "bob", 40.0)
    found = store.conversations("ada")
    assert [(one.id, one.title, one.at_s, one.exchanges) for one in found] == [
        ("a", "a 1", 30.0, 2),
        ("b", "b 1", 20.0, 1),
    ]
    assert store.conversations("ada", most=1) == found[:1]


def test_exchanges_are_their_persons_alone(store: Store) -> None:
    put(store, "a", 2, "ada", 2.0)
    put(store, "a", 1, "ada", 1.0)
    assert [one.title for one in store.exchanges("a", "ada")] == ["a 1", "a 2"]
    assert store.exchanges("a", "bob") == []
    store.drop_exchanges("a", "bob", 0)
    assert len(store.exchanges("a", "ada")) == 2
    store.drop_exchanges("a", "ada", 1)
    assert [one.title for one in store.exchanges("a", "ada")] == ["a 1"]


def test_a_person_who_is_forgotten_or_opted_out_leaves_none(store: Store) -> None:
    put(store, "a", 1, "ada", 1.0)
    assert store.delete_user("ada") == {"exchanges": 1}
    assert store.conversations("ada") == []
    store.opt_out("ada", True)
    put(store, "a", 1, "ada", 1.0)
    assert store.conversations("ada") == []
