"""What the how-to pages on networks and the desk call a button, a field or a state is what stands on the pages."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house import ROOT

HOW_TO = ROOT / "docs" / "how-to"
PAGES = ["listen-to-networks", "listen-to-mastodon", "receive-webhooks", "moderate"]
_PAIR = re.compile(r"\*{1,2}([^*`|]+?)\*{1,2} \(([^()]+)\)")
_EXPLAINED = {"tokens, keys, passwords", "`V`"}
"""What follows a word in bold and is no translation of it."""
_REASON = re.compile(r"^\{\w+\}, |: \{\w+\}$")


def texts(value: Any) -> Iterator[str]:
    yield from value.values() if isinstance(value, dict) else [value]


def catalogues() -> set[tuple[str, str]]:
    """Every text of every page in both languages, and the labels of the networks' forms."""
    found = set()
    for path in (ROOT / "wall" / "locale" / "nl").glob("*.json"):
        dutch, english = (json.loads((path.parents[1] / lang / path.name).read_text("utf-8")) for lang in ("nl", "en"))
        found |= {
            (plain(nl), plain(en))
            for key in dutch
            for nl, en in zip(texts(dutch[key]), texts(english[key]), strict=True)
        }
    for path in (ROOT / "server" / "sources").glob("*/manifest.toml"):
        labels = [option["label"] for option in tomllib.loads(path.read_text("utf-8"))["options"]]
        found |= {(plain(label["nl"]), plain(label["en"])) for label in labels}
    return found


def plain(text: str) -> str:
    return " ".join(text.split())


def pairs(page: str) -> list[tuple[str, str]]:
    """What a page calls in both languages: Dutch in bold or italics, English in brackets after it."""
    return [(plain(nl), plain(en)) for nl, en in _PAIR.findall(page) if plain(en) not in _EXPLAINED]


def unknown(page: str) -> list[tuple[str, str]]:
    """Those that stand nowhere, whatever is filled in."""
    known = [tuple(map(pattern, text)) for text in catalogues()]
    return [
        pair for pair in pairs(page) if not any(nl.fullmatch(pair[0]) and en.fullmatch(pair[1]) for nl, en in known)
    ]


def pattern(text: str) -> re.Pattern[str]:
    """What a text may look like on a page; a reason that stands before or after it is left out."""
    parts = re.split(r"\{\w+\}", _REASON.sub("", text))
    return re.compile(".+".join(map(re.escape, parts)) if any(map(str.strip, parts)) else r"(?!)")


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_calls_by_name_stands_on_the_pages(name: str) -> None:
    page = (HOW_TO / f"{name}.md").read_text("utf-8")

    assert unknown(page) == []
    assert pairs(page)


def test_a_name_that_stands_nowhere_is_noticed() -> None:
    page = "Press **Probeer** (Try), then **Voeg het toe** (Add it), see *heeft hulp nodig* (needs help),"
    page += "*weer over 20 s* (again in 20 s) and *stil* (silent)."

    assert unknown(page) == [("Voeg het toe", "Add it"), ("stil", "silent")]


def keys_of_the_desk() -> set[str]:
    """Every key that decides or leads somewhere, as the desk's own table has them; 1 to 4 come after another key."""
    table = (ROOT / "wall" / "desk" / "keys.js").read_text("utf-8")
    return set(re.findall(r"^  '?(\w|[?/])'?: '", table, re.MULTILINE)) - set("1234")


def told_keys(page: str) -> set[str]:
    return set(re.findall(r"^\| `(\S)`", page, re.MULTILINE))


def test_page_for_moderators_tells_every_key_of_the_desk() -> None:
    page = (HOW_TO / "moderate.md").read_text("utf-8")

    assert {key.upper() for key in keys_of_the_desk()} - told_keys(page) == set()
    assert {"F", "A", "/", "?", "0"} <= {key.upper() for key in keys_of_the_desk()}


def test_a_key_that_nobody_tells_is_noticed() -> None:
    assert told_keys("| `A` | show |\n| `0`, held | stop |\n| arrows | next |") == {"A", "0"}


def untold(page: str) -> list[str]:
    """The rows of the last table whose first cell is no words of a page."""
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ") and "---" not in line]
    return [cell.strip() for cell in cells[1:] if not pairs(cell)]


def test_page_on_mastodon_says_states_as_an_organiser_reads_them() -> None:
    page = (HOW_TO / "listen-to-mastodon.md").read_text("utf-8")

    assert untold(page) == []
    assert untold("| in the list | do |\n|---|---|\n| `refused` | ask |\n| *uit* (off) | wait |\n") == ["`refused`"]
