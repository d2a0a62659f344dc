"""Explain: claims are collected in code, a language model may word them, code checks every word it wrote."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.answers import Claim, Decided, Request, Together
from agent.explain.claims import collect_claims, wanted_words
from agent.explain.contrast import contrast
from agent.explain.distinctive import Telling
from agent.explain.grounding.check import Facts
from agent.explain.nearest_passage import Nearness
from agent.explain.passages import passages
from agent.explain.phrases import Phrases, phrases_for
from agent.language.untrusted import lines_as_data
from agent.people.taste import unnamed
from agent.rerank.scored import Scored
from retrieval.candidates import Candidate
from retrieval.filters import Filter
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.cards import card
from retrieval.text.words import words

CARD_CHARS = 600
# Evidence that lies in other items, or in where an item stands among them: no model is told of these.
_OF_OTHERS = frozenset({"contrast", "people", "channel", "decided"})


NO_FACTS = Facts(())


@dataclass(frozen=True, slots=True)
class Reason:
    """What an explanation is made from: one item's claims, and all that may be said of it."""

    claims: tuple[Claim, ...]
    facts: Facts


def reasons(
    chosen: Sequence[Scored],
    request: Request,
    filters: Sequence[Filter],
    nearness: Nearness,
    schema: Schema,
    together: Sequence[Together | None] = (),
    decisions: Sequence[Decided] = (),
    telling: Telling | None = None,
    *,
    compared: bool = False,
    worded: bool = True,
) -> list[Reason]:
    """Collect the claims of each chosen item.

    Args:
        together: For each what its people chose beside it; empty where that is not known.
        decisions: For each, in the order in which they are shown, what decided; empty where they were not ranked.
        telling: What is common in the catalog.
        compared: Tell first, and of every field, how each item differs from the first.
        worded: Collect also what a language model may say; without it none may say anything.
    """
    phrases = phrases_for(request.language)
    if not request.text and not request.seen:
        phrases = phrases.of_the_past()
    asked = tuple(dict.fromkeys(text for text in (request.text, request.english) if text))
    wishes = tuple(unnamed(text, request.named) for text in asked)
    candidates = [scored.candidate for scored in chosen]
    wanted = wanted_words(wishes, telling)
    unanswered = [one.item for one in candidates if not _answered(one.item, wanted, schema)]
    near = {one.id: found for one, found in zip(unanswered, nearness.closest(unanswered, request), strict=True)}
    nearest = [near.get(one.item.id) for one in candidates]
    ranked: list[tuple[int, Decided] | None] = [*enumerate(decisions, start=1)] or [None] * len(chosen)
    said = [one.words if one.origin == "understood" else "" for one in request.must_haves]
    said += [""] * (len(filters) - len(said))
    others = telling if decisions or compared else None
    beside = [_beside(at, candidates, others, phrases, whole=compared) for at in range(len(chosen))]
    return [
        Reason(
            claims=(
                claims := collect_claims(
                    candidate, wishes, closest, filters, schema, phrases, company, why, telling, other, compared, said
                )
            ),
            facts=_facts(candidate, claims, " ".join((*asked, *said)), schema) if worded else NO_FACTS,
        )
        for candidate, closest, company, why, other in zip(
            candidates, nearest, together or [None] * len(chosen), ranked, beside, strict=True
        )
    ]


def _beside(
    at: int, candidates: Sequence[Candidate], telling: Telling | None, phrases: Phrases, *, whole: bool
) -> tuple[Claim, ...]:
    """How the item compares with the first of its list."""
    if at == 0 or telling is None:
        return ()
    return tuple(contrast(candidates[at].item, candidates[0].item, telling, phrases, whole=whole))


def _facts(candidate: Candidate, claims: Sequence[Claim], asked: str, schema: Schema) -> Facts:
    """What may be said: the evidence of the claims and the item's card; of the request, that it was asked.

    What stands in other items is left out, or a model could tell it of this one.
    """
    own = [claim for claim in claims if not tells_of_others(claim)]
    cited = [evidence for claim in own for evidence in claim.evidence if evidence.kind != "filter"]
    guesses = {
        span.text for description in candidate.item.descriptions for span in description.spans if span.kind == "label"
    }
    certain = (evidence.value for evidence in cited if evidence.value not in guesses)
    labels = {one.pointer.rpartition("/")[2].replace("_", " ") for one in cited if one.kind == "field"}
    shown = lines_as_data(card(candidate.item, schema, CARD_CHARS), CARD_CHARS)
    return Facts((*certain, *sorted(labels), shown), tuple(guesses), asked)


def _answered(item: Item, wanted: Collection[str], schema: Schema) -> bool:
    """Whether one passage holds half of the words of the request, so that no other need be near in meaning."""
    return any(2 * len(set(words(passage.text)) & set(wanted)) >= len(wanted) > 0 for passage in passages(item, schema))


def tells_of_others(claim: Claim) -> bool:
    """Whether a claim tells of other items too; code words it, whoever words the rest."""
    return any(one.kind in _OF_OTHERS for one in claim.evidence)
