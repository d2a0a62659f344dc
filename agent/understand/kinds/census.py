"""What a catalog calls its kinds: the values of fields that tell them, and the ends of titles where titles do."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from agent.language.detection import detect_language
from agent.recent import recent
from agent.understand.kinds.names import Forms, World, kind_names
from agent.understand.kinds.phrase import grammar, name_length
from agent.understand.lexicon import lexicon
from agent.understand.tokens import WIDE, Token, flat, forms, tokens
from retrieval.items import Item
from retrieval.schema import Schema
from retrieval.text.words import fold

Rows = NDArray[np.intp]

NAMING = 0.35  # share of titles that must end in a kind for titles to tell kinds; shops have 0.7 and more, films 0.1
SHOWING = 2  # fields that show what a whole catalog is of
REPEATED = 3  # titles that end in the same word make it a kind of the catalog's own
DESCRIBED = 60  # letters of a description that are looked at with its title
BORROWED = 6  # letters of an English name in another language; shorter ones may mean another thing there
SAMPLES, SAMPLED = 7, 12  # so many titles at a time tell the catalog's language, so many times
TELLING = 0.2  # share of a field's values that must name kinds, unless it goes by a sure name
COVERED = 0.5  # share of items whose kind fields must tell where titles do not
_CUT = re.compile(r"\s[-–—|/]\s|[,(\[:;，（：]")
_PARTS = re.compile(r"\s*(?:[>/|,;&+、，]|\band\b|\bund\b|\bet\b|\by\b)\s*")
_WORD = re.compile(r"[^\W\d_]{3,}|[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class TitleHead:
    """What a title calls its item: a kind that has a name here, or a word of its own."""

    kind: str | None
    word: Forms


@dataclass(frozen=True, slots=True, eq=False)
class Census:
    """What a catalog calls its kinds.

    Attributes:
        language: Of its titles.
        world: What the whole catalog is of; None for goods of all sorts.
        told: Whether titles or fields say what kind of thing an item is; not among works, which are about things.
        fields: By value of a telling field the rows that have it.
        heads: By row what the title calls the item; None where it says nothing, or titles tell no kinds.
        words: By word the rows whose titles end in it.
        values: Names of makers, which name no kind.
    """

    language: str
    world: World | None
    told: bool
    fields: Mapping[Forms, Rows]
    heads: Sequence[TitleHead | None]
    words: Mapping[Forms, Rows]
    values: frozenset[Forms]

    def commonest(self, most: int) -> list[tuple[str, int]]:
        """The kinds that most titles tell, as the catalog's language calls them, each with how many there are.

        None where hardly any repeat.
        """
        counts = Counter(head.kind for head in self.heads if head and head.kind)
        repeated = [n for n in counts.values() if n > 1]
        if len(repeated) < 2 or sum(repeated) < len(self.heads) / 3:
            return []
        return [(self._called(kind), n) for kind, n in counts.most_common(most)]

    def _called(self, kind: str) -> str:
        """A kind by its name in the catalog's language; by that of the titles where it is borrowed from another."""
        names, words = kind_names(), Counter(head.word for head in self.heads if head and head.kind == kind)
        (word, _), *_ = words.most_common(1)
        return names.called(kind, self.language) if names.known(word, self.language) else " ".join(word).capitalize()

    @classmethod
    def of(cls, items: Sequence[Item], schema: Schema) -> Census:
        """The census of items in the order of their rows."""
        language = _language(items)
        world = _world(schema)
        heads = [title_head(item.title, language, world) for item in items]
        counts = Counter(head.word for head in heads if head)
        works = world is not None and world.works
        named = not works and _naming_share(heads, counts) >= NAMING
        telling, other = _fields(schema, items)
        fields = _rows(_values(item, telling) for item in items)
        return cls(
            language,
            world,
            named or (not works and _is_covered(fields, len(items))),
            fields,
            heads if named else [None] * len(items),
            _rows([head.word] if named and head and head.kind is None else [] for head in heads),
            frozenset(form for item in items for form in _values(item, other)),
        )


def title_head(title: str, language: str, world: World | None = None) -> TitleHead | None:
    """What a title calls its item: the last kind that it names before a comma or `with`, else its last word.

    Args:
        world: What the whole catalog is of: no soup is named after a boot.
    """
    plain = flat(title)
    words = _before_border(plain, tokens(_CUT.split(plain, maxsplit=1)[0]), language)
    names = kind_names()
    first = grammar(language).head_first
    name = tuple(token.form for token in words)
    ends = (at + name_length(words, at, language) for at in range(len(words))) if first else range(len(words), 0, -1)
    for end in ends:
        kind = _named(name, end, language)
        if kind is None or (world and not world.of & names.wider[kind[0]]):
            continue
        if not first and end < len(words) and _compounds(title, words[end]):
            return TitleHead(None, (name[end],))  # a `printer ribbon` is no printer
        return TitleHead(*kind)
    order = words if first else list(reversed(words))
    free = (token for token in order if _WORD.fullmatch(token.form) and token.form not in names.never)
    last = next(free, None)
    return TitleHead(None, (last.form,)) if last else None


def _compounds(title: str, token: Token) -> bool:
    """Whether a word behind a kind makes it another thing: one in small letters that does not merely describe."""
    written = title[token.start : token.end]
    if token.form in kind_names().riders:
        return True
    plain = token.form not in kind_names().never | kind_names().vague
    return plain and len(written) > 3 and written.isalpha() and written.islower() and not title.islower()


def _language(items: Sequence[Item]) -> str:
    """The language of most items; a single title may hold letters of any script, and many are names.

    Descriptions say it where titles do not: `Ukulele Sopran Koa` could be of any language.
    """
    step = max(1, len(items) // (SAMPLES * SAMPLED))
    sample = items[::step][: SAMPLES * SAMPLED]
    texts = [f"{item.title}. {item.description[:DESCRIBED]}" if item.description else item.title for item in sample]
    parts = [" \n".join(texts[at : at + SAMPLED]) for at in range(0, len(texts), SAMPLED)]
    languages = Counter(map(detect_language, parts or [""]))
    return languages.most_common(1)[0][0]


def _before_border(plain: str, words: Sequence[Token], language: str) -> Sequence[Token]:
    rules, at = grammar(language), 0
    ends = rules.borders | rules.of
    while at < len(words):
        length = name_length(words, at, language)
        if at and length == 1 and plain[words[at].start : words[at].end] in ends:
            return words[:at]
        at += length
    return words


def _named(name: Forms, end: int, language: str) -> tuple[str, Forms] | None:
    """The longest kind whose name ends there, by its English name too where that is long: shops say `Keyboard`."""
    names = kind_names()
    for start in range(max(0, end - names.longest(language)), end):
        form = name[start:end]
        if len(form) == 1 and form[0] in names.never:
            continue
        borrowed = sum(map(len, form)) >= BORROWED
        if kind := names.known(form, language) or (names.known(form, "en") if borrowed else None):
            return kind, form
    return None


def _naming_share(heads: Sequence[TitleHead | None], counts: Mapping[Forms, int]) -> float:
    """Share of titles that end in the name of a kind, or in a word that other titles end in too."""
    naming = sum(1 for head in heads if head and (head.kind or counts[head.word] >= REPEATED))
    return naming / max(1, len(heads))


def _is_covered(fields: Mapping[Forms, Rows], n_items: int) -> bool:
    """Whether fields tell the kind of enough items for it to be known what there is none of."""
    told = np.zeros(n_items, dtype=bool)
    for value, rows in fields.items():
        if value_kind(value):
            told[rows] = True
    return bool(told.any()) and float(told.mean()) >= COVERED


def _world(schema: Schema) -> World | None:
    """What the whole catalog is of, as its fields show."""
    fields = {_field_name(name) for name in schema.fields}
    shown = [(len(fields & world.fields), -at, world) for at, world in enumerate(kind_names().worlds)]
    most, _, world = max(shown, key=lambda entry: entry[:2])
    return world if most >= SHOWING else None


def _fields(schema: Schema, items: Sequence[Item]) -> tuple[list[str], list[str]]:
    """Names of the fields that tell kinds, and of those that tell makers."""
    telling, other = list[str](), list[str]()
    for field in schema.fields.values():
        if field.type not in ("category", "list") or field.hidden:
            continue
        if _field_name(field.name) in kind_names().fields and _tells(field.name, items):
            telling.append(field.name)
        elif forms(field.name) in _makers():
            other.append(field.name)
    return telling, other


def _tells(name: str, items: Sequence[Item]) -> bool:
    """Whether the values of a field say what items are: a `type` may as well be `original`."""
    if _field_name(name) in kind_names().sure_fields:
        return True
    values = [value for item in items for value in _values(item, [name])]
    return sum(1 for value in values if value_kind(value)) >= TELLING * max(1, len(values))


def value_kind(name: Forms) -> str | None:
    """The kind that the value of a field names: `european painting` is of paintings."""
    names, language = kind_names(), "zh" if name[-1][-1:] >= WIDE[0] else "en"
    return next((kind for start in range(len(name)) if (kind := names.find(name[start:], language))), None)


def _field_name(name: str) -> str:
    return " ".join(forms(name.replace("_", " ")))


def _values(item: Item, names: Sequence[str]) -> Iterator[Forms]:
    for name in names:
        value = item.value(name)
        for text in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
            yield from _forms_of(text)


@recent(20_000)  # most values stand in many items
def _forms_of(value: str) -> tuple[Forms, ...]:
    """A value as it is compared, whole and by each of its parts."""
    return tuple(form for part in dict.fromkeys((value, *_PARTS.split(fold(value)))) if (form := forms(part)))


@cache
def _makers() -> frozenset[Forms]:
    return frozenset(lexicon().roles["maker"].names)


def _rows(by_row: Iterable[Iterable[Forms]]) -> Mapping[Forms, Rows]:
    rows: defaultdict[Forms, list[int]] = defaultdict(list)
    for row, values in enumerate(by_row):
        for value in dict.fromkeys(values):
            rows[value].append(row)
    return {value: np.array(having, dtype=np.intp) for value, having in rows.items()}


__all__ = ["Census", "Rows", "TitleHead", "title_head", "value_kind"]
