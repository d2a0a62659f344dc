"""Values of the catalog that a request names become conditions, where its words say so plainly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.understand.conditions.polarity import WINDOW, PolarityReader, polarity_reader
from agent.understand.languages import COMMON, Languages
from agent.understand.spans import Span, is_free
from agent.understand.vocabulary import KnownField, Meaning, SchemaMention
from retrieval.schema import Field

MOST_VALUES = 40  # that one word may stand for; beyond, it says too little
MOST_NAMED = 3  # that a name alone may stand for
NAMES = frozenset({"maker", "cast"})
EXACT, PART, MISSPELLED, OPEN, BARE = 0.9, 0.85, 0.75, 0.6, 0.5

_SIGNS = " \t,;:.!?…，。；、：-–"
_NOTHING = KnownField(Field.of("", "text"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A condition on named values.

    Attributes:
        op: As filters write it for values that are not lists.
        wanted: The values.
    """

    field: KnownField
    op: str
    wanted: tuple[str, ...]
    start: int
    end: int
    sure: float

    def conditions(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Operators and values, as the field's type needs them; a list that must hold several gives several."""
        if self.field.field.type == "boolean":
            yield "=", ("true" if self.op == "in" else "false",)
            return
        listed = self.field.field.type == "list"
        if self.op == "all" and listed:
            yield from (("has", (value,)) for value in self.wanted)
        elif len(self.wanted) == 1:
            refusing = self.op == "not in"
            yield (("has not" if refusing else "has") if listed else "!=" if refusing else "="), self.wanted
        else:
            yield (
                (("has none" if self.op == "not in" else "has any") if listed else self.op.replace("all", "in")),
                (self.wanted),
            )


@dataclass(frozen=True, slots=True)
class _Group:
    """Values named in one breath: `grey or beige`."""

    mentions: tuple[SchemaMention, ...]
    every: bool

    @property
    def start(self) -> int:
        return self.mentions[0].start

    @property
    def end(self) -> int:
        return self.mentions[-1].end


def choices(
    text: str,
    mentions: Sequence[SchemaMention],
    taken: Sequence[Span],
    languages: Languages = COMMON,
    refused: Sequence[Span] = (),
) -> Iterator[Choice]:
    """What is asked of the values that a flat text names.

    Args:
        mentions: Values and fields named in it.
        taken: Stretches that already mean something else.
        refused: Stretches that name what is not wanted, wherever the words stand that say so.
    """
    free = [mention for mention in mentions if mention.meanings and is_free(mention.start, mention.end, taken)]
    names = [mention for mention in mentions if mention.names]
    words = polarity_reader(languages)
    for group in _groups(text, free, words):
        if all(map(_is_name, group.mentions)) and not is_free(group.start, group.end, refused):
            yield from _refusals(group, group.start, group.end)
        else:
            yield from _read(text, group, names, words)


def _read(text: str, group: _Group, names: Sequence[SchemaMention], words: PolarityReader) -> Iterator[Choice]:
    """What is asked of a group: refused, demanded, or only named, which is too little for a must-have."""
    no = words.refused(text, _named_from(text, group, names, words), group.end)
    if no is not None:
        if not words.still_wanted.match(text, group.end):
            yield from _refusals(group, *no)
        return
    if words.permitted.match(text, group.end):
        return  # `red is fine` asks for nothing
    for start, end, fields in _demands(text, group, names, words):
        choice = _choice(group, fields, "all" if group.every else "in", start, end)
        if choice:
            yield choice
            return
    for mention in group.mentions:
        # What is yes or no has no value to wish for: its name alone asks for it.
        switch = next((meaning for meaning in mention.meanings if meaning.field.field.type == "boolean"), None)
        if switch and not words.permitted.match(text, mention.end):
            yield Choice(switch.field, "in", ("true",), mention.start, mention.end, EXACT if switch.exact else BARE)
        elif _is_name(mention) and _is_all(text, mention):
            yield from _named(mention)
        else:
            yield from _bare(mention)


def _named_from(text: str, group: _Group, names: Sequence[SchemaMention], words: PolarityReader) -> int:
    """Where a group begins, with the name of its field right before it: `no size XL` refuses the size."""
    named = (name.start for name in names if words.named.fullmatch(text, name.end, group.start))
    return next(named, group.start)


def _refusals(group: _Group, start: int, end: int) -> Iterator[Choice]:
    """One condition for each field that the group's values may belong to, exact ones before parts of names."""
    fields = dict.fromkeys(meaning.field for meaning in _best(group.mentions[0].meanings))
    for field in fields:
        choice = _choice(group, (field,), "not in", start, end)
        if choice:
            # Entries of an open list are ordinary words: who says `no flowers` may not mean the tag.
            yield replace(choice, sure=min(choice.sure, OPEN)) if field.open else choice


def _demands(
    text: str, group: _Group, names: Sequence[SchemaMention], words: PolarityReader
) -> Iterator[tuple[int, int, Sequence[KnownField] | Sequence[str]]]:
    """What makes the group a must-have: the stretch of its words, and the fields or roles that it is for."""
    for name in names:
        if name.end <= group.start and name.end >= group.start - WINDOW:
            if words.said.fullmatch(text, name.end, group.start):
                yield name.start, group.end, name.names
            elif words.named.fullmatch(text, name.end, group.start):
                yield name.start, group.end, _telling(name.names)
        if name.start >= group.end and words.of.fullmatch(text[group.end : name.start]):
            yield group.start, name.end, _telling(name.names)
    yield from words.demanded(text, group.start, group.end)


def _telling(names: Sequence[KnownField]) -> Sequence[KnownField]:
    """Fields whose name beside a value says that the value is meant: `size M`, but not `this kind of film`."""
    return [field for field in names if field.about not in ("kind", "")] or [_NOTHING]


def _choice(group: _Group, among: Sequence[KnownField] | Sequence[str], op: str, start: int, end: int) -> Choice | None:
    """The group's values in the one field that fits best."""
    # Parts of names count only where no exact value is of an allowed field.
    first = [meaning for meaning in _best(group.mentions[0].meanings) if _allowed(meaning, among)]
    first = first or [meaning for meaning in group.mentions[0].meanings if _allowed(meaning, among)]
    for field in dict.fromkeys(meaning.field for meaning in first):
        wanted, exact = list[str](), True
        for mention in group.mentions:
            mine = [meaning for meaning in mention.meanings if meaning.field == field]
            mine = [meaning for meaning in mine if meaning.exact] or mine
            wanted += [meaning.value for meaning in mine]
            exact = exact and all(meaning.exact for meaning in mine)
        # One word may be a part of many names; beyond some number it says too little to be a must.
        if 0 < len(wanted) <= MOST_VALUES:
            slip = any(mention.misspelled for mention in group.mentions)
            sure = MISSPELLED if slip else EXACT if exact else PART
            several = len(group.mentions) > 1 and op == "all"
            return Choice(field, op if several or op != "all" else "in", tuple(dict.fromkeys(wanted)), start, end, sure)
    return None


def _allowed(meaning: Meaning, among: Sequence[KnownField] | Sequence[str]) -> bool:
    """Whether a meaning is of one of these fields or roles; where none are given, of any."""
    if meaning.field.field.type == "boolean":
        return not among or meaning.field in among
    return not among or meaning.field in among or meaning.field.about in among or meaning.field.name in among


def _best(meanings: Sequence[Meaning]) -> Sequence[Meaning]:
    return [meaning for meaning in meanings if meaning.exact] or meanings


def _is_name(mention: SchemaMention) -> bool:
    """Whether words are the name of somebody who makes things or plays in them, and of nothing else."""
    return all(meaning.field.about in NAMES for meaning in mention.meanings)


def _is_all(text: str, mention: SchemaMention) -> bool:
    """Whether a text says nothing beside."""
    return not any(part.strip(_SIGNS) for part in (text[: mention.start], text[mention.end :]))


def _named(mention: SchemaMention) -> Iterator[Choice]:
    """A name that is all that a turn says: who says just `Vermeer` wants nobody else."""
    choice = _choice(_Group((mention,), every=False), (), "in", mention.start, mention.end)
    if choice is not None and len(choice.wanted) <= MOST_NAMED:
        yield choice
    else:
        yield from _bare(mention)


def _bare(mention: SchemaMention) -> Iterator[Choice]:
    """A value that is only named: it stays a wish, and is kept as a condition that nobody is sure of."""
    for meaning in _best(mention.meanings)[:1]:
        yield Choice(meaning.field, "in", (meaning.value,), mention.start, mention.end, BARE)


def _groups(text: str, mentions: Sequence[SchemaMention], words: PolarityReader) -> Iterator[_Group]:
    """Neighbours that are joined by a comma, `or` or `and`, and can belong to the same field."""
    at = 0
    while at < len(mentions):
        members, every = [mentions[at]], False
        while at + 1 < len(mentions):
            joint = words.joint.fullmatch(text, members[-1].end, mentions[at + 1].start)
            # `Red or oak` are two wishes: only values of one field make one choice.
            if joint is None or not _kin(members[0], mentions[at + 1]):
                break
            every = every or words.all_of.search(joint[0]) is not None
            at += 1
            members.append(mentions[at])
        yield _Group(tuple(members), every)
        at += 1


def _kin(first: SchemaMention, second: SchemaMention) -> bool:
    """Whether both may name values of the same field."""
    theirs = {meaning.field.name for meaning in second.meanings}
    return any(meaning.field.name in theirs and meaning.field.field.type != "boolean" for meaning in first.meanings)


__all__ = ["Choice", "choices"]
