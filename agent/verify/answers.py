"""Answers: every pointer, citation, claim and sentence of an answer's JSON, held against the catalog."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.verify.sentences import Entry, faults
from agent.verify.terms import WORDS, plain
from retrieval.text.values import as_text

Leaves = Mapping[str, str]  # every part of a document as text, by its JSON pointer (RFC 6901)


@dataclass(frozen=True, slots=True)
class Verified:
    """One statement of an answer: of which item, of which part, its words, and why it is not so, if it is not."""

    item_id: str
    part: str
    text: str
    fault: str


def verify(answer: Mapping[str, Any], stored: Callable[[str], Mapping[str, Any] | None]) -> Iterator[Verified]:
    """Each statement of an answer's JSON with its verdict; `stored` gives the catalog's own item of an id, or None."""
    items = [stored(str(shown["item"]["id"])) for shown in answer["recommendations"]]
    texts = [_flat({"item": item or {}}) for item in items]
    for shown, item in zip(answer["recommendations"], items, strict=True):
        item_id, given, reason = str(shown["item"]["id"]), shown["item"], shown["explanation"]
        altered = [name for name in WORDS["columns"] if item is None or item[name] != given[name]]
        fault = (
            "the catalog has no such item"
            if item is None
            else f"the catalog has another {altered[0]}"
            if altered
            else ""
        )
        yield Verified(item_id, "item", given["title"], fault)
        if item is not None:
            document = _flat({**answer, **shown, "item": item})
            entry = _entry(answer["request"], shown, document, texts)
            for claim in reason["claims"]:
                of_others = {each["kind"] for each in claim["evidence"]} == {"review"}
                false = [
                    *_misled(claim["evidence"], document),
                    *(_misquoted(claim, answer["request"]["language"]) if of_others else faults(claim["text"], entry)),
                ]
                yield Verified(item_id, "claim", claim["text"], next(iter(false), ""))
            for sentence in map(str.strip, re.findall(WORDS["statement"], reason["text"])):
                yield Verified(item_id, "sentence", sentence, next(faults(sentence, entry), ""))


def _flat(value: Any, pointer: str = "") -> Leaves:
    if not isinstance(value, Mapping | list):
        return {pointer: "" if value is None else as_text(value)}
    leaves, texts = dict[str, str](), list[str]()
    for name, part in value.items() if isinstance(value, Mapping) else enumerate(value):
        own = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
        leaves |= _flat(part, own)
        texts.append(leaves[own])
    return leaves | {pointer: ", ".join(texts)}


def _misled(citations: Sequence[Mapping[str, Any]], document: Leaves) -> Iterator[str]:
    """Why citations are not so: pointers that lead nowhere, and what does not stand where they lead."""
    if not citations:
        yield "it cites nothing"
    for citation in citations:
        value, text = " ".join(str(citation["value"]).strip("…").split()), document.get(citation["pointer"])
        number = value.split(" ")[0].lstrip("-")
        if text is None:
            yield f"{citation['pointer']} leads nowhere"
            continue
        rounded = {f"{float(each):.{len(number.partition('.')[2])}f}" for each in re.findall(WORDS["num"], text)}
        is_number = re.fullmatch(r"[\d.,e -]+", text) and value != text
        if not (number in rounded if is_number else value in " ".join(text.split())):
            yield f"“{value}” does not stand at {citation['pointer']}"


def _misquoted(claim: Mapping[str, Any], language: str) -> Iterator[str]:
    """What a claim of what reviewers say adds to what it cites: quotes, numbers and words of its own."""
    cited = [str(each["value"]) for each in claim["evidence"]]
    for quote in re.findall(WORDS["review quote"], claim["text"]):
        if quote not in cited:
            yield f"“{quote}” is cited nowhere"
    rest = plain(re.sub(WORDS["review quote"], " ", claim["text"]))
    yield from (f"{number} is cited nowhere" for number in re.findall(WORDS["num"], rest) if number not in cited)
    said = WORDS["review words"]
    known = sorted({*said["en"], *said.get(language, ()), *cited}, key=len, reverse=True)
    for words in known:
        end = r"(?!\w)" if words.isascii() else ""
        rest = re.sub(rf"{re.escape(plain(words))}{end}", " ", rest)
    yield from (f"“{word}” is no word of reviews" for word in re.findall(r"[^\W\d_]+", rest))


def _entry(request: Mapping[str, Any], shown: Mapping[str, Any], document: Leaves, texts: Sequence[Leaves]) -> Entry:
    """What may be said of an item: what it holds, what its pictures show, and what its places and company are."""
    told = [(each["kind"], span) for each in shown["item"]["descriptions"] for span in each["spans"]]
    spans = [span for _, span in told]
    # what is said of a sound was measured; only what a picture shows is guessed
    guessed = [span["kind"] == "label" and kind != "audio" for kind, span in told]
    seen = [("guess" if guess else "", span["text"]) for guess, span in zip(guessed, spans, strict=True)]
    cited = [each for claim in shown["explanation"]["claims"] for each in claim["evidence"]]
    seen += [("", str(each["value"])) for each in cited if each["kind"] in ("channel", "decided")]
    # reasons round the second at which something is seen or said
    starts = [span.get("start_s") for span in spans] + [(shown.get("moment") or {}).get("start_s")]
    seen += [("", f"{round(start)} s") for start in starts if start is not None]
    people = [("people", document["/together/people"])] if shown.get("together") else []
    asked = " . ".join([request["text"], request["english"], *request.get("filters", ())])
    prices = [float(text["/item/price"]) for text in texts if text.get("/item/price")]
    return Entry(
        [*_fields(document), *seen, *people],
        asked,
        request["language"],
        _fields(texts[0]),
        document.get("/together/title", ""),
        prices,
    )


def _fields(document: Leaves) -> list[tuple[str, str]]:
    names = ((re.fullmatch(WORDS["field pointer"], pointer), text) for pointer, text in document.items() if text)
    return [(match[1].replace("_", " ").replace("~1", "/"), text) for match, text in names if match]
