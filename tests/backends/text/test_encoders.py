"""Encoders with their real weights: one contract for all, pinned values, and what they must find alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from agent.backends.generation.batch_size import BatchSize
from agent.backends.loading import dtype
from agent.backends.pictures.efficientnet import EfficientNetLite2, square
from agent.backends.pictures.efficientnet_network import STAGES, Conv, EfficientNet, fold
from agent.backends.pictures.imagenet import class_names
from agent.backends.protocols import PictureEncoder
from agent.backends.text.bert import Bert
from agent.backends.text.minilm import MiniLM, batches
from agent.backends.text.use_multilingual import UseMultilingual
from agent.errors import ModelError
from agent.media.decoded import Picture
from retrieval.encoding import Encoder

CALM_SEA = "A calm sea at dawn, oil on canvas"
TEXTS = (CALM_SEA, "tax law", "a", "A quiet harbour with boats in the early morning", "wool " * 400)
ODD = ("", "   ", "\x00", "\ud800 half a character", "😀" * 50, "字" * 5000)
PUBLISHED = (8.716, 9.388)  # the two largest logits of the clock, from the published implementation in float32


@pytest.fixture(scope="module")
def minilm(weights: Callable[[str], Path]) -> MiniLM:
    return MiniLM(weights("minilm-l6"))


@pytest.fixture(scope="module")
def minilm_float32(weights: Callable[[str], Path]) -> MiniLM:
    return MiniLM(weights("minilm-l6"), dtype=torch.float32)


@pytest.fixture(scope="module")
def multilingual() -> UseMultilingual:
    return UseMultilingual()


@pytest.fixture(scope="module", params=["minilm", "minilm_float32", "multilingual"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    found: Encoder = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def eyes(weights: Callable[[str], Path]) -> EfficientNetLite2:
    weights("efficientnet-lite2")
    return EfficientNetLite2.from_archives()


def test_texts_become_float32_unit_vectors(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_empty_and_odd_texts_still_give_unit_vectors(encoder: Encoder) -> None:
    vectors = encoder.encode(ODD)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_texts_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    backwards = encoder.encode(TEXTS[::-1])[::-1]
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert (together * backwards).sum(axis=1).min() > 0.999
    assert (together * alone).sum(axis=1).min() > 0.999


def test_like_texts_lie_closer_than_unlike_ones(encoder: Encoder) -> None:
    sea, law, _, harbour, _ = encoder.encode(TEXTS)
    assert sea @ harbour > sea @ law + 0.1


def test_minilm_gives_the_published_models_values(minilm: MiniLM, minilm_float32: MiniLM) -> None:
    published = [-0.0317, 0.0758, 0.0692, 0.0467, 0.0297, 0.0040]
    np.testing.assert_allclose(minilm_float32.encode([CALM_SEA])[0, :6], published, atol=1e-4)
    np.testing.assert_allclose(minilm.encode([CALM_SEA])[0, :6], published, atol=2e-3)


def library_vectors(folder: Path, texts: Sequence[str]) -> NDArray[np.float32]:
    """What sentence-transformers makes of the texts with the same weights."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": torch.float32})
    return np.asarray(model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))


def test_our_bert_is_the_librarys_bert(minilm_float32: MiniLM, weights: Callable[[str], Path]) -> None:
    ours, theirs = minilm_float32.encode(TEXTS), library_vectors(weights("minilm-l6"), TEXTS)
    assert (ours * theirs).sum(axis=1).min() > 0.999
    assert theirs.shape[1] == minilm_float32.dim == 384


def test_the_fast_precision_stays_at_cosine_0_999_of_float32(minilm: MiniLM, minilm_float32: MiniLM) -> None:
    assert (minilm.encode(TEXTS) * minilm_float32.encode(TEXTS)).sum(axis=1).min() >= 0.999


def test_the_multilingual_model_gives_its_pinned_values(multilingual: UseMultilingual) -> None:
    pinned = [0.0034, -0.0110, 0.0059, 0.0532, -0.0523, 0.0462]
    np.testing.assert_allclose(multilingual.encode([CALM_SEA])[0, :6], pinned, atol=2e-4)


def test_a_chinese_text_lies_by_its_english_meaning(multilingual: UseMultilingual) -> None:
    sea, law, chinese_sea, chinese_law = multilingual.encode(["a calm sea", "tax law", "平静的大海", "税法"])
    assert sea @ chinese_sea > 0.7 > 0.4 > sea @ chinese_law
    assert law @ chinese_law > 0.7 > 0.4 > law @ chinese_sea


def test_another_kind_of_model_is_refused_with_what_to_use(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "gpt2", "hidden_act": "gelu"}')
    with pytest.raises(ModelError, match=r"holds a gpt2 model.*such as all-MiniLM-L6-v2"):
        Bert(tmp_path, dtype=torch.float32, device="cpu")


@given(st.lists(st.integers(1, 300)), st.integers(1, 1000))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], most: int) -> None:
    cut = list(batches(lengths, most))
    assert sorted(row for batch in cut for row in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[row] for row in batch) <= most or len(batch) == 1 for batch in cut)


def test_pictures_become_unit_vectors_and_logits(eyes: EfficientNetLite2) -> None:
    encoder: PictureEncoder = eyes
    features = encoder.encode([picture(clock()), picture(ball()[:40, :3]), picture(ball()[:1, :1])])
    assert features.vectors.shape == (3, encoder.dim)
    assert features.vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(features.vectors, axis=1), 1, atol=1e-5)
    assert features.logits is not None
    assert features.logits.shape == (3, len(encoder.class_names)) == (3, 1000)


def test_no_pictures_give_no_vectors(eyes: EfficientNetLite2) -> None:
    features = eyes.encode([])
    assert features.vectors.shape == (0, 1280)
    assert features.logits is not None
    assert features.logits.shape == (0, 1000)


def test_a_drawn_clock_and_a_ball_are_recognised(eyes: EfficientNetLite2) -> None:
    logits = eyes.encode([picture(clock()), picture(ball())]).logits
    assert logits is not None
    assert [eyes.class_names[best] for best in logits.argmax(axis=1)] == ["analog clock", "ping-pong ball"]


def test_a_pictures_vector_does_not_depend_on_its_neighbours(eyes: EfficientNetLite2) -> None:
    pictures = [picture(np.roll(clock(), 7 * shift, axis=1)) for shift in range(10)]
    together = eyes.encode(pictures).vectors
    backwards = eyes.encode(pictures[::-1]).vectors[::-1]
    assert (together * backwards).sum(axis=1).min() > 0.999


def test_the_picture_models_fast_precision_finds_what_float32_finds(
    eyes: EfficientNetLite2, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = dtype.Precision(torch.float32, dtype.device(), "asked for")
    monkeypatch.setattr(dtype, "precision", lambda: exact)
    drawn = [picture(clock()), picture(ball())]
    ours, theirs = eyes.encode(drawn), EfficientNetLite2.from_archives().encode(drawn)
    assert (ours.vectors * theirs.vectors).sum(axis=1).min() > 0.99
    assert ours.logits is not None
    assert theirs.logits is not None
    np.testing.assert_array_equal(ours.logits.argmax(axis=1), theirs.logits.argmax(axis=1))
    np.testing.assert_allclose(np.sort(theirs.logits[0])[-2:], PUBLISHED, atol=0.02)


def test_folding_keeps_what_a_convolution_with_its_normalisation_gives() -> None:
    conv, norm = torch.nn.Conv2d(3, 32, 3, stride=2, padding=1, bias=False), torch.nn.BatchNorm2d(32, eps=1e-3)
    torch.manual_seed(0)
    for value in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
        assert value is not None
        torch.nn.init.uniform_(value, 0.5, 2)
    published = published_names()
    published |= {f"_bn0.{name}": tensor for name, tensor in norm.state_dict().items()}
    published["_conv_stem.weight"] = conv.weight
    network = EfficientNet()
    network.load_state_dict(fold(published))
    pixels = torch.rand(1, 3, 33, 33)
    torch.testing.assert_close(network.stem(pixels), norm.eval()(conv(pixels)))


def published_names() -> dict[str, torch.Tensor]:
    """Tensors of ones in the shapes and under the names of the published weights."""
    ours = EfficientNet().state_dict()
    names = {"stem": ("_conv_stem", "_bn0"), "head": ("_conv_head", "_bn1")}
    for number in range(sum(stage[0] for stage in STAGES)):
        for layer, norm in (("expand", "_bn0"), ("depthwise", "_bn1"), ("project", "_bn2")):
            names[f"blocks.{number}.{layer}"] = (f"_blocks.{number}._{layer}_conv", f"_blocks.{number}.{norm}")
    found = {"_fc.weight": ours["classifier.weight"], "_fc.bias": ours["classifier.bias"]}
    for name, (conv, norm) in names.items():
        if f"{name}.weight" in ours:
            found[f"{conv}.weight"] = ours[f"{name}.weight"]
            ones = torch.ones_like(ours[f"{name}.bias"])
            found |= {f"{norm}.{value}": ones for value in ("weight", "bias", "running_mean", "running_var")}
    return found


@given(size=st.integers(1, 40), side=st.sampled_from([1, 3, 5]), stride=st.sampled_from([1, 2]))
def test_a_convolution_gives_ceil_of_size_by_stride(size: int, side: int, stride: int) -> None:
    assert Conv(1, 1, side, stride)(torch.zeros(1, 1, size, size)).shape[-1] == -(-size // stride)


@given(height=st.integers(1, 400), width=st.integers(1, 400))
def test_any_picture_becomes_the_networks_square(height: int, width: int) -> None:
    assert square(np.zeros((height, width, 3), np.uint8)).shape == (260, 260, 3)


def test_the_square_is_the_middle_of_the_picture() -> None:
    wide = np.zeros((100, 300, 3), np.uint8)
    wide[:, 90:210] = 200
    assert (square(wide) == 200).all()


def test_class_names_are_plain_and_no_two_are_the_same(weights: Callable[[str], Path]) -> None:
    names = class_names(weights("imagenet-names"))
    assert len({name.lower() for name in names}) == 1000
    assert (names[0], names[134], names[517]) == ("tench", "crane bird", "construction crane")
    assert not [name for name in names if "," in name or name != name.strip()]


def test_the_precision_is_measured_once_and_says_why() -> None:
    found = dtype.precision()
    assert found is dtype.precision()
    assert (dtype.compute_dtype(), dtype.device()) == (found.dtype, found.device)
    assert found.device == "cuda" or "float32" in found.reason


@pytest.mark.parametrize(("brain_s", "chosen"), [(0.5, torch.bfloat16), (0.95, torch.float32), (40, torch.float32)])
def test_bfloat16_is_chosen_only_where_it_is_clearly_faster(
    monkeypatch: pytest.MonkeyPatch, brain_s: float, chosen: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(dtype, "_product_s", lambda kind: brain_s if kind == torch.bfloat16 else 1.0)
    assert dtype.precision.__wrapped__().dtype == chosen


def picture(rgb: NDArray[np.uint8]) -> Picture:
    return Picture("0" * 64, rgb, rgb.shape[1], rgb.shape[0])


def clock() -> NDArray[np.uint8]:
    image = Image.new("RGB", (520, 520), (230, 225, 215))
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 40, 480, 480), fill=(250, 250, 250), outline=(20, 20, 20), width=18)
    for hour in range(12):
        angle = hour * np.pi / 6
        draw.line([(260 + r * np.sin(angle), 260 - r * np.cos(angle)) for r in (165, 200)], fill=0, width=10)
    draw.line((260, 260, 260, 110), fill=0, width=10)
    draw.line((260, 260, 350, 310), fill=0, width=14)
    return np.asarray(image)


def ball() -> NDArray[np.uint8]:
    scene = np.full((520, 520, 3), (20, 110, 50), np.uint8)
    y, x = np.mgrid[:520, :520]
    shade = np.clip(1.1 - np.hypot(x - 200, y - 190) / 500, 0, 1)
    inside = np.hypot(x - 260, y - 260) < 150
    scene[inside] = (np.array([255, 190, 60]) * shade[inside][:, None]).clip(0, 255).astype(np.uint8)
    return scene


def scarce(
    work: Callable[[Sequence[object]], object], room: int, tried: list[int]
) -> Callable[[Sequence[object]], object]:
    """The same work on a device whose memory holds so many rows at once."""

    def fits(rows: Sequence[object]) -> object:
        tried.append(len(rows))
        if len(rows) > room:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return work(rows)

    return fits


def test_texts_that_do_not_fit_into_memory_are_read_in_smaller_batches(
    weights: Callable[[str], Path], minilm_float32: MiniLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = MiniLM(weights("minilm-l6"), dtype=torch.float32)
    tried: list[int] = []
    texts = [f"a lamp of colour {number}" for number in range(12)]
    monkeypatch.setattr(short, "_pool", scarce(short._pool, 3, tried))
    assert short.encode(texts) == pytest.approx(minilm_float32.encode(texts), abs=1e-5)
    assert tried[:4] == [12, 6, 3, 3]
    assert max(tried[tried.index(3) :]) == 3
    del tried[:]
    short.encode(texts)
    assert max(tried) <= 6  # what did not fit once is not tried again
    monkeypatch.setattr(short, "_pool", scarce(short._pool, 0, tried))
    with pytest.raises(ModelError, match="read one text"):
        short.encode(texts)


def test_pictures_that_do_not_fit_into_memory_are_looked_at_in_smaller_batches(
    eyes: EfficientNetLite2, monkeypatch: pytest.MonkeyPatch
) -> None:
    rgb = np.random.default_rng(1).integers(0, 255, (6, 40, 40, 3), dtype=np.uint8)
    pictures = [Picture(f"{number:064x}", own, 40, 40) for number, own in enumerate(rgb)]
    plain, tried = eyes.encode(pictures), list[int]()
    monkeypatch.setattr(eyes, "_size", BatchSize(8, "looked at one picture"))
    monkeypatch.setattr(eyes, "_run", scarce(eyes._run, 2, tried))
    assert eyes.encode(pictures).vectors == pytest.approx(plain.vectors, abs=2e-2)
    assert tried == [6, 3, 1, 1, 1, 1, 1, 1]
    monkeypatch.setattr(eyes, "_run", scarce(eyes._run, 0, tried))
    with pytest.raises(ModelError, match="looked at one picture"):
        eyes.encode(pictures)
