"""A whole server for tests: in this process (`open_place`), or as the real command in its own (`RealServer`)."""

from __future__ import annotations

import asyncio
import copy
import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiohttp

from server import app
from server.app import House
from server.config import Config
from server.intake.arrival import Arrival
from server.journal.sqlite import Limits as JournalLimits
from server.live.flow import GAP_S
from server.symposium.state import Post
from server.symposium.values import OPERATOR, PHONE, DeviceId, Role
from server.themes.manifest import Theme
from server.themes.shelf import Shelf
from server.web.assets import Assets
from server.web.site import THEMES_FOLDER, WALL_FOLDER, Hall, Site
from server.web.symposia import SymposiumForm, checked, open_with_badges

_read_assets = functools.cache(lambda: Assets(WALL_FOLDER))
"""Read and packed once in a run; each house has a copy, since some tests bring a new version of the pages."""
_our_themes = functools.cache(lambda: Shelf([THEMES_FOLDER]).themes)
JOURNALS = JournalLimits(ballast_bytes=0)
"""Setting room aside for a full disk takes longer than most tests; tests/faults looks at that with real servers."""
ROOT = Path(__file__).resolve().parents[1]
SLUG = "proefdag"
ROLES = tuple(role.value for role in Role)
PATIENCE_S = 60.0
"""With a busy machine: what comes at all does not take this long."""
READY_S = PATIENCE_S
END_S = 5.0
"""A server that is asked to end does so within this: `ended_in_time`."""
"""A server ends within this time of SIGTERM."""

_COMMAND = "import sys; from server.cli import main; sys.exit(main(sys.argv[1:]))"


class _ShelfReadOnce(Shelf):
    """Our own themes stand before a stranger's, and are the same in every house: one reading will do."""

    def _load(self, name: str, heirs: tuple[str, ...]) -> Theme:
        self.themes = self.themes or dict(_our_themes())
        return super()._load(name, heirs)


class _House(House):
    def _make_site(self, *given: Any) -> Site:
        with patch.object(app, "Shelf", _ShelfReadOnce):
            return super()._make_site(*given)


class Answer:
    """An answer, read whole."""

    def __init__(self, response: aiohttp.ClientResponse, body: bytes) -> None:
        self.status = response.status
        self.headers = response.headers
        self.set_cookies = response.headers.getall("Set-Cookie", [])
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """The code of a problem document, None for any other answer."""
        is_problem = self.headers.get("Content-Type") == "application/problem+json"
        return str(self.json["code"]) if is_problem else None

    def __repr__(self) -> str:
        return f"<{self.status} {self.body[:200]!r}>"


@dataclass
class Visitor:
    """
    Somebody at the door. Keeps cookies as a browser does, and says where its page is from.

    Args:
        url: Of the server, without a slash.
        slug: The symposium that relative paths belong to.
        token: Goes along as `Authorization: Bearer`.
        origin: Goes along with all but GET; "own" for the server's, None for none.
    """

    session: aiohttp.ClientSession
    url: str
    slug: str = SLUG
    token: str | None = None
    origin: str | None = "own"
    cookies: dict[str, str] = field(default_factory=dict)

    def address(self, path: str) -> str:
        """The whole address of a path: from the root with a slash before it, else below the symposium's API."""
        return f"{self.url}{path}" if path.startswith("/") else f"{self.url}/v1/symposia/{self.slug}/{path}"

    def headers(self, method: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What goes along with a request."""
        headers = dict(more or {})
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if self.cookies:
            headers.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        origin = self.url if self.origin == "own" else self.origin
        if method not in ("GET", "HEAD") and origin is not None:
            headers.setdefault("Origin", origin)
        return headers

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Answer:
        """Send a request, *body* as JSON; its cookies are kept."""
        sent = self.headers(method, headers)
        async with self.session.request(
            method, self.address(path), json=body, data=data, headers=sent, allow_redirects=False, **more
        ) as response:
            answer = Answer(response, await response.read())
        for line in answer.set_cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies.pop(name, None)
                if morsel.value:
                    self.cookies[name] = morsel.value
        return answer

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.ask("GET", path, **more)

    async def post(self, text: str, *, key: str | None = None, **more: Any) -> Answer:
        """Send a post as a phone does."""
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self.ask("POST", "posts", {"text": text, "consent": True, **more}, headers=headers)

    async def decide(self, post: str, decision: str, *, revision: int = 1, **more: Any) -> Answer:
        """Decide on a post as a desk does."""
        body = {"revision": revision, "decision": decision, **more}
        return await self.ask("POST", f"posts/{post}/decisions", body)

    async def upload(self, picture: bytes) -> Answer:
        """Send a picture as a phone does."""
        form = aiohttp.FormData()
        form.add_field("file", picture, filename="photo.jpg", content_type="image/jpeg")
        return await self.ask("POST", "media", data=form)

    @asynccontextmanager
    async def live(self, audience: str, **query: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """An open live stream."""
        headers = self.headers("POST")
        url = self.address("live")
        async with self.session.ws_connect(url, params={"audience": audience, **query}, headers=headers) as ws:
            yield ws


@dataclass
class Place:
    """A house that runs in this process, with the symposium `proefdag`; `tokens` has one of each role."""

    house: House
    session: aiohttp.ClientSession
    tokens: dict[str, str]
    posts: int = 0

    @property
    def url(self) -> str:
        return self.house.local_url

    @property
    def hall(self) -> Hall:
        return self.house.site.halls[SLUG]

    @property
    def seq(self) -> int:
        """The place of the journal's last entry: who changed nothing left it as it was."""
        return self.hall.node.state.seq

    def visitor(self, token: str | None = None, **more: Any) -> Visitor:
        """Somebody new, with a badge's token or without."""
        return Visitor(self.session, self.url, token=token, **more)

    def holder(self, role: str) -> Visitor:
        """The holder of the badge of *role*."""
        return self.visitor(self.tokens[role])

    async def with_cookie(self, role: str) -> Visitor:
        """A browser that handed the link of *role* in."""
        browser = self.visitor()
        answer = await browser.ask("PUT", "me", {"token": self.tokens[role]})
        assert answer.status == 204, answer
        return browser

    async def arrive(self, text: str | None = None, *, device: str | None = None) -> Post:
        """A post from a phone, straight to the node: no limits but the law's."""
        self.posts += 1
        who = DeviceId(device or f"device-{self.posts}")
        arrival = Arrival(
            source=PHONE, network=PHONE, author_id=who, device=who, text=text or f"Bericht nummer {self.posts}"
        )
        post, _ = await self.hall.node.receive(arrival)
        return post

    async def show(self, text: str | None = None) -> Post:
        """A post that a moderator let onto the screens."""
        post = await self.arrive(text)
        answer = await self.holder("moderator").decide(post.id, "show")
        assert answer.status == 200, answer
        return post

    async def settled(self) -> None:
        """Wait until the views have caught up with the state: what changes in a burst goes out after a short gap."""
        await asyncio.sleep(2 * GAP_S)

    @contextmanager
    def no_refill(self) -> Iterator[None]:
        """Meanwhile no limit of so many in a time gives anything back, however slow this machine is."""
        buckets = self.house.site.buckets
        real, then_s = buckets._now_s, buckets._now_s()
        buckets._now_s = lambda: then_s
        yield
        buckets._now_s = real

    async def badge(self, role: str, name: str = "Iemand", *, slug: str = SLUG) -> tuple[str, str]:
        """A new badge: its id and its token."""
        node = self.house.site.halls[slug].node
        return await node.make_badge(OPERATOR, Role(role), name)

    async def symposium(self, slug: str, *, short: str = "") -> dict[str, Any]:
        """Another symposium: its links and tokens."""
        form = SymposiumForm(title=f"Dag {slug}", slug=slug, short=short, hashtags=("proefdag",))
        return await open_with_badges(self.house.site, checked(form, self.house.site))


@asynccontextmanager
async def open_place(folder: Path, **settings: Any) -> AsyncIterator[Place]:
    """A house on a free port of loopback, with one symposium."""
    config = Config(**{"data": str(folder), "host": "127.0.0.1", "port": 0, "browser": False, **settings})
    connector = aiohttp.TCPConnector(limit=0, ssl=False)
    async with (
        _House(config, assets=copy.copy(_read_assets()), journals=JOURNALS) as house,
        aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session,
    ):
        place = Place(house, session, {})
        if SLUG not in house.site.halls:
            await place.symposium(SLUG, short="PD")
        for role in ROLES:
            _, place.tokens[role] = await place.badge(role, f"Badge {role}")
        yield place


async def eventually(holds: Any, *, within_s: float = PATIENCE_S) -> None:
    """Wait until *holds()*."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 -- what is waited for has no event of its own
            await asyncio.sleep(0.01)


def crowdedness() -> float:
    """How many processes want each core: what a clock on the wall measures is slower by that."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)) if hasattr(os, "getloadavg") else 1.0


def ended_in_time(took_s: float) -> bool:
    """Whether a server that took so long would have ended within `END_S` on a machine with nothing else to do."""
    return took_s < END_S * crowdedness()


class RealServer:
    """
    The real command, in a process of its own.

    Args:
        folder: The data folder.
        words: The verb and more flags; serve is what no verb means.
    """

    def __init__(self, folder: Path, *words: str, ready: Path | None = None) -> None:
        self.folder = folder
        self.ready_file = ready or folder.parent / f"{folder.name}-ready.json"
        self.facts: dict[str, Any] = {}
        self.started_in_s = 0.0
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> RealServer:
        """Start it, and wait until it serves requests."""
        began = time.perf_counter()
        self.ready_file.unlink(missing_ok=True)
        words = [*self._words, "--data", str(self.folder), "--no-browser", "--ready-file", str(self.ready_file)]
        if "--host" not in words:
            words += ["--host", "127.0.0.1"]
        if "--port" not in words:
            words += ["--port", "0"]
        self._process = popen(words)
        while not self.ready_file.exists():
            if self._process.poll() is not None or time.perf_counter() - began > READY_S:
                raise AssertionError(f"the server did not start: {self.end()}")
            time.sleep(0.005)
        self.started_in_s = time.perf_counter() - began
        self.facts = json.loads(self.ready_file.read_text(encoding="utf-8"))
        return self

    @property
    def url(self) -> str:
        return str(self.facts["url"])

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def operator_token(self) -> str:
        return str(self.facts["operator"].partition("#k=")[2])

    def badge(self, role: str, slug: str = SLUG) -> str:
        """The token of this run's badge."""
        return next(str(s["badges"][role]) for s in self.facts["symposia"] if s["slug"] == slug)

    def kill(self) -> None:
        """End it as a power switch would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stand_still(self) -> None:
        """Let it do nothing more, not even answer, until it is killed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def terminate(self) -> tuple[int, float]:
        """Ask it to end. Returns its exit status, and how long it took in seconds."""
        assert self._process is not None
        began = time.perf_counter()
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(PATIENCE_S)
        return status, time.perf_counter() - began

    def end(self) -> str:
        """End it for sure. Returns what it said on its error stream."""
        if self._process is None:
            return ""
        if self._process.poll() is None:
            self._process.kill()
        _, errors = self._process.communicate()
        self._process = None
        return errors.decode(errors="replace")


@contextmanager
def real_server(folder: Path, *words: str) -> Iterator[RealServer]:
    """A started server, ended for sure."""
    server = RealServer(folder, *words)
    try:
        yield server.start()
    finally:
        server.end()


def popen(words: list[str]) -> subprocess.Popen[bytes]:
    """The command with these words, from an environment without settings of ours."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FONTEIN_")}
    environment["PYTHONPATH"] = str(ROOT)
    return subprocess.Popen(
        [sys.executable, "-c", _COMMAND, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=ROOT,
    )


def command(*words: str, timeout_s: float = READY_S) -> tuple[int, str, str]:
    """Run the command to its end: exit status, output and errors."""
    process = popen(list(words))
    try:
        output, errors = process.communicate(timeout=timeout_s)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    return process.returncode, output.decode(), errors.decode()
