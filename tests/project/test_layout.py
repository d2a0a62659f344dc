"""The rooms of the product: each step of an answer is found by its name, each module has a test in its room."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.places import ROOT

PRODUCT = ("agent", "prompts", "retrieval", "ui")
STEPS = ("perceive", "understand", "retrieve", "rerank", "diversify", "explain")
OPENING = ("__init__", "__main__")  # they open a package or run it
DOTTED = re.compile(rf"(?:{'|'.join(PRODUCT)})(?:\.\w+)+")  # of what a test patches, or runs with `-m`


def modules() -> list[str]:
    """All modules of the product by their dotted names, but for those that open or run a package."""
    files = (file for package in PRODUCT for file in (ROOT / package).rglob("*.py") if file.stem not in OPENING)
    return sorted(".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files)


def room_tests(module: str) -> tuple[Path, str]:
    """The folder of the tests of a module's room, and what its test files match there."""
    package, *parts = module.split(".")
    inside = len(parts) > 1
    if package == "agent":
        return ROOT / "tests" / (parts[0] if inside else "agent"), "**/test_*.py"
    folder = ROOT / "tests" / package
    if inside:
        return folder / parts[0], "**/test_*.py"
    return folder, "test_*.py" if package == "retrieval" else "**/test_*.py"


def named_in(file: Path) -> Iterator[str]:
    """Everything of the product that a file imports, patches by its name or runs as a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.fullmatch(node.value):
            yield node.value


def classes() -> Iterator[tuple[str, str]]:
    """Every class at the top of a module of the product, with the module."""
    for file in (file for package in PRODUCT for file in sorted((ROOT / package).rglob("*.py"))):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        yield from ((node.name, str(file.relative_to(ROOT))) for node in tree.body if isinstance(node, ast.ClassDef))


def test_every_module_is_imported_by_a_test_of_its_room() -> None:
    names: dict[tuple[Path, str], set[str]] = {}
    untested = []
    for module in modules():
        folder, pattern = room = room_tests(module)
        if room not in names:
            names[room] = {name for file in folder.glob(pattern) for name in named_in(file)}
        if not any(name == module or name.startswith(f"{module}.") for name in names[room]):
            untested.append(f"{module} is imported by no test of {folder.relative_to(ROOT)}")
    assert not untested, "\n".join(untested)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_of_an_answer_is_a_room_of_its_name(step: str) -> None:
    assert (ROOT / "agent" / step / "__init__.py").is_file()


@pytest.mark.parametrize(("package", "most"), [("agent", 10), ("ui", 5), ("retrieval", 14)])
def test_few_modules_lie_outside_of_any_room(package: str, most: int) -> None:
    assert len(list((ROOT / package).glob("*.py"))) <= most


def test_the_name_of_a_class_stands_once_in_the_house() -> None:
    homes: dict[str, list[str]] = {}
    for name, file in classes():
        homes.setdefault(name, []).append(file)
    twins = [f"{name} stands in {', '.join(files)}" for name, files in homes.items() if len(files) > 1]
    assert not twins, "\n".join(twins)
