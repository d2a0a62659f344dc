"""Where the product remembers anything: tables, and what objects and modules hold that grows while it is used."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.places import ROOT

PRODUCT = ("agent", "prompts", "retrieval", "ui")
GROWING = frozenset(
    {"OrderedDict", "dict", "list", "set", "deque", "defaultdict", "Counter", "WeakSet", "WeakKeyDictionary",
     "WeakValueDictionary", "Queue", "SimpleQueue", "LifoQueue", "recent", "lru_cache", "bytearray"}
)  # fmt: skip
FOR_EVER = frozenset({"cache", "lru_cache"})


def remembering() -> Iterator[str]:
    """Every attribute of an object, and every name of a module, that begins empty and grows: `module.Class.name`."""
    for file in (file for package in PRODUCT for file in sorted((ROOT / package).rglob("*.py"))):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                yield from (f"{module}.{node.name}.{name}" for name in _attributes(node))
            else:
                yield from (f"{module}.{name}" for name in _names(node))


def cached() -> Iterator[tuple[str, list[str]]]:
    """Every function that remembers its results for ever, with the names of its arguments."""
    for file in (file for package in PRODUCT for file in sorted((ROOT / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                _is(made, {"cache", "lru_cache"}) for made in node.decorator_list
            ):
                yield f"{file.relative_to(ROOT)}: {node.name}", [argument.arg for argument in node.args.args]


def _attributes(owner: ast.ClassDef) -> Iterator[str]:
    names = dict[str, None]()
    for node in ast.walk(owner):
        target = node.target if isinstance(node, ast.AnnAssign) else None
        targets = [target] if target is not None else node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and _name(target.value) == "self" and _grows(node.value):  # type: ignore[union-attr]
                names[target.attr] = None
    yield from names


def _names(node: ast.stmt) -> Iterator[str]:
    targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets if isinstance(node, ast.Assign) else []
    for target in targets:
        if isinstance(target, ast.Name) and _grows(node.value):  # type: ignore[union-attr]
            yield target.id


def _grows(value: ast.expr | None) -> bool:
    """Whether an expression makes something that can be filled further, or a memory of results."""
    if isinstance(value, ast.Dict | ast.List | ast.Set):
        return not (value.keys if isinstance(value, ast.Dict) else value.elts)
    made = value.func if isinstance(value, ast.Call) and isinstance(value.func, ast.Call) else value
    return isinstance(made, ast.Call) and _is(made, GROWING)  # the former: `recent(100)(function)`


def _is(made: ast.expr, names: frozenset[str]) -> bool:
    return _name(made.func if isinstance(made, ast.Call) else made) in names


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
