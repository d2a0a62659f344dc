"""Plans: how each kind of request is answered, by what a person has set, what was learned or tuned, or by default."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import get_args

from agent.errors import ConfigError, FusionError
from agent.language.messages import Note
from agent.retrieve.tuned import fusion_blob, load_tuned, tuned_plans
from retrieval.channels.registry import absolute_channels, default_weights, present_with
from retrieval.fusion import Fusion
from retrieval.fusion.catalogue import LEARNED, NAMES, TRAINING_FREE, make
from retrieval.fusion.checkpoint import Features, from_bytes
from retrieval.query import RequestKind
from retrieval.retriever import Plan
from retrieval.snapshot import Snapshot
from retrieval.storage.store import Store
from retrieval.tuning.setting import LearnedSetting
from retrieval.tuning.tuned import Tuned

AUTO = "auto"


class Plans(Mapping[RequestKind, Plan]):
    """The plan of each kind of request; a learned fusion is read when it is first asked.

    One that does not fit the catalog any more is not used: the plan that holds without it answers, and `refusals` says
    why.

    Args:
        plain: Plans that need no training, for all kinds.
        learned: Fusions that take their place.
    """

    def __init__(
        self, plain: Mapping[RequestKind, Plan], learned: Mapping[str, LearnedSetting], store: Store, snapshot: Snapshot
    ) -> None:
        self._plans, self._waiting = dict(plain), dict(learned)
        self._store, self._snapshot = store, snapshot
        self.refusals: dict[RequestKind, Note] = {}
        self._reading = threading.Lock()

    def __getitem__(self, kind: RequestKind) -> Plan:
        with self._reading:  # requests of several threads share the plans: one of them reads, the others wait
            if (setting := self._waiting.pop(kind, None)) is not None:
                self._take(kind, setting)
            return self._plans[kind]

    def _take(self, kind: RequestKind, setting: LearnedSetting) -> None:
        try:
            fusion = _read(kind, setting, self._store, self._snapshot)
            self._plans[kind] = Plan(frozenset(setting.channels), fusion)
        except FusionError as error:
            self.refusals[kind] = Note("fusion refused", fusion=setting.fusion, kind=kind, why=error.what)

    def __iter__(self) -> Iterator[RequestKind]:
        return iter(self._plans)

    def __len__(self) -> int:
        return len(self._plans)


def plans_of(store: Store, snapshot: Snapshot, fusion: str = AUTO) -> Plans:
    """The plans of a workspace.

    Args:
        fusion: As in `AgentConfig.fusion`.

    Raises:
        ConfigError: there is no such fusion, or it has not been trained in this workspace.
    """
    if fusion in TRAINING_FREE:
        return Plans(default_plans(fusion), {}, store, snapshot)
    tuned = load_tuned(store)
    # Kinds of request that nothing was tuned for keep their default plan.
    usual = {**default_plans(), **tuned_plans(tuned, channels_present(snapshot))}
    return Plans(usual, _learned(tuned, fusion), store, snapshot)


def default_plans(fusion: str = "weighted") -> dict[RequestKind, Plan]:
    """How each kind of request is answered by a fusion that needs no training, with the default weights."""
    weights: dict[RequestKind, Mapping[str, float]] = {kind: default_weights(kind) for kind in get_args(RequestKind)}
    absolute = absolute_channels()
    return {kind: Plan(frozenset(own), make(fusion, own, absolute)) for kind, own in weights.items()}


def channels_present(snapshot: Snapshot) -> frozenset[str]:
    """The channels that judge by what items are and for which this catalog has anything."""
    return present_with(snapshot.tables)


def refusals(plans: Mapping[RequestKind, Plan], kind: RequestKind) -> tuple[Note, ...]:
    """Why the learned fusion for this kind of request is not used; empty where it is, or where there is none."""
    refusal = plans.refusals.get(kind) if isinstance(plans, Plans) else None
    return (refusal,) if refusal else ()


def all_refusals(store: Store, snapshot: Snapshot) -> tuple[Note, ...]:
    """Why learned fusions that are to be used are not."""
    plans = plans_of(store, snapshot)
    # Plans read a learned fusion when its kind of request is first asked for: each has to be asked for to be refused.
    return tuple(refusal for kind in get_args(RequestKind) if plans[kind] for refusal in refusals(plans, kind))


def features_of(store: Store, snapshot: Snapshot) -> Features:
    """Which vectors a fusion that is trained now learns from."""
    return Features.of(snapshot, _models(store))


def _learned(tuned: Tuned | None, fusion: str) -> Mapping[str, LearnedSetting]:
    """By kind of request the learned fusion that is to answer it."""
    if fusion == AUTO:
        return tuned.learned if tuned else {}
    if fusion not in LEARNED:
        raise ConfigError(f"There is no fusion {fusion!r}.", f"Choose {AUTO} or one of {', '.join(NAMES)}.")
    trained = tuned.trained(fusion) if tuned else {}
    if not trained:
        raise ConfigError(
            f"The fusion {fusion!r} has not been trained in this workspace.",
            f"Run `tastemaker tune --learn {fusion}` first, or choose another fusion.",
        )
    return trained


def _read(kind: RequestKind, setting: LearnedSetting, store: Store, snapshot: Snapshot) -> Fusion:
    saved = store.blob(fusion_blob(kind, setting.fusion))
    if saved is None:
        raise FusionError(
            "What it learned was erased with a person or an item that it had learned from.", "Let it learn anew."
        )
    return from_bytes(saved, snapshot, _models(store))


def _models(store: Store) -> dict[str, str]:
    """By channel the model that made its vectors."""
    return {name: info.model for name, info in store.channels().items()}
