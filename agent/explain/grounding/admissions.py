"""Admissions: what was asked for and the item is not, and what its data does not tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from agent.explain.grounding.lexicon import CONTRASTED, INSTEAD, UNNEEDED, UNSAID, UNTOLD_BEFORE, UNTOLD_BEHIND
from agent.explain.grounding.reading import PartRead, without
from agent.explain.grounding.record import ItemRecord
from agent.explain.grounding.tokens import TextToken, bases, inflected, letters, tokens_of
from agent.explain.grounding.wishes import Wished
from agent.retrieve.fit.contrasts import excluded_by

_OBJECT = re.compile(r"[^,.;:!?()“”\n，。；：]*")
_SMALL = 3  # letters of words such as `the` and `it`
_BEGINNING = 4  # letters that words of a family begin with alike
_DENIAL = re.compile(
    r"(?:\b(?:no|not|isn't|aren't|without|sin|sans|pas de|ohne|kein[a-z]*|nicht|so not)\b|不含|不带|没有|不是)\s*"
)
_EITHER = re.compile(r"\s(?:or|nor|ou|oder)\s|,|或")
_CLAUSES = re.compile(r"\s(?:and|but|though|although|with|y|et|und|pero|mais|aber)\s")
# Where such a field stands, what it does not list is not there.
_LISTS = (
    "ingredient",
    "material",
    "genre",
    "tag",
    "allergen",
    "brand",
    "categor",
    "label",
    "notes",
    "filling",
    "fabric",
    "cover",
    "type",
    "style",
    "diet",
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
        if not _touch(spans, start, end) and (length := _untold_length(wish, wished, record, end - start)):
            spans.append((start, start + length))
    for pattern, is_plain in ((INSTEAD, False), (_DENIAL, True)):
        for match in pattern.finditer(folded):
            if _touch(spans, match.start(), match.end()):
                continue
            denied = _object(sentence[match.end() :])
            is_apart = bool(CONTRASTED.fullmatch(match[0])) and _is_absent(denied, record)
            if is_apart or _is_so(denied, wished, held, record, is_plain=is_plain):
                spans.append((match.start(), match.end() + len(denied)))
    return PartRead(without(sentence, spans), (), bool(spans))


def _touch(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in spans)


def _untold_length(wish: str, wished: Wished, record: ItemRecord, length: int) -> int:
    """How much of what says that a wish is not told may be said; 0 where the item tells it."""
    if label := _unsaid(wish):
        is_asked = any(mark.isdigit() for mark in wished.request)
        return length - len(wish) + wish.index(label) + len(label) if is_asked and not _tells(label, record) else 0
    parts = (_telling(part) for part in _EITHER.split(wish))
    return length if all(_are_untold(tokens, wished, record) for tokens in parts) else 0


def _untold(sentence: str, folded: str) -> Iterator[tuple[int, int, str]]:
    """Where the sentence says that something is not told, and what."""
    for match in UNTOLD_BEFORE.finditer(folded):
        wish = _object(sentence[match.end() :])
        yield match.start(), match.end() + len(wish), wish
    for match in UNTOLD_BEHIND.finditer(folded):
        if match["unsaid"] is None:
            if match["wish"] or not _denies(match["unlisted"]):  # `no hood is not mentioned`
                yield match.start(), match.end(), match["wish"] or match["unlisted"]
            continue
        # `it is red and a hood is not mentioned`: from which word on it is spoken of what is not told
        starts = [match.start(), *(match.start() + each.end() for each in _CLAUSES.finditer(match["unsaid"]))]
        for start in starts:
            unsaid = sentence[start : match.end("unsaid")]
            if not _denies(unsaid):
                yield start, match.end(), unsaid


def _unsaid(wish: str) -> str:
    """The words for a figure that a wish begins with: `how many it is for`."""
    return next((label for label in UNSAID if wish.strip().startswith(label)), "")


def _tells(label: str, record: ItemRecord) -> bool:
    """Whether a field holds such a figure, be there its unit behind its name: `width cm`."""
    names = {name for field in record.fields for name in (field, field.rpartition(" ")[0])}
    return not names.isdisjoint(UNSAID[label])


def _telling(text: str) -> list[TextToken]:
    """Words of weight; where there are none, as in `no match is mentioned`, all that are no small words."""
    tokens = list(tokens_of(text))
    return [token for token in tokens if not token.plain] or [token for token in tokens if len(token.folded) > _SMALL]


def _denies(text: str) -> bool:
    return any(token.negates and token.folded != "nor" for token in tokens_of(text))


def _are_untold(tokens: Sequence[TextToken], wished: Wished, record: ItemRecord) -> bool:
    """Whether the item has not all of the words: a detective is no female one. What it has was said in the request."""
    words = [token for token in tokens if not token.negates]
    if any(token.denied and not wished.holds(token, denied=True) for token in words):
        return False  # `it does not say that it is not warm` would say that it is
    has = [_has(token, record) for token in words]
    return not all(has) and all(wished.mentions(token) for token, is_had in zip(words, has, strict=True) if is_had)


def _has(token: TextToken, record: ItemRecord) -> bool:
    """Whether the item has a word, or one that begins like it: what has a warm lining tells of warmth."""
    beginning = token.word[: max(_BEGINNING, len(token.word) - 2)]
    return any(
        token.word == told.word
        or bases(token.word) & bases(told.word)
        or (len(beginning) >= _BEGINNING and told.word.startswith(beginning))
        for told in record.tokens
    )


def _object(text: str) -> str:
    match = _OBJECT.match(text)
    return re.split(
        r"\s(?:and|but|though|y|et|und|pero|mais|aber|with|for|in|among|rather than|instead of)\s",
        match[0] if match else "",
    )[0]


def _is_absent(text: str, record: ItemRecord) -> bool:
    """Whether the item has no word of what something else stands in the place of: `fists rather than talk`."""
    tokens = [token for token in tokens_of(text) if not token.plain]
    return bool(tokens) and not any(token.negates or _has(token, record) for token in tokens)


def _is_so(text: str, wished: Wished, held: Collection[str], record: ItemRecord, *, is_plain: bool) -> bool:
    """Whether all that is denied was spoken of in the request, and the item has none of it."""
    tokens = [token for token in tokens_of(text) if not token.plain]
    if not tokens or any(token.negates and token.folded != "nor" for token in tokens):
        return False
    tokens = [token for token in tokens if not token.negates]
    title = {form for token in record.read(record.title) for form in bases(token.word)}
    lacking = [_is_lacking(token, wished, held, record, is_plain=is_plain) for token in tokens]
    # `not red boots` of blue ones: what it is called by it may be
    return any(lacking) and all(
        lacks or token.word in title or (not is_plain and not _has(token, record))
        for lacks, token in zip(lacking, tokens, strict=True)
    )


def _is_lacking(token: TextToken, wished: Wished, held: Collection[str], record: ItemRecord, *, is_plain: bool) -> bool:
    is_wanted = not is_plain and wished.touches(token, denied=False)
    if not (is_wanted or wished.mentions(token)) or {*bases(token.word), token.word} & set(held):
        return False
    if not token.token.isascii() and any(token.token in text for text in record.text):
        return False
    if is_wanted:
        return True  # that it is without what was not wanted would be a merit, and needs to be told by the item
    if _is_excluded(token.word, held):
        return True
    is_listed = any(name.startswith(_LISTS) or name.endswith(_LISTS) for name in record.fields)
    return is_listed and wished.holds(token, denied=True)


def _is_excluded(word: str, held: Collection[str]) -> bool:
    """Whether the item is something that excludes it: what is green is not orange."""
    return any(excluded_by(form) & set(held) for form in inflected(word))
