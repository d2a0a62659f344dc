"""The encoding of a file, told by all its lines together."""

from __future__ import annotations

import random

import pytest

from retrieval.catalog.encodings import detect, encoding_named
from retrieval.errors import CatalogError

TEXTS = [
    ("cp1252", "id;title\n1;Küchenstuhl aus Eiche\n2;Blaue Schüssel, groß\n3;Tischdecke 49,90 €"),
    ("cp1252", "id,title\n1,caf\xe9"),
    ("cp1252", "id,title\n1,Lámpara pequeña\n2,Sillón de piel"),
    ("cp1252", "id,title\n1,Théière émaillée – “bleu”"),
    ("cp1250", "id;title\n1;Židle z dubového dřeva\n2;Modrá váza"),
    ("cp1250", "id;title\n1;Krzesło dębowe\n2;Żółta lampka nocna"),
    ("cp1254", "id;title\n1;Meşe sandalye\n2;Işıklı gece lambası"),
    ("cp1251", "id;title\n1;Кухонный стол\n2;Белая чашка"),
    ("koi8_r", "id;title\n1;Кухонный стол\n2;Белая чашка"),
    ("cp866", "id;title\n1;Кухонный стол\n2;Белая чашка"),
    ("cp1253", "id;title\n1;Ξύλινη καρέκλα\n2;Μπλε φλιτζάνι"),
    ("gb18030", "id,title\n1,白色陶瓷茶杯\n2,实木餐桌"),
    ("gb18030", "id,title\n1,竹制书架"),
    ("big5", "id,title\n1,白色陶瓷茶杯\n2,實木餐桌"),
    ("cp932", "id,title\n1,白い湯のみ\n2,木のテーブル"),
    ("euc_jp", "id,title\n1,白い湯のみ\n2,木のテーブル"),
    ("cp949", "id,title\n1,하얀 찻잔\n2,나무 식탁"),
    ("mac_roman", "id;title\n1;Küchenstuhl aus Eiche\n2;Blaue Schüssel, groß"),
]


@pytest.mark.parametrize(("codec", "text"), TEXTS)
def test_short_tables_are_told_by_what_their_letters_make(codec: str, text: str) -> None:
    encoding = detect(text.encode(codec).split(b"\n"))
    assert encoding is not None
    assert encoding.codec == codec


def test_a_utf8_file_with_a_few_rows_of_other_origin_stays_utf8() -> None:
    lines = ["1,Schüssel".encode(), "2,Löffel".encode(), "3,Töpfe".encode("cp1252"), b"4,plain"]
    assert detect(lines) is None
    assert detect([b"id,title", None, "1,Schüssel".encode()]) is None


def test_bytes_that_are_no_text_have_no_encoding() -> None:
    noise = random.Random(4)
    assert detect([noise.randbytes(60) for _ in range(40)]) is None


def test_an_encoding_is_known_by_its_name() -> None:
    assert encoding_named("Windows-1252").codec == "cp1252"
    for name in ("klingon", "base64"):
        with pytest.raises(CatalogError, match="There is no encoding"):
            encoding_named(name)
