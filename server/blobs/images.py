"""
Pictures from strangers, decoded and drawn anew in a child process that may be killed at any moment.

The server's own process never decodes a picture. It looks at the first bytes, hands the rest to one of at most two
children (`image_child.py`), and takes back a fresh JPEG or WebP with nothing in it but pixels. A child that is too
slow, crashes, or has drawn fifty pictures is replaced. The allow-list, the pixel limit and the process apart follow
Pillow's security handbook.

The child is confined by resource limits, an empty environment, a session of its own and, where Linux permits, a network
name space without networks. That is not a whole sandbox: a decoder that has been taken over can still read what the
server's user can read (files, not the network). Run the server as a user of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import json
import os
import signal
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self, TypeVar

import msgspec

from server.errors import BadInput, Unavailable

MAX_ANSWER_BYTES = 16 * 1024 * 1024
"""Of one redrawn picture. 1600 × 1600 pixels of noise as JPEG come to about 4 MB."""

_T = TypeVar("_T")

_MAX_HEAD_BYTES = 4096
_CHILD = Path(__file__).with_name("image_child.py")


class Kind(enum.StrEnum):
    """What a picture is for, which decides its size. Nothing is ever enlarged."""

    PHOTO = "photo"
    """At most 1600 px on its long side, with a small version of at most 320 px."""
    AVATAR = "avatar"
    """A square of at most 200 px, cut from the middle."""
    EMOJI = "emoji"
    """Whole, at most 128 px on its long side."""
    LOGO = "logo"
    """Whole, at most 1200 px on its long side, with its few colours where something shows through."""
    PAGE = "page"
    """The first page of a document: whole, at most 800 px on its long side."""


class Reason(enum.StrEnum):
    """Why bytes did not become a picture."""

    TOO_MANY_BYTES = "too-many-bytes"
    UNKNOWN_FORMAT = "unknown-format"
    TOO_MANY_PIXELS = "too-many-pixels"
    BROKEN = "broken"
    TOO_SLOW = "too-slow"
    OUT_OF_MEMORY = "out-of-memory"
    CRASHED = "crashed"


_SENTENCES = {
    Reason.TOO_MANY_BYTES: "The file is too large.",
    Reason.UNKNOWN_FORMAT: "The file is not a JPEG, PNG, WebP or GIF picture.",
    Reason.TOO_MANY_PIXELS: "The picture has too many pixels.",
    Reason.BROKEN: "The picture is damaged or incomplete.",
    Reason.TOO_SLOW: "The picture took too long to read.",
    Reason.OUT_OF_MEMORY: "The picture needs too much memory.",
    Reason.CRASHED: "The picture could not be read.",
}


class NotAPicture(BadInput):
    """These bytes give no picture. `reason` says why, in a fixed vocabulary; it is also the error's code."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_SENTENCES[reason], code=f"picture-{reason}")
        self.reason = reason


class PicturesBusy(Unavailable):
    """Too many pictures wait already, or no child can be started now. Nothing was kept."""

    code = "pictures-busy"


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that we drew: safe to keep and to serve as `media_type`. Sizes in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int
    small: Picture | None = None
    """For lists; only of a photo, at most 320 px on its long side."""
    colours: tuple[tuple[int, int, int, int], ...] = ()
    """Of a logo through which something shows: red, green, blue (0–255), and for how many pixels each stands."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one picture may cost."""

    input_bytes: int = 10 * 1024 * 1024
    pixels: int = 40_000_000
    """As its header says, before anything is decoded. Of WebP 14 million: its decoder needs four times the memory."""
    memory_bytes: int = 256 * 1024 * 1024
    """
    What a picture may add to the address space of a child (RLIMIT_AS); not enforced on Windows and macOS.

    40 million pixels are 160 MB, once; a child that has drawn nothing yet takes about 25 MB.
    """
    time_s: float = 3.0
    """Wall clock, from the question to the whole answer."""
    start_s: float = 20.0
    """Wall clock for a child to start; a cold laptop is slow."""


def media_type_of(head: bytes) -> str | None:
    """
    The media type of a blob that `make_picture` drew, by its first 12 bytes or more; None for anything else.

    Only for our own encoders' output: in a stranger's file the first bytes promise nothing.
    """
    found = _format_of(head)
    return found if found in _DRAWN_TYPES else None


_DRAWN_TYPES = frozenset({"image/jpeg", "image/webp"})


def _format_of(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None


class Confinement(msgspec.Struct, frozen=True):
    """What a child could give up on this machine, for `doctor` and the logs."""

    memory_limited: bool
    network: bool
    """True when the child could still open a connection."""


_Byte = Annotated[int, msgspec.Meta(ge=0, le=255)]
_Pixels = Annotated[int, msgspec.Meta(ge=1, le=96 * 96)]


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    media_type: str
    width: int
    height: int
    size: int
    colours: Annotated[tuple[tuple[_Byte, _Byte, _Byte, _Pixels], ...], msgspec.Meta(max_length=8)] = ()


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pictures: tuple[_Head, ...] = ()
    reason: Reason | None = None


class PicturePool:
    """
    At most *children* processes that redraw pictures, started when needed and kept warm.

    Use as an async context manager, or call `close`.

    Args:
        limits: What one picture may cost.
        children: Processes at the same time.
        waiting: Callers that may wait for a child; one more gets `PicturesBusy`.
        pictures_per_child: After so many a child is replaced, whatever it may have leaked or caught.
        command: How to start a child; the default is this program's Python, isolated. Tests put others here.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        children: int = 2,
        waiting: int = 64,
        pictures_per_child: int = 50,
        command: Sequence[str] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._slots = asyncio.Semaphore(children)
        self._children = children
        self._waiting = 0
        self._max_waiting = waiting
        self._pictures_per_child = pictures_per_child
        self._command = tuple(command) if command is not None else _command(self._limits)
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._closed = False
        self.confinement: Confinement | None = None
        """What the newest child said of itself; None before the first has started."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the children that are alive, idle ones first."""
        return tuple(child.pid for child in (*self._idle, *self._busy) if child.alive)

    async def make_picture(self, data: bytes, *, kind: Kind) -> Picture:
        """
        Draw *data* anew. May be cancelled at any moment; the child that was at it is then replaced.

        Raises:
            NotAPicture: it cannot be done with these bytes; trying again gives the same, except after `crashed`,
                `too-slow` and `out-of-memory`.
            PicturesBusy: not now.
        """
        if len(data) > self._limits.input_bytes:
            raise NotAPicture(Reason.TOO_MANY_BYTES)
        if _format_of(data) is None:
            raise NotAPicture(Reason.UNKNOWN_FORMAT)
        await self._wait_for_turn()
        try:
            return await self._draw(data, kind)
        finally:
            self._slots.release()

    async def close(self) -> None:
        """Kill the children, also one that is at work: its caller gets `NotAPicture(crashed)`. Later calls are busy."""
        self._closed = True
        for child in [*self._idle, *self._busy]:
            self._discard(child)
        self._idle.clear()
        while self._closing:
            await asyncio.wait(self._closing)

    async def _wait_for_turn(self) -> None:
        if self._closed or (self._slots.locked() and self._waiting >= self._max_waiting):
            raise self._too_busy()
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1

    async def _draw(self, data: bytes, kind: Kind) -> Picture:
        child = await self._take_child()
        self._busy.add(child)
        try:
            async with asyncio.timeout(self._limits.time_s):
                picture = await child.draw(data, kind)
        except NotAPicture as ex:
            self._put_back(child, reusable=ex.reason is not Reason.OUT_OF_MEMORY)
            raise
        except TimeoutError as ex:
            self._discard(child)
            raise NotAPicture(Reason.TOO_SLOW) from ex
        except (OSError, EOFError, _Nonsense) as ex:
            self._discard(child)
            raise NotAPicture(Reason.CRASHED) from ex
        except BaseException:
            # Cancelled half-way: what the child still says would be taken for the next caller's picture.
            self._discard(child)
            raise
        self._put_back(child, reusable=True)
        return picture

    async def _take_child(self) -> _Child:
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                return child
            self._discard(child)
        return await self._start_child()

    async def _start_child(self) -> _Child:
        try:
            child = _Child(await _spawn(self._command))
        except OSError as ex:
            raise self._too_busy() from ex
        self._busy.add(child)
        if self._closed:  # while waiting for a turn, or for the process
            self._discard(child)
            raise self._too_busy()
        try:
            async with asyncio.timeout(self._limits.start_s):
                self.confinement = await child.greeting()
        except (OSError, EOFError, _Nonsense, TimeoutError) as ex:
            self._discard(child)
            raise self._too_busy() from ex
        except BaseException:
            self._discard(child)
            raise
        return child

    def _put_back(self, child: _Child, *, reusable: bool) -> None:
        self._busy.discard(child)
        if reusable and not self._closed and child.drawn < self._pictures_per_child:
            self._idle.append(child)
        else:
            self._discard(child)

    def _discard(self, child: _Child) -> None:
        """Kill now, reap in a task of the pool: whoever was cancelled need not wait. Harmless when repeated."""
        self._busy.discard(child)
        if child.discarded:
            return
        child.discarded = True
        child.kill()
        reaping = asyncio.create_task(child.reap())
        self._closing.add(reaping)
        reaping.add_done_callback(self._closing.discard)

    def _too_busy(self) -> PicturesBusy:
        queue_s = self._limits.time_s * (self._waiting + 1) / self._children
        return PicturesBusy(
            "Too many pictures at once. Try again in a moment.", retry_after_s=max(1, min(30, round(queue_s / 4)))
        )


class _Nonsense(Exception):
    """A child said something that the protocol does not know."""


class _Child:
    """One process and the two pipes to it; one question at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._questions = process.stdin
        self._answers = process.stdout
        self.drawn = 0
        self.discarded = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._answers.at_eof()

    async def greeting(self) -> Confinement:
        return _decoded(await self._head(), Confinement)

    async def draw(self, data: bytes, kind: Kind) -> Picture:
        self.drawn += 1
        self._questions.write(struct.pack(">IB", len(data), len(kind)) + kind.encode("ascii"))
        self._questions.write(data)
        await self._questions.drain()
        answer = _decoded(await self._head(), _Answer)
        if answer.reason is not None:
            raise NotAPicture(answer.reason)
        if not 1 <= len(answer.pictures) <= 2:
            raise _Nonsense
        pictures = [await self._picture(head) for head in answer.pictures]
        small = pictures[1] if len(pictures) == 2 else None
        return msgspec.structs.replace(pictures[0], small=small)

    async def _head(self) -> bytes:
        (size,) = struct.unpack(">I", await self._answers.readexactly(4))
        if size > _MAX_HEAD_BYTES:
            raise _Nonsense
        return await self._answers.readexactly(size)

    async def _picture(self, head: _Head) -> Picture:
        if not (1 <= head.width <= 1600 and 1 <= head.height <= 1600 and 1 <= head.size <= MAX_ANSWER_BYTES):
            raise _Nonsense
        data = await self._answers.readexactly(head.size)
        if media_type_of(data) != head.media_type:
            raise _Nonsense
        return Picture(
            data=data, media_type=head.media_type, width=head.width, height=head.height, colours=head.colours
        )

    def kill(self) -> None:
        """At once, with whatever it may have started."""
        if self._process.returncode is not None:
            return  # its number may be another's by now
        with contextlib.suppress(ProcessLookupError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    async def reap(self) -> None:
        await self._process.wait()
        self._questions.close()
        with contextlib.suppress(OSError):
            await self._questions.wait_closed()


def _decoded(head: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(head, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as ex:
        raise _Nonsense from ex


def _command(limits: Limits) -> tuple[str, ...]:
    # -I: no PYTHON* variables, no user's packages, no modules from the working directory. -B: it may write no files.
    told = json.dumps({"pixels": limits.pixels, "memory_bytes": limits.memory_bytes})
    return (sys.executable, "-I", "-B", str(_CHILD), told)


async def _spawn(command: Sequence[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # Windows cannot start Python without its system root; no other variable is worth a secret.
        env={name: os.environ[name] for name in ("SYSTEMROOT",) if os.name == "nt" and name in os.environ},
        close_fds=True,
        start_new_session=os.name == "posix",
        limit=64 * 1024,
    )
