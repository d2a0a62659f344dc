"""Raw rows with our columns: other names, joined variants, links and currencies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from retrieval.catalog import ColumnSource, read_catalog
from retrieval.catalog.formats.known import KnownFormat, VariantRule
from retrieval.catalog.joining import join_neighbours, join_rows
from retrieval.catalog.links import currency_in, currency_of_heading, link_of
from retrieval.catalog.mapping import ColumnMapping, FormatMapping
from retrieval.catalog.problems import Flaw, RowProblem
from retrieval.catalog.tables import laid_out, look_at
from retrieval.catalog.variants import RowGroup, grouped, plan_groups
from retrieval.errors import CatalogError
from tests.support.catalogs import only_item, read, write_csv, write_rows

Rows = list[tuple[int, object]]


def test_columns_go_by_our_names_and_what_had_the_name_before_gives_way() -> None:
    mapping = ColumnMapping({"title": "Name", "image": "Photo", "id": "No"})
    row = {"No": 7.0, "Name": "Lamp", "Title": "old", "Photo": "a.jpg, b.jpg", "kind": "x"}
    assert mapping(row) == {"id": "7", "title": "Lamp", "image": ["a.jpg", "b.jpg"], "kind": "x"}


@pytest.mark.parametrize(
    ("cell", "files"),
    [
        ("a.jpg", ["a.jpg"]),
        ("a.jpg|b.png", ["a.jpg", "b.png"]),
        ("https://a.example/1?x=1,2,https://a.example/2", ["https://a.example/1?x=1,2", "https://a.example/2"]),
        ("Still life, oil.jpeg; detail.jpg", ["Still life, oil.jpeg", "detail.jpg"]),
        ("a.jpg\nb.jpg", ["a.jpg", "b.jpg"]),
        (["a.jpg"], ["a.jpg"]),
    ],
)
def test_files_in_one_cell_are_told_apart(cell: object, files: list[str]) -> None:
    assert ColumnMapping({"image": "p"})({"p": cell}) == {"image": files}


def test_a_field_of_an_export_that_is_called_like_a_column_of_ours_does_not_take_its_place() -> None:
    form = KnownFormat("x", columns={"id": ("no",)}, pairs=({"name": "o# name", "value": "o# value"},))
    row = {"no": 1, "o1 name": "Price", "o1 value": "high", "o2 name": "Finish", "o2 value": "matt"}
    assert FormatMapping(form)(row) == {"id": 1, "Price (field)": ["high"], "Finish": ["matt"]}


def test_rows_that_share_an_id_and_differ_are_one_item_and_that_is_counted(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "id,title,colour,price\nS,Scarf,red,20\nS,Scarf,blue,25\nH,Hat,,9\n")
    catalog = read_catalog(path)
    scarf, hat = list(catalog)
    assert not isinstance(scarf, RowProblem)
    assert (scarf.price, scarf.attributes) == (20.0, {"colour": ("red", "blue"), "highest_price": 25.0})
    assert not isinstance(hat, RowProblem)
    assert str(catalog.summary) == "2 items; 2 rows joined as variants"


def test_they_are_kept_apart_where_that_is_wanted(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "id,title,colour\nS,Scarf,red\nS,Scarf,blue\n")
    items, problems = read(path, source=ColumnSource(variants="keep"))
    assert [(item.id, item.attributes["variant_of"]) for item in items] == [("S/red", "S"), ("S/blue", "S")]
    assert not problems


@pytest.mark.parametrize(
    "rows",
    [
        ({"id": 1, "title": "Lamp"}, {"id": 1, "title": "Chair"}),
        ({"id": 1, "title": "Lamp", "x": "a"}, {"id": 1, "title": "Lamp", "x": "a"}),
        ({"id": 1, "title": "Lamp", "description": "a"}, {"id": 1, "title": "Lamp", "description": "b"}),
        ({"id": 1, "title": "Lamp", "x": "a" * 300}, {"id": 1, "title": "Lamp", "x": "b"}),
    ],
)
def test_what_is_no_variant_is_refused_as_before(tmp_path: Path, rows: tuple[Mapping[str, object], ...]) -> None:
    items, problems = read(write_rows(tmp_path, *rows))
    assert [item.id for item in items] == ["1"]
    assert [problem.kind for problem in problems] == ["duplicate id"]


def test_rows_without_an_id_are_never_joined() -> None:
    rows: Rows = [(1, {"title": "a", "x": 1}), (2, {"title": "a", "x": 2}), (3, "no row")]
    assert list(join_neighbours(rows, "id", lambda _: None, keep=False)) == rows


def test_titles_of_variants_have_their_beginning_in_common() -> None:
    def title(*titles: str) -> object:
        return join_rows([{"title": text} for text in titles])["title"]

    assert title("Boot - 38", "Boot - 39") == "Boot"
    assert title("Rainboot 38", "Rainboot 39") == "Rainboot"
    assert title("Rain", "Rainbow") == "Rain"
    assert title("A", "B") == "A"


def test_prices_that_cannot_be_read_stay_to_be_told() -> None:
    assert join_rows([{"price": "on request"}, {"price": "soon"}]) == {"price": "on request"}
    assert join_rows([{"price": "9,50 €"}, {"price": "8,00 €"}]) == {"price": "8,00 €", "highest_price": 9.5}


def test_rows_of_a_product_wait_for_its_last_and_stand_in_their_order() -> None:
    rows: Rows = [(2, {"g": "a", "n": 1}), (3, {"g": "b"}), (4, "torn"), (5, {"g": "a", "n": 2})]
    plan = plan_groups(rows, VariantRule(same=("g",)), dict)
    made = list(grouped(rows, plan))
    assert [line for line, _ in made] == [3, 4, 2]
    group = made[-1][1]
    assert isinstance(group, RowGroup)
    assert group.others == [{"g": "a", "n": 2}]


def test_a_known_export_is_read_twice_and_any_other_table_once() -> None:
    opened = 0

    def open_rows() -> Rows:
        nonlocal opened
        opened += 1
        return [(1, {"id": "a", "title": "x"})]

    layout = look_at(open_rows())
    assert list(laid_out(open_rows, layout)) == [(1, {"id": "a", "title": "x"})]
    assert opened == 2


def test_only_addresses_of_pages_are_links() -> None:
    flaws: list[Flaw] = []
    assert link_of("https://a.example/p?x=1#y", flaws) == "https://a.example/p?x=1#y"
    assert link_of("www.a.example/p", flaws) == "https://www.a.example/p"
    assert link_of(None, flaws) is None
    assert not flaws
    for hostile in ("javascript:alert(1)", "//a.example", 'https://a.example/"onclick', "data:text/html,x", "a b"):
        assert link_of(hostile, flaws) is None
    assert len(flaws) == 5


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("89.95 EUR", "EUR"),
        ("49,00 €", "EUR"),
        ("$12", "$"),
        ("US$ 12", "US$"),
        ("£3", "GBP"),
        ("12 zł", "PLN"),
        ("12", None),
    ],
)
def test_a_price_names_its_currency(text: str, currency: str | None) -> None:
    assert currency_in(text) == currency


@pytest.mark.parametrize(
    ("heading", "currency"),
    [("Price (EUR)", "EUR"), ("price_usd", "USD"), ("Preis in €", "EUR"), ("UVP", None), ("price", None)],
)
def test_a_heading_names_the_currency_of_its_column(heading: str, currency: str | None) -> None:
    assert currency_of_heading(heading) == currency


def test_a_heading_that_names_a_currency_gives_it_to_prices_without_one(tmp_path: Path) -> None:
    items, _ = read(write_csv(tmp_path, "sku,name,price (EUR)\na1,Lamp,5\nb2,Chair,$7\n"))
    assert [item.currency for item in items] == ["EUR", "$"]


def test_a_row_names_its_currency_and_page(tmp_path: Path) -> None:
    item = only_item(write_rows(tmp_path, {"id": 1, "title": "x", "price": "5 €", "url": "https://a.example/1"}))
    assert (item.price, item.currency, item.url) == (5.0, "EUR", "https://a.example/1")
    assert not item.attributes


def test_variants_are_joined_or_kept_and_nothing_else() -> None:
    with pytest.raises(CatalogError, match="Variants cannot be 'both'"):
        ColumnSource(variants="both")  # type: ignore[arg-type]
