"""Every address of the house, in one flat list."""

from __future__ import annotations

from aiohttp import web

from server.web import (
    actions,
    archives,
    badges,
    codes,
    desk,
    downloads,
    health,
    live,
    media,
    openapi,
    pages,
    paper_pages,
    papers,
    phone,
    programme,
    programme_pages,
    rehearsal,
    rules,
    runbook,
    scans,
    screens,
    short,
    sources,
    stage,
    symposia,
    themes,
    uploads,
)
from server.web.bodies import MAX_JSON_BYTES
from server.web.deadlines import Deadlines
from server.web.guard import ERROR_PAGE, guard
from server.web.site import SITE, Site

_S = "/v1/symposia/{slug}"
_SLUG = "/{slug:[a-z0-9][a-z0-9-]{0,39}}"
_SHOUTED = "/{slug:[A-Za-z0-9][A-Za-z0-9-]{0,39}}"
_SHORT = "/{short:[A-Za-z2-9]{2,5}}"
_PAPER = f"{_S}/papers/{{paper:[a-z2-7]{{16}}}}"
_UPLOAD = f"{_PAPER}/uploads/{{upload:[0-9a-f]{{32}}}}"


def make_app(site: Site, deadlines: Deadlines) -> web.Application:
    """The application that serves *site*."""
    app = web.Application(middlewares=[deadlines.middleware(), guard], client_max_size=MAX_JSON_BYTES)
    app[SITE] = site
    app[ERROR_PAGE] = pages.error_page
    codes.set_up(app)
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
        web.get("/v1/operator/symposia/{slug}/codes", codes.operator_codes),
        web.post("/v1/operator/symposia/{slug}/codes/prints", codes.operator_prints),
        web.post("/v1/operator/symposia/{slug}/programme/imports", programme.operator_import),
        web.post("/v1/operator/symposia/{slug}/programme/imports/{import}", programme.operator_take_import),
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
        web.get(f"{_S}/screens", screens.screens),
        web.post(f"{_S}/screens", screens.pair),
        web.patch(f"{_S}/screens/{{screen}}", screens.change),
        web.delete(f"{_S}/screens/{{screen}}", screens.remove),
        web.post(f"{_S}/screens/pairings", screens.begin),
        web.get(f"{_S}/screens/pairings/{{code}}", screens.look),
        web.get(f"{_S}/programme", programme.programme),
        web.put(f"{_S}/programme", programme.put),
        web.post(f"{_S}/programme/imports", programme.make_import),
        web.post(f"{_S}/programme/imports/{{import}}", programme.take_import),
        web.get(f"{_S}/programme/address", programme.address),
        web.put(f"{_S}/programme/address", programme.put_address),
        web.post(f"{_S}/programme/shifts", programme.shift),
        web.put(f"{_S}/programme/on-stage", programme.on_stage),
        web.put(f"{_S}/direction", programme.direction),
        web.post(f"{_S}/posts/moves", programme.move_posts),
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
        web.get(f"{_S}/codes", codes.codes),
        web.get(f"{_S}/codes/advice", codes.reach),
        web.post(f"{_S}/codes/prints", codes.prints),
        web.post(f"{_S}/codes/previews", codes.previews),
        web.get(f"{_S}/papers", papers.shelf),
        web.post(f"{_S}/papers", papers.make),
        web.get(f"{_S}/papers/counts", papers.counts),
        web.get(_PAPER, papers.paper),
        web.put(_PAPER, uploads.put, expect_handler=uploads.expect),
        web.patch(_PAPER, papers.change),
        web.delete(_PAPER, papers.remove),
        web.delete(f"{_PAPER}/files/{{file:[0-9]{{1,15}}}}", papers.drop_file),
        web.options(f"{_PAPER}/uploads", uploads.options),
        web.post(f"{_PAPER}/uploads", uploads.make),
        web.head(_UPLOAD, uploads.look),
        web.patch(_UPLOAD, uploads.patch, expect_handler=uploads.expect),
        web.delete(_UPLOAD, uploads.drop),
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
        web.get(_SHORT, short.symposium),
        web.get(f"{_SHORT}/", short.page),
        web.get(f"{_SHORT}/{{page:wall|text|desk|stage|papers|PAPERS|programme|shelf}}", short.page),
        web.get(f"{_SHORT}/{{code:[A-Za-z2-9]{{2,3}}}}", short.code),
        web.get(_SLUG, pages.phone),
        web.post(_SLUG, phone.form),
        web.get(f"{_SLUG}/wall", pages.wall),
        web.get(f"{_SLUG}/text", pages.text),
        web.get(f"{_SLUG}/desk", pages.desk),
        web.get(f"{_SLUG}/stage", pages.stage),
        web.get(f"{_SLUG}/organise", pages.organise),
        web.get(f"{_SLUG}/report", pages.report),
        web.get(f"{_SLUG}/runbook", runbook.runbook),
        web.get(f"{_SLUG}/programme.ics", programme.calendar),
        web.get(f"{_SLUG}/programme", programme_pages.programme),
        web.get(f"{_SLUG}/programme/edit", programme_pages.edit),
        web.get(f"{_SLUG}/manifest.webmanifest", pages.manifest),
        web.get(f"{_SLUG}/qr.svg", short.join_code),
        web.get(f"{_SLUG}/papers.zip", downloads.all_files),
        web.get(f"{_SLUG}/papers", paper_pages.all_papers),
        web.get(f"{_SLUG}/papers/{{paper:[A-Za-z0-9-]{{1,40}}}}", paper_pages.paper),
        web.get(f"{_SLUG}/shelf", paper_pages.shelf),
        web.get(f"{_SLUG}/codes", codes.page),
        web.get(f"{_SLUG}/papers/{{paper:[a-z2-7]{{16}}}}/qr.svg", codes.paper_svg),
        web.get(f"{_SLUG}/papers/{{paper:[a-z2-7]{{16}}}}/qr.png", codes.paper_png),
        web.get(f"{_SLUG}/papers/{{paper:[a-z2-7]{{16}}}}/poster.pdf", codes.paper_poster),
        web.get(f"{_SLUG}/papers/{{paper:[a-z2-7]{{16}}}}/file/{{file:[0-9]{{1,15}}}}", downloads.file),
        web.get(f"{_SLUG}/theme.css", themes.css),
        web.get(f"{_SLUG}/media/{{blob:[0-9a-f]{{64}}}}", media.blob),
        web.get(_SHOUTED, pages.lower_case),
        web.get(f"{_SHOUTED}/", pages.lower_case),
        web.get(
            f"{_SHOUTED}/{{page:wall|text|desk|stage|organise|report|runbook|programme|codes|papers|shelf}}",
            pages.lower_case,
        ),
    ]
