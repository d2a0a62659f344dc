"""Slots: which encoders settings and a workspace's memory lead to, and how each is known again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agent.backends.encoder_slots import (
    EMBEDDED,
    EncoderSlots,
    NamedEncoder,
    SlotName,
    card_languages,
    check_setting,
    encoder_spec,
)
from agent.backends.loading import hub
from agent.errors import ConfigError, ModelError
from agent.language.detection import ENCODER_LANGUAGES

AUTO: dict[SlotName, str] = {"text": "auto", "picture": "auto", "sound": "auto"}
COMMIT = "0123456789012345678901234567890123456789"


def model_folder(folder: Path, weights: bytes = b"w", pooling: str = "{}") -> Path:
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "1_Pooling" / "config.json").write_text(pooling)
    return folder


def test_what_is_set_wins_over_what_the_workspace_remembers_and_that_over_what_ships(tmp_path: Path) -> None:
    folder = str(model_folder(tmp_path / "a"))
    slots = EncoderSlots.of(AUTO | {"picture": "owner/name@v2"}, {"text": folder, "picture": folder})
    assert (str(slots.text), str(slots.picture), slots.sound) == (folder, "owner/name@v2", None)
    assert EncoderSlots.of(AUTO | {"text": EMBEDDED}, {"text": folder}).text is None
    assert EncoderSlots.of(AUTO, {}) == EncoderSlots()
    assert EncoderSlots.of(AUTO, {"text": folder}).pinned() == {"text": folder, "picture": EMBEDDED, "sound": EMBEDDED}


@pytest.mark.parametrize("value", ["minilm", "openai:http://h#m", "owner/name:nf4", "owner/name+adapter", "a/b@", ""])
def test_what_names_no_encoder_is_refused_at_once(value: str) -> None:
    with pytest.raises(ConfigError):
        check_setting("text", value)


@pytest.mark.parametrize("value", ["auto", "embedded", "./model", "/models/clip", "owner/name", "owner/name@main"])
def test_a_folder_or_a_name_on_the_hub_can_be_set(value: str) -> None:
    assert check_setting("text", value) == value


def test_an_encoder_is_known_by_its_name_and_all_its_files(tmp_path: Path) -> None:
    first = NamedEncoder("text", str(model_folder(tmp_path / "m")))
    assert first.id.startswith("m@")
    same = NamedEncoder("text", str(shutil.copytree(tmp_path / "m", tmp_path / "moved" / "m")))
    others = [
        NamedEncoder("text", str(model_folder(tmp_path / "1" / "m", b"v"))),
        NamedEncoder("text", str(model_folder(tmp_path / "2" / "m", pooling='{"mean": false}'))),
    ]
    assert first.id == same.id
    assert len({first.id, *(other.id for other in others)}) == 3


def test_one_of_the_hub_is_pinned_to_the_commit_that_was_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = model_folder(tmp_path / "snapshots" / COMMIT)
    asked: list[tuple[str, str | None]] = []

    def fetched(source: str, revision: str | None = None) -> Path:
        asked.append((source, revision))
        return folder

    monkeypatch.setattr(hub, "model_path", fetched)
    named = NamedEncoder("picture", "owner/name@main")
    assert named.pinned == f"owner/name@{COMMIT}"
    assert named.id.startswith("owner/name@")
    assert asked == [("owner/name", "main")]
    assert encoder_spec("picture", named.pinned).revision == COMMIT


def test_the_hub_is_not_asked_for_what_a_workspace_was_made_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = model_folder(tmp_path / "snapshots" / COMMIT)
    monkeypatch.setattr(hub, "at_hand", lambda source, revision=None: folder if revision == COMMIT else None)
    monkeypatch.setattr(hub, "model_path", lambda *_: pytest.fail("the hub was asked"))
    slots = EncoderSlots.of(AUTO, {"picture": f"owner/name@{COMMIT}"})
    assert slots.picture is not None
    assert slots.picture.folder == folder


def test_one_that_cannot_be_had_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=r"The text encoder .*gone is not there\.") as told:
        _ = NamedEncoder("text", str(tmp_path / "gone")).id
    assert "--text-encoder (embedded is the one that ships)" in told.value.hint

    def unreachable(source: str, revision: str | None = None) -> Path:
        raise ModelError("owner/name could not be fetched.", "Check the network.")

    monkeypatch.setattr(hub, "model_path", unreachable)
    with pytest.raises(ModelError, match=r"The sound encoder cannot be had: owner/name could not be fetched\."):
        _ = NamedEncoder("sound", "owner/name").folder


def test_a_card_tells_the_languages(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    assert card_languages(card) == frozenset()
    for text, languages in {
        "---\nlanguage: en\n---\n# A model": {"en"},
        "---\nlanguage:\n- multilingual\n- de\n---\n": {"multilingual", "de"},
        "---\nlicense: mit\n---\n": set(),
        "---\n[\n---\n": set(),
        "no head": set(),
        "---\njust words\n---\n": set(),
    }.items():
        card.write_text(text)
        assert card_languages(card) == languages


def test_a_model_of_all_languages_is_one_that_says_so(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "m")
    cards = {
        "language: en": False,
        "language: [en, de]": False,
        "language: [multilingual]": True,
        f"language: [{', '.join(ENCODER_LANGUAGES)}, sv]": True,
    }
    for head, expected in cards.items():
        (folder / "README.md").write_text(f"---\n{head}\n---\n")
        assert NamedEncoder("text", str(folder)).multilingual is expected
