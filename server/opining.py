"""
Opinion groups of running polls: the votes of one go to a child process, and what is told of them comes back.

What is asked of the server's own loop is to put the votes in a row, a few milliseconds for 5,000 people.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from server.errors import Unavailable
from server.opinions.facts import Job, Opinions
from server.symposium.polls import all_votes
from server.symposium.state import Poll
from server.symposium.values import PollId

_log = logging.getLogger(__name__)

KEPT_S: Final = 5.0
"""So long the same is told again, however many votes came since: ten thousand phones ask when a poll is closed."""
TIME_S: Final = 30.0
"""Wall clock, for one poll."""
MAX_KEPT: Final = 200
"""Polls; the one that was looked at longest ago goes first."""
_BUSY_S: Final = 10
_ROOT: Final = Path(__file__).resolve().parents[1]
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from server.opinions.child import main; sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))"
)
COMMAND: Final = (sys.executable, "-I", "-B", "-c", _START, str(_ROOT))
"""-I: no PYTHON* variables, no user's packages, no modules from the working directory. -B: it writes no files."""


class OpinionsFailed(Unavailable):
    """The groups were not found. Nothing was changed or lost."""

    code = "opinions-failed"


class _Kept(NamedTuple):
    """What was found; of which votes, and when somebody last looked whether they are still the same."""

    opinions: Opinions
    stamp: tuple[int, int]
    votes: bytes
    looked_s: float


class Opining:
    """
    Finds opinion groups: of one poll at a time, and of each not more often than every `KEPT_S`.

    Whoever asks for what is being found waits for that.

    Args:
        now_s: A clock that never goes back.
        time_s: How long one poll may take.
        command: How to start a child; tests put others here.
    """

    def __init__(
        self,
        *,
        now_s: Callable[[], float] = time.monotonic,
        time_s: float = TIME_S,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._now_s = now_s
        self._time_s = time_s
        self._command = tuple(command)
        self._turn = asyncio.Lock()
        self._kept: dict[PollId, _Kept] = {}

    async def of(self, id_: PollId, poll: Poll) -> Opinions:
        """
        The opinions of the hall on *poll*, of kind statements: at most `KEPT_S` old; once it is closed, of all votes.

        Raises:
            OpinionsFailed: They could not be found, or that took too long.
        """
        if (kept := self._fresh(id_, poll)) is not None:
            return kept
        async with self._turn:
            if (kept := self._fresh(id_, poll)) is not None:
                return kept  # whoever came before asked the same
            return await self._look(id_, poll)

    def _fresh(self, id_: PollId, poll: Poll) -> Opinions | None:
        kept = self._kept.get(id_)
        if kept is None or kept.stamp != _stamp(poll) or self._now_s() >= kept.looked_s + KEPT_S:
            return None
        return kept.opinions

    async def _look(self, id_: PollId, poll: Poll) -> Opinions:
        stamp, votes, looked_s = _stamp(poll), b"".join(map(bytes, all_votes(poll))), self._now_s()
        digest = hashlib.blake2b(votes).digest()
        kept = self._kept.pop(id_, None)
        is_same = kept is not None and kept.votes == digest
        found = kept.opinions if kept is not None and is_same else await self._run(poll.form.options, votes)
        self._kept[id_] = _Kept(found, stamp, digest, looked_s)
        while len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]
        return found

    async def _run(self, statements: int, votes: bytes) -> Opinions:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=_surroundings(),
            )
        except OSError as ex:
            raise OpinionsFailed("The groups cannot be found now. Try again.", retry_after_s=_BUSY_S) from ex
        try:
            async with asyncio.timeout(self._time_s):
                job = msgspec.json.encode(Job(statements=statements)) + b"\n"
                out, said = await process.communicate(job + votes)
        except TimeoutError as ex:
            raise OpinionsFailed("To find the groups took too long. Try again.", retry_after_s=_BUSY_S) from ex
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return _read(out, said)


def _stamp(poll: Poll) -> tuple[int, int]:
    return poll.opened, poll.closed_at


def _surroundings() -> dict[str, str]:
    """What the child knows of this computer. It has one thread: the other cores are the hall's."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def _read(out: bytes, said: bytes) -> Opinions:
    try:
        return msgspec.json.decode(out, type=Opinions)
    except msgspec.DecodeError as ex:
        _log.warning("opinion groups were not found: %s", said.decode(errors="replace")[-2_000:])
        raise OpinionsFailed("The groups could not be found. Try again.", retry_after_s=_BUSY_S) from ex
