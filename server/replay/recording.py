"""
A day as a row of chunks: each begins with the whole view, so that whoever jumps anywhere asks for one of them.

Times are UTC µs. A chunk has the view at `from`, and every change after it and before `until`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from server.replay.standing import POST, ReplayBook, Standing
from server.symposium.bodies import programme_body
from server.symposium.entries import BadgeMade, BadgeRevoked, BlockWritten, Counted, QuotesSet, Record
from server.symposium.law import apply
from server.symposium.outcomes import Done, Outcome
from server.symposium.programme import begins, ends
from server.symposium.programme_facts import programme_facts
from server.symposium.state import State
from server.symposium.values import Status
from server.symposium.views import Items

JOIN_US: Final = 1_000_000
"""
What changes within this time is one change: a wall brings a card each 2.5 s at most, so that nobody sees a difference.
Each look costs 0.3 ms, and more, the more posts there are, than they are worth: see `joined_us`.
"""
MANY: Final = 25_000
"""Posts. With so many nobody sees each of them, at any speed."""
CHUNK_BYTES: Final = 192 * 1024
"""Of changes, as JSON; a view of 200 posts is as much again, and what travels is a fifth."""
NIGHT_US: Final = 6 * 3_600_000_000
"""So long without a post ends a day: then there is another axis."""
AROUND_US: Final = 2 * 3_600_000_000
"""A session that is so near to a day's posts is a part of that day."""
BINS: Final = 240
LEAD_US: Final = 1_000_000
MAX_DAYS: Final = 60
"""The newest; who posted for longer than that has no day to play again."""
_QUIET: Final = (BadgeMade, BadgeRevoked, BlockWritten, Counted, QuotesSet)
"""Entries that no screen shows, and of which there are many."""

_FROM_UNTIL: Final = {"begin": "from", "end": "until"}

Change = tuple[str, str] | tuple[str, str, Any]


class Moment(msgspec.Struct, frozen=True):
    """The view changed. `view` is all of it, after `changes`; both are values of the wall's view."""

    at: int
    changes: tuple[Change, ...]
    view: Items


class Frame(msgspec.Struct, frozen=True):
    """What changed at a moment."""

    at: int
    changes: tuple[Change, ...]


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """The view at `begin`, and what changed until `end`, in JSON; `end` is None where nothing comes after it."""

    begin: int
    end: int | None
    view: msgspec.Raw
    frames: tuple[msgspec.Raw, ...]

    def json(self) -> bytes:
        """As it travels."""
        return _encode({"from": self.begin, "until": self.end, "view": self.view, "frames": self.frames})


class SessionBand(msgspec.Struct, frozen=True, kw_only=True, rename=_FROM_UNTIL):
    """A session on the axis; `begin` and `end` as they were held, `posts` those that stand."""

    id: str
    title: str
    room: str
    kind: str
    begin: int
    end: int
    posts: int


class Day(msgspec.Struct, frozen=True, kw_only=True, rename=_FROM_UNTIL):
    """A day of posts: an axis. `counts` says how many came in each of its `BINS` equal parts."""

    begin: int
    end: int
    posts: int
    counts: tuple[int, ...]
    sessions: tuple[SessionBand, ...]


_encode = msgspec.json.Encoder().encode


def moments(records: Iterable[Record], standing: Standing, *, join_us: int = JOIN_US) -> Iterator[Moment]:
    """
    What the wall showed, as far as it stands, change by change.

    Args:
        join_us: Changes within so many µs of the first one are one; the moment is that of the last.
    """
    state, book, words = State(), ReplayBook(standing), dict(standing.words())
    first: int | None = None
    last = 0
    for record in records:
        if first is not None and record.at - first > join_us:
            yield from _looked(book, state, last)
            first = None
        body = words.get(record.seq)
        outcome = apply(state, record if body is None else msgspec.structs.replace(record, body=body))
        if _may_change(record, outcome):
            first, last = record.at if first is None else first, record.at
    if first is not None:
        yield from _looked(book, state, last)


def joined_us(posts: int) -> int:
    """How long is one change where so many posts stand: a second, of 100,000 four, so that a day has 7,200 looks."""
    return JOIN_US * max(1, posts // MANY)


def _may_change(record: Record, outcome: Outcome) -> bool:
    """Whether the wall could be another one now; looking for nothing costs time only."""
    if type(outcome) is not Done or isinstance(record.head, _QUIET):
        return False
    if not outcome.changed:
        return True
    return any(Status.SHOWN in (change.before, change.after) for change in outcome.changed)


def _looked(book: ReplayBook, state: State, at: int) -> Iterator[Moment]:
    before = book.items
    book.look(state)
    changes = tuple(difference(before, book.items))
    if changes:
        yield Moment(at, changes, book.items)


def difference(before: Items, after: Items) -> Iterator[Change]:
    """What makes *after* of *before*; values that are the same object are the same."""
    for key in before:
        if key not in after:
            yield "drop", key
    for key, value in after.items():
        if before.get(key) is not value:
            yield "put", key, value


class Recorder:
    """
    Cuts moments into chunks, and notes what an axis needs.

    `appeared` has, for each post that stands, when it first came on the wall.
    """

    def __init__(self, *, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._chunk_bytes = chunk_bytes
        self._known: set[str] = set()
        self.appeared: list[int] = []

    def chunks(self, day: Iterable[Moment]) -> Iterator[Chunk]:
        """All of *day*; there is at least one, which begins at 0."""
        begin, view, frames, size = 0, msgspec.Raw(b"{}"), list[msgspec.Raw](), 0
        for moment in day:
            self._note(moment)
            if size >= self._chunk_bytes:
                yield Chunk(begin=begin, end=moment.at, view=view, frames=tuple(frames))
                begin, view, frames, size = moment.at, msgspec.Raw(_encode(moment.view)), [], 0
            else:
                frame = msgspec.Raw(_encode(Frame(moment.at, moment.changes)))
                frames.append(frame)
                size += len(memoryview(frame))
        yield Chunk(begin=begin, end=None, view=view, frames=tuple(frames))

    def _note(self, moment: Moment) -> None:
        for change in moment.changes:
            if change[0] == "put" and change[1].startswith(POST) and change[1] not in self._known:
                self._known.add(change[1])
                self.appeared.append(moment.at)


def days(final: State, appeared: list[int]) -> tuple[Day, ...]:
    """
    The axes: one for each time that people posted, with the sessions around it; a night ends one.

    Args:
        appeared: When each post came on the wall, in order.
    """
    return tuple(_day(final, run) for run in _runs(appeared))[-MAX_DAYS:]


def _runs(appeared: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for at in appeared:
        if run and at - run[-1] > NIGHT_US:
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _day(final: State, run: list[int]) -> Day:
    bands = _bands(final, run[0], run[-1])
    begin = min((run[0] - LEAD_US, *(band.begin for band in bands)))
    # A session that is not over ends where we are: what is still to come can't be played.
    end = max(run[-1], min(final.at, max((band.end for band in bands), default=0)), begin + LEAD_US)
    bins = Counter(min(BINS - 1, (at - begin) * BINS // (end - begin)) for at in run)
    return Day(
        begin=begin, end=end, posts=len(run), counts=tuple(bins[number] for number in range(BINS)), sessions=bands
    )


def _bands(final: State, first: int, last: int) -> tuple[SessionBand, ...]:
    body, programme = programme_body(final), final.programme
    if body is None or programme is None:
        return ()
    titles = {session.id: session.title for session in body.sessions}
    rooms = {room.id: room.name for room in programme_facts(final).rooms}
    posts = Counter(final.posts[each].session for each in final.shown)
    slots = sorted(programme.slots.values(), key=lambda slot: (begins(final, slot), slot.session))
    return tuple(
        SessionBand(
            id=slot.session,
            title=titles.get(slot.session, ""),
            room="" if slot.room is None else rooms.get(slot.room, ""),
            kind=slot.kind.value,
            begin=begins(final, slot),
            end=max(begins(final, slot), ends(final, slot)),
            posts=posts[slot.session],
        )
        for slot in slots
        if begins(final, slot) <= last + AROUND_US
        and ends(final, slot) >= first - AROUND_US
        and begins(final, slot) <= final.at
    )
