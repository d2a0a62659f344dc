"""Kinds: what kind of thing a wish is for, and which items of a catalog are of it."""

from agent.understand.kinds.phrase import Kind
from agent.understand.kinds.reading import KindReader
from agent.understand.kinds.table import KindMatch, KindTable

__all__ = ["Kind", "KindMatch", "KindReader", "KindTable"]
