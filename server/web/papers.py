"""The shelf: what is on it, who puts it there, and how often it was fetched."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from msgspec import UNSET, UnsetType

from server.blobs.images import Kind as PictureKind
from server.blobs.images import NotAPicture, PicturesBusy
from server.errors import BadInput, NotAllowed, NotFound
from server.papers.inspection import Inspected, language
from server.symposium.bodies import paper_body
from server.symposium.entries import Count, PaperBody
from server.symposium.papers import SHELF
from server.symposium.shelf import PaperFacts, paper_facts, papers, removed_papers, shelf_blobs
from server.symposium.state import Badge, Paper, State, Tally
from server.symposium.values import BlobId, Form, PaperId, Role, SessionId
from server.web.auth import DESK_ROLES, badge_of, need
from server.web.bodies import answer, encode, read_json
from server.web.desk import carried_out
from server.web.site import Hall, hall_of, site_of

_HOUR_US = 3_600_000_000


class NewPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper. With `embargo` it is closed until its session begins; `link` is where a paper of the form link is."""

    title: str
    authors: tuple[str, ...] = ()
    abstract: str = ""
    session: str | None = None
    form: Form = Form.PAPER
    embargo: bool = False
    link: str = ""


class PaperChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is left out stays."""

    title: str | UnsetType = UNSET
    authors: tuple[str, ...] | UnsetType = UNSET
    abstract: str | UnsetType = UNSET
    session: str | UnsetType | None = UNSET
    form: Form | UnsetType = UNSET
    embargo: bool | UnsetType = UNSET
    link: str | UnsetType = UNSET


# Who may


def paper_of(request: web.Request, hall: Hall) -> Paper:
    """
    The paper that the address names.

    Raises:
        NotFound: There is none.
    """
    paper = hall.node.state.papers.get(PaperId(request.match_info["paper"]))
    if paper is None:
        raise NotFound("There is no such paper here.", code="no-paper")
    return paper


def may_see_all(badge: Badge | None, paper: Paper) -> bool:
    """Whether a badge may read a paper before its time, and know what is told to staff: staff, and its speaker."""
    if badge is None:
        return False
    return badge.role in DESK_ROLES or (
        badge.role is Role.SPEAKER and badge.session is not None and badge.session == paper.session
    )


def keeper_of(request: web.Request, hall: Hall) -> tuple[Badge, Paper]:
    """
    Who asks, and the paper that they may change.

    Raises:
        Unauthorised, NotAllowed, NotFound: They may not, or there is none.
    """
    mine = need(request, hall, SHELF)
    paper = paper_of(request, hall)
    _check_session(mine, paper.session)
    return mine, paper


def _check_session(mine: Badge, session: str | None) -> None:
    """The law looks again; this says it before a byte of a file is read."""
    if mine.role is Role.SPEAKER and (mine.session is None or mine.session != session):
        raise NotAllowed("A speaker's badge is for the papers of one session.", code="not-your-session")


# Facts


def facts_for(hall: Hall, badge: Badge | None, paper: Paper) -> PaperFacts:
    """A paper, as this badge may see it."""
    return paper_facts(hall.node.state, paper, staff=may_see_all(badge, paper))


async def shelf(request: web.Request) -> web.Response:
    """`GET …/papers`: all of them; of one that is closed no files, but to staff and its speaker."""
    hall = hall_of(request)
    badge = badge_of(request, hall)
    session = request.query.get("session")
    found = [each for each in papers(hall.node.state) if session is None or each.session == session]
    listed = [facts_for(hall, badge, each) for each in found]
    if badge is None or badge.role not in DESK_ROLES:
        return _asked_again(request, encode({"seq": hall.node.state.shelf_seq, "papers": listed}))
    with_counts = [{**msgspec.to_builtins(each), "fetched": _fetched(hall.node.state, each.id)} for each in listed]
    return answer({"seq": hall.node.state.shelf_seq, "papers": with_counts})


def _asked_again(request: web.Request, body: bytes) -> web.Response:
    """The shelf, unless the reader has it already: a hall full of phones asks for it each time that it changes."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)


def _fetched(state: State, paper: str) -> int:
    tally = state.tallies.get(paper)
    return 0 if tally is None else tally.n


async def paper(request: web.Request) -> web.Response:
    """`GET …/papers/{paper}`."""
    hall = hall_of(request)
    return answer(facts_for(hall, badge_of(request, hall), paper_of(request, hall)))


async def counts(request: web.Request) -> web.Response:
    """`GET …/papers/counts`: downloads by paper and hour, and scans by code."""
    hall = hall_of(request)
    need(request, hall, DESK_ROLES)
    state = hall.node.state
    listed = [{"id": each, **_tally_facts(tally)} for each, tally in state.tallies.items() if each in state.papers]
    scans = [{"code": code, "n": tally.n, **_tally_facts(tally)} for code, tally in state.scans.items()]
    return answer({"papers": listed, "scans": scans})


def _tally_facts(tally: Tally) -> dict[str, Any]:
    hours = [{"at": hour * _HOUR_US, "n": n, "distinct": new} for hour, (n, new) in tally.hours.items()]
    return {"total": tally.n, "distinct": tally.new, "hours": hours}


# What is done to papers


async def make(request: web.Request) -> web.Response:
    """`POST …/papers`: 201 with its id and its short code."""
    hall = hall_of(request)
    mine = need(request, hall, SHELF)
    new = await read_json(request, NewPaper)
    _check_session(mine, new.session)
    body = PaperBody(title=new.title, authors=new.authors, abstract=new.abstract, link=new.link)
    made, outcome = await hall.node.shelf.set_paper(
        mine.id, None, body, session=_session(new.session), form=new.form, embargo=new.embargo
    )
    carried_out(hall.node.state, outcome)
    facts = facts_for(hall, mine, hall.node.state.papers[made])
    return answer({"id": made, "code": facts.code, "paper": facts}, status=201)


async def change(request: web.Request) -> web.Response:
    """`PATCH …/papers/{paper}`."""
    hall = hall_of(request)
    mine, known = keeper_of(request, hall)
    new = await read_json(request, PaperChange)
    session = known.session if new.session is UNSET else _session(new.session)
    _check_session(mine, session)
    _, outcome = await hall.node.shelf.set_paper(
        mine.id,
        known.id,
        _changed(paper_body(hall.node.state, known), new),
        session=session,
        form=known.form if new.form is UNSET else new.form,
        embargo=known.embargo if new.embargo is UNSET else new.embargo,
    )
    carried_out(hall.node.state, outcome)
    return answer({"paper": facts_for(hall, mine, paper_of(request, hall))})


def _changed(body: PaperBody, new: PaperChange) -> PaperBody:
    return PaperBody(
        title=body.title if new.title is UNSET else new.title,
        authors=body.authors if new.authors is UNSET else new.authors,
        abstract=body.abstract if new.abstract is UNSET else new.abstract,
        link=body.link if new.link is UNSET else new.link,
    )


def _session(name: str | None) -> SessionId | None:
    if name is not None and (len(name) > 64 or not name.isprintable()):
        raise BadInput("A session's id has at most 64 characters.", field="$.session")
    return None if name is None else SessionId(name)


async def remove(request: web.Request) -> web.Response:
    """`DELETE …/papers/{paper}`: off the shelf, until an undo; with `erase=1` for good, with its files."""
    hall = hall_of(request)
    mine = need(request, hall, SHELF)
    name = PaperId(request.match_info["paper"])
    erase = request.query.get("erase") == "1"
    known = hall.node.state.papers.get(name)
    if known is not None:
        _check_session(mine, known.session)
    elif not erase:
        raise NotFound("There is no such paper here.", code="no-paper")
    before = set(shelf_blobs(hall.node.state))
    done = carried_out(hall.node.state, await hall.node.shelf.remove_paper(mine.id, name, erase=erase))
    for upload in hall.papers.uploads:
        if upload.note.paper == name and not upload.turn.locked():
            await asyncio.to_thread(hall.papers.uploads.drop, upload)
    await forget(hall, before - set(shelf_blobs(hall.node.state)))
    return answer({"seq": done.seq})


async def drop_file(request: web.Request) -> web.Response:
    """`DELETE …/papers/{paper}/files/{file}`: a version is taken away, with its bytes."""
    hall = hall_of(request)
    mine, known = keeper_of(request, hall)
    before = set(shelf_blobs(hall.node.state))
    number = int(request.match_info["file"])
    carried_out(hall.node.state, await hall.node.shelf.drop_file(mine.id, known.id, number))
    await forget(hall, before - set(shelf_blobs(hall.node.state)))
    return answer({"paper": facts_for(hall, mine, paper_of(request, hall))})


async def forget(hall: Hall, candidates: set[BlobId]) -> None:
    """Delete those of *candidates* that nothing names any more, now."""
    async with hall.papers.filing:
        await hall.forget_blobs(candidates)


# A file that is here


def named_bytes(state: State) -> int:
    """What the files of all papers come to, each once; of a paper that an undo would bring back as well."""
    kept = (*state.papers.values(), *removed_papers(state))
    sizes = {file.blob: file.size for each in kept for file in each.files}
    return sum(sizes.values())


def lang_of(text: str) -> str:
    """
    A language as BCP 47 writes it; empty for none.

    Raises:
        BadInput: It is something else.
    """
    if text and not language(text):
        raise BadInput(f'"{text[:40]}" is no language; send nl or en, as in BCP 47.', field="lang")
    return language(text)


async def take_in(
    request: web.Request, hall: Hall, mine: Badge, known: PaperId, path: Path, *, name: str, lang: str
) -> dict[str, Any]:
    """
    Make the file at *path* the newest file of a paper: look at it, keep it, and only then say so in the journal.

    A file that is refused stays where it is, for the caller to delete.

    Returns:
        The answer: the paper as it is now, the number of the file, and what the file says of itself.

    Raises:
        NotAPaper: It is not taken.
        Unavailable: Not now; the file is where it was.
        NotAllowed, NotFound: The badge was revoked or the paper removed meanwhile.
    """
    found = await hall.papers.look_at(path)
    size = path.stat().st_size
    drawn = await _draw(request, found)
    async with hall.papers.filing:
        preview = None if drawn is None else await asyncio.to_thread(hall.store.put, drawn)
        blob = await asyncio.to_thread(hall.store.put_file, path)
        outcome = await hall.node.shelf.file_paper(
            mine.id,
            known,
            blob=BlobId(blob),
            size=size,
            type=found.type,
            lang=lang or found.suggestion.lang,
            pages=found.pages,
            flags=found.flags,
            preview=None if preview is None else BlobId(preview),
            name=name,
        )
    done = carried_out(hall.node.state, outcome)
    now = hall.node.state.papers.get(known)
    if now is None:
        raise NotFound("This paper was removed meanwhile.", code="no-paper")
    return {"paper": facts_for(hall, mine, now), "file": done.seq, "suggestion": found.suggestion}


async def _draw(request: web.Request, found: Inspected) -> bytes | None:
    """The first page, drawn anew as every stranger's picture; none where that does not work."""
    if found.preview is None:
        return None
    try:
        picture = await site_of(request).images.make_picture(found.preview, kind=PictureKind.PAGE)
    except (NotAPicture, PicturesBusy):
        return None
    return picture.data


# Once a minute


async def flush(hall: Hall) -> None:
    """Have what was added up written down; what cannot be is kept for the next time."""
    sums = hall.papers.tally.take()
    if not sums:
        return
    try:
        await hall.node.shelf.count([Count(each.subject, each.kind, each.n, each.new) for each in sums])
    except BaseException:
        hall.papers.tally.put_back(sums)
        raise
