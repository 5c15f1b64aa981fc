"""The programme and the papers of the rehearsal day."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from pypdf import PdfReader

from server.rehearsal.day_plan import RehearsalPaper, papers, plan, set_paper
from server.symposium.values import SessionKind

START = 1_700_000_000_000_000


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("speed", [1.0, 5.0])
def test_the_day_goes_as_fast_as_its_posts(lang: str, speed: float) -> None:
    body, slots = plan(START, speed=speed, lang=lang)
    assert (slots[0].start, max(slot.end for slot in slots)) == (START, START + int(1_500_000_000 / speed))
    assert all(one.start <= other.start for one, other in pairwise(slots))
    assert [session.id for session in body.sessions] == [slot.session for slot in slots]
    assert {slot.room for slot in slots} == {room.id for room in body.rooms}
    assert [slot.session for slot in slots if slot.kind is SessionKind.BREAK] == ["lange-tafel"]


def test_each_paper_is_of_a_session_and_by_its_speakers() -> None:
    body, _ = plan(START, speed=1, lang="nl")
    speakers = {session.id: {each.name for each in session.speakers} for session in body.sessions}
    for paper in papers():
        assert set(paper.authors) == speakers[paper.session]


@pytest.mark.parametrize("paper", papers(), ids=lambda paper: paper.id)
def test_a_paper_is_a_real_one(paper: RehearsalPaper) -> None:
    for file in paper.file:
        read = PdfReader(io.BytesIO(set_paper(paper, file)))
        assert read.metadata is not None
        assert read.metadata.title == file.title
        assert all(words in "".join(page.extract_text() for page in read.pages) for words in paper.authors)
