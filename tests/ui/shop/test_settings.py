"""The shop's own settings: what is read from the file, and what is refused with what would do."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from agent.config import load_config
from agent.errors import ConfigError
from ui.shop.settings import NO_SHOP, load_shop


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "tastemaker.toml"


def picture(kind: str) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, kind)
    return out.getvalue()


def test_where_nobody_made_the_page_theirs_it_is_tastemakers(file: Path) -> None:
    assert load_shop() == NO_SHOP
    file.write_text('llm = "none"\n')
    assert load_shop() == NO_SHOP
    assert (NO_SHOP.name, NO_SHOP.style, NO_SHOP.greeting_in("en"), NO_SHOP.wishes_in("zh")) == (
        "Tastemaker", "", "", ()
    )  # fmt: skip
    assert NO_SHOP.price(39.5) == "39.50"


def test_a_shop_is_read_from_its_table_and_the_agent_from_the_rest(file: Path) -> None:
    file.write_text(
        'llm = "none"\n[shop]\nname = "Harbour Lamps"\naccent = "#c2410c"\nprices = "1.299,00 €"\n'
        'greeting = {en = "Light for every room", zh = "每个房间的光"}\nwishes = ["a lamp for reading"]\n'
        'card = ["brand"]\n'
    )
    shop = load_shop()
    assert (shop.name, shop.price(1299), shop.card) == ("Harbour Lamps", "1.299,00 €", ("brand",))
    assert (shop.greeting_in("zh"), shop.greeting_in("fr")) == ("每个房间的光", "Light for every room")
    assert shop.wishes_in("zh") == ("a lamp for reading",)
    assert "--tm-brand: #c2410c" in shop.style
    assert load_config().llm == "none"


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('nme = "A"', "no setting shop.nme"),
        ('name = ""', "shop.name"),
        ('accent = "red"', "#0f6b5f"),
        ('accent_dark = "#ffffff"', "needs accent"),
        ('currency = "euro"', "ISO 4217"),
        ('prices = "39,50"', "1299"),
        ('greeting = {fr = "Bonjour"}', "does not speak 'fr', but en, zh"),
        ('wishes = "a lamp"', "shop.wishes"),
        ('logo = "../logo.png"', "leads out of its folder"),
        ('logo = "/etc/hostname"', "leads out of its folder"),
        ('logo = "missing.png"', "cannot be read"),
        ("logo = 3", "shop.logo"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_could(file: Path, table: str, why: str) -> None:
    file.write_text(f"[shop]\n{table}\n")
    with pytest.raises(ConfigError) as caught:
        load_shop()
    assert why in str(caught.value)


def test_a_table_that_is_none_and_a_file_that_is_no_toml_are_refused(file: Path) -> None:
    for text in ("shop = 3\n", "[shop\n"):
        file.write_text(text)
        with pytest.raises(ConfigError):
            load_shop()


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_logo_is_a_picture_of_pixels_whatever_its_name(file: Path, kind: str, media_type: str) -> None:
    (file.parent / "logo.svg").write_bytes(picture(kind))
    file.write_text('[shop]\nlogo = "logo.svg"\n')
    logo = load_shop().logo
    assert logo is not None
    assert logo.media_type == media_type


@pytest.mark.parametrize(
    "content", [b"<svg onload='x()'/>", b"<?xml version='1.0'?><svg/>", b"", b"<html>", b"BM" + bytes(99)]
)
def test_a_logo_that_could_hold_a_script_is_refused_whatever_its_name(file: Path, content: bytes) -> None:
    (file.parent / "logo.png").write_bytes(content)
    file.write_text('[shop]\nlogo = "logo.png"\n')
    with pytest.raises(ConfigError, match="PNG, JPEG, WebP or GIF"):
        load_shop()
