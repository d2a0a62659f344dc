"""Fields: a value belongs to the field that it is told of, be it behind a colon, a verb or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from agent.explain.grounding.lexicon import LABELS
from agent.explain.grounding.reading import without
from agent.explain.grounding.record import ItemRecord
from agent.explain.grounding.tokens import TextToken, bases, inflected, stem, tokens_of
from retrieval.text.words import fold

_IS = frozenset({"is", "are", "was", "were", "es", "son", "est", "sont", "ist", "sind", "是", "为"})
_AT = frozenset({"in", "at", "on"})
_YES_OR_NO = frozenset({"yes", "no", "true", "false", "none", "included"})
_COLON = re.compile(
    r"(?:^|[\s,;.(，；。、])((?:[^\W\d_][\w-]*[ _]){0,2}[^\W\d_][\w-]*)\s*[:：]\s*([^,;.。，；]*(?:[.,](?=\d)[^,;.]*)*)"
)


def misplaced_values(sentence: str, record: ItemRecord) -> Iterator[str]:
    """Why values that the sentence tells of fields may not stand there."""
    yield from _behind_colons(sentence, record)
    for _, group in groupby(tokens_of(sentence), key=lambda token: token.clause):
        clause = list(group)
        for at in range(len(clause)):
            yield from _behind_label(clause, at, record)


def without_fields(sentence: str, record: ItemRecord) -> tuple[str, bool]:
    """The sentence without what it tells of fields as they stand, `Parking: none`, and whether there is any."""
    spans = [
        (match.start(1), match.end())
        for match in _COLON.finditer(sentence)
        if (name := record.field(match[1])) is not None and fold(match[2]).strip() in map(fold, record.fields[name])
    ]
    return without(sentence, spans), bool(spans)


def _behind_colons(sentence: str, record: ItemRecord) -> Iterator[str]:
    for match in _COLON.finditer(sentence):
        named = _longest(match[1].split(), record)
        if named is None or not match[2].strip() or any(token.negates for token in tokens_of(match[1])):
            continue
        values = record.fields[named]
        if any(fold(match[2]).strip() in fold(value) for value in values):
            continue
        yield from _strangers(list(tokens_of(match[2], record.language)), named, record)


def _longest(words: list[str], record: ItemRecord) -> str | None:
    names = (record.field(" ".join(words[start:])) for start in range(len(words)))
    return next((name for name in names if name is not None), None)


def _strangers(tokens: list[TextToken], name: str, record: ItemRecord) -> Iterator[str]:
    values = record.fields[name]
    known = _forms_of(values, record)
    for token in tokens:
        if token.plain or token.negates or token.clause != tokens[0].clause:
            continue
        if not _is_among(token, known, values):
            yield f"the {name} is not “{token.token}” in the evidence"
            return


def _behind_label(clause: list[TextToken], at: int, record: ItemRecord) -> Iterator[str]:
    """What stands behind the name of a field, be there a verb between or not."""
    name, end = _label_at(clause, at, record)
    if name is None or any(token.negates for token in clause[:at]):
        return
    values, rest = record.fields[name], clause[end:]
    if all(fold(value) in _YES_OR_NO for value in values):
        return  # `a vegan running shoe` tells no value of a field `vegan`
    known = _forms_of(values, record)
    own = [token for token in rest if not _is_among(token, known, values)]
    verb = next((at for at, token in enumerate(rest) if token.folded in _IS), None)
    if verb is not None and all(token not in own for token in rest[:verb]):  # `the brand AirStrider is …` too
        behind = _told(rest[verb + 1 :])
        for before, token in zip([rest[verb], *behind], behind, strict=False):
            if token in own and not before.number:
                yield f"the {name} is not “{token.token}” in the evidence"
                return
    leads_on = bool(rest) and rest[0].folded in _AT  # `it starts in Chur`
    rest = rest[1:] if leads_on else rest
    if leads_on and (any(value[0].isdigit() for value in values) or not rest or not rest[0].capital):
        return
    if clause[at].folded not in record.fields and not leads_on and end == at + 1 and clause[at].folded not in LABELS:
        return
    if verb is None and rest and rest[0] in own and _is_value_elsewhere(rest[0], name, record):
        yield f"“{rest[0].token}” is not the {name} in the evidence"


def _label_at(clause: list[TextToken], at: int, record: ItemRecord) -> tuple[str | None, int]:
    """The field whose name stands at a place, the longest one, and where its name ends."""
    for length in (3, 2, 1):
        words = clause[at : at + length]
        name = " ".join(token.folded for token in words)
        if len(words) == length and (name in record.fields or LABELS.get(name) in record.fields):
            return name if name in record.fields else LABELS[name], at + length
    doing = [name for name in record.fields if name not in ("title", "price") and stem(name) == stem(clause[at].word)]
    if doing:
        return doing[0], at + 1
    return None, at


def _told(tokens: list[TextToken]) -> list[TextToken]:
    """The value: what comes before words of another kind."""
    value: list[TextToken] = []
    for token in tokens:
        if token.plain and value:
            break
        if token.negates:
            return []  # what is denied is checked by itself
        value += [] if token.plain else [token]
    return value


def _is_value_elsewhere(token: TextToken, name: str, record: ItemRecord) -> bool:
    return any(other != name and token.word in _forms_of([value], record) for other, value in record.lines if other)


def _forms_of(values: list[str], record: ItemRecord) -> frozenset[str]:
    return frozenset(
        form
        for value in values
        for token in record.read(value)
        for form in (token.folded, *bases(token.word), *inflected(token.word))
    )


def _is_among(token: TextToken, known: frozenset[str], values: list[str]) -> bool:
    if {token.folded, *bases(token.word), *inflected(token.word)} & known:
        return True
    return not token.token.isascii() and any(token.token in value for value in values)
