"""What callers give, held against what a call takes: whatever is of another type is refused by its name.

The types are those of the signatures, so that what is checked is what editors and type checkers show.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from numbers import Integral, Real
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from agent.errors import WrongArgument

T = TypeVar("T")
_CALLED = {
    str: "text (str)",
    Path: "a path (Path)",
    int: "a whole number (int)",
    float: "a number",
    bool: "True or False",
}
_EXAMPLES = {
    "text": "text='a warm light for reading'",
    "filters": "filters=['price<=50', 'category=lamp']",
    "images": "images=['lamp.jpg']",
    "k": "k=5",
    "user": "user='ada'",
    "item_id": "item_id='7'",
    "item_ids": "item_ids=['7', '12']",
    "rows": "rows=[{'id': '7', 'title': 'Harbour lamp'}]",
    "exclude": "exclude=['supplier']",
    "turn": "UserTurn('a warm light for reading')",
    "catalog": "'catalog.jsonl'; a data frame is for from_pandas",
}
_OTHER_NAMES = {  # what other programs call them
    "must_haves": "filters",
    "filter": "filters",
    "query": "text",
    "wish": "text",
    "limit": "k",
    "top_k": "k",
    "n": "k",
    "image": "images",
    "user_id": "user",
}


def checked(kind: type[T]) -> type[T]:
    """The class, each of whose public methods refuses what it does not take, before anything is done.

    Raises:
        WrongArgument: by those methods; it is a TypeError too.
    """
    for name, member in list(vars(kind).items()):
        function = member.__func__ if isinstance(member, classmethod) else member
        if name.startswith("_") or not inspect.isfunction(function) or inspect.iscoroutinefunction(function):
            continue
        method = _checked(function)
        setattr(kind, name, classmethod(method) if isinstance(member, classmethod) else method)
    return kind


def _checked(method: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(method)
    types: list[tuple[str, Any]] = []

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise WrongArgument(f"{method.__name__}(): {error}.", f"It takes {_shown(signature)}.") from error
        if not types:  # at the first call, when all that they name is imported
            types.extend(_annotations(method))
        for name, annotation in types:
            if name in bound.arguments:
                _check(name, bound.arguments[name], annotation)
        return method(*args, **kwargs)

    return call


def check_fields(given: Mapping[str, Any], fields: type) -> None:
    """Refuse values that are none of a class's fields, or of another type than theirs.

    Raises:
        WrongArgument: one is of another type, or there is none of its name.
    """
    known = get_type_hints(fields)
    for name, value in given.items():
        if name not in known:
            meant = _OTHER_NAMES.get(name, "")
            hint = f"Say {_EXAMPLES.get(meant, meant)}." if meant in known else f"There are {', '.join(known)}."
            raise WrongArgument(f"There is no argument {name!r}.", hint)
        _check(name, value, known[name])


def _check(name: str, value: object, annotation: Any) -> None:
    if _fits(value, annotation):
        return
    example = f", as in {_EXAMPLES[name]}" if name in _EXAMPLES else ""
    raise WrongArgument(
        f"{name} is {_value(value)}, of type {type(value).__name__}.", f"Give {_called(annotation)}{example}."
    )


def _fits(value: object, annotation: Any) -> bool:
    """Whether a value is of a type; of what is drawn from only once, the outside alone is looked at."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is Literal:
        return value in parts
    if annotation is int:
        return isinstance(value, Integral) and not isinstance(value, bool)  # numpy's among them
    if annotation is float:
        return isinstance(value, Real) and not isinstance(value, bool)
    if origin in (Sequence, Iterable, tuple):
        listed = isinstance(value, Iterable if origin is Iterable else Sequence) and not isinstance(
            value, str | bytes | Mapping
        )
        return listed and (not isinstance(value, Sequence) or all(_fits(entry, parts[0]) for entry in value))
    if origin is Callable:
        return callable(value)
    kind = origin or annotation
    # protocols are for type checkers: what lacks a method of one is told by whoever calls it
    return isinstance(value, kind) if isinstance(kind, type) and not getattr(kind, "_is_protocol", False) else True


def _annotations(method: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """The types of a method's arguments, but for those that are imported for type checkers alone."""
    names = vars(sys.modules[method.__module__])
    for name, parameter in inspect.signature(method).parameters.items():
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD and name in method.__annotations__:
            holder = type("Argument", (), {"__annotations__": {name: method.__annotations__[name]}})
            with suppress(NameError):
                yield name, get_type_hints(holder, names)[name]


def _called(annotation: Any) -> str:
    """What a type is called, for people."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_called(part) for part in parts if part is not NoneType))
    if origin is Literal:
        return f"one of {', '.join(map(repr, parts))}"
    if origin in (Sequence, Iterable, tuple):
        return f"a list, each entry {_called(parts[0])}"
    if origin is Mapping:
        return "a dict"
    if origin is Callable:
        return "a function"
    return _CALLED.get(annotation) or str(getattr(annotation, "__name__", annotation))


def _value(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:60]}…"


def _shown(signature: inspect.Signature) -> str:
    return ", ".join(_names(signature)) or "nothing"


def _names(signature: inspect.Signature) -> Iterator[str]:
    for name, parameter in signature.parameters.items():
        if name in ("self", "cls"):
            continue
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            yield "keyword arguments"
        else:
            yield name if parameter.default is parameter.empty else f"{name}={parameter.default!r}"


__all__ = ["check_fields", "checked"]
