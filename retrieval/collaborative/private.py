"""What everybody liked, learned through randomised response: no single liking can be told from what is learned."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.collaborative.behaviour import Behaviour
from retrieval.collaborative.ease import MAX_ITEMS, Ease, solved
from retrieval.collaborative.popularity import Popularity, share_of
from retrieval.snapshot import Rows

SURE = 2.0  # standard deviations by which an item must stand out of the noise to be learned from
REGULARISATION = 200.0  # of the fit without noise; plain co-occurrence, since the noise knows no order of time
_PEOPLE = 256  # whose answers are held at once

Bits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Privacy:
    """How likings are randomised.

    Each person's list is one bit per item of the catalog: liked or not. Every bit is told wrongly with probability
    1 / (1 + e^epsilon), and all that is learned is learned from the bits as told. So whatever anybody concludes from
    the learned model is at most e^epsilon times as likely with any one liking of a person as without it (local
    differential privacy, an item at a time); for k likings together the bound is e^(k * epsilon).

    A bit is told in the same way however often it is learned from, or the noise could be averaged away.

    What this does not protect: the events themselves, which stay in the workspace for whoever can read its files, and
    what is learned apart from these models (learned fusions, evaluations, tuned weights). Who asks is answered by
    their own true history.

    Attributes:
        epsilon: Above 0; the smaller, the more noise.
        secret: Of the workspace; who knows it knows which bits were told wrongly.

    Source: Warner, Randomized Response, JASA 60(309), 1965; told once for all, as in Erlingsson et al., RAPPOR, CCS
    2014, section 3.
    """

    epsilon: float
    secret: bytes

    @property
    def wrong(self) -> float:
        """Probability that a bit is told wrongly."""
        return 1.0 / (1.0 + math.exp(self.epsilon))

    def randomised(self, user: str, liked: Rows, n_items: int) -> NDArray[np.bool_]:
        """One person's bits, some told wrongly, shape (n_items,); items that come later change none before them."""
        # drawn from secret and name, not by chance: asked again, the same bits are told wrongly
        seed = hashlib.sha256(self.secret + user.encode()).digest()
        bits = np.random.default_rng(np.frombuffer(seed, dtype=np.uint32)).random(n_items) < self.wrong
        bits[liked] = ~bits[liked]
        return bits


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What the told bits say of the true ones, without bias.

    With q the probability of a wrong bit and s = 1 - 2 q, each told bit b stands for (b - q) / s. The sum of these over
    all people estimates how many liked an item, the sum of products how many liked two; the variance of one is
    v = q (1 - q) / s^2.

    Attributes:
        counts: How many liked each item, float64, shape (n_items,).
        warm: The items that stand out of the noise, ascending.
        together: How many liked both of two warm items, float32, shape (len(warm), len(warm)); the diagonal has counts.
        deviation: Standard deviation of an entry of `together`, on the average.
    """

    counts: NDArray[np.float64]
    warm: Rows
    together: NDArray[np.float32]
    deviation: float

    @classmethod
    def of(cls, liked: Behaviour, privacy: Privacy) -> Estimate:
        """Ask everybody once for counts, and once more, with the same answers, for pairs."""
        n, q = len(liked.users), privacy.wrong
        s = 1.0 - 2.0 * q
        v = q * (1.0 - q) / s**2
        sums = np.zeros(liked.n_items)
        for bits in _answers(liked, privacy):
            sums += bits.sum(axis=0)
        counts = (sums - n * q) / s
        warm = _warm(counts, SURE * math.sqrt(n * v))
        pairs = np.zeros((len(warm), len(warm)), dtype=np.float32)
        for bits in _answers(liked, privacy):
            centred = (bits[:, warm] - np.float32(q)) / np.float32(s)
            pairs += centred.T @ centred
        # the square of a bit is the bit itself, so its sum is the count, which is known better than products are
        pairs[np.diag_indices_from(pairs)] = counts[warm]
        mean = float(counts[warm].mean()) if len(warm) else 0.0
        return cls(counts, warm, pairs, math.sqrt(n * v**2 + 2.0 * v * mean))


def fit_private(behaviour: Behaviour, privacy: Privacy) -> tuple[Ease, Popularity]:
    """Co-occurrence and popularity as they can be known without knowing of any single liking.

    The regularisation grows by the size of the noise, 2 * deviation * sqrt(m) for a symmetric matrix of m items, so
    that no pattern is learned that the noise alone could make.

    Source: for the size of the noise Wigner, Characteristic Vectors of Bordered Matrices, 1955.
    """
    estimate = Estimate.of(behaviour.liked(), privacy)
    noise = 2.0 * estimate.deviation * math.sqrt(len(estimate.warm))
    model = Ease(_solved(estimate.together, REGULARISATION + noise), estimate.warm, behaviour.n_items)
    shares = np.zeros(behaviour.n_items, dtype=np.float32)
    shares[estimate.warm] = share_of(estimate.counts[estimate.warm])
    return model, Popularity(shares)


def _answers(liked: Behaviour, privacy: Privacy) -> Iterator[Bits]:
    """The told bits of `_PEOPLE` people at a time, float32, shape (n, n_items)."""
    people = list(liked.users.items())
    for start in range(0, len(people), _PEOPLE):
        some = people[start : start + _PEOPLE]
        rows = (liked.rows[liked.starts[number] : liked.starts[number + 1]] for _, number in some)
        answers = [privacy.randomised(user, own, liked.n_items) for (user, _), own in zip(some, rows, strict=True)]
        yield np.stack(answers).astype(np.float32)


def _warm(counts: NDArray[np.float64], least: float) -> Rows:
    """The items with more than `least`, at most `MAX_ITEMS` of them: the most liked."""
    best = np.argsort(-counts, kind="stable")[:MAX_ITEMS]
    return np.sort(best[counts[best] > least])


def _solved(together: NDArray[np.float32], regularisation: float) -> NDArray[np.float32]:
    """EASE^R's weights; where the noise is larger than expected, with more regularisation."""
    while True:
        try:
            # a copy, since `solved` overwrites it and may fail
            return solved(together.copy(), regularisation)
        except np.linalg.LinAlgError:
            regularisation *= 2.0
