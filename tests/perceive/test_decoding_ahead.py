"""While a model describes one batch of pictures, those of the next are being decoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.scripted import ScriptedDescriber, ScriptedTranscriber
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.pictures.describer import PictureDescriber
from agent.backends.protocols import PictureFeatures
from agent.config import load_config
from agent.media.decoded import Picture
from agent.media.decoder import MediaDecoder
from agent.models import Models
from agent.perceive.perception import BATCH, Perception, Sight
from tests.support.made_media import encoded, photo


class Plain:
    """A picture encoder that looks at nothing."""

    id = "plain"
    dim = 1
    class_names: Sequence[str] = ()

    def encode(self, pictures: Sequence[Picture]) -> PictureFeatures:
        return PictureFeatures(np.ones((len(pictures), 1), dtype=np.float32), None)


def test_the_pictures_of_the_next_batch_are_asked_for_before_this_one_is_described(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(encoded(photo(20, 20), "PNG"))
    asked, when_described = 0, list[int]()

    def paths() -> Iterator[Path]:
        nonlocal asked
        for _ in range(30):
            asked += 1
            yield file

    def rule(_: Picture) -> str:
        when_described.append(asked)
        return "A photo."

    with MediaDecoder() as decoder:
        perception = Perception(decoder, Plain(), ScriptedDescriber(rule), lambda: ScriptedTranscriber({}), batch=6)
        sights = list(perception.see(paths()))
    assert len(sights) == 30
    assert all(isinstance(sight, Sight) for sight in sights)
    assert when_described[0] == 12
    assert when_described[-1] == 30


def test_a_vision_language_model_gets_as_many_pictures_as_it_takes_at_once(tmp_path: Path) -> None:
    models = Models(load_config(vlm=str(make_tiny_llava(tmp_path / "tiny"))))
    describer = models.item_describer
    assert isinstance(models.seeing, LlavaModel)
    assert isinstance(describer, PictureDescriber)
    assert describer.at_once == models.seeing.at_once
    assert 1 <= describer.at_once <= BATCH
