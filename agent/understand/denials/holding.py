"""Which items of a catalog hold what a person refuses, which say that they are free of it, and which do not say.

What an item does not say is a third state and never passes for freedom: a recipe without nuts in its list may still be
cooked with them. Where the index of words finds a word of the thing, the texts are read, and decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.language.detection import detect_language
from agent.recent import recent
from agent.understand.denials.fields import listing_fields, switches
from agent.understand.denials.item_texts import unsearched_text
from agent.understand.denials.matter import Matter, Matters
from agent.understand.denials.phrases import Phrase
from agent.understand.denials.taxonomy import Concept, Diet, Taxonomy, taxonomy
from agent.understand.denials.term import DeniedTerm
from agent.understand.denials.traces import FREE, HOLDS, UNSAID, ItemTraces, Trace
from agent.understand.denials.values import TellingValues, texts_of
from agent.understand.denials.word_rows import WordRows
from agent.understand.tokens import flat, forms
from retrieval.channels.lexical import LexicalIndex
from retrieval.items import Item
from retrieval.once import once
from retrieval.schema import Schema
from retrieval.text.words import words

States = NDArray[np.int8]
RowMask = NDArray[np.bool_]

N_SAMPLE = 40  # items whose texts tell the languages of a catalog
SHARE = 0.1  # of the sample in a language, for its words to be looked for
ALWAYS = ("en", "zh", "ja", "ko", "th", "ar", "ru")  # of letters of their own, or mixed into every catalog
MOST_TERMS = 256  # whose states are kept
MOST_OTHERS = 0.2  # of what holds a name, that a field may tell to be of another


class HoldingTable:
    """What the items of a catalog hold; each term is worked out when it is first asked for, and kept.

    Args:
        items: By row.
        schema: Of their fields.
        lexical: Which rows hold which words.
        known: What things are called and what kinds they have; ours when None.
    """

    def __init__(
        self, items: Sequence[Item], schema: Schema, lexical: LexicalIndex, known: Taxonomy | None = None
    ) -> None:
        self._items = items
        self._schema = schema
        self._lexical = lexical
        self._taxonomy = known or taxonomy()
        self._states = recent(MOST_TERMS)(self._work_out)

    @property
    def size(self) -> int:
        """How many items there are."""
        return len(self._items)

    def states(self, term: str) -> States:
        """For each item whether it holds a thing, int8 by row: `UNSAID`, `FREE` or `HOLDS`.

        Args:
            term: As `denials` tells it: a concept, a diet, or a word of the person's.
        """
        return self._states(term)

    def lacks(self, term: str) -> RowMask:
        """Which items list what they are made of without the thing, and say no more of it."""
        lists = self._listing(term)
        lacking: RowMask = self.states(term) == UNSAID
        lacking &= np.array([any(map(item.value, lists)) for item in self._items], np.bool_)
        return lacking

    def evidence(self, row: int, term: str) -> tuple[Trace, ...]:
        """What shows that an item holds a thing, else that it is free of it; nothing where it does not say."""
        state = int(self.states(term)[row])
        terms = dict.fromkeys((*self._parts(term), *(() if term in self._taxonomy.diets else (term,))))
        parts = (trace for part in terms for trace in self._of_concept_in(row, part))
        concept = self._taxonomy.concepts.get(term)
        diets = self._taxonomy.diets_without(term) if concept is not None else ()
        fields = (trace for name in (term, *(diet.name for diet in diets)) for trace in self._of_fields_in(row, name))
        traces = (*fields, *self._of_diet_in(row, term), *parts)
        return tuple(dict.fromkeys(trace for trace in traces if trace.state == state))

    def says_free(self, text: str, words: str) -> bool:
        """Whether a text says of what it names by these words that it is not there."""
        low, named = flat(text), flat(words)
        start = low.find(named)
        return start >= 0 and self._matters.sayings.is_free(low, (start, start + len(named)))

    def _work_out(self, term: str) -> States:
        diet = self._taxonomy.diets.get(term)
        if diet is not None:
            return self._of_diet(diet)
        parts = self._parts(term)
        if parts == (term,):
            return self._of_concept(term)
        # `Leather shoes`: what names them or holds both is one; what is free of either is free of them.
        states, named = np.stack([self.states(part) for part in parts]), self._of_concept(term)
        free = np.where((states == FREE).any(axis=0), FREE, UNSAID)
        return np.where((states == HOLDS).all(axis=0) | (named == HOLDS), HOLDS, free).astype(np.int8)

    def _parts(self, term: str) -> tuple[str, ...]:
        """The terms that one is judged by: what a diet excludes, or a known thing and the word that it is said of."""
        diet = self._taxonomy.diets.get(term)
        if diet is not None:
            return diet.excludes
        head, _, rest = term.partition(" ")
        name = self._taxonomy.named(head) if rest and term not in self._taxonomy.concepts else None
        if name is not None and name in self._taxonomy.concepts:
            return name, self._taxonomy.named(rest) or rest
        return (term,)

    def _of_concept(self, term: str) -> States:
        """Where an item contradicts itself it holds the thing: what it names counts before what it claims.

        What is made without it as well yields to what the item claims: a cake that is free of gluten is.
        """
        matter, states = self._matters.of(term), np.zeros(self.size, np.int8)
        silent = self._silent(matter.sort)
        naming = self._phrases_by_row(matter.phrases)
        held = [row for row, phrases in naming.items() if _any(self._in(row).held(matter, phrases, silent))]
        firm = {
            row
            for row in held
            if matter.yielding.isdisjoint(naming[row])
            or _any(self._in(row).held(matter, _firm(naming[row], matter), silent))
        }
        self._mark_other_values(states, held, term, matter)
        answers = dict(self._answers(term)) | dict.fromkeys(self._keeping_rows(term), False)
        states[held] = HOLDS
        for row, holds in answers.items():
            if row not in firm:
                states[row] = HOLDS if holds else FREE
        for row, phrases in self._phrases_by_row((*matter.own, *matter.claims)).items():
            usual = states[row] == HOLDS and row not in firm and not answers.get(row, False)
            if (states[row] == UNSAID or usual) and _any(self._freed(row, matter, phrases, brief=usual)):
                states[row] = FREE
        return states

    def _keeping_rows(self, term: str) -> Iterator[int]:
        """Rows whose yes-or-no fields say that they keep to a diet that excludes a concept."""
        diets = self._taxonomy.diets_without(term) if term in self._taxonomy.concepts else ()
        yield from (row for diet in diets for row, keeps in self._answers(diet.name) if keeps)

    def _mark_other_values(self, states: States, held: Sequence[int], term: str, matter: Matter) -> None:
        """Mark what a field tells to be something else, unless much that holds the thing is told to be so too.

        A brand that stands in the texts of many others, as that of a processor does, is more than a brand.
        """
        for name, values in self._values.others(term, matter):
            named = [texts_of(item.value(name)) for item in self._items]
            others = np.array([bool(texts) and values.issuperset(texts) for texts in named], np.bool_)
            if matter.sort or others[held].sum() <= MOST_OTHERS * len(held):
                states[others] = FREE

    def _of_diet(self, diet: Diet) -> States:
        parts = np.stack([self.states(name) for name in diet.excludes])
        states = np.where((parts == FREE).all(axis=0), FREE, UNSAID).astype(np.int8)
        for row, phrases in self._phrases_by_row(self._matters.phrases((*diet.claims, diet.met_value))).items():
            if states[row] == UNSAID and _any(self._keeping(row, diet, phrases)):
                states[row] = FREE
        for row, keeps in self._answers(diet.name):
            states[row] = FREE if keeps else HOLDS
        states[(parts == HOLDS).any(axis=0)] = HOLDS
        for row, phrases in self._phrases_by_row(self._matters.phrases((diet.met_not,))).items():
            if _any(self._in(row).named(phrases)):
                states[row] = HOLDS
        return states

    def _phrases_by_row(self, phrases: Iterable[Phrase]) -> Mapping[int, list[Phrase]]:
        """For each row the phrases that it may hold."""
        by_row: dict[int, list[Phrase]] = {}
        for phrase in dict.fromkeys(phrases):
            for row in self._rows.rows(phrase).tolist():
                by_row.setdefault(row, []).append(phrase)
        return by_row

    def _answers(self, term: str) -> Iterator[tuple[int, bool]]:
        """Rows whose yes-or-no fields tell of a term: whether they hold the thing, or keep to the diet."""
        for owner in self._owners(term):
            for name, yes in switches(self._schema, owner):
                answers = ((row, item.attributes.get(name)) for row, item in enumerate(self._items))
                yield from ((row, answer == yes) for row, answer in answers if isinstance(answer, bool))

    def _of_fields_in(self, row: int, term: str) -> Iterator[Trace]:
        """What the yes-or-no fields of an item say of a term."""
        for owner in self._owners(term):
            for name, yes in switches(self._schema, owner):
                answer = self._items[row].attributes.get(name)
                if isinstance(answer, bool):
                    holds = (answer == yes) == isinstance(owner, Concept)
                    text = str(answer).lower()
                    yield Trace(HOLDS if holds else FREE, name, text, 0, len(text))

    def _of_diet_in(self, row: int, term: str) -> Iterator[Trace]:
        diet = self._taxonomy.diets.get(term)
        if diet is not None:
            yield from self._keeping(row, diet, self._matters.phrases((*diet.claims, diet.met_value)))
            yield from self._in(row).named(self._matters.phrases((diet.met_not,)))

    def _of_concept_in(self, row: int, term: str) -> Iterator[Trace]:
        matter, item = self._matters.of(term), self._items[row]
        yield from self._in(row).held(matter, matter.phrases, self._silent(matter.sort))
        yield from self._freed(row, matter, (*matter.own, *matter.claims))
        for name, values in self._values.others(term, matter):
            texts = texts_of(item.value(name))
            if texts and values.issuperset(texts):
                yield from (Trace(FREE, name, text, 0, len(text)) for text in texts)

    def _freed(self, row: int, matter: Matter, phrases: Sequence[Phrase], *, brief: bool = False) -> Iterator[Trace]:
        texts = self._in(row)
        yield from texts.denied(matter, [phrase for phrase in phrases if phrase in matter.own])
        yield from texts.claimed([phrase for phrase in phrases if phrase in matter.claims], matter, brief=brief)

    def _keeping(self, row: int, diet: Diet, phrases: Sequence[Phrase]) -> Iterator[Trace]:
        """Where an item says that it keeps to a diet."""
        texts, values = self._in(row), set(self._matters.phrases((diet.met_value,)))
        yield from texts.claimed([phrase for phrase in phrases if phrase in set(self._matters.phrases(diet.claims))])
        yield from texts.valued([phrase for phrase in phrases if phrase in values])

    def _owners(self, term: str) -> Iterator[Concept | Diet]:
        diet = self._taxonomy.diets.get(term)
        if diet is not None:
            yield diet
        if diet is None or term in self._taxonomy.concepts:
            yield self._taxonomy.concepts.get(term) or Concept(term)

    def _listing(self, term: str) -> tuple[str, ...]:
        """The fields that list all that an item holds of the term's sort; of an unknown word's, any such list."""
        concepts = (self._taxonomy.concepts.get(part) for part in self._parts(term))
        names = dict.fromkeys(concept.sort if concept else "food" for concept in concepts)
        sorts = (self._taxonomy.sorts[name] for name in names if name in self._taxonomy.sorts)
        return tuple(dict.fromkeys(name for sort in sorts for name in listing_fields(self._schema, sort)))

    def _silent(self, sort: str) -> frozenset[str]:
        """The fields that say nothing of a sort, whatever words stand in them: `country: Turkey`."""
        known = self._taxonomy.sorts.get(sort)
        return frozenset(name for name in self._schema.fields if known and forms(name) in known.silent)

    def _in(self, row: int) -> ItemTraces:
        return ItemTraces(self._items[row], self._matters.sayings, self._ingredients)

    @once
    def _ingredients(self) -> frozenset[str]:
        return frozenset(name for sort in self._taxonomy.sorts.values() for name in listing_fields(self._schema, sort))

    @once
    def _matters(self) -> Matters:
        return Matters(self._taxonomy, catalog_languages(self._items))

    @once
    def _values(self) -> TellingValues:
        return TellingValues(self._items, self._schema, self._taxonomy, self._matters)

    @once
    def _rows(self) -> WordRows:
        texts = [unsearched_text(item, self._schema) for item in self._items]
        unsearched = [LexicalIndex(map(words, texts))] if any(texts) else []
        return WordRows([self._lexical, *unsearched], self.size)


def catalog_languages(items: Sequence[Item]) -> tuple[str, ...]:
    """The languages that items may speak: those of a sample, and those whose words cannot be mistaken."""
    sample = items[:: max(1, len(items) // N_SAMPLE)][:N_SAMPLE]
    counts = Counter(detect_language(f"{item.title}. {item.description}"[:300]) for item in sample)
    return tuple(dict.fromkeys((*ALWAYS, *(name for name, n in counts.items() if n >= SHARE * len(sample)))))


def holding_rows(table: HoldingTable, refused: Iterable[DeniedTerm]) -> RowMask:
    """Which items hold any of the things refused, and are to be left out."""
    return _in_state(table, refused, HOLDS)


def silent_rows(table: HoldingTable, refused: Sequence[DeniedTerm]) -> RowMask:
    """Which items hold none of the things refused, and do not say of every one that they are free of it."""
    return np.logical_and(_in_state(table, refused, UNSAID), ~holding_rows(table, refused))


def _in_state(table: HoldingTable, refused: Iterable[DeniedTerm], state: int) -> RowMask:
    mask: RowMask = np.zeros(table.size, np.bool_)
    for denied in refused:
        mask |= table.states(denied.term) == state
    return mask


def _firm(phrases: Iterable[Phrase], matter: Matter) -> list[Phrase]:
    """The phrases that prove what they name, whatever else is said."""
    return [phrase for phrase in phrases if phrase not in matter.yielding]


def _any(traces: Iterator[Trace]) -> bool:
    return next(traces, None) is not None


__all__ = ["HoldingTable", "RowMask", "States", "catalog_languages", "holding_rows", "silent_rows"]
