"""
Which items of a source's feeds were passed on, and in which words: also over a restart. Pure.

The cursor has a short trace of each item that stands in its feed; whoever has the cursor learns no words from it. What
else the house still has, it tells at the start (`contract.Remembers`), by name only.
"""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from collections.abc import Container, Iterable, Mapping
from itertools import islice
from typing import Final

import msgspec

from server.sources.contract import Kept, NetworkPost
from server.sources.memory import remember

MAX_KNOWN: Final = 20_000
MAX_LEFT: Final = 100
"""Items that one feed has no more, and that may still turn out to be gone."""

LONG_AWAY_S: Final = 3600.0
"""A feed that could not be read for so long, while another could, has nothing any more."""

ANY: Final = ""
"""No feed in particular: of an item that the house has, and of which nobody knows any more which feed told it."""


class Trace(msgspec.Struct, frozen=True, array_like=True):
    """
    What a cursor has of an item that was passed on.

    Args:
        words: A fingerprint of what it said.
        at: Its date, UTC microseconds since 1970; 0 where it has none.
        missed: At the last look it was gone from between its neighbours.
    """

    words: str
    at: int = 0
    missed: bool = False


class _Passed(msgspec.Struct, frozen=True):
    """An item that was passed on: by which feed, in which words; `uri` and `words` are empty where nobody knows."""

    feed: str
    words: str
    uri: str


class Memory:
    """
    What the feeds of one source have passed on, at most `MAX_KNOWN` items.

    A feed's own word for "changed" is not taken: some say so of every item whenever a reader counts. So it is the words
    that count, and a change has the moment at which we saw it. Two feeds may render one item differently: only the one
    that was first may change it.

    Args:
        kept: What the house has, oldest first.
        feeds: All of the source.
    """

    def __init__(self, kept: Iterable[Kept] = (), feeds: Iterable[str] = ()) -> None:
        self._feeds = frozenset(feeds)
        self._standing: dict[str, frozenset[str]] = {}
        self._well_s: dict[str, float] = {}
        self._away_s: dict[str, float] = {}
        """Since when each could be read, or could not."""
        self._to_read = set(self._feeds) if len(self._feeds) > 1 else set[str]()
        self._passed: OrderedDict[str, _Passed] = OrderedDict()
        for each in kept:
            remember(self._passed, key_of(each.native_id), _Passed(ANY, "", each.native_id), most=MAX_KNOWN)

    def resume(self, feed: str, traces: Mapping[str, Trace]) -> None:
        """Go on with what the cursor of *feed* has."""
        for key, trace in traces.items():
            before = self._passed.get(key)
            remember(self._passed, key, _Passed(feed, trace.words, before.uri if before else ""), most=MAX_KNOWN)

    def has(self, post: NetworkPost) -> bool:
        """Whether this item was passed on, in whichever words."""
        return key_of(post.native_id) in self._passed

    def news(self, post: NetworkPost, *, feed: str, now_us: int) -> NetworkPost | None:
        """
        *post* when it is new, or changed since it was passed on; else None.

        Of an item whose former words nobody knows, the house finds out by itself whether it changed.
        """
        key, words = key_of(post.native_id), words_of(post)
        before = self._passed.get(key)
        if before is not None and (before.feed not in (ANY, feed) or before.words == words):
            return None
        remember(self._passed, key, _Passed(feed, words, post.uri), most=MAX_KNOWN)
        return msgspec.structs.replace(post, edited=now_us) if before is not None and before.words else post

    def traces(self, posts: Iterable[NetworkPost], *, feed: str) -> dict[str, Trace]:
        """For the cursor of *feed*: those of *posts* that it has passed on."""
        found = ((key_of(post.native_id), post) for post in posts)
        return {
            key: Trace(words=passed.words, at=post.created or 0)
            for key, post in found
            if (passed := self._passed.get(key)) is not None and passed.feed == feed
        }

    def was_read(self, feed: str, *, now_s: float) -> None:
        """*feed* told what it has, or that nothing changed; *now_s* is monotonic."""
        self._well_s.setdefault(feed, now_s)
        self._away_s.pop(feed, None)

    def was_away(self, feed: str, *, now_s: float, for_good: bool) -> None:
        """
        *feed* could not be read. It does not hold back for ever what another one lost: it has nothing once it is gone
        for good, or was away for `LONG_AWAY_S` while another was there all the time. Else our own line may be down.
        """
        self._well_s.pop(feed, None)
        since_s = self._away_s.setdefault(feed, now_s)
        long_ago_s = now_s - LONG_AWAY_S
        if for_good or (since_s <= long_ago_s and min(self._well_s.values(), default=now_s) <= long_ago_s):
            self._standing[feed] = frozenset()
            self._hand_on(feed)
            self._to_read.add(feed)  # should it come back after all

    def is_to_read(self, feed: str) -> bool:
        """Whether all that is in *feed* has to be seen, also where its server would say that nothing changed."""
        return feed in self._to_read

    def stands(self, feed: str, keys: frozenset[str]) -> None:
        """*keys* are of all that is in *feed* now."""
        self._standing[feed] = keys
        self._to_read.discard(feed)

    def let_go(self, key: str, *, feed: str) -> str | None:
        """
        What an item is called that was taken out of *feed*; empty where neither we nor the house know it, or another
        feed has it now.

        None while it may stand in another feed. That one may change it from its next look on, and then it is there
        that it may be taken out; if it turns out not to have it, or is away for too long, it is gone.
        """
        passed = self._passed.get(key)
        if passed is None or not passed.uri or passed.feed not in (ANY, feed):
            return ""
        others = self._feeds - {feed}
        if others - self._standing.keys():
            return None
        return None if self._is_handed_on(key, passed, feed) else passed.uri

    def _hand_on(self, feed: str) -> None:
        """What *feed* told, and others have, is theirs from their next look on."""
        for key, passed in self._passed.items():
            if passed.feed == feed:
                self._is_handed_on(key, passed, feed)

    def _is_handed_on(self, key: str, passed: _Passed, feed: str) -> bool:
        """Whether another than *feed* has this item: that one may change it from its next look on."""
        holders = {other for other, keys in self._standing.items() if other != feed and key in keys}
        if holders:
            self._to_read |= holders
            self._passed[key] = _Passed(ANY, "", passed.uri)
        return bool(holders)


def taken_out(
    before: Mapping[str, Trace], present: Container[str], reach: tuple[int, int] | None
) -> tuple[list[str], dict[str, Trace]]:
    """
    Which items were taken out of a feed, and which to look for once more.

    An item that is not in a feed any more has mostly made room for newer ones, which proves nothing. But where a feed
    is in the order of its dates, and has both older and newer items, somebody took it out. One look may be a server's
    mistake: two in a row are not.

    Args:
        before: The traces of the last look.
        present: The keys of all items that are in the feed now.
        reach: From when to when the feed has every item (`parse.reach`); None where nobody can tell.
    """
    gone, left = [], dict[str, Trace]()
    for key, trace in before.items():
        if key in present or reach is None or trace.at <= reach[0]:
            continue
        if trace.at >= reach[1]:  # the newest may be late at another of its servers: newer ones will tell
            left[key] = trace
        elif trace.missed:
            gone.append(key)
        else:
            left[key] = msgspec.structs.replace(trace, missed=True)
    return gone, dict(islice(left.items(), MAX_LEFT))


def key_of(native_id: str) -> str:
    """What an item is called in a cursor: 72 bits, so that no stranger makes another one's."""
    return _short(native_id, 9)


def words_of(post: NetworkPost) -> str:
    """A fingerprint of all that a reader would notice: 36 bits, which only have to differ."""
    said = (post.text, post.name, post.warning, post.sensitive, *(each.alt for each in post.media))
    return _short(repr(said), 6)[:6]


def _short(text: str, size: int) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:size]).decode()
