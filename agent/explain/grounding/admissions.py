"""Admissions: what was asked for and the item is not, and what its data does not tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from agent.explain.grounding.lexicon import INSTEAD, UNNEEDED, UNTOLD_BEFORE, UNTOLD_BEHIND
from agent.explain.grounding.reading import PartRead, without
from agent.explain.grounding.record import ItemRecord
from agent.explain.grounding.tokens import TextToken, bases, inflected, letters, tokens_of
from agent.explain.grounding.wishes import Wished
from agent.retrieve.fit.contrasts import excluded_by

_OBJECT = re.compile(r"[^,.;:!?()“”\n，。；：]*")
_DENIAL = re.compile(
    r"(?:\b(?:no|not|isn't|aren't|without|sin|sans|pas de|ohne|kein[a-z]*|nicht|so not)\b|不含|不带|没有|不是)\s*"
)
# Where such a field stands, what it does not list is not there.
_LISTS = (
    "ingredient",
    "material",
    "genre",
    "tag",
    "allergen",
    "brand",
    "colour",
    "color",
    "categor",
    "label",
    "notes",
    "filling",
    "fabric",
    "cover",
    "type",
    "style",
    "shape",
    "fit",
    "diet",
    "season",
)


def read_admissions(sentence: str, wished: Wished, held: Collection[str], record: ItemRecord) -> PartRead:
    """What the sentence says that the item is not, where that is so.

    Args:
        held: What the evidence says of the item, with what its words are forms of.
    """
    folded, spans = letters(sentence), list[tuple[int, int]]()
    for match in UNNEEDED.finditer(folded):
        if not any("size" in name for name in record.fields):
            spans.append((match.start(), match.end()))
    for start, end, wish in _untold(sentence, folded):
        tokens = [token for token in tokens_of(wish) if not token.plain]
        if tokens and all(_is_untold(token, wished, record) for token in tokens):
            spans.append((start, end))
    for pattern, is_plain in ((INSTEAD, False), (_DENIAL, True)):
        for match in pattern.finditer(folded):
            if any(start < match.end() and match.start() < end for start, end in spans):
                continue
            end = match.end() + len(_object(sentence[match.end() :]))
            if _is_so(sentence[match.end() : end], wished, held, record, is_plain=is_plain):
                spans.append((match.start(), end))
    return PartRead(without(sentence, spans), (), bool(spans))


def _untold(sentence: str, folded: str) -> Iterator[tuple[int, int, str]]:
    """Where the sentence says that something is not told, and what."""
    for match in UNTOLD_BEFORE.finditer(folded):
        wish = _object(sentence[match.end() :])
        yield match.start(), match.end() + len(wish), wish
    for match in UNTOLD_BEHIND.finditer(folded):
        yield match.start(), match.end(), match["wish"]


def _is_untold(token: TextToken, wished: Wished, record: ItemRecord) -> bool:
    """Whether a word was said in the request, and the item has it in no way."""
    known = {form for told in record.tokens for form in bases(told.word)}
    return wished.mentions(token) and not known & bases(token.word)


def _object(text: str) -> str:
    match = _OBJECT.match(text)
    return re.split(r"\s(?:and|but|though|y|et|und|pero|mais|aber|with|for|in|among)\s", match[0] if match else "")[0]


def _is_so(text: str, wished: Wished, held: Collection[str], record: ItemRecord, *, is_plain: bool) -> bool:
    """Whether all that is denied was spoken of in the request, and the item has none of it."""
    tokens = [token for token in tokens_of(text) if not token.plain]
    if not tokens:
        return False
    title = {form for token in record.read(record.title) for form in bases(token.word)}
    lacking = [_is_lacking(token, wished, held, record, is_plain=is_plain) for token in tokens]
    # `not red boots` of blue ones: what it is called by it may be
    return any(lacking) and all(lacks or token.word in title for lacks, token in zip(lacking, tokens, strict=True))


def _is_lacking(token: TextToken, wished: Wished, held: Collection[str], record: ItemRecord, *, is_plain: bool) -> bool:
    if not wished.mentions(token) or {*bases(token.word), token.word} & set(held):
        return False
    if not token.token.isascii() and any(token.token in text for text in record.text):
        return False
    if not is_plain:
        return True
    if _is_excluded(token.word, held):
        return True
    is_listed = any(name.startswith(_LISTS) or name.endswith(_LISTS) for name in record.fields)
    return is_listed and wished.holds(token, denied=True)


def _is_excluded(word: str, held: Collection[str]) -> bool:
    """Whether the item is something that excludes it: what is green is not orange."""
    return any(excluded_by(form) & set(held) for form in inflected(word))
