"""The programme: which session is where and when, what is late, what is on stage, and which posts belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from server.symposium import codes
from server.symposium.acts import remember
from server.symposium.entries import (
    DirectionSet,
    OnStageSet,
    PostsMoved,
    ProgrammeFollowed,
    ProgrammeSet,
    ProgrammeShifted,
    Record,
    Slot,
)
from server.symposium.outcomes import Done, Outcome, Passed, Refused
from server.symposium.people import ORGANISERS, STAFF, refusal
from server.symposium.state import (
    Direction,
    OnStage,
    Programme,
    State,
    WasDirection,
    WasOnStage,
    WasProgramme,
    WasSessions,
    WasShifts,
    WasWording,
    Wording,
)
from server.symposium.values import ActKind, PostId, RoomId, SessionId, SessionKind

MAX_SESSIONS = 5_000
MAX_ROOMS = 200
MAX_SHIFT_MINUTES = 24 * 60
MAX_PAPERS_S = 3_600
EVERYWHERE = RoomId("")
"""Stands for the one room of a programme that has none."""

MINUTE_US = 60_000_000
_DAY_US = 24 * 60 * MINUTE_US
_GRACE_US = 15 * MINUTE_US
"""So long after its end a session still gets the posts of its room: people write in the break."""


def programme_set(state: State, record: Record, head: ProgrammeSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    known = state.programme
    if head.base != (0 if known is None else known.body):
        if known is None:
            return Refused(seq=record.seq, code="unknown")
        return Refused(seq=record.seq, code="decided-since", by=known.by, at=known.at)
    if len(head.slots) > MAX_SESSIONS or len(head.rooms) > MAX_ROOMS:
        return Refused(seq=record.seq, code="too-many-sessions")
    slots = {slot.session: slot for slot in head.slots}
    rooms = tuple(dict.fromkeys(head.rooms))
    if not _is_sound(slots, rooms, len(head.slots)):
        return Refused(seq=record.seq, code="unknown")
    before = WasProgramme(programme=known, shifts=state.shifts, on_stage=state.on_stage)
    free = remember(state, record, head.by, ActKind.PROGRAMME, before=before)
    state.programme = Programme(body=record.seq, at=record.at, by=head.by, rooms=rooms, slots=slots)
    state.programme_seq = record.seq
    state.shifts = _still_late(state.shifts, {} if known is None else known.slots, slots)
    state.on_stage = {room: on for room, on in state.on_stage.items() if on.session is None or on.session in slots}
    _give_codes(state, state.programme)
    return Done(seq=record.seq, redact=free)


def _is_sound(slots: Mapping[SessionId, Slot], rooms: tuple[RoomId, ...], count: int) -> bool:
    known = frozenset(rooms)
    return len(slots) == count and all(
        slot.start <= slot.end and slot.questions_s >= 0 and (slot.room is None or slot.room in known)
        for slot in slots.values()
    )


def _still_late(
    shifts: dict[SessionId, int], before: Mapping[SessionId, Slot], slots: Mapping[SessionId, Slot]
) -> dict[SessionId, int]:
    """A session whose time or room was changed is not late any more: its new time is what was meant."""

    def stands(session: SessionId) -> bool:
        old, new = before.get(session), slots.get(session)
        return old is not None and new is not None and (old.start, old.room) == (new.start, new.room)

    return {session: minutes for session, minutes in shifts.items() if stands(session)}


def _give_codes(state: State, programme: Programme) -> None:
    for room in programme.rooms:
        codes.give(state, f"room:{room}")
    for slot in programme.slots.values():
        if slot.kind is SessionKind.TALK:
            codes.give(state, f"session:{slot.session}")


def programme_shifted(state: State, record: Record, head: ProgrammeShifted) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    slot = None if state.programme is None else state.programme.slots.get(head.session)
    if slot is None or abs(head.minutes) > MAX_SHIFT_MINUTES:
        return Refused(seq=record.seq, code="unknown")
    more = head.minutes - state.shifts.get(head.session, 0)
    moved = [slot, *(_rest_of_day(state, slot) if head.rest else ())]
    shifts = dict(state.shifts)
    for each in moved:
        shifts[each.session] = shifts.get(each.session, 0) + more
    before = WasShifts(state.shifts)
    remember(state, record, head.by, ActKind.SHIFT, before=before, detail=str(head.minutes))
    state.shifts = {session: minutes for session, minutes in shifts.items() if minutes}
    state.programme_seq = record.seq
    return Done(seq=record.seq)


def _rest_of_day(state: State, slot: Slot) -> Iterator[Slot]:
    """
    What comes after *slot* in its room, until there is nothing for a night: six hours.

    A lunch for all moves along in a house of one room only: others do not wait because one room is late.
    """
    assert state.programme is not None
    rooms = {slot.room, None} if len(state.programme.rooms) <= 1 else {slot.room}
    later = sorted(
        (s for s in state.programme.slots.values() if s.room in rooms and s.start > slot.start),
        key=lambda s: s.start,
    )
    end = slot.end
    for each in later:
        if each.start - end > _DAY_US // 4:
            return
        yield each
        end = max(end, each.end)


def on_stage_set(state: State, record: Record, head: OnStageSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    room = EVERYWHERE if head.room is None else head.room
    programme = state.programme
    unknown_room = head.room is not None and (programme is None or head.room not in programme.rooms)
    unknown_session = head.session is not None and (programme is None or head.session not in programme.slots)
    if unknown_room or unknown_session:
        return Refused(seq=record.seq, code="unknown")
    before = WasOnStage(room=room, on_stage=state.on_stage.get(room))
    detail = "auto" if head.auto else (head.part.value if head.part is not None else "session")
    remember(state, record, head.by, ActKind.ON_STAGE, before=before, detail=detail, of=room)
    rest = {each: on for each, on in state.on_stage.items() if each != room}
    new = {} if head.auto else {room: OnStage(session=head.session, part=head.part, seq=record.seq)}
    state.on_stage = {**rest, **new}
    state.programme_seq = record.seq
    return Done(seq=record.seq)


def direction_set(state: State, record: Record, head: DirectionSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if not 0 <= head.papers_s <= MAX_PAPERS_S:
        return Refused(seq=record.seq, code="unknown")
    detail = "stage-safe" if head.stage_safe else "open"
    remember(state, record, head.by, ActKind.DIRECTION, before=WasDirection(state.direction), detail=detail)
    state.direction = Direction(stage_safe=head.stage_safe, papers_s=head.papers_s)
    return Done(seq=record.seq)


def programme_followed(state: State, record: Record, head: ProgrammeFollowed) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    detail = "on" if head.on else "off"
    free = remember(state, record, head.by, ActKind.FOLLOW, before=WasWording(state.followed), detail=detail)
    state.followed = Wording(body=record.seq, at=record.at, by=head.by) if head.on else None
    return Done(seq=record.seq, redact=free)


def posts_moved(state: State, record: Record, head: PostsMoved) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if head.session is not None and (state.programme is None or head.session not in state.programme.slots):
        return Refused(seq=record.seq, code="unknown")
    posts = [state.posts[each] for each in dict.fromkeys(head.posts) if each in state.posts]
    if not posts:
        return Refused(seq=record.seq, code="unknown")
    passed = tuple(Passed(post=each, code="unknown") for each in head.posts if each not in state.posts)
    moved = [post for post in posts if post.session != head.session]
    if moved:
        was = tuple((post.id, _session(post.session)) for post in moved)
        before = WasSessions(sessions=was, to=head.session)
        ids: tuple[PostId, ...] = tuple(post.id for post in moved)
        remember(state, record, head.by, ActKind.MOVED, before=before, detail=head.session or "", posts=ids)
        for post in moved:
            post.session = head.session
    return Done(seq=record.seq, passed=passed)


def _session(session: str | None) -> SessionId | None:
    return None if session is None else SessionId(session)


# What everybody asks


def begins(state: State, slot: Slot) -> int:
    """When a session really begins, in µs: what is late is late."""
    return slot.start + state.shifts.get(slot.session, 0) * MINUTE_US


def ends(state: State, slot: Slot) -> int:
    """When a session really ends, in µs."""
    return slot.end + state.shifts.get(slot.session, 0) * MINUTE_US


def has_no_photos(state: State, session: str | None) -> bool:
    """Whether nobody may be pictured in this session: its speakers asked for that."""
    if session is None or state.programme is None:
        return False
    slot = state.programme.slots.get(SessionId(session))
    return slot is not None and slot.no_record


def running(state: State, now: int) -> list[tuple[Slot, RoomId | None]]:
    """
    What runs at *now* (µs), and where: what the clock says and, where a person said otherwise, that.

    The pages reckon the same, in `wall/lib/programme.js`.
    """
    if state.programme is None:
        return []
    everywhere = state.on_stage.get(EVERYWHERE)
    if everywhere is not None:
        return [(slot, slot.room) for slot in state.programme.slots.values() if slot.session == everywhere.session]
    found: list[tuple[Slot, RoomId | None]] = []
    for slot in state.programme.slots.values():
        said = [room for room, on in state.on_stage.items() if on.session == slot.session]
        if said:
            found.extend((slot, room) for room in said)
        elif slot.room not in state.on_stage and begins(state, slot) <= now < ends(state, slot):
            found.append((slot, slot.room))
    return found


def session_at(state: State, room: RoomId | None, now: int) -> SessionId | None:
    """
    The session that a post of *now* (µs) belongs to, by its room: what is on stage there, else what just was.

    What has no room is in every room, where nothing else is. Without a room (somebody at home, a network) only where
    one session runs in the whole house.
    """
    programme = state.programme
    if programme is None:
        return None
    if room not in programme.rooms:
        room = None
    said = state.on_stage.get(EVERYWHERE if room is None else room)
    if said is not None:
        return said.session
    times = (
        [(slot, where) for slot, where in running(state, now) if slot.kind is SessionKind.TALK],
        _ended(state, now),
    )
    for found in times:
        here = [slot for slot, where in found if where == room] or [slot for slot, where in found if where is None]
        if room is None:
            here = [slot for slot, _ in found] if len({where for _, where in found}) == 1 else []
        if here:
            return max(here, key=lambda slot: (begins(state, slot), slot.session)).session
        if room is None and found:
            return None  # several at once: nobody can tell
    return None


def _ended(state: State, now: int) -> list[tuple[Slot, RoomId | None]]:
    """The talks that ended a moment ago, where nobody said what is on since."""
    slots = () if state.programme is None else state.programme.slots.values()
    return [
        (slot, slot.room)
        for slot in slots
        if slot.kind is SessionKind.TALK
        and slot.room not in state.on_stage
        and ends(state, slot) <= now < ends(state, slot) + _GRACE_US
    ]
