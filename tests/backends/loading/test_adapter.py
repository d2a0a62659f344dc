"""Adapters as they are put into a model, and folders that are refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from agent.backends.chat.transformers_chat import TransformersChat
from agent.backends.factory import choose, choose_sight
from agent.backends.identity import model_identity
from agent.backends.loading.adapter import CONFIG, MANIFEST, PREFIX, WEIGHTS, apply_adapter, read_adapter
from agent.backends.loading.checkpoint import weights_digest
from agent.errors import ConfigError, ModelError
from tests.support.tiny_models import make_text_model

LAYERS = ("model.layers.0.self_attn.q_proj", "model.layers.1.mlp.down_proj")
RANK = 4


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_text_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    return written(tmp_path / "voice", base, weights_of(base))


def weights_of(base: Path) -> dict[str, torch.Tensor]:
    shapes = {name: tensor.shape for name, tensor in load_file(base / "model.safetensors").items()}
    torch.manual_seed(3)
    weights = {}
    for layer in LAYERS:
        rows, columns = shapes[f"{layer}.weight"]
        weights[f"{PREFIX}{layer}.lora_A.weight"] = torch.randn(RANK, columns) / 8
        weights[f"{PREFIX}{layer}.lora_B.weight"] = torch.randn(rows, RANK) / 8
    return weights


def written(folder: Path, base: Path, weights: dict[str, torch.Tensor], **config: Any) -> Path:
    folder.mkdir(exist_ok=True)
    save_file(weights, folder / WEIGHTS)
    sha256 = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    known = {"peft_type": "LORA", "bias": "none", "r": RANK, "lora_alpha": 2 * RANK, **config}
    known["target_modules"] = ["q_proj", "down_proj"]
    (folder / CONFIG).write_text(json.dumps(known), encoding="utf-8")
    trained_on = {"name": base.name, "sha256": weights_digest(base)}
    (folder / MANIFEST).write_text(json.dumps({"sha256": sha256, "base": trained_on}), encoding="utf-8")
    return folder


def logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        result: torch.Tensor = model(input_ids=torch.tensor([[5, 9, 20, 33]])).logits
    return result


@pytest.mark.parametrize("rslora", [False, True])
def test_what_is_put_into_the_weights_answers_as_peft_does(base: Path, tmp_path: Path, rslora: bool) -> None:
    peft = pytest.importorskip("peft")
    folder = written(tmp_path / "voice", base, weights_of(base), use_rslora=rslora, target_modules=["q_proj"])
    whole = TransformersChat(base, dtype=torch.float32)
    plain = logits(whole.network)
    whole.take_on(read_adapter(folder, base))
    by_peft = TransformersChat(base, dtype=torch.float32).network
    with pytest.warns(UserWarning, match="missing adapter keys"):  # it has two of the layers that its names lead to
        by_peft = peft.PeftModel.from_pretrained(by_peft, folder)
    assert torch.allclose(logits(whole.network), logits(by_peft), atol=1e-4)
    assert not torch.allclose(logits(whole.network), plain, atol=1e-2)
    assert whole.name == f"tiny+{read_adapter(folder, base).name}"


def test_weights_of_few_bits_are_answered_beside_not_added_to(base: Path, folder: Path) -> None:
    merged, beside = (TransformersChat(base, dtype=torch.float32).network for _ in range(2))
    apply_adapter(merged, read_adapter(folder, base))
    for module in list(beside.modules()):
        if type(module) is torch.nn.Linear:
            module.__class__ = _Quantised
    before = {name: tensor.clone() for name, tensor in beside.state_dict().items()}
    apply_adapter(beside, read_adapter(folder, base))
    assert all(torch.equal(tensor, before[name]) for name, tensor in beside.state_dict().items())
    assert torch.allclose(logits(merged), logits(beside), atol=1e-4)


class _Quantised(torch.nn.Linear):
    """Stands for a layer whose weights are no plain numbers."""


def _other_base(folder: Path) -> None:
    edited(folder / MANIFEST, base={"name": "another-model", "sha256": "0" * 64})


def _no_base(folder: Path) -> None:
    edited(folder / MANIFEST, base="tiny")


def _no_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def _pickle(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "adapter_model.bin")


def _changed(folder: Path) -> None:
    weights = load_file(folder / WEIGHTS)
    save_file({name: tensor + 1 for name, tensor in weights.items()}, folder / WEIGHTS)


def _torn(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-7])


def _huge(folder: Path) -> None:
    with (folder / WEIGHTS).open("r+b") as stream:
        stream.truncate(600 << 20)  # a hole, which takes no disk


def _long(folder: Path) -> None:
    (folder / CONFIG).write_text(json.dumps({"r": " " * (2 << 20)}), encoding="utf-8")


def _deep(folder: Path) -> None:
    (folder / MANIFEST).write_text("[" * 500_000, encoding="utf-8")


def _other_kind(folder: Path) -> None:
    edited(folder / CONFIG, use_dora=True, modules_to_save=["lm_head"])


def _rankless(folder: Path) -> None:
    edited(folder / CONFIG, r=0)


def _halved(folder: Path) -> None:
    replaced(folder, lambda weights: {name: value for name, value in weights.items() if "lora_A" in name})


def _not_finite(folder: Path) -> None:
    replaced(folder, lambda weights: {name: value * float("inf") for name, value in weights.items()})


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_other_base, "was trained on another-model, and tiny has other weights"),
        (_no_base, "was trained on another model"),
        (_no_manifest, "manifest.json cannot be read"),
        (_pickle, "could run code"),
        (_changed, "is not the file that manifest.json beside it names"),
        (_torn, "damaged"),
        (_huge, "is larger than"),
        (_long, "is larger than"),
        (_deep, "cannot be read"),
        (_other_kind, "of another kind: use_dora, modules_to_save"),
        (_rankless, "a rank of 0"),
        (_halved, "does not consist of pairs|no pair of finite"),
        (_not_finite, "no pair of finite matrices"),
    ],
)
def test_a_folder_that_is_not_what_it_should_be_is_refused(
    base: Path, folder: Path, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(folder)
    with pytest.raises(ModelError, match=says):
        read_adapter(folder, base)


def test_a_folder_that_is_not_there_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no adapter folder"):
        read_adapter(tmp_path / "none", base)


@pytest.mark.parametrize("layer", ["model.layers.7.mlp.down_proj", "model.embed_tokens"])
def test_layers_that_the_model_does_not_have_are_refused(base: Path, folder: Path, layer: str) -> None:
    replaced(folder, lambda weights: {name.replace(LAYERS[1], layer): value for name, value in weights.items()})
    with pytest.raises(ModelError, match="does not fit the model"):
        apply_adapter(TransformersChat(base, dtype=torch.float32).network, read_adapter(folder, base))


def test_matrices_of_another_shape_are_refused(base: Path, folder: Path) -> None:
    replaced(
        folder,
        lambda weights: {name: value[..., :, :4] if "lora_A" in name else value for name, value in weights.items()},
    )
    with pytest.raises(ModelError, match="another shape"):
        apply_adapter(TransformersChat(base, dtype=torch.float32).network, read_adapter(folder, base))


@pytest.mark.parametrize("setting", ["none+voice", "auto+voice"])
def test_an_adapter_without_its_model_is_refused(setting: str) -> None:
    with pytest.raises(ConfigError):
        choose(setting)
    with pytest.raises(ConfigError):
        choose_sight(setting)


def test_the_settings_of_a_pinned_model_keep_its_adapter(folder: Path) -> None:
    choice, plain = choose(f"smollm2-135m+{folder}"), choose("smollm2-135m")
    assert (choice.pinned, choice.adapter) == ("smollm2-135m", str(folder))
    assert choice.name == f"smollm2-135m+{folder}"
    identity = model_identity(choice)
    assert identity is not None
    assert identity.startswith(f"{model_identity(plain)}+voice@")


def test_an_adapter_folder_that_is_not_there_is_told_of_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no adapter folder"):
        choose(f"smollm2-135m+{tmp_path / 'none'}")


def edited(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def replaced(folder: Path, change: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]]) -> None:
    """Other weights, with a manifest that names them."""
    weights = {name: value.contiguous() for name, value in change(load_file(folder / WEIGHTS)).items()}
    save_file(weights, folder / WEIGHTS)
    edited(folder / MANIFEST, sha256=hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest())
