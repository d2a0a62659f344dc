"""The gold set of wording: what models are tried on, and what is counted of their sentences."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.backends.protocols import Chat
from agent.evaluate.wording import GoldCard, PlannedCard, gold_cards, planned_cards, prove
from agent.explain.grounding.check import check
from agent.explain.omissions import omissions
from agent.explain.proofs import failing, prompt_hash

WANTED = [
    GoldCard(
        "shop",
        "a warm red scarf under 50",
        {
            "title": "Fell scarf",
            "description": "Warm and knitted by hand.",
            "price": 25,
            "colour": "pink",
            "category": "Scarves",
        },
        ("warm",),
        ("red",),
        "Warm and knitted by hand, but pink rather than red.",
    ),
    GoldCard(
        "shop",
        "waterproof boots",
        {
            "title": "Moor boots",
            "description": "Boots of waterproof leather.",
            "price": 90,
            "colour": "brown",
            "category": "Boots",
        },
        ("waterproof",),
        (),
        "Waterproof leather.",
    ),
]


@pytest.fixture(scope="module")
def cards(weights: Path) -> list[PlannedCard]:
    return list(planned_cards(WANTED))


def repeats(chat: Chat) -> str:
    """What the planner says, where the model is told it."""
    return chat[-1].text.rpartition("Draft: ")[2] if "Draft: " in chat[-1].text else "No."


def test_the_gold_set_is_of_eight_domains_and_mostly_of_items_that_miss_something() -> None:
    rows = gold_cards()
    assert Counter(row.domain for row in rows).keys() == {
        "shop", "art", "film", "food", "book", "music", "place", "course",
    }  # fmt: skip
    assert len({(row.request, row.item["title"]) for row in rows}) == len(rows) >= 40
    assert sum(bool(row.missed) for row in rows) >= 0.6 * len(rows)
    assert all(len(row.says.split()) <= 25 for row in rows)


def test_the_planner_is_tried_alone_where_there_is_no_model(cards: list[PlannedCard]) -> None:
    proof = prove(cards, None)
    assert (proof.model, proof.cards, list(proof.manners)) == ("rules", 2, ["planned"])
    planned = proof.manners["planned"]
    assert (planned.told, planned.admitted) == (1.0, 1.0)


def test_what_the_planner_says_passes_the_check_and_leaves_nothing_out(cards: list[PlannedCard]) -> None:
    for card in cards:
        clause = card.reason.card.clause
        assert check(clause, card.reason.facts).grounded, clause
        assert not list(omissions(clause, card.reason.card, card.reason.above))


def test_a_model_that_repeats_the_planner_words_all_and_changes_nothing(cards: list[PlannedCard]) -> None:
    counted: list[int] = []
    proof = prove(cards, ScriptedChat(repeats), "m", counted.append)
    rewritten = proof.manners["rewritten"]
    assert (rewritten.passed, rewritten.worded, rewritten.changed) == (1.0, 1.0, 0.0)
    assert (rewritten.told, rewritten.admitted) == (1.0, 1.0)
    assert rewritten.prompt == prompt_hash("rewritten")
    assert "mostly repeats" in (failing(rewritten, proof, "m") or "")
    assert counted == [2, 4]
    assert (proof.manners["free"].passed, proof.manners["free"].worded) == (0.0, 0.0)


def test_what_a_model_leaves_out_or_makes_up_is_counted(cards: list[PlannedCard]) -> None:
    answers = {"scarf": "Warm and knitted by hand, and 25 under your limit.", "boots": "Of waterproof suede."}
    proof = prove(cards, ScriptedChat(lambda chat: answers["scarf" if "knitted" in chat[-1].text else "boots"]), "m")
    rewritten, free = proof.manners["rewritten"], proof.manners["free"]
    assert (rewritten.passed, rewritten.worded, rewritten.admitted) == (0.5, 0.0, 0.0)  # one passes, and admits nothing
    assert (free.passed, free.worded, free.changed) == (0.5, 0.5, 1.0)
    assert "admitted fewer" in (failing(free, proof, "m") or "")
