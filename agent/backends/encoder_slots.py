"""Slots: the encoders of texts, pictures and sounds that the settings lead to, told without loading any.

Each slot is a setting: `embedded` for the encoder that ships, a model folder, or `owner/name[@REVISION]` of the model
hub. `auto` stands for what the workspace was made with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, Self, get_args

from agent.backends.loading.model_spec import ENDPOINT, ModelSpec, parse_spec
from agent.errors import ConfigError, ModelError
from agent.language.detection import ENCODER_LANGUAGES
from retrieval.once import once

SlotName = Literal["text", "picture", "sound"]
SLOTS: tuple[SlotName, ...] = get_args(SlotName)
AUTO, EMBEDDED = "auto", "embedded"
SNAPSHOTS = "snapshots"  # where the hub's cache keeps a folder for each commit
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.S)


class NamedEncoder:
    """An encoder that a person named.

    Args:
        slot: What it encodes.
        value: A folder, or the model hub's `owner/name[@REVISION]`.
        fetched: Whether all of it was fetched before, so that the hub need not be asked where it is on this machine.

    Raises:
        ConfigError: the value names no encoder.
    """

    def __init__(self, slot: SlotName, value: str, *, fetched: bool = False) -> None:
        self.slot = slot
        self._fetched = fetched
        self.spec = encoder_spec(slot, value)

    @once
    def folder(self) -> Path:
        """The model's folder, fetched where it is not there.

        Raises:
            ModelError: it cannot be had.
        """
        from agent.backends.loading import hub

        hint = (
            f"Put it back, or name another one with --{self.slot}-encoder ({EMBEDDED} is the one that ships) when the "
            "catalog is ingested again."
        )
        if self._fetched and self._from_hub and (held := hub.at_hand(self.spec.source, self.spec.revision)):
            return held
        try:
            folder = hub.model_path(self.spec.source, self.spec.revision)
        except ModelError as error:
            raise ModelError(f"The {self.slot} encoder cannot be had: {error.what}", hint) from error
        if not folder.is_dir():
            raise ModelError(f"The {self.slot} encoder {folder} is not there.", hint)
        return folder.absolute()

    @once
    def id(self) -> str:
        """Its name with a digest of its files: vectors of different ids are never compared."""
        from agent.backends.identity import folder_digest

        name = self.spec.source if self._from_hub else self.folder.resolve().name
        return f"{name}@{folder_digest(self.folder, deep=True)}"

    @once
    def pinned(self) -> str:
        """The value by which the same encoder is found from anywhere: an absolute folder, or a commit of the hub."""
        if not self._from_hub:
            return str(self.folder)
        commit = self.folder.name if self.folder.parent.name == SNAPSHOTS else self.spec.revision
        return str(ModelSpec(self.spec.source, revision=commit))

    @once
    def multilingual(self) -> bool:
        """Whether its card names the languages that the multilingual encoder that ships knows, or says so in a word."""
        languages = card_languages(self.folder / "README.md")
        return "multilingual" in languages or languages >= frozenset(ENCODER_LANGUAGES)

    @property
    def _from_hub(self) -> bool:
        return self.spec.is_hub_id and not Path(self.spec.source).expanduser().is_dir()

    def __str__(self) -> str:
        return str(self.spec)


@dataclass(frozen=True, slots=True)
class EncoderSlots:
    """By slot the encoder that a person named; None for the one that ships."""

    text: NamedEncoder | None = None
    picture: NamedEncoder | None = None
    sound: NamedEncoder | None = None

    @classmethod
    def of(cls, settings: Mapping[SlotName, str], remembered: Mapping[str, str]) -> Self:
        """The slots that settings lead to.

        Args:
            settings: By slot what a person set.
            remembered: By slot what the workspace was made with, for those that are left to it.
        """
        left = {slot for slot in SLOTS if settings[slot] == AUTO}
        values = {slot: remembered.get(slot, EMBEDDED) if slot in left else settings[slot] for slot in SLOTS}
        return cls(
            **{
                slot: NamedEncoder(slot, value, fetched=slot in left)
                for slot, value in values.items()
                if value != EMBEDDED
            }
        )

    def pinned(self) -> dict[str, str]:
        """By slot what a workspace is to remember.

        Raises:
            ModelError: an encoder cannot be had.
        """
        encoders = {field.name: getattr(self, field.name) for field in fields(self)}
        return {slot: encoder.pinned if encoder else EMBEDDED for slot, encoder in encoders.items()}


def encoder_spec(slot: str, value: str) -> ModelSpec:
    """Read the setting of a slot that names an encoder.

    Raises:
        ConfigError: it names none.
    """
    spec = parse_spec(value)
    path = Path(spec.source).expanduser()
    plain = spec.format == "auto" and spec.adapter is None and not spec.source.startswith(ENDPOINT)
    if plain and (spec.is_hub_id or path.is_dir() or path.is_absolute() or spec.source.startswith(("./", "../"))):
        return spec
    raise ConfigError(
        f"There is no {slot} encoder {value!r}.",
        f"Say {AUTO}, {EMBEDDED}, a model folder or owner/name[@REVISION] of the model hub.",
    )


def check_setting(slot: str, value: str) -> str:
    """The setting of a slot, if it can be one.

    Raises:
        ConfigError: it names no encoder.
    """
    if value not in (AUTO, EMBEDDED):
        encoder_spec(slot, value)
    return value


def card_languages(card: Path) -> frozenset[str]:
    """The languages that the head of a model's card names, as ISO 639-1 codes or words; none where it names none."""
    import yaml

    try:
        head = _FRONT_MATTER.match(card.read_text(encoding="utf-8"))
        named = yaml.safe_load(head[1]).get("language", ()) if head else ()
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError):
        return frozenset()
    languages = [named] if isinstance(named, str) else named or ()
    return frozenset(str(language).lower() for language in languages)


__all__ = [
    "AUTO", "EMBEDDED", "SLOTS", "EncoderSlots", "NamedEncoder", "SlotName", "card_languages", "check_setting",
    "encoder_spec",
]  # fmt: skip
