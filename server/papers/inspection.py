"""
Documents from strangers, looked at in a child process that may be killed at any moment.

The server's own process never parses a document. A child (`inspection_child.py`) gets the open file and nothing else:
memory, processor time and wall clock are limited, it can write no file and, where Linux permits, reach no network. One
child looks at one document.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import json
import os
import re
import signal
import struct
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import msgspec

from server.errors import BadInput, Unavailable
from server.papers.kinds import FLAGS, MEDIA_TYPES, Kind

MAX_TITLE: Final = 300
MAX_AUTHORS: Final = 50
MAX_AUTHOR: Final = 100
MAX_ABSTRACT: Final = 3_000
_MAX_HEAD_BYTES: Final = 128 * 1024
_MAX_PREVIEW_BYTES: Final = 8 * 2**20
_ROOT = Path(__file__).resolve().parents[2]
_START = (
    "import json, sys; sys.path.insert(0, sys.argv[1]); from server.papers.inspection_child import main; "
    "main(json.loads(sys.argv[2]))"
)


class Reason(enum.StrEnum):
    """Why a file was not taken."""

    TYPE = "type"
    OLD_OFFICE = "old-office"
    POLYGLOT = "polyglot"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TRUNCATED = "truncated"
    MALWARE = "malware"
    BOMB = "bomb"
    NAMES = "names"
    TOO_SLOW = "too-slow"
    OUT_OF_MEMORY = "out-of-memory"
    CRASHED = "crashed"


_SENTENCES = {
    Reason.TYPE: "This is not a PDF, PPTX, DOCX, ODP, ODT, EPUB, PNG or JPEG file. Save it as PDF and send that.",
    Reason.OLD_OFFICE: "This is a file of an old office program. Save it as PDF, PPTX or DOCX and send that.",
    Reason.POLYGLOT: "This file is two kinds of file at once. Save it anew as PDF and send that.",
    Reason.ENCRYPTED: "This file has a password, so that nobody could open it. Save it without and send that.",
    Reason.BROKEN: "This file is damaged. Open it, save it anew and send that.",
    Reason.TRUNCATED: "This file ends half-way: its end is missing. Save or copy it again and send that.",
    Reason.MALWARE: "A virus was found in this file. It was not kept.",
    Reason.BOMB: "This file would unpack to far more than it is. It was not kept.",
    Reason.NAMES: "This file has parts with names that lead out of it. It was not kept.",
    Reason.TOO_SLOW: "This file took too long to look at. Save it anew as PDF, or make it smaller.",
    Reason.OUT_OF_MEMORY: "This file needs too much memory to look at. Save it anew as PDF, or make it smaller.",
    Reason.CRASHED: "This file could not be looked at. Save it anew as PDF and send that.",
}


class NotAPaper(BadInput):
    """A file that is not taken. `reason` says why, in a fixed vocabulary; the code is `paper-` with it."""

    def __init__(self, reason: Reason, *, page: int | None = None, found: str = "") -> None:
        sentence = _SENTENCES[reason] if not found else f"{_SENTENCES[reason]} ({found})"
        if page is not None:
            sentence = f"Page {page} cannot be read. {sentence}"
        super().__init__(sentence, code=f"paper-{reason}")
        self.reason, self.page = reason, page


class InspectionBusy(Unavailable):
    """Too many files wait already, or no child can be started now. What was sent is still there."""

    code = "papers-busy"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one document may cost."""

    memory_bytes: int = 512 * 2**20
    """What it may add to the address space of the child."""
    time_s: float = 40.0
    """Wall clock, from the start of the child to its facts."""
    preview_s: float = 10.0
    """Wall clock for the first page's picture, after that."""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says of itself: for a person to take over, or not."""

    title: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    lang: str = ""


class Inspected(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is. `pages` None where it has none; `preview` is a stranger's picture, to be drawn anew."""

    type: str
    pages: int | None
    flags: tuple[str, ...]
    suggestion: Suggestion
    preview: bytes | None = None


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: Reason | None = None
    page: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    kind: Kind | None = None
    pages: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    flags: tuple[str, ...] = ()
    title: str = ""
    authors: str = ""
    about: str = ""
    lang: str = ""


class Inspector:
    """
    Looks at documents, *children* at a time.

    Args:
        waiting: Callers that may wait for a child; one more gets `InspectionBusy`.
        command: How to start a child; tests put others here.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        children: int = 2,
        waiting: int = 32,
        command: Sequence[str] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._slots = asyncio.Semaphore(children)
        self._waiting = 0
        self._max_waiting = waiting
        told = json.dumps({"memory_bytes": self._limits.memory_bytes})
        # -I: no PYTHON* variables, no user's packages, no modules from the working directory. -B: it writes no files.
        default = (sys.executable, "-I", "-B", "-c", _START, str(_ROOT), told)
        self._command = default if command is None else tuple(command)

    async def inspect(self, path: Path) -> Inspected:
        """
        Look at the file at *path*, which nobody may change meanwhile. May be cancelled at any moment.

        Raises:
            NotAPaper: It is not taken; trying again gives the same, but after `crashed` and `too-slow`.
            InspectionBusy: not now.
        """
        if self._slots.locked() and self._waiting >= self._max_waiting:
            raise _too_busy()
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            return await self._look(path)
        finally:
            self._slots.release()

    async def _look(self, path: Path) -> Inspected:
        file = await asyncio.to_thread(path.open, "rb")
        try:
            process = await _spawn(self._command, file)
        except OSError as ex:
            raise _too_busy() from ex
        finally:
            file.close()
        try:
            return await self._talk(process)
        finally:
            _kill(process)
            await process.wait()

    async def _talk(self, process: asyncio.subprocess.Process) -> Inspected:
        assert process.stdout is not None
        answers = process.stdout
        try:
            async with asyncio.timeout(self._limits.time_s):
                answer = msgspec.json.decode(await _message(answers, _MAX_HEAD_BYTES), type=_Answer)
        except TimeoutError as ex:
            raise NotAPaper(Reason.TOO_SLOW) from ex
        except (EOFError, OSError, ValueError, msgspec.DecodeError) as ex:
            raise NotAPaper(Reason.CRASHED) from ex
        if answer.reason is not None or answer.kind is None:
            raise NotAPaper(answer.reason or Reason.CRASHED, page=answer.page)
        preview = b""
        with contextlib.suppress(EOFError, OSError, ValueError, TimeoutError):  # then there is no picture
            async with asyncio.timeout(self._limits.preview_s):
                preview = await _message(answers, _MAX_PREVIEW_BYTES)
        return Inspected(
            type=MEDIA_TYPES[answer.kind],
            pages=answer.pages,
            flags=tuple(flag for flag in FLAGS if flag in answer.flags),
            suggestion=suggestion(answer.title, answer.authors, answer.about, answer.lang),
            preview=preview or None,
        )


async def _message(answers: asyncio.StreamReader, limit: int) -> bytes:
    (size,) = struct.unpack(">I", await answers.readexactly(4))
    if size > limit:
        raise ValueError("an answer is too long")
    return await answers.readexactly(size)


async def _spawn(command: Sequence[str], file: BinaryIO) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=file,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # Windows cannot start Python without its system root; no other variable is worth a secret.
        env={name: os.environ[name] for name in ("SYSTEMROOT",) if os.name == "nt" and name in os.environ},
        close_fds=True,
        start_new_session=os.name == "posix",
        limit=64 * 1024,
    )


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return  # its number may be another's by now
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _too_busy() -> InspectionBusy:
    return InspectionBusy("Too many files are being looked at. Try again in a moment.", retry_after_s=10)


# What a file says of itself


_TITLE_JUNK = re.compile(r"^(?:microsoft (?:word|powerpoint) - |untitled|naamloos|powerpoint[- ]\w+$|slide \d+$)", re.I)
_FILE_NAME = re.compile(r"\S+\.(?:docx?|pptx?|odt|odp|pdf|indd|tex|dvi)$", re.I)
_AUTHOR_JUNK = frozenset({"", "user", "author", "auteur", "admin", "administrator", "gebruiker", "unknown", "owner"})
_TAG = re.compile(r"<[^<>]{0,200}>")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", re.I | re.ASCII)


def suggestion(title: str, authors: str, about: str, lang: str) -> Suggestion:
    """What a file's own fields are worth: cleaned, cut, and without what programs write by themselves."""
    name = _clean(title, MAX_TITLE)
    return Suggestion(
        title="" if _TITLE_JUNK.match(name) or _FILE_NAME.fullmatch(name) else name,
        authors=_people(authors),
        abstract=_clean(_TAG.sub(" ", about), MAX_ABSTRACT),
        lang=language(lang).partition("-")[0],  # programs name a region that nobody chose
    )


def language(text: str) -> str:
    """A language tag as BCP 47 writes it, cut to language and region; empty when it is none."""
    tag = text.strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        return ""
    first, *more = tag.split("-")
    regions = [part.upper() for part in more if len(part) == 2]
    return "-".join([first.lower(), *regions[:1]])


def _people(text: str) -> tuple[str, ...]:
    parts = re.split(r"[;\n]| & | and | en ", text)
    if len(parts) == 1 and all(" " in part.strip() for part in text.split(",")):
        parts = text.split(",")  # "Jan Smit, Eva de Wit", but not "Smit, J."
    names = (_clean(part, MAX_AUTHOR) for part in parts)
    return tuple(dict.fromkeys(name for name in names if name.lower() not in _AUTHOR_JUNK))[:MAX_AUTHORS]


def _clean(text: str, limit: int) -> str:
    """One line of plain text: no control or direction signs, no runs of blanks, at most *limit* characters."""
    normal = unicodedata.normalize("NFC", text)
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in normal)
    kept = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join(kept.split())[:limit].rstrip()
