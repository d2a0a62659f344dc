"""Grounding: planted falsehoods are refused, true sentences pass."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.evaluate.grounding import check_figures, gold_facts, gold_sentences
from agent.explain.grounding.check import Facts, check
from agent.explain.grounding.lexicon import ASKING, COLOURS, CONNECTIVES, HEDGES, MATERIALS, NEGATIONS, PLAIN_WORDS

POND = Facts(
    (
        "Bridge over a Pond of Water Lilies",
        "category: Paintings\nartist: Claude Monet\nmedium: Oil on canvas\ndate: 1899",
        "The water garden at Giverny, painted in summer, with a wooden bridge and white lilies.",
        "0.83",
    ),
    ("shows lake", "may show canoe"),
)
SCARF = Facts(
    ("Blue wool scarf", "category: Scarves\nprice: 25 EUR", "Knitted by hand in Ireland. 180 cm long, size M.")
)
BOOTS = Facts(
    (
        "Leather walking boots",
        "category: Shoes\nbrand: Alpina\nprice: 120\nweight: 1,250 g\ncolour: brown",
        "Waterproof boots for long walks. They're made in Italy and can't be washed in a machine.",
    )
)
FILM = Facts(
    (
        "Harbour Lights",
        "director: Anna Berg\nyear: 1967\ngenres: drama, romance",
        "A captain returns to his village without his ship and writes two stories about a stag.",
    )
)
RING = Facts(
    ("Silver ring with a ruby", "category: Jewellery\nprice: 89.50\nmaker: Studio Lund", "A delicate ring, handmade.")
)

FALSE = [
    # numbers
    (POND, "The painting is from 1898."), (POND, "The date is 18."), (POND, "Its likeness is 0.84."),
    (POND, "The pond holds three lilies."), (POND, "It shows one bridge."), (SCARF, "The price is 24 EUR."),
    (SCARF, "The scarf is 200 cm long."), (SCARF, "The scarf costs 2.5 EUR."), (SCARF, "Only a scarf."),
    (BOOTS, "The weight is 1,350 g."), (BOOTS, "The weight is 125 g."), (BOOTS, "The price is under 120."),
    (BOOTS, "The boots weigh more than 1250 g."), (FILM, "The film is from the year 1976."),
    (FILM, "The captain writes three stories."), (FILM, "The year is after 1967."), (RING, "The price is 89."),
    (RING, "The price is 89.05."), (RING, "Rings from 1967."),
    # colours
    (POND, "It shows red lilies."), (POND, "The bridge is green."), (SCARF, "A red wool scarf."),
    (SCARF, "The scarf is navy."), (BOOTS, "Black leather boots."), (BOOTS, "The colour is tan."),
    (FILM, "A film in black and white."), (RING, "A golden ring with a ruby."), (RING, "The ring is blue."),
    # materials
    (POND, "The medium is watercolour."), (POND, "Oil on paper."), (POND, "A stone bridge over the pond."),
    (SCARF, "A cotton scarf."), (SCARF, "The scarf is silk."), (BOOTS, "The boots are suede."),
    (BOOTS, "Rubber boots for long walks."), (RING, "A gold ring with a ruby."), (RING, "A ring made of copper."),
    # names
    (POND, "The artist is A.A. Monet."),
    (POND, "The artist is Edouard Manet."), (POND, "The artist is Pierre Monet."), (POND, "Paris at its best."),
    (SCARF, "Knitted in Scotland."), (BOOTS, "The brand is Salewa."), (BOOTS, "Made in Austria."),
    (FILM, "The director is Ingmar Berg."), (FILM, "Hamburg Lights."), (RING, "The maker is Tiffany."),
    # negations
    (POND, "The painting is not by Claude Monet."), (POND, "There is no bridge."), (SCARF, "It isn't wool."),
    (SCARF, "A scarf without wool."), (SCARF, "The scarf can’t be knitted."), (BOOTS, "The boots aren't waterproof."),
    (BOOTS, "Never made in Italy."), (RING, "The ring doesn't have a ruby."), (RING, "A ring free of silver."),
    # what only the request holds
    (POND, "It shows the sea you asked for."), (POND, "A calm picture."), (POND, "A garden with roses."),
    (SCARF, "A warm scarf for winter."), (SCARF, "A present for your mother."), (BOOTS, "Boots for hiking."),
    (BOOTS, "Comfortable walking boots."), (FILM, "A funny film."), (FILM, "A thriller about a ship."),
    (RING, "An elegant ring for a wedding."),
    # words that only look like those of the evidence
    (FILM, "The captain is on a stage."), (POND, "A flower by the water."), (FILM, "The story of a ship wright."),
    (SCARF, "The size is L."), (BOOTS, "The boots can't dry."),
    # a denial dropped, added or moved
    (BOOTS, "The boots can be washed."), (BOOTS, "The boots can't be made in Italy."),
    (FILM, "A captain with his ship."), (FILM, "A captain without a village."), (FILM, "A captain without stories."),
    # a guess told as a fact, and nothing told
    (POND, "It shows a lake."), (POND, "There is a canoe on the pond."), (POND, "It perhaps shows a river."),
    (POND, "It matches your request."), (SCARF, "This is a perfect choice for you."), (RING, "."), (RING, ""),
]  # fmt: skip

TRUE = [
    (POND, "The artist is Claude Monet and the medium is oil on canvas."),
    (POND, "It shows a wooden bridge over a pond."), (POND, "The title says “Bridge over a Pond of Water Lilies”."),
    (POND, "The description mentions a water garden at Giverny."), (POND, "Painted in 1899."),
    (POND, "Claude Monet's painting of white lilies."), (POND, "It is a painting from the summer of 1899."),
    (POND, "Its picture may show a lake."), (POND, "It seems to show a canoe."), (POND, "White water lilies."),
    (POND, "Its picture is the most like yours of those compared (likeness 0.83)."),
    (POND, "It is near in meaning to your request, since the description says “with a wooden bridge”."),
    (SCARF, "The scarf is blue wool."), (SCARF, "A blue wool scarf for 25 EUR."), (SCARF, "It is knitted by hand."),
    (SCARF, "The price is 25 EUR and the category is Scarves."), (SCARF, "The scarf is 180 cm long."),
    (SCARF, "A hand knitted scarf from Ireland."),     (SCARF, "The size is M."),
    (SCARF, "This is a scarf of wool, knitted in Ireland."),
    (BOOTS, "The brand is Alpina."), (BOOTS, "The weight is 1250 g."), (BOOTS, "The boots are brown and waterproof."),
    (BOOTS, "These are leather boots for long walks."), (BOOTS, "The colour is brown."), (BOOTS, "A walking boot."),
    (BOOTS, "They can't be washed in a machine."), (BOOTS, "They can’t be washed."), (BOOTS, "Made in Italy."),
    (BOOTS, "The price is 120.00."), (BOOTS, "Alpina makes waterproof boots."),
    (FILM, "The director is Anna Berg."), (FILM, "The film is from the year 1967."),
    (FILM, "The genres are drama and romance."), (FILM, "A captain returns to his village without his ship."),
    (FILM, "It is a drama about a captain returning to his village."), (FILM, "The captain is without his ship."),
    (FILM, "Anna Berg's “Harbour Lights” is from 1967."), (FILM, "He writes two stories about a stag."),
    (RING, "A silver ring with a ruby."), (RING, "The price is 89.5."), (RING, "The maker is Studio Lund."),
    (RING, "It is a delicate, handmade ring."), (RING, "The ring is silver and has a ruby."),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "sentence"), FALSE, ids=[sentence for _, sentence in FALSE])
def test_a_falsehood_is_refused_and_the_reason_said(facts: Facts, sentence: str) -> None:
    verdict = check(sentence, facts)
    assert not verdict.grounded
    assert verdict.reason


def test_nine_true_sentences_of_ten_pass() -> None:
    assert len(TRUE) >= 40
    refused = [
        (sentence, verdict.reason) for facts, sentence in TRUE if not (verdict := check(sentence, facts)).grounded
    ]
    assert len(refused) <= len(TRUE) / 10, refused


def test_enough_falsehoods_are_planted() -> None:
    assert len(FALSE) >= 60


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The price is 24 EUR.", "the price is not “24” in the evidence"),
        ("A red scarf.", "the colour or material “red” is not in the evidence"),
        ("Knitted by Nora.", "the name “Nora” is not in the evidence"),
        ("It is not wool.", "the negation “not” is not in the evidence"),
        ("A warm scarf.", "the word “warm” is not in the evidence"),
        ("It is a good choice.", "it says nothing of the item"),
        ("It is never wool.", "the negation “never” is not in the evidence"),
    ],
)
def test_the_reason_names_what_is_wrong(sentence: str, reason: str) -> None:
    assert check(sentence, SCARF).reason == reason


@pytest.mark.parametrize("facts", [POND, SCARF, BOOTS, FILM, RING])
def test_what_the_evidence_says_passes_as_it_stands(facts: Facts) -> None:
    for text in facts.evidence:
        for line in text.splitlines():
            assert check(line, facts).grounded, line


def test_what_is_denied_may_only_be_denied() -> None:
    cake = Facts(("Almond cake", "Baked with butter, contains no nuts or milk. Not sweet, but rich."))
    assert check("The cake contains no nuts.", cake).grounded
    assert check("It has no milk and is baked with butter.", cake).grounded
    assert check("A rich cake.", cake).grounded
    assert not check("The cake contains nuts.", cake).grounded
    assert not check("A sweet cake.", cake).grounded
    assert check("No butter.", cake).reason == "the word “butter” is not denied in the evidence"
    assert check("It is not rich.", cake).reason == "the word “rich” is not denied in the evidence"


@pytest.mark.parametrize(
    ("sentence", "grounded"),
    [
        ("The scarf is blue, and you asked for something warm.", False),  # one has nothing to do with the other
        ("The scarf is blue; you asked for something warm.", True),
        ("A wool scarf, near your request for a warm winter.", True),
        ("You asked for something warm, and the scarf is warm.", False),
        ("You asked for something warm that the scarf is.", False),  # nobody asked for a scarf
        ("You asked for a scarf that is warm.", False),
        ("You asked for a cold scarf.", False),
        ("The scarf is blue, and you asked for wool.", False),
        ("It is blue wool, and you asked for the warmed.", False),
        ("It is warm as requested.", False),
        ("You asked for something warm.", False),  # says nothing of the item
    ],
)
def test_what_was_asked_for_may_only_be_said_to_have_been_asked_for(sentence: str, grounded: bool) -> None:
    facts = Facts(SCARF.evidence, request="something warm for the winter")
    assert check(sentence, facts).grounded == grounded


@settings(deadline=None)
@given(st.sampled_from(sorted(COLOURS | MATERIALS)))
def test_no_colour_or_material_passes_without_evidence(word: str) -> None:
    assert not check(f"The scarf is {word}.", Facts(("scarf",))).grounded
    assert check(f"The scarf is {word}.", Facts(("scarf", word))).grounded


@settings(deadline=None)
@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_number_passes_only_when_it_is_the_same_however_it_is_written(said: int, true: int) -> None:
    for written in (str(true), f"{true:,}", f"{true}.0", f"{true:,}.00"):
        facts = Facts((f"price {written}",))
        for form in (f"{said}", f"{said:,}", f"{said}.0"):
            assert check(f"The price is {form}.", facts).grounded == (said == true)


@pytest.mark.parametrize("denial", sorted(NEGATIONS))
def test_a_denial_passes_only_where_the_evidence_denies_the_same(denial: str) -> None:
    sentence = f"The scarf is {denial} wool."
    assert not check(sentence, Facts(("A wool scarf",))).grounded
    assert not check(sentence, Facts((f"A wool scarf, {denial} hood",))).grounded
    assert check(sentence, Facts((f"A scarf, {denial} wool",))).grounded


def test_word_lists_do_not_contradict_each_other() -> None:
    proven = COLOURS | MATERIALS | NEGATIONS
    assert not proven & (PLAIN_WORDS | HEDGES)
    assert PLAIN_WORDS >= ASKING | CONNECTIVES
    assert not {"one", "two", "only", "under", "over", "than", "after", "before", "best"} & PLAIN_WORDS


def test_the_sentences_of_the_product_are_enough_and_speak_of_its_items() -> None:
    planted = [one.planted for one in gold_sentences()]
    assert planted.count(None) >= 200
    assert len(planted) - planted.count(None) >= 200
    assert set(planted) == {None, "number", "colour", "name", "negation", "swap"}
    assert {one.item for one in gold_sentences()} == set(gold_facts())
    assert len({(one.item, one.text) for one in gold_sentences()}) == len(gold_sentences())


def test_falsehoods_are_caught_and_true_sentences_pass_on_both_halves() -> None:
    figures = check_figures()
    assert [figure.half for figure in figures] == ["dev", "held", "all"]
    for figure in figures:
        assert figure.caught >= 0.97, figure
        assert figure.rejected <= 0.03, figure


@pytest.mark.parametrize(
    "sentence",
    [
        "The strap is steel.", "A blue strap.", "The case is leather.", "The steel strap is brown.",
        "The price is 40 EUR.", "It is water resistant to 480 m.", "The brand is Swiss.", "It takes 12 g of rye flour.",
        "It is from 480.",
    ],
)  # fmt: skip
def test_what_the_evidence_says_of_one_thing_may_not_be_said_of_another(sentence: str) -> None:
    facts = Facts(
        (
            "Swiss watch\nbrand: Tidewater\nprice: 480 EUR\nA steel case, 40 mm, with a brown leather strap and"
            " blue dial. Water resistant to 100 m. Its box holds 12 g of salt and 400 g of rye flour.",
        )
    )
    assert not check(sentence, facts).grounded
    assert check("The strap is brown leather, and the case is steel.", facts).grounded
    assert check("It is water resistant to 10000 cm, and costs 480 EUR.", facts).grounded


@pytest.mark.parametrize(
    ("sentence", "grounded"),
    [
        ("The size is 38 1/4 x 51 1/4 inches (97.2 x 130.2 cm).", True),
        ("The size is 97.2 x 130.2 inches.", False),
        ("The size is 38 1/4 x 51 1/4 cm.", False),
    ],
)
def test_a_unit_may_be_written_out_and_not_be_another(sentence: str, grounded: bool) -> None:
    assert check(sentence, Facts(("size: 38 1/4 x 51 1/4 in. (97.2 x 130.2 cm)",))).grounded is grounded


def test_the_score_is_the_share_of_telling_words_that_the_evidence_holds() -> None:
    assert check("A blue wool scarf.", SCARF).score == 1.0
    assert check("A red wool scarf.", SCARF).score == pytest.approx(2 / 3)
    assert check("It is nice.", Facts(("scarf",))).score == 0.0
