"""
Random questions and polls on the wall, measured in the browser: nothing is cut, nothing covers another thing, codes are
large enough to scan, and what is of a usual size is in type that the last row can read.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from server.symposium.entries import PollBody, PollForm
from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, DeviceId, PollId, PollKind, Scene, Stand
from server.themes.colour import contrast
from server.themes.contrast import need
from server.themes.properties import Level, Pair, Use
from tests.browser.lone_wall import LoneWall, theme_item
from tests.browser.random_halls import CARDS, NOW, Halls
from tests.browser.random_walls import SLIDE_LAYOUTS, Group, groups
from tests.browser.surfaces import shows
from tests.browser.test_wall_contrast import colour_of, colours_under, painted_without_text, too_near, worn
from tests.browser.test_wall_programme import found_in
from tests.browser.test_wall_visual import BODY_SHARE, CODE_SHARE, ENOUGH, MEASURE, smallest_type
from tests.browser.visits import PUBLIC_HOST, Visits, said
from tests.conftest import Scale
from tests.house import SLUG, Place, open_place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SCENES = ("question", "questions", "poll")
SMALLEST = 0.7
"""Of the smallest type for posts: what stands in a list, as the programme's lists do."""
_HALLS = f"""
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

_WEAR = """
(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def wall(place: Place, visits: Visits) -> AsyncIterator[LoneWall]:
    visits.witness.own.add(place.url)
    yield await LoneWall.open(await visits.context(), f"{place.url}/{SLUG}/wall")


def modes_of(place: Place) -> dict[str, tuple[str, ...]]:
    return {name: tuple(map(str, theme.modes)) for name, theme in place.house.site.themes.themes.items()}


async def test_random_halls_are_whole(place: Place, wall: LoneWall, scale: Scale, rng: random.Random) -> None:
    rounds = scale(40, 1)
    per_group = scale(len(CARDS), 10)
    halls = Halls(rng)
    faults: list[str] = []
    seen: Counter[str] = Counter()
    count = -(-rounds * len(CARDS) // per_group)
    for group in groups(rng, SLUG, modes_of(place), count, layouts=SLIDE_LAYOUTS):
        faults += await look_at(wall, group, halls, per_group, seen)
        assert len(faults) < ENOUGH, "\n".join(faults)

    print(f"\n{dict(seen)}")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
    assert {f"{what} {state}" for what, state in CARDS} - seen.keys() == set(), "each was seen"
    for scene in SCENES:
        assert seen[scene] > 0, seen
    assert seen["pieces"] > 8 * count * per_group, "there was something to see"


async def look_at(wall: LoneWall, group: Group, halls: Halls, count: int, seen: Counter[str]) -> list[str]:
    """*count* walls of *group*. Returns what is wrong, and where: a second look must see it too, when all is drawn."""
    views = [halls.view(group) for _ in range(count)]
    await wall.resize(group.width, group.height)
    await wall.wear(views[0])
    for view, measured in zip(views, found := await wall.page.evaluate(_HALLS, views), strict=True):
        seen.update([measured["scene"], view["card"]])
        seen["pieces"] += measured["pieces"]
    if not faults_of_all(group, views, found):
        return []
    return faults_of_all(group, views, await wall.page.evaluate(_HALLS, views))


def faults_of_all(group: Group, views: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the walls that were measured."""
    body = smallest_type(group.width, group.height)
    faults = []
    for view, measured in zip(views, found, strict=True):
        where = f"{group} {view['card']} ({view['size']})"
        faults += [f"{where}: {fault}" for fault in measured["faults"]]
        if measured["scene"] not in SCENES:
            faults.append(f"{where}: shows {measured['scene']}")
        if measured["code"] is not None and measured["code"] < body * CODE_SHARE / BODY_SHARE - 1:
            faults.append(f"{where}: a code of {measured['code']:.0f} px, least {body * CODE_SHARE / BODY_SHARE:.0f}")
        is_usual = view["size"] == "plain" and not view["announcement"]["text"]
        if is_usual and measured["type"] is not None and measured["type"] < SMALLEST * body:
            faults.append(f"{where}: type of {measured['type']:.1f} px, where {body:.1f} is a post's")
    return faults


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1280, 1024)])
async def test_a_nearly_square_screen_tells_of_every_poll_how_to_join(wall: LoneWall, width: int, height: int) -> None:
    chance = random.Random(7)
    (group,) = groups(chance, SLUG, {"fontein": ("dark",)}, 1, layouts=("fountain",))
    group = replace(group, width=width, height=height)
    views = [plain(f"{kind} live", Halls(chance), group) for kind in ("single", "several", "statements", "ranking")]
    await wall.resize(width, height)
    await wall.wear(views[0])

    faults = faults_of_all(group, views, await wall.page.evaluate(_HALLS, views))
    await wall.page.evaluate(_WEAR, ".poll-side { --side: 1 !important }")
    without = faults_of_all(group, views, await wall.page.evaluate(_HALLS, views))
    await wall.page.evaluate("document.adoptedStyleSheets = []")

    assert faults == []
    assert any("outside the screen: scene-check" in fault for fault in without), "control: at its usual size it is cut"


# What chance once found


@dataclass(frozen=True)
class Found:
    """A wall that was not whole: its screen, theme and look, the card, and what of it mattered."""

    size: tuple[int, int]
    theme: tuple[str, str, str]
    card: str
    options: Mapping[str, int] = field(default_factory=dict)
    said: str | None = None
    poll: Mapping[str, Any] = field(default_factory=dict)
    votes: int = 143
    counts: Sequence[int] = ()
    words: Sequence[tuple[str, int]] = ()
    groups: Sequence[int] = ()
    """People in each group of opinion."""
    stage: str = ""
    seconds: int = 0
    """After the noon of `NOW`: which page is shown."""


FOUND = {
    "a number in a serif is not higher than it looks": Found(
        (1280, 1024), ("krant", "dark", "columns"), "ranking asked", votes=10_000,
        poll={"title": {"nl": "Wat doe jij met een brief?"}, "options": [{"nl": "Ik open hem meteen"}] * 4},
    ),
    "the number of votes does not grow with the room": Found(
        (1280, 1024), ("podium", "dark", "columns"), "scale asked", said="Let op! " * 12, votes=1_880,
        options={"room-depth-m": 37, "picture-height-cm": 243},
        poll={"title": {"nl": "Wie van jullie is er vrijwilliger?"}, "seconds": 60, "endsAt": NOW + 30_000_000},
    ),
    "nothing asked yet is said in smaller words": Found(
        (768, 1366), ("krant", "light", "single"), "questions 0",
        options={"room-depth-m": 28, "picture-height-cm": 238},
        said="Zaal 2 gaat om 14.00 uur verder.\nNeem je jas mee.",
    ),
    "an answer that is too long for a cloud does not make its title small": Found(
        (5120, 1440), ("contrast", "light", "single"), "words live",
        options={"room-depth-m": 25, "picture-height-cm": 315},
        poll={"title": {"nl": "Welk woord past bij een goede brief?"}}, words=(("duidelijk", 40), ("heel " * 80, 9)),
    ),
    "three shares of a statement stay in their column": Found(
        (1920, 1080), ("podium", "dark", "columns"), "statements closed", counts=[80, 40, 23] * 19,
        options={"cards": 6, "columns": 3, "room-depth-m": 24, "picture-height-cm": 310},
        poll={"title": {"nl": "Eens of niet?"}, "options": [{"nl": "Vrijwilligers en hun organisaties"}] * 19},
    ),
    "letters on the map of opinions have room in the deepest room": Found(
        (1280, 1024), ("krant", "light", "single"), "statements map", groups=(659, 312, 224, 446, 746),
        options={"room-depth-m": 28, "picture-height-cm": 358}, poll={"title": {"nl": "Eens of niet?"}},
        counts=[9] * 24, stage="Wie beslist? Over de menselijke maat " * 2, seconds=28,
    ),
    "columns in a deep room leave their title its size": Found(
        (1280, 1024), ("krant", "dark", "columns"), "scale closed", counts=[48, 19, 11, 13, 9, 10, 10, 10, 6, 7],
        options={"room-depth-m": 24, "picture-height-cm": 157, "columns": 2, "lines": True},
        poll={"title": {"nl": "Hoe zeker ben jij van je antwoord?"}, "low": 1, "high": 10, "ends": []},
        stage="Opening",
    ),
}  # fmt: skip


@pytest.mark.parametrize("found", FOUND.values(), ids=FOUND.keys())
async def test_what_chance_once_found_stays_mended(wall: LoneWall, found: Found) -> None:
    name, mode, layout = found.theme
    chance = random.Random(7)
    (group,) = groups(chance, SLUG, {name: (mode,)}, 1, layouts=(layout,))
    theme = theme_item(SLUG, name, mode, layout, options=found.options)
    group = replace(group, width=found.size[0], height=found.size[1], theme=theme)
    view = {**plain(found.card, Halls(chance), group), "check": {}, "announcement": {"text": found.said, "at": 1}}
    if found.groups:
        group_of = view["opinions"]["groups"][0]
        rings = [{**group_of, "n": n, "x": 0.4 * at - 0.9, "typical": []} for at, n in enumerate(found.groups)]
        view["opinions"] |= {"groups": rings, "unites": [], "divides": []}
    if found.stage:
        view["now"] = {"title": found.stage, "room": ""}
    view["clockMs"] = NOW / 1_000 + 1_000 * found.seconds
    if found.poll:
        result = {
            "n": found.votes,
            "few": False,
            "counts": found.counts,
            "middle": None,
            "bins": [],
            "words": found.words,
        }
        view["poll:p"] = {**view["poll:p"], "seconds": 0, "endsAt": None, **found.poll}
        view["tally:p"] = {"n": found.votes, "result": result if found.counts or found.words else None}
    await wall.resize(*found.size)
    await wall.wear(view)

    # Also where an announcement takes room, the title of a poll is not the smallest thing.
    without = {**view, "announcement": {"text": None, "at": 1}}
    assert faults_of_all(group, [without], await wall.page.evaluate(_HALLS, [view])) == []
    assert await wall.page.locator(".map").count() == (len(found.groups) > 0)


async def still(wall: LoneWall, card: str) -> list[str]:
    """A picture of *card* of a usual size. Returns its faults."""
    chance = random.Random(7)
    (group,) = groups(chance, SLUG, {"fontein": ("dark",)}, 1, layouts=("fountain",))
    await wall.resize(1920, 1080)
    await wall.wear(plain(card, Halls(chance), group))
    measured = await wall.page.evaluate(MEASURE)
    assert measured["scene"] in SCENES
    return list(measured["faults"])


def plain(card: str, halls: Halls, group: Group) -> dict[str, Any]:
    """A view of *card* of a usual size."""
    while True:
        view = halls.view(group)
        if (view["card"], view["size"]) == (card, "plain"):
            return {**view, "announcement": {"text": None, "at": 1}}


DOWN = "b.getBoundingClientRect().top - a.getBoundingClientRect().top"
BREAK = {
    "a label over another": (
        "single closed",
        f"const [a, b] = all('.poll-label'); a.style.transform = `translateY(${{{DOWN}}}px)`",
        "covers",
    ),
    "a title too wide": (
        "single closed",
        "all('.poll-title')[0].style.cssText += 'white-space: nowrap; width: 9999px'",
        "covers",
    ),
    "a question off its card": (
        "question open",
        "all('.q-who')[0].style.transform = 'translateY(200px)'",
        "off its card",
    ),
    "a number that its column cuts": (
        "scale closed",
        "all('.column-track')[0].style.cssText += 'overflow: clip; width: 10px'",
        "stands out of column-track",
    ),
    "a word over another": (
        "words closed",
        "const [one] = all('.cloud-word:not([hidden])'); one.after(one.cloneNode(true))",
        "covers",
    ),
}


@pytest.mark.parametrize(("card", "break_it", "said"), BREAK.values(), ids=BREAK.keys())
async def test_what_is_wrong_is_found(wall: LoneWall, card: str, break_it: str, said: str) -> None:
    """The negative controls: a picture that is whole until one thing is touched."""
    assert await still(wall, card) == []

    await wall.page.evaluate(f"() => {{ const all = (of) => [...document.querySelectorAll(of)]; {break_it} }}")
    measured = await wall.page.evaluate(MEASURE)

    assert [fault for fault in measured["faults"] if said in fault] != [], measured["faults"]


async def test_words_keep_away_from_a_frame(wall: LoneWall) -> None:
    chance = random.Random(7)
    (group,) = groups(chance, SLUG, {"contrast": ("light",)}, 1, layouts=("columns",))
    theme = theme_item(SLUG, "contrast", "light", "columns", options={"lines": True})
    await wall.resize(1920, 1080)
    await wall.wear({**plain("question open", Halls(chance), group), "votes:q0": 38, "theme": theme})
    faults = (await wall.page.evaluate(MEASURE))["faults"]
    await wall.page.evaluate("document.querySelector('.q-card').style.paddingInlineEnd = 0")
    against = (await wall.page.evaluate(MEASURE))["faults"]

    assert faults == []
    assert [fault for fault in against if "off its card: q-votes" in fault] != [], "control"


async def test_small_type_and_small_codes_are_found(wall: LoneWall) -> None:
    """The negative controls of the sizes."""
    assert await still(wall, "single closed") == []
    whole = await wall.page.evaluate(MEASURE)
    assert whole["type"] >= SMALLEST * smallest_type(1920, 1080)

    await wall.page.evaluate("document.querySelector('.poll-label').style.fontSize = '20px'")
    await wall.page.evaluate("document.querySelector('.scene .qr').style.width = '90px'")
    broken = await wall.page.evaluate(MEASURE)

    assert broken["type"] < SMALLEST * smallest_type(1920, 1080)
    assert broken["code"] < CODE_SHARE * 1080


# What is seen


READ = ("question on-stage", "question answered", "questions 5", "single closed", "statements closed", "words closed")


async def test_every_word_of_the_hall_can_be_read_in_the_colours_that_are_painted(
    place: Place, wall: LoneWall, rng: random.Random
) -> None:
    shelf = place.house.site.themes
    await wall.resize(1920, 1080)
    (group,) = groups(rng, SLUG, {"fontein": ("dark",)}, 1, layouts=("fountain",))
    views = [plain(card, Halls(rng), group) for card in READ]
    faults = []
    for name, mode, level in worn(shelf):
        theme = shelf.themes[name]
        options = {option: facts.default for option, facts in theme.options.items()}
        for view in views:
            await wall.wear({**view, "theme": theme_item(SLUG, name, mode, theme.layout.value, options=options)})
            faults += [f"{name} {mode} {view['card']}: {fault}" for fault in await too_near(wall, level)]

    assert not faults, "\n".join(faults)


AREA = """
() => {
  const of = (name) => document.querySelector(name);
  const { left, top, right, bottom } = of('.poll-box').getBoundingClientRect();
  return { left, top, right, bottom, color: getComputedStyle(of('.cloud-text')).color };
}
"""
TILE = (60, 30)
"""As large as a short word in the cloud, in px."""


async def test_a_word_can_be_read_wherever_it_may_stand(place: Place, wall: LoneWall, rng: random.Random) -> None:
    """Over the nozzle too, where all jets meet: where a word comes to stand is the cloud's choice."""
    assert await too_near_anywhere(place, wall, rng) == []


async def test_water_that_is_too_strong_for_words_is_found(place: Place, wall: LoneWall, rng: random.Random) -> None:
    """The negative control: the water as strong as in the fountain, where words have cards."""
    await wall.page.evaluate("""() => {
      const draw = CanvasRenderingContext2D.prototype.drawImage;
      CanvasRenderingContext2D.prototype.drawImage = function (...given) {
        this.globalAlpha = 1;
        draw.apply(this, given);
      };
    }""")

    assert await too_near_anywhere(place, wall, rng) != []


async def too_near_anywhere(place: Place, wall: LoneWall, rng: random.Random) -> list[str]:
    """The places in a cloud's box where a word would be too near to what is painted under it."""
    shelf = place.house.site.themes
    await wall.resize(1920, 1080)
    (group,) = groups(rng, SLUG, {"fontein": ("dark",)}, 1, layouts=("fountain",))
    view = plain("words closed", Halls(rng), group)
    faults = []
    for name, mode, level in worn(shelf):
        theme = shelf.themes[name]
        options = {option: facts.default for option, facts in theme.options.items()}
        await wall.wear({**view, "theme": theme_item(SLUG, name, mode, theme.layout.value, options=options)})
        area = await wall.page.evaluate(AREA)
        ground = await painted_without_text(wall)
        wanted = need(Pair("ink", "paper", Use.TEXT), level)
        for left in range(int(area["left"]), int(area["right"]) - TILE[0], TILE[0]):
            for top in range(int(area["top"]), int(area["bottom"]) - TILE[1], TILE[1]):
                tile = {"left": left, "top": top, "right": left + TILE[0], "bottom": top + TILE[1]}
                backs = colours_under(ground, tile)
                ratio = min(contrast(colour_of(area["color"]), back) for back in backs)
                if ratio < wanted.ratio:
                    faults.append(f"{name} {mode} at {left}, {top}: {ratio:.2f} (needs {wanted.ratio})")
    return faults


async def test_words_of_the_hall_in_the_colour_of_their_ground_are_found(wall: LoneWall, rng: random.Random) -> None:
    """The negative control."""
    assert await still(wall, "single closed") == []

    await wall.page.evaluate("document.querySelector('.poll-label').style.color = '#1b4658'")

    assert [fault for fault in await too_near(wall, Level.AA) if fault.startswith("poll-label")] != []


BARS = """
() => [...document.querySelectorAll('.poll-rows .bar')].map((bar) => {
  const [track, own] = [bar.parentElement.getBoundingClientRect(), bar.getBoundingClientRect()];
  return Math.round((own.right - track.left) / track.width * 100);
})
"""


async def test_votes_move_the_bars_that_stand_and_lay_nothing_out_anew(wall: LoneWall) -> None:
    await still(wall, "single live")
    tally = {"n": 40, "few": False, "counts": [10, 30], "middle": None, "bins": [], "words": []}
    options = await wall.page.locator(".poll-rows .bar").count()
    counts = [10] * (options - 1) + [30]
    await put(wall, {"n": sum(counts), "result": {**tally, "n": sum(counts), "counts": counts}})
    last = await wall.page.evaluate(BARS)
    await wall.page.evaluate("document.querySelector('#scene').firstChild.marked = true")

    counts = [30, *[10] * (options - 1)]
    await put(wall, {"n": sum(counts), "result": {**tally, "n": sum(counts), "counts": counts}})

    first = await wall.page.evaluate(BARS)
    assert (max(last), max(first)) == (last[-1], first[0])
    assert last[-1] > 2 * last[0], last
    assert await wall.page.evaluate("document.querySelector('#scene').firstChild.marked") is True
    assert await wall.page.evaluate("document.querySelector('[data-live=n0]').textContent") == "30"


async def put(wall: LoneWall, tally: dict[str, Any]) -> None:
    await wall.page.evaluate("(tally) => window.lone.change([['put', 'tally:p', tally]])", tally)
    await wall.pass_ms(1_100)


# The hall reacts


FLOWN = """
() => {
  window.flown = [];
  Element.prototype.animate = function () {
    if (this.className === 'reaction') window.flown.push(this.textContent);
    return { cancel() {} };
  };
}
"""


@pytest.mark.parametrize(
    ("theme", "more", "fly"),
    [
        ("fontein", {}, True),
        ("fontein", {"scene": {"scene": "poll", "screens": {}}}, False),
        ("fontein", {"hall": {"questions": True, "reactions": False, "follows": True}}, False),
        ("fontein", {"stop": {"on": True}}, False),
        ("contrast", {}, False),
    ],
    ids=["the fountain", "words on the water", "switched off", "stopped", "contrast"],
)
async def test_reactions_are_a_few_drops_whatever_the_hall_does(
    wall: LoneWall, theme: str, more: dict[str, Any], fly: bool
) -> None:
    await wall.resize(1920, 1080)
    options = {"lines": True, "calm": True} if theme == "contrast" else {}
    poll = plain(
        "single closed", Halls(random.Random(7)), next(groups(random.Random(7), SLUG, {"fontein": ("dark",)}, 1))
    )
    view = {
        **poll,
        "theme": theme_item(SLUG, theme, "light", "fountain", options=options),
        "scene": {"scene": "join", "screens": {}},
        "hall": {"questions": True, "reactions": True, "follows": False},
        **more,
    }
    await wall.wear(view)
    await wall.page.evaluate(FLOWN)

    seconds = 10
    for _ in range(seconds):
        value = {"clap": 9_000, "heart": 800, "idea": 1}
        pulse = {"type": "pulse", "topic": "reactions", "key": "", "value": value, "ttl": 2}
        await wall.page.evaluate("(pulse) => window.lone.say(pulse)", pulse)
        await wall.pass_ms(1_000)
    flown = await wall.page.evaluate("window.flown")

    assert len(flown) <= 3 * seconds
    assert (set(flown) == {"👏", "❤️", "💡"}) if fly else (flown == [])


# With the real server behind it


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[Place]:
    """A house of its own, with an address that codes can lead to."""
    async with open_place(tmp_path, public_url=f"http://{PUBLIC_HOST}:8080") as opened:
        yield opened


async def polled(place: Place) -> PollId:
    """A poll with two options, drafted."""
    title = {"nl": "Gaan we door?", "en": "Shall we go on?"}
    body = PollBody(title=title, options=({"nl": "Ja", "en": "Yes"}, {"nl": "Nee", "en": "No"}))
    form = PollForm(kind=PollKind.SINGLE, options=2)
    before = set(place.hall.node.state.polls)
    assert isinstance(await place.hall.node.ask.draft(OPERATOR, body, form), Done)
    (made,) = set(place.hall.node.state.polls) - before
    return made


async def test_what_the_hall_asks_comes_onto_the_fountain_by_itself(house: Place, visits: Visits) -> None:
    visits.witness.own.add(house.url)
    node = house.hall.node
    post = await house.show("Wie beslist er als de computer twijfelt?")
    assert isinstance(await node.ask.set_question(OPERATOR, post.id, on=True), Done)
    wall = await visits.open(f"{house.url}/{SLUG}/wall?screen=a", viewport={"width": 1920, "height": 1080})
    await wall.wait_for_selector(shows("fountain"))

    await node.ask.stand(OPERATOR, post.id, Stand.ON_STAGE)
    await wall.wait_for_selector(shows("question"))
    await expect(wall.locator("#scene h1")).to_have_text("Wie beslist er als de computer twijfelt?")
    await expect(wall.locator("#scene")).to_contain_text(said("screen", "screen.question.nameless"))

    poll = await polled(house)
    await node.ask.open(OPERATOR, poll)
    await wall.wait_for_selector(shows("poll"))
    for number in range(7):
        opening = node.state.polls[poll].opened
        assert isinstance(await node.ask.vote(DeviceId(f"d{number}"), poll, [number % 2], opening=opening), Done)
    await expect(wall.locator(".poll-n")).to_have_text("7")
    assert await wall.locator(".poll-share").count() == 0, "the result comes when it is closed"
    await node.ask.close(OPERATOR, poll)
    await expect(wall.locator(".poll-share").first).to_have_text("57%")

    await node.ask.stand(OPERATOR, post.id, Stand.ANSWERED, name="Noor", words="Een mens.")
    await node.set_scene(OPERATOR, Scene.JOIN)
    await wall.wait_for_selector(shows("join"))  # what a person chose comes before it
    await node.set_scene(OPERATOR, Scene.QUESTION, post=post.id)
    await expect(wall.locator("#scene")).to_contain_text("Noor: Een mens.")
    await house.holder("moderator").decide(post.id, "hide")
    await expect(wall.locator("#scene .q-card")).to_have_count(0)
    await node.stop(OPERATOR, on=True)
    await wall.wait_for_selector(shows("safe"))


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)], ids=["1080", "2160"])
async def test_a_camera_finds_the_code_beside_a_question_and_a_poll(
    size: tuple[int, int], house: Place, visits: Visits
) -> None:
    visits.witness.own.add(house.url)
    node = house.hall.node
    post = await house.show("Wie beslist er als de computer twijfelt?")
    await node.ask.set_question(OPERATOR, post.id, on=True)
    poll = await polled(house)
    await node.ask.open(OPERATOR, poll)
    await node.ask.set_hall(OPERATOR, questions=True, reactions=False, follows=False)
    wanted = {f"HTTP://{PUBLIC_HOST}:8080/PD".upper()}
    wall = await visits.open(f"{house.url}/{SLUG}/wall?screen=a", viewport={"width": size[0], "height": size[1]})
    for scene, more in ((Scene.QUESTION, {"post": post.id}), (Scene.QUESTIONS, {}), (Scene.POLL, {"poll": poll})):
        await node.set_scene(OPERATOR, scene, **more)
        await wall.wait_for_selector(shows(scene.value))
        await asyncio.sleep(1)  # the fade is over
        assert await found_in(wall) == (wanted, wanted), scene


async def test_list_for_who_cannot_see_the_wall_tells_it_in_words(house: Place, visits: Visits) -> None:
    visits.witness.own.add(house.url)
    node = house.hall.node
    post = await house.show("Wie beslist er als de computer twijfelt?")
    await node.ask.set_question(OPERATOR, post.id, on=True)
    await node.ask.stand(OPERATOR, post.id, Stand.ON_STAGE)
    poll = await polled(house)
    await node.ask.open(OPERATOR, poll)
    opening = node.state.polls[poll].opened
    page = await visits.open(f"{house.url}/{SLUG}/text")
    asked = page.locator("#asked section")

    await expect(asked.nth(0)).to_contain_text("Wie beslist er als de computer twijfelt?")
    await expect(asked.nth(1)).to_contain_text("Gaan we door?")
    await expect(asked.nth(1).locator("li")).to_have_text(["Ja", "Nee"])  # the result comes when it is closed
    for number in range(5):
        await node.ask.vote(DeviceId(f"d{number}"), poll, [number % 2], opening=opening)
    await node.ask.close(OPERATOR, poll)
    await expect(asked.nth(1).locator("li")).to_have_text(["Ja: 60% (3)", "Nee: 40% (2)"])
    await node.stop(OPERATOR, on=True)
    await expect(asked).to_have_count(0)


async def view_on(wall: LoneWall, card: str, theme: tuple[str, str, str], **more: Any) -> None:
    """*card* of a usual size on a screen of 1920 by 1080, with *more* in its view."""
    chance = random.Random(7)
    name, mode, layout = theme
    (group,) = groups(chance, SLUG, {name: (mode,)}, 1, layouts=(layout,))
    worn = theme_item(SLUG, name, mode, layout, options={"lines": name == "contrast"})
    view = {**plain(card, Halls(chance), group), "theme": worn, "now": {}, "check": {}}
    view["symposium"] = {**view["symposium"], "title": "Proefdag", "languages": ["nl", "en"]}
    await wall.resize(1920, 1080)
    await wall.wear({**view, **more, **({"poll:p": {**view["poll:p"], **more["poll"]}} if "poll" in more else {})})


_PAINTS = """
(of) => [...new Set([...document.querySelectorAll(of)].map((one) => getComputedStyle(one))
  .map(({ backgroundImage, backgroundColor }) => `${backgroundImage} ${backgroundColor}`))]
"""


async def test_before_and_after_are_told_apart_without_colour(wall: LoneWall) -> None:
    await view_on(wall, "single again", ("contrast", "light", "columns"))

    then, now = [await wall.page.evaluate(_PAINTS, f".shift .bar.{part}, .key.{part}") for part in ("k0", "k1")]

    assert len(then) == len(now) == 1, "bars are as their key"
    assert then != now


async def test_a_long_word_under_one_that_runs_the_other_way_stays_in_its_place(wall: LoneWall) -> None:
    faults = []
    for letters in range(30, 60, 4):
        both = [{"nl": "מחליט באולם", "en": "n" * letters}] * 4
        await view_on(wall, "single closed", ("fontein", "dark", "fountain"), poll={"options": both})
        faults += (await wall.page.evaluate(MEASURE))["faults"]

    assert faults == []


async def test_four_questions_stand_in_one_picture(wall: LoneWall) -> None:
    asked = {
        "lang": "nl", "name": "Bo", "to": "", "session": None, "merged": 0, "stand": "open", "asked": NOW,
        "changed": NOW, "answer": None,
    }  # fmt: skip
    text = "Wat kost dit een kleine gemeente per jaar, en wie betaalt dat?"
    four = {f"question:q{n}": {**asked, "post": f"q{n}", "text": text} for n in range(4)}
    await view_on(wall, "questions 0", ("contrast", "light", "columns"), **four)

    await expect(wall.page.locator(".asked-row")).to_have_count(4)
    assert (await wall.page.evaluate(MEASURE))["type"] >= SMALLEST * smallest_type(1920, 1080)
