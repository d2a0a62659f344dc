"""What is wished for with a figure: the figures of a request, and the must-haves that are bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.explain.sentence.figures import Figure, figures, named_words
from agent.explain.sentence.phrasing import plain_name
from retrieval.filters import Filter
from retrieval.schema import Schema
from retrieval.text.values import number_text
from retrieval.text.words import fold, singular

_BOUNDS = ("<", "<=", ">", ">=", "..")


@dataclass(frozen=True, slots=True)
class AmountWish:
    """A figure that is wished for.

    Attributes:
        field: That it is known to be of; empty where the item's fields have to tell.
        must: Its number among the must-haves; None where it is none.
    """

    figure: Figure
    field: str = ""
    must: int | None = None


def amount_wishes(
    text: str, filters: Sequence[Filter], own_words: Sequence[str], language: str, schema: Schema
) -> tuple[AmountWish, ...]:
    """The figures that are wished for, those of the words first.

    Args:
        text: The request as it was made.
        own_words: By must-have how the person said it.
    """
    known = [figure for figure in figures(text, language) if figure.matter or _names_field(figure, schema)]
    # A tent for four that one person can pitch is for four.
    people = [figure for figure in known if figure.matter == "people"]
    said = [AmountWish(figure) for figure in known if figure not in people[1:]]
    bounds = [(at, must) for at, must in enumerate(filters) if must.op in _BOUNDS and _is_numeric(must)]
    stated: list[AmountWish] = []
    for at, must in bounds:
        words = fold(own_words[at]) if at < len(own_words) else ""
        same = next((number for number, wish in enumerate(said) if words and _overlaps(words, wish.figure)), None)
        if same is None:
            stated.append(AmountWish(_of_filter(must), must.field, at))
        elif (
            said[same].must is None and must.field == "price" and must.op in ("<", "<=") and _is_age(said[same].figure)
        ):
            said[same] = AmountWish(_of_filter(must), must.field, at)  # `something aged under 10` was read as a price
        elif said[same].must is None:
            field = must.field if _may_be_of(said[same].figure, must) else ""
            said[same] = replace(said[same], field=field, must=at)
    return (*said, *stated)


def spent_words(wishes: Sequence[AmountWish], schema: Schema) -> Iterator[str]:
    """The stretches that say figures and are no wishes in words: `at least 160 bpm`, and `pieces` behind a number."""
    names = _names(schema) | named_words()
    for wish in wishes:
        yield wish.figure.words
        yield from wish.figure.next_to & names


def _names_field(figure: Figure, schema: Schema) -> bool:
    """Whether a field of the catalog is named beside a number."""
    return bool(figure.beside & _names(schema)) or bool(figure.next_to & named_words())


def _is_age(figure: Figure) -> bool:
    """Whether it is an age by a word beside it alone, in no years."""
    return figure.matter == "age" and not figure.unit


def _may_be_of(figure: Figure, must: Filter) -> bool:
    """Whether a must-have is of what a figure is of: `kids 6+` is no price."""
    return (must.field == "price") == (figure.matter == "money")


def _names(schema: Schema) -> frozenset[str]:
    """The words of the names of fields."""
    parts = (part for name in schema.fields for part in plain_name(name).split())
    return frozenset(form for part in parts for form in (part, singular(part), f"{part}s"))


def _is_numeric(must: Filter) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in must.values)


def _overlaps(words: str, figure: Figure) -> bool:
    own = fold(figure.words)
    return own in words or words in own or fold(figure.told) in words


def _of_filter(must: Filter) -> Figure:
    low, high = float(must.values[0]), float(must.values[-1])  # type: ignore[arg-type]  # all numbers
    least = None if must.op in ("<", "<=") else low
    most = None if must.op in (">", ">=") else high
    matter = "money" if must.field == "price" else "year" if plain_name(must.field) in ("year", "date") else ""
    told = number_text(low if least is not None else high)
    return Figure(matter, least, most, "", told, 0, 0, beyond=must.op in ("<", ">"))


__all__ = ["AmountWish", "amount_wishes", "spent_words"]
