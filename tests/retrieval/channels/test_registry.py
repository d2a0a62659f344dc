"""The registry: no channel is forgotten anywhere that has to know of it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from agent.answers import Request
from agent.config import load_config
from agent.explain.phrases import phrases_for
from agent.ingest.embed import embed_items
from agent.language.beside import aspect_note
from agent.media.decoded import Picture
from agent.models import Models
from agent.perceive.items import PerceivedItem
from agent.perceive.perception import PerceivedSound, Sight
from agent.perceive.request import Perceived
from agent.retrieve.query import query_of
from agent.retrieve.retriever import open_retriever
from retrieval.channels import registry
from retrieval.channels.hearing import Ears, SoundPart, fit_scale
from retrieval.channels.registry import (
    AUDIO,
    BRIDGE,
    CHANNELS,
    MODALITIES,
    REVIEWS,
    SOUND_BRIDGE,
    Aspect,
    ChannelRow,
    RequestPart,
    aspects,
    channels_of,
    costs,
    default_weights,
    dense_channels,
    embedded_channels,
    going_by,
    likeness_channels,
    nearest_to_likeness,
    present_with,
    read_by,
)
from retrieval.evaluation.contenders import Contender, contenders
from retrieval.evaluation.results import _nothing_said
from retrieval.fusion.cascade import Cascade
from retrieval.items import Description, Item, Span
from retrieval.query import RequestKind
from retrieval.storage.workspace import Workspace
from tests.support.shelf import SCHEMA, fill, numbered, pool, units, word_models
from ui.page.shared.words import sentences

KINDS: tuple[RequestKind, ...] = get_args(RequestKind)
NAMES = [row.name for row in CHANNELS]
every_channel = pytest.mark.parametrize("row", CHANNELS, ids=NAMES)
LANGUAGES = sorted({language for of_key in sentences().values() for language in of_key})
every_language = pytest.mark.parametrize("language", LANGUAGES)


def sight() -> Sight:
    picture = Picture("a digest", np.zeros((2, 2, 3), np.uint8), 2, 2)
    return Sight(picture, units(1)[0], None, Description("a digest", "image", "model", "1", "A boat."))


def sound() -> PerceivedSound:
    return PerceivedSound(Description("a digest", "audio", "model", "1", "It hums."), None, units(1)[0])


def test_each_row_stands_in_the_table_once() -> None:
    rows = [value for value in vars(registry).values() if isinstance(value, ChannelRow)]
    assert rows == list(CHANNELS)
    assert len(set(NAMES)) == len(NAMES)


@every_channel
def test_a_row_cannot_be_changed(row: ChannelRow) -> None:
    assert not hasattr(row, "__dict__")
    with pytest.raises(FrozenInstanceError):
        row.cost = 0  # type: ignore[misc]


@every_channel
def test_a_channel_is_of_one_modality(row: ChannelRow) -> None:
    assert [modality for modality in MODALITIES if row.name in channels_of(modality)] == [row.modality]


@every_channel
def test_a_channel_goes_by_what_requests_have(row: ChannelRow) -> None:
    assert row.goes_by is None or row.name in going_by(row.goes_by)
    assert row.goes_by in (None, *get_args(RequestPart))


# Encoders


@every_channel
def test_a_channel_with_vectors_has_encoders_that_models_can_make(row: ChannelRow) -> None:
    for encoder in filter(None, (row.reader, row.encoder)):
        assert hasattr(Models, encoder), f"Models makes no {encoder!r}, which {row.name!r} needs"
    assert row.dense or row.encoder is None
    assert not row.dense or row.encoder or row in (BRIDGE, AUDIO, SOUND_BRIDGE, REVIEWS), (
        f"nothing makes vectors of items for {row.name!r}"
    )


def test_every_encoder_has_an_identity_that_is_known_before_it_is_loaded() -> None:
    ids = Models(load_config(llm="none")).encoder_ids
    assert all(ids[row.name] for _, row in embedded_channels())


def test_items_have_vectors_in_every_channel_that_embeds_them(tmp_path: Path) -> None:
    heard = Description("another digest", "audio", "model", "1", "Waves.", (Span("speech", "Waves."),))
    item = Item("1", "A boat", "It floats.", descriptions=(heard,))
    models = word_models(load_config(llm="none"))
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        (entry,) = embed_items([PerceivedItem(item, (sight(),), ())], ["digest"], workspace.store, models, SCHEMA)
    assert entry.vectors.keys() == {row.name for _, row in embedded_channels()}


def test_requests_have_vectors_in_every_channel_that_compares_them() -> None:
    models, ways = (
        word_models(load_config(llm="none")),
        (Perceived(), Perceived((sight(),)), Perceived(sounds=(sound(),))),
    )
    ears = Ears(fit_scale(units(5), [SoundPart(8, 1.0)]))
    requests = (Request("a boat", "a boat", "en"), Request("ein Boot", "", "de"))
    queries = [query_of(request, (), perceived, models, None, ears=ears) for request in requests for perceived in ways]
    assert {name for query in queries for name in query.vectors} == set(dense_channels())
    assert set(dense_channels()) == {
        row.name for part in get_args(RequestPart) for rows in read_by(part).values() for row in rows
    }


# Retrieval


def test_a_retriever_has_every_channel_in_the_order_of_the_table(tmp_path: Path) -> None:
    items = numbered(3)
    vectors = {name: {item.id: units(1, seed=at) for at, item in enumerate(items)} for name in dense_channels()}
    with fill(tmp_path / "w", items, vectors) as workspace:
        retriever = open_retriever(workspace)
    assert [channel.name for channel in retriever.channels] == NAMES
    assert list(retriever.snapshot.tables) == list(dense_channels())
    assert present_with(retriever.snapshot.tables) == set(NAMES) - channels_of("behaviour")
    assert {kind: plan.channels for kind, plan in retriever.plans.items()} == {
        kind: default_weights(kind).keys() for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_request_is_shared_out_wholly(kind: RequestKind) -> None:
    weights = default_weights(kind)
    assert sum(weights.values()) == pytest.approx(1)
    assert all(share > 0 for share in weights.values())


@every_channel
def test_shares_are_of_kinds_that_there_are(row: ChannelRow) -> None:
    assert row.shares.keys() <= set(KINDS)


def test_a_cascade_asks_every_channel_the_cheapest_first() -> None:
    asked: list[str] = []

    class Listening(dict[str, np.ndarray]):
        def __getitem__(self, name: str) -> np.ndarray:
            asked.append(name)
            return super().__getitem__(name)

    scores = Listening({name: np.linspace(0, 1, 9) for name in reversed(NAMES)})
    Cascade(dict.fromkeys(NAMES, 1.0), stages=len(NAMES))(pool(scores, 9))
    assert asked == sorted(NAMES, key=lambda name: (costs()[name], name))
    assert all(cost > 0 for cost in costs().values())


def test_likeness_of_items_is_measured_by_vectors_that_an_encoder_made() -> None:
    embedded = {AUDIO.name, *(row.name for _, row in embedded_channels())}
    assert likeness_channels()
    assert set(likeness_channels()) <= embedded
    assert set(nearest_to_likeness()) == embedded
    assert nearest_to_likeness()[: len(likeness_channels())] == likeness_channels()


def test_channels_of_an_aspect_stand_together_and_those_that_are_not_there_are_left_out() -> None:
    assert aspects(["visual", "text", "bridge", "multilingual"]) == {
        "meaning": {"text", "multilingual"},
        "picture": {"visual", "bridge"},
    }
    assert set(aspects(NAMES)) == set(get_args(Aspect))
    assert aspects([]) == {}


# What people read


@every_language
@pytest.mark.parametrize("aspect", [*get_args(Aspect), *MODALITIES, "unwanted", "model", "limit"])
def test_there_are_words_for_every_aspect(aspect: str, language: str) -> None:
    assert aspect_note(aspect).text_in(language).strip()


@every_channel
@every_language
def test_the_page_has_words_for_the_channel_and_its_modality(row: ChannelRow, language: str) -> None:
    for key in (f"channel.{row.name}", f"part.{row.modality}"):
        assert sentences()[key][language].strip(), f"words.yaml has no {key!r} in {language}"


@every_channel
@every_language
def test_reasons_have_words_for_the_channel(row: ChannelRow, language: str) -> None:
    phrases = phrases_for(language)
    assert phrases.language == language
    assert phrases.moved_up(row.modality, before=7, rank=2)
    if row.phrase:
        assert "0.57" in getattr(phrases, row.phrase)(likeness="0.57", rank=3)


@every_channel
def test_an_evaluation_has_a_row_and_words_for_the_modality_of_the_channel(row: ChannelRow) -> None:
    alone = Contender("weighted", row.modality)
    assert alone in contenders(["weighted"], ablate=True, behaviour=False)
    assert _nothing_said(alone)
    assert row.name not in alone.removed(NAMES)
