"""Understanding: what is a request, what is not, and what becomes of its words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.answers import Heard, UserTurn
from agent.errors import FilterError, RequestError
from agent.media.decoded import Transcript
from agent.understand import MAX_K, MAX_TEXT_BYTES, Vocabulary, clean, validate
from agent.understand.parsed import ParsedText, Reading, Reference
from agent.understand.request import MAX_WISH_CHARS, understand
from retrieval.filters import parse_filter
from tests.support.shelf import SCHEMA

WORDS = Vocabulary.build(SCHEMA)


def heard(text: str, language: str = "en", english: str | None = None) -> Transcript:
    return Transcript(text, language, english or text, (), 0.9)


# What is refused


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "\n\t", "\u200b\u200b", "\u200d\ufeff", "\u202e\u2066", "\x00\x07", "\u3164\u115f", "\udcff",
        "\U000e0041", "\u034f",
    ],
)  # fmt: skip
def test_a_request_without_anything_to_be_seen_is_empty(text: str) -> None:
    with pytest.raises(RequestError, match="The request is empty") as caught:
        validate(UserTurn(text))
    assert "Write what you are looking for" in caught.value.hint


@pytest.mark.parametrize("turn", [UserTurn(images=("a.jpg",)), UserTurn(audio="a.ogg"), UserTurn(video="a.mp4")])
def test_a_medium_alone_is_a_request(turn: UserTurn) -> None:
    validate(turn)


@pytest.mark.parametrize("text", ["a" * 1_000_000, "水" * (MAX_TEXT_BYTES // 3 + 1)])
def test_a_request_too_long_to_read_is_refused_with_its_size(text: str) -> None:
    with pytest.raises(RequestError, match=f"{len(text.encode()):,} bytes"):
        validate(UserTurn(text))


def test_the_longest_request_is_read() -> None:
    validate(UserTurn("a" * MAX_TEXT_BYTES))


@pytest.mark.parametrize("k", [-1, 0, MAX_K + 1, 10**12])
def test_an_impossible_number_of_items_is_refused_with_the_bounds(k: int) -> None:
    with pytest.raises(RequestError, match=f"k is {k}, and must lie between 1 and {MAX_K}"):
        validate(UserTurn("boats", k=k))


@pytest.mark.parametrize("k", [1, MAX_K])
def test_the_bounds_themselves_are_possible(k: int) -> None:
    validate(UserTurn("boats", k=k))


# Cleaning


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  red \n\t boats  ", "red boats"),
        ("red\u202eboats\u200b \x07!", "redboats !"),
        ("ｒｅｄ　ｂｏａｔ", "red boat"),
        ("cafe\u0301", "café"),
        ("e\u200b\u0301", "é"),
        ("a\u2028b\x85c", "a b c"),
        ("水彩画", "水彩画"),
        ("①", "1"),
    ],
)
def test_text_is_cleaned_to_what_can_be_seen(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=40))
def test_clean_text_is_one_normal_line_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert all(unicodedata.category(c)[0] != "C" and (c == " " or not c.isspace()) for c in cleaned)


# Understanding


def test_written_words_are_the_request() -> None:
    understood = understand(UserTurn(" boats  at dawn "), WORDS)
    assert (understood.request.text, understood.request.english, understood.request.language) == (
        "boats at dawn",
    ) * 2 + ("en",)
    assert (understood.filters, understood.notes, understood.request.heard) == ((), (), None)


def test_a_foreign_request_has_no_english() -> None:
    request = understand(UserTurn("花瓶里的花"), WORDS).request
    assert (request.text, request.english, request.language) == ("花瓶里的花", "", "zh")


def test_a_spoken_foreign_request_is_known_in_english_too() -> None:
    request = understand(
        UserTurn(audio="a.ogg"), WORDS, heard=heard("Boote am Morgen", "de", "boats in the morning")
    ).request
    assert (request.text, request.english, request.language) == ("Boote am Morgen", "boats in the morning", "de")
    assert request.heard == Heard("Boote am Morgen", "de", "boats in the morning")


def test_words_beside_speech_are_both_wishes() -> None:
    request = understand(UserTurn("cheap", audio="a.ogg"), WORDS, heard=heard("Boote", "de", "boats")).request
    assert (request.text, request.english, request.language) == ("cheap Boote", "cheap boats", "en")


def test_foreign_words_beside_speech_leave_the_english_unknown() -> None:
    request = understand(UserTurn("花瓶里的花", audio="a.ogg"), WORDS, heard=heard("blue")).request
    assert (request.text, request.english, request.language) == ("花瓶里的花 blue", "", "zh")


def test_a_picture_alone_leaves_the_words_empty_and_tells_what_was_seen() -> None:
    request = understand(UserTurn(images=("a.jpg",)), WORDS, seen=("It shows a boat.",)).request
    assert (request.text, request.english, request.language, request.seen) == ("", "", "en", ("It shows a boat.",))


def test_a_long_request_is_shortened_and_says_so() -> None:
    understood = understand(UserTurn("boats " * 1_000), WORDS)
    assert len(understood.request.text) == len(understood.request.english) == MAX_WISH_CHARS
    assert understood.notes == ("The request was shortened to its first 2,000 characters.",)


def test_filters_are_read_against_the_schema_and_told_in_canonical_form() -> None:
    understood = understand(UserTurn("boats", filters=("PRICE  ≤ 50", "tags=sea")), WORDS)
    assert understood.request.filters == ("price<=50", "tags has sea")
    assert [must.field for must in understood.filters] == ["price", "tags"]


@pytest.mark.parametrize(
    ("text", "named"), [("colour=red", "colour"), ("price<=cheap", "cheap"), ("", "no field"), ("price", "price")]
)
def test_a_filter_that_does_not_fit_is_refused_with_the_fields_there_are(text: str, named: str) -> None:
    with pytest.raises(FilterError, match=named) as caught:
        understand(UserTurn("boats", filters=(text,)), WORDS)
    assert "price" in str(caught.value)


def test_another_reader_s_must_haves_references_and_notes_are_the_request_s() -> None:
    condition = parse_filter("price<=50", SCHEMA)
    reading, doubt = Reading(condition, "cheap", 0, 5, 0.8), Reading(condition, "cheapish", 0, 5, 0.5)
    reference = Reference(1, "like", "like the first")

    def reader(text: str, vocabulary: Vocabulary) -> ParsedText:
        return ParsedText("boats", (reading,), (doubt,), (reference,), avoid=("fog",), occasion="for a party")

    understood = understand(UserTurn("cheap boats like the first"), WORDS, reader=reader)
    assert [(must.filter, must.words, must.sure) for must in understood.request.must_haves] == [
        ("price<=50", "cheap", 0.8)
    ]
    assert (understood.references, understood.unsure, understood.avoid) == ((reference,), (doubt,), ("fog",))
    assert (understood.request.occasion, understood.sought.text) == ("for a party", "boats")


def test_with_a_picture_nothing_need_be_left_of_the_words() -> None:
    with_picture = understand(UserTurn("under 50", images=("a.jpg",)), WORDS, seen=("It shows a boat.",))
    assert (with_picture.sought.text, with_picture.sought.english) == ("", "")
    assert understand(UserTurn("under 50"), WORDS).sought.text == "under 50"


def test_must_haves_that_exclude_each_other_are_noted() -> None:
    assert any(
        "cannot both be met" in note
        for note in understand(UserTurn("boats under 5", filters=("price>9",)), WORDS).notes
    )
