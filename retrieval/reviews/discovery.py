"""The catalog's own words for what reviewers judge: what stands again and again where something is said to be so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from retrieval.reviews.patterns import language_of, patterns_of
from retrieval.reviews.review import Review
from retrieval.text.words import fold, is_stop_word, singular

MIN_PEOPLE = 5  # who use a word so, before it is one of the catalog's: it is then nobody's own
MOST_WORDS = 40


def own_words(reviews: Iterable[Review]) -> Mapping[str, str]:
    """Words that reviews of a catalog judge (`the strap is`), folded, each with its singular, which names the aspect.

    What the known aspects are called is left out.
    """
    people: dict[str, set[str]] = defaultdict(set)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for review in reviews:
        text, language = fold(review.whole.replace("’", "'")), language_of(review.whole)
        patterns = patterns_of(language)
        for match in patterns.subject.finditer(text):
            word = match[1]
            known = (patterns.named, patterns.judged, patterns.opinions, patterns.negates)
            if is_stop_word(word) or any(pattern.search(word) for pattern in known):
                continue
            name = singular(word) if language == "en" else word
            people[name].add(review.user or review.key)
            forms[name][word] += 1
    frequent = sorted((name for name in people if len(people[name]) >= MIN_PEOPLE), key=lambda name: -len(people[name]))
    return {form: name for name in frequent[:MOST_WORDS] for form in (*forms[name], name)}


__all__ = ["MIN_PEOPLE", "own_words"]
