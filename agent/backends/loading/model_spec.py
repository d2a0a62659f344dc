"""How a person names a model: `SOURCE[:FORMAT][@REVISION][+ADAPTER]`, read without looking at the network."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast, get_args

from agent.errors import ConfigError

Held = Literal["fp32", "bf16", "fp16", "int8", "nf4"]
Format = Literal["auto", "fp32", "bf16", "fp16", "int8", "nf4"]
HELD: tuple[Held, ...] = get_args(Held)
FORMATS: tuple[str, ...] = get_args(Format)
ENDPOINT = "openai:"

_HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*")
_REVISION = re.compile(r"\w[\w./-]*")
_PATH_STARTS = ("/", "./", "../", "~")
_GRAMMAR = "Say SOURCE[:FORMAT][@REVISION][+ADAPTER], for example llava-hf/llava-1.5-7b-hf:nf4 or ./my-model+./adapter."


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model as a person named it.

    Attributes:
        source: A word such as `auto`, a folder, the model hub's `owner/name`, or `openai:URL#MODEL`.
        format: What its weights are held in; `auto` for what suits the machine.
        revision: Commit, tag or branch of the model hub.
        adapter: Folder of what it learnt beside its weights.
    """

    source: str
    format: Format = "auto"
    revision: str | None = None
    adapter: str | None = None

    @property
    def is_endpoint(self) -> bool:
        """Whether a server is named."""
        return self.source.startswith(ENDPOINT)

    @property
    def is_hub_id(self) -> bool:
        """Whether the source has the form of a name on the model hub; a folder of that name comes first."""
        return _HUB_ID.fullmatch(self.source) is not None

    def __str__(self) -> str:
        format_ = "" if self.format == "auto" else f":{self.format}"
        revision, adapter = (f"@{self.revision}" if self.revision else ""), (f"+{self.adapter}" if self.adapter else "")
        return self.source + format_ + revision + adapter


def parse_spec(text: str) -> ModelSpec:
    """Read a setting. `:` and `@` belong to a path that starts with `/`, `./`, `../` or `~` unless a format follows.

    What follows the last `+` is the folder of an adapter, unless all of it is a folder that is there.

    Raises:
        ConfigError: it is empty, or its format or revision is none.
    """
    text = text.strip()
    if text.startswith(ENDPOINT):
        return ModelSpec(text)
    model, plus, adapter = text.rpartition("+")
    if not plus or Path(_parse_path(text).source).expanduser().is_dir():
        return _parse_model(text)
    if not adapter or model.endswith("+"):
        raise ConfigError(f"{text!r} names no adapter.", _GRAMMAR)
    return replace(_parse_model(model), adapter=adapter)


def _parse_path(text: str) -> ModelSpec:
    source, _, format_ = text.rpartition(":")
    return ModelSpec(source, cast("Format", format_)) if source and format_ in FORMATS else ModelSpec(text)


def _parse_model(text: str) -> ModelSpec:
    if text.startswith(_PATH_STARTS):
        return _parse_path(text)
    head, at, revision = text.partition("@")
    source, colon, format_ = head.partition(":")
    if not source:
        raise ConfigError(f"{text!r} names no model.", _GRAMMAR)
    if colon and format_ not in FORMATS:
        raise ConfigError(f"There is no number format {format_!r}.", f"Say one of {', '.join(FORMATS)}.")
    spec = ModelSpec(source, cast("Format", format_ or "auto"), revision or None)
    if at and not (spec.is_hub_id and _REVISION.fullmatch(revision)):
        raise ConfigError(f"{text!r} has a revision that cannot be one.", f"Only owner/name has revisions. {_GRAMMAR}")
    return spec


__all__ = ["ENDPOINT", "FORMATS", "HELD", "Format", "Held", "ModelSpec", "parse_spec"]
