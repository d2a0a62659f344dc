"""Answers to questions about items: what their own fields and texts say, quoted, or that they do not say.

In this order: a superlative (`which is the cheapest?`) looks for the extreme of a field; a condition on a number (`is
it under 100?`) is put to the item; a field that is named or asked after (`who directed it?`) is told; all else (`does
it have a hood?`) is looked for in the item's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from agent.dialogue.topic import FURTHER
from agent.explain.passages import Passage, passages, quote
from agent.explain.reviewed import quotable, reviewed_of, told
from agent.language.beside import field_note
from agent.language.messages import Note
from agent.language.patterns import data, patterns, patterns_in
from agent.pipeline import View
from agent.understand.axes import axes
from agent.understand.rules import read
from agent.understand.spelling import mended
from agent.understand.tokens import flat, forms
from agent.understand.vocabulary import KnownField
from retrieval.items import Item
from retrieval.text.values import as_text

NEAR_NO = 24  # characters before a word within which a `no` or `without` denies it
LONG = 6  # letters of a superlative such as `warmest`, which is asked of `warm`
MOST_LISTED = 6  # entries of a list that are told

_WORDS = patterns("agent.dialogue", "item_answers")
_SMALL = re.compile(_WORDS.words("small"))
_REVIEWED = re.compile(patterns_in("agent.dialogue", "item_reviews", ("en", "zh", *FURTHER))["asked"])
_DENIED = re.compile(rf"(?:{_WORDS['denied']})[^.;,!?。；，！？]*$")


@dataclass(frozen=True, slots=True)
class AskedItem:
    """An item that a question is about: its number in the list shown last, 0 where it was named from outside it."""

    item: Item
    number: int = 0

    @property
    def name(self) -> Note | str:
        """As it is told of."""
        return Note("numbered", number=self.number, title=self.item.title) if self.number else self.item.title


def item_answers(question: str, asked: Sequence[AskedItem], view: View, *, pointed: bool) -> tuple[Note, ...]:
    """What the items' own data answer, an item after the other.

    Args:
        asked: The items that the question is about, one at least.
        pointed: Whether it points at them; else it is about all that was shown.
    """
    text = mended(question)
    low = flat(text)
    if _REVIEWED.search(low):
        return tuple(_reviewed(entry, text, view) for entry in asked)
    if (not pointed or len(asked) > 1) and (extreme := _extreme(low, asked, view)) is not None:
        return extreme
    if conditions := _conditions(text, view):
        return tuple(_met(filter_, entry, view) for entry in asked for filter_ in conditions)
    fields = _fields_asked(low, view)
    if fields:
        return tuple(_told(fields, entry) for entry in asked)
    return _searched(low, asked, view, pointed=pointed)


def asks_after_a_field(low: str) -> bool:
    """Whether a flat text asks after what fields tell: `who is in it`, `how long is the second`."""
    return any(pattern.search(low) for pattern, _ in _questions())


# What people say of it


def _reviewed(entry: AskedItem, question: str, view: View) -> Note:
    """What reviewers say of an item, as theirs: what they judge, else what they write."""
    store = view.workspace.store
    reviewed = reviewed_of(entry.item.id, store) if view.config.privacy_epsilon is None else None
    if reviewed is None:
        return Note("unreviewed", item=entry.name)
    if sentences := tuple(told(reviewed, question)):
        return Note("reviewed", item=entry.name, n=reviewed.people, told=sentences)
    quotes = tuple(Note("reviewer wrote", quote=quote) for quote in quotable(entry.item.id, store))
    return Note(
        "reviewers wrote" if quotes else "reviewed without words", item=entry.name, n=reviewed.people, told=quotes
    )


# A superlative


def _extreme(low: str, asked: Sequence[AskedItem], view: View) -> tuple[Note, ...] | None:
    """The item with most or least of what a superlative compares; None where the question holds none."""
    for field, most, words in _superlatives(low, view):
        known = [
            (float(value), entry) for entry in asked if isinstance(value := entry.item.value(field.name), int | float)
        ]
        if not known:
            return (Note("extreme untold", words=words),)
        value, best = (max if most else min)(known, key=lambda pair: pair[0])
        return (Note("extreme shown", item=best.name, label=field_note(field.name), value=as_text(value), words=words),)
    return None


def _superlatives(low: str, view: View) -> Iterator[tuple[KnownField, bool, str]]:
    """Fields that a question compares the items by, whether the most of it is meant, and the words for it."""
    for name, axis in axes().items():
        field = next(iter(view.vocabulary.of_role(*axis.roles)), None)
        if field is None:
            continue
        for most, op in ((True, ">"), (False, "<")):
            if match := _superlative(name, op).search(low):
                yield field, most, match["words"]


@cache
def _superlative(name: str, op: str) -> re.Pattern[str]:
    """`the cheapest`, `most expensive`, `cheaper` of two, `最便宜`."""
    axis = axes()[name]
    plain = [word for word in axis.adjectives[op] if word.isascii()]  # type: ignore[index]  # < or >
    wide = [word for word in axis.adjectives[op] if not word.isascii()]  # type: ignore[index]  # < or >
    ways = [rf"(?:most|least)\s+{re.escape(word)}" for word in plain]
    ways += [re.escape(form) for word in plain for form in superlatives(word)]
    ways += [rf"最{re.escape(word)}的?" for word in wide]
    ways += [way for word in axis.comparatives[op] for way in superlatives_of(word)]  # type: ignore[index]  # < or >
    return re.compile(rf"(?<![a-z])(?P<words>{'|'.join(ways) or '(?!)'})(?![a-z])")


def superlatives(adjective: str) -> Iterator[str]:
    """The superlative and comparative of a short English adjective: `cheapest`, `cheaper`, `biggest`, `heaviest`."""
    if len(adjective) > 6 or not adjective.isalpha():
        return
    stems = {adjective}
    if adjective.endswith("e"):
        stems = {adjective[:-1]}
    elif adjective.endswith("y"):
        stems = {f"{adjective[:-1]}i"}
    elif re.search(r"[^aeiou][aeiou][bdgmnpt]$", adjective):
        stems = {f"{adjective}{adjective[-1]}"}
    for stem in sorted(stems):
        yield f"{stem}est"
        yield f"{stem}er"


_ARTICLES = "(?:le|la|les|el|los|las|il|lo|i|gli|o|os|a|as)"
_ROMANCE = re.compile(r"(?:plus|moins|mas|menos|piu|meno|mais) [a-z]+")


def superlatives_of(comparative: str) -> Iterator[str]:
    """Patterns of the superlative of a comparative: `la plus chere` of `plus chere`, `leichteste` of `leichter`."""
    if _ROMANCE.fullmatch(comparative):
        yield rf"{_ARTICLES} {re.escape(comparative)}"
    elif comparative.isascii() and comparative.isalpha() and comparative.endswith("er"):
        stem = comparative.removesuffix("er")
        yield rf"(?:am )?{stem}e?ste[nrs]?"
        if stem.endswith("s"):  # `groser`, `groste`
            yield rf"(?:am )?{stem}te[nrs]?"
        if stem.endswith("eur"):  # `teurer`, `teuerste`
            yield rf"(?:am )?{stem[:-2]}uerste[nrs]?"


# A condition on a number


def _conditions(text: str, view: View) -> tuple[str, ...]:
    """Conditions on numbers that a question states, in canonical form."""
    must = read(text, view.vocabulary).must
    numeric = {field.name for field in view.vocabulary.fields if field.field.type in ("number", "integer", "date")}
    return tuple(str(reading.filter) for reading in must if reading.filter.field in numeric)


def _met(condition: str, entry: AskedItem, view: View) -> Note:
    from retrieval.filters import parse_filter

    must = parse_filter(condition, view.schema)
    value = entry.item.value(must.field)
    if value is None:
        return Note("item silent", item=entry.name)
    sentence = "item field yes" if must.matches(entry.item) else "item field no"
    return Note(sentence, item=entry.name, label=field_note(must.field), value=as_text(value))


# A field


def _fields_asked(low: str, view: View) -> tuple[KnownField, ...]:
    """The fields that a question asks after: by their own names, by its question word, by what they are called else."""
    mentions = view.vocabulary.find(low)
    values = any(mention.meanings for mention in mentions)
    named = tuple(dict.fromkeys(field for mention in mentions if not mention.meanings for field in mention.names))
    if values:
        named = ()
    if own := tuple(field for field in named if flat(label(field.name)) in low):
        return own
    for pattern, roles in _questions():
        # `Who painted it` asks for no year, though what has one is said to be painted then.
        if pattern.search(low) and (fields := view.vocabulary.of_role(*roles)):
            return fields
    return named


@cache
def _questions() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Ways to ask after what a field is about, with the roles of such fields."""
    words = patterns_in("agent.dialogue", "item_questions about", ("en", "zh", *FURTHER))
    asked = data("agent.dialogue")["item_questions about"]
    return tuple((re.compile(words[name]), tuple(roles)) for name, roles in asked.items())


def _told(fields: Sequence[KnownField], entry: AskedItem) -> Note:
    for field in fields:
        value = entry.item.value(field.name)
        if value not in (None, (), ""):
            text = ", ".join(value[:MOST_LISTED]) if isinstance(value, tuple) else as_text(value)
            return Note("item field", item=entry.name, label=field_note(field.name), value=text)
    return Note("item silent", item=entry.name)


# The item's own words


def _searched(low: str, asked: Sequence[AskedItem], view: View, *, pointed: bool) -> tuple[Note, ...]:
    wanted = _content(low)
    if not wanted:
        return tuple(Note("item silent", item=entry.name) for entry in asked)
    answers = [(entry, _passage(entry.item, wanted, view)) for entry in asked]
    saying = [(entry, passage) for entry, passage in answers if passage is not None]
    if not saying and not pointed:
        return (Note("none says", words=" ".join(dict.fromkeys(wanted.values()))),)
    shown = answers if pointed else saying
    return tuple(_worded(entry, passage, wanted) for entry, passage in shown)


def _content(low: str) -> dict[str, str]:
    """The words of a question that say what is asked after: each form, and as it was written."""
    rest = _SMALL.sub(" ", low)
    plain = (form.removesuffix("est") if len(form) > LONG and form.isascii() else form for form in forms(rest))
    return {form: form for form in plain if len(form) > 1 or not form.isascii()}


def _passage(item: Item, wanted: dict[str, str], view: View) -> Passage | None:
    """The passage that holds most of the words, at least half of them; None where none does."""
    best, most = None, 0.0
    for passage in passages(item, view.schema):
        have = set(forms(passage.text))
        share = sum(_held(form, have) for form in wanted) / len(wanted)
        if share > most:
            best, most = passage, share
    return best if most >= 0.5 else None


def _held(form: str, have: set[str]) -> bool:
    """Whether a text has a word: the same, or one that begins or ends with it, as `hooded` with `hood`."""
    if form in have:
        return True
    return len(form) >= 4 and any(word.startswith(form) or word.endswith(form) for word in have)


def _worded(entry: AskedItem, passage: Passage | None, wanted: dict[str, str]) -> Note:
    if passage is None:
        return Note("item silent", item=entry.name)
    text = flat(passage.text)
    places = [match.start() for form in wanted if (match := re.search(re.escape(form), text))]
    denied = any(_DENIED.search(text[max(0, at - NEAR_NO) : at]) for at in places)
    return Note("item says no" if denied else "item says", item=entry.name, passage=quote(passage.text))


def label(field: str) -> str:
    """A field's name for people."""
    return field.replace("_", " ")


__all__ = ["AskedItem", "asks_after_a_field", "item_answers", "label", "superlatives", "superlatives_of"]
