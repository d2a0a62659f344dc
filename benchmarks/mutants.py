"""Mutants: of small faults put into the code of store, import, guard and ranking, how many do its own tests find?

    python -m benchmarks.mutants [--n 200] [--seed 0] [--patience 240]

Each mutant changes one thing: a comparison, an operator, a condition, a number, a value that is returned, or a call
that is left out. It is found where one of the tests of its module fails, or does not end in time: those files of the
room's tests that import the module, the one of its name first, or all of the room where none does. The mutants are put
into a copy of the code.

Source: Jia and Harman, An Analysis and Survey of the Development of Mutation Testing, IEEE TSE 37(5), 2011.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    *("retrieval/storage", "retrieval/importers", "retrieval/catalog", "ui/guard"),
    *("agent/rerank", "agent/retrieve", "agent/diversify", "retrieval/retriever.py", "retrieval/candidates.py"),
)
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
UNSEEN = frozenset(
    {"debug", "info", "warning", "error", "exception"}
)  # of a log: whether a line is there, few tests ask


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault.

    Attributes:
        file: Relative to the project.
        line: Where it is.
        what: What was changed.
        code: The whole file with it.
    """

    file: str
    line: int
    what: str
    code: str


class Place(ast.NodeTransformer):
    """Changes the `at`th thing that can be changed, or counts them where `at` is None."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.places: list[tuple[int, str]] = []

    def _is_meant(self, node: ast.AST, what: str) -> bool:
        self.places.append((getattr(node, "lineno", 0), what))
        return self.at == len(self.places) - 1

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Leave decorators as they are: that a value is frozen, no behaviour shows."""
        node.body = [self.visit(part) for part in node.body]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Turn a comparison to its neighbour."""
        self.generic_visit(node)
        for number, operator in enumerate(node.ops):
            other = COMPARISONS[type(operator)]
            if self._is_meant(node, f"{type(operator).__name__} to {other.__name__}"):
                node.ops[number] = other()
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Turn an operator to its opposite."""
        self.generic_visit(node)
        other = OPERATORS.get(type(node.op))
        if other and self._is_meant(node, f"{type(node.op).__name__} to {other.__name__}"):
            node.op = other()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Turn `and` to `or`, and back."""
        self.generic_visit(node)
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        if self._is_meant(node, f"{type(node.op).__name__} to {other.__name__}"):
            node.op = other()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Leave `not` out."""
        self.generic_visit(node)
        return node.operand if isinstance(node.op, ast.Not) and self._is_meant(node, "not left out") else node

    def visit_If(self, node: ast.If) -> ast.AST:
        """Turn a condition over."""
        self.generic_visit(node)
        if self._is_meant(node.test, "condition turned over"):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Change a number or a truth."""
        if isinstance(node.value, bool):
            return ast.Constant(not node.value) if self._is_meant(node, f"{node.value} turned over") else node
        if isinstance(node.value, int):
            return ast.Constant(node.value + 1) if self._is_meant(node, f"{node.value} plus 1") else node
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        """Return nothing."""
        self.generic_visit(node)
        given = node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None)
        if given and self._is_meant(node, "nothing returned"):
            node.value = ast.Constant(None)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Leave a call out."""
        self.generic_visit(node)
        call = node.value
        logged = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in UNSEEN
        if isinstance(call, ast.Call) and not logged and self._is_meant(node, "call left out"):
            return ast.Pass()
        return node


def files() -> Iterator[str]:
    """The files that get mutants."""
    for room in ROOMS:
        path = ROOT / room
        yield from (str(file.relative_to(ROOT)) for file in sorted(path.rglob("*.py") if path.is_dir() else [path]))


def drawn(n: int, seed: int) -> list[Mutant]:
    """So many mutants, drawn by lot."""
    places = []
    for file in files():
        counter = Place()
        counter.visit(ast.parse((ROOT / file).read_text(encoding="utf-8")))
        places += [(file, at, *place) for at, place in enumerate(counter.places)]
    return [_mutant(*place) for place in random.Random(seed).sample(places, min(n, len(places)))]


def _mutant(file: str, at: int, line: int, what: str) -> Mutant:
    tree = Place(at).visit(ast.parse((ROOT / file).read_text(encoding="utf-8")))
    return Mutant(file, line, what, ast.unparse(ast.fix_missing_locations(tree)))


def own_tests(file: str) -> list[str]:
    """The files that test a module, the one of its name first."""
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    room = ROOT / "tests" / Path(file.removeprefix("agent/")).parent
    while not any(room.glob("test_*.py")):
        room = room.parent
    tests = sorted(room.glob("test_*.py"), key=lambda test: (not test.stem.startswith(f"test_{Path(file).stem}"), test))
    naming = [test for test in tests if module in test.read_text(encoding="utf-8")]
    return [str(test.relative_to(ROOT)) for test in naming or tests]


def is_found(mutant: Mutant, tests: Sequence[str], copy: Path, patience_s: float) -> bool:
    """Whether one of these tests fails on a mutant."""
    file = copy / mutant.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(mutant.code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": f".{os.pathsep}agent/public", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=patience_s, check=False)
        return done.returncode != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_text(whole, encoding="utf-8")


def main() -> None:
    """Try mutants, and tell which no test has found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--patience", type=float, default=240.0)
    options = parser.parse_args()
    mutants, found = drawn(options.n, options.seed), 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", "*.coverage"))
        for number, mutant in enumerate(mutants, start=1):
            killed = is_found(mutant, own_tests(mutant.file), copy, options.patience)
            found += killed
            if not killed:
                print(f"not found: {mutant.file}:{mutant.line}: {mutant.what}", flush=True)
            print(f"{number} of {len(mutants)}: {found} found", file=sys.stderr, flush=True)
    print(f"{found} of {len(mutants)} mutants found ({found / max(1, len(mutants)):.0%})")


if __name__ == "__main__":
    main()
