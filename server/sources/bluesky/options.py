"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import msgspec
from yarl import URL

from server.sources.bluesky.frames import Wire
from server.sources.http import parse_origin
from server.sources.options import fill_in, folded, refuse, since_us

MAX_TAGS = 16
MAX_HOSTS = 10

HOSTS = (
    "jetstream2.us-east.bsky.network",
    "jetstream1.us-east.bsky.network",
    "jetstream2.us-west.bsky.network",
    "jetstream1.us-west.bsky.network",
)
APPVIEW = "public.api.bsky.app"

_SCHEMES = re.compile(r"^ws(s?)://")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        tags: Folded, without doubles.
        hosts: Where Jetstream is: ws or wss, without a path. One is used; the others are for when it fails.
        appview: Where names and labels are: http or https, without a path.
        since_us: At the first start, begin there; None: begin now.
    """

    tags: tuple[str, ...]
    hosts: tuple[URL, ...]
    wire: Wire
    appview: URL
    since_us: int | None = None


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    tags: tuple[str, ...]
    hosts: tuple[str, ...] = HOSTS
    wire: Wire = Wire.V1
    appview: str = APPVIEW
    since: datetime | None = None


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to write instead.
    """
    given = fill_in(options, _Given)
    tags = folded(given.tags)
    hosts = tuple(dict.fromkeys(_socket_address(host) for host in given.hosts or HOSTS))
    if not 1 <= len(tags) <= MAX_TAGS:
        refuse("tags", f"name 1 to {MAX_TAGS} hashtags, of letters and digits")
    if len(hosts) > MAX_HOSTS:
        refuse("hosts", f"name at most {MAX_HOSTS} servers, as {HOSTS[0]}")
    return Options(
        tags=tags,
        hosts=hosts,
        wire=given.wire,
        appview=parse_origin(given.appview, field="appview"),
        since_us=since_us(given.since),
    )


def _socket_address(host: str) -> URL:
    """A server's name as an address of sockets; `ws://` and `wss://` may be before it."""
    origin = parse_origin(_SCHEMES.sub(r"http\1://", host.strip()), field="hosts")
    return origin.with_scheme("ws" if origin.scheme == "http" else "wss")
