"""The programme and the papers of the rehearsal day, as the house takes them."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import msgspec

from server.rehearsal.script import Programme, Session, programme
from server.symposium.entries import PaperBody, ProgrammeBody, RoomBody, SessionBody, Slot, SpeakerBody
from server.symposium.values import Form, RoomId, SessionId, SessionKind

DATA = Path(__file__).parent
_ROOM = re.compile(r"[^a-z0-9]+")
_BREAKS = frozenset({"lange-tafel"})
_QUESTIONS = 5
"""The last fifth of a session is the hall's."""


class PaperFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper in one language; `parts` are headings with their text."""

    lang: str
    title: str
    subtitle: str
    parts: tuple[tuple[str, str], ...]


class RehearsalPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper on the shelf."""

    id: str
    session: SessionId
    form: Form
    title: str
    authors: tuple[str, ...]
    abstract: str
    file: tuple[PaperFile, ...]
    embargo: bool = False

    @property
    def body(self) -> PaperBody:
        """Its words, for the shelf."""
        return PaperBody(title=self.title, authors=self.authors, abstract=self.abstract)


class _Papers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    paper: tuple[RehearsalPaper, ...]


def plan(
    start: int, *, speed: float, lang: str, day: Programme | None = None
) -> tuple[ProgrammeBody, tuple[Slot, ...]]:
    """
    The day, pressed together as the posts are.

    Args:
        start: When it begins, in µs.
        speed: As of the conductor: 1 is 25 minutes.
        lang: Dutch or English.
        day: Another day than the rehearsal's own.
    """
    day = programme() if day is None else day
    rooms = {name: RoomId(_ROOM.sub("-", name.lower())[:64]) for name in day.rooms if name}
    body = ProgrammeBody(
        version="1.0",
        rooms=tuple(RoomBody(id=room, name=name) for name, room in rooms.items()),
        sessions=tuple(_words(day, session, lang) for session in day.sessions),
    )
    return body, tuple(_slot(session, rooms.get(session.room), start, speed) for session in day.sessions)


def _words(day: Programme, session: Session, lang: str) -> SessionBody:
    speakers = {speaker.id: speaker for speaker in day.speakers}
    return SessionBody(
        id=SessionId(session.id),
        title=getattr(session.title, lang),
        speakers=tuple(
            SpeakerBody(name=speakers[each].name, about=getattr(speakers[each].role, lang)) for each in session.speakers
        ),
        lang="nl",
    )


def _slot(session: Session, room: RoomId | None, start: int, speed: float) -> Slot:
    begins, ends = (start + int(at_s * 1_000_000 / speed) for at_s in (session.from_s, session.until_s))
    is_break = session.is_break or session.id in _BREAKS
    return Slot(
        session=SessionId(session.id),
        room=room,
        start=begins,
        end=ends,
        kind=SessionKind.BREAK if is_break else SessionKind.TALK,
        questions_s=0 if is_break else (ends - begins) // 1_000_000 // _QUESTIONS,
    )


@cache
def papers() -> tuple[RehearsalPaper, ...]:
    """The papers, as `papers.toml` has them."""
    return msgspec.convert(tomllib.loads((DATA / "papers.toml").read_text(encoding="utf-8")), _Papers).paper


def set_paper(paper: RehearsalPaper, file: PaperFile) -> bytes:
    """
    A file of a paper: a real PDF, tagged, with its title, authors and language in it.

    Takes some tenths of a second; belongs on a thread.
    """
    import typst  # Large, and only for who plays a rehearsal.

    facts = {**msgspec.to_builtins(file), "authors": paper.authors}
    made = typst.compile(
        str(DATA / "paper.typ"),
        format="pdf",
        sys_inputs={"paper": json.dumps(facts)},
        font_paths=typst.Fonts(include_system_fonts=False),
        pdf_standards=["ua-1"],
    )
    assert isinstance(made, bytes)
    return made
