"""Whether a turn goes on with what was asked before, in the languages that people write in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agent.dialogue.state import State
from agent.dialogue.topic import goes_on, says_afresh
from agent.language.detection import detect_language
from tests.dialogue.test_conversation import VOCABULARY

GOES_ON = {
    "de": (
        "aber in rot",
        "mit Kapuze",
        "nur aus Holz",
        "etwas wärmeres",
        "und wasserdicht",
        "eher klein",
        "ohne Ärmel",
        "für Kinder",
        "und die leichteste?",
        "interessanter",
    ),
    "fr": (
        "mais en rouge",
        "avec capuche",
        "seulement en bois",
        "quelque chose de plus chaud",
        "plutôt petit",
        "sans manches",
        "pour enfants",
        "et la plus légère ?",
    ),
    "es": (
        "pero en rojo",
        "con capucha",
        "solo de madera",
        "algo más cálido",
        "sin mangas",
        "para niños",
        "¿y la más ligera?",
    ),
    "it": (
        "ma in rosso",
        "con cappuccio",
        "qualcosa di più caldo",
    ),
    "pt": (
        "mas em vermelho",
        "com capuz",
        "algo mais quente",
    ),
    "en": (
        "in blue",
        "it has to be warm",
    ),
}
BEGINS_ANEW = {
    "de": (
        "ich suche einen Helm",
        "hast du auch eine Geige?",
        "dann ein Helm",
        "zeig mir Helme",
        "was anderes: ein Geschenk",
        "und jetzt ein Stuhl",
        "gibt es Geigen?",
        "Ich bräuchte einen Rucksack",
    ),
    "fr": (
        "je cherche un casque",
        "vous avez un violon ?",
        "alors un casque",
        "montrez-moi des casques",
        "autre chose : un cadeau",
        "est-ce que vous avez des violons ?",
        "j'aurais besoin d'un sac",
    ),
    "es": (
        "busco un casco",
        "¿tienes un violín?",
        "entonces un casco",
        "muéstrame unos cascos",
        "otra cosa: un regalo",
        "¿hay violines?",
    ),
    "it": (
        "cerco un casco",
        "avete un violino?",
        "allora un casco",
    ),
    "pt": (
        "procuro um capacete",
        "vocês têm um violino?",
        "então um capacete",
    ),
    "en": (
        "a violin",
        "do you have a violin",
    ),
}


def rows(turns: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(wish, language) for language, wishes in turns.items() for wish in wishes]


STATE = replace(State(), last=("1",), shown=("1",))


@pytest.mark.parametrize(("wish", "language"), rows(GOES_ON))
def test_what_leans_on_what_was_said_goes_on(wish: str, language: str) -> None:
    assert goes_on(wish, STATE, VOCABULARY, leans=False, language=language)


@pytest.mark.parametrize(("wish", "language"), rows(BEGINS_ANEW))
def test_whoever_asks_for_a_thing_begins_anew(wish: str, language: str) -> None:
    assert not goes_on(wish, STATE, VOCABULARY, leans=False, language=language)


def test_most_of_these_turns_are_told_by_their_language() -> None:
    told = [detect_language(wish) == language for wish, language in (*rows(GOES_ON), *rows(BEGINS_ANEW))]
    assert sum(told) >= 0.8 * len(told)


@pytest.mark.parametrize(
    ("turn", "language", "afresh"),
    [
        ("something else: a gift under 40", "en", True),
        ("something else in blue", "en", False),
        ("Was anderes, etwas Leises mit Tasten", "de", True),
        ("was anderes in blau", "de", False),
        ("autre chose : un cadeau", "fr", True),
        ("autre chose que du cuir", "fr", False),
        ("otra cosa: un regalo", "es", True),
        ("un'altra cosa: un regalo", "it", True),
        ("outra coisa, um presente", "pt", True),
        ("换个别的：一把椅子", "zh", True),
    ],
)
def test_who_says_that_it_is_something_else_begins_anew(turn: str, language: str, afresh: bool) -> None:
    assert says_afresh(turn, language) is afresh
