"""A LLaVA of the true 7B shape with random weights: loading, memory, descriptions, scoring, streaming.

`python -m benchmarks.gpu` needs a GPU with 20 GiB; `--shape tiny` runs the same code anywhere, to try it. The peer is
the loop of one-by-one calls of transformers' own `pipeline`, on the same weights in the same run. Each number format
has a process of its own, so that its peak of memory is its own, and a share of `--minutes`: what takes long is repeated
less often, and what no time is left for says so in its row.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from agent.backends.chat.llava import Format, LlavaModel
from agent.backends.loading.dtype import device
from agent.backends.protocols import Chat, ChatMessage, GenerateOptions
from agent.media.decoded import Picture
from benchmarks.child import in_child
from benchmarks.figures import at_least, at_most, not_run, observed
from benchmarks.llava_shape import SHAPES, make_llava
from benchmarks.machine import this_machine
from benchmarks.table import Row, table
from benchmarks.workspaces import say

FORMATS: tuple[Format, ...] = ("bf16", "int8", "nf4")
BATCHES, NEW_TOKENS, ROUNDS = (1, 64, 8, 32), 64, 3  # the ends first, in case that time runs out
MINUTES, LONG_S = 7.5, 4.0  # of the whole run; of one measurement that is made once and not warmed up for
CANDIDATES, CARD_CHARS = 20, 320
GIB = 2**30
DESCRIBE = "Describe this picture in two to four plain sentences. Say what is there, its colours and its materials."
REQUEST = "something calm with water for a quiet room, old and from Japan"
# What the product is to reach on one large GPU.
TIMES_THE_LOOP, IMAGES_PER_S, NF4_GIB, SCORE_S = 8.0, 9.0, 7.0, 0.25


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one number format; times are medians, in seconds, and None where no time was left.

    Attributes:
        loaded_gib: Memory once it is loaded; `peak_gib`: at its highest while one picture is described.
        images_per_s: By batch, `NEW_TOKENS` tokens each.
        loop_images_per_s: Of the one-by-one `pipeline`.
        score_new_s: `CANDIDATES` items that the model has not read before; `score_again_s`: the same once more.
        first_token_s: Of one streamed answer; `tokens_per_s`: from then on.
    """

    load_s: float
    loaded_gib: float
    peak_gib: float
    images_per_s: dict[int, float | None]
    loop_images_per_s: float | None
    score_new_s: float | None
    score_again_s: float | None
    first_token_s: float | None
    tokens_per_s: float | None


@dataclass(frozen=True, slots=True)
class Allowance:
    """Seconds that measuring may take.

    Attributes:
        until: On the clock of `time.perf_counter`.
    """

    until: float

    @classmethod
    def of(cls, seconds: float) -> Allowance:
        """So many, from now on."""
        return cls(time.perf_counter() + seconds)

    @property
    def left_s(self) -> float:
        """What is left of them."""
        return self.until - time.perf_counter()

    def median(self, run: Callable[[], object]) -> float | None:
        """Median seconds of a few runs after one to warm up; None where no time is left for one.

        A long first run counts itself, and no round begins for which no time is left.
        """
        if self.left_s <= 0:
            return None
        first = _seconds(run)
        if first >= LONG_S or first >= self.left_s:
            return first
        times = [_seconds(run)]
        while len(times) < ROUNDS and times[-1] < self.left_s:
            times.append(_seconds(run))
        return statistics.median(times)


def rows(folder: Path, shape: str, formats: Sequence[Format] = FORMATS, seconds: float = 60 * MINUTES) -> Iterator[Row]:
    """Measure each number format in a process of its own, all of them in so many seconds."""
    aimed, allowance = shape != "tiny" and device() == "cuda", Allowance.of(seconds)
    for at, number_format in enumerate(formats):
        say(f"{number_format} …")
        try:
            figures = in_child(measure_format, folder, number_format, allowance.left_s / (len(formats) - at))
        except (RuntimeError, ValueError, OSError) as error:
            yield not_run(number_format, f"{type(error).__name__}: {error}".partition("\n")[0])
            continue
        yield from _rows(number_format, figures, aimed)


def measure_format(folder: Path, number_format: Format, seconds: float) -> Figures:
    """Load a model once, and measure everything on it in so many seconds, what is aimed at first."""
    allowance, started = Allowance.of(seconds), time.perf_counter()
    model = LlavaModel(folder, number_format=number_format)
    load_s, loaded = time.perf_counter() - started, _memory_gib()
    pictures = [picture(seed) for seed in range(max(BATCHES))]
    _describe(model, pictures[:1])
    peak = _memory_gib(peak=True)
    new, again = _scoring(model, allowance)
    first, speed = _streaming(model) if allowance.left_s > 0 else (None, None)
    loop = _loop(folder, model, pictures[0], allowance)
    times = {
        batch: allowance.median(lambda batch=batch: _describe(model, pictures[:batch]))  # type: ignore[misc]
        for batch in BATCHES
    }
    rates = {batch: batch / times[batch] if times[batch] else None for batch in sorted(BATCHES)}
    return Figures(load_s, loaded, peak, rates, 1 / loop if loop else None, new, again, first, speed)


def picture(seed: int) -> Picture:
    """A picture of coloured noise, 640 by 480 pixels."""
    rgb = np.random.default_rng(seed).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    return Picture(f"{seed:064d}", rgb, 640, 480)


def _describe(model: LlavaModel, pictures: Sequence[Picture]) -> None:
    model.generate(
        [[ChatMessage("user", DESCRIBE, (shown,))] for shown in pictures], GenerateOptions(max_new_tokens=NEW_TOKENS)
    )


def _loop(folder: Path, ours: LlavaModel, example: Picture, allowance: Allowance) -> float | None:
    """Seconds a picture of transformers' own pipeline over the same loaded weights, one picture at a time."""
    import transformers
    from PIL import Image

    library: Any = transformers
    processor = library.AutoProcessor.from_pretrained(folder)
    pipe = library.pipeline("image-text-to-text", model=ours._model, processor=processor)
    content = [{"type": "image", "image": Image.fromarray(example.rgb)}, {"type": "text", "text": DESCRIBE}]
    chat = [{"role": "user", "content": content}]
    settings = {"max_new_tokens": NEW_TOKENS, "do_sample": False}
    return allowance.median(lambda: pipe(text=chat, generate_kwargs=settings, return_full_text=False))


def _scoring(model: LlavaModel, allowance: Allowance) -> tuple[float | None, float | None]:
    """Seconds to score items that are new to the model, and the same items once more."""
    marks = itertools.count()

    def chats(mark: str) -> list[Chat]:
        card = "title: A vase with a landscape\nmedium: porcelain\n".ljust(CARD_CHARS, "x")
        return [[ChatMessage("user", f"{mark}{number}\n{card}")] for number in range(CANDIDATES)]

    def score(mark: str) -> None:
        model.score(chats(mark), [REQUEST] * CANDIDATES)

    new = allowance.median(lambda: score(f"new {next(marks)} "))
    return new, allowance.median(lambda: score("seen "))


def _streaming(model: LlavaModel) -> tuple[float, float]:
    """Seconds to the first piece of a streamed answer, and tokens a second after it."""
    started, times = time.perf_counter(), list[float]()
    for _ in model.stream([[ChatMessage("user", DESCRIBE)]], GenerateOptions(max_new_tokens=4 * NEW_TOKENS)):
        times.append(time.perf_counter() - started)
    if len(times) < 2:  # random weights may end at once
        return times[0] if times else 0.0, 0.0
    return times[0], (len(times) - 1) / (times[-1] - times[0])


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()  # it returns text or numbers: the device has finished by then
    return time.perf_counter() - started


def _memory_gib(*, peak: bool = False) -> float:
    """Memory of all GPUs that this process holds; the process's own highest without a GPU."""
    import torch

    if device() == "cuda":
        count = torch.cuda.max_memory_allocated if peak else torch.cuda.memory_allocated
        return sum(count(number) for number in range(torch.cuda.device_count())) / GIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB


def _rows(number_format: Format, figures: Figures, aimed: bool) -> Iterator[Row]:
    yield observed(f"{number_format}: load", figures.load_s, "s", "")
    yield observed(f"{number_format}: memory once loaded", figures.loaded_gib, "GiB", "")
    name = f"{number_format}: peak memory, one picture"
    if number_format == "nf4" and aimed:
        yield at_most(name, figures.peak_gib, NF4_GIB, "GiB", "")
    else:
        yield observed(name, figures.peak_gib, "GiB", "")
    described = {batch: rate for batch, rate in figures.images_per_s.items() if rate is not None}
    best, loop = max(described.values(), default=None), figures.loop_images_per_s
    for batch in figures.images_per_s:
        name, rate = f"{number_format}: describe, {batch} at once", described.get(batch)
        if rate is None:
            yield _late(name)
            continue
        floor = IMAGES_PER_S if aimed and rate == best else None
        note = f"{NEW_TOKENS} new tokens; peer: one-by-one pipeline"
        yield at_least(name, rate, floor, "images/s", note, peer=loop)
    if best and loop:
        note = "the best batch against the one-by-one pipeline"
        floor = TIMES_THE_LOOP if aimed else None
        yield at_least(f"{number_format}: describe", best / loop, floor, "times the loop", note)
    else:
        yield _late(f"{number_format}: describe")
    for state, seconds in (("new", figures.score_new_s), ("read before", figures.score_again_s)):
        name = f"{number_format}: score {CANDIDATES} items, {state}"
        if seconds is not None and aimed:
            yield at_most(name, seconds, SCORE_S, "s", "")
        else:
            yield _observed(name, seconds, "s")
    yield _observed(f"{number_format}: first streamed piece", figures.first_token_s, "s")
    yield _observed(f"{number_format}: streamed", figures.tokens_per_s, "tokens/s")


def _observed(name: str, value: float | None, unit: str) -> Row:
    return _late(name) if value is None else observed(name, value, unit, "")


def _late(name: str) -> Row:
    return not_run(name, "no time was left; give it more by --minutes")


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the model, measure it, print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, default="llava-1.5-7b", help="%(default)s unless said otherwise")
    parser.add_argument("--folder", type=Path, help="where the model is kept for the next run; else it is thrown away")
    parser.add_argument(
        "--minutes", type=float, default=MINUTES, help="that all takes, with making the model; %(default)s"
    )
    parser.add_argument("--formats", nargs="+", choices=get_args(Format), default=FORMATS)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all rows there too")
    options = parser.parse_args(arguments)
    if device() != "cuda" and options.shape != "tiny":
        parser.error("there is no GPU here; --shape tiny runs the same code anywhere")
    with tempfile.TemporaryDirectory() as temporary:
        started = time.perf_counter()
        folder = in_child(make_llava, options.folder or Path(temporary), options.shape)
        say(f"made the model in {time.perf_counter() - started:.0f} s")
        left_s = 60 * options.minutes - (time.perf_counter() - started)
        table_rows = list(rows(folder, options.shape, options.formats, left_s))
    print(f"{table(table_rows)}\n\n{_where()}\n{this_machine()}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in table_rows], indent=2), encoding="utf-8")


def _where() -> str:
    import torch

    if device() != "cuda":
        return "no GPU: the figures say nothing about one"
    return f"{torch.cuda.device_count()} x {torch.cuda.get_device_name()}, CUDA {torch.version.cuda}"


if __name__ == "__main__":
    main()
