"""What is said around a wish is not searched for."""

from __future__ import annotations

import pytest

from agent.understand.fillers import without_fillers


@pytest.mark.parametrize(
    ("spoken", "sought"),
    [
        ("I love Heat, anything like it", "Heat, like it"),
        ("I'd really like a warm lamp", "warm lamp"),
        ("we have always enjoyed quiet films", "quiet films"),
        ("Have you seen a good western?", "good western"),
        ("my daughter likes horses", "horses"),
        ("Can you recommend me a comedy please", "comedy"),
        ("a love story that people like", "love story that people like"),
        ("something calm with water", "calm with water"),
        ("Liebe und andere Dinge", "Liebe und andere Dinge"),
        ("Hast du auch eine Geige?", "Geige"),
        ("Dann eine Ukulele", "Ukulele"),
        ("Na gut, dann ein Zelt", "Zelt"),
        ("Und eine Lampe?", "Lampe"),
        ("Ok, dann zeig mir Lampen", "dann Lampen"),
        ("Was anderes: ein Helm", "Helm"),
        ("Noch was anderes: ein Geschenk unter 40 Euro", "Geschenk unter 40 Euro"),
        ("Können Sie mir ein Sofa empfehlen?", "Sofa"),
        ("Ich bräuchte einen Rucksack", "Rucksack"),
        ("Ich hätte gerne ein Brettspiel", "Brettspiel"),
        ("Haben Sie denn auch Socken?", "Socken"),
        ("Führt ihr Teekannen?", "Teekannen"),
        ("Also ein Buch", "Buch"),
        ("Lieber einen Roman", "Roman"),
        ("Zeigen Sie mir bitte Stiefel", "Stiefel"),
        ("Dann doch ein Mantel, aber", "Mantel"),
        ("Alors un sac", "sac"),
        ("Et une lampe ?", "lampe"),
        ("Est-ce que vous avez des chaussures ?", "chaussures"),
        ("Pouvez-vous me recommander un livre ?", "livre"),
        ("Plutôt un roman", "roman"),
        ("Autre chose : un cadeau", "cadeau"),
        ("Bon, alors une tente", "tente"),
        ("Vous auriez une veste ?", "veste"),
        ("J'aurais besoin d'un casque", "casque"),
        ("Il y a des bottes ?", "bottes"),
        ("Entonces una guitarra", "guitarra"),
        ("¿Y una lámpara?", "lámpara"),
        ("¿Hay botas?", "botas"),
        ("¿Me puede recomendar un libro?", "¿ libro"),
        ("Mejor un sombrero", "sombrero"),
        ("Otra cosa: un regalo", "regalo"),
        ("Pues una tienda de campaña", "tienda de campaña"),
        ("Quisiera ver unas lámparas", "lámparas"),
        ("Allora una borsa", "borsa"),
        ("Mi puoi consigliare un libro?", "libro"),
        ("E una lampada?", "lampada"),
        ("Então uma mochila", "mochila"),
        ("Pode me recomendar um livro?", "livro"),
        ("E uma lâmpada?", "lâmpada"),
        ("a ukulele, but", "ukulele"),
        ("then a tent instead", "tent"),
        ("something else: a helmet", "helmet"),
        ("", ""),
    ],
)
def test_only_the_wish_is_left(spoken: str, sought: str) -> None:
    assert without_fillers(spoken) == sought


@pytest.mark.parametrize(
    "title",
    [
        "Was vom Tage übrig blieb",
        "Und täglich grüßt das Murmeltier",
        "Dann kam Polly",
        "Et Dieu créa la femme",
        "Y tu mamá también",
        "E la nave va",
        "Alors on danse",
        "Besser geht's nicht",
        "Mejor imposible",
        "Plus belle la vie",
        "Ein Sommer in der Provence",
        "Haben und Nichthaben",
        "hay que ser fuerte",
        "etwas anderes als Fleisch",
    ],
)
def test_titles_that_begin_like_talk_stay_whole(title: str) -> None:
    assert without_fillers(title) == title
