"""The HTTP API over a few items in words, in this process and without any language model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from agent import RecommendationAgent, load_config
from agent.backends.pictures.efficientnet import EfficientNetLite2
from agent.backends.protocols import PictureEncoder
from agent.backends.speech.ears import WhisperEars
from agent.models import Models, encoder_ids
from retrieval.channels.registry import embedded_channels, read_by
from retrieval.storage.workspace import Workspace
from tests.support.shelf import WordEncoder
from ui.service.limits import Limits
from ui.service.service import Service, Status

TOKEN = "a token that only tests know"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
ROWS: list[dict[str, object]] = [
    {"id": "1", "title": "Boating", "description": "Two people in a boat.", "category": "painting", "price": 30.0},
    {"id": "2", "title": "Harbour lamp", "description": "A brass lamp for indoors.", "category": "lamp", "price": 39},
    {"id": "3", "title": "Red chair", "description": "A wooden chair.", "category": "chair", "price": 80, "legs": 4},
    {"id": "4", "title": "Blue chair", "description": "A chair of blue cloth.", "category": "chair", "price": 95},
    {"id": "a/b?c", "title": "An odd one", "description": "Its id holds signs.", "tags": ["odd", "signs"]},
]


def word_ids(**others: str) -> dict[str, str]:
    """By channel what makes its vectors: words make those of texts, save where another encoder is named."""
    words = {encoder: WordEncoder.id for encoder, _ in embedded_channels()}
    return encoder_ids({**words, "pictures": EfficientNetLite2.id, "sounds": WhisperEars.id, **others})


class WordModels(Models):
    """Models that know texts by their words alone, and share one network for pictures."""

    @property
    def encoder_ids(self) -> Mapping[str, str]:
        return word_ids()

    @property
    def pictures(self) -> PictureEncoder:
        return _pictures()


for encoder in read_by("english", "words"):  # those of every channel that compares words
    setattr(WordModels, encoder, WordEncoder())


@cache
def _pictures() -> PictureEncoder:
    return EfficientNetLite2.from_archives()


def word_agent(folder: Path) -> RecommendationAgent:
    """An agent over an empty workspace; the caller closes it."""
    return RecommendationAgent(Workspace.open(folder, create=True), WordModels(load_config(llm="none")))


class OpenService(Service):
    """A service whose agent is open already."""

    def __init__(self, agent: RecommendationAgent, limits: Limits | None = None) -> None:
        super().__init__(agent.workspace.path, agent.models.config, limits)
        self._adopt(agent)
        self._tell(Status("ready"))
        self.settle()
