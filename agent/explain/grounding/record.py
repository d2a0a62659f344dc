"""An item's evidence as a record: its title, its fields and its free text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from agent.explain.grounding.lexicon import LABELS
from agent.explain.grounding.tokens import TextToken, language_of, tokens_of
from retrieval.text.words import fold

LINE = re.compile(r"^([^\W\d][\w -]{0,30}): (.+)$", re.MULTILINE)
_HAS_NOT = frozenset({"no", "none", "false", "0", "nein", "non"})
_HAS = frozenset({"yes", "true", "ja", "si", "oui", "included"})
_ELIDED = re.compile(r"\b(\w+) (in|for|with|on) ([^,.;]*?),? but not (in|for|with|on)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class ItemRecord:
    """What texts of evidence say of one item.

    Args:
        evidence: Cards, whose first line is the title and whose lines `price: 39` name fields, and single values.

    Attributes:
        title: Of the item; empty where there is none.
        fields: By name, in small letters, the values, as they are written.
        prose: What stands in no field.
        text: All of it, what a field denies written as a denial.
    """

    def __init__(self, evidence: Sequence[str]) -> None:
        self.title = ""
        self.fields: dict[str, list[str]] = {}
        prose: list[str] = []
        for text in evidence:
            if LINE.search(text):
                prose += self._take_card(text)
        for text in evidence:
            if not LINE.search(text):
                self.title = self.title or text
                prose += [text]
        known = {fold(self.title), *self.fields, *(fold(value) for values in self.fields.values() for value in values)}
        self.prose = tuple(dict.fromkeys(text for text in prose if fold(text) not in known))
        self.text = tuple(dict.fromkeys(_plain_denials(text) for text in evidence))

    def _take_card(self, card: str) -> Iterator[str]:
        """What of a card stands in no field."""
        for at, line in enumerate(card.splitlines()):
            if field := LINE.fullmatch(line):
                self.fields.setdefault(fold(field[1]), []).append(field[2])
            elif at == 0 and not self.title:
                self.title = line
            elif line.strip() and line != self.title:
                yield line

    def field(self, label: str) -> str | None:
        """The field that a sentence means, in whatever language it is called; None where the item has none."""
        name = fold(label).strip()
        candidates = (name, LABELS.get(name, ""), name.removesuffix("s"), f"{name}s")
        return next((known for known in candidates if known in self.fields), None)

    def values(self, label: str) -> list[str] | None:
        """What stands in what a sentence calls by a name: the title, the free text or a field."""
        name = fold(label).strip()
        name = LABELS.get(name, name)
        if name in ("title", "name"):
            return [self.title]
        field = self.field(name)
        if field is not None:
            return self.fields[field]
        return list(self.prose) if name in ("description", "text") else None

    @cached_property
    def language(self) -> str:
        """What its text is in."""
        return language_of(" ".join((self.title, *self.prose)))

    def read(self, text: str) -> list[TextToken]:
        """The words of one of its texts."""
        return list(tokens_of(text, self.language))

    @cached_property
    def price(self) -> float | None:
        """What it costs."""
        number = _NUMBER.search((self.fields.get("price") or [""])[0])
        return float(number[0].replace(",", "")) if number else None

    @cached_property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Every field with one of its values, and every free text with an empty name."""
        return (
            *((name, value) for name, values in self.fields.items() for value in values),
            *(("", text) for text in self.prose),
        )

    @cached_property
    def tokens(self) -> tuple[TextToken, ...]:
        """All its words."""
        return tuple(token for text in self.text for token in self.read(text))


def _plain_denials(text: str) -> str:
    """`parking: none` as `no parking`, and `dimmable: yes` as `dimmable`."""

    def said(line: re.Match[str]) -> str:
        value = fold(line[2]).strip()
        if value in _HAS_NOT:
            return f"no {line[1]} included"
        return f"{line[1]}: {line[1]} {line[2]}" if value in _HAS else line[0]

    # `safe in a dishwasher but not in a microwave` denies that it is safe there
    return _ELIDED.sub(r"\1 \2 \3 but not \1 \4", LINE.sub(said, text))
