"""X asks for its mark and for the author's handle on every card; other networks are called by their name."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from server.intake.arrival import Arrival
from server.symposium.values import SourceId
from tests.browser.test_axe import TAGS, axe
from tests.browser.visits import Visits
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

POSTS = (
    ("x", "Anna", "@anna_demo", "Wat een volle zaal hier"),
    ("x", "", "@zonder_naam", "Mijn naam staat er niet"),
    ("mastodon", "Bram", "@bram@social.example", "Dat vind ik ook"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def _posts(place: Place) -> AsyncIterator[None]:
    for number, (network, name, handle, text) in enumerate(POSTS):
        arrival = Arrival(
            source=SourceId(f"{network}-1"), network=network, native_id=str(number), uri=f"urn:{number}",
            author_id=f"author-{number}", name=name, handle=handle, text=text, lang="nl",
        )  # fmt: skip
        post, _ = await place.hall.node.receive(arrival)
        assert (await place.holder("moderator").decide(post.id, "show")).status == 200
    yield


@pytest.mark.parametrize(
    ("path", "item", "line"),
    [
        pytest.param("wall", ".card", ".card-meta", id="wall"),
        pytest.param("text", ".posts > li", ".post-head .meta", id="list"),
        pytest.param("text?plain=1", ".posts > li", ".post-head .meta", id="list-without-javascript"),
    ],
)
async def test_card_of_x_has_its_mark_and_the_handle(
    place: Place, visits: Visits, path: str, item: str, line: str
) -> None:
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/{path}")

    def of(text: str) -> Locator:
        return page.locator(item, has_text=text).locator(line).first

    anna, nameless, bram = (of(text) for *_, text in POSTS)
    await expect(anna).to_contain_text("@anna_demo")
    await expect(anna.get_by_role("img", name="X", exact=True)).to_be_visible()
    await expect(nameless.get_by_role("img", name="X", exact=True)).to_be_visible()
    await expect(nameless).not_to_contain_text("@zonder_naam")
    await expect(bram).to_contain_text("Mastodon")
    await expect(bram).not_to_contain_text("@bram")
    await expect(bram.get_by_role("img")).to_have_count(0)
    assert await axe(page, {"type": "tag", "values": TAGS}) == []
