"""
No address of a package registry and no path of somebody's machine in the tree.

The project installs through any mirror, so its locks say what (by hash) and never from where.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SKIPPED_FOLDERS = frozenset({"node_modules", "data", "__pycache__", "test-results", "htmlcov"})

_LOCK = re.compile(r"requirements.*\.(lock|in|txt)|package-lock\.json|\.npmrc|pip\.conf|uv\.toml")

_REGISTRY = (
    re.compile(r"--(?:extra-)?index-url\b|-(?:-find-links)\b"),
    re.compile(r'"resolved"\s*:\s*"'),
    re.compile(r"\bregistry\s*="),
    re.compile(r"\b(?:index-url|find-links)\s*=", re.MULTILINE),
)
"""Settings that say from where, in a file that says what."""

_ADDRESS = re.compile(r"\b(?:https?|file|git\+\w+)://")
"""Any address at all: in a requirements lock none is right. (npm's locks name pages where to give money.)"""

_HOME = re.compile(r"(?<![\w.:/])/(?:root|home/\w+|Users/\w+)/|\b[A-Z]:\\Users\\")
"""A path in somebody's home folder, on Linux, macOS or Windows."""

_UNTRACKED_LOCKS = frozenset({"uv.lock", "pylock.toml"})
"""Locks that carry the address of every file; .gitignore keeps them out."""


def findings(name: str, text: str) -> list[str]:
    """
    What is wrong in one file.

    Args:
        name: Path from the project's folder, with forward slashes.
        text: What is in it.

    Returns:
        A line for each, as `name:line: what`; empty when nothing is wrong.
    """
    patterns = [("path of a machine", _HOME)]
    base = name.rpartition("/")[2]
    if _LOCK.fullmatch(base):
        patterns += [("registry", pattern) for pattern in _REGISTRY]
    if base.startswith("requirements"):
        patterns.append(("address", _ADDRESS))
    return [
        f"{name}:{number}: {what}: {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in patterns
        if pattern.search(line)
    ]


def findings_in_tree(root: Path) -> list[str]:
    """The `findings` of every text file below *root* that belongs to the project."""
    found: list[str] = []
    for path in _files(root):
        content = path.read_bytes()
        if b"\0" not in content[:8192]:
            found += findings(path.relative_to(root).as_posix(), content.decode("utf-8", errors="replace"))
    return found


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if _is_ours(name))
        for name in sorted(names):
            path = Path(folder, name)
            if name not in _UNTRACKED_LOCKS and not name.startswith(".venv") and path.is_file():
                yield path


def _is_ours(folder: str) -> bool:
    return folder == ".ci" or not (folder in _SKIPPED_FOLDERS or folder.startswith("."))
