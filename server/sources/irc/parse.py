"""
Lines of IRC become our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

Source: RFC 1459 and RFC 2812; ircv3.net: message tags, server-time, account-tag, message ids, bot mode;
modern.ircdocs.horse: formatting, CTCP.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import quote

import msgspec

from server.sources import fields
from server.sources.contract import NetworkPost
from server.sources.tags import fold_tag, tags_in

MAX_LINE_BYTES = 8191 + 512
"""With its tags, which have a limit of their own."""

MAX_PARAMS = 15
MAX_TAGS = 64
MAX_NICK_CHARS = 100
MAX_ID_CHARS = 128

_LOWER = str.maketrans(f"{ascii_uppercase}[]\\~", f"{ascii_lowercase}{{}}|^")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINE = re.compile(r"(?:@(?P<tags>[^ ]*) +)?(?::(?P<source>[^ ]*) +)?(?P<command>[A-Za-z]+|[0-9]{3})(?P<rest> .*)?")
_ESCAPE = re.compile(r"\\(.?)")
_ESCAPED = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}
_COLOUR = re.compile(r"\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ID = re.compile(r"[!-~]{1,128}")


class Why(StrEnum):
    """Why a line does not go on: no fault of anybody."""

    EMPTY = "empty"
    OTHER_TAG = "other-tag"


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is politely left alone."""

    why: Why


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """
    One message of the protocol.

    Args:
        tags: Values unescaped; of a tag without one, empty.
        source: Who or which server sent it, as `anna!a@host`; empty: the server that we are connected to.
        command: In capitals, or three digits.
    """

    command: str
    params: tuple[str, ...] = ()
    source: str = ""
    tags: Mapping[str, str] = msgspec.field(default_factory=dict)

    @property
    def nick(self) -> str:
        return self.source.partition("!")[0].partition("@")[0]

    def param(self, at: int) -> str:
        """The parameter at this place, or empty."""
        return self.params[at] if -len(self.params) <= at < len(self.params) else ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """
    Something that somebody said in a channel.

    Args:
        channel: As the organiser wrote it.
        seat: Where the server sees them, as `a@host.example`: nobody else sits there. Never kept as it is.
        at_us: UTC microseconds since 1970, as the server says; None: it does not.
        id: As the server counts; empty: it does not.
    """

    channel: str
    nick: str
    text: str
    seat: str = ""
    account: str = ""
    at_us: int | None = None
    id: str = ""
    reply_to: str = ""
    bot: bool = False


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A line was taken back; its server looked at who may. `channel` is as the organiser wrote it."""

    channel: str
    id: str


def parse_line(raw: bytes) -> Line:
    """
    Raises:
        BadInput: It is no line of IRC, or beyond its limits.
    """
    text = _decoded(raw.rstrip(b"\r\n"))
    found = _LINE.fullmatch(text)
    if len(raw) > MAX_LINE_BYTES or found is None:
        fields.unreadable("line", "A line must be a command of IRC.")
    return Line(
        command=found["command"].upper(),
        params=_params(found["rest"] or ""),
        source=found["source"] or "",
        tags=_tags(found["tags"] or ""),
    )


def parse_said(line: Line, channels: Mapping[str, str]) -> Said | None:
    """
    What a line says to a channel; None when it says nothing to people: a notice, a question of one program to another.

    Args:
        channels: The channels that we listen to, folded → as written.
    """
    channel = channels.get(fold(line.param(0)))
    nick = plain(line.nick)[:MAX_NICK_CHARS]
    if line.command != "PRIVMSG" or channel is None or len(line.params) < 2 or not nick:
        return None
    text = line.params[1]
    if text.startswith("\x01"):
        kind, _, rest = text.strip("\x01").partition(" ")
        if kind != "ACTION":
            return None
        text = f"* {nick} {rest}"
    id_ = line.tags.get("msgid", "")
    account = line.tags.get("account", "")
    return Said(
        channel=channel,
        nick=nick,
        text=plain(text),
        seat=line.source.partition("!")[2],
        account="" if account == "*" else account[:MAX_NICK_CHARS],
        at_us=parse_moment(line.tags.get("time", "")),
        id=id_ if _ID.fullmatch(id_) else "",
        reply_to=reply if _ID.fullmatch(reply := line.tags.get("+draft/reply", line.tags.get("+reply", ""))) else "",
        bot="bot" in line.tags,
    )


def parse_taken_back(line: Line, channels: Mapping[str, str]) -> TakenBack | None:
    """
    Which line of one of our *channels* was taken back; None for one elsewhere.

    Source: ircv3.net, draft/message-redaction.
    """
    channel, id_ = channels.get(fold(line.param(0))), line.param(1)
    return TakenBack(channel=channel, id=id_) if channel is not None and _ID.fullmatch(id_) else None


def names_of(host: str, channel: str, id_: str) -> tuple[str, str]:
    """What a line is called here, and everywhere."""
    uri = f"irc://{quote(host)}/{quote(channel, safe='')}#{quote(id_, safe='')}"
    return f"{host}/{channel}/{id_}", uri


def parse_post(said: Said, *, host: str, tags: frozenset[str], now_us: int, key: bytes) -> NetworkPost | Dropped:
    """
    A post, or why it is left alone.

    Args:
        host: Which server: a part of every identity.
        tags: Folded; the line must have one of them. Empty: any line will do.
        now_us: UTC microseconds since 1970: when it was heard.
        key: Of the hashes that stand for people without an account; 1 to 64 bytes.
    """
    names = tags_in(said.text)[:MAX_TAGS]
    if not said.text:
        return Dropped(why=Why.EMPTY)
    if tags and tags.isdisjoint(map(fold_tag, names)):
        return Dropped(why=Why.OTHER_TAG)
    at_us = min(said.at_us or now_us, now_us)
    id_ = said.id or _made_up(said, said.at_us or now_us)  # Its own clock, also where that is ahead of ours.
    native, uri = names_of(host, said.channel, id_)
    return NetworkPost(
        native_id=native,
        uri=uri,
        author_id=_author(said, host, key),
        name=said.nick,
        handle=f"{said.nick}!{said.account}" if said.account else said.nick,
        text=said.text,
        reply=bool(said.reply_to),
        reply_to=names_of(host, said.channel, said.reply_to)[0] if said.reply_to else None,
        bot=said.bot,
        created=at_us,
        tags=names,
    )


def fold(name: str) -> str:
    """
    A channel, or our own nick, as servers compare them: `[]\\~` are the capitals of `{}|^`, and only ASCII has others.

    Source: RFC 2812 §2.2.
    """
    return name.translate(_LOWER)


def plain(text: str) -> str:
    """A text without colours, bold and other things that a terminal does."""
    return _CONTROL.sub("", _COLOUR.sub("", text)).strip()


def parse_moment(value: str) -> int | None:
    """A moment as `2026-11-21T19:40:00.000Z`, in UTC microseconds since 1970; None for anything else."""
    at_us = fields.moment(value)
    return at_us if at_us is not None and at_us > 0 else None


def write_moment(at_us: int) -> str:
    """The other way round, in milliseconds as `server-time` has them."""
    moment = _EPOCH + timedelta(microseconds=at_us)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _author(said: Said, host: str, key: bytes) -> str:
    """
    An account stays the same person whatever they call themselves.

    Who has none is their nick in their seat: a nick alone is anybody's who takes it when it is free. Servers do not
    agree on which nicks are the same, so only what is the same letter by letter is. Too often somebody new is better
    than once somebody else.
    """
    if said.account:
        return f"irc://{quote(host)}/account/{quote(said.account, safe='')}"
    seat = hashlib.blake2b(said.seat.encode("utf-8", "replace"), key=key, digest_size=12).hexdigest()
    return f"irc://{quote(host)}/nick/{quote(said.nick, safe='')}/{seat}"


def _made_up(said: Said, at_us: int) -> str:
    """An id for a server without ids: the same line, told again from its history, gets the same one."""
    words = "\0".join([said.nick, str(at_us // 1000), said.text])
    return hashlib.sha256(words.encode()).hexdigest()[:24]


def _decoded(raw: bytes) -> str:
    """UTF-8, or what people had before it."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _params(rest: str) -> tuple[str, ...]:
    params: list[str] = []
    while rest := rest.lstrip(" "):
        if rest.startswith(":") or len(params) == MAX_PARAMS - 1:
            params.append(rest.removeprefix(":"))
            break
        word, _, rest = rest.partition(" ")
        params.append(word)
    return tuple(params)


def _tags(text: str) -> dict[str, str]:
    found = {}
    for tag in text.split(";")[:MAX_TAGS]:
        key, _, value = tag.partition("=")
        if key:
            found[key] = _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), value)
    return found
