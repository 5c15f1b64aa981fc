"""
The child process that decodes strangers' pictures and draws them anew. Run by path: `python -I -B image_child.py {…}`.

It shares nothing with the server but two pipes, and imports nothing of it: only the standard library and Pillow. Before
it reads its first byte it gives up what it can: memory, CPU, core files, writing files, new processes, the network, the
name of root. What the system did not let it give up, its greeting says. `images.py` is the other end, and does not
trust a word that comes back.

    greeting   u32 length, JSON  {"memory_limited": bool, "network": bool}
    question   u32 length of the picture, u8 length of the kind's name, the name, the picture
    answer     u32 length, JSON  {"pictures": [{"media_type", "width", "height", "size"}, …]} then their bytes in a row
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
CPU_S_PER_PICTURE = 10
"""Only for a child whose parent has died; a living parent's wall-clock limit is far shorter."""

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_NOBODY = 65534


class Encoded(NamedTuple):
    """One picture, drawn anew; *width* and *height* in pixels."""

    media_type: str
    width: int
    height: int
    data: bytes


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
    return [_encode(frame) for frame in frames]


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


_RECIPES: dict[str, Callable[[Image.Image], list[Image.Image]]] = {
    "photo": _photo,
    "avatar": _avatar,
    "emoji": _emoji,
}


def _shrunk(image: Image.Image, longest_px: int) -> Image.Image:
    """
    *image* decoded, upright, at most *longest_px* on its long side.

    Shrinks before it turns, since turning copies every pixel. A JPEG is not touched before `thumbnail`, which then lets
    the decoder skip what would be thrown away.
    """
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    elif image.mode == "1" and not image.has_transparency_data:
        image = image.convert("L")  # a quarter of the memory of RGB
    wanted = ("RGBA",) if image.has_transparency_data else ("RGB", "L", "CMYK")
    if image.mode not in wanted:
        image = image.convert(wanted[0])
    image.thumbnail((longest_px, longest_px), reducing_gap=2.0)
    return _upright(image)


def _eight_bits(image: Image.Image) -> Image.Image:
    """A 16-bit grey picture; Pillow's own `convert` cuts everything above 255 to white."""
    grey = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    grey.info.pop("transparency", None)  # still a 16-bit value
    return grey


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF orientation asks. Unreadable EXIF is no reason to refuse a photo that can be decoded."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # whatever its parsers raise
        return image


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
    """Limit memory, core files, written files, open files and processes; True when memory is limited from now on."""
    if not HAVE_LIMITS:
        return False
    for name, limit in (("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0), ("RLIMIT_NOFILE", 16), ("RLIMIT_NPROC", 0)):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (limit, limit))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    except (OSError, ValueError):  # macOS knows the limit but does not take it
        return False
    return True


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
    Image.MAX_IMAGE_PIXELS = limits["pixels"]
    warm_up()
    network = not leave_network()
    leave_root()
    _say(answers, {"memory_limited": set_limits(limits["memory_bytes"]), "network": network})
    while (question := _listen(questions)) is not None:
        renew_cpu_limit()
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
    heads = [{"media_type": p.media_type, "width": p.width, "height": p.height, "size": len(p.data)} for p in drawn]
    _say(answers, {"pictures": heads}, *(picture.data for picture in drawn))
    return None


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
