"""Mutants: what is changed is one thing, still a program, and tried on the tests of its module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from benchmarks.mutants import ROOT, Mutant, Place, drawn, files, is_found, own_tests

CODE = "def least(a, b):\n    if a < b and not (b is None):\n        return a + 1\n    print(a)\n    return None\n"


def mutated(at: int) -> str:
    return ast.unparse(ast.fix_missing_locations(Place(at).visit(ast.parse(CODE))))


def test_each_mutant_differs_from_the_code_and_from_all_others() -> None:
    counter = Place()
    counter.visit(ast.parse(CODE))
    made = [mutated(at) for at in range(len(counter.places))]
    assert len({*made, ast.unparse(ast.parse(CODE))}) == len(made) + 1
    assert {what for _, what in counter.places} >= {"Lt to LtE", "And to Or", "not left out", "Add to Sub", "1 plus 1"}


def test_what_no_behaviour_shows_is_left_as_it_is() -> None:
    counter = Place()
    counter.visit(ast.parse("@dataclass(frozen=True)\nclass A:\n    logger.info('x')\n"))
    assert counter.places == []


def test_the_same_seed_draws_the_same_mutants() -> None:
    first, again = drawn(3, 7), drawn(3, 7)
    assert first == again
    assert all(ast.parse(mutant.code) for mutant in first)


def test_every_file_has_own_tests_its_own() -> None:
    for file in files():
        tests = own_tests(file)
        assert tests, file
        assert all((ROOT / test).is_file() for test in tests), file
    assert own_tests("retrieval/storage/lock.py")[0] == "tests/retrieval/storage/test_lock.py"


@pytest.mark.parametrize(("code", "found"), [("ANSWER = 41\n", True), ("ANSWER = 42  # still\n", False)])
def test_a_mutant_is_found_where_a_test_fails_and_the_copy_is_whole_again(
    tmp_path: Path, code: str, found: bool
) -> None:
    (tmp_path / "answer.py").write_text("ANSWER = 42\n", encoding="utf-8")
    (tmp_path / "test_answer.py").write_text(
        "from answer import ANSWER\n\ndef test_answer():\n    assert ANSWER == 42\n", encoding="utf-8"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n", encoding="utf-8")
    mutant = Mutant("answer.py", 1, "42 minus 1", code)
    assert is_found(mutant, ["test_answer.py"], tmp_path, 60.0) is found
    assert (tmp_path / "answer.py").read_text(encoding="utf-8") == "ANSWER = 42\n"
