"""Text in pictures, read with the PP-OCR models that the rapidocr package carries."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

from agent.errors import ModelError
from agent.media.decoded import Picture
from retrieval.items import Span

LEAST_CONFIDENCE = 0.8
FEWEST_LETTERS = 3  # single letters are mostly ornaments taken for writing
MOST_LINES = 12
QUICK_SIDE = 480  # pixels of the longer side in which a quick reader looks for lines; they are read in full size


class Ocr:
    """Reads the lines of text in a picture; loads its models at first use and never downloads any.

    Args:
        quick: Look for lines in a smaller picture. Measured on 30 film posters on one core, 0.12 s instead of 0.54 s
            each; as many posters have text then, with six tenths of the lines, since small print is passed over.
    """

    def __init__(self, *, quick: bool = False) -> None:
        self._quick = quick
        self._busy = threading.Lock()

    def read(self, picture: Picture) -> list[Span]:
        """Lines that were read with confidence, from top to bottom.

        Returns:
            At most `MOST_LINES` spans of kind `text` with the reader's confidence as score.
        """
        with self._busy:
            reading = self._reader(picture.rgb[:, :, ::-1])
        lines = zip(reading.txts or (), reading.scores or (), strict=True)
        spans = [Span("text", " ".join(text.split()), round(float(score), 2)) for text, score in lines]
        return [span for span in spans if _is_writing(span)][:MOST_LINES]

    @cached_property
    def _reader(self) -> Any:
        import rapidocr

        models = Path(rapidocr.__file__).parent / "models"
        seen = {"Det.limit_type": "max", "Det.limit_side_len": QUICK_SIDE} if self._quick else {}
        return rapidocr.RapidOCR(
            params={
                "Det.model_path": str(_carried(models, "*_det_*.onnx")),
                "Rec.model_path": str(_carried(models, "*_rec_*.onnx")),
                **seen,
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": os.cpu_count() or 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )


def _carried(models: Path, pattern: str) -> Path:
    """The package's own model file; named outright, because rapidocr downloads what it is not given."""
    for path in models.glob(pattern):
        return path
    raise ModelError(f"The rapidocr package carries no model {pattern} in {models}.", "Install rapidocr 3.4 or newer.")


def _is_writing(span: Span) -> bool:
    letters = sum(character.isalnum() for character in span.text)
    return letters >= FEWEST_LETTERS and (span.score or 0.0) >= LEAST_CONFIDENCE
