"""Reviews that come in are read, found, answered and let go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import RequestError
from agent.ingest.reviews import import_and_read, learn_words, read_reviews
from agent.recommender import RecommendationAgent
from agent.serialise import item_json
from agent.verify import verify
from tests.support.apishelf import ROWS, word_agent

CHANNEL = "reviews"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RecommendationAgent]:
    with word_agent(tmp_path / "w") as opened:
        opened.put_items(ROWS)
        yield opened


def test_a_review_counts_from_the_next_request_on_and_only_its_item_is_read(agent: RecommendationAgent) -> None:
    assert CHANNEL not in agent.retriever.snapshot.tables
    assert agent.review("4", "Very comfortable for hours of sitting.", user="ada", stars=5).stored
    before = agent.workspace.store.item_vectors(CHANNEL, "4")
    agent.review("3", "Wobbles on my floor.", user="bob", stars=2)
    assert agent.workspace.store.item_vectors(CHANNEL, "4").tobytes() == before.tobytes()
    answer = agent.recommend("a comfortable chair", k=2)
    first = next(each for each in answer if each.item.id == "4")
    assert first.reviews is not None
    assert first.channels[CHANNEL].rank == 1
    claims = [claim for claim in first.explanation.claims if claim.evidence[0].kind == "review"]
    assert claims[0].text == "Reviewers: 1 of 1 praises the comfort (“Very comfortable for hours of sitting.”)"
    store = agent.workspace.store
    items = {shown.item.id: item_json(shown.item) for shown in answer}
    assert store.item("4") is not None
    assert [each.fault for each in verify(answer.to_dict(), items.get) if "Reviewers" in each.text and each.fault] == []


def test_a_claim_that_says_more_than_reviewers_do_is_found_false(agent: RecommendationAgent) -> None:
    agent.review("4", "Very comfortable for hours of sitting.", user="ada")
    document = agent.recommend("a comfortable chair", k=2).to_dict()
    items = {shown["item"]["id"]: shown["item"] for shown in document["recommendations"]}
    all_claims = (claim for shown in document["recommendations"] for claim in shown["explanation"]["claims"])
    (claim,) = (each for each in all_claims if each["text"].startswith("Reviewers"))
    true = claim["text"]
    for lie in (true.replace("1 of 1", "8 of 9"), true.replace("hours", "days"), true.replace("praises", "adores")):
        claim["text"] = lie
        assert any(each.fault for each in verify(document, items.get) if each.text == lie), lie


def test_texts_of_items_hold_no_word_of_reviews(agent: RecommendationAgent) -> None:
    lexical, texts = agent.pipeline.holdings.lexical, agent.workspace.store.item_vectors("text", "4").tobytes()
    agent.review("4", "A zweeble of a chair, very comfortable.", user="ada")
    assert agent.pipeline.holdings.lexical.frequency("zweeble") == lexical.frequency("zweeble") == 0
    assert agent.workspace.store.item_vectors("text", "4").tobytes() == texts


def test_who_is_forgotten_is_no_longer_quoted_and_what_others_say_stays(agent: RecommendationAgent) -> None:
    agent.review("4", "Very comfortable indeed.", user="ada")
    agent.review("4", "Soft on the back and comfy.", user="bob")
    assert agent.export_user("ada")["rows"]["reviews"][0]["text"] == "Very comfortable indeed."
    assert agent.forget_user("ada").rows == {"reviews": 1}
    digest = agent.workspace.store.review_digest("4")
    assert digest is not None
    assert (digest.people, digest.aspects[0].quote) == (1, "Soft on the back and comfy.")
    agent.opt_out("bob")
    assert agent.workspace.store.review_digest("4") is None
    assert not agent.review("4", "More of it.", user="bob").stored


def test_a_review_that_is_none_is_refused(agent: RecommendationAgent) -> None:
    for item_id, text, stars in (
        ("nothing", "Fine.", None),
        ("4", "", None),
        ("4", "Fine.", 9.0),
        ("4", "a" * 9_000, None),
    ):
        with pytest.raises(RequestError):
            agent.review(item_id, text, stars=stars)


def test_reviews_wait_for_their_items_and_are_read_when_these_come(tmp_path: Path) -> None:
    with word_agent(tmp_path / "w") as agent:
        agent.put_items(ROWS[:2])
        path = tmp_path / "reviews.jsonl"
        rows = [
            {"item_id": "4", "user_id": f"u{at}", "text": f"The cushion is {word}."}
            for at, word in enumerate(["nice", "lovely", "great", "fine", "good"])
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        report = import_and_read(path, agent.workspace, agent.models)
        assert (report.added, report.unknown_items) == (5, 1)
        assert agent.workspace.store.review_digest("4") is None
        agent.put_items(ROWS)
        digest = agent.workspace.store.review_digest("4")
        assert digest is not None
        assert agent.retriever.snapshot.tables[CHANNEL].matrix.shape[0] == len(digest.sentences)
        learn_words(agent.workspace.store)
        assert read_reviews(agent.workspace, agent.models) == ()
        assert agent.import_reviews(path).added == 0


def test_people_are_asked_what_others_say(agent: RecommendationAgent) -> None:
    agent.review("4", "Very comfortable for hours.", user="ada")
    talk = agent.conversation()
    shown = [each.item.id for each in talk.say("a chair")]
    answer = talk.say(f"what do people say about number {shown.index('4') + 1}?")
    assert "1 reviewer says, not the shop" in answer.reply
    assert "1 of 1 praises the comfort" in answer.reply
    assert "no reviews" in talk.say(f"what do reviewers say about number {shown.index('3') + 1}?").reply


def test_reviews_that_judge_nothing_known_are_quoted_and_not_denied(agent: RecommendationAgent) -> None:
    agent.review("4", "You want to stroke it all day.", user="ada")
    agent.review("4", "I bought two for my aunt.", user="ben")
    talk = agent.conversation()
    shown = [each.item.id for each in talk.say("a chair")]
    reply = talk.say(f"what do reviewers say about number {shown.index('4') + 1}?").reply
    assert "no reviews" not in reply
    assert "2 reviewers write" in reply
    assert "“You want to stroke it all day.”" in reply
