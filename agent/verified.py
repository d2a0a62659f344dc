"""The check of claims: what a claim says beside the fixed words of its template must stand in what it cites."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from functools import cache

from agent.answers import Claim
from agent.phrases import Phrases, phrases_for
from retrieval.words import fold

_SLOT = re.compile(r"\{\w+\}")
_SAYS = ("say", "says", "is", "are")
_RUN = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+|[^\W\d_]")


def verified(claim: Claim, phrases: Phrases, asked: Collection[str] = (), labels: Iterable[str] = ()) -> Claim:
    """The claim with its verdict and its score.

    The score is the share of its words and numbers that stand in the cited values, among the words of the request
    that it repeats, in names of fields or in the template; only a claim in which all do is supported.

    Args:
        asked: The request's words, as written.
        labels: Names of fields, as people read them.
    """
    cited = " ".join(evidence.value for evidence in claim.evidence)
    seconds = (str(round(evidence.start_s)) for evidence in claim.evidence if evidence.start_s is not None)
    known = {*_runs(cited), *_runs(" ".join((*asked, *labels, *seconds))), *_template_words(phrases.language)}
    said = _runs(claim.text)
    held = sum(one in known for one in said)
    score = held / len(said) if said and claim.evidence else 0.0
    return replace(claim, verdict="supported" if score == 1.0 else "unsupported", score=score)


def _runs(text: str) -> list[str]:
    return _RUN.findall(fold(text))


@cache
def _template_words(language: str) -> frozenset[str]:
    """The fixed words of all templates of a language."""
    phrases = phrases_for(language)
    values = [getattr(phrases, field.name) for field in fields(phrases)]
    texts = [value for value in values if isinstance(value, str)]
    texts += [text for value in values if isinstance(value, dict) for text in value.values()]
    return frozenset(word for text in (*texts, *_SAYS) for word in _runs(_SLOT.sub(" ", text)))


__all__ = ["verified"]
