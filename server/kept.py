"""Which posts of a source the house still has: what becomes of them at their network still counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Final

from server.sources.contract import MAX_KEPT, Kept
from server.symposium import turns, views
from server.symposium.state import Post, State
from server.symposium.values import FINAL, SourceId, Status

LEAST_WAITING: Final = 20
"""So many that wait are looked at again, also where fewer are on the screens."""

_READ_AT_ONCE: Final = 200
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


def seen_of(state: State, source: SourceId) -> list[str]:
    """
    The native ids of those of *source* that somebody can see now: on the screens, the newest first, and then in the
    queue, in the order in which a moderator gets them. Who deletes a post takes it away from both.

    Of the queue so many that what is on the screens has at least every other turn, where its network is asked for a
    few at a time; the others come when they move up.
    """
    shown = [post for post in (state.posts[each] for each in reversed(state.shown)) if post.source == source]
    waiting = (post for post in map(state.posts.__getitem__, turns.in_order(state)) if post.source == source)
    asked = (*shown, *islice(waiting, max(LEAST_WAITING, len(shown))))
    bodies = (views.post_body(state, post) for post in asked)
    return [body.native_id for body in bodies if body is not None and body.native_id is not None]


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
