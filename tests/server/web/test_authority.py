"""
Who may do what: every operation of the API, by everybody who could knock.

Trust A3 and A4: what is not allowed answers 401, 403 or 404, and leaves the journal as it was.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import WSServerHandshakeError

from server.symposium.values import OPERATOR, BadgeId
from server.web.openapi import build
from tests.house import PATIENCE_S, SLUG, Place, Visitor, open_place

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

NOBODIES = ("nobody", "device", "revoked", "elsewhere", "operator")
"""They have no badge of this symposium: no badge at all, only a phone's, one that was withdrawn, one of another
symposium's organiser, or the operator's token, which is for the operator's own addresses."""
BYSTANDERS = ("screen", "speaker", "author", "chair")
STAFF = ("moderator", "organiser")
WHO = (*NOBODIES, *BYSTANDERS, *STAFF)


@dataclass(frozen=True)
class Cell:
    """One operation: what to send, and the status for everybody by name; `*` for those not named."""

    method: str
    path: str
    body: Any = None
    status: dict[str, int] = field(default_factory=dict)
    acts: bool = True
    """Whether it makes an entry when it is allowed."""

    def expected(self, who: str) -> int:
        return self.status.get(who, self.status["*"])


def everybody(status: int) -> dict[str, int]:
    return {"*": status}


def staff(status: int = 200) -> dict[str, int]:
    return {"*": 401} | dict.fromkeys(BYSTANDERS, 403) | dict.fromkeys(STAFF, status)


def organiser(status: int = 200) -> dict[str, int]:
    return staff(status) | {"moderator": 403}


def reporters(status: int = 200) -> dict[str, int]:
    return organiser(status) | {"author": status}


def chairs(status: int = 200, *, speaker: int = 200) -> dict[str, int]:
    return staff(status) | {"chair": status, "speaker": speaker}


def shelf(status: int) -> dict[str, int]:
    return staff(status) | {"speaker": status}


def operator(status: int) -> dict[str, int]:
    return {"*": 401, "operator": status}


_PERIODS = {"rejectedHours": 24, "postsDays": 30, "picturesDays": 30, "auditDays": None, "devicesDays": 30}
_THANKS = {"topic": "signal", "key": "", "value": {"kind": "thanks"}}
_POLL = {"kind": "single", "title": {"nl": "Doen?"}, "options": [{"nl": "ja"}, {"nl": "nee"}]}
_SOURCE = {"network": "mastodon", "options": {"servers": ["127.0.0.1:1"], "tags": ["x"]}}

TABLE = (
    Cell("GET", "/v1/openapi.json", None, everybody(200), acts=False),
    Cell("GET", "/v1/operator", None, operator(200), acts=False),
    Cell("PUT", "/v1/operator", {"token": "wrong"}, everybody(401), acts=False),
    Cell("POST", "/v1/operator/symposia/{slug}/badges", {"role": "screen", "name": "X"}, operator(201)),
    Cell("GET", "/v1/operator/symposia/{slug}/archive", None, operator(200), acts=False),
    Cell("POST", "/v1/operator/symposia/{slug}/openings", None, operator(409), acts=False),
    Cell("POST", "/v1/operator/symposia/{slug}/programme/imports", {"url": "x:y"}, operator(422), acts=False),
    Cell("POST", "/v1/operator/symposia/{slug}/programme/imports/{import}", None, operator(404), acts=False),
    Cell("POST", "/v1/symposia", {"title": "Nog een dag {n}"}, operator(201), acts=False),
    Cell("POST", "/v1/scan-tests", None, {"*": 401, "elsewhere": 201, "organiser": 201, "operator": 201}, acts=False),
    Cell("GET", "/v1/scan-tests/{code}", None, everybody(200), acts=False),
    Cell("GET", "/v1/symposia/{slug}", None, everybody(200), acts=False),
    Cell("GET", "live?audience=desk", None, staff(426), acts=False),
    Cell("GET", "live?audience=stage", None, staff(426), acts=False),
    Cell("GET", "live?audience=report", None, reporters(426), acts=False),
    Cell("GET", "live?audience=wall", None, everybody(426), acts=False),
    Cell("GET", "live?audience=phone", None, everybody(426), acts=False),
    Cell("POST", "posts", {"text": "Hallo {n}", "consent": True}, everybody(201)),
    Cell("GET", "posts", None, everybody(200), acts=False),
    Cell("GET", "posts?status=held", None, staff(), acts=False),
    Cell("GET", "posts?status=rejected", None, staff(), acts=False),
    Cell("GET", "posts?status=hidden", None, staff(), acts=False),
    Cell("DELETE", "posts/{post}", None, everybody(404)),
    Cell("PATCH", "posts/{post}", {"revision": 1, "session": "s{n}"}, staff()),
    Cell("POST", "posts/{post}/decisions", {"revision": 1, "decision": "show"}, staff()),
    Cell("POST", "media", None, everybody(415), acts=False),
    Cell("GET", "own", None, everybody(200), acts=False),
    Cell("POST", "decisions", {"posts": [{"id": "{post}", "revision": 1}], "decision": "reject"}, staff()),
    Cell("POST", "undos", {"seq": "{decided}"}, staff()),
    Cell("POST", "bans", {"post": "{post}", "earlier": True}, staff()),
    Cell("POST", "erasures", {"posts": ["{post}"]}, organiser()),
    Cell("GET", "authors?q=iemand", None, organiser(), acts=False),
    Cell("GET", "documents/{kind}?format=md", None, organiser(), acts=False),
    Cell("GET", "access?post={post}", None, organiser(), acts=False),
    Cell("GET", "keeping", None, staff(), acts=False),
    Cell("PUT", "keeping", _PERIODS, organiser()),
    Cell("PUT", "hold", {"on": False}, organiser()),
    Cell("GET", "history", None, staff(), acts=False),
    Cell("PUT", "stop", {"on": False}, staff()),
    Cell("PUT", "pause", {"on": False}, staff()),
    Cell("PUT", "policy", {"policy": "everything-waits"}, staff()),
    Cell("POST", "scene", {"scene": "fountain"}, staff()),
    Cell("PUT", "announcement", {"text": "Koffie om drie uur"}, staff()),
    Cell("GET", "listening", None, staff(), acts=False),
    Cell("PUT", "listening", {"days": 2}, organiser()),
    Cell("GET", "screens", None, staff(), acts=False),
    Cell("POST", "screens", {"screen": "{who}", "name": "Foyer"}, staff(201)),
    Cell("PATCH", "screens/{screen}", {"name": "Foyer {n}"}, staff()),
    Cell("DELETE", "screens/{screen}", None, staff()),
    Cell("POST", "screens/pairings", {"screen": "{who}"}, everybody(201), acts=False),
    Cell("GET", "screens/pairings/{code}", None, everybody(404), acts=False),
    Cell("GET", "codes", None, organiser(), acts=False),
    Cell("GET", "codes/advice?depth=18&height=2.25", None, organiser(), acts=False),
    Cell("POST", "codes/prints", {"what": "helpers"}, organiser(409), acts=False),
    Cell("POST", "codes/previews", {"what": "helpers"}, organiser(409), acts=False),
    Cell("GET", "/v1/operator/symposia/{slug}/codes", None, operator(200), acts=False),
    Cell("POST", "/v1/operator/symposia/{slug}/codes/prints", {"what": "helpers"}, operator(409), acts=False),
    Cell("GET", "papers", None, everybody(200), acts=False),
    Cell("POST", "papers", {"title": "Paper {n}"}, staff(201)),
    Cell("GET", "papers/counts", None, staff(), acts=False),
    Cell("GET", "replay", None, staff() | {"author": 200}, acts=False),
    Cell("GET", "search?q=hallo", None, staff() | {"author": 200}, acts=False),
    Cell("GET", "search?status=shown,held", None, staff(), acts=False),
    Cell("GET", "whereabouts?address=https://social.example/@anna/112233", None, staff(), acts=False),
    Cell("POST", "whereabouts", {"address": "https://social.example/@anna/112233"}, staff(), acts=False),
    Cell("GET", "report?format=jsonl", None, reporters(), acts=False),
    Cell("GET", "report/draft", None, reporters(), acts=False),
    Cell("PUT", "report/settings", {"names": "full"}, reporters()),
    Cell("PUT", "report/texts/{place}", {"text": "Kort.", "base": 0}, reporters()),
    Cell("POST", "report/preview", {"text": "Kort."}, reporters(), acts=False),
    Cell("GET", "report/checks", None, reporters(), acts=False),
    Cell("POST", "report/checks", None, reporters(), acts=False),
    Cell("GET", "report/versions", None, reporters(), acts=False),
    Cell("POST", "report/versions", {"number": 900, "seq": 0}, reporters(409), acts=False),
    Cell("GET", "report/versions/{number}/{format}", None, reporters(404), acts=False),
    Cell("POST", "report/quotes", {"posts": ["aaaaaaaaaaaaaaaa"], "choice": "in"}, reporters()),
    Cell("PUT", "report/order", {"section": "loose", "posts": []}, reporters()),
    Cell("GET", "report/posts?section=loose", None, reporters(), acts=False),
    Cell("POST", "report/choices", {"posts": ["aaaaaaaaaaaaaaaa"], "choice": "in"}, reporters()),
    Cell("POST", "report/moves", {"section": "loose", "post": "aaaaaaaaaaaaaaaa"}, reporters(404), acts=False),
    Cell("GET", "/v1/operator/symposia/{slug}/report?format=jsonl", None, operator(200), acts=False),
    Cell("GET", "papers/{paper}", None, everybody(200), acts=False),
    Cell("PUT", "papers/{paper}", None, staff(422), acts=False),
    Cell("PATCH", "papers/{paper}", {"title": "Nieuw {n}"}, staff()),
    Cell("DELETE", "papers/{paper}", None, staff()),
    Cell("DELETE", "papers/{paper}/files/{file}", None, staff()),
    Cell("OPTIONS", "papers/{paper}/uploads", None, everybody(204), acts=False),
    Cell("POST", "papers/{paper}/uploads", None, shelf(412), acts=False),
    Cell("PATCH", "papers/{paper}/uploads/{upload}", None, shelf(412), acts=False),
    Cell("DELETE", "papers/{paper}/uploads/{upload}", None, shelf(412), acts=False),
    Cell("GET", "programme", None, everybody(200), acts=False),
    Cell("PUT", "programme", {"base": 9999, "programme": {}}, organiser(409), acts=False),
    Cell("POST", "programme/imports", {"url": "http://127.0.0.1:1/x"}, organiser(422), acts=False),
    Cell("POST", "programme/imports/{import}", None, organiser(404), acts=False),
    Cell("GET", "programme/address", None, organiser(), acts=False),
    Cell("PUT", "programme/address", {"url": None}, organiser(), acts=False),
    Cell("POST", "programme/shifts", {"session": "{session}", "minutes": 5}, staff()),
    Cell("PUT", "programme/on-stage", {"room": None, "auto": True}, staff()),
    Cell("PUT", "direction", {"stageSafe": True, "papersS": 60}, staff()),
    Cell("POST", "posts/moves", {"posts": ["{post}"], "session": None}, staff()),
    Cell("GET", "questions", None, everybody(200), acts=False),
    Cell("POST", "questions/merges", {"into": "{question}", "posts": ["{post}"]}, staff()),
    Cell("POST", "questions/splits", {"posts": ["{question}"]}, staff()),
    Cell("PUT", "questions/{post}", None, staff()),
    Cell("DELETE", "questions/{post}", None, staff()),
    Cell("PUT", "questions/{question}/vote", None, everybody(200)),
    Cell("DELETE", "questions/{question}/vote", None, everybody(200), acts=False),
    Cell("PUT", "questions/{question}/stand", {"stand": "on-stage"}, {**chairs(), "speaker": 403}),
    Cell("GET", "questions/{question}/stuffing", None, staff(), acts=False),
    Cell("POST", "questions/{question}/aside", {"from": 0, "to": 9, "reason": "Te snel"}, staff(404), acts=False),
    Cell("GET", "polls", None, everybody(200), acts=False),
    Cell("POST", "polls", _POLL, staff(201)),
    Cell("GET", "polls/{poll}", None, everybody(200), acts=False),
    Cell("GET", "polls/{draft}", None, everybody(404) | dict.fromkeys((*STAFF, "chair", "speaker"), 200), acts=False),
    Cell("PUT", "polls/{draft}", _POLL, staff()),
    Cell("DELETE", "polls/{draft}", None, staff()),
    Cell("POST", "polls/{poll}/openings", None, chairs(speaker=403)),
    Cell("POST", "polls/{poll}/closings", None, chairs(speaker=403)),
    Cell("GET", "polls/{poll}/opinions", None, everybody(404), acts=False),  # it has no statements
    Cell("POST", "polls/{poll}/votes", {"opening": "{opening}", "answers": [1]}, everybody(201)),
    Cell("POST", "polls/{draft}/codes", {"count": 2}, staff(409), acts=False),
    Cell("GET", "polls/{poll}/stuffing", None, staff(), acts=False),
    Cell("POST", "polls/{poll}/aside", {"from": 0, "to": 9, "reason": "Te snel"}, staff(404), acts=False),
    Cell("PUT", "hall", {"questions": True}, staff()),
    Cell("POST", "reactions", {"kind": "clap"}, everybody(409), acts=False),
    Cell("GET", "rules", None, staff(), acts=False),
    Cell("PUT", "rules", {"numbers": {"postsPerMinute": 7}}, staff()),
    Cell("POST", "rules/dry-runs", {"rules": {"numbers": {"postsPerMinute": 7}}}, staff(), acts=False),
    Cell("POST", "pulses", {"topic": "screen", "key": "{who}", "value": {}}, everybody(204), acts=False),
    Cell("POST", "pulses", {"topic": "writing", "key": "opening"}, reporters(204), acts=False),
    Cell("POST", "pulses", {"topic": "which", "key": "all"}, staff(204), acts=False),
    Cell("POST", "pulses", _THANKS, chairs(204, speaker=204), acts=False),
    Cell("POST", "pulses", {"topic": "looking", "key": "{who}", "value": {}}, staff(204), acts=False),
    Cell("GET", "me", None, {"*": 200} | dict.fromkeys(NOBODIES, 401), acts=False),
    Cell("PUT", "me", {"token": "wrong"}, everybody(401), acts=False),
    Cell("DELETE", "me", None, everybody(204), acts=False),
    Cell("GET", "badges", None, organiser(), acts=False),
    Cell("POST", "badges", {"role": "screen", "name": "X"}, organiser(201)),
    Cell("DELETE", "badges/{badge}", None, organiser()),
    Cell("GET", "links", None, everybody(200), acts=False),
    Cell("GET", "sources", None, staff(), acts=False),
    Cell("GET", "sources/networks", None, organiser(), acts=False),
    Cell("POST", "sources", _SOURCE, organiser(201)),
    Cell("POST", "sources/trials", _SOURCE | {"network": "none"}, organiser(422), acts=False),
    Cell("PUT", "sources/{source}", {"options": _SOURCE["options"]}, organiser()),
    Cell("PATCH", "sources/{source}", {"on": False}, staff()),
    Cell("DELETE", "sources/{source}", None, organiser()),
    Cell("GET", "hooks/{hook}", None, everybody(405), acts=False),  # it is no hook of Meta's
    Cell("POST", "hooks/{hook}", {"type": "ping"}, everybody(400), acts=False),  # a badge is no signature
    Cell("POST", "hooks/{hook}/secrets", {}, organiser()),
    Cell("GET", "themes", None, staff(), acts=False),
    Cell("GET", "themes/{theme}/preview.png", None, staff(404), acts=False),
    Cell("PUT", "theme", {"theme": "krant"}, staff()),
    Cell("POST", "theme/previews", {"theme": "krant"}, staff(201), acts=False),
    Cell("POST", "theme/logo", None, organiser(415), acts=False),
    Cell("POST", "theme/tokens", None, organiser(415), acts=False),
    Cell("GET", "actions", None, staff(), acts=False),
    Cell("GET", "actions/{name}", None, staff(), acts=False),
    Cell("POST", "actions/{name}", None, staff()),
    Cell("GET", "rehearsal", None, staff(), acts=False),
    Cell("POST", "rehearsal", {"on": False}, staff(), acts=False),
    Cell("POST", "rehearsal/faults", {"fault": "flood"}, staff(409), acts=False),
    Cell("DELETE", "rehearsal", {}, organiser(), acts=False),
    Cell("POST", "qr", {"text": "{url}/x"}, staff(), acts=False),
)


class World:
    """Everybody, and something fresh for each of them to act upon."""

    def __init__(self, place: Place, tokens: dict[str, str | None]) -> None:
        self.place = place
        self.tokens = tokens
        self._numbers = itertools.count(1)
        self._made: dict[str, Any] = {}

    def visitor(self, who: str) -> Visitor:
        visitor = self.place.visitor(self.tokens[who])
        if who == "device":
            _, value = self.place.house.site.keyring.new_device()
            visitor.cookies[f"fontein-device-{self.place.hall.node.epoch}"] = value
        return visitor

    async def facts(self, who: str, *cells: Cell) -> dict[str, Any]:
        """
        What the holes of cells stand for: all that these name is made just now. There is one of everything else too.

        To make everything for every cell would be twenty entries, each of them safe on the disk before the next.
        """
        node, number = self.place.hall.node, next(self._numbers)
        self.place.house.site.buckets._levels.clear()  # One cell after another is quicker than any person.
        named = " ".join(f"{cell.path} {cell.body}" for cell in cells)
        makers: dict[tuple[str, ...], Callable[[], Awaitable[dict[str, Any]]]] = {
            ("post",): self._post,
            ("decided",): self._decided,
            ("badge",): self._badge,
            ("source",): lambda: self._source(number),
            ("hook",): lambda: self._hook(number),
            ("screen",): lambda: self._screen(number),
            ("session",): self._session,
            ("paper", "file"): self._paper,
            ("question", "poll", "draft", "opening"): self._asked,
        }
        for holes, make in makers.items():
            if holes[0] not in self._made or any(f"{{{hole}}}" in named for hole in holes):
                self._made |= await make()
        return {
            **self._made,
            "slug": SLUG,
            "n": number,
            "who": f"{who}-{number}",
            "name": "continue" if node.state.pause.on else "pause",
            "import": "none",
            "upload": "0" * 32,
            "place": f"session:{number}",
            "url": self.place.house.site.base_url,
            "code": next(iter(self.place.house.site.scans)),
            "node": node,
            "theme": "none",
            "number": 900,
            "kind": "register",
            "format": "html",
        }

    async def _post(self) -> dict[str, Any]:
        return {"post": (await self.place.arrive()).id}

    async def _decided(self) -> dict[str, Any]:
        post = await self.place.arrive()
        return {"decided": (await self.place.holder("moderator").decide(post.id, "reject")).json["seq"]}

    async def _badge(self) -> dict[str, Any]:
        badge, _ = await self.place.badge("screen")
        return {"badge": badge}

    async def _asked(self) -> dict[str, Any]:
        """A question on the screens, a poll that was opened anew, and a draft."""
        from server.symposium.entries import PollBody, PollForm
        from server.symposium.values import PollId, PollKind

        ask, state = self.place.hall.node.ask, self.place.hall.node.state
        question, poll, draft = await self.place.show(), PollId("poll"), PollId("draft")
        await ask.set_question(OPERATOR, question.id, on=True)
        await ask.close(OPERATOR, poll)
        form = PollForm(kind=PollKind.SINGLE, options=2)
        body = PollBody(title={"nl": "Doen?"}, options=({"nl": "ja"}, {"nl": "nee"}))
        for each in (poll, draft):
            await ask.draft(OPERATOR, body, form, poll=each)
        await ask.open(OPERATOR, poll)
        return {"question": question.id, "poll": poll, "draft": draft, "opening": state.polls[poll].opened}

    async def _session(self) -> dict[str, Any]:
        from server.symposium.entries import ProgrammeBody, SessionBody, Slot
        from server.symposium.values import SessionId

        node, session = self.place.hall.node, SessionId("opening")
        if node.state.programme is None:
            body = ProgrammeBody(sessions=(SessionBody(id=session, title="Opening"),))
            await node.shelf.set_programme(OPERATOR, body, (Slot(session, None, 0, 1),), base=0)
        return {"session": session}

    async def _screen(self, number: int) -> dict[str, Any]:
        from server.symposium.values import ScreenId

        node = self.place.hall.node
        for known in list(node.state.paired):
            await node.shelf.remove_screen(OPERATOR, known)
        screen = ScreenId(f"screen-{number}")
        await node.shelf.set_screen(OPERATOR, screen, name="Zaal", room=None, stage=False)
        return {"screen": screen}

    async def _paper(self) -> dict[str, Any]:
        from server.symposium.entries import PaperBody
        from server.symposium.outcomes import Done
        from server.symposium.values import BlobId, Form

        shelf = self.place.hall.node.shelf
        for known in list(self.place.hall.node.state.papers):
            await shelf.remove_paper(OPERATOR, known, erase=True)
        words = PaperBody(title="Een paper")
        paper, _ = await shelf.set_paper(OPERATOR, None, words, session=None, form=Form.PAPER, embargo=False)
        blob, kind = BlobId("0" * 64), "application/pdf"
        filed = await shelf.file_paper(
            OPERATOR, paper, blob=blob, size=1, type=kind, lang="", pages=1, flags=(), preview=None, name=""
        )
        assert isinstance(filed, Done)
        return {"paper": paper, "file": filed.seq}

    async def _source(self, number: int) -> dict[str, Any]:
        from server.symposium.entries import SourceBody
        from server.symposium.values import SourceId

        node = self.place.hall.node
        for source in list(node.state.sources):
            await node.remove_source(OPERATOR, source)
        name = SourceId(f"mastodon-{number}")
        await node.set_source(OPERATOR, name, "mastodon", SourceBody(options={"servers": (), "tags": ()}), on=False)
        return {"source": name}

    async def _hook(self, number: int) -> dict[str, Any]:
        from server.symposium.entries import SourceBody
        from server.symposium.values import SourceId

        name = SourceId(f"webhook-{number}")
        await self.place.hall.node.set_source(
            OPERATOR, name, "webhook", SourceBody(options={"profile": "standard"}), on=True
        )
        return {"hook": name}


def filled(shape: Any, facts: dict[str, Any]) -> Any:
    """A cell's path or body with its holes filled."""
    if isinstance(shape, dict):
        return {key: filled(value, facts) for key, value in shape.items()}
    if isinstance(shape, list | tuple):
        return [filled(value, facts) for value in shape]
    if isinstance(shape, str) and shape in ("{decided}", "{opening}"):
        return facts[shape[1:-1]]
    return shape.format(**facts) if isinstance(shape, str) else shape


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(place: Place) -> AsyncIterator[World]:
    site = place.house.site
    revoked, revoked_token = await place.badge("organiser")
    await place.hall.node.revoke_badge(OPERATOR, BadgeId(revoked))
    elsewhere = await place.symposium("andere-dag")
    scan = await place.visitor(site.operator_token).ask("POST", "/v1/scan-tests")
    assert scan.status == 201
    tokens: dict[str, str | None] = dict.fromkeys(("nobody", "device"))
    tokens |= {"revoked": revoked_token, "elsewhere": elsewhere["badges"]["organiser"], "operator": site.operator_token}
    tokens |= place.tokens
    yield World(place, tokens)


async def test_table_has_every_operation_of_the_api() -> None:
    documented = {(method.upper(), path) for path, operations in build()["paths"].items() for method in operations}
    names = {"{post}", "{source}", "{badge}", "{code}", "{name}", "{screen}", "{slug}", "{theme}", "{import}"} | {
        "{paper}",
        "{file}",
        "{upload}",
        "{place}",
        "{number}",
        "{format}",
        "{kind}",
        "{poll}",
    }
    tested = set()
    for cell in TABLE:
        path = cell.path.partition("?")[0].replace("{question}", "{post}").replace("{draft}", "{poll}")
        path = path.replace("{hook}", "{source}")
        tested.add((cell.method, path if path.startswith("/") else f"/v1/symposia/{{slug}}/{path}"))

    assert tested == documented
    assert all(part in names for _, path in tested for part in path.split("/") if part.startswith("{"))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("cell", TABLE, ids=lambda cell: f"{cell.method} {cell.path}")
async def test_cell_answers_as_the_table_says_and_acts_only_when_allowed(world: World, cell: Cell, who: str) -> None:
    facts = await world.facts(who, cell)
    before = world.place.seq

    answer = await world.visitor(who).ask(
        cell.method, filled(cell.path, facts), filled(cell.body, facts), headers={"Origin": world.place.url}
    )

    is_good = answer.status < 300
    assert answer.status == cell.expected(who), answer
    assert (world.place.seq > before) == (cell.acts and is_good)
    assert is_good or answer.code is not None, "a refusal is a problem document"


@pytest.mark.parametrize(
    "cell",
    [c for c in TABLE if not c.path.startswith("/") and c.method != "GET" and c.path not in ("posts", "media", "me")],
    ids=lambda cell: f"{cell.method} {cell.path}",
)
async def test_organiser_of_another_symposium_cannot_reach_over(world: World, cell: Cell) -> None:
    """Objects of this symposium, asked for by way of the other one's address and with its organiser's badge."""
    facts = await world.facts("elsewhere", cell)
    before = world.place.seq
    visitor = world.visitor("elsewhere")
    visitor.slug = "andere-dag"

    answer = await visitor.ask(cell.method, filled(cell.path, facts), filled(cell.body, facts))

    names_an_object = any(hole in f"{cell.path} {cell.body}" for hole in ("{post}", "{badge}", "{source}", "{decided}"))
    assert world.place.seq == before
    if names_an_object:
        assert answer.status in (404, 409), answer


# Badges come, go, and live in cookies


async def test_revoked_badge_closes_its_sockets_and_fails_at_once(place: Place) -> None:
    badge, token = await place.badge("moderator", "Straks weg")
    holder = place.visitor(token)
    async with holder.live("desk") as desk, holder.live("stage") as stage, holder.live("wall") as wall:
        for ws in (desk, stage, wall):
            assert (await ws.receive_json(timeout=PATIENCE_S))["type"] == "snapshot"

        await place.holder("organiser").ask("DELETE", f"badges/{badge}")

        assert (await holder.get("history")).status == 401
        for ws in (desk, stage):
            frames = [m async for m in ws]
            assert frames[-1].json() == {"type": "bye", "again": False}
            assert ws.close_code == 1000
        assert not wall.closed, "the wall is public"


async def test_revoked_badge_opens_no_socket(place: Place) -> None:
    badge, token = await place.badge("moderator", "Al weg")
    await place.hall.node.revoke_badge(OPERATOR, BadgeId(badge))

    with pytest.raises(WSServerHandshakeError) as refused:
        async with place.visitor(token).live("desk"):
            pass

    assert refused.value.status == 401


async def test_link_becomes_a_cookie_that_scripts_cannot_read(place: Place) -> None:
    browser = place.visitor()

    answer = await browser.ask("PUT", "me", {"token": place.tokens["moderator"]})

    (cookie,) = answer.set_cookies
    name, _, rest = cookie.partition("=")
    assert (answer.status, answer.body) == (204, b"")
    assert name == f"fontein-badge-{place.hall.node.epoch}"
    assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(rest.split("; "))
    assert "Secure" not in rest, "over http a browser would drop it"
    me = (await browser.get("me")).json
    assert (me["role"], me["name"]) == ("moderator", "Badge moderator")


async def test_forgotten_badge_is_gone_from_the_browser_only(place: Place) -> None:
    browser = await place.with_cookie("moderator")

    answer = await browser.ask("DELETE", "me")

    assert answer.status == 204
    assert (await browser.get("me")).status == 401
    assert (await place.holder("moderator").get("me")).status == 200


async def test_device_cookie_is_lax_and_carries_the_epoch(place: Place) -> None:
    answer = await place.visitor().get(f"/{SLUG}")

    (cookie,) = answer.set_cookies
    assert cookie.startswith(f"fontein-device-{place.hall.node.epoch}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


async def test_operator_link_works_in_a_browser(place: Place) -> None:
    browser = place.visitor()

    answer = await browser.ask("PUT", "/v1/operator", {"token": place.house.site.operator_token})

    (cookie,) = answer.set_cookies
    assert answer.status == 204
    assert cookie.startswith(f"fontein-operator-{place.house.site.run}=")
    assert place.house.site.operator_token not in cookie
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert (await browser.get("/v1/operator")).status == 200
    assert (await browser.ask("POST", "/v1/symposia", {"title": "Uit de browser"})).status == 201


async def test_guessing_tokens_is_slowed_down(tmp_path: Path) -> None:
    """Trust A11. Who holds a good token is let in all the same."""
    async with open_place(tmp_path) as place:
        guesser = place.visitor()

        with place.no_refill():
            answers = [await guesser.ask("PUT", "me", {"token": f"guess-{n}"}) for n in range(40)]
        good = await place.visitor().ask("PUT", "me", {"token": place.tokens["moderator"]})

    assert [a.status for a in answers] == [401] * 20 + [429] * 20
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert good.status == 204


async def test_get_changes_nothing(world: World) -> None:
    """ASVS 3.5.3: no state changes by a safe method. The whole state, in bytes, is as it was."""
    import msgspec

    place = world.place
    facts = await world.facts("organiser", *TABLE)
    before = msgspec.json.encode(place.hall.node.state)
    organiser = place.holder("organiser")

    for cell in TABLE:
        if cell.method == "GET":
            await organiser.get(filled(cell.path, facts))
    for page in ("", "/wall", "/text", "/desk", "/stage", "/organise", "/report", "/qr.svg"):
        await organiser.get(f"/{SLUG}{page}")

    assert msgspec.json.encode(place.hall.node.state) == before
