"""Taste: what the person did before and what a request names, and what is said of it."""

import numpy as np
import pytest

from agent.answers import Claim, Evidence, Request, Together, UserTurn
from agent.errors import RequestError
from agent.explain.claims import collect_claims, resolve
from agent.explain.context import ItemEvidence, ReasonContext
from agent.explain.phrases import phrases_for
from agent.people.taste import TasteSources, company_of, taste_of
from agent.perceive.request import Perceived
from agent.retrieve.query import query_of
from retrieval.candidates import Candidate, ChannelScore
from retrieval.channels.collaborative import CollaborativeChannel
from retrieval.channels.lexical import LexicalIndex
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.ease import Ease
from retrieval.collaborative.history import past_profile
from retrieval.fusion.weighted import Weighted
from retrieval.interactions import Interaction
from retrieval.items import Item
from retrieval.query import Query
from retrieval.retriever import Plan, Retriever
from retrieval.storage.store import Store, StoredItem
from retrieval.text.mentions import Mentions
from retrieval.text.words import words
from tests.support.shelf import SCHEMA, candidate, snapshot, units

TITLES = [
    "Inception (2010)",
    "Memento (2000)",
    "Interstellar (2014)",
    "Shrek (2001)",
    "Dunkirk (2017)",
    "Zootopia (2016)",
]
ITEMS = [Item(str(row), title) for row, title in enumerate(TITLES)]
MENTIONS = Mentions(ITEMS, LexicalIndex(words(item.title) for item in ITEMS).frequency)
SHELF = snapshot(ITEMS, {"text": units(len(ITEMS)), "multilingual": units(len(ITEMS), seed=1)})
INCEPTION, MEMENTO, INTERSTELLAR, SHREK, DUNKIRK, ZOOTOPIA = range(len(ITEMS))


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.db") as store:
        store.put([StoredItem(item, "digest") for item in ITEMS])
        store.put_interactions(
            Interaction(f"u{n}", str(row), "rating", 5.0, float(at))
            for n in range(6)
            for at, row in enumerate((INCEPTION, MEMENTO, INTERSTELLAR) if n < 4 else (SHREK, DUNKIRK))
        )
        store.put_interactions([Interaction("ada", str(INCEPTION), "rating", 5.0, 1.0)])
        store.put_interactions([Interaction("ada", str(SHREK), "rating", 1.0, 2.0)])
        yield store


def taste(store, text="", **turn):
    return taste_of(UserTurn(text, **turn), Request(text, text, "en"), TasteSources(SHELF, store, MENTIONS))


def channels(store):
    return (CollaborativeChannel(Ease.fit(Behaviour.build(store.interactions(), SHELF.rows))),)


def recommended_rows(store, query: Query) -> list[int]:
    plan = Plan(frozenset({"collaborative"}), Weighted({"collaborative": 1.0}))
    kinds = ("text", "history")
    retriever = Retriever(SHELF, channels(store), dict.fromkeys(kinds, plan))  # type: ignore[arg-type]
    return [hit.row for hit in retriever.retrieve(query, 10)]


def test_a_person_gets_what_others_like_them_liked_and_nothing_they_know(store):
    known = taste(store, user="ada")
    query = query_of(Request("", "", "en"), (), Perceived(), None, None, known)
    assert query.kind == "history"
    assert set(query.vectors) == {"text", "multilingual"}
    assert set(recommended_rows(store, query)[:2]) == {MEMENTO, INTERSTELLAR}
    assert not {INCEPTION, SHREK} & set(recommended_rows(store, query))


def test_what_is_known_is_shown_when_that_is_asked(store):
    assert taste(store, user="ada", include_seen=True).hidden.size == 0


def test_a_new_event_counts_at_once(store):
    store.put_interactions([Interaction("new", str(SHREK), "like", None, 3.0)])
    query = query_of(Request("", "", "en"), (), Perceived(), None, None, taste(store, user="new"))
    assert recommended_rows(store, query)[0] == DUNKIRK


def test_somebody_unknown_is_told_so_and_served_by_the_request(store):
    unknown = taste(store, "a space film", user="nobody")
    assert unknown.history is None
    assert unknown.notes == ("Nothing is known of nobody yet: the answer goes by the request alone.",)


def test_nothing_but_somebody_unknown_is_no_request(store):
    with pytest.raises(RequestError, match="Nothing is known of what nobody likes"):
        taste(store, user="nobody")


def test_events_with_items_that_are_not_there_are_told(store):
    store.put_interactions([Interaction("late", "99", "like")])
    (note,) = taste(store, "x", user="late").notes
    assert "All that late did, 1 in all, was with items that the catalog does not hold" in note


def test_named_examples_are_a_history_and_are_not_shown_back(store):
    named = taste(store, "I loved Inception but hated Zootopia, something like it")
    assert [(one.title, one.liked) for one in named.named] == [("Inception (2010)", True), ("Zootopia (2016)", False)]
    assert named.hidden.tolist() == [INCEPTION, ZOOTOPIA]
    assert named.history is not None
    assert np.sign(named.history.weights).tolist() == [1, -1]


def test_an_item_that_is_asked_for_by_name_is_shown_even_if_it_is_known(store):
    asked = taste(store, "Inception", user="ada")
    assert asked.named == ()
    assert asked.hidden.tolist() == [SHREK]


def test_company_is_counted_without_the_person_who_asks(store):
    known = taste(store, user="ada")
    met = company_of(candidate(ITEMS[MEMENTO], row=MEMENTO, collaborative=0.5), known, SHELF, store)
    assert met == Together(str(INCEPTION), "Inception (2010)", 4, liked=True)


def test_an_item_that_shares_no_people_keeps_no_company(store):
    known = taste(store, user="ada")
    assert company_of(candidate(ITEMS[DUNKIRK], row=DUNKIRK, collaborative=0.0), known, SHELF, store) is None
    assert company_of(candidate(ITEMS[MEMENTO], row=MEMENTO), known, SHELF, store) is None


def test_people_who_only_looked_are_not_said_to_have_liked_anything(store):
    store.put_interactions([Interaction("eve", str(row), "view") for row in (DUNKIRK, INCEPTION)])
    met = company_of(candidate(ITEMS[DUNKIRK], row=DUNKIRK, collaborative=0.0), taste(store, user="ada"), SHELF, store)
    assert met == Together(str(INCEPTION), "Inception (2010)", 1, liked=False)


@pytest.mark.parametrize(
    ("language", "people", "liked", "text"),
    [
        ("en", 37, True, "liked by 37 people who liked “Heat”"),
        ("en", 1, True, "liked by 1 person who liked “Heat”"),
        ("en", 2, False, "chosen by 2 people who chose “Heat”"),
        ("zh", 2, True, "喜欢“Heat”的人中有 2 人也喜欢它"),
    ],
)
def test_company_is_a_claim_whose_count_can_be_checked(language, people, liked, text):
    met = Together("6", "Heat", people, liked)
    shown = candidate(ITEMS[0], collaborative=0.5)
    first = collect_claims(ItemEvidence(shown, together=met), ReasonContext(SCHEMA, phrases_for(language)))[0]
    evidence = (Evidence("people", "/together/people", str(people)), Evidence("people", "/together/title", "Heat"))
    assert first == Claim(text, evidence)
    document = {"together": {"people": people, "title": "Heat"}}
    assert [str(resolve(one.pointer, document)) for one in evidence] == [str(people), "Heat"]


@pytest.mark.parametrize(("rank", "told"), [(5, True), (6, False)])
def test_likeness_of_pictures_to_all_that_was_liked_is_told_only_of_the_nearest(rank, told):
    channels = {"visual": ChannelScore(0.9, rank, 1.0, 0.0)}
    claims = collect_claims(
        ItemEvidence(Candidate(ITEMS[0], 0, 0.5, channels)), ReasonContext(SCHEMA, phrases_for("en").of_the_past())
    )
    assert any("its picture" in claim.text for claim in claims) == told


def test_likeness_to_what_was_liked_is_not_called_likeness_to_a_request():
    claims = collect_claims(
        ItemEvidence(candidate(ITEMS[0], text=0.7)), ReasonContext(SCHEMA, phrases_for("en").of_the_past())
    )
    assert claims[0].text == "its text is number 1 of those compared in likeness to what you liked (0.70)"


def test_a_text_far_from_what_was_liked_is_no_reason():
    channels = {"text": ChannelScore(0.26, 129, 1.0, 0.0)}
    claims = collect_claims(
        ItemEvidence(Candidate(ITEMS[0], 0, 0.5, channels)), ReasonContext(SCHEMA, phrases_for("en").of_the_past())
    )
    assert not any("129" in claim.text for claim in claims)


def test_who_disliked_an_example_is_not_said_to_have_chosen_it(store):
    store.put_interactions(
        [Interaction("eve", str(INCEPTION), "rating", 1.0), Interaction("eve", str(DUNKIRK), "like")]
    )
    shown = candidate(ITEMS[DUNKIRK], row=DUNKIRK, collaborative=0.1)
    assert company_of(shown, taste(store, user="ada"), SHELF, store) is None


def test_a_past_without_words_is_compared_by_what_lasts_of_it(store):
    own = Behaviour.build(store.interactions("ada"), SHELF.rows)
    expected = past_profile(own, "ada", SHELF)
    found = taste(store, user="ada").profile
    assert found.keys() == expected.keys()
    for name in found:
        np.testing.assert_allclose(found[name], expected[name], atol=1e-6)
