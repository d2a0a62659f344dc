"""Evidence becomes claims: what can be said of an item, each statement with a pointer to where it can be checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache

from agent.answers import Claim, Decided, Evidence, Together
from agent.explain.distinctive import MAX_FACT_CHARS, Telling
from agent.explain.grounding.lexicon import CONNECTIVES, HEDGES
from agent.explain.passages import Closest, Passage, is_hidden, passages, pointer_part, quote
from agent.explain.phrases import Phrases, phrases_for
from agent.language.untrusted import addressed_to_a_model
from retrieval.candidates import Candidate
from retrieval.channels.registry import going_by, phrased_as
from retrieval.filters import Filter
from retrieval.items import Description, Item
from retrieval.schema import Schema
from retrieval.text.values import as_text
from retrieval.text.words import fold, is_pair, placed_words, words

MAX_FACTS = 3
LEAD_CHARS = 40  # of a quote, before the word it is for
# Below this cosine a passage shares little more than being about things; found by reading passages of three catalogs.
CLOSE_PASSAGE = 0.38
# Cosine of pooled features: of a picture to its nearest among pictures of other things it stays below this.
ALIKE = 0.45
NEAR_THE_PAST = 5  # up to this rank likeness to what a person liked is worth telling
TELLING_PLACES = 3  # by so many a modality must have lifted an item to be told of


def collect_claims(
    candidate: Candidate,
    asked: Sequence[str],
    closest: Closest | None,
    filters: Sequence[Filter],
    schema: Schema,
    phrases: Phrases,
    together: Together | None = None,
    decided: tuple[int, Decided] | None = None,
    telling: Telling | None = None,
    beside: Iterable[Claim] = (),
    compared: bool = False,
    said: Sequence[str] = (),
) -> tuple[Claim, ...]:
    """All claims about one candidate, the most telling first; never empty.

    Args:
        asked: The request's wishes in words, in every language they are known in.
        closest: The passage nearest to the request, if the request has words.
        filters: The must-haves; those that the item meets are told.
        together: What the item's people chose beside it.
        decided: The item's rank, and what decided over it; None where it was not ranked among others.
        telling: What is common in the catalog; where that is not known, nothing is.
        beside: Claims that compare the item with others of its list.
        compared: Tell these first.
        said: By must-have the person's own words for it; empty where it was given as a filter.
    """
    item = candidate.item
    wanted = wanted_words(asked, telling)
    beside = tuple(beside)
    found = passages(item, schema)
    matched = _matched(found, wanted)
    claims = [_company_claim(together, phrases)] if together else []
    if matched:
        claims.append(_match_claim(*matched, wanted, phrases))
    if closest and closest.likeness >= CLOSE_PASSAGE and (not matched or closest.passage != matched[0]):
        claims.append(_passage_claim(closest.passage, phrases))
    claims += _media_claims(item, wanted, phrases)
    claims += _picture_claims(candidate, phrases)
    if not claims:
        claims += _word_claims(candidate, phrases)
    if decided:
        claims += _lift_claims(*decided, phrases)
    said = [*said, *[""] * (len(filters) - len(said))]
    met = (at for at, must in enumerate(filters) if must.matches(item))
    claims += [_filter_claim(item, at, filters[at], schema, phrases, said[at]) for at in met]
    cited = {evidence.pointer for claim in (*claims, *beside) for evidence in claim.evidence}
    facts = [*_short_texts(found, cited, phrases)]
    facts += _fact_claims(item, telling or Telling((), schema), cited, wanted, phrases)
    facts = facts[:MAX_FACTS]
    claims = [*beside, *claims, *facts] if compared else [*claims, *facts[:1], *beside, *facts[1:]]
    labels = [phrases.label(name) for name in schema.fields]
    checked = [verified(claim, phrases, (*asked, *said), labels) for claim in claims]
    supported = tuple(claim for claim in checked if claim.verdict == "supported")
    return supported or (_name_claim(item, schema, phrases),)


def resolve(pointer: str, document: Mapping[str, object]) -> object:
    """What a JSON pointer points at in a recommendation's JSON form.

    Raises:
        KeyError: nothing stands there.
    """
    found: object = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping):
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            raise KeyError(pointer)
    return found


def wanted_words(asked: Sequence[str], telling: Telling | None = None) -> dict[str, str]:
    """What the request asks for: each token, and how the person wrote it; without those that most items hold."""
    found: dict[str, str] = {}
    for text in asked:
        for token, start, end in placed_words(text):
            if token not in CONNECTIVES and (telling is None or not telling.common(token)):
                found.setdefault(token, text[start:end])
    return found


def _matched(found: Sequence[Passage], wanted: Iterable[str]) -> tuple[Passage, list[str]] | None:
    """The passage that shares most words with the request, and those words; the first one on a tie."""
    best: tuple[Passage, list[str]] | None = None
    wanted = list(wanted)
    for passage in found:
        there = set(words(passage.text))
        shared = [word for word in wanted if word in there]
        if shared and (best is None or len(shared) > len(best[1])):
            best = passage, shared
    return best


def _lift_claims(rank: int, decided: Decided, phrases: Phrases) -> Iterator[Claim]:
    """The modality that lifted the item most, where that is by several places and not a matter of course."""
    beside_words = decided.channels.keys() & going_by("pictures", "history")  # else words decide as a matter of course
    lifts = {
        name: influence.rank
        for name, influence in decided.modalities.items()
        if influence.rank - rank >= TELLING_PLACES and (name != "text" or beside_words)
    }
    if lifts:
        name = max(lifts, key=lifts.__getitem__)
        cited = ((f"/decided/modalities/{name}/rank", lifts[name]), ("/rank", rank))
        evidence = tuple(Evidence("decided", pointer, str(value)) for pointer, value in cited)
        yield Claim(phrases.moved_up(name, before=lifts[name], rank=rank), evidence)


def _company_claim(together: Together, phrases: Phrases) -> Claim:
    people, title = str(together.people), quote(together.title)
    evidence = (Evidence("people", "/together/people", people), Evidence("people", "/together/title", title))
    return Claim(phrases.company(title, together.people, liked=together.liked), evidence)


def _match_claim(passage: Passage, shared: Sequence[str], written: Mapping[str, str], phrases: Phrases) -> Claim:
    value = _quote_with(passage.text, shared)
    quoted = set(words(value))
    told = [token for token in shared if token in quoted] or shared
    asked = dict.fromkeys(written.get(token, token) for token in _joined(told))
    text = phrases.matched(label=passage.label, quote=value, words=phrases.comma.join(asked))
    return Claim(text, (Evidence("field", passage.pointer, value),))


def _quote_with(text: str, shared: Sequence[str]) -> str:
    """A quote of `text`, begun shortly before the first of the shared words where it then holds more of them."""
    line = " ".join(text.split())
    first = next((start for token, start, _ in placed_words(line) if token in shared), 0)
    lead = max(0, first - LEAD_CHARS)
    begin = line.rfind(" ", max(0, lead - LEAD_CHARS), lead) + 1 or lead
    return max(quote(line), f"…{quote(line[begin:])}", key=lambda cut: len(set(shared).intersection(words(cut))))


def _joined(tokens: Sequence[str]) -> list[str]:
    """Pairs of characters that overlap as one stretch, all else as it is."""
    found: list[str] = []
    for token in tokens:
        if found and is_pair(token) and is_pair(found[-1][-2:]) and found[-1][-1] == token[0]:
            found[-1] += token[1]
        else:
            found.append(token)
    return found


def _passage_claim(passage: Passage, phrases: Phrases) -> Claim:
    value = quote(passage.text)
    text = phrases.passage(label=passage.label, quote=value)
    return Claim(text, (Evidence("field", passage.pointer, value),))


def _media_claims(item: Item, wanted: Iterable[str], phrases: Phrases) -> Iterator[Claim]:
    """For each medium the one finding that answers the request, else the one that is surest."""
    asked = set(wanted)
    for at, description in enumerate(item.descriptions):
        best = _best_span(description, asked)
        if best is None:
            continue
        span = description.spans[best]
        pointer = f"/item/descriptions/{at}/spans/{best}"
        evidence = Evidence("span", pointer, quote(span.text), _medium_name(item, description), span.start_s)
        yield Claim(phrases.perceived(description.kind, span, quote(span.text)), (evidence,))


def _best_span(description: Description, asked: set[str]) -> int | None:
    ranked = [
        (len(asked.intersection(words(span.text))), span.kind != "colour", span.score or 0.0, -at)
        for at, span in enumerate(description.spans)
        if not addressed_to_a_model(span.text)
    ]
    if not ranked:
        return None
    best = max(ranked)
    at = -best[3]
    guessed = description.spans[at].kind == "label" and HEDGES.intersection(description.spans[at].text.split())
    return at if best[0] or (best[1] and not guessed) else None


def _medium_name(item: Item, description: Description) -> str | None:
    return next((medium.name for medium in item.media if medium.sha256 == description.media), None)


def _word_claims(candidate: Candidate, phrases: Phrases) -> Iterator[Claim]:
    """For an item that no word and no passage speaks for: that its text was the likest, and how little that says."""
    for name in phrased_as("reads_alike"):
        evidence = candidate.channels.get(name)
        if phrases.past_only and evidence and (evidence.rank or 0) > NEAR_THE_PAST:
            return
        if evidence and evidence.rank is not None and evidence.score is not None:
            value = f"{evidence.score:.2f}"
            text = phrases.reads_alike(likeness=value, rank=evidence.rank)
            yield Claim(text, _channel_evidence(name, value, evidence.rank))
            return


def _channel_evidence(name: str, score: str, rank: int) -> tuple[Evidence, ...]:
    return (
        Evidence("channel", f"/channels/{name}", score),
        Evidence("channel", f"/channels/{name}/rank", str(rank)),
    )


def _picture_claims(candidate: Candidate, phrases: Phrases) -> Iterator[Claim]:
    """Likeness of pictures, where there is any."""
    for name in phrased_as("looks_alike"):
        evidence = candidate.channels.get(name)
        if phrases.past_only and evidence and evidence.rank is not None and evidence.rank > NEAR_THE_PAST:
            continue  # everything is somewhat like the mean of many pictures
        if evidence and evidence.rank is not None and evidence.score is not None and evidence.score >= ALIKE:
            value = f"{evidence.score:.2f}"
            text = phrases.looks_alike(likeness=value, rank=evidence.rank)
            yield Claim(text, _channel_evidence(name, value, evidence.rank))


def _filter_claim(item: Item, at: int, must: Filter, schema: Schema, phrases: Phrases, said: str) -> Claim:
    value = None if is_hidden(schema, must.field) else item.value(must.field)
    pointer = _field_pointer(must.field)
    met = Evidence("filter", f"/request/filters/{at}", str(must))
    if value is None:  # hidden, or absent where the filter is negative
        return Claim(phrases.filter_met(must, None, said), (met,))
    return Claim(phrases.filter_met(must, as_text(value), said), (met, Evidence("field", pointer, as_text(value))))


def _field_pointer(name: str) -> str:
    built_in = name in ("id", "title", "description", "category", "price")
    return f"/item/{name}" if built_in else f"/item/attributes/{pointer_part(name)}"


def _short_texts(found: Sequence[Passage], cited: set[str], phrases: Phrases) -> Iterator[Claim]:
    """A description that is no longer than a fact."""
    for passage in found:
        if passage.pointer == "/item/description" and passage.pointer not in cited:
            if len(passage.text) <= MAX_FACT_CHARS:
                evidence = Evidence("field", passage.pointer, passage.text)
                yield Claim(phrases.fact(passage.label, passage.text), (evidence,))
            return


def _fact_claims(
    item: Item, telling: Telling, cited: set[str], wanted: Iterable[str], phrases: Phrases
) -> Iterator[Claim]:
    """A few short facts of the item that nothing else has told, those that the request is about first."""
    asked = set(wanted)
    told = [fact for fact in telling.facts(item) if _field_pointer(fact.name) not in cited]
    told.sort(key=lambda fact: not asked.intersection(words(f"{fact.name} {fact.text}")))
    for fact in told[:MAX_FACTS]:
        yield Claim(phrases.fact(fact.name, fact.text), (Evidence("field", _field_pointer(fact.name), fact.text),))


def _name_claim(item: Item, schema: Schema, phrases: Phrases) -> Claim:
    label = "id" if is_hidden(schema, "title") else "title"
    value = quote(item.id if label == "id" else item.title)
    return Claim(phrases.fact(label, value), (Evidence("field", _field_pointer(label), value),))


_SLOT = re.compile(r"\{\w+\}")
_SAYS = ("say", "says", "is", "are")
_RUN = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+|[^\W\d_]")


def verified(claim: Claim, phrases: Phrases, asked: Collection[str] = (), labels: Iterable[str] = ()) -> Claim:
    """The claim with its verdict and its score.

    The score is the share of its words and numbers that stand in the cited values, among the words of the request
    that it repeats, in names of fields or in the template; only a claim in which all do is supported.

    Args:
        asked: The request's words, as written.
        labels: Names of fields, as people read them.
    """
    cited = " ".join(evidence.value for evidence in claim.evidence)
    seconds = (str(round(evidence.start_s)) for evidence in claim.evidence if evidence.start_s is not None)
    known = {*_runs(cited), *_runs(" ".join((*asked, *labels, *seconds))), *_template_words(phrases.language)}
    said = _runs(claim.text)
    held = sum(one in known for one in said)
    score = held / len(said) if said and claim.evidence else 0.0
    return replace(claim, verdict="supported" if score == 1.0 else "unsupported", score=score)


def _runs(text: str) -> list[str]:
    return _RUN.findall(fold(text))


@cache
def _template_words(language: str) -> frozenset[str]:
    """The fixed words of all templates of a language."""
    phrases = phrases_for(language)
    values = [getattr(phrases, field.name) for field in fields(phrases)]
    texts = [value for value in values if isinstance(value, str)]
    texts += [text for value in values if isinstance(value, dict) for text in value.values()]
    return frozenset(word for text in (*texts, *_SAYS) for word in _runs(_SLOT.sub(" ", text)))


__all__ = ["verified"]
