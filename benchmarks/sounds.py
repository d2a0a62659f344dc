"""Sounds find sounds of their kind, and words find sounds: on a folder of sounds, one folder in it for each kind.

Such a folder can be made of freely licensed packages, for example by sorting the `.ogg` files of Debian's
tuxpaint-stamps-default (animals, instruments; those named `_desc` are speech), minetest-data (steps, water, fire),
wesnoth-1.16-data (creatures, blows) and the `.flac` files of sonic-pi-samples (drums, loops) into folders by what they
are: `python -m benchmarks.sounds --folder DIR`. By a digest of their names half of the kinds are for choosing settings
and the other half for judging them.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.config import load_config
from agent.errors import MediaError
from agent.media.acoustics import BANDS
from agent.models import Models
from benchmarks.table import Row, table
from retrieval.bridge import STRENGTHS, cross_fit, folds_of, unit
from retrieval.channels.hearing import SoundPart, fit_scale
from retrieval.encoding import Vectors

AMONG, K = 100, 10
KEPT_AFTER = 20  # sounds: what was measured of them takes a while
STRENGTH = STRENGTHS[len(STRENGTHS) // 2]
NEAREST, FOUND = 0.45, 0.3
GOAL = "0.45 where log-mel has 0.23"
HALVES = ("choosing", "judging")


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Sounds with their kinds.

    Attributes:
        kinds: Name of each sound's folder, shape (n,).
        sounds: What was measured of them, shape (n, n_numbers).
    """

    kinds: NDArray[np.str_]
    sounds: NDArray[np.float32]

    def half(self, which: int) -> NDArray[np.bool_]:
        """Which sounds are of the kinds of one half, by a digest of their names."""
        return np.array([hashlib.sha256(kind.encode()).digest()[0] % 2 == which for kind in self.kinds])


def measure(folder: Path, models: Models, keep: Path) -> Measured:
    """Measure all sounds of a folder, those that were measured before taken from the file that keeps them."""
    known = dict(np.load(keep)) if keep.is_file() else {}
    kinds, rows = list[str](), list[NDArray[np.float32]]()
    for path in sorted(folder.glob("*/*")):
        key = hashlib.sha256(path.read_bytes()).hexdigest()
        if key not in known:
            try:
                measured = models.sounds.encode(models.decoder.sound(path))
            except MediaError as error:
                print(error, file=sys.stderr)
                continue
            known[key] = np.empty(0, np.float32) if measured is None else measured
            if len(known) % KEPT_AFTER == 0:
                np.savez(keep, **known)
        if known[key].size:
            kinds.append(path.parent.name)
            rows.append(known[key])
    np.savez(keep, **known)
    return Measured(np.array(kinds), np.stack(rows))


def nearest(vectors: Vectors, kinds: NDArray[np.str_], asked: NDArray[np.bool_]) -> float:
    """Share of the sounds asked whose nearest other one, of all, is of their kind."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    return float((kinds[likeness.argmax(axis=1)] == kinds)[asked].mean())


def by_lot(kinds: NDArray[np.str_], asked: NDArray[np.bool_]) -> float:
    """The same when any other sound is as likely."""
    return float(np.mean([((kinds == kind).sum() - 1) / (len(kinds) - 1) for kind in kinds[asked]]))


def found(points: Vectors, texts: Vectors, kinds: NDArray[np.str_], asked: NDArray[np.bool_], seed: int = 0) -> float:
    """Share of the sounds asked that their kind's name finds among the first ten of a hundred of other kinds."""
    random, hits = np.random.default_rng(seed), list[bool]()
    for row in np.flatnonzero(asked):
        others = np.flatnonzero(kinds != kinds[row])
        rivals = random.choice(others, min(AMONG - 1, len(others)), replace=False)
        hits.append(bool((points[rivals] @ texts[row] >= points[row] @ texts[row]).sum() < K))
    return float(np.mean(hits))


def rows(measured: Measured, parts: Sequence[SoundPart], models: Models, which: int) -> list[Row]:
    """What sounds and words find among all sounds; asked for are those of one half."""
    kinds, n, asked = measured.kinds, len(measured.kinds), measured.half(which)
    vectors, bands = fit_scale(measured.sounds, parts)(measured.sounds), parts[0].length
    mel = nearest(unit(measured.sounds[:, bands : bands + BANDS]), kinds, asked)
    own, lot = nearest(vectors, kinds, asked), by_lot(kinds, asked)
    texts = models.text.encode([kind.replace("_", " ") for kind in kinds])
    pairs = found(cross_fit(vectors, texts, folds_of(n, 0), STRENGTH), texts, kinds, asked)
    names = np.unique(kinds)
    fold = dict(zip(names.tolist(), folds_of(len(names), 0).tolist(), strict=True))
    unseen = found(cross_fit(vectors, texts, np.array([fold[kind] for kind in kinds]), STRENGTH), texts, kinds, asked)
    name, chance = HALVES[which], K / min(AMONG, n)
    of = f"{asked.sum()} of {n} sounds asked, of {len(names)} kinds, {name}"
    words = f"a kind's name finds a sound of it, recall@{K} of {AMONG}; {name}"
    note = f"peer: log-mel alone; by lot {lot:.3f}"
    return [
        Row(f"the nearest sound is of its kind; {of}", own, mel, "", own / max(mel, lot), GOAL, own >= NEAREST, note),
        Row(words, pairs, chance, "", pairs / chance, f"{FOUND}", pairs >= FOUND, "peer: chance; pairs held back"),
        Row(f"{words}, kinds that the map never saw", unseen, chance, "", unseen / chance, "", None, "peer: chance"),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure a folder and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sounds", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="folder with one folder for each kind of sound")
    parser.add_argument("--keep", type=Path, help="file that keeps what was measured; beside the folder when not given")
    parser.add_argument("--half", choices=HALVES, default="judging")
    options = parser.parse_args(arguments)
    models = Models(load_config(llm="none"))
    keep = options.keep or options.folder.with_suffix(".npz")
    try:
        measured, parts = measure(options.folder, models, keep), models.sounds.parts
    finally:
        models.close()
    print(table(rows(measured, parts, models, HALVES.index(options.half))))


if __name__ == "__main__":
    main()
