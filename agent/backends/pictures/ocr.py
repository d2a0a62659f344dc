"""Text in pictures, read with the PP-OCR models that the rapidocr package carries, in a process that is limited."""

from __future__ import annotations

import logging
import os
import threading
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

from agent.errors import ModelError
from agent.media.confined_process import ConfinedDeath, ConfinedProcess, ConfinedTimeout
from agent.media.decoded import Picture
from agent.media.limits import MIB
from retrieval.items import Span

MEMORY_BYTES = 1024 * MIB  # address space that reading may take; the largest picture takes a third
CPU_S = 20.0  # seconds of each processor that reading may take; the most that a picture can ask for takes 3 of one
READ_S = 60.0  # seconds that it may take on a machine that is busy with other work

logger = logging.getLogger(__name__)


class OcrProcess:
    """The process that reads text: started, with its models, when the first picture is read. Any thread may call."""

    def __init__(self) -> None:
        self._busy = threading.Lock()
        self._process: ConfinedProcess | None = None

    def __enter__(self) -> OcrProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, picture: Picture, *, quick: bool) -> list[Span]:
        """Lines of text; none, and a warning, where reading took too long or ended the process.

        Raises:
            ModelError: there are no models to read with.
        """
        request = {"shape": picture.rgb.shape, "quick": quick}
        with self._busy:
            self._process = self._process or _process()
            try:
                header, _ = self._process.exchange(request, picture.rgb.tobytes(), READ_S)
            except ConfinedTimeout:
                logger.warning("The text in a picture was not read: it took longer than %g s.", READ_S)
                return []
            except ConfinedDeath as error:
                logger.warning("The text in a picture was not read: the reader %s.", error)
                return []
        return [Span("text", str(text), float(score)) for text, score in header["lines"]]

    def close(self) -> None:
        """End the process; safe to call twice."""
        with self._busy:
            if self._process is not None:
                self._process.stop()


class Ocr:
    """Reads the lines of text in a picture.

    Args:
        process: Where they are read.
        quick: Look for lines in a smaller picture. Measured on 30 film posters on one core, 0.12 s instead of 0.3 s
            each; as many posters have text then, with six tenths of the lines, since small print is passed over.
    """

    def __init__(self, process: OcrProcess, *, quick: bool = False) -> None:
        self._process = process
        self._quick = quick

    def read(self, picture: Picture) -> list[Span]:
        """Lines that were read with confidence, from top to bottom.

        Returns:
            At most twelve spans of kind `text` with the reader's confidence as score.
        """
        return self._process.read(picture, quick=self._quick)


def _process() -> ConfinedProcess:
    threads = os.cpu_count() or 1
    settings = {
        "detector": str(_carried("*_det_*.onnx")),
        "recogniser": str(_carried("*_rec_*.onnx")),
        "threads": threads,
        "memory_bytes": MEMORY_BYTES,
        "cpu_s": CPU_S * threads,
    }
    return ConfinedProcess("agent.backends.pictures.ocr_child", settings)


def _carried(pattern: str) -> Path:
    """The package's own model file; named outright, because rapidocr downloads what it is not given."""
    package = find_spec("rapidocr")  # which is not loaded here, but in the process alone
    models = Path(package.origin or "").parent / "models" if package else Path("rapidocr")
    for path in models.glob(pattern):
        return path
    raise ModelError(f"The rapidocr package carries no model {pattern} in {models}.", "Install rapidocr 3.4 or newer.")
