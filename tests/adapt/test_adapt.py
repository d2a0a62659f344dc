"""From examples to an adapter that is taken up, and what is not kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from agent.adapt.adapt import Adaptation, adapt
from agent.adapt.folder import AdapterManifest, BaseModel, ExampleCounts, card
from agent.adapt.lessons import LessonFile
from agent.adapt.proof import AnswerFigures
from agent.adapt.training import TrainingPlan
from agent.adapt.wording import wording_lessons
from agent.backends.factory import chat_model
from agent.backends.loading.adapter import CONFIG, MANIFEST, WEIGHTS
from agent.errors import ConfigError, RequestError
from tests.support.worded import WordedModels

EXAMPLES = Path(__file__).with_name("examples.jsonl")
PLAN = TrainingPlan(epochs=3, rank=4, rate=5e-3)


@pytest.fixture(scope="module")
def adaptation(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Adaptation:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("agent.adapt.wording.Models", WordedModels)
        lessons = wording_lessons(EXAMPLES)
    assert len(lessons.good) == 50, lessons.bad
    return adapt(lessons, f"{tiny}:fp32", tmp_path_factory.mktemp("adapted") / "voice", PLAN)


def test_fifty_examples_teach_a_model_and_what_it_learnt_is_kept_with_its_figures(
    adaptation: Adaptation, tiny: Path
) -> None:
    folder = adaptation.folder
    assert folder is not None, adaptation.why
    assert sorted(file.name for file in folder.iterdir()) == ["README.md", CONFIG, WEIGHTS, MANIFEST]
    assert sorted(file.name for file in folder.parent.iterdir()) == ["voice"]
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["base"]["name"] == "tiny"
    assert manifest["examples"]["learnt"] == 44
    assert manifest["after"]["loss"] < manifest["before"]["loss"]
    assert manifest["versions"]["peft"]
    assert str(tiny.parent) not in (folder / CONFIG).read_text(encoding="utf-8")
    assert "| held back | 6 |" in (folder / "README.md").read_text(encoding="utf-8")


def test_the_model_with_what_it_learnt_finds_the_answers_likelier(adaptation: Adaptation, tiny: Path) -> None:
    assert adaptation.use == f"--llm {tiny}:fp32+{adaptation.folder}"
    learnt, plain = chat_model(adaptation.use.removeprefix("--llm ")), chat_model(f"{tiny}:fp32")
    assert learnt is not None
    assert plain is not None
    assert learnt.name.startswith("tiny+voice-")
    chat, answer = lesson_texts(adaptation)
    assert learnt.score([chat], [answer])[0] > plain.score([chat], [answer])[0]


def test_what_is_not_proven_better_leaves_nothing_behind(lessons: LessonFile, tiny: Path, tmp_path: Path) -> None:
    adaptation = adapt(lessons, f"{tiny}:fp32", tmp_path / "voice", TrainingPlan(epochs=1, rank=1, rate=1e-12))
    assert adaptation.folder is None
    assert "not proven better" in adaptation.why
    assert not adaptation.use
    assert list(tmp_path.iterdir()) == []


def test_domains_that_are_left_out_are_judged_apart(lessons: LessonFile, tiny: Path, tmp_path: Path) -> None:
    marked = [replace(lesson, domain="book" if lesson.line < 4 else "shop") for lesson in lessons.good]
    told = replace(lessons, good=marked)
    adaptation = adapt(told, f"{tiny}:fp32", tmp_path / "voice", PLAN, left_out=["book"])
    assert adaptation.manifest.left_out_before is not None
    assert adaptation.manifest.left_out_before.n == 4
    assert adaptation.manifest.examples.learnt == 20


@pytest.mark.parametrize("base", ["auto", "none", "openai:http://127.0.0.1:9/v1#m", "smollm2-135m+some"])
def test_what_has_no_weights_here_or_an_adapter_already_cannot_be_taught(
    base: str, lessons: LessonFile, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError):
        adapt(lessons, base, tmp_path / "voice", PLAN)


def test_a_folder_that_is_there_is_not_written_over(lessons: LessonFile, tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="is there already"):
        adapt(lessons, str(tiny), tmp_path, PLAN)
    with pytest.raises(RequestError, match="no folder"):
        adapt(lessons, str(tiny), tmp_path / "none" / "voice", PLAN)


def test_the_adapter_of_the_small_pinned_model_stays_under_twelve_megabytes() -> None:
    hidden, keys, inner, layers = 576, 192, 1_536, 30
    shapes = [(hidden, hidden), (hidden, keys), (hidden, keys), (hidden, hidden)] + 3 * [(hidden, inner)]
    assert (
        layers * TrainingPlan().rank * sum(rows + columns for rows, columns in shapes) * torch.bfloat16.itemsize < 12e6
    )


def test_a_card_tells_what_an_adapter_is_for_and_what_it_came_to() -> None:
    figures = AnswerFigures(2.0, 0.5, 6, 6), AnswerFigures(1.0, 0.75, 6, 6)
    manifest = AdapterManifest(
        "describing", BaseModel("eyes", "0"), ExampleCounts("0", 40, 6, 3, 2), TrainingPlan(), 90.0, *figures,
        ("book",), *figures,
    )  # fmt: skip
    text = card(manifest, "2026-01-01")
    assert "--vlm eyes+FOLDER" in text
    assert "| held back | 6 | 2.000 | 1.000 | 0.50 | 0.75 |" in text
    assert "of book, left out" in text


def lesson_texts(adaptation: Adaptation) -> tuple[tuple[object, ...], str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("agent.adapt.wording.Models", WordedModels)
        lesson = wording_lessons(EXAMPLES).good[0]
    return tuple(lesson.chat), lesson.answer


@pytest.mark.filterwarnings("error:bitsandbytes.*autograd")
def test_weights_of_four_bits_are_trained_over_and_what_is_learnt_lies_beside_them(
    lessons: LessonFile, tiny: Path, tmp_path: Path
) -> None:
    adaptation = adapt(lessons, f"{tiny}:nf4", tmp_path / "voice", PLAN)
    assert adaptation.folder is not None, adaptation.why
    assert adaptation.manifest.after is not None
    assert adaptation.manifest.before is not None
    assert adaptation.manifest.after.loss < adaptation.manifest.before.loss
