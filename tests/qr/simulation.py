"""
A phone that looks at a code: what its camera gets, and whether two decoders that have nothing in common can read it.

The camera is a pinhole with square pixels. In order: the picture's own light, the room's light over it, glare, the
view from aside, the lens (blur), the pixels (each the mean of the light that falls on it), noise, tone curve, JPEG.
Light is linear until the tone curve. Everything is in camera pixels and modules, so that it does not matter whether a
code is a sticker at arm's length or a wall at 20 m: what is the same size to the camera is the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

Light = NDArray[np.float32]
Frame = NDArray[np.uint8]

_SUPERSAMPLING = 4
_SURROUNDINGS = 6
"""Modules of the scene that the camera sees around a code and its quiet zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """
    How a phone sees a code.

    Attributes:
        px: Camera pixels on a side of a module that is seen straight on.
        angle_deg: From how far aside, in any direction: modules get narrower by its cosine.
        roll_deg: How crooked the phone is held.
        blur_px: Standard deviation of what lens, focus and a hand make of a point, in camera pixels.
        contrast: White to black on the screen, with the room's light.
        glare: Light of a lamp that is mirrored in a spot over the code; 1 is as bright as white.
        noise: Standard deviation in a mid-grey pixel, of 255.
        jpeg: Quality, 0–100.
        surround: Luminance of what is around the tile, 0–1.
    """

    px: float
    angle_deg: float = 0.0
    roll_deg: float = 0.0
    blur_px: float = 0.0
    contrast: float = 1000.0
    glare: float = 0.0
    noise: float = 0.0
    jpeg: int = 95
    surround: float = 0.02


STANDARD = Conditions(px=3.0, angle_deg=30, roll_deg=8, blur_px=0.7, contrast=7, glare=0.25, noise=4, jpeg=75)
"""The standard degradations; `docs/explanation/codes.md` says where each comes from."""


def light_of(picture: Image.Image) -> Light:
    """Linear luminance, 0–1, of each pixel (WCAG 2.2, relative luminance)."""
    coded = np.asarray(picture.convert("RGB"), dtype=np.float32) / 255
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32), dtype=np.float32)


def photograph(light: Light, *, modules: int, seen: Conditions, random: np.random.Generator) -> Frame:
    """
    One grey frame of a camera.

    Args:
        light: Square, from `light_of`; with its quiet zone.
        modules: On a side of *light*, the quiet zone with it.
        seen: Under which conditions.
        random: Which way, how crooked exactly, where between two pixels, where the glare, which noise.
    """
    scale = _SUPERSAMPLING
    side = math.ceil((modules + 2 * _SURROUNDINGS) * seen.px)
    onto = _projection(light.shape[0], modules, seen, side * scale, random)
    screen = cv2.warpPerspective(
        light,
        onto,
        (side * scale,) * 2,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=seen.surround,
    )
    if seen.blur_px:
        screen = cv2.GaussianBlur(screen, (0, 0), seen.blur_px * scale)
    caught = cv2.resize(screen, (side, side), interpolation=cv2.INTER_AREA)
    ambient = 1 / (seen.contrast - 1)
    caught = caught + ambient + _glare(side, seen, random)
    exposed = np.clip(caught / (1 + ambient) * 0.85, 0, 1)
    # Noise of light grows with its root; what the sensor itself adds is a quarter of it at mid-grey.
    grain = seen.noise / 255 * np.sqrt(0.25 + 0.75 * exposed / 0.5) * random.standard_normal(exposed.shape)
    toned = np.clip(np.clip(exposed, 0, 1) ** (1 / 2.2) + grain, 0, 1)
    frame = np.asarray(np.round(toned * 255), dtype=np.uint8)
    done, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, seen.jpeg])
    assert done
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _projection(
    source_px: int, modules: int, seen: Conditions, side: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """From a pixel of the picture to one of the camera: a plane in space, turned, and seen from its distance."""
    pixel_rad = 0.000664
    distance = 1 / (seen.px * pixel_rad)
    aside = math.radians(seen.angle_deg)
    way = random.uniform(0, 2 * math.pi)
    roll = math.radians(random.uniform(-seen.roll_deg, seen.roll_deg))
    turn = cv2.Rodrigues(np.array([math.sin(way) * aside, math.cos(way) * aside, 0.0]))[0]
    upright = cv2.Rodrigues(np.array([0.0, 0.0, roll]))[0]
    both = upright @ turn
    to_plane = np.array([[modules / source_px, 0, -modules / 2], [0, modules / source_px, -modules / 2], [0, 0, 1.0]])
    pose = np.column_stack([both[:, 0], both[:, 1], np.array([0, 0, distance])])
    focal = side / (modules + 2 * _SURROUNDINGS) * distance
    shift = side / 2 + random.uniform(-0.5, 0.5, 2) * _SUPERSAMPLING
    lens = np.array([[focal, 0, shift[0]], [0, focal, shift[1]], [0, 0, 1.0]])
    return np.asarray(lens @ pose @ to_plane, dtype=np.float64)


def _glare(side: int, seen: Conditions, random: np.random.Generator) -> Light | float:
    if not seen.glare:
        return 0.0
    x, y = random.uniform(0.2, 0.8, 2) * side
    rows, columns = np.ogrid[:side, :side]
    spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * (0.2 * side) ** 2))
    return np.asarray(seen.glare * spot, dtype=np.float32)


# The two decoders


def read_zxing(frame: Frame) -> str | None:
    """As ZXing-C++ reads it; dark on light only, as most phones."""
    found = zxingcpp.read_barcode(
        frame,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        try_invert=False,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return found.text if found else None


_CONTOURS = cv2.QRCodeDetector()
_ARUCO = cv2.QRCodeDetectorAruco()
_OPENCV_TRIES = ((1, _CONTOURS), (2, _CONTOURS), (2, _ARUCO), (3, _CONTOURS), (3, _ARUCO))


def read_opencv(frame: Frame) -> str | None:
    """
    As OpenCV reads it.

    Its detectors miss small codes, and each misses some that the other finds; so both get the frame, at its own size
    and enlarged two and three times. What reads the modules is the same code in all five.
    """
    for zoom, detector in _OPENCV_TRIES:
        size = (frame.shape[1] * zoom, frame.shape[0] * zoom)
        text = detector.detectAndDecode(frame if zoom == 1 else cv2.resize(frame, size, interpolation=cv2.INTER_CUBIC))[
            0
        ]
        if text:
            return text
    return None


DECODERS: dict[str, Callable[[Frame], str | None]] = {"zxing": read_zxing, "opencv": read_opencv}
