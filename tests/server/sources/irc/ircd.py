"""An IRC server that can be told to behave badly: real sockets on loopback, and the little of RFC 2812 that we meet."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.sources.irc.parse import fold

CHANNEL = "#zaal"


class Guest:
    """One connection, as the server sees it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.nick = ""
        self.registered = False
        self.negotiating = False
        self.logged_in = False

    def tell(self, line: str | bytes) -> None:
        raw = line if isinstance(line, bytes) else line.encode()
        self.writer.write(raw + b"\r\n")


class Ircd:
    """
    Talks with whoever comes; `lines` has all that was said to it, with its moment.

    Args:
        caps: What it offers; empty: it does not know CAP.
    """

    def __init__(self, *, caps: str = "server-time message-tags batch account-tag") -> None:
        self.caps = caps
        self.lines: list[tuple[float, str]] = []
        self.guests: list[Guest] = []
        self.connections: list[float] = []
        self.taken: set[str] = set()
        self.longest_nick = 30
        self.closed: dict[str, str] = {}
        """By channel, the code that says why."""
        self.accounts: dict[str, str] = {}
        self.password = ""
        self.greeting: list[str] = []
        """What whoever comes hears first, before the door is shut."""
        self.mute = False
        self.history: list[str] = []
        self.port = 0

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[Ircd]:
        server = await asyncio.start_server(self._guest, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for guest in self.guests:
                guest.writer.close()
            await asyncio.sleep(0.01)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def say(self, text: str, *, nick: str = "anna", channel: str = CHANNEL, tags: str = "") -> None:
        """Somebody says something."""
        self.tell(f":{nick}!a@host.example PRIVMSG {channel} :{text}", tags=tags)

    def tell(self, line: str | bytes, *, tags: str = "") -> None:
        for guest in self.guests:
            if not guest.writer.is_closing():
                guest.tell(f"@{tags} {line}" if tags and isinstance(line, str) else line)

    def drop(self) -> None:
        for guest in self.guests:
            guest.writer.transport.abort()
        self.guests.clear()

    def heard(self, command: str) -> list[str]:
        return [line for _, line in self.lines if line.startswith(command)]

    async def _guest(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(asyncio.get_running_loop().time())
        guest = Guest(writer)
        self.guests.append(guest)
        with contextlib.suppress(OSError):
            for line in self.greeting:
                guest.tell(line)
            if self.greeting:
                writer.close()
            while raw := await reader.readline():
                assert len(raw) <= 512
                assert raw.endswith(b"\r\n")
                line = raw.decode().rstrip("\r\n")
                self.lines.append((asyncio.get_running_loop().time(), line))
                if not self.mute:
                    self._answer(guest, line)
        with contextlib.suppress(OSError):
            writer.close()

    def _answer(self, guest: Guest, line: str) -> None:
        command, _, rest = line.partition(" ")
        match command:
            case "CAP":
                self._negotiate(guest, rest)
            case "AUTHENTICATE":
                guest.tell("AUTHENTICATE +" if rest == "PLAIN" else self._login(guest, rest))
            case "PASS" if rest != self.password:
                guest.tell(":irc.example 464 * :Password incorrect")
            case "NICK":
                self._name(guest, rest)
            case "USER":
                self._register(guest)
            case "JOIN":
                for channel in rest.split(","):
                    self._join(guest, channel)
            case "PING":
                guest.tell(f":irc.example PONG irc.example {rest}")
            case "CHATHISTORY":
                for each in ["BATCH +h chathistory", *self.history, "BATCH -h"]:
                    guest.tell(each)

    def _negotiate(self, guest: Guest, rest: str) -> None:
        if not self.caps:
            guest.tell(":irc.example 421 * CAP :Unknown command")
        elif rest == "LS 302":
            guest.negotiating = True
            first, _, more = self.caps.partition(" ")
            guest.tell(f":irc.example CAP * LS * :{first}")
            guest.tell(f":irc.example CAP * LS :{more}")
        elif rest.startswith("REQ"):
            guest.tell(f":irc.example CAP * ACK {rest.partition(' ')[2]}")
        elif rest == "END":
            guest.negotiating = False
            self._register(guest)

    def _login(self, guest: Guest, given: str) -> str:
        guest.logged_in = given in self.accounts
        return ":irc.example 903 * :Welcome" if guest.logged_in else ":irc.example 904 * :SASL failed"

    def _name(self, guest: Guest, nick: str) -> None:
        if len(nick) > self.longest_nick:
            guest.tell(f":irc.example 432 * {nick} :Nickname too long")
        elif nick in self.taken:
            guest.tell(f":irc.example 433 * {nick} :Nickname already in use")
        else:
            guest.nick = nick
            self._register(guest)

    def _register(self, guest: Guest) -> None:
        named = any(line.startswith("USER") for _, line in self.lines)
        if guest.nick and named and not guest.negotiating and not guest.registered:
            guest.registered = True
            guest.tell(f":irc.example 001 {guest.nick} :Welcome")
            guest.tell("PING :are-you-there")

    def _join(self, guest: Guest, channel: str) -> None:
        if code := self.closed.get(fold(channel)):
            guest.tell(f":irc.example {code} {guest.nick} {channel} :Cannot join channel")
        else:
            guest.tell(f":{guest.nick}!f@host.example JOIN {channel}")
            guest.tell(f":irc.example 366 {guest.nick} {channel} :End of /NAMES list")
