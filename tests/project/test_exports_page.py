"""What the page on exports shows: its commands, its Python and its schema run on a table of ours."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.cli import catalog_commands
from retrieval.catalog.formats.known import known_formats
from retrieval.schema import SCHEMA_FILE, declared_schema
from retrieval.storage.workspace import Workspace
from tests.support.places import ROOT
from tests.support.worded import without_weights

PAGE = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
EXPORT = ROOT / "tests" / "retrieval" / "catalog" / "exports" / "shopify.csv"
LIST = "Code,Name,Regular price,Vendor\nc1,Lamp,39,Nord\nc2,Chair,99,Nord\n"
app = typer.Typer()
catalog_commands.register(app)
app.command()(lambda: None)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_weights(monkeypatch)
    monkeypatch.setenv("TASTEMAKER_LLM", "none")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "products_export.csv").write_bytes(EXPORT.read_bytes())
    (tmp_path / "list.csv").write_text(LIST)
    return tmp_path


def stored(folder: Path) -> dict[str, tuple[str, float | None, object]]:
    with Workspace.open(folder / "shop") as workspace:
        items = list(workspace.store.items())
    return {item.id: (item.title, item.price, item.attributes.get("maker")) for item in items}


WANTED = {"c1": ("Lamp", 39.0, "Nord"), "c2": ("Chair", 99.0, "Nord")}


def test_the_commands_run_and_say_what_the_page_says(folder: Path) -> None:
    first, second = (line for block in blocks("sh") for line in block.splitlines())
    told = CliRunner().invoke(app, shlex.split(first)[1:])
    assert told.exit_code == 0, told.output
    shown = " ".join(re.search(r"Read as an export of Shopify.*?apart\)\.", PAGE, re.DOTALL)[0].split())  # type: ignore[index]
    assert shown in told.output
    assert CliRunner().invoke(app, shlex.split(second)[1:]).exit_code == 0
    assert stored(folder).items() >= WANTED.items()


def test_the_python_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("python")
    exec(compile(code, "exports.md", "exec"), {})
    assert "title from 'Name'" in capsys.readouterr().out
    assert stored(folder) == WANTED


def test_the_schema_is_one(folder: Path) -> None:
    (text,) = blocks("yaml")
    (folder / SCHEMA_FILE).write_text(text)
    schema = declared_schema(folder / "list.csv")
    assert schema is not None
    assert (schema.columns["maker"], schema.variants) == ("Vendor", "keep")
    assert CliRunner().invoke(app, ["ingest", "list.csv", "-w", "shop"]).exit_code == 0
    assert stored(folder) == WANTED


def test_every_known_export_is_in_the_table() -> None:
    names = {"museum": "CollectionSpace", "Last.fm plays": "Last.fm, what was played"}
    assert [form.name for form in known_formats() if names.get(form.name, form.name) not in PAGE] == []
