"""Sentences: everything people are told beside items is there in every language."""

from __future__ import annotations

import re
import string

import pytest

from agent.language.detection import ENCODER_LANGUAGES
from agent.language.messages import Note, answer_language, in_language, languages, sentences

WORD = re.compile(r"[a-z]{2,}")


def plain(text: str) -> str:
    """A sentence without the places where something is filled in."""
    return "".join(part for part, _, _, _ in string.Formatter().parse(text))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", sentences())
def test_every_sentence_says_the_same_in_all_languages(name: str) -> None:
    of_one = sentences()[name]
    # Small talk is known in more languages than all sentences are.
    assert set(of_one) >= set(languages())
    assert set(of_one) <= set(ENCODER_LANGUAGES)
    for language in of_one:
        assert places(of_one["en"]["other"]) - {"n"} == places(of_one[language]["other"]) - {"n"}
    assert of_one["zh"]["other"] != of_one["en"]["other"]


def test_a_language_of_ours_is_answered_in_itself_and_any_other_in_english() -> None:
    assert languages()[0] == "en"
    assert [answer_language(language) for language in ("zh", "en", "qaa", "")] == ["zh", "en", "en", "en"]


def test_a_note_reads_as_its_english_sentence_and_is_told_in_chinese() -> None:
    note = Note("only so many meet", n=1, must=("price<=5", "colour=blue"))
    assert note == "Only 1 item meets price<=5 and colour=blue."
    assert note.text_in("zh") == "只有 1 件符合 price<=5 和 colour=blue。"
    assert note.text_in("qaa") == str(note)


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_all_that_people_are_told_beside_reasons_is_there_in_five_languages(language: str) -> None:
    lacking = [name for name, entry in sentences().items() if language not in entry]
    worded = {name: entry for name, entry in sentences().items() if len(WORD.findall(plain(entry["en"]["other"]))) > 2}
    same = [name for name, entry in worded.items() if entry[language] == entry["en"]]
    assert (lacking, same) == ([], [])


def test_parts_are_joined_and_thousands_divided_as_each_language_does() -> None:
    note = Note("only so many meet", n=1_200, must=("price<=5", "colour=blue"))
    assert " und " in note.text_in("de")
    assert " y " in note.text_in("es")
    assert "1.200" in Note("searching", n=1_200).text_in("de")
    assert "1\u202f200" in Note("searching", n=1_200).text_in("fr")


def test_a_note_within_a_note_is_told_in_the_language_of_the_whole() -> None:
    note = Note("taken alone", counts=(Note("counted", filter="price<5", n=2), Note("counted none", filter="a=b")))
    assert in_language([note, "as it is"], "en") == ("Taken alone, price<5: 2 items; a=b: no item.", "as it is")
    assert in_language([note], "zh") == ("单独来看，price<5：2 件；a=b：没有。",)


def test_braces_in_what_is_filled_in_mean_nothing() -> None:
    assert "{n}" in Note("untold must", words="{n}").text_in("zh")
