"""Journeys: conversations, turn by turn, each turn with what must hold after it. Only what is written is asserted."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from agent.understand.acts.act import Act

Shows = Literal["same", "new", "others", "groups", "none", "ask"]
"""What an answer does with the list: leaves it, makes one, makes one without the last, and so on."""

MAX_SAY_CHARS = 10_000
_AMOUNT = r"^\s*(<=|>=|<|>|=)\s*-?\d+(?:\.\d+)?\s*$"
_ORDER = r"^\S.* (asc|desc|mid)$"
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


def _listed(value: Any) -> Any:
    """A single value as a list of it."""
    return (value,) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    """What YAML reads as a number, as the text that it is in a catalog."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_SAY_CHARS)]
ItemId = Annotated[Text, BeforeValidator(_text)]
Amount = Annotated[str, StringConstraints(pattern=_AMOUNT)]


class _Written(BaseModel):
    """Part of a file of journeys: nothing may stand in it that is not known, since it would assert nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FitExpectation(_Written):
    """How well items must be told to fit, each as an amount such as `>=0.5`."""

    first: Amount


class JourneyTurn(_Written):
    """What a person says, and what must hold once it is answered.

    Attributes:
        say: What is said; may be empty beside pictures.
        images: Paths of pictures, from the folder of the file.
        act: What the turn must be taken to do: one of these.
        kind: The kind of thing that is sought then; None where there must be none.
        wishes: What is searched for, exactly.
        must: The must-haves, exactly; a value that is refused may stand here or in `denied`.
        denied: What is refused, exactly.
        order: As `price asc`; None for no order.
        shows: What becomes of the list: one of these.
        ids: The items shown, all of them in their order.
        has: Items that are among them.
        lacks: Items that are not.
        every: Filters that each item shown meets.
        holds_none: Words that no text of an item shown has.
        groups: The things that are shown each with a list of its own, in their order.
        total: What the proposed set costs, as `<=400`.
        counts: The number that the reply tells.
        fit: How well what is shown must be told to fit.
        nothing: Whether the answer says that there is nothing of the kind.
        notes: Whether the answer has notes.
        refers: The numbers of the list before that the turn points at.
        answers: A word of the passage or value, of an item that is asked about, which the reply quotes.
    """

    say: Annotated[str, StringConstraints(max_length=MAX_SAY_CHARS)] = ""
    images: tuple[Text, ...] = ()
    act: Annotated[tuple[Act, ...], BeforeValidator(_listed), Field(min_length=1)] = ()
    kind: Text | None = None
    wishes: tuple[Text, ...] = ()
    must: tuple[Text, ...] = ()
    denied: tuple[Text, ...] = ()
    order: Annotated[str, StringConstraints(pattern=_ORDER)] | None = None
    shows: Annotated[tuple[Shows, ...], BeforeValidator(_listed), Field(min_length=1)] = ()
    ids: tuple[ItemId, ...] = ()
    has: tuple[ItemId, ...] = ()
    lacks: tuple[ItemId, ...] = ()
    every: tuple[Text, ...] = ()
    holds_none: tuple[Text, ...] = ()
    groups: tuple[Text, ...] = ()
    total: Amount | None = None
    counts: int | None = None
    fit: FitExpectation | None = None
    nothing: bool = False
    notes: bool = False
    refers: tuple[int, ...] = ()
    answers: ItemId = ""

    @property
    def asserted(self) -> tuple[str, ...]:
        """The names of what is written of the answer, in the order in which they are told above."""
        return tuple(name for name in type(self).model_fields if name in self.model_fields_set and name not in _SAID)


_SAID = ("say", "images")


class Journey(_Written):
    """A conversation.

    Attributes:
        name: By which a failure is found; each once in a file.
        user: Who talks; nobody known where it is left out.
    """

    name: Text
    user: Text | None = None
    turns: Annotated[tuple[JourneyTurn, ...], Field(min_length=1)]


def meets(value: float, amount: str) -> bool:
    """Whether a number is as an amount such as `<=400` says."""
    match = re.match(r"\s*([<>]?=?)\s*(.*)", amount)
    sign, number = (match[1], match[2]) if match else ("=", amount)
    return _COMPARED[sign](value, float(number))


__all__ = ["FitExpectation", "Journey", "JourneyTurn", "Shows", "meets"]
