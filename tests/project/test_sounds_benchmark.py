"""The benchmark of sounds counts what it says it counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.sounds import by_lot, found, measure, nearest
from tests.media.test_acoustics import noise
from tests.support.made_media import tone, write_sound
from tests.support.shelf import units
from tests.support.worded import WordedModels

KINDS = np.array(["hiss"] * 3 + ["hum"] * 3)
ALL = np.ones(6, dtype=bool)


def test_the_nearest_other_sound_is_of_its_kind_or_not() -> None:
    first, second = units(2, 16)
    alike = np.stack([first] * 3 + [second] * 3)
    assert nearest(alike, KINDS, ALL) == 1.0
    assert nearest(alike, np.array(list("abcdef")), ALL) == 0.0
    assert by_lot(KINDS, ALL) == pytest.approx(2 / 5)


def test_a_name_finds_its_sound_among_those_of_other_kinds() -> None:
    kinds = np.array([f"kind {at}" for at in range(60)])
    texts = units(60, 32)
    assert found(texts, texts, kinds, kinds != "") == 1.0
    assert found(units(60, 32, seed=1), texts, kinds, kinds != "") < 0.45


def test_sounds_are_measured_once_and_silence_is_left_out(tmp_path: Path) -> None:
    for kind, samples in {"hiss": noise(0.5), "hum": tone(0.5), "none": np.zeros(8_000, np.float32)}.items():
        (tmp_path / "in" / kind).mkdir(parents=True)
        write_sound(tmp_path / "in" / kind / "a.wav", samples, "pcm_s16le")
    models = WordedModels()
    try:
        first = measure(tmp_path / "in", models, tmp_path / "kept.npz")
        n = len(models.sounds.heard)
        again = measure(tmp_path / "in", models, tmp_path / "kept.npz")
    finally:
        models.close()
    assert first.kinds.tolist() == again.kinds.tolist() == ["hiss", "hum"]
    assert len(models.sounds.heard) == n
    assert (first.half(0) ^ first.half(1)).all()
