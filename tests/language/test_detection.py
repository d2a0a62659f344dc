"""Language: by script where that decides, by many words where it does not, English when in doubt."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.language.detection import ENCODER_LANGUAGES, detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("花瓶里的花", "zh"), ("有船的风景画 under 50", "zh"), ("落ち着いた絵", "ja"), ("カメラ", "ja"),
        ("물이 있는 그림", "ko"),
        ("ภาพวาดน้ำ", "th"), ("لوحة هادئة", "ar"), ("Ищу спокойную картину", "ru"), ("лодка", "ru"),
    ],
)  # fmt: skip
def test_the_script_decides(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich suche ein ruhiges Bild mit Wasser und Booten", "de"),
        ("je cherche un tableau calme avec de l'eau et des bateaux", "fr"),
        ("busco un cuadro tranquilo con agua y barcos", "es"),
        ("Procuro um quadro calmo com água e barcos", "pt"),
        ("szukam spokojnego obrazu z wodą i łodziami", "pl"),
        ("ik zoek een rustig schilderij met water", "nl"),
    ],
)
def test_a_whole_sentence_in_latin_letters_is_recognised(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "", "boats", "rote Schuhe", "blue dress", "something calm with water", "Nike Air Max 90 size 42",
        "usb c hdmi adapter",
        "vase art deco noir", "1874 2000 55", "portrait of Madame Valpinçon", "Samsung Galaxy S21 Ultra 128GB",
        "I am looking for a present for my grandmother who likes flowers",
    ],
)  # fmt: skip
def test_short_requests_and_english_ones_are_english(text: str) -> None:
    assert detect_language(text) == "en"


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60))
def test_every_request_is_routed_to_a_language_the_encoders_know(text: str) -> None:
    assert detect_language(text) in ENCODER_LANGUAGES
