"""
What staff and speakers do to the programme, the shelf and the paired screens: from what they said to entries.

What a badge may do is the law's to say. Texts of the programme and of papers are cleaned and bounded here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from server.covers import Submit
from server.errors import BadInput
from server.intake import text
from server.keyring import new_id
from server.symposium.bodies import paper_body
from server.symposium.entries import (
    AddressBody,
    Count,
    Counted,
    DirectionSet,
    FileBody,
    FileDropped,
    OnStageSet,
    PaperBody,
    PaperFiled,
    PaperRemoved,
    PaperSet,
    PostsMoved,
    ProgrammeBody,
    ProgrammeFollowed,
    ProgrammeSet,
    ProgrammeShifted,
    ScreenBody,
    ScreenRemoved,
    ScreenSet,
    Slot,
    Struck,
    encode_body,
)
from server.symposium.outcomes import Done, Outcome
from server.symposium.papers import due
from server.symposium.state import State
from server.symposium.values import BadgeId, BlobId, Form, PaperId, Part, PostId, RoomId, ScreenId, SessionId

MAX_PAPER_TITLE: Final = 300
MAX_AUTHORS: Final = 50
MAX_AUTHOR: Final = 120
MAX_ABSTRACT: Final = 5_000
MAX_FILE_NAME: Final = 200
MAX_SCREEN_NAME: Final = 60
"""Graphemes."""
MAX_ADDRESS: Final = 2_048
"""Characters."""
MAX_MOVED: Final = 500


class Shelving:
    """
    Makes the entries.

    Args:
        state: Read only.
        submit: Makes an entry durable.
        now_us: UTC microseconds.
    """

    def __init__(self, *, state: State, submit: Submit, now_us: Callable[[], int]) -> None:
        self._state = state
        self._submit = submit
        self._now_us = now_us

    # Programme

    async def set_programme(self, by: BadgeId, body: ProgrammeBody, slots: Sequence[Slot], *, base: int) -> Outcome:
        """The whole programme; see `Node.set_programme`."""
        rooms = tuple(room.id for room in body.rooms)
        head = ProgrammeSet(by=by, base=base, rooms=rooms, slots=tuple(slots))
        return await self._submit(head, encode_body(body))

    async def shift(self, by: BadgeId, session: SessionId, minutes: int, *, rest: bool) -> Outcome:
        """A session is so many minutes late."""
        return await self._submit(ProgrammeShifted(by=by, session=session, minutes=minutes, rest=rest), urgent=True)

    async def set_on_stage(
        self, by: BadgeId, room: RoomId | None, session: SessionId | None, part: Part | None, *, auto: bool
    ) -> Outcome:
        """What is on stage, whatever the clock says."""
        head = OnStageSet(by=by, room=room, session=session, part=part, auto=auto)
        return await self._submit(head, urgent=True)

    async def set_direction(self, by: BadgeId, *, stage_safe: bool, papers_s: int) -> Outcome:
        """What the screens do by themselves."""
        return await self._submit(DirectionSet(by=by, stage_safe=stage_safe, papers_s=papers_s), urgent=True)

    async def follow(self, by: BadgeId, url: str | None) -> Outcome:
        """Look at an address for a newer programme; None ends it."""
        if url is None:
            return await self._submit(ProgrammeFollowed(by=by, on=False))
        return await self._submit(ProgrammeFollowed(by=by, on=True), encode_body(AddressBody(url=_address(url))))

    async def move_posts(self, by: BadgeId, posts: Sequence[PostId], session: SessionId | None) -> Outcome:
        """Say to which session posts belong."""
        if not 1 <= len(posts) <= MAX_MOVED:
            raise BadInput(f"Move 1 to {MAX_MOVED} posts at a time.", code="too-many", field="$.posts")
        return await self._submit(PostsMoved(by=by, posts=tuple(posts), session=session))

    # Screens

    async def set_screen(
        self, by: BadgeId, screen: ScreenId, *, name: str, room: RoomId | None, stage: bool
    ) -> Outcome:
        """Pair a screen, or change what staff know of it."""
        head = ScreenSet(by=by, screen=screen, room=room, stage=stage)
        body = ScreenBody(name=_line(name, MAX_SCREEN_NAME, "$.name"))
        return await self._submit(head, encode_body(body), urgent=True)

    async def remove_screen(self, by: BadgeId, screen: ScreenId) -> Outcome:
        """The screen is nobody's from here on."""
        return await self._submit(ScreenRemoved(by=by, screen=screen), urgent=True)

    # Papers

    async def set_paper(
        self,
        by: BadgeId,
        paper: PaperId | None,
        body: PaperBody,
        *,
        session: SessionId | None,
        form: Form,
        embargo: bool,
    ) -> tuple[PaperId, Outcome]:
        """Put a paper on the shelf, or (with *paper*) change it."""
        cleaned = _paper(body, form)
        known = paper or PaperId(new_id())
        before = self._state.papers.get(known)
        same = before is not None and (before.session, before.form, before.embargo) == (session, form, embargo)
        if before is not None and same and paper_body(self._state, before) == cleaned:
            return known, Done(self._state.seq)  # so it was already
        head = PaperSet(by=by, paper=known, form=form, session=session, embargo=embargo)
        return known, await self._submit(head, encode_body(cleaned))

    async def file_paper(
        self,
        by: BadgeId,
        paper: PaperId,
        *,
        blob: BlobId,
        size: int,
        type: str,
        lang: str,
        pages: int | None,
        flags: Sequence[str],
        preview: BlobId | None,
        name: str,
    ) -> Outcome:
        """A paper got a file; its bytes are durable already."""
        head = PaperFiled(
            by=by,
            paper=paper,
            blob=blob,
            size=size,
            type=type,
            lang=lang,
            pages=pages,
            flags=tuple(flags),
            preview=preview,
        )
        cleaned = text.clean(name, lines=False)
        return await self._submit(head, encode_body(FileBody(name=_cut(cleaned, MAX_FILE_NAME))))

    async def drop_file(self, by: BadgeId, paper: PaperId, file: int) -> Outcome:
        """Take a file of a paper away."""
        return await self._submit(FileDropped(by=by, paper=paper, file=file))

    async def remove_paper(self, by: BadgeId, paper: PaperId, *, erase: bool) -> Outcome:
        """Take a paper off the shelf."""
        return await self._submit(PaperRemoved(by=by, paper=paper, erase=erase), urgent=True)

    # What time strikes, and what is added up

    async def strike(self) -> int:
        """Open the papers whose session has begun. Returns how many."""
        papers = due(self._state, self._now_us())
        if papers:
            await self._submit(Struck(papers=papers))
        return len(papers)

    async def count(self, counts: Sequence[Count]) -> None:
        """What was fetched and scanned since the last time."""
        if counts:
            await self._submit(Counted(counts=tuple(counts)))


def _paper(body: PaperBody, form: Form) -> PaperBody:
    title = _line(body.title, MAX_PAPER_TITLE, "$.title")
    if not title:
        raise BadInput("A paper needs a title.", code="empty", field="$.title")
    if len(body.authors) > MAX_AUTHORS:
        raise BadInput(f"A paper has at most {MAX_AUTHORS} authors.", code="too-many", field="$.authors")
    if (form is Form.LINK) != bool(body.link):
        raise BadInput("A link has an address, and nothing else has one.", field="$.link")
    named = (_line(name, MAX_AUTHOR, f"$.authors[{at}]") for at, name in enumerate(body.authors))
    return PaperBody(
        title=title,
        authors=tuple(name for name in named if name),
        abstract=text.within(body.abstract, MAX_ABSTRACT, "$.abstract"),
        link=_address(body.link, field="$.link") if body.link else "",
    )


def _line(words: str, most: int, field: str) -> str:
    return text.within(words, most, field, lines=False)


def _cut(cleaned: str, most: int) -> str:
    end = text.cut_at_word(cleaned, max_graphemes=most)
    return cleaned if end is None else cleaned[:end]


def _address(url: str, *, field: str = "$.url") -> str:
    plain = url.isprintable() and " " not in url and len(url) <= MAX_ADDRESS
    if not plain or not url.lower().startswith(("https://", "http://")):
        raise BadInput("An address begins with https:// or http:// and has no spaces.", field=field)
    return url
