"""Where a model goes, decided from sizes alone; and that the sizes are those that it then has."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.loading import model_files
from agent.backends.loading.known_models import known, known_models, the_llava
from agent.backends.loading.memory import COMPANIONS, GIB, Companion, Room, free_cpu_bytes, free_room, gib
from agent.backends.loading.model_size import outline
from agent.backends.loading.model_spec import HELD, Format, Held
from agent.backends.loading.open_model import attention
from agent.backends.loading.placement import CPU_RESERVE, GPU_RESERVE, Need, place
from agent.errors import ModelError

# LLaVA 1.5 7B as its outline has it, in GiB, and half a GiB for a chat with a picture.
SIZES: dict[Held, float] = {"fp32": 26.3, "bf16": 13.2, "fp16": 13.2, "int8": 7.1, "nf4": 4.2}
NEEDS = {held_in: Need(int(size * GIB), GIB // 2) for held_in, size in SIZES.items()}


def room(*gpus: float, cpu: float = 30.0) -> Room:
    return Room(tuple(int(free * GIB) for free in gpus), int(cpu * GIB))


@pytest.mark.parametrize(
    ("free", "held_in", "gpus"),
    [
        (room(139), "bf16", (0,)),
        (room(16), "bf16", (0,)),
        (room(12), "nf4", (0,)),
        (room(6), "nf4", (0,)),
        (room(4, 40), "bf16", (1,)),
        (room(10, 10), "bf16", (0, 1)),
        (room(4), "bf16", (0,)),  # the rest waits in the machine's memory
    ],
)
def test_auto_takes_bf16_where_it_fits_and_nf4_where_memory_is_short(
    free: Room, held_in: str, gpus: tuple[int, ...]
) -> None:
    placement = place("llava", NEEDS, free, "auto", "bf16")
    assert (placement.held_in, placement.gpus) == (held_in, gpus)


def test_a_large_gpu_answers_many_chats_at_once_and_keeps_prompts() -> None:
    placement = place("llava", NEEDS, room(139), "auto", "bf16")
    left = (139 - 1 - 13.2) * GIB
    assert placement.rows == pytest.approx(left * 7 / 8 / (GIB / 2), abs=1)
    assert placement.cache_bytes == pytest.approx(left / 8, rel=0.01)
    assert placement.device_map == {"": 0}
    assert placement.reason == "bf16 needs 13.7 GiB of the free 139.0 GiB of the GPU"


def test_what_one_gpu_does_not_hold_is_spread_within_stated_limits() -> None:
    placement = place("llava", NEEDS, room(10, 10), "auto", "bf16")
    assert placement.device_map == "auto"
    assert set(placement.limits) == {0, 1}
    assert sum(placement.limits.values()) >= NEEDS["bf16"].weights


def test_what_no_gpu_holds_waits_in_memory_and_that_is_said() -> None:
    placement = place("llava", NEEDS, room(6), "bf16", "bf16")
    assert placement.device_map == "auto"
    assert placement.limits["cpu"] == 30 * GIB - CPU_RESERVE
    assert "slow" in placement.reason


def test_without_a_gpu_the_measured_format_is_taken_and_nf4_where_memory_is_short() -> None:
    assert place("llava", NEEDS, room(cpu=40), "auto", "fp32").held_in == "fp32"
    assert place("llava", NEEDS, room(cpu=20), "auto", "fp32").held_in == "nf4"
    assert place("llava", NEEDS, room(cpu=20), "auto", "bf16").device_map == {"": "cpu"}


@pytest.mark.parametrize(
    ("wanted", "free", "what", "hint"),
    [
        ("bf16", room(cpu=8), r"13\.7 GiB in bf16, and 8\.0 GiB of memory is free", r"Say llava:nf4.*4\.7 GiB"),
        ("bf16", room(6, cpu=2), r"6\.0 GiB of GPU memory and 2\.0 GiB", r"Say llava:nf4.*4\.7 GiB"),
        ("int8", room(7), r"7\.6 GiB in int8", "Say llava:nf4"),
        ("auto", room(2, cpu=2), r"13\.7 GiB in bf16 and 4\.7 GiB in nf4", "It fits in no format"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_numbers_and_the_format_that_would(
    wanted: Format, free: Room, what: str, hint: str
) -> None:
    with pytest.raises(ModelError, match=what) as refused:
        place("llava", NEEDS, free, wanted, "bf16")
    with pytest.raises(ModelError, match=hint):
        raise refused.value


@settings(deadline=None)
@given(
    gpus=st.lists(st.integers(0, 80), max_size=4),
    cpu=st.integers(0, 64),
    wanted=st.sampled_from(["auto", *HELD]),
    weights=st.integers(1, 60),
)
def test_no_placement_asks_for_more_than_is_free(gpus: list[int], cpu: int, wanted: Format, weights: int) -> None:
    needs = {
        held_in: Need(int(weights * GIB * share / 8), GIB) for held_in, share in zip(HELD, (8, 4, 4, 2, 1), strict=True)
    }
    free = room(*gpus, cpu=cpu)
    try:
        found = place("any", needs, free, wanted, "bf16")
    except ModelError as refused:
        assert "any needs" in refused.what  # noqa: PT017
        return
    assert wanted in ("auto", found.held_in)
    assert found.rows >= 1
    for number, limit in found.limits.items():
        most = free.cpu - CPU_RESERVE if number == "cpu" else free.gpus[int(number)] - GPU_RESERVE
        assert 0 <= limit <= max(0, most)
    if found.gpus:
        assert needs[found.held_in].weights <= sum(found.limits.values())
    else:
        assert needs[found.held_in].least + CPU_RESERVE <= free.cpu


def test_what_works_beside_a_model_is_counted_on_the_first_gpu_or_on_the_processor() -> None:
    others = (Companion(GIB // 8, GIB // 2, GIB // 8), Companion(GIB // 8, GIB // 4, GIB // 16))
    assert Room((8 * GIB, 4 * GIB), 32 * GIB).beside(others) == Room((8 * GIB - 3 * GIB // 4, 4 * GIB), 32 * GIB)
    assert Room((), 32 * GIB).beside(others) == Room((), 32 * GIB - 5 * GIB // 8)
    held = Room((8 * GIB,), GIB).beside(others, held=GIB // 4)
    assert held == Room((8 * GIB - GIB // 2,), GIB)
    assert Room((8 * GIB,), GIB).beside(others, held=GIB) == Room((8 * GIB,), GIB)
    assert Room((GIB // 2,), GIB).beside(others) == Room((0,), GIB)
    assert Room((8 * GIB,), GIB).beside(()) == Room((8 * GIB,), GIB)


def test_free_room_leaves_encoders_and_speech_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda number: ((10 + number) * GIB, 80 * GIB))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _: 0)
    first, second = free_room().gpus
    assert first < 10 * GIB - sum(companion.weights for companion in COMPANIONS)
    assert second == 11 * GIB
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _: 2 * GIB)  # they work there already
    assert free_room().gpus == (10 * GIB, 11 * GIB)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("models") / "tiny-llava")


@pytest.mark.parametrize("held_in", HELD)
def test_the_bytes_that_were_worked_out_are_those_that_the_loaded_model_holds(folder: Path, held_in: Held) -> None:
    shape = outline(model_files.library().AutoConfig.from_pretrained(folder), "AutoModelForImageTextToText")
    model = LlavaModel(folder, number_format=held_in)
    wide: Held = "fp32" if next(model._model.model.language_model.norm.parameters()).itemsize == 4 else "bf16"
    assert shape.weight_bytes(held_in, wide) == bytes_held(model)


def bytes_held(model: LlavaModel) -> int:
    """Weights, and beside them the scales of those that are held smaller."""
    held = 0
    for weight in model._model.parameters():
        held += weight.nbytes
        if state := getattr(weight, "quant_state", None):
            parts = (state.absmax, state.code, state.state2.absmax, state.state2.code, state.offset)
            held += sum(part.nbytes for part in parts)
        if (scales := getattr(weight, "SCB", None)) is not None:
            held += scales.nbytes
    return held


def test_too_little_memory_is_refused_before_a_weight_is_read(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"tiny-llava needs .* MiB in bf16, and 0\.0 MiB of memory is free"):
        LlavaModel(folder, number_format="bf16", room=Room((), 1_000))


def test_the_table_of_known_models_is_pinned_and_computes() -> None:
    assert the_llava().id == "llava-hf/llava-1.5-7b-hf"
    assert known("LLAVA-HF/llava-1.5-7b-hf") == the_llava()
    assert known("nobody/nothing") is None
    for model in known_models():
        assert model.revision is None or len(bytes.fromhex(model.revision)) == 20
        assert 0 < model.image_tokens < model.context
        assert model.licence


@pytest.mark.parametrize(
    ("name", "billions", "gib_nf4"),
    [
        ("llava-hf/llava-1.5-7b-hf", 7.06, 4.21),
        ("llava-hf/llava-v1.6-mistral-7b-hf", 7.57, 4.45),
        ("Qwen/Qwen2.5-VL-7B-Instruct", 8.29, 6.43),
        ("HuggingFaceTB/SmolVLM-256M-Instruct", 0.256, 0.33),
    ],
)
def test_a_known_models_shape_has_as_many_weights_as_its_name_says(name: str, billions: float, gib_nf4: float) -> None:
    model = known(name)
    assert model is not None
    assert model.outline().parameters / 1e9 == pytest.approx(billions, abs=0.01)
    assert model.bytes_by_format()["nf4"] / GIB == pytest.approx(gib_nf4, abs=0.05)


def test_flash_attention_is_asked_for_only_where_it_can_run() -> None:
    assert attention(True, on_gpu=False, held_in="bf16") is None
    assert attention(True, on_gpu=True, held_in="fp32") is None
    assert attention(False, on_gpu=True, held_in="bf16") is None


def test_a_containers_limit_counts_where_it_leaves_less(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 4000 kB\nMemAvailable:    2000 kB\n", encoding="ascii")
    assert free_cpu_bytes(meminfo, tmp_path) == 2000 << 10
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("1000\n", encoding="ascii")
    assert free_cpu_bytes(meminfo, tmp_path) == 2000 << 10
    (tmp_path / "memory.max").write_text("5000\n", encoding="ascii")
    assert free_cpu_bytes(meminfo, tmp_path) == 4000
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("900\n", encoding="ascii")
    (tmp_path / "memory" / "memory.usage_in_bytes").write_text("1000\n", encoding="ascii")
    assert free_cpu_bytes(meminfo, tmp_path) == 0


def test_sizes_read_well() -> None:
    assert gib(13.2 * GIB) == "13.2 GiB"
    assert gib(3 << 20) == "3.0 MiB"
