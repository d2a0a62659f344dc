"""From one raw row of a catalog to one item, with everything that had to be left out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from retrieval.catalog.cells import line_of, marked_up, paragraphs_of, price_of, value_of, wrong_type
from retrieval.catalog.cleaning import clean_text
from retrieval.catalog.links import currency_of, link_of
from retrieval.catalog.problems import Flaw, RowRefused, shown
from retrieval.items import Item, Media, MediaKind, Value
from retrieval.schema import Decimal, Schema
from retrieval.spelling.fitting import fit

ID_LIMIT = 256  # characters
NAME_LIMIT = 100
TITLE_LIMIT = 1_000
FIELDS_LIMIT = 1_000  # attributes of one item
MEDIA_LIMIT = 50  # files of one item
_DEPTH_LIMIT = 5
_TITLE_WORDS = 12  # of a title taken from the description
_NAMES_LIMIT = 50_000  # names whose clean form is kept

_MEDIA: dict[str, MediaKind] = {"image": "image", "images": "image", "audio": "audio", "video": "video"}
_OWN = frozenset({"id", "title", "description", "category", "price", "currency", "url"})
_TEXTS = ("title", "description", "category")
_KNOWN = _OWN | _MEDIA.keys() | {"attributes"}
_MISSING: tuple[object, ...] = (None, "")


class MediaSource(Protocol):
    """A source of the media that rows name."""

    @property
    def hint(self) -> str:
        """One sentence of what to do about a medium that cannot be used."""

    def media(self, column: str, kind: MediaKind, raw: object, flaws: list[Flaw]) -> Iterator[Media]:
        """The media that a cell gives; the `problem` of one says why it cannot be used, if so."""


class RowReader:
    """Turns raw rows into items; keeps nothing of a row for the next one.

    Args:
        media: Where media come from.
        schema: Declared types; fields it does not name keep the type they come with.
        exclude: Columns and attributes to drop, in any case of letters.

    Attributes:
        told: Fields whose misfits are told for the whole column, not row by row.
        excluded_seen: Excluded names that some row had.
    """

    def __init__(self, media: MediaSource, schema: Schema | None = None, exclude: Collection[str] = ()) -> None:
        self.told: Collection[str] = ()
        self._media = media
        self._schema = schema
        self._names: dict[str, str] = {}
        self._exclude = {name.casefold() for name in exclude}
        self.excluded_seen: set[str] = set()

    def read(self, row: Mapping[str, object]) -> tuple[Item, list[Flaw]]:
        """The item of a row, and what it lost.

        Raises:
            RowRefused: the row gives no item.
        """
        flaws: list[Flaw] = []
        own, attributes = self._split(row, flaws)
        id_ = _id(own.pop("id", None))
        try:
            return self._item(id_, own, attributes, flaws), flaws
        except RowRefused as refused:
            refused.id = id_
            raise

    def _item(self, id_: str, own: dict[str, object], attributes: dict[str, object], flaws: list[Flaw]) -> Item:
        if len(attributes) > FIELDS_LIMIT:
            raise RowRefused(
                "too many fields", f"The row has {len(attributes):,} attributes.", f"Keep {FIELDS_LIMIT:,}."
            )
        description = paragraphs_of("description", own.get("description"), flaws)
        title = self._title(id_, own.get("title"), description, flaws)
        values = {name: self._value(name, raw, flaws) for name, raw in attributes.items()}
        return Item(
            id=id_,
            title=title,
            description=description,
            category=line_of("category", own.get("category"), flaws) or None,
            price=price_of(own.get("price"), flaws, self._decimal("price")),
            url=link_of(own.get("url"), flaws),
            currency=currency_of(own, flaws),
            attributes={name: value for name, value in values.items() if value is not None},
            media=self._found_media(own, flaws),
            raw=marked_up({name: own[name] for name in _TEXTS if name in own} | attributes),
            untitled=title == id_ and "title" in self._exclude,
        )

    def cells(self, row: Mapping[str, object]) -> dict[str, object]:
        """The cells of a row by the names that its item has them under; none where the row gives no item."""
        try:
            own, attributes = self._split(row, [])
        except RowRefused:
            return {}
        return attributes | {name: own[name] for name in ("price",) if name in own}

    def _decimal(self, name: str) -> Decimal | None:
        field = self._schema.fields.get(name) if self._schema else None
        return field.decimal if field else None

    def _split(self, row: Mapping[str, object], flaws: list[Flaw]) -> tuple[dict[str, object], dict[str, object]]:
        """Own columns by name, and attributes by name; without what is empty or excluded."""
        own: dict[str, object] = {}
        attributes: dict[str, object] = {}
        for key, value in row.items():
            if value in _MISSING:
                continue
            name = self._name(key)
            if name not in _KNOWN:
                self._put(attributes, name, value, flaws)
            elif own.setdefault(name, value) is not value:
                # two columns that fold to one name, such as `Title` and `title`: no telling which is meant
                raise RowRefused("duplicate key", f"The column '{name}' is given twice.", "Keep one of the two.")
        nested = own.pop("attributes", None)
        if isinstance(nested, dict):
            self._split_nested(nested, own, attributes, flaws)
        elif nested is not None:
            flaws.append(wrong_type("attributes", nested, "an object"))
        return own, attributes

    def _split_nested(
        self, nested: dict[str, object], own: dict[str, object], attributes: dict[str, object], flaws: list[Flaw]
    ) -> None:
        for key, value in nested.items():
            if value in _MISSING:
                continue
            name = self._name(key)
            if name in _OWN:
                # a column of its own wins over an attribute of the same name
                own.setdefault(name, value)
            else:
                self._put(attributes, name, value, flaws)

    def _put(self, attributes: dict[str, object], name: str, value: object, flaws: list[Flaw], depth: int = 0) -> None:
        if not name:
            return
        if not isinstance(value, dict):
            if attributes.setdefault(name, value) is not value:
                flaws.append(Flaw("duplicate key", f"The attribute '{name}' is given twice.", "The first was kept."))
            return
        if depth == _DEPTH_LIMIT:
            flaws.append(Flaw("too deep", f"The attribute '{name[:60]}' is nested too deeply.", "Flatten it."))
            return
        for key, inner in value.items():
            if inner not in _MISSING:
                self._put(attributes, self._name(f"{name}.{key}"), inner, flaws, depth + 1)

    def _name(self, key: object) -> str:
        """The clean name of a column, in lower case where it is a known one; empty when it is to be dropped."""
        text = str(key)
        name = self._names.get(text)
        if name is None:
            name = self._new_name(text)
            # rows with keys made of data would fill the memory with names that never come again
            if len(self._names) < _NAMES_LIMIT:
                self._names[text] = name
        return name

    def _new_name(self, text: str) -> str:
        # cut before cleaning too: a key of megabytes is not worth cleaning
        name = " ".join(clean_text(text[: 2 * NAME_LIMIT]).split())[:NAME_LIMIT]
        folded = name.casefold()
        if folded in self._exclude:
            self.excluded_seen.add(folded)
            return ""
        if folded in _KNOWN:
            return folded
        declared = self._schema.find(name) if self._schema else None
        return declared.name if declared else name

    def _value(self, name: str, raw: object, flaws: list[Flaw]) -> Value | None:
        value = value_of(name, raw, flaws)
        field = self._schema.fields.get(name) if self._schema and value is not None else None
        if value is None or field is None:
            return value
        try:
            fitted = fit(value, field)
            return None if fitted == () else fitted
        except ValueError:
            if name not in self.told:
                flaws.append(wrong_type(name, raw, f"of the declared type {field.type}"))
            return None

    def _title(self, id_: str, raw: object, description: str, flaws: list[Flaw]) -> str:
        title = line_of("title", raw, flaws)
        if len(title) > TITLE_LIMIT:
            flaws.append(Flaw("title too long", f"The title has {len(title):,} characters.", f"Keep {TITLE_LIMIT:,}."))
            return title[:TITLE_LIMIT].rstrip()
        if title:
            return title
        if description:
            return _first_words(description)
        # whoever excludes titles, to judge search without them, still wants the items
        if "title" in self._exclude:
            return id_
        if flaws:
            raise RowRefused("empty text", flaws[-1].reason, "Give the row at least a title, as text.")
        raise RowRefused("empty text", "The row has neither title nor description.", "Give it at least a title.")

    def _found_media(self, own: Mapping[str, object], flaws: list[Flaw]) -> tuple[Media, ...]:
        media: dict[tuple[str, str], Media] = {}
        for column, kind in _MEDIA.items():
            for medium in self._media.media(column, kind, own[column], flaws) if column in own else ():
                # a file that two columns name is one medium
                key = (medium.name, medium.path)
                if key in media:
                    continue
                if len(media) == MEDIA_LIMIT:
                    flaws.append(Flaw("too many media", f"The row has more than {MEDIA_LIMIT} media.", "Remove some."))
                    return tuple(media.values())
                media[key] = medium
                flaws += self._flaws_of(medium)
        return tuple(media.values())

    def _flaws_of(self, medium: Media) -> list[Flaw]:
        if medium.problem is None:
            return []
        reason = f"The {medium.kind} {shown(medium.name, 120)} {medium.problem}."
        return [Flaw(f"{medium.kind} not usable", reason, self._media.hint)]


def _first_words(description: str) -> str:
    words = description.split(maxsplit=_TITLE_WORDS)
    title = " ".join(words[:_TITLE_WORDS])[:TITLE_LIMIT]
    return f"{title} …" if len(words) > _TITLE_WORDS else title


def _id(raw: object) -> str:
    if raw is None:
        raise RowRefused("no id", "The row has no id.", "Give every row an id of its own.")
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise RowRefused("wrong type", f"The id is {shown(raw)}, not text or a whole number.", "Write it as text.")
    text = str(raw).strip()
    if not text or not text.isprintable():
        raise RowRefused("bad id", f"The id {shown(text)} is empty or holds invisible characters.", "Write it plainly.")
    if len(text) > ID_LIMIT:
        raise RowRefused(
            "bad id", f"The id {shown(text)} is longer than {ID_LIMIT} characters.", "Write a shorter one."
        )
    return text
