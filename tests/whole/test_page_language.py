"""A page language more: its texts in the data files are all that it takes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.language.messages import languages
from tests.support.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
TEXTS = ("agent/language/messages.yaml", "agent/explain/phrases.yaml", "ui/page/words.yaml", "ui/guard/login.yaml")
ADDED = "nl"  # one that requests can be read in; its texts here are the English ones in brackets
SPEAKING = """
import json
from fastapi import FastAPI
from starlette.testclient import TestClient
from agent.explain.phrases import phrases_for
from agent.language.detection import detect_language
from agent.language.messages import Note
from ui.guard import login
from ui.guard.access import Access
from ui.page.shared.words import Words, labels, language_tags, preferred

accepted = "nl-BE, en;q=0.5"
written = detect_language("ik zoek een lamp voor in de keuken die niet te duur is")
app = FastAPI()
app.include_router(login.router)
app.state.access = Access("127.0.0.1", "a-token-of-many-characters")
print(json.dumps({
    "word": Words(preferred(accepted))("site.catalog"),
    "label": labels().translations_dict["nl"]["chat.send"],
    "tags": language_tags(),
    "message": Note("only so many meet", n=2, must=("price<=5", "colour=blue", "size=3")).text_in(written),
    "reason": phrases_for(written).matched(label="title", quote="Lamp", words="lamp"),
    "fallback": phrases_for("qaa").matched(label="title", quote="Lamp", words="lamp"),
    "login": TestClient(app).get("/login", headers={"accept-language": accepted}).text,
}))
"""


def bracketed(text: str | Mapping[str, str]) -> Any:
    return f"[{text}]" if isinstance(text, str) else {key: f"[{one}]" for key, one in text.items()}


def add_language(file: Path) -> None:
    """Write a copy in place of a link to a file of texts, with one language more."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    for entry in content.values():
        entry[ADDED] = bracketed(entry["en"])
    if "site.language" in content:
        content["site.language"][ADDED] = ADDED
    file.unlink()
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the product says that differs from it in nothing but the files of texts."""
    root = tmp_path_factory.mktemp("language")
    for package in ("agent", "prompts", "retrieval", "ui"):
        shutil.copytree(ROOT / package, root / package, copy_function=os.symlink)
    for name in TEXTS:
        add_language(root / name)
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", SPEAKING]
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    assert run.returncode == 0, run.stderr
    answers: dict[str, Any] = json.loads(run.stdout)
    return answers


def test_a_third_language_is_spoken_once_its_texts_are_there(spoken: dict[str, Any]) -> None:
    assert spoken["word"] == "[Catalog]"
    assert spoken["label"] == "[Send]"
    assert spoken["message"] == "[Only 2 items meet price<=5[, ]colour=blue[ and ]size=3.]"
    assert spoken["reason"] == "[title says “Lamp” (you asked for lamp)]"


def test_the_browser_is_told_of_a_third_language(spoken: dict[str, Any]) -> None:
    assert spoken["tags"][ADDED] == ADDED
    assert f'<html lang="{ADDED}">' in spoken["login"]
    assert "<h1>[Log in]</h1>" in spoken["login"]


def test_the_languages_before_it_are_spoken_as_they_were(spoken: dict[str, Any]) -> None:
    assert (spoken["tags"]["en"], spoken["tags"]["zh"]) == ("en", "zh-CN")
    assert spoken["fallback"] == "title says “Lamp” (you asked for lamp)"


def test_all_files_of_texts_have_the_same_languages_in_the_same_order() -> None:
    for name in TEXTS:
        content = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
        # Some sentences are known in more languages, behind those that all have.
        assert {tuple(entry)[: len(languages())] for entry in content.values()} == {languages()}, name
