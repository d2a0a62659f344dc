"""What a catalog would give before it is ingested: its first rows, their problems, and what its fields seem to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import cast

from agent.errors import CatalogError, WorkspaceError
from retrieval.catalog import RowProblem, Taken, infer_schema, read_catalog
from retrieval.catalog.taken import ROLES
from retrieval.items import Item
from retrieval.schema import (
    BUILT_IN_TYPES,
    FIELD_TYPES,
    SCHEMA_FILE,
    VARIANTS,
    Field,
    FieldType,
    Schema,
    Variants,
    declared_schema,
    write_schema,
)

LOOKED_AT = 1_000  # rows
FLAGS = ("filterable", "searchable", "hidden", "left_out")


@dataclass(frozen=True, slots=True)
class Use:
    """What a person wants one field to be used for.

    Attributes:
        name: Of the field.
        left_out: Neither stored, searched nor shown to anybody.
    """

    name: str
    type: str
    filterable: bool
    searchable: bool
    hidden: bool
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a catalog.

    Attributes:
        items: Those that were looked at.
        problems: Rows that gave none, or lack something.
        schema: As declared, and inferred from these rows for the rest.
        more: Whether there are rows that were not looked at.
        taken: Which columns were taken for what.
    """

    items: tuple[Item, ...]
    problems: tuple[RowProblem, ...]
    schema: Schema
    more: bool
    taken: Taken = field(default_factory=Taken)

    @property
    def uses(self) -> tuple[Use, ...]:
        """What each field is used for as things stand."""
        return tuple(_use(field) for field in self.schema.fields.values())


def preview(catalog: Path, looked_at: int = LOOKED_AT) -> Preview:
    """Look at the first rows of a catalog.

    Raises:
        CatalogError: it cannot be read.
    """
    opened = read_catalog(catalog)
    rows = iter(opened)
    first = list(islice(rows, looked_at))
    items = tuple(row for row in first if isinstance(row, Item))
    problems = tuple(row for row in first if isinstance(row, RowProblem))
    more = next(rows, None) is not None
    schema = infer_schema(items, opened.schema, opened.columns.fields)
    return Preview(items, problems, schema, more, opened.layout.taken)


def declare(catalog: Path, before: Schema, wanted: Iterable[Use]) -> tuple[str, ...]:
    """Write what was changed into `catalog.schema.yaml` beside the catalog; what was not stays to be inferred.

    Args:
        before: The schema that the changes were made to.

    Returns:
        The fields to leave out.

    Raises:
        CatalogError: a field is to be what it cannot be.
        WorkspaceError: the file cannot be written.
    """
    uses = list(wanted)
    present = {name: _use(field) for name, field in before.fields.items()}
    changed = [use for use in uses if not use.left_out and present.get(use.name) != use]
    fields = {use.name: _field(use, before) for use in changed}
    if fields:
        declared = declared_schema(catalog) or Schema([])
        _write(catalog, declared.with_fields({**declared.fields, **fields}.values()))
    return tuple(use.name for use in uses if use.left_out)


def declare_columns(catalog: Path, taken: Taken, form: Mapping[str, object]) -> None:
    """Write into the same file which columns a form says to be taken for what: `column-title` and the like.

    Args:
        taken: As things stood; what is the same in the form is not written.

    Raises:
        CatalogError: the catalog has no such column.
        WorkspaceError: the file cannot be written.
    """
    wanted = {role: str(form.get(f"column-{role}") or "") for role in ROLES}
    changed = {role: name for role, name in wanted.items() if name and name not in taken.columns.get(role, ())[:1]}
    unknown = next((name for name in changed.values() if name not in taken.headings), None)
    if unknown is not None:
        raise CatalogError(f"The catalog has no column {unknown!r}.", "Choose one of those that are listed.")
    variants = str(form.get("variants") or taken.variants)
    declared = declared_schema(catalog) or Schema([])
    if changed or variants != taken.variants:
        chosen = cast(Variants, variants) if variants in VARIANTS else declared.variants
        _write(catalog, Schema(declared.fields.values(), {**declared.columns, **changed}, chosen))


def _write(catalog: Path, schema: Schema) -> None:
    folder = catalog if catalog.is_dir() else catalog.parent
    try:
        write_schema(schema, folder / SCHEMA_FILE)
    except OSError as error:
        raise WorkspaceError(
            f"{folder / SCHEMA_FILE} cannot be written ({error.strerror}).", "Let the server write there."
        ) from error


def uses_in(form: Mapping[str, object]) -> list[Use]:
    """What a form says that fields are for: `name-0`, `type-0`, and `hidden-0` and the like where that is ticked."""
    numbers = sorted(int(key[5:]) for key in form if key.startswith("name-") and key[5:].isdecimal())
    return [
        Use(str(form[f"name-{at}"]), str(form.get(f"type-{at}")), *(f"{flag}-{at}" in form for flag in FLAGS))
        for at in numbers
    ]


def _use(field: Field) -> Use:
    """What a field is used for as things stand."""
    return Use(field.name, field.type, field.filterable, field.searchable, field.hidden)


def _field(use: Use, before: Schema) -> Field:
    if use.name not in before.fields:
        raise CatalogError(f"The catalog has no field {use.name!r}.", "Change the fields that are listed.")
    if use.type not in FIELD_TYPES:
        raise CatalogError(
            f"The field {use.name!r} cannot be of type {use.type!r}.", f"Types are {', '.join(FIELD_TYPES)}."
        )
    fixed = BUILT_IN_TYPES.get(use.name, use.type)
    if fixed != use.type:
        raise CatalogError(f"The field {use.name!r} is always of type {fixed}.", "Leave its type as it is.")
    field = before.fields[use.name]
    return replace(
        Field.of(use.name, cast(FieldType, use.type)),
        filterable=use.filterable,
        searchable=use.searchable,
        hidden=use.hidden,
        # no form asks for these
        unit=field.unit,
        decimal=field.decimal,
        separator=field.separator,
        order=field.order,
    )


__all__ = ["Preview", "Use", "declare", "declare_columns", "preview", "uses_in"]
