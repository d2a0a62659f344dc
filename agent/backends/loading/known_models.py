"""The vision-language models that this code is made for: pinned, with a shape that memory is computed from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from agent.backends.loading.model_size import Outline, outline
from agent.backends.loading.model_spec import Held


@dataclass(frozen=True, slots=True)
class KnownModel:
    """Facts about a model of the public hub.

    Attributes:
        id: Its name there.
        revision: Commit; None where none was found in a public source that ran it.
        licence: Licence of its weights.
        context: Tokens that a chat and its answer may have together.
        image_tokens: Most tokens of one picture.
        chat_template: Whether one comes with it.
        model_type: Its kind, as transformers calls it.
        shape: What its configuration says beside that kind's defaults.
    """

    id: str
    revision: str | None
    licence: str
    context: int
    image_tokens: int
    chat_template: bool
    model_type: str
    shape: Mapping[str, Any]

    def outline(self) -> Outline:
        """Its sizes, computed from its shape."""
        from transformers import AutoConfig

        config: Any = AutoConfig.for_model(self.model_type, **self.shape)
        return outline(config, "AutoModelForImageTextToText")

    def bytes_by_format(self, formats: tuple[Held, ...] = ("bf16", "int8", "nf4")) -> dict[Held, int]:
        """Bytes of its weights in each number format."""
        sizes = self.outline()
        return {number_format: sizes.weight_bytes(number_format) for number_format in formats}


@cache
def known_models() -> tuple[KnownModel, ...]:
    """All of them, in the order of the table."""
    table = tomllib.loads(files("agent.backends.loading").joinpath("known_models.toml").read_text(encoding="utf-8"))
    return tuple(KnownModel(id=name, **{"revision": None} | row) for name, row in table.items())


def known(name: str) -> KnownModel | None:
    """The model of that name on the hub, if it is one of them."""
    return next((model for model in known_models() if model.id.casefold() == name.casefold()), None)


def the_llava() -> KnownModel:
    """The one that `auto` stands for where a GPU holds it: the first of the table."""
    return known_models()[0]


__all__ = ["KnownModel", "known", "known_models", "the_llava"]
