"""
The child process that decodes strangers' pictures and draws them anew. Run by path: `python -I -B image_child.py {…}`.

It shares nothing with the server but two pipes, and imports nothing of it: only the standard library and Pillow. Before
it reads its first byte it gives up what it can: memory, CPU, core files, writing files, new processes, the network, the
name of root. What the system did not let it give up, its greeting says. `images.py` is the other end, and does not
trust a word that comes back.

    greeting   u32 length, JSON  {"memory_limited": bool, "network": bool}
    question   u32 length of the picture, u8 length of the kind's name, the name, the picture
    answer     u32 length, JSON  {"pictures": [{"media_type", "width", "height", "size"}, …]} then their bytes in a row;
               a logo's has "colours" beside them: [[red, green, blue, pixels], …]
               u32 length, JSON  {"reason": "broken" | …}

All numbers big-endian. End of input ends the process.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import struct
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

# Also what Pillow would import half-way: by then this process may read no files of its former name.
from PIL import (  # noqa: F401 -- imported to be loaded
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

# Here and not where it is used: after `leave_root` the module's file may be out of reach, and every limit with it.
try:
    import resource
except ImportError:  # Windows
    HAVE_LIMITS = False
else:
    HAVE_LIMITS = True

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
JPEG_QUALITY = 85
WEBP_QUALITY = 85
LOGO_COLOURS = 8
WEBP_PIXELS = 14_000_000
"""Its decoder holds four whole pictures of four bytes a pixel, and a little more, even for a still: 235 MB."""
MAX_COEFFICIENT_BYTES = 200_000_000
TILE_PX = 1024
CPU_S_PER_PICTURE = 10
"""Only for a child whose parent has died; a living parent's wall-clock limit is far shorter."""

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_NOBODY = 65534


class Encoded(NamedTuple):
    """One picture, drawn anew; *width* and *height* in pixels."""

    media_type: str
    width: int
    height: int
    data: bytes
    colours: tuple[tuple[int, int, int, int], ...] = ()
    """Of a logo through which something shows: red, green, blue, and for how many of its pixels each stands."""


# --- pictures ---------------------------------------------------------------------------------------------------------


def redraw(data: bytes, kind: str) -> list[Encoded]:
    """
    Decode *data*, first frame only, and draw it anew as *kind* asks; a photo is followed by its small version.

    Only pixels pass. Decoding, shrinking and turning happen on the stranger's image; then the pixels are pasted onto a
    fresh one, which has no EXIF, colour profile, XMP, comment or palette to carry along.

    Raises what Pillow raises; `reason_of` names it.
    """
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        frames = _RECIPES[kind](image)
    drawn = [_encode(frame) for frame in frames]
    return [each._replace(colours=_colours(frames[0])) for each in drawn] if kind == "logo" else drawn


def _photo(image: Image.Image) -> list[Image.Image]:
    large = _fresh(_shrunk(image, 1600))
    if max(large.size) <= 320:
        return [large]
    small = large.copy()
    small.thumbnail((320, 320))
    return [large, small]


def _avatar(image: Image.Image) -> list[Image.Image]:
    longest_px = min(1600, 200 * max(image.size) // min(image.size) + 1)  # so that the short side is still 200
    whole = _fresh(_shrunk(image, longest_px))
    side = min(200, *whole.size)
    return [ImageOps.fit(whole, (side, side))]


def _emoji(image: Image.Image) -> list[Image.Image]:
    return [_fresh(_shrunk(image, 128))]


def _logo(image: Image.Image) -> list[Image.Image]:
    return [_fresh(_shrunk(image, 1200))]


def _page(image: Image.Image) -> list[Image.Image]:
    return [_fresh(_shrunk(image, 800))]


def _colours(image: Image.Image) -> tuple[tuple[int, int, int, int], ...]:
    """The few colours that stand for what is not see-through; none where nothing shows through."""
    if image.mode != "RGBA":
        return ()
    small = image.copy()
    small.thumbnail((96, 96))
    raw = small.tobytes()
    seen = [raw[at : at + 3] for at in range(0, len(raw), 4) if raw[at + 3] >= 128]
    if not seen:
        return ()
    few = Image.frombytes("RGB", (len(seen), 1), b"".join(seen)).quantize(LOGO_COLOURS).convert("RGB").tobytes()
    counts = Counter(tuple(few[at : at + 3]) for at in range(0, len(few), 3))
    return tuple((red, green, blue, count) for (red, green, blue), count in counts.most_common())


_RECIPES: dict[str, Callable[[Image.Image], list[Image.Image]]] = {
    "photo": _photo,
    "avatar": _avatar,
    "emoji": _emoji,
    "logo": _logo,
    "page": _page,
}


def _shrunk(image: Image.Image, longest_px: int) -> Image.Image:
    """
    *image* decoded, upright, at most *longest_px* on its long side.

    The decoded picture is the only large thing in memory: a JPEG is decoded smaller where that is enough, and all that
    would copy every pixel (another mode, premultiplied alpha) is done tile by tile, on the way to a reduced copy.
    """
    width, height = _fit(image.size, longest_px)
    _check_jpeg_cost(image)
    drafted = image.draft(None, (2 * width, 2 * height))
    box = (0, 0, *image.size) if drafted is None else drafted[1]
    reduced, factors = _reduced(image, (width, height))
    within = (0, 0, box[2] / factors[0], box[3] / factors[1])
    small = reduced.resize((width, height), Image.Resampling.BICUBIC, box=within)
    if small.mode == "RGBa":
        small = small.convert("RGBA")
    return _upright(small, image)


def _fit(size: tuple[int, int], longest_px: int) -> tuple[int, int]:
    """*size* made smaller until its long side is *longest_px*; never larger, never nothing."""
    scale = min(1.0, longest_px / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _check_jpeg_cost(image: Image.Image) -> None:
    """A progressive JPEG keeps all its coefficients, 2 bytes each, until the last one has come."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or not image.info.get("progressive"):
        return
    across, down = (max(layer[n] for layer in image.layer) for n in (1, 2))
    per_pixel = sum(2 * layer[1] * layer[2] / (across * down) for layer in image.layer)
    if per_pixel * image.width * image.height > MAX_COEFFICIENT_BYTES:
        raise Image.DecompressionBombError("too many coefficients")


def _reduced(image: Image.Image, wanted: tuple[int, int]) -> tuple[Image.Image, tuple[int, int]]:
    """*image* in a mode that can be resized, at least twice *wanted*, and by which whole factors it is smaller."""
    across, down = (max(1, image.size[n] // (2 * wanted[n])) for n in (0, 1))
    size = (-(-image.width // across), -(-image.height // down))
    image.load()  # which may find transparency behind the pixels
    mode = _mode_to_shrink(image)
    reduced = Image.new(mode, size)
    step = (max(1, TILE_PX // across) * across, max(1, TILE_PX // down) * down)
    for top in range(0, image.height, step[1]):
        for left in range(0, image.width, step[0]):
            edges = (left, top, min(left + step[0], image.width), min(top + step[1], image.height))
            tile = _in_mode(image.crop(edges), mode)
            reduced.paste(tile.reduce((across, down)), (left // across, top // down))
    return reduced, (across, down)


def _mode_to_shrink(image: Image.Image) -> str:
    if image.mode.startswith("I"):
        return "L"  # its transparency, if any, is a 16-bit value
    if image.has_transparency_data:
        return "RGBa"  # premultiplied, so that no colour comes from where nothing is seen
    if image.mode in ("L", "CMYK"):
        return image.mode
    return "L" if image.mode == "1" else "RGB"


def _in_mode(tile: Image.Image, mode: str) -> Image.Image:
    if tile.mode.startswith("I"):
        # Pillow's own `convert` cuts everything above 255 to white.
        return tile.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if mode == "RGBa" and tile.mode != "RGBA":
        tile = tile.convert("RGBA")
    return tile if tile.mode == mode else tile.convert(mode)


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What each EXIF orientation asks for; 1 is upright. Source: EXIF 2.32, 4.6.4, tag 274."""


def _upright(small: Image.Image, original: Image.Image) -> Image.Image:
    """Turned as the *original* asks. Unreadable EXIF is no reason to refuse a photo that can be decoded."""
    try:
        turn = _TURNS.get(original.getexif().get(0x0112, 1))
    except Exception:  # whatever its parsers raise
        return small
    return small if turn is None else small.transpose(turn)


def _fresh(image: Image.Image) -> Image.Image:
    """The same pixels on a new image: RGBA when something shows through, else RGB."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")  # screenshots often carry an alpha channel that is opaque everywhere
    fresh = Image.new("RGBA" if image.mode == "RGBA" else "RGB", image.size)
    fresh.paste(image)
    return fresh


def _encode(image: Image.Image) -> Encoded:
    """JPEG; WebP where something shows through. The same pixels always give the same bytes."""
    out = io.BytesIO()
    if image.mode == "RGBA":
        media_type = "image/webp"
        image.save(out, "WEBP", quality=WEBP_QUALITY, method=2, exif=b"", xmp=b"", icc_profile=None)
    else:
        media_type = "image/jpeg"
        image.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, exif=b"", comment=b"", icc_profile=None)
    return Encoded(media_type, image.width, image.height, out.getvalue())


def most_pixels(data: bytes, limit: int) -> int:
    """How many pixels may be decoded of a file that begins like *data*: at most *limit*."""
    return min(limit, WEBP_PIXELS) if data.startswith(b"RIFF") else limit


def reason_of(error: Exception) -> str:
    """Our word for what Pillow raised; one of `images.Reason`."""
    if isinstance(error, MemoryError):
        return "out-of-memory"
    if isinstance(error, Image.DecompressionBombWarning | Image.DecompressionBombError):
        return "too-many-pixels"
    if isinstance(error, UnidentifiedImageError):
        return "unknown-format"
    return "broken"


# --- giving up powers -------------------------------------------------------------------------------------------------


def set_limits(memory_bytes: int) -> bool:
    """
    Limit memory, core files, written files, open files and processes; True when memory is limited from now on.

    Args:
        memory_bytes: What may be added to what this process takes now.
    """
    if not HAVE_LIMITS:
        return False
    memory_bytes += _address_space_bytes()
    for name, limit in (("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0), ("RLIMIT_NOFILE", 16), ("RLIMIT_NPROC", 0)):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (limit, limit))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    except (OSError, ValueError):  # macOS knows the limit but does not take it
        return False
    return True


def _address_space_bytes() -> int:
    """What this process takes now; a guess on the safe side where there is no /proc."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 128 * 1024 * 1024


def gain_no_privileges() -> None:
    """No program that this process might start can become more than it is. Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def renew_cpu_limit() -> None:
    """Allow `CPU_S_PER_PICTURE` from now; past it the system ends this process."""
    if not HAVE_LIMITS:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + 1 + CPU_S_PER_PICTURE
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def leave_network() -> bool:
    """Move to a network name space of its own, empty; True when that worked. Linux, where the system permits it."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def leave_root() -> None:
    """Become `nobody` where this runs as root."""
    if os.name == "posix" and os.geteuid() == 0:
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)


def warm_up() -> None:
    """Go every way once, so that the codecs are loaded while their files can be read, and the first photo is fast."""
    for format_ in FORMATS:
        for ink in ("white", (0, 0, 0, 0)):
            drawn = io.BytesIO()
            Image.new("RGB" if format_ == "JPEG" else "RGBA", (400, 300), ink).save(drawn, format_)
            redraw(drawn.getvalue(), "photo")


# --- the conversation -------------------------------------------------------------------------------------------------


def main(limits: dict[str, int]) -> None:
    """Answer questions until the input ends, or until memory ran out once: a heap that failed is not to be trusted."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    warm_up()
    network = not leave_network()
    leave_root()
    gain_no_privileges()
    _say(answers, {"memory_limited": set_limits(limits["memory_bytes"]), "network": network})
    while (question := _listen(questions)) is not None:
        renew_cpu_limit()
        # Above it Pillow warns before it decodes, and warnings are errors here.
        Image.MAX_IMAGE_PIXELS = most_pixels(question[1], limits["pixels"])
        if _answer(answers, *question) == "out-of-memory":
            return


def _answer(answers: BinaryIO, kind: str, data: bytes) -> str | None:
    """Say the redrawn picture, or the reason why there is none; that reason is also returned."""
    try:
        drawn = redraw(data, kind)
    except Exception as ex:  # a hostile file may make a decoder raise anything
        reason = reason_of(ex)
        _say(answers, {"reason": reason})
        return reason
    heads = [_head(picture) for picture in drawn]
    _say(answers, {"pictures": heads}, *(picture.data for picture in drawn))
    return None


def _head(picture: Encoded) -> dict[str, object]:
    head = {"media_type": picture.media_type, "width": picture.width, "height": picture.height}
    colours = {"colours": picture.colours} if picture.colours else {}
    return {**head, "size": len(picture.data), **colours}


def _listen(questions: BinaryIO) -> tuple[str, bytes] | None:
    head = questions.read(5)
    if len(head) < 5:
        return None
    size, kind_size = struct.unpack(">IB", head)
    kind = questions.read(kind_size).decode("ascii")
    return kind, questions.read(size)


def _say(answers: BinaryIO, head: object, *bodies: bytes) -> None:
    encoded = json.dumps(head).encode("ascii")
    answers.write(struct.pack(">I", len(encoded)) + encoded + b"".join(bodies))
    answers.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
