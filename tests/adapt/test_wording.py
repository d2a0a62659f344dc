"""Lessons in wording, and what is said of lines that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.adapt.alignment import Alignment, aligned
from agent.adapt.lessons import Lesson
from agent.adapt.wording import wording_lessons
from agent.answers import Evidence
from agent.explain.sentence import CardSentence
from agent.explain.sentence.item_text import ReadItem
from agent.explain.sentence.phrasing import phrasing
from agent.explain.sentence.plan import Miss, Point
from retrieval.items import Item
from retrieval.schema import Field, Schema
from tests.support.worded import WordedModels

ITEM = {"title": "Ridge Tent", "description": "A waterproof tent for two people, with a porch.", "price": 149}
GOOD = {"request": "a waterproof tent", "item": ITEM, "says": "A waterproof tent for two people"}
SCHEMA = Schema((Field("artist", "text", filterable=True, searchable=True),))
QUAY = Item("1", "Quay", "A harbour at dawn. Two boats wait in the mist.", attributes={"artist": "Ida Holm"})
TEXT, ENGLISH = ReadItem(QUAY, SCHEMA, "en"), phrasing("en")
CITED = (Evidence("field", "/item/description", "A harbour at dawn"),)
CARD = CardSentence(
    "A harbour at dawn, though no storm is named.",
    (),
    told=(Point("a harbour at dawn", CITED, frozenset({"harbour"})),),
    admitted=(Miss("not mentioned", "storm", CITED),),
)
BAD: list[tuple[object, str]] = [
    ([], "no JSON object"),
    ({**GOOD, "item": {"description": "nameless"}}, "no item with a title"),
    ({**GOOD, "request": 7}, "no request"),
    ({**GOOD, "says": "  "}, "does not say anything"),
    ({**GOOD, "says": "A silk tent for nine people."}, "is refused: the"),
    ({**GOOD, "says": "A waterproof tent, see http://x.org/buy for two people."}, "is refused: it holds an address"),
]


@pytest.fixture(autouse=True)
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.adapt.wording.Models", WordedModels)


def written(path: Path, rows: list[object]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_bad_lines_are_named_with_what_to_do_and_the_others_are_learnt(tmp_path: Path) -> None:
    path = written(tmp_path / "e.jsonl", [*(row for row, _ in BAD), GOOD])
    lessons = wording_lessons(path)
    assert [lesson.line for lesson in lessons.good] == [7]
    assert [example.line for example in lessons.bad] == [1, 2, 3, 4, 5, 6]
    for example, (_, what) in zip(lessons.bad, BAD, strict=True):
        assert what in example.what
        assert example.hint.endswith(".")


def test_a_model_is_asked_as_it_is_when_it_words_and_answers_a_whole_sentence(tmp_path: Path) -> None:
    (lesson,) = wording_lessons(written(tmp_path / "e.jsonl", [GOOD])).good
    assert lesson.answer == "A waterproof tent for two people."
    assert "waterproof" in lesson.chat[-1].text
    assert "Draft:" in lesson.chat[-1].text
    assert lesson.source == "a waterproof tent"
    assert lesson.passes("A tent for two people, and waterproof.")
    assert not lesson.passes("A waterproof tent for two people")
    assert not lesson.passes("A red tent.")


def test_what_only_the_sentence_tells_is_put_into_what_is_to_be_reworded(tmp_path: Path) -> None:
    lesson = _lesson(tmp_path, "A waterproof tent with a porch.")
    assert "porch" in lesson.chat[-1].text


def test_an_answer_that_repeats_our_sentence_or_leaves_something_out_is_no_good_one(tmp_path: Path) -> None:
    lesson = _lesson(tmp_path, "A waterproof tent with a porch.")
    draft = lesson.chat[-1].text.partition("Draft: ")[2].strip()
    assert not lesson.passes(draft)
    assert not lesson.passes("A tent for two people.")


def test_a_sentence_that_says_what_the_item_does_not_tell_in_its_words_is_left_out(tmp_path: Path) -> None:
    row = {**GOOD, "request": "a tent in a cheerful colour", "says": "A tent, though a cheerful colour is not named."}
    lessons = wording_lessons(written(tmp_path / "e.jsonl", [row, GOOD]))
    assert [lesson.line for lesson in lessons.good] == [2]
    assert lessons.bad[0].line == 1


def test_the_planner_is_made_to_tell_what_a_sentence_tells_and_nothing_else() -> None:
    near = _aligned("Two boats wait in the mist, but no storm.")
    assert [point.text for point in near.card.told] == ["two boats wait in the mist"]
    assert [miss.wish for miss in near.card.admitted] == ["storm"]
    assert "dawn" not in near.rewriting.draft
    assert near.rewriting.missed
    assert near.is_near
    other = _aligned("A harbour at dawn.")
    assert not other.card.admitted
    assert "dawn" in other.card.text


def test_words_that_stand_in_nothing_that_can_be_told_are_named() -> None:
    far = _aligned("Two boats wait while gulls quarrel over herring.")
    assert not far.is_near
    assert {"gull", "quarrel"} <= far.strange
    assert aligned(CARD, "Gulls quarrel.", TEXT, ENGLISH, "art") is None


def _aligned(sentence: str) -> Alignment:
    found = aligned(CARD, sentence, TEXT, ENGLISH, "art")
    assert found is not None
    return found


def _lesson(folder: Path, sentence: str) -> Lesson:
    return wording_lessons(written(folder / "e.jsonl", [{**GOOD, "says": sentence}])).good[0]
