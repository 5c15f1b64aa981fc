"""
The wire: JSON messages in WebSocket frames. The only module that knows their keys and bytes.

Framing follows RFC 6455 §5.2: a server's frames are final and not masked, and no extension is negotiated.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import msgspec

Change: TypeAlias = tuple[Literal["put"], str, Any] | tuple[Literal["drop"], str]
"""One key of a view: its whole new value, or that it is gone."""


class Snapshot(msgspec.Struct, tag_field="type", tag="snapshot"):
    """The whole view at position `to`. It takes the place of whatever the reader had."""

    epoch: str
    to: int
    view: Mapping[str, Any]


class Changes(msgspec.Struct, tag_field="type", tag="changes", rename={"since": "from"}):
    """From position `from` to position `to`. Only for a reader that is at `from`; `from` equals `to` after a cover."""

    since: int
    to: int
    changes: Sequence[Change]


class Own(msgspec.Struct, tag_field="type", tag="own"):
    """A device's own posts, for its sockets only."""

    posts: Sequence[Any]


class Cover(msgspec.Struct, tag_field="type", tag="cover"):
    """Take these keys off the screen now, whatever was or will be put. Holds until the next snapshot or changes."""

    keys: Sequence[str] | Literal["all"]


class Pulse(msgspec.Struct, tag_field="type", tag="pulse"):
    """What nobody was promised; forget it after `ttl` seconds."""

    topic: str
    key: str
    value: Any
    ttl: int


class Tick(msgspec.Struct, tag_field="type", tag="tick"):
    """The position of everybody on this channel, and the server's clock in UTC microseconds."""

    to: int
    now: int


class Bye(msgspec.Struct, tag_field="type", tag="bye"):
    """The server closes. Come back after a while, with some jitter, when `again`; else don't."""

    again: bool


Message: TypeAlias = Snapshot | Changes | Own | Cover | Pulse | Tick | Bye

_TEXT: Final = 0x81
_CLOSE: Final = 0x88
_PONG: Final = 0x8A

PING: Final = b"\x89\x00"
"""One for all: RFC 6455 §5.5.2 asks for no payload."""

NORMAL: Final = 1000
GOING_AWAY: Final = 1001
POLICY: Final = 1008
"""Close codes, RFC 6455 §7.4.1."""

_encode = msgspec.json.Encoder().encode


def text_frame(message: Message) -> bytes:
    """Encode *message* as JSON in one text frame."""
    payload = _encode(message)
    size = len(payload)
    if size < 126:
        return bytes((_TEXT, size)) + payload
    if size < 0x10000:
        return struct.pack("!BBH", _TEXT, 126, size) + payload
    return struct.pack("!BBQ", _TEXT, 127, size) + payload


def close_frame(code: int) -> bytes:
    """A Close frame with *code* and no reason."""
    return struct.pack("!BBH", _CLOSE, 2, code)


def pong_frame(payload: bytes) -> bytes:
    """The answer to a PING with *payload*, at most 125 bytes (RFC 6455 §5.5.3)."""
    return bytes((_PONG, len(payload))) + payload
