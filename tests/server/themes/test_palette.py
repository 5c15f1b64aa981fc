"""What follows from an organiser's colours can be read, whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.themes.colour import Colour
from server.themes.contrast import findings, passing
from server.themes.look import dress, offer
from server.themes.properties import COLOURS, PAIRS, PROPERTIES, Level, Mode
from server.themes.shelf import Shelf
from server.web.site import THEMES_FOLDER

THEMES = Shelf([THEMES_FOLDER]).themes
HEXES = st.builds(Colour, *(st.integers(0, 255) for _ in range(3)), st.just(255)).map(lambda colour: colour.hex)
OPAQUE = [name for name in COLOURS if not PROPERTIES[name].clear]
CHOICES = st.dictionaries(st.sampled_from(OPAQUE), HEXES, min_size=1, max_size=5)
LEADS = st.dictionaries(st.sampled_from(["accent", "paper", "official"]), HEXES, min_size=1)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(THEMES)), st.sampled_from(Mode), CHOICES)
def test_what_was_chosen_stays_as_it_is(name: str, mode: Mode, colours: dict[str, str]) -> None:
    look = dress(THEMES[name], mode=mode, options={}, colours=colours)

    for chosen, text in colours.items():
        value = look.values[chosen]
        assert isinstance(value, Colour)
        assert value.hex == text


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(Mode), HEXES)
def test_a_background_alone_gives_a_wall_that_can_be_read_or_says_what_would(mode: Mode, background: str) -> None:
    """No text on a middle grey reaches AA in a lit hall: the finding is then about the background, with an offer."""
    look = dress(THEMES["fontein"], mode=mode, options={}, colours={"bg-1": background})

    assert all(each.change == "bg-1" and each.nearest is not None for each in look.findings)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(THEMES)), st.sampled_from(Mode), LEADS)
def test_taking_the_offers_ends_in_a_wall_that_can_be_read(name: str, mode: Mode, colours: dict[str, str]) -> None:
    look = dress(THEMES[name], mode=mode, options={}, colours=colours)
    for _ in range(3):
        colours = offer(look.findings, colours)
        look = dress(THEMES[name], mode=mode, options={}, colours=colours)

    assert look.findings == ()


def test_a_brand_background_changes_what_stands_on_it_and_nothing_else() -> None:
    plain = dress(THEMES["fontein"], mode="dark", options={}, colours={})
    branded = dress(THEMES["fontein"], mode="dark", options={}, colours={"bg-1": "#cc0000"})

    changed = {name for name in COLOURS if plain.values[name] != branded.values[name]}
    assert {"bg-1", "bg-2", "bg-3"} <= changed
    assert not changed & {"paper", "ink", "join-bg", "join-ink", "meta"}
    assert branded.findings == ()


def test_flat_backgrounds_stay_flat() -> None:
    look = dress(THEMES["contrast"], mode="light", options={}, colours={"bg-1": "#ffffee"})

    assert look.values["bg-1"] == look.values["bg-2"] == look.values["bg-3"]


def test_colours_that_cannot_be_told_apart_are_found_with_the_nearest_that_can() -> None:
    """Control: the theme's own colours give none."""
    look = dress(THEMES["fontein"], mode="dark", options={}, colours={"paper": "#ffffff", "ink": "#c8c8c8"})

    worst = look.findings[0]
    assert (worst.front, worst.back, worst.change, worst.code) == ("ink", "paper", "ink", "contrast")
    assert worst.ratio < worst.needed == 4.5
    assert (
        dress(THEMES["fontein"], mode="dark", options={}, colours=offer(look.findings, {"paper": "#ffffff"})).findings
        == ()
    )
    assert dress(THEMES["fontein"], mode="dark", options={}, colours={}).findings == ()


def test_a_ratio_that_is_just_too_small_never_reads_as_enough() -> None:
    values = {**THEMES["fontein"].modes[Mode.LIGHT], "paper": Colour(255, 255, 255), "meta": Colour(119, 119, 119)}

    (found,) = [each for each in findings(values, Level.AA) if (each.front, each.back) == ("meta", "paper")]
    assert found.ratio == 4.47


def test_a_light_join_code_on_dark_is_refused_though_its_contrast_is_high() -> None:
    look = dress(THEMES["fontein"], mode="dark", options={}, colours={"join-bg": "#000000", "join-ink": "#ffffff"})

    assert [each.code for each in look.findings] == ["inverted"]


def test_one_chosen_side_that_cannot_change_gives_way_to_the_other() -> None:
    """White text on a middle green at AAA: no other text would do, so the green is offered darker."""
    colours = {"official": "#67a35c", "on-official": "#ffffff"}
    look = dress(THEMES["contrast"], mode="light", options={}, colours=colours)

    (found,) = look.findings
    assert found.change == "official" or found.nearest == "#000000"
    assert found.nearest is not None


@pytest.mark.parametrize("level", Level)
def test_a_passing_colour_passes_every_pair_that_it_is_in(level: Level) -> None:
    values = {**THEMES["contrast"].modes[Mode.LIGHT], "ink": Colour(170, 170, 170)}

    found = passing("ink", values, level)

    assert found is not None
    wrong = findings({**values, "ink": found}, level)
    assert [each for each in wrong if each.front == "ink"] == []
    assert any(pair.front == "ink" for pair in PAIRS)
