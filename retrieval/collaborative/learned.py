"""What a workspace has learned from behaviour, kept beside the truth and made anew when that has moved on."""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.collaborative import Model
from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.catalogue import fit_default
from retrieval.collaborative.ease import Ease
from retrieval.collaborative.item_knn import ItemKnn
from retrieval.collaborative.popularity import Popularity
from retrieval.collaborative.private import Privacy, fit_private
from retrieval.errors import WorkspaceUnwritable
from retrieval.once import once
from retrieval.query import History
from retrieval.storage.store import Store

logger = logging.getLogger(__name__)

VERSION = "3"  # of the models and their settings: a new number has them fitted anew
_PRIVATE = "decides which likings are told wrongly"  # name of a setting
STALE_SHARE = 0.05  # of the events: so many may be new before the models are fitted anew; histories count them at once

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True, eq=False)
class LearnedModels:
    """The fitted models of a catalog.

    Attributes:
        model: Speaks for a history.
        popularity: Speaks where there is none.
        n_events: Of items of the catalog, when they were fitted.
    """

    model: Ease | ItemKnn
    popularity: Popularity
    n_events: int

    @classmethod
    def fit(cls, behaviour: Behaviour, n_events: int, privacy: Privacy | None = None) -> LearnedModels:
        """Learn from everybody's behaviour, or through noise."""
        if privacy is not None:
            return cls(*fit_private(behaviour, privacy), n_events)
        return cls(fit_default(behaviour), Popularity.fit(behaviour.liked()), n_events)


def load_learned(store: Store, rows: Mapping[str, int], epsilon: float | None = None) -> LearnedModels:
    """What was learned before, or where that is stale or gone, what is to be learned now; the latter is kept.

    Args:
        rows: Row of each item id in the catalog.
        epsilon: As in `Privacy`; what is learned is exact when None.
    """
    # before the events are read: what is erased meanwhile must not be kept as learned
    n_erasures = store.n_erasures
    state = store.interaction_state()
    n_events = state.n_events - state.n_waiting
    packed = store.learned()
    learned = _unpacked(packed, rows, epsilon) if packed else None
    if learned is not None and _is_fresh(n_events, learned.n_events):
        return learned
    privacy = None if epsilon is None else Privacy(epsilon, _secret(store))
    learned = LearnedModels.fit(Behaviour.build(store.interactions(), rows), n_events, privacy)
    if n_events:
        _keep(store, _packed(learned, rows, epsilon), n_erasures)
    return learned


def is_learned(store: Store, rows: Mapping[str, int], epsilon: float | None = None) -> bool:
    """Whether `load_learned` would find all that is to be learned, and so write nothing."""
    state, packed = store.interaction_state(), store.learned()
    n_events = state.n_events - state.n_waiting
    if packed is None:
        return not n_events and epsilon is None
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        return _fits(arrays, rows, epsilon) and _is_fresh(n_events, int(arrays["n_events"]))


def _is_fresh(n_events: int, n_learned: int) -> bool:
    return abs(n_events - n_learned) <= STALE_SHARE * n_learned


def _keep(store: Store, packed: bytes, n_erasures: int) -> None:
    try:
        store.keep_learned(packed, n_erasures)
    except WorkspaceUnwritable as error:
        # it is learned again the next time, which is slower and not wrong
        logger.info("What was learned is not kept: %s", error.what)


def _secret(store: Store) -> bytes:
    """What decides which likings are told wrongly: made once, kept in the workspace."""
    secret = store.setting(_PRIVATE)
    if secret is None:
        secret = secrets.token_hex(16)
        store.set_setting(_PRIVATE, secret)
    return bytes.fromhex(secret)


def _version(epsilon: float | None) -> str:
    return VERSION if epsilon is None else f"{VERSION} with epsilon {epsilon!r}"


class LateLearned:
    """What was learned, read or fitted when a model of it is first asked, and once however many ask."""

    def __init__(self, load: Callable[[], LearnedModels]) -> None:
        self._load = load
        self._n_new = 0

    @once
    def loaded(self) -> LearnedModels:
        """What was learned."""
        return self._load()

    def outdated(self) -> bool:
        """Take note of one more event. Returns: whether so many are new that it would be fitted anew."""
        if not LateLearned.loaded.is_made(self):  # whoever loads it later finds the event in the store
            return False
        self._n_new += 1
        return self._n_new > STALE_SHARE * self.loaded.n_events


class LateModel:
    """A model that is fitted or read when it is first asked: most requests need none."""

    def __init__(self, load: Callable[[], Model]) -> None:
        self._load = load

    @property
    def name(self) -> str:
        """The name of the model itself."""
        return self.loaded.name

    @once
    def loaded(self) -> Model:
        """The model itself."""
        return self._load()

    def scores(self, history: History) -> NDArray[np.float32]:
        """The scores of the model itself."""
        return self.loaded.scores(history)


def _packed(learned: LearnedModels, rows: Mapping[str, int], epsilon: float | None) -> bytes:
    arrays: Arrays = {
        "version": np.array(_version(epsilon)),
        "n_events": np.array(learned.n_events),
        "ids": np.array(sorted(rows, key=rows.__getitem__)),
        "popularity": learned.popularity.shares,
    }
    model = learned.model
    if isinstance(model, Ease):
        arrays |= {"ease": model.weights, "warm": model.warm}
    else:
        arrays |= {"neighbours": model.neighbours, "likeness": model.likeness, "warm": model.warm}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _fits(arrays: Mapping[str, Any], rows: Mapping[str, int], epsilon: float | None) -> bool:
    """Whether what was kept is of this version, and of the catalog's present rows."""
    # the arrays know items by their rows alone
    moved = any(rows.get(item_id) != row for row, item_id in enumerate(arrays["ids"].tolist()))
    return not moved and str(arrays["version"]) == _version(epsilon)


def _unpacked(data: bytes, rows: Mapping[str, int], epsilon: float | None) -> LearnedModels | None:
    """The models as they were kept; None where they are of another version or the catalog's rows have moved."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        if not _fits(arrays, rows, epsilon):
            return None
        ids = arrays["ids"].tolist()
        added = len(rows) - len(ids)
        popularity = Popularity(np.pad(arrays["popularity"], (0, added)))
        n_events = int(arrays["n_events"])
        if "ease" in arrays:
            return LearnedModels(Ease(arrays["ease"], arrays["warm"], len(rows)), popularity, n_events)
        own = np.arange(len(ids), len(rows), dtype=np.intp)[:, None]
        neighbours = np.vstack([arrays["neighbours"], np.repeat(own, arrays["neighbours"].shape[1], axis=1)])
        model = ItemKnn(
            neighbours, np.pad(arrays["likeness"], ((0, added), (0, 0))), np.pad(arrays["warm"], (0, added))
        )
        return LearnedModels(model, popularity, n_events)
