"""No module leads back into itself, and `.ci/circles`, which says so, finds those that do."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.support.places import ROOT
from tests.support.scripts import load_script

SCRIPT = ROOT / ".ci" / "circles"


@pytest.fixture(scope="module")
def circles() -> Any:
    return load_script("circles")


def graph_of(circles: Any, *imports: tuple[str, str]) -> Any:
    graph = circles.grimp.ImportGraph()
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    return graph


def test_the_product_has_no_circle_of_imports() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("no circle\n")
    assert done.stdout.count("\n") == 1


def test_modules_that_lead_back_to_each_other_are_named_together(circles: Any) -> None:
    graph = graph_of(circles, ("b", "c"), ("c", "a"), ("a", "b"), ("c", "d"), ("e", "f"), ("f", "e"), ("g", "a"))
    assert circles.find_circles(graph) == [["a", "b", "c"], ["e", "f"]]


def test_importing_a_module_runs_the_packages_around_it(circles: Any) -> None:
    graph = graph_of(circles, ("shop.page", "agent.cli.options"), ("agent.cli", "shop.page"))
    assert circles.find_circles(graph) == []
    circles.add_packages_on_the_way(graph)
    assert circles.find_circles(graph) == [["agent.cli", "shop.page"]]


def test_a_package_that_imports_its_own_modules_is_no_circle(circles: Any) -> None:
    graph = graph_of(circles, ("agent.cli", "agent.cli.main"), ("agent.cli.main", "agent.cli.options"))
    circles.add_packages_on_the_way(graph)
    assert circles.find_circles(graph) == []


def test_a_module_that_takes_a_name_from_the_package_that_imports_it_is_a_circle(circles: Any) -> None:
    graph = graph_of(circles, ("agent.cli", "agent.cli.main"), ("agent.cli.main", "agent.cli"))
    assert circles.find_circles(graph) == [["agent.cli", "agent.cli.main"]]


@pytest.mark.parametrize("module", ["agent.cli.main", "agent.cli.options", "ui.serve_command", "ui.server"])
def test_the_program_and_its_plugin_can_each_be_imported_first(module: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True, env=environment)
