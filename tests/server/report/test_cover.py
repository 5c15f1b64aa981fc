"""The cover draws the day: the same numbers as the chart, on water or on paper."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.report import cover as covers
from server.report.cover import TOP_MM, WATER_MM, WIDTH_MM, cover
from server.report.model import Figures, Slot

ZONE = "Europe/Amsterdam"
NOON = int(datetime(2026, 11, 12, 12, tzinfo=ZoneInfo(ZONE)).timestamp()) * 1_000_000
DAY = [4, 7, 19, 14, 16, 23, 31, 47, 22, 18, 15, 12, 9, 17, 21, 25, 24, 30, 22, 10]


def figures(numbers: list[int], *, slot_s: int = 900) -> Figures:
    slots = tuple(Slot(NOON + place * slot_s * 1_000_000, n, 0) for place, n in enumerate(numbers))
    highest = sorted((place for place, n in enumerate(numbers) if n), key=lambda place: -numbers[place])
    return Figures(
        posts=sum(numbers),
        authors=0,
        shown_p50_s=None,
        shown_p95_s=None,
        fetched=0,
        scanned=0,
        slot_s=slot_s,
        slots=slots,
        bands=(),
        peaks=tuple(highest[:3]),
        clear=False,
        talk=None,
        networks=(),
        languages=(),
        hashtags=(),
        words=(),
    )


def jets(drawn: str) -> list[tuple[float, float]]:
    """Of each jet in the order of drawing: where it lands, and how high it comes (mm)."""
    found = []
    for path in re.findall(r'<path d="(M105 252[^"]+)"', drawn):
        curve = [float(part) for part in re.findall(r"-?[\d.]+", path)]
        *_, control, x, foot = curve
        # The top of a quadratic curve is at half the height of its control point, of a cubic one at three quarters.
        found.append((x, (foot - control) * (0.5 if "Q" in path else 0.75)))
    return found


def test_every_slot_has_a_jet_as_high_as_its_posts() -> None:
    highest = WATER_MM - TOP_MM

    found = sorted(jets(cover(figures(DAY), zone=ZONE, water=True)))

    assert [high / highest for _, high in found] == pytest.approx([n / 47 for n in DAY], abs=0.001)


def test_jets_land_on_their_time() -> None:
    found = sorted(x for x, _ in jets(cover(figures(DAY), zone=ZONE, water=True)))

    steps = [later - earlier for earlier, later in pairwise(found)]
    assert steps == pytest.approx([182 / len(DAY)] * (len(DAY) - 1), abs=0.02)


@pytest.mark.parametrize("water", [True, False])
def test_the_peak_is_drawn_last_in_its_own_colour(water: bool) -> None:
    drawn = cover(figures(DAY), zone=ZONE, water=water)

    peak = covers.SUN if water else "#10242f"
    assert jets(drawn)[-1][1] == pytest.approx(WATER_MM - TOP_MM, abs=0.02)
    assert re.findall(r'<path d="M105 252[^>]+stroke="(#\w+)"', drawn)[-1] == peak
    assert drawn.count(peak) == 2  # The jet and its drop.


def test_a_slot_without_posts_has_no_jet() -> None:
    assert len(jets(cover(figures([3, 0, 0, 5]), zone=ZONE, water=True))) == 2


def test_a_jet_that_lands_where_it_sprang_is_a_loop() -> None:
    drawn = cover(figures([1]), zone=ZONE, water=True)

    assert re.search(r'd="M105 252C93 [\d.]+ 117 [\d.]+ 105 252"', drawn)
    assert jets(drawn)[0] == pytest.approx((105, WATER_MM - TOP_MM), abs=0.01)


@pytest.mark.parametrize("water", [True, False])
@pytest.mark.parametrize("count", [0, 1, 5, 40, 300])
def test_any_day_has_a_cover(count: int, water: bool) -> None:
    drawn = cover(figures([place % 7 + 1 for place in range(count)], slot_s=3600), zone=ZONE, water=water)

    root = ElementTree.fromstring(drawn)

    assert root.get("viewBox") == "0 0 210 297"
    assert len(jets(drawn)) == count


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10**9), max_size=60), st.booleans())
def test_no_jet_leaves_its_room(numbers: list[int], water: bool) -> None:
    for x, high in jets(cover(figures(numbers), zone=ZONE, water=water)):
        assert 0 < x < WIDTH_MM
        assert 0 <= high <= WATER_MM - TOP_MM + 0.01


def labels(drawn: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]


def test_the_hours_are_told_below_the_water() -> None:
    assert labels(cover(figures(DAY), zone=ZONE, water=True)) == ["12:00", "13:00", "14:00", "15:00", "16:00", "17:00"]


def test_days_are_told_where_there_are_more() -> None:
    days = figures([1] * 60, slot_s=3600)

    assert labels(cover(days, zone=ZONE, water=True)) == ["12", "13", "14"]
    assert labels(cover(days, zone=ZONE, water=True, day=lambda moment: "dag" * (moment > NOON) or "nu")) == [
        "nu",
        "dag",
        "dag",
    ]


def test_it_is_decoration_unless_it_has_a_title() -> None:
    plain = ElementTree.fromstring(cover(figures(DAY), zone=ZONE, water=True))
    titled = ElementTree.fromstring(cover(figures(DAY), zone=ZONE, water=True, title="Vijf uur <berichten> & meer"))

    assert plain.get("aria-hidden") == "true"
    assert plain.get("role") is None
    assert titled.get("role") == "img"
    assert titled[0].text == "Vijf uur <berichten> & meer"


def test_it_needs_nothing_from_elsewhere() -> None:
    for water in (True, False):
        drawn = cover(figures(DAY), zone=ZONE, water=water)
        elements = list(ElementTree.fromstring(drawn).iter())

        assert not {"style", "class", "href"} & {name for element in elements for name in element.attrib}
        assert {element.tag.rpartition("}")[2] for element in elements} <= {
            "svg", "defs", "linearGradient", "stop", "rect", "path", "ellipse", "circle", "text",
        }  # fmt: skip
        assert set(re.findall(r"url\(([^)]+)\)", drawn)) <= {"#fontein-sky", "#fontein-basin"}


def test_paper_saves_toner() -> None:
    drawn = cover(figures(DAY), zone=ZONE, water=False)

    assert re.findall(r'<rect [^>]*fill="([^"]+)"', drawn) == ["#ffffff"]
    assert "url(" not in drawn
