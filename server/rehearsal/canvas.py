"""
A small drawing board on Pillow, in units of a 1200 by 800 sheet: smooth edges, soft shadows, paper grain.

Everything is drawn twice as large and halved at the end, since Pillow's own shapes have hard edges.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]
Box = tuple[float, float, float, float]

WIDTH, HEIGHT = 1200, 800
OVERSAMPLING = 2
JPEG_QUALITY = 88


class Canvas:
    """
    A sheet to draw on.

    Args:
        seed: Decides every wobble, scatter and grain.
        width: Of the finished picture in pixels; with *height* it may be of another shape than 3:2, which crops.
    """

    def __init__(self, seed: str, *, width: int, height: int) -> None:
        self.chance = random.Random(seed)
        self._size = (width, height)
        self._k = OVERSAMPLING * max(width / WIDTH, height / HEIGHT)
        self.image = Image.new("RGB", (round(WIDTH * self._k), round(HEIGHT * self._k)))
        self._draw = ImageDraw.Draw(self.image, "RGBA")

    def jpeg(self, *, grain: int = 10) -> bytes:
        """The finished picture. *grain* is the paper's roughness in levels of 255."""
        sheet = self.image.reduce(OVERSAMPLING)
        left, top = (sheet.width - self._size[0]) // 2, (sheet.height - self._size[1]) // 2
        sheet = sheet.crop((left, top, left + self._size[0], top + self._size[1]))
        noise = Image.frombytes("L", (sheet.width, sheet.height), self.chance.randbytes(sheet.width * sheet.height))
        noise = noise.filter(ImageFilter.BoxBlur(1)).point(lambda level: 128 + (level - 128) * grain // 80)
        sheet = ImageChops.overlay(sheet, Image.merge("RGB", (noise, noise, noise)))
        out = io.BytesIO()
        sheet.save(out, "JPEG", quality=JPEG_QUALITY)
        return out.getvalue()

    def wash(self, top: str, bottom: str, box: Box = (0, 0, WIDTH, HEIGHT)) -> None:
        """Fill *box* with a colour that changes from *top* to *bottom*."""
        left, upper, right, lower = (round(v * self._k) for v in box)
        ramp = Image.linear_gradient("L").resize((right - left, lower - upper))
        size = ramp.size
        self.image.paste(
            Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp), (left, upper)
        )

    def rect(self, box: Box, fill: str, *, radius: float = 0) -> None:
        """An upright box, with round corners when *radius* says so."""
        self._draw.rounded_rectangle([v * self._k for v in box], radius * self._k, fill=fill)

    def oval(self, x: float, y: float, rx: float, fill: str, *, ry: float | None = None) -> None:
        """An ellipse around a centre; a circle without *ry*."""
        ry = rx if ry is None else ry
        self._draw.ellipse([v * self._k for v in (x - rx, y - ry, x + rx, y + ry)], fill=fill)

    def poly(self, points: Sequence[Point], fill: str) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * self._k, y * self._k) for x, y in points], fill=fill)

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        """A line with round ends and joints. Its colour must be opaque, since the joints overlap."""
        scaled = [(x * self._k, y * self._k) for x, y in points]
        self._draw.line(scaled, fill=fill, width=max(1, round(width * self._k)), joint="curve")
        half = width * self._k / 2
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=fill)

    def arc(self, box: Box, start: float, end: float, fill: str, width: float) -> None:
        """Part of an ellipse's edge, in degrees clockwise from three o'clock."""
        self._draw.arc([v * self._k for v in box], start, end, fill=fill, width=max(1, round(width * self._k)))

    def pie(self, box: Box, start: float, end: float, fill: str) -> None:
        """A slice, in degrees clockwise from three o'clock."""
        self._draw.pieslice([v * self._k for v in box], start, end, fill=fill)

    def curve(self, a: Point, b: Point, c: Point, fill: str, width: float) -> None:
        """A quadratic Bézier curve from *a* to *c*, pulled towards *b*."""

        def at(t: float, axis: int) -> float:
            return (1 - t) ** 2 * a[axis] + 2 * t * (1 - t) * b[axis] + t * t * c[axis]

        self.line([(at(i / 24, 0), at(i / 24, 1)) for i in range(25)], fill, width)

    def sketch(self, points: Sequence[Point], fill: str, width: float, *, wobble: float = 3) -> None:
        """A line as a hand draws it."""
        path: list[Point] = []
        for (x0, y0), (x1, y1) in pairwise(points):
            steps = max(2, int(math.dist((x0, y0), (x1, y1)) / 28))
            for i in range(steps):
                dx, dy = (self.chance.uniform(-wobble, wobble) for _ in range(2))
                path.append((x0 + (x1 - x0) * i / steps + dx, y0 + (y1 - y0) * i / steps + dy))
        self.line([*path, points[-1]], fill, width)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        fill: str,
        *,
        anchor: str = "mm",
        bold: bool = False,
        tilt: float = 0,
    ) -> None:
        """Words around a point, in Pillow's own font. *tilt* is in degrees, counter-clockwise; *anchor* needs it 0."""
        font = ImageFont.load_default(max(1.0, size * self._k))
        stroke = round(size * self._k / 42) if bold else 0
        if not tilt:
            self._draw.text((x * self._k, y * self._k), words, fill=fill, font=font, anchor=anchor, stroke_width=stroke)
            return
        room = (round(font.getlength(words) + size * self._k), round(size * self._k * 1.8))
        mask = Image.new("L", room)
        middle = (room[0] / 2, room[1] / 2)
        ImageDraw.Draw(mask).text(middle, words, fill=255, font=font, anchor="mm", stroke_width=stroke)
        mask = mask.rotate(tilt, Image.Resampling.BICUBIC, expand=True)
        self.image.paste(fill, (round(x * self._k - mask.width / 2), round(y * self._k - mask.height / 2)), mask)

    def shadow(
        self, points: Sequence[Point], *, soft: float = 12, strength: float = 0.35, colour: str = "#10131c"
    ) -> None:
        """A soft dark patch in the shape of a polygon, drawn before the thing that casts it."""
        self._stain(points, soft, strength, colour)

    def glow(self, x: float, y: float, radius: float, colour: str, *, strength: float = 0.6, squash: float = 1) -> None:
        """A patch of light around a point."""
        self._stain(ring(x, y, radius, radius * squash), radius / 2.4, strength, colour)

    def _stain(self, points: Sequence[Point], soft: float, strength: float, colour: str) -> None:
        # A blur costs by area: only the box around it is done, at an eighth, as a blur has no detail.
        shrink = 8
        k, margin = self._k / shrink, 3 * soft
        left, top = (math.floor((min(axis) - margin) * k) for axis in zip(*points, strict=True))
        right, bottom = (math.ceil((max(axis) + margin) * k) for axis in zip(*points, strict=True))
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x * k - left, y * k - top) for x, y in points], fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(soft * k))
        mask = mask.resize((mask.width * shrink, mask.height * shrink), Image.Resampling.BILINEAR)
        self.image.paste(colour, (left * shrink, top * shrink), mask)


def turned(x: float, y: float, w: float, h: float, degrees: float) -> list[Point]:
    """The corners of a *w* by *h* box around a centre, turned counter-clockwise."""
    sin, cos = math.sin(math.radians(-degrees)), math.cos(math.radians(-degrees))
    corners = ((-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2))
    return [(x + cx * cos - cy * sin, y + cx * sin + cy * cos) for cx, cy in corners]


def ring(
    x: float, y: float, rx: float, ry: float, *, count: int = 40, start: float = 0, end: float = 360
) -> list[Point]:
    """Points on an ellipse, in degrees clockwise from three o'clock."""
    angles = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]
