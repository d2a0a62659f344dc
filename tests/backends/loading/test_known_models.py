"""The table of vision-language models as a person and a program see it."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from agent.backends.loading.known_models import known_models
from agent.cli.model_commands import app


def test_the_known_models_are_listed_with_what_they_need() -> None:
    rows = json.loads(CliRunner().invoke(app, ["vision", "--json"]).stdout)
    assert [row["name"] for row in rows] == [model.id for model in known_models()]
    for row in rows:
        held = row["weights_bytes"]
        assert held["fp32"] == 4 * row["parameters"]
        assert held["nf4"] < held["int8"] < held["bf16"]
        assert row["image_tokens"] < row["context_tokens"]
    text = CliRunner().invoke(app, ["vision"]).stdout
    assert "llava-hf/llava-1.5-7b-hf" in text
    assert "13.2 GiB bf16, 7.1 GiB int8, 4.2 GiB nf4" in text
