"""Items and descriptions as JSON: the very text that lies in workspaces, and back again exactly."""

from __future__ import annotations

from retrieval.items import EMPTY, Description, Item, Media, Span
from retrieval.storage.codec import description_from_json, description_to_json, item_from_json, item_to_json

PHOTO = Description("ab" * 32, "image", "describer", "1", "A boat.", (Span("label", "boat", 0.9), Span("text", "MS 7")))
ITEM = Item(
    "vase",
    "Blue “vase”",
    category="Vases",
    price=12.5,
    attributes={"tags": ("blue", "old"), "year": 1650, "sold": False},
    media=(Media("image", "/c/a.jpg", "a.jpg", sha256="cd" * 32), Media("audio", "", "no.ogg", "is missing")),
    descriptions=(PHOTO,),
)


def test_an_item_is_written_as_workspaces_hold_it_without_its_id_and_descriptions() -> None:
    assert item_to_json(ITEM) == (
        '{"title":"Blue “vase”","description":"","category":"Vases","price":12.5,'
        '"attributes":{"tags":["blue","old"],"year":1650,"sold":false},'
        '"media":[["image","/c/a.jpg","a.jpg",null,"' + "cd" * 32 + '"],["audio","","no.ogg","is missing",null]]}'
    )


def test_an_item_comes_back_with_the_id_and_descriptions_that_are_stored_beside_it() -> None:
    assert item_from_json("vase", item_to_json(ITEM), (PHOTO,)) == ITEM


def test_an_item_without_a_title_of_its_own_comes_back_as_one() -> None:
    item = Item("42", "42", untitled=True)
    assert item_from_json("42", item_to_json(item), ()) == item


def test_an_item_without_attributes_shares_the_empty_ones() -> None:
    assert item_from_json("a", item_to_json(Item("a", "A")), ()).attributes is EMPTY


def test_cells_as_they_came_are_written_where_there_are_any_and_older_items_have_none() -> None:
    item = Item("a", "A & B", raw={"title": "A &amp; B"})
    text = item_to_json(item)
    assert text.endswith('"media":[],"raw":{"title":"A &amp; B"}}')
    assert item_from_json("a", text, ()) == item
    assert item_from_json("a", item_to_json(Item("a", "A")), ()).raw == {}


def test_a_description_is_written_without_the_parts_of_its_key() -> None:
    text = description_to_json(PHOTO)
    assert text == (
        '{"kind":"image","text":"A boat.","spans":[["label","boat",0.9,null],["text","MS 7",null,null]],'
        '"original":null,"language":"en"}'
    )
    assert description_from_json(PHOTO.media, PHOTO.origin, PHOTO.version, text) == PHOTO


def test_speech_in_another_language_keeps_what_was_said() -> None:
    heard = Description(
        "ab" * 32, "audio", "ears", "2", "Good day.", (Span("speech", "您好", None, 1.5),), "您好", "zh"
    )
    assert description_from_json("ab" * 32, "ears", "2", description_to_json(heard)) == heard


def test_an_address_and_a_currency_are_kept_and_rows_of_before_have_none() -> None:
    item = Item("1", "x", price=2.0, url="https://a.example/1", currency="EUR")
    assert item_from_json("1", item_to_json(item), ()) == item
    assert '"url"' not in item_to_json(Item("1", "x"))
    assert item_from_json("1", item_to_json(Item("1", "x")), ()).url is None
