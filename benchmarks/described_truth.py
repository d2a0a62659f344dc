"""Which words of a catalog say that a kind of thing is in the picture; written for the kits they are used on."""

from __future__ import annotations

from collections.abc import Mapping

# Plurals need not be given. A tag or title that leaves out what the picture shows counts against the describer.
TRUTH: Mapping[str, str] = {
    "a fish": "fish salmon tuna anglerfish trout cod sardine goldfish whale",
    "a bird": "bird parrot eagle dove duck goose chicken rooster swan owl crane peacock heron falcon",
    "a reptile or amphibian": "snake lizard turtle frog dragon crocodile reptile",
    "a dog": "dog hound spaniel poodle puppy",
    "a cat": "cat kitten",
    "a wild cat": "lion tiger leopard",
    "a bear": "bear",
    "an insect": "insect butterfly bee fly beetle",
    "a rabbit": "rabbit hare",
    "a horse": "horse pony centaur cavalry equestrian",
    "a cow or ox": "cow ox bull cattle",
    "a sheep, goat or antelope": "sheep goat lamb deer antelope gazelle shepherd",
    "a monkey": "monkey ape",
    "an elephant": "elephant",
    "a sea animal": "crab lobster octopus shrimp prawn whale seafood shell pulpo",
    "a stringed instrument": "guitar lute violin cello mandolin banjo harp lyre theorbo instrument musician",
    "a wind instrument": "flute trumpet horn oboe bagpipe pipe instrument musician",
    "a piano": "piano harpsichord clavichord instrument",
    "a drum or gong": "drum gong",
    "mountains or a valley": "mountain valley alp hill landscape volcano peak cliff",
    "a shore or lakeside": """
        shore beach sea lake coast seascape river harbor harbour lakeside ocean seaside water island landscape
        venice boating boat whale ship
    """,
    "a ship or boat": "ship boat boating whaler gondola canoe sailing vessel barge",
    "a church or palace": """
        church palace cathedral temple mosque castle chapel building tower venice monastery pavilion house
    """,
    "an altar or altarpiece": "altarpiece altar triptych polyptych madonna virgin crucifixion saint christ jesus",
    "a bridge": "bridge",
    "a long gown": "gown dress woman girl queen princess lady bride madame mrs mme empress",
    "robes": """
        robe monk saint apostle priest bishop cardinal pope buddha bodhisattva kimono christ jesus men women
        virgin angel scholar
    """,
    "body armour": "armor armour knight soldier battle minerva mar joan",
    "a coat or jacket": "coat jacket suit parka softshell",
    "footwear": "boot shoe sandal footwear sneaker slipper",
    "a bag": "bag backpack daypack duffel duffle pack purse",
    "a helmet or goggles": "helmet helm goggle",
    "a hat or cap": "hat cap bonnet",
    "glasses or goggles": "glass goggle sunglass spectacle",
    "a tent": "tent",
    "a sleeping bag": "sleeping",
    "a watch or clock": "watch clock",
    "a telephone or hand-held device": "phone telephone gps navigator device computer",
    "a computer": "computer screen laptop monitor",
    "a camera": "camera",
    "a car": "car automobile",
    "a bus, truck or van": "bus truck van",
    "a bicycle": "bicycle bike cycling",
    "a motorcycle or scooter": "motorcycle scooter",
    "a train or tram": "train tram railway",
    "an aircraft": "aircraft airplane plane",
    "a chair or throne": "chair throne armchair",
    "a cupboard or chest": "cupboard chest cabinet wardrobe",
    "a bed": "bed bedroom couch",
    "a sofa": "sofa couch",
    "a lamp": "lamp lantern candle headlamp",
    "a vase or jug": "vase jug pitcher urn",
    "a bottle": "bottle wine limoncello liquor",
    "a cup or glass": "cup glass mug tea coffee wine drink milkshake granita",
    "a tea or coffee pot": "teapot coffeepot tea coffee",
    "a pot or pan": "pot pan skillet wok",
    "a knife or axe": "knife axe sword dagger",
    "a gun": "gun rifle pistol cannon",
    "skis or a snowboard": "ski snowboard",
    "a ball": "ball globe",
    "bread, pastry or a pancake": """
        bread pastry loaf bun naan strudel croissant bagel pretzel sourdough baguette dough biscuit cookie
        castagnole limoncini torrijas toast crouton roll muffin pancake waffle tortilla
    """,
    "a soup, stew or sauce": """
        soup stew borscht goulash chili curry pho broth sopa lentil masala tajine sauce compote dressing
        guacamole hummus
    """,
    "a plate of food": "food dish",
    "a dessert": """
        dessert cake pie sweet ice cream tiramisu pavlova lavacake pudding granita trifle brigadeiro strudel
        meringue compote tart tarte tarta
    """,
    "pasta": """
        pasta spaghetti carbonara macaroni lasagna ravioli noodle penne amatriciana arrabbiata bolognese
        mostaccioli
    """,
    "a pizza": "pizza",
    "meat": "meat meatloaf beef pork lamb roast steak schnitzel chicken turkey sausage",
    "vegetables": """
        vegetable salad broccoli cabbage cucumber pepper potato zucchini squash cauliflower mushroom artichoke
        kale tomato bean
    """,
    "mushrooms": "mushroom",
    "fruit": "fruit apple lemon orange banana strawberry fig grape pear peach pomegranate jam",
    "a sandwich": "sandwich burger hamburger hotdog quesadilla burrito croque toast taco",
    "a drink": "drink tea coffee wine milkshake cocktail espresso milk eggnog limoncello",
    "flowers": "flower lily rose bouquet sunflower daisy orchid iris cypress",
    "a person or clothing": """
        jacket jersey boot men women man woman portrait girl boy child infant virgin madonna saint jesus christ
        angel venus cupid nude musician couple people family mother monk buddha bodhisattva shepherd dancer
        actor lady poetry apostle scholar emperor king queen princess prince duke judith robe gown dress coat
        hat clothing armor pope cardinal bishop juno minerva diana mars samson adonis scientist socrate
    """,
    "a landscape or waterside": """
        landscape mountain river sea seascape lake forest tree boat haystack field garden cypress valley hill
        road summer winter evening harvest boating water coast bathing cliff island ship whale
    """,
    "food or drink": "food dish bread wine grape apple egg peach fish eating dining supper",
    "a painted or printed picture": "painting print poster scroll folio triptych diptych panel altarpiece film",
}

# Which of the describer's colours a catalog's word for a colour may be.
COLOURS: Mapping[str, tuple[str, ...]] = {
    "black": ("black",),
    "grey": ("grey", "light grey"),
    "gray": ("grey", "light grey"),
    "silver": ("grey", "light grey"),
    "charcoal": ("grey", "black"),
    "white": ("white",),
    "red": ("red", "dark red"),
    "pink": ("pink",),
    "orange": ("orange",),
    "brown": ("brown", "dark brown", "beige"),
    "beige": ("beige",),
    "yellow": ("yellow", "gold"),
    "gold": ("gold", "yellow"),
    "golden": ("gold", "yellow"),
    "olive": ("olive", "green", "dark green"),
    "green": ("green", "dark green", "olive"),
    "turquoise": ("turquoise",),
    "blue": ("blue", "dark blue", "light blue"),
    "navy": ("dark blue", "blue"),
    "purple": ("purple",),
}
