"""Codes: what is written can be read, and stays readable."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qr import Level, TextTooLong, matrix, render_svg, render_terminal
from qr.codes import QUIET_ZONE, Matrix

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
