"""The API as OpenAPI 3.1, made from the same types that read the requests."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from aiohttp import web

from server.symposium.views import Decision as DecisionFacts
from server.symposium.views import DeskPost, OwnPost, SymposiumFacts, WirePost
from server.web import badges, desk, media, phone, rehearsal, rules, sources, stage, symposia, themes
from server.web.guard import API_VERSION
from server.web.problems import CONTENT_TYPE, Problem

_BODIES: dict[str, type] = {
    "post /v1/symposia": symposia.SymposiumForm,
    "put /v1/operator": badges.Token,
    "post /v1/operator/symposia/{slug}/badges": symposia.NewBadgeFor,
    "post {s}/posts": phone.NewPost,
    "patch {s}/posts/{post}": desk.NewAmendment,
    "post {s}/posts/{post}/decisions": desk.NewDecision,
    "post {s}/decisions": desk.NewDecisions,
    "post {s}/undos": desk.NewUndo,
    "post {s}/bans": desk.NewBan,
    "post {s}/erasures": desk.NewErasure,
    "put {s}/stop": stage.Switching,
    "put {s}/pause": stage.Switching,
    "put {s}/policy": stage.NewPolicy,
    "post {s}/scene": stage.NewScene,
    "put {s}/announcement": stage.NewAnnouncement,
    "put {s}/rules": rules.NewRules,
    "post {s}/rules/dry-runs": rules.NewDryRun,
    "post {s}/pulses": stage.NewPulse,
    "post {s}/rehearsal": rehearsal.Rehearsing,
    "post {s}/rehearsal/faults": rehearsal.NewFault,
    "put {s}/me": badges.Token,
    "post {s}/badges": badges.NewBadge,
    "post {s}/sources": sources.NewSource,
    "post {s}/sources/trials": sources.NewSource,
    "patch {s}/sources/{source}": sources.Switching,
    "put {s}/theme": themes.NewTheme,
    "post {s}/theme/previews": themes.NewTheme,
    "post {s}/qr": media.NewCode,
}

_OPERATIONS: tuple[tuple[str, str, int, str], ...] = (
    ("get /v1/openapi.json", "This document", 200, "public"),
    ("get /v1/operator", "The symposia that are here", 200, "operator"),
    ("put /v1/operator", "Hand in the operator link", 204, "public"),
    ("post /v1/operator/symposia/{slug}/badges", "Make a badge as the operator", 201, "operator"),
    ("get /v1/operator/symposia/{slug}/archive", "An archive, as a tar that is made while it is sent", 200, "operator"),
    ("post /v1/operator/symposia/{slug}/openings", "Open a folder that was restored", 201, "operator"),
    ("post /v1/symposia", "Make a symposium; the answer holds its links and tokens", 201, "operator"),
    ("post /v1/scan-tests", "Begin a scan test", 201, "badge"),
    ("get /v1/scan-tests/{code}", "Whether a phone arrived", 200, "public"),
    ("get {s}", "What anybody may know of a symposium", 200, "public"),
    ("get {s}/live", "The live stream: a WebSocket", 101, "public"),
    ("post {s}/posts", "Send a post; 201 when it is durable", 201, "device"),
    ("get {s}/posts", "Posts by status, oldest first; without a badge those on the screens", 200, "public"),
    ("delete {s}/posts/{post}", "Withdraw a post", 200, "device"),
    ("patch {s}/posts/{post}", "Change a post's alt texts or session", 200, "badge"),
    ("post {s}/posts/{post}/decisions", "Decide on one revision of a post", 200, "badge"),
    ("post {s}/media", "Add a picture (multipart, field file); 201 when it is durable", 201, "device"),
    ("get {s}/own", "This device's posts", 200, "device"),
    ("post {s}/decisions", "Decide on many posts: one entry, one undo", 200, "badge"),
    ("post {s}/undos", "Take back a decision, a ban, or what was done to all screens", 200, "badge"),
    ("post {s}/bans", "Block an author", 200, "badge"),
    ("post {s}/erasures", "Erase posts or an author everywhere", 200, "badge"),
    ("get {s}/history", "What staff did, newest first", 200, "badge"),
    ("put {s}/stop", "The emergency stop", 200, "badge"),
    ("put {s}/pause", "Let what is released wait", 200, "badge"),
    ("put {s}/policy", "Who decides about new posts", 200, "badge"),
    ("post {s}/scene", "What the screens show, all or one", 200, "badge"),
    ("put {s}/announcement", "What the organisation says on the screens", 200, "badge"),
    ("get {s}/rules", "The rules of intake, with their hits", 200, "badge"),
    ("put {s}/rules", "Change the rules", 200, "badge"),
    ("post {s}/rules/dry-runs", "Try rules on the newest 200 posts; nothing is kept", 200, "badge"),
    ("post {s}/pulses", "A heartbeat, kept for seconds", 204, "public"),
    ("get {s}/actions", "What buttons may show", 200, "badge"),
    ("get {s}/actions/{name}", "One of these as plain text, for a lamp", 200, "badge"),
    ("post {s}/actions/{name}", "Press a button; pressing it again changes nothing", 200, "badge"),
    ("get {s}/rehearsal", "How the rehearsal stands", 200, "badge"),
    ("post {s}/rehearsal", "Start a rehearsal, set its speed, or stop it", 200, "badge"),
    ("delete {s}/rehearsal", "Erase all posts of the rehearsal, or all posts", 200, "badge"),
    ("post {s}/rehearsal/faults", "Let something go wrong, to practise", 200, "badge"),
    ("get {s}/me", "Which badge this is", 200, "badge"),
    ("put {s}/me", "Hand in a link's token", 204, "public"),
    ("delete {s}/me", "Forget the badge", 204, "public"),
    ("get {s}/badges", "All badges", 200, "badge"),
    ("post {s}/badges", "Make a badge; the only time that its token is seen", 201, "badge"),
    ("delete {s}/badges/{badge}", "Withdraw a badge", 200, "badge"),
    ("get {s}/links", "Where the hall joins", 200, "public"),
    ("get {s}/sources", "The networks that are listened to", 200, "badge"),
    ("get {s}/sources/networks", "The networks that there are", 200, "badge"),
    ("post {s}/sources", "Listen to a network", 201, "badge"),
    ("post {s}/sources/trials", "Try a source; nothing is kept", 200, "badge"),
    ("patch {s}/sources/{source}", "Switch a source on or off", 200, "badge"),
    ("delete {s}/sources/{source}", "Listen no longer", 200, "badge"),
    ("get {s}/themes", "The themes that are here, and the one that is chosen", 200, "badge"),
    ("get {s}/themes/{theme}/preview.png", "A picture of a theme", 200, "badge"),
    ("put {s}/theme", "How the screens look", 200, "badge"),
    ("post {s}/theme/previews", "Try a look; kept for ten minutes", 201, "badge"),
    ("post {s}/theme/logo", "Add a logo (multipart, field file)", 201, "badge"),
    ("post {s}/theme/tokens", "Read design tokens (multipart, field file); nothing is kept", 200, "badge"),
    ("post {s}/qr", "A QR code of one of our links, as SVG", 200, "badge"),
)
"""Every operation: method and path, what it does, its good answer, and who may."""

_S = "/v1/symposia/{slug}"
_QUERIES: dict[str, tuple[str, ...]] = {
    "get {s}/live": ("audience", "since"),
    "get {s}/posts": ("status", "session", "after", "limit"),
    "get {s}/history": ("before", "limit"),
    "post {s}/theme/tokens": ("theme", "mode", "name"),
}
_SECURITY = {
    "public": [{}],
    "device": [{}, {"device": []}],
    "badge": [{"bearer": []}, {"badge": []}],
    "operator": [{"bearer": []}],
}
_ANSWERS: dict[str, type] = {
    "get {s}/posts": WirePost,
    "get {s}/own": OwnPost,
    "get {s}/history": DecisionFacts,
    "get {s}": SymposiumFacts,
}


async def document(request: web.Request) -> web.Response:
    """`GET /v1/openapi.json`, readable from everywhere."""
    return web.Response(body=_encoded(), content_type="application/json", headers={"Access-Control-Allow-Origin": "*"})


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(build())


def build() -> dict[str, Any]:
    """The document."""
    types = [*dict.fromkeys((*_BODIES.values(), *_ANSWERS.values(), DeskPost, Problem))]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    refs = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation, summary, status, who in _OPERATIONS:
        method, _, path = operation.partition(" ")
        entry = _operation(operation, summary, status, who, refs)
        paths.setdefault(path.replace("{s}", _S), {})[method] = entry
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fontein",
            "version": API_VERSION,
            "summary": "A live, moderated wall for symposia.",
            "contact": {"name": "Fontein"},
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "A badge's token, or the operator's."},
                "badge": {"type": "apiKey", "in": "cookie", "name": "fontein-badge-<epoch>"},
                "device": {"type": "apiKey", "in": "cookie", "name": "fontein-device-<epoch>"},
            },
        },
    }


def _operation(operation: str, summary: str, status: int, who: str, refs: dict[type, Any]) -> dict[str, Any]:
    path = operation.partition(" ")[2].replace("{s}", _S)
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names]
    parameters += [{"name": n, "in": "query", "schema": {"type": "string"}} for n in _QUERIES.get(operation, ())]
    problem = {"description": "A problem document.", "content": {CONTENT_TYPE: {"schema": refs[Problem]}}}
    answer: dict[str, Any] = {"description": summary}
    if operation in _ANSWERS:
        answer["content"] = {"application/json": {"schema": {"type": "object"}}}
    entry: dict[str, Any] = {
        "operationId": operation.replace("{s}", "symposium").translate(str.maketrans(" /{}-.", "______")).strip("_"),
        "summary": summary,
        "parameters": parameters,
        "responses": {str(status): answer, "4XX": problem, "503": problem, "507": problem},
        "security": _SECURITY[who],
    }
    body = _BODIES.get(operation)
    if body is not None:
        entry["requestBody"] = {"required": True, "content": {"application/json": {"schema": refs[body]}}}
    return entry
