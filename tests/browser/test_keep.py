"""Keep and forget: the countdown, what a change means before it is saved, a legal hold, and erasing in two steps."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server.symposium.entries import FrozenFile, ReportFrozen, SymposiumBody
from server.symposium.state import Keeping, Post
from server.symposium.values import OPERATOR, BlobId, Decision, Kept, Status
from tests.browser.content import Filler
from tests.browser.programme_day import HALL, set_programme
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits, said
from tests.house import SLUG, Place, open_place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AGO = 10
"""Days since the last session."""
_DAY_MINUTES = 24 * 60
WHY = "De rechtbank vroeg op 3 november om alles te bewaren."


@pytest_asyncio.fixture(loop_scope="session")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A symposium that is over: every test may let something of it go."""
    async with open_place(tmp_path_factory.mktemp("house")) as opened:
        end = -AGO * _DAY_MINUTES
        await set_programme(opened.hall.node, slots=(("a", HALL, end - 60, end, "Opening", "Anouk Blom"),))
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def anna(place: Place) -> list[Post]:
    """Two posts of Anna's on the screens, the first one in a frozen report; and one of a phone."""
    filler = await Filler.of(place, SLUG)
    posts = [
        await filler.network(
            f"Meer bomen, nummer {n}.",
            name="Anna de Wit",
            handle="@anna@social.example",
            author_id="https://social.example/users/anna",
            permalink=f"https://social.example/@anna/{n}",
        )
        for n in (1, 2)
    ]
    await filler.phone("Waar is de koffie?", name="Oma Riet", device="riet")
    await filler.decide(Decision.SHOW, *posts)
    return posts


async def freeze(place: Place, *posts: Post) -> None:
    head = ReportFrozen(
        by=OPERATOR,
        number=1,
        through=place.seq,
        sha256="a" * 64,
        files=(FrozenFile("html", BlobId("a" * 64), 10),),
        posts=tuple(post.id for post in posts),
    )
    await place.hall.node.submit(head)


async def keep(place: Place, visits: Visits, **options: Any) -> Page:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/keep#k={place.tokens['organiser']}", **options)
    await page.wait_for_selector("body[data-ready] #timeline li")
    return page


def row(page: Page, kind: str) -> Any:
    return page.locator(f'.class[data-kind="{kind}"]')


def is_held(place: Place) -> bool:
    return place.hall.node.state.hold is not None


# What goes when


async def test_countdown_and_line_lead_to_only_the_report(place: Place, visits: Visits, anna: list[Post]) -> None:
    page = await keep(place, visits)

    left = said("keep", "keep.left.days", n=19)
    await expect(page.locator("#countdown strong")).to_have_text(left[0].upper() + left[1:])
    await expect(page.locator("#timeline .moment").first).to_contain_text(said("keep", "keep.timeline.end"))
    await expect(page.locator("#timeline .moment").last).to_contain_text(said("keep", "keep.timeline.rest"))
    await expect(page.locator("#timeline [aria-current=date]")).to_contain_text(said("keep", "keep.timeline.today"))
    await expect(row(page, "posts")).to_contain_text(left)


async def test_countdown_counts_while_the_page_is_open(place: Place, visits: Visits, anna: list[Post]) -> None:
    visits.witness.own.add(place.url)
    page = await (await visits.context()).new_page()
    await page.clock.install()
    await page.goto(f"{place.url}/{SLUG}/keep#k={place.tokens['organiser']}")
    await expect(page.locator("#countdown strong")).to_contain_text("19")
    await page.route("**/keeping", lambda route: route.abort())
    visits.faults_allowed = True

    await page.clock.fast_forward(24 * 3_600 * 1_000)

    await expect(page.locator("#countdown strong")).to_contain_text("18")


async def test_without_a_frozen_report_the_page_warns_and_leads_to_the_studio(
    place: Place, visits: Visits, anna: list[Post]
) -> None:
    page = await keep(place, visits)
    warning = page.locator("#notices .warn")
    await expect(warning).to_contain_text(said("keep", "keep.not-frozen").partition(".")[0])
    await expect(warning.get_by_role("link")).to_have_attribute("href", f"/{SLUG}/report")

    await freeze(place, anna[0])
    await page.reload()

    await expect(page.locator("#timeline li").first).to_be_visible()
    await expect(page.locator("#notices .warn")).to_have_count(0)


async def test_without_an_end_the_page_says_that_nothing_goes(place: Place, visits: Visits) -> None:
    made = await place.symposium("zonderdag", short="ZD")
    await place.house.site.halls["zonderdag"].node.change(OPERATOR, SymposiumBody(title="Zonder dag"))
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/zonderdag/keep#k={made['badges']['organiser']}")

    await expect(page.locator("#notices")).to_contain_text(said("keep", "keep.no-end"))
    await expect(row(page, "posts")).to_contain_text(said("keep", "keep.until-unknown"))
    await expect(page.locator("#countdown")).to_contain_text(said("keep", "keep.countdown.none"))


# Periods


async def test_longer_period_is_told_and_saved_by_keys_alone(place: Place, visits: Visits, anna: list[Post]) -> None:
    page = await keep(place, visits)
    save = page.locator("#periods [type=submit]")
    await expect(save).to_be_disabled()
    await page.focus("#keep-posts")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("60")
    await expect(row(page, "posts").locator(".class-until")).to_contain_text(said("keep", "keep.left.days", n=49))
    assert place.hall.node.state.keeping == Keeping()

    await page.keyboard.press("Enter")

    await expect(page.locator("#periods .said")).to_have_text(said("keep", "keep.saved"))
    assert place.hall.node.state.keeping.posts_days == 60
    await expect(save).to_be_disabled()


async def test_period_that_is_over_is_asked_twice_and_no_key_alone_says_yes(
    place: Place, visits: Visits, anna: list[Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.keeping.CALM_US", 0)  # the posts of this test came just now
    page = await keep(place, visits)
    await page.fill("#keep-posts", "5")
    await expect(row(page, "posts").locator(".class-until.sudden")).to_be_visible()

    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(said("keep", "keep.now-no-report"))
    await expect(dialog.locator(".danger")).to_be_disabled()
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    assert place.hall.node.state.keeping == Keeping()
    await expect(page.locator("#keep-posts")).to_have_value("5")  # what was typed stays

    await page.click("#periods [type=submit]")
    await dialog.get_by_role("checkbox").check()
    await dialog.locator(".danger").click()
    await expect(page.locator("#periods .said")).to_have_text(said("keep", "keep.saved"))
    assert set(await place.hall.node.keep.lapse()) == {Kept.POSTS, Kept.PICTURES}
    assert {post.status for post in place.hall.node.state.posts.values()} == {Status.LAPSED}
    await page.reload()
    await expect(page.locator("#notices")).to_contain_text(said("keep", "keep.not-frozen-late"))


@pytest.mark.parametrize("typed", ["", "-1", "3661", "1.5"])
async def test_odd_period_is_said_to_be_and_not_saved(
    place: Place, visits: Visits, anna: list[Post], typed: str
) -> None:
    page = await keep(place, visits)
    await page.fill("#keep-audit", typed)
    await expect(row(page, "audit").get_by_role("alert")).to_have_text(
        said("keep", "keep.periods.wrong-days", most=3660)
    )

    await page.click("#periods [type=submit]")

    await expect(page.locator("#keep-audit")).to_be_focused()
    assert place.hall.node.state.keeping == Keeping()


async def test_never_is_a_box_and_comes_back_as_usual(place: Place, visits: Visits, anna: list[Post]) -> None:
    page = await keep(place, visits)
    box = row(page, "audit").get_by_role("checkbox")
    await box.check()
    await expect(row(page, "audit").locator(".class-until")).to_contain_text(said("keep", "keep.until-never"))
    await page.click("#periods [type=submit]")
    await expect(page.locator("#periods .said")).to_have_text(said("keep", "keep.saved"))
    assert place.hall.node.state.keeping.audit_days is None
    await expect(page.locator("#timeline .moment").last).to_contain_text(said("keep", "keep.in-row.audit").capitalize())

    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    await row(page, "audit").get_by_role("checkbox").uncheck()

    await expect(page.locator("#keep-audit")).to_have_value("90")


async def test_failure_is_said_and_what_was_typed_stays(place: Place, visits: Visits, anna: list[Post]) -> None:
    page = await keep(place, visits)
    visits.faults_allowed = True
    await page.route("**/keeping", lambda route: route.abort())
    await page.fill("#keep-posts", "60")
    await page.click("#periods [type=submit]")

    await expect(page.locator("#periods .said")).to_have_text(said("keep", "fault.offline"))
    await expect(page.locator("#keep-posts")).to_have_value("60")
    await expect(page.locator("#periods [type=submit]")).to_be_enabled()


# Legal hold


async def test_hold_begins_with_its_reason_and_ends_in_two_steps(
    place: Place, visits: Visits, anna: list[Post]
) -> None:
    page = await keep(place, visits)
    await page.get_by_role("button", name=said("keep", "keep.hold.begin")).click()
    await expect(page.locator("#reason-error")).to_have_text(said("keep", "keep.hold.reason-short"))
    await expect(page.locator("#reason")).to_be_focused()
    await page.keyboard.type(WHY)
    await page.get_by_role("button", name=said("keep", "keep.hold.begin")).click()

    await expect(page.locator("#notices")).to_contain_text(WHY)
    await expect(page.locator("#countdown")).to_contain_text(said("keep", "keep.countdown.hold"))
    assert is_held(place)

    await page.get_by_role("button", name=said("keep", "keep.hold.end")).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(said("keep", "keep.hold.end-nothing"))
    await dialog.get_by_role("checkbox").check()
    await dialog.locator(".danger").click()
    await expect(page.locator("#hold .said")).to_have_text(said("keep", "keep.hold.ended"))
    assert not is_held(place)
    await expect(page.locator("#reason")).to_have_value("")


# Erasing


async def search(page: Page, query: str) -> None:
    await page.fill("#query", query)
    await page.press("#query", "Enter")


async def test_author_is_shown_first_and_erased_in_a_second_step(
    place: Place, visits: Visits, anna: list[Post]
) -> None:
    await freeze(place, anna[0])
    page = await keep(place, visits)
    await search(page, "https://social.example/@anna")
    card = page.locator("#people .person")
    await expect(card).to_have_count(1)
    await expect(card).to_contain_text("Anna de Wit")
    await expect(card).to_contain_text(said("keep", "keep.erase.posts", n=2))
    await expect(card).to_contain_text(said("keep", "keep.erase.versions", n=1, list=1))

    await card.get_by_role("button", name=said("keep", "keep.erase.all")).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(said("keep", "keep.erase.point-versions", n=1, list=1))
    await expect(dialog).to_contain_text(said("keep", "keep.erase.point-stays-out"))
    await page.keyboard.press("Enter")  # the focus is on the way out
    await expect(dialog).to_have_count(0)
    assert place.hall.node.state.posts[anna[0].id].status is Status.SHOWN

    await card.get_by_role("button", name=said("keep", "keep.erase.all")).focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Shift+Tab")  # from the way out to the box
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.locator("#erase-said")).to_contain_text(said("keep", "keep.erase.done", n=2))
    await expect(page.locator("#erase-said")).to_be_focused()
    assert [place.hall.node.state.posts[post.id].status for post in anna] == [Status.ERASED] * 2
    await expect(page.locator("#out")).not_to_have_text(said("keep", "keep.out.none"))
    await search(page, "@anna@social.example")
    await expect(page.locator("#people")).to_contain_text(said("keep", "keep.erase.out", who="anna@social.example"))


async def test_one_post_is_found_by_its_address_and_goes_alone(place: Place, visits: Visits, anna: list[Post]) -> None:
    page = await keep(place, visits)
    await search(page, "https://social.example/@anna/1")
    await expect(page.locator("#people blockquote")).to_have_text("Meer bomen, nummer 1.")
    await page.get_by_role("button", name=said("keep", "keep.erase.one")).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("checkbox").check()
    await dialog.locator(".danger").click()

    await expect(page.locator("#erase-said")).to_contain_text(said("keep", "keep.erase.done", n=1))
    statuses = [place.hall.node.state.posts[post.id].status for post in anna]
    assert statuses == [Status.ERASED, Status.SHOWN]


async def test_phone_is_erased_and_the_page_says_that_it_may_come_back(
    place: Place, visits: Visits, anna: list[Post]
) -> None:
    page = await keep(place, visits)
    await search(page, "koffie")
    await page.get_by_role("button", name=said("keep", "keep.erase.all")).click()
    await expect(page.get_by_role("dialog")).to_contain_text(said("keep", "keep.erase.point-phone"))


async def test_stranger_is_kept_out(place: Place, visits: Visits, anna: list[Post]) -> None:
    page = await keep(place, visits)
    await search(page, "@cleo@social.example")
    await expect(page.locator("#people h3")).to_have_text(said("keep", "keep.erase.unknown", who="cleo@social.example"))
    await page.get_by_role("button", name=said("keep", "keep.erase.keep-out")).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("checkbox").check()
    await dialog.locator(".danger").click()

    await expect(page.locator("#erase-said")).to_have_text(said("keep", "keep.erase.done-out"))
    assert place.hall.node.state.suppressed


async def test_search_says_what_it_needs_and_when_there_is_nobody(place: Place, visits: Visits) -> None:
    page = await keep(place, visits)
    await search(page, "a")
    await expect(page.locator("#query-error")).to_have_text(said("keep", "keep.erase.short"))
    await expect(page.locator("#query")).to_be_focused()
    await search(page, "zonder iemand")
    await expect(page.locator("#erase-said")).to_have_text(said("keep", "keep.erase.found-none"))


# Files, and who may come in


async def test_what_is_kept_of_somebody_and_the_papers_are_fetched(
    place: Place, visits: Visits, anna: list[Post]
) -> None:
    page = await keep(place, visits, accept_downloads=True)
    await search(page, "@anna@social.example")
    async with page.expect_download() as access:
        await page.get_by_role("button", name=said("keep", "keep.erase.access")).click()
    await page.get_by_label("English").check()
    async with page.expect_download() as register:
        await page.locator('button[value="register.html"]').click()

    assert (await access.value).suggested_filename == f"{SLUG}-inzage-{anna[1].id}.zip"
    with zipfile.ZipFile(await (await access.value).path()) as file:
        assert "Meer bomen, nummer 2." in file.read("data.json").decode()
    assert "<html" in (await (await register.value).path()).read_text(encoding="utf-8")
    assert (await register.value).suggested_filename == f"{SLUG}-register-en.html"
    await expect(page.locator("#papers-said")).to_have_text(said("keep", "keep.papers.made"))


async def test_moderator_is_told_that_this_is_another_page(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/keep#k={place.tokens['moderator']}")
    await expect(page.locator("#door")).to_contain_text(said("keep", "door.role"))
    await expect(page.locator("#periods")).to_be_hidden()


async def test_organiser_finds_the_way(place: Place, visits: Visits) -> None:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/organise#k={place.tokens['organiser']}")
    await page.locator(f'#after a[href="/{SLUG}/keep"]').click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(said("keep", "keep.title"))


@pytest.mark.parametrize(("lang", "width"), [("en", 320), ("nl", 1280)])
async def test_page_passes_axe_and_fits(place: Place, visits: Visits, anna: list[Post], lang: str, width: int) -> None:
    await freeze(place, anna[0])
    await place.holder("organiser").ask("PUT", "hold", {"on": True, "reason": WHY})
    page = await keep(
        place, visits, locale=lang, bypass_csp=True, reduced_motion="reduce", viewport={"width": width, "height": 800}
    )
    await page.fill("#keep-posts", "2")
    await page.fill("#keep-audit", "")
    await search(page, "anna")
    await page.wait_for_selector("#people .person")

    found = await axe(page, {"type": "tag", "values": TAGS})
    await page.emulate_media(color_scheme="dark")
    found += await axe(page, {"type": "rule", "values": ["color-contrast"]})
    await page.locator("#people .danger-line").first.click()
    found += await axe(page, {"type": "tag", "values": TAGS})

    assert found == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
