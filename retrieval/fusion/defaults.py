"""Channel weights for a catalog that has not been tuned."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from retrieval.query import RequestKind

# Words: 0.3 to 0.4 of dense text beside BM25, whose scores rarely come near 1, won on both labelled catalogs.
# The bridge is weak beside real text and strong where a picture is all an item has, hence its small share.
DEFAULT_WEIGHTS: Mapping[RequestKind, Mapping[str, float]] = MappingProxyType(
    {
        "text": {"text": 0.35, "lexical": 0.57, "bridge": 0.08},
        "foreign": {"multilingual": 0.8, "lexical": 0.2},
        "picture": {"visual": 0.9, "text": 0.1},
        "both": {"visual": 0.45, "text": 0.25, "lexical": 0.2, "multilingual": 0.1},
        "history": {"collaborative": 0.7, "text": 0.2, "visual": 0.1},
    }
)
