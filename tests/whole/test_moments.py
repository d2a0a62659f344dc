"""Inside a video: the second that answers a picture or a word, from the files to the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agent.config import AgentConfig
from agent.demo.requests import SPOKEN
from agent.media.decoder import MediaDecoder
from agent.recommender.agent import RecommendationAgent
from tests.support.made_media import encoded, photo, write_video

SIDE = 192
SECONDS_EACH = 3.0


def _ring(seed: int, colour: tuple[int, int, int]) -> np.ndarray:
    """A coloured ring on a quiet ground, so that every scene looks like nothing but itself."""
    y, x = np.mgrid[:SIDE, :SIDE]
    away = np.hypot(x - SIDE * (0.3 + 0.1 * seed), y - SIDE / 2)
    ground = photo(SIDE, SIDE, seed) // 8 + 180
    ground[(away > 24) & (away < 24 + 20 * seed)] = colour
    return ground.astype(np.uint8)


SCENES = [_ring(1, (200, 30, 30)), _ring(2, (30, 60, 200)), _ring(3, (20, 140, 40))]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> RecommendationAgent:
    folder = tmp_path_factory.mktemp("films")
    with MediaDecoder(children=1) as decoder:
        said = decoder.sound(SPOKEN).samples  # “I would like to see people in a boat.”
    silence = np.zeros(round(SECONDS_EACH * 16_000), np.float32)
    write_video(
        folder / "rings.mp4",
        3 * SECONDS_EACH,
        lambda second: SCENES[min(int(second / SECONDS_EACH), 2)],
        sound=np.concatenate([silence, said])[: 9 * 16_000],
    )
    rows = [
        {"id": "film", "title": "Rings", "video": "rings.mp4"},
        {"id": "book", "title": "A book of knots", "description": "Ropes and how to tie them."},
    ]
    catalog = folder / "catalog.jsonl"
    catalog.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return RecommendationAgent.from_catalog(catalog, folder / "w", AgentConfig(llm="none"))


def test_a_picture_finds_its_second_and_words_find_theirs(agent: RecommendationAgent, tmp_path: Path) -> None:
    with agent:
        picture = tmp_path / "seen.png"
        picture.write_bytes(encoded(np.asarray(Image.fromarray(SCENES[1]).resize((160, 160))), "PNG"))
        first = agent.recommend(images=[picture], k=1).recommendations[0]
        assert first.item.id == "film"
        assert first.moment is not None
        assert first.moment.kind == "picture"
        assert first.moment.start_s == pytest.approx(SECONDS_EACH, abs=0.5)
        assert first.moment.end_s == pytest.approx(2 * SECONDS_EACH, abs=0.5)
        assert any("like your picture" in claim.text and "3 s" in claim.text for claim in first.explanation.claims)
        spoken = agent.recommend("people in a boat", k=2).recommendations
        film = next(entry for entry in spoken if entry.item.id == "film")
        assert film.moment is not None
        assert film.moment.kind == "speech"
        assert "boat" in film.moment.text
        assert film.moment.start_s >= SECONDS_EACH - 0.5
        book = next(entry for entry in agent.recommend("knots", k=2).recommendations if entry.item.id == "book")
        assert book.moment is None
