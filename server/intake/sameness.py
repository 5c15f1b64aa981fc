"""
The same post twice: through two networks, a bridge, or a feed of what stands elsewhere.

What counts is who wrote it and what it says, together. Two people who say the same are two posts, always; what is only
half sure is left alone, since a post twice is a smaller fault than a post lost. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from rapidfuzz import fuzz, process

from server.intake.alike import same_details
from server.intake.homoglyphs import fold
from server.intake.text import MAX_MATCH, match_text
from server.symposium.values import PostId, SourceId

WINDOW_US: Final = 3_600_000_000
"""So far apart two copies of a post may be."""

_ALIKE_PERCENT: Final = 97
"""A comma more or less. "The second speaker" and "the third speaker" are two posts."""
_LEAST_SAID: Final = 16
"""Code points of match text: "Mooie dag!" is said by many, also by two who are called the same."""
_LEAST_SAID_BY_NAME: Final = 40
"""Where only a full name tells who it was."""
_LEAST_BEGUN: Final = 24
"""Bridges cut what is too long for the other side: so much of it must be left."""
MAX_READ: Final = 4 * MAX_MATCH
"""Code points of a text that are looked at: more than that says the same, or it does not."""
_CUT: Final = ("…", "...", "[…]", "[...]")
_SIGNS: Final = re.compile(r"[^\w\s]")

FEDIVERSE: Final = "mastodon"
SKY: Final = "bluesky"
_FROM_SKY: Final = "@bsky.brid.gy"
_FROM_WEB: Final = ("@web.brid.gy", "@fed.brid.gy")
_FROM_FEDIVERSE: Final = ".ap.brid.gy"


class Person(msgspec.Struct, frozen=True):
    """
    Whose handle it is, on whichever side of a bridge it was read.

    Args:
        home: The network where they write: `mastodon` or `bluesky`.
        name: Their handle there, with a dot for each `@` and a hyphen for `_` and `~`, as the bridge writes it.
        bridged: It was read on the other side.
    """

    home: str
    name: str
    bridged: bool

    def is_same(self, other: Person) -> bool:
        """Whether the two are one person."""
        return (self.home, self.name) == (other.home, other.name)


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is looked at of a network's post.

    Args:
        network: Its kind, as `mastodon`; copies stand in different ones.
        person: None where the network does not tell for sure whose handle it is.
        match: From `match_text`.
        at: When it was made, in µs, else when it came in.
    """

    post: PostId
    source: SourceId
    network: str
    name: str
    handle: str
    person: Person | None
    match: str
    at: int


def trace(*, post: PostId, source: SourceId, network: str, name: str, handle: str, text: str, at: int) -> Trace:
    """The trace of a post, from what its author wrote and is called."""
    plain = _plain(handle)
    return Trace(
        post=post,
        source=source,
        network=network,
        name=" ".join(fold(name).split()),
        handle=plain,
        person=person(network, plain),
        match=match_text(text[:MAX_READ]),
        at=at,
    )


def person(network: str, handle: str) -> Person | None:
    """
    Whose *handle* this is, the same for both sides of a bridge.

    None where that is not sure. A server of the fediverse and Bluesky look up whether a handle is of whoever has it,
    so that nobody but the bridge has one of the bridge. Elsewhere people call themselves what they like.

    Source: Bridgy Fed: `anna.bsky.social` is `@anna.bsky.social@bsky.brid.gy` in the fediverse, and
    `@anna@social.example` is `anna.social.example.ap.brid.gy` on Bluesky, where `_` and `~` are `-`.
    """
    plain = _plain(handle)
    if network == FEDIVERSE and "@" in plain:
        if plain.endswith(_FROM_SKY):
            return Person(SKY, _dotted(plain.removesuffix(_FROM_SKY)), True)
        return None if plain.endswith(_FROM_WEB) else Person(FEDIVERSE, _dotted(plain), False)
    if network == SKY and "." in plain:
        if plain.endswith(_FROM_FEDIVERSE):
            return Person(FEDIVERSE, _dotted(plain.removesuffix(_FROM_FEDIVERSE)), True)
        return Person(SKY, _dotted(plain), False)
    return None


def other_side(network: str, handle: str) -> tuple[tuple[str, str], ...]:
    """
    What this person may be called on the other side of a bridge: networks and handles, as they are written there.

    Several, where the bridge's own handle does not tell which dot was an `@`.
    """
    told = person(network, handle)
    if told is None:
        return ()
    if told.home == SKY:
        return ((SKY, told.name),) if told.bridged else ((FEDIVERSE, told.name + _FROM_SKY),)
    if not told.bridged:
        return ((SKY, told.name + _FROM_FEDIVERSE),)
    labels = told.name.split(".")
    pairs = ((".".join(labels[:at]), ".".join(labels[at:])) for at in range(1, len(labels)))
    return tuple((FEDIVERSE, f"{each}@{host}") for user, host in pairs for each in _spellings(user))


def _spellings(user: str) -> dict[str, None]:
    """With the `_` that the bridge made a hyphen of."""
    return dict.fromkeys((user, user.replace("-", "_")))


def is_bridge(one: Trace, other: Trace) -> bool:
    """Whether a bridge's own handle tells that two are one person, and not only their names."""
    if one.person is None or other.person is None:
        return False
    return (one.person.bridged or other.person.bridged) and one.person.is_same(other.person)


def twin(new: Trace, earlier: Iterable[Trace]) -> Trace | None:
    """The newest of *earlier* that is the same post as *new* on another network; None where there is none."""
    possible = [
        each
        for each in earlier
        if each.network != new.network and abs(each.at - new.at) <= WINDOW_US and _have_said_enough(new, each)
    ]
    newest = next(_saying(new.match, [each.match for each in reversed(possible)]), None)
    return None if newest is None else possible[-1 - newest]


def says_the_same(one: str, other: str) -> bool:
    """Whether two match texts are the same words, or one is the beginning of the other, cut by a bridge."""
    return any(True for _ in _saying(one, [other]))


def _saying(match: str, others: Sequence[str]) -> Iterator[int]:
    """The places of those of *others* that say the same. One call of the library for all: one for each costs more."""
    scores = process.extract(match, others, scorer=fuzz.ratio, score_cutoff=_ALIKE_PERCENT, limit=None) if match else ()
    alike = {at for _, _, at in scores}
    bare = _bare(match)
    for at, other in enumerate(others):
        is_alike = at in alike and (other == match or same_details(bare, _bare(other)))
        if is_alike or _begins(match, other) or _begins(other, match):
            yield at


def _begins(short: str, long: str) -> bool:
    """Whether *short* is where *long* begins, cut by a bridge."""
    begun = _uncut(short)
    return begun != short and len(begun) >= _LEAST_BEGUN and _uncut(long).startswith(begun)


def _bare(match: str) -> str:
    """Words without the signs around them."""
    return _SIGNS.sub(" ", match)


def _uncut(match: str) -> str:
    for mark in _CUT:
        match = match.removesuffix(mark).rstrip()
    return match


def _have_said_enough(one: Trace, other: Trace) -> bool:
    """Whether two authors can be one person, and said so much that saying it alike tells something."""
    least = _least_said(one, other)
    return least is not None and min(len(one.match), len(other.match)) >= least


def _least_said(one: Trace, other: Trace) -> int | None:
    """How much two authors must have said alike to be one person; None where they are two, whatever they said."""
    if _is_bridged(one) or _is_bridged(other):
        return _LEAST_SAID if is_bridge(one, other) else None
    if not one.name or one.name != other.name:
        return None
    if one.handle and other.handle:
        return _LEAST_SAID if _stem(one.handle) == _stem(other.handle) else None
    return _LEAST_SAID_BY_NAME if " " in one.name else None


def _is_bridged(trace: Trace) -> bool:
    """Whether it has a handle of a bridge, or says so."""
    return trace.handle.endswith((_FROM_SKY, *_FROM_WEB, _FROM_FEDIVERSE))


def _plain(handle: str) -> str:
    return handle.strip().casefold().lstrip("@")


def _dotted(handle: str) -> str:
    return handle.replace("@", ".").replace("_", "-").replace("~", "-")


def _stem(handle: str) -> str:
    """What somebody is called on any network: `anna` of `anna@social.example` and of `anna.bsky.social`."""
    return handle.partition("@")[0].partition(".")[0]
