"""
What browsers get: the files of `wall/`, read once at start, served from memory at an address that changes with them.

Nothing is looked up on disk by a name that came from outside.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aiohttp import web
from markupsafe import Markup

from server.web.packing import pack

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
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_STRING = re.compile(r"""("[^"\n]*"|'[^'\n]*')""")
_CSS_SPACE = re.compile(r"\s+")
_CSS_AROUND = re.compile(r" ?([{};,>]) ?")
_SYMBOL = re.compile(r'<symbol id="([a-z-]+)" viewBox="0 0 24 24">(.*?)</symbol>', re.DOTALL)
_LEFT_OUT = {"node_modules", "locale"}
_SCRIPTS = {"phone": "phone/phone.js", "phone-hall": "phone/hall/hall.js", "text": "text/text.js"}
_STYLES = {
    "phone": ("base.css", "phone/phone.css"),
    "phone-rest": ("text/list.css", "phone/rest.css"),
    "phone-hall": ("phone/hall/hall.css",),
    "text": ("base.css", "text/list.css"),
    "papers": ("base.css", "papers/papers.css"),
}


@dataclass(frozen=True)
class Asset:
    """A file, ready to send."""

    body: bytes
    content_type: str

    @cached_property
    def packed(self) -> bytes | None:
        """The body in gzip, None where that saves nothing: a picture is packed already."""
        packed = gzip.compress(self.body, 9, mtime=0)
        return packed if len(packed) < len(self.body) else None


def takes_gzip(request: web.Request) -> bool:
    """Whether the reader unpacks gzip; whoever gives weights, as no browser does, gets the plain bytes."""
    offered = request.headers.get("Accept-Encoding", "").lower().split(",")
    return "gzip" in (each.strip() for each in offered)


class Assets:
    """
    The files of *folder*: scripts, styles, pictures; not templates, words, tests or types. And `packs/<page>.js` and
    `.css`, in which all that a phone's page needs is one file; of what it loads later `packs/<name>.<lang>.json` has
    the words.

    `prefix` is their address, with a hash of all of them: `/assets/<hash>/`.
    """

    def __init__(self, folder: Path) -> None:
        self.files = {path.relative_to(folder).as_posix(): _load(path) for path in _served(folder)}
        self.files |= _packs(self.files)
        self.files |= _late_words(folder)
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
        headers = {
            "Content-Type": asset.content_type,
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
        }
        if takes_gzip(request) and asset.packed is not None:
            return web.Response(body=asset.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=asset.body, headers=headers)

    def drawing(self, name: str) -> Markup:
        """
        What is inside a symbol of `icons/sprite.svg`, on its 24 by 24: for a page whose first picture waits for no
        second file.

        Raises:
            KeyError: There is none of that name: our own mistake.
        """
        return self._drawings[name]

    @cached_property
    def _drawings(self) -> dict[str, Markup]:
        found = _SYMBOL.findall(_text(self.files, "icons/sprite.svg"))
        return {name: Markup(inside) for name, inside in found}  # noqa: S704 -- our own file

    @cached_property
    def worker(self) -> Asset:
        """`sw.js`, which stands at the root: its `'./'` becomes the address of these files, so it changes with them."""
        script = pack("sw.js", _texts(self.files)).replace("'./'", f"'{self.prefix}'")
        return Asset(script.encode(), "text/javascript; charset=utf-8")


def _texts(files: Mapping[str, Asset]) -> dict[str, str]:
    return {name: asset.body.decode("utf-8") for name, asset in files.items() if name.endswith(".js")}


def _text(files: Mapping[str, Asset], name: str) -> str:
    return files[name].body.decode("utf-8")


def slim(css: str) -> bytes:
    """
    A style sheet without its comments and without the spaces that only people need; what stands in quotes stays.

    The first picture of a phone waits for nothing else: on slow 3G this saves it 20 ms for each KB.
    """
    bare = _CSS_COMMENT.sub("", css)
    parts = _CSS_STRING.split(bare)
    parts[::2] = [_CSS_AROUND.sub(r"\1", _CSS_SPACE.sub(" ", part)).replace(";}", "}") for part in parts[::2]]
    return "".join(parts).strip().encode()


def _packs(files: Mapping[str, Asset]) -> dict[str, Asset]:
    """`packs/…`: the files of a page in one, for phones."""
    made = {
        f"packs/{name}.js": Asset(pack(entry, _texts(files)).encode(), "text/javascript; charset=utf-8")
        for name, entry in _SCRIPTS.items()
    }
    styles = {
        f"packs/{name}.css": Asset(slim("".join(_text(files, each) for each in parts)), "text/css; charset=utf-8")
        for name, parts in _STYLES.items()
    }
    return {**made, **styles}


def _late_words(folder: Path) -> dict[str, Asset]:
    """The words that do not stand in the page: of what a phone loads when the hall asks or is asked something."""
    found = folder.glob("locale/*/phone-hall.json")
    return {f"packs/phone-hall.{path.parent.name}.json": _load(path) for path in sorted(found)}


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
