"""Known words: print that reads as words is quoted; shapes taken for letters are not."""

from __future__ import annotations

import pytest

from agent.backends.text.known_words import KnownWords
from agent.weights.weights import ensure


@pytest.fixture(scope="module")
def known() -> KnownWords:
    return KnownWords(ensure("minilm-l6") / "vocab.txt")


WORDS = (
    "THE IDES OF MARCH",
    'wickedness"',
    "Choose a starter home.",
    "HE DOESN'T CARE IF YOU'RE",
    "DRACULA",
    "Winter Light",
    "gentle waterproofing spray",
    "ZÉRO DE CONDUITE",
    "Nur für den Innenbereich",
    "新藤兼人 脚本",
    "100 % COTTON",
    "Miller's Crossing",
)
NO_WORDS = (
    "LEGENDS ofth EALL",
    "SARENE",
    "RENGORING-CORTESA-BRAZZ",
    "KITTY WNN JACKMGOWRAN",
    "AAUREEN",
    "JAN-OROPPING. AMESOME..A STTLISH THRILL RIDE",
    "EHROUGH",
    "18:80",
    "93.22 37",
    "ORY 010,909",
    "ANOTHERGRATE PRODUCRION",
    "i i l",
    "",
)


@pytest.mark.parametrize("line", WORDS)
def test_print_that_reads_as_words_is_known(known: KnownWords, line: str) -> None:
    assert known.reads_as_words(line)


@pytest.mark.parametrize("line", NO_WORDS)
def test_letters_that_make_no_words_are_not(known: KnownWords, line: str) -> None:
    assert not known.reads_as_words(line)


def test_the_vocabulary_of_many_languages_is_asked_only_where_english_does_not_know(known: KnownWords) -> None:
    asked: list[str] = []

    def pieces(word: str) -> list[str]:
        asked.append(word)
        return list(word)

    english = KnownWords(ensure("minilm-l6") / "vocab.txt", pieces)
    assert english.reads_as_words("Winter Light")
    assert not asked
    assert not english.reads_as_words("zzqx")
    assert asked
    assert known.knows("degli")
