"""Privacy: what is known of a person is handed over whole, and erased whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import RequestError
from agent.people.person_profile import Profile, profile_of
from agent.people.privacy import export, forget, profile_json
from agent.understand.validation import user_id
from retrieval.evaluation.row_cache import FOLDER
from retrieval.interactions import Interaction
from retrieval.storage.conversations import StoredTurn
from retrieval.storage.workspace import Workspace
from tests.support.shelf import fill, numbered, snapshot, units

ITEMS = numbered(3)
VECTORS = units(3)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    vectors = {item.id: VECTORS[[row]] for row, item in enumerate(ITEMS)}
    with fill(tmp_path / "w", ITEMS, {"text": vectors}) as opened:
        opened.store.put_interactions(
            [Interaction("ada", "1", "like", reason="so calm"), Interaction("bob", "2", "save")]
        )
        yield opened


def profile(workspace: Workspace, user: str) -> Profile:
    events = list(workspace.store.interactions(user))
    shelf = snapshot(ITEMS, {"text": VECTORS})
    return profile_of(user_id(user), events, shelf, None, (), opted_out=False)


def test_a_profile_is_plain_json_without_vectors(workspace: Workspace) -> None:
    document = profile_json(profile(workspace, "ada"))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert [mark["item_id"] for mark in document["liked"]] == ["1"]
    assert (document["user"], document["n_events"], document["saved"]) == ("ada", 1, [])
    assert "vectors" not in document


def test_an_export_adds_vectors_rows_and_conversations_in_the_order_of_their_turns(workspace: Workspace) -> None:
    for talk, number in (("b", 1), ("a", 2), ("a", 1)):
        workspace.store.put_turn(talk, number, StoredTurn("ada", json.dumps({"said": f"{talk}{number}"})))
    document = export(profile(workspace, "ada"), workspace)
    assert [(talk["id"], [turn["said"] for turn in talk["turns"]]) for talk in document["conversations"]] == [
        ("a", ["a1", "a2"]),
        ("b", ["b1"]),
    ]
    assert [row["reason"] for row in document["rows"]["interactions"]] == ["so calm"]
    assert "turns" not in document["rows"]
    assert document["vectors"]["text"] == pytest.approx(VECTORS[1].tolist(), abs=1e-6)


def test_of_somebody_unknown_an_export_is_empty_and_no_error(workspace: Workspace) -> None:
    document = export(profile(workspace, "eve"), workspace)
    assert (document["n_events"], document["conversations"], document["rows"]) == (0, [], {})


def test_to_forget_erases_one_person_and_says_how_much(workspace: Workspace) -> None:
    workspace.store.put_turn("talk", 1, StoredTurn("ada", "{}"))
    forgotten = forget("ada", workspace)
    assert (forgotten.user, dict(forgotten.rows), forgotten.evaluation) == (
        "ada",
        {"interactions": 1, "turns": 1},
        False,
    )
    assert workspace.store.rows_of("ada") == {}
    assert [event.user for event in workspace.store.interactions()] == ["bob"]
    assert dict(forget("ada", workspace).rows) == {}


def test_kept_figures_of_evaluations_go_with_whoever_stands_in_them(workspace: Workspace) -> None:
    folder = workspace.path / FOLDER
    folder.mkdir()
    (folder / "row.json").write_text('{"user": "ada"}')
    assert forget("ada", workspace).evaluation
    assert not folder.exists()


def test_a_name_that_cannot_be_one_is_refused_before_anything_is_erased(workspace: Workspace) -> None:
    with pytest.raises(RequestError, match="name of the user"):
        forget(" ", workspace)
    assert len(list(workspace.store.interactions())) == 2
