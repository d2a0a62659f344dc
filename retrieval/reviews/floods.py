"""Floods: of reviews that say the same, or come at once, or from one person, no more count than of others.

Whoever wants an item up or down can write as often as they like. So of texts that are all but the same one counts; what
one person wrote counts as one; and of any hour no more than of most others.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from retrieval.reviews.review import Review
from retrieval.text.words import words

SAME_SHARE = 0.8  # of the words of two texts that they have in common, from which on they are the same
MOST_AT_ONCE, TIMES_TYPICAL = 3, 3  # reviews of one hour; how many times as many as most hours have
MOST_READ = 1_000  # reviews of one item, the newest
_HOUR_S = 3_600.0


def counted(reviews: Iterable[Review]) -> list[Review]:
    """The reviews of one item that count, the newest first; several by one person stay, to be counted as one."""
    newest = sorted(reviews, key=lambda review: (-(review.at_s or 0.0), review.key))[:MOST_READ]
    return _without_surges(_distinct(newest))


def _distinct(reviews: Sequence[Review]) -> list[Review]:
    """The reviews without those that say what an earlier one of the list says."""
    bags = [frozenset(words(review.whole)) for review in reviews]
    frequency = Counter(word for bag in bags for word in bag)
    distinct: list[Review] = []
    holding: dict[str, list[frozenset[str]]] = defaultdict(list)
    for review, bag in zip(reviews, bags, strict=True):
        # Sets that share so much share one of their rarest words: no others need be compared.
        rarest = sorted(bag, key=lambda word: (frequency[word], word))
        telling = rarest[: len(bag) - math.ceil(SAME_SHARE * len(bag)) + 1]
        if any(len(bag & other) >= SAME_SHARE * len(bag | other) for word in telling for other in holding[word]):
            continue
        for word in telling:
            holding[word].append(bag)
        distinct.append(review)
    return distinct


def _without_surges(reviews: Sequence[Review]) -> list[Review]:
    hours = Counter(_hour(review) for review in reviews if review.at_s is not None)
    busiest = max(hours, key=lambda hour: hours[hour], default=None)
    others = [n for hour, n in hours.items() if hour != busiest]
    most = max(MOST_AT_ONCE, round(TIMES_TYPICAL * median(others)) if others else 0)
    left: Counter[int] = Counter()
    kept = []
    for review in reversed(reviews):  # the first of an hour stay, whoever comes after them
        if review.at_s is not None:
            left[_hour(review)] += 1
            if left[_hour(review)] > most:
                continue
        kept.append(review)
    return kept[::-1]


def _hour(review: Review) -> int:
    return int((review.at_s or 0.0) // _HOUR_S)


__all__ = ["counted"]
