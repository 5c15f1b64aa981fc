"""
Finding posts by their words, in a running symposium: feeds the index with what the law made of each entry.

The index is a file beside the journal that can be made again at any time; no archive holds it. It is fed in batches, a
moment behind the screens. Only an erasure does not wait for its turn: it answers when the words are out of the file.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from server.errors import FonteinError, Unavailable
from server.report.search import Index, IndexDamaged, Page
from server.symposium.bodies import post_body
from server.symposium.entries import ActUndone, PostsMoved, Record
from server.symposium.outcomes import Done
from server.symposium.state import Post, State, is_final
from server.symposium.values import SHOWN, ActKind, PostId, SessionId, Status

_log = logging.getLogger(__name__)

FILE: Final = "search.db"
GATHER_S: Final = 0.2
"""How long it gathers what changed: posts are judged in bursts."""
AGAIN_S: Final = 30.0
"""How long it waits when the disk fails."""
_BATCH: Final = 200
"""Posts that are read in one go, some 2 ms of the loop's time; a search or an erasure waits for one such batch."""


class Fact(NamedTuple):
    """A post as the index is to have it; the arguments of `Index.put`."""

    post: PostId
    seq: int
    text: str
    name: str
    handle: str
    session: SessionId | None
    status: Status


class Found(NamedTuple):
    """What was found; not `complete` while the index is still being filled."""

    page: Page
    complete: bool


class Finding:
    """
    The index of one symposium. `note` is for the node's listeners, `run` for a task, `forget` for the node's erasures.

    Args:
        state: The node's: read on the loop only.
        path: Of the index; made when it is missing.
        epoch: The journal's.
    """

    def __init__(self, state: State, *, path: Path, epoch: str) -> None:
        self._state = state
        self._path = path
        self._epoch = epoch
        self._index: Index | None = None
        self._since = state.seq
        """From here on it was told of every change."""
        self._complete = False
        """But for what was touched, the index has all that there is."""
        self._is_closed = False
        self._touched: dict[PostId, None] = {}
        self._news = asyncio.Event()
        self._news.set()
        self._filling = asyncio.Lock()
        self._writing = asyncio.Lock()
        """From reading posts to having put them: what is erased after one batch was read is in no later one."""

    def note(self, record: Record, outcome: Done) -> None:
        """An entry was carried out."""
        self._touched.update(dict.fromkeys(_touched(self._state, record, outcome)))
        self._news.set()

    async def run(self) -> None:
        """Keep the index in step, until cancelled. One that fails is tried again."""
        while True:
            await self._news.wait()
            await asyncio.sleep(GATHER_S)
            try:
                await self.catch_up()
            except IndexDamaged:
                self._news.set()  # it is empty now, and can be filled
            except FonteinError as ex:
                _log.warning("the search index is behind, next try in %.0f s: %s", AGAIN_S, ex)
                await asyncio.sleep(AGAIN_S)
                self._news.set()

    async def close(self) -> None:
        """Write what there is, and let go of the file."""
        if self._complete:
            try:
                await self.catch_up()
            except FonteinError as ex:
                _log.info("the search index will be filled at the next start: %s", ex)
        async with self._filling, self._writing:
            self._is_closed = True
            if self._index is not None:
                await asyncio.to_thread(self._index.close)
                self._index = None

    async def catch_up(self) -> None:
        """
        Bring the index up to the state.

        Raises:
            FonteinError: It cannot be opened, or the disk fails. Next time it is filled from the beginning.
        """
        async with self._filling:
            if self._is_closed:
                return
            self._news.clear()
            async with self._writing:
                index = await self._opened()
            seq, touched = self._state.seq, self._touched
            self._touched = {}
            if index.position == 0:
                self._complete = False
            try:
                await self._take(index, touched if self._complete else dict.fromkeys(self._state.posts))
                await asyncio.to_thread(index.reach, seq)
            except BaseException:
                self._complete = False
                raise
            self._complete = True

    async def _take(self, index: Index, posts: Collection[PostId]) -> None:
        gone: list[PostId] = []
        rest = iter(posts)
        while some := tuple(islice(rest, _BATCH)):
            async with self._writing:
                facts = {post: _fact(self._state, self._state.posts[post]) for post in some}
                gone += (post for post, fact in facts.items() if fact is None)
                await asyncio.to_thread(_put, index, [fact for fact in facts.values() if fact is not None])
        if gone:
            async with self._writing:
                await asyncio.to_thread(index.drop, gone)

    async def _opened(self) -> Index:
        """The index; whoever asks holds `_writing`."""
        if self._is_closed:
            raise Unavailable("This server is ending. Try again in a moment.", retry_after_s=5)
        if self._index is None:
            self._index = await asyncio.to_thread(Index, self._path, epoch=self._epoch)
            self._complete = self._index.position == self._since
        return self._index

    async def forget(self, posts: Sequence[PostId]) -> None:
        """
        Take posts out that the state has ended. When this returns not a word of theirs is in the index's files.

        Where the index cannot be changed it is deleted, to be made again.

        Raises:
            Unavailable: It cannot be deleted either.
        """
        if not posts:
            return
        async with self._writing:
            try:
                await asyncio.to_thread((await self._opened()).drop, posts)
            except FonteinError as ex:
                _log.warning("the search index is deleted, since it cannot be changed: %s", ex)
                await self._delete()

    async def _delete(self) -> None:
        if self._index is not None:
            await asyncio.to_thread(self._index.close)
        self._index, self._complete = None, False
        try:
            for tail in ("", "-wal", "-shm", "-journal"):
                self._path.with_name(self._path.name + tail).unlink(missing_ok=True)
        except OSError as ex:
            raise Unavailable(f"{self._path} cannot be deleted: {ex.strerror}.", retry_after_s=60) from ex
        self._news.set()

    async def find(
        self,
        query: str,
        *,
        after: str | None = None,
        limit: int = 50,
        session: SessionId | None = None,
        statuses: Collection[Status] = (SHOWN,),
    ) -> Found:
        """
        The posts that have what *query* asks for, newest first; see `Index.find`. What changed a moment ago may be
        missing, or not be so any more.

        Raises:
            BadInput: *after* is not from here.
            Unavailable: The index must be made anew, or the disk fails.
        """
        async with self._writing:
            index = await self._opened()
        try:
            page = await asyncio.to_thread(
                index.find, query, after=after, limit=limit, session=session, statuses=statuses
            )
        except FonteinError:
            self._news.set()  # where it was damaged it is empty now
            raise
        return Found(page, self._complete)


def _put(index: Index, facts: Iterable[Fact]) -> None:
    for fact in facts:
        index.put(*fact)


def _touched(state: State, record: Record, outcome: Done) -> Iterator[PostId]:
    """The posts of which something changed that is found: words, status, session."""
    yield from (change.post for change in outcome.changed)
    match record.head:
        case PostsMoved(posts=posts):
            yield from (post for post in posts if post in state.posts)
        case ActUndone(seq=seq) if (act := state.acts.get(seq)) is not None and act.kind is ActKind.MOVED:
            yield from act.posts
        case _:
            pass


def _fact(state: State, post: Post) -> Fact | None:
    """How *post* is to be found; None when there is nothing of it any more."""
    body = None if is_final(post) else post_body(state, post)
    if body is None:
        return None
    session = None if post.session is None else SessionId(post.session)
    return Fact(post.id, post.arrived, body.text, body.name, body.handle, session, post.status)
