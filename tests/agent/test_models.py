"""Models: what a configuration asks for, each made when it is first needed and never before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.backends.factory import LARGE, SMALL, ModelChoice
from agent.backends.jobs import JobChoice
from agent.backends.model_card import Job
from agent.backends.protocols import PictureFeatures
from agent.config import load_config
from agent.errors import MediaError
from agent.media.decoded import Picture
from agent.models import CONCEPTS, MEASURED, Models, encoder_ids
from agent.weights.archives import find
from tests.support.made_media import encoded, photo
from tests.support.shelf import WordEncoder


class Classes:
    """A picture encoder that knows two classes."""

    id = "classes"
    dim = 2
    class_names: Sequence[str] = ("boat", "lamp")

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        return PictureFeatures(np.ones((len(pictures), 2), np.float32), np.zeros((len(pictures), 2), np.float32))


class CountingWords(WordEncoder):
    """An encoder that remembers what it was asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        return super().encode(texts)


WORDS = CountingWords()


class SmallModels(Models):
    """Models of which pictures and texts need no weights."""

    pictures = Classes()
    text = WORDS


def test_whose_vectors_a_workspace_holds_is_told_without_loading_a_model() -> None:
    models = Models(load_config(llm="none"))
    before = set(models.__dict__)
    ids = models.encoder_ids
    assert set(models.__dict__) == before
    assert ids[CONCEPTS] == f"{ids['visual']} in {ids['text']}"
    assert ids["sound"] == ids["text"] != ids["multilingual"]
    assert ids == encoder_ids(
        {"text": ids["text"], "multilingual": ids["multilingual"], "pictures": ids["visual"], "sounds": ids[MEASURED]}
    )


def test_pictures_are_of_anything_until_the_settings_or_the_catalog_say_what() -> None:
    assert Models(load_config(llm="none")).domain == "generic"
    assert Models(load_config(llm="none", domain="film")).domain == "film"


def test_without_a_language_model_there_is_none_to_chat_or_see_with() -> None:
    models = Models(load_config(llm="none"))
    assert models.chat is None
    assert models.seeing is None


def test_a_model_that_does_several_jobs_lies_in_memory_once_and_another_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = list[str]()

    def open_pinned(name: str, adapter: str | None = None) -> ScriptedChat:
        opened.append(name)
        return ScriptedChat(name=name)

    def given(llm: str, vlm: str) -> dict[Job, JobChoice]:
        by_job: dict[Job, str] = {"rerank": SMALL, "word": LARGE, "read": LARGE}
        return {job: JobChoice(job, ModelChoice(name, None, "proved"), "proved") for job, name in by_job.items()}

    monkeypatch.setattr("agent.backends.factory.pinned_model", open_pinned)
    monkeypatch.setattr("agent.backends.jobs.choose_jobs", given)
    models = Models(load_config(llm=SMALL))
    assert models.doing("rerank") is models.chat
    assert models.doing("read") is models.doing("word") is not models.chat
    assert opened == [SMALL, LARGE]
    without = models.without_chat()
    assert without.doing("rerank") is without.doing("word") is without.doing("read") is None


@pytest.mark.parametrize(
    ("setting", "domain", "origin"),
    [
        ("off", "product", "efficientnet-lite2+colours"),
        ("on", "artwork", "efficientnet-lite2+colours+ocr"),
        ("auto", "product", "efficientnet-lite2+colours+ocr of print"),
        ("auto", "artwork", "efficientnet-lite2+colours"),
    ],
)
def test_text_in_item_pictures_is_read_as_the_settings_and_the_catalog_have_it(
    setting: str, domain: str, origin: str
) -> None:
    models = SmallModels(load_config(llm="none", ocr=setting, domain=domain))
    assert models.item_describer.origin == origin
    assert models.request_describer.origin == "efficientnet-lite2+colours+ocr"


def test_closing_ends_the_decoder_that_was_started_and_starts_none() -> None:
    models = SmallModels(load_config(llm="none"))
    models.close()
    assert "decoder" not in models.__dict__
    assert models.decoder is models.decoder
    assert models.decoder.picture_bytes(encoded(photo())).width == 64
    models.close()
    models.close()
    with pytest.raises((RuntimeError, MediaError)):
        next(models.decoder.pictures(["a.png"]))


def test_text_is_read_by_one_process_for_items_and_requests_that_starts_when_needed_and_ends_at_closing() -> None:
    models = SmallModels(load_config(llm="none", ocr="on"))
    assert models._reading._process is None
    for describer in (models.item_describer, models.request_describer):
        assert models.perception(describer).see_bytes(encoded(photo())).description.text
    reading = models._reading._process
    assert reading is not None
    assert reading._process is not None
    models.close()
    assert reading._process is None


def test_pictures_become_points_among_the_names_of_their_classes_computed_once_per_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASTEMAKER_CACHE", str(tmp_path / "cache"))
    (tmp_path / "names").mkdir()
    monkeypatch.setenv(find("imagenet-names").variable, str(tmp_path / "names"))
    logits = np.array([[50, -50], [-50, 50]], np.float32)
    points = SmallModels(load_config(llm="none")).concepts(logits)
    np.testing.assert_allclose(points, WordEncoder().encode(["boat", "lamp"]), atol=1e-5)
    SmallModels(load_config(llm="none")).concepts(logits)
    assert WORDS.texts == ["boat", "lamp"]


def test_perception_shares_the_decoder_and_looks_at_pictures(tmp_path: Path) -> None:
    models = SmallModels(load_config(llm="none", ocr="off"))
    try:
        sight = models.perception(models.item_describer).see_bytes(encoded(photo(), "PNG"))
        assert sight.description.origin == models.item_describer.origin
    finally:
        models.close()
