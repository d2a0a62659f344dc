"""Text without its markup: tags and entities go, paragraphs and entries of lists become lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from selectolax.lexbor import LexborHTMLParser

from retrieval.catalog.hidden import without_hidden

_ROUNDS = 6  # of markup that was escaped within markup
_DEEPEST = 400  # elements within each other; the parser's work grows with the square
_BLOCKS = (
    "address article aside blockquote br caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol optgroup option p pre section summary table tbody "
    "tfoot thead title tr ul"
)
_INLINE = (
    "a abbr acronym audio b base bdi bdo big body button canvas cite code col colgroup data del dfn em embed font "
    "frame head html i iframe img input ins kbd label legend link map mark meta meter noscript object param path "
    "picture progress q rp rt ruby s samp script select slot small source span strike strong style sub sup svg td "
    "template textarea th time track tt u var video wbr"
)
_BLOCK, _KNOWN = frozenset(_BLOCKS.split()), frozenset(_BLOCKS.split()) | frozenset(_INLINE.split())
# No pattern looks further than to the next `<`: texts come from anybody, and are long.
_MARK = re.compile(
    r"<(?:!--.*?(?:-->|$)|!doctype[^<>]*>|!\[CDATA\[|(/?)([a-z][\w:-]{0,30})((?:[\s/](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)?"
    r"|[\s/][^<>]*)>)",
    re.IGNORECASE | re.DOTALL,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|([A-Za-z][A-Za-z0-9]{1,31}));")
_CELLS = frozenset({"td", "th"})
_BREAK_AND_NEWLINE = re.compile(r"<br\s*/?>[ \t\r]*\n", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\xa0]+")


def is_marked_up(text: str) -> bool:
    """Whether a text holds tags or entities of HTML; `size < 40` and `AT&T` do not."""
    return ("<" in text and next(_tags(text), None) is not None) or ("&" in text and _has_entity(text))


def plain_text(text: str) -> str:
    """The text as a page would show it; the very same text where it holds no markup.

    What markup hides is left out, and so are scripts, styles and comments. Markup that was escaped is markup too.
    """
    for _ in range(_ROUNDS):
        # most texts have no such sign
        if ("<" not in text and "&" not in text) or not is_marked_up(text):
            break
        text = _shown(without_hidden(text))
    return text


def _shown(text: str) -> str:
    tags = list(_tags(text))
    if not tags:
        return _ENTITY.sub(_character, text)
    blocks = any(tag[2] and tag[2].lower() in _BLOCK - {"br"} for tag in tags)
    # newlines of a source with paragraphs are only spaces; without any, they are structure as breaks are
    text = text.replace("\r", " ").replace("\n", " ") if blocks else _BREAK_AND_NEWLINE.sub("\n", text)
    escaped = _in_lines(text, tags if blocks else list(_tags(text)))
    shown = _by_parser(escaped) if _depth(tags) <= _DEEPEST else _by_pattern(escaped)
    lines = (_SPACES.sub(" ", line).strip() for line in shown.split("\n"))
    return "\n".join(line for line in lines if line or not blocks)


def _by_parser(text: str) -> str:
    body = LexborHTMLParser(text).body
    return body.text() if body else ""


def _by_pattern(text: str) -> str:
    return _ENTITY.sub(_character, _MARK.sub("", text))


def _tags(text: str) -> Iterator[re.Match[str]]:
    return (mark for mark in _MARK.finditer(text) if _is_tag(mark, text))


def _is_tag(mark: re.Match[str], text: str) -> bool:
    if not mark[2]:
        return True
    name, rest = mark[2].lower(), (mark[3] or "").strip(" \t\r\n/")
    if name in _KNOWN:
        # `a <b and c> d` compares
        return "=" in rest or not rest or len(name) > 1
    return "=" in rest or ":" in name or "-" in name or (not rest and f"</{name}" in text.lower())


def _in_lines(text: str, tags: list[re.Match[str]]) -> str:
    """The text with a newline at each end of a block, and `<` and `&` that begin no markup escaped for the parser."""
    parts: list[str] = []
    at = 0
    for tag in tags:
        name = (tag[2] or "").lower()
        parts += [
            _escaped_words(text[at : tag.start()]),
            "\n" if name in _BLOCK else " " if name in _CELLS else "",
            tag[0],
        ]
        at = tag.end()
    return "".join([*parts, _escaped_words(text[at:])])


def _escaped_words(text: str) -> str:
    if "&" in text:
        text = re.sub(r"&(?!(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)", "&amp;", text)
    return text.replace("<", "&lt;")


def _depth(tags: list[re.Match[str]]) -> int:
    """How many elements stand within each other at most, those that end by themselves counted as open."""
    deepest = depth = 0
    for tag in tags:
        if tag[2] and tag[2].lower() not in ("br", "hr", "img", "input", "wbr"):
            depth += -1 if tag[1] else 1
            deepest = max(deepest, depth)
    return deepest


def _has_entity(text: str) -> bool:
    return any(_character(entity) != entity[0] for entity in _ENTITY.finditer(text))


def _character(entity: re.Match[str]) -> str:
    if entity[1]:
        return html5.get(f"{entity[1]};", entity[0])
    digits = entity[0][2:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return chr(code) if 31 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


__all__ = ["is_marked_up", "plain_text"]
