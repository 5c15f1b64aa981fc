"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from datetime import datetime

import msgspec
from yarl import URL

from server.sources.options import fill_in, folded, refuse, since_us

MAX_RELAYS = 8
MAX_TAGS = 16

_SCHEMES = {"wss": "wss", "ws": "ws", "https": "wss", "http": "ws"}
_HOST = re.compile(r"[\w.:-]{1,253}")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        tags: Folded, without doubles.
        spellings: What notes may have for them: a relay compares letter by letter.
        since_s: At the first start, take what was written from here on, seconds since 1970; None: the last hour.
    """

    relays: tuple[URL, ...]
    tags: tuple[str, ...]
    spellings: tuple[str, ...]
    since_s: int | None = None


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    relays: list[str]
    tags: list[str]
    since: datetime | None = None


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to write instead.
    """
    given = fill_in(options, _Given)
    relays = tuple(dict.fromkeys(map(_relay, given.relays)))
    bare = [tag.strip().lstrip("#＃") for tag in given.tags]
    tags = folded(bare)
    since = since_us(given.since)
    if not 1 <= len(relays) <= MAX_RELAYS:
        refuse("relays", f"name 1 to {MAX_RELAYS} relays, as wss://relay.example")
    if not 1 <= len(tags) <= MAX_TAGS:
        refuse("tags", f"name 1 to {MAX_TAGS} hashtags, of letters and digits")
    return Options(
        relays=relays,
        tags=tags,
        spellings=tuple(dict.fromkeys([*tags, *(tag.lower() for tag in bare if tag), *filter(None, bare)])),
        since_s=None if since is None else since // 1_000_000,
    )


def _relay(written: str) -> URL:
    text = written.strip()
    with contextlib.suppress(ValueError):
        url = URL(text if "://" in text else f"wss://{text}")
        scheme = _SCHEMES.get(url.scheme)
        plain = not (url.query_string or url.fragment or url.user or url.password)
        if scheme and plain and _HOST.fullmatch(url.host or ""):
            return url.with_scheme(scheme).with_path(url.path.rstrip("/") or "/")
    refuse("relays", f"{written[:100]!r} is not a relay; write it as wss://relay.example")
