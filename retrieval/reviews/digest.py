"""A digest of the reviews of one item: who praises and who faults what, counted by people, with a sentence for each."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from retrieval.reviews.floods import counted
from retrieval.reviews.patterns import language_of
from retrieval.reviews.reading import NO_WORDS, OVERALL, Judgement, judgements
from retrieval.reviews.review import Review
from retrieval.text.addressing import orders_a_machine
from retrieval.text.contacts import holds_address
from retrieval.text.stuffing import unstuffed
from retrieval.text.words import fold, sentences

MOST_ASPECTS = 8
MOST_SENTENCES = 8  # of an item that wishes are compared with
MOST_OF_A_REVIEW = 15  # sentences that are read
QUOTE_CHARS = 140
MIN_CHARS, WIDE_MIN_CHARS = 12, 4  # of a sentence that tells something; in Chinese
_WAYS = {  # of sizes what fault they find, as the words of the sentence tell it
    "small": r"small|tight|narrow|short|(?:one|a|half a) size up|klein|\beng|pequen|chic|petit|serre|[偏太]小|小了",
    "large": r"large|\bbig\b|wide|baggy|size down|gross|\bweit|grand|[偏太]大|大了",
}


@dataclass(frozen=True, slots=True)
class AspectDigest:
    """What reviewers say of one aspect.

    Attributes:
        aspect: As in `Judgement`.
        people: How many speak of it.
        praise: How many of them praise it.
        fault: How many find fault with it; together with those that praise it, all of them.
        small: Of sizes, how many find it small.
        large: Of sizes, how many find it large.
        quote: A sentence of somebody who praises it; empty where nobody does, or none can be quoted.
        objection: A sentence of somebody who does not.
    """

    aspect: str
    people: int
    praise: int
    fault: int
    small: int = 0
    large: int = 0
    quote: str = ""
    objection: str = ""


@dataclass(frozen=True, slots=True)
class ReviewDigest:
    """What reviewers say of one item.

    Attributes:
        people: How many wrote reviews that count.
        liking: The mean of their stars as a share of the scale, in [0, 1]; None where nobody gave any.
        aspects: What they speak of most comes first.
        sentences: What wishes are compared with: of each aspect a sentence of those who are more, then further ones.
        objections: What stands opposite to wishes, where there is nothing else: sentences that find fault.
    """

    people: int
    liking: float | None
    aspects: tuple[AspectDigest, ...]
    sentences: tuple[str, ...]
    objections: tuple[str, ...] = ()

    def to_json(self) -> str:
        """It as a JSON document."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> ReviewDigest:
        """What `to_json` wrote."""
        values = json.loads(text)
        aspects = tuple(AspectDigest(**aspect) for aspect in values["aspects"])
        telling = (tuple(values[name]) for name in ("sentences", "objections"))
        return cls(values["people"], values["liking"], aspects, *telling)


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence that may be quoted, with what it judges and who wrote it."""

    text: str
    person: str
    said: tuple[Judgement, ...]


def digest_of(reviews: Iterable[Review], own: Mapping[str, str] = NO_WORDS) -> ReviewDigest | None:
    """The digest of the reviews of one item; None where none counts.

    Args:
        own: The catalog's own words for what is judged, as `own_words` finds them.
    """
    kept = counted(reviews)
    if not kept:
        return None
    read = [sentence for review in kept for sentence in _sentences(review, own)]
    likings: dict[str, list[float]] = defaultdict(list)
    for review in kept:
        if review.liking is not None:
            likings[_person(review)].append(review.liking)
    means = [sum(own_stars) / len(own_stars) for own_stars in likings.values()]
    aspects = sorted(_aspects(read), key=lambda aspect: (-aspect.people, aspect.aspect))
    telling = tuple(_telling(read, aspects))
    objections = () if telling else tuple(aspect.objection for aspect in aspects if aspect.objection)
    return ReviewDigest(
        len({_person(review) for review in kept}),
        round(sum(means) / len(means), 4) if means else None,
        tuple(aspects[:MOST_ASPECTS]),
        telling,
        objections[:MOST_SENTENCES],
    )


def _person(review: Review) -> str:
    return review.user or review.key


def _sentences(review: Review, own: Mapping[str, str]) -> Iterator[_Read]:
    """The sentences of a review that are read: none that gives orders to a machine, or tells how to reach somebody."""
    language = language_of(review.whole)
    parts = [part for line in review.whole.splitlines() for part in sentences(line)]
    for part in parts[:MOST_OF_A_REVIEW]:
        text = " ".join(unstuffed(part).split())
        if text and not orders_a_machine(text) and not holds_address(text):
            yield _Read(text, _person(review), judgements(text, language, own, review.liking))


def _aspects(read: Sequence[_Read]) -> Iterator[AspectDigest]:
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for sentence in read:
        for judgement in sentence.said:
            if judgement.aspect != OVERALL:
                sums[judgement.aspect][sentence.person] += judgement.polarity
    for aspect, totals in sums.items():
        sides = {person: total for person, total in totals.items() if total}  # who says both says neither
        praise = {person for person, total in sides.items() if total > 0}
        fault = sides.keys() - praise
        if not sides:
            continue
        ways = {way: _of_way(read, aspect, fault, way) for way in _WAYS} if aspect == "size" else {}
        yield AspectDigest(
            aspect,
            len(sides),
            len(praise),
            len(fault),
            **{way: len(people) for way, people in ways.items()},
            quote=_quote(read, aspect, 1, praise),
            objection=_quote(read, aspect, -1, fault),
        )


def _of_way(read: Sequence[_Read], aspect: str, people: set[str], way: str) -> set[str]:
    """Which of the people find it so."""
    return {
        sentence.person
        for sentence in read
        if sentence.person in people and Judgement(aspect, -1) in sentence.said and _way(sentence.text) == way
    }


def _way(text: str) -> str:
    low = fold(text)
    tells = {way for way, marks in _WAYS.items() if re.search(marks, low)}
    return next(iter(tells)) if len(tells) == 1 else ""


def _quote(read: Sequence[_Read], aspect: str, polarity: int, people: set[str]) -> str:
    """The sentence that says no more than this, and says it in most words that can be quoted whole."""
    judged = Judgement(aspect, polarity)
    fitting = [s for s in read if s.person in people and judged in s.said and len(s.text) <= QUOTE_CHARS]
    return max(fitting, key=lambda s: (len(s.said) == 1, _long_enough(s.text), -len(s.text)), default=_NONE).text


_NONE = _Read("", "", ())


def _long_enough(text: str) -> bool:
    return len(text) >= (MIN_CHARS if text.isascii() else WIDE_MIN_CHARS)


def _telling(read: Sequence[_Read], aspects: Sequence[AspectDigest]) -> Iterator[str]:
    """Sentences that wishes may be compared with.

    A vector knows no `not`: what finds fault would stand near the wish that it denies. So nothing that finds fault is
    among them, and nothing that praises what most find fault with.
    """
    faulted = {aspect.aspect for aspect in aspects if aspect.fault >= aspect.praise}
    told: list[_Read] = []
    spoken: set[str] = set()
    candidates = [s for s in read if _long_enough(s.text) and not any(_speaks_against(j, faulted) for j in s.said)]
    candidates.sort(key=lambda s: (not any(j.aspect != OVERALL for j in s.said), len(s.text) > QUOTE_CHARS))
    for sentence in candidates:
        news = {judgement.aspect for judgement in sentence.said} - spoken
        if news and len(told) < MOST_SENTENCES:
            told.append(sentence)
            spoken |= news
    further = [s for s in candidates if s not in told and not _is_known(s.text, told)]
    further.sort(key=lambda s: -len(set(fold(s.text).split())))
    yield from (s.text[: 2 * QUOTE_CHARS] for s in (*told, *further)[:MOST_SENTENCES])


def _speaks_against(judgement: Judgement, faulted: set[str]) -> bool:
    return judgement.polarity < 0 or judgement.aspect in faulted


def _is_known(text: str, told: Sequence[_Read]) -> bool:
    return any(text == sentence.text for sentence in told)


__all__ = ["AspectDigest", "ReviewDigest", "digest_of"]
