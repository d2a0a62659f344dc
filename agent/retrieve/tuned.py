"""What tuning found for a workspace, put to use: it replaces defaults and nothing that a person has set."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import cast, get_args

from agent.config import AgentConfig
from agent.language.messages import Note
from retrieval.channels.registry import absolute_channels, channels_of
from retrieval.query import RequestKind
from retrieval.retriever import Plan
from retrieval.storage.store import Store
from retrieval.tuning.tuned import Tuned

SETTING = "tuned"
FUSIONS = "fusion for "  # names of blobs that hold learned fusions begin so


def load_tuned(store: Store) -> Tuned | None:
    """What was tuned in this workspace; None where nothing was, or another version did it."""
    saved = store.setting(SETTING)
    return Tuned.from_json(saved) if saved else None


def save_tuned(store: Store, tuned: Tuned | None, fusions: Mapping[str, bytes] | None = None) -> None:
    """Put findings to use from now on; None goes back to the defaults.

    Args:
        fusions: By `fusion_blob` the checkpoint of every learned fusion, all others are erased.
    """
    store.replace_blobs(FUSIONS, fusions or {}, {SETTING: tuned.to_json() if tuned else ""})


def fusion_blob(kind: str, fusion: str) -> str:
    """Under which name a learned fusion is kept."""
    return f"{FUSIONS}{kind}: {fusion}"


def tuned_plans(tuned: Tuned | None, present: Collection[str]) -> Mapping[RequestKind, Plan]:
    """Plans that replace the default ones.

    Args:
        present: Channels that the catalog has; a plan that needs another one is left out.
    """
    if tuned is None:
        return {}
    return {
        cast(RequestKind, kind): Plan(frozenset(setting.weights), setting.make(absolute_channels()))
        for kind, setting in tuned.fusions.items()
        if kind in get_args(RequestKind) and not _missing_channels(tuned, kind, present)
    }


def tuned_settings(config: AgentConfig, tuned: Tuned | None) -> AgentConfig:
    """The settings with what was tuned, save for those that were set by argument, environment or file."""
    values = tuned.values if tuned else {}
    changed = {name: value for name, value in values.items() if name not in config.model_fields_set}
    return config.model_copy(update=changed) if changed else config


def unused_notes(tuned: Tuned | None, present: Collection[str]) -> Iterator[Note]:
    """Sentences about what was tuned and is not used, because the catalog has changed."""
    for kind in tuned.fusions if tuned else ():
        if missing := _missing_channels(tuned, kind, present):
            yield Note("weights unused", kind=kind, gone=tuple(missing))


def _missing_channels(tuned: Tuned | None, kind: str, present: Collection[str]) -> list[str]:
    """Channels that a setting needs and the catalog lacks; those of behaviour fall silent by themselves."""
    weights = tuned.fusions[kind].weights if tuned else {}
    return sorted(weights.keys() - set(present) - channels_of("behaviour"))
