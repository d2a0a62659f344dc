"""What the catalog page shows, as values and HTML: made without a browser."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.ingest.catalog import IngestReport
from agent.language.messages import in_language
from retrieval.catalog import RowProblem
from retrieval.catalog.taken import ROLES
from retrieval.items import PERSON, Description, Item, MediaKind
from retrieval.schema import BUILT_IN_TYPES, FIELD_TYPES
from retrieval.text.words import fold
from ui.page.shared.templating import html
from ui.page.shared.words import Words
from ui.service.preview import FLAGS, Preview

ROWS, COLUMNS, CELL_CHARS = 10, 8, 80
MOST_PROBLEMS = 200
AT_ONCE = 6  # descriptions on one page


@dataclass(frozen=True, slots=True)
class Seen:
    """One medium of an item, and what was perceived in it.

    Attributes:
        number: Of the picture among the item's pictures, from 0.
        media: SHA-256 of the medium.
    """

    item_id: str
    title: str
    kind: MediaKind
    number: int
    media: str
    origin: str
    text: str

    @property
    def by_person(self) -> bool:
        """Whether somebody wrote the description here."""
        return self.origin == PERSON


def preview_html(preview: Preview, name: str, words: Words) -> str:
    """The first rows of a catalog, what is wrong with others, and its fields as a form that brings it in."""
    columns = ["id", *list(preview.schema.fields)[: COLUMNS - 1]]
    rows = [[cell(item, column) for column in columns] for item in preview.items[:ROWS]]
    return html(
        "preview",
        words,
        name=name,
        columns=columns,
        rows=rows,
        n_items=len(preview.items),
        n_skipped=sum(problem.severity == "skipped" for problem in preview.problems),
        more=preview.more,
        key=secrets.token_hex(4),  # a new preview is a new form: nothing that was ticked in the last one stays
        taken=preview.taken,
        roles=ROLES,
        uses=preview.uses if preview.items else (),
        types=FIELD_TYPES,
        fixed=BUILT_IN_TYPES,
        flags=FLAGS,
        problems=_problems(preview.problems, words),
    )


def ingested_html(report: IngestReport, words: Words) -> str:
    """What an ingest did."""
    (about,) = in_language((report.about,), words.language)
    return html("ingested", words, report=report, about=about, problems=_problems(report.problems, words))


def seen_html(seen: Seen, words: Words) -> str:
    """A medium beside what it belongs to."""
    return html("seen", words, seen=seen)


def seen_in(items: Sequence[Item], query: str) -> list[Seen]:
    """Everything that was perceived in media of these items, as far as it holds all words of a query."""
    wanted = fold(query).split()
    return [seen for item in items for seen in _seen_of(item) if all(word in _searched_text(seen) for word in wanted)]


def cell(item: Item, column: str) -> str:
    """A value as a table shows it."""
    value = item.value(column)
    return one_line(", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value))


def one_line(text: str) -> str:
    """A text on one line, never long."""
    line = " ".join(text.split())
    return line if len(line) <= CELL_CHARS else f"{line[: CELL_CHARS - 1]}…"


def _seen_of(item: Item) -> Iterator[Seen]:
    pictures = [medium.sha256 for medium in item.media if medium.kind == "image"]
    for description in item.descriptions:
        yield _seen(item, description, pictures.index(description.media) if description.media in pictures else 0)


def _seen(item: Item, seen: Description, number: int) -> Seen:
    return Seen(item.id, item.title, seen.kind, number, seen.media, seen.origin, seen.text)


def _searched_text(seen: Seen) -> str:
    return fold(f"{seen.item_id} {seen.title} {seen.text}")


def _problems(problems: Sequence[RowProblem], words: Words) -> str:
    from markupsafe import Markup

    made = html("problems", words, problems=problems, most=MOST_PROBLEMS)
    return Markup(made)  # noqa: S704 - a template of ours, which escapes what it is given
