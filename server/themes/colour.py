"""
Colours as values: read, measured, mixed, and moved until they can be told apart. Pure.

Text never goes from a file to a style sheet: it becomes a `Colour`, and only a `Colour` is written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

HALL_CONTRAST = 15
"""
White against black as a hall sees them.

Source: ANSI/AVIXA V201.01:2021, Image System Contrast Ratio: 15:1 is the least for "basic decision making", which is
reading what stands there. (7:1 is "passive viewing": nobody has to read it.)
"""

VEIL = 1 / (HALL_CONTRAST - 1)
"""
The room's light on the screen, as a part of white: where (1 + v) / (0 + v) is `HALL_CONTRAST`.

A projector cannot show black: what falls on the screen from windows and lamps is added to every colour alike.
"""

FLARE = 0.05
"""Light that every display adds. Source: WCAG 2.2, definition of contrast ratio."""

_STEP = 0.005
"""How finely lightness is searched: less than anybody sees (OKLab's just noticeable difference is about 0.02)."""


class Colour(NamedTuple):
    """sRGB, each part 0–255; `alpha` 255 is opaque."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    @property
    def hex(self) -> str:
        """`#rrggbb`, or `#rrggbbaa` where it is not opaque: safe in a style sheet whatever was read."""
        opaque = f"#{self.red:02x}{self.green:02x}{self.blue:02x}"
        return opaque if self.alpha == 255 else f"{opaque}{self.alpha:02x}"


WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)

_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{8})", re.ASCII | re.IGNORECASE)
_SHORT_HEX = re.compile(r"#[0-9a-f]{3,4}", re.ASCII | re.IGNORECASE)
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]{1,80})\)", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"([+-]?(?:\d{1,6}(?:\.\d{0,9})?|\.\d{1,9}))(%|deg|turn|rad|grad)?", re.ASCII)
_DEGREES = {"": 1.0, "deg": 1.0, "turn": 360.0, "rad": 180 / math.pi, "grad": 0.9}
_NAMED = {
    "black": "#000000",
    "silver": "#c0c0c0",
    "gray": "#808080",
    "grey": "#808080",
    "white": "#ffffff",
    "maroon": "#800000",
    "red": "#ff0000",
    "purple": "#800080",
    "fuchsia": "#ff00ff",
    "green": "#008000",
    "lime": "#00ff00",
    "olive": "#808000",
    "yellow": "#ffff00",
    "navy": "#000080",
    "blue": "#0000ff",
    "teal": "#008080",
    "aqua": "#00ffff",
    "orange": "#ffa500",
    "transparent": "#00000000",
}
"""Source: CSS Color 4, the basic names."""


def parse(text: str) -> Colour | None:
    """`#rrggbb` or `#rrggbbaa`, as themes and organisers write colours; None for anything else."""
    if not _HEX.fullmatch(text):
        return None
    parts = [int(text[at : at + 2], 16) for at in range(1, len(text), 2)]
    return Colour(*parts)


def parse_css(text: str) -> Colour | None:
    """
    A colour as style sheets and design tokens write it: hexadecimal, `rgb()`, `hsl()`, a basic name.

    None for anything else, also for what depends on a page: `currentcolor`, `color-mix()`, system colours.

    Source: CSS Color 4, 4 to 7.
    """
    text = text.strip().lower()
    if _SHORT_HEX.fullmatch(text):
        return parse("#" + "".join(2 * digit for digit in text[1:]))
    function = _FUNCTION.fullmatch(text)
    if function is None:
        return parse(_NAMED.get(text, text))
    parts = [_NUMBER.fullmatch(part) for part in re.split(r"[\s,/]+", function[2].strip())]
    found = [(float(part[1]), part[2] or "") for part in parts if part is not None]
    if len(found) != len(parts) or len(found) not in (3, 4):
        return None
    alpha = _part(*found[3], full=1) if len(found) == 4 else 1.0
    read = _rgb if function[1] == "rgb" else _hsl
    red, green, blue = read(found[0], found[1], found[2])
    return _from_unit(red, green, blue, alpha)


def _part(value: float, unit: str, *, full: float) -> float:
    """0–1 of a percentage, or of a number that is *full* at most."""
    return min(1.0, max(0.0, value / (100 if unit == "%" else full)))


def _rgb(*parts: tuple[float, str]) -> tuple[float, float, float]:
    red, green, blue = (_part(value, unit, full=255) for value, unit in parts)
    return red, green, blue


def _hsl(*parts: tuple[float, str]) -> tuple[float, float, float]:
    """Source: CSS Color 4, 7.1."""
    (turn, unit), (saturation, _), (lightness, _) = parts
    hue = turn * _DEGREES.get(unit, 1.0) % 360
    s, light = _part(saturation, "%", full=100), _part(lightness, "%", full=100)
    a = s * min(light, 1 - light)

    def channel(n: int) -> float:
        k = (n + hue / 30) % 12
        return light - a * max(-1.0, min(k - 3, 9 - k, 1.0))

    return channel(0), channel(8), channel(4)


def _from_unit(red: float, green: float, blue: float, alpha: float = 1.0) -> Colour:
    return Colour(*(round(255 * min(1.0, max(0.0, part))) for part in (red, green, blue, alpha)))


# How light, and how far apart


@lru_cache(maxsize=4_096)
def luminance(colour: Colour) -> float:
    """
    Relative luminance, 0 for black to 1 for white; alpha is not looked at.

    Source: WCAG 2.2, definition of relative luminance.
    """
    red, green, blue = (_linear(part) for part in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=256)
def _linear(part: int) -> float:
    value = part / 255
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def contrast(one: Colour, other: Colour, *, veil: float = 0.0) -> float:
    """
    Contrast ratio of two opaque colours, 1 to 21.

    Args:
        veil: Light that falls on both, as a part of white: `VEIL` for a projector in a lit hall.

    Source: WCAG 2.2, definition of contrast ratio; the veil is added to both luminances.
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + veil + FLARE) / (dark + veil + FLARE)


# Between and beside


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """*one* with *part* (0–1) of *other* in it, mixed as the eye does (in OKLab); opaque."""
    pairs = zip(_oklab(one), _oklab(other), strict=True)
    return _from_oklab(*(a + (b - a) * part for a, b in pairs))


def nearest(colour: Colour, fits: Callable[[Colour], bool]) -> Colour | None:
    """
    The colour of the same hue whose lightness is nearest to that of *colour* and which *fits*; None when none does.

    Chroma is kept as far as sRGB goes; black and white are tried last.
    """
    return next((found for found in _lighter_and_darker(colour) if fits(found)), None)


def _lighter_and_darker(colour: Colour) -> Iterator[Colour]:
    yield colour
    lightness, a, b = _oklab(colour)
    for step in range(1, int(1 / _STEP) + 1):
        for at in (lightness - step * _STEP, lightness + step * _STEP):
            if 0 <= at <= 1:
                yield _from_oklab(at, a, b)
    yield BLACK
    yield WHITE


def _oklab(colour: Colour) -> tuple[float, float, float]:
    """Source: Björn Ottosson, "A perceptual color space for image processing" (2020); the matrices of CSS Color 4."""
    red, green, blue = (_linear(part) for part in colour[:3])
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Colour:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return _from_unit(
        _gamma(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def _gamma(value: float) -> float:
    if value <= 0.0031308:
        return 12.92 * max(0.0, value)
    return float(1.055 * value ** (1 / 2.4) - 0.055)
