"""
After *erase author* not one byte of the text, the name or the handle is anywhere on disk; controls show that one left
would be found.

Trust and design, promise 9. Everything in the data folder and in the folder of archives is read: the journal and its
log, blobs, the index, frozen versions, archives; also inside what is packed (zip, tar, zlib, the streams of a PDF).
"""

from __future__ import annotations

import asyncio
import io
import json
import re
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image

from server.errors import NotFound
from server.intake.arrival import Arrival
from server.journal.sqlite import SqliteJournal
from server.report.exports import VERSION_FORMATS, Format
from server.symposium.law import replay
from server.symposium.state import Post
from server.symposium.values import ERASED, BlobId, Picture, SourceId
from tests.house import SLUG, Place, eventually, open_place

pytestmark = pytest.mark.fault

# Looking


class Search:
    """
    Looks for words in files, whatever they are packed in.

    Args:
        words: Each a run of letters and digits that stands nowhere by chance.
    """

    def __init__(self, *words: str) -> None:
        self._needles = {needle: word for word in words for needle in _spellings(word)}

    def files(self, *folders: Path) -> dict[str, set[str]]:
        """The files that hold any of the words, by where they are, and which."""
        found = {}
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and (words := self.bytes(path.read_bytes())):
                    found[str(path.relative_to(folder))] = words
        return found

    def bytes(self, content: bytes) -> set[str]:
        """The words in some bytes, and in what is packed in them."""
        return {
            word for piece in unpacked(content) for needle, word in self._needles.items() if needle in piece.lower()
        }


def _spellings(word: str) -> Iterator[bytes]:
    """As a file may hold it, whatever the case."""
    for form in (word, word.lower(), word.upper()):
        escaped = json.dumps(form)[1:-1]
        texts = (form, escaped, escaped.upper(), form.encode("ascii", "xmlcharrefreplace").decode(), _quoted(form))
        for text in texts:
            for code in ("utf-8", "utf-16-le", "utf-16-be"):
                yield text.encode(code).lower()


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" if byte > 127 else chr(byte) for byte in text.encode())


_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def unpacked(content: bytes, deep: int = 4) -> Iterator[bytes]:
    """Some bytes, and everything that is packed in them."""
    yield content
    if not deep:
        return
    for inner in _members(content):
        yield from unpacked(inner, deep - 1)


def _members(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield "\n".join(archive.namelist()).encode()
            yield from (archive.read(name) for name in archive.namelist())
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                yield member.name.encode()
                if (file := archive.extractfile(member)) is not None:
                    yield file.read()
    elif content.startswith(b"%PDF"):
        yield from (_inflated(match[1]) for match in _STREAM.finditer(content))
        pages = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
        yield re.sub(r"[\s\u00ad-]", "", "".join(pages)).encode()  # a word may be broken at the end of a line


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


# A symposium of which somebody wants to leave

TEXT, NAME, HANDLE, ALT = "zwaluwenpraat7", "Quispelinde", "quisp_wegwezer", "karnemelkfontein"
EDITED = "verbeterzwaluw"
SECRETS = (TEXT, NAME, HANDLE, ALT, EDITED)
STAYS = "roodborstje blijft hier gewoon staan"


class Day:
    """A place where things were said, by somebody who will be erased and by others."""

    def __init__(self, place: Place, data: Path, second: Path) -> None:
        self.place, self.data, self.second = place, data, second
        self.posts: list[Post] = []
        self.picture = ""

    @property
    def node(self) -> Any:
        return self.place.hall.node

    @property
    def picture_file(self) -> Path:
        return self.data / SLUG / "blobs" / self.picture[:2] / self.picture[2:]

    def arrival(self, n: int, text: str, **more: Any) -> Arrival:
        return Arrival(
            source=SourceId("mastodon-1"),
            network="mastodon",
            author_id="https://sociaal.example/users/weg",
            native_id=f"sociaal.example:{n}",
            uri=f"https://sociaal.example/{n}",
            permalink=f"https://sociaal.example/@{HANDLE}/{n}",
            name=f"{NAME} van Dam",
            handle=f"@{HANDLE}@sociaal.example",
            text=text,
            **more,
        )

    async def live(self) -> None:
        """They post with a photo, edit, are rejected, shown, quoted and frozen; others too."""
        self.picture = str((await self.place.visitor().upload(_photo())).json["id"])
        photo = Picture(
            blob=BlobId(self.picture), type="image/jpeg", width=64, height=48, alt=f"Een {ALT} op het plein"
        )
        shown, _ = await self.node.receive(self.arrival(1, f"De {TEXT} is begonnen. #proefdag", media=(photo,)))
        edited, _ = await self.node.receive(self.arrival(2, f"Nog een {TEXT}."))
        await self.node.receive(self.arrival(2, f"Nu een {EDITED}.", edited=10))
        rejected, _ = await self.node.receive(self.arrival(3, f"Weg met {TEXT}!"))
        moderator = self.place.holder("moderator")
        await moderator.decide(shown.id, "show")
        await moderator.decide(edited.id, "show", revision=2)
        await moderator.decide(rejected.id, "reject", reason="hurtful")
        await self.place.show(STAYS)
        self.posts = [shown, edited, rejected]

    async def freeze(self) -> int:
        """A version in all its formats, with everybody in full. Returns its number."""
        author = self.place.holder("author")
        await author.ask("PUT", "report/settings", {"names": "full"})
        await author.ask("POST", "report/quotes", {"posts": [post.id for post in self.posts[:2]], "choice": "in"})
        draft = (await author.get("report/draft")).json
        number = len(self.node.state.draft.versions) + 1
        body = {"number": number, "seq": draft["seq"], "formats": list(VERSION_FORMATS)}
        answer = await author.ask("POST", "report/versions", body)
        assert answer.status == 201, answer
        return number

    def is_archived(self) -> bool:
        """Whether the newest archive holds the version, and so all that they said."""
        blob = self.node.state.draft.versions[0].files[0].blob
        member = f"blobs/{blob[:2]}/{blob[2:]}".encode()
        return any(member in path.read_bytes() for path in self.second.glob("*.tar"))

    async def erase(self) -> None:
        body = {"authorOf": self.posts[0].id}
        answer = await self.place.holder("organiser").ask("POST", "erasures", body)
        assert answer.status == 200, answer

    async def left(self, search: Search) -> dict[str, set[str]]:
        """What of them is on disk, once the version was made again and archives were cleaned; that may take a while."""
        await eventually(lambda: not self.node.state.draft.versions[-1].gone, within_s=60)
        found = search.files(self.data, self.second)
        for _ in range(30):
            if not found:
                break
            await asyncio.sleep(0.5)
            found = search.files(self.data, self.second)
        return found


def _photo() -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((64, 48), (-2.0, -1.5, 1.0, 1.5), 20).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@asynccontextmanager
async def a_day(tmp_path: Path, *, archived: bool = True) -> AsyncIterator[Day]:
    """A place, with an archive of it every ten seconds or without."""
    data, second = tmp_path / "data", tmp_path / "second"
    second.mkdir()
    more = {"archive": str(second), "archive_every_s": 10} if archived else {}
    async with open_place(data, **more) as place:
        yield Day(place, data, second)


KINDS = {"journal": r"journal\.db", "blobs": r"blobs/", "index": r"search\.db", "archives": r"\.tar$"}


async def test_nothing_of_an_erased_author_is_on_disk(tmp_path: Path) -> None:
    search = Search(*SECRETS)
    async with a_day(tmp_path) as day:
        await day.live()
        await day.freeze()
        index = day.data / SLUG / "search.db"
        await eventually(lambda: any(TEXT.encode() in path.read_bytes() for path in index.parent.glob("search.db*")))
        await eventually(day.is_archived, within_s=30)
        before = search.files(day.data, day.second)
        kinds = {kind for kind, form in KINDS.items() if any(re.search(form, path) for path in before)}
        assert kinds == set(KINDS), "the control: before, every kind of file holds some of it"
        assert set.union(*before.values()) == set(SECRETS)
        assert day.picture_file.exists()

        await day.erase()

        assert await day.left(search) == {}
        assert not day.picture_file.exists()
        assert [version.gone > 0 for version in day.node.state.draft.versions] == [True, False]
        await _exports_are_clean(day, search)
        await _author_stays_out(day)
        assert Search("roodborstje").files(day.data, day.second), "others are still there"
    assert search.files(tmp_path) == {}, "and after the end of the server"
    await _journal_replays(day)
    async with open_place(day.data) as again:
        assert again.hall.node.state.posts[day.posts[0].id].status is ERASED
        with pytest.raises(NotFound):
            await again.hall.node.receive(day.arrival(10, "Ik ben er weer"))
        assert search.files(day.data) == {}


async def _exports_are_clean(day: Day, search: Search) -> None:
    author = day.place.holder("author")
    for format_ in Format:
        answer = await author.get(f"report?format={format_}&names=full")
        assert answer.status == 200, answer
        assert search.bytes(answer.body) == set(), format_
    version = await author.get("report/versions/2/pdf")
    assert (version.status, search.bytes(version.body)) == (200, set())
    assert Search("roodborstje").bytes(version.body), "the control: who stays is found in it"
    assert (await author.get("report/versions/1/pdf")).status == 410
    archive = await day.place.visitor(day.place.house.site.operator_token).get(f"/v1/operator/symposia/{SLUG}/archive")
    assert (archive.status, search.bytes(archive.body)) == (200, set())
    access = await day.place.holder("organiser").get(f"access?post={day.posts[0].id}")
    assert (access.status, search.bytes(access.body)) == (200, set())


async def _author_stays_out(day: Day) -> None:
    with pytest.raises(NotFound):
        await day.node.receive(day.arrival(9, "Ik ben er weer"))
    post, is_new = await day.node.receive(day.arrival(1, "Nog eens hetzelfde bericht"))
    assert (post.status, is_new) == (ERASED, False)


async def _journal_replays(day: Day) -> None:
    journal = SqliteJournal(day.data / SLUG)
    try:
        state = replay(journal.replay())
    finally:
        await journal.close()
    assert state.posts == day.node.state.posts
    assert state.draft == day.node.state.draft
    assert state.broken == 0


# Controls


async def test_without_overwriting_it_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a journal that does not redact leaves the words in its file."""

    async def skipped(*_: object) -> None:
        return None

    monkeypatch.setattr(SqliteJournal, "redact", skipped)
    search = Search(*SECRETS)
    async with a_day(tmp_path) as day:
        post, _ = await day.node.receive(day.arrival(1, f"De {TEXT} is begonnen."))
        day.posts = [post]
        await day.erase()
        assert any("journal.db" in path for path in search.files(day.data))
    assert search.files(day.data)[f"{SLUG}/journal.db"] == {TEXT, NAME, HANDLE}


async def test_without_secure_delete_it_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: SQLite without `secure_delete` leaves the words in freed pages."""
    prepare = SqliteJournal._prepare

    def insecure(self: SqliteJournal, db: sqlite3.Connection, path: Path, synchronous: str, *more: Any) -> None:
        prepare(self, db, path, synchronous, *more)
        db.execute("PRAGMA secure_delete=OFF")

    monkeypatch.setattr(SqliteJournal, "_prepare", insecure)
    search = Search(*SECRETS)
    async with a_day(tmp_path) as day:
        post, _ = await day.node.receive(day.arrival(1, f"De {TEXT} is begonnen. " * 400))
        day.posts = [post]
        await day.erase()
    assert TEXT in search.files(day.data).get(f"{SLUG}/journal.db", set())


def _pdf(text: str) -> bytes:
    from server.report.duties import Kind, Setting, facts_of
    from server.report.duties.child import Job, made
    from server.symposium.state import State

    facts = facts_of(State(slug="proef"), Setting(organisation=text))
    return made(Job(kind=Kind.NOTICE, lang="nl", format=Format.PDF, facts=facts, to=""))


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _tar(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("blobs/ab/cd")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


WORD = "Zwaluwé7"
HIDDEN: dict[str, Callable[[], bytes]] = {
    "utf-8": lambda: WORD.encode(),
    "utf-16": lambda: WORD.encode("utf-16"),
    "json": lambda: json.dumps({"text": WORD}).encode(),
    "html": lambda: WORD.encode("ascii", "xmlcharrefreplace"),
    "address": lambda: b"https://x.example/@zwaluw%c3%a97",
    "capitals": lambda: WORD.upper().encode(),
    "zip": lambda: _zip("content.xml", WORD.encode() * 50),
    "name in a zip": lambda: _zip(f"{WORD}.txt", b"x"),
    "zip in a tar": lambda: _tar(_zip("content.xml", WORD.encode() * 50)),
    "pdf": lambda: _pdf(WORD),
    "pdf in a tar": lambda: _tar(_pdf(WORD)),
}


@pytest.mark.parametrize("where", HIDDEN)
def test_search_finds_a_word_wherever_it_hides(where: str) -> None:
    assert Search(WORD).bytes(HIDDEN[where]()) == {WORD}
    assert Search("Nachtegaal").bytes(HIDDEN[where]()) == set()
