"""Fields: how values, amounts and domains are told in each language."""

from __future__ import annotations

import pytest

from agent.explain.sentence.domain import GENERIC, domain_of, domains
from agent.explain.sentence.fields import entry_text, is_quotable, role_of, value_phrase
from agent.explain.sentence.phrasing import Fragment, phrasing, phrasing_languages
from agent.language.patterns import data
from retrieval.items import Value
from retrieval.schema import Field, Schema


@pytest.mark.parametrize(
    ("name", "value", "language", "domain", "told"),
    [
        ("director", "Michael Mann", "en", "film", "by Michael Mann"),
        ("director", "Michael Mann", "de", "film", "von Michael Mann"),
        ("instructor", "Ada Quinn", "en", "course", "taught by Ada Quinn"),
        ("cook_time", "25 min", "en", "food", "25 minutes of cooking"),
        ("cook_time", "1 hour 10 minutes", "de", "food", "1 Stunde 10 Minuten Kochzeit"),
        ("year", 1968, "es", "film", "de 1968"),
        ("culture", "Danish", "en", "art", "Danish"),
        ("culture", "India, (Gujarat, Jaunpur)", "en", "art", "from India"),
        ("date", "dated 1694", "en", "art", "dated 1694"),
        ("date", "ca. 1440", "en", "art", "from ca. 1440"),
        ("medium", "Oil on canvas", "en", "art", "oil on canvas"),
        ("pages", 320, "zh", "book", "320页"),
        ("touchscreen", True, "en", "shop", "touchscreen"),
        ("touchscreen", False, "en", "shop", "without touchscreen"),
        ("internal_memory", 16, "en", "shop", None),
    ],
)
def test_a_value_is_told_as_people_say_it(
    name: str, value: Value, language: str, domain: str, told: str | None
) -> None:
    assert value_phrase(Field.of(name, "category"), value, phrasing(language), domain) == told


def test_of_an_ingredient_it_is_told_what_it_is() -> None:
    field = Field.of("ingredients", "list")
    told = [
        entry_text(field, entry) for entry in ("2 chicken thighs", "150 g rice", "~150g (1/3 lb) bacon cubes", "salt")
    ]
    assert told == ["chicken thighs", "rice", "bacon cubes", "salt"]


def test_codes_and_instructions_are_not_quoted() -> None:
    assert not is_quotable("directions")
    assert not is_quotable("imdb_id")
    assert is_quotable("plot")
    assert role_of("strange") is None


@pytest.mark.parametrize(
    ("amount", "unit", "language", "told"),
    [
        (169.99, "EUR", "en", "€169.99"),
        (169.99, "EUR", "de", "169,99 €"),
        (26600.0, None, "en", "26,600"),
        (26600.0, None, "es", "26.600"),
        (0.5, None, "en", "0.50"),
    ],
)
def test_money_is_written_as_people_write_it(amount: float, unit: str | None, language: str, told: str) -> None:
    assert phrasing(language).money(amount, unit) == told


def test_so_much_less_a_cent_is_so_much() -> None:
    assert phrasing("en").difference(10.01, None) == "10"
    assert phrasing("en").difference(10.25, None) == "10.25"


def test_fragments_are_joined_as_people_join_them() -> None:
    english = phrasing("en")
    assert english.joined([Fragment("warm"), Fragment("dry")]) == "warm and dry"
    assert english.joined([Fragment("warm and dry"), Fragment("10 under your limit", apart=True)]) == (
        "warm and dry, and 10 under your limit"
    )
    assert english.joined([Fragment("a tent"), Fragment("with seams", leans=True)]) == "a tent, with seams"
    assert phrasing("zh").joined([Fragment("防水"), Fragment("轻")]) == "防水，轻"


def test_every_phrase_is_there_in_every_language() -> None:
    content = data("agent.explain.sentence", "phrases.yaml")
    for table in content.values():
        assert tuple(table) == phrasing_languages()
        kinds = [set(entry) for entry in table.values() if isinstance(entry, dict)]
        assert all(names == kinds[0] for names in kinds)
    roles = data("agent.explain.sentence", "fields.yaml")["roles"]
    assert all(set(phrasing_languages()) <= set(role["says"]) for role in roles.values())


@pytest.mark.parametrize(
    ("fields", "domain"),
    [
        (("brand", "price", "colour", "supplier"), "shop"),
        (("artist", "medium", "culture"), "art"),
        (("director", "cast", "runtime"), "film"),
        (("ingredients", "cook_time", "servings"), "food"),
        (("author", "isbn", "pages"), "book"),
        (("artist", "album", "bpm"), "music"),
        (("city", "address", "rating"), "place"),
        (("instructor", "lessons", "level"), "course"),
        (("colour_of_eyes",), GENERIC),
    ],
)
def test_the_domain_is_told_by_the_fields(fields: tuple[str, ...], domain: str) -> None:
    assert domain_of(Schema([Field.of(name, "category") for name in fields]), []) == domain
    assert domain in domains()
