"""Printed codes of a binding poll: made once, seen once, as cards to cut or as data."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from aiohttp import web

from qr.posters import Kind, Target, vote_cards
from server.errors import BadInput, Conflict
from server.symposium.hall_facts import live_poll
from server.symposium.people import STAFF
from server.symposium.values import PollId
from server.web.auth import need
from server.web.bodies import answer, read_json
from server.web.codes import PRESS, pdf_of, refuse_loopback, sheet_of
from server.web.desk import carried_out
from server.web.polls import poll_of
from server.web.site import Hall, Site, hall_of, site_of

MAX_PRINTED: Final = 1_000
"""Codes on one print: a hundred sheets. More are made at several times."""


class NewCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many codes; `langs` of their cards, the second gets a line."""

    count: int
    langs: Annotated[tuple[Literal["nl", "en"], ...], msgspec.Meta(min_length=1, max_length=2)] = ("nl", "en")


async def make(request: web.Request) -> web.Response:
    """
    `POST …/polls/{poll}/codes?format=json|pdf`: codes that vote once each. The only time that anybody sees them.

    A print is promised before the codes are made: where none can be, none are.
    """
    site, hall = site_of(request), hall_of(request)
    badge = need(request, hall, STAFF)
    id_, poll = poll_of(request, hall)
    is_pdf = _is_pdf(request)
    new = await read_json(request, NewCodes)
    if not poll.form.binding:
        raise Conflict("This poll takes no codes; make it binding first, while it is a draft.", code="not-binding")
    if is_pdf:
        refuse_loopback(site)
        if new.count > MAX_PRINTED:
            raise BadInput(f"One print holds at most {MAX_PRINTED} codes.", code="too-many-codes", field="$.count")
        request.app[PRESS].check_room()
    outcome, codes = await hall.node.ask.make_codes(badge.id, id_, new.count)
    done = carried_out(hall.node.state, outcome)
    if not is_pdf:
        made = [{"code": readable(code), "link": link_of(site, hall, id_, code)} for code in codes]
        return answer({"seq": done.seq, "codes": made}, status=201)
    targets = _targets(site, hall, id_, codes, new.langs)
    sheet = sheet_of(site, hall, new.langs)
    pdf = await request.app[PRESS].run(lambda: vote_cards(targets, sheet))
    return pdf_of(pdf, f"{hall.slug}-votes-{id_}.pdf", status=201)


def _is_pdf(request: web.Request) -> bool:
    format_ = request.query.get("format", "json")
    if format_ not in ("json", "pdf"):
        raise BadInput("format is json or pdf.", field="format")
    return format_ == "pdf"


def readable(code: str) -> str:
    """A code as people read and type it: KM7WX-3CD99."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def link_of(site: Site, hall: Hall, poll: PollId, code: str) -> str:
    """Where a card's code leads: the phone's page. What stands behind `#` is not sent to any server."""
    return f"{site.base_url}/{hall.slug}#vote={poll}&code={code}"


def _targets(
    site: Site, hall: Hall, id_: PollId, codes: tuple[str, ...], langs: tuple[Literal["nl", "en"], ...]
) -> list[Target]:
    """A card for each code, with what is voted on in the first of *langs* that it has."""
    title = live_poll(hall.node.state, id_).title
    lang = next((lang for lang in langs if lang in title), next(iter(title), langs[0]))
    shown = f"{site.base_url.partition('://')[2]}/{hall.slug}"
    return [
        Target(
            kind=Kind.VOTE,
            url=link_of(site, hall, id_, code),
            shown=shown,
            name=title.get(lang, ""),
            detail=readable(code),
            lang=lang,
        )
        for code in codes
    ]
