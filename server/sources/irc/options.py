"""What an organiser configured for this source. The same as in `manifest.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec
from yarl import URL

from server.sources.options import fill_in, folded, refuse

MAX_CHANNELS = 10
MAX_TAGS = 16
MAX_CHANNEL_BYTES = 200
MAX_NICK_CHARS = 16
MAX_SECRET_BYTES = 200
"""An account with its password must fit in one line of 400 characters of base64."""

TLS_PORT = 6697
PLAIN_PORT = 6667

_HOST = re.compile(r"[\w.-]{1,253}|[0-9a-fA-F:.]{2,45}", re.ASCII)
_CHANNEL = re.compile(r"[#&+!][^\s,:\x00-\x20]+")
_NICK = re.compile(r"[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]*")
_WORD = re.compile(r"[^\s:\x00-\x20\x7f][^\s\x00-\x20\x7f]*")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        channels: With their `#`.
        tags: Folded, without doubles; a line must have one of them. Empty: every line will do.
        account: Where we log in first; empty: nowhere.
        password: Of the account; without one, of the server. Empty: none.
    """

    host: str
    port: int
    channels: tuple[str, ...]
    tags: tuple[str, ...] = ()
    nick: str = "fontein"
    account: str = ""
    password: str = ""
    tls: bool = True

    def __repr__(self) -> str:
        secret = "**********" if self.password else ""
        return f"Options({self.host}:{self.port}, {' '.join(self.channels)}, password={secret!r})"


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    server: str
    channels: str
    which: Literal["tagged", "all"] = "tagged"
    tags: list[str] = []
    nick: str = "fontein"
    account: str = ""
    password: str = ""
    tls: bool = True


def parse_options(options: Mapping[str, object]) -> Options:
    """
    Raises:
        BadInput: `field` says which option, the message what to write instead.
    """
    given = fill_in(options, _Given)
    host, port = _server(given.server, tls=given.tls)
    channels = tuple(dict.fromkeys(_channel(word) for word in re.split(r"[\s,]+", given.channels.strip()) if word))
    tags = folded(given.tags)
    if not 1 <= len(channels) <= MAX_CHANNELS:
        refuse("channels", f"name 1 to {MAX_CHANNELS} channels, as #hall")
    if given.which == "tagged" and not 1 <= len(tags) <= MAX_TAGS:
        refuse("tags", f"name 1 to {MAX_TAGS} hashtags of letters and digits, or take everything of the channel")
    if len(given.nick) > MAX_NICK_CHARS or not _NICK.fullmatch(given.nick):
        refuse("nick", f"{given.nick[:40]!r} is no name for IRC; take at most {MAX_NICK_CHARS} letters and digits")
    for field in ("account", "password"):
        value = getattr(given, field)
        if value and (len(value.encode()) > MAX_SECRET_BYTES or not _WORD.fullmatch(value)):
            refuse(field, "cannot be sent to a server: it has a space, begins with a colon, or is too long")
    if given.account and not given.password:
        refuse("password", "an account has a password")
    return Options(
        host=host,
        port=port,
        channels=channels,
        tags=tags if given.which == "tagged" else (),
        nick=given.nick,
        account=given.account,
        password=given.password,
        tls=given.tls,
    )


def _server(word: str, *, tls: bool) -> tuple[str, int]:
    text = word.strip().removeprefix("ircs://").removeprefix("irc://").rstrip("/")
    try:
        url = URL(f"irc://{text}")
        port = url.explicit_port or (TLS_PORT if tls else PLAIN_PORT)
    except ValueError:
        url, port = URL(), 0
    bare = url.raw_path in {"", "/"} and not url.raw_query_string and not url.raw_fragment and url.user is None
    if not bare or not text.isprintable() or not _HOST.fullmatch(url.raw_host or "") or not 0 < port < 65536:
        refuse("server", f"{word[:100]!r} is not a server; write it as irc.example")
    return url.raw_host or "", port


def _channel(word: str) -> str:
    channel = word if word[0] in "#&+!" else f"#{word}"
    if not _CHANNEL.fullmatch(channel) or len(channel.encode("utf-8", "replace")) > MAX_CHANNEL_BYTES:
        refuse("channels", f"{word[:100]!r} is not a channel; write it as #hall")
    return channel
