"""The API as OpenAPI 3.1, made from the same types that read the requests."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from aiohttp import web

from server.symposium.shelf import PaperFacts
from server.symposium.views import Decision as DecisionFacts
from server.symposium.views import DeskPost, OwnPost, SymposiumFacts, WirePost
from server.web import (
    badges,
    ballots,
    codes,
    desk,
    hooks,
    keeping,
    media,
    papers,
    phone,
    polls,
    programme,
    questions,
    reactions,
    rehearsal,
    report,
    rules,
    screens,
    sources,
    stage,
    studio,
    stuffing,
    symposia,
    themes,
    versions,
    whereabouts,
)
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
    "post {s}/erasures": keeping.NewErasure,
    "put {s}/keeping": keeping.NewPeriods,
    "put {s}/hold": keeping.NewHold,
    "put {s}/stop": stage.Switching,
    "put {s}/pause": stage.Switching,
    "put {s}/policy": stage.NewPolicy,
    "post {s}/scene": stage.NewScene,
    "put {s}/announcement": stage.NewAnnouncement,
    "put {s}/listening": stage.NewListening,
    "post {s}/whereabouts": whereabouts.NewSearch,
    "post {s}/screens": screens.NewScreen,
    "patch {s}/screens/{screen}": screens.ScreenChange,
    "post {s}/screens/pairings": screens.NewPairing,
    "put {s}/programme": programme.NewProgramme,
    "post {s}/programme/imports": programme.NewImport,
    "post /v1/operator/symposia/{slug}/programme/imports": programme.NewImport,
    "put {s}/programme/address": programme.NewAddress,
    "post {s}/programme/shifts": programme.NewShift,
    "put {s}/programme/on-stage": programme.NewOnStage,
    "put {s}/direction": programme.NewDirection,
    "post {s}/posts/moves": programme.NewMoves,
    "post {s}/questions/merges": questions.NewMerge,
    "post {s}/questions/splits": questions.NewSplit,
    "put {s}/questions/{post}/stand": questions.NewStand,
    "post {s}/questions/{post}/aside": stuffing.NewAside,
    "post {s}/polls": polls.NewPoll,
    "put {s}/polls/{poll}": polls.NewPoll,
    "post {s}/polls/{poll}/votes": polls.NewVote,
    "post {s}/polls/{poll}/codes": ballots.NewCodes,
    "post {s}/polls/{poll}/aside": stuffing.NewAside,
    "put {s}/hall": reactions.NewHall,
    "post {s}/reactions": reactions.NewReaction,
    "put {s}/rules": rules.NewRules,
    "post {s}/rules/dry-runs": rules.NewDryRun,
    "post {s}/pulses": stage.NewPulse,
    "post {s}/rehearsal": rehearsal.Rehearsing,
    "post {s}/rehearsal/faults": rehearsal.NewFault,
    "put {s}/me": badges.Token,
    "post {s}/badges": badges.NewBadge,
    "post {s}/sources": sources.NewSource,
    "post {s}/sources/trials": sources.SourceTrial,
    "put {s}/sources/{source}": sources.SourceChange,
    "patch {s}/sources/{source}": sources.Switching,
    "post {s}/hooks/{source}/secrets": hooks.NewHookSecret,
    "put {s}/theme": themes.NewTheme,
    "post {s}/theme/previews": themes.NewTheme,
    "post {s}/qr": media.NewCode,
    "post {s}/codes/prints": codes.NewPrint,
    "post /v1/operator/symposia/{slug}/codes/prints": codes.NewPrint,
    "post {s}/codes/previews": codes.NewPrint,
    "put {s}/report/settings": report.NewSettings,
    "put {s}/report/texts/{place}": report.NewText,
    "post {s}/report/preview": report.NewPreview,
    "post {s}/report/versions": versions.NewVersion,
    "post {s}/report/quotes": report.NewQuotes,
    "put {s}/report/order": report.NewOrder,
    "post {s}/report/choices": studio.NewChoice,
    "post {s}/report/moves": studio.NewMove,
    "post {s}/papers": papers.NewPaper,
    "patch {s}/papers/{paper}": papers.PaperChange,
}

_OPERATIONS: tuple[tuple[str, str, int, str], ...] = (
    ("get /v1/openapi.json", "This document", 200, "public"),
    ("get /v1/operator", "The symposia that are here", 200, "operator"),
    ("put /v1/operator", "Hand in the operator link", 204, "public"),
    ("post /v1/operator/symposia/{slug}/badges", "Make a badge as the operator", 201, "operator"),
    ("get /v1/operator/symposia/{slug}/archive", "An archive, as a tar that is made while it is sent", 200, "operator"),
    ("post /v1/operator/symposia/{slug}/openings", "Open a folder that was restored", 201, "operator"),
    ("get /v1/operator/symposia/{slug}/codes", "Every code that can be printed, for the operator", 200, "operator"),
    ("get /v1/operator/symposia/{slug}/report", "The report as a file, for the operator", 200, "operator"),
    ("post /v1/operator/symposia/{slug}/codes/prints", "A print, as a PDF, for the operator", 200, "operator"),
    ("post /v1/operator/symposia/{slug}/programme/imports", "Read a schedule as the operator", 201, "operator"),
    ("post /v1/operator/symposia/{slug}/programme/imports/{import}", "Take it over as the operator", 200, "operator"),
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
    ("get {s}/authors", "Who could be meant by an address, a handle, a name or words", 200, "badge"),
    ("get {s}/documents/{kind}", "A document about personal data, from the settings, as a file", 200, "badge"),
    ("get {s}/access", "All that is kept of one author, as a zip", 200, "badge"),
    ("get {s}/keeping", "What is kept until when", 200, "badge"),
    ("put {s}/keeping", "How long what is kept", 200, "badge"),
    ("put {s}/hold", "Begin or end a legal hold", 200, "badge"),
    ("get {s}/history", "What staff did, newest first", 200, "badge"),
    ("put {s}/stop", "The emergency stop", 200, "badge"),
    ("put {s}/pause", "Let what is released wait", 200, "badge"),
    ("put {s}/policy", "Who decides about new posts", 200, "badge"),
    ("post {s}/scene", "What the screens show, all or one", 200, "badge"),
    ("put {s}/announcement", "What the organisation says on the screens", 200, "badge"),
    ("get {s}/listening", "Until when the networks are listened to", 200, "badge"),
    ("put {s}/listening", "How long after the symposium they are", 200, "badge"),
    ("get {s}/screens", "The screens that staff know", 200, "badge"),
    ("post {s}/screens", "Pair a screen, by the code that it shows or by its own name", 201, "badge"),
    ("patch {s}/screens/{screen}", "Rename a screen, or move it to a room", 200, "badge"),
    ("delete {s}/screens/{screen}", "Know a screen no longer", 200, "badge"),
    ("post {s}/screens/pairings", "A code for a screen to show", 201, "public"),
    ("get {s}/screens/pairings/{code}", "Whether somebody typed that code in", 200, "public"),
    ("get {s}/programme", "The programme, as planned", 200, "public"),
    ("put {s}/programme", "Change the programme", 200, "badge"),
    ("post {s}/programme/imports", "Read a schedule (a file or an address): what would change", 201, "badge"),
    ("post {s}/programme/imports/{import}", "Take it over", 200, "badge"),
    ("get {s}/programme/address", "The address that is followed, and what is new there", 200, "badge"),
    ("put {s}/programme/address", "Follow an address", 200, "badge"),
    ("post {s}/programme/shifts", "A session is late", 200, "badge"),
    ("put {s}/programme/on-stage", "What is on stage, whatever the clock says", 200, "badge"),
    ("put {s}/direction", "What the screens do by themselves", 200, "badge"),
    ("post {s}/posts/moves", "Say to which session posts belong", 200, "badge"),
    ("get {s}/questions", "The questions of the hall that are on the screens", 200, "public"),
    ("post {s}/questions/merges", "Count questions that ask the same under one", 200, "badge"),
    ("post {s}/questions/splits", "Let questions stand by themselves again", 200, "badge"),
    ("put {s}/questions/{post}", "Make a post a question", 200, "badge"),
    ("delete {s}/questions/{post}", "A question is a post like any other again", 200, "badge"),
    ("put {s}/questions/{post}/vote", "This phone wants to know it too", 200, "device"),
    ("delete {s}/questions/{post}/vote", "This phone takes that back", 200, "device"),
    ("put {s}/questions/{post}/stand", "What became of a question", 200, "badge"),
    ("get {s}/questions/{post}/stuffing", "When the votes for a question came in", 200, "badge"),
    ("post {s}/questions/{post}/aside", "Do not count some votes for a question, or count them again", 200, "badge"),
    ("get {s}/polls", "The polls that were opened; for chairs and staff drafts too", 200, "public"),
    ("post {s}/polls", "Draft a poll", 201, "badge"),
    ("get {s}/polls/{poll}", "One poll, with its result where this phone may see it now", 200, "public"),
    ("put {s}/polls/{poll}", "Change a draft", 200, "badge"),
    ("delete {s}/polls/{poll}", "Throw a draft away", 200, "badge"),
    ("post {s}/polls/{poll}/openings", "Let the hall vote", 200, "badge"),
    ("post {s}/polls/{poll}/closings", "Let the hall vote no more", 200, "badge"),
    ("get {s}/polls/{poll}/opinions", "Opinion groups: what unites the hall and what divides it", 200, "public"),
    ("post {s}/polls/{poll}/votes", "Vote; 201 when it is durable", 201, "device"),
    ("post {s}/polls/{poll}/codes", "Codes that vote once each; the only time that they are seen", 201, "badge"),
    ("get {s}/polls/{poll}/stuffing", "When the votes in a poll came in", 200, "badge"),
    ("post {s}/polls/{poll}/aside", "Do not count some votes in a poll, or count them again", 200, "badge"),
    ("put {s}/hall", "What phones in the hall may do", 200, "badge"),
    ("post {s}/reactions", "Say something in one sign", 204, "device"),
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
    ("put {s}/sources/{source}", "Listen to something else", 200, "badge"),
    ("patch {s}/sources/{source}", "Switch a source on or off", 200, "badge"),
    ("delete {s}/sources/{source}", "Listen no longer", 200, "badge"),
    ("get {s}/hooks/{source}", "Meta asks whose address this is", 200, "public"),
    ("post {s}/hooks/{source}", "A signed event of another system; 202 when it is durable", 202, "public"),
    ("post {s}/hooks/{source}/secrets", "Another secret; the one before it stays good for a day", 200, "badge"),
    ("get {s}/themes", "The themes that are here, and the one that is chosen", 200, "badge"),
    ("get {s}/themes/{theme}/preview.png", "A picture of a theme", 200, "badge"),
    ("put {s}/theme", "How the screens look", 200, "badge"),
    ("post {s}/theme/previews", "Try a look; kept for ten minutes", 201, "badge"),
    ("post {s}/theme/logo", "Add a logo (multipart, field file)", 201, "badge"),
    ("post {s}/theme/tokens", "Read design tokens (multipart, field file); nothing is kept", 200, "badge"),
    ("post {s}/qr", "A QR code of one of our links, as SVG", 200, "badge"),
    ("get {s}/codes", "Every code that can be printed", 200, "badge"),
    ("get {s}/codes/advice", "From how far the codes on the screen are read", 200, "badge"),
    ("post {s}/codes/prints", "Posters, cards, stickers, a helpers' sheet or cards with links, as a PDF", 200, "badge"),
    ("post {s}/codes/previews", "The first page of that, as a PNG", 200, "badge"),
    ("get {s}/replay", "What there is to play again, or a part of it", 200, "badge"),
    ("get {s}/search", "Posts by what they say and who wrote them, newest first", 200, "badge"),
    ("get {s}/whereabouts", "Where a post is, by its address", 200, "badge"),
    ("post {s}/whereabouts", "The same; what is not here is asked for at the networks", 200, "badge"),
    ("get {s}/report", "The report, or what was said, as a file", 200, "badge"),
    ("get {s}/report/draft", "What the report's authors wrote and chose", 200, "badge"),
    ("put {s}/report/settings", "Names, language and cover of the report", 200, "badge"),
    ("put {s}/report/texts/{place}", "Write a text of the report", 200, "badge"),
    ("post {s}/report/preview", "What Markdown will look like; nothing is kept", 200, "badge"),
    ("get {s}/report/checks", "What to look at before a version is frozen", 200, "badge"),
    ("post {s}/report/checks", "The same, after the sources looked again at the chosen posts", 200, "badge"),
    ("get {s}/report/versions", "The versions that do not change, newest first", 200, "badge"),
    ("post {s}/report/versions", "Freeze the draft: a version", 201, "badge"),
    ("get {s}/report/versions/{number}/{format}", "A version as a file", 200, "badge"),
    ("post {s}/report/quotes", "What the report does with posts", 200, "badge"),
    ("put {s}/report/order", "In which order a section has its posts", 200, "badge"),
    ("get {s}/report/posts", "The posts of a section of the report, by time", 200, "badge"),
    ("post {s}/report/choices", "Choose posts for the report; no other post changes by it", 200, "badge"),
    ("post {s}/report/moves", "Put a post of the report behind another", 200, "badge"),
    ("get {s}/papers", "The papers, those of the earliest sessions first", 200, "public"),
    ("post {s}/papers", "Put a paper on the shelf", 201, "badge"),
    ("get {s}/papers/counts", "Downloads by paper and hour, scans by code", 200, "badge"),
    ("get {s}/papers/{paper}", "One paper", 200, "public"),
    ("put {s}/papers/{paper}", "Send a paper's file, whole as the body", 200, "badge"),
    ("patch {s}/papers/{paper}", "Change what is said of a paper", 200, "badge"),
    ("delete {s}/papers/{paper}", "Take a paper off the shelf, or erase it", 200, "badge"),
    ("delete {s}/papers/{paper}/files/{file}", "Take a version of a file away", 200, "badge"),
    ("options {s}/papers/{paper}/uploads", "What of tus this server can do", 204, "public"),
    ("post {s}/papers/{paper}/uploads", "Begin an upload that can be taken up again (tus)", 201, "badge"),
    ("patch {s}/papers/{paper}/uploads/{upload}", "Send more of an upload (tus)", 204, "badge"),
    ("delete {s}/papers/{paper}/uploads/{upload}", "Forget an upload (tus)", 204, "badge"),
)
"""Every operation: method and path, what it does, its good answer, and who may."""

_S = "/v1/symposia/{slug}"
_QUERIES: dict[str, tuple[str, ...]] = {
    "get {s}/codes/advice": ("depth", "height", "pixels"),
    "get {s}/live": ("audience", "since"),
    "get {s}/posts": ("status", "session", "after", "limit"),
    "get {s}/history": ("before", "limit"),
    "get {s}/authors": ("q",),
    "get {s}/documents/{kind}": ("format", "lang"),
    "get {s}/access": ("post",),
    "get {s}/questions": ("order", "session", "skip", "limit"),
    "post {s}/polls/{poll}/codes": ("format",),
    "get {s}/papers": ("session",),
    "get {s}/replay": ("of", "from"),
    "get {s}/search": ("q", "session", "status", "after", "limit"),
    "get {s}/whereabouts": ("address",),
    "get {s}/report": ("format", "lang", "names"),
    "get {s}/report/posts": ("section", "after", "limit"),
    "get /v1/operator/symposia/{slug}/report": ("format", "lang", "names"),
    "delete {s}/papers/{paper}": ("erase",),
    "get {s}/programme": ("brief",),
    "post {s}/theme/tokens": ("theme", "mode", "name"),
    "get {s}/hooks/{source}": ("hub.mode", "hub.verify_token", "hub.challenge"),
    "post {s}/hooks/{source}": ("token",),
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
    "get {s}/papers": PaperFacts,
    "get {s}/papers/{paper}": PaperFacts,
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
