"""Evidence becomes claims: what can be said of an item, each statement with a pointer to where it can be checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache

from agent.answers import Claim, Decided, Evidence, Moment, Together
from agent.explain.context import ItemEvidence, ReasonContext
from agent.explain.distinctive import MAX_FACT_CHARS, DistinctiveFacts
from agent.explain.grounding.lexicon import HEDGES
from agent.explain.likeness import ALIKE, SOUNDS_ALIKE
from agent.explain.passages import Passage, field_pointer, is_hidden, passages, quote
from agent.explain.phrases import Phrases, phrases_for
from agent.explain.reviewed import review_claims, review_words
from agent.explain.sentence.plan import SentencePart
from agent.explain.spans import medium_name, tellable_spans
from retrieval.candidates import Candidate
from retrieval.channels.registry import going_by, phrased_as
from retrieval.items import Description, Item
from retrieval.schema import Schema
from retrieval.text.values import as_text
from retrieval.text.words import fold, is_pair, placed_words, words

MAX_FACTS = 3
LEAD_CHARS = 40  # of a quote, before the word it is for
# Below this cosine a passage shares little more than being about things; found by reading passages of three catalogs.
CLOSE_PASSAGE = 0.38
NEAR_THE_PAST = 5  # up to this rank likeness to what a person liked is worth telling
TELLING_PLACES = 3  # by so many a modality must have lifted an item to be told of


def collect_claims(
    evidence: ItemEvidence, context: ReasonContext, parts: Sequence[SentencePart] = ()
) -> tuple[Claim, ...]:
    """All claims about one item, the most telling first; never empty.

    What answers the request comes first, then what the catalog alone says of the item; claims that the check does not
    support are left out.

    Args:
        parts: What each part of the card's sentence rests on: what no other claim cites is claimed at the end.
    """
    item, phrases = evidence.candidate.item, context.phrases
    stretches = passages(item, context.schema)
    claims = [*_request_claims(evidence, context, stretches)]
    cited = {source.pointer for claim in (*claims, *evidence.beside) for source in claim.evidence}
    facts = [*_short_texts(stretches, cited, phrases)]
    facts += _fact_claims(item, context, cited)
    facts = facts[:MAX_FACTS]
    # One fact before the comparison: how it differs says little of an item of which nothing else has been told.
    asked_after, told_beside = review_claims(evidence.reviewed, context)
    claims += asked_after
    if context.compared:
        claims = [*evidence.beside, *claims, *told_beside, *facts]
    else:
        claims = [*claims, *facts[:1], *told_beside, *evidence.beside, *facts[1:]]
    supported = _supported(claims, context) or (_name_claim(item, context.schema, phrases),)
    cited_parts = [part.evidence for part in parts if not _is_cited(part.evidence, supported)]
    uncited = [_part_claim(item, part, phrases) for part in cited_parts]
    return tuple(_answering(claim, parts) for claim in (*supported, *_supported(uncited, context)))


def _answering(claim: Claim, parts: Sequence[SentencePart]) -> Claim:
    """The claim with the wishes that the item meets by what it cites."""
    wishes = (wish for part in parts if _is_cited(part.evidence, [claim]) for wish in sorted(part.wishes))
    return replace(claim, answers=tuple(dict.fromkeys(wishes)))


def _supported(claims: Iterable[Claim], context: ReasonContext) -> tuple[Claim, ...]:
    return tuple(claim for claim in _check_claims(claims, context) if claim.verdict == "supported")


def _is_cited(part: Sequence[Evidence], claims: Sequence[Claim]) -> bool:
    """Whether one claim rests on all that a part of a sentence rests on."""
    return any(all(any(_holds(own, cited) for own in claim.evidence) for cited in part) for claim in claims)


def _holds(own: Evidence, cited: Evidence) -> bool:
    return own.pointer == cited.pointer and cited.value in own.value


def _part_claim(item: Item, part: Sequence[Evidence], phrases: Phrases) -> Claim:
    """What a part of a sentence rests on, plainly: what stands there, or that nothing does."""
    first = part[0]
    if first.kind == "request":
        return Claim(phrases.unsaid.format(words=first.value), tuple(part))
    if first.kind == "span":
        at, span = (int(number) for number in re.findall(r"\d+", first.pointer))
        description = item.descriptions[at]
        return Claim(phrases.perceived(description.kind, description.spans[span], first.value), tuple(part))
    cited = next((evidence for evidence in part if evidence.kind == "field"), first)
    return Claim(phrases.fact(_field_name(cited.pointer), cited.value), tuple(part))


def _field_name(pointer: str) -> str:
    """The name of the field that a pointer leads to."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _request_claims(evidence: ItemEvidence, context: ReasonContext, stretches: Sequence[Passage]) -> Iterator[Claim]:
    """What of the item answers the request, the surest kinds of evidence first."""
    phrases, wanted, candidate = context.phrases, context.wanted_words(), evidence.candidate
    match, closest = _best_match(stretches, wanted), evidence.closest
    of_request = [_company_claim(evidence.together, phrases)] if evidence.together else []
    if match:
        of_request.append(_match_claim(*match, wanted, phrases))
    if closest and closest.likeness >= CLOSE_PASSAGE and (not match or closest.passage != match[0]):
        of_request.append(_passage_claim(closest.passage, phrases))
    alike = context.ground.alike if context.ground else ALIKE
    of_request += _media_claims(candidate.item, wanted, phrases, evidence.moment)
    of_request += _picture_claims(candidate, phrases, alike)
    of_request += _sound_claims(candidate, phrases)
    yield from of_request or _word_claims(candidate, phrases)  # that it was the likest says little beside a quote
    if evidence.decided:
        yield from _lift_claims(evidence.rank, evidence.decided, phrases)
    for at, must in enumerate(context.filters):
        if must.matches(candidate.item):
            yield _filter_claim(candidate.item, at, context)


def _check_claims(claims: Iterable[Claim], context: ReasonContext) -> Iterator[Claim]:
    """The claims with their verdicts."""
    labels = [context.phrases.label(name) for name in context.schema.fields]
    labels += review_words(context.phrases.language)
    spoken = (*context.wishes, *context.own_words)
    return (check_claim(claim, context.phrases, spoken, labels) for claim in claims)


def resolve(pointer: str, document: Mapping[str, object]) -> object:
    """What a JSON pointer points at in a recommendation's JSON form.

    Raises:
        KeyError: nothing stands there.
    """
    value: object = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise KeyError(pointer)
    return value


def _best_match(stretches: Sequence[Passage], wanted: Iterable[str]) -> tuple[Passage, list[str]] | None:
    """The passage that shares most words with the request, and those words; the first one on a tie."""
    best: tuple[Passage, list[str]] | None = None
    wanted = list(wanted)
    for passage in stretches:
        tokens = set(words(passage.text))
        shared = [word for word in wanted if word in tokens]
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
    visible = [token for token in shared if token in quoted] or shared
    own_words = dict.fromkeys(written.get(token, token) for token in _join_pairs(visible))
    text = phrases.matched(label=passage.label, quote=value, words=phrases.comma.join(own_words))
    return Claim(text, (Evidence("field", passage.pointer, value),))


def _quote_with(text: str, shared: Sequence[str]) -> str:
    """A quote of `text`, begun shortly before the first of the shared words where it then holds more of them."""
    line = " ".join(text.split())
    first = next((start for token, start, _ in placed_words(line) if token in shared), 0)
    lead = max(0, first - LEAD_CHARS)
    begin = line.rfind(" ", max(0, lead - LEAD_CHARS), lead) + 1 or lead
    return max(quote(line), f"…{quote(line[begin:])}", key=lambda cut: len(set(shared).intersection(words(cut))))


def _join_pairs(tokens: Sequence[str]) -> list[str]:
    """Pairs of characters that overlap as one stretch, all else as it is."""
    stretches: list[str] = []
    for token in tokens:
        # Words of Chinese are counted as pairs of characters; people are shown what they wrote.
        if stretches and is_pair(token) and is_pair(stretches[-1][-2:]) and stretches[-1][-1] == token[0]:
            stretches[-1] += token[1]
        else:
            stretches.append(token)
    return stretches


def _passage_claim(passage: Passage, phrases: Phrases) -> Claim:
    value = quote(passage.text)
    text = phrases.passage(label=passage.label, quote=value)
    return Claim(text, (Evidence("field", passage.pointer, value),))


def _media_claims(item: Item, wanted: Iterable[str], phrases: Phrases, moment: Moment | None = None) -> Iterator[Claim]:
    """For each medium the one finding that answers the request, else the one that is surest."""
    tokens = set(wanted)
    if moment is not None and moment.kind == "picture":
        value = f"{moment.likeness:.2f}"
        cited = Evidence("channel", "/moment/likeness", value, moment.medium, moment.start_s)
        yield Claim(phrases.frame_alike(moment.start_s, value), (cited,))
    for at, description in enumerate(item.descriptions):
        best = moment.span(at) if moment else None
        best = _best_span(description, tokens) if best is None else best
        if best is None:
            continue
        span = description.spans[best]
        pointer = f"/item/descriptions/{at}/spans/{best}"
        evidence = Evidence("span", pointer, quote(span.text), medium_name(item, description), span.start_s)
        yield Claim(phrases.perceived(description.kind, span, quote(span.text)), (evidence,))


def _best_span(description: Description, wanted: set[str]) -> int | None:
    """Position of the span to tell; None where none answers the request and the surest is but a guess or a colour."""
    spans = description.spans
    ranked = [
        (len(wanted.intersection(words(spans[at].text))), spans[at].kind != "colour", spans[at].score or 0.0, -at)
        for at in tellable_spans(description)
    ]
    if not ranked:
        return None
    best = max(ranked)
    # A guess with a hedge is told where it is what was asked for, and is no news otherwise.
    at = -best[3]
    guessed = spans[at].kind == "label" and HEDGES.intersection(spans[at].text.split())
    return at if best[0] or (best[1] and not guessed) else None


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


def _picture_claims(candidate: Candidate, phrases: Phrases, alike: float | None) -> Iterator[Claim]:
    """That it is the very thing that was shown, and likeness of pictures, where there is any."""
    for name in phrased_as("looks_alike"):
        evidence = candidate.channels.get(name)
        if phrases.past_only and evidence and evidence.rank is not None and evidence.rank > NEAR_THE_PAST:
            continue  # everything is somewhat like the mean of many pictures
        if evidence and evidence.points is not None:  # which no likeness shows, however great it is
            where = Evidence("channel", f"/channels/{name}/points", str(evidence.points))
            yield Claim(phrases.is_the_same(points=evidence.points), (where,))
        if evidence is None or evidence.rank is None or evidence.score is None or alike is None:
            continue
        if evidence.score >= alike:
            value = f"{evidence.score:.2f}"
            text = phrases.looks_alike(likeness=value, rank=evidence.rank)
            yield Claim(text, _channel_evidence(name, value, evidence.rank))


def _sound_claims(candidate: Candidate, phrases: Phrases) -> Iterator[Claim]:
    """Likeness of sounds, where there is any."""
    for name in phrased_as("sounds_alike"):
        evidence = candidate.channels.get(name)
        if phrases.past_only or evidence is None or evidence.rank is None or evidence.score is None:
            continue  # what somebody liked before sounds like many things on average
        if evidence.score >= SOUNDS_ALIKE:
            value = f"{evidence.score:.2f}"
            text = phrases.sounds_alike(likeness=value, rank=evidence.rank)
            yield Claim(text, _channel_evidence(name, value, evidence.rank))


def _filter_claim(item: Item, at: int, context: ReasonContext) -> Claim:
    """That the item meets a must-have, with the value by which it does."""
    must, phrases, own_words = context.filters[at], context.phrases, context.words_for(at)
    value = None if is_hidden(context.schema, must.field) else item.value(must.field)
    pointer = field_pointer(must.field)
    met = Evidence("filter", f"/request/filters/{at}", str(must))
    if value is None:  # hidden, or absent where the filter is negative
        return Claim(phrases.filter_met(must, None, own_words), (met,))
    return Claim(phrases.filter_met(must, as_text(value), own_words), (met, Evidence("field", pointer, as_text(value))))


def _short_texts(stretches: Sequence[Passage], cited: set[str], phrases: Phrases) -> Iterator[Claim]:
    """A description that is no longer than a fact."""
    for passage in stretches:
        if passage.pointer == "/item/description" and passage.pointer not in cited:
            if len(passage.text) <= MAX_FACT_CHARS:
                evidence = Evidence("field", passage.pointer, passage.text)
                yield Claim(phrases.fact(passage.label, passage.text), (evidence,))
            return


def _fact_claims(item: Item, context: ReasonContext, cited: set[str]) -> Iterator[Claim]:
    """A few short facts of the item that nothing else has told, those that the request is about first."""
    wanted, distinctive = set(context.wanted_words()), context.distinctive or DistinctiveFacts((), context.schema)
    facts = [fact for fact in distinctive.facts(item) if field_pointer(fact.name) not in cited]
    facts.sort(key=lambda fact: not wanted.intersection(words(f"{fact.name} {fact.text}")))
    for fact in facts[:MAX_FACTS]:
        text = context.phrases.fact(fact.name, fact.text)
        yield Claim(text, (Evidence("field", field_pointer(fact.name), fact.text),))


def _name_claim(item: Item, schema: Schema, phrases: Phrases) -> Claim:
    label = "id" if is_hidden(schema, "title") else "title"
    value = quote(item.id if label == "id" else item.title)
    return Claim(phrases.fact(label, value), (Evidence("field", field_pointer(label), value),))


_SLOT = re.compile(r"\{\w+\}")
_SAYS = ("say", "says", "is", "are")
_RUN = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+|[^\W\d_]")


def check_claim(claim: Claim, phrases: Phrases, request: Collection[str] = (), labels: Iterable[str] = ()) -> Claim:
    """The claim with its verdict and its score.

    The score is the share of its words and numbers that stand in the cited values, among the words of the request
    that it repeats, in names of fields or in the template; only a claim in which all do is supported.

    Args:
        request: Its words, as written.
        labels: Names of fields, as people read them.
    """
    cited = " ".join(evidence.value for evidence in claim.evidence)
    # Templates round seconds, so that no value holds them as they are told.
    seconds = (str(round(evidence.start_s)) for evidence in claim.evidence if evidence.start_s is not None)
    known = {*_runs(cited), *_runs(" ".join((*request, *labels, *seconds))), *_template_words(phrases.language)}
    runs = _runs(claim.text)
    n_known = sum(run in known for run in runs)
    score = n_known / len(runs) if runs and claim.evidence else 0.0
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


__all__ = ["check_claim"]
