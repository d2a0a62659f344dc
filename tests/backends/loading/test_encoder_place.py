"""Where a named encoder goes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from agent.backends.loading import encoder_place
from agent.backends.loading.dtype import Precision
from agent.backends.loading.encoder_place import BATCH_BYTES, place_encoder
from agent.backends.loading.memory import GIB, Room
from agent.errors import ModelError
from tests.support.tiny_encoders import clip_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip_folder(tmp_path_factory.mktemp("clip"))


def test_without_a_gpu_it_goes_to_the_processor(folder: Path) -> None:
    place = place_encoder("clip", [folder], Room((), 8 * GIB))
    assert place.device == "cpu"
    assert place.reason.endswith("of the machine's free 8.0 GiB")


def test_the_gpu_with_the_most_room_takes_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_place, "precision", lambda: Precision(torch.bfloat16, "cuda", "a GPU"))
    place = place_encoder("clip", [folder], Room((2 * GIB, 6 * GIB), 8 * GIB))
    assert (place.device, place.dtype) == ("cuda:1", torch.bfloat16)


def test_where_no_gpu_has_room_it_computes_on_the_processor_in_a_format_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_place, "precision", lambda: Precision(torch.float16, "cuda", "a GPU"))
    place = place_encoder("clip", [folder], Room((BATCH_BYTES,), 8 * GIB))
    assert (place.device, place.dtype) == ("cpu", torch.float32)


def test_what_fits_nowhere_is_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"clip needs .* of memory, and 0.1 GiB is free"):
        place_encoder("clip", [folder], Room((), GIB // 9))


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no \.safetensors weights"):
        place_encoder("nothing", [tmp_path], Room((), GIB))
    (tmp_path / "a.bin").touch()
    with pytest.raises(ModelError, match="pickle files only"):
        place_encoder("nothing", [tmp_path], Room((), GIB))
