"""The embedded describer says what scores and colours allow, and nothing more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from agent.backends.pictures.embedded_describer import EmbeddedDescriber
from agent.backends.pictures.label_groups import FLAT, KINDS, PRINTED, WIDER
from agent.backends.pictures.labels import KIND_CURVE, LOOKS_LIKE, MAY_SHOW, MOST_LABELS, PAINTED, label_spans, shares
from agent.backends.pictures.ocr import Ocr, OcrProcess
from agent.backends.protocols import PictureFeatures
from agent.media.decoded import Picture
from agent.media.palette import ANCHORS, palette, to_lab
from retrieval.items import Span
from tests.support.made_media import photo

NAMES = [f"thing {number}, other name" for number in range(1000)]
BANJO, CELLO, FOUNTAIN, BOOK_JACKET, TRAY, SUIT, WIG, DOG, PIZZA = 420, 486, 562, 921, 868, 834, 903, 200, 963


def scores(given: dict[int, float]) -> NDArray[np.float32]:
    """Logits that give these classes these shares."""
    rest = (1 - sum(given.values())) / (1000 - len(given))
    probabilities = np.full(1000, rest)
    for number, share in given.items():
        probabilities[number] = share
    return (np.log(probabilities) * 0.8).astype(np.float32)


def plain(colour: tuple[int, int, int], size: int = 32) -> NDArray[np.uint8]:
    return np.full((size, size, 3), colour, np.uint8)


def picture(rgb: NDArray[np.uint8]) -> Picture:
    return Picture("a" * 64, rgb, rgb.shape[1], rgb.shape[0])


def said(given: dict[int, float]) -> list[str]:
    return [span.text for span in label_spans(scores(given), NAMES)]


def test_a_sure_score_looks_like_and_a_middling_one_may_show() -> None:
    assert said({BANJO: 0.8}) == ["looks like a stringed instrument"]
    assert said({BANJO: 0.5}) == ["may show a stringed instrument"]
    assert said({BANJO: 0.3}) == []


def test_classes_of_one_kind_are_summed() -> None:
    (span,) = label_spans(scores({BANJO: 0.4, CELLO: 0.35}), NAMES)
    assert span.text == "looks like a stringed instrument"
    assert span.score == pytest.approx(KIND_CURVE(np.log(0.75 / 0.25)), abs=0.02)


def test_a_class_without_a_kind_is_named_itself_when_sure() -> None:
    assert said({FOUNTAIN: 0.9}) == ["looks like a thing 562"]
    assert said({FOUNTAIN: 0.5}) == []


def test_where_no_kind_can_be_said_a_wider_one_may() -> None:
    assert said({SUIT: 0.2, WIG: 0.2}) == ["looks like a person or clothing"]


def test_a_wider_kind_is_said_beside_a_kind_only_where_it_says_more() -> None:
    assert said({DOG: 0.7, WIG: 0.25}) == ["looks like a dog", "may show a person or clothing"]
    assert said({PIZZA: 0.9}) == ["looks like a pizza"]


def test_a_painting_is_judged_by_what_it_shows_besides_being_flat() -> None:
    assert said({BOOK_JACKET: 0.6, DOG: 0.3}) == ["looks like a dog"]


def test_a_flat_work_is_called_that_and_not_a_book_jacket_or_a_tray() -> None:
    assert said({BOOK_JACKET: 0.95}) == [f"looks like {PAINTED}"]
    assert said({TRAY: 0.95}) == []


def test_a_model_of_other_classes_names_single_ones() -> None:
    logits = np.log(np.array([0.96, 0.02, 0.02], np.float32))
    assert [span.text for span in label_spans(logits, ["apple", "pear", "fig"])] == ["looks like an apple"]
    assert shares(logits).kinds == {}


def test_kinds_do_not_share_classes() -> None:
    members = [number for kind in KINDS.values() for number in kind]
    assert len(members) == len(set(members))
    assert not set(members) & set(FLAT)
    assert all(0 <= number < 1000 for number in (*members, *FLAT))


def test_wider_kinds_do_not_share_classes_with_each_other_or_with_flat_things() -> None:
    members = [number for kind in WIDER.values() for number in kind]
    assert len(members) == len(set(members))
    assert not set(members) & set(FLAT)
    assert set(PRINTED) <= set(FLAT)
    assert not WIDER.keys() & KINDS.keys()


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
        (span,) = palette(plain(value)).colours
        assert (span.kind, span.text, span.score) == ("colour", name, 1.0)


def test_a_uniform_background_does_not_count() -> None:
    rgb = plain((250, 250, 250), 60)
    rgb[20:40, 20:40] = (40, 90, 195)
    found = palette(rgb)
    assert [(span.text, span.score) for span in found.colours] == [("blue", 1.0)]
    assert found.background == "white"


def test_a_backdrop_that_darkens_slowly_does_not_count() -> None:
    rgb = np.repeat(np.linspace(250, 180, 60).astype(np.uint8), 60 * 3).reshape(60, 60, 3)
    rgb[20:40, 20:40] = (58, 66, 52)
    found = palette(rgb)
    assert [(span.text, span.score) for span in found.colours] == [("dark green", 1.0)]
    assert found.background == "light grey"


def test_a_picture_without_a_plain_border_has_no_background() -> None:
    rgb = plain((200, 30, 35), 40)
    rgb[:, 20:] = (30, 65, 40)
    assert palette(rgb).background == ""
    assert palette(plain((250, 250, 250))).background == ""


def test_two_halves_have_their_shares() -> None:
    rgb = plain((200, 30, 35), 40)
    rgb[:, 20:] = (30, 65, 40)
    found = {span.text: span.score for span in palette(rgb).colours}
    assert found == {"red": 0.5, "dark green": 0.5}


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_every_picture_has_colours_with_shares(height: int, width: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    spans = palette(rgb).colours
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


def test_a_description_says_what_a_thing_stands_before() -> None:
    rgb = plain((240, 130, 30), 60)
    rgb[20:40, 20:40] = (40, 90, 195)
    (made,) = EmbeddedDescriber([]).describe([picture(rgb)], PictureFeatures(np.zeros((1, 4), np.float32), None))
    assert made.text == "Mostly blue, on an orange background."


def test_each_picture_is_described_on_its_own_also_without_classes() -> None:
    describer = EmbeddedDescriber([])
    pictures = [picture(plain((200, 30, 35))), picture(photo())]
    made = describer.describe(pictures, PictureFeatures(np.zeros((2, 4), np.float32), None))
    assert made[0].text == "Mostly red."
    assert describer.describe([], PictureFeatures(np.zeros((0, 4), np.float32), None)) == []


def test_text_in_a_picture_is_read() -> None:
    image = Image.new("RGB", (480, 200), (240, 230, 200))
    ImageDraw.Draw(image).text((30, 60), "FRESH LEMONADE", (20, 20, 80), ImageFont.load_default(48))
    features = PictureFeatures(np.zeros((1, 4), np.float32), np.zeros((1, 1000), np.float32))
    with OcrProcess() as reading:
        describer = EmbeddedDescriber(NAMES, ocr=Ocr(reading))
        (made,) = describer.describe([picture(np.asarray(image))], features)
    assert made.origin == "efficientnet-lite2+colours+ocr"
    assert "Text in the picture: FRESH LEMONADE." in made.text
    assert [span.text for span in made.spans if span.kind == "text"] == ["FRESH LEMONADE"]


def test_where_only_print_is_read_a_picture_that_is_none_is_left_alone() -> None:
    asked: list[Picture] = []

    class Reader:
        def read(self, picture: Picture) -> list[Span]:
            asked.append(picture)
            return [Span("text", "HARBOUR FILM", 0.9)]

    poster, dog = picture(plain((20, 30, 95))), picture(plain((120, 75, 40)))
    describer = EmbeddedDescriber(NAMES, ocr=Reader(), only_print=True)
    logits = np.stack([scores({BOOK_JACKET: 0.3}), scores({DOG: 0.9})])
    made = describer.describe([poster, dog], PictureFeatures(np.zeros((2, 4), np.float32), logits))
    assert asked == [poster]
    assert [d.text for d in made] == [
        "Mostly dark blue; looks like a painted or printed picture. Text in the picture: HARBOUR FILM.",
        "Mostly brown; looks like a dog.",
    ]
    assert describer.origin == "efficientnet-lite2+colours+ocr of print"
