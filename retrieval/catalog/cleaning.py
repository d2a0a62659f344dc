"""Catalog text without what nobody can see: control, direction and invisible characters."""

from __future__ import annotations

import re
import unicodedata

# Kept: newline and tab; the joiners that emoji and several scripts need, between characters outside ASCII; the two
# variation selectors that choose between text and emoji. Tag characters and the other selectors can smuggle text.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = re.compile("(?<![^\x00-\x7f\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f\u200c\u200d])")
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """The text in Unicode normal form C, without invisible characters and without space at its ends.

    Newlines stay, as `\\n`. Half surrogate pairs become the replacement character.
    """
    if not (text.isascii() and text.isprintable()):
        text = _NEWLINES.sub("\n", _SURROGATE.sub("\ufffd", text))
        text = _JOINERS.sub("", _UNWANTED.sub("", text).strip())
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.strip()


def has_surrogate(text: str) -> bool:
    """Whether the text holds half a surrogate pair, which stands for no character."""
    return not text.isprintable() and _SURROGATE.search(text) is not None
