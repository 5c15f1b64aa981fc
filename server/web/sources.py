"""The networks that a symposium listens to: add, try, switch, remove."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from server.errors import BadInput, NotFound
from server.intake.text import tag_fold
from server.sources.contract import Health, Trial
from server.symposium import views
from server.symposium.entries import SourceBody
from server.symposium.values import SourceId
from server.web.auth import ORGANISER_ROLES, STAGE_ROLES, need
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.site import Hall, hall_of, site_of

MAX_SERVERS = 5
MAX_TAGS = 8
MAX_SOURCES = 20
_FOUND = 5


class SourceOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to listen to. `servers` are names or addresses; `token` is kept apart, and never shown again."""

    servers: tuple[str, ...]
    tags: tuple[str, ...]
    token: str | None = None


class NewSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    network: str
    options: SourceOptions
    name: str = ""


class Switching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    on: bool


def checked(new: NewSource) -> tuple[dict[str, Any], str | None]:
    """
    Options as the source reads them, and the token.

    Raises:
        BadInput: An unknown network, no or too many servers or tags, or one that cannot be.
    """
    if new.network != "mastodon":
        raise BadInput(f'There is no network "{new.network[:40]}" here; mastodon is.', field="$.network")
    servers = tuple(dict.fromkeys(_server(s) for s in new.options.servers if s.strip()))
    tags = tuple(dict.fromkeys(t.strip().lstrip("#") for t in new.options.tags if t.strip()))
    if not 1 <= len(servers) <= MAX_SERVERS:
        raise BadInput(f"Give 1 to {MAX_SERVERS} servers.", code="servers", field="$.options.servers")
    if not 1 <= len(tags) <= MAX_TAGS or any(not tag_fold(tag) or len(tag) > 100 for tag in tags):
        raise BadInput(f"Give 1 to {MAX_TAGS} hashtags.", code="tags", field="$.options.tags")
    token = (new.options.token or "").strip() or None
    if token is not None and (len(token) > 500 or not token.isascii() or not token.isprintable()):
        raise BadInput("This is not an access token.", code="token", field="$.options.token")
    if token is not None and len(servers) > 1:
        raise BadInput(
            "A token belongs to one server: make a source of its own for it.", code="token-servers", field="$.options"
        )
    return {"servers": servers, "tags": tags}, token


def _server(text: str) -> str:
    text = text.strip().rstrip("/")
    url = text if "://" in text else f"https://{text}"
    if len(url) > 200 or not _is_server(url):
        message = f'"{text[:60]}" is not a server; write it as mastodon.example.'
        raise BadInput(message, code="servers", field="$.options.servers")
    return url


def _is_server(url: str) -> bool:
    """Whether *url* is scheme, host and perhaps a port, and nothing more."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # brackets that do not match, or a port that is none
        return False
    more = parts.path or parts.query or parts.fragment or parts.username
    is_plain = url.isprintable() and " " not in url
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and not more and is_plain


async def sources(request: web.Request) -> web.Response:
    """`GET …/sources`."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    keyring = site_of(request).keyring
    listed = []
    for source in hall.node.state.sources.values():
        body = views.source_body(hall.node.state, source.body)
        token = keyring.token(hall.slug, source.id) is not None
        listed.append(
            {
                "id": source.id,
                "network": source.network,
                "on": source.on,
                "name": body.name,
                "options": {**body.options, "token": token},
                "health": health_facts(hall.health.get(source.id)),
            }
        )
    return answer({"sources": listed})


def health_facts(health: Health | None) -> dict[str, Any] | None:
    """How a source is, as pages know it."""
    if health is None:
        return None
    return {
        "state": health.condition.value,
        "what": health.what,
        "where": health.where,
        "retryAt": health.retry_at,
        "counts": dict(health.counts),
    }


async def add(request: web.Request) -> web.Response:
    """`POST …/sources`."""
    site, hall = site_of(request), hall_of(request)
    mine = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewSource)
    options, token = checked(new)
    if len(hall.node.state.sources) >= MAX_SOURCES:
        raise BadInput(f"A symposium has at most {MAX_SOURCES} sources.", code="too-many-sources")
    source = _free_id(hall, new.network)
    site.keyring.set_token(hall.slug, source, token)
    body = SourceBody(name=new.name[:60] or ", ".join(urlsplit(s).netloc for s in options["servers"]), options=options)
    carried_out(hall.node.state, await hall.node.set_source(mine.id, source, new.network, body, on=True))
    return answer({"id": source}, status=201)


def _free_id(hall: Hall, network: str) -> SourceId:
    used = hall.node.state.sources
    return next(SourceId(f"{network}-{n}") for n in range(1, MAX_SOURCES + 2) if f"{network}-{n}" not in used)


async def switch(request: web.Request) -> web.Response:
    """`PATCH …/sources/{source}`."""
    hall = hall_of(request)
    mine = need(request, hall, STAGE_ROLES)
    new = await read_json(request, Switching)
    source = SourceId(request.match_info["source"])
    done = carried_out(hall.node.state, await hall.node.switch_source(mine.id, source, on=new.on))
    return answer({"seq": done.seq})


async def remove(request: web.Request) -> web.Response:
    """`DELETE …/sources/{source}`."""
    site, hall = site_of(request), hall_of(request)
    mine = need(request, hall, ORGANISER_ROLES)
    source = SourceId(request.match_info["source"])
    if source not in hall.node.state.sources:
        raise NotFound("There is no such source.", code="unknown")
    done = carried_out(hall.node.state, await hall.node.remove_source(mine.id, source))
    site.keyring.set_token(hall.slug, source, None)
    return answer({"seq": done.seq})


async def trial(request: web.Request) -> web.Response:
    """`POST …/sources/trials`: what such a source would find now. Nothing of it is kept."""
    hall = hall_of(request)
    need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewSource)
    options, token = checked(new)
    return answer(_trial_facts(await site_of(request).try_source(new.network, options, token)))


def _trial_facts(trial: Trial) -> dict[str, Any]:
    posts = [post for finding in trial.findings for post in finding.posts][:_FOUND]
    problem = next((finding.what for finding in trial.findings if finding.what), None)
    return {
        "ok": trial.works,
        "found": [{"name": p.name or p.handle, "text": p.text[:300]} for p in posts],
        "problem": problem,
        "servers": [{"where": f.where, "what": f.what, "streams": f.streams} for f in trial.findings],
    }
