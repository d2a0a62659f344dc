"""Every snippet of the page on Python runs, and its errors read as they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.answers import Answer
from agent.recommender import RecommendationAgent
from retrieval.items import Item
from tests.support.places import ROOT
from tests.support.worded import WordedModels, worded_agent

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
ERRORS = re.findall(r"^>>> (.*)\n(\w+): (.*)$", PAGE, flags=re.MULTILINE)
WITH_ANSWER = "len(answer)\n"  # begins the snippet that goes on from the first one


@pytest.fixture
def beside_a_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A working directory with the workspace that the snippets open."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("agent.recommender.agent.Models", WordedModels)
    worded_agent(tmp_path / "shop", [Item("lamp", "a warm light for reading", "Brass.", "lamp", price=39.0)]).close()
    return


def run(snippet: str, scope: dict[str, object]) -> dict[str, object]:
    exec(compile(snippet, "docs/python.md", "exec"), scope)
    return scope


@pytest.mark.usefixtures("beside_a_shop")
@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.splitlines()[-1].strip()[:40])
def test_a_snippet_runs(snippet: str) -> None:
    scope = run(SNIPPETS[0], {}) if snippet.startswith(WITH_ANSWER) else {}
    run(snippet, scope)
    if "answer" in scope:
        assert isinstance(scope["answer"], Answer)
        assert [entry.item.id for entry in scope["answer"]] == ["lamp"]


@pytest.mark.usefixtures("beside_a_shop")
@pytest.mark.parametrize(("call", "name", "text"), ERRORS, ids=lambda value: value[:40])
def test_an_error_reads_as_it_is_shown(call: str, name: str, text: str) -> None:
    with RecommendationAgent.open("shop") as agent, pytest.raises(Exception, match=re.escape(text)) as caught:
        run(call, {"agent": agent})
    assert type(caught.value).__name__ == name


def test_the_page_names_calls_that_there_are() -> None:
    names = re.findall(r"`(a?\w+)\(", PAGE)
    known = {*dir(RecommendationAgent), "say", "from_catalog", "RecommendationAgent"}
    assert [name for name in names if name not in known] == []
    for twin in ("arecommend", "astream", "asearch", "aexplain", "aingest", "aput_items", "adelete_items", "afeedback"):
        assert hasattr(RecommendationAgent, twin)
        assert f"`{twin}`" in PAGE
