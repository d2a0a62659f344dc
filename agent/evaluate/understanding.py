"""How well requests are understood, on the requests that come with the product.

A bare value (`a red chair`) is a wish and must not become a filter; `in red`, `only red`, `no red`, `made of oak`,
`by Monet`, numbers with a comparison, decades and what a yes-or-no field is called must. Half of the requests, by hash,
was never looked at while the rules were written.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from agent.language.patterns import data
from agent.understand.form import ModelReader
from agent.understand.parsed import ParsedText, Reference
from agent.understand.request import Reader
from agent.understand.rules import read
from agent.understand.validation import clean
from agent.understand.vocabulary import Vocabulary
from retrieval.filters import Filter, parse_filter
from retrieval.schema import Schema, load_schema

if TYPE_CHECKING:
    from agent.backends.protocols import ChatModel

Half = Literal["dev", "held"]
_Reading = tuple["GoldRequest", ParsedText]


@dataclass(frozen=True, slots=True)
class GoldRequest:
    """One request and what it should be read as.

    Attributes:
        catalog: Name of its schema.
        language: Of the language it is mostly in, its code.
        filters: The must-haves that it states.
        reference: What it points at, as `reference_text` writes it; None where that is not part of the test.
        noted: Whether a note is due; None where that is not part of the test.
    """

    catalog: str
    language: str
    text: str
    filters: tuple[str, ...]
    reference: str | None = None
    noted: bool | None = None

    @property
    def half(self) -> Half:
        """`held` for the half that was not looked at while the rules were written."""
        return "held" if hashlib.sha256(self.text.encode()).digest()[0] % 2 else "dev"


@dataclass(frozen=True, slots=True)
class UnderstandingFigure:
    """One row of the report.

    Attributes:
        half: Half of the requests, or `all`.
        right: Share of requests whose filters are exactly the gold ones.
        missed: Gold conditions that were not read, per gold condition.
        invented: Conditions read that are not gold, per request.
        references: Share of the requests with a gold reference that were read so; None where there are none.
        notes: Share of the requests that say whether a note is due where it was right; None where none say it.
    """

    language: str
    half: Half | Literal["all"]
    n: int
    right: float
    missed: float
    invented: float
    references: float | None
    notes: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two readers do on the same requests; each is right where its filters are exactly the gold ones.

    Attributes:
        both: Requests that both read right.
        rules_only: That only the rules did.
        model_only: That only the model did.
        neither: That none did.
        agreed: Requests that both read the same way.
        agreed_right: Share of these that are right; None where there are none.
    """

    language: str
    n: int
    both: int
    rules_only: int
    model_only: int
    neither: int
    agreed: int
    agreed_right: float | None


@dataclass(frozen=True, slots=True)
class UnderstandingFigures:
    """The report.

    Attributes:
        rules: How well the rules read.
        model: How well a model reads in their place; empty where there is none.
        agreement: Of both, by language.
        limits: How well the rules read the limits and refusals of thirteen languages; empty where requests were given.
    """

    rules: tuple[UnderstandingFigure, ...]
    model: tuple[UnderstandingFigure, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    limits: tuple[UnderstandingFigure, ...] = ()


@cache
def gold() -> tuple[GoldRequest, ...]:
    """All gold requests."""
    lines = (files("agent.evaluate.gold.understanding") / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    return tuple(
        GoldRequest(row["catalog"], row["language"], row["text"], tuple(row["filters"]), row.get("reference"))
        for row in rows
    )


@cache
def gold_limits() -> tuple[GoldRequest, ...]:
    """The gold requests that state limits and refusals, in thirteen languages."""
    by_language = data("agent.evaluate.gold.understanding", "limits.yaml")
    return tuple(
        _limit(catalog, language, text, entry)
        for language, catalogs in by_language.items()
        for catalog, entries in catalogs.items()
        for text, entry in entries.items()
    )


def _limit(catalog: str, language: str, text: str, entry: Any) -> GoldRequest:
    """A request whose entry is its must-haves alone, or these and whether a note is due."""
    if isinstance(entry, list):
        return GoldRequest(catalog, language, text, tuple(entry))
    return GoldRequest(catalog, language, text, tuple(entry["must"]), noted=entry.get("noted", False))


@cache
def gold_schema(catalog: str) -> Schema:
    """The schema of a gold catalog."""
    with as_file(files("agent.evaluate.gold.understanding") / f"{catalog}.schema.yaml") as path:
        return load_schema(path)


@cache
def gold_vocabulary(catalog: str) -> Vocabulary:
    """The vocabulary of a gold catalog."""
    return Vocabulary.build(gold_schema(catalog))


def sample(per_language: int, seed: int = 0) -> tuple[GoldRequest, ...]:
    """So many gold requests of each language, drawn by lot; the same for the same seed."""
    lot = np.random.default_rng(seed)
    drawn = list[GoldRequest]()
    for language in dict.fromkeys(request.language for request in gold()):
        in_language = [request for request in gold() if request.language == language]
        drawn += [in_language[at] for at in sorted(lot.permutation(len(in_language))[:per_language])]
    return tuple(drawn)


def understanding_figures(
    model: ChatModel | None = None,
    requests: Sequence[GoldRequest] | None = None,
    progress: Callable[[int], None] | None = None,
) -> UnderstandingFigures:
    """How well the rules read, and a model in their place, by language and half.

    Args:
        model: A language model that fills in the form.
        requests: All gold requests when not given.
        progress: Told after each request how many the model has read.
    """
    limits = tuple(_rows(list(_read(read, gold_limits())))) if requests is None else ()
    requests = gold() if requests is None else requests
    by_rules = list(_read(read, requests))
    if model is None:
        return UnderstandingFigures(tuple(_rows(by_rules)), limits=limits)
    by_model = list[_Reading]()
    for reading in _read(ModelReader(model), requests):
        by_model.append(reading)
        if progress:
            progress(len(by_model))
    languages = dict.fromkeys(request.language for request in requests)
    agreement = tuple(_agreement(language, by_rules, by_model) for language in languages)
    return UnderstandingFigures(tuple(_rows(by_rules)), tuple(_rows(by_model)), agreement, limits)


def _read(reader: Reader, requests: Sequence[GoldRequest]) -> Iterator[_Reading]:
    for request in requests:
        yield request, reader(clean(request.text), gold_vocabulary(request.catalog))


def _rows(readings: Sequence[_Reading]) -> Iterator[UnderstandingFigure]:
    for language in dict.fromkeys(request.language for request, _ in readings):
        for half in ("dev", "held", "all"):
            part = [
                (request, parsed)
                for request, parsed in readings
                if request.language == language and half in (request.half, "all")
            ]
            if part:
                yield _figure(language, half, part)


def _agreement(language: str, by_rules: Sequence[_Reading], by_model: Sequence[_Reading]) -> Agreement:
    pairs = [(request, ours, its) for (request, ours), (_, its) in zip(by_rules, by_model, strict=True)]
    pairs = [(request, ours, its) for request, ours, its in pairs if request.language == language]
    counts = Counter((is_right(request, ours), is_right(request, its)) for request, ours, its in pairs)
    same = [is_right(request, ours) for request, ours, its in pairs if _read_conditions(ours) == _read_conditions(its)]
    return Agreement(
        language=language,
        n=len(pairs),
        both=counts[True, True],
        rules_only=counts[True, False],
        model_only=counts[False, True],
        neither=counts[False, False],
        agreed=len(same),
        agreed_right=sum(same) / len(same) if same else None,
    )


def conditions(filters: Iterable[Filter]) -> frozenset[tuple[str, str, tuple[object, ...]]]:
    """Filters by what they mean: refusing two values at once is refusing each."""
    meanings = set[tuple[str, str, tuple[object, ...]]]()
    for condition in filters:
        keys = tuple(sorted(condition.keys(), key=str))
        if condition.op in ("!=", "not in", "has not", "has none"):
            meanings.update((condition.field, "not", (key,)) for key in keys)
        else:
            meanings.add((condition.field, condition.op, keys))
    return frozenset(meanings)


def gold_conditions(request: GoldRequest) -> frozenset[tuple[str, str, tuple[object, ...]]]:
    """What the gold filters of a request mean."""
    return conditions(parse_filter(text, gold_schema(request.catalog)) for text in request.filters)


def reference_text(reference: Reference) -> str:
    """A reference as the gold requests write it: `like #2`, `#1 price<`, `unlike last`."""
    target = f"#{reference.target}" if isinstance(reference.target, int) else reference.target
    if reference.kind == "compare":
        return f"{target} {reference.field or '?'}{reference.op}"
    return f"{reference.kind} {target}"


def is_right(request: GoldRequest, parsed: ParsedText) -> bool:
    """Whether the filters that were read are exactly the gold ones."""
    return _read_conditions(parsed) == gold_conditions(request)


def _read_conditions(parsed: ParsedText) -> frozenset[tuple[str, str, tuple[object, ...]]]:
    return conditions(condition.filter for condition in parsed.must)


def _figure(language: str, half: str, part: Sequence[tuple[GoldRequest, ParsedText]]) -> UnderstandingFigure:
    missed = invented = stated = 0
    for request, parsed in part:
        gold_set, read_set = gold_conditions(request), _read_conditions(parsed)
        stated += len(gold_set)
        missed += len(gold_set - read_set)
        invented += len(read_set - gold_set)
    pointing = [(request, parsed) for request, parsed in part if request.reference]
    met = sum(
        request.reference in [reference_text(reference) for reference in parsed.references]
        for request, parsed in pointing
    )
    noting = [(request, parsed) for request, parsed in part if request.noted is not None]
    return UnderstandingFigure(
        language=language,
        half=half,  # type: ignore[arg-type]  # one of the three
        n=len(part),
        right=sum(is_right(request, parsed) for request, parsed in part) / len(part),
        missed=missed / stated if stated else 0.0,
        invented=invented / len(part),
        references=met / len(pointing) if pointing else None,
        notes=sum(request.noted == _is_told(parsed) for request, parsed in noting) / len(noting) if noting else None,
    )


def _is_told(parsed: ParsedText) -> bool:
    """Whether what could not be made a must-have is told, or kept as what is denied."""
    return bool(parsed.notes or parsed.denied)


__all__ = [
    "Agreement",
    "GoldRequest",
    "UnderstandingFigure",
    "UnderstandingFigures",
    "gold",
    "gold_limits",
    "gold_schema",
    "gold_vocabulary",
    "sample",
    "understanding_figures",
]
