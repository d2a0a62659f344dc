"""One rule, and how rules are read: from YAML, JSON or plain values, each checked against the catalog's schema."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from agent.errors import FilterError, RuleError
from retrieval.files.yaml_text import parsed
from retrieval.filters import Filter, parse_filter
from retrieval.schema import Schema
from retrieval.text.words import words

MOST_RULES = 1_000
MOST_BYTES = 1_000_000
_EXAMPLE = "Write rules as a list, such as `- {do: pin, items: [A1], when: [tent]}`."

Deed = Literal["pin", "boost", "bury", "hide", "synonym"]


class Rule(BaseModel):
    """What a shop wants of its recommendations.

    Attributes:
        do: `pin` puts items first, in the order of `items`; `boost` moves them up; `bury` puts them last; `hide` keeps
            them out; `synonym` reads the words of `when` as `means`.
        when: Words or phrases of which a request holds one; of every request where empty.
        items: Ids of the items that are meant.
        where: Conditions, such as `brand=Fellrun`, all of which the meant items meet.
        places: How many places a boosted item rises at most.
        means: What the words of a synonym mean in this catalog.
        until: The last day on which the rule holds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: Deed
    when: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    places: int = Field(default=5, ge=1, le=1_000)
    means: str = ""
    until: date | None = None

    @field_validator("when", "items", "where", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        """A single text is a list of it; numbers are ids that YAML took for such."""
        values = value if isinstance(value, list | tuple) else [value]
        return [str(entry) if isinstance(entry, int) and not isinstance(entry, bool) else entry for entry in values]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if wordless := [phrase for phrase in self.when if not words(phrase)]:
            raise ValueError(f"`when` holds {wordless[0]!r}, which has no word that is searched for")
        if self.do == "synonym":
            if not self.when or not words(self.means) or self.items or self.where:
                raise ValueError("a synonym has `when` and `means`, and neither `items` nor `where`")
        elif self.means or not (self.items or self.where):
            raise ValueError(f"{self.do} says by `items` or `where` which items are meant, and has no `means`")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether it is in force."""
        return self.until is None or day <= self.until

    def filters(self, schema: Schema) -> tuple[Filter, ...]:
        """Its conditions.

        Raises:
            FilterError: one does not fit the schema.
        """
        return tuple(parse_filter(text, schema) for text in self.where)


def parse_rules(values: object, schema: Schema) -> tuple[Rule, ...]:
    """The rules that plain values spell, as YAML and JSON have them.

    Raises:
        RuleError: they are no rules, or one does not fit the catalog.
    """
    if not isinstance(values, list | tuple):
        raise RuleError("These are no rules.", _EXAMPLE)
    if len(values) > MOST_RULES:
        raise RuleError(
            f"These are {len(values):,} rules.", f"Keep to {MOST_RULES:,}; `where` means many items at once."
        )
    return tuple(_parsed(number, value, schema) for number, value in enumerate(values, start=1))


def rules_from_yaml(text: str, schema: Schema) -> tuple[Rule, ...]:
    """The rules of a file.

    Raises:
        RuleError: it holds no rules, or one does not fit the catalog.
    """
    if len(text) > MOST_BYTES:
        raise RuleError("The file of rules is too large.", f"Keep it under {MOST_BYTES:,} characters.")
    try:
        values = parsed(text)
    except yaml.YAMLError as error:
        raise RuleError(f"The rules are no YAML: {_one_line(error)}.", _EXAMPLE) from error
    return parse_rules([] if values is None else values, schema)


def _parsed(number: int, value: object, schema: Schema) -> Rule:
    try:
        rule = value if isinstance(value, Rule) else Rule.model_validate(value)
        rule.filters(schema)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][:1])
        what = first["msg"].removeprefix("Value error, ")
        raise RuleError(f"Rule {number}{f', {place}' if place else ''}: {what}.", _EXAMPLE) from error
    except FilterError as error:
        raise RuleError(f"Rule {number}, where: {error.what}", error.hint) from error
    return rule


def _one_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())


def as_yaml(rules: Sequence[Rule]) -> str:
    """Rules as a file has them; what they leave to the defaults is left out."""
    values = [rule.model_dump(mode="json", exclude_defaults=True) for rule in rules]
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False)


__all__ = ["Deed", "Rule", "as_yaml", "parse_rules", "rules_from_yaml"]
