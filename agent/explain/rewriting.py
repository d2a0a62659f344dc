"""Chats of wording: what a language model is told that rewords the planner's sentence, or writes one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import prompts
from agent.answers import Claim
from agent.backends.chat.chats import as_chat
from agent.backends.protocols import Chat
from agent.explain.sentence import CardSentence
from agent.explain.sentence.phrasing import Phrasing
from agent.language.untrusted import as_data

FACT_CHARS, DRAFT_CHARS, WISH_CHARS = 160, 400, 300
MOST_CLAIMS = 5
REWRITE, WORD = "rewrite_reason", "word_reason"


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A sentence to be reworded.

    Attributes:
        facts: What the planner chose to tell, then one or two things more that could be told.
        missed: What must be admitted, as a few words each.
        draft: The planner's sentence.
    """

    facts: tuple[str, ...]
    missed: tuple[str, ...]
    draft: str

    @classmethod
    def of(cls, card: CardSentence, phrasing: Phrasing) -> Self:
        """What a card says, to be reworded."""
        opening = (card.opening,) if card.opening else ()
        facts = (*opening, *(point.text for point in (*card.told, *card.spare)))
        missed = tuple(phrasing.admission(miss.kind, miss.wish, miss.other, miss.text) for miss in card.admitted)
        return cls(facts, missed, card.clause)


def rewriting_chat(rewriting: Rewriting) -> Chat:
    """The chat that asks a model to reword a sentence."""
    rendered = prompts.load(REWRITE).render(
        facts=_fenced(rewriting.facts), missed=_fenced(rewriting.missed), draft=as_data(rewriting.draft, DRAFT_CHARS)
    )
    return as_chat(rendered)


def writing_chat(wish: str, rewriting: Rewriting, claims: Sequence[Claim]) -> Chat:
    """The chat that asks a model for a sentence of its own."""
    rendered = prompts.load(WORD).render(
        wish=as_data(wish, WISH_CHARS),
        met=_fenced(rewriting.facts),
        missed=_fenced(rewriting.missed),
        facts=_fenced(list(dict.fromkeys(map(_plain, claims)))[:MOST_CLAIMS]),
    )
    return as_chat(rendered)


def _plain(claim: Claim) -> str:
    """What a claim cites, without what it says of where that stands and of what was sought."""
    source = next((source for source in claim.evidence if source.kind in ("field", "span")), None)
    return source.value if source else claim.text


def _fenced(texts: Sequence[str]) -> list[str]:
    return [text for text in (as_data(text, FACT_CHARS) for text in texts) if text]


__all__ = ["REWRITE", "WORD", "Rewriting", "rewriting_chat", "writing_chat"]
