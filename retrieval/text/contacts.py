"""Contacts: how somebody can be reached, which a text may say, and which is nothing that it says of an item."""

from __future__ import annotations

import re

from retrieval.text.words import sentences

ADDRESS = re.compile(
    r"(?:https?|ftp|javascript|data):\S+|www\.\S+|\S+@\S+\.\w+|\b[\w-]+\.(?:com|net|org|io|co|ru|cn|example)\b\S*",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b[\w-]{2,}\.(?:de|fr|uk|eu|it|nl|at|ch|shop|store|info|biz|xyz|app|site|online|ly)(?![\w.])"
    r"|(?<![\w@])@[a-zA-Z]\w{2,}"
    r"|(?<![\d.,])\+\d{1,3}[ ()/.-]{0,2}\d[\d ()/.-]{6,}\d"
    r"|(?<![\d-])\(?\b0\d{2,4}\)?[ /-]\d{3,}[ -]?\d{2,}\b|(?<![\d-])(?:1-)?(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}\b"
    r"|(?i:\b(?:tel|phone|call(?: us)?|fon|telefon|whats ?app|mobile|tél|téléphone|teléfono|móvil)\b|电话|微信|手机)"
    r"\W{0,3}(?:at |on |us |unter |au |al )?\+?\d[\d ()/.-]{4,}\d"
)
_STREET = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:[A-Z][\w'’.]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Boulevard|Blvd|Drive|Square)\b"
    r"|\b[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|platz|gasse|allee) \d{1,4}"
    r"|\b\d{1,4}(?: bis)?,? (?i:rue|avenue|boulevard|place|quai|chemin) "
    r"|\b(?i:calle|avenida|plaza|paseo) .{3,30}? \d{1,4}\b|[\u4e00-\u9fff]{1,8}(?:路|街|大道)\d+号"
)
_SIGNS = ("@", "www.", "://", "+")


def holds_contact(text: str, title: str = "") -> bool:
    """Whether a text says how to reach somebody: an address of the web, of mail, of a network, or a telephone.

    Args:
        title: Of the item; what stands there is a name, as some makers have names that end in `.com`.
    """
    contacts = (match[0] for pattern in (ADDRESS, _CONTACT) for match in pattern.finditer(text))
    return any(contact.rstrip(".,;:!?)") not in title for contact in contacts)


def holds_address(text: str) -> bool:
    """Whether a text says how to reach somebody, or where a house stands."""
    return holds_contact(text) or _STREET.search(text) is not None


def may_hold_contact(text: str) -> bool:
    """Whether a text holds a sign of a contact: a quick look, which most texts do not pass."""
    return any(sign in text for sign in _SIGNS)


def without_contacts(text: str, title: str = "") -> str:
    """The text without sentences that say how to reach somebody; the very same text where there are none."""
    if not may_hold_contact(text) or not holds_contact(text, title):
        return text
    lines = ([part for part in sentences(line) if not holds_contact(part, title)] for line in text.splitlines())
    return "\n".join(" ".join(parts) for parts in lines if parts)


__all__ = ["ADDRESS", "holds_address", "holds_contact", "may_hold_contact", "without_contacts"]
