"""Wording: claims become a sentence, by a language model whose every word is checked, or by templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import prompts
from agent.answers import Claim, Explanation, Request
from agent.backends.chat.chats import as_chat
from agent.backends.chat.fitting import all_fitted
from agent.backends.protocols import Chat, ChatModel, GenerateOptions
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.explain.grounding.check import check
from agent.explain.phrases import Phrases, phrases_for
from agent.explain.reasons import ItemReason, tells_of_others
from agent.language.messages import Note
from agent.language.untrusted import as_data, holds_markup
from retrieval.text.words import sentences

MAX_CLAIMS_WORDED = 5
_PARTS = re.compile(r"((?:;|,)(?: and)?\s+(?=the |its |it |you ))")  # where the facts of a sentence are joined
_HANGING = re.compile(r"[;,]\s+and$")
_ENDS = (".", "!", "?")
LENGTHS = {"short": MAX_CLAIMS_WORDED, "normal": MAX_CLAIMS_WORDED, "long": 8}
FACT_CHARS = 160


@dataclass(frozen=True, slots=True)
class Style:
    """How reasons are worded.

    Attributes:
        n_claims: How many claims a model is given, or a comparison tells, the most telling ones.
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


def explanations(
    item_reasons: Sequence[ItemReason], request: Request, model: ChatModel | None, style: Style, notes: list[str]
) -> Iterator[tuple[int, Explanation]]:
    """Every reason worded: by the model as far as it goes, plainly where there is none or it fails.

    Args:
        notes: Where it is written down what was done otherwise than asked.

    Yields:
        Number of the reason, and its explanation, each as soon as it is ready.
    """
    missing = set(range(len(item_reasons)))
    if model is not None:
        try:
            for at, explanation in word(item_reasons, model, style, notes):
                missing.remove(at)
                yield at, explanation
        except ModelError as error:  # what came before it stays: only what is missing is worded plainly
            notes.append(Note("worded plainly", why=error.what))
    for at in sorted(missing):
        yield at, word_plainly(item_reasons[at], request.language, style)


def word_plainly(
    reason: ItemReason, language: str, style: Style = PLAIN_STYLE, rejected: tuple[str, ...] = ()
) -> Explanation:
    """The card's own sentence; where items are compared the claims, as templates word them."""
    phrases = phrases_for(language)
    text = reason.sentence or phrases.sentence([claim.text for claim in reason.claims[: style.n_claims]])
    return Explanation(_with_opening(text, phrases, style), reason.claims, "template", None, rejected)


def word(
    item_reasons: Sequence[ItemReason],
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
    facts = {at: texts for at, reason in enumerate(item_reasons) if (texts := _facts_to_word(reason, style))}
    if not facts:
        return
    chats, shortened = all_fitted([_chat(texts) for texts in facts.values()], model, style.max_new_tokens)
    if notes is not None:
        notes += shortened
    numbers, drafts, open_drafts = list(facts), dict.fromkeys(facts, ""), set(facts)
    for row, piece in model.stream(chats, GenerateOptions(style.max_new_tokens, stop=("\n",))):
        number = numbers[row]
        drafts[number] += piece
        begun = sentences(drafts[number])
        # A sentence is whole once another begins, or nothing more comes; what a model adds to it is not waited for.
        if number in open_drafts and (len(begun) > 1 or not piece):
            open_drafts.remove(number)
            yield number, accept(begun[0] if begun else "", item_reasons[number], model.name, style)
            if not open_drafts:  # the model is stopped here: it would go on to the end of its room
                return


def trim_draft(draft: str) -> str:
    """A draft that was cut or went round in circles, ended where its last whole new part ends."""
    draft = _HANGING.sub(".", draft.strip())
    parts = _PARTS.split(draft)
    texts, joints = parts[::2], ["", *parts[1::2]]
    is_ended = draft.endswith(_ENDS)
    seen, pieces = set[str](), list[str]()
    for at, (joint, text) in enumerate(zip(joints, texts, strict=True)):
        # Small models that have no more to say begin anew; what follows a repeated part repeats what followed it.
        if text.rstrip(".!? ").casefold() in seen or (at == len(texts) - 1 and not is_ended and pieces):
            break
        seen.add(text.rstrip(".!? ").casefold())
        pieces += [joint, text]
    line = "".join(pieces).strip()
    return f"{line}." if len(pieces) < 2 * len(texts) and not line.endswith(_ENDS) else line


def accept(sentence: str, reason: ItemReason, model: str, style: Style = PLAIN_STYLE) -> Explanation:
    """The model's sentence when it passes the check, else the plain wording and why."""
    sentence = trim_draft(sentence)
    if not sentence.endswith(_ENDS):
        return word_plainly(reason, "en", style, (f"{sentence} (not a whole sentence)",))
    if holds_markup(sentence):
        return word_plainly(reason, "en", style, (f"{sentence} (it holds an address or markup)",))
    verdict = check(sentence, reason.facts)
    if not verdict.grounded:
        return word_plainly(reason, "en", style, (f"{sentence} ({verdict.reason})",))
    phrases = phrases_for("en")
    # No model was told of other items, nor of what is missing: that is said by us.
    compared = [claim.text for claim in reason.claims[: style.n_claims] if tells_of_others(claim)]
    beside = [reason.aside] if reason.sentence else compared
    text = phrases.sentence([sentence, *beside])
    return Explanation(_with_opening(text, phrases, style), reason.claims, "model", model)


def _with_opening(text: str, phrases: Phrases, style: Style) -> str:
    return phrases.opening + text if style.warm else text


def _facts_to_word(reason: ItemReason, style: Style) -> list[str]:
    """The facts that a model is given to word."""
    own = [claim for claim in reason.claims if not tells_of_others(claim) and not _tells_of_request(claim)]
    return [as_data(claim.text, FACT_CHARS) for claim in own][: style.n_claims]


def _tells_of_request(claim: Claim) -> bool:
    """Whether a claim is about what the item does not tell: a model could word it as told."""
    return any(evidence.kind == "request" for evidence in claim.evidence)


def _chat(facts: Sequence[str]) -> Chat:
    rendered = prompts.load("explain_item").render(facts=facts)
    return as_chat(rendered)
