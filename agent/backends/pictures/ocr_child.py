"""The process that reads text in pictures: PP-OCR models under limits of memory and time, one picture after another.

Started by `agent.backends.pictures.ocr`. How much a picture may ask for hangs on no word of rapidocr: it sees pictures
of bounded sides and shape, its detector a bounded number of pixels, its recogniser a bounded length of lines.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.media.confined import Answer, limit_cpu, limit_memory, private_stdout, serve
from retrieval.items import Span

LEAST_CONFIDENCE = 0.8
FEWEST_LETTERS = 3  # single letters are mostly ornaments taken for writing
MOST_LINES = 12
MOST_READ = 10  # of the lines that were found, the tallest: a label's small print names nothing
MOST_LETTERS = 200  # of one line
QUICK_SIDE = 480  # pixels of the longer side in which a quick reader looks for lines; they are read in full size
# Pixels of the shorter side in which a full reader looks for lines. On 26 film posters it takes 0.16 s of one core for
# it, in 736 pixels 0.36 s; 38 of 53 words of the titles are read either way, of the names of actors 19 instead of 21.
FULL_SIDE = 544
FULL_PIXELS = FULL_SIDE * 2 * FULL_SIDE  # and in all: a longer picture than 2 to 1 is looked at in a smaller size
MOST_ENLARGED = 4  # times: what is written in fewer pixels has no shape
LEAST_SIDE = 8  # pixels: no letter fits into less
MOST_ASPECT = 4  # of what the detector sees: longer pictures are framed
MOST_HEIGHTS = 500  # how many times its own height all lines together that are read may be long
_LEAST_HEIGHTS = 320 / 48  # shorter lines are filled up to this by the recogniser

Rgb = NDArray[np.uint8]


def main() -> None:
    """Serve requests from standard input until it closes."""
    settings = json.loads(sys.argv[1])
    requests, answers = sys.stdin.buffer, private_stdout()
    reader = LineReader(settings["detector"], settings["recogniser"], settings["threads"])
    limit_memory(settings["memory_bytes"])

    def reply(request: dict[str, Any], blobs: list[bytearray]) -> Answer:
        limit_cpu(settings["cpu_s"])
        rgb = np.frombuffer(blobs[0], np.uint8).reshape(request["shape"])
        spans = reader.read(rgb, quick=request["quick"])
        return {"lines": [[span.text, span.score] for span in spans]}, ()

    serve(requests, answers, reply)


class LineReader:
    """Reads the lines of text in a picture.

    Args:
        detector: ONNX file of what looks for lines.
        recogniser: ONNX file of what reads one.
        threads: How many work on one picture.
    """

    def __init__(self, detector: str, recogniser: str, threads: int) -> None:
        import rapidocr

        self._ocr = rapidocr.RapidOCR(
            params={
                "Det.model_path": detector,
                "Rec.model_path": recogniser,
                "Rec.rec_batch_num": 1,  # several lines at once are all made as long as the longest
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.use_preprocess_img": False,  # which blows thin pictures up; we frame them
                "Global.use_vertical_padding": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        self._ocr(np.zeros((64, 64, 3), np.uint8))  # loads the detector
        self._ocr.recognize_txt([np.zeros((48, 320, 3), np.uint8)])  # and the recogniser, before limits are set

    def read(self, rgb: Rgb, *, quick: bool) -> list[Span]:
        """Lines that were read with confidence, from top to bottom; at most `MOST_LINES` spans of kind `text`."""
        if min(rgb.shape[:2]) < LEAST_SIDE:
            return []
        spans: list[Span] = []
        for line in affordable(tallest(self._lines(framed(rgb[:, :, ::-1]), quick))):
            reading = self._ocr.recognize_txt([line])
            texts, scores = reading.txts or ("",), reading.scores or (0.0,)
            span = Span("text", " ".join(texts[0].split())[:MOST_LETTERS], round(float(scores[0]), 2))
            spans += [span] if is_writing(span) else []
            if len(spans) == MOST_LINES:
                break
        return spans

    def _lines(self, bgr: Rgb, quick: bool) -> Sequence[Rgb]:
        """Pictures of the single lines, from top to bottom."""
        from rapidocr.main import RapidOCRError

        detector: Any = self._ocr.text_det
        shorter, longer = sorted(bgr.shape[:2])
        side = detected_side(*bgr.shape[:2])
        # by one kind of limit it only makes pictures smaller, by the other only larger
        detector.limit_type = "max" if quick or side < shorter else "min"
        detector.limit_side_len = QUICK_SIDE if quick else side * longer / shorter if side < shorter else side
        try:
            lines, _ = self._ocr.detect_and_crop(bgr, {})
        except RapidOCRError:  # which is how it says that there are none
            return ()
        return [line for line in lines if line.size]


def framed(rgb: Rgb) -> Rgb:
    """A picture that is at most `MOST_ASPECT` times as long as it is wide, black beside it where it was longer."""
    height, width = rgb.shape[:2]
    least = math.ceil(max(height, width) / MOST_ASPECT)
    above, left = max(0, least - height), max(0, least - width)
    if not above and not left:
        return rgb
    return np.pad(rgb, ((above // 2, above - above // 2), (left // 2, left - left // 2), (0, 0)))


def detected_side(height: int, width: int) -> float:
    """Pixels of the shorter side in which a full reader looks for lines, so that all are at most `FULL_PIXELS`.

    The longest are looked at as they are: what is written along them fills their width.
    """
    shorter, longer = sorted((height, width))
    if longer >= MOST_ASPECT * (shorter - 1):
        return shorter
    return min(FULL_SIDE, MOST_ENLARGED * shorter, shorter * math.sqrt(FULL_PIXELS / (height * width)))


def tallest(lines: Sequence[Rgb]) -> list[Rgb]:
    """The lines with the largest letters, at most `MOST_READ`, in the order they came in."""
    by_height = sorted(range(len(lines)), key=lambda at: -min(lines[at].shape[:2]))
    return [lines[at] for at in sorted(by_height[:MOST_READ])]


def affordable(lines: Sequence[Rgb]) -> Iterator[Rgb]:
    """The lines that may be read, the first ones, until they are `MOST_HEIGHTS` long."""
    left = float(MOST_HEIGHTS)
    for line in lines:
        height, width = line.shape[:2]
        length = max(_LEAST_HEIGHTS, width / height)
        if length <= left:
            left -= length
            yield line


def is_writing(span: Span) -> bool:
    """Whether a line was read with confidence, and is more than an ornament."""
    letters = sum(character.isalnum() for character in span.text)
    return letters >= FEWEST_LETTERS and (span.score or 0.0) >= LEAST_CONFIDENCE


if __name__ == "__main__":
    main()
