"""From how far a code can be read: the model's arithmetic. Whether it is true, `test_simulation.py` says."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.codes import Colours, Level
from qr.legibility import (
    A3_POSTER,
    A4_POSTER,
    HALL_CONTRAST,
    OLD_PHONE,
    PHONE,
    STICKER,
    TABLE_CARD,
    Paper,
    Phone,
    Place,
    Room,
    advice,
    hall_contrast,
    pixels_at,
    pixels_needed,
    reach_m,
    seen_contrast,
    smallest_module_mm,
)

JOIN = "HTTPS://FONTEIN.EXAMPLE/LU"
HALL = Room(depth_m=18, picture_height_m=2.25)


def test_a_pixel_of_a_camera_sees_two_thirds_of_a_milliradian() -> None:
    """2 · tan 32.5° / 1920; a 1920th of 65° would be a ninth less, which is true only on average over the picture."""
    assert PHONE.pixel_rad == pytest.approx(0.000664, abs=5e-7)
    assert OLD_PHONE.pixel_rad == 2 * PHONE.pixel_rad
    assert Phone(width_px=1000, view_deg=90).pixel_rad == pytest.approx(0.002)


@pytest.mark.parametrize(
    ("tile_px", "metres"),
    [pytest.param(230, 7.3, id="corner"), pytest.param(250, 7.9, id="session"), pytest.param(740, 23.5, id="join")],
)
def test_reach_of_the_codes_on_a_wall_of_two_and_a_quarter_metres(tile_px: int, metres: float) -> None:
    assert reach_m(tile_px / 33 * HALL.pixel_mm) == pytest.approx(metres, abs=0.05)


@given(distance=st.floats(0.1, 100), angle=st.floats(0, 50), contrast=st.floats(2, 1000))
def test_the_smallest_module_reaches_exactly_that_far(distance: float, angle: float, contrast: float) -> None:
    module = smallest_module_mm(distance, contrast=contrast, angle_deg=angle)

    assert reach_m(module, contrast=contrast, angle_deg=angle) == pytest.approx(distance)
    assert pixels_at(module, distance) == pytest.approx(pixels_needed(contrast=contrast, angle_deg=angle))


@pytest.mark.parametrize(
    ("contrast", "angle_deg", "pixels"),
    [
        (7, 0, 3.0),
        (7, 30, 3.0),
        (7, 45, 3.67),
        (7, 50, 4.04),
        (7, 51, math.inf),
        (2, 30, 3.0),
        (1.9, 30, math.inf),
    ],
)
def test_more_pixels_are_needed_from_aside_and_none_are_enough_without_contrast(
    contrast: float, angle_deg: float, pixels: float
) -> None:
    assert pixels_needed(contrast=contrast, angle_deg=angle_deg) == pytest.approx(pixels, abs=0.01)


def test_advice_takes_the_smallest_whole_module_that_the_last_row_reads() -> None:
    found = advice(JOIN, HALL)

    assert (found.version, found.module_px, found.code_px, found.enough) == (2, 18, 18 * 33, True)
    assert found.reach_m >= 18 > reach_m(17 * HALL.pixel_mm)
    assert found.old_reach_m == pytest.approx(found.reach_m / 2)
    assert found.module_mm == pytest.approx(18 * HALL.pixel_mm)


def test_advice_says_so_when_the_last_row_is_too_far() -> None:
    found = advice(JOIN, Room(depth_m=30, picture_height_m=2.25))

    assert (found.module_px, found.enough) == (22, False)
    assert found.reach_m < 30
    assert found.smallest_module_mm > found.module_mm


@pytest.mark.parametrize(
    ("room", "most_px"),
    [
        pytest.param(Room(depth_m=9, picture_height_m=2.25), 230, id="the corner has room for six"),
        pytest.param(Room(depth_m=9, picture_height_m=2.25), 20, id="and here for none"),
        pytest.param(Room(depth_m=5, picture_height_m=2.25, contrast=1.5), None, id="the sun is on the screen"),
        pytest.param(Room(depth_m=5, picture_height_m=2.25, angle_deg=60), None, id="a very wide hall"),
    ],
)
def test_advice_is_never_more_than_there_is_room_for(room: Room, most_px: int | None) -> None:
    found = advice(JOIN, room, most_px=most_px)

    assert not found.enough
    assert found.code_px is not None
    assert found.code_px <= (740 if most_px is None else most_px)


def test_a_finer_picture_does_not_reach_further_but_may_fit_closer() -> None:
    full, double = advice(JOIN, HALL), advice(JOIN, Room(depth_m=18, picture_height_m=2.25, picture_px=2160))

    assert double.module_px == 35
    assert full.reach_m >= double.reach_m >= 18


def test_a_higher_level_or_a_longer_text_reaches_less_far_from_the_same_room() -> None:
    far = Room(depth_m=60, picture_height_m=2.25)

    short, logo, long = advice(JOIN, far), advice(JOIN, far, level=Level.H), advice(JOIN.lower() + "/papers/" * 4, far)

    assert short.version < logo.version < long.version
    assert short.reach_m > logo.reach_m > long.reach_m


@pytest.mark.parametrize(
    ("paper", "metres"),
    [
        pytest.param(A3_POSTER, 2.7, id="A3"),
        pytest.param(A4_POSTER, 1.9, id="A4"),
        pytest.param(TABLE_CARD, 0.7, id="card"),
        pytest.param(STICKER, 0.44, id="sticker"),
    ],
)
def test_our_papers_are_read_from_where_they_are_meant_to_be(paper: Paper, metres: float) -> None:
    found = advice(JOIN + "/F7", paper)

    assert found.enough
    assert found.reach_m == pytest.approx(metres, abs=0.05)
    assert (found.module_px, found.code_px, round(found.code_mm, 3)) == (None, None, paper.tile_mm)


def test_a_module_that_no_printer_prints_is_not_enough() -> None:
    near = Paper(distance_m=0.1, tile_mm=15)

    assert reach_m(15 / 33, contrast=near.contrast) > 0.1
    assert not advice(JOIN + "/F7", near).enough


def test_light_in_the_hall_takes_contrast() -> None:
    dark, dimmed, lit = (hall_contrast(lumens=5000, picture_height_m=2.25, ambient_lux=lux) for lux in (5, 50, 300))

    assert (round(dark), round(dimmed), round(lit, 1)) == (92, 12, 2.8)


@pytest.mark.parametrize("place", [HALL, A3_POSTER], ids=["room", "paper"])
def test_colours_count_as_the_hall_leaves_them(place: Place) -> None:
    grey = Colours("#000", "#404040")

    assert seen_contrast(Colours("#000", "#fff"), HALL_CONTRAST) == pytest.approx(HALL_CONTRAST)
    assert seen_contrast(grey, HALL_CONTRAST) == pytest.approx(1.3, abs=0.01)
    assert seen_contrast(grey, 1.0) == 1.0
    assert advice(JOIN, place).reach_m > 0
    assert advice(JOIN, place, colours=grey).reach_m == 0
