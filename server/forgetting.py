"""
Pictures of posts that went: their files go too, seconds later.

The law takes the words of a post away; which pictures those named is looked at just before. A file that is named by
another post, a paper, a version or a theme stays, and so does one whose post is on its way. What a crash leaves behind
goes at the next start.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from server.archive import BLOB_FIELDS
from server.blobs.store import BlobId as StoredId
from server.blobs.store import BlobStore
from server.errors import FonteinError
from server.node import blobs_of
from server.symposium.bodies import post_body
from server.symposium.entries import (
    AuthorDeparted,
    Erased,
    Expired,
    Lapsed,
    PaperFiled,
    PostArrived,
    PostDeparted,
    PostEdited,
    PostWithdrawn,
    Record,
    ThemeSet,
)
from server.symposium.posts import by_keys
from server.symposium.state import State
from server.symposium.values import AuthorKey, BlobId, PostId

_log = logging.getLogger(__name__)

EACH_S: Final = 2.0
"""Between one look through all posts and the next: a burst of deletes costs no more than that."""
_AGAIN_S: Final = 60.0
_NAMED = re.compile(rb'"(?:%s)":"([0-9a-f]{64})"' % "|".join(BLOB_FIELDS).encode())


class Forgetting:
    """
    Deletes the pictures of one symposium's posts that went. `note` is for the node, `run` for a task.

    Args:
        forget: Deletes those of some files that nothing names any more.
    """

    def __init__(self, *, state: State, store: BlobStore, forget: Callable[[set[BlobId]], Awaitable[None]]) -> None:
        self._state = state
        self._store = store
        self._forget = forget
        self._candidates: set[BlobId] = set()
        self._news = asyncio.Event()

    def note(self, record: Record) -> None:
        """An entry will be carried out: what it names is here, and what it may take away is looked at soon."""
        if arrived := named_by(record):
            self._store.arrived(StoredId(blob) for blob in arrived)
        self.look_at(blob for post in at_stake(self._state, record) for blob in self._pictures(post))

    def look_at(self, blobs: Iterable[BlobId]) -> None:
        """Have *blobs* deleted, unless something names them."""
        before = len(self._candidates)
        self._candidates.update(blobs)
        if len(self._candidates) > before:
            self._news.set()

    async def run(self) -> None:
        """Delete what went, until cancelled; at most one look through all posts in `EACH_S`."""
        while True:
            await self._news.wait()
            self._news.clear()
            candidates, self._candidates = self._candidates, set()
            wait_s = EACH_S
            try:
                await self._forget(candidates)
            except (FonteinError, OSError) as ex:
                _log.warning("pictures of posts that went are not deleted yet, next try in %.0f s: %s", _AGAIN_S, ex)
                self.look_at(candidates)
                wait_s = _AGAIN_S
            except Exception:  # A mistake of ours: the sweep takes these, and the next ones must find somebody here.
                _log.exception("pictures of posts that went are left for the sweep")
            await asyncio.sleep(wait_s)

    def _pictures(self, post: PostId) -> Iterable[BlobId]:
        body = post_body(self._state, self._state.posts[post])
        return () if body is None else blobs_of(body)


def at_stake(state: State, record: Record) -> Iterable[PostId]:
    """The posts whose pictures *record*, not applied yet, may take away. The law has the last word."""
    found: list[PostId | None]
    match record.head:
        case PostDeparted(keys=keys) | PostEdited(keys=keys):
            found = [by_keys(state, keys)]
        case AuthorDeparted(author=author):
            found = [*_posts_of(state, author)]
        case PostWithdrawn(post=post):
            found = [post]
        case PostArrived(poll=poll, voter=voter) if poll in state.polls and voter is not None:
            found = [state.polls[poll].words.get(voter)]  # another answer takes its place
        case Expired(posts=posts):
            found = [*posts]
        case Erased(posts=posts, author=author):
            found = [*posts, *_posts_of(state, author)]
        case Lapsed():
            found = [*state.posts]
        case _:
            return ()
    return [post for post in found if post is not None and post in state.posts]


def _posts_of(state: State, author: AuthorKey | None) -> Sequence[PostId]:
    known = None if author is None else state.authors.get(author)
    return () if known is None else known.posts


def named_by(record: Record) -> list[BlobId]:
    """The pictures that *record* names; none for entries that name none as they come in."""
    match record.head:
        case PostArrived() | PostEdited() | ThemeSet():
            return [BlobId(blob.decode()) for blob in _NAMED.findall(record.body or b"")]
        case PaperFiled(preview=preview):
            return [] if preview is None else [preview]
        case _:
            return []
