"""What new holdings take over from those before: parts that somebody has asked for, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.config import AgentConfig
from agent.pipeline.holdings import Holdings
from retrieval.items import Item
from retrieval.schema import SCHEMA_FILE, write_schema
from retrieval.storage.store import StoredItem
from retrieval.storage.workspace import Workspace
from tests.support.shelf import SCHEMA, WordEncoder, fill, word_models

BOATS = Item("boats", "Boats on a river", category="Landscape")
LAMP = Item("lamp", "A lamp", category="Landscape")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    vectors = {BOATS.id: WordEncoder().encode([BOATS.title])}
    with fill(tmp_path / "w", [BOATS], {"text": vectors, "multilingual": vectors}) as opened:
        write_schema(SCHEMA, opened.path / SCHEMA_FILE)
        yield opened


@pytest.fixture
def holdings(workspace: Workspace) -> Holdings:
    return Holdings(workspace, word_models(AgentConfig(llm="none")))


def come(workspace: Workspace, *items: Item) -> list[str]:
    workspace.store.put([StoredItem(item, "digest", {}) for item in items])
    return [item.id for item in items]


def test_where_nobody_has_asked_for_anything_nothing_is_read(workspace: Workspace, holdings: Holdings) -> None:
    after = holdings.after(come(workspace, LAMP))
    assert not Holdings.snapshot.is_made(after)
    assert after.snapshot.items == (BOATS, LAMP)


def test_what_somebody_has_asked_for_is_there_with_the_new_item(workspace: Workspace, holdings: Holdings) -> None:
    assert holdings.mentions is holdings.mentions
    assert holdings.ridge is None
    after = holdings.after(come(workspace, LAMP))
    made = (Holdings.snapshot, Holdings.lexical, Holdings.mentions, Holdings.ridge)
    assert all(part.is_made(after) for part in made)
    assert not Holdings.vocabulary.is_made(after)
    assert after.snapshot.items == (BOATS, LAMP)
    assert after.lexical.scores(["lamp"]).argmax() == 1


def test_a_vocabulary_is_taken_over_where_items_come_and_made_anew_where_one_changes(
    workspace: Workspace, holdings: Holdings
) -> None:
    before = holdings.vocabulary
    grown = holdings.after(come(workspace, LAMP))
    assert Holdings.vocabulary.is_made(grown)
    changed = grown.after(come(workspace, Item("lamp", "A lamp", category="Still life")))
    assert not Holdings.vocabulary.is_made(changed)
    assert holdings.vocabulary is before


def test_items_that_are_not_there_any_more_leave_nothing_to_take_over(workspace: Workspace, holdings: Holdings) -> None:
    assert holdings.snapshot.items == (BOATS,)
    assert not Holdings.snapshot.is_made(holdings.after(["gone"]))
