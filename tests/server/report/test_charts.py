"""Charts: right, readable in any size and in black and white, and told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont

from server.report import charts, svg
from server.report.charts import Drawing
from server.report.model import Band, Figures, Slot

pytestmark = pytest.mark.slow

ZONE = "Europe/Amsterdam"
CLOCK = ZoneInfo(ZONE)
DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
PHONE_PX = 288
"""What a phone of 320 pixels has between its margins."""
FONTS = {
    weight: ImageFont.truetype(str(Path("qr/fonts") / f"Inter-{name}.otf"), 100)
    for weight, name in (("400", "Regular"), ("600", "SemiBold"))
}


def _day(moment: int) -> str:
    day = datetime.fromtimestamp(moment / 1e6, CLOCK)
    return f"{DAYS[day.weekday()]} {day.day} nov"


WORDS = charts.DayWords(
    title="Berichten per kwartier",
    phones="van telefoons in de zaal",
    networks="van netwerken",
    posts=lambda n: "1 bericht" if n == 1 else f"{n} berichten",
    number=lambda n: f"{n:,}".replace(",", "."),
    day=_day,
    said="{posts} tussen {start} en {end}: {phones} van telefoons en {networks} van netwerken.",
    busiest="De meeste kwamen om {peaks}.",
    both="en",
    none="Er zijn geen berichten getoond.",
)
POLL = charts.PollWords(number=str, percent="{}%".format, few="Te weinig stemmen.")


def at(hour: int, minute: int = 0, day: int = 12) -> int:
    return int(datetime(2026, 11, day, hour, minute, tzinfo=CLOCK).timestamp()) * 1_000_000


def figures(
    slots: list[tuple[int, int]], *, start: int = at(12), slot_s: int = 900, bands: tuple[Band, ...] = ()
) -> Figures:
    columns = tuple(Slot(start + place * slot_s * 1_000_000, *both) for place, both in enumerate(slots))
    highest = sorted((place for place, slot in enumerate(columns) if slot.n), key=lambda place: -columns[place].n)
    posts = sum(slot.n for slot in columns)
    return Figures(
        posts=posts,
        authors=posts,
        shown_p50_s=None,
        shown_p95_s=None,
        fetched=0,
        scanned=0,
        slot_s=slot_s,
        slots=columns,
        bands=bands,
        peaks=tuple(highest[:3]),
        clear=False,
        talk=None,
        networks=(),
        languages=(),
        hashtags=(),
        words=(),
    )


DAY = [(3, 1), (5, 2), (14, 5), (9, 5), (11, 5), (16, 7), (22, 9), (34, 13), (14, 8), (12, 6), (10, 5), (8, 4)]
BANDS = (
    Band(start=at(12), end=at(12, 30), title="Inloop", kind="break"),
    Band(start=at(12, 30), end=at(13), title="Opening", kind="other"),
    Band(start=at(13), end=at(14), title="Burgerberaad, en dan?", kind="talk"),
    Band(start=at(14), end=at(15), title="Wie was er niet bij?", kind="talk"),
    Band(start=at(14), end=at(15), title="Open data aan de keukentafel", kind="talk", row=1),
)


class _Shape:
    """An element of a drawing, with its numbers."""

    def __init__(self, element: ElementTree.Element) -> None:
        self.element = element
        self.fill = element.get("fill")
        self.x, self.y, self.width, self.height = (
            float(element.get(name, "0")) for name in ("x", "y", "width", "height")
        )


def shapes(drawn: str, tag: str) -> list[_Shape]:
    return [_Shape(element) for element in ElementTree.fromstring(drawn).iter(f"{{http://www.w3.org/2000/svg}}{tag}")]


def texts(drawn: str) -> list[str]:
    return ["".join(shape.element.itertext()) for shape in shapes(drawn, "text")]


def boxes(drawn: str) -> Iterator[tuple[str, float, float, float, float]]:
    """Every text with the room it takes, measured in the typeface: words, left, top, right, bottom."""
    for shape in shapes(drawn, "text"):
        element = shape.element
        size = float(element.get("font-size", "0"))
        width = 0.0
        for words, weight in (
            (element.text, element.get("font-weight", "400")),
            *((span.text, span.get("font-weight", "400")) for span in element),
            *((span.tail, "400") for span in element),
        ):
            width += FONTS[weight].getlength(words or "") / 100 * size
        anchor = element.get("text-anchor", "start")
        left = shape.x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        yield "".join(element.itertext()), left, shape.y - 0.72 * size, left + width, shape.y + 0.02 * size


def overlapping(drawn: str) -> list[tuple[str, str]]:
    found = list(boxes(drawn))
    return [
        (one[0], other[0])
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]


def outside(drawn: str) -> list[str]:
    _, _, width, height = map(float, ElementTree.fromstring(drawn).get("viewBox", "").split())
    return [
        words
        for words, left, top, right, bottom in boxes(drawn)
        if left < -0.01 or top < -0.01 or right > width + 0.01 or bottom > height + 0.01
    ]


LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_characters="\x7f"), max_size=60)
TITLES = st.one_of(LATIN, st.sampled_from(["Wie was er niet bij?", "W" * 40, "Koffie", "", "a b c d e f g h i j k l"]))


@st.composite
def any_day(draw: st.DrawFn) -> Figures:
    slot_s = draw(st.sampled_from([300, 900, 3600]))
    count = draw(st.sampled_from([1, 2, 5, 20, 40, 300]))
    most = draw(st.sampled_from([1, 9, 1_000, 1_000_000]))
    numbers = draw(st.lists(st.tuples(st.integers(0, most), st.integers(0, most)), min_size=1, max_size=12))
    start = at(8) + draw(st.integers(0, 12)) * slot_s * 1_000_000
    bands = draw(
        st.lists(
            st.builds(
                lambda begin, minutes, title, kind, row: Band(
                    start=at(6) + begin * 300_000_000,
                    end=at(6) + (begin + minutes) * 300_000_000,
                    title=title,
                    kind=kind,
                    row=row,
                ),
                st.integers(0, 200),
                st.integers(0, 60),
                TITLES,
                st.sampled_from(["talk", "break", "other"]),
                st.integers(0, 3),
            ),
            max_size=30,
        )
    )
    return figures(
        [numbers[place % len(numbers)] for place in range(count)], start=start, slot_s=slot_s, bands=tuple(bands)
    )


# Right


def columns_of(drawn: str) -> list[float]:
    """Heights of the solid columns."""
    return [
        shape.height for shape in shapes(drawn, "rect") if shape.fill == svg.TEAL and not shape.element.get("stroke")
    ]


def test_columns_are_as_high_as_their_numbers_from_zero() -> None:
    drawn = charts.day_chart(figures([(10, 0), (40, 0), (25, 0), (1, 0)]), words=WORDS, zone=ZONE).svg

    heights = columns_of(drawn)

    assert [height / heights[1] for height in heights] == pytest.approx([10 / 40, 1, 25 / 40, 1 / 40], abs=0.001)


def test_networks_stand_on_phones() -> None:
    drawn = charts.day_chart(figures([(30, 10)]), words=WORDS, zone=ZONE).svg

    white = next(shape for shape in shapes(drawn, "rect") if shape.element.get("stroke") == svg.TEAL)
    solid = next(shape for shape in shapes(drawn, "rect") if shape.fill == svg.TEAL)

    assert (solid.y - (white.y - charts.OUTLINE / 2)) / solid.height == pytest.approx(10 / 30, abs=0.01)


@pytest.mark.parametrize(
    ("top", "marks"),
    [
        (0, []),
        (1, [1]),
        (3, [1, 2, 3]),
        (5, [1, 2, 3, 4, 5]),
        (7, [2, 4, 6]),
        (19, [5, 10, 15]),
        (47, [10, 20, 30, 40]),
        (99, [20, 40, 60, 80]),
        (1251, [500, 1000]),
        (100_000, [20_000, 40_000, 60_000, 80_000, 100_000]),
    ],
)
def test_grid_has_a_few_round_numbers(top: int, marks: list[int]) -> None:
    assert list(charts.grid(top)) == marks


@given(st.integers(2, 10**12))
def test_grid_has_two_to_five_lines_for_any_day(top: int) -> None:
    assert 2 <= len(charts.grid(top)) <= 5


def test_only_the_three_peaks_have_their_number() -> None:
    drawn = charts.day_chart(figures(DAY), words=WORDS, zone=ZONE).svg

    bold = [shape.element.text for shape in shapes(drawn, "text") if shape.element.get("font-size") == "8.8"]

    assert bold == ["47", "31", "23"]


def test_a_peak_beside_a_higher_one_keeps_its_number_only_where_it_can_be_read() -> None:
    crowded = figures([(1, 0)] * 120 + [(1000, 0), (999, 0), (998, 0)] + [(1, 0)] * 120, slot_s=300)

    drawn = charts.day_chart(crowded, words=WORDS, zone=ZONE).svg

    bold = [shape.element.text for shape in shapes(drawn, "text") if shape.element.get("font-size") == "8.8"]
    assert bold == ["1.000"]


def test_many_slots_are_one_outline_with_the_same_heights() -> None:
    numbers = [(place * 7 % 50, 0) for place in range(300)]

    drawn = charts.day_chart(figures(numbers, slot_s=3600), words=WORDS, zone=ZONE).svg

    outline = next(shape for shape in shapes(drawn, "path") if shape.fill == svg.TEAL).element.get("d", "")
    ys = [float(point.split()[1]) for point in outline.strip("MZ").split("L")][1:-1:2]
    base = max(ys)
    assert [(base - y) / (base - min(ys)) * 49 for y in ys] == pytest.approx([n for n, _ in numbers], abs=0.1)


def test_an_outline_falls_to_zero_where_there_are_no_slots() -> None:
    day = figures([(5, 0)] * 300, slot_s=300)
    slots = (*day.slots[:100], *day.slots[200:])

    drawn = charts.day_chart(msgspec.structs.replace(day, slots=slots), words=WORDS, zone=ZONE).svg

    outline = next(shape for shape in shapes(drawn, "path") if shape.fill == svg.TEAL).element.get("d", "")
    ys = [float(point.split()[1]) for point in outline.strip("MZ").split("L")]
    assert ys.count(max(ys)) == 4
    assert ys.count(min(ys)) == 400


def test_times_are_hours_of_the_hall() -> None:
    drawn = charts.day_chart(figures([(1, 1)] * 20), words=WORDS, zone=ZONE).svg

    assert [words for words in texts(drawn) if ":" in words] == ["12:00", "13:00", "14:00", "15:00", "16:00"]


def test_more_days_have_their_names() -> None:
    drawn = charts.day_chart(figures([(1, 1)] * 60, slot_s=3600), words=WORDS, zone=ZONE).svg

    assert [words for words in texts(drawn) if "nov" in words] == ["do 12 nov", "vr 13 nov", "za 14 nov"]


def test_an_hour_that_summer_time_skips_is_not_told() -> None:
    night = int(datetime(2026, 3, 29, 0, tzinfo=CLOCK).timestamp()) * 1_000_000

    moments = charts.ticks(night, night + 5 * 3_600_000_000, CLOCK, most=8)

    assert [f"{charts.local(moment, CLOCK):%H:%M}" for moment in moments] == [
        "00:00",
        "01:00",
        "03:00",
        "04:00",
        "05:00",
        "06:00",
    ]
    assert all(later - earlier == 3_600_000_000 for earlier, later in pairwise(moments))


@given(st.integers(0, 4 * 10**15), st.integers(1, 10**14), st.integers(0, 30))
def test_times_are_about_as_many_as_fit(start: int, length: int, most: int) -> None:
    moments = charts.ticks(start, start + length, CLOCK, most=most)

    assert moments == sorted(set(moments))
    assert all(start <= moment <= start + length for moment in moments)
    assert len(moments) <= max(1, most) + 3 or length > 91 * 86_400e6 * max(1, most)


# Sessions


def bands_of(drawn: str) -> dict[str, float]:
    """The title of each band, with the height of its row."""
    tops = {shape.y for shape in shapes(drawn, "rect") if shape.fill == svg.TINT}
    return {
        "".join(shape.element.itertext()): max((top for top in tops if top < shape.y), default=0.0)
        for shape in shapes(drawn, "text")
        if shape.element.get("font-size") == "7.4"
    }


def test_parallel_sessions_stand_below_each_other() -> None:
    rows = bands_of(charts.day_chart(figures(DAY, bands=BANDS), words=WORDS, zone=ZONE).svg)

    assert rows["Opening"] == rows["Wie was er niet bij?"] < rows["Open data aan de keukentafel"]


def test_sessions_at_one_time_never_share_a_row() -> None:
    bands = tuple(Band(start=at(12), end=at(15), title=f"Zaal {n}", kind="talk") for n in range(5))

    rows = bands_of(charts.day_chart(figures(DAY, bands=bands), words=WORDS, zone=ZONE).svg)

    assert len({rows[band.title] for band in bands}) == 5


def test_a_break_has_no_fill() -> None:
    drawn = charts.day_chart(figures(DAY, bands=BANDS), words=WORDS, zone=ZONE).svg

    assert len([shape for shape in shapes(drawn, "rect") if shape.fill == svg.TINT]) == len(BANDS) - 1


def test_a_title_that_does_not_fit_has_a_number_that_is_explained() -> None:
    bands = (*BANDS, Band(start=at(13), end=at(13, 5), title="Een woord vooraf", kind="talk", row=1))

    drawn = charts.day_chart(figures(DAY, bands=bands), words=WORDS, zone=ZONE).svg

    legend = [WORDS.phones + ", 158", WORDS.networks + ", 70"]
    assert texts(drawn)[-4:] == ["1", "Een woord vooraf", *legend]
    assert texts(drawn).count("1") == 2


def test_a_session_far_from_every_post_does_not_squeeze_the_day() -> None:
    far = Band(start=at(12, day=29), end=at(13, day=29), title="Terugkomdag", kind="talk")

    assert charts.day_chart(figures(DAY, bands=(far,)), words=WORDS, zone=ZONE) == charts.day_chart(
        figures(DAY), words=WORDS, zone=ZONE
    )


# Readable


@settings(max_examples=40)
@given(any_day())
def test_no_words_of_a_day_stand_on_each_other_or_fall_off(day: Figures) -> None:
    drawing = charts.day_chart(day, words=WORDS, zone=ZONE)

    for drawn in (drawing.svg, drawing.narrow):
        assert overlapping(drawn) == []
        assert outside(drawn) == []


def test_words_that_stand_on_each_other_are_found() -> None:
    """The negative control of the test before: letters twice as large."""
    drawn = charts.day_chart(figures(DAY, bands=BANDS), words=WORDS, zone=ZONE).svg

    large = re.sub(r'font-size="([\d.]+)"', lambda size: f'font-size="{2 * float(size[1])}"', drawn)

    assert overlapping(large) != []


NUMBERS = st.integers(0, 10**7)


@settings(max_examples=40)
@given(st.lists(st.tuples(LATIN, NUMBERS, LATIN), max_size=8), st.sampled_from([40, 80, 168]))
def test_no_words_of_bars_stand_on_each_other(rows: list[tuple[str, int, str]], width_mm: float) -> None:
    drawing = charts.bars(rows, title="Waar kwamen ze vandaan?", width_mm=width_mm)

    for drawn in (drawing.svg, drawing.narrow):
        assert overlapping(drawn) == []
        assert outside(drawn) == []


@settings(max_examples=40)
@given(st.lists(st.tuples(LATIN, NUMBERS), max_size=9))
def test_no_words_of_a_stack_stand_on_each_other(segments: list[tuple[str, int]]) -> None:
    drawing = charts.stacked(segments, title="Wat er binnenkwam")

    for drawn in (drawing.svg, drawing.narrow):
        assert overlapping(drawn) == []
        assert outside(drawn) == []


@settings(max_examples=40)
@given(st.lists(st.tuples(LATIN, NUMBERS), min_size=1, max_size=8))
def test_no_words_of_a_poll_stand_on_each_other(options: list[tuple[str, int]]) -> None:
    drawing = charts.poll(options, title="Wat nu?", words=POLL)

    for drawn in (drawing.svg, drawing.narrow):
        assert overlapping(drawn) == []
        assert outside(drawn) == []


def every_chart() -> list[Drawing]:
    return [
        charts.day_chart(figures(DAY, bands=BANDS), words=WORDS, zone=ZONE),
        charts.bars([("Telefoon", 261, "68%"), ("Matrix", 12, "3%")], title="Waar kwamen ze vandaan?"),
        charts.stacked([(f"deel {n}", 100 * n + 1) for n in range(7)], title="Wat er binnenkwam"),
        charts.poll([("Ja", 79), ("Nee", 56)], title="Wat nu?", words=POLL),
    ]


def test_letters_are_large_enough_on_paper_and_on_a_phone() -> None:
    for drawing in every_chart():
        wide = [float(size) for size in re.findall(r'font-size="([\d.]+)"', drawing.svg)]
        narrow = [float(size) for size in re.findall(r'font-size="([\d.]+)"', drawing.narrow)]

        assert min(wide) >= 7.4
        assert min(narrow) * PHONE_PX / charts.NARROW >= 10


def test_drawings_need_nothing_from_elsewhere() -> None:
    for drawing in every_chart():
        for drawn in (drawing.svg, drawing.narrow):
            elements = list(ElementTree.fromstring(drawn).iter())

            assert {element.tag.rpartition("}")[2] for element in elements} <= {
                "svg", "title", "desc", "rect", "path", "text", "tspan",
            }  # fmt: skip
            assert not {"id", "style", "class", "href"} & {name for element in elements for name in element.attrib}
            assert "url(" not in drawn


def test_drawings_say_what_they_show() -> None:
    for drawing in every_chart():
        for drawn in (drawing.svg, drawing.narrow):
            root = ElementTree.fromstring(drawn)

            assert root.get("role") == "img"
            assert [element.tag.rpartition("}")[2] for element in root][:2] == ["title", "desc"]
            assert root[1].text == drawing.alt


def test_day_is_told_with_its_numbers() -> None:
    assert charts.day_chart(figures(DAY), words=WORDS, zone=ZONE).alt == (
        "228 berichten tussen 12:00 en 15:00: 158 van telefoons en 70 van netwerken. "
        "De meeste kwamen om 13:45 (47), 13:30 (31) en 13:15 (23)."
    )


def test_one_post_is_told_as_one() -> None:
    assert charts.day_chart(figures([(1, 0)]), words=WORDS, zone=ZONE).alt == (
        "1 bericht tussen 12:00 en 12:15: 1 van telefoons en 0 van netwerken. De meeste kwamen om 12:00 (1)."
    )


def test_more_days_are_told_with_their_names() -> None:
    alt = charts.day_chart(figures([(0, 1)] * 59 + [(9, 0)], slot_s=3600), words=WORDS, zone=ZONE).alt

    assert alt.startswith("68 berichten tussen do 12 nov 12:00 en zo 15 nov 00:00: ")
    assert "om za 14 nov 23:00 (9), " in alt


@pytest.mark.parametrize("slots", [[], [(0, 0)], [(0, 0)] * 40])
def test_a_day_without_posts_is_a_sentence(slots: list[tuple[int, int]]) -> None:
    drawing = charts.day_chart(figures(slots, bands=BANDS), words=WORDS, zone=ZONE)

    assert drawing.alt == WORDS.none
    assert texts(drawing.svg) == [WORDS.none]


@settings(max_examples=40)
@given(st.text(), st.text(), st.integers(0, 99))
def test_any_words_make_a_drawing(title: str, label: str, n: int) -> None:
    band = Band(start=at(12), end=at(13), title=title, kind="talk")
    drawings = (
        charts.day_chart(figures(DAY, bands=(band,)), words=WORDS, zone=ZONE),
        charts.bars([(label, n, title)], title=title),
        charts.stacked([(label, n), (title, 1)], title=title),
        charts.poll([(label, n), (title, 5)], title=title, words=POLL),
    )

    for drawing in drawings:
        for drawn in (drawing.svg, drawing.narrow):
            tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()}
            assert tags <= {"svg", "title", "desc", "rect", "path", "text", "tspan"}


# Other charts


def test_bars_have_one_scale() -> None:
    drawn = charts.bars([("Telefoon", 200, ""), ("Mastodon", 50, ""), ("Matrix", 0, "")], title="Bronnen").svg

    widths = [shape.width for shape in shapes(drawn, "rect") if shape.fill == svg.TEAL]

    assert [width / widths[0] for width in widths] == pytest.approx([1, 0.25], abs=0.001)


def test_bars_are_told() -> None:
    alt = charts.bars([("Telefoon", 261, "68%"), ("Matrix", 12, "")], title="Waar kwamen ze vandaan?").alt

    assert alt == "Waar kwamen ze vandaan? Telefoon 261 (68%); Matrix 12."


def parts_of(drawn: str) -> list[tuple[float, float]]:
    """The parts of a stacked bar: from where, how wide."""
    return [
        (shape.x, shape.width)
        for shape in shapes(drawn, "rect")
        if shape.height == 30 and shape.element.get("stroke") is None and shape.fill != "none"
    ]


def test_a_stack_is_cut_to_scale_in_the_order_given() -> None:
    parts = parts_of(charts.stacked([("getoond", 300), ("niet", 100), ("gewist", 0), ("weg", 200)], title="Alles").svg)

    whole = charts.PAPER_MM * svg.POINTS_PER_MM
    assert [width / whole for _, width in parts] == pytest.approx([1 / 2, 1 / 6, 1 / 3], abs=0.001)
    assert [x / whole for x, _ in parts] == pytest.approx([0, 1 / 2, 2 / 3], abs=0.001)


@given(st.lists(NUMBERS, min_size=1, max_size=12).filter(any))
def test_every_part_of_a_stack_is_seen_and_together_they_fill_it(numbers: list[int]) -> None:
    parts = parts_of(charts.stacked([("x", n) for n in numbers], title="Alles").svg)

    assert len(parts) == sum(n > 0 for n in numbers)
    assert all(width >= 1 for _, width in parts)
    assert sum(width for _, width in parts) == pytest.approx(charts.PAPER_MM * svg.POINTS_PER_MM, abs=0.2)


def test_a_legend_repeats_all_numbers() -> None:
    drawn = charts.stacked([("getoond", 386), ("niet getoond", 5), ("gewist", 0)], title="Alles").svg

    assert texts(drawn)[-3:] == ["386 getoond", "5 niet getoond", "0 gewist"]


def _grey(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_no_two_parts_look_alike_in_black_and_white() -> None:
    looks = [(fill, hatching) for fill, _, hatching in charts._FILLS]

    for place, (fill, hatching) in enumerate(looks):
        for other_fill, other_hatching in looks[place + 1 :]:
            assert hatching != other_hatching or abs(_grey(fill) - _grey(other_fill)) > 30


def test_numbers_in_a_part_can_be_read() -> None:
    for fill, letters, _ in charts._FILLS:
        assert abs(_grey(fill) - _grey(letters)) > 125


@given(st.lists(NUMBERS, min_size=1, max_size=12).filter(any))
def test_percentages_add_up_and_are_never_a_whole_one_off(numbers: list[int]) -> None:
    shares = charts.percentages(numbers)

    assert sum(shares) == 100
    assert all(abs(share - 100 * n / sum(numbers)) < 1 for share, n in zip(shares, numbers, strict=True))


def test_a_poll_keeps_the_order_of_its_question() -> None:
    drawing = charts.poll(
        [("Ik weet het niet", 79), ("‘Meegenomen’", 56), ("Antwoord", 34), ("Geen", 19)], title="Wat?", words=POLL
    )

    assert drawing.alt == "Wat? Ik weet het niet 42% (79); ‘Meegenomen’ 30% (56); Antwoord 18% (34); Geen 10% (19)."


def test_a_poll_of_four_votes_tells_nothing() -> None:
    """Of four people in a room one soon knows who the one is that said no."""
    drawing = charts.poll([("Ja", 3), ("Nee", 1)], title="Wat nu?", words=POLL)

    assert texts(drawing.svg) == [POLL.few]
    assert drawing.alt == POLL.few
    assert texts(charts.poll([("Ja", 4), ("Nee", 1)], title="Wat nu?", words=POLL).svg) == [
        "Ja",
        "80%",
        "4",
        "Nee",
        "20%",
        "1",
    ]
