"""
Bad input for reports: an odd day, pictures that are none, far too much, and a disk that is full.

Whatever comes in, a report comes out, or a sentence that says what is wrong; nothing is lost, and no half file stands
where a whole one should be.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
import pytest_asyncio
from PIL import Image

from server.errors import FonteinError
from server.report.exports import Export, Format, Order
from server.report_files import fetch
from server.reporting import WORK, Reporting
from server.symposium.entries import BlockBody, BlockWritten, Erased, QuotesSet, SymposiumBody, SymposiumMade
from server.symposium.state import State
from server.symposium.values import OPERATOR, BlobId, BlockId, Choice, Picture, PostBody, PostId
from tests.house import SLUG, Place, eventually, open_place
from tests.server.symposium.day import CLOSING, OPENING, SHOW, Day

pytestmark = pytest.mark.slow

ORDER = Order(formats=tuple(Format), home="https://fontein.example/dag", short="fontein.example/DG")
WORDS = (Format.HTML, Format.PDF, Format.ODT, Format.DOCX, Format.EPUB, Format.MD)
"""The formats that are the report itself."""

Blobs = Callable[[BlobId], bytes | None]


def nothing(_: BlobId) -> bytes | None:
    return None


def made(state: State, format_: Format, blobs: Blobs = nothing) -> bytes:
    return b"".join(Export(state, ORDER, blobs).pieces(format_))


def is_whole(content: bytes, format_: Format) -> bool:
    """Whether a reader of that format opens it."""
    if format_ is Format.PDF:
        return len(pypdf.PdfReader(io.BytesIO(content)).pages) > 0
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.testzip() is None
    if format_ is Format.HTML:
        return content.rstrip().endswith(b"</html>")
    return content == content.decode().encode()


def text_of(content: bytes, format_: Format) -> str:
    """Its words, as far as these tests ask for them."""
    if format_ is Format.PDF:
        # Not with pypdf, which reads as well but takes longer than the making of so many pages.
        with pypdfium2.PdfDocument(content) as document:
            return "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".xhtml")))
    return "".join(content.decode().split())


# Odd days


class Odd(Day):
    """A day on which somebody says something."""

    def say(self, text: str, *, at: int = 20, media: Iterable[Picture] = (), session: str | None = None) -> PostId:
        post = PostId(f"{len(self.state.posts):a>16}".translate(str.maketrans("0123456789", "bcdefghijk")))
        body = PostBody(salt="", text=text, name="Anna", media=tuple(media))
        self.arrive(post, verdict=SHOW, body=body, author=f"a{len(self.state.posts) // 3}", session=session)
        return post


def _empty() -> State:
    """Nothing but that there is one: no title that is left, no day, no post, no programme."""
    day = Day.__new__(Day)
    day.state, day.records = State(), []
    day.put(SymposiumMade(slug="dag", short="DG", languages=("nl",)), SymposiumBody(title=""))
    return day.state


def _bare() -> State:
    return State(slug="dag")


def _one_post() -> State:
    day = Odd()
    day.say("Alleen dit.")
    return day.state


def _sessions_without_posts() -> State:
    day = Odd()
    day.programme()
    return day.state


def _post_without_a_session() -> State:
    day = Odd()
    day.programme()
    day.say("Ergens gezegd, maar waar?")
    return day.state


def _session_that_is_gone() -> State:
    day = Odd()
    day.programme()
    day.say("In een onderdeel dat er niet meer is.", session="weg")
    day.say("Zonder foto, want daar mag het niet.", session=CLOSING)
    return day.state


def _all_erased() -> State:
    day = Odd()
    day.programme()
    posts = [day.say(f"Bericht {n}") for n in range(3)]
    day.put(BlockWritten(by=OPERATOR, block=BlockId("summary"), base=0), BlockBody(text=f"{{{{post {posts[0]}}}}}"))
    day.put(Erased(by=OPERATOR, posts=tuple(posts)))
    return day.state


def _redacted() -> State:
    """Every body is gone, as after a repair that knew no mercy."""
    state = _post_without_a_session()
    state.bodies.clear()
    return state


ODD: dict[str, Callable[[], State]] = {
    "bare": _bare,
    "empty": _empty,
    "one-post": _one_post,
    "sessions-without-posts": _sessions_without_posts,
    "post-without-a-session": _post_without_a_session,
    "session-that-is-gone": _session_that_is_gone,
    "all-erased": _all_erased,
    "redacted": _redacted,
}


@pytest.mark.parametrize("format_", Format)
@pytest.mark.parametrize("odd", ODD)
def test_odd_day_is_a_report_that_opens(odd: str, format_: Format) -> None:
    content = made(ODD[odd](), format_)
    assert is_whole(content, format_)


def test_half_a_file_is_told_from_a_whole_one() -> None:
    """The control of the test above."""
    for format_ in (Format.HTML, Format.PDF, Format.ODT):
        content = made(_one_post(), format_)
        with_end_cut = content[: len(content) // 2]
        try:
            whole = is_whole(with_end_cut, format_)
        except Exception:  # each reader has its own
            whole = False
        assert not whole, format_


@pytest.mark.parametrize("format_", WORDS)
def test_posts_without_a_session_are_in_the_report(format_: Format) -> None:
    assert "Ergensgezegd,maarwaar?" in text_of(made(_post_without_a_session(), format_), format_).replace("\\", "")


# Pictures


def _picture(format_: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 110)).save(out, format_)
    return out.getvalue()


def _bomb() -> bytes:
    """Few bytes that say they are 60,000 pixels wide and high."""
    picture = bytearray(_picture("PNG"))
    picture[16:24] = (60_000).to_bytes(4) * 2
    return bytes(picture)


BROKEN: dict[str, bytes | None] = {
    "gone": None,
    "nothing": b"",
    "no picture": b"\xff\xd8\xff\xe0 this is not a picture",
    "cut short": _picture()[:200],
    "text": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "bomb": _bomb(),
    "another type": _picture("GIF"),
}


def _with_picture(content: bytes | None) -> tuple[State, Blobs]:
    blob = BlobId(hashlib.sha256(content or b"gone").hexdigest())
    day = Odd()
    day.programme()
    picture = Picture(blob=blob, type="image/jpeg", width=40, height=30, alt="Een plaatje")
    day.say("Kijk eens naar deze foto van vandaag.", media=[picture], session=OPENING)
    return day.state, lambda asked: content if asked == blob else None


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("format_", [*WORDS, Format.AS2])
@pytest.mark.parametrize("broken", BROKEN)
def test_broken_picture_does_not_stop_a_report(broken: str, format_: Format) -> None:
    state, blobs = _with_picture(BROKEN[broken])
    content = made(state, format_, blobs)
    assert is_whole(content, format_)
    assert format_ is Format.AS2 or b"<script" not in content  # the archive keeps what was stored, to be looked at


def test_whole_picture_is_in_it() -> None:
    """The control of the test above."""
    state, blobs = _with_picture(_picture())
    assert b"data:image/jpeg" in made(state, Format.HTML, blobs)


# Too much


@pytest.fixture(scope="module")
def crowd() -> tuple[list[PostId], Callable[[], State]]:
    """5,000 posts that are all chosen."""
    day = Odd(pending_cap=10_000)
    day.programme()
    posts = [day.say(f"Bericht nummer {n} over water, wijk en werk. 🙋 Échte #vraag{n}") for n in range(5_000)]
    for start in range(0, len(posts), 500):
        day.put(QuotesSet(by=OPERATOR, posts=tuple(posts[start : start + 500]), choice=Choice.IN))
    return posts, lambda: day.state


@pytest.mark.parametrize("format_", [Format.HTML, Format.PDF, Format.DOCX, Format.MD, Format.JSONL])
def test_five_thousand_quotes_are_all_in_it(crowd: tuple[list[PostId], Callable[[], State]], format_: Format) -> None:
    _, state = crowd
    content = made(state(), format_)
    assert is_whole(content, format_)
    text = text_of(content, format_).replace("\\", "")
    assert [n for n in (0, 1_234, 2_500, 4_999) if f"Berichtnummer{n}over" not in text] == []


_PARAGRAPH = "Een alinea met *nadruk*, [een link](https://a.example) en `code`. "
MEGABYTE = f"# Kop\n\n{_PARAGRAPH * 60}\n\n> Citaat\n\n- een\n- twee\n\n"


@pytest.mark.parametrize(
    "text",
    [
        MEGABYTE * (2**20 // len(MEGABYTE)),
        "*" * 2**20,
        "> " * 2**19,
        "[" * 2**20,
        "- " * 2**19,
        "| a " * 2**16,
        "\u202e\x00" * 2**18,
    ],
    ids=["prose", "stars", "quotes", "brackets", "items", "cells", "control"],
)
def test_a_megabyte_of_markdown_is_set(text: str) -> None:
    day = Odd()
    day.put(BlockWritten(by=OPERATOR, block=BlockId("summary"), base=0), BlockBody(text=text))
    for format_ in (Format.HTML, Format.MD):
        assert is_whole(made(day.state, format_), format_)


# Over HTTP


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with open_place(tmp_path_factory.mktemp("house")) as place:
        await place.show("Dit moet in het verslag.")
        yield place


@pytest.mark.asyncio(loop_scope="module")
async def test_megabyte_of_markdown_is_refused_and_the_text_before_it_stays(told: Place) -> None:
    author = told.holder("author")
    kept = (await author.ask("PUT", "report/texts/summary", {"text": "Wat er was.", "base": 0})).json
    body = io.BytesIO(json.dumps({"text": "x" * 2**20, "base": kept["seq"]}).encode())
    headers = {"Content-Type": "application/json"}
    answer = await author.ask("PUT", "report/texts/summary", data=body, headers=headers)
    assert (answer.status, answer.code) == (413, "too-large")
    assert "bytes" in answer.json["detail"]
    draft = (await author.get("report/draft")).json
    assert draft["texts"]["summary"]["text"]["text"] == "Wat er was."


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from server.report.child import main
sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
"""
"""A child on a disk that takes no file of more bytes than this: what a full one does, at a place of our choosing."""


def on_a_full_disk(bytes_left: int) -> Reporting:
    root = str(Path(__file__).resolve().parents[3])
    return Reporting(
        # -B: a limit of this kind would cut short what Python keeps of its modules, too.
        command=(
            sys.executable,
            "-I",
            "-B",
            "-c",
            f"import sys; sys.path.insert(0, {root!r})\n{LIMITED}",
            str(bytes_left),
        )
    )


@pytest.mark.skipif(os.name != "posix", reason="this system has no limit on the size of files")
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("bytes_left", [0, 100, 4_096])
@pytest.mark.parametrize("format_", [Format.HTML, Format.PDF, Format.ODT, Format.JSONL, Format.AS2])
async def test_full_disk_is_said_and_leaves_what_was_there(
    told: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: Format, bytes_left: int
) -> None:
    site, target = told.house.site, tmp_path / "to"
    target.mkdir()
    options = argparse.Namespace(slug=SLUG, to=target, format=format_.value, language="nl", names=None)
    server = {"url": told.url, "token": site.operator_token}
    before = await fetch(server, options)
    assert before is not None
    (file,) = before
    content = file.read_bytes()
    bytes_left = min(bytes_left, len(content) // 2)
    seq = told.seq

    monkeypatch.setattr(site, "reports", on_a_full_disk(bytes_left))
    with pytest.raises(FonteinError) as refused:
        await fetch(server, options)
    answer = await told.holder("author").get(f"report?format={format_}")

    assert (answer.status, answer.code) == (507, "storage-full")
    assert "room" in str(refused.value)
    assert [path.name for path in target.iterdir()] == [file.name]
    assert file.read_bytes() == content
    assert told.seq == seq
    work = told.house.config.folder / SLUG / WORK
    await eventually(lambda: not list(work.iterdir()))
    monkeypatch.undo()
    (again,) = await fetch(server, options) or []
    assert again.read_bytes() == content, "and when there is room again, it is made as before"


@pytest.mark.asyncio(loop_scope="module")
async def test_full_disk_freezes_no_version(told: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    author = told.holder("author")
    draft = (await author.get("report/draft")).json
    body: Any = {"number": 1, "seq": draft["seq"], "formats": ["html", "pdf"]}
    freezing = told.hall.freezing
    assert freezing is not None
    monkeypatch.setattr(freezing, "_reports", on_a_full_disk(100))
    answer = await author.ask("POST", "report/versions", body)
    assert (answer.status, answer.code) == (507, "storage-full")
    assert told.hall.node.state.draft.versions == ()
    monkeypatch.undo()
    assert (await author.ask("POST", "report/versions", body)).status == 201


@pytest.mark.asyncio(loop_scope="module")
async def test_reader_that_leaves_in_the_middle_costs_nobody_a_report(told: Place) -> None:
    author = told.holder("author")
    async with author.session.get(author.address("report?format=pdf"), headers=author.headers("GET")) as response:
        await response.content.read(100)
    answer = await author.get("report?format=jsonl")
    assert answer.status == 200, answer
    assert json.loads(answer.body.splitlines()[0])["text"] == "Dit moet in het verslag."
    work = told.house.config.folder / SLUG / WORK
    await eventually(lambda: not list(work.iterdir()))
