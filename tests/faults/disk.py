"""
What a power cut may leave of a folder, from what a program did to it.

`traced` runs a program under strace; `operations` reads from the trace, in order, what it did to the files of a folder
and what it noted down (its acknowledgements); `Disk` plays these back, and says at any moment what a cut may leave:

- what fsync or fdatasync answered for is there; a name is there when the *folder* was synced;
- of the rest each 512-byte piece may be there, or not, or torn, in any combination; sizes and names too;
- a sync that failed leaves the same, for good: no later sync brings back what it dropped ("fsyncgate").

That is harsher than any one file system: the order of writes that a journalling one keeps is not relied on.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SECTOR_BYTES = 512
_CALLS = (
    "openat,write,pwrite64,pwritev,fdatasync,fsync,sync_file_range,ftruncate,fallocate,unlink,unlinkat,rename,"
    "renameat,renameat2"
)

_LINE = re.compile(r"^(?P<pid>\d+)\s+(?P<rest>.*)$")
_UNFINISHED = re.compile(r"^(?P<start>.*?)\s*<unfinished \.\.\.>$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(?P<end>.*)$")
_CALL = re.compile(r"^(?P<name>\w+)\((?P<args>.*)\)\s+= (?P<result>-?\d+|\?)(?P<more>.*)$")
_FD = re.compile(r"^\d+<(?P<path>[^>]*)>")
_STRING = re.compile(r'"(?P<hex>[^"]*)"')


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One thing that a program did.

    `path` is a file of the folder, or the folder itself for a sync of names. `size` is that of a `resize`.
    A `note` holds what was written to the file of notes.
    """

    kind: Literal["create", "write", "resize", "sync", "failed", "unlink", "note"]
    path: Path
    offset: int = 0
    data: bytes = b""
    size: int = 0


def traced(command: Sequence[str], trace: Path, *, inject: str = "", timeout_s: float = 60) -> int:
    """
    Run *command* under strace, and return its exit status.

    Args:
        inject: Faults, as strace's option `-e inject=` takes them.
        timeout_s: A program that takes longer hangs.

    Raises:
        RuntimeError: There is no strace.
        subprocess.TimeoutExpired: It hangs.
    """
    strace = shutil.which("strace")
    if strace is None:
        raise RuntimeError("the fault tests need strace: run.py test --install, or apt install strace")
    options = ["-f", "-qq", "-y", "-xx", "-s", "10000000", "--seccomp-bpf", "-o", str(trace), "-e", f"trace={_CALLS}"]
    faults = ["-e", f"inject={inject}"] if inject else []
    process = subprocess.Popen([strace, *options, *faults, *command], start_new_session=True, stderr=subprocess.PIPE)
    try:
        process.communicate(timeout=timeout_s)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return process.returncode


def operations(trace: Path, folder: Path, notes: Path) -> Iterator[Operation]:
    """What was done to the files of *folder*, and what was noted in *notes*, in order."""
    seen: set[Path] = set()
    for call in _calls(trace):
        yield from _operation(call, folder, notes, seen)


def _calls(trace: Path) -> Iterator[re.Match[str]]:
    """Whole calls, each where it ended; a note where it began, since its reader may have it from then on."""
    begun: dict[str, str] = {}
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            found = _LINE.match(line.rstrip("\n"))
            if found is None:
                continue
            pid, rest = found["pid"], found["rest"]
            if unfinished := _UNFINISHED.match(rest):
                begun[pid] = unfinished["start"]
                if rest.startswith("write(") and (call := _CALL.match(unfinished["start"] + ") = 0")):
                    begun.pop(pid)
                    yield call
                continue
            if resumed := _RESUMED.match(rest):
                if pid not in begun:
                    continue
                rest = begun.pop(pid) + resumed["end"]
            if call := _CALL.match(rest):
                yield call


def _operation(call: re.Match[str], folder: Path, notes: Path, seen: set[Path]) -> Iterator[Operation]:
    name, args = call["name"], call["args"]
    path = _path(name, args, call["more"])
    if path == notes and name == "write":
        yield Operation("note", path, data=_string(args))
        return
    if path != folder and path.parent != folder:
        return
    if call["result"].startswith("-") or call["result"] == "?":
        if name in ("fsync", "fdatasync"):
            yield Operation("failed", path)
        return
    match name:
        case "openat":
            if "O_CREAT" in args and path not in seen:
                seen.add(path)
                yield Operation("create", path)
            if "O_TRUNC" in args:
                yield Operation("resize", path)
        case "pwrite64":
            data = _string(args)[: int(call["result"])]
            yield Operation("write", path, offset=int(args.rsplit(",", 1)[1]), data=data)
        case "ftruncate":
            yield Operation("resize", path, size=int(args.rsplit(",", 1)[1]))
        case "fsync" | "fdatasync":
            yield Operation("sync", path)
        case "unlink":
            seen.discard(path)
            yield Operation("unlink", path)
        case "write":
            pass  # the lock's text and the ballast: not of the journal
        case _:
            raise AssertionError(f"the model of a disk does not know {name}({args[:200]})")


def _path(name: str, args: str, more: str) -> Path:
    if name.startswith(("open", "unlink", "rename")):
        text = more.strip() if name == "openat" and more.startswith("<") else args
        found = re.search(r"<([^>]*)>", text) if text is not args else _STRING.search(args)
        return Path(_unhex(found[1]).decode()) if found else Path()
    found = _FD.match(args)
    return Path(_unhex(found["path"]).decode().removesuffix(" (deleted)")) if found else Path()


def _string(args: str) -> bytes:
    found = _STRING.search(args)
    return _unhex(found["hex"]) if found else b""


def _unhex(text: str) -> bytes:
    """The bytes of `\\x2f\\x74`; what is not written so is left as it is."""
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


@dataclass
class _File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Operation] = field(default_factory=list)


@dataclass
class Disk:
    """A folder as a disk has it. `do` goes on, `cut` tells what a power cut now may leave."""

    rng: random.Random
    now: dict[str, _File] = field(default_factory=dict)
    durable: dict[str, _File] = field(default_factory=dict)
    names: list[tuple[str, _File | None]] = field(default_factory=list)
    """Names made or taken away since the folder was synced."""

    def do(self, operation: Operation, folder: Path) -> None:
        """Go on by one operation on a file of *folder*, or on the folder itself."""
        if operation.kind == "note":
            return
        if operation.path == folder:
            if operation.kind == "sync":
                self.durable = dict(self.now)
                self.names.clear()
            return
        name = operation.path.name
        match operation.kind:
            case "create":
                self.now[name] = _File()
                self.names.append((name, self.now[name]))
            case "unlink":
                self.now.pop(name, None)
                self.names.append((name, None))
            case "write" | "resize":
                self.now[name].pending.append(operation)
            case "sync":
                self._settle(self.now[name], 1.0)
            case "failed":
                self._settle(self.now[name], self.rng.random())

    def cut(self) -> dict[str, bytes]:
        """The files that a power cut at this moment may leave, by name."""
        names = dict(self.durable)
        for name, file in self.names:
            if self.rng.random() < 0.5:
                continue
            if file is None:
                names.pop(name, None)
            else:
                names[name] = file
        return {name: self._left(file) for name, file in names.items()}

    def _settle(self, file: _File, share: float) -> None:
        file.durable = self._played(file, share)
        file.pending.clear()

    def _left(self, file: _File) -> bytes:
        return bytes(self._played(file, self.rng.choice([0.0, 0.5, 1.0, self.rng.random()])))

    def _played(self, file: _File, share: float) -> bytearray:
        """*file* with about *share* of what is pending on it; at 1.0 with all of it."""
        data = bytearray(file.durable)
        sizes = [len(data)]
        size = len(data)
        for operation in file.pending:
            if operation.kind == "resize":
                size = operation.size
                if self._happens(share):
                    del data[size:]
            else:
                size = max(size, operation.offset + len(operation.data))
                self._write(data, operation, share)
            sizes.append(size)
        end = size if share == 1.0 else self.rng.choice(sizes)
        data.extend(bytes(max(0, end - len(data))))
        del data[end:]
        return data

    def _write(self, data: bytearray, operation: Operation, share: float) -> None:
        offset, rest = operation.offset, operation.data
        while rest:
            room = SECTOR_BYTES - offset % SECTOR_BYTES
            piece, rest = rest[:room], rest[room:]
            if self._happens(share):
                if share < 1.0 and self.rng.random() < 0.1:
                    piece = piece[: self.rng.randrange(len(piece) + 1)]
                data.extend(bytes(max(0, offset + len(piece) - len(data))))
                data[offset : offset + len(piece)] = piece
            offset += room

    def _happens(self, share: float) -> bool:
        return share == 1.0 or self.rng.random() < share
