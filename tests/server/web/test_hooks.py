"""The door for systems that bring us their posts, against a real house; who sends signs as its documentation says."""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import pytest_asyncio
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from server.blobs.gate import MediaGate
from server.blobs.pictures import bring_in
from server.errors import Unavailable
from server.intake.arrival import Arrival
from server.sources.webhook import heard
from server.symposium import views
from server.symposium.state import Post
from server.symposium.values import Policy
from server.web import hooks
from tests.house import SLUG, Answer, Place, Visitor, eventually, open_place
from tests.server.sources.webhook import sender
from tests.server.sources.webhook.sender import NUMBER, OTHER, SECRET, created, encoded
from tests.server.web.test_hostile import is_sound

pytestmark = pytest.mark.asyncio(loop_scope="module")

APP_SECRET = "app-secret-example"
DAY_S = 24 * 3_600


@dataclass
class Hook:
    """A hook of the symposium, and whoever sends to it."""

    place: Place
    id: str
    secret: str
    since: int = 0
    """The place of the journal's last entry before it was made: another one may have had its id."""

    @property
    def path(self) -> str:
        return f"hooks/{self.id}"

    @property
    def url(self) -> str:
        return f"{self.place.house.site.base_url}/v1/symposia/{SLUG}/{self.path}"

    @property
    def now_s(self) -> int:
        return int(self.place.house.site.now_us() / 1_000_000)

    @property
    def stranger(self) -> Visitor:
        """A server: it has no cookies, and no page that its requests are from."""
        return self.place.visitor(origin=None)

    async def raw(self, body: bytes, headers: dict[str, str], *, query: str = "") -> Answer:
        return await self.stranger.ask("POST", self.path + query, data=body, headers=headers)

    async def send(self, event: Any, *, id_: str = "msg_1", secret: str | None = None, **more: str) -> Answer:
        """Signed as Standard Webhooks has it, just now."""
        body = event if isinstance(event, bytes) else encoded(event)
        secrets = (self.secret if secret is None else secret,)
        return await self.raw(body, sender.standard(body, id_=id_, at_s=self.now_s, secrets=secrets) | more)

    async def whatsapp(self, *texts: str, **who: Any) -> Answer:
        body = encoded(sender.whatsapp(*texts, **who))
        return await self.raw(body, sender.hub(body, secret=self.secret))

    def post(self, answer: Answer) -> Post:
        return self.place.hall.node.state.posts[answer.json["post"]]

    def text(self, post: Post) -> str | None:
        body = views.post_body(self.place.hall.node.state, post)
        return None if body is None else body.text

    @property
    def posts(self) -> list[Post]:
        """What came in by this hook."""
        posts = self.place.hall.node.state.posts.values()
        return [post for post in posts if post.source.startswith(self.id) and post.arrived > self.since]

    async def facts(self) -> dict[str, Any]:
        listed = (await self.place.holder("organiser").get("sources")).json["sources"]
        return next(each for each in listed if each["id"] == self.id)


async def made(place: Place, profile: str = "standard", secret: str = SECRET, **options: str) -> Hook:
    since, given = place.seq, {"profile": profile, "secret": secret, **options}
    added = await place.holder("organiser").ask("POST", "sources", {"network": "webhook", "options": given})
    assert added.status == 201, added
    return Hook(place, added.json["id"], secret or added.json["told"]["secret"], since)


@asynccontextmanager
async def hook_of(place: Place, profile: str = "standard", secret: str = SECRET, **options: str) -> AsyncIterator[Hook]:
    hook = await made(place, profile, secret, **options)
    yield hook
    place.house.site.buckets._levels.clear()
    if hook.id in place.hall.node.state.sources:
        await place.holder("organiser").ask("DELETE", f"sources/{hook.id}")


_numbers = iter(range(1, 10_000))


@pytest_asyncio.fixture(loop_scope="module")
async def hook(place: Place) -> AsyncIterator[Hook]:
    async with hook_of(place) as made:
        yield made


@pytest.fixture
def name() -> str:
    """An id that nobody used: the tests share a house, and hooks their numbers."""
    return f"post-{next(_numbers)}"


@pytest_asyncio.fixture(loop_scope="module")
async def deciding(place: Place) -> AsyncIterator[None]:
    """Meanwhile the rules decide, not a person."""
    await place.holder("organiser").ask("PUT", "policy", {"policy": Policy.RULES_DECIDE})
    assert place.hall.node.state.policy is Policy.RULES_DECIDE
    yield
    await place.holder("organiser").ask("PUT", "policy", {"policy": Policy.EVERYTHING_WAITS})


# Posts


async def test_post_comes_in_and_waits(hook: Hook, name: str) -> None:
    answer = await hook.send(created(name, "Mooie sessie!", author={"name": "Fatima"}))

    (post,) = hook.posts
    body = views.post_body(hook.place.hall.node.state, post)
    assert body is not None
    assert (answer.status, answer.json) == (202, {"post": post.id})
    assert (post.network, post.status.value) == ("webhook", "held")
    assert (body.text, body.name) == ("Mooie sessie!", "Fatima")


async def test_what_rules_let_through_is_shown_at_once(hook: Hook, deciding: None, name: str) -> None:
    answer = await hook.send(created(name, "Wat een fijne dag is dit. #proefdag"))

    assert hook.post(answer).status.value == "shown"


async def test_same_message_again_gets_the_same_answer_and_makes_no_second_post(hook: Hook, name: str) -> None:
    first = await hook.send(created(name), id_=name)
    again = await hook.send(created(name), id_=name)

    assert (first.status, first.body) == (again.status, again.body)
    assert len(hook.posts) == 1


async def test_twenty_at_once_are_one_post(hook: Hook, name: str) -> None:
    answers = await asyncio.gather(*(hook.send(created(name), id_=name) for _ in range(20)))

    assert {(answer.status, answer.body) for answer in answers} == {(202, answers[0].body)}
    assert len(hook.posts) == 1


async def test_other_messages_are_other_posts(hook: Hook, name: str) -> None:
    """The control of the two before."""
    await asyncio.gather(*(hook.send(created(f"{name}-{n}", f"Bericht {n}"), id_=f"{name}-{n}") for n in range(5)))

    assert len(hook.posts) == 5


async def test_message_that_brought_another_post_before_is_refused(hook: Hook, name: str) -> None:
    await hook.send(created(name), id_=name)

    answer = await hook.send(created(f"{name}-other"), id_=name)

    assert (answer.status, answer.code) == (409, "webhook-id-reused")
    assert len(hook.posts) == 1


def updated(name: str, text: str, at: str) -> dict[str, Any]:
    return {"type": "post.updated", "timestamp": at, "data": {"id": name, "text": text}}


async def test_edit_is_a_new_revision_and_an_older_one_never_comes_back(hook: Hook, name: str) -> None:
    post = hook.post(await hook.send(created(name), id_=f"{name}-1"))
    await hook.send(updated(name, "Eerst", "2026-01-01T10:00:00Z"), id_=f"{name}-2")
    await hook.send(updated(name, "Daarna", "2026-01-01T10:00:01Z"), id_=f"{name}-3")

    late = await hook.send(updated(name, "Eerst", "2026-01-01T10:00:00Z"), id_=f"{name}-2")
    await hook.send(created(name), id_=f"{name}-1")

    assert (late.status, late.json) == (202, {"post": post.id})
    assert (hook.text(post), post.revision) == ("Daarna", 3)


async def test_edit_of_a_post_that_never_came_is_the_post(hook: Hook, name: str) -> None:
    answer = await hook.send(updated(name, "Daarna", "2026-01-01T10:00:01Z"), id_=f"{name}-2")
    late = await hook.send(created(name), id_=f"{name}-1")

    assert late.json == answer.json
    assert [hook.text(post) for post in hook.posts] == ["Daarna"]


async def test_deleted_post_is_gone_and_does_not_come_back(hook: Hook, name: str) -> None:
    delete = {"type": "post.deleted", "data": {"id": name}}
    post = hook.post(await hook.send(created(name), id_=f"{name}-1"))

    gone = await hook.send(delete, id_=f"{name}-2")
    again = await hook.send(created(name), id_=f"{name}-1")

    assert (gone.status, gone.json) == (202, {})
    assert (post.status.value, hook.text(post)) == ("gone", None)
    assert again.json == {"post": post.id}
    assert (await hook.send(delete, id_=f"{name}-2")).body == gone.body


async def test_delete_that_overtakes_its_post_has_the_last_word(hook: Hook, name: str) -> None:
    await hook.send({"type": "post.deleted", "data": {"id": name}}, id_=f"{name}-2")

    late = await hook.send(created(name), id_=f"{name}-1")

    assert (late.status, late.json) == (202, {"leftOut": "deleted"})
    assert hook.posts == []


async def test_delete_while_the_post_is_on_its_way_has_the_last_word(
    hook: Hook, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = hook.place.hall.node
    receive = node.receive

    async def slow(arrival: Arrival) -> tuple[Post, bool]:
        await hook.send({"type": "post.deleted", "data": {"id": name}}, id_=f"{name}-2")
        return await receive(arrival)

    monkeypatch.setattr(node, "receive", slow)
    answer = await hook.send(created(name), id_=f"{name}-1")

    assert hook.post(answer).status.value == "gone"


async def test_erased_author_is_gone_with_every_word_and_stays_out(hook: Hook, name: str) -> None:
    author: dict[str, Any] = {"author": {"id": name, "name": "Canary Naam"}}
    post = hook.post(await hook.send(created(f"{name}-1", "canary van de auteur", **author), id_=f"{name}-1"))
    journal = hook.place.house.config.folder / SLUG
    assert any(b"canary van de auteur" in p.read_bytes() for p in journal.glob("journal.db*"))  # the control

    erased = await hook.send({"type": "author.erased", "data": author}, id_=f"{name}-2")
    before = hook.place.seq
    again = await hook.send({"type": "author.erased", "data": author}, id_=f"{name}-3")
    late = await hook.send(created(f"{name}-4", "canary van de auteur", **author), id_=f"{name}-4")

    assert (erased.status, again.body, post.status.value) == (202, erased.body, "erased")
    assert (late.status, late.json) == (202, {"leftOut": "erased-author"})
    assert hook.place.seq == before
    assert not any(b"canary van de auteur" in p.read_bytes() for p in journal.glob("journal.db*"))


async def test_erasure_while_the_post_is_on_its_way_has_the_last_word(
    hook: Hook, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The post was looked at before the erasure was durable, and comes after it."""
    author: dict[str, Any] = {"author": {"id": name}}
    await hook.send({"type": "author.erased", "data": author}, id_=f"{name}-1")
    monkeypatch.setattr(hook.place.hall.node._reception, "_is_suppressed", lambda *_: False)

    answer = await hook.send(created(name, **author), id_=f"{name}-2")

    assert (hook.post(answer).status.value, hook.text(hook.post(answer))) == ("erased", None)


async def test_author_who_was_never_seen_can_be_erased_too(hook: Hook, name: str) -> None:
    author: dict[str, Any] = {"author": {"id": name}}

    await hook.send({"type": "author.erased", "data": author}, id_=f"{name}-1")

    assert (await hook.send(created(name, **author), id_=f"{name}-2")).json == {"leftOut": "erased-author"}


async def test_ping_changes_nothing(hook: Hook, name: str) -> None:
    before = hook.place.seq

    answer = await hook.send({"type": "ping"}, id_=name)

    assert (answer.status, answer.json, hook.place.seq) == (202, {}, before)


async def test_hook_that_is_made_anew_counts_from_one_again_and_forgets_no_erasure(place: Place, name: str) -> None:
    """Another system behind the same address has ids of its own; somebody who was erased stays out."""
    author: dict[str, Any] = {"author": {"id": name}}
    async with hook_of(place) as before:
        first = await before.send(created(name, "Van het ene systeem"), id_=name)
        await before.send({"type": "author.erased", "data": author}, id_=f"{name}-2")
    async with hook_of(place) as after:
        second = await after.send(created(name, "Van het andere systeem"), id_=name)
        erased = await after.send(created(f"{name}-3", **author), id_=f"{name}-3")

        assert after.id == before.id
        assert first.json != second.json
        assert [after.text(post) for post in after.posts] == ["Van het andere systeem"]
        assert erased.json == {"leftOut": "erased-author"}


# Pictures


@asynccontextmanager
async def picture_server(picture: bytes) -> AsyncIterator[str]:
    async def serve(request: web.Request) -> web.Response:
        return web.Response(body=picture, content_type="image/jpeg")

    app = web.Application()
    app.add_routes([web.get("/a.jpg", serve)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/a.jpg"
    await runner.cleanup()


@pytest.mark.parametrize("may_connect", [False, True])
async def test_pictures_come_from_public_addresses_only(
    hook: Hook, name: str, drawn: Any, may_connect: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the gate open, for the control, the same picture is there."""
    async with picture_server(drawn()) as url:
        port = int(url.split(":")[2].partition("/")[0])
        gate = MediaGate(may_connect=lambda _: may_connect, ports=frozenset({port}))
        async with gate:
            monkeypatch.setattr(hooks, "bring_in", _with_gate(bring_in, gate))
            media = [{"url": url, "alt": "Een vlek"}]
            answer = await hook.send(created(name, media=media, author={"id": name, "avatar_url": url}), id_=name)

    body = views.post_body(hook.place.hall.node.state, hook.post(answer))
    assert body is not None
    assert [picture.alt for picture in body.media] == (["Een vlek"] if may_connect else [])
    assert (body.avatar is not None) is may_connect


async def test_mistake_with_a_picture_keeps_no_post_out(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    async def mistaken(*_: Any, **__: Any) -> Any:
        raise TypeError("a mistake of ours")

    monkeypatch.setattr(hooks, "bring_in", mistaken)
    answer = await hook.send(created("mis", media=[{"url": "https://a.example/a.jpg", "alt": "x"}]), id_="mis")

    body = views.post_body(hook.place.hall.node.state, hook.post(answer))
    assert body is not None
    assert body.media == ()


def _with_gate(real: Any, gate: MediaGate) -> Any:
    async def bring(url: str, **more: Any) -> Any:
        return await real(url, **(more | {"gate": gate}))

    return bring


# Who may not, and what cannot be


REFUSED = [
    pytest.param({"webhook-id": ""}, 400, "bad-request", id="no id"),
    pytest.param({"webhook-id": "a.b"}, 400, "bad-request", id="an id with a full stop"),
    pytest.param({"webhook-timestamp": "now"}, 400, "bad-request", id="no time"),
    pytest.param({"webhook-signature": ""}, 400, "bad-request", id="no signature"),
    pytest.param({"webhook-signature": "v1,AAAA"}, 401, "bad-signature", id="another signature"),
    pytest.param({"webhook-id": "msg_other"}, 401, "bad-signature", id="another message's signature"),
    pytest.param({"Content-Type": "text/plain"}, 415, "media-type", id="no JSON"),
    pytest.param({"Content-Encoding": "gzip"}, 415, "encoding", id="compressed"),
]


@pytest.mark.parametrize(("headers", "status", "code"), REFUSED)
async def test_delivery_that_nobody_signed_is_refused(
    hook: Hook, name: str, headers: dict[str, str], status: int, code: str
) -> None:
    before = hook.place.seq

    answer = await hook.send(created(name), id_=name, **headers)

    assert (answer.status, answer.code) == (status, code)
    assert is_sound(answer)
    assert hook.place.seq == before


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"", 400, "not-json", None),
        (b"{", 400, "not-json", None),
        (b"{}", 422, "bad-input", "$"),
        (encoded({"type": "post.createt"}), 422, "unknown-type", "$.type"),
        (encoded({"type": "post.created", "data": {"id": "1"}}), 422, "bad-input", "$.data.text"),
        (encoded(created(text="\u200b")), 422, "empty", "$.text"),
        (encoded({"type": "post.updated", "data": {"id": "1", "text": "x"}}), 422, "bad-input", "$.timestamp"),
        (b" " * 20_001, 413, "too-large", None),
    ],
)
async def test_event_that_cannot_be_says_what_is_wrong(
    hook: Hook, body: bytes, status: int, code: str, field: str | None
) -> None:
    answer = await hook.send(body)

    assert (answer.status, answer.code, answer.json.get("field")) == (status, code, field)
    assert is_sound(answer)


async def test_twenty_thousand_bytes_fit(hook: Hook, name: str) -> None:
    event = created(name)
    body = encoded(event | {"more": "x" * (20_000 - len(encoded(event | {"more": ""})))})

    assert (len(body), (await hook.send(body, id_=name)).status) == (20_000, 202)


async def test_signature_is_looked_at_before_what_was_signed(hook: Hook) -> None:
    """A stranger learns nothing of what would be taken."""
    answer = await hook.send(b"{", secret=OTHER)

    assert (answer.status, answer.code) == (401, "bad-signature")


@pytest.mark.parametrize(("away_s", "status"), [(-299, 202), (-302, 401), (299, 202), (302, 401)])
async def test_old_signature_is_worth_nothing(hook: Hook, name: str, away_s: int, status: int) -> None:
    body = encoded(created(name))
    headers = sender.standard(body, id_=name, at_s=hook.now_s + away_s)

    answer = await hook.raw(body, headers)

    assert answer.status == status
    assert status == 202 or answer.code == "stale-signature"


async def test_ed25519_signs_too(place: Place, name: str) -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    body = encoded(created(name))

    async with hook_of(place, secret=sender.public_of(key)) as hook:
        good = await hook.raw(body, sender.ed25519(body, key, at_s=hook.now_s))
        bad = await hook.raw(body, sender.ed25519(body, other, at_s=hook.now_s))

    assert (good.status, bad.status) == (202, 401)


async def test_paused_hook_asks_to_come_back_and_a_removed_one_not_to(hook: Hook, name: str) -> None:
    organiser = hook.place.holder("organiser")
    await hook.send(created(name), id_=name)

    await organiser.ask("PATCH", f"sources/{hook.id}", {"on": False})
    paused = await hook.send(created(f"{name}-2"), id_=f"{name}-2")
    await organiser.ask("PATCH", f"sources/{hook.id}", {"on": True})
    again = await hook.send(created(f"{name}-2"), id_=f"{name}-2")
    await organiser.ask("DELETE", f"sources/{hook.id}")
    removed = await hook.send(created(f"{name}-3"), id_=f"{name}-3")

    assert (paused.status, paused.code, int(paused.headers["Retry-After"])) == (503, "paused", hooks.PAUSED_S)
    assert again.status == 202
    assert (removed.status, removed.code) == (410, "gone")
    assert paused.headers["Content-Type"] == "application/problem+json"
    assert is_sound(removed)


@pytest.mark.parametrize("id_", ["webhook-9999", "mastodon-1", "phone", "x"])
async def test_hook_that_never_was_is_404(place: Place, id_: str) -> None:
    answer = await Hook(place, id_, SECRET).send(created())

    assert (answer.status, answer.code) == (404, "no-hook")


async def test_badge_is_no_signature(hook: Hook) -> None:
    answer = await hook.place.holder("organiser").ask("POST", hook.path, created())

    assert (answer.status, answer.code) == (400, "bad-request")


async def test_too_many_are_asked_to_come_back(hook: Hook, name: str) -> None:
    ping = {"type": "ping"}
    with hook.place.no_refill():
        hook.place.house.site.buckets.take(hooks.HOOK, f"{SLUG}/{hook.id}", cost=hooks.HOOK.burst - 2)
        answers = [await hook.send(ping, id_=f"{name}-{n}") for n in range(3)]

    assert [answer.status for answer in answers] == [202, 202, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert is_sound(answers[-1])


async def test_strangers_do_not_close_a_hook(hook: Hook, name: str) -> None:
    """They are counted by address, and apart: who signs gets in, also from the same address."""
    with hook.place.no_refill():
        refused = [await hook.send(created(name), secret=OTHER) for _ in range(int(hooks.REFUSALS.burst) + 1)]
        good = await hook.send(created(name))

    assert {answer.status for answer in refused[:-1]} == {401}
    assert (refused[-1].status, good.status) == (429, 202)


# Durable


@pytest.mark.parametrize("error", [Unavailable("Not now.", retry_after_s=7), RuntimeError("power cut")])
async def test_what_was_not_durable_is_sent_again_and_comes_once(
    hook: Hook, name: str, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Between the signature and the journal everything may break: nobody was told that it is here."""
    node = hook.place.hall.node

    async def broken(arrival: Arrival) -> tuple[Post, bool]:
        raise error

    with monkeypatch.context() as patch, caplog.at_level(logging.CRITICAL):
        patch.setattr(node, "receive", broken)
        failed = await hook.send(created(name), id_=name)
    again = await hook.send(created(name), id_=name)

    assert (failed.status, again.status) == (503, 202)
    assert int(failed.headers["Retry-After"]) > 0
    assert len(hook.posts) == 1


async def test_answer_that_was_lost_makes_no_second_post(
    hook: Hook, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The other half: durable, and then it breaks."""
    node = hook.place.hall.node
    receive = node.receive

    async def breaks_after(arrival: Arrival) -> tuple[Post, bool]:
        await receive(arrival)
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch, caplog.at_level(logging.CRITICAL):
        patch.setattr(node, "receive", breaks_after)
        failed = await hook.send(created(name), id_=name)
    again = await hook.send(created(name), id_=name)

    assert (failed.status, again.status) == (503, 202)
    assert len(hook.posts) == 1


@pytest.mark.slow
async def test_answer_is_the_same_after_a_restart(tmp_path: Path) -> None:
    async with open_place(tmp_path) as place:
        hook = await made(place)
        first = await hook.send(created("kiosk-1"), id_="msg_1")
    async with open_place(tmp_path) as place:
        back = Hook(place, hook.id, hook.secret)
        again = await back.send(created("kiosk-1"), id_="msg_1")
        other = await back.send(created("kiosk-2"), id_="msg_1")

        assert (first.status, again.status, again.body) == (202, 202, first.body)
        assert (other.status, other.code) == (409, "webhook-id-reused")
        assert len(back.posts) == 1


# Secrets


async def test_secret_that_we_make_is_told_once(place: Place, name: str) -> None:
    async with hook_of(place, secret="") as hook:
        assert hook.secret.startswith("whsec_")
        assert (await hook.send(created(name), id_=name)).status == 202
        assert (await hook.facts())["options"] == {"profile": "standard", "secret": True}


async def test_secret_is_changed_without_a_gap(hook: Hook, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    site, real = hook.place.house.site, hook.place.house.site.now_us
    rotated = await hook.place.holder("organiser").ask("POST", f"{hook.path}/secrets", {})
    new = rotated.json["told"]["secret"]

    async def statuses() -> list[int]:
        sent = [await hook.send({"type": "ping"}, secret=secret) for secret in (hook.secret, new, OTHER)]
        return [answer.status for answer in sent]

    assert await statuses() == [202, 202, 401]
    monkeypatch.setattr(site, "now_us", lambda: real() + (DAY_S - 60) * 1_000_000)
    assert await statuses() == [202, 202, 401]
    monkeypatch.setattr(site, "now_us", lambda: real() + (DAY_S + 60) * 1_000_000)
    assert await statuses() == [401, 202, 401]
    assert rotated.json["until"] == pytest.approx(real() + DAY_S * 1_000_000, abs=60_000_000)


@pytest.mark.parametrize(("role", "status"), [("moderator", 403), ("screen", 403), ("organiser", 200)])
async def test_only_the_organiser_changes_a_secret(hook: Hook, role: str, status: int) -> None:
    answer = await hook.place.holder(role).ask("POST", f"{hook.path}/secrets", {})

    assert answer.status == status


@pytest.mark.parametrize(
    ("profile", "body", "status"),
    [("twilio", {}, 422), ("twilio", {"secret": "another-auth-token"}, 200), ("standard", {"secret": "a b"}, 422),
     ("standard", {"secret": "short"}, 422), ("standard", {"secret": 5}, 422)],
)  # fmt: skip
async def test_new_secret_is_one_that_can_be(place: Place, profile: str, body: dict[str, Any], status: int) -> None:
    async with hook_of(place, profile, "first-secret") as hook:
        answer = await place.holder("organiser").ask("POST", f"{hook.path}/secrets", body)

        assert answer.status == status
        assert status == 200 or answer.json["field"] == "$.secret"
        assert status == 422 or answer.json["told"] == {}


# Other senders


async def test_signature_of_github(place: Place, name: str) -> None:
    body = encoded(created(name))
    async with hook_of(place, "github-sha256", APP_SECRET) as hook:
        headers = sender.hub(body, secret=APP_SECRET)
        good = await hook.raw(body, headers | {"X-GitHub-Delivery": name})
        again = await hook.raw(body, headers | {"X-GitHub-Delivery": name})
        ping = await hook.raw(
            b'{"zen":"x"}', sender.hub(b'{"zen":"x"}', secret=APP_SECRET) | {"X-GitHub-Event": "ping"}
        )
        bad = await hook.raw(body + b" ", headers)

        assert (good.status, again.body, ping.status, bad.status) == (202, good.body, 202, 401)
        assert len(hook.posts) == 1


@pytest.mark.parametrize(
    ("profile", "text", "status"),
    [("bearer", "De soep was heerlijk vandaag #proefdag", "held"),
     ("standard", "Volgend jaar weer in Utrecht #proefdag", "shown")],
)  # fmt: skip
async def test_what_only_a_token_vouches_for_always_waits(
    place: Place, deciding: None, name: str, profile: str, text: str, status: str
) -> None:
    """Whatever the rules say: what comes with a signature is on the screens."""
    body = encoded(created(name, text))
    async with hook_of(place, profile, SECRET) as hook:
        token = {"Authorization": f"Bearer {SECRET}"}
        answer = await hook.raw(body, sender.standard(body, id_=name, at_s=hook.now_s) | token)

        assert answer.status == 202
        assert hook.post(answer).status.value == status


async def test_edit_by_token_waits_too_and_a_delete_is_carried_out(place: Place, name: str) -> None:
    token = {"Authorization": f"Bearer {SECRET}", **sender.JSON}
    async with hook_of(place, "bearer", SECRET) as hook:
        post = hook.post(await hook.raw(encoded(created(name)), token))
        await place.holder("moderator").decide(post.id, "show")
        await hook.raw(encoded(updated(name, "Anders", "2026-01-01T10:00:00Z")), token)
        waits = post.status.value
        await hook.raw(encoded({"type": "post.deleted", "data": {"id": name}}), token)

    assert (waits, post.status.value) == ("held", "gone")


# WhatsApp and text messages


@asynccontextmanager
async def whatsapp_hook(place: Place) -> AsyncIterator[Hook]:
    async with hook_of(place, "whatsapp", APP_SECRET, verify_token="een-eigen-code") as hook:
        yield hook


@pytest.mark.parametrize(
    ("token", "challenge", "mode", "status"),
    [("een-eigen-code", "1158201444", "subscribe", 200), ("een-andere-code", "1158201444", "subscribe", 403),
     ("", "1158201444", "subscribe", 403), ("een-eigen-code", "<script>", "subscribe", 400),
     ("een-eigen-code", "1158201444", "leave", 400)],
)  # fmt: skip
async def test_meta_is_told_whose_address_it_is(
    place: Place, token: str, challenge: str, mode: str, status: int
) -> None:
    query = {"hub.mode": mode, "hub.verify_token": token, "hub.challenge": challenge}
    async with whatsapp_hook(place) as hook:
        answer = await hook.stranger.get(hook.path, params=query)

    assert answer.status == status
    assert status != 200 or (answer.body, answer.headers["Content-Type"]) == (
        challenge.encode(), "text/plain; charset=utf-8",
    )  # fmt: skip


async def test_other_hooks_have_nothing_to_look_at(hook: Hook) -> None:
    answer = await hook.stranger.get(hook.path)

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


async def test_whatsapp_comes_in_under_a_name_of_its_own(place: Place, name: str) -> None:
    texts = [f"Een {name}", f"Twee {name}"]
    async with whatsapp_hook(place) as hook:
        first = await hook.whatsapp(*texts)
        again = await hook.whatsapp(*texts)

        bodies = [body for post in hook.posts if (body := views.post_body(place.hall.node.state, post)) is not None]
        (nickname,) = {body.name for body in bodies}
        assert (first.status, again.status) == (200, 200)
        assert [body.text for body in bodies] == texts
        assert {post.network for post in hook.posts} == {"whatsapp"}
        assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", nickname)


async def test_whatsapp_may_bring_much_at_once(place: Place, name: str) -> None:
    """After we could not be reached. Others keep to 20,000 bytes."""
    texts = [f"{name} {n} " + "x" * 4_000 for n in range(8)]
    async with whatsapp_hook(place) as hook:
        answer = await hook.whatsapp(*texts)

        assert (answer.status, len(hook.posts)) == (200, 8)


async def test_one_message_without_words_does_not_keep_the_others_away(place: Place, name: str) -> None:
    async with whatsapp_hook(place) as hook:
        answer = await hook.whatsapp("\u2063", f"Wel {name}")

        assert (answer.status, [hook.text(post) for post in hook.posts]) == (200, [f"Wel {name}"])


async def test_stop_erases_everything_of_its_sender_and_nothing_of_others(place: Place, name: str) -> None:
    async with whatsapp_hook(place) as hook:
        await hook.whatsapp(f"canary {name}", number="31611111111", user=None)
        await hook.whatsapp(f"blijft {name}", number="31622222222", user=None)
        mine, other = hook.posts

        stopped = await hook.whatsapp("STOP", number="31611111111", user=None)
        late = await hook.whatsapp(f"canary {name} weer", number="31611111111", user=None)
        before = place.seq
        again = await hook.whatsapp("STOP", number="31611111111", user=None)

        assert (stopped.status, late.status, again.status, place.seq) == (200, 200, 200, before)
        assert (mine.status.value, other.status.value) == ("erased", "held")
        assert hook.posts == [mine, other]
        folder = place.house.config.folder
        assert not [p for p in folder.rglob("*") if p.is_file() and f"canary {name}".encode() in p.read_bytes()]
        assert [p for p in folder.rglob("*") if p.is_file() and f"blijft {name}".encode() in p.read_bytes()]


async def test_twilio_bird_and_cm_come_in(place: Place, name: str) -> None:
    answers: dict[str, Answer] = {}
    texts: dict[str, list[str | None]] = {}
    async with hook_of(place, "twilio", "auth-token-example") as hook:
        body, headers = sender.twilio(sender.sms(f"Twilio {name}", sid=f"SM{name}"), url=hook.url, token=hook.secret)
        answers["twilio"] = await hook.raw(body, headers)
        assert (await hook.raw(body + b"&More=1", headers)).status == 401
        texts["twilio"] = [hook.text(post) for post in hook.posts]
    async with hook_of(place, "bird", "signing-key-example") as hook:
        body = encoded(sender.of_bird(f"Bird {name}", id_=name))
        answers["bird"] = await hook.raw(body, sender.bird(body, url=hook.url, key=hook.secret))
        assert (await hook.raw(body, sender.bird(body, url=hook.url + "x", key=hook.secret))).status == 401
        texts["bird"] = [hook.text(post) for post in hook.posts]
    async with hook_of(place, "cm", "") as hook:
        body = encoded(sender.of_cm(f"CM {name}"))
        token = {"token": hook.secret}
        answers["cm"] = await hook.stranger.ask("POST", hook.path, data=body, headers=sender.JSON, params=token)
        assert (await hook.raw(body, sender.JSON)).status == 400
        assert (await hook.raw(body, sender.JSON, query="?token=12345678")).status == 401
        texts["cm"] = [hook.text(post) for post in hook.posts]

    assert {profile: answer.status for profile, answer in answers.items()} == {"twilio": 200, "bird": 200, "cm": 200}
    assert list(texts.values()) == [[f"Twilio {name}"], [f"Bird {name}"], [f"CM {name}"]]
    assert (answers["twilio"].headers["Content-Type"], answers["twilio"].body) == (
        "text/xml; charset=utf-8", b"<Response></Response>",
    )  # fmt: skip


# Numbers


def has_number(data: bytes, number: str = NUMBER) -> bool:
    """Whether it can be read, as it is or inside base64."""
    runs = re.findall(rb"[A-Za-z0-9+/]{12,}", data)
    inside = (base64.b64decode(run[: len(run) // 4 * 4]) for run in runs)
    return number.encode() in data or any(number.encode() in each for each in inside)


async def _all_that_is_kept_and_told(place: Place) -> dict[str, bytes]:
    """Every file of the data folder, and what organisers can ask for."""
    organiser = place.holder("organiser")
    found = {str(p): p.read_bytes() for p in place.house.config.folder.rglob("*") if p.is_file()}
    asked = ["posts?status=held&limit=500", "history", "sources", "search?q=nummer&status=held"]
    asked += [f"report?format={each}" for each in ("jsonl", "csv")]
    for path in asked:
        answer = await organiser.get(path)
        assert answer.status == 200, (path, answer)
        found[path] = answer.body
    for post in [post for post in place.hall.node.state.posts.values() if post.network in ("sms", "whatsapp")]:
        answer = await organiser.get(f"access?post={post.id}")
        if answer.status == 200:
            with zipfile.ZipFile(io.BytesIO(answer.body)) as folder:
                found |= {f"access {post.id} {each}": folder.read(each) for each in folder.namelist()}
    return found


@pytest.mark.slow
async def test_number_is_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And for the control: a number that is seeded in a text, or in an id of WhatsApp, is found."""
    caplog.set_level(logging.DEBUG)
    async with open_place(tmp_path) as place:
        async with whatsapp_hook(place) as hook:
            await hook.whatsapp("Mijn nummer zeg ik niet", user=None)
            await hook.whatsapp("\u2063", user=None)
        async with hook_of(place, "twilio", "auth-token-example") as hook:
            body, headers = sender.twilio(sender.sms("Ook een nummer niet"), url=hook.url, token=hook.secret)
            await hook.raw(body, headers)
        async with hook_of(place, "bird", "signing-key-example") as hook:
            body = encoded(sender.of_bird("Geen nummer"))
            await hook.raw(body, sender.bird(body, url=hook.url, key=hook.secret))
        async with hook_of(place, "cm", "token-12345678") as hook:
            await hook.raw(encoded(sender.of_cm("Nooit een nummer")), {"Authorization": "Bearer token-12345678",
                                                                       **sender.JSON})  # fmt: skip
        assert len([p for p in place.hall.node.state.posts.values() if p.network in ("sms", "whatsapp")]) == 4

        told = await _all_that_is_kept_and_told(place) | {"log": caplog.text.encode()}
        assert [name for name, data in told.items() if has_number(data)] == []

        async with hook_of(place) as hook:
            await hook.send(created(sender.wamid(NUMBER, "x"), f"Bel mij op nummer {NUMBER}"))
        seeded = await _all_that_is_kept_and_told(place)
        assert {name for name, data in seeded.items() if has_number(data)} >= {"posts?status=held&limit=500"}
        assert any(name.endswith(("journal.db", "journal.db-wal")) and has_number(seeded[name]) for name in seeded)


# Health


async def test_organiser_sees_that_the_secret_is_wrong(place: Place, name: str) -> None:
    async with hook_of(place, secret="") as hook:
        await eventually(lambda: place.hall.health[hook.id].condition.value == "ok")  # type: ignore[index]
        await hook.send(created(name), secret=OTHER)
        await eventually(lambda: place.hall.health[hook.id].what == "bad-signature")  # type: ignore[index]
        assert (await hook.facts())["health"]["state"] == "needs-attention"

        await hook.send(created(name))
        await eventually(lambda: place.hall.health[hook.id].what == "")  # type: ignore[index]

        heard._heard.clear()  # As after a restart: then a stranger calls nobody either.
        await hook.send(created(name), secret=OTHER)
        (remembered,) = {id(each): each for each in heard._heard.values()}.values()
        assert (remembered.refused, remembered.proved) == (1, True)


# Anything


@pytest.mark.slow
async def test_whatever_is_signed_gets_202_or_a_problem(hook: Hook) -> None:
    loop = asyncio.get_running_loop()
    leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=30)
    json_ = st.recursive(leaf, lambda inner: st.lists(inner, max_size=3)
                         | st.dictionaries(st.sampled_from(["id", "text", "author", "name", "media", "url", "x"]),
                                           inner, max_size=4), max_leaves=10)  # fmt: skip
    types = st.sampled_from(["post.created", "post.updated", "post.deleted", "author.erased", "ping", "x"])
    events = st.fixed_dictionaries({"type": types, "data": json_}, optional={"timestamp": leaf})

    @hypothesis.settings(max_examples=60)
    @hypothesis.given(st.binary(max_size=60) | events.map(encoded), st.text(alphabet="ab", min_size=1, max_size=3))
    def check(body: bytes, id_: str) -> None:
        hook.place.house.site.buckets._levels.clear()
        answer = asyncio.run_coroutine_threadsafe(hook.send(body, id_=id_), loop).result()

        assert answer.status in (202, 400, 409, 422)
        assert is_sound(answer)

    await asyncio.to_thread(check)
