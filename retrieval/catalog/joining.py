"""The variants of a product as one row, with all that can be chosen, or each as a row of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, takewhile

from retrieval.catalog.formats.known import KnownFormat, VariantRule, plain
from retrieval.catalog.formats.parts import price_or_none, text_of, unique
from retrieval.catalog.mapping import FormatMapping, Mapped, RawCells, chosen_options
from retrieval.catalog.variants import RowGroup, children_of, is_product, is_variant

HIGHEST = "highest_price"
OF = "variant_of"
_FIRST = ("description", "category", "currency", "url")  # that of the first row that has one
_MEDIA = ("image", "images", "audio", "video")
_LEAST_TITLE = 4  # characters of a title that variants share
_EDGE = " -–—,(/|:·"


def join_rows(
    rows: Sequence[Mapping[str, object]], measures: frozenset[str] = frozenset(), listed: frozenset[str] = frozenset()
) -> Mapped:
    """Rows of one product as one: its least price and its highest, and of each field all values, each once.

    Args:
        rows: With our columns; the first stands for the product.
        measures: Fields of which the first value counts.
        listed: Fields that are lists even where all values are alike.
    """
    joined: Mapped = {}
    for name in unique(chain.from_iterable(rows)):
        values = [row[name] for row in rows if row.get(name) not in (None, "", [])]
        if not values:
            continue
        if name == "title":
            joined[name] = _common_title([text_of(value) for value in values])
        elif name == "price":
            joined |= _prices(values)
        elif name in _MEDIA or name in listed:
            joined[name] = unique(text for value in values for text in _texts(value))
        elif name.casefold() in ("id", *_FIRST) or name in measures or isinstance(values[0], dict):
            joined[name] = values[0]
        else:
            joined[name] = _together(values)
    return joined


def _together(values: Sequence[object]) -> object:
    if any(isinstance(value, bool) for value in values):
        return any(value is True for value in values)
    if any(isinstance(value, list) for value in values) or any(value != values[0] for value in values):
        return unique(text for value in values for text in _texts(value))
    return values[0]


def _prices(values: Sequence[object]) -> Mapped:
    known = sorted((price, at) for at, value in enumerate(values) if (price := price_or_none(value)) is not None)
    if not known:
        return {"price": values[0]}
    least, most = known[0], known[-1]
    return {"price": values[least[1]], **({HIGHEST: most[0]} if most[0] > least[0] else {})}


def _common_title(titles: Sequence[str]) -> str:
    """What the titles of variants have in common at their beginning, up to a whole word; else the first."""
    if all(title == titles[0] for title in titles):
        return titles[0]
    common = "".join(signs[0] for signs in takewhile(lambda signs: len(set(signs)) == 1, zip(*titles, strict=False)))
    if any(title[len(common) : len(common) + 1].isalnum() for title in titles) and not common[-1:].isspace():
        common = common[: max((at for at, sign in enumerate(common) if not sign.isalnum()), default=0)]
    common = common.rstrip(_EDGE)
    return common if len(common) >= _LEAST_TITLE else titles[0]


def _texts(value: object) -> list[str]:
    entries = value if isinstance(value, list | tuple) else [value]
    return [text for entry in entries if (text := text_of(entry))]


class ProductRows:
    """Rows of a known export whose products have variants, with our columns.

    Args:
        keep: Whether each variant is a row of its own.
    """

    def __init__(self, form: KnownFormat, rule: VariantRule, mapping: FormatMapping, *, keep: bool) -> None:
        self._form, self._rule, self._mapping = form, rule, mapping
        # what nothing but its variants name cannot be told apart, so that they are one item in any case
        self._keep = keep and "id" in form.columns
        self._measures, self._listed = self._ours(rule.measures), self._ours((*rule.codes, *rule.options))
        self._chosen = self._ours(rule.options)
        self._own_alone = self._ours((*form.prices, *rule.codes))  # what a variant does not have from its product

    def single(self, row: RawCells) -> Mapped:
        """A row whose product has no other."""
        mapped, cells = self._mapping(row), self._mapping.cells(row)
        if not self._keep or is_product(self._rule, cells):
            return self._joined([mapped], cells)
        return self._variant(mapped, mapped, cells, 0) if self._rule.same else mapped

    def rows(self, group: RowGroup) -> list[tuple[int, Mapped]]:
        """The rows that those of one product become, each with its line."""
        if self._keep:
            return list(self._apart(group))
        first = self._mapping.cells(group.first)
        others = [self._carried(row, group.first) for row in group.others]
        rows = [self._mapping(group.first), *(self._own(row) for row in others)]
        return [(group.head, self._joined(rows, first))]

    def _joined(self, rows: Sequence[Mapped], first: Mapping[str, object]) -> Mapped:
        joined = join_rows(rows, self._measures, self._listed)
        for told in children_of(self._rule, first).values():
            for name, text in told.items():
                texts = _texts(joined.get(name, []))
                joined[name] = texts if text in texts else [*texts, text]
        same = [text_of(first.get(plain(name))) for name in self._rule.same]
        if same and all(same):
            joined["id"] = " – ".join(same)
        return joined

    def _own(self, row: RawCells) -> Mapped:
        """A further row of a product: what is chosen of it, and no name of its own where a column holds both."""
        mapped, cells = self._mapping(row), self._mapping.cells(row)
        chosen = chosen_options(self._form, cells)
        if chosen and mapped.get("title") == cells.get(plain(self._form.options[0])):
            mapped.pop("title", None)
        return {**mapped, **{name: [text] for name, text in chosen.items()}}

    def _apart(self, group: RowGroup) -> Iterator[tuple[int, Mapped]]:
        product = self._mapping(group.first)
        variants: list[tuple[int, Mapped]] = []
        for line, raw in group.rows.items():
            row = raw if raw is group.first else self._carried(raw, group.first)
            cells = self._mapping.cells(row)
            own = self._own(row) if raw is not group.first else dict(product)
            if raw is group.first and is_product(self._rule, cells):
                continue
            if is_variant(self._rule, cells) or raw is group.first:
                variants.append((line, self._variant(own, product, cells, len(variants))))
            elif variants:
                first = variants[0][1]
                first["images"] = unique([*_texts(first.get("images", [])), *_texts(own.get("images", []))])
        yield from variants or [(group.head, product)]

    def _variant(self, own: Mapped, product: Mapped, cells: Mapping[str, object], number: int) -> Mapped:
        options = [text for name in self._option_names(own) for text in _texts(own[name])]
        named = next((text for name in self._rule.id if (text := text_of(cells.get(plain(name))))), "")
        product_id, own_id = text_of(product.get("id")), text_of(own.get("id"))
        made = f"{product_id}/{'/'.join(options) or number + 1}"
        shared = {name: value for name, value in product.items() if name not in self._own_alone}
        row = {**shared, **own, "id": named or (own_id if own_id != product_id else made)}
        title = text_of(row.get("title"))
        if title and title == text_of(product.get("title")) and not all(text in title for text in options):
            row["title"] = f"{title} – {', '.join(options)}"
        same = [text_of(cells.get(plain(name))) for name in self._rule.same]
        of = " – ".join(same) if same and all(same) else product_id
        return {**row, OF: of} if of != row["id"] else row

    def _option_names(self, own: Mapped) -> list[str]:
        """The fields that tell a variant apart: those that its columns pair, and those that are chosen by."""
        known = {*self._form.columns, "categories", *map(self._form.label, self._form.lists)}
        return [
            name
            for name, value in own.items()
            if name in self._chosen or (isinstance(value, list) and name not in known and value)
        ]

    def _carried(self, row: RawCells, first: RawCells) -> RawCells:
        wanted = {plain(name) for name in self._rule.carried}
        carried = {name: value for name, value in first.items() if self._form.spell(name) in wanted}
        return (
            {**carried, **{name: value for name, value in row.items() if value not in (None, "")}} if carried else row
        )

    def _ours(self, columns: Sequence[str]) -> frozenset[str]:
        """The names that columns of the export have here."""
        wanted = {plain(name) for name in columns}
        renamed = {ours for ours, theirs in self._form.columns.items() if wanted & {plain(name) for name in theirs}}
        return frozenset({*renamed, *columns, *wanted} - {"id", "title", "price"})


def join_neighbours(
    rows: Iterable[tuple[int, object]], id_name: str, joined: Callable[[int], None], *, keep: bool
) -> Iterator[tuple[int, object]]:
    """Rows that follow each other, share an id and differ as variants do, as one row or with ids of their own."""
    for id_, neighbours in groupby(rows, key=lambda numbered: _id_of(numbered[1], id_name)):
        run = list(neighbours)
        made = run if id_ is None else _joined_run(run, id_name, keep=keep)
        if len(made) < len(run):
            joined(len(run))
        yield from made


def _joined_run(run: list[tuple[int, object]], id_name: str, *, keep: bool) -> list[tuple[int, object]]:
    if len(run) == 1:
        return run
    rows = [dict(row) for _, row in run if isinstance(row, Mapping)]
    differing = _differing(rows)
    if not differing:
        return run
    if not keep:
        return [(run[0][0], join_rows(rows))]
    return [(line, _with_own_id(row, id_name, differing)) for (line, _), row in zip(run, rows, strict=True)]


def _with_own_id(row: Mapped, id_name: str, differing: Sequence[str]) -> Mapped:
    told = [text for name in differing if name != "price" for text in _texts(row.get(name))]
    id_ = text_of(row[id_name])
    return {**row, id_name: "/".join([id_, *told]), OF: id_} if told else row


def _differing(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """The fields in which rows of one id differ; none where they are no variants of each other."""
    names = unique(chain.from_iterable(rows))
    values = {name: [row[name] for row in rows if row.get(name) not in (None, "", [])] for name in names}
    differing = [name for name, held in values.items() if any(value != held[0] for value in held)]
    alike = not any(name in ("title", "description") for name in differing)
    return differing if alike and all(_short(values[name]) for name in differing) else []


def _short(values: Sequence[object]) -> bool:
    return all(not isinstance(value, dict) and all(len(text) <= 200 for text in _texts(value)) for value in values)


def _id_of(row: object, id_name: str) -> str | None:
    """The id of a row as text; None where it has none, so that its like cannot be told."""
    raw = row.get(id_name) if isinstance(row, Mapping) else None
    return None if isinstance(raw, bool) else text_of(raw) or None
