"""Turns and exchanges of conversations, as they lie in the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.storage.conversations import StoredTurn
from retrieval.storage.exchanges import Listed, StoredExchange
from retrieval.storage.store.conversations import ConversationStore
from retrieval.storage.store.people import PeopleStore


class Store(ConversationStore, PeopleStore):
    """Conversations, and who wants nothing kept."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "t.db") as opened:
        yield opened


def test_turns_come_in_the_order_of_their_numbers_and_a_later_one_of_a_number_replaces_the_earlier(
    store: Store,
) -> None:
    for number, body in ((2, "second"), (1, "first"), (10, "tenth"), (2, "second again")):
        store.put_turn("a", number, StoredTurn("ada", body))
    store.put_turn("b", 1, StoredTurn(None, "elsewhere"))
    assert store.turns("a") == [
        StoredTurn("ada", "first"),
        StoredTurn("ada", "second again"),
        StoredTurn("ada", "tenth"),
    ]
    assert store.turns("nowhere") == []


def test_dropping_takes_the_turns_after_a_number_and_no_other_conversations(store: Store) -> None:
    for conversation in "ab":
        for number in (1, 2, 3):
            store.put_turn(conversation, number, StoredTurn(None, str(number)))
    store.drop_turns("a", 1)
    assert [turn.body for turn in store.turns("a")] == ["1"]
    store.drop_turns("a", 0)
    assert store.turns("a") == []
    assert len(store.turns("b")) == 3


def test_of_who_opted_out_nothing_is_kept_and_of_who_is_not_known_all_is(store: Store) -> None:
    store.put_turn("a", 1, StoredTurn("ada", "before"))
    store.opt_out("ada", True)
    store.put_turn("a", 2, StoredTurn("ada", "after"))
    store.put_turn("b", 1, StoredTurn(None, "nobody's"))
    store.put_exchange("a", 1, StoredExchange("ada", "title", 1.0, "{}"))
    assert [turn.body for turn in store.turns("a")] == ["before"]
    assert len(store.turns("b")) == 1
    assert store.exchanges("a", "ada") == []
    store.opt_out("ada", False)
    store.put_turn("a", 2, StoredTurn("ada", "again"))
    assert [turn.body for turn in store.turns("a")] == ["before", "again"]


def test_a_list_of_conversations_names_each_by_its_first_request_and_its_last_time(store: Store) -> None:
    for conversation, number, at_s in (("a", 2, 30.0), ("b", 1, 20.0), ("a", 1, 10.0), ("c", 1, 20.0)):
        store.put_exchange(conversation, number, StoredExchange("ada", f"{conversation}{number}", at_s, "{}"))
    assert store.conversations("ada") == [
        Listed("a", "a1", 30.0, 2),
        Listed("b", "b1", 20.0, 1),
        Listed("c", "c1", 20.0, 1),
    ]
    assert store.conversations("bob") == []


def test_dropping_all_exchanges_of_a_conversation_drops_its_persons_turns_with_them(store: Store) -> None:
    store.put_turn("a", 1, StoredTurn("ada", "1"))
    store.put_turn("a", 2, StoredTurn("bob", "2"))
    for number in (1, 2):
        store.put_exchange("a", number, StoredExchange("ada", "title", 1.0, "{}"))
    store.drop_exchanges("a", "ada", 1)
    assert (len(store.exchanges("a", "ada")), len(store.turns("a"))) == (1, 2)
    store.drop_exchanges("a", "ada", 0)
    assert (store.exchanges("a", "ada"), store.turns("a")) == ([], [StoredTurn("bob", "2")])
