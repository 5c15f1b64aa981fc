"""
Codes that were read before they are shown.

Each code is drawn in its own colours and with its own logo, and decoded again by a decoder that shares no code with
the encoder (zxing-cpp): once sharp, once as a phone at the promised distance gets it. What does not give back the
exact text is not made. A second mask is tried where the first one does not read: all eight say the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from qr.codes import BLACK, SCREEN, WHITE, Level, Logo, Matrix, Unreadable, check_colours, matrices, picture
from qr.codes import render_png as _png
from qr.codes import render_svg as _svg

if TYPE_CHECKING:
    from PIL.Image import Image

NEAR_PX = 8
"""Pixels of a module in the sharp picture."""
FAR_PX = 3
"""Of `qr.legibility`: camera pixels of a module at the promised distance."""
FAR_BLUR_PX = 1.0
"""Standard deviation; more than the 0.7 of the simulation, since this picture has no noise and no angle."""

_KEPT = 128


def checked_matrix(
    text: str, *, level: Level = SCREEN, dark: str = BLACK, light: str = WHITE, logo: Logo | None = None
) -> Matrix:
    """
    As `qr.codes.matrix`, and read again in these colours and with this logo. Recent answers are kept.

    Raises:
        TextTooLong: *text* does not fit.
        Unreadable: No phone could be expected to read it; `flaw` says why.
    """
    # A link that lets somebody in has its token behind a "#": that is not kept.
    return (_made if "#" in text else _kept)(text, level, dark, light, logo)


def checked_svg(
    text: str,
    *,
    level: Level = SCREEN,
    title: str = "",
    dark: str = BLACK,
    light: str = WHITE,
    logo: Logo | None = None,
) -> str:
    """An SVG, as `qr.codes.render_svg` makes it, of a code that was read again. Raises as `checked_matrix`."""
    modules = checked_matrix(text, level=level, dark=dark, light=light, logo=logo)
    return _svg(modules, title=title, dark=dark, light=light, logo=logo)


def checked_png(
    text: str,
    *,
    level: Level = SCREEN,
    module_px: int = 10,
    dark: str = BLACK,
    light: str = WHITE,
    logo: Logo | None = None,
) -> bytes:
    """A PNG, as `qr.codes.render_png` makes it, of a code that was read again. Raises as `checked_matrix`."""
    modules = checked_matrix(text, level=level, dark=dark, light=light, logo=logo)
    return _png(modules, module_px=module_px, dark=dark, light=light, logo=logo)


def read(image: Image) -> str | None:
    """The text of the one code in *image*, dark on light; `None` when there is none that can be read."""
    import zxingcpp  # Native, and only for who makes codes.

    found = zxingcpp.read_barcode(
        image.convert("L"),
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        try_invert=False,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return found.text if found else None


def prove(image: Image, text: str) -> None:
    """
    Raises:
        Unreadable: `not-found` when no code can be read in *image*, `other-text` when it says anything but *text*.
    """
    found = read(image)
    if found is None:
        raise Unreadable("not-found", "the code was drawn, but could not be read again")
    if found != text:
        raise Unreadable("other-text", "the code was drawn, but says something else when it is read")


def _made(text: str, level: Level, dark: str, light: str, logo: Logo | None) -> Matrix:
    check_colours(dark, light)
    flaw: Unreadable | None = None
    for modules in matrices(text, level=level):
        try:
            for image in _looks(modules, dark, light, logo):
                prove(image, text)
        except Unreadable as ex:
            if ex.flaw not in ("not-found", "other-text"):
                raise
            flaw = flaw or ex
        else:
            return modules
    assert flaw is not None  # There are eight masks.
    raise flaw


_kept = lru_cache(maxsize=_KEPT)(_made)


def _looks(modules: Matrix, dark: str, light: str, logo: Logo | None) -> list[Image]:
    from PIL import ImageFilter

    near = picture(modules, module_px=NEAR_PX, dark=dark, light=light, logo=logo)
    far = picture(modules, module_px=FAR_PX, dark=dark, light=light, logo=logo).convert("L")
    return [near, far.filter(ImageFilter.GaussianBlur(FAR_BLUR_PX))]
