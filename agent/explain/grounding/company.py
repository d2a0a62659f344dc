"""Company: what the person liked, and how many others liked both that and the item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.explain.grounding.lexicon import COMPANY
from agent.explain.grounding.reading import PartRead, without
from agent.explain.grounding.tokens import letters, tokens_of

_LIKED, _DISLIKED = re.compile(COMPANY["liked"]), re.compile(COMPANY["disliked"])
_PEOPLE = re.compile(COMPANY["people"])
_NAME = re.compile(
    r"\s*[“\"]([^”\"]*)[”\"]|((?:[^,.;:!?()“”\"\n]|[.,](?=\d)|\(\d+\))*?)(?=\s+(?:and|so|too|also|liked|loved)\b|[,.;:!?)“”\"\n]|\((?!\d+\))|$)"
)
_WHO_LIKED = re.compile(r"\b(?:liked|loved|chose|choose|like)\b")


def read_company(sentence: str, liked: Sequence[str], people: int) -> PartRead:
    """What the sentence says of what the person and others liked.

    Args:
        liked: Titles of what the person is known to have liked or chosen.
        people: How many others liked both; 0 where that is not known.
    """
    folded = letters(sentence)
    spans, objections = list[tuple[int, int]](), list[str]()
    for start, end, objection in (
        *_disliked(folded),
        *_liked(sentence, folded, liked),
        *_people(folded, liked, people),
    ):
        spans.append((start, end))
        objections += [objection] if objection else []
    tells = bool(spans) and not objections
    rest = without(sentence, spans)
    return PartRead(_without_carriers(rest) if tells else rest, tuple(objections), tells)


def _disliked(folded: str) -> Iterator[tuple[int, int, str]]:
    for match in _DISLIKED.finditer(folded):
        yield match.start(), match.end(), "nobody is known to have disliked anything"


def _liked(sentence: str, folded: str, liked: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    for match in _LIKED.finditer(folded):
        name = _NAME.match(sentence, match.end())
        title = (name[1] or name[2] or "") if name else ""
        yield match.start(), name.end() if name else match.end(), _objection(title, liked)


def _people(folded: str, liked: Sequence[str], people: int) -> Iterator[tuple[int, int, str]]:
    for match in _PEOPLE.finditer(folded):
        behind = folded[match.end() :]
        if not _WHO_LIKED.search(folded):
            continue
        count = int(next(group for group in match.groups() if group))
        end = match.end()
        objection = "" if count == people else f"“{match[0]}” is not how many liked it"
        name = re.match(r"\s*who (?:also )?(?:liked|loved|chose)\s+(?!this|it\b)", behind)
        if name:
            title = _NAME.match(behind, name.end())
            told = (title[1] or title[2] or "") if title else ""
            objection = objection or _objection(told, liked)
            end = match.end() + (title.end() if title else name.end())
        yield match.start(), end, objection


def _objection(title: str, liked: Sequence[str]) -> str:
    told = {token.word for token in tokens_of(title) if not token.plain}
    if told and any(told <= {token.word for token in tokens_of(known)} for known in liked):
        return ""
    return f"“{title.strip()}” is not known to have been liked"


def _without_carriers(text: str) -> str:
    carriers = "|".join(COMPANY["words"].split())
    return re.sub(rf"\b(?:{carriers})\b", " ", text, flags=re.IGNORECASE)
