"""
Our side of a conversation with an IRC server. Pure: lines in, lines out; who carries them is in `client.py`.

    CAP, NICK, USER ──► log in, where we have an account ──► 001 welcome ──► JOIN ──► listen, answer PING
"""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping

import msgspec

from server.sources.backoff import Cause, SourceUnavailable
from server.sources.irc.options import Options
from server.sources.irc.parse import Line, Said, TakenBack, fold, parse_said, parse_taken_back, write_moment

MAX_SENT_BYTES = 510
"""And the end of the line: 512."""

_MAX_ECHO_BYTES = 400
"""Of what a server wants to hear back."""

HISTORY_LINES = 100
MAX_NICKS = 20
"""Names that we try before somebody has to look at it."""

PLAIN_NICKS = 3
"""Of them so many with the next digit; then digits that nobody can know, and take, beforehand."""

_SHORTEST_NICK_CHARS = 9
"""Every server takes names of this length (RFC 2812 §1.2.1)."""

_REDACTION = "draft/message-redaction"
_WANTED = {"server-time", "message-tags", "batch", "account-tag", "draft/chathistory", "chathistory", _REDACTION}
_HISTORY = {"draft/chathistory", "chathistory"}

_CLOSED = {
    "403": "unknown-room",  # no such channel
    "405": "room-closed",  # too many channels
    "437": "room-closed",  # unavailable for the moment
    "470": "room-closed",  # sends us on to another, which nobody asked for
    "471": "room-closed",  # full
    "473": "not-invited",
    "474": "room-closed",  # we are banned
    "475": "room-closed",  # wants a key
    "476": "unknown-room",  # not a name
    "477": "needs-account",
    "479": "unknown-room",  # not a name either
    "489": "room-closed",  # only over TLS
}
_LOGIN_REFUSED = {"464", "902", "904", "905", "906", "908"}
_HURRIED = ("throttl", "too fast", "too many", "reconnect")


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a line means to us.

    Args:
        replies: What we say to it, in order, without ends of lines.
        changed: We came in or went out somewhere: the health is another.
    """

    replies: tuple[str, ...] = ()
    said: Said | None = None
    taken_back: TakenBack | None = None
    changed: bool = False


class Session:
    """
    One connection's worth of conversation.

    Args:
        since: Of each channel (folded) when we heard the last line there, UTC microseconds since 1970.
        rng: For names when ours is taken.
    """

    def __init__(self, options: Options, *, since: Mapping[str, int], rng: random.Random) -> None:
        self._options = options
        self._rng = rng
        self._since = since
        self._channels = {fold(channel): channel for channel in options.channels}
        self._offered: set[str] = set()
        self._caps: set[str] = set()
        self._nicks = 0
        self._shown_out: set[str] = set()
        self.nick = options.nick
        self.welcome = False
        self.joined: set[str] = set()
        """Folded."""
        self.troubles: dict[str, str] = {}
        """By channel as written, a code for the stage page."""

    @property
    def settled(self) -> bool:
        """Of every channel it is known whether we are in."""
        return self.welcome and len(self.joined) + len(self.troubles) >= len(self._channels)

    def begin(self) -> tuple[str, ...]:
        """What we say first."""
        password = self._options.password if not self._options.account else ""
        return (
            "CAP LS 302",
            *([f"PASS {password}"] if password else []),
            f"NICK {self.nick}",
            f"USER {self._options.nick} 0 * :Fontein, a wall of posts",
        )

    def heard(self, line: Line) -> Heard:
        """
        Raises:
            SourceUnavailable: The server sends us away.
        """
        match line.command:
            case "PING":
                return Heard(replies=(f"PONG :{_sayable(line.param(0))}",))
            case "PRIVMSG":
                return Heard(said=parse_said(line, self._channels))
            case "REDACT" if _REDACTION in self._caps:
                return Heard(taken_back=parse_taken_back(line, self._channels))
            case "CAP":
                return self._capabilities(line)
            case "AUTHENTICATE":
                is_asked = line.param(0) == "+" and bool(self._options.account)
                return Heard(replies=self._credentials() if is_asked else ())
            case "903":
                return Heard(replies=("CAP END",))
            case "001":
                self.nick, self.welcome = line.param(0) or self.nick, True
                return Heard(replies=self.knock())
            case "432" | "433" | "436" if not self.welcome:
                return Heard(replies=(self._another_nick(),))
            case "JOIN" | "PART" | "KICK" | "INVITE" | "NICK":
                return self._moved(line)
            case "ERROR" | "465":
                raise self._sent_away(line)
            case code if code in _LOGIN_REFUSED:
                raise self._trouble("login-refused", Cause.REFUSED, line)
            case code if code in _CLOSED:
                return self._closed(line)
            case _:
                return Heard()

    def knock(self) -> tuple[str, ...]:
        """Ask to be let in wherever we are not, and were not shown out."""
        if not self.welcome:
            return ()
        lines: list[str] = []
        for channel in sorted(self._channels.keys() - self.joined - self._shown_out):
            name = self._channels[channel]
            if lines and len(f"{lines[-1]},{name}".encode()) <= MAX_SENT_BYTES:
                lines[-1] += f",{name}"
            else:
                lines.append(f"JOIN {name}")
        return tuple(lines)

    def _capabilities(self, line: Line) -> Heard:
        what, told = line.param(1).upper(), {word.partition("=")[0] for word in line.param(-1).split()}
        match what:
            case "LS":
                self._offered |= told
                more = len(line.params) > 3 and line.params[2] == "*"
                return Heard() if more else Heard(replies=(self._ask_for_capabilities(),))
            case "ACK":
                self._caps |= told
                login = "sasl" in told and self._options.account
                return Heard(replies=("AUTHENTICATE PLAIN" if login else "CAP END",))
            case "NAK":
                return Heard(replies=("CAP END",))
            case _:
                return Heard()

    def _ask_for_capabilities(self) -> str:
        login = {"sasl"} if self._options.account else set[str]()
        if login - self._offered:
            raise self._trouble("login-refused", Cause.REFUSED, Line(command="CAP", params=("knows no accounts",)))
        wanted = sorted(self._offered & (_WANTED | login))
        return f"CAP REQ :{' '.join(wanted)}" if wanted else "CAP END"

    def _credentials(self) -> tuple[str, ...]:
        words = f"\0{self._options.account}\0{self._options.password}".encode()
        text = base64.b64encode(words).decode()
        pieces = [text[at : at + 400] for at in range(0, len(text), 400)]
        if len(pieces[-1]) == 400:
            pieces.append("+")
        return tuple(f"AUTHENTICATE {piece}" for piece in pieces)

    def _another_nick(self) -> str:
        self._nicks += 1
        if self._nicks > MAX_NICKS:
            raise self._trouble("nick-in-use", Cause.REFUSED, Line(command="NICK", params=(self.nick,)))
        digits = str(self._nicks) if self._nicks <= PLAIN_NICKS else f"{self._rng.randrange(10_000):04d}"
        self.nick = f"{self._options.nick[: _SHORTEST_NICK_CHARS - len(digits)]}{digits}"
        return f"NICK {self.nick}"

    def _moved(self, line: Line) -> Heard:
        channel = fold(line.param(1) if line.command == "INVITE" else line.param(0))
        whom = line.param(1) if line.command == "KICK" else line.nick
        if line.command == "INVITE":
            return self._invited(channel)
        if fold(whom) != fold(self.nick):
            return Heard()
        if line.command == "NICK":
            self.nick = line.param(0) or self.nick
            return Heard()
        if channel not in self._channels:
            return Heard()
        if line.command == "JOIN":
            return self._came_in(channel)
        self.joined.discard(channel)
        self._shown_out.add(channel)
        self.troubles[self._channels[channel]] = "not-in-room"
        return Heard(changed=True)

    def _came_in(self, channel: str) -> Heard:
        name = self._channels[channel]
        self.joined.add(channel)
        self.troubles.pop(name, None)
        since_us = self._since.get(channel)
        if since_us is None or not self._caps & _HISTORY:
            return Heard(changed=True)
        history = f"CHATHISTORY LATEST {name} timestamp={write_moment(since_us)} {HISTORY_LINES}"
        return Heard(replies=(history,), changed=True)

    def _invited(self, channel: str) -> Heard:
        if channel not in self._channels or channel in self.joined:
            return Heard()
        self._shown_out.discard(channel)
        return Heard(replies=(f"JOIN {self._channels[channel]}",))

    def _closed(self, line: Line) -> Heard:
        name = self._channels.get(fold(line.param(1)))
        if name is None or fold(name) in self.joined:
            return Heard()
        self.troubles[name] = _CLOSED[line.command]
        return Heard(changed=True)

    def _sent_away(self, line: Line) -> SourceUnavailable:
        why = line.param(-1).lower()
        if line.command == "465":
            return self._trouble("refused", Cause.REFUSED, line)
        if any(word in why for word in _HURRIED):
            return self._trouble("limited", Cause.LIMITED, line)
        return self._trouble("unreachable", Cause.DROPPED, line)

    def _trouble(self, code: str, cause: Cause, line: Line) -> SourceUnavailable:
        what = f"{line.command} {line.param(-1)[:200]}"
        return SourceUnavailable(f"{self._options.host}: {what}", code=code, cause=cause)


def _sayable(text: str) -> str:
    """What of somebody else's words fits in a line of ours."""
    plain = "".join(letter for letter in text if letter not in "\r\n\0")
    return plain.encode()[:_MAX_ECHO_BYTES].decode("utf-8", "ignore")
