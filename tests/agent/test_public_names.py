"""The public Python API: `agent`, and `tastemaker`, which is the same under the product's name."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from types import ModuleType

import pytest

import agent
import tastemaker
from tests.support.places import ROOT

PATH = os.pathsep.join([str(ROOT), str(ROOT / "agent" / "public")])
HEAVY = "torch transformers chromadb gradio av faster_whisper rapidocr onnxruntime sentence_transformers pydantic"
both = pytest.mark.parametrize("module", [agent, tastemaker], ids=lambda module: module.__name__)


def run(code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": PATH}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    ).stdout.strip()


def test_the_names_that_type_checkers_read_are_those_of_the_run() -> None:
    tree = ast.parse((ROOT / "agent" / "__init__.py").read_text(encoding="utf-8"))
    [static] = [node.body for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in static if isinstance(node, ast.ImportFrom)]
    assert {alias.asname: node.module for node in imports for alias in node.names} == agent._HOMES
    assert all(alias.name == alias.asname for node in imports for alias in node.names)


@both
def test_the_public_names_are_all_there(module: ModuleType) -> None:
    assert sorted(module.__all__) == module.__all__
    for name in module.__all__:
        assert getattr(module, name).__doc__


@both
def test_dir_lists_the_public_names_alone(module: ModuleType) -> None:
    assert dir(module) == module.__all__


@both
def test_a_name_that_is_not_public_is_refused_with_the_name_of_the_module(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match=rf"^module '{module.__name__}' has no attribute 'Recomendation'$"):
        module.Recomendation  # noqa: B018


def test_both_names_give_the_same_objects() -> None:
    assert tastemaker.__all__ == agent.__all__
    for name in agent.__all__:
        assert getattr(tastemaker, name) is getattr(agent, name)


def test_a_star_takes_the_public_names_from_either() -> None:
    taken = run(
        "from agent import *; ours = dict(globals())\n"
        "from tastemaker import *; print(all(ours[name] is globals()[name] for name in __import__('agent').__all__))"
    )
    assert taken == "True"


@pytest.mark.parametrize("modules", ["agent.cli.main", "tastemaker"])
def test_importing_the_package_loads_nothing_heavy(modules: str) -> None:
    assert run(f"import sys, {modules}; print([name for name in {HEAVY.split()!r} if name in sys.modules])") == "[]"


def test_importing_by_the_products_name_loads_no_module_but_the_two() -> None:
    loaded = run(
        "import sys, importlib, typing, __future__; before = set(sys.modules)\n"
        "import tastemaker; print(sorted(set(sys.modules) - before))"
    )
    assert loaded == "['agent', 'tastemaker']"
