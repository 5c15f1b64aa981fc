"""
Pandoc in a child process: one question, one answer, and nothing of this computer.

It runs with `--sandbox`: it reads no file but those on its command line, and opens no connection. Its environment is
empty, its memory and its time are bounded. It is the one that came with our packages, never one of the system's:
another version writes other bytes.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from server.errors import Unavailable

MEMORY = "1g"
"""Of its heap; past it, it ends. Ten thousand posts take half of that, three hundred 140 MB."""
TIME_S = 60.0
"""Wall clock. A report of three hundred posts takes half a second."""
CONFINED = ("--sandbox",)


class PandocFailed(Unavailable):
    """Pandoc made nothing of it: too slow, too large, or not installed."""

    code = "pandoc-failed"

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_after_s=60)


def pandoc(tree: bytes, arguments: Sequence[str], *, time_s: float = TIME_S) -> bytes:
    """
    What pandoc writes of *tree*, its own JSON.

    Args:
        arguments: Format and files.
        time_s: Wall clock until it is ended.

    Raises:
        PandocFailed: It did not come to an end, or refused.
    """
    limits = ("+RTS", f"-M{MEMORY}", "-RTS", *CONFINED)
    command = [str(_program()), *limits, "--from", "json", *arguments, "--output", "-"]
    # Windows can start nothing without its system root; no other variable is worth a secret.
    surroundings = {name: os.environ[name] for name in ("SYSTEMROOT",) if os.name == "nt" and name in os.environ}
    try:
        done = subprocess.run(command, input=tree, capture_output=True, env=surroundings, timeout=time_s, check=False)
    except subprocess.TimeoutExpired as ex:
        raise PandocFailed("The report took too long to be made. Try again in a moment.") from ex
    except OSError as ex:
        raise PandocFailed(f"Pandoc cannot be started: {ex}. Install Fontein's packages again.") from ex
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()[:500]
        raise PandocFailed(f"Pandoc could not make the report: {said or 'it ended without a word'}")
    return done.stdout


def _program() -> Path:
    found = find_spec("pypandoc")
    if found is None or found.origin is None:
        raise PandocFailed("Pandoc is not installed. Install Fontein's packages again.")
    return Path(found.origin).with_name("files") / ("pandoc.exe" if os.name == "nt" else "pandoc")
