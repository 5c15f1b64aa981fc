"""Links in running text, and which of them hide where they go."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import regex

from server.intake.homoglyphs import compatible, fold

_INVISIBLE = regex.compile(r"\p{Cf}+")
_DISGUISED_DOT = re.compile(r"[ ]?[\[({](?:\.|dot|punt)[\])}][ ]?", re.IGNORECASE)
_SCHEME = re.compile(r"\bh(?:tt|xx)ps?:[/\\]{1,3}([^\s/\\?#<>\"']{1,300})", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"\b(?:ftp|javascript|data|mailto|tel|sms|whatsapp|tg|magnet):\S", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@.:/-])((?:\w[\w-]{0,62}\.){1,5}(\w{2,24}))(?![\w@])(?P<path>[:/?]\w?)?")
_IPV4_WITH_MORE = re.compile(r"(?<![\w.])((?:[0-9]{1,3}\.){3}[0-9]{1,3})[:/]\w")
_NUMERIC_HOST = re.compile(r"\[.*\]?|[0-9.]+|0x[0-9a-fx.]+", re.IGNORECASE)


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ALSO_WORDS = _listed("""
    art at be by ca click community events info it link live me name net news no nu one page pro se space store support
    tech to today top us win work world
""")
"""Top-level domains that a forgotten space makes out of a sentence ("klaar.nu"): a link only with a path or `www`."""

_TOP_LEVEL = _ALSO_WORDS | _listed("""
    app biz blog cc cf ch cloud club cn co com cz de dev dk edu es eu fi fr frl ga gd gg gl gle gov gq gr gratis hu icu
    ie int io jp ly ml mobi mx nl online org pl pt pw ro ru sh shop site social studio su tk tv ua uk vip vlaanderen
    website wiki ws xyz
""")

_SCRIPTS = _listed("""
    Latin Greek Cyrillic Armenian Georgian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati Tamil Telugu Kannada
    Malayalam Sinhala Thai Lao Khmer Myanmar Tibetan Ethiopic
""")
_ONE_SCRIPT = regex.compile(
    "|".join(
        rf"[{classes}\p{{Common}}\p{{Inherited}}]*+"
        for classes in (
            *(rf"\p{{Script={script}}}" for script in sorted(_SCRIPTS)),
            r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}",
        )
    )
)


def links(text: str) -> tuple[str, ...]:
    """The hosts that *text* points at, in lower case, with a user before @ left in. An e-mail address is no link."""
    flat = _DISGUISED_DOT.sub(".", _INVISIBLE.sub("", compatible(text)).replace("。", "."))
    return tuple(dict.fromkeys(host.lower() for host in _hosts(flat)))


def trick(host: str, *, shorteners: tuple[str, ...]) -> str | None:
    """
    How *host* hides where it goes: a code, or None for an ordinary one.

    Source: UTS #39, section 5.1 (mixed scripts) and section 4 (look-alikes); RFC 3986, section 3.2 for user and host.
    """
    if "@" in host:
        return "user-in-link"
    name = host if host.startswith("[") else host.partition(":")[0].rstrip(".")
    labels = name.split(".")
    if name.removeprefix("www.") in shorteners:
        return "shortener"
    if _NUMERIC_HOST.fullmatch(name):
        return "ip-address"
    if any(label.startswith("xn--") for label in labels):
        return "punycode"
    if not all(_ONE_SCRIPT.fullmatch(label) for label in labels):
        return "mixed-scripts"
    if any(_looks_ascii(label) for label in labels):
        return "look-alike-host"
    return None


def _hosts(text: str) -> Iterator[str]:
    for found in _SCHEME.finditer(text):
        yield found[1]
    for found in _IPV4_WITH_MORE.finditer(text):
        yield found[1]
    for found in _BARE.finditer(text):
        if _is_domain(found[1], found[2], has_path=found["path"] is not None):
            yield found[1]
    if _OTHER_SCHEME.search(text):
        yield "other-scheme"


def _is_domain(host: str, top: str, *, has_path: bool) -> bool:
    if top.startswith("xn--") or ".xn--" in f".{host.lower()}":
        return True
    if not (top.islower() or host.isupper()) or top.lower() not in _TOP_LEVEL:
        return False
    return has_path or top.lower() not in _ALSO_WORDS or host.lower().startswith("www.")


def _looks_ascii(label: str) -> bool:
    """All of it in another script, yet it reads as ASCII: `аррӏе`. Accents are no disguise: `münchen`."""
    letters = [letter for letter in unicodedata.normalize("NFKD", compatible(label)) if letter.isalpha()]
    return bool(letters) and not any(letter.isascii() for letter in letters) and fold(label).isascii()
