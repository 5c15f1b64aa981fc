"""
The pictures of a document, and what pandoc gets in their place.

Pandoc never sees one: it gets an address that holds a short text, a *stand-in*, and writes that where the picture
belongs. Afterwards the bytes change places (`finish.py`). So no reader of pictures of pandoc's meets a stranger's file,
and a hundred photos cost it no memory.
"""

from __future__ import annotations

import io
import re
from base64 import b64encode
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from server.report.document import Document, Photo
from server.report.office.text import clean
from server.report.writing import Blobs

if TYPE_CHECKING:
    import typst
    from PIL.Image import Image

_FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS = 20_000_000
"""The house draws photos of at most 1600 by 1600 itself; what is far larger is not one of them."""
_DPI = 220
_MODULE_PX = 8
_POINTS_PER_MM = 72 / 25.4
_PAGE = b"""
#set page(width: eval(sys.inputs.width) * 1mm, height: auto, margin: 0pt, fill: none)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""
_BOX = re.compile(r'width="[^"]*" height="[^"]*" viewBox="[^"]*"')
_COVER_DPI = 110
_COVER_PAGE = b"""
#let told(name) = sys.inputs.at(name)
#let letters = rgb(told("letters"))
#set page(width: 210mm, height: 297mm, margin: 0pt, background: image(bytes(told("svg")), format: "svg", width: 100%))
#set text(font: "Inter", fill: letters, hyphenate: false, lang: told("lang"))
#place(top + left, dx: 20mm, dy: 22mm, block(width: 170mm, height: 86mm, clip: true, {
  text(13pt, told("kicker"))
  v(7mm, weak: true)
  let size = if told("title").len() < 40 { 46pt } else if told("title").len() < 90 { 34pt } else { 24pt }
  par(leading: 0.55em, text(size, weight: 600, told("title")))
  v(7mm, weak: true)
  text(17pt, told("subtitle"))
}))
"""
"""The title stands where the jets never come."""
_COVER_LETTERS = {"water": "#fbfdfc", "paper": "#10242f"}
_DROP = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 20">'
    '<path d="M7 0C9 5 14 9 14 13a7 7 0 0 1-14 0C0 9 5 5 7 0z" fill="#00616d"/></svg>'
)
"""The fountain's drop, fourteen by twenty."""


class Picture(NamedTuple):
    """A picture as a file holds it; *width* and *height* say its shape, in any unit."""

    data: bytes
    media_type: str
    width: float
    height: float
    alt: str


class Pictures:
    """The pictures of one document, by number; the same picture with the same words is one."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._numbers: dict[Picture, int] = {}
        self._list: list[Picture] = []

    def __getitem__(self, number: int) -> Picture:
        return self._list[number]

    def __len__(self) -> int:
        return len(self._list)

    def address(self, number: int) -> str:
        """What pandoc gets: the stand-in, with the media type of the picture."""
        return f"data:{self._list[number].media_type};base64,{b64encode(stand_in(number)).decode()}"

    def photo(self, photo: Photo) -> int | None:
        """A photo; None when it is gone or broken."""
        data = self._blobs(photo.blob)
        picture = None if data is None else _readable(data, photo.alt)
        return None if picture is None else self._number(picture)

    def drawing(self, svg: str, alt: str, *, width_mm: float, vector: bool) -> int | None:
        """A drawing of ours, as SVG or as PNG; None when nothing can be made of it."""
        picture = _drawn(svg, width_mm)
        if picture is None:
            return None
        if vector:
            picture = picture._replace(data=svg.encode(), media_type="image/svg+xml")
        return self._number(picture._replace(alt=alt))

    def code(self, address: str, alt: str) -> int | None:
        """The QR code of an address, with its quiet zone; None when it would be too long to be read."""
        import qr

        try:
            data = qr.checked_png(address, level=qr.PRINT, module_px=_MODULE_PX)
        except (qr.TextTooLong, qr.Unreadable, ValueError):
            return None
        return self._number(Picture(data, "image/png", 1, 1, alt))

    def drop(self, alt: str, *, vector: bool) -> int:
        """The sign of a star."""
        number = self.drawing(_DROP, alt, width_mm=4, vector=vector)
        assert number is not None, "a drawing of our own"
        return number

    def cover(self, document: Document, *, vector: bool) -> int | None:
        """What the day drew for its cover, as lines on white; the room for a title is left out."""
        from server.report.cover import FOOT_MM, TOP_MM, WIDTH_MM, cover

        report = document.report
        svg = cover(report.figures, zone=report.zone, water=False)
        height_mm = FOOT_MM - TOP_MM
        box = f'width="{WIDTH_MM:g}mm" height="{height_mm:g}mm" viewBox="0 {TOP_MM:g} {WIDTH_MM:g} {height_mm:g}"'
        return self.drawing(_BOX.sub(box, svg, count=1), document.cover_alt, width_mm=130, vector=vector)

    def _number(self, picture: Picture) -> int:
        picture = picture._replace(alt=clean(picture.alt))
        number = self._numbers.setdefault(picture, len(self._list))
        if number == len(self._list):
            self._list.append(picture)
        return number


def stand_in(number: int) -> bytes:
    """The text that stands for the picture with this number."""
    return f"fontein picture {number}".encode()


def _readable(data: bytes, alt: str) -> Picture | None:
    """The photo, in a format that every office knows; None when it cannot be decoded to its end."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            form = image.format
            size = image.size
            if form == "JPEG":
                image.draft(None, (200, 200))  # an eighth of the work, and it still comes to the end
            image.load()
            if form == "WEBP":
                data, form = _png(image), "PNG"
    except Exception:  # Whatever Pillow's decoders raise; the report goes on without this picture.
        return None
    return Picture(data, f"image/{str(form).lower()}", *size, alt)


def _png(image: Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def book_cover(document: Document) -> bytes | None:
    """The cover of a book, as PNG: what the day drew, with its title. None when it cannot be drawn."""
    from server.report.cover import cover

    report = document.report
    return _printed(
        _COVER_PAGE,
        _COVER_DPI,
        svg=cover(report.figures, zone=report.zone, water=report.cover == "water"),
        letters=_COVER_LETTERS[report.cover],
        lang=document.lang,
        kicker=document.kicker,
        title=document.title,
        subtitle=document.subtitle,
    )


def _drawn(svg: str, width_mm: float) -> Picture | None:
    """The drawing as PNG."""
    data = _printed(_PAGE, _DPI, svg=svg, width=f"{width_mm:.2f}")
    if data is None:
        return None
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))  # of its header, IHDR
    return Picture(data, "image/png", width, height, "")


@lru_cache(maxsize=32)
def _printed(page: bytes, dpi: float, **told: str) -> bytes | None:
    """A page of typst as PNG, with the faces of the house and no others; None when it will not have it."""
    import typst

    inputs = {name: clean(text) for name, text in told.items()}
    try:
        data = typst.Compiler(font_paths=_fonts()).compile(page, format="png", ppi=dpi, sys_inputs=inputs)
    except typst.TypstError:
        return None
    assert isinstance(data, bytes), "one page"
    return data


@cache
def _fonts() -> typst.Fonts:
    import typst

    from qr.posters.coverage import FONTS

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
