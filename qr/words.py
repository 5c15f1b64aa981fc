"""
The check word: the same short word on the screen, on paper and on the phone, so that people see that they are where
they meant to be, and notice a code that was pasted over ours.

It is no secret and no proof: one chance in 256 that a stranger's page guesses it, and anybody can read it off the
screen. It catches mistakes and lazy tricks; the host that is printed beside each code does the rest.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal

Lang = Literal["nl", "en"]


def check_word(key: bytes, lang: Lang) -> str:
    """
    The word that belongs to *key*, in Dutch or English: the same thing in both.

    Args:
        key: What is to be recognised, for a symposium its slug and epoch; the same key always has the same word.
        lang: Another language gets the English word; its speakers can compare letters.
    """
    pair = WORDS[blake2b(key, digest_size=1, person=b"fontein word").digest()[0]]
    return pair[0] if lang == "nl" else pair[1]


def check_words(key: bytes) -> dict[Lang, str]:
    """The word in both languages."""
    return {"nl": check_word(key, "nl"), "en": check_word(key, "en")}


# The order is for ever: a word that moves no longer equals the one that was printed. 256, since one byte chooses.
# Concrete, easy to say and to draw, no insult in either language, and at least two letters away from every other.
# fmt: off
WORDS: tuple[tuple[str, str], ...] = (
    # Birds.
    ("ijsvogel", "kingfisher"), ("reiger", "heron"), ("zwaluw", "swallow"), ("merel", "blackbird"),
    ("roodborst", "robin"), ("lepelaar", "spoonbill"), ("kievit", "lapwing"), ("ooievaar", "stork"),
    ("pelikaan", "pelican"), ("flamingo", "flamingo"), ("papegaai", "parrot"), ("spreeuw", "starling"),
    ("leeuwerik", "skylark"), ("nachtegaal", "nightingale"), ("valk", "falcon"), ("buizerd", "buzzard"),
    ("arend", "eagle"), ("zwaan", "swan"), ("eend", "duck"), ("uil", "owl"), ("toekan", "toucan"),
    ("kolibrie", "hummingbird"), ("fazant", "pheasant"), ("kwartel", "quail"), ("struisvogel", "ostrich"),
    ("ekster", "magpie"), ("wielewaal", "oriole"), ("aalscholver", "cormorant"),
    # Other animals.
    ("egel", "hedgehog"), ("eekhoorn", "squirrel"), ("otter", "otter"), ("haas", "hare"), ("konijn", "rabbit"),
    ("rendier", "reindeer"), ("paard", "horse"), ("kameel", "camel"), ("giraffe", "giraffe"), ("zebra", "zebra"),
    ("olifant", "elephant"), ("leeuw", "lion"), ("tijger", "tiger"), ("panter", "panther"), ("panda", "panda"),
    ("koala", "koala"), ("kangoeroe", "kangaroo"), ("dolfijn", "dolphin"), ("zeehond", "seal"), ("walrus", "walrus"),
    ("kreeft", "lobster"), ("inktvis", "octopus"), ("zeester", "starfish"), ("zeepaard", "seahorse"),
    ("schildpad", "turtle"), ("salamander", "newt"), ("hagedis", "lizard"), ("krokodil", "crocodile"),
    ("kameleon", "chameleon"), ("vlinder", "butterfly"), ("libel", "dragonfly"), ("hommel", "bumblebee"),
    ("sprinkhaan", "grasshopper"), ("forel", "trout"), ("haring", "herring"), ("snoek", "pike"),
    ("mammoet", "mammoth"), ("hamster", "hamster"), ("lynx", "lynx"), ("bizon", "bison"), ("lama", "llama"),
    ("veulen", "foal"),
    # Trees and flowers.
    ("eik", "oak"), ("wilg", "willow"), ("populier", "poplar"), ("kastanje", "chestnut"), ("hulst", "holly"),
    ("klimop", "ivy"), ("varen", "fern"), ("bamboe", "bamboo"), ("palm", "palm"), ("olijf", "olive"),
    ("cactus", "cactus"), ("tulp", "tulip"), ("lelie", "lily"), ("narcis", "daffodil"), ("krokus", "crocus"),
    ("madelief", "daisy"), ("klaproos", "poppy"), ("zonnebloem", "sunflower"), ("viooltje", "violet"),
    ("orchidee", "orchid"), ("klaver", "clover"), ("distel", "thistle"), ("lavendel", "lavender"),
    ("jasmijn", "jasmine"), ("paardenbloem", "dandelion"), ("pioen", "peony"), ("magnolia", "magnolia"),
    ("ceder", "cedar"), ("esdoorn", "maple"), ("hazelaar", "hazel"), ("jeneverbes", "juniper"), ("cipres", "cypress"),
    # From the kitchen.
    ("appel", "apple"), ("abrikoos", "apricot"), ("citroen", "lemon"), ("meloen", "melon"), ("druif", "grape"),
    ("aardbei", "strawberry"), ("framboos", "raspberry"), ("ananas", "pineapple"), ("mango", "mango"), ("vijg", "fig"),
    ("amandel", "almond"), ("walnoot", "walnut"), ("tomaat", "tomato"), ("knoflook", "garlic"), ("prei", "leek"),
    ("pompoen", "pumpkin"), ("komkommer", "cucumber"), ("spinazie", "spinach"), ("radijs", "radish"),
    ("selderij", "celery"), ("asperge", "asparagus"), ("artisjok", "artichoke"), ("broccoli", "broccoli"),
    ("venkel", "fennel"), ("tarwe", "wheat"), ("gember", "ginger"), ("vanille", "vanilla"), ("saffraan", "saffron"),
    ("munt", "mint"), ("salie", "sage"), ("tijm", "thyme"), ("honing", "honey"), ("brood", "bread"),
    ("koffie", "coffee"), ("suiker", "sugar"), ("mosterd", "mustard"), ("pannenkoek", "pancake"),
    ("paddenstoel", "mushroom"),
    # Things.
    ("hamer", "hammer"), ("zaag", "saw"), ("beitel", "chisel"), ("spijker", "nail"), ("ladder", "ladder"),
    ("emmer", "bucket"), ("bezem", "broom"), ("kwast", "paintbrush"), ("schop", "shovel"), ("hark", "rake"),
    ("kruiwagen", "wheelbarrow"), ("kompas", "compass"), ("liniaal", "ruler"), ("potlood", "pencil"), ("inkt", "ink"),
    ("envelop", "envelope"), ("postzegel", "stamp"), ("kaars", "candle"), ("lantaarn", "lantern"),
    ("vuurtoren", "lighthouse"), ("spiegel", "mirror"), ("venster", "window"), ("sleutel", "key"),
    ("zandloper", "hourglass"), ("trommel", "drum"), ("gitaar", "guitar"), ("viool", "violin"), ("fluit", "flute"),
    ("trompet", "trumpet"), ("piano", "piano"), ("cello", "cello"), ("tafel", "table"), ("stoel", "chair"),
    ("deken", "blanket"), ("tapijt", "carpet"), ("gordijn", "curtain"), ("mand", "basket"), ("fles", "bottle"),
    ("lepel", "spoon"), ("vork", "fork"), ("ketel", "kettle"), ("theepot", "teapot"), ("schaar", "scissors"),
    ("naald", "needle"), ("knoop", "button"), ("rits", "zipper"), ("hoed", "hat"), ("trui", "sweater"),
    ("sjaal", "scarf"), ("handschoen", "glove"), ("schoen", "shoe"), ("paraplu", "umbrella"), ("kroon", "crown"),
    ("ketting", "necklace"), ("ballon", "balloon"), ("vlieger", "kite"), ("dobbelsteen", "dice"), ("puzzel", "puzzle"),
    ("accordeon", "accordion"), ("saxofoon", "saxophone"), ("tamboerijn", "tambourine"), ("horloge", "watch"),
    # On the road.
    ("fiets", "bicycle"), ("trein", "train"), ("kano", "canoe"), ("anker", "anchor"), ("raket", "rocket"),
    ("vliegtuig", "airplane"), ("tractor", "tractor"), ("slee", "sledge"), ("brug", "bridge"), ("toren", "tower"),
    ("molen", "windmill"), ("kasteel", "castle"), ("tent", "tent"), ("schuur", "barn"), ("haven", "harbour"),
    ("poort", "gate"), ("schoorsteen", "chimney"),
    # Earth and sky, and what is found there.
    ("berg", "mountain"), ("rivier", "river"), ("eiland", "island"), ("strand", "beach"), ("woestijn", "desert"),
    ("vulkaan", "volcano"), ("gletsjer", "glacier"), ("waterval", "waterfall"), ("grot", "cave"), ("wolk", "cloud"),
    ("regenboog", "rainbow"), ("sneeuw", "snow"), ("donder", "thunder"), ("maan", "moon"), ("komeet", "comet"),
    ("planeet", "planet"), ("goud", "gold"), ("koper", "copper"), ("diamant", "diamond"), ("robijn", "ruby"),
    ("parel", "pearl"), ("koraal", "coral"), ("schelp", "shell"), ("veer", "feather"), ("kristal", "crystal"),
    ("marmer", "marble"), ("touw", "rope"), ("magneet", "magnet"), ("telescoop", "telescope"),
    ("microscoop", "microscope"), ("camera", "camera"), ("radio", "radio"), ("robot", "robot"),
    ("batterij", "battery"), ("microfoon", "microphone"), ("masker", "mask"), ("vlag", "flag"),
)
# fmt: on
