"""Which column of a catalog is which of ours: by a known export, by what was said, by name, else by content."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.catalog.contents import SampledColumn, by_content, likely_prices, likely_titles, may_be, tells_apart
from retrieval.catalog.formats.known import KnownFormat, plain, recognise
from retrieval.catalog.formats.parts import text_of
from retrieval.catalog.synonyms import by_name, own_names
from retrieval.catalog.taken import ROLES, How, Taken
from retrieval.errors import CatalogError
from retrieval.schema import Variants

_MOST_NAMED = 8  # columns that a message lists
_GUESSED = ("id", "title", "description", "price", "image")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a catalog become rows with our columns.

    Attributes:
        form: The export that it is; None where it is none that is known.
        columns: Our names with the catalog's, where the two differ.
        variants: What becomes of variants.
        taken: What people are told of it.
    """

    form: KnownFormat | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    variants: Variants = "join"
    taken: Taken = field(default_factory=Taken)

    @property
    def id_name(self) -> str:
        """What rows call their id once their columns have our names."""
        (named,) = self.taken.columns.get("id", ("id",))[:1]
        return "id" if "id" in self.columns or self.form else named


def choose_layout(
    rows: Sequence[Mapping[str, object]],
    given: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
    variants: Variants | None = None,
) -> Layout:
    """The layout of a catalog that begins with these rows.

    Args:
        given: Columns by our names, as somebody said.
        remembered: The same as an earlier ingest took them; they count where this catalog has all of them.

    Raises:
        CatalogError: a given column is not there, or no column tells the rows apart.
    """
    headings = list(dict.fromkeys(str(heading) for row in rows for heading in row))
    given = _present(given or {}, headings)
    known = {**(remembered if remembered and set(remembered.values()) <= {*headings} else {}), **given}
    form = recognise(headings)
    if form is not None:
        return _of_format(form, headings, known, variants or "join")
    return _of_table(rows, headings, known, set(known), variants or "join")


def _of_format(form: KnownFormat, headings: Sequence[str], given: Mapping[str, str], variants: Variants) -> Layout:
    said = {("images" if ours == "image" else ours): (theirs,) for ours, theirs in given.items()}
    form = replace(form, columns={**form.columns, **said})
    by_plain = {form.spell(heading): heading for heading in reversed(headings)}
    taken: dict[str, tuple[str, ...]] = {}
    for role in ROLES:
        names = form.columns.get("images" if role == "image" else role, ())
        present = tuple(dict.fromkeys(by_plain[plain(name)] for name in names if plain(name) in by_plain))
        if present:
            taken[role] = present
    how: dict[str, How] = {role: "given" if role in given else "format" for role in taken}
    same = form.variants.same if form.variants and (variants == "join" or "id" not in taken) else ()
    if together := tuple(by_plain[plain(name)] for name in same if plain(name) in by_plain):
        taken["id"] = tuple(dict.fromkeys((*together, *taken.get("id", ()))))
        how.setdefault("id", "format")
    told = variants if form.variants else ""
    return Layout(form, dict(given), variants, Taken(form.name, taken, how, tuple(headings), told))


def _of_table(
    rows: Sequence[Mapping[str, object]],
    headings: Sequence[str],
    known: Mapping[str, str],
    given: set[str],
    variants: Variants,
) -> Layout:
    columns = {heading: SampledColumn(heading, _texts(rows, heading), len(rows)) for heading in headings}
    nested = _nested(rows)
    own = own_names(headings)
    free = [heading for heading in headings if heading not in known.values()]

    def fits(role: str, heading: str) -> bool:
        return role not in known and role not in nested and heading in free and may_be(role, columns[heading])

    named = {role: heading for role, heading in by_name(free, fits).items() if role not in known}
    chosen = {**named, **known}
    # a table with our own names says all it has to say; in another what is missing is looked for
    wanted = [] if {"id", "title"} <= {*own} else [role for role in _GUESSED if role not in {*chosen, *nested}]
    left = [column for heading, column in columns.items() if heading not in chosen.values()]
    guessed = by_content(left, wanted)
    title = columns.get({**chosen, **guessed}.get("title", ""))
    if "id" in wanted and "id" not in guessed and title is not None and tells_apart(title):
        guessed["id"] = title.heading  # where nothing else tells the rows apart, what they are called does
    chosen |= guessed
    how: dict[str, How] = {}
    for role in chosen:
        how[role] = _how(role, own, given, guessed)
    left = [column for column in left if column.heading not in guessed.values()]
    likely = dict(_likely(chosen, nested, left))
    warnings = tuple(_warning(role, names) for role, names in likely.items())
    if rows and "id" not in chosen and not own.get("id"):
        raise _no_id(headings)
    named_so = {ours for ours, theirs in chosen.items() if theirs.casefold() in (ours, f"{ours}s")}
    both = {ours for ours, theirs in chosen.items() if list(chosen.values()).count(theirs) > 1}
    mapped = {ours: theirs for ours, theirs in chosen.items() if ours not in named_so - both}
    taken = {role: (chosen[role],) for role in ROLES if role in chosen} | {
        role: (path,) for role, path in nested.items()
    }
    return Layout(None, mapped, variants, Taken("", taken, how, tuple(headings), "", likely, warnings))


def _how(role: str, own: Mapping[str, str], given: Iterable[str], guessed: Mapping[str, str]) -> How:
    if role in given:
        return "given"
    if role in guessed:
        return "content"
    return "named" if role in own else "synonym"


def _likely(
    chosen: Mapping[str, str], nested: Mapping[str, str], left: Sequence[SampledColumn]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Roles that matter and that no column has, with the columns that may be meant."""
    for role, likely in (("title", likely_titles), ("price", likely_prices)):
        if role not in {*chosen, *nested} and (names := likely(left)):
            yield role, tuple(names[:_MOST_NAMED])


def _warning(role: str, names: Sequence[str]) -> str:
    instead = ", so titles are the first words of descriptions" if role == "title" else ""
    return (
        f"No column was taken for the {role}{instead}. It may be {', '.join(map(repr, names))}; "
        f"--map {role}={_quoted(names[0])} takes one."
    )


def _quoted(heading: str) -> str:
    return heading if heading.isalnum() else f"'{heading}'"


def _present(given: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """The given columns as the catalog spells them."""
    folded = {heading.casefold(): heading for heading in reversed(headings)}
    spelled: dict[str, str] = {}
    for ours, theirs in given.items():
        heading = theirs if theirs in headings else folded.get(theirs.casefold())
        if heading is None:
            near = difflib.get_close_matches(theirs, headings, 3, 0.5) or list(headings[:_MOST_NAMED])
            raise CatalogError(
                f"The catalog has no column {theirs!r}, which was to be the {ours}.",
                f"Columns that it has are {', '.join(map(repr, near))}.",
            )
        spelled[ours] = heading
    return spelled


def _no_id(headings: Sequence[str]) -> CatalogError:
    named = ", ".join(map(repr, headings[:20]))
    return CatalogError(
        f"No column tells the rows apart: none is named 'id', and none differs in each row. The columns are {named}.",
        "Name it with --id-column COLUMN, or add a column 'id'.",
    )


def _texts(rows: Sequence[Mapping[str, object]], heading: str) -> list[str]:
    """The values of a column as text; what is nested, as its JSON."""
    values = (row.get(heading) for row in rows)
    texts = (_text(value) for value in values if value not in (None, "", []))
    return [text for text in texts if text]


def _text(value: object) -> str:
    if isinstance(value, list) and value and all(isinstance(entry, str) for entry in value):
        return " ".join(value)
    return json.dumps(value, default=str) if isinstance(value, list | dict) else text_of(value)


def _nested(rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Our columns that stand within `attributes`, where a row may have them too."""
    inner = [within for row in rows if isinstance(within := row.get("attributes"), Mapping)]
    names = {str(name).casefold() for attributes in inner for name in attributes}
    return {role: f"attributes.{role}" for role in ROLES if role in names}
