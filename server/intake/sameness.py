"""
The same post twice: through two networks, a bridge, or a feed of what stands elsewhere.

What counts is who wrote it and what it says, together. Two people who say the same are two posts, always; what is only
half sure is left alone, since a post twice is a smaller fault than a post lost. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec
from rapidfuzz import fuzz

from server.intake.alike import same_details
from server.intake.homoglyphs import fold
from server.intake.text import match_text
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
_CUT: Final = ("…", "...", "[…]", "[...]")
_SIGNS: Final = re.compile(r"[^\w\s]")
_AT_BRIDGE: Final = ("@bsky.brid.gy", "@web.brid.gy", "@fed.brid.gy")
_FROM_FEDIVERSE: Final = ".ap.brid.gy"


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is looked at of a network's post.

    Args:
        network: Its kind, as `mastodon`; copies stand in different ones.
        match: From `match_text`.
        at: When it was made, in µs, else when it came in.
    """

    post: PostId
    source: SourceId
    network: str
    name: str
    handle: str
    match: str
    at: int


def trace(*, post: PostId, source: SourceId, network: str, name: str, handle: str, text: str, at: int) -> Trace:
    """The trace of a post, from what its author wrote and is called."""
    return Trace(
        post=post,
        source=source,
        network=network,
        name=" ".join(fold(name).split()),
        handle=handle.strip().casefold().lstrip("@"),
        match=match_text(text),
        at=at,
    )


def is_bridge(one: Trace, other: Trace) -> bool:
    """Whether a bridge's own handle tells that two are one person, and not only their names."""
    return _is_bridged(one.handle) or _is_bridged(other.handle)


def twin(new: Trace, earlier: Iterable[Trace]) -> Trace | None:
    """The newest of *earlier* that is the same post as *new* on another network; None where there is none."""
    found = None
    for each in earlier:
        if each.network != new.network and abs(each.at - new.at) <= WINDOW_US and _are_one(new, each):
            found = each
    return found


def says_the_same(one: str, other: str) -> bool:
    """Whether two match texts are the same words, or one is the beginning of the other, cut by a bridge."""
    if one == other:
        return bool(one)
    for short, long in ((one, other), (other, one)):
        begun = _uncut(short)
        if begun != short and len(begun) >= _LEAST_BEGUN and _uncut(long).startswith(begun):
            return True
    return fuzz.ratio(one, other, score_cutoff=_ALIKE_PERCENT) > 0 and same_details(_bare(one), _bare(other))


def _bare(match: str) -> str:
    """Words without the signs around them."""
    return _SIGNS.sub(" ", match)


def _uncut(match: str) -> str:
    for mark in _CUT:
        match = match.removesuffix(mark).rstrip()
    return match


def _are_one(one: Trace, other: Trace) -> bool:
    least = _least_said(one, other)
    return (
        least is not None and min(len(one.match), len(other.match)) >= least and says_the_same(one.match, other.match)
    )


def _least_said(one: Trace, other: Trace) -> int | None:
    """How much two authors must have said alike to be one person; None where they are two, whatever they said."""
    if _is_bridged(one.handle) or _is_bridged(other.handle):
        return _LEAST_SAID if _person(one.handle) == _person(other.handle) else None
    if not one.name or one.name != other.name:
        return None
    if one.handle and other.handle:
        return _LEAST_SAID if _stem(one.handle) == _stem(other.handle) else None
    return _LEAST_SAID_BY_NAME if " " in one.name else None


def _is_bridged(handle: str) -> bool:
    return handle.endswith((*_AT_BRIDGE, _FROM_FEDIVERSE))


def _person(handle: str) -> str:
    """
    Whose handle a bridge made this of, with dots for every sign.

    Source: Bridgy Fed: `anna.bsky.social` is `@anna.bsky.social@bsky.brid.gy` in the fediverse, and
    `@anna@social.example` is `anna.social.example.ap.brid.gy` on Bluesky, where `_` and `~` are `-`.
    """
    for suffix in (*_AT_BRIDGE, _FROM_FEDIVERSE):
        handle = handle.removesuffix(suffix)
    return handle.replace("@", ".").replace("_", "-").replace("~", "-")


def _stem(handle: str) -> str:
    """What somebody is called on any network: `anna` of `anna@social.example` and of `anna.bsky.social`."""
    return handle.partition("@")[0].partition(".")[0]
