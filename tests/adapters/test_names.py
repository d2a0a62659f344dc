"""Adapters are loaded when they are asked for, by either name of the product, and say what they lack."""

from __future__ import annotations

import ast
import sys

import pytest

import tastemaker.adapters
from agent import adapters
from agent.errors import ConfigError
from tests.support.places import ROOT


def test_both_names_give_the_same_objects() -> None:
    assert dir(tastemaker.adapters) == dir(adapters) == sorted(adapters.__all__)
    for name in adapters.__all__:
        assert getattr(tastemaker.adapters, name) is getattr(adapters, name)
        assert getattr(adapters, name).__doc__


def test_type_checkers_read_the_same_names() -> None:
    tree = ast.parse((ROOT / "agent" / "adapters" / "__init__.py").read_text(encoding="utf-8"))
    [static] = [node.body for node in tree.body if isinstance(node, ast.If)]
    names = [alias.asname for node in static if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert sorted(map(str, names)) == sorted(adapters.__all__)


@pytest.mark.parametrize("module", [adapters, tastemaker.adapters])
def test_a_name_that_there_is_not_is_refused(module: object) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'HaystackTool'"):
        module.HaystackTool  # type: ignore[attr-defined]  # noqa: B018


def test_what_is_not_installed_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("agent.adapters.lang")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "langchain_core.callbacks", None)
    with pytest.raises(ConfigError, match=r"pip install 'tastemaker\[langchain\]'"):
        adapters.langchain_tool  # noqa: B018
