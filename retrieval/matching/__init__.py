"""Whether two pictures show the very same thing, by points that lie in both of them in the same way."""

from __future__ import annotations

from retrieval.matching.same_thing import LOOKED_AT, SeenAgain, same_things

__all__ = ["LOOKED_AT", "SeenAgain", "same_things"]
