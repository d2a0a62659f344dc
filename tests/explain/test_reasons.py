"""Explain: the model's sentence when it is grounded, else plain words, and the reason why."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from agent.answers import Claim, Evidence, Request
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.protocols import ChatMessage
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.explain.context import ReasonContext
from agent.explain.distinctive import DistinctiveFacts
from agent.explain.grounding.check import Facts
from agent.explain.nearest_passage import Nearness
from agent.explain.reasons import ItemReason, reasons
from agent.explain.wording import PLAIN_STYLE, Style, accept, explanations, trim_draft, word, word_plainly
from agent.rerank.scored import unranked
from retrieval.filters import parse_filter
from retrieval.items import Description, Item, Span
from retrieval.schema import Field, Schema
from tests.support.shelf import SCHEMA, WordEncoder, candidate

SCARF = Item("1", "Blue wool scarf", "Knitted by hand. It keeps the neck warm.", "Scarves", 25.0, {"maker": "Lund"})
BOOTS = Item("2", "Leather boots", "For long walks.", "Shoes", 120.0, {"maker": "Alpina"})
MODELS: Any = SimpleNamespace(text=WordEncoder(), multilingual=WordEncoder())
WARM = Request("a warm scarf", "a warm scarf", "en")


def reasons_of(
    request: Request = WARM, *items: Item, filters: tuple[str, ...] = (), schema: Schema = SCHEMA
) -> list[ItemReason]:
    chosen = unranked([candidate(item) for item in items or (SCARF, BOOTS)])
    musts = [parse_filter(one, schema) for one in filters]
    return reasons(chosen, request, ReasonContext.of(request, musts, schema), Nearness(schema, MODELS))


def worded(*answers: str) -> list[str]:
    """Texts of the explanations of scarf and boots, in order."""
    found = dict(word(reasons_of(), ScriptedChat(answers)))
    return [found[0].text, found[1].text]


PLAIN = [word_plainly(reason, "en").text for reason in reasons_of()]


def test_a_grounded_sentence_is_the_models() -> None:
    found = dict(word(reasons_of(), ScriptedChat(["A blue wool scarf.", "Leather boots by Alpina."])))
    assert found[0].text == "A blue wool scarf."
    assert found[1].text == "Leather boots by Alpina. Its data does not say whether it is warm."
    assert (found[0].wording, found[0].model, found[0].rejected) == ("model", "scripted", ())
    assert found[0].claims == reasons_of()[0].claims


def test_an_ungrounded_sentence_is_replaced_and_kept_with_the_reason() -> None:
    (explanation,) = [
        one for number, one in word(reasons_of(), ScriptedChat(["A red scarf.", "Boots."])) if number == 0
    ]
    assert (explanation.text, explanation.wording, explanation.model) == (PLAIN[0], "template", None)
    assert explanation.rejected == ("A red scarf. (the colour or material “red” is not in the evidence)",)


def test_only_the_first_sentence_is_taken() -> None:
    scarf, boots = worded("A blue scarf. It is made of gold.", "Boots. And lies")
    assert (scarf, boots.partition(" ")[0]) == ("A blue scarf.", "Boots.")


def test_what_one_item_has_may_not_be_said_of_another() -> None:
    assert worded("Leather scarf.", "Blue boots.") == PLAIN


@pytest.mark.parametrize("draft", ["", "A blue wool", "A blue wool scarf,", "   ", ".", "It is good."])
def test_half_sentences_and_empty_ones_are_not_shown(draft: str) -> None:
    assert worded(draft, draft) == PLAIN


def test_each_explanation_comes_once_and_as_soon_as_its_sentence_is_whole() -> None:
    answers = ["A blue scarf. Then more and more words follow here.", "Leather boots by Alpina for long walks."]
    numbers = [number for number, _ in word(reasons_of(), ScriptedChat(answers))]
    assert numbers == [0, 1]
    answers.reverse()
    assert [number for number, _ in word(reasons_of(), ScriptedChat(answers))] == [1, 0]


def test_all_items_are_worded_in_one_batch_with_their_facts_alone() -> None:
    model = ScriptedChat(["A blue scarf.", "Boots."])
    list(word(reasons_of(), model))
    (call,) = model.calls
    assert len(call.chats) == 2
    last: ChatMessage = call.chats[0][-1]
    assert last.text.startswith("Facts:")
    assert reasons_of()[0].claims[0].text in last.text


def test_a_model_that_fails_says_so() -> None:
    with pytest.raises(ModelError, match="run out"):
        list(word(reasons_of(), ScriptedChat([])))


def test_nothing_to_word_asks_for_nothing() -> None:
    assert list(word([], ScriptedChat([]))) == []


@pytest.mark.parametrize(
    ("draft", "line"),
    [
        ("The title says “A”; the artist is B, and", "The title says “A”; the artist is B."),
        ("The artist is B, and the tags are", "The artist is B."),
        ("The tags are Men, and the tags are Men, and the tags are Men.", "The tags are Men."),
        ("The maker is Lund, and the price is 25.", "The maker is Lund, and the price is 25."),
        ("A blue wool", "A blue wool"),
        ("", ""),
    ],
)
def test_a_draft_that_was_cut_or_repeats_itself_ends_with_its_last_whole_part(draft: str, line: str) -> None:
    assert trim_draft(draft) == line


@pytest.mark.parametrize(
    "link", ["See www.evil.example for it.", "A [blue](x) scarf.", "A <b>blue</b> scarf.", "A **blue** scarf."]
)
def test_no_address_and_no_markup_of_the_model_is_shown(link: str) -> None:
    (reason,) = reasons_of(WARM, SCARF)
    explanation = accept(link, reason, "m")
    assert explanation.wording == "template"
    assert "address or markup" in explanation.rejected[0]


def test_length_and_tone_change_how_much_is_told_and_no_claim() -> None:
    (reason,) = reasons_of(WARM, SCARF)
    context = ReasonContext.of(WARM, [], SCHEMA, length="normal")
    (longer,) = reasons(unranked([candidate(SCARF)]), WARM, context, Nearness(SCHEMA, MODELS))
    warm = word_plainly(reason, "en", Style.of(AgentConfig(tone="warm")))
    plain = word_plainly(reason, "en")
    assert longer.sentence.startswith(plain.text)
    assert warm.text.endswith(plain.text)
    assert warm.text != plain.text
    assert warm.claims == plain.claims


# What may be said


def test_words_of_the_request_are_no_evidence() -> None:
    (reason,) = reasons_of(Request("a cashmere scarf", "a cashmere scarf", "en"), SCARF)
    assert accept("A cashmere scarf.", reason, "m").wording == "template"
    assert accept("A scarf of wool, and you asked for cashmere.", reason, "m").wording == "model"


def test_the_bound_of_a_filter_is_no_evidence_and_the_value_is() -> None:
    (reason,) = reasons_of(WARM, SCARF, filters=("price<=50", "category!=Shoes"))
    assert accept("The price is 50.", reason, "m").wording == "template"
    assert accept("The category is shoes.", reason, "m").wording == "template"
    assert accept("The price is 25.", reason, "m").wording == "model"


def test_a_guess_about_a_picture_needs_a_hedge() -> None:
    seen = Description("a", "image", "m", "1", "t", (Span("label", "may show lighthouse", 0.3),))
    (reason,) = reasons_of(WARM, Item("3", "Coast", descriptions=(seen,)))
    assert accept("It shows a lighthouse.", reason, "m").wording == "template"
    assert accept("It may show a lighthouse.", reason, "m").wording == "model"


def test_hidden_fields_are_neither_shown_to_the_model_nor_evidence() -> None:
    fields = [*SCHEMA.fields.values(), Field("buyer", "category", filterable=True, searchable=True, hidden=True)]
    item = Item("1", "Lamp", attributes={"buyer": "Smith"})
    (reason,) = reasons_of(WARM, item, schema=Schema(fields))
    model = ScriptedChat(["The buyer is Smith."])
    found = dict(word([reason], model))
    assert found[0].wording == "template"
    assert "Smith" not in str(model.calls[0].chats) + found[0].text


def test_what_stands_in_another_item_is_worded_by_code_and_cannot_be_said_of_this_one() -> None:
    first = Item("9", "Grey wool hat", "Of felt.", "Hats", 90.0, {"maker": "Lund"})
    distinctive = DistinctiveFacts([first, SCARF, BOOTS], SCHEMA)
    chosen = unranked([candidate(item) for item in (first, SCARF)])
    context = ReasonContext.of(WARM, [], SCHEMA, distinctive, compared=True)
    _, told = reasons(chosen, WARM, context, Nearness(SCHEMA, MODELS))
    model = ScriptedChat(["A blue wool scarf.", "The title is “Grey wool hat”."])
    (_, true), (_, swapped) = word([told, told], model)
    assert "Grey wool hat" not in str(model.calls[0].chats)
    assert true.wording == "model"
    assert true.text.startswith("A blue wool scarf. Cheaper than the first, “Grey wool hat”")
    assert (swapped.wording, len(swapped.rejected)) == ("template", 1)


def test_a_place_among_others_is_worded_by_code_and_alone_asks_no_model() -> None:
    place = Claim("by meaning it is number 3 of those compared", (Evidence("channel", "/channels/text/rank", "3"),))
    made_by = Claim("maker: Lund", (Evidence("field", "/item/attributes/maker", "Lund"),))
    told = [ItemReason((place,), Facts(("Lund",))), ItemReason((made_by, place), Facts(("maker: Lund",)))]
    model = ScriptedChat(["The maker is Lund."])
    ((number, explanation),) = word(told, model)
    assert "number 3" not in str(model.calls[0].chats)
    assert (number, explanation.wording) == (1, "model")
    assert explanation.text == "The maker is Lund. By meaning it is number 3 of those compared."
    plain = dict(explanations(told[:1], WARM, ScriptedChat(["Nobody asks."]), PLAIN_STYLE, []))
    assert (plain[0].wording, plain[0].rejected) == ("template", ())


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

    models = SimpleNamespace(text=Fails(), multilingual=WordEncoder())
    assert Nearness(SCHEMA, models).closest([SCARF], Request("围巾", "", "zh"))[0] is not None


def test_the_passages_of_an_item_are_embedded_once_and_apart_from_those_of_others() -> None:
    class Counts(WordEncoder):
        asked: list[tuple[str, ...]] = []  # noqa: RUF012

        def encode(self, texts):  # type: ignore[no-untyped-def]
            self.asked.append(tuple(texts))
            return super().encode(texts)

    nearness = Nearness(SCHEMA, SimpleNamespace(text=Counts()))
    first = nearness.closest([SCARF, BOOTS], WARM)
    assert nearness.closest([BOOTS, SCARF], WARM) == first[::-1]
    assert len(Counts.asked) == len(set(Counts.asked)) == 3


def test_plain_wording_speaks_the_language_of_the_request() -> None:
    (reason,) = reasons_of(Request("围巾", "", "zh"), SCARF)
    assert word_plainly(reason, "zh").text == "“Knitted by hand”。"
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
