"""Language: by script where that decides, by words and their spelling where it does not, English when in doubt."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.language.detection import ENCODER_LANGUAGES, SURE, detect_language, guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("花瓶里的花", "zh"), ("有船的风景画 under 50", "zh"), ("落ち着いた絵", "ja"), ("カメラ", "ja"),
        ("물이 있는 그림", "ko"),
        ("ภาพวาดน้ำ", "th"), ("لوحة هادئة", "ar"), ("Ищу спокойную картину", "ru"), ("лодка", "ru"),
        ("駅の時計", "ja"), ("売場案内", "ja"), ("防水腕時計", "ja"), ("户外手表", "zh"), ("水彩画", "zh"),
        ("防水手錶", "zh"),
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
    ("text", "language"),
    [
        ("rote Schuhe", "de"), ("günstiges Zelt", "de"), ("zapatos rojos baratos", "es"), ("película triste", "es"),
        ("scarpe rosse", "it"), ("chaussures rouges", "fr"), ("sapatos vermelhos", "pt"), ("goedkope schoenen", "nl"),
        ("tanie buty", "pl"), ("kırmızı ayakkabı", "tr"), ("kirmizi ayakkabi", "tr"), ("pelicula romantica", "es"),
    ],
)  # fmt: skip
def test_two_words_in_latin_letters_are_enough(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "", "boats", "blue dress", "something calm with water", "Nike Air Max 90 size 42", "usb c hdmi adapter",
        "1874 2000 55", "portrait of Madame Valpinçon", "Samsung Galaxy S21 Ultra 128GB", "laptop", "xbox",
        "digital camera",
        "I am looking for a present for my grandmother who likes flowers",
    ],
)  # fmt: skip
def test_english_and_what_no_language_claims_is_english(text: str) -> None:
    assert detect_language(text) == "en"


def test_how_sure_it_is_goes_with_how_much_the_words_tell() -> None:
    assert guess_language("ein blaues Kleid für meine Tochter").sure
    assert guess_language("帐篷").probability == 1.0
    assert not guess_language("film").sure
    assert SURE <= guess_language("a blue dress for my daughter").probability <= 1.0


def test_words_of_an_english_catalog_are_english() -> None:
    alone, known = (
        guess_language("sportiva mandala"),
        guess_language("sportiva mandala", english={"sportiva", "mandala"}),
    )
    assert alone.language != known.language == "en"


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60))
def test_every_request_is_routed_to_a_language_the_encoders_know(text: str) -> None:
    assert detect_language(text) in ENCODER_LANGUAGES
