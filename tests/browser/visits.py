"""Browsers that are watched: what they asked for, what their pages complained of, and how long things took."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import os
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError, WebSocket
from playwright.async_api import Error as PlaywrightError

from server.web.pages import catalogue

WAIT_MS = 30_000
"""How long anything may take to appear, on a busy machine."""

PUBLIC_HOST = "fontein.test"
"""A name that is not loopback, and that the browsers of these tests find on this computer."""

BROWSER_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Two pages of the browser's own for each window, a quarter of the time of a test; and what Playwright leaves out,
    # since only the last list counts.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch",
    # Nothing leaves this computer, whatever a page asks for.
    f"--host-resolver-rules=MAP {PUBLIC_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

_CSP_MARK = "fontein-test-csp:"
_REPORT_CSP = f"""
document.addEventListener('securitypolicyviolation', (event) =>
  console.error('{_CSP_MARK}', event.effectiveDirective, event.blockedURI, event.sourceFile));
"""


@dataclass
class Witness:
    """What the pages of a test did that a page of ours never does."""

    own: set[str]
    """Origins that are ours, as `http://127.0.0.1:8000`."""
    requests: int = 0
    foreign: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    csp: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Follow all that happens in *context*."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("dialog", self._dialog)
        context.on("weberror", self._error)
        context.on("page", lambda page: page.on("websocket", self._socket))

    @property
    def faults(self) -> list[str]:
        """Everything, in words; empty where all was well."""
        return [
            *(f"request to {url}" for url in self.foreign),
            *(f"dialog: {text}" for text in self.dialogs),
            *(f"CSP: {text}" for text in self.csp),
            *(f"script error: {text}" for text in self.errors),
        ]

    def _request(self, request: Request) -> None:
        self._look(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self._look(socket.url.replace("ws", "http", 1))

    def _look(self, url: str) -> None:
        self.requests += 1
        parts = urlsplit(url)
        # A blob: address holds our own origin; data: and about: go nowhere.
        origin = url.removeprefix("blob:") if parts.scheme == "blob" else url
        if parts.scheme in ("data", "about") or origin_of(origin) in self.own:
            return
        self.foreign.append(url[:200])

    def _console(self, message: ConsoleMessage) -> None:
        text = message.text
        if _CSP_MARK in text or "Content Security Policy" in text or "TrustedHTML" in text:
            self.csp.append(text[:300])

    async def _dialog(self, dialog: Dialog) -> None:
        with contextlib.suppress(PlaywrightError):  # its page may be gone by now
            if dialog.type == "beforeunload":
                await dialog.accept()
                return
            self.dialogs.append(f"{dialog.type} {dialog.message[:100]}")
            await dialog.dismiss()

    def _error(self, error: WebError) -> None:
        self.errors.append(str(error.error)[:300])


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass
class Visits:
    """Everybody's browser in one test. `faults_allowed` is for negative controls only."""

    browser: Browser
    witness: Witness
    contexts: list[BrowserContext] = field(default_factory=list)
    faults_allowed: bool = False

    async def context(self, **options: Any) -> BrowserContext:
        """A browser of its own: no cookies, Dutch, the size of a laptop."""
        usual: dict[str, Any] = {"locale": "nl-NL", "viewport": {"width": 1280, "height": 800}}
        context = await self.browser.new_context(**{**usual, **options})
        context.set_default_timeout(WAIT_MS)
        await context.add_init_script(_REPORT_CSP)
        self.witness.watch(context)
        self.contexts.append(context)
        return context

    async def open(self, url: str, **options: Any) -> Page:
        """A page in a browser of its own, loaded."""
        page = await (await self.context(**options)).new_page()
        await page.goto(url)
        return page

    async def phone(self, url: str, **options: Any) -> Page:
        """A phone's page, ready to write on."""
        page = await self.open(url, **{**PHONE, **options})
        if options.get("java_script_enabled", True):
            await page.wait_for_selector("#photo-pick:not([hidden])")
        return page

    async def close(self) -> None:
        """Close every browser."""
        for context in self.contexts:
            await context.close()


def said(surface: str, key: str, lang: str = "nl", **holes: object) -> str:
    """The words of a page for *key*: of its own catalogue, or of the common one."""
    text = {**catalogue(lang, "common"), **catalogue(lang, surface)}[key]
    if isinstance(text, dict):
        text = text["one" if holes.get("n") == 1 else "other"]
    for name, value in holes.items():
        text = text.replace(f"{{{name}}}", str(value))
    return str(text)


PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


_AT_REST = """
async () => {
  const ends = (one) => one.playState === 'running' && Number.isFinite(one.effect.getComputedTiming().endTime);
  for (let still = 0; still < 2; still += 1) {
    await new Promise(requestAnimationFrame);
    for (let moving; (moving = document.getAnimations().filter(ends)).length > 0; still = 0) {
      await Promise.allSettled(moving.map(({ finished }) => finished));
    }
  }
}
"""


async def painted(page: Page) -> Image.Image:
    """What the browser painted in its window, pixel for pixel. Packed lightly: a screenshot costs thrice as much."""
    line = await page.context.new_cdp_session(page)
    answer = await line.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
    await line.detach()
    return Image.open(io.BytesIO(base64.b64decode(answer["data"]))).convert("RGB")


async def at_rest(page: Page) -> None:
    """Wait until nothing fades or slides any more; what moves without end is left out."""
    await page.evaluate(_AT_REST)


_STOOD_STILL = """
(ms) => new Promise((done) => {
  let timer = setTimeout(done, ms);
  const again = () => { clearTimeout(timer); timer = setTimeout(done, ms); };
  const all = { attributes: true, characterData: true, childList: true, subtree: true };
  new MutationObserver(again).observe(document.body, all);
})
"""


async def stood_still(page: Page, ms: int) -> None:
    """Wait until what a page shows was the same for so long, by its own clock: a button that just changed is deaf."""
    await page.evaluate(_STOOD_STILL, ms)


async def eventually(
    holds: Callable[[], Awaitable[Any]], *, within_s: float = WAIT_MS / 1_000, what: str = ""
) -> float:
    """Wait until *holds()* is true. Returns how long that took, in seconds."""
    began = time.perf_counter()
    while not (last := await holds()):
        assert time.perf_counter() - began < within_s, f"not within {within_s} s: {what or holds} (was {last!r})"
        await asyncio.sleep(0.02)
    return time.perf_counter() - began


_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PORTS = iter(range(20_000 + 1_500 * (_WORKER % 8), 21_500 + 1_500 * (_WORKER % 8)))
"""Below those that the system hands out by itself; to each process its own, and none of them twice."""


def free_port() -> int:
    """A port that nobody listens on, and that no other test gets meanwhile."""
    for port in _PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")
