"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from datetime import datetime

import msgspec
from yarl import URL

from server.sources.options import fill_in, refuse, since_us
from server.sources.tags import fold_tag

MAX_ADDRESSES = 10
MAX_TAGS = 16
MIN_POLL_S = 60
MAX_POLL_S = 3600
DEFAULT_POLL_S = 300

_HOST = re.compile(r"[\w.:-]{1,253}")
_SCHEME = re.compile(r"^(?:feed:(?=https?:)|feed:(?=//))", re.IGNORECASE)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        addresses: Of feeds, without doubles.
        tags: Folded; an item must carry one of them. Empty: any item will do.
        hide_names: Every post is the feed's own; its author is not named.
        poll_interval_s: Between two looks at one feed; longer where the feed asks for it.
        since_us: Older items do not come in; None: all that the feed has.
    """

    addresses: tuple[URL, ...]
    tags: frozenset[str] = frozenset()
    hide_names: bool = False
    poll_interval_s: int = DEFAULT_POLL_S
    since_us: int | None = None


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    addresses: list[str]
    tags: list[str] = []
    hide_names: bool = False
    poll_interval_s: int = DEFAULT_POLL_S
    since: datetime | None = None


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to write instead.
    """
    given = fill_in(options, _Given)
    addresses = tuple(dict.fromkeys(map(parse_address, given.addresses)))
    if not 1 <= len(addresses) <= MAX_ADDRESSES:
        refuse("addresses", f"name 1 to {MAX_ADDRESSES} feeds, as https://blog.example/feed")
    tags = [fold_tag(tag) for tag in given.tags]
    if not all(tags) or len(tags) > MAX_TAGS:
        refuse("tags", f"name up to {MAX_TAGS} hashtags, of letters and digits")
    if not MIN_POLL_S <= given.poll_interval_s <= MAX_POLL_S:
        refuse("poll_interval_s", f"must be {MIN_POLL_S} to {MAX_POLL_S} seconds")
    return Options(
        addresses=addresses,
        tags=frozenset(tags),
        hide_names=given.hide_names,
        poll_interval_s=given.poll_interval_s,
        since_us=since_us(given.since),
    )


def parse_address(text: str) -> URL:
    """
    Where a feed is: an http or https address, without its fragment. `feed:` before it and a missing scheme are mended.

    Raises:
        BadInput: It is something else, or has a password in it: addresses are kept in the journal.
    """
    bare = _SCHEME.sub("", text.strip())
    bare = f"https:{bare}" if bare.startswith("//") else bare
    with contextlib.suppress(ValueError):
        url = URL(bare if "://" in bare else f"https://{bare}")
        if url.user is not None or url.password is not None:
            refuse("addresses", "there is a password in this address, and addresses are kept; give one that needs none")
        if url.scheme in {"http", "https"} and url.port and _HOST.fullmatch(url.host or ""):
            return url.with_fragment(None)
    refuse("addresses", f"{text[:100]!r} is not the address of a feed; write it as https://blog.example/feed")
