"""A symposium on disk, that nobody runs: for archives and their inspection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from server import archive
from server.archive import Manifest, Source, write_file
from server.blobs.store import BlobId, BlobStore
from server.intake.digest import digest
from server.journal.sqlite import Limits, SqliteJournal
from server.keyring import Keyring
from server.symposium import values
from server.symposium.entries import Entry, PostArrived, SymposiumBody, SymposiumMade, encode_body
from server.symposium.values import AuthorKey, Hold, Picture, PostBody, PostId, RuleId, SourceId

SMALL = Limits(reserve_bytes=0, ballast_bytes=0)
SLUG = "proefdag"
NOW = 1_800_000_000_000_000


def made() -> Entry:
    return Entry(SymposiumMade(slug=SLUG, short="PD", languages=("nl",)), encode_body(SymposiumBody(title="Proef")))


def arrived(post: str, text: str, picture: BlobId | None = None) -> Entry:
    media = () if picture is None else (Picture(blob=values.BlobId(picture), type="image/jpeg", width=1, height=1),)
    body = PostBody(salt="0" * 32, text=text, media=media)
    head = PostArrived(
        post=PostId(post),
        source=SourceId("phone"),
        network="phone",
        author=AuthorKey(post),
        digest=digest(body),
        seen=1,
        verdict=Hold(rule=RuleId("policy")),
    )
    return Entry(head, encode_body(body))


class Folder:
    """A symposium on disk, that nobody runs."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.home = data / SLUG
        self.store = BlobStore(self.home / "blobs", reserve_bytes=0)
        self.keyring = Keyring(data)
        self.entries: list[Entry] = []

    async def append(self, *entries: Entry) -> None:
        journal = SqliteJournal(self.home, limits=SMALL)
        for _ in journal.replay():
            pass
        journal.start(lambda _: None)
        await journal.append(entries)
        await journal.close()

    async def redact(self, *seqs: int) -> None:
        journal = SqliteJournal(self.home, limits=SMALL)
        journal.start(lambda _: None)
        await journal.redact(seqs)
        await journal.close()

    def copy(self, to: Path) -> Path:
        journal = SqliteJournal(self.home, limits=SMALL)
        journal.copy_now(to)
        journal.close_now()
        return to

    def source(self, work: Path, **more: Any) -> Source:
        return Source(
            slug=SLUG,
            journal=self.copy(work / "copy.db"),
            open_blob=lambda blob: self.store.open_checked(BlobId(blob)),
            **{"made": NOW, "extras": {archive.KEYS: self.keyring.keys, archive.CURSORS: b"{}"}, **more},
        )

    def archive(self, to: Path) -> Manifest:
        return write_file(to, self.source(to.parent))
