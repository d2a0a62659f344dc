"""The benchmark of reviews: its sentences are whole, and those held back are read as its page says."""

from __future__ import annotations

from pathlib import Path

from benchmarks.reviews.fusion import make
from benchmarks.reviews.sentences import gold, read, rows
from retrieval.reviews.patterns import LANGUAGES, aspect_names

MIN_SENTENCES = 150


def test_sentences_are_many_of_each_language_and_of_known_aspects() -> None:
    known = [*gold("gold.yaml"), *gold("fresh.yaml")]
    assert len(list(gold("gold.yaml"))) >= MIN_SENTENCES
    assert {sentence.language for sentence in known} == set(LANGUAGES)
    assert {said[:-1] for sentence in known for said in sentence.said} <= set(aspect_names())
    assert len({sentence.text for sentence in known}) == len(known)


def test_held_back_sentences_are_read_well_and_unforeseen_ones_seldom_wrongly() -> None:
    values = {row.name: row.ours or 0.0 for row in rows()}
    assert values["written before the rules, held back: precision"] >= 0.9
    assert values["written before the rules, held back: recall"] >= 0.85
    assert values["written after the rules, unseen: precision"] >= 0.6


def test_of_the_made_catalog_reviews_alone_answer_what_they_are_said_to(tmp_path: Path) -> None:
    catalog, reviews, asked = make(tmp_path)
    assert len(catalog.read_text().splitlines()) == 60
    assert len(reviews.read_text().splitlines()) > 200
    assert {each.reviewed for each in asked} == {True, False}
    assert read("Runs small.") == {"size-"}
