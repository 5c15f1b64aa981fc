"""A version that is made again: as the journal was then, and without what went since."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from server.journal.sqlite import Limits, SqliteJournal
from server.report.child import Past, past_of, then
from server.report.exports import Export, Format, Order
from server.symposium import entries
from server.symposium.entries import BlockBody, Entry, FrozenFile, encode_body
from server.symposium.law import replay
from server.symposium.state import State
from server.symposium.values import ERASED, OPERATOR, SHOWN, BlobId, BlockId, Choice, PostBody, PostId
from tests.server.symposium.day import AUTHOR, SHOW, Day

STAYS, GOES, ELSEWHERE = map(PostId, ("stays", "goes", "elsewhere"))


class Told(Day):
    """A day with two posts in its report, which was frozen as version 1."""

    def __init__(self) -> None:
        super().__init__()
        self.say(STAYS, "Dit blijft.")
        self.say(GOES, "Dit gaat.")
        self.say(ELSEWHERE, "Dit stond er niet in.")
        self.put(entries.QuotesSet(by=AUTHOR, posts=(ELSEWHERE,), choice=Choice.OUT))
        self.put(entries.QuotesSet(by=AUTHOR, posts=(STAYS, GOES), choice=Choice.IN))
        self.text("summary", "Zo was het toen.")
        self.through = self.seq
        self.put(
            entries.ReportFrozen(
                by=AUTHOR,
                number=1,
                through=self.through,
                sha256="aa",
                files=tuple(FrozenFile(each, BlobId("aa"), 1) for each in ("html", "md", "smell-o-vision")),
                posts=(STAYS, GOES),
            )
        )

    def say(self, post: str, words: str) -> None:
        self.arrive(post, verdict=SHOW, body=PostBody(salt="", text=words, name="Ada"))

    def text(self, place: str, words: str) -> None:
        known = self.state.draft.blocks.get(BlockId(place))
        base = 0 if known is None or known.text is None else known.text.body
        self.put(entries.BlockWritten(by=AUTHOR, block=BlockId(place), base=base), BlockBody(text=words))

    def journal(self, folder: Path) -> Path:
        """Its entries in a journal as it is before anything was overwritten: the worst that a copy can hold."""

        async def write() -> None:
            at = iter([record.at for record in self.records])
            journal = SqliteJournal(folder, now_us=lambda: next(at), limits=Limits(ballast_bytes=0))
            journal.start(lambda _: None)
            for record in self.records:
                await journal.append([Entry(record.head, record.body)])
            await journal.close()

        asyncio.run(write())
        return folder / "journal.db"


def page(state: State) -> str:
    export = Export(state, Order(formats=(Format.MD,)), lambda _: None)
    return b"".join(export.pieces(Format.MD)).decode()


def past(day: Told, folder: Path) -> Past:
    return past_of(day.state, day.state.draft.versions[0], day.journal(folder))


def test_it_is_as_it_was_then(tmp_path: Path) -> None:
    day = Told()
    was = replay(day.records[: day.through])
    day.text("summary", "Nu zeggen wij wat anders.")
    day.say("late", "Dit kwam later.")

    state, formats = then(past(day, tmp_path))

    assert formats == (Format.HTML, Format.MD)
    assert state.seq == day.through
    assert "Dit gaat." in page(state)
    was.draft.versions = day.state.draft.versions  # what is listed is as it is now
    assert page(state) == page(was)


def test_words_that_were_taken_back_are_not_in_it_even_where_the_copy_has_them(tmp_path: Path) -> None:
    day = Told()
    day.put(entries.Erased(by=OPERATOR, posts=(GOES,)))
    told = past(day, tmp_path)

    state, _ = then(told)
    naive, _ = then(msgspec.structs.replace(told, ended={}))

    assert "Dit gaat." in page(naive), "control: the copy has them"
    assert "Dit gaat." not in page(state)
    assert "Dit blijft." in page(state)
    assert [each.gone for each in state.draft.versions] == [day.seq]


def test_what_went_counts_as_that_where_it_stood_in_the_version_and_as_then_elsewhere(tmp_path: Path) -> None:
    day = Told()
    day.put(entries.Erased(by=OPERATOR, posts=(GOES, ELSEWHERE)))

    state, _ = then(past(day, tmp_path))

    assert [state.posts[post].status for post in (STAYS, GOES, ELSEWHERE)] == [SHOWN, ERASED, SHOWN]
    assert "Dit stond er niet in." not in page(state)
    assert Export(state, Order(formats=()), lambda _: None).report.figures.posts == 2


@pytest.mark.parametrize("place", ["summary", "closing"])
def test_words_of_staff_that_were_overwritten_stand_there_as_they_are_now(tmp_path: Path, place: str) -> None:
    day = Told()
    told = past(day, tmp_path)
    block = day.state.draft.blocks[BlockId("summary")].text
    assert block is not None
    day.records[block.body - 1] = msgspec.structs.replace(day.records[block.body - 1], body=None)
    words = {} if place == "closing" else {"text:summary": encode_body(BlockBody(text="Zo is het nu."))}
    bare = msgspec.structs.replace(told, journal=str(day.journal(tmp_path / "redacted")), words=words)

    state, _ = then(bare)

    assert ("Zo is het nu." in page(state)) == (place == "summary")
    assert "Zo was het toen." not in page(state)
