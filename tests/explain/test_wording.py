"""Wording: the model's sentence where it says as much as the planner's and is grounded; else the planner's, and why."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from agent.answers import Claim, Evidence, Explanation, Request
from agent.backends.budget import TERMS, Budget, TurnTerms
from agent.backends.chat.scripted import ScriptedChat
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.explain.context import ReasonContext
from agent.explain.drafts import MORE_DRAFTS, Draft, Manner, Voice, drafts, judge
from agent.explain.grounding.check import Facts
from agent.explain.nearest_passage import Nearness
from agent.explain.omissions import is_admitted, omissions
from agent.explain.reasons import ItemReason, reasons
from agent.explain.sentence import SentenceLength
from agent.explain.wording import PLAIN_STYLE, Style, explanations, word, word_plainly
from agent.rerank.scored import unranked
from retrieval.filters import parse_filter
from retrieval.items import Item
from tests.support.shelf import SCHEMA, WordEncoder, candidate

SCARF = Item("1", "Pink wool scarf", "Warm and knitted by hand.", "Scarves", 25.0, {"maker": "Lund"})
BOOTS = Item("2", "Leather boots", "For long walks in the snow.", "Shoes", 120.0, {"maker": "Alpina"})
MODELS: Any = SimpleNamespace(words=WordEncoder(), foreign_words=WordEncoder())
WISH = Request("a warm red scarf", "a warm red scarf", "en")
GOOD = "Warm, knitted by hand and 25 under your limit, but pink rather than red."


def reasons_of(*items: Item, length: SentenceLength = "short", request: Request = WISH) -> list[ItemReason]:
    musts = [parse_filter("price<=50", SCHEMA)] if items in ((), (SCARF,)) else []
    context = ReasonContext.of(request, musts, SCHEMA, length=length)
    chosen = unranked([candidate(item) for item in items or (SCARF,)])
    return reasons(chosen, request, context, Nearness(SCHEMA, MODELS))


def worded(*answers: str, manner: Manner = "rewritten", length: SentenceLength = "short") -> Explanation:
    """The explanation of the scarf by a model that says these one after another, the last one again and again."""
    script = [*answers, *answers[-1:] * (1 + MORE_DRAFTS)]
    (entry,) = word(reasons_of(length=length), Voice(ScriptedChat(script), manner))
    return entry[1]


(REASON,) = reasons_of()
PLANNED = word_plainly(REASON, "en").text


def test_a_sentence_that_says_as_much_and_is_true_is_the_models() -> None:
    explanation = worded(GOOD)
    assert (explanation.text, explanation.wording, explanation.model) == (GOOD, "model", "scripted")
    assert (explanation.claims, explanation.rejected) == (REASON.claims, ())


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        (GOOD.replace("Warm", "Cashmere"), "“Cashmere” is not in the evidence"),
        (GOOD.replace("25", "24"), "24"),
        ("Warm, knitted by hand and 25 under your limit.", "it leaves out “red”"),
        ("Knitted by hand and 25 under your limit, but pink rather than red.", "it leaves out “warm"),
        ("Warm and knitted by hand, but pink rather than red.", "it leaves out “25 under your limit”"),
        ("Warm, knitted by hand", "not a whole sentence"),
        ("", "not a whole sentence"),
        ("See www.evil.example for a scarf.", "address or markup"),
        ("A **warm** scarf.", "address or markup"),
        (f"{'Warm ' * 30}scarf.", "too long"),
    ],
)
def test_what_is_false_or_leaves_something_out_is_refused_with_the_reason(sentence: str, why: str) -> None:
    explanation = worded(sentence)
    assert (explanation.text, explanation.wording, explanation.model) == (PLANNED, "template", None)
    assert len(explanation.rejected) == 1  # that it was said again is not told again
    assert why in explanation.rejected[0]


def test_where_the_likeliest_sentence_fails_more_are_drawn_in_one_batch_and_the_first_good_one_is_taken() -> None:
    model = ScriptedChat(["A cashmere scarf.", "A scarf.", GOOD, "A blue scarf.", "A red scarf."])
    ((_, explanation),) = word([REASON], Voice(model, "rewritten"))
    assert explanation.text == GOOD
    assert explanation.rejected[0].startswith("A cashmere scarf.")
    first, second = model.calls
    assert (len(first.chats), first.options.sampling) == (1, None)
    assert len(second.chats) == MORE_DRAFTS
    assert second.options.sampling is not None


def test_reasons_come_as_soon_as_they_are_whole_and_those_that_failed_last() -> None:
    both = reasons_of(SCARF, BOOTS)
    good = both[1].card.clause
    answers = iter(["A cashmere scarf.", good, *["A cashmere scarf."] * MORE_DRAFTS])
    numbers = [number for number, _ in word(both, Voice(ScriptedChat(lambda _: next(answers)), "rewritten"))]
    assert numbers == [1, 0]


def test_only_the_first_sentence_is_taken_and_quotation_marks_around_it_are_not() -> None:
    assert worded(f"{GOOD} It is made of gold.").text == GOOD
    assert worded(f"“{GOOD}”").text == GOOD


def test_what_may_be_written_freely_may_tell_less_and_what_is_not_admitted_is_admitted_behind_it() -> None:
    assert worded("Knitted by hand, but pink rather than red.", manner="free").text.endswith(
        "but pink rather than red."
    )
    explanation = worded("Knitted by hand.", manner="free")
    assert (explanation.text, explanation.wording) == ("Knitted by hand. Pink rather than red.", "model")
    assert worded("A cashmere scarf.", manner="free").text == PLANNED


def test_the_second_sentence_stays_the_planners() -> None:
    explanation = worded(GOOD, length="normal")
    (reason,) = reasons_of(length="normal")
    assert explanation.text == f"{GOOD} {reason.card.more}".strip()


def test_a_model_is_told_the_plan_of_one_item_alone() -> None:
    both = reasons_of(SCARF, BOOTS)
    model = ScriptedChat(lambda _: GOOD)
    list(drafts(both, Voice(model, "rewritten"), 64, []))
    scarf, boots = model.calls[0].chats
    assert "knitted by hand" in scarf[-1].text
    assert "knitted by hand" not in boots[-1].text


def test_a_model_that_fails_leaves_the_planned_sentences_and_a_note() -> None:
    notes: list[str] = []
    found = dict(explanations([REASON], WISH, Voice(ScriptedChat([]), "rewritten"), PLAIN_STYLE, notes))
    assert found[0].text == PLANNED
    assert "run out" in notes[0]
    with pytest.raises(ModelError, match="run out"):
        list(word([REASON], Voice(ScriptedChat([]), "rewritten")))


def test_a_model_is_asked_on_only_as_long_as_somebody_can_wait() -> None:
    before = TERMS.set(TurnTerms(answer_by=time.monotonic() - 1.0))
    budget, notes = Budget(), list[str]()
    TERMS.reset(before)
    found = dict(explanations([REASON], WISH, Voice(ScriptedChat(lambda _: GOOD), "free", budget), PLAIN_STYLE, notes))
    assert (found[0].text, found[0].wording) == (PLANNED, "template")
    assert "time of the turn is used up" in notes[0]


def test_nothing_to_word_asks_for_nothing() -> None:
    model = ScriptedChat([])
    claim = Claim("maker: Lund", (Evidence("field", "/item/attributes/maker", "Lund"),))
    unplanned = ItemReason((claim,), Facts(("Lund",)))
    assert list(word([], Voice(model, "free"))) == []
    assert list(word([unplanned], Voice(model, "rewritten"))) == []
    plain = dict(explanations([unplanned], WISH, Voice(model, "rewritten"), PLAIN_STYLE, []))
    assert (plain[0].text, plain[0].wording, model.calls) == ("Maker: Lund.", "template", [])


def test_length_and_tone_change_how_much_is_told_and_no_claim() -> None:
    (longer,) = reasons_of(length="normal")
    warm = word_plainly(REASON, "en", Style.of(AgentConfig(tone="warm")))
    assert longer.card.text.startswith(PLANNED)
    assert warm.text.endswith(PLANNED)
    assert warm.text != PLANNED
    assert warm.claims == REASON.claims


# What is left out


@pytest.mark.parametrize(
    ("sentence", "left_out"),
    [
        (GOOD, []),
        ("Knitted by hand in warm pink rather than red, and 25 under your limit.", []),
        ("Pink, not red.", ["warm and knitted by hand", "25 under your limit"]),
        ("Warm and knitted by hand, 25 under your limit.", ["red"]),
        ("Warm and knitted by hand, 25 under your limit, but pink.", ["red"]),
        ("", ["warm and knitted by hand", "25 under your limit", "red"]),
    ],
)
def test_what_a_sentence_leaves_out(sentence: str, left_out: list[str]) -> None:
    assert [text.lower() for text in omissions(sentence, REASON.card, REASON.above)] == left_out


def test_the_planners_own_sentence_leaves_nothing_out_and_passes() -> None:
    for reason in (REASON, *reasons_of(SCARF, BOOTS)):
        assert judge(0, reason.card.clause, reason, "rewritten") == Draft(0, reason.card.clause)


def test_what_is_missed_is_admitted_where_it_is_named_with_what_is_there_instead() -> None:
    (miss,) = REASON.card.admitted
    assert is_admitted(miss, "Pink, not red.")
    assert not is_admitted(miss, "Pink.")
    assert not is_admitted(miss, "It is red.")
