"""A made-up shop of any size, the same at each call: catalog rows and requests for them."""

from __future__ import annotations

import random
from collections.abc import Iterator

SEED = 11
NOUNS = {
    "Furniture": "armchair, bookshelf, side table, desk, stool, bench, wardrobe, bed frame, sofa, cabinet, coat rack",
    "Kitchen": "teapot, saucepan, frying pan, cutting board, mug, salad bowl, kettle, bread knife, pepper mill, whisk",
    "Clothing": "raincoat, jumper, scarf, shirt, winter jacket, pair of gloves, dress, belt, hat, pair of trousers",
    "Garden": "watering can, plant pot, garden chair, rake, bird house, lantern, hammock, pair of secateurs, parasol",
    "Travel": "rucksack, suitcase, wash bag, tent, sleeping bag, water bottle, wallet, umbrella, shoulder bag",
    "Home": "floor lamp, rug, curtain, candle holder, wall clock, mirror, blanket, cushion, vase, picture frame",
    "Office": "notebook, fountain pen, desk lamp, paper tray, letter opener, pencil case, monitor stand, headset",
}
MATERIALS = (
    "oak, walnut, pine, bamboo, rattan, steel, aluminium, brass, copper, cast iron, glass, porcelain, stoneware, "
    "terracotta, marble, linen, cotton, wool, cashmere, silk, leather, suede, canvas, felt, cork, recycled plastic"
)
ADJECTIVES = (
    "light, sturdy, folding, compact, elegant, rustic, modern, handmade, waterproof, quiet, soft, slim, spacious, "
    "adjustable, simple, vintage, minimalist, colourful, plain, durable, breathable, stackable, portable, striped, "
    "heavy, washable, insulated, classic, round, tall"
)
COLOURS = "black, white, grey, navy, sky blue, forest green, olive, mustard, red, burgundy, pink, beige, brown, natural"
BRANDS = (
    "Aldera, Brimlow, Cantevo, Dorsley, Elvhem, Fennmark, Gristow, Halvora, Ilsen, Jorvane, Kestrup, Lumera, Morvik"
)
USES = (
    "a small flat, long journeys, a rainy walk, a child's room, the balcony, a present, everyday use, reading, "
    "camping, a large family, working from home, a summer evening, a narrow hall, cold mornings"
)
REQUESTS = (
    "{adjective} {material} {noun}",
    "{colour} {noun} for {use}",
    "I am looking for a {adjective} {noun} for {use}",
    "something {adjective} in {material} for {use}",
    "{brand} {noun}",
    "{noun} that is {adjective} and {colour}",
)


def products(n_items: int) -> Iterator[dict[str, object]]:
    """Catalog rows with words, numbers and no media."""
    dice = random.Random(SEED)
    for number in range(n_items):
        yield {"id": f"p{number:06d}", **_product(dice)}


def requests(n_requests: int) -> Iterator[str]:
    """Wishes in English for things of this shop."""
    dice = random.Random(SEED + 1)
    for number in range(n_requests):
        yield REQUESTS[number % len(REQUESTS)].format(**_words(dice))


def _product(dice: random.Random) -> dict[str, object]:
    words = _words(dice)
    second = dice.choice(ADJECTIVES.split(", "))
    return {
        "title": "{brand} {adjective} {material} {noun}".format(**words),
        "description": (
            "A {adjective} {noun} made of {material}, in {colour}. ".format(**words)
            + f"It is {second} and made for {words['use']}; {dice.randint(2, 30)} years of guarantee."
        ),
        "category": words["category"],
        "price": round(5 * 80 ** dice.random(), 2),
        **{name: words[name] for name in ("brand", "material", "colour")},
        "weight_kg": round(dice.uniform(0.1, 40), 1),
    }


def _words(dice: random.Random) -> dict[str, str]:
    category = dice.choice(sorted(NOUNS))
    lists = {"noun": NOUNS[category], "adjective": ADJECTIVES, "material": MATERIALS, "colour": COLOURS}
    lists |= {"brand": BRANDS, "use": USES}
    return {"category": category, **{name: dice.choice(words.split(", ")) for name, words in lists.items()}}
