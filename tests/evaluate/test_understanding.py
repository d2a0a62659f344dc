"""Figures of understanding: what counts as right, and how readers are compared on the same requests."""

from __future__ import annotations

import pytest

from agent.backends.chat.scripted import ScriptedChat
from agent.evaluate.understanding import (
    GoldRequest,
    conditions,
    gold,
    gold_conditions,
    gold_limits,
    gold_schema,
    gold_vocabulary,
    is_right,
    reference_text,
    sample,
    understanding_figures,
)
from agent.understand import Reference, clean, read
from retrieval.filters import parse_filter

SHOP = gold_schema("shop")


def meaning(*texts: str) -> frozenset[object]:
    return frozenset(conditions(parse_filter(text, SHOP) for text in texts))


def test_filters_that_mean_the_same_count_as_the_same() -> None:
    assert meaning("colour not in red, blue") == meaning("colour!=red", "colour!=blue")
    assert meaning("features has none foldable, organic") == meaning(
        "features has not foldable", "features has not organic"
    )
    assert meaning("colour in red, blue") == meaning("colour in blue, red")
    assert meaning("colour in red, blue") != meaning("colour=red", "colour=blue")
    assert meaning("price<50") != meaning("price<=50")


def test_a_request_is_right_only_where_its_filters_are_exactly_the_gold_ones() -> None:
    request = GoldRequest("shop", "en", "a lamp under 50 euros, no leather", ("price<50", "material!=leather"))
    was = read(clean(request.text), gold_vocabulary("shop"))
    assert len(gold_conditions(request)) == 2
    assert is_right(request, was)
    assert not is_right(GoldRequest("shop", "en", request.text, ("price<50",)), was)
    assert not is_right(GoldRequest("shop", "en", request.text, (*request.filters, "colour=red")), was)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (Reference(2, "like", ""), "like #2"),
        (Reference("last", "unlike", ""), "unlike last"),
        (Reference(1, "compare", "", "price", "<"), "#1 price<"),
        (Reference(-1, "compare", "", None, ">"), "#-1 ?>"),
    ],
)
def test_a_reference_is_written_as_in_the_gold_requests(reference: Reference, text: str) -> None:
    assert reference_text(reference) == text


def test_a_sample_has_so_many_of_each_language_and_is_the_same_for_the_same_seed() -> None:
    drawn = sample(5, seed=3)
    languages = {request.language for request in gold()}
    assert {language: sum(one.language == language for one in drawn) for language in languages} == dict.fromkeys(
        languages, 5
    )
    assert drawn == sample(5, seed=3) != sample(5, seed=4)
    assert len(sample(10_000)) == len(gold())


def test_what_was_missed_and_invented_is_counted_per_condition_and_per_request() -> None:
    requests = [
        GoldRequest("shop", "en", "a lamp under 50 euros", ("price<50", "colour=red")),
        GoldRequest("shop", "en", "cheaper than the first", ("price<5",), "#1 price<"),
    ]
    report = understanding_figures(requests=requests)
    (whole,) = [row for row in report.rules if row.half == "all"]
    assert (whole.n, whole.right, whole.references) == (2, 0.0, 1.0)
    assert whole.missed == pytest.approx(2 / 3)
    assert whole.invented == 0.0
    assert (report.model, report.agreement) == ((), ())


def test_two_readers_agree_or_are_right_alone() -> None:
    requests = [
        GoldRequest("shop", "en", "a warm lamp", ()),
        GoldRequest("shop", "en", "a lamp under 50 euros", ("price<50",)),
    ]
    counted: list[int] = []
    model = ScriptedChat(lambda chat: '{"must": []}')  # it finds no must-have in anything
    report = understanding_figures(model, requests, counted.append)
    (agreement,) = report.agreement
    assert counted == [1, 2]
    assert (agreement.both, agreement.rules_only, agreement.model_only, agreement.neither) == (1, 1, 0, 0)
    assert (agreement.n, agreement.agreed, agreement.agreed_right) == (2, 1, 1.0)


def test_every_gold_filter_fits_the_schema_of_its_catalog() -> None:
    assert all(len(gold_conditions(request)) >= len(request.filters) for request in gold())


def test_the_gold_limits_are_in_thirteen_languages_and_fit_their_catalogs() -> None:
    assert len({request.language for request in gold_limits()}) == 13
    assert {request.half for request in gold_limits()} == {"dev", "held"}
    assert all(len(gold_conditions(request)) >= len(request.filters) for request in gold_limits())


def test_limits_of_the_half_that_was_not_looked_at_are_read_in_every_language() -> None:
    held = [row for row in understanding_figures().limits if row.half == "held"]
    assert sum(row.right * row.n for row in held) / sum(row.n for row in held) >= 0.95
    assert min(row.right for row in held) >= 0.8
    assert min(row.notes for row in held if row.notes is not None) == 1.0


def test_a_note_counts_as_right_where_it_is_given_exactly_when_it_is_due() -> None:
    requests = [
        GoldRequest("shop", "en", "no tassels", (), noted=True),
        GoldRequest("shop", "en", "a warm lamp", (), noted=True),
        GoldRequest("shop", "en", "a warm lamp", ()),
    ]
    (whole,) = [row for row in understanding_figures(requests=requests).rules if row.half == "all"]
    assert whole.notes == 0.5
