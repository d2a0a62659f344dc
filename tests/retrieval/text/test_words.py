"""Words and sentences: what counts as the same word, and where a sentence ends."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.text.words import fold, is_pair, placed_words, sentences, singular, words

texts = st.text("abBcsie éÉüßœ'’-.,!?0 9_\n水彩画カガのที่นี่", max_size=60)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("The of and", []),
        ("Café au lait", ["cafe", "au", "lait"]),
        ("Women's dresses, boxes and dishes", ["women", "dress", "box", "dish"]),
        ("don't show me what's red", ["red"]),
        ("size S T-shirt", ["size", "s", "t", "shirt"]),
        ("L'eau d'or", ["l", "eau", "d"]),
        ("snake_case", ["snake", "case"]),
        ("水彩画", ["水彩", "彩画"]),
        ("画", ["画"]),
        ("iPhone手机", ["iphone", "手机"]),
        ("ガラス", ["ガラ", "ラス"]),
        ("한국어", ["한국", "국어"]),
        ("1874", ["1874"]),
    ],
)
def test_words_are_folded_singular_and_without_words_of_grammar(text: str, tokens: list[str]) -> None:
    assert words(text) == tokens


def test_thai_words_are_not_torn_at_their_vowel_marks() -> None:
    assert set(words("แจกันสีน้ำเงิน")) & set(words("สีน้ำเงิน")) >= {fold("สี")}
    assert all(len(token) == 2 for token in words("สีน้ำเงิน"))


def test_letters_told_apart_by_a_mark_stay_apart_and_accents_do_not() -> None:
    assert fold("ガラス") != fold("カラス")
    assert fold("Ångström") == fold("angstrom") == fold(unicodedata.normalize("NFD", "Ångström")) == "angstrom"
    assert fold("STRASSE") == fold("Straße")


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("dress", "dresses"), ("box", "boxes"), ("dish", "dishes"), ("watch", "watches"), ("vase", "vases"),
        ("berry", "berries"), ("movie", "movies"), ("cookie", "cookies"), ("house", "houses"), ("glass", "glasses"),
        ("tie", "ties"), ("boat", "boats"), ("tree", "trees"), ("shoe", "shoes"),
    ],
)  # fmt: skip
def test_a_word_and_its_plural_are_one(one: str, many: str) -> None:
    assert singular(one) == singular(many)


@pytest.mark.parametrize("word", ["glass", "gas", "bus", "is", "lace", "red", "canvas"])
def test_a_word_that_only_looks_like_a_plural_meets_itself(word: str) -> None:
    assert words(f"a {word}") in ([singular(word)], [])


@settings(deadline=None)
@given(texts)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(texts)
def test_placed_words_are_the_words_and_lie_where_they_say(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    placed = list(placed_words(text))
    assert [token for token, _, _ in placed] == words(text)
    assert all(0 <= start < end <= len(text) for _, start, end in placed)
    assert all(token in words(text[start:end]) for token, start, end in placed)


@pytest.mark.parametrize("text", ["0½s", "½'s", "a ℻s", "½½", "5℡t"])
def test_what_folding_parts_is_placed_in_its_parts(text: str) -> None:
    assert [token for token, _, _ in placed_words(text)] == words(text)


def test_pairs_of_characters_are_told_from_words() -> None:
    assert is_pair("水彩")
    assert not is_pair("ab")
    assert not is_pair("画")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("By J. M. W. Turner. Oil on canvas.", ["By J. M. W. Turner.", "Oil on canvas."]),
        ("St. Jerome prays. He kneels.", ["St. Jerome prays.", "He kneels."]),
        ("Mr. Smith met Mrs. Jones and Dr. Ray.", ["Mr. Smith met Mrs. Jones and Dr. Ray."]),
        ("Made ca. Easter. Signed.", ["Made ca. Easter.", "Signed."]),
        ("It costs 5. The other 7.", ["It costs 5.", "The other 7."]),
        ("Height 3.5 cm. 20 pieces", ["Height 3.5 cm. 20 pieces"]),
        ("e.g. Boats. vs. Ships", ["e.g. Boats. vs. Ships"]),
        ("第一句。第二句！第三句？", ["第一句。", "第二句！", "第三句？"]),
        ("蓝色花瓶。 A blue vase.", ["蓝色花瓶。", "A blue vase."]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
    ],
)
def test_sentences_end_where_people_end_them(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@settings(deadline=None)
@given(texts)
def test_sentences_lose_nothing_but_space(text: str) -> None:
    parts = sentences(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part == part.strip() != "" for part in parts)
