"""How often orders, several things at once, pointing and languages are read right: `python -m benchmarks.orders_roles`.

The sentences stand in `benchmarks/understanding`; those whose hash is odd are held back from whoever mends the reader.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agent.dialogue.pointing import pointed_numbers
from agent.dialogue.shown_names import ShownNames
from agent.language.detection import detect_language
from agent.understand import Vocabulary
from agent.understand.orders import order_of
from agent.understand.phrases import plain
from agent.understand.roles import RoleRequest, SetMove, roles_of, set_moves
from agent.understand.tokens import forms
from retrieval.schema import Field, Schema

SENTENCES = Path(__file__).parent / "understanding"
HALVES = ("dev", "held")


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence, what was read out of it, and what is right."""

    text: str
    read: str
    right: tuple[str, ...]

    @property
    def half(self) -> str:
        """`dev` or `held`, by the text alone."""
        return HALVES[hashlib.sha256(self.text.encode()).digest()[-1] % 2]

    @property
    def is_right(self) -> bool:
        """Whether it was read right."""
        return self.read in self.right


def orders() -> Iterator[Judged]:
    """The sentences that ask for an order, or look as if they did."""
    content = _content("orders.yaml")
    vocabularies = {name: _vocabulary(fields) for name, fields in content["catalogs"].items()}
    for catalog, sentences in content["sentences"].items():
        for text, right in sentences:
            yield Judged(text, _order(text, vocabularies[catalog]), tuple(_choices(right)))


def _order(text: str, vocabulary: Vocabulary) -> str:
    order = order_of(text, vocabulary)
    if order is None:
        return "none"
    count = f" {order.count}" if order.count else ""
    return f"{order.field or '?'} {order.direction} {order.scope}{count}"


def roles() -> Iterator[Judged]:
    """The sentences that ask for several things, or look as if they did."""
    content = _content("roles.yaml")
    kinds = frozenset(forms(plain(kind)) for own in content["kinds"].values() for kind in own)
    for language, sentences in content["sentences"].items():
        for text, right in sentences:
            request = roles_of(text, lambda words: forms(plain(words)) in kinds, language)
            yield Judged(text, "none" if request is None else _roles(request), (right,))


def _roles(request: RoleRequest) -> str:
    parts = (f"{role.quantity}x {role.words}" if role.quantity > 1 else role.words for role in request.roles)
    shared = f" & {request.shared}" if request.shared else ""
    budget = f"; {request.budget.at_most:g}{'' if request.budget.stated else '?'}" if request.budget else ""
    return f"{' + '.join(parts)}{shared}{budget}".lower()


def sets() -> Iterator[Judged]:
    """Turns that change several things shown side by side, or ask after them."""
    content = _content("sets.yaml")
    kinds = frozenset(forms(plain(kind)) for kind in content["kinds"])
    for shown, turns in content["turns"].items():
        things = content["sets"][shown]
        names = [_names(thing, content) for thing in things]
        for text, right in turns:
            alike = {forms(wide) for wide, own in content["wider"].items() if set(own) & set(things)}
            new = kinds - alike
            moves = set_moves(
                text, names, lambda words, new=new: forms(plain(words)) in new, _says_nothing, detect_language(text)
            )
            yield Judged(text, _moves(moves, things), (_in_order(right),))


def _says_nothing(words: str) -> bool:
    return not words


def _names(thing: str, content: Mapping[str, Any]) -> list[str]:
    """What a thing of a set goes by."""
    kinds = [kind for kind in content["kinds"] if re.search(rf"\b{kind}\b", thing)]
    return [*kinds, thing] if kinds else [thing]


def _moves(moves: Sequence[SetMove], things: Sequence[str]) -> str:
    """What a turn does, as the file has it."""
    of_all = [thing for move in moves if move.does == "of" for role in move.roles for thing in [things[role]]]
    parts = [f"of {', '.join(dict.fromkeys(of_all)) or 'all'}"] if any(move.does == "of" for move in moves) else []
    for move in moves:
        if move.does == "budget" and move.budget:
            parts.append(f"budget {move.budget.amount:g}")
        elif move.does in ("add", "total", "anew"):
            parts.append(f"add {move.words}" if move.does == "add" else move.does)
        elif move.does != "of":
            parts += [f"{move.does} {things[role]}" for role in move.roles]
    return _in_order(" + ".join(parts))


def _in_order(right: str) -> str:
    return " + ".join(sorted(right.replace("2x ", "").split(" + ")))


def pointing() -> Iterator[Judged]:
    """Turns that point at what was shown, or look as if they did."""
    content = _content("pointing.yaml")
    lists = content["lists"] | content["lists again"]
    for shown, turns in (content["sentences"] | content["sentences again"]).items():
        names = ShownNames(lists[shown])
        for manner, sentences in turns.items():
            for text, right, *spoken_of in sentences:
                focus = spoken_of[0] if spoken_of else None
                numbers = pointed_numbers(text, names, focus, freely=manner == "asking")
                everything = " ".join(str(number) for number in range(1, len(names) + 1))
                read = " ".join(str(number) for number in sorted(numbers)) or "none"
                yield Judged(text, read, (everything if right == "all" else right,))


def languages() -> Iterator[Judged]:
    """Requests of two to six words in fifteen languages."""
    for language, texts in _content("languages.yaml").items():
        for text in texts:
            yield Judged(text, detect_language(text), (language,))


def _choices(right: str) -> Iterator[str]:
    """Each reading that is right: `price asc kind|all` is two."""
    texts = [""]
    for part in right.split():
        texts = [f"{text} {choice}".strip() for text in texts for choice in part.split("|")]
    return iter(texts)


def _vocabulary(fields: Mapping[str, Any]) -> Vocabulary:
    return Vocabulary.build(Schema([Field.of("title", "text"), *(Field.of(*field) for field in fields.items())]))


def _content(name: str) -> Any:
    return yaml.safe_load((SENTENCES / name).read_text(encoding="utf-8"))


SETS: Mapping[str, Callable[[], Iterator[Judged]]] = {
    "orders": orders,
    "roles": roles,
    "sets": sets,
    "pointing": pointing,
    "languages": languages,
}


def main() -> None:
    """Print the figures of both halves, and what of the open half was read wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true", help="list the errors of the half that is held back, too")
    shown = HALVES if parser.parse_args().held else HALVES[:1]
    for name, read in SETS.items():
        judged = list(read())
        for half in HALVES:
            own = [sentence for sentence in judged if sentence.half == half]
            n_right = sum(sentence.is_right for sentence in own)
            print(f"{name}, {half}: {n_right} of {len(own)} right ({n_right / len(own):.3f})")
        for sentence in judged:
            if sentence.half in shown and not sentence.is_right:
                print(f"  {sentence.text!r}: {sentence.read}; right is {' or '.join(sentence.right)}")


if __name__ == "__main__":
    main()
