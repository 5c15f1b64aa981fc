"""
Random walls, measured in the browser: no card covers another or what stands around it, none leaves the screen, no text
is cut, and none is smaller than the last row can read.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image, ImageStat

from tests.browser.lone_wall import LoneWall, post_item, theme_item, view_of
from tests.browser.random_walls import OF_POSTS, SCENES, SCREEN, SLIDE_LAYOUTS, Group, Walls, groups
from tests.browser.visits import Visits
from tests.conftest import Scale
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MEASURE = (Path(__file__).parent / "wall_measure.js").read_text(encoding="utf-8").partition("\n")[2]
_ALL = f"""
async (views) => {{
  const measure = {MEASURE};
  const found = [];
  for (const [view, later] of views) {{
    await window.lone.show(view);
    const first = measure();
    let last = first;
    for (const post of later) {{
      window.lone.change([['put', `post:${{post.id}}`, post]]);
      await window.lone.passMs(31_000);
    }}
    await window.lone.passMs(31_000);
    last = measure();
    found.push([first, last]);
  }}
  return found;
}}
"""

_DAYS = f"""
async (views) => {{
  const measure = {MEASURE};
  const found = [];
  for (const view of views) {{
    await window.lone.show(view);
    found.push(measure());
  }}
  return found;
}}
"""

CODE_SHARE = 0.18
"""Of the short side: the middle of the hall scans it (look of the wall; `qr/legibility.py` says how far it carries)."""
BODY_SHARE = 0.0415
"""Type of the smallest text, of the short side: a cap height of 3 %, for six picture heights (AVIXA DISCAS)."""
ROUNDING = 0.0015
LATER = 3
ENOUGH = 400
"""Faults to learn from; then it is clear that something is wrong everywhere."""


@pytest_asyncio.fixture(loop_scope="session")
async def wall(place: Place, visits: Visits) -> AsyncIterator[LoneWall]:
    visits.witness.own.add(place.url)
    yield await LoneWall.open(await visits.context(), f"{place.url}/{SLUG}/wall")


def smallest_type(width: int, height: int) -> float:
    """In px: see wall/lib/type.js."""
    return BODY_SHARE * (min(height, width / 1.25) if width >= height else width)


async def test_random_walls_are_whole(place: Place, wall: LoneWall, scale: Scale, rng: random.Random) -> None:
    count = scale(10_000, 60)
    modes = {name: tuple(theme.modes) for name, theme in place.house.site.themes.themes.items()}
    walls = Walls(rng)
    faults: list[str] = []
    tally: Counter[str] = Counter()
    per_group = scale(20, 5)
    for group in groups(rng, SLUG, {name: tuple(map(str, each)) for name, each in modes.items()}, count // per_group):
        faults += await look_at(wall, group, walls, per_group, tally)
        assert len(faults) < ENOUGH, "\n".join(faults)

    print(f"\n{tally['walls']} walls, {tally['cards']} cards measured; {tally['shrunk']} cards made smaller as a whole")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
    assert tally["walls"] == count
    for scene in set(SCENES):
        assert tally[scene] > 0, tally


async def look_at(wall: LoneWall, group: Group, walls: Walls, count: int, tally: Counter[str]) -> list[str]:
    """*count* walls of *group*: as they start, and after some posts came. Returns what is wrong, and where."""
    await wall.resize(group.width, group.height)
    views = [(walls.view(group), [walls.post() for _ in range(LATER)]) for _ in range(count)]
    await wall.wear(views[0][0])
    found = await wall.page.evaluate(_ALL, views)
    least = smallest_type(group.width, group.height)
    faults = []
    for (view, later), both in zip(views, found, strict=True):
        tally["walls"] += 1
        tally[view["scene"]["scene"]] += 1
        at_first = sum(key.startswith("post:") for key in view)
        for measured, posts in zip(both, (at_first, at_first + len(later)), strict=True):
            # The band of a lower third leaves out what is too long for it, and so may be empty.
            may_be_empty = posts == 0 or group.theme["layout"] == "lower-third"
            if measured["scene"] in OF_POSTS and measured["cards"] == 0 and not may_be_empty:
                faults.append(f"{group} {measured['scene']}: none of {posts} posts is to be seen")
            tally["cards"] += measured["cards"]
            tally["shrunk"] += measured["shrunk"] < 1
            faults += [f"{group} {measured['scene']}: {fault}" for fault in measured["faults"]]
            too_small = measured["smallest"] is not None and measured["smallest"] < least * (1 - ROUNDING)
            # What is too much even for a whole picture is made smaller rather than cut.
            if too_small and measured["shrunk"] == 1:
                faults.append(f"{group}: text of {measured['smallest']:.2f} px, the rule says {least:.2f}")
    return faults


@pytest_asyncio.fixture(loop_scope="session")
async def day_wall(place: Place, visits: Visits) -> AsyncIterator[LoneWall]:
    visits.witness.own.add(place.url)
    yield await LoneWall.open(await visits.context(), f"{place.url}/{SLUG}/wall?screen={SCREEN}")


async def test_random_days_are_whole(place: Place, day_wall: LoneWall, scale: Scale, rng: random.Random) -> None:
    """Scenes of the programme and the papers, title cards, safe slides: titles, names and rooms of any length."""
    count = scale(4_000, 36)
    modes = {name: tuple(map(str, theme.modes)) for name, theme in place.house.site.themes.themes.items()}
    walls = Walls(rng)
    faults: list[str] = []
    tally: Counter[str] = Counter()
    per_group = scale(20, 6)
    for group in groups(rng, SLUG, modes, count // per_group, layouts=SLIDE_LAYOUTS):
        views = [walls.day(group) for _ in range(per_group)]
        await day_wall.resize(group.width, group.height)
        await day_wall.wear(views[0])
        found = await day_wall.page.evaluate(_DAYS, views)
        least = CODE_SHARE * smallest_type(group.width, group.height) / BODY_SHARE
        for measured in found:
            tally[measured["scene"]] += 1
            tally["pieces"] += measured["pieces"]
            tally["tight"] += measured["tight"] is not None and measured["tight"] < 1
            faults += [f"{group} {measured['scene']}: {fault}" for fault in measured["faults"]]
            if measured["code"] is not None and measured["code"] < least - 1:
                faults.append(f"{group} {measured['scene']}: a code of {measured['code']:.0f} px, least {least:.0f}")
        assert len(faults) < ENOUGH, "\n".join(faults)

    print(f"\n{dict(tally)}")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
    for scene in ("programme", "day", "session", "paper", "papers", "safe"):
        assert tally[scene] > 0, tally
    assert tally["pieces"] > 3 * count, "there was something to see"


def words(count: int) -> Sequence[dict[str, Any]]:
    return [post_item(f"c{n}", "Publiek geld, publieke code. " * 2, released=n + 1) for n in range(count)]


async def still(wall: LoneWall) -> list[str]:
    """A plain wall of some cards. Returns its faults."""
    await wall.resize(1920, 1080)
    symposium = {
        "slug": SLUG,
        "title": "Proefdag",
        "hashtags": ["proef"],
        "languages": ["nl"],
        "date": "",
        "short": "PD",
    }
    theme = theme_item(SLUG, "fontein", "dark", "fountain")
    await wall.wear(view_of(words(9), theme=theme, symposium=symposium, scene={"scene": "fountain", "screens": {}}))
    measured = await wall.page.evaluate(MEASURE)
    assert measured["cards"] >= 4
    return list(measured["faults"])


TO = "(one, x, y) => { one.style.transform = `translate(${x}px, ${y}px)`; }"
BREAK = {
    "oversized": ("(one) => { one.style.width = '3000px'; }", "outside the screen"),
    "too tall": ("(one) => { one.style.minHeight = '1080px'; }", "outside the screen"),
    "20 px over another": (
        f"(one, other) => {{ const box = other.getBoundingClientRect(); ({TO})(one, box.left, box.bottom - 20); }}",
        "covers",
    ),
    "over the code": (
        f"(one) => {{ const {{x, y}} = document.querySelector('#join').getBoundingClientRect(); ({TO})(one, x, y); }}",
        "covers #join",
    ),
    "text cut off": ("(one) => { one.style.height = `${one.offsetHeight - 12}px`; }", "cut in"),
    "text too wide": ("(one) => { one.querySelector('.post-text').style.whiteSpace = 'nowrap'; }", "text outside"),
}


@pytest.mark.parametrize(("break_it", "said"), BREAK.values(), ids=BREAK.keys())
async def test_what_is_wrong_is_found(wall: LoneWall, break_it: str, said: str) -> None:
    """The negative controls: a wall that is whole until one card is touched."""
    assert await still(wall) == []

    await wall.page.evaluate(f"() => ({break_it})(...document.querySelectorAll('#cards .card'))")
    measured = await wall.page.evaluate(MEASURE)

    assert [fault for fault in measured["faults"] if said in fault] != [], measured["faults"]


async def test_small_type_is_found(wall: LoneWall) -> None:
    """The negative control of the type."""
    assert await still(wall) == []

    await wall.page.evaluate("document.querySelector('#cards .card .post-text').style.fontSize = '30px'")

    assert (await wall.page.evaluate(MEASURE))["smallest"] < smallest_type(1920, 1080)


# Letters


_FIGURES = """
async (name) => {
  await Promise.all([document.fonts.load(`400 99px ${name}`), document.fonts.load(`800 99px ${name}`)]);
  const sheet = document.createElement('div');
  sheet.style.cssText = `position: fixed; inset: 0; z-index: 99; background: #fff; color: #000; font-family: ${name};`;
  for (const [row, weight] of [400, 800].entries()) for (let figure = 0; figure < 10; figure += 1) {
    const one = document.createElement('span');
    one.textContent = figure;
    one.style.cssText = `position: absolute; left: ${figure * 100 + 10}px; top: ${row * 200}px;
      font: ${weight} 100px/200px ${name}; font-variant-numeric: tabular-nums;`;
    sheet.append(one);
  }
  document.body.append(sheet);
  const letters = document.createRange();
  letters.selectNodeContents(sheet.firstChild);
  return letters.getBoundingClientRect().height / 100;
}
"""


@pytest.mark.parametrize("name", ["Inter", "Besley"])
async def test_figures_in_columns_are_as_heavy_as_asked_and_no_higher_than_they_look(wall: LoneWall, name: str) -> None:
    """Besley as it was made has one thin zero for columns, and 0.3 em of nothing above and below its letters."""
    await wall.resize(1920, 1080)
    height = await wall.page.evaluate(_FIGURES, name)
    with Image.open(io.BytesIO(await wall.page.screenshot())) as shot:
        light, heavy = (
            [
                255 - ImageStat.Stat(shot.convert("L").crop((n * 100, top, n * 100 + 100, top + 200))).mean[0]
                for n in range(10)
            ]
            for top in (0, 200)
        )

    assert [figure for figure in range(10) if heavy[figure] < 1.2 * light[figure]] == []
    assert height < 1.4


async def test_title_of_a_newspaper_does_not_touch_its_rule(wall: LoneWall) -> None:
    symposium = {
        "slug": SLUG,
        "title": "Publiek geld, jij",
        "hashtags": [],
        "languages": ["nl"],
        "date": "",
        "short": "PD",
    }
    theme = theme_item(SLUG, "krant", "light", "columns")
    await wall.resize(1920, 1080)
    await wall.wear(view_of(words(3), theme=theme, symposium=symposium, scene={"scene": "fountain", "screens": {}}))
    await wall.page.evaluate("document.fonts.ready")
    box = await wall.page.evaluate(
        "(({ right, bottom, left }) => ({ x: left, y: bottom, width: right - left }))"
        "(document.querySelector('.band-title').getBoundingClientRect())"
    )
    rule = await wall.page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.band-title')).borderBlockEndWidth)"
    )
    shot = await wall.page.screenshot(clip={**box, "y": box["y"] - rule - 6, "height": 4})

    with Image.open(io.BytesIO(shot)) as above:
        assert above.convert("L").getextrema()[0] > 200, "ink right above the rule"


# Room that is there is used


SYMPOSIUM = {
    "slug": SLUG, "title": "Proefdag", "hashtags": [], "languages": ["nl"], "date": "2026-11-12", "short": "PD",
}  # fmt: skip
WORN = (
    ("fontein", "dark", "fountain"), ("krant", "light", "columns"), ("podium", "dark", "single"),
    ("contrast", "light", "fountain"),
)  # fmt: skip
_BEGIN, _MINUTE = 1_794_484_800_000_000, 60_000_000
"""Some noon, in µs."""


@pytest.mark.parametrize(("name", "mode", "layout"), WORN, ids=[name for name, _, _ in WORN])
async def test_one_post_of_two_hundred_characters_is_a_headline(
    wall: LoneWall, name: str, mode: str, layout: str
) -> None:
    post = post_item("p", "Vier bladzijden werden zes zinnen. En er kwam een naam in van een mens. " * 3)
    post = {**post, "text": post["text"][:180]}
    theme = theme_item(SLUG, name, mode, layout)
    await wall.resize(1920, 1080)
    await wall.wear(view_of([post], theme=theme, symposium=SYMPOSIUM, scene={"scene": "spotlight", "post": "p"}))
    measured = await wall.page.evaluate(MEASURE)

    assert measured["faults"] == []
    assert measured["smallest"] >= 1.5 * smallest_type(1920, 1080)


async def test_a_newspaper_says_its_title_once(wall: LoneWall) -> None:
    theme = theme_item(SLUG, "krant", "light", "columns")
    await wall.resize(1920, 1080)
    for scene, seen in (("title", 1), ("join", 1)):
        await wall.wear(view_of([], theme=theme, symposium=SYMPOSIUM, scene={"scene": scene, "screens": {}}))
        titles = wall.page.locator(".band-title, .plain-title", has_text="Proefdag")
        assert [await one.is_visible() for one in await titles.all()].count(True) == seen, scene


async def test_nine_sessions_stand_in_one_picture(day_wall: LoneWall) -> None:
    sessions = [
        {
            "id": f"s{number}", "title": "De vrijwilligersorganisaties aan het woord", "subtitle": "", "room": "r",
            "speakers": [{"name": "Sam de Wit", "about": ""}], "start": _BEGIN + (number - 2) * 45 * _MINUTE,
            "end": _BEGIN + (number - 1) * 45 * _MINUTE, "kind": "talk", "questionsS": 0, "lang": "", "track": "",
            "hashtag": "", "noPhotos": False, "papers": 0, "code": f"S{number}",
        }
        for number in range(9)
    ]  # fmt: skip
    programme = {
        "seq": 1, "version": "1", "zone": "Europe/Amsterdam", "rooms": [{"id": "r", "name": "Grote zaal", "code": "R"}],
        "shifts": {}, "onStage": {}, "count": 9, "known": True,
    }  # fmt: skip
    theme = theme_item(SLUG, "krant", "light", "columns")
    view = view_of([], theme=theme, symposium=SYMPOSIUM, scene={"scene": "day", "screens": {}}, programme=programme)
    await day_wall.resize(1920, 1080)
    await day_wall.wear({**view, "fetched": {**programme, "sessions": sessions}, "clockMs": _BEGIN / 1_000})

    assert (await day_wall.page.evaluate(MEASURE))["faults"] == []
    assert await day_wall.page.locator(".row").count() == 9
