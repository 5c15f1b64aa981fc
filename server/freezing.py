"""
Versions of the report: how one is frozen, and how an erasure makes the next one.

A version is its files in the store, and an entry that names them. The files are durable before the entry is made: a
crash between leaves files that nobody names, which the sweep takes. When somebody in a version is erased, or takes a
post back, the law lets its files go; here they are deleted, and the same version is made again without that person, of
the journal as it was then.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from server.blobs.store import BlobStore
from server.errors import Conflict, FonteinError
from server.node import Node
from server.report.checks import Check, Drafted, Level, checks
from server.report.child import Past, past_of
from server.report.exports import VERSION_FORMATS, Format, Order
from server.reporting import Frozen, Reporting
from server.symposium.bodies import post_body
from server.symposium.entries import FrozenFile, HoldSet, Record, ReportFrozen
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.report import MAX_VERSIONS
from server.symposium.state import Version
from server.symposium.values import FINAL, OPERATOR, PHONE, BadgeId, BlobId, PostId, SourceId
from server.tasks import Tasks

_log = logging.getLogger(__name__)

ASK_S: Final = 30.0
"""For all sources together."""
ASK_AT_ONCE: Final = 20
"""Posts of one source in one question; a source that is asked for more may answer for some only."""
ASKED_FOR_S: Final = 120.0
"""What the sources said is taken for true for so long: to look first, and then to freeze, asks them once."""
FILE_ASK_S: Final = 10.0
"""Nobody waits longer than this for a file of the draft; the asking goes on, and the next file knows more."""
_AGAIN_S: Final = (10.0, 60.0, 300.0, 1_800.0)
"""How long it waits before it makes a version again that could not be made."""

Ask = Callable[[SourceId, Sequence[str]], Awaitable[bool]]
"""Has a source look at posts again, by their native ids; False where it could not. What it saw is durable then."""


class Stopped(Conflict):
    """Something must be mended before a version can be frozen; `check` says what."""

    def __init__(self, check: Check) -> None:
        super().__init__("Something in the report must be mended first.", code=check.code)
        self.check = check


class Freezing:
    """
    Makes the versions of one symposium. `note` is for the node's listeners, `run` for a task, `close` for the end.

    Args:
        folder: The symposium's own.
        order: What a child is told, by formats and number. Blocks.
        ask: See `Ask`; None where no source is listened to.
        forget: Deletes those of some files that nothing names any more, now.
    """

    def __init__(
        self,
        *,
        node: Node,
        store: BlobStore,
        folder: Path,
        reports: Reporting,
        order: Callable[[Sequence[Format], int], Order],
        forget: Callable[[set[BlobId]], Awaitable[None]],
        ask: Ask | None = None,
    ) -> None:
        self._node = node
        self._store = store
        self._folder = folder
        self._reports = reports
        self._order = order
        self._forget = forget
        self.ask = ask
        self._tasks = Tasks()
        self._keeping: list[set[BlobId]] = []
        self._versions = node.state.draft.versions
        self._news = asyncio.Event()
        self._news.set()  # what was erased just before the last end
        self._asked_s = float("-inf")
        self._unasked: set[PostId] = set()
        self._asking = asyncio.Lock()

    async def close(self) -> None:
        """Leave what is under way: what is not named by then is swept."""
        await self._tasks.close()

    def waiting(self) -> set[BlobId]:
        """Files whose entry is being made: a sweep of the store leaves them alone."""
        return set().union(*self._keeping)

    # Looking

    def checks(self, *, unasked: Collection[PostId] = ()) -> tuple[Check, ...]:
        """What there is to look at before the next version."""
        return checks(self._node.state, unasked=unasked)

    async def look_again(self) -> frozenset[PostId]:
        """
        Have the sources look again at every post of theirs that goes out now: first what the report quotes, then what
        else is released, the newest first. Of networks of which only addresses go out, only what is quoted.

        Returns:
            The posts whose source could not be asked within `ASK_S`.
        """
        return await self._tasks.to_the_end(self._look_again(asyncio.get_running_loop().time()))

    async def look_before_a_file(self) -> tuple[str, ...]:
        """
        The same, for at most `FILE_ASK_S`, and not when it was done just now.

        Returns:
            The networks that were not asked about all of theirs, by name: what was deleted there may still go out.
        """
        if not self._asked_just_now():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FILE_ASK_S):
                    await self.look_again()
        posts = (self._node.state.posts[post] for post in self._unasked)
        return tuple(sorted({post.network for post in posts if post.status not in FINAL}))

    def _asked_just_now(self) -> bool:
        return not self._node.state.sources or asyncio.get_running_loop().time() - self._asked_s < ASKED_FOR_S

    async def _look_again(self, began_s: float) -> frozenset[PostId]:
        async with self._asking:
            if self._asked_s < began_s:  # else somebody asked while we waited for our turn
                await self._ask_all()
                self._asked_s = asyncio.get_running_loop().time()
            return frozenset(self._unasked)

    async def _ask_all(self) -> None:
        order = await asyncio.to_thread(self._order, (), 0)
        by_source = self._native_ids(order.link_only)
        self._unasked = {post for ids in by_source.values() for post in ids}
        if self.ask is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ASK_S), asyncio.TaskGroup() as group:
                    for source, ids in by_source.items():
                        group.create_task(self._ask(self.ask, source, ids, self._unasked))

    def _native_ids(self, link_only: Collection[str]) -> dict[SourceId, dict[PostId, str]]:
        state, found = self._node.state, defaultdict[SourceId, dict[PostId, str]](dict)
        whole = (post for post in reversed(state.shown) if state.posts[post].network not in link_only)
        for post_id in dict.fromkeys((*Drafted(state).quotes, *whole)):
            post = state.posts[post_id]
            body = None if post.source == PHONE else post_body(state, post)
            if body is not None and body.native_id is not None:
                found[post.source][post_id] = body.native_id
        return found

    @staticmethod
    async def _ask(ask: Ask, source: SourceId, ids: dict[PostId, str], unasked: set[PostId]) -> None:
        posts = [*ids]
        for at in range(0, len(posts), ASK_AT_ONCE):
            some = posts[at : at + ASK_AT_ONCE]
            try:
                if not await ask(source, [ids[post] for post in some]):
                    return  # it is no use to knock at a closed door again and again
            except Exception:  # a mistake in one network's code: the others are asked all the same
                _log.exception("source %s could not look again", source)
                return
            unasked.difference_update(some)

    # Freezing

    async def freeze(
        self, by: BadgeId, *, number: int, seq: int, formats: Sequence[Format] = VERSION_FORMATS
    ) -> Version | Refused:
        """
        Freeze the draft. What was begun is brought to its end, whether or not the caller stays.

        Args:
            number: Which version this will be.
            seq: The draft's last change, as *by* saw it.
            formats: Of `VERSION_FORMATS`; HTML is always among them.

        Returns:
            The version, or why the law did not take it: `decided-since` when somebody changed the draft or froze it
            while the files were made, `stale-revision` when somebody took a post back. Its files are gone then.

        Raises:
            Conflict: `decided-since` when the draft is another one by now, or has that version; `gone` when a source
                has deleted chosen posts that it had not told of.
            Stopped: A check stops it.
            TooMany, ReportFailed, StorageFull: The files could not be made. There is no version, and nothing of it.
        """
        wanted = tuple(dict.fromkeys((Format.HTML, *formats)))
        return await self._tasks.to_the_end(self._freeze(by, number, seq, wanted))

    async def _freeze(self, by: BadgeId, number: int, seq: int, formats: tuple[Format, ...]) -> Version | Refused:
        self._check_turn(number, seq)
        await self._ask_first()
        for check in self.checks():
            if check.level is Level.STOPS:
                raise Stopped(check)
        await asyncio.to_thread(self._store.check_room, 0)  # what room is left is for posts and decisions
        order = await asyncio.to_thread(self._order, formats, number)
        self._check_turn(number, seq)
        through = self._node.state.seq
        async with self._reports.frozen(self._node.state, order, folder=self._folder) as made:
            outcome = await self._keep(by, number, through, made)
        return outcome if isinstance(outcome, Refused) else self._node.state.draft.versions[number - 1]

    def _check_turn(self, number: int, seq: int) -> None:
        draft = self._node.state.draft
        if number != len(draft.versions) + 1 or seq != draft.seq:
            raise Conflict(
                "The draft is another one since you looked. Look again, and freeze it then.", code="decided-since"
            )

    async def _ask_first(self) -> None:
        """
        Raises:
            Conflict: Chosen posts went: their author should see that before the version is made without them.
        """
        state = self._node.state
        if self._asked_just_now():
            return
        before = tuple(Drafted(state).quotes)
        await self.look_again()
        gone = [post for post in before if state.posts[post].ended_at]
        if gone:
            raise Conflict(
                f"A source has deleted {len(gone)} of the posts in the report. Look again, and freeze it then.",
                code="gone",
            )

    async def _keep(self, by: BadgeId, number: int, through: int, made: Frozen) -> Outcome:
        """Bring the files to safety, then name them."""
        files = tuple(FrozenFile(each.format.value, BlobId(each.sha256), each.size) for each in made.files)
        blobs = {file.blob for file in files}
        self._keeping.append(blobs)
        try:
            for each in made.files:
                await asyncio.to_thread(self._store.put_file, made.folder / each.name)
            head = ReportFrozen(
                by=by,
                number=number,
                through=through,
                sha256=next(each.sha256 for each in made.files if each.format is Format.HTML),
                files=files,
                posts=made.posts,
            )
            outcome = await self._node.submit(head)
        except FonteinError:  # the journal kept nothing
            self._keeping.remove(blobs)
            await self._forget_quietly(blobs)
            raise
        except BaseException:  # nobody knows whether it did
            self._keeping.remove(blobs)
            raise
        self._keeping.remove(blobs)
        if not isinstance(outcome, Done):
            await self._forget_quietly(blobs)
        return outcome

    async def _forget_quietly(self, blobs: set[BlobId]) -> None:
        try:
            await self._forget(blobs)
        except (FonteinError, OSError) as ex:
            _log.warning("files of a version are left for the sweep: %s", ex)

    # After an erasure

    def note(self, record: Record, _: Done) -> None:
        """An entry was carried out: when it let versions go, their files are deleted, and the newest is made again."""
        versions = self._node.state.draft.versions
        if versions is not self._versions:
            if gone := _files(self._versions) - _files(versions):
                self._tasks.spawn(self._forget_quietly(gone))
            self._versions = versions
            self._news.set()
        elif isinstance(record.head, HoldSet):
            self._news.set()

    async def run(self) -> None:
        """Make again what an erasure took, until cancelled. It is tried again and again."""
        failures = 0
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                if self._is_missing():
                    await self._tasks.to_the_end(self._make_again())
                failures = 0
                continue
            except (FonteinError, OSError) as ex:
                _log.warning("the report without what was erased is not made yet: %s", ex)
            except Exception:  # a mistake of ours: the next erasure must not find nobody here
                _log.exception("the report without what was erased is not made yet")
            await asyncio.sleep(_AGAIN_S[min(failures, len(_AGAIN_S) - 1)])
            failures += 1
            self._news.set()

    def _is_missing(self) -> bool:
        """Whether the newest version lost its bytes, and may be made again: not while a legal hold lasts."""
        state = self._node.state
        versions = state.draft.versions
        return bool(versions and versions[-1].gone and len(versions) < MAX_VERSIONS and state.hold is None)

    async def _make_again(self) -> None:
        version = self._node.state.draft.versions[-1]
        number = version.number + 1
        order = await asyncio.to_thread(self._order, (), number)

        async def past(work: Path) -> Past:
            copy = work / "journal.db"
            await self._node.copy(copy)
            return past_of(self._node.state, version, copy)

        async with self._reports.again(past, order, folder=self._folder) as made:
            outcome = await self._keep(OPERATOR, number, version.through, made)
        if isinstance(outcome, Refused) and outcome.code == "stale-revision":
            self._news.set()  # somebody else went meanwhile
        elif not isinstance(outcome, Done):
            _log.info("version %d is not made again: %s", version.number, outcome)


def _files(versions: Iterable[Version]) -> set[BlobId]:
    return {file.blob for version in versions for file in version.files}
