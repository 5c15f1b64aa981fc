"""
Less runs ahead of the journal: what is taken away is covered on the screens at once, while its entry becomes durable.

More never does. A cover is lifted when the wall's view says what the entry meant; where the disk is full it stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import Final, Literal, Protocol

from server.journal.contract import JournalBusy, JournalFull
from server.live.channel import Channel
from server.symposium.entries import AnyHead, Entry
from server.symposium.outcomes import Done, Outcome
from server.symposium.state import Post
from server.symposium.values import PostId
from server.tasks import Tasks

OWED_RETRY_S: Final = 2.0
"""Between two attempts to keep what covers the screens already."""


class Submit(Protocol):
    """The one road: makes an entry durable, and returns what the law made of it."""

    async def __call__(self, head: AnyHead, body: bytes | None = None, *, urgent: bool = False) -> Outcome: ...


class Covers:
    """
    What is covered on the screens ahead of its entry.

    Args:
        wall: The channel of the screens.
        keys: Under which keys the wall's view may have a post.
        submit: Makes an entry durable. Raises JournalFull or JournalBusy where the disk cannot keep it.
        touch: Asks for the views to be published; `end` belongs after each time.
        tasks: Where work goes on whose caller went away.
    """

    def __init__(
        self,
        *,
        wall: Channel,
        keys: Callable[[PostId], Iterable[str]],
        submit: Submit,
        touch: Callable[[], None],
        tasks: Tasks,
    ) -> None:
        self._wall = wall
        self._keys = keys
        self._submit = submit
        self._touch = touch
        self._tasks = tasks
        self._lifted: list[object] = []
        """Covers whose entry is durable, until the view is published that has it."""
        self._owed: list[tuple[Entry, object]] = []
        self._unsaid_edits: dict[PostId, list[object]] = {}
        """Covers of posts whose edit could not be kept."""

    async def restrict(self, head: AnyHead, posts: Collection[PostId] | Literal["all"]) -> Outcome:
        """
        Cover *posts* on the screens at once, and make the entry durable at the same time.

        Where the disk is full the cover stays, and the entry is tried again until it is durable. A caller that goes
        away takes nothing back: the cover holds until the entry, which is on its way, is durable.
        """
        token = object()
        if posts:
            self._cover(token, posts)
        return await self._tasks.to_the_end(self._submit_covered(Entry(head), token, is_owed=bool(posts)))

    async def edit(self, post: Post, entry: Entry) -> Outcome:
        """
        Cover what *post* said before, and make its edit durable, also when the caller goes away.

        Where the disk is full the cover stays: the source says the edit again, and that one lifts it.
        """
        return await self._tasks.to_the_end(self._submit_edit(post, entry))

    def end(self) -> None:
        """
        Stop covering what the view says now: their entries are in it.

        What came back meanwhile (hidden and shown again, stopped and started) went out under its cover: it is put once
        more.
        """
        lifted, self._lifted = self._lifted, []
        for token in lifted:
            self._wall.uncover(token, restore=True)

    async def _submit_covered(self, entry: Entry, token: object, *, is_owed: bool) -> Outcome:
        try:
            outcome = await self._submit(entry.head, entry.body, urgent=True)
        except (JournalFull, JournalBusy):
            if is_owed:
                self._owe(entry, token)
            raise
        self._lift(token, outcome)
        return outcome

    async def _submit_edit(self, post: Post, entry: Entry) -> Outcome:
        token = object()
        if post.released is not None:
            self._cover(token, [post.id])
        try:
            outcome = await self._submit(entry.head, entry.body)
        except (JournalFull, JournalBusy):
            self._unsaid_edits.setdefault(post.id, []).append(token)
            raise
        for each in (token, *self._unsaid_edits.pop(post.id, ())):
            self._lift(each, outcome)
        return outcome

    def _cover(self, token: object, posts: Collection[PostId] | Literal["all"]) -> None:
        self._wall.cover(token, "all" if posts == "all" else [key for post in posts for key in self._keys(post)])

    def _lift(self, token: object, outcome: Outcome) -> None:
        if isinstance(outcome, Done):
            self._lifted.append(token)
            self._touch()
        else:
            self._wall.uncover(token, restore=True)

    def _owe(self, entry: Entry, token: object) -> None:
        self._owed.append((entry, token))
        if len(self._owed) == 1:
            self._tasks.spawn(self._pay())

    async def _pay(self) -> None:
        """Try again what covers the screens but could not be kept."""
        while self._owed:
            await asyncio.sleep(OWED_RETRY_S)
            entry, token = self._owed[0]
            try:
                outcome = await self._submit(entry.head, entry.body, urgent=True)
            except (JournalFull, JournalBusy):
                continue
            self._owed.pop(0)
            self._lift(token, outcome)
