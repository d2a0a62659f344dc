"""Explain: claims are collected in code, a language model may word them, code checks every word it wrote."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import prompts
from agent.answers import Claim, Decided, Explanation, Request, Together
from agent.backends.chat.chats import as_chat
from agent.backends.chat.fitting import all_fitted
from agent.backends.protocols import Chat, ChatModel
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.explain.claims import collect_claims, passages, wanted_words
from agent.explain.contrast import contrast
from agent.explain.distinctive import Telling
from agent.explain.grounding.check import Facts, check
from agent.explain.nearest_passage import Nearness
from agent.explain.phrases import Phrases, phrases_for
from agent.language.messages import Note
from agent.language.untrusted import as_data, holds_markup, lines_as_data
from agent.people.taste import unnamed
from agent.rerank.rerank import Scored
from retrieval.candidates import Candidate
from retrieval.filters import Filter
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.cards import card
from retrieval.text.words import sentences, words

MAX_CLAIMS_WORDED = 5
_PARTS = re.compile(r"((?:;|,)(?: and)?\s+(?=the |its |it |you ))")  # where the facts of a sentence are joined
_HANGING = re.compile(r"[;,]\s+and$")
_ENDS = (".", "!", "?")
LENGTHS = {"short": 2, "normal": MAX_CLAIMS_WORDED, "long": 8}
CARD_CHARS = 600
FACT_CHARS = 160
# Evidence that lies in other items, or in where an item stands among them: no model is told of these.
_OF_OTHERS = frozenset({"contrast", "people", "channel", "decided"})


@dataclass(frozen=True, slots=True)
class Style:
    """How reasons are worded.

    Attributes:
        n_claims: How many claims are told, the most telling ones.
        warm: Begin with a few friendly words that claim nothing.
        max_new_tokens: Of one reason by the model.
    """

    n_claims: int = MAX_CLAIMS_WORDED
    warm: bool = False
    max_new_tokens: int = 64

    @classmethod
    def of(cls, config: AgentConfig) -> Style:
        """As the settings want it."""
        return cls(LENGTHS[config.explanation_length], config.tone == "warm", config.max_new_tokens)


PLAIN_STYLE = Style()
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
    own = [claim for claim in claims if not _of_others(claim)]
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


def explanations(
    told: Sequence[Reason], request: Request, model: ChatModel | None, style: Style, notes: list[str]
) -> Iterator[tuple[int, Explanation]]:
    """Every reason worded: by the model as far as it goes, plainly where there is none or it fails.

    Args:
        notes: Where it is written down what was done otherwise than asked.

    Yields:
        Number of the reason, and its explanation, each as soon as it is ready.
    """
    missing = set(range(len(told)))
    if model is not None:
        try:
            for at, explanation in word(told, model, style, notes):
                missing.remove(at)
                yield at, explanation
        except ModelError as error:
            notes.append(Note("worded plainly", why=error.what))
    for at in sorted(missing):
        yield at, worded_plainly(told[at], request.language, style)


def worded_plainly(
    reason: Reason, language: str, style: Style = PLAIN_STYLE, rejected: tuple[str, ...] = ()
) -> Explanation:
    """The claims themselves, as templates word them."""
    phrases = phrases_for(language)
    text = phrases.sentence([claim.text for claim in reason.claims[: style.n_claims]])
    return Explanation(_opened(text, phrases, style), reason.claims, "template", None, rejected)


def word(
    reasons_: Sequence[Reason],
    model: ChatModel,
    style: Style = PLAIN_STYLE,
    notes: list[str] | None = None,
) -> Iterator[tuple[int, Explanation]]:
    """Have the model word all reasons in one batch; only what passed the check comes out, each as soon as it has.

    The model is not told the request: what each item has of it is among the facts, and words of it that an item lacks
    were what models added to the facts most.

    Args:
        notes: Where it is written down when facts were too long for the model and had to be shortened.

    Yields:
        Number of the reason, and its explanation: the model's first sentence, or the plain wording where the check
        refused it. Reasons of which no model is told anything do not come.
    """
    facts = {at: told for at, reason in enumerate(reasons_) if (told := _told(reason, style))}
    if not facts:
        return
    asked = [_chat(told) for told in facts.values()]
    chats, shortened = all_fitted(asked, model, style.max_new_tokens)
    if notes is not None:
        notes += shortened
    numbers, drafts, open_drafts = list(facts), dict.fromkeys(facts, ""), set(facts)
    for row, piece in model.stream(chats, max_new_tokens=style.max_new_tokens, stop=("\n",)):
        number = numbers[row]
        drafts[number] += piece
        begun = sentences(drafts[number])
        if number in open_drafts and (len(begun) > 1 or not piece):
            open_drafts.remove(number)
            yield number, accept(begun[0] if begun else "", reasons_[number], model.name, style)
            if not open_drafts:
                return


def whole(draft: str) -> str:
    """A draft that was cut or went round in circles, ended where its last whole new part ends."""
    draft = _HANGING.sub(".", draft.strip())
    parts = _PARTS.split(draft)
    texts, joints = parts[::2], ["", *parts[1::2]]
    ended = draft.endswith(_ENDS)
    seen, kept = set[str](), list[str]()
    for at, (joint, text) in enumerate(zip(joints, texts, strict=True)):
        if text.rstrip(".!? ").casefold() in seen or (at == len(texts) - 1 and not ended and kept):
            break
        seen.add(text.rstrip(".!? ").casefold())
        kept += [joint, text]
    line = "".join(kept).strip()
    return f"{line}." if len(kept) < 2 * len(texts) and not line.endswith(_ENDS) else line


def accept(sentence: str, reason: Reason, model: str, style: Style = PLAIN_STYLE) -> Explanation:
    """The model's sentence when it passes the check, else the plain wording and why."""
    sentence = whole(sentence)
    if not sentence.endswith(_ENDS):
        return worded_plainly(reason, "en", style, (f"{sentence} (not a whole sentence)",))
    if holds_markup(sentence):
        return worded_plainly(reason, "en", style, (f"{sentence} (it holds an address or markup)",))
    verdict = check(sentence, reason.facts)
    if not verdict.grounded:
        return worded_plainly(reason, "en", style, (f"{sentence} ({verdict.reason})",))
    phrases = phrases_for("en")
    beside = [claim.text for claim in reason.claims[: style.n_claims] if _of_others(claim)]
    return Explanation(_opened(phrases.sentence([sentence, *beside]), phrases, style), reason.claims, "model", model)


def _of_others(claim: Claim) -> bool:
    """Whether a claim tells of other items too; code words it, whoever words the rest."""
    return any(one.kind in _OF_OTHERS for one in claim.evidence)


def _opened(text: str, phrases: Phrases, style: Style) -> str:
    return phrases.opening + text if style.warm else text


def _told(reason: Reason, style: Style) -> list[str]:
    """The facts that a model is given to word."""
    own = [claim for claim in reason.claims if not _of_others(claim)]
    return [as_data(claim.text, FACT_CHARS) for claim in own][: style.n_claims]


def _chat(facts: Sequence[str]) -> Chat:
    rendered = prompts.load("explain_item").render(facts=facts)
    return as_chat(rendered)
