"""The programme: made by keyboard, imported with its difference shown, saved by two at once, and read by everybody."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect
from pypdf import PdfReader

from tests.browser.visits import Visits, eventually, free_port, said
from tests.house import SLUG, Place, Visitor, open_place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ZONE = ZoneInfo("Europe/Amsterdam")
SURFACE = "programme-edit"
LONG = "Meervoudigepersoonlijkheidsstoornisverzekeringsmaatschappijen"


@pytest_asyncio.fixture(loop_scope="session")
async def place(tmp_path: Path, visits: Visits) -> AsyncIterator[Place]:
    """A house of its own for each test: every one begins without a programme."""
    async with open_place(tmp_path / "data") as opened:
        visits.witness.own.add(opened.url)
        yield opened


@pytest.fixture
def organiser(place: Place) -> Visitor:
    return place.holder("organiser")


def us(day: int, clock: str) -> int:
    """A moment of November 2026 in Amsterdam, in µs."""
    hours, minutes = map(int, clock.split(":"))
    return int(datetime(2026, 11, day, hours, minutes, tzinfo=ZONE).timestamp()) * 1_000_000


def session(name: str, day: int, start: str, end: str, room: str | None = "groot", **more: Any) -> dict[str, Any]:
    return {"id": name, "title": f"Titel {name}", "room": room, "start": us(day, start), "end": us(day, end), **more}


TWO_DAYS = [
    session("a", 12, "09:00", "09:45", speakers=[{"name": "Ada", "about": "rekent"}]),
    session("b", 12, "10:00", "10:45"),
    session("t", 12, "10:00", "10:45", "tuin"),
    session("c", 13, "09:00", "10:00"),
]


async def put(organiser: Visitor, sessions: list[dict[str, Any]] | None = None) -> None:
    """Set the programme, over whatever there is."""
    base = (await organiser.get("programme")).json["seq"]
    rooms = [{"id": "groot", "name": "Grote zaal"}, {"id": "tuin", "name": "Tuinzaal"}]
    programme = {"zone": "Europe/Amsterdam", "rooms": rooms, "sessions": TWO_DAYS if sessions is None else sessions}
    answer = await organiser.ask("PUT", "programme", {"base": base, "programme": programme})
    assert answer.status == 200, answer


async def sessions_of(visitor: Visitor) -> dict[str, dict[str, Any]]:
    """What the server has, by title."""
    return {each["title"]: each for each in (await visitor.get("programme")).json["sessions"]}


def clock(micros: int) -> str:
    return f"{datetime.fromtimestamp(micros / 1e6, UTC).astimezone(ZONE):%d %H:%M}"


async def editor(visits: Visits, place: Place, **options: Any) -> Page:
    page = await visits.open(f"{place.url}/{SLUG}/programme/edit#k={place.tokens['organiser']}", **options)
    await page.wait_for_selector("#start:not([hidden]) button, #editor:not([hidden]) #session-add")
    return page


async def change(page: Page, name: str, **fields: str) -> None:
    """Open a session, and write in its fields."""
    await page.click(f'[data-session="{name}"] button')
    for field, words in fields.items():
        await page.fill(f"#session-{field}", words)
    await page.click("#session-done")


async def save(page: Page) -> None:
    await page.click("#save")
    await expect(page.locator("#bar .bar-words")).to_contain_text(said(SURFACE, "bar.saved-at").split("{")[0])


async def go_to(page: Page, selector: str) -> None:
    """Press Tab until *selector* has the focus, as somebody without a mouse."""
    for _ in range(80):
        if await page.evaluate("(s) => document.activeElement?.matches(s) ?? false", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


async def type_in(page: Page, selector: str, words: str) -> None:
    await go_to(page, selector)
    await page.keyboard.press("Control+A")
    await page.keyboard.type(words)


# Making it


async def test_two_days_in_two_rooms_are_made_by_keyboard_alone(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    page = await editor(visits, place)
    await go_to(page, "#start-here")
    await page.keyboard.press("Enter")
    await go_to(page, "#rooms")
    await page.keyboard.press("Enter")
    await type_in(page, ".room-list input", "Grote zaal")
    await go_to(page, "#room-add")
    await page.keyboard.press("Enter")
    await expect(page.locator(".room-list input").nth(1)).to_be_focused()
    await page.keyboard.type("Tuinzaal")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    for title, start, room in (("Opening", "930", None), ("Tuinpraat", "10.00", "Tuinzaal")):
        await go_to(page, "#session-add")
        await page.keyboard.press("Enter")
        await expect(page.locator("#session-title")).to_be_focused()
        await page.keyboard.type(title)
        await expect(page.locator("#session-title")).to_have_value(title)
        await type_in(page, "#session-start", start)
        if room is not None:
            await go_to(page, "#session-room")
            await page.keyboard.type(room[:4])
        await go_to(page, "#session-done")
        await page.keyboard.press("Enter")
        await expect(page.locator("#session-title")).to_be_hidden()
        # The drawer gives the focus to the session a moment after it closed: no finger is faster, a test is.
        await expect(page.locator("[data-session]:focus-within")).to_have_count(1)
    await go_to(page, "#day-add")
    await page.keyboard.press("Enter")
    await go_to(page, 'dialog[open] button[type="submit"]')
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-day][aria-current]:nth-child(2)")
    await go_to(page, "#break-add")
    await page.keyboard.press("Enter")
    await expect(page.locator("#session-title")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#session-title")).to_be_hidden()
    await page.keyboard.press("Control+s")

    await eventually(lambda: sessions_of(organiser), what="the programme is saved")
    found = await sessions_of(organiser)
    rooms = {room["id"]: room["name"] for room in (await organiser.get("programme")).json["rooms"]}
    day = int(clock(found["Opening"]["start"])[:2])
    assert list(rooms.values()) == ["Grote zaal", "Tuinzaal"]
    assert {title: (clock(each["start"])[3:], rooms.get(each["room"])) for title, each in found.items()} == {
        "Opening": ("09:30", "Grote zaal"),
        "Tuinpraat": ("10:00", "Tuinzaal"),
        "Pauze": ("09:00", None),
    }
    assert clock(found["Pauze"]["start"])[:2] != f"{day:02}"
    assert all(re.fullmatch("[a-z2-7]{16}", each["id"]) for each in found.values())


async def test_what_is_wrong_is_said_at_its_field_and_is_not_saved(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    await put(organiser)
    page = await editor(visits, place)
    await page.click('[data-session="b"] button')
    await page.fill("#session-end", "08:00")
    await page.fill("#session-title", "")
    await page.keyboard.press("Tab")

    await expect(page.locator("#session-end-error")).to_have_text(said(SURFACE, "flaw.end-before"))
    await expect(page.locator("#session-title-error")).to_have_text(said(SURFACE, "flaw.title"))
    assert await page.get_attribute("#session-end", "aria-invalid") == "true"

    await page.click("#session-done")
    await page.click("#save")

    await page.wait_for_selector("dialog[open] #session-title")
    assert "Titel b" in await sessions_of(organiser)
    await page.fill("#session-title", LONG + " " + "x" * 130)
    await page.fill("#session-end", "11:00")
    await page.click("#session-done")
    await save(page)
    assert clock((await sessions_of(organiser))[LONG + " " + "x" * 130]["end"]) == "12 11:00"
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0


async def test_time_that_is_being_typed_counts_when_the_drawer_is_closed(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    await put(organiser)
    page = await editor(visits, place)
    await page.click('[data-session="a"] button')
    await page.focus("#session-start")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("7.15")

    await page.keyboard.press("Escape")

    await expect(page.locator('[data-session="a"]')).to_contain_text("07:15–08:00")


async def test_overlap_in_one_room_is_a_warning_that_can_be_saved(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    await put(organiser)
    page = await editor(visits, place)

    await change(page, "b", start="09:30")

    await expect(page.locator('[data-session="b"] .item-flaw')).to_have_text(
        said(SURFACE, "flaw.overlap", other="Titel a")
    )
    await expect(page.locator('[data-session="t"] .item-flaw')).to_have_count(0)
    await save(page)
    assert clock((await sessions_of(organiser))["Titel b"]["end"]) == "12 10:15"


async def test_alt_and_arrows_move_a_session_and_undo_and_redo_go_back_and_forth(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    await put(organiser)
    page = await editor(visits, place)
    button = page.locator('[data-session="a"] button')
    await button.focus()

    await page.keyboard.press("Alt+ArrowDown")
    await page.keyboard.press("Alt+ArrowDown")
    await page.keyboard.press("Alt+ArrowRight")

    await expect(button).to_be_focused()
    await expect(button).to_contain_text("09:10–09:55")
    await expect(button).to_contain_text("Tuinzaal")
    await expect(page.locator("#said")).to_contain_text("Tuinzaal")
    await page.click("#undo")
    await page.click("#undo")
    await expect(button).to_contain_text("09:00–09:45")
    await expect(page.locator("#bar .bar-words")).to_have_text(said(SURFACE, "bar.saved"))
    await page.keyboard.press("Control+Shift+Z")
    await expect(button).to_contain_text("09:10–09:55")
    await save(page)
    assert (await sessions_of(organiser))["Titel a"]["id"] == "a"


async def test_room_that_goes_says_what_happens_to_its_sessions(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    await put(organiser)
    page = await editor(visits, place)
    await page.click("#rooms")

    await page.click("#room-remove-groot")
    await expect(page.locator("#ask-text")).to_have_text(said(SURFACE, "rooms.ask-text", n=3))
    await page.click('.ask button[value="to tuin"]')
    await page.keyboard.press("Escape")
    await save(page)

    assert {each["room"] for each in (await sessions_of(organiser)).values()} == {"tuin"}


async def test_copy_comes_behind_the_first_and_gets_an_id_of_its_own(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    await put(organiser)
    page = await editor(visits, place)
    await page.click('[data-day="2026-11-13"]')
    await page.click('[data-session="c"] button')

    await page.click("#session-duplicate")
    await page.fill("#session-title", "Nog eens")
    await page.click("#session-done")
    await save(page)

    found = await sessions_of(organiser)
    assert (clock(found["Nog eens"]["start"]), found["Nog eens"]["room"]) == ("13 10:00", "groot")
    assert found["Nog eens"]["id"] not in ("c", "")


async def test_what_was_not_saved_is_there_again_after_a_reload(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    await put(organiser)
    page = await editor(visits, place)
    await change(page, "a", title="Nog niet bewaard")
    await expect(page.locator("#bar .bar-words")).to_contain_text(said(SURFACE, "bar.unsaved", n=1))

    await page.reload()

    await expect(page.locator('[data-session="a"]')).to_contain_text("Nog niet bewaard")
    await page.click("#drop-draft")
    await expect(page.locator('[data-session="a"]')).to_contain_text("Titel a")
    emptied = "(n) => localStorage.getItem(n) === ''"
    await eventually(lambda: page.evaluate(emptied, f"fontein-programme-draft {SLUG}"), what="the draft is gone")
    await page.reload()
    await expect(page.locator('[data-session="a"]')).to_contain_text("Titel a")
    await expect(page.locator("#notices")).to_be_empty()


# Two at once


async def test_two_organisers_lose_nothing_of_each_other(visits: Visits, place: Place, organiser: Visitor) -> None:
    await put(organiser)
    one, two = await editor(visits, place), await editor(visits, place)
    await change(one, "a", title="Van de een")
    await change(two, "b", title="Van de ander")

    await save(one)

    await two.wait_for_selector(".conflict")
    await expect(two.locator(".conflict")).to_contain_text("Van de een")
    await expect(two.locator(".conflict")).to_contain_text("Van de ander")
    await two.click('[data-choice="merge"]')
    await save(two)
    assert {"Van de een", "Van de ander", "Titel t", "Titel c"} == set(await sessions_of(organiser))
    # The first one, who changed nothing since, sees it by itself.
    await expect(one.locator('[data-session="b"]')).to_contain_text("Van de ander")


@pytest.mark.parametrize(("choice", "title"), [("keep", "Mijn titel"), ("take", "Hun titel")])
async def test_same_title_changed_by_two_waits_for_a_choice(
    visits: Visits, place: Place, organiser: Visitor, choice: str, title: str
) -> None:
    await put(organiser)
    page = await editor(visits, place)
    await change(page, "a", title="Mijn titel")

    await put(organiser, [{**TWO_DAYS[0], "title": "Hun titel"}, *TWO_DAYS[1:]])

    await page.wait_for_selector(".conflict")
    await expect(page.locator('[data-session="a"]')).to_contain_text("Mijn titel")
    await page.click(f'[data-choice="{choice}"]')
    await expect(page.locator('[data-session="a"]')).to_contain_text(title)
    if choice == "keep":
        await save(page)
    assert title in await sessions_of(organiser)


async def test_what_is_typed_while_somebody_else_saves_is_kept(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    await put(organiser)
    page = await editor(visits, place)
    await page.click('[data-session="a"] button')
    await page.fill("#session-title", "Begonnen")

    await put(organiser, [*TWO_DAYS[:1], {**TWO_DAYS[1], "title": "Intussen"}, *TWO_DAYS[2:]])

    await page.wait_for_selector(".conflict", state="attached")
    await page.fill("#session-title", "Begonnen en afgemaakt")
    await page.click("#session-done")
    await page.click('[data-choice="merge"]')
    await save(page)
    assert {"Begonnen en afgemaakt", "Intussen"} <= set(await sessions_of(organiser))


async def test_times_stay_on_the_clock_in_another_zone(visits: Visits, place: Place, organiser: Visitor) -> None:
    await put(organiser)
    page = await editor(visits, place)

    await page.select_option("#zone", "America/Paramaribo")
    await expect(page.locator('[data-session="a"]')).to_contain_text("09:00–09:45")
    await save(page)

    assert clock((await sessions_of(organiser))["Titel a"]["start"]) == "12 13:00"
    assert (await organiser.get("programme")).json["zone"] == "America/Paramaribo"


# From a file


def ics(*events: tuple[str, str, str]) -> dict[str, Any]:
    """A calendar: UID, start of 12 November in UTC, title."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//"]
    for uid, start, title in events:
        hour = int(start[:2])
        lines += ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", f"DTSTART:20261112T{start}00Z"]
        lines += [f"DTEND:20261112T{hour:02}5900Z", f"SUMMARY:{title}", "LOCATION:Grote zaal", "END:VEVENT"]
    body = "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
    return {"name": "programma.ics", "mimeType": "text/calendar", "buffer": body}


async def test_file_shows_what_changes_before_it_is_taken_over_and_can_be_undone(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    page = await editor(visits, place)
    await page.set_input_files("#import-file", ics(("een@x", "0800", "Eerste"), ("twee@x", "0900", "Tweede")))
    await page.click("#import-take")
    await page.wait_for_selector("#editor:not([hidden]) [data-session]")

    await page.set_input_files("#import-file", ics(("een@x", "0815", "Eerste, later"), ("drie@x", "1000", "Derde")))

    found = page.locator(".import-found")
    await expect(found).to_contain_text(said(SURFACE, "difference.changed", n=1))
    await expect(found.locator("dl")).to_contain_text("09:15")
    await expect(found.locator("del").first).to_contain_text("09:00")
    await expect(found).to_contain_text("Derde")
    await expect(found).to_contain_text("Tweede")
    assert set(await sessions_of(organiser)) == {"Eerste", "Tweede"}
    await page.click("#import-take")
    await page.wait_for_selector('[data-session="drie@x"]')
    assert set(await sessions_of(organiser)) == {"Eerste, later", "Derde"}
    await page.click("#import-undo")
    await expect(page.locator("#notices")).to_contain_text(said(SURFACE, "import.undone"))
    assert set(await sessions_of(organiser)) == {"Eerste", "Tweede"}


async def test_file_can_be_dragged_onto_the_page(visits: Visits, place: Place) -> None:
    page = await editor(visits, place)
    file = ics(("een@x", "0800", "Eerste"))
    await page.evaluate(
        """([text, name]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([text], name, { type: 'text/calendar' }));
          for (const type of ['dragover', 'drop'])
            document.querySelector('.drop').dispatchEvent(new DragEvent(type, { dataTransfer, cancelable: true }));
        }""",
        [file["buffer"].decode(), file["name"]],
    )

    await expect(page.locator(".import-found")).to_contain_text("Eerste")


async def test_file_that_is_no_programme_is_refused_in_plain_words(visits: Visits, place: Place) -> None:
    page = await editor(visits, place)

    await page.set_input_files("#import-file", {"name": "x.ics", "mimeType": "text/calendar", "buffer": b"hallo"})

    await expect(page.locator("#import-error")).to_have_text(said(SURFACE, "refused.not-a-schedule"))
    await expect(page.locator("#import-take")).to_have_count(0)


async def test_address_is_followed_until_it_is_switched_off(visits: Visits, place: Place, organiser: Visitor) -> None:
    page = await editor(visits, place)
    await page.click("#follow")
    await expect(page.locator("#import-error")).to_have_text(said(SURFACE, "import.fetch-empty"))

    await page.fill("#import-url", "http://127.0.0.1:9/schedule.json")
    await page.click("#follow")

    await expect(page.locator("#follow")).to_have_attribute("aria-checked", "true")
    await expect(page.locator(".follow-words")).to_contain_text(said(SURFACE, "follow.failed"))
    assert (await organiser.get("programme/address")).json["url"] == "http://127.0.0.1:9/schedule.json"
    await page.click("#follow")
    await expect(page.locator(".follow-words")).to_have_text(said(SURFACE, "follow.off"))
    assert (await organiser.get("programme/address")).json["url"] is None


async def test_what_is_new_at_an_address_waits_to_be_taken_over(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    there = [ics(("een@x", "0800", "Eerste"))["buffer"]]

    async def schedule(_: web.Request) -> web.Response:
        return web.Response(body=there[0], content_type="text/calendar")

    app = web.Application()
    app.add_routes([web.get("/schedule.ics", schedule)])
    async with TestServer(app, port=free_port()) as server:
        page = await editor(visits, place)
        await page.fill("#import-url", str(server.make_url("/schedule.ics")))
        await page.click("#import-fetch")
        await page.click("#import-take")
        await page.wait_for_selector("#import-undo")
        await page.click("#follow")
        await expect(page.locator(".follow-words")).to_contain_text(said(SURFACE, "follow.checked").split("{time}")[1])

        there[0] = ics(("een@x", "0800", "Eerste"), ("twee@x", "0900", "Tweede"))["buffer"]
        await page.click("#follow-now")
        await page.click("#follow-show")

        await expect(page.locator(".import-found")).to_contain_text("Tweede")
        assert set(await sessions_of(organiser)) == {"Eerste"}
        await page.click("#import-take")
        await eventually(lambda: has(organiser, "Tweede"), what="it is taken over")


async def has(visitor: Visitor, title: str) -> bool:
    return title in await sessions_of(visitor)


# Reading it


async def test_page_follows_the_day_without_moving_what_is_read(
    visits: Visits, place: Place, organiser: Visitor
) -> None:
    await put(organiser)
    page = await visits.open(f"{place.url}/{SLUG}/programme")
    row = page.locator('[data-session="a"]')
    await expect(row.locator(".session-late")).to_be_hidden()

    await organiser.ask("POST", "programme/shifts", {"session": "a", "minutes": 6})
    await expect(row.locator(".session-late")).to_have_text(said("programme", "programme.late", n=6))
    await expect(row.locator(".session-start")).to_have_text("09:06")
    await organiser.ask("PUT", "programme/on-stage", {"room": "groot", "session": "a"})
    await expect(row).to_have_attribute("aria-current", "true")
    await expect(page.locator("[aria-current='true'][data-session]")).to_have_count(1)

    await put(organiser, [{**TWO_DAYS[0], "title": "Anders"}, *TWO_DAYS[1:]])
    await expect(page.locator("#news")).to_contain_text(said("programme", "programme.changed"))
    await expect(row).to_contain_text("Titel a")
    await page.click("#news a")
    await expect(page.locator('[data-session="a"]')).to_contain_text("Anders")


async def test_page_needs_no_script(visits: Visits, place: Place, organiser: Visitor) -> None:
    await put(organiser)
    page = await visits.open(f"{place.url}/{SLUG}/programme", java_script_enabled=False)

    await expect(page.locator(".day")).to_have_count(2)
    await expect(page.locator('[data-session="a"] details')).not_to_have_attribute("open", "")
    await page.click('[data-session="a"] summary')
    await expect(page.locator('[data-session="a"]')).to_contain_text("rekent")
    await page.click('a[href="?room=tuin"]')
    await expect(page.locator("[data-session]")).to_have_count(1)


@pytest.mark.parametrize("width", [320, 360, 1024, 1280])
async def test_long_words_stay_within_the_page(visits: Visits, place: Place, organiser: Visitor, width: int) -> None:
    long = session("lang", 12, "11:00", "12:00", title=f"{LONG} {'de gemeente als buur ' * 6}"[:200])
    await put(organiser, [*TWO_DAYS, {**long, "speakers": [{"name": LONG[:60], "about": "x" * 300}], "abstract": LONG}])
    viewport = {"width": width, "height": 800}
    for page in (
        await visits.open(f"{place.url}/{SLUG}/programme", viewport=viewport),
        await editor(visits, place, viewport=viewport),
    ):
        for summary in await page.locator("[data-session] summary").all():
            await summary.click()
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0


async def test_each_day_is_one_sheet_of_paper(visits: Visits, place: Place, organiser: Visitor) -> None:
    title = "over wat er gebeurt als de raad halverwege van kleur verandert"
    full = [
        {**session(f"s{day}-{hour}-{room}", day, f"{hour:02}:00", f"{hour:02}:45", room), "speakers": [{"name": title}]}
        | ({"title": f"Titel s {title} {title}"} if day == 13 else {})
        for day in (12, 13)
        for hour in range(8, 20)
        for room in ("groot", "tuin")
    ]
    await put(organiser, full)
    page = await visits.open(f"{place.url}/{SLUG}/programme")

    reader = PdfReader(io.BytesIO(await page.pdf(prefer_css_page_size=True)))

    texts = [sheet.extract_text() for sheet in reader.pages]
    assert [("12 november" in text, "13 november" in text) for text in texts] == [(True, False), (False, True)]
    assert all(text.count("Titel s") == 24 for text in texts)
