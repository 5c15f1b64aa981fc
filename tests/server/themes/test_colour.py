"""Colours: read as style sheets write them, measured as WCAG says, and moved until they can be told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.themes.colour import BLACK, HALL_CONTRAST, VEIL, WHITE, Colour, contrast, mix, nearest, parse, parse_css

COLOURS = st.builds(Colour, *(st.integers(0, 255) for _ in range(3)), st.just(255))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#0A7d78", Colour(10, 125, 120)),
        ("#0a7d7880", Colour(10, 125, 120, 128)),
        ("#fff", None),
        ("0a7d78", None),
        ("#0a7d7g", None),
        ("red", None),
        ("#0a7d78;", None),
        ("url(#0a7d78)", None),
    ],
)
def test_a_theme_writes_a_colour_in_one_way(text: str, expected: Colour | None) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#fff", WHITE),
        ("#0008", Colour(0, 0, 0, 136)),
        (" #CC0000 ", Colour(204, 0, 0)),
        ("white", WHITE),
        ("transparent", Colour(0, 0, 0, 0)),
        ("rgb(204 0 0)", Colour(204, 0, 0)),
        ("rgba(204, 0, 0, .5)", Colour(204, 0, 0, 128)),
        ("rgb(100% 0% 0% / 50%)", Colour(255, 0, 0, 128)),
        ("hsl(0 100% 40%)", Colour(204, 0, 0)),
        ("hsl(211 60% 35%)", Colour(36, 87, 143)),
        ("hsla(0, 0%, 18%, 1)", Colour(46, 46, 46)),
        ("hsl(0.5turn 100% 50%)", Colour(0, 255, 255)),
        ("hsl(-120deg 100% 25%)", Colour(0, 0, 128)),
        ("rgb(300 0 0)", Colour(255, 0, 0)),
        ("currentcolor", None),
        ("color-mix(in srgb, red, blue)", None),
        ("rgb(1 2)", None),
        ("rgb(1 2 3 4 5)", None),
        ("rgb(a b c)", None),
        ("hsl(none 0% 0%)", None),
        ("url(x)", None),
        ("", None),
    ],
)
def test_a_token_file_writes_colours_as_css_does(text: str, expected: Colour | None) -> None:
    assert parse_css(text) == expected


@given(COLOURS)
def test_what_is_written_is_read_back(colour: Colour) -> None:
    assert parse(colour.hex) == colour
    assert parse_css(f"rgb({colour.red} {colour.green} {colour.blue})") == colour


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#00ff00", 2.91),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    """Source of the figures: WebAIM's contrast checker, and WCAG's own example of #767676."""
    a, b = parse(one), parse(other)

    assert a is not None
    assert b is not None
    assert contrast(a, b) == pytest.approx(ratio, abs=0.01)
    assert contrast(b, a) == contrast(a, b)


def test_the_veil_is_the_light_of_a_hall_in_which_white_is_fifteen_times_black() -> None:
    assert pytest.approx(HALL_CONTRAST) == (1 + VEIL) / VEIL


@given(COLOURS, COLOURS)
def test_a_lit_hall_never_adds_contrast(one: Colour, other: Colour) -> None:
    assert contrast(one, other, veil=VEIL) <= contrast(one, other)


def test_a_lit_hall_hurts_dark_pictures_most() -> None:
    """Grey on black and grey on white that are the same on a display are not the same in a hall."""
    on_black = contrast(Colour(117, 117, 117), BLACK, veil=VEIL)
    on_white = contrast(Colour(118, 118, 118), WHITE, veil=VEIL)

    assert contrast(Colour(117, 117, 117), BLACK) == pytest.approx(contrast(Colour(118, 118, 118), WHITE), abs=0.1)
    assert on_black < 3 < on_white


@given(COLOURS, COLOURS)
def test_mixing_ends_where_it_should(one: Colour, other: Colour) -> None:
    assert all(abs(a - b) <= 1 for a, b in zip(mix(one, other, 0), one, strict=True))
    assert all(abs(a - b) <= 1 for a, b in zip(mix(one, other, 1), other, strict=True))


@given(COLOURS)
def test_the_nearest_colour_that_fits_fits(colour: Colour) -> None:
    found = nearest(colour, lambda tried: contrast(tried, WHITE) >= 4.5)

    assert found is not None
    assert contrast(found, WHITE) >= 4.5
    assert found == colour or contrast(colour, WHITE) < 4.5


def test_the_nearest_colour_is_near() -> None:
    """A red that is a little too light becomes a little darker, and stays red."""
    found = nearest(Colour(230, 60, 60), lambda tried: contrast(tried, WHITE) >= 4.5)

    assert found is not None
    assert contrast(found, WHITE) < 4.8
    assert found.red > 2 * max(found.green, found.blue)


def test_there_may_be_no_colour_that_fits() -> None:
    middle = Colour(118, 118, 118)

    assert nearest(middle, lambda tried: contrast(tried, middle) >= 7) is None
