"""What an organiser did not choose follows from what they chose, so that three colours are enough for a wall. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from server.themes.colour import BLACK, WHITE, Colour, contrast, luminance, mix
from server.themes.contrast import passing
from server.themes.properties import Level, Values

_DARK = 0.18
"""Below this luminance a background is a dark one: white on it reaches 4.5:1."""

_ROOM = 12
"""Contrast of a paper with black or white from which its shades still take an ink at 7:1."""


class _Rule(NamedTuple):
    """
    *name* follows when it was not chosen, and one of *leads* was, or followed itself.

    With `chosen_only`, what only followed does not lead: an accent that became lighter to be seen is no house colour.
    """

    name: str
    leads: tuple[str, ...]
    make: Callable[[Values, Values], Colour]
    """From the values so far, and those of the theme."""
    readable: bool = True
    """Whether it is then moved until all that it stands on is far enough away."""
    chosen_only: bool = False


def complete(theme: Values, chosen: Values, level: Level) -> Values:
    """
    The theme's values with what was chosen, and with what follows from that.

    Backgrounds get their shades; texts and signs keep the theme's colour where they can be read, else its nearest that
    can. Whatever was chosen stays as it is, also where it cannot be read: `contrast.findings` says so.
    """
    values = {**theme, **chosen}
    changed = set(chosen)
    for rule in _RULES:
        if rule.name in chosen or not (chosen.keys() if rule.chosen_only else changed) & set(rule.leads):
            continue
        values[rule.name] = rule.make(values, theme)
        if rule.readable:
            values[rule.name] = passing(rule.name, values, level, fixed=chosen) or values[rule.name]
        if values[rule.name] != theme[rule.name]:
            changed.add(rule.name)
    return values


def _get(values: Values, name: str) -> Colour:
    value = values[name]
    assert isinstance(value, Colour)
    return value


def _same(name: str) -> Callable[[Values, Values], Colour]:
    return lambda values, _: _get(values, name)


def _shade(lead: str, name: str, part: float) -> Callable[[Values, Values], Colour]:
    """
    A deeper shade of *lead*, away from the text on it: dark ones darker, light ones lighter.

    Flat where the theme's own is.
    """

    def make(values: Values, theme: Values) -> Colour:
        colour = _get(values, lead)
        if theme[lead] == theme[name]:
            return colour
        return mix(colour, BLACK if luminance(colour) < _DARK else WHITE, part)

    return make


def _aged(name: str, part: float) -> Callable[[Values, Values], Colour]:
    """Paper that takes on the accent's colour with age; flat where the theme's is, or one ink could not do for all."""

    def make(values: Values, theme: Values) -> Colour:
        paper = _get(values, "paper")
        has_room = max(contrast(paper, WHITE), contrast(paper, BLACK)) >= _ROOM
        is_flat = theme["paper"] == theme[name] or not has_room
        return paper if is_flat else mix(paper, _get(values, "accent"), part)

    return make


def _clear(name: str, source: str) -> Callable[[Values, Values], Colour]:
    """*source* as see-through as the theme's *name*."""
    return lambda values, theme: _get(values, source)._replace(alpha=_get(theme, name).alpha)


_BACKGROUNDS = ("bg-1", "bg-2", "bg-3")
_PAPERS = ("paper", "paper-1", "paper-2", "paper-3")


def _rules() -> Iterator[_Rule]:
    yield _Rule("bg-2", ("bg-1",), _shade("bg-1", "bg-2", 0.12), readable=False)
    yield _Rule("bg-3", ("bg-1",), _shade("bg-1", "bg-3", 0.24), readable=False)
    yield _Rule("on-bg", _BACKGROUNDS, _same("on-bg"))
    yield _Rule(
        "on-bg-muted",
        (*_BACKGROUNDS, "on-bg"),
        lambda values, _: mix(_get(values, "on-bg"), _get(values, "bg-2"), 0.2),
    )
    yield _Rule("accent", _BACKGROUNDS, _same("accent"))
    yield _Rule("on-accent", ("accent",), _same("on-accent"))
    yield _Rule("jet", ("bg-1",), _clear("jet", "on-bg"), readable=False, chosen_only=True)
    yield _Rule("jet", ("accent",), _clear("jet", "accent"), readable=False, chosen_only=True)
    yield _Rule("line", (*_BACKGROUNDS, "on-bg"), _clear("line", "on-bg"), readable=False)
    yield _Rule("pin", ("accent",), _same("accent"), chosen_only=True)
    yield _Rule("pin", _BACKGROUNDS, _same("pin"))
    for name, part in (("paper-1", 0.03), ("paper-2", 0.08), ("paper-3", 0.14)):
        yield _Rule(name, ("paper", "accent"), _aged(name, part), readable=False, chosen_only=True)
    yield _Rule("ink", _PAPERS, _same("ink"))
    yield _Rule("meta", ("ink",), lambda values, _: mix(_get(values, "ink"), _get(values, "paper"), 0.25))
    yield _Rule("meta", _PAPERS, _same("meta"))
    yield _Rule("tag", ("accent",), _same("accent"), chosen_only=True)
    yield _Rule("tag", _PAPERS, _same("tag"))
    yield _Rule("tag-aged", ("tag",), _same("tag"))
    yield _Rule("tag-aged", _PAPERS, _same("tag-aged"))
    yield _Rule("star", _PAPERS, _same("star"))
    yield _Rule("official", ("accent",), _same("accent"), readable=False, chosen_only=True)
    yield _Rule("on-official", ("official",), _same("on-official"))
    yield _Rule("join-ink", ("join-bg",), _same("join-ink"))
    yield _Rule("join-bg", ("join-ink",), _same("join-bg"))


_RULES = tuple(_rules())
