"""Reasons: the claims of each item, what may be said of it, and what its card says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from agent.answers import Request, Together
from agent.explain.context import ReasonContext
from agent.explain.distinctive import DistinctiveFacts
from agent.explain.grounding.check import check
from agent.explain.nearest_passage import Nearness
from agent.explain.reasons import ItemReason, reasons
from agent.rerank.scored import unranked
from retrieval.filters import parse_filter
from retrieval.items import Description, Item, Span
from retrieval.schema import Field, Schema
from tests.support.shelf import SCHEMA, WordEncoder, candidate

SCARF = Item("1", "Blue wool scarf", "Knitted by hand. It keeps the neck warm.", "Scarves", 25.0, {"maker": "Lund"})
BOOTS = Item("2", "Leather boots", "For long walks.", "Shoes", 120.0, {"maker": "Alpina"})
MODELS: Any = SimpleNamespace(words=WordEncoder(), foreign_words=WordEncoder())
WARM = Request("a warm scarf", "a warm scarf", "en")


def reasons_of(
    request: Request = WARM, *items: Item, filters: tuple[str, ...] = (), schema: Schema = SCHEMA
) -> list[ItemReason]:
    chosen = unranked([candidate(item) for item in items or (SCARF, BOOTS)])
    musts = [parse_filter(one, schema) for one in filters]
    return reasons(chosen, request, ReasonContext.of(request, musts, schema), Nearness(schema, MODELS))


# What may be said


def says(reason: ItemReason, text: str) -> bool:
    return check(text, reason.facts).grounded


def test_words_of_the_request_are_no_evidence() -> None:
    (reason,) = reasons_of(Request("a cashmere scarf", "a cashmere scarf", "en"), SCARF)
    assert not says(reason, "A cashmere scarf.")
    assert says(reason, "A scarf of wool, and you asked for cashmere.")


def test_the_bound_of_a_filter_is_no_evidence_and_the_value_is() -> None:
    (reason,) = reasons_of(WARM, SCARF, filters=("price<=50", "category!=Shoes"))
    assert not says(reason, "The price is 50.")
    assert not says(reason, "The category is shoes.")
    assert says(reason, "The price is 25.")


def test_a_guess_about_a_picture_needs_a_hedge() -> None:
    seen = Description("a", "image", "m", "1", "t", (Span("label", "may show lighthouse", 0.3),))
    (reason,) = reasons_of(WARM, Item("3", "Coast", descriptions=(seen,)))
    assert not says(reason, "It shows a lighthouse.")
    assert says(reason, "It may show a lighthouse.")


def test_hidden_fields_are_no_evidence() -> None:
    fields = [*SCHEMA.fields.values(), Field("buyer", "category", filterable=True, searchable=True, hidden=True)]
    (reason,) = reasons_of(WARM, Item("1", "Lamp", attributes={"buyer": "Smith"}), schema=Schema(fields))
    assert not says(reason, "The buyer is Smith.")
    assert "Smith" not in str(reason)


FIRST = Item("9", "Grey wool hat", "Of felt.", "Hats", 90.0, {"maker": "Lund"})


def test_the_first_item_is_there_to_be_compared_with_and_not_to_be_told_of_another() -> None:
    chosen = unranked([candidate(item) for item in (FIRST, SCARF)])
    context = ReasonContext.of(WARM, [], SCHEMA, DistinctiveFacts([FIRST, SCARF, BOOTS], SCHEMA), compared=True)
    first, scarf = reasons(chosen, WARM, context, Nearness(SCHEMA, MODELS))
    assert (first.facts.first, len(scarf.facts.first)) == ((), 1)
    assert says(scarf, "65 less than the first.")
    assert not says(scarf, "60 less than the first.")
    assert not says(scarf, "Made of felt.")


def test_what_others_liked_may_be_told_as_it_is_known() -> None:
    together = Together("9", "Grey wool hat", 32, liked=True)
    context = ReasonContext.of(WARM, [], SCHEMA)
    (reason,) = reasons(unranked([candidate(SCARF)]), WARM, context, Nearness(SCHEMA, MODELS), [together])
    assert says(reason, "You liked Grey wool hat; so did 32 people who also liked this one.")
    assert not says(reason, "You liked Grey wool hat; so did 33 people who also liked this one.")
    assert not says(reason, "You liked Leather boots.")


def test_a_claim_names_the_wishes_that_its_item_meets_by_it() -> None:
    (reason,) = reasons_of(
        Request("a scarf knitted by hand", "a scarf knitted by hand", "en"), SCARF, filters=("price<=50",)
    )
    answers = {claim.text: claim.answers for claim in reason.claims}
    assert any("knitted" in " ".join(wishes) for wishes in answers.values())
    assert all(not wishes for text, wishes in answers.items() if text.startswith("maker"))


def test_no_sentence_is_planned_where_items_are_compared() -> None:
    context = ReasonContext.of(WARM, [], SCHEMA, compared=True)
    told = reasons(unranked([candidate(SCARF), candidate(BOOTS)]), WARM, context, Nearness(SCHEMA, MODELS))
    assert [(reason.card.text, reason.rewriting) for reason in told] == [("", None)] * 2


# The nearest passage


def test_the_passage_that_shares_the_meaning_is_found() -> None:
    request = Request("keeps the neck warm", "keeps the neck warm", "en")
    found = Nearness(SCHEMA, MODELS).closest([SCARF, BOOTS], request)
    assert found[0] is not None
    assert found[0].passage.text == "It keeps the neck warm."
    assert found[0].likeness > 0.5
    assert found[1] is not None


def test_a_request_without_words_is_near_to_nothing() -> None:
    assert Nearness(SCHEMA, MODELS).closest([SCARF], Request("", "", "en")) == [None]


def test_an_item_whose_texts_are_hidden_is_near_to_nothing() -> None:
    schema = Schema([Field("title", "text", filterable=False, searchable=True, hidden=True)])
    found = Nearness(schema, MODELS).closest([Item("1", "Lamp"), SCARF], WARM)
    assert found[0] is None
    assert found[1] is not None


def test_a_foreign_request_is_compared_by_the_multilingual_encoder() -> None:
    class Fails(WordEncoder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            raise AssertionError("the English encoder was asked about Chinese")

    models = SimpleNamespace(words=Fails(), foreign_words=WordEncoder())
    assert Nearness(SCHEMA, models).closest([SCARF], Request("围巾", "", "zh"))[0] is not None


def test_the_passages_of_an_item_are_embedded_once_and_apart_from_those_of_others() -> None:
    class Counts(WordEncoder):
        asked: list[tuple[str, ...]] = []  # noqa: RUF012

        def encode(self, texts):  # type: ignore[no-untyped-def]
            self.asked.append(tuple(texts))
            return super().encode(texts)

    nearness = Nearness(SCHEMA, SimpleNamespace(words=Counts()))
    first = nearness.closest([SCARF, BOOTS], WARM)
    assert nearness.closest([BOOTS, SCARF], WARM) == first[::-1]
    assert len(Counts.asked) == len(set(Counts.asked)) == 3


def test_plain_wording_speaks_the_language_of_the_request() -> None:
    (reason,) = reasons_of(Request("围巾", "", "zh"), SCARF)
    assert reason.card.text == "“Knitted by hand”。"
    assert "价格：25" in [claim.text for claim in reason.claims]


def test_a_measure_is_told_only_where_there_is_little_else() -> None:
    fields = [*SCHEMA.fields.values(), Field("size", "text", filterable=False, searchable=True)]
    told = {"size": "38 1/4 x 51 1/4 in."}
    rich, poor = (
        Item("1", "Vase", attributes={"maker": "Lund", "culture": "Danish", **told}),
        Item("2", "Vase", "", None, None, told),
    )
    schema = Schema(
        [*fields, *(Field(name, "category", True, True) for name in ("maker", "culture") if name not in SCHEMA.fields)]
    )
    distinctive = DistinctiveFacts([rich, poor], schema)
    assert [fact.name for fact in distinctive.facts(rich)] == ["maker", "culture"]
    assert [fact.name for fact in distinctive.facts(poor)] == ["size"]
