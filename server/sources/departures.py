"""What has to leave the screens, of all sources of one symposium: it is handed in until it is durable."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NoReturn, Protocol, assert_never

from server.errors import FonteinError, TooMany, Unavailable
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.sources.contract import AuthorGone, Delete, Source
from server.sources.loop import monotonic

MAX_REMEMBERED = 20_000

_LONGEST_NAP_S = 30.0
_AFTER_FAULT_S = 1.0

_log = logging.getLogger(__name__)

Handed = Arrival | Departure | AuthorDeparture


class Receive(Protocol):
    """Judges and journals; returns when it is durable. Raises `Unavailable` or `TooMany` to be asked again."""

    def __call__(self, handed: Handed, /) -> Awaitable[object]: ...


@dataclass(eq=False)
class _Departing:
    handed: Departure | AuthorDeparture
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    due: float = 0.0
    wait_s: float = 0.2

    def put_off(self) -> None:
        """It failed: again after 0.2 s, doubling to 5 s. The journal is here; there is nobody to be polite to."""
        self.due = monotonic() + self.wait_s
        self.wait_s = min(self.wait_s * 2, 5.0)


class Departures:
    """
    What has to leave the screens. Never given up, and not held up by posts or by a source being turned off.

    Remembers what went, so that a post that was on its way meanwhile does not come after all.
    """

    count: int
    """How many have been added so far."""

    def __init__(self, receive: Receive, now: Callable[[], float]) -> None:
        self._receive = receive
        self._now = now
        self._waiting: list[_Departing] = []
        self._later: dict[tuple[str, str], tuple[int, Departure]] = {}
        self._gone: OrderedDict[tuple[str, str], int] = OrderedDict()
        self.count = 0
        self._added = asyncio.Event()

    @property
    def left(self) -> int:
        return len(self._waiting)

    def add(self, handed: Departure | AuthorDeparture) -> asyncio.Future[None]:
        """The future is done once it is durable."""
        self.count += 1
        for key in _keys(handed):
            self._gone[key] = self.count
            self._gone.move_to_end(key)
            self._later.pop(key, None)
        while len(self._gone) > MAX_REMEMBERED:
            self._gone.popitem(last=False)
        departing = _Departing(handed)
        self._waiting.append(departing)
        self._added.set()
        return departing.done

    def at(self, expires: int, handed: Departure) -> None:
        """Add it when it is time: UTC microseconds since 1970. After a restart the re-check finds what was missed."""
        key = _keys(handed)[0]
        self._later[key] = (expires, handed)
        if len(self._later) > MAX_REMEMBERED:
            self._later.pop(next(iter(self._later)))
        self._added.set()

    def include(self, arrival: Arrival, read_at: int) -> bool:
        """Whether this post has gone, or its author did after it was read: a post never comes back, an author may."""
        post = Departure(source=arrival.source, network=arrival.network, native_id=arrival.native_id, uri=arrival.uri)
        author = AuthorDeparture(source=arrival.source, network=arrival.network, author_id=arrival.author_id)
        names = (*_keys(post), ("uri", arrival.uri))  # what its author took back comes by no feed either
        return any(key in self._gone for key in names) or self._gone.get(_keys(author)[0], 0) > read_at

    async def run(self) -> NoReturn:
        while True:
            try:
                await self._round()
            except Exception:  # a mistake of ours with one of them must not keep the others on the screens
                _log.exception("What has to leave the screens could not be looked through; trying again")
                await asyncio.sleep(_AFTER_FAULT_S)

    async def _round(self) -> None:
        """Hand in what is there, and wait for more."""
        self._added.clear()
        for departing in [each for each in self._waiting if each.due <= monotonic()]:
            if await self._hand_in(departing):
                self._waiting.remove(departing)
            else:
                departing.put_off()
        self._add_expired()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._until_next_s()):
                await self._added.wait()

    def _until_next_s(self) -> float:
        """Bounded, since the wall clock may be set while we wait for it."""
        due = [departing.due - monotonic() for departing in self._waiting]
        expiring = [expires / 1_000_000 - self._now() for expires, _ in self._later.values()]
        return min([*due, *expiring, _LONGEST_NAP_S])

    async def _hand_in(self, departing: _Departing) -> bool:
        try:
            await self._receive(departing.handed)
        except (Unavailable, TooMany):
            return False
        except FonteinError as ex:
            _log.warning("A delete was refused: %s", ex)  # By the law, for good: there is nothing to delete.
        except Exception:
            _log.exception("A delete could not be handed in; trying again")
            return False
        if not departing.done.done():
            departing.done.set_result(None)
        return True

    def _add_expired(self) -> None:
        now_us = int(self._now() * 1_000_000)
        for expires, handed in [each for each in self._later.values() if each[0] <= now_us]:
            _log.debug("A post has expired at %d", expires)
            self.add(handed)


def departure_of(source: Source, event: Delete | AuthorGone) -> Departure | AuthorDeparture:
    match event:
        case Delete(native_id=native_id, uri=uri):
            return Departure(source=source.id, network=source.network, native_id=native_id, uri=uri)
        case AuthorGone(author_id=author_id):
            return AuthorDeparture(source=source.id, network=source.network, author_id=author_id)
        case _:
            assert_never(event)


def _keys(gone: Departure | AuthorDeparture) -> list[tuple[str, str]]:
    """What a feed says is of itself alone, also where it calls an item as a post of others is called."""
    if isinstance(gone, AuthorDeparture):
        return [("author", gone.author_id)]
    own = f" {gone.source}" if gone.network == "feed" else ""
    named = ((f"uri{own}", gone.uri), (f"{gone.network}{own}", gone.native_id))
    return [(kind, name) for kind, name in named if name is not None]
