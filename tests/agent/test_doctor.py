"""What doctor says of the packages around it, and of a model server."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as real_version

import pytest
from typer.testing import CliRunner

from agent.backends.chat.scripted import ScriptedChat
from agent.cli.main import app
from agent.config import load_config
from agent.doctor import Diagnosis, examine
from tests.support.openai_server import MODEL, serving, silent


def packages(monkeypatch: pytest.MonkeyPatch, asked: list[str], installed: dict[str, str | None]) -> list[Diagnosis]:
    """What is found where Tastemaker asks for these packages, and these versions of some are installed."""

    def version(name: str) -> str:
        found = installed[name] if name in installed else real_version(name)
        if found is None:
            raise PackageNotFoundError(name)
        return found

    monkeypatch.setattr("agent.doctor.requires", lambda _: asked)
    monkeypatch.setattr("agent.doctor.version", version)
    return [one for one in examine(load_config(llm="none"), None) if one.about.startswith("package")]


def test_packages_in_their_ranges_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = packages(monkeypatch, ["transformers<5.25,>=5.3"], {"transformers": "5.24.0"})
    assert found == Diagnosis("packages", "all that are installed are within the ranges that were tested")


def test_a_package_outside_of_its_range_is_named_with_the_range_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = packages(monkeypatch, ["transformers<5.25,>=5.3"], {"transformers": "5.40.1"})
    assert not found.well
    assert found.about == "package transformers"
    assert "5.40.1 is installed, <5.25,>=5.3 was tested" in found.says
    assert "pip install 'transformers<5.25,>=5.3'" in found.says


def test_a_prerelease_within_the_range_counts_as_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = packages(monkeypatch, ["torch<2.14,>=2.6"], {"torch": "2.13.1.dev20261101+cpu"})
    assert found.well


def test_what_is_missing_is_named_unless_only_an_extra_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["numpy>=2", 'mcp<3,>=2.3; extra == "mcp"', 'pyarrow>=18; extra == "parquet"']
    found = packages(monkeypatch, asked, {"numpy": None, "mcp": None, "pyarrow": "3.0"})
    assert [one.about for one in found] == ["package numpy", "package pyarrow"]
    assert "not installed" in found[0].says


def test_this_environment_is_the_tested_one() -> None:
    done = CliRunner().invoke(app, ["doctor", "--json", "--llm", "none"])
    assert '"all that are installed are within the ranges that were tested"' in done.stdout


def of_server(url: str) -> Diagnosis:
    diagnoses = examine(load_config(llm=f"openai:{url}#{MODEL}", llm_silence_s=0.3), None)
    (diagnosis,) = (entry for entry in diagnoses if entry.about == "model server")
    return diagnosis


def test_a_model_server_is_asked_and_what_becomes_of_turns_without_it_is_said() -> None:
    with serving(ScriptedChat(lambda _: "Yes.")) as server:
        diagnosis = of_server(server.url)
        assert diagnosis.well
        assert diagnosis.says.startswith(
            "answers, and reads 8,192 tokens; a turn waits 0.3 s for a word of it and 45 s"
        )
        assert "after 3 failures in a row it is left alone for 60 s" in diagnosis.says
        server.faults.append(silent)
        diagnosis = of_server(server.url)
        assert not diagnosis.well
        assert "sent nothing for 0.3 s" in diagnosis.says
