"""The child's module: its words are known to the server, and its decoders stay out of the server."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from server.blobs import image_child
from server.blobs.images import Reason

pytestmark = pytest.mark.slow


def test_every_reason_of_the_child_is_one_of_ours() -> None:
    errors = [MemoryError(), Image.DecompressionBombError(), UnidentifiedImageError(), OSError()]

    assert {Reason(image_child.reason_of(error)) for error in errors} == {
        Reason.OUT_OF_MEMORY,
        Reason.TOO_MANY_PIXELS,
        Reason.UNKNOWN_FORMAT,
        Reason.BROKEN,
    }


def test_the_servers_own_process_does_not_even_load_a_decoder() -> None:
    """Control: the child's module does."""

    def loads_pillow(module: str) -> bool:
        program = f"import sys, {module}; print('PIL' in sys.modules)"
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=30)
        return ran.stdout.strip() == b"True"

    assert loads_pillow("server.blobs.image_child")
    assert not loads_pillow("server.blobs.pictures")


def read(drawn: image_child.Encoded) -> Image.Image:
    return Image.open(io.BytesIO(drawn.data)).convert("RGBA")


def worst(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of a channel of a pixel, 0 to 255."""
    assert one.size == other.size
    extremes = ImageChops.difference(one, other).getextrema()
    return max(int(high) for _, high in extremes)  # type: ignore[misc]  -- a pair for each of four channels


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "CMYK"])
@pytest.mark.parametrize("size", [(40, 30), (1601, 7), (3300, 2500), (7, 9001)])
def test_a_picture_reduced_tile_by_tile_looks_as_one_reduced_whole(mode: str, size: tuple[int, int]) -> None:
    wide = Image.linear_gradient("L").resize(size)
    picture = Image.merge("RGB", (wide, ImageOps.mirror(wide), ImageOps.invert(wide)))
    picture = wide.convert("P") if mode == "P" else picture.convert(mode)
    data = io.BytesIO()
    picture.save(data, "JPEG" if mode == "CMYK" else "PNG")
    whole = Image.open(data).convert("RGB")
    whole.thumbnail((1600, 1600), reducing_gap=None)

    (large, *_) = image_child.redraw(data.getvalue(), "photo")

    assert worst(read(large), whole.convert("RGBA")) <= 40, "JPEG, and two ways to shrink"


def test_what_shows_through_stays_where_it_was_and_its_colour_does_not_bleed() -> None:
    picture = Image.new("RGBA", (4000, 4000), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (2000, 0, 4000, 4000))
    data = io.BytesIO()
    picture.save(data, "PNG", compress_level=1)

    (large, *_) = image_child.redraw(data.getvalue(), "photo")

    drawn = read(large)
    assert [drawn.getpixel((x, 800))[3] for x in (0, 790, 810, 1599)] == [0, 0, 255, 255]  # type: ignore[index]
    red, _, blue, _ = drawn.getpixel((802, 800))  # type: ignore[misc]
    assert red < 40 < 200 < blue


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation: int) -> None:
    picture = Image.linear_gradient("L").resize((64, 40)).convert("RGB")
    picture.paste("white", (0, 0, 20, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = io.BytesIO()
    picture.save(data, "PNG", exif=exif)
    upright = ImageOps.exif_transpose(Image.open(data))

    (drawn,) = image_child.redraw(data.getvalue(), "photo")

    assert worst(read(drawn), upright.convert("RGBA")) < 90, "JPEG; the wrong way round would differ by 255"


@pytest.mark.skipif(sys.platform != "linux", reason="what Linux takes away")
@pytest.mark.parametrize("gives_up", [True, False], ids=["confined", "control"])
def test_a_confined_child_starts_no_process_writes_no_file_and_connects_to_nobody(*, gives_up: bool) -> None:
    program = f"""
import os, signal, socket, sys, tempfile
sys.path.insert(0, {str(image_child.__file__).rpartition("/")[0]!r})
import image_child
folder = tempfile.mkdtemp()
os.chmod(folder, 0o777)
server = socket.create_server(("127.0.0.1", 0))
network = True
if {gives_up}:
    network = not image_child.leave_network()
    image_child.leave_root()
    image_child.gain_no_privileges()
    image_child.set_limits(2**28)

def tried(what):
    try:
        what()
    except OSError:
        return "no"
    return "yes"

def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)

def write():
    with open(os.path.join(folder, "x"), "wb", buffering=0) as file:
        file.write(b"x")

def connect():
    with socket.socket() as client:
        client.settimeout(2)
        client.connect(server.getsockname())

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print(tried(fork), tried(write), tried(connect), network)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)

    process, file, connection, network = ran.stdout.split()
    assert (process, file) == (("no", "no") if gives_up else ("yes", "yes"))
    assert (connection == "yes") == (network == "True"), "what it says of itself is true"
    assert gives_up or network == "True"
