"""A house style in design tokens, as municipalities and ministries publish them, to colours of a wall. Pure."""

from __future__ import annotations

import re

import msgspec

from server.themes.colour import WHITE, Colour, contrast, mix
from server.themes.properties import Mode
from server.themes.token_files import BadTokens, Tokens, plain, read_tokens


class House(msgspec.Struct, frozen=True, kw_only=True):
    """
    A house style, as far as a wall can wear it.

    Args:
        colours: Property → `#rrggbb`.
        font: The font stack that is most like theirs; None where they name none.
        found: Which token gave which property.
    """

    colours: dict[str, str]
    font: str | None
    found: dict[str, str]


# What a wall takes of them. For each part the first token that is there and is an opaque colour.

_PAGE = (
    "utrecht-document-background-color",
    "utrecht-page-background-color",
    "utrecht-root-background-color",
    "nl-document-background-color",
    "basis-color-default-bg-document",
    "of-layout-background",
    "of-color-bg",
)
_TEXT = (
    "utrecht-document-color",
    "utrecht-page-color",
    "utrecht-root-color",
    "nl-paragraph-color",
    "basis-color-default-color-document",
    "of-color-fg",
)
_BRAND = (
    "utrecht-page-footer-background-color",
    "of-page-footer-bg",
    "utrecht-page-header-background-color",
    "utrecht-nav-bar-background-color",
    "utrecht-navigation-background-color",
    "basis-color-accent-1-inverse-bg-default",
    "utrecht-button-primary-action-background-color",
    "utrecht-button-background-color",
    "of-color-primary",
)
_ACTION = (
    "utrecht-button-primary-action-background-color",
    "nl-button-primary-background-color",
    "basis-color-action-1-inverse-bg-default",
    "utrecht-button-background-color",
    "of-color-primary",
    "utrecht-link-color",
    "nl-link-color",
)
_ON_ACTION = {
    "utrecht-button-primary-action-background-color": "utrecht-button-primary-action-color",
    "nl-button-primary-background-color": "nl-button-primary-color",
    "basis-color-action-1-inverse-bg-default": "basis-color-action-1-inverse-color-default",
    "utrecht-button-background-color": "utrecht-button-color",
}
_LINK = (
    "utrecht-link-color",
    "nl-link-color",
    "denhaag-link-color",
    "basis-color-action-2-color-default",
    "of-color-primary",
)
_FONT = (
    "utrecht-document-font-family",
    "nl-paragraph-font-family",
    "basis-text-font-family-default",
    "utrecht-paragraph-font-family",
    "of-typography-sans-serif-font-family",
)

_FONTS = {
    "notosans": "humanist",
    "opensans": "humanist",
    "sourcesans": "humanist",
    "sourcesanspro": "humanist",
    "segoeui": "humanist",
    "calibri": "humanist",
    "verdana": "humanist",
    "frutiger": "humanist",
    "rijksoverheidsanswebtext": "humanist",
    "rijksoverheidsans": "humanist",
    "fira": "humanist",
    "firasans": "humanist",
    "thesans": "humanist",
    "themix": "humanist",
    "ubuntu": "humanist",
    "arial": "grotesque",
    "helvetica": "grotesque",
    "helveticaneue": "grotesque",
    "inter": "grotesque",
    "roboto": "grotesque",
    "avenir": "geometric",
    "montserrat": "geometric",
    "futura": "geometric",
    "poppins": "geometric",
    "nunito": "rounded",
    "georgia": "serif",
    "notoserif": "serif",
    "times": "serif",
    "timesnewroman": "serif",
    "rijksoverheidserif": "serif",
    "palatino": "newspaper",
    "rockwell": "slab",
    "robotoslab": "slab",
    "monaco": "mono",
    "menlo": "mono",
    "serif": "serif",
    "sansserif": "system",
    "systemui": "system",
    "monospace": "mono",
}
"""Which of our stacks is most like a family; the last ones are CSS's own generic names."""


def read_house(data: bytes, mode: Mode) -> House:
    """
    The house style in a published file.

    A light wall is their page: its background and text. A dark one is their footer: the colour by which people know
    them. Cards are their page in both.

    Args:
        data: The file.
        mode: Of the wall.

    Raises:
        BadTokens: It is too large, cannot be read, or has no colour that a wall could use.
    """
    tokens = read_tokens(data)
    colours, found = _colours(tokens, mode)
    if not colours:
        raise BadTokens(
            f"There are {len(tokens)} tokens in this file, and none of them is a colour that a wall can use; "
            f"looked for {_PAGE[0]}, {_TEXT[0]}, {_ACTION[0]} and others. "
            "Is it the whole token file of a theme, as theme.css or tokens.json?"
        )
    return House(colours={name: colour.hex for name, colour in colours.items()}, font=_font(tokens), found=found)


# Colours of a wall


def _colours(tokens: Tokens, mode: Mode) -> tuple[dict[str, Colour], dict[str, str]]:
    taken: dict[str, tuple[str, Colour]] = {}

    def take(names: tuple[str, ...], *properties: str) -> None:
        found = tokens.first(names)
        if found is not None:
            taken.update(dict.fromkeys(properties, found))

    take(_PAGE, "paper")
    take(_TEXT, "ink")
    take(_LINK, "tag")
    take(_ACTION, "official")
    if "official" in taken:
        on_action = _ON_ACTION.get(taken["official"][0])
        take((on_action,) if on_action else (), "on-official")
    if mode is Mode.LIGHT:
        take(_PAGE, "bg-1")
        take(_TEXT, "on-bg")
        take(_ACTION, "accent")
    else:
        take(tuple(name for name in _BRAND if _is_dark(tokens.colour(name))), "bg-1")
    colours = {name: colour for name, (_, colour) in taken.items()}
    _lift_cards(colours)
    return colours, {name: token for name, (token, _) in taken.items()}


_DARK_CONTRAST = 3.0
_CARD_CONTRAST = 1.06
_TINT = 0.1


def _is_dark(colour: Colour | None) -> bool:
    """Dark enough for a dark wall: large white text can be read on it. Source: WCAG 2.2, 1.4.3."""
    return colour is not None and contrast(colour, WHITE) >= _DARK_CONTRAST


def _lift_cards(colours: dict[str, Colour]) -> None:
    """A page and its cards of one colour: the page takes a little of the action's, so that the cards are seen."""
    page, paper, accent = (colours.get(name) for name in ("bg-1", "paper", "accent"))
    if page is not None and paper is not None and accent is not None and contrast(page, paper) < _CARD_CONTRAST:
        colours["bg-1"] = mix(page, accent, _TINT)


def _font(tokens: Tokens) -> str | None:
    for name in _FONT:
        families = (tokens.text(name) or "").split(",")
        known = (_FONTS.get(plain(re.sub(r"\bvariable\b", "", each, flags=re.IGNORECASE))) for each in families)
        stack = next((each for each in known if each is not None), None)
        if stack is not None:
            return stack
    return None
