"""Pictures are drawn anew in a child that may die: only pixels come through, and no picture harms the rest."""

from __future__ import annotations

import asyncio
import functools
import io
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, PngImagePlugin

from server.blobs import image_child
from server.blobs.images import (
    Confinement,
    Kind,
    Limits,
    NotAPicture,
    Picture,
    PicturePool,
    PicturesBusy,
    Reason,
    media_type_of,
)

Drawn = Callable[..., bytes]

CANARY = b"canary-Kerkstraat-1-Utrecht"
ORIENTATION, GPS, MAKER, DESCRIPTION = 0x0112, 0x8825, 0x010F, 0x010E

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


@functools.cache
def blank(width: int, height: int, mode: str) -> bytes:
    """A large PNG, quickly made."""
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def odd_command(limits: Limits) -> list[str]:
    told = json.dumps({"pixels": limits.pixels, "memory_bytes": limits.memory_bytes})
    return [sys.executable, "-I", "-B", str(Path(__file__).with_name("odd_child.py")), image_child.__file__, told]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def images() -> AsyncIterator[PicturePool]:
    """Shared by the tests that only look at pictures. A loaded machine may be slow: its limits are tested elsewhere."""
    async with PicturePool(limits=Limits(time_s=30)) as pool:
        yield pool


@pytest_asyncio.fixture(loop_scope="module")
async def new_images() -> AsyncIterator[PicturePool]:
    async with PicturePool(limits=Limits(time_s=30)) as pool:
        yield pool


@pytest_asyncio.fixture(loop_scope="module")
async def odd_images() -> AsyncIterator[PicturePool]:
    """One child, which misbehaves when a picture says so."""
    limits = Limits(time_s=30)
    async with PicturePool(limits=limits, children=1, waiting=2, command=odd_command(limits)) as pool:
        yield pool


async def reason(pool: PicturePool, data: bytes, kind: Kind = Kind.PHOTO) -> Reason:
    with pytest.raises(NotAPicture) as caught:
        await pool.make_picture(data, kind=kind)
    return caught.value.reason


async def drawn_or_refused(pool: PicturePool, data: bytes) -> str:
    try:
        await pool.make_picture(data, kind=Kind.PHOTO)
    except NotAPicture as ex:
        return ex.reason
    return "drawn"


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- what comes out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "size", "wanted"),
    [
        pytest.param(Kind.PHOTO, (4000, 3000), (1600, 1200), id="photo-shrinks"),
        pytest.param(Kind.PHOTO, (300, 4000), (120, 1600), id="tall-photo"),
        pytest.param(Kind.PHOTO, (20, 10), (20, 10), id="small-photo-is-not-enlarged"),
        pytest.param(Kind.PHOTO, (30_000, 2), (1600, 1), id="thread-keeps-a-pixel"),
        pytest.param(Kind.AVATAR, (800, 400), (200, 200), id="avatar-is-cut-square"),
        pytest.param(Kind.AVATAR, (5000, 50), (16, 16), id="banner-as-avatar"),
        pytest.param(Kind.AVATAR, (90, 120), (90, 90), id="small-avatar-is-not-enlarged"),
        pytest.param(Kind.EMOJI, (512, 256), (128, 64), id="emoji-stays-whole"),
        pytest.param(Kind.EMOJI, (1, 1), (1, 1), id="one-pixel"),
    ],
)
async def test_make_picture_gives_each_kind_its_size(
    images: PicturePool, drawn: Drawn, kind: Kind, size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    picture = await images.make_picture(drawn(size=size), kind=kind)

    assert (picture.width, picture.height) == wanted
    assert opened(picture).size == wanted


@pytest.mark.parametrize(
    ("format_", "mode", "media_type"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "RGB", "image/jpeg"),
        ("PNG", "P", "image/jpeg"),
        ("PNG", "1", "image/jpeg"),
        ("GIF", "P", "image/jpeg"),
        ("WEBP", "RGB", "image/jpeg"),
    ],
)
async def test_make_picture_draws_every_accepted_format(
    images: PicturePool, drawn: Drawn, format_: str, mode: str, media_type: str
) -> None:
    picture = await images.make_picture(drawn(format_, mode=mode), kind=Kind.PHOTO)

    assert picture.media_type == media_type == media_type_of(picture.data[:12])
    left, right = (opened(picture).convert("L").getpixel((x, 240)) for x in (20, 620))
    assert left != right


async def test_make_picture_gives_a_large_photo_a_small_version_for_lists(images: PicturePool, drawn: Drawn) -> None:
    large = await images.make_picture(drawn(size=(1000, 500)), kind=Kind.PHOTO)
    small = await images.make_picture(drawn(size=(320, 160)), kind=Kind.PHOTO)

    assert large.small is not None
    assert opened(large.small).size == (large.small.width, large.small.height) == (320, 160)
    assert small.small is None


async def test_make_picture_keeps_what_shows_through(images: PicturePool, drawn: Drawn) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (32, 0, 64, 64))
    out = io.BytesIO()
    image.save(out, "PNG")

    picture = await images.make_picture(out.getvalue(), kind=Kind.EMOJI)

    alpha = opened(picture).convert("RGBA").getchannel("A")
    assert picture.media_type == "image/webp"
    assert (alpha.getpixel((5, 32)), alpha.getpixel((58, 32))) == (0, 255)


async def test_make_picture_gives_a_jpeg_when_the_alpha_channel_hides_nothing(
    images: PicturePool, drawn: Drawn
) -> None:
    picture = await images.make_picture(drawn("PNG", mode="RGBA"), kind=Kind.PHOTO)

    assert picture.media_type == "image/jpeg"


async def test_make_picture_keeps_the_greys_of_a_16_bit_scan(images: PicturePool) -> None:
    out = io.BytesIO()
    Image.new("I;16", (50, 50), 128 * 257).save(out, "PNG")

    picture = await images.make_picture(out.getvalue(), kind=Kind.PHOTO)

    assert opened(picture).convert("L").getpixel((25, 25)) == pytest.approx(128, abs=2)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
async def test_make_picture_turns_a_photo_upright(images: PicturePool, drawn: Drawn, format_: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turn a quarter clockwise to view: the left side, red, comes on top

    picture = await images.make_picture(drawn(format_, size=(400, 200), exif=exif), kind=Kind.PHOTO)

    image = opened(picture).convert("RGB")
    assert image.size == (200, 400)
    red, _, blue = image.getpixel((100, 20))  # type: ignore[misc]
    assert red > 200 > 50 > blue


async def test_make_picture_takes_only_the_first_frame(images: PicturePool) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    assert getattr(Image.open(io.BytesIO(out.getvalue())), "n_frames", 1) == 3

    picture = await images.make_picture(out.getvalue(), kind=Kind.PHOTO)

    image = opened(picture)
    red, green, blue = image.convert("RGB").getpixel((25, 25))  # type: ignore[misc]
    assert getattr(image, "n_frames", 1) == 1
    assert red > 200 > 50 > max(green, blue)


async def test_make_picture_gives_the_same_bytes_for_the_same_upload(images: PicturePool, drawn: Drawn) -> None:
    first = await images.make_picture(drawn(), kind=Kind.PHOTO)
    second = await images.make_picture(drawn(), kind=Kind.PHOTO)

    assert first == second


# --- what does not come out -------------------------------------------------------------------------------------------


def jpeg_that_tells(drawn: Drawn) -> bytes:
    exif = Image.Exif()
    exif[MAKER] = CANARY.decode()
    exif[DESCRIPTION] = CANARY.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 5.0, 27.0), 3: "E", 4: (5.0, 7.0, 17.0), 29: CANARY.decode()})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + CANARY + b"</x:xmpmeta>"
    return drawn("JPEG", exif=exif, xmp=xmp, comment=CANARY, icc_profile=b"profile " + CANARY) + CANARY


def png_that_tells(drawn: Drawn) -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", CANARY.decode())
    texts.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    texts.add(b"teST", CANARY)
    exif = Image.Exif()
    exif[DESCRIPTION] = CANARY.decode()
    return drawn("PNG", pnginfo=texts, exif=exif) + CANARY


def webp_that_tells(drawn: Drawn) -> bytes:
    exif = Image.Exif()
    exif[DESCRIPTION] = CANARY.decode()
    return drawn("WEBP", exif=exif, xmp=CANARY, icc_profile=CANARY)


def gif_that_tells(drawn: Drawn) -> bytes:
    return drawn("GIF", mode="P", comment=CANARY) + CANARY


@pytest.mark.parametrize(
    ("telling", "times"),
    [
        pytest.param(jpeg_that_tells, 7, id="jpeg"),
        pytest.param(png_that_tells, 5, id="png"),
        pytest.param(webp_that_tells, 3, id="webp"),
        pytest.param(gif_that_tells, 2, id="gif"),
    ],
)
@pytest.mark.parametrize("kind", list(Kind))
async def test_make_picture_leaves_no_metadata(
    images: PicturePool, drawn: Drawn, telling: Callable[[Drawn], bytes], times: int, kind: Kind
) -> None:
    upload = telling(drawn)
    assert upload.count(CANARY) >= times - 1  # the control: a plain copy tells everything

    picture = await images.make_picture(upload, kind=kind)

    for made in filter(None, (picture, picture.small)):
        image = opened(made)
        assert CANARY not in made.data
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "background", "loop"}


PAYLOAD = random.Random(7).randbytes(4000) + b"<script>alert(document.domain)</script>" * 50


def longest_run(payload: bytes, made: bytes) -> int:
    """Length of the longest piece of *payload* in *made*, up to 65; more is not worth knowing."""
    length = 0
    for start in range(len(payload)):
        while length < 65 and start + length < len(payload) and payload[start : start + length + 1] in made:
            length += 1
    return length


def polyglots(drawn: Drawn) -> dict[str, bytes]:
    jpeg, png, gif = drawn("JPEG"), drawn("PNG"), drawn("GIF", mode="P")
    return {
        "after-jpeg": jpeg + PAYLOAD,
        "jpeg-comment": drawn("JPEG", comment=PAYLOAD),
        "jpeg-app13": jpeg[:2] + b"\xff\xed" + (len(PAYLOAD) + 2).to_bytes(2, "big") + PAYLOAD + jpeg[2:],
        "after-png": png + PAYLOAD,
        "after-gif": gif + PAYLOAD,
        "gif-comment": drawn("GIF", mode="P", comment=PAYLOAD[:250]),
        "png-pixels": drawn_from_bytes(PAYLOAD),
    }


def drawn_from_bytes(data: bytes) -> bytes:
    """A PNG whose grey pixels are *data*, not compressed: the payload stands in the file as it is."""
    image = Image.frombytes("L", (100, len(data) // 100), data[: len(data) // 100 * 100])
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=0)
    return out.getvalue()


@pytest.mark.parametrize(
    "name", ["after-jpeg", "jpeg-comment", "jpeg-app13", "after-png", "after-gif", "gif-comment", "png-pixels"]
)
async def test_make_picture_lets_no_run_of_a_polyglots_bytes_through(
    images: PicturePool, drawn: Drawn, name: str
) -> None:
    upload = polyglots(drawn)[name]
    assert longest_run(PAYLOAD, upload) > 64  # the control

    picture = await images.make_picture(upload, kind=Kind.PHOTO)

    assert longest_run(PAYLOAD, picture.data) <= 64


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(random.Random(1).randbytes(5000), id="random"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', id="svg"),
        pytest.param(b"<!doctype html><script>alert(1)</script>", id="html"),
        pytest.param(b"%PDF-1.7\n", id="pdf"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", id="eps"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", id="heic"),
        pytest.param(b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", id="avif"),
        pytest.param(b"BM" + bytes(60), id="bmp"),
        pytest.param(b"II*\0" + bytes(60), id="tiff"),
        pytest.param(b"RIFF\0\0\0\0WAVEfmt ", id="wav"),
        pytest.param(b"\x1f\x8b\x08" + bytes(60), id="gzip"),
        pytest.param(b"MZ" + bytes(60), id="program"),
    ],
)
async def test_make_picture_refuses_other_formats_without_starting_a_child(
    new_images: PicturePool, data: bytes
) -> None:
    assert await reason(new_images, data) is Reason.UNKNOWN_FORMAT
    assert new_images.process_ids == ()


async def test_make_picture_refuses_more_bytes_than_the_limit(drawn: Drawn) -> None:
    data = drawn()
    async with PicturePool(limits=Limits(input_bytes=len(data))) as pool:
        await pool.make_picture(data, kind=Kind.PHOTO)

        assert await reason(pool, data + b"\0") is Reason.TOO_MANY_BYTES


async def test_make_picture_refuses_a_header_that_lies_about_40000_by_40000(
    images: PicturePool, png_header: Callable[[int, int], bytes]
) -> None:
    assert await reason(images, png_header(40_000, 40_000)) is Reason.TOO_MANY_PIXELS


async def test_make_picture_refuses_41_real_megapixels_and_draws_40(images: PicturePool) -> None:
    assert await reason(images, blank(8200, 5000, "1")) is Reason.TOO_MANY_PIXELS

    picture = await images.make_picture(blank(8000, 5000, "1"), kind=Kind.PHOTO)
    assert (picture.width, picture.height) == (1600, 1000)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
async def test_make_picture_refuses_a_picture_that_stops_half_way(
    images: PicturePool, drawn: Drawn, format_: str
) -> None:
    data = drawn(format_)

    assert await reason(images, data[: len(data) // 2]) is Reason.BROKEN


@pytest.mark.parametrize("head", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\x27\0\0WEBPVP8 "])
async def test_make_picture_refuses_noise_behind_the_right_first_bytes(images: PicturePool, head: bytes) -> None:
    noise = head + random.Random(2).randbytes(10_000)

    assert await reason(images, noise) in (Reason.BROKEN, Reason.UNKNOWN_FORMAT, Reason.TOO_MANY_PIXELS)


@pytest.mark.parametrize("seed", range(8))
async def test_make_picture_survives_photos_with_bytes_changed_at_random(
    images: PicturePool, drawn: Drawn, seed: int
) -> None:
    """A small sample of a fuzz run: each is drawn or refused with a reason, and the pool goes on."""
    rng = random.Random(seed)
    for format_ in ("JPEG", "PNG", "WEBP", "GIF"):
        data = bytearray(drawn(format_, size=(120, 90)))
        for _ in range(rng.randint(1, 20)):
            data[rng.randrange(12, len(data))] = rng.randrange(256)
        outcome = await drawn_or_refused(images, bytes(data))
        assert outcome in ("drawn", Reason.BROKEN, Reason.UNKNOWN_FORMAT, Reason.TOO_MANY_PIXELS, Reason.OUT_OF_MEMORY)

    assert (await images.make_picture(drawn(), kind=Kind.PHOTO)).width == 640


# --- children that misbehave ------------------------------------------------------------------------------------------


async def test_a_child_that_is_too_slow_is_killed_and_replaced(odd_images: PicturePool, drawn: Drawn) -> None:
    await odd_images.make_picture(drawn(), kind=Kind.PHOTO)
    (slow,) = odd_images.process_ids

    patient, odd_images._limits = odd_images._limits, Limits(time_s=0.2)
    assert await reason(odd_images, drawn() + b"SLEEP") is Reason.TOO_SLOW
    odd_images._limits = patient

    assert (await odd_images.make_picture(drawn(), kind=Kind.PHOTO)).width == 640
    assert slow not in odd_images.process_ids


@pytest.mark.parametrize("how", [b"SEGFAULT", b"LONG", b"JUNK", b"LIE", b"HUGE"])
async def test_a_child_that_crashes_or_talks_nonsense_is_replaced(
    odd_images: PicturePool, drawn: Drawn, how: bytes
) -> None:
    assert await reason(odd_images, drawn() + how) is Reason.CRASHED

    assert (await odd_images.make_picture(drawn(), kind=Kind.PHOTO)).width == 640


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces RLIMIT_AS")
async def test_a_picture_that_needs_too_much_memory_is_refused_and_the_next_one_drawn(drawn: Drawn) -> None:
    large = blank(7000, 5000, "RGB")
    async with PicturePool(limits=Limits(time_s=30)) as pool:
        assert (await pool.make_picture(large, kind=Kind.PHOTO)).width == 1600  # the control

    async with PicturePool(limits=Limits(time_s=30, memory_bytes=100 * 1024 * 1024)) as pool:
        assert await reason(pool, large) is Reason.OUT_OF_MEMORY
        assert (await pool.make_picture(drawn(), kind=Kind.PHOTO)).width == 640


def large_webp() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (5000, 2800), (200, 10, 10, 120)).save(out, "WEBP", method=0)
    return out.getvalue()


def large_gif() -> bytes:
    """Two frames, through which something shows."""
    out = io.BytesIO()
    frames = [Image.new("P", (8000, 5000), colour) for colour in (1, 2)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], transparency=1, disposal=2)
    return out.getvalue()


@linux
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: blank(8000, 5000, "RGBA"), id="RGBA"),
        pytest.param(lambda: blank(8000, 5000, "LA"), id="LA"),
        pytest.param(lambda: blank(8000, 5000, "I;16"), id="16 bits"),
        pytest.param(large_webp, id="WebP of 14 megapixels"),
        pytest.param(large_gif, id="animated GIF"),
    ],
)
async def test_the_largest_pictures_take_less_than_300_mb(make: Callable[[], bytes]) -> None:
    """The plan's bound for one picture, the child's own 25 MB included."""
    async with PicturePool(limits=Limits(time_s=30)) as pool:
        picture = await pool.make_picture(make(), kind=Kind.PHOTO)
        (pid,) = pool.process_ids
        status = Path(f"/proc/{pid}/status").read_text()

    peak_kb = int(status.partition("VmHWM:")[2].split()[0])
    assert picture.width == 1600
    assert 25_000 < peak_kb < 300_000


@pytest.mark.parametrize(
    ("mode", "size", "options"),
    [
        pytest.param("RGB", (8000, 5000), {"format": "JPEG", "progressive": True, "subsampling": 0}, id="coefficients"),
        pytest.param("RGB", (5000, 2801), {"format": "WEBP", "method": 0}, id="WebP"),
    ],
)
async def test_what_a_decoder_would_keep_whole_more_than_once_is_refused(
    images: PicturePool, mode: str, size: tuple[int, int], options: dict[str, object]
) -> None:
    out = io.BytesIO()
    Image.new(mode, size).save(out, **options)

    assert await reason(images, out.getvalue()) is Reason.TOO_MANY_PIXELS


async def test_a_cancelled_picture_is_not_given_to_the_next_caller(odd_images: PicturePool, drawn: Drawn) -> None:
    await odd_images.make_picture(drawn(), kind=Kind.PHOTO)
    cancelled = asyncio.create_task(odd_images.make_picture(drawn() + b"SLEEP", kind=Kind.PHOTO))
    await asyncio.sleep(0.05)

    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled

    assert (await odd_images.make_picture(drawn(size=(60, 40)), kind=Kind.PHOTO)).width == 60


async def test_a_picture_cancelled_at_any_moment_leaves_the_pool_working(drawn: Drawn) -> None:
    async with PicturePool(children=1) as pool:
        for delay_ms in range(0, 60, 6):
            task = asyncio.create_task(pool.make_picture(drawn(size=(1500, 1500)), kind=Kind.PHOTO))
            await asyncio.sleep(delay_ms / 1000)
            task.cancel()
            await asyncio.wait([task])

        assert (await pool.make_picture(drawn(size=(60, 40)), kind=Kind.PHOTO)).width == 60


async def test_a_child_that_died_while_idle_is_not_noticed_by_the_next_caller(
    new_images: PicturePool, drawn: Drawn
) -> None:
    images = new_images
    await images.make_picture(drawn(), kind=Kind.PHOTO)
    (idle,) = images.process_ids
    os.kill(idle, signal.SIGKILL)
    while images.process_ids:  # noqa: ASYNC110 -- the pool tells nobody that an idle child died
        await asyncio.sleep(0.005)

    assert (await images.make_picture(drawn(), kind=Kind.PHOTO)).width == 640


async def test_a_child_is_replaced_after_its_share_of_pictures(drawn: Drawn) -> None:
    async with PicturePool(children=1, pictures_per_child=2) as pool:
        seen = []
        for _ in range(3):
            await pool.make_picture(drawn(), kind=Kind.AVATAR)
            seen.append(pool.process_ids)

    assert len(seen[0]) == 1
    assert seen[1] == ()  # its second was its last
    assert len(seen[2]) == 1
    assert seen[2] != seen[0]


async def test_a_pool_runs_no_more_children_than_it_may(drawn: Drawn) -> None:
    async with PicturePool(children=2) as pool:
        await asyncio.gather(*(pool.make_picture(drawn(), kind=Kind.AVATAR) for _ in range(12)))

        assert len(pool.process_ids) == 2


async def test_a_pool_with_a_full_queue_says_when_to_come_back(odd_images: PicturePool, drawn: Drawn) -> None:
    slow = drawn() + b"SLEEP"
    waiting = [asyncio.create_task(odd_images.make_picture(slow, kind=Kind.PHOTO)) for _ in range(3)]
    await asyncio.sleep(0.05)  # one at work, two waiting

    with pytest.raises(PicturesBusy) as caught:
        await odd_images.make_picture(drawn(), kind=Kind.PHOTO)

    assert 1 <= caught.value.retry_after_s <= 30
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
    assert (await odd_images.make_picture(drawn(), kind=Kind.PHOTO)).width == 640


async def test_a_pool_whose_children_cannot_start_is_busy(drawn: Drawn) -> None:
    for command in (["/nonexistent/python"], [sys.executable, "-c", "pass"]):
        async with PicturePool(command=command) as pool:
            with pytest.raises(PicturesBusy):
                await pool.make_picture(drawn(), kind=Kind.PHOTO)


@pytest.mark.skipif(os.name == "nt", reason="asks for processes by number")
async def test_close_kills_every_child_also_one_at_work(drawn: Drawn) -> None:
    limits = Limits()
    pool = PicturePool(limits=limits, children=2, command=odd_command(limits))
    await asyncio.gather(*(pool.make_picture(drawn(), kind=Kind.PHOTO) for _ in range(2)))
    at_work = asyncio.create_task(pool.make_picture(drawn() + b"SLEEP", kind=Kind.PHOTO))
    await asyncio.sleep(0.05)
    children = pool.process_ids
    assert [is_alive(pid) for pid in children] == [True, True]

    await pool.close()

    assert [is_alive(pid) for pid in children] == [False, False]
    with pytest.raises(NotAPicture):
        await at_work
    with pytest.raises(PicturesBusy):
        await pool.make_picture(drawn(), kind=Kind.PHOTO)


# --- what the child has -----------------------------------------------------------------------------------------------


@linux
async def test_a_child_has_no_secrets_files_or_company(
    new_images: PicturePool, drawn: Drawn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FONTEIN_SECRET", "canary")
    with (tmp_path / "journal.db").open("wb") as journal:
        os.set_inheritable(journal.fileno(), True)
        await new_images.make_picture(drawn(), kind=Kind.PHOTO)
        (pid,) = new_images.process_ids

        process = Path("/proc", str(pid))
        held = sorted(int(entry.name) for entry in (process / "fd").iterdir())
        limits = (process / "limits").read_text()

    assert (process / "environ").read_bytes() == b""
    assert held == [0, 1, 2]
    assert os.getsid(pid) == pid
    space_bytes = int(limits.partition("Max address space")[2].split()[0])
    assert Limits().memory_bytes < space_bytes < Limits().memory_bytes + 2**29, "and room for Python itself"
    assert limits.count("Max core file size        0                    0") == 1
    assert limits.count("Max file size             0                    0") == 1
    assert limits.count("Max processes             0                    0") == 1
    assert "NoNewPrivs:\t1\n" in (process / "status").read_text()
    if os.geteuid() == 0:
        assert "Uid:\t65534\t65534\t65534\t65534" in (process / "status").read_text()


@linux
async def test_a_child_says_what_it_could_give_up(images: PicturePool, drawn: Drawn) -> None:
    await images.make_picture(drawn(), kind=Kind.PHOTO)

    pid = images.process_ids[-1]
    shares_our_network = Path(f"/proc/{pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink()
    assert images.confinement == Confinement(memory_limited=True, network=shares_our_network)


async def test_the_loop_goes_on_while_a_large_picture_is_drawn(images: PicturePool, drawn: Drawn) -> None:
    data = blank(7000, 5000, "RGB")
    await images.make_picture(drawn(), kind=Kind.PHOTO)  # the child is warm

    drawing = asyncio.create_task(images.make_picture(data, kind=Kind.PHOTO))
    ticks = 0
    while not drawing.done():
        await asyncio.sleep(0.01)
        ticks += 1

    assert drawing.result().width == 1600
    assert ticks >= 5


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", "image/jpeg"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", None),
        (b"GIF89a\x01\0\x01\0\0\0", None),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"<svg xmlns='h", None),
        (b"%PDF-1.7\n", None),
        (b"", None),
    ],
)
async def test_media_type_of_knows_only_what_we_draw(head: bytes, media_type: str | None) -> None:
    assert media_type_of(head) == media_type
