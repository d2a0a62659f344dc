"""Talk: turns that ask for no items, answered in words from what the catalog and the shop's own texts say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.language.messages import Note
from agent.language.patterns import patterns
from agent.understand.acts import Act, Clause
from agent.understand.tokens import flat
from retrieval.items import Item
from retrieval.text.values import as_text

if TYPE_CHECKING:
    from agent.pipeline.view import View

MOST_KINDS = 5  # that are named of a catalog
MOST_CHOICES = 3
MOST_VALUES = 12  # of a field that are listed
MOST_QUOTED = 80  # characters of what a person said

_WORDS = patterns("agent.pipeline", "talk")
_HOW_MANY = re.compile(_WORDS.words("how many"))


@dataclass(frozen=True, slots=True)
class TalkReply:
    """What a turn is answered in words.

    Attributes:
        notes: Sentences, in their order.
        choices: What the person may mean, to be said by a press of a button.
    """

    notes: tuple[Note, ...]
    choices: tuple[Note, ...] = ()


def social_reply(act: Act, clause: Clause, view: View, *, shown: bool) -> TalkReply | None:
    """The answer to talk that is about nothing in the catalog; None where the act is something else."""
    kinds = kinds_of(view)
    replies = {
        "greet": Note("greeted", kinds=kinds),
        "thanks": Note("thanked" if shown else "thanked first"),
        "bye": Note("said goodbye"),
        "chat": Note("small talk") if shown else Note("small talk first", kinds=kinds),
        "help": Note("helped", n=len(view.snapshot.items), kinds=kinds),
        "out_of_scope": Note("out of scope", n=len(view.snapshot.items), kinds=kinds),
    }
    if act == "unclear":
        return ask_back(clause.text, view, shown=shown)
    return TalkReply((replies[act],)) if act in replies else None


def ask_back(words: str, view: View, *, shown: bool, likely: bool = False) -> TalkReply:
    """A question back, with what the person may mean.

    Args:
        likely: Whether the words may be something to look for, which is then the first choice.
    """
    words = words[:MOST_QUOTED]
    choices = [Note("choice look for", words=words)] if likely else []
    if shown:
        choices += [Note("choice others"), Note("choice start over")]
    else:
        choices += [Note("choice look for", words=kind) for kind in kinds_of(view)[:2]] + [Note("choice what there is")]
    return TalkReply((Note("unsure" if likely else "not understood", words=words),), tuple(choices[:MOST_CHOICES]))


def catalog_reply(text: str, view: View) -> TalkReply | None:
    """The answer to a question about the whole catalog; None where it asks for things of the catalog.

    Questions for how many are answered by `count_reply`, once what is counted has been understood.
    """
    fields = [field for mention in view.vocabulary.find(flat(text)) if not mention.meanings for field in mention.names]
    listed = next((field for field in fields if field.field.type in ("category", "list")), None)
    if listed is not None:
        return TalkReply((_values_note(listed.name, view.snapshot.items),))
    measured = next((field for field in fields if field.field.type in ("number", "integer")), None)
    notes = [Note("what there is", n=len(view.snapshot.items), kinds=counted_kinds(view))]
    price = next(iter(view.vocabulary.of_role("price")), None)
    for field in filter(None, dict.fromkeys((measured, price))):
        values = [value for item in view.snapshot.items if isinstance(value := item.value(field.name), int | float)]
        if values and field is price:
            notes.append(Note("prices from", low=as_text(min(values)), high=as_text(max(values))))
    return TalkReply(tuple(notes))


def counts(text: str) -> bool:
    """Whether a question is for how many there are."""
    return _HOW_MANY.search(flat(text)) is not None


def count_reply(n_items: int, what: str) -> TalkReply:
    """The answer to a question for how many there are.

    Args:
        what: What was counted, in the person's words; empty where that is all there is.
    """
    name = "counted items" if n_items else "counted zero"
    return TalkReply((Note(name, n=n_items, what=what) if what else Note("counted all", n=n_items),))


def shop_reply(text: str, view: View) -> TalkReply:
    """The passage of the shop's own texts that answers; else that only the goods are known."""
    passage = view.holdings.about.answer(text)
    return TalkReply((Note("the shop says", passage=passage) if passage else Note("only the goods"),))


def kinds_of(view: View) -> tuple[str, ...]:
    """The commonest kinds of things in the catalog, as it calls them; titles where it has no categories."""
    names = tuple(name for name, _ in _kinds(view))
    return names or tuple(item.title for item in view.snapshot.items[:MOST_KINDS])


def counted_kinds(view: View) -> tuple[Note | str, ...]:
    """The commonest kinds, each with how many there are."""
    counted = tuple(Note("kind counted", kind=name, n=n) for name, n in _kinds(view))
    return counted or kinds_of(view)


def _kinds(view: View) -> list[tuple[str, int]]:
    """What the field says that tells kinds best, the first of most items that repeats; else what titles tell."""
    for field in view.vocabulary.of_role("kind"):
        counted = Counter(_entries(field.name, view.snapshot.items))
        if (
            counted
            and sum(counted.values()) >= len(view.snapshot.items) / 2
            and len(counted) <= len(view.snapshot.items) / 2
        ):
            return counted.most_common(MOST_KINDS)
    return view.holdings.kinds.census.commonest(MOST_KINDS)


def _values_note(name: str, items: Sequence[Item]) -> Note:
    counted = Counter(_entries(name, items))
    values = tuple(Note("kind counted", kind=value, n=n) for value, n in counted.most_common(MOST_VALUES))
    sentence = "field values" if len(counted) <= MOST_VALUES else "field values some"
    return Note(sentence, label=name.replace("_", " ").capitalize(), values=values, n=len(counted))


def _entries(name: str, items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        value = item.value(name)
        yield from value if isinstance(value, tuple) else () if value is None else (as_text(value),)


__all__ = ["TalkReply", "ask_back", "catalog_reply", "count_reply", "counts", "kinds_of", "shop_reply", "social_reply"]
