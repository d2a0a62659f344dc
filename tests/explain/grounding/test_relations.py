"""Relations: words of the evidence may not be put together otherwise than the evidence has them."""

from __future__ import annotations

import pytest

from agent.explain.grounding.admissions import read_admissions
from agent.explain.grounding.amounts import AmountFacts, read_amounts
from agent.explain.grounding.association import Associations
from agent.explain.grounding.check import Facts, check
from agent.explain.grounding.company import read_company
from agent.explain.grounding.fields import misplaced_values, without_fields
from agent.explain.grounding.lexicon import COLOURS, LABELS
from agent.explain.grounding.order import Orders
from agent.explain.grounding.quotations import misquoted
from agent.explain.grounding.reading import PartRead, without
from agent.explain.grounding.record import ItemRecord
from agent.explain.grounding.tokens import tokens_of
from agent.explain.grounding.wishes import Wished, read_wishes

CARD = (
    "Trail Breeze Boots\ncategory: Footwear\nbrand: AirStrider\ndesigner: Ann Berg\ncast: Elaine May\n"
    "user tags: May-december romance\nprice: 109.99\nlift: none\n"
    "A waterproof leather upper and a durable rubber sole. A widow hides two children from the soldiers."
    " Pot not included."
)
REQUEST = "waterproof red boots under 120, no nuts"
FACTS = Facts((CARD,), request=REQUEST, first=("Peak Boots\nprice: 149.99",), liked=("Part III (1990)",), people=32)
RECORD = ItemRecord((CARD,))


@pytest.mark.parametrize(
    "sentence",
    [
        # a quotation stands letter for letter where it is said to stand
        "The description says “Footwear”, and you asked for boots.",
        "The title says “AirStrider”, and you asked for boots.",
        "The description says “A waterproof rubber upper”.",
        # a value belongs to its field
        "The designer: May-december romance.",
        "The brand: Ann Berg, and the designer: AirStrider.",
        "The brand AirStrider is footwear, and the category is Footwear.",
        "Designed by Elaine May.",
        # a wish is the very wish, to its end, with its polarity
        "The title says “Trail Breeze Boots”, and you asked for under 120.",
        "You asked for boots that are waterproof and durable.",
        "You asked for nuts.",
        "Durable, as you asked.",
        # what is said of one thing is not said of another
        "A durable leather upper.",
        "The soldiers hide two children from a widow.",
        "A widow hides the soldiers from two children.",
        "It takes place in May.",
        "The pot is included.",
        "It has a lift.",
        "It is not without a pot.",
        # computed amounts come out
        "20 under your limit.",
        "50 less than the first.",
        "Dearer than the first.",
        "Under 100.",
        # what was liked
        "You liked Part II; so did 32 people who also liked this one.",
        "You liked Part III; so did 23 people who also liked this one.",
        "You did not like Part III.",
        # what is told is not untold
        "It does not say whether it is waterproof.",
    ],
)
def test_a_relation_that_the_evidence_does_not_have_is_refused(sentence: str) -> None:
    verdict = check(sentence, FACTS)
    assert not verdict.grounded
    assert verdict.reason


@pytest.mark.parametrize(
    "sentence",
    [
        "Waterproof leather, durable rubber sole, and 10 under your limit.",
        "Waterproof, and 40 less than the first.",
        "A waterproof pair of boots, though you asked for red.",
        "The description says “a durable rubber sole”.",
        "The brand is AirStrider, the designer Ann Berg.",
        "Designed by Ann Berg, with Elaine May in the cast.",
        "Waterproof, as you asked, and under 120.",
        "The upper is waterproof, and you asked for waterproof.",
        "Not red boots, but waterproof.",
        "Lift: none.",
        "Waterproof, but it does not say whether it is red.",
        "It comes without the pot.",
        "You liked Part III; so did 32 people who also liked this one.",
        "At 109.99 you keep 10 of your 120.",
        "About 110, and cheaper than the first.",
    ],
)
def test_what_the_evidence_proves_may_be_said_in_other_words(sentence: str) -> None:
    assert check(sentence, FACTS).grounded, check(sentence, FACTS).reason


def test_a_record_knows_fields_by_their_names_in_other_languages() -> None:
    assert RECORD.values("marca") == ["AirStrider"]
    assert RECORD.values("description") == [CARD.splitlines()[-1]]
    assert RECORD.values("studio") is None
    assert (RECORD.title, RECORD.price) == ("Trail Breeze Boots", 109.99)
    assert "no lift included" in RECORD.text[0]
    assert LABELS["marca"] == "brand"


def test_single_values_that_a_card_has_too_are_no_free_text() -> None:
    assert ItemRecord(("AirStrider", "brand", CARD)).prose == RECORD.prose


def test_readers_take_out_what_they_prove_and_leave_the_rest() -> None:
    wished = Wished(REQUEST)
    assert read_wishes("Waterproof, as you asked.", wished) == PartRead("Waterproof,  ; .")
    assert read_company("You liked Part III.", ("Part III (1990)",), 0).rest.strip(" ;.") == ""
    amounts = AmountFacts(RECORD, ItemRecord(()), REQUEST, wished.numbers)
    assert read_amounts("10 under your limit", amounts) == PartRead(" ; ", (), True)
    assert read_amounts("11 under your limit", amounts).objections
    assert read_admissions("pink, not red", wished, {"pink"}, RECORD).tells
    assert without_fields("Lift: none, and more", RECORD)[1]
    assert without("abc", [(1, 2)]) == "a ; c"


def test_each_rule_says_what_is_wrong() -> None:
    assert list(misquoted("The title says “x”", RECORD, ())) == ["the title does not say “x”"]
    assert list(misplaced_values("The brand is Berg", RECORD)) == ["the brand is not “Berg” in the evidence"]
    assert Associations(RECORD).objection(list(tokens_of("a film by Elaine May"))) is None
    assert Associations(RECORD).objection(list(tokens_of("it happens in May"))) == "“May” is no date in the evidence"
    assert "the other way round" in (Orders(RECORD).objection(list(tokens_of("children hide a widow"))) or "")


def test_a_wish_keeps_its_polarity() -> None:
    wished = Wished("no nuts, but figs")
    (nuts,), (figs,) = tokens_of("nuts"), tokens_of("figs")
    assert wished.holds(nuts, denied=True)
    assert not wished.holds(nuts, denied=False)
    assert wished.holds(figs, denied=False)


@pytest.mark.parametrize("sentence", ["“not a rule”", "", "…", "，。", "()", "as you asked", "you asked for"])
def test_odd_sentences_are_judged_without_failing(sentence: str) -> None:
    assert not check(sentence, FACTS).grounded
    assert COLOURS
