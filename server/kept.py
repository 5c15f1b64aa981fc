"""Which posts of a source the house still has: what becomes of them at their network still counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Final

from server.intake.addresses import is_bridged
from server.intake.passed import Passed
from server.keyring import Keyring
from server.sources.contract import MAX_KEPT, Kept
from server.symposium import views
from server.symposium.state import Post, State
from server.symposium.values import FINAL, PHONE, SourceId, Status
from server.whereabouts import keys_of

_READ_AT_ONCE: Final = 200
_FEED: Final = "feed"
_TO_BE_SEEN: Final = frozenset({Status.HELD, Status.SHOWN})


async def kept_of(state: State, source: SourceId, *, most: int = MAX_KEPT) -> list[Kept]:
    """
    Those of *source* that can be seen or can come back, oldest first. Reads their bodies; lets others work in between.

    Of more than *most*, what waits and is shown goes before what was hidden and rejected, and the newest before others.
    """
    kept = []
    for number, post in enumerate(_chosen(state, source, most)):
        if number % _READ_AT_ONCE == 0:
            await asyncio.sleep(0)
        body = None if post.status in FINAL else views.post_body(state, post)
        if body is not None and body.native_id is not None:
            kept.append(Kept(native_id=body.native_id, uri=body.uri or "", author_id=body.author_id or ""))
    return kept


def shown_of(state: State, source: SourceId, *, passed: Passed, keyring: Keyring) -> list[str]:
    """
    The native ids of what somebody can see now and *source* has, newest first: its own posts, and the originals that
    it brought of copies that came in before. Who deletes the original takes the copy away.
    """
    found = []
    for post in (state.posts[each] for each in reversed(state.shown)):
        body = views.post_body(state, post) if post.source == source else None
        found.append(_original_at(state, source, post, passed, keyring) if body is None else body.native_id)
    return [native_id for native_id in found if native_id is not None]


def _original_at(state: State, source: SourceId, copy: Post, passed: Passed, keyring: Keyring) -> str | None:
    """What *source* calls the original of *copy*; None where it has none, or nobody remembers."""
    body = None if copy.source in (source, PHONE) else views.post_body(state, copy)
    if body is None or body.uri is None or not (copy.network == _FEED or is_bridged(body.uri)):
        return None
    known = (passed.why((key,)) for key in keys_of(keyring, state, body.uri))  # one may be of another copy
    sure = (each for each in known if each is not None and each.sure)
    return next((each.native_id for each in sure if (each.source, each.post) == (source, copy.id)), None)


def _chosen(state: State, source: SourceId, most: int) -> list[Post]:
    theirs = [post for post in state.posts.values() if post.source == source and post.status not in FINAL]
    seen = [post for post in theirs if post.status in _TO_BE_SEEN]
    others = [post for post in theirs if post.status not in _TO_BE_SEEN]
    chosen = [*_newest(seen, most), *_newest(others, most - len(seen))]
    return sorted(chosen, key=_arrived)


def _newest(posts: list[Post], most: int) -> Iterable[Post]:
    return islice(reversed(posts), max(most, 0))


def _arrived(post: Post) -> int:
    return post.arrived
