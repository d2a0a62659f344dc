"""Modalities: which channels speak from text, pictures, sound and behaviour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

Modality = Literal["text", "picture", "sound", "behaviour"]

MODALITIES: Mapping[Modality, frozenset[str]] = MappingProxyType(
    {
        "text": frozenset({"text", "multilingual", "lexical"}),
        "picture": frozenset({"visual", "bridge"}),
        "sound": frozenset({"sound"}),
        "behaviour": frozenset({"collaborative", "popularity"}),
    }
)
"""By modality its channels; every channel belongs to exactly one."""


def modality_of(channel: str) -> Modality | None:
    """The modality a channel speaks from; None for a channel that belongs to none."""
    return next((modality for modality, channels in MODALITIES.items() if channel in channels), None)


def channels_of(modalities: Iterable[Modality]) -> frozenset[str]:
    """All channels of these modalities."""
    return frozenset(channel for modality in modalities for channel in MODALITIES[modality])


CHANNELS = ("text", "multilingual", "visual", "bridge", "sound")
