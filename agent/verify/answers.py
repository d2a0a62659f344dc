"""Answers: every pointer, citation, claim and sentence of an answer's JSON, held against the catalog."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.verify.sentences import Entry, faults
from agent.verify.terms import terms

_FIELDS = ("title", "description", "category", "price")
_STATEMENT = re.compile(
    r"(?:“[^”]*”|[^“.!?。]|[.!?](?!\s+[^\sa-z\d]|$))+[.!?。]*"
)  # a quotation may hold several sentences


@dataclass(frozen=True, slots=True)
class Verified:
    """One statement of an answer: of which item, of which part, its words, and why it is not so, if it is not."""

    item_id: str
    part: str
    text: str
    fault: str


def verify(answer: Mapping[str, Any], stored: Callable[[str], Mapping[str, Any] | None]) -> Iterator[Verified]:
    """Each statement with its verdict.

    Args:
        answer: As `recommend --json` prints it.
        stored: The catalog's own entry of an id, in the form of an answer's `item`; None where it has none.
    """
    firsts = answer["recommendations"][:1]
    for shown in answer["recommendations"]:
        item_id, item = str(shown["item"]["id"]), stored(str(shown["item"]["id"]))
        altered = (
            [] if item is None else [name for name in (*_FIELDS, "attributes") if item[name] != shown["item"][name]]
        )
        fault = (
            "the catalog has no such item"
            if item is None
            else f"the catalog has another {altered[0]}"
            if altered
            else ""
        )
        yield Verified(item_id, "item", shown["item"]["title"], fault)
        if item is None:
            continue
        document = {**answer, **shown, "item": item}
        for claim in shown["explanation"]["claims"]:
            yield Verified(item_id, "claim", claim["text"], _claim_fault(claim, document))
        entry = _entry(document, stored(str(firsts[0]["item"]["id"])))
        for sentence in map(str.strip, _STATEMENT.findall(shown["explanation"]["text"])):
            yield Verified(item_id, "sentence", sentence, next(faults(sentence, entry), ""))


def _claim_fault(claim: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    if not claim["evidence"]:
        return "it cites nothing"
    for evidence in claim["evidence"]:
        try:
            target = _resolve(evidence["pointer"], document)
        except (KeyError, IndexError, ValueError, TypeError):
            return f"{evidence['pointer']} leads nowhere"
        if not _stands(evidence["value"], target):
            return f"“{evidence['value']}” does not stand at {evidence['pointer']}"
    cited = " ".join(str(evidence["value"]) for evidence in claim["evidence"])
    seconds = " ".join(
        str(round(evidence["start_s"])) for evidence in claim["evidence"] if evidence.get("start_s") is not None
    )
    known = {
        term.form
        for text in (cited, seconds, _asked(document))
        for term in terms(text, document["request"]["language"])
    }
    told = [term for term in terms(claim["text"], document["request"]["language"]) if term.form[0].isdigit()]
    return next((f"“{term.text}” stands in nothing that it cites" for term in told if term.form not in known), "")


def _entry(document: Mapping[str, Any], first: Mapping[str, Any] | None) -> Entry:
    together = document.get("together") or {}
    claims = document["explanation"]["claims"]
    cited = [
        (_name(evidence), str(evidence["value"]))
        for claim in claims
        for evidence in claim["evidence"]
        if evidence["kind"] not in ("filter", "request", "contrast")  # what was asked for, and others, are not the item
    ]
    leaves = [*_leaves(document["item"]), *(pair for pair in cited if pair not in _leaves(document["item"]))]
    leaves += [("people", str(together["people"]))] if together else []
    spans = [span for description in document["item"]["descriptions"] for span in description["spans"]]
    leaves += [("", span["text"]) for span in spans if span["kind"] != "label"]
    guesses = " . ".join(span["text"] for span in spans if span["kind"] == "label")
    language, beside = document["request"]["language"], _leaves(first) if first else ()
    return Entry(leaves, _asked(document), language, beside, together.get("title", ""), guesses)


def _name(evidence: Mapping[str, Any]) -> str:
    return str(evidence["pointer"]).rpartition("/")[2].replace("_", " ") if evidence["kind"] == "field" else ""


def _leaves(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs = [*((name, item[name]) for name in _FIELDS), *item["attributes"].items()]
    return [(name.replace("_", " "), _text(value)) for name, value in pairs if value not in (None, "")]


def _asked(document: Mapping[str, Any]) -> str:
    request = document["request"]
    wishes = (request["text"], request["english"], *(must["words"] or must["filter"] for must in request["must_haves"]))
    return " . ".join(dict.fromkeys(wish for wish in wishes if wish))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (
        ", ".join(map(_text, value))
        if isinstance(value, list)
        else f"{value:g}"
        if isinstance(value, float) and value < 1e6
        else str(value)
    )


def _resolve(pointer: str, document: Any) -> Any:
    """What a JSON pointer (RFC 6901) leads to."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def _stands(value: str, target: Any) -> bool:
    """Whether a citation stands in what it points at, be it cut, joined or rounded."""
    if isinstance(target, Mapping):
        return any(_stands(value, part) for part in target.values())
    if isinstance(target, int | float) and not isinstance(target, bool):
        return value.split(" ")[0] in (str(target), f"{target:g}", f"{target:.2f}", str(int(target)))
    return " ".join(value.strip("…").split()) in " ".join(
        (_text(target) if not isinstance(target, bool) else str(target).lower()).split()
    )
