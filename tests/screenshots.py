"""
The pictures in the docs, made anew: `.venv-dev/bin/python -m tests.screenshots`, or `--all DIR` for every theme, mode,
size and language.

Everything on them is the rehearsal day, played by its own clock with the same seed, so that it is always the same hall
at the same moment. The pages of its report are those of `tests.rehearsed`. What is in `docs/images/` and what the docs
show is the list `PICTURES`; a test compares them.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, async_playwright

from server.rehearsal.conductor import Conductor
from server.rehearsal.day_plan import papers, plan, set_paper
from server.rehearsal.script import programme
from server.rehearsing import RehearsalStage
from server.report.compose import compose
from server.report.document import Document, Heading
from server.report.office.tree import plain
from server.report.pdf import pdf
from server.report.words import words
from server.symposium.bodies import post_body
from server.symposium.entries import ThemeBody
from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, DeviceId, Role, Scene, SessionId, Stand, Status
from server.web.site import Hall
from server.web.symposia import SymposiumForm, badges_for, checked
from tests.browser.visits import BROWSER_ARGS
from tests.house import ROOT, Place, open_place
from tests.rehearsed import RehearsedDay
from tools import needs

IMAGES = ROOT / "docs" / "images"
MOMENT_S = 620.0
"""Of the rehearsal day: some thirty posts are on the screens, and some wait."""
ADDRESS = "http://fontein.example"
"""On the codes: nobody has this name."""
QUALITY = 84
HALL, LAPTOP, TABLET, PHONE, NARROW = (1920, 1080), (1280, 800), (1024, 768), (390, 844), (320, 640)
A4 = (794, 1123)
EDGE = "#b9c6c8"
"""Around a page: on a white screen it would have none."""
SCREENS = (HALL, (3840, 2160), (1080, 1920), (1024, 768), (3440, 1440))
MODES = {
    "fontein": ("dark", "light"), "krant": ("light", "dark"), "podium": ("dark", "light"),
    "contrast": ("light", "dark"),
}  # fmt: skip
LANGS = {"nl": "oefendag", "en": "rehearsal"}
PROGRAMME_SCENES = ("programme", "day", "session", "paper", "papers")
PAGES = {
    "report-cover": ("", ""), "report-short": ("short", ""), "report-figures": ("figures", ""),
    "report-session": ("session-2", ""), "report-thread": ("session-2", "thread"),
    "report-moderation": ("moderation", ""),
}  # fmt: skip
"""Of the report on paper: a chapter, and the key of what its heading there says; the cover for none."""
DAY_SPEED = 1 / 12
"""The day of the pictures lasts five hours; its posts come as fast as ever."""
ROUND_US = 5 * 60 * 1_000_000
SETTLE_MS = 900
_NEWEST_MS = 5_000
"""After this the cards of a fountain have found their places."""
SESSION = SessionId("letter")
MORE_PAPERS = {
    "nl": (
        ("Werkvorm: lees een brief hardop", "https://voorbeeld.nl/lees"),
        ("De brief, herschreven", "https://voorbeeld.nl/na"),
    ),
    "en": (
        ("Exercise: read a letter aloud", "https://example.org/read"),
        ("The letter, rewritten", "https://example.org/new"),
    ),
}
"""Beside the paper of that session."""
TITLES = {"nl": "De brief die niemand opende", "en": "The letter nobody opened"}
"""Of that session."""
WRITTEN = {
    "nl": "Imani Oduya zette een schoenendoos op tafel. Er zaten **brieven** in, allemaal echt.\n\n"
    "Wat hielp, was eenvoudig:\n\n1. Vier bladzijden werden zes zinnen.\n2. Er kwam een naam in van een mens.\n\n"
    "> Zij vroeg niet of de brief duidelijk was. Zij vroeg waar hij lag.",
    "en": "Imani Oduya put a shoe box on the table. It was full of **letters**, all of them real.\n\n"
    "What helped was simple:\n\n1. Four pages became six sentences.\n2. It got the name of a person.\n\n"
    "> She did not ask whether the letter was clear. She asked where it was.",
}
"""By the author of the report."""
ANNOUNCED = {
    "nl": "Over vijf minuten gaan we verder in de grote zaal.",
    "en": "We go on in the main hall in five minutes.",
}
SLIDE = {
    "nl": ("Pauze", "Koffie en thee staan klaar in de hal.\nOm 15.00 uur gaan we verder."),
    "en": ("Break", "Coffee and tea are ready in the hall.\nWe go on at 15.00."),
}
POLL = {
    "title": {"nl": "Wat doe jij met een brief van de overheid?", "en": "What do you do with a letter from an office?"},
    "options": [
        {"nl": "Ik open hem meteen", "en": "I open it at once"},
        {"nl": "Hij gaat op een stapel", "en": "It goes on a pile"},
        {"nl": "Ik vraag iemand om hulp", "en": "I ask somebody for help"},
        {"nl": "Ik gooi hem weg", "en": "I throw it away"},
    ],
}
VOTED = (61, 47, 22, 13)
"""Of the hall, by option."""
DRAFTS: tuple[dict[str, Any], ...] = (
    {
        "kind": "scale",
        "title": {"nl": "Hoe goed begrijp jij je eigen post?", "en": "How well do you understand your own mail?"},
        "ends": [{"nl": "helemaal niet", "en": "not at all"}, {"nl": "heel goed", "en": "very well"}],
        "low": 1,
        "high": 5,
    },
    {
        "kind": "quiz",
        "title": {"nl": "Uit hoeveel woorden bestaat een goede brief?", "en": "How many words make a good letter?"},
        "options": [{"nl": each, "en": each} for each in ("80", "250", "600")],
        "right": 0,
        "seconds": 20,
    },
)


@dataclass(frozen=True)
class Picture:
    """
    One picture.

    Args:
        surface: A key of `SURFACES` or of `PAGES`.
        scheme: What the reader's device prefers; for a wall, the theme's mode.
        query: Of the page's address.
        scene: Of the symposium, while it is taken.
        tall: The whole page, not only what is in sight.
    """

    surface: str
    size: tuple[int, int]
    lang: str = "nl"
    scheme: str = "light"
    theme: str = ""
    scene: str = ""
    query: str = ""
    tall: bool = False

    @property
    def name(self) -> str:
        parts = (self.surface, self.theme, self.scene, self.scheme, f"{self.size[0]}x{self.size[1]}", self.lang)
        return "-".join(part for part in parts if part) + ".webp"


def wall(theme: str = "fontein", mode: str = "dark", size: tuple[int, int] = HALL, **more: Any) -> Picture:
    return Picture("wall", size, theme=theme, scheme=mode, **more)


def _pictures() -> Iterator[Picture]:
    for theme, modes in MODES.items():
        yield from (wall(theme, mode) for mode in modes)
    yield from (wall(size=size) for size in SCREENS[1:])
    yield from (wall("krant", "light", size) for size in SCREENS[2:4])
    for scene in ("spotlight", "join", "title", "text", "announcement", "safe"):
        yield wall(scene=scene)
    for scene in PROGRAMME_SCENES:
        yield wall(scene=scene)
    yield wall("krant", "light", scene="programme")
    yield wall("podium", "dark", scene="session")
    yield wall("contrast", "light", scene="paper")
    yield wall(scene="programme", size=(1080, 1920))
    yield wall(scene="pair", query="&pair")
    yield wall(scene="stream", query="&layout=lower-third")
    yield wall(lang="en")
    yield wall(scene="join", lang="en")
    yield wall(scene="programme", lang="en")
    yield wall(scene="paper", lang="en")
    for lang, scheme in (("nl", "light"), ("nl", "dark"), ("en", "light")):
        yield from (Picture(name, PHONE, lang, scheme) for name in ("write", "mine", "papers", "screen", "stage"))
        yield Picture("desk", LAPTOP, lang, scheme)
    yield from (Picture(name, NARROW) for name in ("write", "screen", "stage"))
    yield Picture("text", LAPTOP)
    yield Picture("desk", (1024, 768))
    for lang in LANGS:
        yield from (Picture(name, LAPTOP, lang, tall=True) for name in ("organise", "runbook"))
        yield from (Picture(name, LAPTOP, lang) for name in ("shelf", "programme-edit", "codes"))
        yield from (Picture(name, PHONE, lang) for name in ("paper", "programme", "privacy"))
        yield Picture("studio", LAPTOP, lang)
        yield Picture("keep", LAPTOP, lang)
    yield Picture("replay", LAPTOP)
    yield from (Picture(name, A4) for name in PAGES)
    yield from (Picture(name, A4, "en") for name in ("report-cover", "report-session"))
    # At the end: a poll that was asked once stays in sight.
    yield from (Picture("polls", PHONE, lang) for lang in LANGS)
    yield Picture("poll-edit", LAPTOP, "en")
    # And after those: that poll is closed now.
    yield wall(scene="question")
    yield from (Picture("chair", TABLET, lang, scene="question") for lang in LANGS)
    yield wall(scene="poll", lang="en")


def every_picture() -> Iterator[Picture]:
    """`--all`: each surface in each size, theme, mode, scene and language."""
    for picture in dict.fromkeys(replace(each, lang=lang) for each in PICTURES for lang in LANGS):
        yield picture
        if picture.theme == "" and picture.surface not in ("runbook", *PAGES):
            yield replace(picture, scheme="dark" if picture.scheme == "light" else "light")
    for lang in LANGS:
        for theme, modes in MODES.items():
            yield from (wall(theme, mode, size, lang=lang) for mode in modes for size in SCREENS)


PICTURES = tuple(_pictures())


@dataclass
class Day:
    """Two symposia, one in each language, in the middle of the same day."""

    place: Place
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    """By language and role."""

    def hall(self, lang: str) -> Hall:
        return self.place.house.site.halls[LANGS[lang]]

    def url(self, lang: str, path: str = "") -> str:
        return f"{self.place.url}/{LANGS[lang]}{path}"


@asynccontextmanager
async def rehearsed() -> AsyncIterator[Day]:
    """Both symposia, played up to the moment."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_place(Path(folder), public_url=ADDRESS) as place:
            day = Day(place)
            for lang, slug in LANGS.items():
                made = programme()
                title = made.title.nl if lang == "nl" else made.title.en
                form = SymposiumForm(
                    slug=slug, short=slug[:2].upper() + "3", title=title, hashtags=(made.hashtag,),
                    languages=("nl", "en") if lang == "nl" else ("en", "nl"), date=time.strftime("%Y-%m-%d"),
                )  # fmt: skip
                hall = await place.house.site.make(checked(form, place.house.site))
                day.tokens[lang] = (await badges_for(place.house.site, hall))["badges"]
                await _play(place, hall)
                await _programme(day, lang)
            yield day


async def _programme(day: Day, lang: str) -> None:
    """The day on paper, at times of five minutes, with the moment of the pictures in it; and its papers."""
    hall = day.hall(lang)
    start = (time.time_ns() // 1_000 - int(MOMENT_S / DAY_SPEED) * 1_000_000) // ROUND_US * ROUND_US
    body, slots = plan(start, speed=DAY_SPEED, lang=lang)
    round_slots = [
        msgspec.structs.replace(slot, start=_rounded(slot.start), end=_rounded(slot.end), questions_s=0)
        for slot in slots
    ]
    outcome = await hall.node.shelf.set_programme(
        OPERATOR, msgspec.structs.replace(body, zone=_afternoon()), round_slots, base=0
    )
    assert isinstance(outcome, Done), outcome
    staff = replace(day.place.visitor(day.tokens[lang]["organiser"]), slug=LANGS[lang])
    for paper in papers():
        facts = {**msgspec.to_builtins(paper.body), "session": paper.session, "form": paper.form.value}
        made = await staff.ask("POST", "papers", facts | {"embargo": paper.embargo})
        assert made.status == 201, made
        if paper.session == SESSION:
            for title, link in MORE_PAPERS[lang]:
                more = {"title": title, "session": SESSION, "form": "link", "link": link}
                assert (await staff.ask("POST", "papers", more)).status == 201
        for file in paper.file:
            pdf = await asyncio.to_thread(set_paper, paper, file)
            headers = {"Content-Disposition": f'attachment; filename="{paper.id}.pdf"', "Content-Language": file.lang}
            filed = await staff.ask("PUT", f"papers/{made.json['id']}", data=io.BytesIO(pdf), headers=headers)
            assert filed.status < 300, filed


def _rounded(at_us: int) -> int:
    return round(at_us / ROUND_US) * ROUND_US


class _Over(Exception):
    """The moment has come."""


async def _play(place: Place, hall: Hall) -> None:
    badge, _ = await hall.node.make_badge(OPERATOR, Role.MODERATOR, "Redactie")
    now_s = 0.0

    async def pass_time(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds
        if now_s > MOMENT_S:
            raise _Over

    stage = RehearsalStage(hall, place.house.site.images, badge)
    try:
        await Conductor(stage, seed=1, sleep=pass_time, now=lambda: now_s, with_evening=False).run()
    except _Over:
        return


# One picture


async def _wall(page: Page, day: Day, picture: Picture) -> None:
    await page.goto(day.url(picture.lang, f"/wall?theme={picture.theme}&mode={picture.scheme}{picture.query}"))
    await page.wait_for_selector(f'html[data-theme="{picture.theme}"][data-shows] body')
    await page.wait_for_timeout(_NEWEST_MS if picture.scene in ("", "announcement", "stream") else 2 * SETTLE_MS)


async def _phone(page: Page, day: Day, picture: Picture) -> None:
    await page.goto(day.url(picture.lang, f"?lang={picture.lang}#{picture.surface}"))
    await page.wait_for_selector("#photo-pick:not([hidden])", state="attached")
    if picture.surface == "write":
        said = {"nl": "Mooi verhaal! Waar vinden we de slides? #", "en": "Great talk! Where can we find the slides? #"}
        await page.fill("#text", said[picture.lang] + programme().hashtag)
    if picture.surface == "mine":
        await _own_posts(page, day, picture)


async def _own_posts(page: Page, day: Day, picture: Picture) -> None:
    """Three of this phone's: one on the wall, one refused, one that waits."""
    said = {
        "nl": ("Wat een opkomst!", "Verkoop: fiets, weinig gebruikt", "Kan de zaal wat minder warm?"),
        "en": ("What a crowd!", "For sale: bike, hardly used", "Could it be less warm in here?"),
    }
    ids = []
    for text in said[picture.lang]:
        ids.append(
            await page.evaluate(
                """async ([url, text]) => {
                  const headers = {'Content-Type': 'application/json'};
                  const body = JSON.stringify({text, consent: true});
                  return (await (await fetch(url, {method: 'POST', headers, body})).json()).id;
                }""",
                [f"/v1/symposia/{LANGS[picture.lang]}/posts", text],
            )
        )
    moderator = replace(day.place.visitor(day.tokens[picture.lang]["moderator"]), slug=LANGS[picture.lang])
    await moderator.decide(ids[0], "show")
    await moderator.decide(ids[1], "reject", reason="off-topic")
    await page.reload()
    await page.wait_for_selector('#own li[data-state="not-shown"], #own li[data-state="rejected"]', state="attached")


async def _text(page: Page, day: Day, picture: Picture) -> None:
    await page.goto(day.url(picture.lang, f"/text?lang={picture.lang}"))
    await page.wait_for_selector("#list [data-post]")


async def _desk(page: Page, day: Day, picture: Picture) -> None:
    token = day.tokens[picture.lang]["moderator"]
    await page.goto(day.url(picture.lang, f"/desk?lang={picture.lang}#k={token}"))
    await page.wait_for_selector("#post .post-text")


async def _stage(page: Page, day: Day, picture: Picture) -> None:
    token = day.tokens[picture.lang]["organiser"]
    await page.goto(day.url(picture.lang, f"/stage?lang={picture.lang}#k={token}"))
    await page.wait_for_selector("#scenes button", state="attached")


async def _polls(page: Page, day: Day, picture: Picture) -> None:
    """The stage while the hall votes; or with a draft in the editor."""
    await _ask_the_hall(day, picture.lang)
    await _stage(page, day, picture)
    if picture.surface == "poll-edit":
        await page.locator("#polls .poll-open").first.click()
        await page.click('#sheet [data-act="edit"]')
    else:
        await page.evaluate("window.scrollTo(0, document.querySelector('#asking').offsetTop - 72)")


async def _chair(page: Page, day: Day, picture: Picture) -> None:
    node = day.hall(picture.lang).node
    _, token = await node.make_badge(OPERATOR, Role.CHAIR, "Voorzitter")
    await page.goto(day.url(picture.lang, f"/chair?lang={picture.lang}#k={token}"))
    await page.wait_for_selector("#now .now-card")


async def _ask_the_hall(day: Day, lang: str) -> None:
    """A poll that runs, drafts beside it; the screens go on with what they show."""
    node = day.hall(lang).node
    if node.state.polls:
        return
    staff = replace(day.place.visitor(day.tokens[lang]["organiser"]), slug=LANGS[lang])
    await node.ask.set_hall(OPERATOR, questions=True, reactions=False, follows=False)
    for scene in ("join", "fountain"):
        assert (await staff.ask("POST", "scene", {"scene": scene})).status == 200
    running = {"kind": "single", "reveal": "closed", "session": SESSION, **POLL}
    for facts in (*DRAFTS, running):
        assert (await staff.ask("POST", "polls", facts)).status == 201
    poll = list(node.state.polls)[-1]
    assert (await staff.ask("POST", f"polls/{poll}/openings")).status == 200
    choices = [option for option, n in enumerate(VOTED) for _ in range(n)]
    for number, option in enumerate(choices):
        opening = node.state.polls[poll].opened
        await node.ask.vote(DeviceId(f"hall-{number}"), poll, (option,), opening=opening)


WANTED = 38
"""So many people want to know it too."""
NEXT = ((0, 12), (1, 4))
"""Questions after it, by place, and how many people want those."""


async def _asked(day: Day, lang: str, scene: str) -> dict[str, Any]:
    """What the scene is about: a question on stage, or the poll, closed."""
    await _ask_the_hall(day, lang)
    node = day.hall(lang).node
    if scene == "poll":
        poll = list(node.state.polls)[-1]
        await node.ask.close(OPERATOR, poll)
        return {"poll": poll}
    shown = (post for post in node.state.posts.values() if post.status is Status.SHOWN and post.device is not None)
    newest = sorted(shown, key=lambda post: -post.released)
    post, *later = (each.id for each in newest if (body := post_body(node.state, each)) and body.text.endswith("?"))
    for question, people in ((post, WANTED - 1), *((later[place], people) for place, people in NEXT)):
        await node.ask.set_question(OPERATOR, question, on=True)
        for number in range(people):
            await node.ask.want(DeviceId(f"hall-{number}"), question, on=True)
    now_us = time.time_ns() // 1_000
    running = next(session for session, slot in node.state.programme.slots.items() if slot.start <= now_us < slot.end)
    await node.shelf.move_posts(OPERATOR, (post, *later[: len(NEXT)]), running)
    await node.ask.stand(OPERATOR, post, Stand.ON_STAGE)
    return {"post": post}


async def _organise(page: Page, day: Day, picture: Picture) -> None:
    token = day.tokens[picture.lang]["organiser"]
    await page.goto(day.url(picture.lang, f"/organise?lang={picture.lang}#k={token}"))
    await page.wait_for_load_state("networkidle")


async def _paper(page: Page, day: Day, picture: Picture) -> None:
    paper = next(iter(day.hall(picture.lang).node.state.papers))
    await page.goto(day.url(picture.lang, f"/papers/{paper}?lang={picture.lang}"))
    await page.wait_for_load_state("networkidle")


async def _programme_page(page: Page, day: Day, picture: Picture) -> None:
    await page.goto(day.url(picture.lang, f"/programme?lang={picture.lang}"))
    await page.wait_for_load_state("networkidle")


async def _prepared(page: Page, day: Day, picture: Picture) -> None:
    """The organiser's pages that make the day: the shelf, the editor, the codes."""
    token = day.tokens[picture.lang]["organiser"]
    path = picture.surface.replace("-", "/")
    await page.goto(day.url(picture.lang, f"/{path}?lang={picture.lang}#k={token}"))
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(_NEWEST_MS if picture.surface == "codes" else SETTLE_MS)


async def _runbook(page: Page, day: Day, picture: Picture) -> None:
    await page.set_extra_http_headers({"Authorization": f"Bearer {day.tokens[picture.lang]['organiser']}"})
    await page.goto(day.url(picture.lang, f"/runbook?lang={picture.lang}"))


async def _privacy(page: Page, day: Day, picture: Picture) -> None:
    await page.goto(f"{day.place.url}/privacy?lang={picture.lang}")


async def _studio(page: Page, day: Day, picture: Picture) -> None:
    """In the session of the letter, with words of its author."""
    tokens = day.tokens[picture.lang]
    author = replace(day.place.visitor(tokens["author"]), slug=LANGS[picture.lang])
    place = f"report/texts/session:{SESSION}"
    known = (await author.ask("GET", "report/draft")).json["texts"].get(f"session:{SESSION}")
    base = known["text"]["seq"] if known and known["text"] else 0
    assert (await author.ask("PUT", place, {"text": WRITTEN[picture.lang], "base": base})).status == 200
    await page.goto(day.url(picture.lang, f"/report?lang={picture.lang}#k={tokens['author']}"))
    await page.locator("#parts").get_by_text(TITLES[picture.lang]).first.click()
    await page.wait_for_timeout(2 * SETTLE_MS)


async def _after(page: Page, day: Day, picture: Picture) -> None:
    """The organiser's pages for after the day: what is kept, and the day again."""
    token = day.tokens[picture.lang]["organiser"]
    await page.goto(day.url(picture.lang, f"/{picture.surface}?lang={picture.lang}#k={token}"))
    await page.wait_for_load_state("networkidle")
    if picture.surface == "replay":
        await page.get_by_role("slider").press("End")  # the posts of the pictures came in the last seconds
    await page.wait_for_timeout(_NEWEST_MS if picture.surface == "replay" else SETTLE_MS)


SURFACES: dict[str, Callable[[Page, Day, Picture], Awaitable[None]]] = {
    "wall": _wall,
    "write": _phone,
    "mine": _phone,
    "papers": _phone,
    "paper": _paper,
    "programme": _programme_page,
    "programme-edit": _prepared,
    "shelf": _prepared,
    "codes": _prepared,
    "screen": _phone,
    "text": _text,
    "desk": _desk,
    "stage": _stage,
    "polls": _polls,
    "poll-edit": _polls,
    "chair": _chair,
    "organise": _organise,
    "runbook": _runbook,
    "privacy": _privacy,
    "studio": _studio,
    "keep": _after,
    "replay": _after,
}


@asynccontextmanager
async def _scene(day: Day, picture: Picture) -> AsyncIterator[None]:
    """The symposium as the picture wants it; afterwards as it was."""
    node = day.hall(picture.lang).node
    newest = max((post for post in node.state.posts.values() if post.status is Status.SHOWN), key=_worth)
    title, text = SLIDE[picture.lang]
    running, paper = SESSION, next(iter(node.state.papers))
    if picture.theme:
        await node.set_theme(OPERATOR, ThemeBody(theme=picture.theme, mode=picture.scheme))
    if picture.scene in ("spotlight", "join", "title", "text", *PROGRAMME_SCENES):
        outcome = await node.set_scene(
            OPERATOR,
            Scene(picture.scene),
            post=newest.id if picture.scene == "spotlight" else None,
            title=title if picture.scene == "text" else "",
            text=text if picture.scene == "text" else "",
            session=running if picture.scene in ("session", "papers") else None,
            paper=paper if picture.scene == "paper" else None,
        )
        assert isinstance(outcome, Done), outcome
    if picture.scene in ("question", "poll"):
        about = await _asked(day, picture.lang, picture.scene)
        outcome = await node.set_scene(OPERATOR, Scene(picture.scene), **about)
        assert isinstance(outcome, Done), outcome
    if picture.scene == "announcement":
        await node.announce(OPERATOR, ANNOUNCED[picture.lang])
    if picture.scene == "safe":
        await node.stop(OPERATOR, on=True)
    yield
    if picture.scene:
        await node.set_scene(OPERATOR, Scene.FOUNTAIN)
        await node.announce(OPERATOR, None)
        await node.stop(OPERATOR, on=False)


def _worth(post: Any) -> tuple[bool, int]:
    return bool(post.starred), -post.released


async def take(browser: Browser, day: Day, picture: Picture, folder: Path) -> int:
    """Take one picture. Returns its size in bytes."""
    width, height = picture.size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale={"nl": "nl-NL", "en": "en-GB"}[picture.lang],
        color_scheme="dark" if picture.scheme == "dark" else "light",
        timezone_id=_afternoon(),
    )
    async with _scene(day, picture):
        page = await context.new_page()
        await SURFACES[picture.surface](page, day, picture)
        await page.wait_for_timeout(SETTLE_MS)
        png = await page.screenshot(full_page=picture.tall)
        await context.close()
    return _saved(Image.open(io.BytesIO(png)).convert("RGB"), folder / picture.name)


# Pages of the report


def take_pages(pictures: Sequence[Picture], folder: Path) -> int:
    """Print the report in each language that *pictures* ask for, and take its pages. Returns their size in bytes."""
    total = 0
    for lang in dict.fromkeys(picture.lang for picture in pictures):
        day = RehearsedDay(lang)
        document = compose(day.report(number=1))
        printed = pypdfium2.PdfDocument(pdf(document, day.picture))
        for picture in (each for each in pictures if each.lang == lang):
            page = printed[_page(printed, document, *PAGES[picture.surface])]
            image = page.render(scale=picture.size[0] / page.get_width()).to_pil().convert("RGB")
            image = image.crop((0, 0, *picture.size))  # rounding up may have given it a row more
            width, height = picture.size
            ImageDraw.Draw(image).rectangle((0, 0, width - 1, height - 1), outline=EDGE)
            total += _saved(image, folder / picture.name)
    return total


def _page(printed: Any, document: Document, chapter: str, key: str) -> int:
    """The number of the page on which a chapter begins, or of its heading that says what *key* says."""
    if not chapter:
        return 0
    (first,) = (
        next(block for block in part.blocks if isinstance(block, Heading))
        for part in document.parts
        if part.ident == chapter
    )
    marks = [(each.get_title(), each.get_dest().get_index()) for each in printed.get_toc()]
    place = next(n for n, (title, _) in enumerate(marks) if title == plain(first.inlines))
    wanted = marks[place][0] if not key else words(document.lang)[key]
    number: int = next(page for title, page in marks[place:] if title == wanted)
    return number


def _saved(image: Image.Image, path: Path) -> int:
    image.save(path, "WEBP", quality=QUALITY, method=4)
    size = path.stat().st_size
    print(f"{size / 1_000:7.0f} KB  {path.name}", flush=True)
    return size


def _afternoon() -> str:
    """A time zone in which it is after 14 o'clock now: the clocks of the pictures."""
    ahead = (14 - time.gmtime().tm_hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"


async def make(pictures: Sequence[Picture], folder: Path) -> None:
    """Take all *pictures* into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    total = take_pages([picture for picture in pictures if picture.surface in PAGES], folder)
    if on_screens := [picture for picture in pictures if picture.surface in SURFACES]:
        total += await _make_screens(on_screens, folder)
    print(f"{total / 1_000_000:.1f} MB in {len(pictures)} pictures: {folder}")


async def _make_screens(pictures: Sequence[Picture], folder: Path) -> int:
    """Play the day, and take what browsers show of it. Returns the size in bytes."""
    chromium = needs.chromium()
    assert chromium is not None, needs.apt_line([needs.CHROMIUM])
    total = 0
    async with rehearsed() as day, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_ARGS))
        for picture in pictures:
            total += await take(browser, day, picture, folder)
        await browser.close()
    return total


def main(argv: Sequence[str] | None = None) -> None:
    """Make them, and take what is no longer on the list away."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.screenshots", description=(__doc__ or "").partition("\n\n")[0]
    )
    parser.add_argument("--all", type=Path, metavar="DIR", help="everything, there; the docs stay as they are")
    parser.add_argument("--missing", action="store_true", help="only those that are not there yet")
    parser.add_argument("--only", default="", help="pictures whose name has this in it")
    options = parser.parse_args(argv)
    chosen = PICTURES if options.all is None else tuple(dict.fromkeys(every_picture()))
    folder = options.all or IMAGES
    wanted = [each for each in chosen if options.only in each.name]
    asyncio.run(make([each for each in wanted if not (options.missing and (folder / each.name).exists())], folder))
    if options.all is None:
        for path in IMAGES.iterdir():
            if path.name not in {picture.name for picture in PICTURES}:
                path.unlink()


if __name__ == "__main__":
    main()
