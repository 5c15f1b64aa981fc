"""A house for each test file: its symposium, a badge of each role, and somebody to knock at its door."""

from __future__ import annotations

import io
import itertools
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from PIL import Image

from tests.house import Place, open_place


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A house that the tests of one file share."""
    async with open_place(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture(scope="session")
def drawn() -> Callable[..., bytes]:
    """Pictures, no two alike."""
    made = itertools.count(1)

    def draw(*, size: tuple[int, int] = (64, 48), format_: str = "JPEG") -> bytes:
        out = io.BytesIO()
        view = (-2.0 - next(made) / 100, -1.5, 1.0, 1.5)
        Image.effect_mandelbrot(size, view, 20).convert("RGB").save(out, format_)
        return out.getvalue()

    return draw
