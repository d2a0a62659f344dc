"""Text that a model reads as text only: nobody's words become a control token."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What the families of models behind servers use; a server does not say which are its own.
_USUAL = re.compile(
    r"<\|[^<>|\s]{1,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:bos|eos|pad|unk|image|start_of_turn|end_of_turn|start_of_image)>"
)


def without_usual_tokens(text: str) -> str:
    """The text with a blank in place of each control token that models usually have."""
    return _USUAL.sub(" ", text)


class PlainText:
    """Takes every control token out of a text, so that catalog or request cannot end a turn or open another.

    Args:
        tokens: All tokens that the tokenizer knows beside its ordinary vocabulary.
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        words = sorted((token for token in tokens if token.strip()), key=len, reverse=True)
        self._tokens = re.compile("|".join(map(re.escape, words))) if words else None

    def __call__(self, text: str) -> str:
        """The text with a blank in place of each control token, so that its remains do not join to another one."""
        return self._tokens.sub(" ", text) if self._tokens else text


__all__ = ["PlainText", "without_usual_tokens"]
