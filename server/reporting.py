"""
Reports of a running symposium: its state at one moment goes to a child process, and files come back.

What is asked of the server's own loop is to write the state down, a second or so per million posts; compiling, setting
and packing happen elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from server.errors import StorageFull, TooMany, Unavailable
from server.report.child import Failure, Job, Past, Quoted
from server.report.exports import Order, Written
from server.symposium.state import State
from server.symposium.values import PostId

_log = logging.getLogger(__name__)

WORK: Final = "reports"
"""The folder in a symposium's own, for what is being made; each start empties it."""
TIME_S: Final = 300.0
"""Wall clock, for all formats of one order together."""
_WAITING: Final = 8
_BUSY_S: Final = 20
_ROOT: Final = Path(__file__).resolve().parents[1]
_START: Final = (
    "import importlib, sys; sys.path.insert(0, sys.argv[1]); "
    "sys.exit(importlib.import_module(sys.argv[2]).main(sys.stdin.buffer, sys.stdout.buffer))"
)
_answer = msgspec.json.Decoder(Written | Quoted | Failure)


class ReportFailed(Unavailable):
    """The report was not made. Nothing was changed or lost."""

    code = "report-failed"


class Frozen(NamedTuple):
    """
    A version that was made: its files in a folder, and the posts that stand in it.

    `files` lie in `folder`, which goes afterwards: whoever keeps one moves it away.
    """

    folder: Path
    files: tuple[Written, ...]
    posts: tuple[PostId, ...]


class Reporting:
    """
    Makes reports, one at a time.

    Args:
        time_s: How long one may take.
        command: How to start a child; tests put others here.
    """

    def __init__(self, *, time_s: float = TIME_S, command: Sequence[str] | None = None) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._time_s = time_s
        self._command = tuple(command or starting("server.report.child"))

    @asynccontextmanager
    async def made(self, state: State, order: Order, *, folder: Path) -> AsyncIterator[tuple[Path, list[Written]]]:
        """
        The files of *order*, in a folder that is gone afterwards.

        Args:
            state: As it is now: it is written down before this waits for anything.
            folder: The symposium's own, with its `blobs`.

        Raises:
            TooMany: Others are waiting for theirs.
            ReportFailed: It could not be made, or took too long.
            StorageFull: There is no room for it.
        """
        told = msgspec.msgpack.encode(state)
        async with self._room(folder) as work:
            said = await self._in_turn(Job(order=order, blobs=_blobs(folder), to=str(work), state=told), work)
            yield work, [each for each in said if isinstance(each, Written)]  # who reads slowly holds up nobody

    @asynccontextmanager
    async def frozen(self, state: State, order: Order, *, folder: Path) -> AsyncIterator[Frozen]:
        """
        A version, whose number is *order*'s. As `made`, also for what it raises.
        """
        told = msgspec.msgpack.encode(state)
        async with self._room(folder) as work:
            said = await self._in_turn(Job(order=order, blobs=_blobs(folder), to=str(work), state=told), work)
            yield _frozen(work, said)

    @asynccontextmanager
    async def again(
        self, past: Callable[[Path], Awaitable[Past]], order: Order, *, folder: Path
    ) -> AsyncIterator[Frozen]:
        """
        A version that was, without what went since.

        Args:
            past: Copies the journal into the folder that it is given, and says what is to be made of it.
            order: With the number of the version that comes in the other's place; its formats are those of the other.

        Raises:
            As `made`, and what *past* raises.
        """
        async with self._room(folder) as work:
            job = Job(order=order, blobs=_blobs(folder), to=str(work), past=await past(work))
            yield _frozen(work, await self._in_turn(job, work))

    @asynccontextmanager
    async def _room(self, folder: Path) -> AsyncIterator[Path]:
        if self._waiting >= _WAITING:
            raise TooMany("Other reports are being made. Try again in a moment.", retry_after_s=_BUSY_S, code="busy")
        work = await asyncio.to_thread(_room_in, folder)
        try:
            yield work
        finally:
            await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)

    async def _in_turn(self, job: msgspec.Struct, work: Path) -> list[Written | Quoted]:
        self._waiting += 1
        try:
            async with self._turn:
                return await self._run(msgspec.msgpack.encode(job), work)
        finally:
            self._waiting -= 1

    async def _run(self, job: bytes, work: Path) -> list[Written | Quoted]:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=_surroundings(work),
                start_new_session=os.name == "posix",
            )
        except OSError as ex:
            raise ReportFailed("The report cannot be made now. Try again in a moment.", retry_after_s=_BUSY_S) from ex
        try:
            async with asyncio.timeout(self._time_s):
                out, said = await process.communicate(job)
        except TimeoutError as ex:
            raise ReportFailed("The report took too long. Choose fewer posts, or one format.", retry_after_s=60) from ex
        finally:
            _kill(process)
            await process.wait()
        if process.returncode and said:
            _log.warning("a report was not made: %s", said.decode(errors="replace")[-2_000:])
        return _read(out, process.returncode or 0)


def starting(module: str) -> tuple[str, ...]:
    """How a child begins in the `main` of *module*."""
    # -I: no PYTHON* variables, no user's packages, no modules from the working directory. -B: it writes no files.
    return sys.executable, "-I", "-B", "-c", _START, str(_ROOT), module


def _surroundings(work: Path) -> dict[str, str]:
    """What the child knows of this computer. What it writes down meanwhile goes with *work*, whatever ends it."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {**kept, "TMPDIR": str(work), "TEMP": str(work)}


def _room_in(folder: Path) -> Path:
    place = folder / WORK
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=place))
    except OSError as ex:
        raise StorageFull(f"There is no room for a report: {ex.strerror}.", retry_after_s=60) from ex


def _blobs(folder: Path) -> str:
    return str(folder / "blobs")


def _frozen(work: Path, said: Sequence[Written | Quoted]) -> Frozen:
    """
    Raises:
        ReportFailed: The child did not say whose words are in it: then nobody could take them out of it again.
    """
    posts = next((each.posts for each in said if isinstance(each, Quoted)), None)
    if posts is None:
        raise ReportFailed("The version could not be made. Try again, and tell us.", retry_after_s=60)
    return Frozen(work, tuple(each for each in said if isinstance(each, Written)), posts)


def _read(out: bytes, status: int) -> list[Written | Quoted]:
    """
    What the child said.

    Raises:
        ReportFailed, StorageFull: It did not come to its end.
    """
    try:
        answers = [_answer.decode(line) for line in out.splitlines()]
    except msgspec.DecodeError:
        answers = []
    said: list[Written | Quoted] = []
    for answer in answers:
        if not isinstance(answer, Failure):
            said.append(answer)
        elif answer.full:
            raise StorageFull("The disk has no room for the report. Make room and try again.", retry_after_s=60)
        else:
            raise ReportFailed(answer.message, retry_after_s=_BUSY_S, code=answer.code)
    if status or not said:
        raise ReportFailed("The report could not be made. Try another format, and tell us.", retry_after_s=60)
    return said


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return  # its number may be another's by now
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
