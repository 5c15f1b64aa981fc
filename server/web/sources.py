"""The networks that a symposium listens to: add, try, change, switch, remove."""

from __future__ import annotations

import asyncio
import base64
import logging
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from aiohttp import web

from server.errors import BadInput, FonteinError, NotFound, TooMany
from server.keyring import words_of
from server.sources.backoff import SourceUnavailable
from server.sources.contract import Finding, Health, Source, Trial
from server.sources.costs import Estimate, Estimates
from server.sources.door import contained, fit
from server.sources.manifest import Facts, Manifest, Option, facts_of, read_manifest
from server.sources.manifest import networks as found_networks
from server.sources.setting import Secrets, Setting, Value, read_options
from server.symposium import views
from server.symposium.entries import SourceBody
from server.symposium.outcomes import Done
from server.symposium.state import Source as Known
from server.symposium.values import BadgeId, SourceId
from server.web.auth import ORGANISER_ROLES, STAGE_ROLES, need
from server.web.bodies import answer, read_json
from server.web.desk import carried_out
from server.web.limits import Rate
from server.web.site import Hall, Site, hall_of, site_of

_log = logging.getLogger(__name__)

MAX_SOURCES = 20
TRIAL_S = 25.0
PAID_TRIALS: Final = (Rate(2, 1 / 60), Rate(10, 10 / 86_400))
"""
With one token, at a network that asks money: a second one at once, for who mistyped something, and then one a minute;
and after ten of them, ten a day. So a page or script that tries on and on spends a few dollars a day.
"""
MADE = "secret"
"""The option of a network that comes to us whose secret we make, when the organiser has none."""

_SHOWN = 5
_MADE_BYTES = 32


class NewSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to listen to. `options` are as the network's manifest has them; secrets among them are kept apart."""

    network: str
    options: dict[str, Any]
    name: str = ""


class SourceChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to listen to from now on. A secret or name that is left out stays, an empty secret is thrown away."""

    options: dict[str, Any]
    name: str | None = None


class SourceTrial(NewSource, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to try; `source` is the one that it would change, whose secrets stay."""

    source: str = ""


class Switching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    on: bool


def _folders(site: Site) -> dict[str, Path]:
    return found_networks([site.config.folder / "plugins"])


async def _manifest(site: Site, network: str) -> Manifest:
    folders = _folders(site)
    if network not in folders:
        message = f'There is no network "{network[:40]}" here; there is {", ".join(folders)}.'
        raise BadInput(message, field="$.network")
    return await asyncio.to_thread(read_manifest, folders[network])


def checked(
    site: Site, manifest: Manifest, given: Mapping[str, object], before: Setting | None = None
) -> tuple[Source, Setting]:
    """
    The source, not started, and what it is set to.

    Raises:
        BadInput: An option that cannot be; `field` says which.
    """
    setting = read_options(manifest, given, before)
    site.keyring.hush(setting.secrets)
    try:
        return site.make_source(manifest.id, {**setting.options, **setting.secrets}), setting
    except BadInput as ex:
        field = f"$.options.{ex.field}" if ex.field else "$.options"
        raise BadInput(_without(ex.message, setting.secrets), code=ex.code, field=field) from None
    except FonteinError:
        raise
    except Exception as ex:
        # Its words may hold a secret: they are not repeated.
        _log.warning("A source of %s could not be made: %s", manifest.id, type(ex).__name__)
        message = f"{manifest.name} cannot be used with these options ({type(ex).__name__})."
        raise BadInput(message, code="bad-option", field="$.options") from None


def _without(message: str, secrets: Secrets) -> str:
    """*message* without any of the secrets: a plug-in may repeat what it was given."""
    for word in words_of(secrets):
        message = message.replace(word, "…")
    return message


def _with_made(
    site: Site, manifest: Manifest, given: Mapping[str, object], before: Setting | None = None
) -> tuple[Setting, dict[str, str]]:
    """
    What a source is set to; and the secret that we made for it, by its option, where it has none and one is wanted.

    Raises:
        BadInput: See `checked`. A network may say so of a secret that only others can make.
    """
    _, setting = checked(site, manifest, given, before)
    wanted = manifest.facts.push and any(each.name == MADE and each.type == "secret" for each in manifest.options)
    if not wanted or MADE in setting.secrets:
        return setting, {}
    told = {MADE: f"whsec_{base64.b64encode(secrets.token_bytes(_MADE_BYTES)).decode()}"}
    _, setting = checked(site, manifest, {**given, **told}, before)
    return setting, told


async def networks(request: web.Request) -> web.Response:
    """`GET …/sources/networks`: which there are, what an organiser should know of each, and what each wants to know."""
    need(request, hall_of(request), ORGANISER_ROLES)
    listed = []
    for folder in _folders(site_of(request)).values():
        try:
            manifest = await asyncio.to_thread(read_manifest, folder)
        except BadInput as ex:
            _log.warning("A network is left out: %s", ex.message)
            continue
        listed.append(
            {
                "id": manifest.id,
                "name": manifest.name,
                "summary": manifest.summary,
                "facts": _facts(manifest.facts),
                "options": [_option(option) for option in manifest.options],
            }
        )
    return answer({"networks": listed})


def _option(option: Option) -> dict[str, Any]:
    """As a manifest has it; a choice tells which facts are otherwise once it is taken."""
    choices = [
        {"value": choice.value, "label": choice.label, "facts": _named(choice.facts.told)} for choice in option.choices
    ]
    return {**msgspec.structs.asdict(option), "choices": choices}


def _facts(facts: Facts) -> dict[str, Any]:
    return _named(msgspec.structs.asdict(facts))


def _named(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as pages know them."""
    return {"thirdCountry" if name == "third_country" else name: value for name, value in facts.items()}


async def sources(request: web.Request) -> web.Response:
    """`GET …/sources`."""
    site, hall = site_of(request), hall_of(request)
    need(request, hall, STAGE_ROLES)
    pushing = await asyncio.to_thread(_pushing, site)
    found, listed = _found(hall), []
    for source in hall.node.state.sources.values():
        body = views.source_body(hall.node.state, source.body)
        kept = site.keyring.secrets(hall.slug, source.id)
        known = {name: True if isinstance(secret, str) else sorted(secret) for name, secret in kept.items()}
        listed.append(
            {
                "id": source.id,
                "network": source.network,
                "on": source.on,
                "name": body.name,
                "options": {**body.options, **known},
                "address": _address(site, hall, source.id) if source.network in pushing else None,
                "health": health_facts(hall.health.get(source.id)),
                "found": found[source.id].count,
                "newest": found[source.id].newest,
            }
        )
    return answer({"sources": listed})


@dataclass
class _Brought:
    """How many posts a source brought, and when the newest came: UTC microseconds since 1970."""

    count: int = 0
    newest: int | None = None


def _found(hall: Hall) -> Mapping[SourceId, _Brought]:
    """By source; without the posts of one that was removed and had the same id."""
    state, found = hall.node.state, defaultdict[SourceId, _Brought](_Brought)
    for post in state.posts.values():
        source = state.sources.get(post.source)
        if source is not None and post.received >= source.made:
            brought = found[post.source]
            brought.count += 1
            brought.newest = max(brought.newest or 0, post.received)
    return found


def _pushing(site: Site) -> frozenset[str]:
    """The networks that come to us."""
    found = set()
    for network, folder in _folders(site).items():
        try:
            found |= {network} if read_manifest(folder).facts.push else set()
        except BadInput:
            continue
    return frozenset(found)


def _address(site: Site, hall: Hall, source: SourceId) -> str:
    """Where a network that comes to us is to come."""
    return f"{site.base_url}/v1/symposia/{hall.slug}/hooks/{source}"


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
    """`POST …/sources`. A secret that we made is in the answer, and is never told again."""
    site, hall = site_of(request), hall_of(request)
    mine = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, NewSource)
    manifest = await _manifest(site, new.network)
    setting, told = _with_made(site, manifest, new.options)
    if len(hall.node.state.sources) >= MAX_SOURCES:
        raise BadInput(f"A symposium has at most {MAX_SOURCES} sources.", code="too-many-sources")
    source = _free_id(hall, new.network)
    await _set(site, hall, mine.id, source, new.network, new.name, setting, on=True)
    address = _address(site, hall, source) if manifest.facts.push else None
    return answer({"id": source, "told": told, "address": address}, status=201)


async def change(request: web.Request) -> web.Response:
    """`PUT …/sources/{source}`: it listens to something else from now on, on or off as it was."""
    site, hall = site_of(request), hall_of(request)
    mine = need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, SourceChange)
    source = request.match_info["source"]
    manifest = await _manifest(site, _known(hall, source).network)
    known = _known(hall, source)  # It may have been removed while the manifest was read.
    before = _setting(site, hall, known)
    setting, told = _with_made(site, manifest, new.options, before)
    name = _own_name(hall, known) if new.name is None else new.name
    done = await _set(site, hall, mine.id, known.id, known.network, name, setting, on=known.on)
    return answer({"seq": done.seq, "told": told})


def _known(hall: Hall, name: str) -> Known:
    source = hall.node.state.sources.get(SourceId(name))
    if source is None:
        raise NotFound("There is no such source.", code="unknown")
    return source


def _setting(site: Site, hall: Hall, source: Known) -> Setting:
    options = views.source_body(hall.node.state, source.body).options
    return Setting(options=dict(options), secrets=site.keyring.secrets(hall.slug, source.id))


async def _set(
    site: Site, hall: Hall, by: BadgeId, source: SourceId, network: str, name: str, setting: Setting, *, on: bool
) -> Done:
    """Keep both halves of a setting, or neither."""
    before = site.keyring.secrets(hall.slug, source)
    site.keyring.set_secrets(hall.slug, source, setting.secrets)
    body = SourceBody(name=name[:60] or _name(setting.options) or network, options=dict(setting.options))
    try:
        return carried_out(hall.node.state, await hall.node.set_source(by, source, network, body, on=on))
    except FonteinError:
        site.keyring.set_secrets(hall.slug, source, before)
        raise


def _own_name(hall: Hall, source: Known) -> str:
    """The name that somebody gave it; empty where it is called after its options."""
    body = views.source_body(hall.node.state, source.body)
    return "" if body.name in (_name(body.options), source.network) else body.name


def _name(options: Mapping[str, Value]) -> str:
    """The first words that were filled in, of most networks the servers or rooms; else the hashtags."""
    lists = {name: value for name, value in options.items() if isinstance(value, tuple) and name != "tags"}
    tags = options.get("tags", ())
    words = next(iter(lists.values()), ()) or [f"#{tag}" for tag in (tags if isinstance(tags, tuple) else ())]
    return ", ".join(word.partition("://")[2] or word for word in words)[:60]


def _free_id(hall: Hall, network: str) -> SourceId:
    """The first: what comes to us finds its old address again, and who looks again looks at what was here before."""
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
    source = _known(hall, request.match_info["source"]).id
    done = carried_out(hall.node.state, await hall.node.remove_source(mine.id, source))
    site.keyring.set_secrets(hall.slug, source, {})
    return answer({"seq": done.seq})


async def trial(request: web.Request) -> web.Response:
    """
    `POST …/sources/trials`: what such a source would find now. Nothing of it is kept.

    Raises:
        TooMany: `tried-just-now`: it would cost money, and this token was tried often enough for now.
    """
    site, hall = site_of(request), hall_of(request)
    need(request, hall, ORGANISER_ROLES)
    new = await read_json(request, SourceTrial)
    manifest = await _manifest(site, new.network)
    before = _setting(site, hall, _known(hall, new.source)) if new.source else None
    if new.source and hall.node.state.sources[SourceId(new.source)].network != new.network:
        raise BadInput("That source is of another network.", field="$.source")
    source, setting = checked(site, manifest, new.options, before)
    if isinstance(source, Estimates):
        _take_a_turn(site, manifest, setting.secrets)
    facts = facts_of(manifest, setting.options)
    return answer({**_trial_facts(await _tried(source), facts), "estimate": _estimate(source)})


def _take_a_turn(site: Site, manifest: Manifest, secrets: Secrets) -> None:
    token = site.keyring.identity("trial", manifest.id, *sorted(word.strip() for word in words_of(secrets)))
    try:
        for rate in PAID_TRIALS:
            site.buckets.check(rate, token)
    except TooMany as ex:
        message = f"A trial costs money here, and was just done; try again in {ex.retry_after_s} s."
        raise TooMany(message, retry_after_s=ex.retry_after_s, code="tried-just-now") from None
    for rate in PAID_TRIALS:
        site.buckets.take(rate, token)


async def _tried(source: Source) -> Trial:
    """What it found within `TRIAL_S`. Whatever a source does wrong is a finding too."""
    try:
        async with asyncio.timeout(TRIAL_S):
            with contained():
                found = await source.check()
        return _fitting(source, found)
    except TimeoutError:
        what = "too-slow"
    except SourceUnavailable as ex:
        what = ex.code
    except Exception as ex:
        # Its words may hold a secret: they are not repeated.
        _log.warning("A trial of %s failed: %s", source.network, type(ex).__name__)
        what = "failed"
    return Trial(findings=(Finding(where="", what=what),))


def _fitting(source: Source, found: object) -> Trial:
    try:
        return fit(found, Trial)
    except BadInput as ex:
        _log.warning("A trial of %s found what is none: %s", source.network, ex)
        return Trial(findings=(Finding(where="", what=ex.code),))


def _estimate(source: Source) -> dict[str, int] | None:
    try:
        with contained():
            estimate = source.estimate() if isinstance(source, Estimates) else None
        estimate = None if estimate is None else fit(estimate, Estimate)
    except Exception as ex:  # what a day costs is no reason to hide what was found
        _log.warning("%s could not tell what a day costs: %s", source.network, type(ex).__name__)
        return None
    if estimate is None:
        return None
    return {
        "postsPerDay": estimate.posts_per_day,
        "centsPerDay": estimate.cents_per_day,
        "mostCentsPerDay": estimate.most_cents_per_day,
        "trialCents": estimate.trial_cents,
    }


def _trial_facts(trial: Trial, facts: Facts) -> dict[str, Any]:
    posts = {post.uri: post for finding in trial.findings for post in finding.posts}
    newest_first = sorted(posts.values(), key=lambda post: post.created or 0, reverse=True)
    problem = next((finding.what for finding in trial.findings if finding.what), None)
    return {
        "ok": trial.works,
        "count": len(posts),
        "found": [
            {"name": p.name or p.handle, "text": p.text[:300], "created": p.created} for p in newest_first[:_SHOWN]
        ],
        "problem": problem,
        "servers": [
            {"where": f.where, "what": f.what, "streams": f.streams, "posts": len(f.posts)} for f in trial.findings
        ],
        "facts": _facts(facts),
    }
