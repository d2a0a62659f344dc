"""Claims: every one points at something that is there, says no more than that, and never what is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.answers import Claim, Explanation, Recommendation
from agent.explain.claims import MAX_FACTS, collect_claims, resolve
from agent.explain.context import ItemEvidence, ReasonContext
from agent.explain.likeness import ALIKE
from agent.explain.passages import QUOTE_CHARS, Closest, Passage, passages, quote
from agent.explain.phrases import Phrases, phrases_for
from agent.serialise import plain
from retrieval.candidates import Candidate, ChannelScore
from retrieval.filters import Filter, parse_filter
from retrieval.items import Description, Item, Media, Span
from retrieval.schema import BUILT_IN_TYPES, Field, Schema
from retrieval.text.values import as_text
from retrieval.text.words import words
from tests.support.shelf import candidate

ENGLISH, CHINESE = phrases_for("en"), phrases_for("zh")

SCHEMA = Schema(
    [
        *(Field.of(name, type_) for name, type_ in BUILT_IN_TYPES.items()),
        Field.of("maker", "category"),
        Field.of("tags", "list"),
        Field.of("a/b~c", "category"),
        Field("buyer", "category", filterable=True, searchable=True, hidden=True),
        Field.of("year", "integer"),
        Field("link", "category", filterable=False, searchable=False),
    ]
)
BOAT = Item(
    "7",
    "Boats at Dawn",
    "A quiet harbour. Two red boats leave it.",
    "Paintings",
    price=30.0,
    attributes={"maker": "Anna Ancher", "tags": ("sea", "boats"), "buyer": "Secret Smith", "link": "boats.example"},
    media=(Media("image", "/c/a.jpg", "a.jpg", sha256="a"), Media("image", "/c/b.jpg", "b.jpg", sha256="b")),
    descriptions=(
        Description(
            "b", "image", "m", "1", "It shows a boat.", (Span("label", "shows boat", 0.9), Span("colour", "red", 0.5))
        ),
    ),
)


def claims_of(
    item: Item,
    *asked: str,
    closest: Closest | None = None,
    filters: Sequence[str] = (),
    schema: Schema = SCHEMA,
    phrases: Phrases = ENGLISH,
    **channels: float,
) -> tuple[Claim, ...]:
    musts = [parse_filter(one, schema) for one in filters]
    context = ReasonContext(schema, phrases, wishes=asked, filters=tuple(musts))
    return collect_claims(ItemEvidence(candidate(item, **channels), closest), context)


def texts(claims: Sequence[Claim]) -> list[str]:
    return [claim.text for claim in claims]


def document(one: Candidate, claims: tuple[Claim, ...], filters: Sequence[Filter] = ()) -> dict[str, object]:
    """The recommendation as JSON, beside the part of the request that pointers lead to."""
    recommendation = Recommendation(one.item, 1, one.score, Explanation("", claims), one.channels, 1)
    return {**recommendation.to_dict(), "request": {"filters": plain([str(must) for must in filters])}}


def stands_there(value: str, found: object) -> bool:
    """Whether an evidence value is, up to white space and cutting, what a pointer leads to."""
    if isinstance(found, dict):
        found = found["text"] if "text" in found else f"{found['score']:.2f}"
    whole = as_text(tuple(found)) if isinstance(found, list) else as_text(found)  # type: ignore[arg-type]
    return value.strip("…") in " ".join(whole.split())


# Properties over many items

WORDS = "red blue boat boats harbour dawn wool glass café Anna 1874 水彩 花瓶".split()  # noqa: SIM905
phrases_of_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join)
paragraphs = st.lists(phrases_of_words, max_size=4).map(". ".join)
spans = st.builds(
    Span,
    st.sampled_from(["label", "colour", "text", "speech", "caption"]),
    phrases_of_words,
    st.none() | st.floats(0, 1),
    st.none() | st.floats(0, 100),
)
descriptions = st.builds(
    Description,
    st.sampled_from("abc"),
    st.sampled_from(["image", "video"]),
    st.just("model"),
    st.just("1"),
    phrases_of_words,
    st.lists(spans, max_size=3).map(tuple),
)
media = st.builds(
    Media,
    st.sampled_from(["image", "video"]),
    st.just("/p"),
    st.sampled_from(["a.jpg", "b.mp4"]),
    st.none(),
    st.sampled_from("abc"),
)
items = st.builds(
    Item,
    st.just("id 7"),
    phrases_of_words,
    paragraphs,
    st.none() | phrases_of_words,
    st.none() | st.floats(0, 100),
    st.fixed_dictionaries(
        {},
        optional={
            "maker": phrases_of_words,
            "tags": st.lists(phrases_of_words, min_size=1, max_size=3).map(tuple),
            "a/b~c": phrases_of_words,
            "buyer": st.just("Secret Smith"),
            "year": st.integers(1000, 2000),
            "link": phrases_of_words,
        },
    ),
    st.lists(media, max_size=3).map(tuple),
    st.lists(descriptions, max_size=3).map(tuple),
)
filters = st.lists(
    st.sampled_from(["price<=50", "tags has red", "year 1500..1900", "buyer!=Smith", '"a/b~c"!=red', "category!=boat"]),
    unique=True,
    max_size=4,
).map(lambda found: [parse_filter(one, SCHEMA) for one in found])
channels = st.fixed_dictionaries(
    {}, optional={"visual": st.none() | st.floats(-1, 1), "text": st.floats(-1, 1), "lexical": st.floats(0, 1)}
)


@settings(deadline=None, max_examples=150)
@given(items, st.lists(phrases_of_words, max_size=2), filters, channels, st.sampled_from([ENGLISH, CHINESE]), st.data())
def test_every_pointer_leads_to_what_the_evidence_says(
    item: Item, asked: list[str], musts: list[Filter], scores: dict, phrases: Phrases, data: st.DataObject
) -> None:
    found = {name: ChannelScore(score, None if score is None else 1, 0.5, 0.1) for name, score in scores.items()}
    one = Candidate(item, 0, 0.5, found)
    nearest = data.draw(st.none() | st.builds(Closest, st.sampled_from(passages(item, SCHEMA)), st.floats(-1, 1)))
    context = ReasonContext(SCHEMA, phrases, wishes=tuple(asked), filters=tuple(musts))
    claims = collect_claims(ItemEvidence(one, nearest), context)
    tree = document(one, claims, musts)
    assert claims
    for claim in claims:
        assert claim.text
        assert claim.evidence
        assert "Secret" not in claim.text
        for evidence in claim.evidence:
            assert stands_there(evidence.value, resolve(evidence.pointer, tree))
            assert "buyer" not in evidence.pointer


@settings(deadline=None)
@given(items, st.lists(phrases_of_words, min_size=1, max_size=2))
def test_words_that_match_are_cited_from_the_field_that_holds_them(item: Item, asked: list[str]) -> None:
    claims = claims_of(item, *asked)
    wanted = {token for text in asked for token in words(text)}
    matches = [claim for claim in claims if "you asked for" in claim.text]
    holding = [one for one in passages(item, SCHEMA) if wanted & set(words(one.text))]
    assert bool(matches) == bool(holding)
    for claim in matches:
        (evidence,) = claim.evidence
        told = claim.text.rpartition("you asked for ")[2].removesuffix(")")
        assert set(words(told)) <= wanted & set(words(evidence.value))
        assert set(words(told))


# Single claims


def test_the_passage_that_shares_most_words_is_quoted_as_the_person_wrote_them() -> None:
    first = claims_of(BOAT, "Red BOATS, please")[0]
    assert first.text == "description says “Two red boats leave it.” (you asked for Red, BOATS)"
    assert first.evidence[0].pointer == "/item/description"


def test_of_equal_passages_the_title_comes_first() -> None:
    assert claims_of(BOAT, "boats")[0].text == "title says “Boats at Dawn” (you asked for boats)"


@pytest.mark.parametrize(
    ("label", "said"), [("tags", "tags say"), ("title", "title says"), ("address", "address says")]
)
def test_several_things_say_and_one_says(label: str, said: str) -> None:
    assert ENGLISH.matched(label=label, quote="Boats", words="boats").startswith(f"{said} “Boats”")


def test_a_long_sentence_is_quoted_where_the_word_stands() -> None:
    item = replace(
        BOAT, title="T", description=f"{'grey water ' * 40}and one lighthouse {'under clouds ' * 40}", attributes={}
    )
    (evidence,) = claims_of(item, "a lighthouse")[0].evidence
    assert "lighthouse" in evidence.value
    assert evidence.value.startswith("…")
    assert len(evidence.value) <= QUOTE_CHARS + 2


def test_a_near_passage_is_told_unless_it_is_far_or_told_already() -> None:
    harbour = Passage("/item/description", "description", "A quiet harbour.")
    near = "its description “A quiet harbour.” is near in meaning to your request"
    assert near in texts(claims_of(BOAT, "port", closest=Closest(harbour, 0.6)))
    assert near not in texts(claims_of(BOAT, "port", closest=Closest(harbour, 0.1)))
    assert near not in texts(claims_of(BOAT, "quiet harbour", closest=Closest(harbour, 0.6)))


def test_a_finding_is_cited_with_the_medium_it_was_found_in() -> None:
    claim = next(claim for claim in claims_of(BOAT, "x") if claim.evidence[0].kind == "span")
    assert claim.text == "its picture shows boat"
    assert claim.evidence[0].medium == "b.jpg"
    assert claim.evidence[0].pointer == "/item/descriptions/0/spans/0"


def test_a_colour_is_told_only_when_it_was_asked_for() -> None:
    assert "its picture has red" in texts(claims_of(BOAT, "something red"))
    only_colour = replace(BOAT, descriptions=(replace(BOAT.descriptions[0], spans=BOAT.descriptions[0].spans[1:]),))
    assert not [claim for claim in claims_of(only_colour, "x") if claim.evidence[0].kind == "span"]


def test_speech_is_told_with_its_second() -> None:
    said = Description("c", "video", "m", "1", "t", (Span("speech", "hello", 0.9, 12.4),))
    item = replace(BOAT, media=(Media("video", "/c/c.mp4", "c.mp4", sha256="c"),), descriptions=(said,))
    claim = next(claim for claim in claims_of(item, "x") if claim.evidence[0].kind == "span")
    assert claim.text == "its video says “hello” (at 12 s)"
    assert (claim.evidence[0].medium, claim.evidence[0].start_s) == ("c.mp4", 12.4)


def test_pictures_are_called_alike_only_when_they_are() -> None:
    alike = "its picture is the most like yours of those compared (likeness 0.80)"
    assert alike in texts(claims_of(BOAT, visual=0.8))
    assert not [one for one in texts(claims_of(BOAT, visual=ALIKE - 0.01)) if "like yours" in one]
    second = Candidate(BOAT, 0, 0.5, {"visual": ChannelScore(0.8, 2, 1.0, 0.5)})
    found = texts(collect_claims(ItemEvidence(second), ReasonContext(SCHEMA, ENGLISH)))
    assert "its picture is like yours (likeness 0.80, number 2 of those compared)" in found


def test_the_very_same_thing_is_claimed_only_where_points_show_it() -> None:
    known = Candidate(BOAT, 0, 0.5, {"visual": ChannelScore(0.3, 4, 1.0, 0.5, points=38)})
    claims = collect_claims(ItemEvidence(known), ReasonContext(SCHEMA, ENGLISH))
    claim = next(claim for claim in claims if "very thing" in claim.text)
    assert claim.text == "it is the very thing in your picture: 38 points of both pictures coincide"
    assert [(one.pointer, one.value) for one in claim.evidence] == [("/channels/visual/points", "38")]
    assert not [text for text in texts(claims_of(BOAT, visual=0.99)) if "very thing" in text]


def test_a_must_have_is_told_in_the_persons_own_words() -> None:
    musts = [parse_filter("price<50", SCHEMA)]
    for phrases, told in (
        (ENGLISH, "price: 30 (you asked for “under 50 euros”)"),
        (CHINESE, "价格：30（您要求“under 50 euros”）"),
    ):
        bare = Candidate(BOAT, 0, 0.5, {})
        context = ReasonContext(SCHEMA, phrases, filters=tuple(musts), own_words=("under 50 euros",))
        found = collect_claims(ItemEvidence(bare), context)
        assert told in texts(found)


def test_filters_are_told_with_the_value_when_they_are_met_and_only_then() -> None:
    found = claims_of(BOAT, filters=["price<=50", "price>50", "tags has sea", "year!=1900"])
    told = [claim for claim in found if claim.evidence[0].kind == "filter"]
    assert texts(told) == [
        "price: 30 (you asked for at most 50)",
        "tags: sea, boats (you asked for sea)",
        "as you asked, year: not 1900",
    ]
    assert [evidence.pointer for evidence in told[0].evidence] == ["/request/filters/0", "/item/price"]
    assert [evidence.pointer for evidence in told[1].evidence] == ["/request/filters/2", "/item/attributes/tags"]
    assert len(told[2].evidence) == 1


def test_a_few_short_facts_close_the_list() -> None:
    found = claims_of(BOAT)
    assert texts(found)[-MAX_FACTS:] == [
        "description: A quiet harbour.",
        "price: 30",
        "maker: Anna Ancher",
    ]


def test_an_item_with_nothing_but_a_name_is_told_by_it() -> None:
    assert texts(claims_of(Item("9", "Lamp"))) == ["title: Lamp"]


# What is hidden


@pytest.mark.parametrize("name", ["title", "description", "category", "maker"])
def test_a_hidden_field_is_never_cited(name: str) -> None:
    fields = [replace(field, hidden=field.name == name) for field in SCHEMA.fields.values()]
    schema = Schema(fields)
    musts = [f"{name}!=zzz"] if schema.fields[name].filterable else []
    value = as_text(BOAT.value(name) or "")
    found = claims_of(BOAT, value, filters=musts, schema=schema)
    assert all(evidence.pointer.rpartition("/")[2] != name for claim in found for evidence in claim.evidence)
    assert all(value not in text for text in texts(found))
    assert all(passage.label != name for passage in passages(BOAT, schema))


def test_an_item_whose_every_field_is_hidden_goes_by_its_id() -> None:
    schema = Schema([Field("title", "text", filterable=False, searchable=True, hidden=True)])
    (claim,) = claims_of(Item("9", "Lamp"), schema=schema)
    assert (claim.text, claim.evidence[0].pointer) == ("id: 9", "/item/id")


# Pointers, quotes, phrases


@pytest.mark.parametrize(
    "pointer", ["/item/nothing", "/item/media/9", "/item/title/x", "/item/media/²", "/item/media/-1"]
)
def test_a_pointer_to_nothing_is_an_error(pointer: str) -> None:
    with pytest.raises(KeyError):
        resolve(pointer, document(candidate(BOAT), claims_of(BOAT)))


def test_pointers_escape_what_json_pointers_must() -> None:
    item = Item("1", "T", attributes={"a/b~c": "red"})
    claim = claims_of(item, "red")[0]
    assert claim.evidence[0].pointer == "/item/attributes/a~1b~0c"
    assert resolve(claim.evidence[0].pointer, document(candidate(item), (claim,))) == "red"


@settings(deadline=None)
@given(st.text("ab \n\t水", max_size=50), st.integers(1, 20))
def test_a_quote_is_one_line_and_no_longer_than_asked(text: str, limit: int) -> None:
    found, line = quote(text, limit), " ".join(text.split())
    assert found == line or (found.endswith("…") and line.startswith(found[:-1]) and len(found) <= limit + 1)
    assert len(line) > limit or found == line


def test_chinese_requests_are_answered_with_chinese_phrases() -> None:
    item = Item("1", "青花瓷水彩画", attributes={"maker": "王"}, category="画")
    found = claims_of(item, "水彩画和青花", phrases=phrases_for("zh"))
    assert found[0].text == "标题中写道“青花瓷水彩画”（您要找：水彩画、青花）"
    assert "类别：画" in texts(found)
    assert CHINESE.sentence(texts(found)).endswith("。")


def test_other_languages_are_answered_in_english() -> None:
    assert phrases_for("fr") is ENGLISH


def test_both_languages_can_say_the_same() -> None:
    assert set(ENGLISH.media) == set(CHINESE.media)


@pytest.mark.parametrize(
    ("claims", "line"),
    [(["a b"], "A b."), (["a", "b."], "A. B."), (["", "x!"], "X!"), (["“q”"], "“q”."), ([], "")],
)
def test_claims_are_joined_into_one_line(claims: list[str], line: str) -> None:
    assert ENGLISH.sentence(claims) == line
