"""Figures of the check: how often it refuses true sentences, and how often it catches false ones."""

from __future__ import annotations

import pytest

from agent.evaluate.grounding import GoldSentence, check_figures, gold_facts, gold_sentences


def test_every_sentence_is_of_an_item_that_comes_along() -> None:
    assert {sentence.item for sentence in gold_sentences()} <= gold_facts().keys()
    assert {sentence.half for sentence in gold_sentences()} == {"dev", "held"}


def test_the_halves_add_up_to_the_whole() -> None:
    dev, held, whole = check_figures()
    assert (dev.half, held.half, whole.half) == ("dev", "held", "all")
    assert (dev.true + held.true, dev.false + held.false) == (whole.true, whole.false)
    assert whole.true + whole.false == len(gold_sentences())
    refused = dev.rejected * dev.true + held.rejected * held.true
    assert whole.rejected * whole.true == pytest.approx(refused)


def test_what_is_caught_is_told_by_what_was_planted() -> None:
    _, _, whole = check_figures()
    planted = {sentence.planted for sentence in gold_sentences() if sentence.planted}
    assert whole.caught_by_kind.keys() == planted
    counts = {kind: sum(sentence.planted == kind for sentence in gold_sentences()) for kind in planted}
    caught = sum(share * counts[kind] for kind, share in whole.caught_by_kind.items())
    assert whole.caught * whole.false == pytest.approx(caught)


def test_the_half_of_a_sentence_hangs_on_its_words_and_its_item_alone() -> None:
    sentence = gold_sentences()[0]
    assert GoldSentence(sentence.item, sentence.text, "number").half == sentence.half
    assert {GoldSentence(f"item {at}", sentence.text, None).half for at in range(20)} == {"dev", "held"}
