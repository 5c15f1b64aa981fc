"""Codes: what is written can be read, and stays readable."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from qr import Level, Logo, TextTooLong, Unreadable, matrix, render_png, render_svg, render_terminal, version_of
from qr.codes import (
    MASKS,
    MAX_LOGO_BYTES,
    QUIET_ZONE,
    Colours,
    Matrix,
    contrast,
    level_of,
    luminance,
    matrices,
    picture,
    theme_colours,
)
from tests.qr.sample import logos, png_of
from tests.qr.simulation import DECODERS

ADDRESS = "HTTPS://FONTEIN.EXAMPLE/LU/F7"

FINDER = ("#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######")
"""ISO/IEC 18004, 6.3.3: in three corners of every code."""


def _corner(modules: Matrix, *, top: int, left: int) -> tuple[str, ...]:
    return tuple("".join(".#"[modules[top + y][left + x]] for x in range(7)) for y in range(7))


@settings(max_examples=40)
@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=300), level=st.sampled_from(Level))
def test_matrix_is_a_code_by_its_shape(text: str, level: Level) -> None:
    modules = matrix(text, level=level)
    size = len(modules)

    assert (size - 17) % 4 == 0
    assert all(len(row) == size for row in modules)
    far = size - 7
    corners = [_corner(modules, top=t, left=x) for t, x in ((0, 0), (0, far), (far, 0))]
    assert corners == [FINDER] * 3
    timing = "".join(".#"[modules[6][x]] for x in range(8, size - 8))
    assert timing == ("#." * size)[: len(timing)]


def test_matrix_says_its_level_in_its_format_bits() -> None:
    """ISO/IEC 18004, 7.9: the first two format bits, unmasked, are the level."""
    for level in Level:
        modules = matrix("https://fontein.example/proefdag", level=level)
        bits = (modules[8][0] << 1 | modules[8][1]) ^ 0b10

        assert bits == int(level)


def test_matrix_of_a_higher_level_is_no_smaller() -> None:
    sizes = [len(matrix("x" * 200, level=level)) for level in (Level.L, Level.M, Level.Q, Level.H)]

    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


@pytest.mark.parametrize(("level", "most"), [(Level.L, 2_953), (Level.M, 2_331), (Level.Q, 1_663), (Level.H, 1_273)])
def test_matrix_takes_what_version_40_holds_and_not_a_byte_more(level: Level, most: int) -> None:
    assert len(matrix("é" * (most // 2), level=level)) == 177

    with pytest.raises(TextTooLong):
        matrix("é" * (most // 2 + 1), level=level)


def _by_the_library(text: str, level: Level, mask: int) -> Matrix:
    code: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=int(level), border=0, mask_pattern=mask)
    code.add_data(text, optimize=0)
    code.make()
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


@pytest.mark.slow
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("length", [1, 14, 60, 200, 700, 1_200])
def test_matrix_equals_that_of_the_library_with_each_mask(level: Level, length: int) -> None:
    text = ("bis één " * length).encode()[:length].decode(errors="ignore")

    assert [matrix(text, level=level, mask=mask) for mask in range(MASKS)] == [
        _by_the_library(text, level, mask) for mask in range(MASKS)
    ]


def _lines(modules: Matrix) -> list[str]:
    rows = ["".join(".#"[dark] for dark in row) for row in modules]
    return rows + ["".join(column) for column in zip(*rows, strict=True)]


def _penalty(modules: Matrix) -> int:
    """ISO/IEC 18004, 7.8.3.1, table 11, the slow way: over every row, column and block."""
    lines, size = _lines(modules), len(modules)
    runs = sum(3 + len(run[0]) - 5 for line in lines for run in re.finditer(r"#{5,}|\.{5,}", line))
    finders = sum(
        line.startswith("#.###.#", at) * (line[at - 4 : at] == "....") * (at >= 4) + line.startswith("#.###.#....", at)
        for line in lines
        for at in range(size)
    )
    blocks = sum(
        len({modules[y][x], modules[y][x + 1], modules[y + 1][x], modules[y + 1][x + 1]}) == 1
        for y in range(size - 1)
        for x in range(size - 1)
    )
    dark = sum(map(sum, modules))
    return runs + 3 * blocks + 40 * finders + 10 * (abs(20 * dark - 10 * size * size) // (size * size))


@settings(max_examples=25, deadline=None)
@given(text=st.text(min_size=1, max_size=120), level=st.sampled_from(Level))
def test_masks_come_in_the_order_of_their_penalties(text: str, level: Level) -> None:
    found = list(matrices(text, level=level))

    penalties = [_penalty(modules) for modules in found]
    assert len(set(found)) == MASKS
    assert penalties == sorted(penalties)
    assert matrix(text, level=level) == found[0]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param("https://fontein.example/lu/f7", 3, id="as it is typed"),
        pytest.param(ADDRESS, 2, id="capitals: 5½ bits instead of 8"),
        pytest.param("1" * 63, 2, id="digits: 3⅓"),
        pytest.param("https://x.nl/" + "1" * 30, 3, id="bytes, then digits"),
        pytest.param("https://x.nl/" + "a" * 30, 4, id="only bytes"),
        pytest.param("a" * 26, 2, id="what version 2 holds"),
        pytest.param("a" * 27, 3, id="and one more"),
        pytest.param("", 1, id="nothing"),
    ],
)
def test_the_smallest_version_is_taken(text: str, version: int) -> None:
    assert version_of(text) == version
    assert len(matrix(text)) == 17 + 4 * version


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from("019AZ$%:/.-az é"), min_size=1, max_size=400), level=st.sampled_from(Level))
def test_mixing_modes_never_costs_a_version_and_says_the_same(text: str, level: Level) -> None:
    modules = matrix(text, level=level)

    assert len(modules) <= len(_by_the_library(text, level, 0))
    assert DECODERS["zxing"](_grey(modules)) == text


@pytest.mark.parametrize("text", ["https://x.nl/" + "1" * 30, "https://x.nl/?A=" + "ABC123" * 12 + "é" * 3])
def test_mixed_modes_are_read_by_both_decoders(text: str) -> None:
    modules = matrix(text)

    assert len(modules) < len(_by_the_library(text, Level.M, 0))
    assert {name: read(_grey(modules)) for name, read in DECODERS.items()} == dict.fromkeys(DECODERS, text)


def _grey(modules: Matrix) -> Any:
    import numpy as np

    return np.asarray(picture(modules, module_px=6).convert("L"))


def test_svg_draws_every_module_once_with_its_quiet_zone() -> None:
    modules = matrix("https://fontein.example/proefdag")

    svg = ElementTree.fromstring(render_svg(modules, title="x"))

    size = len(modules) + 2 * QUIET_ZONE
    assert svg.get("viewBox") == f"0 0 {size} {size}"
    drawn: set[tuple[int, int]] = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg[-1].get("d") or ""):
        run = {(int(x) + n, int(y)) for n in range(int(length))}
        assert not run & drawn
        drawn |= run
    dark = {(x + QUIET_ZONE, y + QUIET_ZONE) for y, row in enumerate(modules) for x, d in enumerate(row) if d}
    assert drawn == dark


def test_svg_is_dark_on_light_whatever_stands_around_it() -> None:
    svg = ElementTree.fromstring(render_svg(matrix("x")))

    assert [(e.tag.rpartition("}")[2], e.get("fill")) for e in svg] == [("rect", "#fff"), ("path", "#000")]


def _png(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["PNG"])


@pytest.mark.parametrize("module_px", [1, 3, 10])
def test_png_has_whole_modules_in_two_colours(module_px: int) -> None:
    modules = matrix(ADDRESS)

    image = _png(render_png(modules, module_px=module_px, dark="#10242f", light="#fbfdfc"))

    side = (len(modules) + 2 * QUIET_ZONE) * module_px
    assert (image.size, image.mode) == ((side, side), "P")
    small = image.convert("RGB").resize((side // module_px,) * 2, Image.Resampling.NEAREST)
    dark = {(x + QUIET_ZONE, y + QUIET_ZONE) for y, row in enumerate(modules) for x, d in enumerate(row) if d}
    found = {(x, y) for x in range(small.width) for y in range(small.height) if small.getpixel((x, y)) == (16, 36, 47)}
    assert found == dark
    assert small.resize(image.size, Image.Resampling.NEAREST).tobytes() == image.convert("RGB").tobytes()
    assert {colour for _, colour in image.convert("RGB").getcolors() or []} == {(16, 36, 47), (251, 253, 252)}


def test_png_takes_a_bit_for_each_pixel() -> None:
    data = render_png(matrix(ADDRESS))

    depth, colour_type = data[24], data[25]
    assert (depth, colour_type) == (1, 3)


RENDERERS: dict[str, Callable[..., object]] = {"svg": render_svg, "png": render_png}


@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
@pytest.mark.parametrize(
    ("colours", "flaw"),
    [
        pytest.param(("#fff", "#000"), "light-on-dark", id="most phones do not read it"),
        pytest.param(("#fbfdfc", "#071a28"), "light-on-dark", id="the theme's night"),
        pytest.param(("#777777", "#ffffff"), "low-contrast", id="4.5 to 1"),
        pytest.param(("#000", "#fffffff0"), "not-a-colour", id="one that lets through what is behind it"),
        pytest.param(('"/><script>', "#fff"), "not-a-colour", id="what is no colour at all"),
    ],
)
def test_colours_that_a_phone_cannot_read_are_refused(
    render: Callable[..., object], colours: tuple[str, str], flaw: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        render(matrix(ADDRESS), dark=colours[0], light=colours[1])

    assert caught.value.flaw == flaw


@pytest.mark.parametrize(
    ("dark", "light", "ratio"), [("#000", "#fff", 21.0), ("#0a6f6b", "#fbfdfc", 5.9), ("#fff", "#fff", 1.0)]
)
def test_contrast_is_that_of_wcag(dark: str, light: str, ratio: float) -> None:
    assert contrast(dark, light) == pytest.approx(ratio, abs=0.05)


def test_luminance_of_short_and_long_colours_is_one() -> None:
    assert luminance("#2bc") == luminance("#22bbcc") == luminance("#22BBCC")


def test_a_theme_keeps_its_colours_only_where_they_can_be_read() -> None:
    assert theme_colours("#10242f", "#fbfdfc") == Colours("#10242f", "#fbfdfc")
    assert theme_colours("#fbfdfc", "#10242f") == Colours("#000", "#fff")
    assert theme_colours("#0a6f6b", "#fbfdfc") == Colours("#000", "#fff")
    assert theme_colours("", "#fff") == Colours("#000", "#fff")


def test_the_level_of_a_code_can_be_read_from_it() -> None:
    assert [level_of(matrix(ADDRESS, level=level)) for level in Level] == list(Level)


@pytest.mark.parametrize("share", [0.05, 0.15, 0.22, 0.3])
def test_a_logo_covers_whole_modules_in_the_very_middle(share: float) -> None:
    modules = matrix(ADDRESS, level=Level.H)
    black = Logo(png=png_of(Image.new("RGB", (50, 50))), share=share)

    plain, covered = (picture(modules, module_px=4, logo=logo).convert("L") for logo in (None, black))

    changed = [
        (x // 4, y // 4) for x in range(plain.width) for y in range(plain.height) if _differ(plain, covered, x, y)
    ]
    columns, rows = {x for x, _ in changed}, {y for _, y in changed}
    total = len(modules) + 2 * QUIET_ZONE
    assert min(columns) >= (total - max(3, share * len(modules))) / 2
    assert {total - 1 - x for x in columns} | columns == {total - 1 - y for y in rows} | rows
    assert len(columns) <= max(3, share * len(modules))


def _differ(one: Image.Image, other: Image.Image, x: int, y: int) -> bool:
    return one.getpixel((x, y)) != other.getpixel((x, y))


def test_svg_carries_its_logo_within_itself() -> None:
    logo = logos()[0]

    svg = ElementTree.fromstring(render_svg(matrix(ADDRESS, level=Level.H), logo=logo))

    plate, image = svg[-2:]
    href = image.get("href") or ""
    assert base64.b64decode(href.removeprefix("data:image/png;base64,")) == logo.png
    assert (plate.get("fill"), plate.get("width")) == ("#fff", str(int(float(image.get("width") or 0)) + 1))
    assert render_svg(matrix(ADDRESS, level=Level.H), logo=logo).count("<path") == 1


@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
@pytest.mark.parametrize(
    ("logo", "level", "flaw"),
    [
        pytest.param(Logo(png=logos()[0].png, share=0.31), Level.H, "logo-size", id="too large"),
        pytest.param(Logo(png=logos()[0].png, share=0.0), Level.H, "logo-size", id="nothing"),
        pytest.param(logos()[0], Level.Q, "logo-level", id="on a code that repairs too little"),
        pytest.param(Logo(png=b"GIF89a"), Level.H, "logo-picture", id="another format"),
        pytest.param(Logo(png=logos()[0].png[:80]), Level.H, "logo-picture", id="cut short"),
        pytest.param(Logo(png=logos()[0].png + bytes(MAX_LOGO_BYTES)), Level.H, "logo-picture", id="too many bytes"),
        pytest.param(Logo(png=png_of(Image.new("1", (1001, 1000)))), Level.H, "logo-picture", id="too many pixels"),
    ],
)
def test_a_logo_that_will_not_do_is_refused(render: Callable[..., object], logo: Logo, level: Level, flaw: str) -> None:
    with pytest.raises(Unreadable) as caught:
        render(matrix(ADDRESS, level=level), logo=logo)

    assert caught.value.flaw == flaw


def test_importing_the_package_brings_neither_pictures_nor_decoders() -> None:
    """A server that was just started should not wait for them."""
    heavy = ("PIL", "qrcode", "zxingcpp", "typst", "numpy")
    script = f"import sys, qr; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "[]"


def test_svg_title_is_text() -> None:
    svg = render_svg(matrix("x"), title='</title><script>alert("1")</script>&')

    assert ElementTree.fromstring(svg)[0].text == '</title><script>alert("1")</script>&'
    assert "<script" not in svg


def test_terminal_draws_two_rows_a_line() -> None:
    modules = matrix("https://fontein.example/proefdag")

    lines = render_terminal(modules).split("\n")

    rows: list[str] = []
    for line in lines:
        assert line.startswith("\x1b[30;107m")
        halves = line.removeprefix("\x1b[30;107m").removesuffix("\x1b[0m")
        rows.append("".join(".#"[h in "▀█"] for h in halves))
        rows.append("".join(".#"[h in "▄█"] for h in halves))
    inner = rows[QUIET_ZONE : QUIET_ZONE + len(modules)]
    assert [r[QUIET_ZONE:-QUIET_ZONE] for r in inner] == ["".join(".#"[d] for d in row) for row in modules]
    assert all(set(r) == {"."} for r in rows[:QUIET_ZONE] + rows[QUIET_ZONE + len(modules) :])
