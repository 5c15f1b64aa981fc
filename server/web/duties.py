"""What an organiser owes to people: documents about personal data, and access to what is kept of one author."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web

from server.blobs.store import BlobId as StoredId
from server.errors import BadInput, FonteinError, NotFound
from server.keeping import end_of, moments
from server.papers.names import attachment
from server.report.access import Access
from server.report.duties import Facts, Kind, Lang, Network, Setting, facts_of
from server.report.duties.child import FORMATS, Job
from server.report.exports import Format, Written
from server.reporting import Reporting, starting
from server.sources.manifest import BUILT_IN, Manifest, networks, read_manifest
from server.sources.manifest import facts_of as network_facts
from server.symposium.bodies import source_body
from server.symposium.state import State
from server.symposium.values import BlobId, PostId
from server.web.auth import ORGANISER_ROLES, need
from server.web.downloads import WRITE_S
from server.web.guard import add_headers
from server.web.pages import catalogue
from server.web.report import CSP, send_file
from server.web.scans import is_loopback
from server.web.site import Hall, Site, hall_of, site_of

_LANGUAGES: Final[tuple[Lang, ...]] = ("nl", "en")
_CHILD: Final = "server.report.duties.child"


class Papers(Reporting):
    """Makes documents in a child process, one at a time."""

    def __init__(self, *, command: Sequence[str] | None = None) -> None:
        super().__init__(command=command or starting(_CHILD))

    @asynccontextmanager
    async def paper(
        self, facts: Facts, kind: Kind, lang: Lang, format_: Format, *, folder: Path
    ) -> AsyncIterator[tuple[Path, Written]]:
        """
        One document, in a folder that is gone afterwards.

        Args:
            folder: The symposium's own.

        Raises:
            As `made`.
        """
        async with self._room(folder) as work:
            job = Job(kind=kind, lang=lang, format=format_, facts=facts, to=str(work))
            (written,) = [each for each in await self._in_turn(job, work) if isinstance(each, Written)]
            yield work, written


PAPERS: web.AppKey[Papers] = web.AppKey("papers", Papers)


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The query of a document; without `lang` it is in the symposium's first language."""

    format: Format = Format.PDF
    lang: Lang | None = None


def set_up(app: web.Application) -> None:
    """Give *app* what makes documents."""
    app[PAPERS] = Papers()


async def document(request: web.Request) -> web.StreamResponse:
    """`GET /v1/symposia/{slug}/documents/{kind}?format=&lang=`: a document about personal data, for organisers."""
    hall = hall_of(request)
    need(request, hall, ORGANISER_ROLES)
    kind, wanted = _kind(request.match_info["kind"]), _wanted(request)
    state = hall.node.state
    lang: Lang = wanted.lang or ("en" if state.languages[0] == "en" else "nl")
    manifests = await asyncio.to_thread(manifests_of, site_of(request))
    setting = setting_of(site_of(request), hall, manifests)
    folder = site_of(request).config.folder / hall.slug
    made = request.app[PAPERS].paper(facts_of(state, setting), kind, lang, wanted.format, folder=folder)
    async with made as (work, written):
        file = await asyncio.to_thread((work / written.name).open, "rb")
        return await send_file(request, file, name=written.name, format_=wanted.format, size=written.size)


def setting_of(site: Site, hall: Hall, manifests: Sequence[tuple[Manifest, bool]]) -> Setting:
    """
    What only the server knows of *hall*.

    Args:
        manifests: See `manifests_of`.
    """
    config, known = site.config, not is_loopback(site)
    state = hall.node.state
    return Setting(
        organisation=config.organisation,
        contact=config.contact,
        home=f"{site.base_url}/{hall.slug}" if known else "",
        notice=f"{site.base_url}/privacy" if known else "",
        secure=config.secure,
        archives=bool(config.archive),
        scanner=bool(config.clamd),
        consent={lang: catalogue(lang, "phone")["write.consent"] for lang in _LANGUAGES},
        networks=tuple(_network(state, manifest, own=own) for manifest, own in manifests),
        end=end_of(state),
        due=moments(state),
    )


def manifests_of(site: Site) -> list[tuple[Manifest, bool]]:
    """
    What the networks say of themselves, and whether they come with us. Reads their folders.

    One that cannot be read is a stranger by its name alone.
    """
    found = []
    for folder in networks([site.config.folder / "plugins"]).values():
        with contextlib.suppress(BadInput):
            found.append((read_manifest(folder), folder.parent == BUILT_IN))
    return found


def _network(state: State, manifest: Manifest, *, own: bool) -> Network:
    sources = [source for source in state.sources.values() if source.network == manifest.id]
    told = [network_facts(manifest, source_body(state, source.body).options) for source in sources]
    abroad = {facts.third_country for facts in told or [manifest.facts]} - {""}
    return Network(
        id=manifest.id,
        name=manifest.name,
        summary=manifest.summary,
        link_only=manifest.export == "link",
        own=own,
        abroad=tuple(sorted(abroad)),
    )


def _kind(name: str) -> Kind:
    if name not in set(Kind):
        raise NotFound(f"There is no document {name[:20]!r}. There are: {', '.join(Kind)}.", code="no-document")
    return Kind(name)


def _wanted(request: web.Request) -> Wanted:
    query = {name: value for name, value in request.query.items() if value}
    if "format" in query and query["format"] not in FORMATS:
        there = ", ".join(FORMATS)
        raise NotFound(f"There is no format {query['format'][:20]!r}. There are: {there}.", code="no-format")
    try:
        return msgspec.convert(query, Wanted)
    except msgspec.ValidationError as ex:
        raise BadInput(f"{ex}", code="bad-query") from ex


# Access


async def access(request: web.Request) -> web.StreamResponse:
    """`GET /v1/symposia/{slug}/access?post=`: all that is kept of the author of that post, as a zip, for organisers."""
    hall = hall_of(request)
    need(request, hall, ORGANISER_ROLES)
    if not (post := request.query.get("post", "")):
        raise BadInput("Say whose: post is the id of any post of theirs.", code="bad-query", field="post")
    kept = Access(hall.node.state, PostId(post))
    response = web.StreamResponse()
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = attachment(f"{hall.slug}-access-{post}.zip")
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Cache-Control"] = "no-store"
    add_headers(request, response)  # the guard comes too late for an answer that has begun
    pieces = iter(()) if request.method == "HEAD" else kept.pieces(lambda blob: _picture(hall, blob))
    try:
        await response.prepare(request)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            async with asyncio.timeout(WRITE_S):
                await response.write(piece)
        await response.write_eof()
    except (OSError, TimeoutError):  # gone, too slow, or our disk
        if request.transport is not None:
            request.transport.abort()
    return response


def _picture(hall: Hall, blob: BlobId) -> bytes | None:
    try:
        return hall.store.read(StoredId(blob))
    except FonteinError:
        return None
