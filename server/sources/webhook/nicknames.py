"""A friendly name for somebody whose own name is nobody's business: two words, always the same for the same person."""

from __future__ import annotations

import hashlib

_DUTCH = (
    (
        "Blije", "Brave", "Dappere", "Dromerige", "Eerlijke", "Fiere", "Frisse", "Gouden", "Groene", "Guitige",
        "Heldere", "Hoge", "Jolige", "Kalme", "Kleurige", "Kloeke", "Kranige", "Lenige", "Lieve", "Lichte",
        "Milde", "Montere", "Muzikale", "Nieuwe", "Nuchtere", "Opgewekte", "Paarse", "Pientere", "Rappe", "Ronde",
        "Rustige", "Schrandere", "Slimme", "Snelle", "Speelse", "Stille", "Stoere", "Trotse", "Trouwe", "Verre",
        "Vlotte", "Vriendelijke", "Vrolijke", "Wakkere", "Warme", "Wijze", "Zachte", "Zilveren", "Zonnige", "Zuinige",
    ),
    (
        "Bever", "Bij", "Boom", "Das", "Distel", "Egel", "Eik", "Ekster", "Fazant", "Fuut",
        "Gans", "Golf", "Haas", "Heide", "Hert", "Iep", "Kastanje", "Kever", "Kiekendief", "Kievit",
        "Klaver", "Koolmees", "Krekel", "Leeuwerik", "Libel", "Linde", "Lynx", "Marter", "Merel", "Mol",
        "Mus", "Otter", "Paling", "Reiger", "Ree", "Rietzanger", "Roodborst", "Salamander", "Snoek", "Specht",
        "Spreeuw", "Steltloper", "Tulp", "Uil", "Veer", "Vlinder", "Vos", "Wulp", "Zeehond", "Zwaluw",
    ),
)  # fmt: skip
_ENGLISH = (
    (
        "Amber", "Brave", "Bright", "Brisk", "Calm", "Cheerful", "Clever", "Curious", "Dreamy", "Eager",
        "Early", "Fair", "Free", "Fresh", "Friendly", "Gentle", "Glad", "Golden", "Green", "Happy",
        "Honest", "Jolly", "Kind", "Lively", "Loyal", "Lucky", "Merry", "Mild", "Musical", "Nimble",
        "Patient", "Playful", "Polite", "Proud", "Purple", "Quick", "Quiet", "Ready", "Round", "Silver",
        "Smart", "Steady", "Sunny", "Swift", "Tall", "Tidy", "Warm", "Wide", "Wise", "Witty",
    ),
    (
        "Badger", "Beaver", "Bee", "Beech", "Beetle", "Blackbird", "Bluebell", "Brook", "Butterfly", "Chestnut",
        "Clover", "Cricket", "Curlew", "Daisy", "Deer", "Dragonfly", "Duck", "Elm", "Fern", "Finch",
        "Fox", "Goose", "Hare", "Hazel", "Hedgehog", "Heron", "Ivy", "Kestrel", "Lapwing", "Lark",
        "Maple", "Marten", "Meadow", "Mole", "Newt", "Oak", "Otter", "Owl", "Poppy", "River",
        "Robin", "Seal", "Skylark", "Sparrow", "Squirrel", "Starling", "Swallow", "Thistle", "Willow", "Wren",
    ),
)  # fmt: skip


def nickname(key: str, language: str) -> str:
    """
    Two words for whoever has *key*, as "Vrolijke Otter".

    Two people may get the same one: 2,500 there are of each language. The key tells them apart, not the name.

    Args:
        key: A hash that belongs to them, not their number.
        language: `nl` or another that begins with it; English for all others.
    """
    how, what = _DUTCH if language.lower().startswith("nl") else _ENGLISH
    pick = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())
    return f"{how[pick % len(how)]} {what[pick // len(how) % len(what)]}"
