"""The programme, as the pages are told: what changes with the day in the view, the sessions themselves by asking."""

from __future__ import annotations

from collections import Counter

from server.symposium.bodies import ProgrammeHeading, Wire, programme_body, programme_heading, screen_name
from server.symposium.entries import ProgrammeBody, Slot
from server.symposium.state import OnStage, State
from server.symposium.values import SessionId


class RoomFacts(Wire, frozen=True):
    """A room; `code` is the end of its short address, null where none was left."""

    id: str
    name: str
    code: str | None


class OnStageFacts(Wire, frozen=True):
    """What staff said is on stage, whatever the clock says: `session` null is nothing."""

    session: str | None
    part: str | None


class ProgrammeFacts(Wire, frozen=True):
    """
    The programme in a view. `known` is False where there is none.

    `seq` changes with the sessions, which are asked for then. `shifts` are minutes by session, `on_stage` by room (an
    empty name where there is only one), where staff said something else than the clock.
    """

    known: bool
    seq: int
    version: str
    zone: str
    rooms: tuple[RoomFacts, ...]
    shifts: dict[str, int]
    on_stage: dict[str, OnStageFacts]
    count: int


class SpeakerFacts(Wire, frozen=True):
    name: str
    about: str


class SessionFacts(Wire, frozen=True):
    """A session as it was planned: times in µs. `papers` is how many there are on the shelf."""

    id: str
    title: str
    subtitle: str
    speakers: tuple[SpeakerFacts, ...]
    room: str | None
    start: int
    end: int
    kind: str
    questions_s: int
    lang: str
    track: str
    abstract: str
    url: str
    hashtag: str
    no_photos: bool
    code: str | None
    papers: int


class WholeProgramme(Wire, frozen=True):
    """The programme with its sessions, by time."""

    seq: int
    version: str
    zone: str
    origin: str
    rooms: tuple[RoomFacts, ...]
    sessions: tuple[SessionFacts, ...]


class DirectionFacts(Wire, frozen=True):
    """What the screens do by themselves."""

    stage_safe: bool
    papers_s: int


class PairedFacts(Wire, frozen=True):
    """A screen that staff know: in which room, and whether it hangs behind the speaker."""

    name: str
    room: str | None
    stage: bool


def programme_facts(state: State) -> ProgrammeFacts:
    """What every page needs of the programme, without its sessions."""
    heading, programme = programme_heading(state), state.programme
    return ProgrammeFacts(
        known=programme is not None,
        seq=0 if programme is None else programme.body,
        version=heading.version,
        zone=heading.zone,
        rooms=_rooms(state, heading),
        shifts={str(session): minutes for session, minutes in state.shifts.items()},
        on_stage={str(room): _on_stage(on) for room, on in state.on_stage.items()},
        count=0 if programme is None else len(programme.slots),
    )


def _on_stage(on: OnStage) -> OnStageFacts:
    return OnStageFacts(session=on.session, part=None if on.part is None else on.part.value)


def _rooms(state: State, heading: ProgrammeHeading) -> tuple[RoomFacts, ...]:
    names = {room.id: room.name for room in heading.rooms}
    return tuple(
        RoomFacts(id=room, name=names.get(room, ""), code=state.codes_of.get(f"room:{room}"))
        for room in (() if state.programme is None else state.programme.rooms)
    )


def whole_programme(state: State) -> WholeProgramme:
    """The programme with its sessions, by time and then by the order of their rooms."""
    body, programme = programme_body(state), state.programme
    facts = programme_facts(state)
    order = {room.id: number for number, room in enumerate(facts.rooms)}
    slots = () if programme is None else programme.slots.values()
    return WholeProgramme(
        seq=facts.seq,
        version=facts.version,
        zone=facts.zone,
        origin="" if body is None else body.origin,
        rooms=facts.rooms,
        sessions=_sessions(state, body, sorted(slots, key=lambda slot: (slot.start, order.get(slot.room or "", -1)))),
    )


def _sessions(state: State, body: ProgrammeBody | None, slots: list[Slot]) -> tuple[SessionFacts, ...]:
    words = {} if body is None else {session.id: session for session in body.sessions}
    papers = Counter(paper.session for paper in state.papers.values())
    found = []
    for slot in slots:
        said = words.get(slot.session)
        found.append(
            SessionFacts(
                id=slot.session,
                title="" if said is None else said.title,
                subtitle="" if said is None else said.subtitle,
                speakers=() if said is None else tuple(SpeakerFacts(name=s.name, about=s.about) for s in said.speakers),
                room=slot.room,
                start=slot.start,
                end=slot.end,
                kind=slot.kind.value,
                questions_s=slot.questions_s,
                lang="" if said is None else said.lang,
                track="" if said is None else said.track,
                abstract="" if said is None else said.abstract,
                url="" if said is None else said.url,
                hashtag="" if said is None else said.hashtag,
                no_photos=slot.no_record,
                code=state.codes_of.get(f"session:{slot.session}"),
                papers=papers[slot.session],
            )
        )
    return tuple(found)


def session_hashtags(state: State) -> dict[str, SessionId]:
    """The sessions' own hashtags, folded as hashtags are compared; of one that two sessions have, the first."""
    body, programme = programme_body(state), state.programme
    found: dict[str, SessionId] = {}
    if body is None or programme is None:
        return found
    for session in body.sessions:
        tag = session.hashtag.removeprefix("#").casefold()
        if tag and session.id in programme.slots:
            found.setdefault(tag, session.id)
    return found


def direction_facts(state: State) -> DirectionFacts:
    return DirectionFacts(stage_safe=state.direction.stage_safe, papers_s=state.direction.papers_s)


def paired_facts(state: State) -> dict[str, PairedFacts]:
    """The screens that staff know, by their ids."""
    return {
        str(screen): PairedFacts(name=screen_name(state, paired), room=paired.room, stage=paired.stage)
        for screen, paired in state.paired.items()
    }
