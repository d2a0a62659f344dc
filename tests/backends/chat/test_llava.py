"""The vision-language backend, on a random LLaVA that runs through the same code as a real one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agent.backends.chat.llava import Format, LlavaModel, as_images, as_turns
from agent.backends.chat.plain_text import PlainText
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.loading.hub import model_path
from agent.backends.pictures.describer import PictureDescriber
from agent.backends.protocols import ChatMessage, GenerateOptions, PictureFeatures, Sampling
from agent.errors import ConfigError, ModelError
from agent.media.decoded import Picture

FEATURES = PictureFeatures(np.zeros((0, 1), dtype=np.float32), None)


def picture(seed: int) -> Picture:
    dice = np.random.default_rng(seed)
    return Picture(f"{seed:064x}", dice.integers(0, 255, (30 + seed, 40, 3), dtype=np.uint8), 40, 30 + seed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("models") / "tiny-llava")


@pytest.fixture(scope="module")
def model(folder: Path) -> LlavaModel:
    return LlavaModel(folder, number_format="fp32")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def test_each_picture_gets_a_description_that_says_where_it_comes_from(model: LlavaModel) -> None:
    pictures = [picture(seed) for seed in range(6)]
    describer = PictureDescriber(model)
    descriptions = describer.describe(pictures, FEATURES)
    assert [d.media for d in descriptions] == [p.sha256 for p in pictures]
    assert {(d.kind, d.origin, d.version) for d in descriptions} == {("image", "tiny-llava (fp32)", describer.version)}
    assert all(d.text and d.spans[0].text == d.text and d.spans[0].kind == "caption" for d in descriptions)


def test_pictures_described_together_read_as_if_described_alone(model: LlavaModel) -> None:
    pictures = [picture(seed) for seed in range(3)]
    describer = PictureDescriber(model)
    alone = [describer.describe([one], FEATURES)[0] for one in pictures]
    assert describer.describe(pictures, FEATURES) == alone


def test_the_same_picture_and_question_get_the_same_text_twice_also_when_drawn_by_a_seed(folder: Path) -> None:
    chats = [(ChatMessage("user", "What is this?", (picture(seed),)),) for seed in range(3)]
    first, second = (LlavaModel(folder, number_format="fp32") for _ in range(2))
    for sampling in (None, Sampling(0.9, seed=3)):
        options = GenerateOptions(max_new_tokens=16, sampling=sampling)
        texts = first.generate(chats, options)
        assert texts == first.generate(chats, options)
        assert texts == second.generate(chats, options)
    assert texts != first.generate(chats, GenerateOptions(max_new_tokens=16, sampling=Sampling(0.9, seed=4)))


def test_equal_chats_are_drawn_apart_and_the_first_as_it_would_be_alone(model: LlavaModel) -> None:
    chat = (ChatMessage("user", "What is this?", (picture(1),)),)
    options = GenerateOptions(max_new_tokens=16, sampling=Sampling(1.0, seed=3))
    texts = model.generate([chat] * 4, options)
    assert texts[:1] == model.generate([chat], options)
    assert len(set(texts)) > 1


def test_different_pictures_get_different_answers(model: LlavaModel) -> None:
    chats = [(ChatMessage("user", "What is this?", (picture(seed),)),) for seed in range(3)]
    assert len(set(model.generate(chats, GenerateOptions(max_new_tokens=24)))) > 1


def test_chats_with_and_without_pictures_go_into_one_batch(model: LlavaModel) -> None:
    chats = [
        (ChatMessage("user", "What is this?", (picture(1),)),),
        (ChatMessage("user", "Just words, and a few more of them."),),
        (ChatMessage("user", "Compare them.", (picture(2), picture(3))),),
    ]
    options = GenerateOptions(max_new_tokens=12)
    assert model.generate(chats, options) == [model.generate([chat], options)[0] for chat in chats]
    answers = ["yes", "a longer answer", "no"]
    scores = model.score(chats, answers)
    alone = [float(model.score([chat], [text])[0]) for chat, text in zip(chats, answers, strict=True)]
    assert scores == pytest.approx(alone, abs=1e-4)


def test_a_text_cannot_smuggle_in_a_picture(model: LlavaModel) -> None:
    chats = [(ChatMessage("user", text),) for text in ("a <image> b", "a   b")]
    first, second = model.score(chats, ["yes", "yes"])
    assert first == pytest.approx(second, abs=1e-4)


# By number format how far mean log-probabilities and what is seen of a picture may lie from float32. The language model
# of the toy is held smaller too, so that only the second tells whether the parts that see are: int8 would take them to
# 0.015, nf4 to 0.14.
APART: dict[Format, tuple[float, float]] = {
    "bf16": (0.01, 0.01),
    "fp16": (0.002, 0.002),
    "int8": (0.02, 0.002),
    "nf4": (0.15, 0.01),
}


def seen_by(model: LlavaModel) -> np.ndarray:
    """What the language model is handed of a picture."""
    import torch

    with torch.inference_mode():
        pixels = model._inputs([(ChatMessage("user", "What is this?", (picture(1),)),)])["pixel_values"]
        (features,) = model._network.get_image_features(pixel_values=pixels).pooler_output
    return np.asarray(features.float())


@pytest.mark.parametrize("number_format", APART)
def test_other_number_formats_see_the_same_and_describe_with_nearly_the_same_scores(
    folder: Path, model: LlavaModel, number_format: Format
) -> None:
    other = LlavaModel(folder, number_format=number_format)
    assert other.name == f"tiny-llava ({number_format})"
    assert PictureDescriber(other).describe([picture(1)], FEATURES)[0].text
    chats = [(ChatMessage("user", "What is this?", (picture(seed),)),) for seed in range(3)]
    answers = ["a red chair", "water", "a hill"]
    said, seen = APART[number_format]
    assert other.score(chats, answers) == pytest.approx(model.score(chats, answers), abs=said)
    exact = seen_by(model)
    assert np.linalg.norm(seen_by(other) - exact) <= seen * np.linalg.norm(exact)


@pytest.mark.parametrize("number_format", ["int8", "nf4"])
def test_what_sees_and_what_makes_the_logits_is_never_held_smaller(folder: Path, number_format: Format) -> None:
    network = LlavaModel(folder, number_format=number_format)._network
    for part in (network.model.vision_tower, network.model.multi_modal_projector, network.lm_head):
        assert all(weight.is_floating_point() for weight in part.parameters())
    assert not network.model.language_model.layers[0].mlp.up_proj.weight.is_floating_point()


def test_nf4_really_holds_four_bits(folder: Path) -> None:
    import torch

    weight = LlavaModel(folder, number_format="nf4")._model.model.language_model.layers[0].mlp.up_proj.weight
    assert weight.dtype == torch.uint8
    assert weight.numel() == 64 * 128 // 2


def test_a_random_model_is_the_same_at_each_making(folder: Path, tmp_path: Path) -> None:
    again = make_tiny_llava(tmp_path / "again")
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()
    assert sum(file.stat().st_size for file in again.iterdir()) < 2_000_000


def test_pictures_come_before_the_words_of_their_message() -> None:
    shown = picture(1)
    chat = (ChatMessage("system", "Look."), ChatMessage("user", "What<image>?", (shown, shown)))
    assert as_turns(chat, PlainText(["<image>"])) == [
        {"role": "system", "content": [{"type": "text", "text": "Look."}]},
        {"role": "user", "content": [{"type": "image"}, {"type": "image"}, {"type": "text", "text": "What ?"}]},
    ]
    assert [image.size for image in as_images(chat)] == [(40, 31), (40, 31)]


def only_pickles(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def no_processor(folder: Path) -> None:
    (folder / "processor_config.json").unlink()


def no_pictures(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    text = config["text_config"] | {"architectures": ["LlamaForCausalLM"]}
    (folder / "config.json").write_text(json.dumps(text), encoding="utf-8")


def broken_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 500)


def cut_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1_000])


def garbled_header(folder: Path) -> None:
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[8:40] = b"{" * 32
    weights.write_bytes(data)


def missing_shard(folder: Path) -> None:
    first = "model-00001-of-00002.safetensors"
    (folder / "model.safetensors").rename(folder / first)
    index = {"weight_map": {"a": first, "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (shutil.rmtree, "There is no model folder"),
        (no_config, "has no config.json"),
        (no_weights, r"has no \.safetensors weights"),
        (only_pickles, "pickle files only"),
        (no_processor, "processor"),
        (no_pictures, "could not be opened|no processor for pictures"),
        (broken_weights, "damaged: it does not begin with a header"),
        (cut_weights, r"damaged: it has [\d,]+ bytes, not"),
        (garbled_header, "damaged: its header cannot be read"),
        (missing_shard, "lacks 1 of its 2 weight files, model-00002-of-00002"),
    ],
)
def test_a_folder_that_is_not_a_whole_vision_model_is_refused_in_words(
    copy: Path, harm: Callable[[Path], None], why: str
) -> None:
    harm(copy)
    with pytest.raises(ModelError, match=why) as refused:
        LlavaModel(copy, number_format="fp32")
    assert "\n" not in str(refused.value)
    assert str(copy) in refused.value.what


def test_an_unknown_number_format_is_refused_with_those_there_are(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"'int3'.*auto, fp32, bf16, fp16, int8, nf4"):
        LlavaModel(folder, number_format="int3")  # type: ignore[arg-type]


def test_a_folder_comes_before_the_model_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "owner" / "name").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert model_path("owner/name") == Path("owner/name")


def test_a_path_is_never_looked_for_on_the_model_hub(tmp_path: Path) -> None:
    assert model_path(tmp_path / "nowhere") == tmp_path / "nowhere"
    assert model_path("./name") == Path("name")


def test_without_the_model_hub_its_models_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"nobody/nothing could not be fetched.*path of a model folder"):
        model_path("nobody/nothing", "0123abc")
