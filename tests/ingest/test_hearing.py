"""Sounds of a catalog find each other, whatever they are called, and nothing else is embedded anew for them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.answers import UserTurn
from agent.errors import MediaError
from agent.ingest.catalog import ingest
from agent.ingest.hearing import scale_is_stale
from agent.ingest.store_items import Digests
from agent.models import MEASURED
from agent.recommender import RecommendationAgent
from retrieval.channels.registry import AUDIO, SOUND_BRIDGE
from retrieval.items import Item, Media
from retrieval.storage.workspace import Workspace
from tests.media.test_acoustics import noise
from tests.support.made_media import tone, write_sound
from tests.support.senses import SpectrumEars
from tests.support.shelf import SCHEMA
from tests.support.worded import WordedModels

HUMS, HISSES = 4, 4


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Things that hum, hiss, say nothing or have no sound, by names that tell nothing of it."""
    folder = tmp_path_factory.mktemp("catalog")
    rows = ["id,title,audio"]
    for at in range(HUMS):
        write_sound(folder / f"hum{at}.wav", tone(1.0 + at / 10, 200 + 12 * at), "pcm_s16le")
        rows.append(f"hum{at},Item number {at},hum{at}.wav")
    for at in range(HISSES):
        write_sound(folder / f"hiss{at}.wav", noise(1.0 + at / 10, seed=at), "pcm_s16le")
        rows.append(f"hiss{at},Item letter {at},hiss{at}.wav")
    write_sound(folder / "silent.wav", np.zeros(16_000, np.float32), "pcm_s16le")
    rows += ["silent,Item silent,silent.wav", "plain,Item plain,"]
    (folder / "catalog.csv").write_text("\n".join(rows), encoding="utf-8")
    write_sound(folder / "request.wav", tone(0.8, 215, 0.1), "pcm_s16le")
    write_sound(folder / "nothing.wav", np.zeros(16_000, np.float32), "pcm_s16le")
    return folder / "catalog.csv"


@pytest.fixture(scope="module")
def agent(catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecommendationAgent]:
    workspace, models = Workspace.open(tmp_path_factory.mktemp("sounds") / "w", create=True), WordedModels()
    report = ingest(catalog, workspace, models)
    assert "too few to fit a map" in report.hearing
    with RecommendationAgent(workspace, models) as opened:
        yield opened


def shown(agent: RecommendationAgent, turn: UserTurn) -> list[str]:
    return [candidate.item.id for candidate in agent.search(turn).candidates]


def test_every_sound_but_silence_has_a_vector(agent: RecommendationAgent) -> None:
    channels = agent.workspace.store.channels()
    assert channels[MEASURED].n_vectors == channels[AUDIO.name].n_vectors == HUMS + HISSES
    assert not channels[MEASURED].searchable
    assert SOUND_BRIDGE.name not in channels
    assert not scale_is_stale(agent.workspace.store)


def test_a_request_may_be_a_sound_that_is_no_speech(agent: RecommendationAgent, catalog: Path) -> None:
    answer = agent.recommend(audio=str(catalog.parent / "request.wav"), k=HUMS)
    assert {entry.item.id for entry in answer.recommendations} == {f"hum{at}" for at in range(HUMS)}
    assert answer.request.heard is None
    assert answer.request.sounding
    first = answer.recommendations[0]
    assert "sounds" in first.explanation.text.lower()
    assert any(
        "/channels/audio" in evidence.pointer for claim in first.explanation.claims for evidence in claim.evidence
    )


def test_words_and_a_sound_are_asked_for_together(agent: RecommendationAgent, catalog: Path) -> None:
    turn = UserTurn("item letter", audio=str(catalog.parent / "request.wav"), k=HUMS + HISSES)
    alone = shown(agent, UserTurn("item letter", k=HUMS + HISSES))
    both = shown(agent, turn)
    assert both.index("hum0") < alone.index("hum0") if "hum0" in alone else "hum0" in both


def test_a_conversation_goes_on_from_a_sound(agent: RecommendationAgent, catalog: Path) -> None:
    conversation = agent.conversation()
    first = conversation.say(audio=str(catalog.parent / "request.wav"), k=2)
    more = conversation.say("show me others", k=2)
    shown = {entry.item.id for answer in (first, more) for entry in answer.recommendations}
    assert shown == {f"hum{at}" for at in range(HUMS)}
    assert more.request.sounding == first.request.sounding


def test_a_silent_request_is_refused(agent: RecommendationAgent, catalog: Path) -> None:
    with pytest.raises(MediaError):
        agent.recommend(audio=str(catalog.parent / "nothing.wav"))


def test_an_ingest_of_the_same_catalog_listens_to_nothing(agent: RecommendationAgent, catalog: Path) -> None:
    ears = agent.models.sounds
    assert isinstance(ears, SpectrumEars)
    n = len(ears.heard)
    report = ingest(catalog, agent.workspace, agent.models)
    assert (report.changed, report.hearing, len(ears.heard)) == (0, "", n)


def test_sounds_of_items_that_were_there_before_are_embedded_and_no_other_item_is_done_again() -> None:
    class Before(WordedModels):
        @property
        def encoder_ids(self) -> dict[str, str]:
            return {**super().encoder_ids, MEASURED: "none"}

    of_before, of_now = Digests(Before(), SCHEMA), Digests(WordedModels(), SCHEMA)
    picture, sound, video = (Item("1", "Lamp", media=(Media(kind, "f", "f"),)) for kind in ("image", "audio", "video"))
    assert [of_before(item) == of_now(item) for item in (Item("1", "Lamp"), picture, sound, video)] == [
        True,
        True,
        False,
        False,
    ]


def test_a_single_item_is_heard_as_the_others_are(agent: RecommendationAgent, catalog: Path) -> None:
    path = catalog.parent / "late.wav"
    write_sound(path, tone(1.2, 222), "pcm_s16le")
    data = base64.b64encode(path.read_bytes()).decode()
    report = agent.put_items([{"id": "late", "title": "Item late", "audio": {"name": "late.wav", "data": data}}])
    assert not report.problems
    try:
        assert "late" in shown(agent, UserTurn(audio=str(catalog.parent / "request.wav"), k=HUMS + 1))
    finally:
        agent.delete_items(["late"])
