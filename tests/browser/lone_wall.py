"""
The wall's own page, without a server behind its stream: a test says what the server would, and when time passes.

Everything that decides what is to be seen is the page's own: its scripts, sheets, letters and themes are those that the
server sends to every screen. Only four things are not: the socket (frames come from the test), the clocks (`pass_ms`;
the server's, where a view says `clockMs`), animations (a card is at once where it ends), and what the page asks the
server for: what it tells about itself goes nowhere, and the programme is the one that a view brings as `fetched`, the
opinion groups of a poll those of `opinions`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal

from playwright.async_api import BrowserContext, Page, Route

FEED = """
(() => {
  window.lone = { line: null, say(frame) { this.line.onmessage({ data: JSON.stringify(frame) }); } };
  window.WebSocket = class {
    readyState = 1;
    onmessage = null;
    constructor() { window.lone.line = this; }
    close() { this.readyState = 3; }
  };
  const asked = (url) => {
    if (String(url).includes('/programme')) return window.lone.programme;
    if (String(url).endsWith('/opinions')) return window.lone.opinions;
    return String(url).endsWith('/pairings') ? window.lone.pairing : null;
  };
  window.fetch = async (url) => Response.json(asked(url) ?? {});
})();
"""
"""Frames come from `lone.say`; nothing goes out."""

HASTE = """
(() => {
  const lone = window.lone;
  const wait = window.setTimeout.bind(window);
  const clock = performance.now.bind(performance);
  const turn = new MessageChannel();
  const waiting = [];
  turn.port1.onmessage = () => waiting.shift()();
  lone.ahead = 0;
  lone.settled = () => new Promise((done) => { waiting.push(done); turn.port2.postMessage(null); });
  performance.now = () => clock() + lone.ahead;
  // The page's own pulse is kept for the test; watching the line and telling the stage are left out.
  window.setInterval = (run, ms) => { if (ms === 250) lone.tick = run; return 0; };
  // What waits for minutes (another code, once this one has ended) never comes here.
  window.setTimeout = (run, ms, ...more) => {
    if (!lone.tick) return wait(run, ms, ...more);
    if (!(ms > 60_000)) queueMicrotask(run);
    return 0;
  };
  lone.animate = Element.prototype.animate;
  Element.prototype.animate = () => ({ cancel() {} });
  lone.at = 0;
  // The server is heard all the time: a wall that hears nothing for a minute shows nobody's words.
  lone.passMs = async (ms) => {
    lone.ahead += ms;
    if (lone.at > 0) lone.say({ type: 'tick', to: lone.at, now: (lone.clockMs ?? Date.now()) * 1000 });
    lone.tick();
    await lone.settled();
  };
  lone.show = async ({ fetched, clockMs, opinions, ...view }) => {
    lone.at += 1;
    lone.programme = fetched ?? null;
    lone.opinions = opinions ?? null;
    lone.clockMs = clockMs ?? null;
    lone.say({ type: 'tick', to: lone.at, now: (lone.clockMs ?? Date.now()) * 1000 });
    lone.say({ type: 'snapshot', epoch: 'lone', to: lone.at, view });
    // The programme is asked for, and comes; so do the opinion groups of a poll.
    for (let turn = 0; (fetched || opinions) && turn < 4; turn += 1) await lone.settled();
    await lone.passMs(60);
  };
  lone.change = (changes) => {
    lone.at += 1;
    lone.say({ type: 'changes', from: lone.at - 1, to: lone.at, changes });
  };
})();
"""
"""Time passes when the test says so: `lone.passMs`. Fades are off: a transition would need real time."""

_STILL = """
() => {
  const still = new CSSStyleSheet();
  still.replaceSync('*, *::before, *::after { transition: none !important; }');
  document.adoptedStyleSheets = [still];
}
"""
_BEGUN = """
async () => {
  for (let tries = 0; tries < 600 && !window.lone.tick; tries += 1) await new Promise(requestAnimationFrame);
  if (!window.lone.tick) throw new Error('the wall did not begin');
}
"""
_WORN = """
async (css) => {
  for (let tries = 0; tries < 600; tries += 1) {
    const links = [...document.querySelectorAll('link[href*="theme.css"]')];
    if (links.length === 1 && links[0].getAttribute('href') === css && links[0].sheet) return;
    await new Promise(requestAnimationFrame);
  }
  throw new Error(`the sheet did not come: ${css}`);
}
"""

View = Mapping[str, Any]


_CODE = re.compile(r"/qr\.svg\?code=")


def _join_code(svg: str) -> Callable[[Route], Awaitable[None]]:
    async def answer(route: Route) -> None:
        await route.fulfill(body=svg, content_type="image/svg+xml")

    return answer


class LoneWall:
    """One page; see above."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, context: BrowserContext, url: str) -> LoneWall:
        """The wall at *url*, before the first frame. Codes of things that no server knows look like the join code."""
        await context.add_init_script(FEED + HASTE)
        # Asked for once: a code that is still on its way when a test ends would have nothing to come from.
        code = await context.request.get(f"{url.partition('?')[0].removesuffix('/wall')}/qr.svg")
        await context.route(_CODE, _join_code(await code.text()))
        page = await context.new_page()
        await page.goto(url)
        await page.evaluate(_BEGUN)
        await page.evaluate(_STILL)
        return cls(page)

    async def resize(self, width: int, height: int) -> None:
        """Another screen; the page lays everything out anew."""
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.page.wait_for_function("([w, h]) => innerWidth === w && innerHeight === h", arg=[width, height])
        await self.page.evaluate("window.dispatchEvent(new Event('resize'))")

    async def wear(self, view: View) -> None:
        """Show *view*, and wait until its theme's colours have come and its logo can be seen."""
        await self.page.evaluate("(view) => window.lone.show(view)", view)
        await self.page.evaluate(_WORN, view["theme"]["css"])
        await self.page.evaluate("document.querySelector('#logo').decode?.().catch(() => undefined)")
        await self.pass_ms(60)

    async def pass_ms(self, ms: int) -> None:
        """Time passes: who wants to come comes."""
        await self.page.evaluate("(ms) => window.lone.passMs(ms)", ms)


Mode = Literal["light", "dark"]


def theme_item(
    slug: str, name: str, mode: str, layout: str, *, options: Mapping[str, Any] | None = None, logo: str | None = None
) -> dict[str, Any]:
    """The view's item `theme`, with the real address of the theme's sheet."""
    css = f"/{slug}/theme.css?v=lone&theme={name}&mode={mode}"
    return {"name": name, "mode": mode, "css": css, "layout": layout, "logo": logo, "options": dict(options or {})}


def post_item(post_id: str, text: str, **more: Any) -> dict[str, Any]:
    """A post as it is on the wire. `author` and `released` as in `more`."""
    now = 1_800_000_000_000_000
    return {
        "id": post_id,
        "revision": 1,
        "status": "shown",
        "kind": "post",
        "source": "phone",
        "author": {"name": "Marijke Verbeek", "handle": "", "avatar": None, "color": 0},
        "text": text,
        "whole": True,
        "lang": "nl",
        "created": now,
        "received": now,
        "released": 1,
        "permalink": None,
        "session": None,
        "media": [],
        "emojis": [],
        "warning": None,
        "pinned": False,
        "starred": False,
        **more,
    }


def view_of(posts: Sequence[Mapping[str, Any]], **items: Any) -> dict[str, Any]:
    """
    A wall's view: its posts, and items by key (`theme`, `scene`, `symposium`, `announcement`, `programme`, `shelf`).

    Three keys are not of the view: `fetched` and `opinions`, the programme and the opinion groups that the page gets
    when it asks, and `clockMs`, the time.
    """
    return {**items, **{f"post:{post['id']}": post for post in posts}}
