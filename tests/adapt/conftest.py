"""A tiny model to teach, and lessons that need no weights to be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.adapt.lessons import Lesson, LessonFile
from agent.backends.protocols import ChatMessage, GenerateOptions
from tests.support.tiny_models import make_text_model


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_text_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def lessons() -> LessonFile:
    """Thirty chats that are all answered alike, which is soon learnt."""
    return LessonFile("wording", "0" * 64, [lesson(number) for number in range(30)], (), GenerateOptions(4, ("\n",)))


def lesson(number: int, domain: str = "shop") -> Lesson:
    chat = (ChatMessage("user", f"Facts: a lamp that is number {number}"),)
    return Lesson(number, chat, "A lamp, and a good one.", f"lamp {number}", domain, lambda answer: "lamp" in answer)
