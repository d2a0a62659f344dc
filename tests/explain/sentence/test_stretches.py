"""Stretches: parts of a text that can stand in a sentence, letter for letter."""

from __future__ import annotations

import pytest

from agent.explain.sentence.grammar import grammar, stems_of
from agent.explain.sentence.stretches import Stretch, denies, stretches

BOOTS = "These boots are made with a waterproof leather upper and a durable rubber sole for superior traction."


def best(text: str, wanted: str = "", language: str = "en", title: str = "") -> Stretch:
    cuts = stretches(text, stems_of(wanted, language), language, stems_of(title, language))
    return max(cuts, key=lambda cut: cut.score)


@pytest.mark.parametrize(
    ("text", "wanted", "language", "stretch"),
    [
        (BOOTS, "rubber", "en", "made with a waterproof leather upper and a durable rubber sole"),
        (
            "A light tent for two people, green, with taped seams.",
            "tent",
            "en",
            "A light tent for two people, green, with taped seams",
        ),
        ("An easy apple cake that keeps for days.", "apple", "en", "An easy apple cake that keeps for days"),
        ("Made from lightweight, breathable nylon.", "nylon", "en", "Made from lightweight, breathable nylon"),
        (
            "Botas de piel impermeable con suela de goma.",
            "impermeables",
            "es",
            "Botas de piel impermeable con suela de goma",
        ),
        ("Warme Daunenjacke mit Kapuze.", "warm", "de", "Warme Daunenjacke mit Kapuze"),
        ("防水皮革鞋面，橡胶大底。", "防水", "zh", "防水皮革鞋面，橡胶大底"),
    ],
)
def test_a_stretch_begins_and_ends_where_nothing_is_lost(text: str, wanted: str, language: str, stretch: str) -> None:
    assert best(text, wanted, language).text == stretch


@pytest.mark.parametrize(
    ("text", "wanted", "stretch"),
    [
        ("It is sturdy, providing a secure and customized fit.", "customized", "a secure and customized fit"),
        (
            "When a simple jewelry heist goes wrong, they begin to ask which of the others you would call a policeman.",
            "heist",
            "a simple jewelry heist goes wrong",
        ),
        ("A drive through Paris, the city that you will never want to leave again.", "paris", "A drive through Paris"),
    ],
)
def test_a_stretch_holds_all_of_what_it_speaks_of(text: str, wanted: str, stretch: str) -> None:
    assert best(text, wanted, "en").text == stretch


@pytest.mark.parametrize("text", ["It keeps you warm.", "We think you will love it.", "Enhance your skiing."])
def test_what_speaks_to_somebody_is_no_stretch(text: str) -> None:
    assert all(
        word not in cut.text.split() for cut in stretches(text, frozenset(), "en") for word in ("you", "We", "your")
    )


def test_every_stretch_stands_in_its_text() -> None:
    cuts = stretches(BOOTS, frozenset(), "en")
    assert cuts
    assert all(cut.text in BOOTS for cut in cuts)


def test_a_stretch_does_not_call_the_item_by_its_name() -> None:
    cuts = stretches(
        "Ski with the Summit Pro Jacket in red.", stems_of("red", "en"), "en", stems_of("Summit Pro Jacket", "en")
    )
    assert all("Summit" not in cut.text for cut in cuts)


@pytest.mark.parametrize(
    ("text", "word", "language", "denied"),
    [
        ("A warm jacket without a hood.", "hood", "en", True),
        ("A jacket with a hood.", "hood", "en", False),
        ("Un abrigo sin capucha.", "capucha", "es", True),
        ("Eine Jacke ohne Kapuze.", "Kapuze", "de", True),
        ("这件外套不防水。", "防水", "zh", True),
        ("这件外套防水。", "防水", "zh", False),
    ],
)
def test_what_is_denied_is_known(text: str, word: str, language: str, denied: bool) -> None:
    assert denies(text, stems_of(word, language), language) is denied


def test_forms_of_a_word_are_one() -> None:
    assert stems_of("climber", "en") == stems_of("climbing", "en")
    assert stems_of("roja", "es") == stems_of("rojos", "es")
    assert stems_of("wasserdichte", "de") == stems_of("wasserdichtes", "de")


def test_a_language_without_a_grammar_goes_by_that_of_english() -> None:
    assert grammar("tr") == grammar("en")
