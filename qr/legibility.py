"""
From how far can a code be read? A model, and what follows from it for a screen or a sheet of paper.

A phone reads a code when each module covers enough pixels of its camera. That is all: distance, size and resolution
meet in one number. `docs/explanation/codes.md` has the sources, the arithmetic and what the simulation found.

    pixel of a camera      2 · tan(view / 2) / width            0.664 mrad for 1920 pixels over 65°
    pixels that it takes   3, at up to 30° aside                more beyond that, none beyond 50°
    reach                  module ÷ (pixels · pixel)            500 times the module: 2 mm a metre
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from qr.codes import BLACK, PRINT, QUIET_ZONE, SCREEN, WHITE, Colours, Level, luminance, version_of

PIXELS = 3.0
"""Camera pixels that a module takes, at up to 30° aside. The simulation reads at 2.5; a fifth more is for the rest."""
EASY_ANGLE_DEG = 30.0
LARGEST_ANGLE_DEG = 50.0
"""From further aside nothing is promised: at 55° both decoders miss every second code, however large it is."""
LEAST_SEEN_CONTRAST = 2.0
"""Light to dark as the camera sees it, with the light of the hall; under it the noise of a camera wins."""
SMALLEST_PRINT_MM = 0.5
"""A printed module: four dots of a printer of 200 dpi. Source: DENSO WAVE, "Point for setting the module size"."""

HALL_CONTRAST = 7.0
"""White to black on a projection screen that can just be followed. Source: ANSI/INFOCOMM 3M-2011, passive viewing."""
PAPER_CONTRAST = 10.0
"""Black print on white paper, a little glossy."""

SCENE_SHARE = 0.685
"""Of a picture's height: the largest tile that a scene has room for (740 of 1080)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """
    A camera, as the app that scans gets its picture.

    Attributes:
        width_px: Pixels on the long side of a frame.
        view_deg: Angle that they cover.
    """

    width_px: int = 1920
    view_deg: float = 65.0

    @property
    def pixel_rad(self) -> float:
        """What a pixel in the middle of the frame sees; people hold what they scan in the middle."""
        return 2 * math.tan(math.radians(self.view_deg) / 2) / self.width_px


PHONE = Phone()
OLD_PHONE = Phone(width_px=960)
"""Half the pixels, so half the reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """
    A hall with a picture.

    Attributes:
        depth_m: From the picture to who sits furthest away.
        picture_height_m: Of what is lit, not of the cloth.
        picture_px: Its height in pixels.
        contrast: White to black on it with the lights as they will be; see `hall_contrast`.
        angle_deg: From how far aside people look, at most; the ends of the front rows are not meant.
    """

    depth_m: float
    picture_height_m: float
    picture_px: int = 1080
    contrast: float = HALL_CONTRAST
    angle_deg: float = EASY_ANGLE_DEG

    @property
    def pixel_mm(self) -> float:
        return 1000 * self.picture_height_m / self.picture_px


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    A sheet, a card or a sticker.

    Attributes:
        distance_m: From where it is to be read.
        tile_mm: Room that it has for the code, with its quiet zone, on a side.
        contrast: Of print on paper, in the light that falls on it.
        angle_deg: As in `Room`.
    """

    distance_m: float
    tile_mm: float
    contrast: float = PAPER_CONTRAST
    angle_deg: float = EASY_ANGLE_DEG


Place: TypeAlias = Room | Paper

A3_POSTER = Paper(distance_m=2.5, tile_mm=176)
A4_POSTER = Paper(distance_m=1.75, tile_mm=124.5)
TABLE_CARD = Paper(distance_m=0.65, tile_mm=46)
STICKER = Paper(distance_m=0.4, tile_mm=29)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """
    How large to draw a code, and who can then scan it.

    Attributes:
        version: Of the code, 1–40.
        module_mm: On a side, as drawn. 0 when there is no room for the code at all.
        code_mm: On a side, with the quiet zone.
        module_px: The same in whole pixels of the picture; `None` on paper.
        code_px: The same.
        smallest_module_mm: What the furthest reader needs; infinite when no size would do.
        reach_m: From where a phone of today reads it.
        old_reach_m: From where an older phone does.
        enough: Whether `reach_m` covers the place. If not: warn, in red, and put addresses and cards further back.
    """

    version: int
    module_mm: float
    code_mm: float
    module_px: int | None
    code_px: int | None
    smallest_module_mm: float
    reach_m: float
    old_reach_m: float
    enough: bool


def pixels_needed(*, contrast: float = HALL_CONTRAST, angle_deg: float = EASY_ANGLE_DEG) -> float:
    """Camera pixels of a module, seen straight on, that let a phone read it; infinite when none do."""
    if contrast < LEAST_SEEN_CONTRAST or angle_deg > LARGEST_ANGLE_DEG:
        return math.inf
    narrowing = math.cos(math.radians(EASY_ANGLE_DEG)) / math.cos(math.radians(angle_deg))
    return PIXELS * max(1.0, narrowing)


def reach_m(
    module_mm: float,
    *,
    contrast: float = HALL_CONTRAST,
    angle_deg: float = EASY_ANGLE_DEG,
    phone: Phone = PHONE,
) -> float:
    """
    The furthest distance at which *phone* reads modules of *module_mm*; 0 when it does not at any.

    Args:
        module_mm: On a side.
        contrast: Light to dark, as the camera sees it.
        angle_deg: From how far aside.
        phone: Whose camera.
    """
    return module_mm / 1000 / (pixels_needed(contrast=contrast, angle_deg=angle_deg) * phone.pixel_rad)


def pixels_at(module_mm: float, distance_m: float, *, phone: Phone = PHONE) -> float:
    """Camera pixels on a side of a module that is seen straight on from *distance_m*."""
    return module_mm / 1000 / (distance_m * phone.pixel_rad)


def smallest_module_mm(
    distance_m: float,
    *,
    contrast: float = HALL_CONTRAST,
    angle_deg: float = EASY_ANGLE_DEG,
    phone: Phone = PHONE,
) -> float:
    """The smallest module, in millimetres on a side, that *phone* reads at *distance_m*; infinite when none is."""
    return 1000 * distance_m * pixels_needed(contrast=contrast, angle_deg=angle_deg) * phone.pixel_rad


def hall_contrast(
    *, lumens: float, picture_height_m: float, ambient_lux: float, native: float = 500, aspect: float = 16 / 9
) -> float:
    """
    White to black on a projection screen, with the hall's light on it.

    Args:
        lumens: Of the projector.
        picture_height_m: Of its picture.
        ambient_lux: On the screen with the projector off: 5 in the dark, 50 with dimmed light, 300 with the lights on.
        native: The projector's own contrast with both in one picture (ANSI), not the one in its brochure.
        aspect: Width to height.
    """
    white_lux = lumens / (picture_height_m**2 * aspect)
    return (white_lux + ambient_lux) / (white_lux / native + ambient_lux)


def seen_contrast(colours: Colours, contrast: float) -> float:
    """What is left of two colours where white on black has *contrast*: the hall's light lies over both."""
    ambient = 1 / (contrast - 1) if contrast > 1 else math.inf
    if math.isinf(ambient):
        return 1.0
    return (luminance(colours.light) + ambient) / (luminance(colours.dark) + ambient)


def advice(
    text: str,
    place: Place,
    *,
    level: Level | None = None,
    most_px: int | None = None,
    colours: Colours = Colours(BLACK, WHITE),  # noqa: B008 -- a named tuple of two strings; nothing can change it.
) -> Advice:
    """
    Pick a size for the code of *text* in *place*: as small as the furthest reader allows, and as large as fits.

    Args:
        text: As it will be encoded; see `qr.address.capitals`.
        place: `Room` or `Paper`.
        level: By default M on a screen and Q on paper.
        most_px: On a screen, the room for the code with its quiet zone; by default what the join scene has.
        colours: As it will be drawn.

    Raises:
        TextTooLong: *text* does not fit a code.
        Unreadable: Not colours.
    """
    contrast = seen_contrast(colours, place.contrast)
    if isinstance(place, Room):
        version = version_of(text, level=SCREEN if level is None else level)
        needed = smallest_module_mm(place.depth_m, contrast=contrast, angle_deg=place.angle_deg)
        most = int(SCENE_SHARE * place.picture_px) if most_px is None else most_px
        wanted_px = needed / place.pixel_mm
        module_px = min(most // _side(version), math.ceil(wanted_px) if math.isfinite(wanted_px) else most)
        return _advice(place, version, module_px * place.pixel_mm, needed, contrast, module_px)
    version = version_of(text, level=PRINT if level is None else level)
    needed = smallest_module_mm(place.distance_m, contrast=contrast, angle_deg=place.angle_deg)
    return _advice(place, version, place.tile_mm / _side(version), max(needed, SMALLEST_PRINT_MM), contrast, None)


def _side(version: int) -> int:
    """Modules of a code with its quiet zone."""
    return 17 + 4 * version + 2 * QUIET_ZONE


def _advice(
    place: Place, version: int, module_mm: float, needed_mm: float, contrast: float, module_px: int | None
) -> Advice:
    side = _side(version)
    return Advice(
        version=version,
        module_mm=module_mm,
        code_mm=module_mm * side,
        module_px=module_px,
        code_px=None if module_px is None else module_px * side,
        smallest_module_mm=needed_mm,
        reach_m=reach_m(module_mm, contrast=contrast, angle_deg=place.angle_deg),
        old_reach_m=reach_m(module_mm, contrast=contrast, angle_deg=place.angle_deg, phone=OLD_PHONE),
        enough=module_mm >= needed_mm,
    )
