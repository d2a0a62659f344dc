"""Three small catalogs: goods, recipes and films."""

from __future__ import annotations

from agent.understand.kinds import KindTable
from retrieval.channels.lexical import LexicalIndex, item_words
from retrieval.encoding import Encoder
from retrieval.items import Item
from retrieval.schema import Field, Schema

SHOP = (
    ("Larch 2-Person Tent", "Tents", "A light tent for two."),
    ("Storm Dome Tent", "Tents", "Stands in any wind."),
    ("Drizzle Rain Jacket", "Jackets", "Keeps the rain out, with a hood that rolls away."),
    ("Fell Down Jacket", "Jackets", "Warm, filled with down."),
    ("Harbour Anorak", "Jackets", "A pullover with a kangaroo pocket."),
    ("Quarry 40 Backpack", "Bags", "For long days."),
    ("Ferry Duffel Bag", "Bags", "Swallows a weekend. Fits inside any boot of a car."),
    ("Chalk Bag", "Climbing", "Holds chalk."),
    ("Lantern Headlamp", "Lights", "Bright."),
    ("Ridge Hiking Boots", "Footwear", "Leather."),
    ("Path Hiking Shoes", "Footwear", "For gravel."),
    ("Gully Climbing Harness", "Climbing", "Padded."),
    ("Spire Climbing Rope", "Climbing", "60 m of rope."),
    ("Boot Polish", "Care", "Black polish."),
)
RECIPES = (
    ("Tomato Lentil Soup", ("soup", "quick")),
    ("Modern Borscht", ("beetroot",)),
    ("Butter Cake", ("dessert",)),
    ("Chickpea Curry", ("dinner", "quick")),
    ("Chicken Noodles", ("dinner",)),
    ("Mushroom Pasta", ("dinner",)),
    ("Beef Wellington", ("dinner",)),
)
FILMS = (
    ("Jaws", ("Horror", "Thriller"), "A shark and a boat."),
    ("The Apartment", ("Comedy", "Romance"), "A clerk lends his flat."),
    ("Kids", ("Drama",), "A day in a city."),
    ("War Games", ("Thriller",), "A boy and a computer."),
    ("Paths of Glory", ("Drama", "War"), "Soldiers in a trench."),
    ("Dog Day Afternoon", ("Crime",), "A bank."),
    ("The African Queen", ("Adventure", "Romance"), "Down a river."),
    ("Heat", ("Crime", "Thriller"), "A thief."),
)


def shop(text: Encoder | None = None, multilingual: Encoder | None = None) -> KindTable:
    items = [Item(str(at), title, text, category) for at, (title, category, text) in enumerate(SHOP)]
    return table(items, Schema([Field.of("category", "category")]), text, multilingual)


def recipes() -> KindTable:
    items = [Item(str(at), title, attributes={"tags": tags}) for at, (title, tags) in enumerate(RECIPES)]
    fields = [Field.of("tags", "list"), Field.of("ingredients", "list"), Field.of("directions", "text")]
    return table(items, Schema(fields))


def films() -> KindTable:
    items = [
        Item(str(at), title, text, attributes={"genres": genres}) for at, (title, genres, text) in enumerate(FILMS)
    ]
    fields = [Field.of("genres", "list"), Field.of("director", "category"), Field.of("runtime", "integer")]
    return table(items, Schema(fields))


def table(
    items: list[Item], schema: Schema, text: Encoder | None = None, multilingual: Encoder | None = None
) -> KindTable:
    index = LexicalIndex(item_words(item, schema) for item in items)
    return KindTable.build(items, schema, index, text, multilingual)
