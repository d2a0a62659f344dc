"""The figures of fit, of catalogs that the model has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import at_least, at_most, observed
from benchmarks.fit.asked import Asked
from benchmarks.fit.learning import best_of
from benchmarks.fit.pairs import Pairs
from benchmarks.table import Row

BINS = 10
DRAWS = 200
Figures = NDArray[np.float64]


def auroc(of_right: Figures, of_wrong: Figures) -> float:
    """The chance that something right is judged higher than something wrong; ties count half.

    Source: Mann and Whitney, On a Test of Whether one of Two Random Variables is Stochastically Larger, 1947.
    """
    values = np.concatenate((of_right, of_wrong))
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[where]
    n, m = len(of_right), len(of_wrong)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def calibration_error(fits: Figures, labels: Figures) -> float:
    """How far fit and share of right items are from each other, over bins of equally many pairs.

    Source: Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015, with equal masses.
    """
    parts = np.array_split(np.argsort(fits, kind="stable"), BINS)
    return float(sum(len(part) * abs(fits[part].mean() - labels[part].mean()) for part in parts) / len(fits))


def perfect_error(fits: Figures) -> float:
    """The calibration error that a perfect judge of these fits would show, by chance alone."""
    rng = np.random.default_rng(0)
    return float(np.mean([calibration_error(fits, (rng.random(len(fits)) < fits) * 1.0) for _ in range(DRAWS)]))


def rows(asked: Sequence[Asked], pairs: Pairs, fits: Figures, refused: NDArray[np.bool_]) -> list[Row]:
    """The table."""
    best = best_of(fits, pairs, len(asked))
    bands = np.array([request.band for request in asked])
    catalogs = sorted({request.catalog for request in asked})
    can = np.isin(bands, ("written", "judged"))
    table = []
    for band, name, floor in (
        ("other", "requests of other catalogs", 0.97),
        ("left out", "requests whose right items were all taken out", 0.85),
        ("nothing", "requests in the catalog's own field for what it lacks", None),
    ):
        wrong = bands == band
        each = ", ".join(
            f"{catalog} {auroc(best[can & inside], best[wrong & inside]):.2f}"
            for catalog in catalogs
            if (inside := np.array([request.catalog == catalog for request in asked]))[wrong].any()
        )
        note = f"{wrong.sum()} against {can.sum()} that can be answered; {each}; {refused[wrong].mean():.2f} refused"
        table.append(at_least(f"AUROC, {name}", auroc(best[can], best[wrong]), floor, "", note))
    table += _flips(asked, pairs, fits)
    each = ", ".join(
        f"{catalog} {refused[can & np.array([request.catalog == catalog for request in asked])].mean():.3f}"
        for catalog in catalogs
    )
    table.append(at_most("false refusals", float(refused[can].mean()), 0.02, "", f"{can.sum()} requests; {each}"))
    return [*table, *_calibrations(asked, pairs, fits)]


def _flips(asked: Sequence[Asked], pairs: Pairs, fits: Figures) -> list[Row]:
    """Items and requests of which one word or name does not hold, against those that are right.

    The same request before it was flipped is in the item's own words, which is easy; requests as people write them are
    in other words, and fit must not take what it cannot find for what is wrong.
    """
    known = ~np.isnan(pairs.labels)
    bands = np.array([asked[at].band for at in pairs.request])
    before = np.isin(pairs.request + 1, pairs.request[bands == "flipped"]) & known
    wrong = fits[known & (bands == "flipped")]
    written = fits[known & np.isin(bands, ("written", "judged")) & (pairs.labels == 1)]
    note = f"{len(wrong)} items"
    return [
        at_least("AUROC, one word or name flipped, own words", auroc(fits[before], wrong), 0.85, "", note),
        at_least(
            "AUROC, the same against right items of written requests",
            auroc(written, wrong),
            0.85,
            "",
            f"{note} against {len(written)}",
        ),
    ]


def _calibrations(asked: Sequence[Asked], pairs: Pairs, fits: Figures) -> list[Row]:
    bands = np.array([asked[at].band for at in pairs.request])
    known = ~np.isnan(pairs.labels)
    table = []
    for name, inside in (
        ("judged and written requests", known & np.isin(bands, ("written", "judged", "nothing"))),
        ("all bands", known & (pairs.shown | (bands == "judged"))),
        ("people's judgments on electronics", known & (bands == "judged")),
    ):
        if inside.sum() < BINS:
            continue
        of, labels = fits[inside], pairs.labels[inside]
        brier, plain = float(((of - labels) ** 2).mean()), float(labels.var())
        note = f"{inside.sum():,} pairs, {labels.mean():.2f} right; a perfect judge shows {perfect_error(of):.3f}; "
        note += f"Brier {brier:.3f} against {plain:.3f} of the base rate"
        table.append(at_most(f"calibration error, {name}", calibration_error(of, labels), 0.05, "", note))
    by_grade = auroc(fits[known & (pairs.labels > 0.5)], fits[known & (pairs.labels < 0.5)])
    return [*table, observed("AUROC of single pairs, all bands", by_grade, "", f"{known.sum():,} pairs")]
