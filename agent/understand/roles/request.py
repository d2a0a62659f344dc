"""Several things in one request: each with its own words, and what is said of all."""

from __future__ import annotations

from dataclasses import dataclass

from agent.language.messages import Note


@dataclass(frozen=True, slots=True)
class AskedRole:
    """One of several things.

    Attributes:
        words: The person's words for it, its own adjectives and conditions with them.
        kind: The words in them that name a kind of thing; empty where no catalog has it.
        quantity: How many of it.
        start: Where its words begin, in characters.
        end: Where they end.
    """

    words: str
    kind: str
    quantity: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SharedBudget:
    """What all things together may cost.

    Attributes:
        at_most: The amount.
        currency: Its code, where one is named.
        words: The person's words for it.
        start: Where they begin, in characters.
        end: Where they end.
        stated: Whether words say that it is for all; else it is taken so, as people mean it.
    """

    at_most: float
    currency: str | None
    words: str
    start: int
    end: int
    stated: bool

    @property
    def note(self) -> Note | None:
        """How it was taken where nothing said so, for the person."""
        return None if self.stated else Note("budget for all", words=self.words)


@dataclass(frozen=True, slots=True)
class RoleRequest:
    """Several things that are asked for at once.

    Attributes:
        roles: Two at least, in the order of the words.
        shared: What is said of each of them: `below 40`, `all vegan`.
        purpose: What stands before them and says what they are for: `outfit for a job interview`.
        budget: What they may cost together.
    """

    roles: tuple[AskedRole, ...]
    shared: str = ""
    purpose: str = ""
    budget: SharedBudget | None = None


__all__ = ["AskedRole", "RoleRequest", "SharedBudget"]
