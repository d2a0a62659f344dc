"""What reviewers say, in claims and in answers: with counts, with both sides, and as theirs."""

from __future__ import annotations

import pytest

from agent.answers import Reviewed
from agent.explain.claims import check_claim
from agent.explain.context import ReasonContext
from agent.explain.phrases import phrases_for
from agent.explain.reviewed import asked_aspects, review_claims, review_words, sentence_of, told
from retrieval.reviews.digest import AspectDigest
from retrieval.schema import Schema

SMALL = AspectDigest("size", 3, 0, 3, small=3, objection="Runs small.")
SMALL_SPLIT = AspectDigest("size", 5, 2, 3, small=3, quote="Fits me.", objection="Runs small.")
SPLIT = AspectDigest("sound", 4, 3, 1, quote="Deep bass.", objection="Tinny.")
PRAISED = AspectDigest("battery", 2, 2, 0, quote="Lasts for days.")
ALONE = AspectDigest("strap", 1, 0, 1, objection="The strap tore.")
REVIEWED = Reviewed(5, 0.8, (SMALL_SPLIT, SPLIT, PRAISED, ALONE))


@pytest.mark.parametrize(
    ("aspect", "language", "text"),
    [
        (SMALL, "en", "3 of 3 say it runs small (“Runs small.”)"),
        (SMALL_SPLIT, "en", "3 of 5 say it runs small (“Runs small.”), 2 say it does not (“Fits me.”)"),
        (SPLIT, "en", "Of 4 who speak of the sound, 3 praise it (“Deep bass.”) and 1 find fault with it (“Tinny.”)"),
        (PRAISED, "en", "2 of 2 praise the battery (“Lasts for days.”)"),
        (ALONE, "en", "1 of 1 finds fault with the strap (“The strap tore.”)"),
        (PRAISED, "zh", "2 位谈到电池的人中有 2 位称赞（“Lasts for days.”）"),
        (PRAISED, "de", "2 von 2 loben: der Akku („Lasts for days.“)"),
        (PRAISED, "es", "2 de 2 elogian la batería («Lasts for days.»)"),
        (PRAISED, "fr", "2 sur 2 apprécient la batterie (« Lasts for days. »)"),
    ],
)
def test_an_aspect_is_told_with_counts_and_a_quote_of_each_side(aspect: AspectDigest, language: str, text: str) -> None:
    assert sentence_of(aspect).text_in(language) == text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_claims_are_supported_by_what_they_cite_and_by_nothing_else(language: str) -> None:
    context = ReasonContext(Schema(()), phrases_for(language), ("battery",))
    (asked,), others = review_claims(REVIEWED, context)
    labels = review_words(language)
    for claim in (asked, *others):
        assert check_claim(claim, context.phrases, (), labels).verdict == "supported"
        assert {evidence.kind for evidence in claim.evidence} == {"review"}
    assert asked.evidence[0].value == "battery"
    assert [claim.evidence[0].value for claim in others] == ["size"]
    lying = type(asked)(asked.text.replace("2", "7", 1), asked.evidence)
    assert check_claim(lying, context.phrases, (), labels).verdict == "unsupported"


def test_of_what_one_speaks_nothing_is_told_unasked() -> None:
    context = ReasonContext(Schema(()), phrases_for("en"))
    assert review_claims(Reviewed(1, None, (ALONE,)), context) == ([], [])
    assert review_claims(None, context) == ([], [])


def test_a_question_is_answered_by_the_aspects_that_it_names() -> None:
    assert asked_aspects("how long does the battery last?") == {"battery"}
    assert asked_aspects("") == frozenset()
    assert [note.values["people"] for note in told(REVIEWED, "is the sound any good?")] == [4]
    assert len(list(told(REVIEWED))) == 4
