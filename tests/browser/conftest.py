"""One Chromium for all browser tests, a house for each file, and watched browsers for each test."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageDraw
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.visits import BROWSER_ARGS, WAIT_MS, Visits, Witness
from tests.house import Place, open_place
from tools import needs

expect.set_options(timeout=WAIT_MS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """The Chromium of this system: with `--full` all of it, else without windows of its own where that is there."""
    path = needs.chromium(whole=request.config.option.full)
    assert path is not None, needs.apt_line([needs.CHROMIUM])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(BROWSER_ARGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A house that the tests of one file share."""
    async with open_place(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def visits(chromium: Browser) -> AsyncIterator[Visits]:
    """
    Browsers for one test. After it, none of their pages may have asked another host for anything, opened a dialog,
    run into the content security policy, or lost an error.
    """
    all_visits = Visits(chromium, Witness(own=set()))
    yield all_visits
    await all_visits.close()
    assert all_visits.faults_allowed or all_visits.witness.faults == []


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    """A photo as a phone makes one, larger than the pages show."""
    made = 0

    def draw(*, size: tuple[int, int] = (1600, 1200)) -> Path:
        nonlocal made
        made += 1
        image = Image.new("RGB", size, (40, 90 + made * 7 % 100, 120))
        ImageDraw.Draw(image).ellipse((200, 150, 1200, 1000), fill=(240, 180, 40 + made))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=85)
        path = tmp_path / f"photo-{made}.jpg"
        path.write_bytes(out.getvalue())
        return path

    return draw
