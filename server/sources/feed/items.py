"""What every kind of feed comes down to: a feed with items, as it tells them. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import urljoin

import msgspec
import nh3

from server.errors import BadInput
from server.sources import fields
from server.sources.contract import PictureRef

MAX_ITEMS = 100
"""The first of a feed, which puts its newest on top. Usual are 10 to 50."""

MAX_NAME_CHARS = 200
MAX_TITLE_CHARS = 1000
MAX_PICTURES = 8
MAX_TAGS = 64
MAX_ALT_CHARS = 5000

_E_MAIL = re.compile(r"[^\s@<>()]{1,200}@[^\s@<>()]{1,200}\.[^\s@<>()]{1,60}")
_SMALLEST_PICTURE = 64
"""Pixels: smaller are smileys, buttons, and dots that count readers."""

_PICTURES_WITHIN_CHARS = 20_000


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """
    One item of a feed. Times are UTC microseconds since 1970.

    Args:
        guid: As the feed has it; empty when it has none.
        link: Of the item's page, http or https; empty when there is none.
        title: Plain text.
        summary, content: HTML.
        author_uri: A page of the author's own, which tells apart who has the same name.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    author_uri: str = ""
    avatar: str = ""
    published: int | None = None
    lang: str | None = None
    tags: tuple[str, ...] = ()
    pictures: tuple[PictureRef, ...] = ()
    sensitive: bool = False


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        icon: The address of a picture, or empty.
        ttl_s: How long the feed says that it may be kept before the next look.
        generator: What wrote it, as `Mastodon v4.5.0`.
        items: At most `MAX_ITEMS`, as ordered in the feed; an item that cannot be read is the error that says why.
    """

    title: str = ""
    icon: str = ""
    ttl_s: float | None = None
    generator: str = ""
    items: tuple[Item | BadInput, ...] = ()


def as_html(text: str) -> str:
    """Plain text as HTML that reads the same."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def web_address(value: str | None, base: str) -> str:
    """*value* as a whole http or https address, seen from *base*; empty when it is something else."""
    text = (value or "").strip()
    if not text or len(text) > fields.MAX_ADDRESS_CHARS:
        return ""
    try:
        whole = urljoin(base, text)
    except ValueError:
        return ""
    whole = whole.replace(" ", "%20")
    return whole if fields.address(whole) == whole and whole.isprintable() else ""


def person(text: str | None) -> str:
    """A name, without the e-mail address that RSS has beside or instead of it: that is not for a wall."""
    words = " ".join((text or "")[: 5 * MAX_NAME_CHARS].split())
    if not _E_MAIL.search(words):
        return words[:MAX_NAME_CHARS]
    return _E_MAIL.sub("", words).strip(" ()<>,;\"'")[:MAX_NAME_CHARS]


def language(text: str | None) -> str | None:
    """A language tag, as `nl` or `en-GB`; None when it is none."""
    return fields.language((text or "").strip())


def moment(text: str | None) -> int | None:
    """
    A date of RFC 822 or RFC 3339, UTC microseconds since 1970; None when it is neither, or before 1970.

    A date without an offset is UTC.
    """
    bare = (text or "").strip()[:64]
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = fields.microseconds(read(bare))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at if at >= 0 else None
    return None


def size(text: str | None) -> int | None:
    """Pixels, as written in an attribute."""
    bare = (text or "").strip().removesuffix("px")
    return int(bare) if bare.isascii() and bare.isdigit() and 0 < len(bare) < 6 and int(bare) else None


def pictures_in(markup: str, base: str) -> Iterator[PictureRef]:
    """The pictures at the beginning of HTML, without smileys and counters."""
    beginning = markup[:_PICTURES_WITHIN_CHARS]
    if "<img" not in beginning.lower():
        return
    reader = _Images(base)
    reader.feed(
        nh3.clean(
            beginning.encode("utf-8", "replace").decode(),
            tags={"img"},
            attributes={"img": {"src", "alt", "width", "height", "class"}},
            url_schemes={"http", "https"},
        )
    )
    reader.close()
    yield from reader.found[:MAX_PICTURES]


class _Images(HTMLParser):
    """Reads what nh3 has left: text and `img`."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = base
        self.found: list[PictureRef] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        url = web_address(told.get("src"), self._base)
        width, height = size(told.get("width")), size(told.get("height"))
        tiny = any(side is not None and side < _SMALLEST_PICTURE for side in (width, height))
        if url and not tiny and "emoji" not in told.get("class", "").lower().split():
            alt = told.get("alt", "").strip()[:MAX_ALT_CHARS]
            self.found.append(PictureRef(url=url, alt=alt, width=width, height=height))
