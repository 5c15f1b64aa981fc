"""Every address of the house, in one flat list."""

from __future__ import annotations

from aiohttp import web

from server.web import (
    actions,
    archives,
    badges,
    desk,
    health,
    live,
    media,
    openapi,
    pages,
    phone,
    rehearsal,
    rules,
    runbook,
    scans,
    sources,
    stage,
    symposia,
    themes,
)
from server.web.bodies import MAX_JSON_BYTES
from server.web.deadlines import Deadlines
from server.web.guard import ERROR_PAGE, guard
from server.web.site import SITE, Site

_S = "/v1/symposia/{slug}"
_SLUG = "/{slug:[a-z0-9][a-z0-9-]{0,39}}"
_SHOUTED = "/{slug:[A-Za-z0-9][A-Za-z0-9-]{0,39}}"
_SHORT = "/{short:[A-Za-z2-9]{2,5}}"


def make_app(site: Site, deadlines: Deadlines) -> web.Application:
    """The application that serves *site*."""
    app = web.Application(middlewares=[deadlines.middleware(), guard], client_max_size=MAX_JSON_BYTES)
    app[SITE] = site
    app[ERROR_PAGE] = pages.error_page
    app.add_routes(_api())
    app.add_routes(_pages(site))
    return app


def _api() -> list[web.RouteDef]:
    return [
        web.get("/v1/openapi.json", openapi.document),
        web.get("/v1/operator", symposia.operator),
        web.put("/v1/operator", symposia.put_operator),
        web.post("/v1/operator/symposia/{slug}/badges", symposia.make_badge),
        web.get("/v1/operator/symposia/{slug}/archive", archives.archive),
        web.post("/v1/operator/symposia/{slug}/openings", archives.open_folder),
        web.post("/v1/symposia", symposia.make),
        web.post("/v1/scan-tests", scans.make),
        web.get("/v1/scan-tests/{code}", scans.look),
        web.get(_S, symposia.facts),
        web.get(f"{_S}/live", live.live),
        web.post(f"{_S}/posts", phone.post),
        web.get(f"{_S}/posts", desk.posts),
        web.delete(f"{_S}/posts/{{post}}", phone.withdraw),
        web.patch(f"{_S}/posts/{{post}}", desk.amend),
        web.post(f"{_S}/posts/{{post}}/decisions", desk.decide),
        web.post(f"{_S}/media", phone.media),
        web.get(f"{_S}/own", phone.own),
        web.post(f"{_S}/decisions", desk.decide_many),
        web.post(f"{_S}/undos", desk.undo),
        web.post(f"{_S}/bans", desk.ban),
        web.post(f"{_S}/erasures", desk.erase),
        web.get(f"{_S}/history", desk.history),
        web.put(f"{_S}/stop", stage.stop),
        web.put(f"{_S}/pause", stage.pause),
        web.put(f"{_S}/policy", stage.policy),
        web.post(f"{_S}/scene", stage.scene),
        web.put(f"{_S}/announcement", stage.announcement),
        web.get(f"{_S}/rules", rules.rules),
        web.put(f"{_S}/rules", rules.put_rules),
        web.post(f"{_S}/rules/dry-runs", rules.dry_run),
        web.post(f"{_S}/pulses", stage.pulse),
        web.get(f"{_S}/actions", actions.state),
        web.get(f"{_S}/actions/{{name}}", actions.lamp),
        web.post(f"{_S}/actions/{{name}}", actions.press),
        web.get(f"{_S}/rehearsal", rehearsal.facts),
        web.post(f"{_S}/rehearsal", rehearsal.switch),
        web.delete(f"{_S}/rehearsal", rehearsal.wipe),
        web.post(f"{_S}/rehearsal/faults", rehearsal.fault),
        web.get(f"{_S}/me", badges.me),
        web.put(f"{_S}/me", badges.put_me),
        web.delete(f"{_S}/me", badges.delete_me),
        web.get(f"{_S}/badges", badges.badges),
        web.post(f"{_S}/badges", badges.make),
        web.delete(f"{_S}/badges/{{badge}}", badges.revoke),
        web.get(f"{_S}/links", badges.links),
        web.get(f"{_S}/sources", sources.sources),
        web.post(f"{_S}/sources", sources.add),
        web.get(f"{_S}/sources/networks", sources.networks),
        web.post(f"{_S}/sources/trials", sources.trial),
        web.patch(f"{_S}/sources/{{source}}", sources.switch),
        web.delete(f"{_S}/sources/{{source}}", sources.remove),
        web.get(f"{_S}/themes", themes.themes),
        web.get(f"{_S}/themes/{{theme}}/preview.png", themes.preview_picture),
        web.put(f"{_S}/theme", themes.put),
        web.post(f"{_S}/theme/previews", themes.preview),
        web.post(f"{_S}/theme/logo", themes.logo),
        web.post(f"{_S}/theme/tokens", themes.tokens),
        web.post(f"{_S}/qr", media.code),
    ]


def _pages(site: Site) -> list[web.RouteDef]:
    return [
        web.get("/", pages.front),
        web.get("/new", pages.new),
        web.get("/privacy", pages.privacy),
        web.get("/health", health.health),
        web.get("/metrics", health.metrics),
        web.get("/robots.txt", health.robots_txt),
        web.get("/sw.js", pages.worker),
        web.get("/.well-known/security.txt", health.security_txt),
        web.get("/assets/{hash}/{path:.+}", site.assets.serve),
        web.get("/scan/{code}", pages.scan),
        web.get("/scan/{code}/qr.svg", media.scan_code),
        web.get(_SHORT, pages.short),
        web.get(f"{_SHORT}/", pages.short),
        web.get(f"{_SHORT}/{{page:wall|text|desk|stage}}", pages.short),
        web.get(_SLUG, pages.phone),
        web.post(_SLUG, phone.form),
        web.get(f"{_SLUG}/wall", pages.wall),
        web.get(f"{_SLUG}/text", pages.text),
        web.get(f"{_SLUG}/desk", pages.desk),
        web.get(f"{_SLUG}/stage", pages.stage),
        web.get(f"{_SLUG}/organise", pages.organise),
        web.get(f"{_SLUG}/report", pages.report),
        web.get(f"{_SLUG}/runbook", runbook.runbook),
        web.get(f"{_SLUG}/manifest.webmanifest", pages.manifest),
        web.get(f"{_SLUG}/qr.svg", media.join_code),
        web.get(f"{_SLUG}/theme.css", themes.css),
        web.get(f"{_SLUG}/media/{{blob:[0-9a-f]{{64}}}}", media.blob),
        web.get(_SHOUTED, pages.lower_case),
        web.get(f"{_SHOUTED}/", pages.lower_case),
        web.get(f"{_SHOUTED}/{{page:wall|text|desk|stage|organise|report|runbook}}", pages.lower_case),
    ]
