"""The one path into a workspace: what an item's digest hangs on, and what is remembered of its media."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.config import load_config
from agent.ingest.store_items import Digests, PendingItem, StoredDescriptions, keep_items
from agent.models import Models
from agent.perceive.items import PERSON_VERSION
from retrieval.items import PERSON, Description, Item, Media
from retrieval.schema import Field, Schema
from retrieval.storage.workspace import Workspace
from tests.support.shelf import SCHEMA
from tests.support.worded import WordedModels

LAMP = Item("1", "Lamp", price=5.0, attributes={"maker": "Ann"})
PICTURED = replace(LAMP, media=(Media("image", "/c/a.png", "a.png"),))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "w", create=True) as opened:
        yield opened


def digest(item: Item, schema: Schema = SCHEMA, **settings: object) -> str:
    return Digests(Models(load_config(llm="none", **settings)), schema)(item)


def with_field(field: Field) -> Schema:
    return Schema([*(known for known in SCHEMA.fields.values() if known.name != field.name), field])


def test_a_digest_is_the_same_for_the_same_item_and_another_for_another() -> None:
    assert digest(LAMP) == digest(replace(LAMP))
    assert len(digest(LAMP)) == 32
    assert len({digest(item) for item in (LAMP, replace(LAMP, price=6.0), replace(LAMP, id="2"), PICTURED)}) == 4


def test_only_the_use_of_fields_that_an_item_has_counts() -> None:
    assert digest(LAMP, with_field(Field.of("watts", "number"))) == digest(LAMP)
    assert digest(LAMP, with_field(Field("maker", "category", filterable=True, searchable=False))) != digest(LAMP)


def test_how_pictures_are_described_counts_for_items_with_media_alone() -> None:
    assert digest(PICTURED, ocr="on") != digest(PICTURED, ocr="off")
    assert digest(PICTURED, domain="artwork") != digest(PICTURED, domain="product")
    assert digest(LAMP, ocr="on", domain="artwork") == digest(LAMP, ocr="off", domain="product")


def test_items_that_are_kept_are_found_on_disk_with_vectors_and_digest(workspace: Workspace) -> None:
    workspace.schema.write(SCHEMA)
    counted: list[str] = []
    jobs = [PendingItem(LAMP, "d1", 1), PendingItem(Item("2", "Chair"), "d2", 2)]
    problems = keep_items(jobs, workspace, WordedModels(), SCHEMA, after_each=lambda: counted.append("one"))
    assert (problems, len(counted)) == ([], 2)
    assert dict(workspace.store.digests()) == {"1": "d1", "2": "d2"}
    assert workspace.store.embedded("1").keys() == {"text", "multilingual"}
    assert all(channel.n_vectors for channel in workspace.health().channels)


def test_work_that_is_stopped_stores_none_of_its_items(workspace: Workspace) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep_items([PendingItem(LAMP, "d", 1)], workspace, WordedModels(), SCHEMA, after_each=stop)
    assert workspace.store.count() == 0


def test_nothing_to_keep_asks_no_model(workspace: Workspace) -> None:
    assert keep_items([], workspace, None, SCHEMA) == []  # type: ignore[arg-type]  # it is not asked


def test_what_a_person_wrote_of_a_medium_stands_for_what_any_model_would(workspace: Workspace) -> None:
    memory = StoredDescriptions(workspace.store)
    assert memory.get("a", "model", "1") is None
    memory.put(Description("a", "image", "model", "1", "A lamp."))
    assert memory.get("a", "model", "2") is None
    memory.put(Description("a", "image", PERSON, PERSON_VERSION, "My lamp."))
    described = [memory.get("a", origin, version) for origin, version in (("model", "1"), ("other", "7"))]
    assert [description.text for description in described if description] == ["My lamp.", "My lamp."]
