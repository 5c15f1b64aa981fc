"""
From text to a code, and from a code to SVG, PNG or a terminal. Always dark on light: most readers fail on the reverse.

The coding is the library's (`qrcode`). What is done here is what made it slow or large: the choice of modes, and the
choice of a mask, on whole numbers with a bit for each module.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

QUIET_ZONE = 4
"""Modules of light around a code. Source: ISO/IEC 18004."""

LARGEST_VERSION = 40
MASKS = 8

Matrix = tuple[tuple[bool, ...], ...]

Flaw = Literal[
    "not-a-colour",
    "light-on-dark",
    "low-contrast",
    "logo-level",
    "logo-size",
    "logo-picture",
    "not-found",
    "other-text",
]
"""Why a code is refused; `docs/reference/codes.md` says what to do about each."""


class Level(IntEnum):
    """Error correction level: damage of about 7, 15, 25 or 30 % of the code can be repaired."""

    L = 1
    M = 0
    Q = 3
    H = 2


SCREEN = Level.M
"""On a screen nothing is creased or worn, and a smaller code has larger modules."""
PRINT = Level.Q
LOGO = Level.H


class TextTooLong(ValueError):
    """The text does not fit the largest code at this level."""


class Unreadable(ValueError):
    """A phone could not read this code, so it is not made. `flaw` says why, in one word; the message in a sentence."""

    def __init__(self, flaw: Flaw, message: str) -> None:
        super().__init__(message)
        self.flaw: Flaw = flaw


# Text to modules


def version_of(text: str, *, level: Level = SCREEN) -> int:
    """
    The smallest version (1–40) that holds *text*; a code has 17 + 4 * version modules on a side.

    Raises:
        TextTooLong: *text* does not fit version 40 at *level*.
    """
    return _fit(text, level)[0]


def matrix(text: str, *, level: Level = SCREEN, mask: int | None = None) -> Matrix:
    """
    Encode *text* as a QR code.

    Picks the smallest version that fits; digits, capitals and other text get a mode each where that makes the code
    smaller. The quiet zone is not included; the renderers add it.

    Args:
        text: Encoded as UTF-8; at most 2,331 bytes at level M, or 3,391 capitals.
        level: Error correction level.
        mask: 0–7, else the one with the lowest penalty.

    Returns:
        Square tuple of rows, `size` by `size` booleans, True for a dark module; `size` is 17 + 4 * version.

    Raises:
        TextTooLong: *text* does not fit version 40 at *level*.

    Source: ISO/IEC 18004, encoding procedure and mask evaluation.
    """
    version, drawn = _drawn(text, level)
    if mask is None:
        mask = _by_penalty(version, level, drawn)[0]
    return _rows(version, drawn ^ _blank(version, level, mask))


def matrices(text: str, *, level: Level = SCREEN) -> Iterator[Matrix]:
    """The same code with each of the eight masks, the best first: all say the same, and some decoders prefer one."""
    version, drawn = _drawn(text, level)
    for mask in _by_penalty(version, level, drawn):
        yield _rows(version, drawn ^ _blank(version, level, mask))


_ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_DIGITS = frozenset(b"0123456789")
_NUMERIC_MODE: Final = 1
_ALPHANUMERIC_MODE: Final = 2
_BYTE_MODE: Final = 4
Mode = Literal[1, 2, 4]
_SIXTHS: dict[Mode, int] = {_NUMERIC_MODE: 20, _ALPHANUMERIC_MODE: 33, _BYTE_MODE: 48}
"""Sixths of a bit that a character takes: 3 digits in 10 bits, 2 capitals in 11, a byte in 8."""
_LENGTH_BITS: dict[int, dict[Mode, int]] = {
    9: {_NUMERIC_MODE: 10, _ALPHANUMERIC_MODE: 9, _BYTE_MODE: 8},
    26: {_NUMERIC_MODE: 12, _ALPHANUMERIC_MODE: 11, _BYTE_MODE: 16},
    40: {_NUMERIC_MODE: 14, _ALPHANUMERIC_MODE: 13, _BYTE_MODE: 16},
}
"""Bits of a segment's length, by the largest version of which it is true. Source: ISO/IEC 18004, table 3."""

Segment = tuple[Mode, bytes]
_FIRST = itemgetter(0)


def _modes_of(byte: int) -> tuple[Mode, ...]:
    if byte in _DIGITS:
        return (_NUMERIC_MODE, _ALPHANUMERIC_MODE, _BYTE_MODE)
    return (_ALPHANUMERIC_MODE, _BYTE_MODE) if byte in _ALPHANUMERIC else (_BYTE_MODE,)


def _in_one(data: bytes) -> list[Segment]:
    """All in the narrowest mode that can say it."""
    kinds = set(data)
    mode: Mode = _NUMERIC_MODE if kinds <= _DIGITS else _ALPHANUMERIC_MODE if kinds <= _ALPHANUMERIC else _BYTE_MODE
    return [(mode, data)] if data else []


def _mixed(data: bytes, lengths: dict[Mode, int]) -> list[Segment]:
    """The cheapest segments, by dynamic programming over the mode that each character is written in."""
    header = {mode: 6 * (4 + length) for mode, length in lengths.items()}
    costs = dict(header)
    came: list[dict[Mode, Mode]] = []
    spent: dict[Mode, int] = {}
    for byte in data:
        spent = {mode: costs[mode] + _SIXTHS[mode] for mode in _modes_of(byte)}
        best = {to: min((_switched(spent[mode], mode, to, header), mode) for mode in spent) for to in header}
        costs = {to: cost for to, (cost, _) in best.items()}
        came.append({to: mode for to, (_, mode) in best.items()})
    mode = min(spent, key=spent.__getitem__)
    modes = [mode]
    for step in reversed(came[:-1]):
        mode = step[mode]
        modes.append(mode)
    return [(mode, bytes(b for _, b in run)) for mode, run in groupby(zip(reversed(modes), data, strict=True), _FIRST)]


def _switched(cost: int, mode: Mode, to: Mode, header: dict[Mode, int]) -> int:
    """What it has cost, in sixths of a bit, when the next character is to be written in *to*."""
    return cost if mode == to else -(-cost // 6) * 6 + header[to]


def _bits(segments: Sequence[Segment], lengths: dict[Mode, int]) -> int:
    return sum(4 + lengths[mode] - (-len(data) * _SIXTHS[mode] // 6) for mode, data in segments)


def _fit(text: str, level: Level) -> tuple[int, tuple[Segment, ...]]:
    """The smallest version, and the segments that make it so: one, where several win nothing."""
    from qrcode.util import BIT_LIMIT_TABLE  # Brings the whole of Pillow: a fresh server should not wait for it.

    limits = BIT_LIMIT_TABLE[int(level)]
    data = text.encode()
    for last, lengths in _LENGTH_BITS.items():
        plain = _in_one(data)
        found = [(bisect_left(limits, _bits(plain, lengths), 1), plain)]
        if len({_modes_of(byte) for byte in data}) > 1:
            mixed = _mixed(data, lengths)
            found.append((bisect_left(limits, _bits(mixed, lengths), 1), mixed))
        version, segments = min(found, key=_FIRST)
        if version <= last:
            return version, tuple(segments)
    raise TextTooLong(f"{len(data)} bytes do not fit a code at level {level.name}")


def _drawn(text: str, level: Level) -> tuple[int, int]:
    """The version, and the bits of *text* in their places, one bit a module; the rest of the modules is 0."""
    from qrcode.util import QRData, create_data

    version, segments = _fit(text, level)
    parts = [QRData(data, mode=mode, check_data=False) for mode, data in segments]
    codewords = bytes(create_data(version, int(level), parts))
    # Bits that remain after the last codeword are 0, and so is every module that is no data: index -1.
    bits = f"{int.from_bytes(codewords):0{8 * len(codewords)}b}" + "0" * 8
    return version, int("".join(_places(version)(bits)), 2)


@lru_cache(maxsize=2 * MASKS * LARGEST_VERSION)
def _blank(version: int, level: Level, mask: int, data: bytes = b"") -> int:
    """A code of *data*, else of zeros: the patterns, the format and the mask, one bit a module, by the library."""
    import qrcode

    code: qrcode.QRCode[Any] = qrcode.QRCode(version=version, error_correction=int(level), border=0)
    code.data_cache = list(data)
    code.makeImpl(False, mask)
    return int("".join("01"[bool(module)] for row in code.modules for module in row), 2)


@lru_cache(maxsize=LARGEST_VERSION)
def _places(version: int) -> Callable[[str], tuple[str, ...]]:
    """From the bits of the codewords to the modules: two columns at a time, up and down, from the right (7.7.3)."""
    size = 17 + 4 * version
    free = _blank(version, Level.L, 0) ^ _blank(version, Level.L, 0, bytes([255]) * (size * size // 8 + 1))
    index = [-1] * (size * size)
    bit = 0
    for n, right in enumerate([*range(size - 1, 6, -2), 5, 3, 1]):
        for y in range(size) if n % 2 else range(size - 1, -1, -1):
            for x in (right, right - 1):
                if free >> (size * size - 1 - y * size - x) & 1:
                    index[y * size + x] = bit
                    bit += 1
    return itemgetter(*index)


def _rows(version: int, modules: int) -> Matrix:
    size = 17 + 4 * version
    flat = [digit == "1" for digit in f"{modules:0{size * size}b}"]
    return tuple(tuple(flat[start : start + size]) for start in range(0, size * size, size))


# Which mask: the four penalties of ISO/IEC 18004, 7.8.3, each over the whole code at once


def _by_penalty(version: int, level: Level, drawn: int) -> list[int]:
    size = 17 + 4 * version
    return sorted(range(MASKS), key=lambda mask: _penalty(drawn ^ _blank(version, level, mask), size))


@lru_cache(maxsize=LARGEST_VERSION)
def _starts(size: int, step: int, length: int) -> int:
    """The modules where a window of *length* begins that stays in its row (*step* 1) or column (*step* size)."""
    if step == 1:
        return int(("1" * (size - length + 1) + "0" * (length - 1)) * size, 2)
    return int("1" * (size * (size - length + 1)) + "0" * (size * (length - 1)), 2)


def _penalty(modules: int, size: int) -> int:
    area = size * size
    everything = (1 << area) - 1
    points = sum(_line_penalty(modules, size, step, everything) for step in (1, size))
    across = ~(modules ^ modules << 1) & _starts(size, 1, 2)
    blocks = across & across << size & ~(modules ^ modules << size) & _starts(size, size, 2)
    dark = modules.bit_count()
    return points + 3 * blocks.bit_count() + 10 * (abs(20 * dark - 10 * area) // area)


def _line_penalty(modules: int, size: int, step: int, everything: int) -> int:
    """Runs of one colour (N1: 3 for five, and 1 for each more) and what looks like a finder pattern (N3)."""
    same = ~(modules ^ modules << step) & everything & _starts(size, step, 2)
    two = same & same << step
    five = two & two << 2 * step & _starts(size, step, 5)
    runs = five & ~(five >> step)
    light = ~modules & everything
    finder = modules & light << step & modules << 2 * step & modules << 3 * step & modules << 4 * step
    finder &= light << 5 * step & modules << 6 * step
    four = light & light << step & light << 2 * step & light << 3 * step
    inside = _starts(size, step, 11)
    before = four & finder << 4 * step & inside
    after = finder & four << 7 * step & inside
    return five.bit_count() + 2 * runs.bit_count() + 40 * (before.bit_count() + after.bit_count())


# Colours


BLACK, WHITE = "#000", "#fff"

SMALLEST_CONTRAST = 7.0
"""WCAG contrast ratio of a code's two colours, dark on light; `docs/explanation/codes.md` says why."""

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class Colours(NamedTuple):
    dark: str
    light: str


def luminance(colour: str) -> float:
    """
    Relative luminance, 0 (black) to 1 (white), of `#rgb` or `#rrggbb`.

    Raises:
        Unreadable: `not-a-colour`; one that can be seen through is none either.

    Source: WCAG 2.2, definition of relative luminance.
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(dark: str, light: str) -> float:
    """The WCAG contrast ratio, from 1 to 21; below 1 where *dark* is the lighter one."""
    return (luminance(light) + 0.05) / (luminance(dark) + 0.05)


def check_colours(dark: str, light: str) -> None:
    """
    Raises:
        Unreadable: `not-a-colour`, `light-on-dark`, or `low-contrast` when under `SMALLEST_CONTRAST`.
    """
    ratio = contrast(dark, light)
    if ratio < 1:
        raise Unreadable("light-on-dark", f"{dark} is lighter than {light}: most phones read only dark on light")
    if ratio < SMALLEST_CONTRAST:
        raise Unreadable("low-contrast", f"{dark} on {light} is {ratio:.1f}:1; a code needs {SMALLEST_CONTRAST:g}:1")


def theme_colours(ink: str, paper: str) -> Colours:
    """A theme's own colours where a code in them can be read, else black on white."""
    try:
        check_colours(ink, paper)
    except Unreadable:
        return Colours(BLACK, WHITE)
    return Colours(ink, paper)


def _rgb(colour: str) -> tuple[int, int, int]:
    if not _COLOUR.fullmatch(colour):
        raise Unreadable("not-a-colour", f"{colour!r} is no colour: write #rgb or #rrggbb")
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


# A picture in the middle


MAX_LOGO_SHARE = 0.3
"""Of a code's side, without its quiet zone."""
MAX_LOGO_BYTES = 256 * 1024
MAX_LOGO_PIXELS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """
    A picture that hides the middle of a code; level H repairs what it hides.

    Attributes:
        png: A PNG of at most 256 KiB and a million pixels.
        share: Of the code's side, with the light that stands around the picture; at most 0.3. It becomes whole modules.
    """

    png: bytes
    share: float = 0.22


def _plate(logo: Logo, modules: Matrix) -> int:
    """The modules on a side that a logo hides: odd, as every code's side is, so that it is in the very middle."""
    if not 0 < logo.share <= MAX_LOGO_SHARE:
        raise Unreadable("logo-size", f"a logo may take {MAX_LOGO_SHARE:g} of a code's side, not {logo.share:g}")
    if level_of(modules) is not LOGO:
        raise Unreadable("logo-level", "a code with a logo needs error correction level H")
    side = int(logo.share * len(modules))
    return max(3, side - (side % 2 == 0))


def level_of(modules: Matrix) -> Level:
    """The level that a code was made with: its first two format bits without their mask (ISO/IEC 18004, 7.9)."""
    return Level((modules[8][0] << 1 | modules[8][1]) ^ 0b10)


_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _opened(logo: Logo) -> Image:
    from PIL import ImageFile

    width, height = (int.from_bytes(logo.png[at : at + 4]) for at in (16, 20))  # Of the IHDR, which is always first.
    if not logo.png.startswith(_SIGNATURE + b"\0\0\0\x0dIHDR"):
        raise Unreadable("logo-picture", "the logo is not a PNG")
    if len(logo.png) > MAX_LOGO_BYTES or width * height > MAX_LOGO_PIXELS:
        raise Unreadable("logo-picture", f"a logo has at most {MAX_LOGO_BYTES} bytes and {MAX_LOGO_PIXELS} pixels")
    try:
        parser = ImageFile.Parser()
        parser.feed(logo.png)
        return parser.close().convert("RGBA")
    except (OSError, SyntaxError, ValueError) as ex:
        raise Unreadable("logo-picture", "the logo is a broken PNG") from ex


# Modules to pictures


def render_svg(
    modules: Matrix, *, title: str = "", dark: str = BLACK, light: str = WHITE, logo: Logo | None = None
) -> str:
    """
    An SVG of a code with its quiet zone, one unit a module.

    Args:
        modules: As `matrix` returns them.
        title: The text alternative.
        dark: Colour of the dark modules, `#rgb` or `#rrggbb`.
        light: Colour of the rest.
        logo: Covers the middle; the code must be of level H.

    Raises:
        Unreadable: The colours or the logo will not do.
    """
    check_colours(dark, light)
    size = len(modules) + 2 * QUIET_ZONE
    label = f"<title>{_escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img">'
        f'{label}<rect width="{size}" height="{size}" fill="{light}"/><path d="{_path(modules)}" fill="{dark}"/>'
        f"{_svg_logo(logo, modules, light) if logo else ''}</svg>"
    )


_RUN = re.compile("1+")


def _path(modules: Matrix) -> str:
    parts = []
    for y, row in enumerate(modules, QUIET_ZONE):
        for run in _RUN.finditer("".join(["01"[dark] for dark in row])):
            length = run.end() - run.start()
            parts.append(f"M{run.start() + QUIET_ZONE} {y}h{length}v1h-{length}z")
    return "".join(parts)


def _svg_logo(logo: Logo, modules: Matrix, light: str) -> str:
    side = _plate(logo, modules)
    _opened(logo)
    start = QUIET_ZONE + (len(modules) - side) // 2
    data = base64.b64encode(logo.png).decode()
    return (
        f'<rect x="{start}" y="{start}" width="{side}" height="{side}" fill="{light}"/>'
        f'<image x="{start + 0.5}" y="{start + 0.5}" width="{side - 1}" height="{side - 1}" '
        f'href="data:image/png;base64,{data}"/>'
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render_png(
    modules: Matrix, *, module_px: int = 10, dark: str = BLACK, light: str = WHITE, logo: Logo | None = None
) -> bytes:
    """
    A PNG of a code with its quiet zone: two colours, unless there is a logo.

    Args:
        modules: As `matrix` returns them.
        module_px: Pixels on a side of a module; whole, so that every module is as large as the next.
        dark: As in `render_svg`, and so are *light* and *logo*.

    Raises:
        Unreadable: The colours or the logo will not do.
    """
    from PIL.PngImagePlugin import getchunks

    drawn = picture(modules, module_px=module_px, dark=dark, light=light, logo=logo)
    chunks = (len(data).to_bytes(4) + name + data + checksum for name, data, checksum in getchunks(drawn))
    return _SIGNATURE + b"".join(chunks)


def picture(
    modules: Matrix, *, module_px: int, dark: str = BLACK, light: str = WHITE, logo: Logo | None = None
) -> Image:
    """What `render_png` writes, as a picture in memory."""
    from PIL import Image

    check_colours(dark, light)
    side = len(modules) + 2 * QUIET_ZONE
    edge = bytes(QUIET_ZONE)
    margin = bytes(QUIET_ZONE * side)
    drawn = Image.frombytes("P", (side, side), margin + b"".join(edge + bytes(row) + edge for row in modules) + margin)
    drawn.putpalette(bytes([*_rgb(light), *_rgb(dark)]))
    large = drawn.resize((side * module_px, side * module_px), Image.Resampling.NEAREST)
    return _with_logo(large.convert("RGB"), logo, modules, module_px, light) if logo else large


def _with_logo(code: Image, logo: Logo, modules: Matrix, module_px: int, light: str) -> Image:
    from PIL import Image, ImageOps

    side = _plate(logo, modules)
    start = (QUIET_ZONE + (len(modules) - side) // 2) * module_px
    code.paste(_rgb(light), (start, start, start + side * module_px, start + side * module_px))
    small = ImageOps.contain(_opened(logo), ((side - 1) * module_px,) * 2, Image.Resampling.LANCZOS)
    code.paste(small, ((code.width - small.width) // 2, (code.height - small.height) // 2), small)
    return code


def render_terminal(modules: Matrix) -> str:
    """A code in half blocks, two modules a line, black on white by escape codes: any theme of terminal will do."""
    size = len(modules) + 2 * QUIET_ZONE
    light = (False,) * size
    rows = [light] * QUIET_ZONE
    rows += [(*light[:QUIET_ZONE], *row, *light[:QUIET_ZONE]) for row in modules]
    rows += [light] * (QUIET_ZONE + size % 2)
    lines = []
    for top, bottom in zip(rows[::2], rows[1::2], strict=True):
        halves = "".join(_HALF[a, b] for a, b in zip(top, bottom, strict=True))
        lines.append(f"\x1b[30;107m{halves}\x1b[0m")
    return "\n".join(lines)


_HALF = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
