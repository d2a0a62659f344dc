"""A review: what one person wrote of one item."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from retrieval.text.contacts import without_contacts

MAX_TITLE_CHARS, MAX_TEXT_CHARS = 300, 8_000


@dataclass(frozen=True, slots=True)
class Review:
    """What one person wrote of one item.

    Attributes:
        item_id: Of an item of the catalog.
        user: Identity of the person; None where nobody says who it was.
        stars: As given, from 0 to `top`; None where none were given.
        top: The upper end of the scale that the stars are on.
        title: What stands above the text.
        text: What was written; either may be empty where there are stars.
        at_s: Seconds since 1970-01-01 UTC; None where that is not known.
    """

    item_id: str
    user: str | None
    stars: float | None = None
    top: float | None = None
    title: str = ""
    text: str = ""
    at_s: float | None = None

    @property
    def key(self) -> str:
        """The same for the same review, however often it comes: of who, what and when, else of its words."""
        told = (self.at_s,) if self.user and self.at_s is not None else (self.at_s, self.title, self.text)
        parts = repr((self.item_id, self.user, *told))
        return hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    @property
    def liking(self) -> float | None:
        """The stars as a share of their scale, in [0, 1]; None where there are none."""
        if self.stars is None or not self.top:
            return None
        return min(1.0, max(0.0, self.stars / self.top))

    @property
    def whole(self) -> str:
        """Title and text, each on lines of its own."""
        return "\n".join(part for part in (self.title, self.text) if part)


def tidied(text: str, limit: int) -> str:
    """A text without what tells how to reach somebody, cut at `limit` characters."""
    return without_contacts(text.strip()[:limit])


__all__ = ["MAX_TEXT_CHARS", "MAX_TITLE_CHARS", "Review", "tidied"]
