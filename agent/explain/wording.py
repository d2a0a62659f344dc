"""Wording: the planner's sentence stands, or a language model's that says as much and was checked word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.answers import Explanation, Request
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.explain.drafts import Draft, Voice, drafts
from agent.explain.omissions import is_admitted
from agent.explain.phrases import Phrases, phrases_for
from agent.explain.reasons import ItemReason
from agent.language.messages import Note

MAX_CLAIMS_TOLD = 5
LENGTHS = {"short": MAX_CLAIMS_TOLD, "normal": MAX_CLAIMS_TOLD, "long": 8}
MODEL_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Style:
    """How reasons are worded.

    Attributes:
        n_claims: How many claims a comparison tells, the most telling ones.
        warm: Begin with a few friendly words that claim nothing.
        max_new_tokens: Of one reason by the model.
    """

    n_claims: int = MAX_CLAIMS_TOLD
    warm: bool = False
    max_new_tokens: int = 64

    @classmethod
    def of(cls, config: AgentConfig) -> Style:
        """As the settings want it."""
        return cls(LENGTHS[config.explanation_length], config.tone == "warm", config.max_new_tokens)


PLAIN_STYLE = Style()


def explanations(
    item_reasons: Sequence[ItemReason], request: Request, voice: Voice | None, style: Style, notes: list[str]
) -> Iterator[tuple[int, Explanation]]:
    """Every reason worded: by the model as far as it goes, as planned where there is none or it fails.

    Args:
        notes: Where it is written down what was done otherwise than asked.

    Yields:
        Number of the reason, and its explanation, each as soon as it is ready.
    """
    missing = set(range(len(item_reasons)))
    if voice is not None:
        try:
            for at, explanation in word(item_reasons, voice, style, notes):
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
    text = reason.card.text or phrases.sentence([claim.text for claim in reason.claims[: style.n_claims]])
    return Explanation(_with_opening(text, phrases, style), reason.claims, "template", None, rejected)


def word(
    item_reasons: Sequence[ItemReason],
    voice: Voice,
    style: Style = PLAIN_STYLE,
    notes: list[str] | None = None,
) -> Iterator[tuple[int, Explanation]]:
    """Have the model word all reasons in one batch; only what passed comes out, each as soon as it has.

    Args:
        notes: Where it is written down when texts were too long for the model and had to be shortened.

    Yields:
        Number of the reason, and its explanation: the model's first sentence that passed, or the planner's where none
        did. Reasons of which no model is told anything do not come.
    """
    refused: dict[int, list[str]] = {}
    notes = [] if notes is None else notes
    for draft in drafts(item_reasons, voice, style.max_new_tokens, notes):
        if draft.fault:
            refused.setdefault(draft.number, []).append(f"{draft.text} ({draft.why})")
        else:
            rejected = tuple(dict.fromkeys(refused.pop(draft.number, ())))
            yield draft.number, _accepted(draft, item_reasons[draft.number], voice, style, rejected)
    for number, rejections in sorted(refused.items()):
        yield number, word_plainly(item_reasons[number], MODEL_LANGUAGE, style, tuple(dict.fromkeys(rejections)))


def _accepted(draft: Draft, reason: ItemReason, voice: Voice, style: Style, rejected: tuple[str, ...]) -> Explanation:
    """A model's sentence, with what it does not admit, and what the planner has to say behind it."""
    phrases = phrases_for(MODEL_LANGUAGE)
    asides = zip(reason.card.admitted, reason.card.asides, strict=True)
    unadmitted = [text for miss, text in asides if not is_admitted(miss, draft.text)]
    text = " ".join(part for part in (draft.text, *unadmitted, reason.card.more) if part)
    return Explanation(_with_opening(text, phrases, style), reason.claims, "model", voice.model.name, rejected)


def _with_opening(text: str, phrases: Phrases, style: Style) -> str:
    return phrases.opening + text if style.warm else text
