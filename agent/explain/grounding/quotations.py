"""Quotations: they stand letter for letter where the sentence says that they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from agent.explain.grounding.record import ItemRecord

_QUOTED = re.compile(r"“([^”“]+)[”“]|„([^“”]+)[“”]|«([^»]+)»|\"([^\"]+)\"")
# The name of what is quoted: the last words before, with a verb or a colon between.
_LABEL = re.compile(
    r"(?:^|[\s,;.(（，。；：])(?:the |its |la |le |el |die |der |das |il |lo )?"
    r"((?:[^\W\d_]+[ _-]){0,2}[^\W\d_]+)(?:中)?\s*"
    r"(?::|：|\bsays?|\breads?|\bis|\bare|\bmentions?|\bdice|\bdit|\bsagt|写道|是|为)\s*$",
    re.IGNORECASE,
)


def misquoted(sentence: str, record: ItemRecord, others: Sequence[str]) -> Iterator[str]:
    """Why quotations of the sentence may not stand.

    Args:
        others: What else may be quoted: the request, titles of other items.
    """
    for match in _QUOTED.finditer(sentence):
        quote = next(group for group in match.groups() if group)
        named = _named(sentence[: match.start()], record)
        if named is None:
            if not _stands_in(quote, (*record.text, record.title, *record.prose, *others)):
                yield f"“{quote}” stands nowhere"
        elif not _stands_in(quote, named[1]):
            yield f"the {named[0]} does not say “{quote}”"


def without_quotations(sentence: str) -> str:
    """What a sentence says by itself."""
    return _QUOTED.sub(" ", sentence)


def _named(before: str, record: ItemRecord) -> tuple[str, list[str]] | None:
    """What the words before a quotation say that it stands in, and what stands there."""
    match = _LABEL.search(before)
    if match is None:
        return None
    words = re.split(r"[ _-]", match[1].removesuffix("中").removesuffix("中写道"))
    for start in range(len(words)):  # `user tags` before `tags`
        label = " ".join(words[start:])
        values = record.values(label)
        if values is not None:
            return label, values
    return None


def _stands_in(quote: str, texts: Iterable[str]) -> bool:
    """Whether a quote stands in a text as it is, but for where it was cut and for spaces."""
    plain = _spaced(quote).strip("….").strip()
    return any(plain in _spaced(text) for text in texts)


def _spaced(text: str) -> str:
    return " ".join(text.replace("’", "'").split())
