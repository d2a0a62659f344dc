"""What is declared, what is pinned and what is imported are the same packages."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
PRODUCT = ("agent", "prompts", "retrieval", "ui")
OURS = {*PRODUCT, "benchmarks", "tastemaker"}
PART_OF = {"mcp-types": "mcp", "pydantic-core": "pydantic"}  # released together, and pinned to it by its own metadata


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def pins() -> list[Requirement]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.lstrip().startswith("#")]


def imported_by(*folders: str) -> dict[str, str]:
    """The distributions that the modules of some folders import, each with a place where."""
    owners, found = packages_distributions(), {}
    for file in (file for folder in folders for file in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
            for module in {module.partition(".")[0] for module in modules} - {*OURS, ""}:
                if module in sys.stdlib_module_names:
                    continue
                # several distributions may put modules into one package: any of them will do
                candidates = [canonicalize_name(owner) for owner in owners.get(module, [module])]
                declared = [name for name in candidates if name in names(PROJECT["dependencies"])]
                found[(declared or candidates)[0]] = f"{file.relative_to(ROOT)}:{node.lineno}"
    return found


@pytest.mark.parametrize(
    ("what", "requirements"), [("core", PROJECT["dependencies"]), *EXTRAS.items()], ids=["core", *EXTRAS]
)
def test_every_dependency_is_pinned_within_its_range(what: str, requirements: list[str]) -> None:
    pinned = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins()}
    for requirement in map(Requirement, requirements):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} of {what} is not in constraints.txt: run .ci/lock"
        assert requirement.specifier.contains(version), f"{requirement} of {what}, {version} is pinned: run .ci/lock"


def test_every_pin_is_of_one_version() -> None:
    for pin in pins():
        assert re.fullmatch(r"==[\w.+!]+", str(pin.specifier)), pin


def test_a_package_is_pinned_once_for_each_machine() -> None:
    pinned = [canonicalize_name(pin.name) for pin in pins() if pin.marker is None or pin.marker.evaluate()]
    assert sorted(set(pinned)) == sorted(pinned)


def test_what_the_product_imports_is_declared_and_pinned() -> None:
    declared = names([*PROJECT["dependencies"], *(text for extra in EXTRAS.values() for text in extra)])
    pinned = {canonicalize_name(pin.name) for pin in pins()}
    for name, where in imported_by(*PRODUCT, "benchmarks").items():
        assert PART_OF.get(name, name) in declared, f"{where} imports {name}, which pyproject.toml does not name"
        assert name in pinned, f"{where} imports {name}, which constraints.txt does not pin: run .ci/lock"


def test_every_dependency_has_both_bounds_or_is_only_for_tests() -> None:
    for text in [*PROJECT["dependencies"], *(one for name in ("benchmark", "mcp", "parquet") for one in EXTRAS[name])]:
        assert {one.operator for one in Requirement(text).specifier} == {">=", "<"}, text
