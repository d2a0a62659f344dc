"""Every known export, by a small table of ours: what its rows become, joined and kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from retrieval.catalog import ColumnSource, infer_schema, read_catalog
from retrieval.catalog.formats import known, parts
from retrieval.items import Item
from retrieval.schema import Variants
from tests.support.places import ROOT

EXPORTS = ROOT / "tests" / "retrieval" / "catalog" / "exports"
Facts = tuple[str, float | None, str | None, list[str]]  # title, price, category, pictures

WANTED: Mapping[str, tuple[str, Mapping[str, Facts], Mapping[str, str]]] = {
    "shopify.csv": (
        "Shopify",
        {
            "fell-jacket": ("Fell jacket", 129.0, "Outerwear", ["pics.example/fj1.jpg", "pics.example/fj2.jpg"]),
            "tin-mug": ("Tin mug", 12.5, "Mugs", ["pics.example/tm.jpg"]),
        },
        {
            "Size": "list",
            "Colour": "list",
            "sku": "list",
            "tags": "list",
            "weight_g": "integer",
            "highest_price": "integer",
        },
    ),
    "woocommerce.csv": (
        "WooCommerce",
        {
            "11": ("Canvas bag", 49.0, "Totes", ["pics.example/bag.jpg"]),
            "12": ("Wool cap", 19.0, "Hats", ["pics.example/cap1.jpg", "pics.example/cap2.jpg"]),
        },
        {"Colour": "list", "in_stock": "boolean", "regular_price": "integer", "categories": "list", "gtin": "list"},
    ),
    "woocommerce-de.csv": (
        "WooCommerce",
        {"31": ("Bergkäse", 14.9, "Hartkäse", ["bilder.example/k.jpg"])},
        {"tags": "list", "regular_price": "number"},
    ),
    "magento.csv": (
        "Magento",
        {
            "SOFA": (
                "Long sofa",
                899.0,
                "Sofas",
                ["s/o/sofa.jpg", "s/o/sofa-2.jpg", "s/o/sofa-3.jpg", "s/o/sofa-g.jpg", "s/o/sofa-b.jpg"],
            ),
            "POUF": ("Round pouf", 79.0, "Poufs", ["p/o/pouf.jpg"]),
        },
        {"color": "list", "categories": "list", "special_price": "integer", "weight": "integer"},
    ),
    "prestashop.csv": (
        "PrestaShop",
        {
            "4": ("Slate clock", 48.0, "Clocks", ["img.example/4.jpg"]),
            "5": ("Ash tray table", 120.0, "Tables", []),
        },
        {"sku": "category"},
    ),
    "prestashop-import.csv": (
        "PrestaShop",
        {"21": ("Copper pan", 75.5, "Pans", ["img.example/pan1.jpg", "img.example/pan2.jpg"])},
        {"tags": "list", "Diameter": "integer", "gtin": "category"},
    ),
    "bigcommerce.csv": (
        "BigCommerce",
        {
            "71": ("Trail shirt", 45.0, "Shirts", ["ts1.jpg", "ts2.jpg"]),
            "72": ("Sun hat", 25.0, "Hats", ["sh.jpg"]),
        },
        {"Size": "list", "Color": "list", "sku": "list", "weight": "number"},
    ),
    "bigcommerce-new.csv": (
        "BigCommerce",
        {"81": ("Wool sock", 12.0, "Socks", ["cdn.example/ws.jpg"])},
        {"Size": "list", "sku": "list", "highest_price": "integer"},
    ),
    "merchant-feed.tsv": (
        "Google Merchant",
        {
            "R": ("Rain boot, green", 59.0, "Boots", [f"boots.example/r{n}.jpg" for n in (1, 2, 3)]),
            "L1": ("Boot lace", 5.0, "Care", ["boots.example/l.jpg"]),
        },
        {"size": "list", "color": "list", "gtin": "list", "sale_price": "integer", "brand": "category"},
    ),
    "amazon.jsonl": (
        "Amazon Reviews 2023",
        {
            "B0AAA1": ("Watering can", 24.5, "Garden", ["m.example/a_h.jpg", "m.example/b_l.jpg"]),
            "B0AAA2": ("Seed tray", None, "Garden", []),
        },
        {"features": "list", "categories": "list", "average_rating": "number", "rating_number": "integer"},
    ),
    "movielens.csv": (
        "MovieLens",
        {"7": ("Last Ferry, The (1961)", None, None, []), "8": ("Kite Season (1999)", None, None, [])},
        {"genres": "list"},
    ),
    "recbole.item": (
        "RecBole",
        {"3": ("The Long Pier", None, None, []), "4": ("Two Lamps", None, None, [])},
        {"class": "list", "release_year": "integer"},
    ),
    "goodreads.csv": (
        "Goodreads",
        {"501": ("The Salt Ledger", None, None, []), "502": ("Nine Winters", None, None, [])},
        {"author": "category", "pages": "integer", "year": "integer", "bookshelves": "list", "isbn": "category"},
    ),
    "letterboxd.csv": (
        "Letterboxd",
        {
            "https://boxd.it/aaa1": ("Paper Harbour", None, None, []),
            "https://boxd.it/aaa2": ("Snow Ledger", None, None, []),
        },
        {"year": "integer"},
    ),
    "lastfm.tsv": (
        "Last.fm",
        {"1": ("The Quiet Weirs", None, None, ["img.example/weirs.jpg"]), "2": ("Orla Finch", None, None, [])},
        {},
    ),
    "lastfm-plays.csv": (
        "Last.fm plays",
        {
            "Orla Finch – Marsh Song": ("Marsh Song", None, None, []),
            "The Quiet Weirs – Overflow": ("Overflow", None, None, []),
        },
        {"artist": "category", "album": "list"},
    ),
    "met.csv": (
        "Met Museum",
        {
            "9001": ("Bowl with herons", None, "Ceramics", []),
            "9002": ("Fan", None, "Fans", []),
        },
        {"tags": "list", "artist": "category", "year": "integer", "medium": "category"},
    ),
    "tms.csv": (
        "museum",
        {"55": ("Fishing nets", None, "Paintings", ["nets.jpg"])},
        {"year": "integer", "artist": "category"},
    ),
    "collectionspace.csv": (
        "museum",
        {"2001.4": ("Basket for eels", None, "basket", [])},
        {"medium": "category", "artist": "category", "place": ""},
    ),
}


def items_of(name: str, variants: Variants = "join") -> dict[str, Item]:
    catalog = read_catalog(EXPORTS / name, source=ColumnSource(variants=variants))
    return {item.id: item for item in catalog if isinstance(item, Item)}


def facts(item: Item) -> Facts:
    pictures = [medium.name.removeprefix("https://").removeprefix("http://") for medium in item.media]
    return item.title, item.price, item.category, pictures


@pytest.mark.parametrize("name", WANTED)
def test_an_export_is_known_by_its_columns_and_its_rows_are_what_they_are(name: str) -> None:
    format_name, wanted, types = WANTED[name]
    catalog = read_catalog(EXPORTS / name)
    items = [row for row in catalog if isinstance(row, Item)]
    assert catalog.layout.taken.format == format_name
    assert {item.id: facts(item) for item in items} == dict(wanted)
    schema = infer_schema(items).fields
    assert {field: schema[field].type if field in schema else "" for field in types} == dict(types)


def test_every_description_has_a_table_here() -> None:
    assert {form.name for form in known.known_formats()} == {name for name, _, _ in WANTED.values()}


def test_what_says_nothing_of_an_item_is_left_out() -> None:
    names = {name for file in WANTED for item in items_of(file).values() for name in item.attributes}
    unwanted = (
        "position",
        "published",
        "meta",
        "seo",
        "visible",
        "global",
        "tax",
        "my rating",
        "spoiler",
        "qty",
        "url_key",
    )
    assert [name for name in names if any(word in name.lower() for word in unwanted)] == []


def test_variants_are_joined_with_their_prices_choices_and_codes() -> None:
    jacket = items_of("shopify.csv")["fell-jacket"]
    assert (jacket.price, jacket.attributes["highest_price"]) == (129.0, 135.0)
    assert (jacket.attributes["Size"], jacket.attributes["Colour"]) == (("S", "M"), ("Moss", "Rust"))
    assert jacket.attributes["sku"] == ("FJ-S-M", "FJ-M-M", "FJ-M-R")
    assert jacket.attributes["categories"] == ("Apparel & Accessories", "Clothing", "Outerwear")
    bag = items_of("woocommerce.csv")["11"]
    assert (bag.attributes["Colour"], bag.attributes["highest_price"]) == (("Sand", "Navy"), 55.0)
    sofa = items_of("magento.csv")["SOFA"]
    assert (sofa.attributes["color"], sofa.attributes["material"]) == (("Grey", "Blue"), "Wool")
    shirt = items_of("bigcommerce.csv")["71"]
    assert (shirt.attributes["Size"], shirt.attributes["Color"]) == (("Small", "Large"), ("Red",))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (
            "shopify.csv",
            {
                "FJ-S-M": ("Fell jacket – S, Moss", 129.0),
                "FJ-M-M": ("Fell jacket – M, Moss", 129.0),
                "FJ-M-R": ("Fell jacket – M, Rust", 135.0),
                "TM-1": ("Tin mug", 12.5),
            },
        ),
        (
            "woocommerce.csv",
            {"12": ("Wool cap", 19.0), "13": ("Canvas bag - Sand", 49.0), "14": ("Canvas bag - Navy", 55.0)},
        ),
        (
            "magento.csv",
            {"SOFA-G": ("Long sofa grey", 899.0), "SOFA-B": ("Long sofa blue", 949.0), "POUF": ("Round pouf", 79.0)},
        ),
        (
            "bigcommerce.csv",
            {
                "TS-S-R": ("Trail shirt – Small, Red", 45.0),
                "TS-L-R": ("Trail shirt – Large, Red", 48.0),
                "72": ("Sun hat", 25.0),
            },
        ),
        (
            "merchant-feed.tsv",
            {
                "R1": ("Rain boot, green, 38", 59.0),
                "R2": ("Rain boot, green, 40", 62.0),
                "L1": ("Boot lace", 5.0),
            },
        ),
    ],
)
def test_variants_are_kept_apart_where_that_is_wanted(name: str, wanted: Mapping[str, tuple[str, float]]) -> None:
    items = items_of(name, "keep")
    assert {id_: (item.title, item.price) for id_, item in items.items()} == dict(wanted)
    described = [item for item in items.values() if "variant_of" in item.attributes]
    assert all(item.description for item in described)


def test_links_and_currencies_are_an_items_own() -> None:
    boot = items_of("merchant-feed.tsv")["R"]
    assert (boot.url, boot.currency) == ("https://boots.example/r?c=g", "EUR")
    assert items_of("met.csv")["9001"].url == "http://museum.example/9001"
    assert items_of("met.csv")["9001"].attributes["artist"] == "Kano Ren, Kano Sei"


def test_pictures_by_address_cost_one_message() -> None:
    problems = [row for row in read_catalog(EXPORTS / "shopify.csv") if not isinstance(row, Item)]
    assert [problem.kind for problem in problems] == ["image not usable"]
    assert "3 in all, of 2 items" in problems[0].reason


def test_a_key_that_no_description_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text("name: a\nneed: [x]\n")
    monkeypatch.setattr(known, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="need is no part"):
        known.known_formats.__wrapped__()


@pytest.mark.parametrize(
    ("headings", "name"),
    [
        (["Handle", "Title", "Variant Price"], "Shopify"),
        (["id", "title", "Variant Price"], "Shopify"),
        (["ID", "Typ", "Name", "Veröffentlicht"], "WooCommerce"),
        (["g:id", "g:title", "g:link", "g:image_link", "g:availability"], "Google Merchant"),
        (["id", "title", "price"], None),
        (["Name", "Year", "Price"], None),
    ],
)
def test_headings_tell_an_export_or_none(headings: list[str], name: str | None) -> None:
    form = known.recognise(headings)
    assert (form.name if form else None) == name


def test_cells_are_taken_apart() -> None:
    assert parts.entries_of(r"a\, b, c, ,a", ",") == ["a, b", "c", "a"]
    assert parts.paths_of("A > B, C", ",", ">", ["A"]) == [["B"], ["C"]]
    assert parts.fields_of("color=Gold,material=Wool, felted", ",", "=") == {
        "color": "Gold",
        "material": "Wool, felted",
    }
    assert parts.fields_of("Diameter:24 cm:0", ",", ":") == {"Diameter": "24 cm"}
    assert parts.options_of("[S]Size=Small,[CS]Color=Red:#ff0000") == {"Size": "Small", "Color": "Red"}
    assert parts.options_of("Type=Radio|Name=Size|Value=M") == {"Size": "M"}
    assert parts.first_key([{"a": None, "b": "x"}, {"b": "y"}], ["a", "b"]) == ["x", "y"]
    assert parts.price_or_none("from 9") == 9.0
    assert parts.price_or_none("on request") is None


def test_the_id_of_a_joined_product_is_told_to_be_its_own() -> None:
    def ids(variants: Variants) -> tuple[str, ...]:
        source = ColumnSource(variants=variants)
        return read_catalog(EXPORTS / "merchant-feed.tsv", source=source).layout.taken.columns["id"]

    assert ids("join") == ("g:item_group_id", "g:id")
    assert ids("keep") == ("g:id",)
