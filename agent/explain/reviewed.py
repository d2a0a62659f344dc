"""What reviewers say of an item, as claims and as answers: counted, quoted, both sides told; never the shop's word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from agent.answers import Claim, Evidence, Reviewed
from agent.explain.context import ReasonContext
from agent.language.messages import Note, sentences
from retrieval.reviews.digest import AspectDigest
from retrieval.reviews.patterns import aspect_names, language_of
from retrieval.reviews.reading import named_in
from retrieval.storage.store import Store

MOST_CLAIMS = 2
MIN_PEOPLE = 2  # who speak of an aspect, before it is told without being asked after
_SLOT = re.compile(r"\{[^}]*\}")
_SENTENCES = (
    *("review praised", "review faulted", "review split", "review small", "review large"),
    *("review small split", "review large split", "review quoted", "reviewers"),
)
MOST_QUOTED = 2  # sentences of reviewers who judge nothing that is known
MOST_TOLD = 4  # aspects that an answer tells


def reviewed_of(item_id: str, store: Store) -> Reviewed | None:
    """What reviewers say of an item; None where nobody does."""
    digest = store.review_digest(item_id)
    return Reviewed(digest.people, digest.liking, digest.aspects) if digest else None


def quotable(item_id: str, store: Store) -> Sequence[str]:
    """What reviewers write of an item, where it judges nothing that is known: a few sentences, telling ones first."""
    digest = store.review_digest(item_id)
    return (digest.sentences or digest.objections)[:MOST_QUOTED] if digest else ()


def review_claims(reviewed: Reviewed | None, context: ReasonContext) -> tuple[list[Claim], list[Claim]]:
    """Claims of what reviewers say: of aspects that the request names, and of others that several speak of."""
    if reviewed is None:
        return [], []
    wanted = asked_aspects(" . ".join(context.request_texts))
    asked = [at for at, aspect in enumerate(reviewed.aspects) if aspect.aspect in wanted]
    others = [at for at, aspect in enumerate(reviewed.aspects) if aspect.people >= MIN_PEOPLE and at not in asked]
    answering = [_claim(at, reviewed.aspects[at], context.phrases.language) for at in asked[:MOST_CLAIMS]]
    beside = [_claim(at, reviewed.aspects[at], context.phrases.language) for at in others]
    return answering, beside[: max(0, MOST_CLAIMS - len(answering))]


def asked_aspects(text: str) -> frozenset[str]:
    """The aspects that a request or a question names or judges."""
    return named_in(text, language_of(text)) if text.strip() else frozenset()


def told(reviewed: Reviewed, question: str = "") -> Iterator[Note]:
    """Sentences of what reviewers say: of the aspects that a question names, else of those most spoken of."""
    wanted = asked_aspects(question)
    asked = [aspect for aspect in reviewed.aspects if aspect.aspect in wanted]
    yield from (sentence_of(aspect) for aspect in (asked or reviewed.aspects)[:MOST_TOLD])


def sentence_of(aspect: AspectDigest) -> Note:
    """What reviewers say of one aspect, in a sentence: how many of how many, with a quote of each side."""
    name, numbers = _sentence(aspect)
    values = numbers if len(numbers) > 1 else {"n": next(iter(numbers.values()))}
    quotes = {"quote": _quoted(aspect.quote), "objection": _quoted(aspect.objection)}
    if name in ("review faulted", "review small", "review large"):
        quotes["quote"] = quotes["objection"]
    known = f"reviewed {aspect.aspect}"
    what = Note(known) if known in sentences() else aspect.aspect
    return Note(name, what=what, people=aspect.people, **values, **quotes)


@cache
def review_words(language: str) -> Sequence[str]:
    """The words of ours that such claims are put in."""
    known = sentences()
    names = (*_SENTENCES, *(f"reviewed {name}" for name in aspect_names()))
    texts = (text for name in names for text in known[name].get(language, known[name]["en"]).values())
    return tuple(_SLOT.sub(" ", text) for text in texts)


def _sentence(aspect: AspectDigest) -> tuple[str, dict[str, int]]:
    """The sentence of an aspect by its name, and by name the numbers of the aspect that stand in it."""
    # where all who find fault find the same fault, that says more than that they do
    ways = {"review small": aspect.small, "review large": aspect.large}
    way = max(ways, key=lambda name: ways[name])
    same = 0 < aspect.fault == ways[way]
    if aspect.praise and aspect.fault:
        return f"{way} split" if same else "review split", {"praise": aspect.praise, "fault": aspect.fault}
    if same:
        return way, {"fault": aspect.fault}
    return (
        ("review praised", {"praise": aspect.praise}) if aspect.praise else ("review faulted", {"fault": aspect.fault})
    )


def _quoted(text: str) -> Note | str:
    return Note("review quoted", quote=text) if text else ""


def _claim(at: int, aspect: AspectDigest, language: str) -> Claim:
    sentence = sentence_of(aspect)
    text = f"{Note('reviewers').text_in(language)}{sentence.text_in(language)}"
    named, pointer = _sentence(aspect), f"/reviews/aspects/{at}"
    evidence = [Evidence("review", f"{pointer}/aspect", aspect.aspect)]
    evidence += [Evidence("review", f"{pointer}/{name}", str(value)) for name, value in named[1].items()]
    evidence.append(Evidence("review", f"{pointer}/people", str(aspect.people)))
    quotes = {"quote": aspect.quote, "objection": aspect.objection}
    evidence += [
        Evidence("review", f"{pointer}/{name}", quote) for name, quote in quotes.items() if quote in text and quote
    ]
    return Claim(text, tuple(evidence))


__all__ = ["asked_aspects", "review_claims", "review_words", "reviewed_of", "sentence_of", "told"]
