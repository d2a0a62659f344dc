"""Hidden text: what stands in the markup of a catalog's text, and a page would show to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

# No pattern looks further than to the next `<`: texts come from anybody, and are long.
_MARK = re.compile(r"<!--|<(/?)([a-z][\w-]{0,30})([^<>]{0,2000})>", re.IGNORECASE)
_UNSEEN = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:(?:0|0?\.0\d*)(?:[;!]|$)"
    r"|font-size:(?:0|[01](?:\.\d+)?px|0?\.\d+(?:px|r?em|pt|%)|[01]pt)(?:[;!]|$|\D)"
    r"|text-indent:-\d{3,}|(?:left|top):-\d{3,}|clip:rect\(0|(?:max-)?height:0(?:px)?(?:[;!]|$)",
    re.IGNORECASE,
)
_NEVER_SHOWN = frozenset({"script", "style", "template", "noscript", "head"})
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


_ATTRIBUTE = re.compile(r"([\w-]{1,30})(?:\s{0,9}=\s{0,9}(\"[^\"]*\"|'[^']*'|\S+))?")


def without_hidden(text: str) -> str:
    """The text without what its markup hides; the very same text where it hides nothing.

    Comments, scripts and styles go, and elements that are hidden or written too small to be read. What an element that
    is never closed hides goes on to the end.
    """
    spans = list(_hidden(text)) if "<" in text else []
    if not spans:
        return text
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    shown = zip([0, *ends], [*starts, len(text)], strict=True)
    return "".join(text[start:end] for start, end in shown).strip()


def _hidden(text: str) -> Iterator[tuple[int, int]]:
    """Where the stretches begin and end that nobody sees, in their order."""
    at = 0
    while mark := _MARK.search(text, at):
        at = mark.end()
        if not mark[2]:
            close = text.find("-->", at)
            at = close + 3 if close >= 0 else len(text)
        elif _hides(mark):
            at = _end_of_element(text, mark[2].lower(), at)
        else:
            continue
        yield mark.start(), at


def _end_of_element(text: str, name: str, at: int) -> int:
    """Where an element ends whose contents begin at a place."""
    depth = 1
    for mark in _MARK.finditer(text, at):
        if mark[2] and mark[2].lower() == name:
            depth += -1 if mark[1] else 1
            if not depth:
                return mark.end()
    return len(text)


def _hides(tag: re.Match[str]) -> bool:
    name = tag[2].lower()
    if tag[1] or name in _VOID:
        return False
    values = {attribute[1].lower(): (attribute[2] or "").strip("\"'") for attribute in _ATTRIBUTE.finditer(tag[3])}
    return name in _NEVER_SHOWN or "hidden" in values or bool(_UNSEEN.search("".join(values.get("style", "").split())))


__all__ = ["without_hidden"]
