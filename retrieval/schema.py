"""What the fields of a catalog are: their types, and what each may be used for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

import yaml

from retrieval.errors import CatalogError, WorkspaceError
from retrieval.files.private import write_text
from retrieval.files.yaml_text import parsed

FieldType = Literal["text", "category", "number", "integer", "boolean", "list", "date"]
Decimal = Literal["point", "comma"]
DayOrder = Literal["day", "month"]
FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
BUILT_IN_TYPES: Mapping[str, FieldType] = MappingProxyType(
    {"title": "text", "description": "text", "category": "category", "price": "number"}
)
SCHEMA_FILE = "catalog.schema.yaml"
Variants = Literal["join", "keep"]
VARIANTS: tuple[str, ...] = get_args(Variants)
MAX_VALUES = 200  # an enumeration longer than this is not written down

_ALWAYS = ("type", "filterable", "searchable")
_PARTS = ("fields", "columns", "variants")
# The customs of a column, by which its cells are read.
_CUSTOMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"decimal": get_args(Decimal), "separator": ("|", ";", ",", "json"), "order": get_args(DayOrder)}
)
_KEYS = ("type", "filterable", "searchable", "hidden", "unit", *_CUSTOMS, "values", "minimum", "maximum")
_SIZE_LIMIT = 8 * 2**20  # bytes of a schema file
_SEARCHABLE: frozenset[str] = frozenset({"text", "category", "list"})
_FILTERABLE: frozenset[str] = frozenset(FIELD_TYPES) - {"text"}
_HEADER = """\
# The fields of this catalog. Put a copy beside the catalog and edit it to declare the schema yourself.
# type: text | category | number | integer | boolean | list | date
# filterable: may stand in a filter; searchable: part of the searched text; hidden: never shown to a model
# columns: which column of the catalog is which of ours; variants: join | keep, whether those of a product are one item
"""
_SafeDumper: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a catalog.

    Attributes:
        name: As the catalog spells it.
        type: What its values are.
        filterable: May stand in a filter.
        searchable: Is part of the text that is embedded and searched.
        hidden: Is never shown to a model, whether to embed or to word.
        unit: Unit of its numbers, for people; text that names another unit of the same measure is converted.
        decimal: Its decimal mark, for text that reads either way: `1.299`.
        separator: What parts the entries of its lists in text; `json` for `["a", "b"]` and `['a', 'b']`.
        order: What comes first in its dates where they are no ISO dates.
        values: All values seen, sorted, when they are few; None otherwise.
        minimum: Smallest number seen.
        maximum: Largest number seen.
    """

    name: str
    type: FieldType
    filterable: bool
    searchable: bool
    hidden: bool = False
    unit: str | None = None
    decimal: Decimal | None = None
    separator: str | None = None
    order: DayOrder | None = None
    values: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None

    @classmethod
    def of(cls, name: str, type_: FieldType) -> Field:
        """A field that is used for what its type is usually good for."""
        return cls(name, type_, filterable=type_ in _FILTERABLE, searchable=type_ in _SEARCHABLE)


class Schema:
    """The fields of a catalog, in order, found by name, and where they come from.

    Attributes:
        fields: By name.
        columns: Our columns and fields by name, each with the column of the catalog that it is; those that are called
            alike are not listed.
        variants: Whether the variants of a product are joined into one item or kept as items of their own; None
            where nobody has said.
    """

    __slots__ = ("_folded", "columns", "fields", "variants")

    def __init__(
        self, fields: Iterable[Field], columns: Mapping[str, str] | None = None, variants: Variants | None = None
    ) -> None:
        self.columns: Mapping[str, str] = MappingProxyType(dict(columns or {}))
        self.variants = variants
        self.fields: Mapping[str, Field] = MappingProxyType({field.name: field for field in fields})
        # reversed, so that of two names that differ in case alone the first one in the file is found
        self._folded = {name.casefold(): field for name, field in reversed(list(self.fields.items()))}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self._state() == other._state()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Schema({list(self.fields.values())!r})"

    def _state(self) -> tuple[object, ...]:
        return tuple(self.fields.values()), dict(self.columns), self.variants

    def with_fields(self, fields: Iterable[Field]) -> Schema:
        """A schema of other fields, which come from the same place."""
        return Schema(fields, self.columns, self.variants)

    def find(self, name: str) -> Field | None:
        """The field of that name; where none is spelled so exactly, upper and lower case count as one."""
        return self.fields.get(name) or self._folded.get(name.casefold())

    def filterable(self) -> tuple[Field, ...]:
        """Fields that may stand in a filter."""
        return tuple(field for field in self.fields.values() if field.filterable)


def declared_schema(catalog: Path) -> Schema | None:
    """The schema declared beside a catalog (inside it, when the catalog is a folder), if there is one.

    Raises:
        CatalogError: the file is there and is not a valid schema.
    """
    folder = catalog if catalog.is_dir() else catalog.parent
    path = folder / SCHEMA_FILE
    return load_schema(path) if path.is_file() else None


def load_schema(path: Path) -> Schema:
    """Read a schema file.

    Raises:
        CatalogError: it cannot be read, or declares something that does not exist.
    """
    content = _load_yaml(path)
    fields = content.get("fields", {}) if isinstance(content, dict) else None
    if not isinstance(content, dict) or not content or set(content) - set(_PARTS) or not isinstance(fields, dict):
        raise CatalogError(
            f"{path} does not hold a schema.",
            "Write the key 'fields', and under it each field's name with its type, as in 'year: {type: integer}'; "
            f"known keys are {', '.join(_PARTS)}.",
        )
    return Schema(
        (_field(path, name, entry) for name, entry in fields.items()),
        _columns(path, content.get("columns", {})),
        _variants(path, content.get("variants")),
    )


def write_schema(schema: Schema, path: Path) -> None:
    """Write a schema file that `load_schema` reads back unchanged; it is there whole, or as it was.

    Raises:
        WorkspaceError: it cannot be written.
    """
    fields = {field.name: _entry(field) for field in schema.fields.values()}
    source = {"columns": dict(schema.columns), "variants": schema.variants}
    content = {**{key: value for key, value in source.items() if value}, "fields": fields}
    text = yaml.dump(content, Dumper=_SafeDumper, sort_keys=False, allow_unicode=True, width=110)
    # beside it and moved into place: a reader, or a crash, never meets half a file
    whole = path.with_name(f"{path.name}.new")
    try:
        write_text(whole, _HEADER + text)
        whole.replace(path)
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be written ({error.strerror}).", "Free some space, or give yourself the right to write it."
        ) from error


def _load_yaml(path: Path) -> object:
    try:
        # before it is parsed: YAML takes many times its size in memory
        if path.stat().st_size > _SIZE_LIMIT:
            raise CatalogError(f"{path} is larger than {_SIZE_LIMIT:,} bytes.", "Declare fewer fields or values.")
        return parsed(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path} cannot be read: {error}.", "Save it as UTF-8 text.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogError(f"{path}, line {line}: {error.problem}.", "Correct the YAML there.") from error
    except yaml.YAMLError as error:
        raise CatalogError(f"{path} is not YAML: {error}.", "Correct it, or delete it to have one inferred.") from error


def _columns(path: Path, entry: object) -> dict[str, str]:
    pairs = entry.items() if isinstance(entry, dict) else ()
    if not isinstance(entry, dict) or not all(isinstance(text, str) and text for pair in pairs for text in pair):
        raise CatalogError(
            f"{path}: 'columns' is not a column for each name.", "Write for example 'columns: {title: Name}'."
        )
    return dict(entry)


def _variants(path: Path, entry: object) -> Variants | None:
    if entry is not None and entry not in VARIANTS:
        raise CatalogError(f"{path}: 'variants' is {entry!r}.", f"Write {' or '.join(VARIANTS)}.")
    return cast("Variants | None", entry)


def _field(path: Path, name: object, entry: object) -> Field:
    if not isinstance(name, str) or not name:
        raise CatalogError(f"{path}: the field name {name!r} is not text.", "Put it in quotation marks.")
    if not isinstance(entry, dict):
        raise _wrong(path, name, f"is {entry!r}, not a set of keys", "Write for example '{type: integer}'.")
    for key in entry:
        if key not in _KEYS:
            raise _wrong(path, name, f"has the unknown key {key!r}", f"Allowed are: {', '.join(_KEYS)}.")
    type_ = entry.get("type")
    if type_ not in FIELD_TYPES:
        raise _wrong(path, name, f"has the type {type_!r}", f"Allowed are: {', '.join(FIELD_TYPES)}.")
    # the product itself reads these fields, each as one type
    fixed = BUILT_IN_TYPES.get(name)
    if fixed not in (None, type_):
        raise _wrong(path, name, f"has the type {type_!r}", f"This field is always of type {fixed}.")
    usual = Field.of(name, cast(FieldType, type_))
    return Field(
        name,
        usual.type,
        filterable=_flag(path, name, entry, "filterable", usual.filterable),
        searchable=_flag(path, name, entry, "searchable", usual.searchable),
        hidden=_flag(path, name, entry, "hidden", usual.hidden),
        unit=_unit(path, name, entry),
        decimal=cast(Decimal | None, _custom(path, name, entry, "decimal")),
        separator=_custom(path, name, entry, "separator"),
        order=cast(DayOrder | None, _custom(path, name, entry, "order")),
        values=_values(path, name, entry),
        minimum=_number(path, name, entry, "minimum"),
        maximum=_number(path, name, entry, "maximum"),
    )


def _flag(path: Path, name: str, entry: dict[str, object], key: str, usual: bool) -> bool:
    value = entry.get(key, usual)
    if not isinstance(value, bool):
        raise _wrong(path, name, f"has {key}: {value!r}", "Write true or false.")
    return value


def _unit(path: Path, name: str, entry: dict[str, object]) -> str | None:
    value = entry.get("unit")
    if value is not None and not isinstance(value, str):
        raise _wrong(path, name, f"has unit: {value!r}", "Write text, in quotation marks.")
    return value


def _custom(path: Path, name: str, entry: dict[str, object], key: str) -> str | None:
    value = entry.get(key)
    if value is not None and value not in _CUSTOMS[key]:
        raise _wrong(path, name, f"has {key}: {value!r}", f"Allowed are: {', '.join(_CUSTOMS[key])}.")
    return value


def _values(path: Path, name: str, entry: dict[str, object]) -> tuple[str, ...] | None:
    value = entry.get("values")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise _wrong(path, name, "has values that are not a list of texts", "Put each value in quotation marks.")
    if len(value) > MAX_VALUES:
        raise _wrong(path, name, f"lists {len(value)} values", f"List at most {MAX_VALUES}, or none.")
    return tuple(value)


def _number(path: Path, name: str, entry: dict[str, object], key: str) -> float | None:
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(path, name, f"has {key}: {value!r}", "Write a number.")
    return float(value)


def _wrong(path: Path, name: str, what: str, hint: str) -> CatalogError:
    return CatalogError(f"{path}: the field '{name}' {what}.", hint)


def _entry(field: Field) -> dict[str, object]:
    entry: dict[str, object] = {
        "type": field.type,
        "filterable": field.filterable,
        "searchable": field.searchable,
        "hidden": field.hidden,
        "unit": field.unit,
        "decimal": field.decimal,
        "separator": field.separator,
        "order": field.order,
        "values": None if field.values is None else list(field.values),
        "minimum": field.minimum,
        "maximum": field.maximum,
    }
    return {key: value for key, value in entry.items() if key in _ALWAYS or not (value is None or value is False)}
