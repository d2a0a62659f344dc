"""Explain: claims are collected and sentences planned in code; what else may be said is gathered beside them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.answers import Claim, Decided, Moment, Request, Reviewed, Together
from agent.explain.claims import collect_claims
from agent.explain.context import ItemEvidence, ReasonContext
from agent.explain.contrast import contrast
from agent.explain.distinctive import DistinctiveFacts
from agent.explain.grounding.check import Facts
from agent.explain.nearest_passage import Nearness
from agent.explain.passages import Closest, passages
from agent.explain.rewriting import Rewriting
from agent.explain.sentence import CardSentence, CatalogGround, PlannedItem, plans_of, realised
from agent.explain.sentence.grammar import stems_of
from agent.language.untrusted import lines_as_data
from agent.rerank import Scored
from retrieval.candidates import Candidate
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.cards import card
from retrieval.text.words import words

CARD_CHARS = 600
NO_FACTS = Facts(())
NO_SENTENCE = CardSentence("", ())
# Evidence that lies in other items, or in where an item stands among them: no model is told of these.
_OF_OTHERS = frozenset({"contrast", "people", "channel", "decided", "review"})


@dataclass(frozen=True, slots=True)
class ItemReason:
    """What an explanation is made from.

    Attributes:
        facts: All that may be said of the item.
        card: What its card says, as planned by us; empty where items are to be compared, which claims do.
        rewriting: The same, to be reworded; None where there is nothing to reword.
        wish: What the person said.
        above: Stems of what its sentence need not say: of title and category, which a card has, and of the kind.
    """

    claims: tuple[Claim, ...]
    facts: Facts
    card: CardSentence = NO_SENTENCE
    rewriting: Rewriting | None = None
    wish: str = ""
    above: frozenset[str] = frozenset()

    @property
    def own_claims(self) -> tuple[Claim, ...]:
        """The claims about the item alone, and not about what it does not tell."""
        return tuple(claim for claim in self.claims if not tells_of_others(claim) and not _tells_of_request(claim))


def reasons(
    chosen: Sequence[Scored],
    request: Request,
    context: ReasonContext,
    nearness: Nearness,
    together: Sequence[Together | None] = (),
    decisions: Sequence[Decided] = (),
    moments: Sequence[Moment | None] = (),
    reviewed: Sequence[Reviewed | None] = (),
    *,
    worded: bool = True,
) -> list[ItemReason]:
    """The claims of each chosen item.

    Args:
        together: For each what its people chose beside it; empty where that is not known.
        decisions: For each, in the order in which they are shown, what decided; empty where they were not ranked.
        moments: For each where in its sound or video the request is answered; empty where none was looked for.
        reviewed: For each what reviewers say of it; empty where that is not known.
        worded: Collect also what a language model may say; without it none may say anything.
    """
    candidates = [scored.candidate for scored in chosen]
    nearest = _nearest(candidates, request, context, nearness)
    # Where a list was neither ranked nor is to be compared, how its items differ is no reason to show them.
    differences = context.distinctive if decisions or context.compared else None
    evidence = [
        ItemEvidence(
            candidate,
            nearest.get(candidate.item.id),
            together[at] if together else None,
            reviewed[at] if reviewed else None,
            at + 1,
            decisions[at] if decisions else None,
            _beside(at, candidates, differences, context),
            candidates[0].item if at and (decisions or context.compared) else None,
            moments[at] if moments else None,
        )
        for at, candidate in enumerate(candidates)
    ]
    sentences = _sentences(evidence, context, ranked=bool(decisions))
    return [
        _reason(item_evidence, sentence, context, worded=worded)
        for item_evidence, sentence in zip(evidence, sentences, strict=True)
    ]


def _sentences(evidence: Sequence[ItemEvidence], context: ReasonContext, *, ranked: bool) -> Sequence[CardSentence]:
    """What the card of each item says; how items of a list differ only where we made the list."""
    if context.compared:
        return [NO_SENTENCE] * len(evidence)
    planned = [PlannedItem(entry.candidate, entry.closest, entry.together) for entry in evidence]
    plans = list(plans_of(planned, context.demand, context.ground or CatalogGround(context.schema), ranked=ranked))
    return realised(plans, context.demand.phrasing, context.length)


def _nearest(
    candidates: Sequence[Candidate], request: Request, context: ReasonContext, nearness: Nearness
) -> dict[str, Closest | None]:
    """By id the passage nearest to the request, of the items in which no passage answers it by its words."""
    wanted = context.wanted_words()
    items = [candidate.item for candidate in candidates]
    # What answers in the person's own words is surer than what is near in meaning, and costs no embedding.
    unanswered = [item for item in items if not _answers(item, wanted, context.schema)]
    closest = nearness.closest(unanswered, request)
    return {item.id: passage for item, passage in zip(unanswered, closest, strict=True)}


def _reason(evidence: ItemEvidence, sentence: CardSentence, context: ReasonContext, *, worded: bool) -> ItemReason:
    claims = collect_claims(evidence, context, sentence.parts)
    facts = _facts(evidence, claims, context) if worded else NO_FACTS
    phrasing, item = context.demand.phrasing, evidence.candidate.item
    return ItemReason(
        claims,
        facts,
        sentence,
        Rewriting.of(sentence, phrasing) if sentence.text else None,
        context.request_texts[-1] if context.request_texts else "",
        stems_of(f"{item.title} {item.category or ''}", phrasing.language) | context.demand.wishes.kind_stems,
    )


def _beside(
    at: int, candidates: Sequence[Candidate], distinctive: DistinctiveFacts | None, context: ReasonContext
) -> tuple[Claim, ...]:
    """How the item compares with the first of its list."""
    if at == 0 or distinctive is None:
        return ()
    item, first = candidates[at].item, candidates[0].item
    return tuple(contrast(item, first, distinctive, context.phrases, whole=context.compared))


def _facts(evidence: ItemEvidence, claims: Sequence[Claim], context: ReasonContext) -> Facts:
    """What may be said: the evidence of the claims and the item's card; of the request, that it was asked.

    What stands in the first item is set apart, or a model could tell it of this one.
    """
    item, together = evidence.candidate.item, evidence.together
    own = [claim for claim in claims if not tells_of_others(claim)]
    # The bound of a must-have is no value of the item: `price<=50` does not make it cost 50.
    cited = [source for claim in own for source in claim.evidence if source.kind not in ("filter", "request")]
    spans = (span for description in item.descriptions for span in description.spans)
    guesses = {span.text for span in spans if span.kind == "label"}
    certain = (source.value for source in cited if source.value not in guesses)
    fields = (source.pointer.rpartition("/")[2] for source in cited if source.kind == "field")
    labels = sorted({name.replace("_", " ") for name in fields})
    return Facts(
        (*certain, *labels, _shown(item, context.schema)),
        tuple(guesses),
        context.request,
        first=(_shown(evidence.first, context.schema),) if evidence.first else (),
        liked=(together.title,) if together else (),
        people=together.people if together else 0,
    )


def _shown(item: Item, schema: Schema) -> str:
    return lines_as_data(card(item, schema, CARD_CHARS), CARD_CHARS)


def _answers(item: Item, wanted: Collection[str], schema: Schema) -> bool:
    """Whether one passage holds half of the words of the request, so that no other need be near in meaning."""
    return any(2 * len(set(words(passage.text)) & set(wanted)) >= len(wanted) > 0 for passage in passages(item, schema))


def tells_of_others(claim: Claim) -> bool:
    """Whether a claim tells of other items too; code words it, whoever words the rest."""
    return any(evidence.kind in _OF_OTHERS for evidence in claim.evidence)


def _tells_of_request(claim: Claim) -> bool:
    """Whether a claim is about what the item does not tell: a model could word it as told."""
    return any(evidence.kind == "request" for evidence in claim.evidence)
