"""A day with rooms, sessions and papers, for tests: what the pages about papers are shown."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from server.node import Node
from server.symposium.entries import PaperBody, ProgrammeBody, RoomBody, SessionBody, Slot, SpeakerBody
from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, BlobId, Form, PaperId, Role, RoomId, SessionId, SessionKind
from tests.house import Place

MINUTE_US = 60_000_000
GREAT, SMALL = RoomId("grote-zaal"), RoomId("zaal-2")
NOW, BESIDE, LATER, BEFORE = (SessionId(each) for each in ("nu", "ernaast", "straks", "eerder"))
TITLES = {
    NOW: "Burgerberaad, en dan?",
    BESIDE: "Open data aan de keukentafel",
    LATER: "Een algoritme uitleggen aan de balie",
    BEFORE: "Opening door de burgemeester",
}
PDF = "application/pdf"


@dataclass
class Shelf:
    """What was put on the shelf of *place*."""

    place: Place
    papers: dict[str, PaperId] = field(default_factory=dict)

    @property
    def node(self) -> Node:
        return self.place.hall.node

    async def programme(self, *, no_photos: SessionId | None = None, without: SessionId | None = None) -> None:
        """Two rooms; in each a session that runs, in the great one also one before and one after."""
        now = time.time_ns() // 1_000
        times = {NOW: (-20, 40), BESIDE: (-10, 50), LATER: (60, 105), BEFORE: (-120, -60)}
        times.pop(without or SessionId(""), None)
        rooms = {NOW: GREAT, BESIDE: SMALL, LATER: GREAT, BEFORE: GREAT}
        slots = [
            Slot(
                session=session,
                room=rooms[session],
                start=now + start * MINUTE_US,
                end=now + end * MINUTE_US,
                kind=SessionKind.TALK,
                no_record=session == no_photos,
            )
            for session, (start, end) in times.items()
        ]
        body = ProgrammeBody(
            version="1",
            rooms=(RoomBody(id=GREAT, name="Grote zaal"), RoomBody(id=SMALL, name="Zaal 2")),
            sessions=tuple(
                SessionBody(
                    id=session, title=TITLES[session], speakers=(SpeakerBody(name="Marjolein Verkade"),), lang="nl"
                )
                for session in times
            ),
        )
        base = 0 if self.node.state.programme is None else self.node.state.programme.body
        assert isinstance(await self.node.shelf.set_programme(OPERATOR, body, slots, base=base), Done)

    async def paper(
        self,
        title: str,
        *,
        session: SessionId | None = NOW,
        authors: tuple[str, ...] = ("Marjolein Verkade",),
        embargo: bool = False,
        form: Form = Form.PAPER,
        link: str = "",
        abstract: str = "",
    ) -> PaperId:
        """A paper without a file."""
        body = PaperBody(title=title, authors=authors, link=link, abstract=abstract)
        paper, outcome = await self.node.shelf.set_paper(
            OPERATOR, None, body, session=session, form=form, embargo=embargo
        )
        assert isinstance(outcome, Done)
        self.papers[title] = paper
        return paper

    async def file(
        self,
        paper: PaperId,
        data: bytes,
        *,
        lang: str = "nl",
        pages: int | None = 24,
        type: str = PDF,
        preview: bytes | None = None,
        flags: tuple[str, ...] = (),
        name: str = "stuk.pdf",
        size: int | None = None,
    ) -> int:
        """A file of *paper*; *size* says another one than it is. Returns its number."""
        store = self.place.hall.store
        blob = await asyncio.to_thread(store.put, data)
        picture = None if preview is None else BlobId(await asyncio.to_thread(store.put, preview))
        outcome = await self.node.shelf.file_paper(
            OPERATOR,
            paper,
            blob=BlobId(blob),
            size=size or len(data),
            type=type,
            lang=lang,
            pages=pages,
            flags=flags,
            preview=picture,
            name=name,
        )
        assert isinstance(outcome, Done), outcome
        return outcome.seq

    async def speaker(self, session: SessionId, name: str = "Marjolein Verkade") -> str:
        """A speaker's badge for one session: its token."""
        _, token = await self.node.make_badge(OPERATOR, Role.SPEAKER, name, session=session)
        return token


async def filled(place: Place, *, preview: bytes | None = None) -> Shelf:
    """A day with papers: open and closed ones, in two languages, with an older version, a link, and of no session."""
    shelf = Shelf(place)
    await shelf.programme()
    advice = await shelf.paper("Van advies naar besluit: 14 beraden gevolgd", abstract="Wat gebeurt er met een advies?")
    await shelf.file(advice, b"%PDF-1.7 oud", lang="nl", pages=23, size=1_700_000)
    await shelf.file(advice, b"%PDF-1.7 nieuw", lang="nl", pages=24, size=1_800_000, preview=preview)
    await shelf.file(advice, b"%PDF-1.7 english", lang="en", pages=22, size=1_600_000)
    lots = await shelf.paper("Wat de loters er zelf van vonden", authors=("Chidi Okafor", "Noor van Dalen"))
    await shelf.file(lots, b"%PDF-1.7 loters", pages=6, size=310_000)
    slides = await shelf.paper("Dia’s van de volgende sessie", session=LATER, embargo=True, form=Form.SLIDES)
    await shelf.file(slides, b"%PDF-1.7 dia", pages=31, size=4_200_000)
    counter = await shelf.paper("Een algoritme uitleggen", session=LATER, authors=("Yasemin Aydın",))
    await shelf.file(counter, b"%PDF-1.7 balie", pages=11, size=740_000)
    await shelf.paper("Het dossier op de website", session=None, form=Form.LINK, link="https://voorbeeld.nl/dossier")
    await shelf.paper("Welkomstwoord", session=BEFORE, authors=())
    return shelf


def minimal_pdf(path: Path, *, text: str = "Fontein", size: int = 0) -> bytes:
    """
    A PDF of one page that every reader opens, written to *path*.

    Args:
        size: At least so many bytes; filled up with a stream that no page names.
    """
    filler = b"" if size <= 0 else bytes(range(1, 251)) * (size // 250 + 1)
    content = f"BT /F1 36 Tf 60 700 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(filler), filler),
    ]
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(out)
    return bytes(out)
