"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping

import msgspec
from yarl import URL

from server.sources.options import fill_in, refuse

MIN_POLL_S = 5
MAX_POLL_S = 120
DEFAULT_POLL_S = 15

_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "studio.youtube.com", "youtu.be"})
_BEFORE_ID = frozenset({"live", "embed", "video", "v"})


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        video: The id of the broadcast.
        key: An API key of Google Cloud.
        poll_interval_s: Between two looks; longer where YouTube asks for it.
    """

    video: str
    key: str
    poll_interval_s: int = DEFAULT_POLL_S

    def __repr__(self) -> str:
        return f"Options({self.video}, key='**********')"


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    video: str
    key: str
    poll_interval_s: int = DEFAULT_POLL_S


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to write instead.
    """
    given = fill_in(options, _Given)
    key = given.key.strip()
    if not (key and key.isascii() and key.isprintable()):
        refuse("key", "an API key has only plain letters, digits and signs")
    if not MIN_POLL_S <= given.poll_interval_s <= MAX_POLL_S:
        refuse("poll_interval_s", f"must be {MIN_POLL_S} to {MAX_POLL_S} seconds")
    return Options(video=parse_video(given.video), key=key, poll_interval_s=given.poll_interval_s)


def parse_video(text: str) -> str:
    """
    The id of a video, from its address or as it is.

    Raises:
        BadInput: It is something else, as the address of a channel.
    """
    bare = text.strip()
    if _VIDEO.fullmatch(bare):
        return bare
    with contextlib.suppress(ValueError):
        url = URL(bare if "://" in bare else f"https://{bare}")
        if url.scheme in {"http", "https"} and url.host in _HOSTS and _VIDEO.fullmatch(found := _named(url)):
            return found
    refuse("video", f"{text[:100]!r} is not a broadcast; write it as https://www.youtube.com/watch?v=abcDEF12345")


def _named(url: URL) -> str:
    parts = [part for part in url.path.split("/") if part]
    if url.host == "youtu.be":
        return parts[0] if parts else ""
    if parts[:1] == ["watch"]:
        return url.query.get("v", "")
    return parts[1] if len(parts) > 1 and parts[0] in _BEFORE_ID else ""
