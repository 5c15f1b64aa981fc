"""The networks that a symposium listens to: add, try, switch, remove."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from server.errors import BadInput, NotFound
from server.sources.contract import Health, Source, Trial
from server.sources.manifest import networks as found_networks
from server.sources.manifest import read_manifest
from server.sources.setting import Secrets, Value, read_options
from server.symposium import views
from server.symposium.entries import SourceBody
from server.symposium.values import SourceId
from server.web.auth import ORGANISER_ROLES, STAGE_ROLES, need
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.site import Hall, Site, hall_of, site_of

_log = logging.getLogger(__name__)

MAX_SOURCES = 20
_FOUND = 5


class NewSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to listen to. `options` are as the network's manifest has them; secrets among them are kept apart."""

    network: str
    options: dict[str, Any]
    name: str = ""


class Switching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    on: bool


def _folders(site: Site) -> dict[str, Path]:
    return found_networks([site.config.folder / "plugins"])


async def checked(site: Site, new: NewSource) -> tuple[Source, dict[str, Value], Secrets]:
    """
    The source, not started; its options; and its secrets.

    Raises:
        BadInput: An unknown network, or an option that cannot be; `field` says which.
    """
    folders = _folders(site)
    if new.network not in folders:
        message = f'There is no network "{new.network[:40]}" here; there is {", ".join(folders)}.'
        raise BadInput(message, field="$.network")
    manifest = await asyncio.to_thread(read_manifest, folders[new.network])
    options, secrets = read_options(manifest, new.options)
    try:
        source = site.make_source(new.network, {**options, **secrets})
    except BadInput as ex:
        field = f"$.options.{ex.field}" if ex.field else "$.options"
        raise BadInput(ex.message, code=ex.code, field=field) from ex
    return source, options, secrets


async def networks(request: web.Request) -> web.Response:
    """`GET …/sources/networks`: which there are, and what each wants to know."""
    need(request, hall_of(request), ORGANISER_ROLES)
    listed = []
    for folder in _folders(site_of(request)).values():
        try:
            manifest = await asyncio.to_thread(read_manifest, folder)
        except BadInput as ex:
            _log.warning("A network is left out: %s", ex.message)
            continue
        listed.append(
            {"id": manifest.id, "name": manifest.name, "summary": manifest.summary, "options": manifest.options}
        )
    return answer({"networks": listed})


async def sources(request: web.Request) -> web.Response:
    """`GET …/sources`."""
    hall = hall_of(request)
    need(request, hall, STAGE_ROLES)
    keyring = site_of(request).keyring
    listed = []
    for source in hall.node.state.sources.values():
        body = views.source_body(hall.node.state, source.body)
        known = {name: sorted(words) for name, words in keyring.secrets(hall.slug, source.id).items()}
        listed.append(
            {
                "id": source.id,
                "network": source.network,
                "on": source.on,
                "name": body.name,
                "options": {**body.options, **known},
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
    _, options, secrets = await checked(site, new)
    if len(hall.node.state.sources) >= MAX_SOURCES:
        raise BadInput(f"A symposium has at most {MAX_SOURCES} sources.", code="too-many-sources")
    source = _free_id(hall, new.network)
    site.keyring.set_secrets(hall.slug, source, secrets)
    body = SourceBody(name=new.name[:60] or _name(options) or new.network, options=dict(options))
    carried_out(hall.node.state, await hall.node.set_source(mine.id, source, new.network, body, on=True))
    return answer({"id": source}, status=201)


def _name(options: Mapping[str, Value]) -> str:
    """The first words that were filled in: of most networks the servers."""
    words = next((value for value in options.values() if isinstance(value, tuple)), ())
    return ", ".join(word.partition("://")[2] or word for word in words)[:60]


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
    site.keyring.set_secrets(hall.slug, source, {})
    return answer({"seq": done.seq})


async def trial(request: web.Request) -> web.Response:
    """`POST …/sources/trials`: what such a source would find now. Nothing of it is kept."""
    hall = hall_of(request)
    need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewSource)
    source, _, _ = await checked(site_of(request), new)
    return answer(_trial_facts(await source.check()))


def _trial_facts(trial: Trial) -> dict[str, Any]:
    posts = [post for finding in trial.findings for post in finding.posts][:_FOUND]
    problem = next((finding.what for finding in trial.findings if finding.what), None)
    return {
        "ok": trial.works,
        "found": [{"name": p.name or p.handle, "text": p.text[:300]} for p in posts],
        "problem": problem,
        "servers": [{"where": f.where, "what": f.what, "streams": f.streams} for f in trial.findings],
    }
