"""Options that several commands share: what they take, and what their help promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.backends.factory import NAMES as MODELS
from agent.backends.loading.model_spec import HELD
from agent.cli import options
from retrieval.fusion.catalogue import NAMES as FUSIONS

app = typer.Typer()


@app.command()
def command(
    workspace: options.Workspace = Path("workspace"),
    image: options.Images = None,
    filter_: options.Filters = None,
    k: options.K = 5,
    diversity: options.Diversity = None,
    llm: options.Llm = None,
    fusion: options.Fusion = None,
    include_seen: options.IncludeSeen = False,
    as_json: options.Json = False,
) -> None:
    """Tell what was given."""
    paths = [str(path) for path in image or ()]
    typer.echo(json.dumps([str(workspace), paths, filter_, k, diversity, llm, fusion, include_seen, as_json]))


def given(*arguments: str) -> list[object]:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout))


def test_nothing_given_leaves_every_setting_to_the_configuration() -> None:
    assert given() == ["workspace", [], None, 5, None, None, None, False, False]


def test_pictures_and_must_haves_may_be_repeated() -> None:
    values = given(
        "--image", "a.jpg", "--image", "b.jpg", "--filter", "price<=50", "--filter", "tags has sea", "-w", "w"
    )
    assert values[:3] == ["w", ["a.jpg", "b.jpg"], ["price<=50", "tags has sea"]]


@pytest.mark.parametrize("wrong", [("--diversity", "1.5"), ("--diversity", "-0.1"), ("-k", "many")])
def test_a_value_that_cannot_be_is_a_wrong_call(wrong: tuple[str, str]) -> None:
    assert CliRunner().invoke(app, wrong).exit_code == 2


def test_the_help_names_every_fusion_model_and_number_format() -> None:
    text = " ".join(CliRunner().invoke(app, ["--help"], terminal_width=400, color=False).output.split())
    for name in (*FUSIONS, *MODELS, *HELD):
        assert name in text
