"""What can go wrong at a symposium, to rehearse with: a flood of posts, and a hashtag that strangers took over."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Any, Final

from server.rehearsal.script import DATA, Author, Kind, RehearsalPost, posts

FLOOD_PER_MINUTE: Final = 600
HIJACK_PER_MINUTE: Final = 240


class Fault(StrEnum):
    """What the stage can rehearse."""

    FLOOD = "flood"
    HIJACK = "hijack"
    NETWORK_DOWN = "network-down"


def flood(seed: str) -> Iterator[RehearsalPost]:
    """Sound posts of many people, far more than anybody can read: what they said today, again and again, numbered."""
    chance = random.Random(f"flood {seed}")
    said = [post for post in posts() if post.kind is Kind.REMARK and post.picture is None]
    for n in _forever():
        post = chance.choice(said)
        yield RehearsalPost(
            key=f"flood-{n}",
            at_s=n * 60 / FLOOD_PER_MINUTE,
            author=Author(key=f"flood-{n % 400}", name=f"{post.author.name or 'Gast'} {n % 400}"),
            text=f"{post.text} ({n})",
            lang=post.lang,
        )


def hijack(seed: str, hashtag: str) -> Iterator[RehearsalPost]:
    """One advertisement in ever other clothes, each from an author whom nobody knows, under the symposium's hashtag."""
    chance = random.Random(f"hijack {seed}")
    words = _words()
    for n in _forever():
        lang = chance.choice(("nl", "en"))
        pitch = words[lang]
        text = f"{chance.choice(pitch['openers'])} {chance.choice(pitch['pitches'])} {chance.choice(words['signs'])}"
        yield RehearsalPost(
            key=f"hijack-{n}",
            at_s=n * 60 / HIJACK_PER_MINUTE,
            author=Author(
                key=f"hijack-{n}",
                name=f"{chance.choice(words['names'])} {chance.randint(10, 99)}",
                handle=f"@user{chance.randint(10_000, 99_999)}@spam.example",
            ),
            text=f"{text} #{hashtag}",
            lang=lang,
            kind=Kind.HIJACK,
        )


def _forever() -> Iterator[int]:
    n = 0
    while True:
        yield n
        n += 1


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((DATA / "faults.toml").read_text(encoding="utf-8"))
