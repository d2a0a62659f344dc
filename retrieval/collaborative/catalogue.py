"""All collaborative models by name, and which one a catalog gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from retrieval.collaborative import Model
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.cooccurrence import warm_rows
from retrieval.collaborative.ease import MAX_ITEMS, Ease
from retrieval.collaborative.factors import Als, Bpr
from retrieval.collaborative.item_knn import ItemKnn
from retrieval.collaborative.popularity import Popularity
from retrieval.collaborative.surges import without_surges

Fit = Callable[[Behaviour], Model]

PLAIN_REGULARISATION = 200.0
"""For EASE^R on plain co-occurrence, whose counts are larger than those of things done shortly after one another."""

SLACK = 2.0
"""Of a surge. Made-up people then lift an item into no more of the answers; 1 costs films HR@10, 0.257 to 0.243."""

MODELS: Mapping[str, Fit] = MappingProxyType(
    {
        "popularity": Popularity.fit,
        "item-knn": ItemKnn.fit,
        "als": Als.fit,
        "bpr": Bpr.fit,
        "ease-plain": lambda behaviour: Ease.fit(behaviour, regularisation=PLAIN_REGULARISATION, far=1.0),
        "ease": Ease.fit,
    }
)
"""By name how each is fitted; `ease-plain` is EASE^R as published, `ease` the one that knows what came soon after."""


def fit_default(behaviour: Behaviour) -> Ease | ItemKnn:
    """EASE^R of what was liked, or item-kNN where a matrix of more than `MAX_ITEMS` items squared is too much.

    Dislikes count in the history of who is asked for, not in what goes together: on held-back film ratings that lifts
    nDCG@10 of the whole ranking from 0.153 to 0.158.
    """
    liked = without_surges(behaviour.liked(), SLACK)
    return Ease.fit(liked) if len(warm_rows(liked)) <= MAX_ITEMS else ItemKnn.fit(liked)
