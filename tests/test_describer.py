"""The embedded describer says what scores and colours allow, and nothing more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_media import photo
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from agent.backends.embedded_describer import LOOKS_LIKE, MAY_SHOW, MOST_LABELS, EmbeddedDescriber, label_spans
from agent.backends.label_groups import FLAT, KINDS
from agent.backends.ocr import Ocr
from agent.backends.protocols import PictureFeatures
from agent.perception.media import Picture
from agent.perception.palette import ANCHORS, colours, to_lab

NAMES = [f"thing {number}, other name" for number in range(1000)]
BANJO, CELLO, FOUNTAIN, BOOK_JACKET = 420, 486, 562, 921


def scores(shares: dict[int, float]) -> NDArray[np.float32]:
    """Logits that give these classes these calibrated probabilities."""
    rest = (1 - sum(shares.values())) / (1000 - len(shares))
    probabilities = np.full(1000, rest)
    for number, share in shares.items():
        probabilities[number] = share
    return (np.log(probabilities) * 0.8).astype(np.float32)


def plain(colour: tuple[int, int, int], size: int = 32) -> NDArray[np.uint8]:
    return np.full((size, size, 3), colour, np.uint8)


def picture(rgb: NDArray[np.uint8]) -> Picture:
    return Picture("a" * 64, rgb, rgb.shape[1], rgb.shape[0])


def test_a_sure_score_looks_like_and_a_middling_one_may_show() -> None:
    assert [span.text for span in label_spans(scores({BANJO: 0.8}), NAMES)] == ["looks like a stringed instrument"]
    assert [span.text for span in label_spans(scores({BANJO: 0.5}), NAMES)] == ["may show a stringed instrument"]
    assert label_spans(scores({BANJO: 0.3}), NAMES) == []


def test_classes_of_one_kind_are_summed() -> None:
    (span,) = label_spans(scores({BANJO: 0.4, CELLO: 0.35}), NAMES)
    assert span.text == "looks like a stringed instrument"
    assert span.score == pytest.approx(0.75, abs=0.02)


def test_a_class_without_a_kind_is_named_itself_when_sure() -> None:
    assert [span.text for span in label_spans(scores({FOUNTAIN: 0.9}), NAMES)] == ["looks like a thing 562"]
    assert label_spans(scores({FOUNTAIN: 0.5}), NAMES) == []


def test_a_flat_work_is_not_called_a_book_jacket() -> None:
    assert label_spans(scores({BOOK_JACKET: 0.95}), NAMES) == []


def test_kinds_do_not_share_classes() -> None:
    members = [number for kind in KINDS.values() for number in kind]
    assert len(members) == len(set(members))
    assert not set(members) & set(FLAT)
    assert all(0 <= number < 1000 for number in (*members, *FLAT))


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 8))
def test_labels_never_claim_below_the_threshold(seed: int, spread: float) -> None:
    logits = np.random.default_rng(seed).normal(0, spread, 1000).astype(np.float32)
    spans = label_spans(logits, NAMES)
    assert len(spans) <= MOST_LABELS
    for span in spans:
        assert span.score is not None
        assert span.score >= MAY_SHOW - 0.005
        assert span.score >= LOOKS_LIKE - 0.005 or span.text.startswith("may show ")


def test_lab_of_known_colours() -> None:
    known = np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 0, 255]], np.uint8)
    expected = [[100, 0, 0], [0, 0, 0], [53.24, 80.09, 67.20], [32.30, 79.19, -107.86]]
    assert to_lab(known) == pytest.approx(np.array(expected), abs=0.1)


@pytest.mark.parametrize("name", sorted(ANCHORS))
def test_each_anchor_has_its_own_name(name: str) -> None:
    for value in ANCHORS[name]:
        (span,) = colours(plain(value))
        assert (span.kind, span.text, span.score) == ("colour", name, 1.0)


def test_a_uniform_background_does_not_count() -> None:
    rgb = plain((250, 250, 250), 60)
    rgb[20:40, 20:40] = (40, 90, 195)
    (span,) = colours(rgb)
    assert (span.text, span.score) == ("blue", 1.0)


def test_two_halves_have_their_shares() -> None:
    rgb = plain((200, 30, 35), 40)
    rgb[:, 20:] = (30, 65, 40)
    found = {span.text: span.score for span in colours(rgb)}
    assert found == {"red": 0.5, "dark green": 0.5}


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_every_picture_has_colours_with_shares(height: int, width: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    spans = colours(rgb)
    assert len(spans) <= 3
    assert sum(span.score or 0 for span in spans) <= 1.02
    assert len({span.text for span in spans}) == len(spans)


def test_a_description_says_colours_and_kind_and_where_it_comes_from() -> None:
    describer = EmbeddedDescriber(NAMES)
    features = PictureFeatures(np.zeros((1, 4), np.float32), scores({BANJO: 0.5})[None])
    (made,) = describer.describe([picture(plain((20, 30, 95)))], features)
    assert made.text == "Mostly dark blue; may show a stringed instrument."
    assert (made.media, made.kind, made.origin) == ("a" * 64, "image", "efficientnet-lite2+colours")
    assert [span.kind for span in made.spans] == ["label", "colour"]
    assert made.version


def test_each_picture_is_described_on_its_own_also_without_classes() -> None:
    describer = EmbeddedDescriber([])
    pictures = [picture(plain((200, 30, 35))), picture(photo())]
    made = describer.describe(pictures, PictureFeatures(np.zeros((2, 4), np.float32), None))
    assert made[0].text == "Mostly red."
    assert describer.describe([], PictureFeatures(np.zeros((0, 4), np.float32), None)) == []


def test_text_in_a_picture_is_read() -> None:
    image = Image.new("RGB", (480, 200), (240, 230, 200))
    ImageDraw.Draw(image).text((30, 60), "FRESH LEMONADE", (20, 20, 80), ImageFont.load_default(48))
    describer = EmbeddedDescriber(NAMES, ocr=Ocr())
    features = PictureFeatures(np.zeros((1, 4), np.float32), np.zeros((1, 1000), np.float32))
    (made,) = describer.describe([picture(np.asarray(image))], features)
    assert made.origin == "efficientnet-lite2+colours+ocr"
    assert "Text in the picture: FRESH LEMONADE." in made.text
    assert [span.text for span in made.spans if span.kind == "text"] == ["FRESH LEMONADE"]


def test_a_picture_without_text_has_no_text_spans() -> None:
    assert Ocr().read(picture(photo(200, 150))) == []
