"""Word errors of speech in noise, with and without noise reduction: `python -m benchmarks.noisy_speech --data DIR`.

The folder holds `transcripts.jsonl`, in each line `audio` (a path in it), `transcript` and `lang`. White, pink and
babble noise (other clips of the folder, said all at once) is added at several levels below the speech.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.config import load_config
from agent.errors import MediaError
from agent.media.decoded import Sound
from agent.models import Models
from benchmarks.quieting import quietened
from benchmarks.table import Row, table

NOISES = ("white", "pink", "babble")
TALKERS = 6
FEWER = 0.8  # share of the errors at 5 dB that are to be left
_DIGITS = dict(enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]))

Samples = NDArray[np.float32]
Way = Callable[[Samples], Samples]
WAYS: Mapping[str, Way] = {"as it is": lambda samples: samples, "quietened": quietened}


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A recording and what is said in it."""

    samples: Samples
    words: tuple[str, ...]


def spoken_words(text: str) -> tuple[str, ...]:
    """The words of a text, numbers up to ten written out."""
    found = re.findall(r"[\w']+", text.lower())
    return tuple(_DIGITS.get(int(word), word) if word.isdecimal() else word for word in found)


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Fewest words to put in, leave out or exchange to make one of the other."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, start=1):
        before, row[0] = row[0], at
        for to, other in enumerate(heard, start=1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (word != other))
    return row[-1]


def noisy(samples: Samples, noise: Samples, below_db: float) -> Samples:
    """Speech with noise that is so many decibels quieter than it."""
    power, of_noise = np.mean(samples**2), max(float(np.mean(noise**2)), 1e-12)
    mixed = samples + noise * np.sqrt(power / of_noise / 10 ** (below_db / 10))
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max())), dtype=np.float32)


def noise_of(kind: str, length: int, others: Sequence[Clip], random: np.random.Generator) -> Samples:
    """Noise of a kind, as long as a recording."""
    if kind == "babble":
        talkers = [others[at].samples for at in random.permutation(len(others))[:TALKERS]]
        return np.sum([np.resize(talker / talker.std(), length) for talker in talkers], axis=0).astype(np.float32)
    white = random.normal(size=length)
    if kind == "pink":
        spectrum = np.fft.rfft(white)
        white = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), length)
    return white.astype(np.float32)


def _clips(folder: Path, models: Models, most: int | None) -> Iterator[Clip]:
    lines = (folder / "transcripts.jsonl").read_text(encoding="utf-8").splitlines()
    english = [entry for entry in map(json.loads, lines) if entry["lang"] == "en"]
    step = max(1, len(english) // most) if most else 1  # evenly over all sorts of them
    for entry in english[::step]:
        yield Clip(models.decoder.sound(folder / entry["audio"]).samples, spoken_words(entry["transcript"]))


def error_rate(clips: Sequence[Clip], models: Models, way: Way, kind: str, below_db: float) -> float:
    """Word errors for each word said."""
    errors, n_words, random = 0, 0, np.random.default_rng(0)
    for at, clip in enumerate(clips):
        others = [*clips[:at], *clips[at + 1 :]]
        heard = way(noisy(clip.samples, noise_of(kind, len(clip.samples), others, random), below_db))
        try:
            text = models.transcriber.transcribe(Sound(f"{kind} {below_db} {at}", heard)).text
        except MediaError:  # nothing that can be understood: all of it is missing
            text = ""
        errors += word_errors(clip.words, spoken_words(text))
        n_words += len(clip.words)
    return errors / max(n_words, 1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.noisy_speech", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with transcripts.jsonl and recordings")
    parser.add_argument("--noise", nargs="+", choices=NOISES, default=NOISES)
    parser.add_argument("--below", nargs="+", type=float, default=(0.0, 5.0, 10.0), help="decibels below the speech")
    parser.add_argument("--most", type=int, help="clips to use, evenly over all of them; all when not given")
    options = parser.parse_args(arguments)
    models = Models(load_config(llm="none"))
    try:
        clips, made = list(_clips(options.data, models, options.most)), list[Row]()
        for kind in options.noise:
            for below in options.below:
                plain, cleaned = (error_rate(clips, models, way, kind, below) for way in WAYS.values())
                ratio = plain / cleaned if cleaned else None
                name = f"word errors of {len(clips)} clips in {kind} noise {below:g} dB below them, quietened"
                target = f"at most {FEWER:g} of the peer" if below == 5 else ""
                met = cleaned <= FEWER * plain if below == 5 else None
                made.append(Row(name, cleaned, plain, "", ratio, target, met, "peer: as it is"))
    finally:
        models.close()
    print(table(made))


if __name__ == "__main__":
    main()
