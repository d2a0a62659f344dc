"""What a catalog's own schema and values are called, so that they are found in a request."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.language.patterns import patterns
from agent.recent import recent
from agent.understand.denials.taxonomy import Taxonomy, taxonomy
from agent.understand.kinds.names import kind_names
from agent.understand.languages import Languages
from agent.understand.lexicon import Forms, Role, Unit, further, lexicon
from agent.understand.spelling import Spelling, slips
from agent.understand.synonyms import likely_roles
from agent.understand.tokens import flat, forms, tokens
from retrieval.encoding import Encoder
from retrieval.items import Item
from retrieval.schema import Field, Schema
from retrieval.text.words import singular, words

MOST_VALUES = 20_000  # of one field; a field of more names nothing in particular
MOST_WORDS = 8  # of a value that people would say
LEAST_ANSWERED = 0.8  # share of items that answer a yes-or-no field, for its bare name to be a must-have
REMEMBERED = 50_000  # values whose words are kept for the next vocabulary, which will have nearly all of them again
LEAST_SLIPPED = 6  # letters of a refused word that is mended: a shorter one is too often another word
LEAST_LETTERS = 3  # of a word that stands for a whole name
NAMING_ROLES = frozenset({"maker", "cast", "material"})  # a part of such a value names it: `Monet`, `silk`
_WORDS = patterns("agent.understand", "vocabulary")
_NOT_NAMES = frozenset(_WORDS.alternatives("not names"))
_CHAT = frozenset(_WORDS.alternatives("chat"))
_GOES_ON = re.compile(patterns("agent.understand", "rules")["name goes on"])
_NEXT_NAME = re.compile(r"\s+(?:the\s+)?([A-Z][^\W\d_]{2,})")
_COLOUR_ENDINGS = _WORDS.alternatives("colour ending")
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_PARTICLE = re.compile(rf"\s(?:{_WORDS['particles']})\s")  # `Rembrandt van Rijn` goes by his first name
_SMALL = re.compile(r"(?<![^\W_])[a-z]+(?![^\W_])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMERIC = ("number", "integer", "date")


@dataclass(frozen=True, slots=True)
class KnownField:
    """A filterable field, and what it is about.

    Attributes:
        role: What it is about, as far as its name tells.
        dimension: What its numbers measure.
        unit: Unit of its numbers.
        currency: Code of the currency of its prices, where the schema says it.
    """

    field: Field
    role: Role | None = None
    dimension: str | None = None
    unit: Unit | None = None
    currency: str | None = None

    @property
    def name(self) -> str:
        """As the catalog spells it."""
        return self.field.name

    @property
    def open(self) -> bool:
        """Whether it lists whatever people thought of: its entries are ordinary words."""
        return self.field.type == "list" and self.field.values is None and self.about == "kind"

    @property
    def about(self) -> str:
        """Name of the role, empty where it has none."""
        return self.role.name if self.role else ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A value that words may stand for; `exact` when they are the whole of it or an equal."""

    field: KnownField
    value: str
    exact: bool


@dataclass(frozen=True, slots=True)
class SchemaMention:
    """Words that name values or a field.

    Attributes:
        meanings: Values they may stand for.
        names: Fields they may name.
        start: Where they begin, in characters.
        end: Where they end.
        misspelled: Whether a letter had to be mended.
    """

    meanings: tuple[Meaning, ...]
    names: tuple[KnownField, ...]
    start: int
    end: int
    misspelled: bool = False


class Vocabulary:
    """All that a catalog's fields and values are called. Built once per snapshot; reading needs nothing else.

    Args:
        values: By field, its values.
        ordinary: Words that the catalog's texts use without a capital: no part of a name goes by one of them.
        encoder: Tells what fields are about that go by a name of their own, where it is given.
        census: What the items say, for `after`.
        taxonomy: What things are called that may be refused; ours where it is not given.
        answered: By yes-or-no field the share of items that answer it; what few answer must be asked for plainly.
    """

    def __init__(
        self,
        schema: Schema,
        values: Mapping[str, Iterable[str]],
        ordinary: frozenset[str] = frozenset(),
        answered: Mapping[str, float] | None = None,
        encoder: Encoder | None = None,
        census: _Census | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> None:
        self.schema = schema
        self.taxonomy = taxonomy
        self._census = census
        self._ordinary = ordinary
        self._written = frozenset(census.written) if census else ordinary
        self._answer_shares = answered or {}
        likely = _likely(schema, encoder) if encoder else {}
        self.fields = tuple(_known(field, likely) for field in schema.filterable())
        self._meanings: defaultdict[Forms, dict[tuple[str, str], Meaning]] = defaultdict(dict)
        self._names: defaultdict[Forms, dict[str, KnownField]] = defaultdict(dict)
        for field in self.fields:
            self._add_values(field, values.get(field.name, ()))
        self._add_names()
        self._longest = self._by_first_word()
        self._spelling = Spelling(word for form in self._meanings for word in form)

    @classmethod
    def build(
        cls,
        schema: Schema,
        items: Iterable[Item] = (),
        encoder: Encoder | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> Vocabulary:
        """The vocabulary of a schema, and of what its items say."""
        listed = {field.name: field.values for field in schema.filterable() if field.values}
        census = _Census(schema)
        for item in items:
            census.add(item)
        values, ordinary = {**census.values, **listed}, frozenset(census.ordinary)
        return cls(schema, values, ordinary, census.answer_shares(), encoder, census, taxonomy)

    def after(self, schema: Schema, items: Iterable[Item]) -> Vocabulary | None:
        """The vocabulary once these items have come, where they call nothing by a new name; else None.

        Args:
            schema: From now on.
        """
        if self._census is None or not _same_uses(schema, self.schema):
            return None
        census = self._census.with_items(items)
        if self._changed_by(census):
            return None
        grown = copy.copy(self)
        grown.schema, grown._census = schema, census
        grown._answer_shares, grown._ordinary = census.answer_shares(), frozenset(census.ordinary)
        grown._written = frozenset(census.written)
        return grown

    def _changed_by(self, census: _Census) -> bool:
        """Whether words would stand for anything else by a later census of the items."""
        shares, earlier = census.answer_shares(), self._answer_shares
        # A field that most items now answer may be asked for by its bare name, or no longer.
        if any((share >= LEAST_ANSWERED) != (earlier[name] >= LEAST_ANSWERED) for name, share in shares.items()):
            return True
        # A word that has become ordinary is no longer a part of a name.
        ordinary = census.ordinary - self._ordinary
        if ordinary and any(not ordinary.isdisjoint(form) for form in self._meanings):
            return True
        before = self._census.values if self._census else {}
        return any(len(census.values[name]) != len(values) for name, values in before.items())

    def find(self, flat_text: str, languages: Languages = ("en",)) -> list[SchemaMention]:
        """All mentions in a flat text, from left to right, the longest where several begin; none overlap.

        Args:
            languages: Whose words for the lexicon's things are found too, beside those of English and Chinese.
        """
        cut = tokens(flat_text)
        further_forms = _further_forms(languages)
        mentions, at = list[SchemaMention](), 0
        while at < len(cut):
            reach = max(self._longest.get(cut[at].form, 1), further_forms.longest.get(cut[at].form, 1))
            length, meant, mended = self._match([token.form for token in cut[at : at + reach]], further_forms.equal)
            if not length:
                at += 1
                continue
            mentions.append(
                SchemaMention(
                    tuple(meaning for form in meant for meaning in self._meanings.get(form, {}).values()),
                    tuple(name for form in meant for name in self._names.get(form, {}).values()),
                    cut[at].start,
                    cut[at + length - 1].end,
                    mended,
                )
            )
            at += length
        return mentions

    def denied_name(self, term: str) -> str:
        """What is refused, spelled right where it is a slip of what the catalog writes."""
        return " ".join(map(self._as_written, term.split()))

    def _as_written(self, word: str) -> str:
        """The one word of the catalog that an English word is a slip of; else the word."""
        known = len(word) < LEAST_SLIPPED or not _SMALL.fullmatch(word)
        if known or self._is_written(word) or kind_names().known((singular(word),), "en"):
            return word
        meant = {slip for slip in slips(word) if self._is_written(slip) and not _inflected(word, slip)}
        return meant.pop() if len(meant) == 1 else word

    def _is_written(self, word: str) -> bool:
        """Whether the catalog's texts, its values or things that may be refused have a word."""
        form = singular(word)
        if not {word, form}.isdisjoint(self._written) or (form,) in self._meanings:
            return True
        return (self.taxonomy or taxonomy()).named(word) is not None

    def of_role(self, *roles: str) -> tuple[KnownField, ...]:
        """Fields about one of these, in the schema's order."""
        return tuple(field for field in self.fields if field.about in roles)

    def of_dimension(self, dimension: str) -> tuple[KnownField, ...]:
        """Fields whose numbers measure this."""
        return tuple(field for field in self.fields if field.dimension == dimension)

    def _match(
        self, ahead: Sequence[str], equal: Mapping[Forms, tuple[Forms, ...]]
    ) -> tuple[int, tuple[Forms, ...], bool]:
        """How many of the forms ahead are a name or value, which ones it may be, and whether it had to be mended."""
        for length in range(len(ahead), 0, -1):
            written = tuple(ahead[:length])
            meant = (written, *equal.get(written, ()))
            if known := tuple(form for form in meant if form in self._meanings or form in self._names):
                return length, known, False
        # What the catalog's own texts write is no slip of the finger.
        right = not ahead or ahead[0] in self._ordinary or ahead[0] in _CHAT
        mended = None if right else self._spelling.mend(ahead[0])
        if mended is not None and (mended,) in self._meanings:
            return 1, ((mended,),), True
        return 0, (), False

    def _by_first_word(self) -> Mapping[str, int]:
        """Length of the longest name or value that begins with a word: `find` need look no further ahead."""
        longest: defaultdict[str, int] = defaultdict(int)
        for form in (*self._meanings, *self._names):
            longest[form[0]] = max(longest[form[0]], len(form))
        return longest

    def _add_names(self) -> None:
        """Fields by their own names; by the names of their roles where no field is called so itself."""
        named = [field for field in self.fields if field.field.type != "boolean"]
        own = {_name_forms(field.name) for field in named}
        for field in named:
            others = (form for form in (field.role.names if field.role else ()) if form not in own)
            for form in (_name_forms(field.name), *others):
                if form:
                    self._names[form].setdefault(field.name, field)

    def _add_values(self, field: KnownField, values: Iterable[str]) -> None:
        if field.field.type == "boolean":
            share = self._answer_shares.get(field.name, 1.0)
            self._add(field, "true", _name_forms(field.name), exact=share >= LEAST_ANSWERED)
            return
        if field.field.type not in ("category", "list"):
            return
        values = list(values)
        if len(values) > MOST_VALUES:
            return  # titles and the like: almost any word would name one of them
        for value in values:
            for form, telling in _spellings(value):
                if field.about == "size" or telling:
                    self._add(field, value, form, exact=True)
        if field.about in NAMING_ROLES:
            for value in values:
                for form in _parts(value, field.about == "material"):
                    if not self._ordinary.issuperset(form):
                        self._add(field, value, form, exact=False)

    def _add(self, field: KnownField, value: str, form: Forms, *, exact: bool) -> None:
        if not form or len(form) > MOST_WORDS:
            return
        for spelling in (form, *lexicon().equal.get(form, ())):
            before = self._meanings[spelling].get((field.name, value))
            if before is None or (exact and not before.exact):
                self._meanings[spelling][field.name, value] = Meaning(field, value, exact)


def name_goes_on(text: str, mention: SchemaMention) -> bool:
    """Whether a part of somebody's name is only the beginning of another name: `Lawrence of Arabia`.

    Args:
        text: As it was written, since capitals tell names.
    """
    parts = [meaning for meaning in mention.meanings if not meaning.exact and meaning.field.about in ("maker", "cast")]
    if not parts or len(parts) < len(mention.meanings):
        return False
    low = text[mention.start :].casefold()
    if any(low.startswith(meaning.value.casefold()) for meaning in parts):
        return False  # the whole name stands there: `Kettle & Co`
    if _GOES_ON.match(text, mention.end):
        return True
    further = _NEXT_NAME.match(text, mention.end)
    if further is None or not text[mention.start].isupper() or text.isupper():
        return False
    return not any(singular(further[1].lower()) in forms(meaning.value) for meaning in parts)


def _inflected(word: str, other: str) -> bool:
    """Whether two words differ by an ending alone, which is no slip."""
    return word.startswith(other) or other.startswith(word)


@dataclass(frozen=True, slots=True)
class _FurtherForms:
    """What further languages call the lexicon's things, and how many words such a name has by its first one."""

    equal: Mapping[Forms, tuple[Forms, ...]]
    longest: Mapping[str, int]


@recent(64)
def _further_forms(languages: Languages) -> _FurtherForms:
    equal: dict[Forms, tuple[Forms, ...]] = {}
    longest: defaultdict[str, int] = defaultdict(int)
    for language in languages:
        for form, meant in further(language).equal.items():
            equal[form] = equal.get(form, ()) + meant
            longest[form[0]] = max(longest[form[0]], len(form))
    return _FurtherForms(equal, longest)


def _known(field: Field, likely: Mapping[Forms, Role]) -> KnownField:
    known = lexicon()
    role = _role(field) or likely.get(_name_forms(field.name))
    if field.type not in _NUMERIC:
        return KnownField(field, role)
    # The schema's own word for the unit counts most, then one within the name (`width_cm`), then what the role takes.
    unit_text = (field.unit or "").strip().lower()
    named = [known.in_names[word] for word in forms(field.name) if word in known.in_names]
    unit = known.units.get(unit_text) or next(iter(named), None)
    currency = known.currencies.get(unit_text)
    dimension = unit.dimension if unit else "money" if currency else role.dimension if role else None
    if unit is None and role and role.unit:
        unit = known.units[role.unit]
    return KnownField(field, role, dimension, unit, currency)


def _role(field: Field) -> Role | None:
    """What a field is about by its name."""
    form = _name_forms(field.name)
    return next((role for role in lexicon().roles.values() if _plays(role, form, field)), None)


def _likely(schema: Schema, encoder: Encoder) -> Mapping[Forms, Role]:
    """By name, what the fields are about whose names the lexicon does not have."""
    strange = [field for field in schema.filterable() if field.type != "boolean" and _role(field) is None]
    roles = lexicon().roles.values()
    allowed = [[role for role in roles if _fits(role, field)] for field in strange]
    return likely_roles([_name_forms(field.name) for field in strange], allowed, encoder)


def _fits(role: Role, field: Field) -> bool:
    """Whether a field of that type can have the role: what is measured has numbers."""
    return (role.dimension is not None) == (field.type in _NUMERIC)


def _plays(role: Role, form: Forms, field: Field) -> bool:
    """Whether a field of that name and type has the role."""
    return _fits(role, field) and (form in role.names or bool(form and form[-1:] in role.names))


@recent(REMEMBERED)
def _name_forms(name: str) -> Forms:
    """The words of a field's name without those that only name a unit."""
    plain = _CAMEL.sub(" ", _PARENTHESIS.sub("", name)).replace("_", " ")
    whole = forms(plain)
    named = tuple(word for word in whole if word not in lexicon().in_names)
    return named or whole


@recent(REMEMBERED)
def _spellings(value: str) -> tuple[tuple[Forms, bool], ...]:
    """The whole value, and the value without what stands in parentheses; with each whether its words tell anything."""
    spelled = [forms(value)]
    if "(" in value:
        spelled.append(forms(_PARENTHESIS.sub("", value)))
    whole = flat(value)
    endings = (ending for ending in _COLOUR_ENDINGS if whole.endswith(ending) and whole != ending)
    spelled += [forms(whole.removesuffix(ending)) for ending in endings]
    return tuple((form, bool(words(" ".join(form)))) for form in spelled)


@recent(REMEMBERED)
def _parts(value: str, material: bool) -> tuple[Forms, ...]:
    """What people call it by: a surname, the beginning or end of a longer name; any word of a material."""
    plain = _PARENTHESIS.sub("", value)
    names = forms(plain)
    parts = list[Forms]()
    for at, word in enumerate(names):
        telling = material or at == len(names) - 1 or (at == 0 and _PARTICLE.search(plain))
        if telling and len(word) >= LEAST_LETTERS and word.isalpha() and word not in _NOT_NAMES:
            parts.append((word,))
    for length in range(2, len(names)):
        parts += [names[:length], names[-length:]]
    return tuple(parts)


def _same_uses(old: Schema, new: Schema) -> bool:
    """Whether two schemas have the same fields, but for the range of their numbers."""
    return old is new or [_use(field) for field in old.fields.values()] == [
        _use(field) for field in new.fields.values()
    ]


def _use(field: Field) -> tuple[object, ...]:
    return field.name, field.type, field.filterable, field.searchable, field.hidden, field.unit, field.values


class _Census:
    """What items say, collected in one pass."""

    def __init__(self, schema: Schema) -> None:
        named = [field for field in schema.filterable() if field.type in ("category", "list")]
        # Where the schema lists the values, those are all: what the items say adds nothing.
        self.values: dict[str, dict[str, None]] = {field.name: {} for field in named if not field.values}
        self.ordinary: set[str] = set()  # words without a capital
        self.written: set[str] = set()  # all words, in small letters
        self._switches = {field.name: 0 for field in schema.filterable() if field.type == "boolean"}
        self._n_items = 0

    def add(self, item: Item) -> None:
        self._n_items += 1
        for text in (item.title, item.description):
            self.ordinary.update(_SMALL.findall(text))
            self.written.update(_SMALL.findall(text.lower()))
        if "category" in self.values:
            self.values["category"].update(dict.fromkeys(_texts(item.category)))
        for name, value in item.attributes.items():
            if name in self.values:
                self.values[name].update(dict.fromkeys(_texts(value)))
            elif name in self._switches:
                self._switches[name] += 1

    def with_items(self, items: Iterable[Item]) -> _Census:
        """What those items and these say."""
        union = copy.copy(self)
        union.values = {name: dict(values) for name, values in self.values.items()}
        # Copied deeply, since readers go on with the old vocabulary until the new one takes its place.
        union.ordinary, union.written, union._switches = set(self.ordinary), set(self.written), dict(self._switches)
        for item in items:
            union.add(item)
        return union

    def answer_shares(self) -> Mapping[str, float]:
        """Share of the items that answer each yes-or-no field."""
        return {name: count / self._n_items for name, count in self._switches.items()} if self._n_items else {}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        yield from value


__all__ = ["KnownField", "Meaning", "SchemaMention", "Vocabulary", "name_goes_on"]
