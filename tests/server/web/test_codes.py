"""Codes on paper: who may print which, and what comes out."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
import pytest_asyncio
import zxingcpp
from PIL import Image

from qr.codes import contrast
from qr.posters import Ornament
from server.errors import TooMany
from server.symposium.entries import ProgrammeBody, RoomBody, SessionBody, Slot, SpeakerBody, ThemeBody
from server.symposium.values import OPERATOR, RoomId, SessionId, SessionKind
from server.themes.shelf import Shelf
from server.web.codes import MAX_CODES, MAX_TARGETS, POSTERS, Press, look_of
from server.web.looks import worn
from server.web.site import THEMES_FOLDER
from tests.house import SLUG, Answer, Place, Visitor

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

BASE = "https://fontein.example"
NINE_US = 1_794_470_400_000_000
"""12 November 2026, nine o'clock in Amsterdam."""
HOUR_US = 3_600_000_000
HOSTILE = '#panic("boe") <script>alert(1)</script> 数 '


@dataclass
class Hall:
    """A house with two rooms, a talk, a break and a paper, whose address phones can reach."""

    place: Place
    organiser: Visitor
    paper: str

    async def codes(self) -> list[dict[str, Any]]:
        answer = await self.organiser.get("codes")
        assert answer.status == 200, answer
        return list(answer.json["codes"])

    async def print(self, **order: Any) -> Answer:
        return await self.organiser.ask("POST", "codes/prints", order)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hall(place: Place) -> Hall:
    place.house.site.base_url = BASE
    rooms = (RoomBody(id=RoomId("groot"), name="Grote zaal"), RoomBody(id=RoomId("tuin"), name="Tuinkamer"))
    sessions = (
        SessionBody(id=SessionId("s1"), title="Burgerberaad", speakers=(SpeakerBody(name="Marjolein"),)),
        SessionBody(id=SessionId("pauze"), title="Koffie"),
    )
    slots = [
        Slot(SessionId("s1"), RoomId("groot"), NINE_US, NINE_US + HOUR_US),
        Slot(SessionId("pauze"), None, NINE_US + HOUR_US, NINE_US + 2 * HOUR_US, SessionKind.BREAK),
    ]
    await place.hall.node.shelf.set_programme(OPERATOR, ProgrammeBody(rooms=rooms, sessions=sessions), slots, base=0)
    organiser = place.holder("organiser")
    made = await organiser.ask("POST", "papers", {"title": HOSTILE, "authors": ["Daan"], "session": "s1"})
    assert made.status == 201, made
    return Hall(place, organiser, made.json["id"])


@pytest_asyncio.fixture(loop_scope="module")
async def loopback(hall: Hall) -> AsyncIterator[None]:
    """The server has no address that a phone can reach."""
    hall.place.house.site.base_url = "http://127.0.0.1:8000"
    yield
    hall.place.house.site.base_url = BASE


def texts(pdf: bytes, page: int = 0) -> list[str]:
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=2).to_pil()
    return sorted(found.text for found in zxingcpp.read_barcodes(picture))


def pages(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


# What there is


async def test_list_has_every_code_but_those_of_breaks(hall: Hall) -> None:
    codes = await hall.codes()

    assert [(code["what"], code["id"], code["name"], code["place"], code["detail"]) for code in codes] == [
        ("join", "", "", "", ""),
        ("join", "groot", "", "Grote zaal", ""),
        ("join", "tuin", "", "Tuinkamer", ""),
        ("papers", "", "", "", ""),
        ("text", "", "", "", ""),
        ("session", "s1", "Burgerberaad", "Grote zaal", "09:00 · Marjolein"),
        ("paper", hall.paper, HOSTILE.strip(), "Burgerberaad", "Daan"),
    ]


async def test_every_address_in_the_list_leads_somewhere(hall: Hall) -> None:
    found = {}
    for code in await hall.codes():
        for address in (code["url"], code["text"]):
            answer = await hall.place.visitor().get(address[len(BASE) :])
            found[address] = answer.status

    assert {address: status for address, status in found.items() if status not in (200, 302)} == {}


async def test_what_is_printed_is_what_is_encoded_in_small_letters(hall: Hall) -> None:
    codes = await hall.codes()

    assert [code["text"].lower() for code in codes] == [f"https://{code['shown']}" for code in codes]


@pytest.mark.parametrize("role", ["moderator", "author", None])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "codes"), ("GET", "codes/advice?depth=9&height=2"), ("POST", "codes/prints"), ("POST", "codes/previews")],
)
async def test_only_organisers_print(hall: Hall, role: str | None, method: str, path: str) -> None:
    visitor = hall.place.visitor() if role is None else hall.place.holder(role)
    body = {"what": "poster", "targets": [{"what": "join"}]} if method == "POST" else None

    answer = await visitor.ask(method, path, body)

    assert answer.status == (401 if role is None else 403)


# Prints


@pytest.mark.parametrize("what", ["poster", "cards", "stickers", "helpers"])
async def test_print_is_a_pdf_to_save_with_a_name_of_ours(hall: Hall, what: str) -> None:
    answer = await hall.print(what=what, targets=[{"what": "join", "id": "groot"}])

    name = f"{SLUG}-poster-a4.pdf" if what == "poster" else f"{SLUG}-{what}.pdf"
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    expected = next(code["text"] for code in await hall.codes() if code["id"] == "groot")
    assert set(texts(answer.body)) == {expected}


async def test_print_has_a_page_for_each_poster_in_the_order_that_was_asked(hall: Hall) -> None:
    targets = [{"what": code["what"], "id": code["id"]} for code in reversed(await hall.codes())]

    answer = await hall.print(what="poster", size="a3", langs=["en"], targets=targets)

    expected = [[code["text"]] for code in reversed(await hall.codes())]
    assert [texts(answer.body, page) for page in range(pages(answer.body))] == expected
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SLUG}-poster-a3.pdf"'


async def test_copies_say_how_many_of_each(hall: Hall) -> None:
    targets = [{"what": "join"}, {"what": "papers"}]

    full = await hall.print(what="cards", targets=targets)
    one = await hall.print(what="cards", targets=targets, copies=1)

    assert (pages(full.body), len(texts(full.body)), pages(one.body), len(texts(one.body))) == (2, 8, 1, 2)


async def test_sheet_says_event_day_and_check_word(hall: Hall) -> None:
    words = (await hall.organiser.get("codes")).json["check"]
    answer = await hall.print(what="helpers", langs=["nl"], targets=[{"what": "join"}])

    text = pypdf.PdfReader(io.BytesIO(answer.body)).pages[0].extract_text()
    title = hall.place.hall.node.state
    assert words["nl"] in text
    assert f"fontein.example/{title.short.lower()}" in text.replace("\u2060", "")


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        pytest.param({"what": "poster", "targets": []}, 422, "no-targets", id="nothing"),
        pytest.param({"what": "badges", "targets": [{"what": "join"}]}, 422, "no-targets", id="cards without links"),
        pytest.param({"what": "poster", "targets": [{"what": "paper", "id": "aaaa"}]}, 422, "no-code", id="no paper"),
        pytest.param({"what": "poster", "targets": [{"what": "badge"}]}, 422, "bad-input", id="no kind of code"),
        pytest.param({"what": "banner", "targets": [{"what": "join"}]}, 422, "bad-input", id="no kind of sheet"),
        pytest.param(
            {"what": "poster", "langs": [], "targets": [{"what": "join"}]}, 422, "bad-input", id="no language"
        ),
        pytest.param({"what": "poster", "langs": ["fr"], "targets": [{"what": "join"}]}, 422, "bad-input", id="French"),
        pytest.param(
            {"what": "poster", "targets": [{"what": "join"}] * (MAX_TARGETS + 1)}, 422, "bad-input", id="too many"
        ),
        pytest.param(
            {"what": "cards", "copies": 240, "targets": [{"what": "join"}] * (MAX_CODES // 240 + 1)},
            422,
            "too-many-codes",
            id="too many copies",
        ),
        pytest.param({"what": "cards", "copies": 0, "targets": [{"what": "join"}]}, 422, "bad-input", id="no copies"),
    ],
)
async def test_print_that_cannot_be_made_says_why(hall: Hall, order: dict[str, Any], status: int, code: str) -> None:
    answer = await hall.print(**order)

    assert (answer.status, answer.code) == (status, code)


async def test_most_that_is_allowed_is_printed(hall: Hall) -> None:
    """The control of the limits above."""
    answer = await hall.print(what="cards", copies=1, targets=[{"what": "join"}] * MAX_TARGETS)

    assert (answer.status, pages(answer.body)) == (200, -(-MAX_TARGETS // 8))


async def test_preview_is_a_picture_of_the_first_page(hall: Hall) -> None:
    order = {"what": "poster", "targets": [{"what": "join"}, {"what": "text"}]}

    answer = await hall.organiser.ask("POST", "codes/previews", order)

    picture = Image.open(io.BytesIO(answer.body))
    (read,) = zxingcpp.read_barcodes(picture)
    assert (answer.headers["Content-Type"], picture.format) == ("image/png", "PNG")
    assert read.text == (await hall.codes())[0]["text"]


# Personal links


async def test_card_of_a_badge_holds_its_link_and_opens_its_page(hall: Hall) -> None:
    made = (await hall.organiser.ask("POST", "badges", {"role": "moderator", "name": "Anouk"})).json
    link = {"link": made["link"], "name": "Anouk", "role": "moderator"}

    answer = await hall.print(what="badges", links=[link])

    text = pypdf.PdfReader(io.BytesIO(answer.body)).pages[0].extract_text()
    assert texts(answer.body) == [made["link"]]
    assert "Anouk" in text
    assert made["token"] not in text


@pytest.mark.parametrize(
    "link",
    [
        "https://elders.example/proefdag/desk#k=abc",
        f"{BASE}/{SLUG}/desk",
        f"{BASE}/{SLUG}/desk#k=",
        f"{BASE}/ander/desk#k=abc",
        f"{BASE}/{SLUG}-twee/desk#k=abc",
        "javascript:alert(1)#k=abc",
    ],
)
async def test_card_of_another_address_is_refused(hall: Hall, link: str) -> None:
    answer = await hall.print(what="badges", links=[{"link": link, "name": "Anouk", "role": "moderator"}])

    assert (answer.status, answer.code) == (422, "bad-input")


# No code leads to loopback


@pytest.mark.usefixtures("loopback")
async def test_nothing_is_printed_that_leads_to_the_reader_itself(hall: Hall) -> None:
    answer = await hall.print(what="poster", targets=[{"what": "join"}])
    listed = await hall.organiser.get("codes")
    svg = await hall.place.visitor().get(f"/{SLUG}/papers/{hall.paper}/qr.svg")
    others = [await hall.place.visitor().get(f"/{SLUG}/papers/{hall.paper}/{n}") for n in ("qr.png", "poster.pdf")]

    assert (answer.status, answer.code) == (409, "no-address")
    assert listed.json["loopback"] is True
    assert "No address for" in svg.body.decode()
    assert [(each.status, each.code) for each in others] == [(409, "no-address")] * 2


async def test_with_an_address_there_is_no_warning(hall: Hall) -> None:
    assert (await hall.organiser.get("codes")).json["loopback"] is False


# One paper, for everybody


async def test_code_of_a_paper_is_public_as_svg_and_png(hall: Hall) -> None:
    expected = next(code["text"] for code in await hall.codes() if code["what"] == "paper")
    visitor = hall.place.visitor()

    svg = await visitor.get(f"/{SLUG}/papers/{hall.paper}/qr.svg")
    png = await visitor.get(f"/{SLUG}/papers/{hall.paper}/qr.png")

    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.body)))
    assert read.text == expected
    assert svg.headers["Content-Type"].startswith("image/svg+xml")
    assert expected in svg.body.decode()


@pytest.mark.parametrize(("query", "width_mm"), [("", 210), ("?size=a3&lang=en", 297)])
async def test_poster_of_a_paper_is_public(hall: Hall, query: str, width_mm: int) -> None:
    answer = await hall.place.visitor().get(f"/{SLUG}/papers/{hall.paper}/poster.pdf{query}")

    (page,) = pypdf.PdfReader(io.BytesIO(answer.body)).pages
    assert round(float(page.mediabox.width) * 25.4 / 72) == width_mm
    assert "<script>alert(1)</script>" in page.extract_text().replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("name", ["qr.svg", "qr.png", "poster.pdf"])
async def test_paper_that_is_not_there_has_no_code(hall: Hall, name: str) -> None:
    answer = await hall.place.visitor().get(f"/{SLUG}/papers/{'a' * 16}/{name}")

    assert answer.status == 404


async def test_stranger_who_asks_for_too_many_posters_has_to_wait(hall: Hall) -> None:
    path = f"/{SLUG}/papers/{hall.paper}/poster.pdf"
    visitor = hall.place.visitor()

    with hall.place.no_refill():
        answers = [await visitor.get(path) for _ in range(int(POSTERS.burst) + 2)]
    staff = await hall.organiser.get(path)

    assert (answers[0].status, answers[-1].status, staff.status) == (200, 429, 200)
    assert "Retry-After" in answers[-1].headers


# The press


async def test_press_lets_so_many_wait_and_no_more() -> None:
    press, gate = Press(), threading.Event()
    try:
        waiting = [asyncio.create_task(press.run(gate.wait)) for _ in range(8)]
        await asyncio.sleep(0)

        with pytest.raises(TooMany):
            await press.run(gate.wait)

        gate.set()
        assert await asyncio.gather(*waiting) == [True] * 8
        assert await press.run(gate.wait)
    finally:
        gate.set()


async def test_reader_who_goes_away_keeps_the_place_until_the_print_is_done() -> None:
    press, gate = Press(), threading.Event()
    try:
        gone = [asyncio.create_task(press.run(gate.wait)) for _ in range(8)]
        await asyncio.sleep(0)
        for each in gone[:2]:
            each.cancel()
        await asyncio.gather(*gone[:2], return_exceptions=True)

        with pytest.raises(TooMany):
            await press.run(gate.wait)
    finally:
        gate.set()
        await asyncio.gather(*gone, return_exceptions=True)


# How far the screen is read


async def test_advice_says_who_can_scan_what(hall: Hall) -> None:
    near = (await hall.organiser.get("codes/advice?depth=5&height=2.25")).json
    far = (await hall.organiser.get("codes/advice?depth=40&height=2.25&pixels=2160")).json

    assert [(each["place"], each["enough"]) for each in near["places"]] == [
        ("corner", True),
        ("session", True),
        ("join", True),
    ]
    assert [each["enough"] for each in far["places"]] == [False] * 3
    assert all(each["reach"] >= 5 and each["oldReach"] < each["reach"] for each in near["places"])


@pytest.mark.parametrize("query", ["", "depth=9", "depth=x&height=2", "depth=9&height=0", "depth=nan&height=2"])
async def test_advice_wants_numbers(hall: Hall, query: str) -> None:
    answer = await hall.organiser.get(f"codes/advice?{query}")

    assert (answer.status, answer.code) == (422, "bad-input")


# The theme's look


@pytest.mark.parametrize(
    ("theme", "serif", "ornament"),
    [
        ("fontein", False, Ornament.FOUNTAIN),
        ("krant", True, Ornament.RULES),
        ("podium", False, Ornament.NONE),
        ("contrast", False, None),
    ],
)
async def test_paper_has_the_look_of_the_theme(theme: str, serif: bool, ornament: Ornament | None) -> None:
    look = look_of(worn(Shelf([THEMES_FOLDER]), ThemeBody(theme=theme, mode="light")))

    assert look.serif is serif
    assert ornament is None or look.ornament is ornament


@pytest.mark.parametrize("colour", ["#ffff00", "#ffffff", "#00ffff", "#777777"])
async def test_colours_that_nobody_can_read_on_paper_are_made_darker(colour: str) -> None:
    body = ThemeBody(theme="fontein", mode="light", colours={"accent": colour, "tag": colour})

    look = look_of(worn(Shelf([THEMES_FOLDER]), body))

    assert min(contrast(each, "#ffffff") for each in (look.ink, look.muted, look.accent)) >= 4.5
