"""Pictures and speech as a person would bring them: photographed again, and said aloud."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from agent.backends.protocols import PictureFeatures
from agent.errors import MediaError
from agent.media.decoded import Picture, Transcript
from agent.perceive.perception import Perception
from retrieval.items import Description

SAY_S = 20  # seconds that one synthesised sentence may take
SMALLEST_SIDE = 32  # pixels

_SYNTHESISERS: dict[str, Callable[[str, str], list[str]]] = {
    "espeak-ng": lambda text, sound: ["-s", "150", "-f", text, "-w", sound],
    "flite": lambda text, sound: ["-f", text, "-o", sound],
}


class SilentDescriber:
    """Words nothing: for requests whose vectors are all that is wanted."""

    origin = "none"
    version = "1"

    def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> list[Description]:  # noqa: ARG002
        """An empty description of each picture."""
        return [Description(picture.sha256, "image", self.origin, self.version, "") for picture in pictures]


def photograph_again(picture: Picture, rng: np.random.Generator) -> bytes:
    """A JPEG file of a part of the picture, darker or brighter, softer, and mirrored half of the time."""
    from PIL import Image, ImageEnhance, ImageFilter, ImageOps

    image = Image.fromarray(picture.rgb)
    image = image.crop(_part(image.width, image.height, rng))
    if rng.random() < 0.5:
        image = ImageOps.mirror(image)
    image = ImageEnhance.Brightness(image).enhance(float(rng.uniform(0.6, 1.4)))
    image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.0, 0.006)) * max(image.size)))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(35, 80)))
    return file.getvalue()


def _part(width: int, height: int, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """A box (left, top, right, bottom) with 10 to 40 % of the area and about the same shape."""
    side = float(np.sqrt(rng.uniform(0.1, 0.4)))
    across, down = (max(min(size, SMALLEST_SIDE), round(size * side)) for size in (width, height))
    left, top = int(rng.integers(width - across + 1)), int(rng.integers(height - down + 1))
    return left, top, left + across, top + down


def synthesiser() -> str | None:
    """The program that can say a text aloud on this machine; None where there is none."""
    return next((name for name in _SYNTHESISERS if shutil.which(name)), None)


def hear_aloud(
    texts: Sequence[str], program: str, perception: Perception, vocabulary: Sequence[str]
) -> Iterator[Transcript | None]:
    """What the recogniser hears when a synthesiser says each text; None where it hears nothing it understands."""
    with TemporaryDirectory() as folder:
        text_file, sound_file = Path(folder) / "text.txt", Path(folder) / "said.wav"
        for text in texts:
            text_file.write_text(text, encoding="utf-8")  # not an argument: it could begin with a dash
            command = [program, *_SYNTHESISERS[program](str(text_file), str(sound_file))]
            try:
                subprocess.run(command, check=True, capture_output=True, timeout=SAY_S)  # noqa: S603 - a fixed program
                yield perception.hear(sound_file, vocabulary).transcript
            except (subprocess.SubprocessError, OSError, MediaError):
                yield None
