"""
What is written on a wall, in the colours that the browser paints: far enough from what it stands on, on a display and
in a lit hall. The themes' own tables are checked elsewhere; here it is the pictures that people see.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from server.themes.colour import VEIL, Colour, contrast
from server.themes.contrast import need
from server.themes.properties import Level, Pair, Use
from server.themes.shelf import Shelf
from tests.browser.lone_wall import LoneWall, post_item, theme_item, view_of
from tests.browser.visits import Visits, painted
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SCENES: tuple[dict[str, Any], ...] = (
    {"scene": "fountain"},
    {"scene": "spotlight", "post": "k0"},
    {"scene": "join"},
    {"scene": "text", "title": "Pauze", "text": "Koffie staat klaar."},
    {"scene": "programme"},
    {"scene": "session", "session": "s0"},
    {"scene": "paper", "paper": "d0"},
    {"scene": "safe"},
)
_HOUR = 3_600_000_000
_AT = 1_794_484_800_000_000
"""Some noon, in µs."""
SESSIONS = [
    {
        "id": f"s{number}", "title": f"Publiek geld, deel {number}", "speakers": [{"name": "Noor", "about": "Zaal"}],
        "room": "r", "start": _AT + number * _HOUR, "end": _AT + (number + 1) * _HOUR, "kind": "talk", "questionsS": 0,
        "noPhotos": True, "code": None,
    }
    for number in range(5)
]  # fmt: skip
ITEM = {
    "seq": 1, "zone": "Europe/Amsterdam", "rooms": [{"id": "r", "name": "Grote zaal", "code": None}],
    "shifts": {"s1": 6}, "onStage": {},
}  # fmt: skip
PAPER = {
    "id": "d0", "code": None, "session": "s0", "form": "link", "title": "Na het beraad", "authors": ["Noor"],
    "open": True, "opensAt": None, "files": [], "link": "https://voorbeeld.nl/", "preview": None,
}  # fmt: skip
MORE: tuple[dict[str, Any], ...] = ({"pinned": True}, {"starred": True}, {"warning": "fel licht"})
SYMPOSIUM = {"title": "Proefdag", "hashtags": ["proef"], "languages": ["nl"], "date": "2026-11-12", "listens": True}
SEEN = """
() => {
  const range = document.createRange();
  const walker = document.createTreeWalker(document.querySelector('#drift'), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    if (!node.data.trim() || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width < 1 || box.right < 0 || box.bottom < 0 || box.left > innerWidth || box.top > innerHeight) continue;
    // Where the letters are: a box of text is higher, and a rule under a title is no ground.
    const { left, top, right, bottom, height } = box;
    const ink = { left, top: top + height / 4, right, bottom: bottom - height / 4 };
    const { color } = getComputedStyle(one);
    found.push({ what: one.className || one.parentElement.className, text: node.data.slice(0, 30), color, box: ink });
  }
  return found;
}
"""
_HIDE = """
() => {
  const hidden = new CSSStyleSheet();
  hidden.replaceSync('#drift * { color: transparent !important; text-decoration-color: transparent !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, hidden];
}
"""
_SHOW = "() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1); }"


def worn(shelf: Shelf) -> Iterator[tuple[str, str, Level]]:
    """Each theme in each of its modes, and what it promises."""
    for name, theme in sorted(shelf.themes.items()):
        for mode in theme.modes:
            yield name, str(mode.value), theme.level


async def too_near(wall: LoneWall, level: Level) -> list[str]:
    """Every text that is too near to the worst pixel of what it stands on."""
    texts = await wall.page.evaluate(SEEN)
    ground = await painted_without_text(wall)
    wanted = need(Pair("ink", "paper", Use.TEXT), level)
    faults = []
    for text in texts:
        front = colour_of(text["color"])
        backs = colours_under(ground, text["box"])
        ratio = min((contrast(front, back) for back in backs), default=21.0)
        dimmed = min((contrast(front, back, veil=VEIL) for back in backs), default=21.0)
        if ratio < wanted.ratio or dimmed < wanted.dimmed:
            faults.append(f"{text['what']} {text['text']!r}: {ratio:.2f} (needs {wanted.ratio}), dimmed {dimmed:.2f}")
    assert len(texts) > 3, texts
    return faults


async def painted_without_text(wall: LoneWall) -> Image.Image:
    """What the browser painted, but for the letters."""
    await wall.page.evaluate(_HIDE)
    ground = await painted(wall.page)
    await wall.page.evaluate(_SHOW)
    return ground


def colours_under(ground: Image.Image, box: dict[str, float]) -> list[Colour]:
    """What is painted there, without specks: colours of at least a thousandth of the place."""
    place = (
        max(0, int(box["left"])),
        max(0, int(box["top"])),
        min(ground.width, int(box["right"]) + 1),
        min(ground.height, int(box["bottom"]) + 1),
    )
    cut = ground.crop(place)
    cut.thumbnail((120, 120), Image.Resampling.BOX)
    counted = cut.getcolors(maxcolors=20_000) or []
    least = cut.width * cut.height * 0.001
    return [Colour(*pixel) for count, pixel in counted if count > least and isinstance(pixel, tuple)]


def colour_of(css: str) -> Colour:
    """Of `rgb(…)`; text of ours is opaque."""
    red, green, blue = (int(float(part)) for part in css[css.index("(") + 1 : -1].split(",")[:3])
    return Colour(red, green, blue)


def view(name: str, mode: str, layout: str, scene: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    text = "Publiek geld, publieke code #proef, deel"
    posts = [post_item(f"k{n}", f"{text} {n}.", released=9 - n, **(MORE[n] if n < len(MORE) else {})) for n in range(9)]
    return view_of(
        posts,
        theme=theme_item(SLUG, name, mode, layout, options=options),
        scene={"screens": {}, **scene},
        stop={"on": scene["scene"] == "safe"},
        programme=ITEM,
        fetched={**ITEM, "sessions": SESSIONS},
        clockMs=(_AT + _HOUR / 2) / 1_000,
        shelf={"seq": 1, "count": 1, "papers": [PAPER]},
        symposium={**SYMPOSIUM, "slug": SLUG},
        announcement={"text": "De lunch staat klaar."},
        now={"title": "Opening", "room": "Grote zaal"},
    )


async def test_every_word_on_a_wall_can_be_read_in_the_colours_that_are_painted(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    wall = await LoneWall.open(await visits.context(), f"{place.url}/{SLUG}/wall")
    await wall.resize(1920, 1080)
    shelf = place.house.site.themes
    faults = []
    for name, mode, level in worn(shelf):
        theme = shelf.themes[name]
        options = {option: facts.default for option, facts in theme.options.items()}
        for scene in SCENES:
            await wall.wear(view(name, mode, theme.layout.value, scene, options))
            assert await wall.page.evaluate("document.documentElement.dataset.shows") == scene["scene"]
            faults += [f"{name} {mode} {scene['scene']}: {fault}" for fault in await too_near(wall, level)]
        # Lines turn what stands at the top round: light words on a dark band.
        await wall.wear(view(name, mode, theme.layout.value, SCENES[0], {**options, "lines": True}))
        faults += [f"{name} {mode} lines: {fault}" for fault in await too_near(wall, level)]

    assert not faults, "\n".join(faults)


async def test_words_in_the_colour_of_their_ground_are_found(place: Place, visits: Visits) -> None:
    """The negative control."""
    visits.witness.own.add(place.url)
    wall = await LoneWall.open(await visits.context(), f"{place.url}/{SLUG}/wall")
    await wall.resize(1920, 1080)
    await wall.wear(view("fontein", "dark", "fountain", SCENES[0], {}))

    await wall.page.evaluate("document.querySelector('#cards .post-text').style.color = '#b9c0c4'")

    assert [fault for fault in await too_near(wall, Level.AA) if fault.startswith("post-text")] != []
