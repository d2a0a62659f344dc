"""Channel weights for a catalog that has not been tuned."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from retrieval.query import RequestKind

ABSOLUTE = frozenset({"lexical", "popularity"})
"""Channels whose scores lie in [0, 1] and mean the same in every request."""

# Words: 0.3 to 0.4 of dense text beside BM25, whose scores rarely come near 1, won on both labelled catalogs.
# The bridge is weak beside real text and strong where a picture is all an item has, hence its small share.
# Behaviour: what people with the same taste chose and what many chose lately join with small shares, and channels that
# are silent cost nothing. On 1,575 film dialogues, whose taste is the films they name, 0.08 and 0.14 are as good; where
# the taste is a person's own history more is better, up to 0.3 (300 people, asking by genre and decade). Without words
# pictures get a fifth of what texts get: of new films a third finds less (11 divisions of the training ratings).
DEFAULT_WEIGHTS: Mapping[RequestKind, Mapping[str, float]] = MappingProxyType(
    {
        "text": {"text": 0.273, "lexical": 0.445, "bridge": 0.062, "collaborative": 0.14, "popularity": 0.08},
        "foreign": {"multilingual": 0.624, "lexical": 0.156, "collaborative": 0.14, "popularity": 0.08},
        "picture": {"visual": 0.855, "text": 0.095, "collaborative": 0.05},
        "both": {"visual": 0.4275, "text": 0.2375, "lexical": 0.19, "multilingual": 0.095, "collaborative": 0.05},
        "history": {"collaborative": 0.7, "text": 0.25, "visual": 0.05},
    }
)
