"""Codes that were read before they are shown; and what cannot be read is not made."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageOps

from qr import Level, Logo, TextTooLong, Unreadable, checked_matrix, checked_png, checked_svg, matrix
from qr import checked as checked_module
from qr.checked import prove, read
from qr.codes import Matrix, matrices, picture, render_png, render_svg
from tests.qr.sample import logos

ADDRESS = "HTTPS://FONTEIN.EXAMPLE/LU/F7"
LINK = "https://fontein.example/proefdag/desk#k=geheim"


def _covered(share: float) -> Image.Image:
    """A code of level H with a black square over *share* of its side, as nobody could stop a stranger from printing."""
    image = picture(matrix(ADDRESS, level=Level.H), module_px=8).convert("L")
    middle, half = image.width / 2, share * 29 * 8 / 2
    ImageDraw.Draw(image).rectangle((middle - half, middle - half, middle + half, middle + half), fill=0)
    return image


def test_a_checked_picture_is_the_same_picture() -> None:
    assert checked_svg(ADDRESS, title="x") == render_svg(matrix(ADDRESS), title="x")
    assert checked_png(ADDRESS, module_px=5) == render_png(matrix(ADDRESS), module_px=5)


def test_a_checked_code_says_its_text() -> None:
    image = Image.open(
        io.BytesIO(checked_png(ADDRESS, level=Level.H, dark="#10242f", light="#f6f0e2", logo=logos()[0]))
    )

    assert read(image) == ADDRESS


def test_a_code_that_is_not_hidden_too_much_proves_itself() -> None:
    prove(_covered(0.3), ADDRESS)


def test_a_code_whose_middle_is_hidden_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        prove(_covered(0.55), ADDRESS)

    assert caught.value.flaw == "not-found"


def test_light_on_dark_is_refused_by_the_reading_too() -> None:
    """The colours are looked at first; if that ever failed, this would still."""
    prove(picture(matrix(ADDRESS), module_px=8), ADDRESS)

    with pytest.raises(Unreadable) as caught:
        prove(ImageOps.invert(picture(matrix(ADDRESS), module_px=8).convert("L")), ADDRESS)

    assert caught.value.flaw == "not-found"


def test_a_code_that_says_something_else_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        prove(picture(matrix(ADDRESS), module_px=8), ADDRESS.lower())

    assert caught.value.flaw == "other-text"


def test_a_logo_that_is_too_large_is_refused_by_reading_where_no_bound_stops_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control of the bound: it is there because reading fails, not the other way round."""
    monkeypatch.setattr("qr.codes.MAX_LOGO_SHARE", 0.6)

    with pytest.raises(Unreadable) as caught:
        checked_matrix(LINK, level=Level.H, logo=Logo(png=logos()[1].png, share=0.55))

    assert caught.value.flaw == "not-found"


def test_another_mask_is_taken_where_the_first_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_ = matrices(LINK)
    bad = picture(first, module_px=8).tobytes()
    real = checked_module.read
    monkeypatch.setattr(checked_module, "read", lambda image: None if image.tobytes() == bad else real(image))

    assert checked_matrix(LINK) == second != first


def test_what_no_mask_makes_readable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked_module, "read", lambda image: None)

    with pytest.raises(Unreadable) as caught:
        checked_matrix(LINK)

    assert caught.value.flaw == "not-found"


@pytest.mark.parametrize(
    ("dark", "light", "flaw"),
    [("#fff", "#000", "light-on-dark"), ("#888", "#fff", "low-contrast"), ("red", "#fff", "not-a-colour")],
)
def test_colours_are_refused_before_anything_is_drawn(dark: str, light: str, flaw: str) -> None:
    for make in (checked_svg, checked_png, checked_matrix):
        with pytest.raises(Unreadable) as caught:
            make(ADDRESS, dark=dark, light=light)
        assert caught.value.flaw == flaw


def test_a_text_that_is_too_long_is_named() -> None:
    with pytest.raises(TextTooLong, match="3000 bytes do not fit a code at level M"):
        checked_svg("x" * 3000)


@pytest.mark.parametrize(
    ("text", "times"), [pytest.param(ADDRESS + "3", 1, id="kept"), pytest.param(LINK, 2, id="not")]
)
def test_recent_codes_are_kept_but_no_links_that_let_somebody_in(
    text: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    real = checked_module._looks

    def looks(modules: Matrix, dark: str, light: str, logo: Logo | None) -> list[Image.Image]:
        looked.append(len(modules))
        return real(modules, dark, light, logo)

    monkeypatch.setattr(checked_module, "_looks", looks)

    assert checked_svg(text, title="a") != checked_svg(text, title="b")

    assert len(looked) == times
