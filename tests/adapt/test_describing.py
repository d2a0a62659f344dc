"""Lessons in describing, taught to a random LLaVA."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agent.adapt.adapt import adapt
from agent.adapt.describing import describing_lessons
from agent.adapt.training import TrainingPlan
from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.factory import choose_sight, open_sight
from agent.errors import ModelError

COLOURS = ("red", "green", "blue")
CAPTION = "A plain picture that shows a single colour and nothing else at all."


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    dice, rows = np.random.default_rng(0), []
    for number in range(24):
        name = f"{number}.png"
        Image.fromarray(dice.integers(0, 255, (28, 28, 3), dtype=np.uint8)).save(folder / name)
        rows.append({"picture": name, "says": CAPTION})
    (folder / "torn.png").write_bytes(b"\x89PNG torn")
    strange = [{"says": CAPTION}, {"picture": "0.png"}, {"picture": "torn.png", "says": CAPTION}]
    strange += [{"picture": "1.png", "says": CAPTION, "domain": "hats"}, {"picture": "none.png", "says": CAPTION}]
    path = folder / "examples.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in [*rows, *strange]), encoding="utf-8")
    return path


def test_lines_without_a_picture_or_caption_and_pictures_that_cannot_be_read_are_named(examples: Path) -> None:
    lessons = describing_lessons(examples)
    assert len(lessons.good) == 24
    assert [example.line for example in lessons.bad] == [25, 26, 27, 28, 29]
    assert "no picture" in lessons.bad[0].what
    assert "does not say what the picture shows" in lessons.bad[1].what
    assert "torn.png" in lessons.bad[2].what
    assert "no domain 'hats'" in lessons.bad[3].what
    assert "none.png" in lessons.bad[4].what


def test_a_model_that_sees_learns_captions_and_is_opened_with_what_it_learnt(examples: Path, tmp_path: Path) -> None:
    base = make_tiny_llava(tmp_path / "tiny-llava")
    lessons = describing_lessons(examples)
    adaptation = adapt(lessons, f"{base}:fp32", tmp_path / "eyes", TrainingPlan(epochs=3, rate=5e-3))
    assert adaptation.folder == tmp_path / "eyes", adaptation.why
    seeing = choose_sight(f"{base}:fp32+{tmp_path / 'eyes'}")
    assert seeing.model is not None
    learnt, plain = open_sight(seeing.model), LlavaModel(base, number_format="fp32")
    chats, captions = [lesson.chat for lesson in lessons.good[:4]], [CAPTION] * 4
    assert (learnt.score(chats, captions) > plain.score(chats, captions)).all()
    assert learnt.name.startswith("tiny-llava (fp32)+eyes-")


def test_a_model_that_sees_nothing_is_refused(examples: Path, tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot see"):
        adapt(describing_lessons(examples), str(tiny), tmp_path / "eyes", TrainingPlan())
