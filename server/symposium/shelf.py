"""The shelf, as the pages are told: what there is to read, and what staff may know of it besides."""

from __future__ import annotations

from collections.abc import Iterator

from server.symposium.bodies import Wire, file_name, media_url, paper_body
from server.symposium.programme import begins
from server.symposium.state import Paper, PaperFile, State, WasPaper
from server.symposium.values import BlobId

WALL_PAPERS = 60
"""How many papers stand in the screens' view; all of them by asking."""


class FileFacts(Wire, frozen=True, omit_defaults=True):
    """
    A file that can be fetched: `id` is its number in its address; size in bytes.

    Staff are also told what it was called, what was found in it, and whether a newer one has taken its place.
    """

    id: int
    lang: str
    type: str
    pages: int | None
    size: int
    at: int
    name: str = ""
    flags: tuple[str, ...] = ()
    old: bool = False


class PaperFacts(Wire, frozen=True):
    """
    A paper. Where it is not `open`, nobody but staff is told its files; `opens_at` is when its session begins (µs).

    `files` are the newest of each language.
    """

    id: str
    code: str | None
    session: str | None
    form: str
    title: str
    authors: tuple[str, ...]
    abstract: str
    open: bool
    embargo: bool
    opens_at: int | None
    files: tuple[FileFacts, ...]
    link: str
    preview: str | None
    at: int


class ShelfCount(Wire, frozen=True):
    """How much there is to read; `seq` changes with the shelf, whose papers are asked for then."""

    seq: int
    count: int
    open: int


class ShelfFacts(ShelfCount, frozen=True):
    """The same, with the papers of the earliest sessions: at most `WALL_PAPERS`."""

    papers: tuple[PaperFacts, ...]


def shelf_count(state: State) -> ShelfCount:
    return ShelfCount(seq=state.shelf_seq, count=len(state.papers), open=_open(state))


def _open(state: State) -> int:
    return sum(paper.open for paper in state.papers.values())


def shelf_facts(state: State) -> ShelfFacts:
    first = [paper_facts(state, paper, abstract=False) for paper in papers(state)[:WALL_PAPERS]]
    return ShelfFacts(seq=state.shelf_seq, count=len(state.papers), open=_open(state), papers=tuple(first))


def papers(state: State) -> list[Paper]:
    """All papers: those of the earliest sessions first, then those of no session, in the order that they came."""
    slots = {} if state.programme is None else state.programme.slots

    def order(paper: Paper) -> tuple[bool, int, int]:
        slot = None if paper.session is None else slots.get(paper.session)
        return (slot is None, 0 if slot is None else slot.start, paper.made)

    return sorted(state.papers.values(), key=order)


def newest_files(paper: Paper) -> tuple[PaperFile, ...]:
    """The newest file of each language, in the order of the languages' first ones."""
    newest: dict[str, PaperFile] = {}
    for file in paper.files:
        newest[file.lang] = file
    return tuple(newest.values())


def paper_facts(state: State, paper: Paper, *, staff: bool = False, abstract: bool = True) -> PaperFacts:
    """A paper, as everybody may see it; with *staff* also what is closed, what is old and what was found in it."""
    body, newest = paper_body(state, paper), newest_files(paper)
    readable = paper.open or staff
    files = (paper.files if staff else newest) if readable else ()
    preview = next((file.preview for file in reversed(newest) if file.preview is not None), None) if readable else None
    slot = None if paper.session is None or state.programme is None else state.programme.slots.get(paper.session)
    return PaperFacts(
        id=paper.id,
        code=state.codes_of.get(f"paper:{paper.id}"),
        session=paper.session,
        form=paper.form.value,
        title=body.title,
        authors=body.authors,
        abstract=body.abstract if abstract else "",
        open=paper.open,
        embargo=paper.embargo,
        opens_at=None if paper.open or slot is None else begins(state, slot),
        files=tuple(_file(state, file, staff=staff, old=file not in newest) for file in files),
        link=body.link if readable else "",
        preview=None if preview is None else media_url(state.slug, preview),
        at=paper.changed,
    )


def _file(state: State, file: PaperFile, *, staff: bool, old: bool) -> FileFacts:
    return FileFacts(
        id=file.seq,
        lang=file.lang,
        type=file.type,
        pages=file.pages,
        size=file.size,
        at=file.at,
        name=file_name(state, file) if staff else "",
        flags=file.flags if staff else (),
        old=old and staff,
    )


def open_previews(state: State) -> frozenset[BlobId]:
    """The pictures of first pages that anybody may see."""
    shown = (file for paper in state.papers.values() if paper.open for file in newest_files(paper))
    return frozenset(file.preview for file in shown if file.preview is not None)


def shelf_blobs(state: State) -> Iterator[BlobId]:
    """Every file and picture that a paper names, or would name if its removal were undone."""
    for paper in (*state.papers.values(), *removed_papers(state)):
        for file in paper.files:
            yield file.blob
            if file.preview is not None:
                yield file.preview


def removed_papers(state: State) -> Iterator[Paper]:
    """Papers that were taken off the shelf, and that an undo would bring back."""
    for act in state.acts.values():
        if isinstance(act.before, WasPaper):
            yield act.before.paper
