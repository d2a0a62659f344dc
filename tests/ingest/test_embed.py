"""Embedding: one set of vectors per channel, and no text embedded twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from agent.errors import WorkspaceOutdated
from agent.ingest.embed import embed_items, embed_texts
from agent.media.decoded import Picture
from agent.models import CONCEPTS
from agent.perceive.items import PerceivedItem
from agent.perceive.perception import Sight
from retrieval.channels.registry import VISUAL
from retrieval.items import Description, Item, Span
from retrieval.storage.store import Store
from retrieval.storage.workspace import Workspace
from retrieval.text.item_text import MOST_PASSAGES, TEXT_CHARS
from tests.support.shelf import SCHEMA, WordEncoder, units
from tests.support.worded import WordedModels


class Counting(WordEncoder):
    """An encoder that remembers what it was asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        return super().encode(texts)


class CountingModels(WordedModels):
    """Models whose encoders remember what they were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.multilingual = Counting(), Counting()


@pytest.fixture
def models() -> CountingModels:
    return CountingModels()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Workspace.open(tmp_path / "w", create=True) as opened:
        yield opened.store


def sight(digest: str, vector: np.ndarray, logits: np.ndarray | None = None) -> Sight:
    picture = Picture(digest, np.zeros((2, 2, 3), np.uint8), 2, 2)
    return Sight(picture, vector, logits, Description(digest, "image", "toy", "1", "It shows a lamp."))


def test_an_item_has_vectors_in_every_channel_it_has_something_for(store: Store, models: CountingModels) -> None:
    speech = Description("s", "audio", "toy", "1", "Someone says: warm", (Span("speech", "warm"),))
    silent, heard = embed_texts([Item("1", "Lamp"), Item("2", "Lamp", descriptions=(speech,))], store, models, SCHEMA)
    assert silent.keys() == {"text", "multilingual"}
    assert heard.keys() == {"text", "multilingual", "sound"}
    assert all(embedded.model == WordEncoder.id for embedded in heard.values())


def test_the_same_text_is_embedded_once_now_and_never_again_once_it_is_stored(
    store: Store, models: CountingModels
) -> None:
    items = [Item("1", "Lamp"), Item("2", "Lamp")]
    perceived = [PerceivedItem(item, (), ()) for item in items]
    entries = embed_items(perceived, ["d1", "d2"], store, models, SCHEMA)
    assert len(models.text.texts) == len(set(models.text.texts)) == 1
    assert [(entry.item.id, entry.digest) for entry in entries] == [("1", "d1"), ("2", "d2")]
    np.testing.assert_array_equal(entries[0].vectors["text"].vectors, entries[1].vectors["text"].vectors)
    store.put(entries)
    again = embed_texts([Item("3", "Lamp")], store, models, SCHEMA)
    assert len(models.text.texts) == 1
    np.testing.assert_allclose(again[0]["text"].vectors, entries[0].vectors["text"].vectors, atol=1e-6)


def test_a_long_text_is_cut_and_in_few_passages(store: Store, models: CountingModels) -> None:
    story = " ".join(f"Sentence {at} of a very long story about lamps." for at in range(400))
    (vectors,) = embed_texts([Item("1", "Lamp", story)], store, models, SCHEMA)
    assert max(map(len, models.text.texts)) <= TEXT_CHARS
    assert 1 < len(vectors["multilingual"].vectors) <= MOST_PASSAGES


def test_pictures_are_kept_as_they_look_and_as_what_they_seem_to_show(store: Store, models: CountingModels) -> None:
    models.concepts = lambda logits: units(len(logits), 4)  # type: ignore[method-assign]
    vectors = units(2, 6)
    classed = (sight("a", vectors[0], np.ones(3, np.float32)), sight("b", vectors[1], np.ones(3, np.float32)))
    unclassed = (classed[0], sight("c", vectors[1]))
    both = [PerceivedItem(Item(str(at), "Lamp"), sights, ()) for at, sights in enumerate((classed, unclassed))]
    first, second = embed_items(both, ["d", "d"], store, models, SCHEMA)
    np.testing.assert_array_equal(first.vectors[VISUAL.name].vectors, vectors)
    assert first.vectors[VISUAL.name].model == models.encoder_ids[VISUAL.name]
    assert len(first.vectors[CONCEPTS].vectors) == 2
    assert not first.vectors[CONCEPTS].searchable
    assert CONCEPTS not in second.vectors


def test_vectors_of_another_model_are_never_mixed_in(store: Store, models: CountingModels) -> None:
    class Others(CountingModels):
        """Models that read texts in another way."""

        encoder_ids = {"text": "another"}  # noqa: RUF012 - read only

    store.put(embed_items([PerceivedItem(Item("1", "Lamp"), (), ())], ["d"], store, models, SCHEMA))
    with pytest.raises(WorkspaceOutdated, match="made by words, while requests are read by another"):
        embed_texts([Item("2", "Lamp")], store, Others(), SCHEMA)
