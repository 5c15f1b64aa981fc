"""
What browsers get: the files of `wall/`, read once at start, served from memory at an address that changes with them.

Nothing is looked up on disk by a name that came from outside.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain",
}
_LEFT_OUT = {"node_modules", "locale"}


@dataclass(frozen=True)
class Asset:
    """A file, ready to send."""

    body: bytes
    content_type: str


class Assets:
    """
    The files of *folder*: scripts, styles, pictures; not templates, words, tests or types.

    `prefix` is their address, with a hash of all of them: `/assets/<hash>/`.
    """

    def __init__(self, folder: Path) -> None:
        self.files = {path.relative_to(folder).as_posix(): _load(path) for path in _served(folder)}
        total = hashlib.sha256()
        for name, asset in sorted(self.files.items()):
            total.update(f"{name}\0{len(asset.body)}\0".encode())
            total.update(asset.body)
        self.prefix = f"/assets/{total.hexdigest()[:16]}/"

    def url(self, name: str) -> str:
        """
        The address of a file.

        Raises:
            KeyError: There is none of that name: our own mistake.
        """
        if name not in self.files:
            raise KeyError(name)
        return self.prefix + name

    async def serve(self, request: web.Request) -> web.Response:
        """Send a file; for ever fresh, since another file has another address."""
        asset = self.files.get(request.match_info["path"])
        if asset is None or not request.path.startswith(self.prefix):
            raise web.HTTPNotFound
        return web.Response(
            body=asset.body,
            headers={"Content-Type": asset.content_type, "Cache-Control": "public, max-age=31536000, immutable"},
        )


def _served(folder: Path) -> Iterable[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_test = path.name.endswith((".test.js", ".d.ts"))
        is_loose = len(parts) == 1 and path.suffix not in (".js", ".css")
        if path.suffix not in _TYPES or is_test or is_loose or _LEFT_OUT.intersection(parts):
            continue
        if path.is_file():
            yield path


def _load(path: Path) -> Asset:
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if content_type.startswith("text/") or content_type == "application/json":
        content_type += "; charset=utf-8"
    return Asset(path.read_bytes(), content_type)
