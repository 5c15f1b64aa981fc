"""
The day again, out of a copy of the journal: recordings are made by a child process, kept in a file, and thrown away as
soon as anything in them may not be seen any more.

A recording is one moment's truth: what was taken off the screens after that moment ends it, before whoever took it off
is answered. Whoever watches is told, and takes the next one.
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
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from server.errors import Conflict, StorageFull, TooMany, Unavailable
from server.keyring import new_id
from server.node import Node
from server.replay.child import Failure, Index, Job
from server.symposium.entries import (
    ActUndone,
    FileDropped,
    Lapsed,
    PaperFiled,
    PaperRemoved,
    PaperSet,
    PostsMoved,
    ProgrammeSet,
    Record,
)
from server.symposium.outcomes import Done
from server.symposium.values import Status

_log = logging.getLogger(__name__)

TIME_S: Final = 180.0
"""Wall clock, for one recording."""
FRESH_S: Final = 10.0
"""So old a recording may be for somebody who opens the page, while the day goes on."""
IDLE_S: Final = 600.0
"""Nobody looked at it for so long: it goes."""
_TRIES: Final = 3
_WAITING: Final = 8
_BUSY_S: Final = 10
_ROOT: Final = Path(__file__).resolve().parents[1]
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from server.replay.child import main; sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))"
)
_ENDS: Final = (ActUndone, FileDropped, Lapsed, PaperFiled, PaperRemoved, PaperSet, PostsMoved, ProgrammeSet)
"""After these, pictures or papers may not be seen that could be before."""
_answer = msgspec.json.Decoder(Index | Failure)


class ReplayChanged(Conflict):
    """The recording that was asked for is there no more: something in it was taken off since."""

    code = "replay-changed"


class ReplayFailed(Unavailable):
    """The recording was not made. Nothing was changed or lost."""

    code = "replay-failed"


class Recording:
    """
    A day, as far as it stood at one moment. `seq` is the last entry that it saw, `id` tells it from every other.

    `is_over`: something in it was taken off the screens since.
    """

    def __init__(self, index: Index, path: Path, *, seq: int, made_s: float) -> None:
        self.id = new_id()
        self.index = index
        self.seq = seq
        self.made_s = made_s
        self.used_s = made_s
        self.is_over = False
        self._path = path
        self._begins = [place.begin for place in index.places]

    def chunk(self, at: int) -> bytes:
        """
        The chunk that has the moment *at* (µs), as JSON in gzip. Reads a file: belongs on a thread.

        Raises:
            ReplayChanged: The file is gone.
        """
        place = self.index.places[max(0, bisect_right(self._begins, at) - 1)]
        try:
            with self._path.open("rb") as file:
                file.seek(place.offset)
                return file.read(place.size)
        except FileNotFoundError as ex:
            raise changed() from ex

    def end(self) -> None:
        """Delete it, at once."""
        self.is_over = True
        self._path.unlink(missing_ok=True)


def changed() -> ReplayChanged:
    return ReplayChanged("Something was taken off the wall since. Ask for the replay anew.")


class Replay:
    """
    The recordings of one symposium: at most one at a time.

    Args:
        node: The symposium; it is listened to for as long as it runs.
        folder: For working files. Made when it is needed; each start of the server empties it.
        time_s: How long one may take to make.
        command: How to start a child; tests put others here.
    """

    def __init__(
        self,
        node: Node,
        folder: Path,
        *,
        turn: asyncio.Semaphore,
        now_s: Callable[[], float] = time.monotonic,
        time_s: float = TIME_S,
        command: Sequence[str] | None = None,
    ) -> None:
        self.current: Recording | None = None
        self._node = node
        self._folder = folder
        self._turn = turn
        self._now_s = now_s
        self._time_s = time_s
        # -I: no PYTHON* variables, no user's packages, no modules from the working directory. -B: it writes no files.
        self._command = tuple(command or (sys.executable, "-I", "-B", "-c", _START, str(_ROOT)))
        self._making = asyncio.Lock()
        self._waiting = 0
        self._taken_off = 0
        self._idle: asyncio.TimerHandle | None = None
        node.listen(self._note)

    async def recording(self) -> Recording:
        """
        The day until now, or until a moment ago.

        Raises:
            TooMany: Others are waiting for theirs.
            ReplayFailed: It could not be made, or took too long.
            StorageFull: There is no room for it.
        """
        if (found := self._fresh()) is not None:
            return found
        if self._waiting >= _WAITING:
            raise TooMany(
                "Others are waiting for the replay. Try again in a moment.", retry_after_s=_BUSY_S, code="busy"
            )
        self._waiting += 1
        try:
            async with self._making:
                return self._fresh() or await self._made()
        finally:
            self._waiting -= 1

    def of(self, name: str) -> Recording:
        """
        The recording of that id.

        Raises:
            ReplayChanged: It is over, or there never was one.
        """
        current = self.current
        if current is None or current.id != name:
            raise changed()
        self._use(current)
        return current

    def end(self) -> None:
        """Throw away what there is."""
        current, self.current = self.current, None
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if current is not None:
            current.end()

    def _fresh(self) -> Recording | None:
        current = self.current
        if current is None:
            return None
        if current.seq != self._node.state.seq and self._now_s() - current.made_s >= FRESH_S:
            return None
        self._use(current)
        return current

    def _use(self, current: Recording) -> None:
        current.used_s = self._now_s()
        if self._idle is None:
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._look_at_idle)

    def _look_at_idle(self) -> None:
        self._idle = None
        current = self.current
        if current is None:
            return
        left_s = current.used_s + IDLE_S - self._now_s()
        if left_s <= 0:
            self.end()
        else:
            self._idle = asyncio.get_running_loop().call_later(left_s, self._look_at_idle)

    def _note(self, record: Record, outcome: Done) -> None:
        """What was carried out; a deletion is quick enough for the loop, and must not wait."""
        off = any(change.before is Status.SHOWN and change.after is not Status.SHOWN for change in outcome.changed)
        if off or isinstance(record.head, _ENDS):
            self._taken_off += 1
            self.end()

    async def _made(self) -> Recording:
        for _ in range(_TRIES):
            before = self._taken_off
            async with self._turn:
                made = await self._make()
            if self._taken_off == before:
                self.end()
                self.current = made
                self._use(made)
                return made
            made.end()  # what is in it was taken off while it was made
        raise ReplayFailed("Posts are being taken off at this moment. Try again shortly.", retry_after_s=_BUSY_S)

    async def _make(self) -> Recording:
        work = await asyncio.to_thread(_room_in, self._folder)
        path = work / "recording"
        try:
            copied = await self._node.copy(work / "copy.db")
            index = await self._run(Job(journal=str(work / "copy.db"), to=str(path)), work)
            kept = self._folder / f"{work.name}.replay"
            path.replace(kept)
        finally:
            await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
        return Recording(index, kept, seq=copied.seq, made_s=self._now_s())

    async def _run(self, job: Job, work: Path) -> Index:
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
            raise ReplayFailed("The replay cannot be made now. Try again in a moment.", retry_after_s=_BUSY_S) from ex
        try:
            async with asyncio.timeout(self._time_s):
                out, said = await process.communicate(msgspec.json.encode(job))
        except TimeoutError as ex:
            raise ReplayFailed("The replay took too long to make. Try again later.", retry_after_s=60) from ex
        finally:
            _kill(process)
            await process.wait()
        if process.returncode and said:
            _log.warning("a replay was not made: %s", said.decode(errors="replace")[-2_000:])
        return _read(out)


def _surroundings(work: Path) -> dict[str, str]:
    """What the child knows of this computer. What it writes down meanwhile goes with *work*, whatever ends it."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {**kept, "TMPDIR": str(work), "TEMP": str(work)}


def _room_in(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=folder))
    except OSError as ex:
        raise StorageFull(f"There is no room for a replay: {ex.strerror}.", retry_after_s=60) from ex


def _read(out: bytes) -> Index:
    """
    What the child said.

    Raises:
        ReplayFailed, StorageFull: It did not come to its end.
    """
    try:
        answer = _answer.decode(out)
    except msgspec.DecodeError:
        answer = Failure(message="The replay could not be made. Try again, and tell us.")
    if isinstance(answer, Index):
        return answer
    if answer.full:
        raise StorageFull("The disk has no room for the replay. Make room and try again.", retry_after_s=60)
    raise ReplayFailed(answer.message, retry_after_s=_BUSY_S)


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return  # its number may be another's by now
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


class Replaying:
    """
    The replays of a house: one is made at a time.

    Args:
        time_s, command: As for `Replay`.
    """

    def __init__(self, *, time_s: float = TIME_S, command: Sequence[str] | None = None) -> None:
        self._replays: dict[Node, Replay] = {}
        self._turn = asyncio.Semaphore(1)
        self._time_s = time_s
        self._command = command

    def of(self, node: Node, folder: Path) -> Replay:
        """The replay of the symposium of *node*, whose working files go into *folder*."""
        found = self._replays.get(node)
        if found is None:
            found = Replay(node, folder, turn=self._turn, time_s=self._time_s, command=self._command)
            self._replays[node] = found
        return found

    def close(self) -> None:
        """Throw away every recording."""
        for each in self._replays.values():
            each.end()
