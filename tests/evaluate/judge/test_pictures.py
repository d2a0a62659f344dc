"""Pictures that are drawn, and descriptions judged by what must and may not be said of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from agent.backends.chat.scripted import ScriptedChat, ScriptedDescriber
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.protocols import PictureFeatures
from agent.evaluate.judge.drawing import SIDE_PX, drawn
from agent.evaluate.judge.pictures import gold_pictures, judge_describing, share_told
from agent.media.decoded import Picture

RED_CIRCLE = gold_pictures()[0]


class NoFeatures:
    """A picture encoder that finds nothing."""

    id = "nothing"
    dim = 1
    class_names: Sequence[str] = ()

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        return PictureFeatures(np.ones((len(pictures), 1), np.float32), None)


def test_all_are_drawn_each_another_and_the_same_each_time() -> None:
    pictures = [drawn(row) for row in gold_pictures()]
    assert len({picture.sha256 for picture in pictures}) == len(pictures) >= 24
    assert drawn(RED_CIRCLE).sha256 == pictures[0].sha256
    centre = pictures[0].rgb[SIDE_PX // 2, SIDE_PX // 2]
    assert tuple(centre) == (255, 0, 0)
    assert tuple(pictures[0].rgb[2, 2]) == (255, 255, 255)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("A red circle on a white ground.", 1.0),
        ("Something red.", 0.5),
        ("A red circle beside a blue square.", 0.0),
        ("A picture.", 0.0),
    ],
)
def test_a_description_is_right_as_far_as_it_tells_and_wrong_where_it_says_what_is_not_there(
    text: str, share: float
) -> None:
    assert share_told(text, RED_CIRCLE) == share


def test_what_may_not_be_said_is_never_what_must() -> None:
    for row in gold_pictures():
        assert not {word for group in row["must"] for word in group} & set(row.get("never", ()))


def test_a_model_is_judged_beside_the_describer_that_ships() -> None:
    model = ScriptedChat(lambda _: "A red circle.")
    figures = judge_describing(model, ScriptedDescriber("Mostly red."), NoFeatures(), [RED_CIRCLE])
    assert (figures.n, figures.model, figures.ours, figures.failed) == (1, 1.0, 0.5, 0)
    assert figures.better()
    assert model.calls[0].chats[0][-1].pictures


def test_the_tiny_llava_looks_at_them_all_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    from agent.backends.chat.llava import LlavaModel

    model = LlavaModel(make_tiny_llava(tmp_path_factory.mktemp("tiny")))
    figures = judge_describing(model, ScriptedDescriber("Red."), NoFeatures(), gold_pictures()[:1])
    assert figures.n == 1
    assert figures.model == 0.0
