"""Lessons in wording: what our planner makes of an item, and the sentence that people would say in its place.

Every example becomes an item of a small catalog, of those of its domain and language, and is asked for: the model is
taught with the very chats that it gets when it words.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from agent.adapt.alignment import aligned
from agent.adapt.lessons import BadExample, Lesson, LessonFile
from agent.adapt.rows import ExampleRow, read_rows
from agent.answers import UserTurn
from agent.backends.protocols import GenerateOptions
from agent.config import AgentConfig
from agent.errors import TastemakerError
from agent.explain.drafts import Fault, Manner, judge
from agent.explain.reasons import ItemReason
from agent.explain.rewriting import rewriting_chat
from agent.explain.sentence.item_text import ReadItem
from agent.explain.sentence.phrasing import phrasing
from agent.language.detection import detect_language
from agent.models import Models
from agent.perceive import Perceived
from agent.pipeline.answer import reasons_of
from agent.pipeline.journal import Journal
from agent.recommender import RecommendationAgent
from retrieval.storage.workspace import Workspace
from retrieval.text.words import fold

if TYPE_CHECKING:
    from agent.pipeline.pipeline import Pipeline

OPTIONS = GenerateOptions(64, stop=("\n",))
MANNER: Manner = "rewritten"
_REMEDIES: Mapping[Fault, str] = {
    "form": "Say it in one plain sentence of at most 30 words.",
    "false": "Say only what the item's own data says.",
}
_NEARER = "Stay nearer to the words of the item and of the request."
_ENDS = (".", "!", "?", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A line of the file that has all its parts."""

    row: ExampleRow
    request: str
    sentence: str
    domain: str
    language: str

    @property
    def catalog(self) -> tuple[str, str]:
        return self.domain, self.language


def wording_lessons(path: Path, progress: Callable[[int], None] = lambda _: None) -> LessonFile:
    """What can be learnt from a file of requests, items and what is to be said of them.

    Args:
        path: JSONL of `request`, `item` and `says`, perhaps with `domain` and `language`.
        progress: Told how many examples were planned.

    Raises:
        RequestError: the file cannot be read.
    """
    file = read_rows(path)
    bad, asked = list(file.bad), list[_Asked]()
    for row in file.rows:
        example = _asked(row)
        (bad if isinstance(example, BadExample) else asked).append(example)  # type: ignore[arg-type]
    good = list[Lesson]()
    asked.sort(key=lambda example: example.catalog)
    for done, lesson in enumerate(_planned(asked), start=1):
        (bad if isinstance(lesson, BadExample) else good).append(lesson)  # type: ignore[arg-type]
        progress(done)
    by_line = sorted(good, key=lambda lesson: lesson.line)
    return LessonFile("wording", file.sha256, by_line, sorted(bad, key=lambda example: example.line), OPTIONS)


def _asked(row: ExampleRow) -> _Asked | BadExample:
    """An example that has all its parts, or what it lacks."""
    item, sentence = row.values.get("item"), row.text("says")
    if not isinstance(item, dict) or not str(item.get("title") or "").strip():
        return row.bad("It has no item with a title.", 'Write "item": {"title": …, "description": …}.')
    if not row.text("request"):
        return row.bad("It has no request.", 'Write what was asked for, as "request": "…".')
    if not sentence:
        return row.bad("It does not say anything of the item.", 'Write what is to be said, as "says": "…".')
    whole = sentence if sentence.endswith(_ENDS) else f"{sentence}."
    return _Asked(row, row.text("request"), whole, row.text("domain"), row.text("language"))


def _planned(asked: Sequence[_Asked]) -> Iterator[Lesson | BadExample]:
    for _, group in groupby(asked, key=lambda example: example.catalog):
        examples = list(group)
        with tempfile.TemporaryDirectory() as folder, _agent(examples, Path(folder)) as agent:
            for at, example in enumerate(examples):
                yield _lesson(example, str(at), agent.pipeline)


def _agent(examples: Sequence[_Asked], folder: Path) -> RecommendationAgent:
    rows = ({**example.row.values["item"], "id": str(at)} for at, example in enumerate(examples))
    catalog = folder / "catalog.jsonl"
    catalog.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    models = Models(AgentConfig(llm="none", vlm="embedded", ocr="off"))
    agent = RecommendationAgent(Workspace.open(folder / "workspace", create=True), models)
    agent.ingest(catalog)
    return agent


def _lesson(example: _Asked, item_id: str, pipeline: Pipeline) -> Lesson | BadExample:
    try:
        reason = _reason(example.request, item_id, pipeline)
    except TastemakerError as error:
        return example.row.bad(error.what, error.hint)
    if reason is None or reason.rewriting is None:
        return example.row.bad("Nothing of its item can be told.", "Give the item a description, or more fields.")
    item = pipeline.snapshot.items[pipeline.snapshot.rows[item_id]]
    spoken = phrasing(detect_language(example.sentence))
    text, domain = ReadItem(item, pipeline.schema, spoken.language), pipeline.holdings.ground_of_cards.domain
    taught = aligned(reason.card, example.sentence, text, spoken, domain)
    draft = judge(0, example.sentence, reason, "free")
    if draft.fault:
        return example.row.bad(f"“{example.sentence}” is refused: {draft.why}.", _REMEDIES[draft.fault])
    if taught is None or not taught.is_near:
        strange = ", ".join(sorted(taught.strange)) if taught else "all of it"
        return example.row.bad(f"“{example.sentence}” says what cannot be given to a model: {strange}.", _NEARER)
    own = replace(reason, card=taught.card, rewriting=taught.rewriting)
    return Lesson(
        example.row.line,
        rewriting_chat(taught.rewriting),
        example.sentence,
        example.request.casefold(),
        example.domain,
        lambda answer: _is_reworded(answer, own),
    )


def _is_reworded(answer: str, reason: ItemReason) -> bool:
    """Whether an answer may be shown in the place of the planner's sentence, and is not merely that again."""
    return fold(answer.strip()) != fold(reason.card.clause.strip()) and not judge(0, answer, reason, MANNER).fault


def _reason(request: str, item_id: str, pipeline: Pipeline) -> ItemReason | None:
    row = pipeline.snapshot.rows.get(item_id)
    if row is None:
        return None
    inquiry = pipeline.understand(UserTurn(text=request, k=1), Perceived(), Journal())
    return reasons_of(pipeline.select_rows(inquiry, [row]), pipeline)[0]


__all__ = ["wording_lessons"]
