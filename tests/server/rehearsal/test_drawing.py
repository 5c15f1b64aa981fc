"""The pictures: each one can be decoded, is quick, and is the same every time."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from server.errors import NotFound
from server.rehearsal import PICTURES, draw

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_a_jpeg_of_the_asked_size_and_the_same_each_time(name: str) -> None:
    first = draw(name)

    picture = Image.open(io.BytesIO(first))
    assert (picture.format, picture.size) == ("JPEG", (1200, 800))
    assert draw(name) == first


def test_pictures_differ() -> None:
    assert len({draw(name, width=300, height=200) for name in PICTURES}) == len(PICTURES)


@pytest.mark.parametrize("size", [(1, 1), (800, 800), (300, 900), (1600, 500)], ids=str)
def test_picture_of_another_shape_is_filled_to_the_edges(size: tuple[int, int]) -> None:
    picture = Image.open(io.BytesIO(draw("hall", width=size[0], height=size[1])))

    assert picture.size == size


def test_unknown_picture_is_refused_by_name() -> None:
    with pytest.raises(NotFound, match="'unicorn'"):
        draw("unicorn")


@pytest.mark.parametrize("side", [0, -1, 2401])
def test_side_out_of_bounds_is_refused(side: int) -> None:
    with pytest.raises(ValueError, match="2400"):
        draw("hall", width=side)
