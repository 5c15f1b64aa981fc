"""
What a person puts on the screens is looked at once more at its network, at once: what became of it while it waited may
not have been heard. Else it would stand there until the next round.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from server.symposium.bodies import post_body
from server.symposium.entries import Decided, Record, Undone
from server.symposium.outcomes import Done
from server.symposium.state import State
from server.symposium.values import PHONE, PostId, SourceId, Status
from server.tasks import Tasks

JOIN_S: Final = 2.0
"""Between one question to a source and the next: what is shown meanwhile is asked for in one."""

ASK_S: Final = 30.0
AT_ONCE: Final = 20
"""So many posts in one question, in the order in which they were shown."""

PAID: Final = frozenset({"x"})
"""Networks where each look costs money: they are asked in their rounds only."""

_log = logging.getLogger(__name__)


class Showing:
    """
    Asks the sources of one symposium. `note` is for the node's listeners, `close` for the end.

    Args:
        state: Read only.
        ask: Has a source look at some posts, by native ids; see `SourceMinder.ask`.
    """

    def __init__(self, state: State, ask: Callable[[SourceId, Sequence[str]], Awaitable[bool]]) -> None:
        self._state = state
        self._ask = ask
        self._due: defaultdict[SourceId, dict[str, None]] = defaultdict(dict)
        self._tasks = Tasks()

    async def close(self) -> None:
        """Ask no more."""
        await self._tasks.close()

    def note(self, record: Record, outcome: Done) -> None:
        """An entry was carried out: what a person shows by it is asked for."""
        if isinstance(record.head, Decided | Undone):
            shown = (each.post for each in outcome.changed if each.after is Status.SHOWN is not each.before)
            self._look_at(shown)

    def _look_at(self, posts: Iterable[PostId]) -> None:
        for id_ in posts:
            post = self._state.posts[id_]
            body = None if post.source == PHONE or post.network in PAID else post_body(self._state, post)
            if body is None or body.native_id is None:
                continue
            is_asked = post.source in self._due
            self._due[post.source][body.native_id] = None
            if not is_asked:
                self._tasks.spawn(self._ask_for(post.source))

    async def _ask_for(self, source: SourceId) -> None:
        while self._due[source]:
            some = [*self._due[source]][:AT_ONCE]
            for native_id in some:
                del self._due[source][native_id]
            if not await self._could_ask(source, some):
                self._due[source].clear()  # it is no use to knock at a closed door: the rounds go on
            await asyncio.sleep(JOIN_S)
        del self._due[source]

    async def _could_ask(self, source: SourceId, native_ids: Sequence[str]) -> bool:
        try:
            async with asyncio.timeout(ASK_S):
                return await self._ask(source, native_ids)
        except TimeoutError:
            _log.info("source %s does not answer what became of what is shown", source)
        except Exception:  # a mistake in one network's code: it is asked again for the next post
            _log.exception("source %s could not look at what is shown", source)
        return False
