"""Sentences: whether what is said of an item stands in its catalog entry, of the same thing and not denied there."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import NamedTuple

from agent.verify.terms import WORDS, EntryWord, form, plain, terms


class ReadField(NamedTuple):
    """A field: name, text, words, the forms of its names and of what tells it, and whether it is of the whole item."""

    name: str
    text: str
    words: list[EntryWord]
    names: set[str]
    heads: set[str]
    whole: bool


@dataclass(frozen=True)
class Entry:
    """An item of the catalog, what was asked for, the item it is compared with, what was liked, and all prices."""

    leaves: Sequence[tuple[str, str]]  # name and text of each field; `guess` is what its picture may show
    request: str
    language: str
    first: Sequence[tuple[str, str]] = ()
    liked: str = ""
    prices: Sequence[float] = ()

    @cached_property
    def fields(self) -> list[ReadField]:
        """Its fields, read."""
        return [self._field(name, plain(text)) for name, text in self.leaves]

    def _field(self, name: str, text: str) -> ReadField:
        role = WORDS["roles"].get(name.rstrip("s"), "")
        times = "minute" in f"{WORDS['labels'].get(name, '')} {role}"
        text = re.sub(r"(?<=\d) ?m\b", " minute", text) if times else text
        words = terms(WORDS["states"].get(text, text).replace("{name}", name), self.language)
        names, heads = (
            {form(word) for word in re.findall(WORDS["letters"], plain(f"{name} {told_by}"))}
            for told_by in (WORDS["labels"].get(name, ""), f"{WORDS['labels'].get(name, '')} {role}")
        )
        short = name != "" and len(words) <= 3 and not role and not text[:1].isdigit()
        return ReadField(name, text, words, names, heads, short or name in WORDS["wholes"])

    def read(self, text: str) -> set[tuple[str, bool]]:
        """The words of a text, each denied or not."""
        return {word[:2] for word in terms(text, self.language)}

    @cached_property
    def wishes(self) -> set[tuple[str, bool]]:
        """The words of the request, each denied or not."""
        return self.read(re.sub(WORDS["further wish"], ", ", plain(self.request)))


def faults(sentence: str, entry: Entry) -> Iterator[str]:
    """Why a sentence is not so; nothing where nothing speaks against it."""
    sentence = plain(sentence)
    hedged = re.search(WORDS["hedges"], sentence) is not None
    fields = [field for field in entry.fields if hedged or field.name != "guess"]
    for rule, pattern in _PHRASES:
        for match in reversed([*pattern.finditer(sentence)]):
            before, after = sentence[: match.start()], sentence[match.end() :]
            parts = defaultdict(str, match.groupdict("") | {"before": before})
            right = rule(parts, entry)
            if right is False:
                yield f"“{match[0].strip()}” is not so"
            if right is not None:  # else it is read as any other words
                sentence = f"{before}{parts['kept']} ; {after}"
    words = terms(sentence, entry.language)
    known = {word[:2] for field in fields for word in field.words}
    known |= {(head, False) for field in fields for head in field.heads if (head, True) not in known}
    refused = {(form, True) for form, denied in entry.wishes if denied}
    known |= {(form, True) for form, _ in refused if (form, False) not in known}
    yield from (f"“{word.form}” is not {'denied ' * word.denied}there" for word in words if word[:2] not in known)
    numbered = [pair for pair in zip(words, words[2:], strict=False) if pair[0].form[0].isdigit()]
    for first, second in (*pairwise(words), *numbered):
        if {first[:2], second[:2]} <= refused:
            continue
        alike = first.clause == second.clause and first.denied is second.denied and first.form != second.form
        joint = "heads" if second.link in WORDS["done"] else "names" if second.link in WORDS["valued"] else ""
        valued = joint != "" and any(first.form in getattr(field, joint) for field in fields)
        if (
            alike
            and (valued or second.link != ":")
            and not any(_together(first, second, field, valued=valued) for field in fields)
        ):
            yield f"“{second.form}” is not told of “{first.form}”"


def _together(first: EntryWord, second: EntryWord, field: ReadField, *, valued: bool) -> bool:
    """Whether a field has two words in this order, or one of them tells it or the whole item."""
    order, own = (first.form, second.form), [word for word in field.words if word.form in (first.form, second.form)]
    forms, numeric = {word.form for word in own}, any(form[0].isdigit() for form in order)
    if field.heads & {*order} and {*order} <= field.heads | forms:
        return True
    if valued:
        return False  # `the colour is oak`
    if own and own[0] is field.words[0] and own[0].form == second.form and form(second.link) in field.heads:
        return True  # a value begins, as behind `by` or `from`
    if own and field.whole and not numeric:
        return True
    if own and numeric and len(field.words) <= 2 and second.link not in ("", "of", "is"):
        return True  # a number of the whole item
    pairs = combinations(own, 2)
    return any((one.form, other.form) == order and one.sentence == other.sentence for one, other in pairs)


def _quoted(parts: dict[str, str], entry: Entry) -> bool | None:
    labels = {form(word) for word in re.findall(WORDS["letters"], parts["kept"] or parts["label"])[-1:] if word != "in"}
    texts = [field.text for field in entry.fields if labels & field.names]
    if "whole" not in parts:
        texts = texts or [entry.request, entry.liked, *(text for _, text in (*entry.leaves, *entry.first))]
    quote = " ".join(parts["quote"].strip("….").split())
    stands = any(quote in " ".join(plain(text).split()) for text in texts)
    return stands if stands or "whole" not in parts else None


def _credited(parts: dict[str, str], entry: Entry) -> bool:
    before = re.split(WORDS["clause"], parts["before"].rstrip(" ,("))[-1]
    text = re.split(r" (?:is|are) ", (parts["what"] or parts["kept"]).strip() or before)[-1]
    words = {(form, denied is not bool(parts["refused"])) for form, denied in entry.read(text)}
    said = words or all(word in plain(entry.request) for word in re.findall(WORDS["weighty"], text))
    return bool(said) and words <= (entry.read(entry.liked) if parts["liked"] else entry.wishes)


def _unmet(parts: dict[str, str], entry: Entry) -> bool | None:
    things = [{form for form, _ in entry.read(thing)} for thing in re.split(WORDS["or"], parts["what"])]
    fields = [field for field in entry.fields if (field.whole if parts["kind"] else field.name not in ("", "guess"))]
    there = {word.form for field in fields for word in field.words if not word.denied}
    asked = {form for form, _ in entry.wishes}
    return True if any(things) and all(thing <= asked and not set() < thing <= there for thing in things) else None


def _amount(parts: dict[str, str], entry: Entry) -> bool | None:
    """How far a price or a year is below, or above, a limit, that of the first, or the least of all."""
    field = "year" if parts["year"] else "price"
    own, first = (
        _numbers(" ".join(text for name, text in leaves if name == field))[:1] for leaves in (entry.leaves, entry.first)
    )
    limits = [] if parts["first"] else _numbers(entry.request)
    bases = [min(entry.prices)] if parts["all"] else limits if parts["limit"] else limits + first
    gaps = {base: (base - own[0]) * (-1 if parts["more"] else 1) for base in bases if own}
    if parts["bound"]:
        known = float(parts["bound"]) in gaps
        return (gaps[float(parts["bound"])] >= 0) is not bool(parts["denied"]) if known else None
    if number := parts["n"]:
        return any(round(gap, len(number.partition(".")[2])) == float(number) for gap in gaps.values())
    return any(gap > 0 or (gap == 0 and not parts["first"]) for gap in gaps.values()) is not bool(parts["denied"])


def _numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(WORDS["num"], plain(text))]


def _pattern(written: str) -> re.Pattern[str]:
    for name, part in WORDS["parts"].items():
        written = written.replace(name, part)
    return re.compile(written)


_RULES = {"quoted": _quoted, "credited": _credited, "unmet": _unmet, "amount": _amount}
_PHRASES = [
    (_RULES[name], _pattern(each)) for group in WORDS["phrases"] for name, listed in group.items() for each in listed
]
