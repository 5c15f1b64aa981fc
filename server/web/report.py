"""The report: its draft, as its authors write and choose it, and the files that it becomes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, BinaryIO, Final, TypeVar

import msgspec
from aiohttp import web

from server.drafting import MAX_POSTS, MAX_TEXT
from server.errors import BadInput, NotFound
from server.intake.text import clean
from server.papers.names import attachment
from server.report.draft_facts import draft_facts
from server.report.exports import MEDIA_TYPES, Format, Order
from server.report.preview import paper_in, post_in, preview
from server.sources.manifest import link_only
from server.symposium.values import BlockId, Choice, Cover, Naming, PostId
from server.web.auth import REPORT_ROLES, badge_of, need, need_operator
from server.web.bodies import Number, answer, decode, read, read_json
from server.web.desk import carried_out
from server.web.downloads import CHUNK
from server.web.guard import add_headers
from server.web.pages import render
from server.web.scans import is_loopback
from server.web.short import short_url
from server.web.site import Hall, Site, hall_of, site_of

Id = Annotated[str, msgspec.Meta(max_length=80)]

T = TypeVar("T")

PREVIEWS: web.AppKey[asyncio.Lock] = web.AppKey("previews", asyncio.Lock)
"""One text at a time is read."""
MAX_TEXT_BYTES: Final = 8 * MAX_TEXT
"""As JSON: a letter has at most four bytes, and a `\\n` is one character."""
UNASKED: Final = "Fontein-Unasked"
"""The header of a file whose networks could not all be asked what was deleted there."""
CSP: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The query of a report: which format, in which language, and how people are named."""

    format: Format
    lang: Annotated[str, msgspec.Meta(pattern="^(nl|en)$")] = ""
    names: Naming | None = None


def set_up(app: web.Application) -> None:
    """Give *app* what its previews wait for."""
    app[PREVIEWS] = asyncio.Lock()


async def report(request: web.Request) -> web.StreamResponse:
    """`GET /v1/symposia/{slug}/report?format=`: the report as a file. For organisers and the report's authors."""
    hall = hall_of(request)
    need(request, hall, REPORT_ROLES)
    return await _send(request, hall)


async def page(request: web.Request) -> web.Response:
    """`GET /{slug}/report`: where its authors have the report made. Without a badge it explains itself."""
    hall = hall_of(request)
    return render(request, "report", hall=hall, badge=badge_of(request, hall))


async def operator_report(request: web.Request) -> web.StreamResponse:
    """`GET /v1/operator/symposia/{slug}/report?format=`: the same, for the command line."""
    need_operator(request)
    return await _send(request, hall_of(request))


def order_of(site: Site, hall: Hall, wanted: Wanted) -> Order:
    """What a child is asked to make."""
    order = order_for(site, hall, formats=(wanted.format,))
    return msgspec.structs.replace(order, lang=wanted.lang, naming=wanted.names)


def order_for(site: Site, hall: Hall, *, formats: Sequence[Format], number: int = 0) -> Order:
    """The same, of the report as its authors have it. Reads files."""
    known = not is_loopback(site)
    return Order(
        formats=tuple(formats),
        number=number,
        home=f"{site.base_url}/{hall.slug}" if known else "",
        short=short_url(site, hall) if known else "",
        link_only=_link_only(site),
    )


def _link_only(site: Site) -> tuple[str, ...]:
    """The networks of whose posts only the address may be kept."""
    return tuple(sorted(link_only([site.config.folder / "plugins"])))


async def _send(request: web.Request, hall: Hall) -> web.StreamResponse:
    wanted = _wanted(request)
    assert hall.freezing is not None, "a hall that serves has it"
    unasked = await hall.freezing.look_before_a_file()
    order = await asyncio.to_thread(order_of, site_of(request), hall, wanted)
    folder = site_of(request).config.folder / hall.slug
    async with site_of(request).reports.made(hall.node.state, order, folder=folder) as (work, (written,)):
        file = await asyncio.to_thread((work / written.name).open, "rb")
        return await send_file(
            request, file, name=written.name, format_=wanted.format, size=written.size, unasked=unasked
        )


async def send_file(
    request: web.Request, file: BinaryIO, *, name: str, format_: Format, size: int, unasked: Sequence[str] = ()
) -> web.StreamResponse:
    """A file of a report, to save; it is closed afterwards. `unasked` are networks that may have deleted more."""
    response = web.StreamResponse()
    if unasked:
        response.headers[UNASKED] = " ".join(unasked)
    response.headers["Content-Type"] = MEDIA_TYPES[format_]
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Cache-Control"] = "no-store"
    response.content_length = size
    add_headers(request, response)  # the guard comes too late for an answer that has begun
    try:
        await response.prepare(request)
        while request.method != "HEAD" and (piece := await asyncio.to_thread(file.read, CHUNK)):
            await response.write(piece)
        await response.write_eof()
    finally:
        await asyncio.to_thread(file.close)
    return response


def _wanted(request: web.Request) -> Wanted:
    query = {name: value for name, value in request.query.items() if value}
    if "format" in query and query["format"] not in set(Format):
        raise NotFound(
            f"There is no format {query['format'][:20]!r}. There are: {', '.join(Format)}.", code="no-format"
        )
    try:
        return msgspec.convert(query, Wanted)
    except msgspec.ValidationError as ex:
        raise BadInput(f"{ex}", code="bad-query") from ex


# The draft


class NewSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the report names people, in which language it is (empty: the symposium's first), and its cover."""

    names: Naming
    lang: Annotated[str, msgspec.Meta(pattern="^(nl|en)?$")] = ""
    cover: Cover = Cover.WATER


class NewText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in Markdown; `base` is the `seq` of the one that was changed, `settles` those that need not be kept."""

    text: str
    base: Number
    settles: Annotated[tuple[Number, ...], msgspec.Meta(max_length=20)] = ()


class NewPreview(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody is writing, in Markdown; at most as long as a text may be. Nothing is kept of it."""

    text: str


class NewQuotes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    What the report does with posts; what is left out stays.

    `names` is an exception for these posts, null for none any more; `into` is the post that they are counted under,
    null for none any more.
    """

    posts: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MAX_POSTS)]
    choice: Choice | None = None
    pull: Choice | None = None
    names: Naming | msgspec.UnsetType | None = msgspec.UNSET
    into: Id | msgspec.UnsetType | None = msgspec.UNSET


class NewOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The posts of a section (a session's id, `loose` or `after`) in their order; others follow by time."""

    section: Annotated[str, msgspec.Meta(max_length=64)]
    posts: Annotated[tuple[Id, ...], msgspec.Meta(max_length=MAX_POSTS)]


async def draft(request: web.Request) -> web.Response:
    """`GET …/report/draft`: what its authors wrote and chose, and what stands in each section because of that."""
    hall = hall_of(request)
    need(request, hall, REPORT_ROLES)
    return answer(draft_facts(hall.node.state))


async def settings(request: web.Request) -> web.Response:
    """`PUT …/report/settings`."""
    hall = hall_of(request)
    badge = need(request, hall, REPORT_ROLES)
    new = await read_json(request, NewSettings)
    outcome = await hall.node.draft.set_report(badge.id, naming=new.names, lang=new.lang, cover=new.cover)
    return answer({"seq": carried_out(hall.node.state, outcome).seq})


async def text(request: web.Request) -> web.Response:
    """`PUT …/report/texts/{place}`: a text. `beside`: a colleague wrote meanwhile, and both are kept."""
    hall = hall_of(request)
    badge = need(request, hall, REPORT_ROLES)
    place = BlockId(request.match_info["place"])
    new = await _read_text(request, NewText)
    outcome = await hall.node.draft.write(badge.id, place, new.text, base=new.base, settles=new.settles)
    seq = carried_out(hall.node.state, outcome).seq
    known = hall.node.state.draft.blocks.get(place)
    return answer({"seq": seq, "beside": known is None or known.text is None or known.text.body != seq})


async def look(request: web.Request) -> web.Response:
    """`POST …/report/preview`: what that Markdown will look like, as a tree of nodes; see `report.preview`."""
    hall = hall_of(request)
    need(request, hall, REPORT_ROLES)
    new = await _read_text(request, NewPreview)
    if len(new.text) > MAX_TEXT:
        raise BadInput(f"A text has at most {MAX_TEXT} characters.", code="too-long", field="$.text")
    state = hall.node.state
    post = post_in(state, await asyncio.to_thread(_link_only, site_of(request)))
    async with request.app[PREVIEWS]:
        # Some strings take the parser a second: then the wall goes on.
        blocks = await asyncio.to_thread(preview, clean(new.text), post, paper_in(state))
    return answer({"blocks": blocks})


async def _read_text(request: web.Request, kind: type[T]) -> T:
    """JSON that holds a long text. Raises BadInput as `read_json`."""
    if request.content_type != "application/json":
        raise BadInput("Send JSON, with Content-Type: application/json.", code="media-type")
    return decode(await read(request, max_bytes=MAX_TEXT_BYTES), kind)


async def quotes(request: web.Request) -> web.Response:
    """`POST …/report/quotes`."""
    hall = hall_of(request)
    badge = need(request, hall, REPORT_ROLES)
    new = await read_json(request, NewQuotes)
    outcome = await hall.node.draft.set_quotes(
        badge.id,
        [PostId(post) for post in new.posts],
        choice=new.choice,
        pull=new.pull,
        naming=None if new.names is msgspec.UNSET else new.names,
        as_all=new.names is None,
        into=None if new.into is msgspec.UNSET or new.into is None else PostId(new.into),
        alone=new.into is None,
    )
    done = carried_out(hall.node.state, outcome)
    return answer({"seq": done.seq, "passed": [each.post for each in done.passed]})


async def order(request: web.Request) -> web.Response:
    """`PUT …/report/order`."""
    hall = hall_of(request)
    badge = need(request, hall, REPORT_ROLES)
    new = await read_json(request, NewOrder)
    outcome = await hall.node.draft.order(badge.id, new.section, [PostId(post) for post in new.posts])
    return answer({"seq": carried_out(hall.node.state, outcome).seq})
