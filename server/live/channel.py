"""One audience's channel: its last view, its sockets, and the frames between them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from server.errors import BadInput, NotAllowed, Unavailable
from server.live import frames
from server.live.admission import Admission
from server.live.audience import Audience, View
from server.live.connection import Connection, Phase
from server.live.frames import text_frame
from server.live.limits import Limits
from server.live.pulses import Pulses
from server.live.record import Record


@dataclass(slots=True)
class Stats:
    """Counters for the metrics page; all but `connections` only grow."""

    connections: int = 0
    """Readers now, those at the door and those on their way out included."""
    frames: int = 0
    """Built for everybody."""
    deliveries: int = 0
    """Writes of such a frame to one socket."""
    bytes: int = 0
    """Handed to transports, all frames together."""
    snapshots: int = 0
    """Readers that were given a snapshot."""
    resumes: int = 0
    """Readers that were given only what they had missed."""
    slow: int = 0
    """Times that a reader fell behind."""
    lost: int = 0
    """Readers that were told to come back, or cut off: too slow for too long, or silent."""
    refused: int = 0
    """Readers that were not let in."""
    floods: int = 0
    """Readers that were closed for sending too much."""


class Channel:
    """
    Fan-out to one audience. All methods belong to the loop's thread.

    Everything for everybody is encoded and framed once, and the same bytes are written to each transport. Nobody is
    waited for: a reader whose buffer is full is left out until it has caught up, and then gets the newest snapshot.

    Args:
        audience: Whose.
        epoch: The journal's; it goes with each position.
        limits: Bounds.
        now_us: The server's clock, UTC microseconds; goes out with each tick.
        admission: The door that all channels of the process share; None for one of its own.
        on_pressure: Called when writes may have filled the buffers since the last sweep; None to sweep this channel.
    """

    def __init__(
        self,
        audience: Audience,
        *,
        epoch: str,
        limits: Limits,
        now_us: Callable[[], int],
        admission: Admission | None = None,
        on_pressure: Callable[[], None] | None = None,
    ) -> None:
        self.audience = audience
        self.stats = Stats()
        self._limits = limits
        self._now_us = now_us
        self._admission = admission or Admission(limits)
        self._on_pressure = on_pressure or self._sweep_alone
        self._record = Record(epoch, limits)
        self._covers: dict[object, frozenset[str] | Literal["all"]] = {}
        self._cover = b""
        """The frame of all covers together, empty without any; it goes after each snapshot and changes frame."""
        self._pulses = Pulses(limits.pulses)
        self._arriving: set[Connection] = set()
        self._live: dict[asyncio.Transport, Connection] = {}
        self._behind: set[Connection] = set()
        self._by_device: dict[str, tuple[Connection, ...]] = {}
        self._by_badge: dict[str, tuple[Connection, ...]] = {}
        self._unswept_bytes = 0
        self._is_closed = False
        self._dark_until_s = 0.0
        self._on_leaving = self._forget
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def size(self) -> int:
        """Readers that are in and were not told to go."""
        return len(self._live) + len(self._behind)

    @property
    def position(self) -> int:
        """Where the readers are: the last `seq` at which this view changed."""
        return self._record.position

    # What goes to everybody

    def publish(self, view: View) -> None:
        """
        Send what changed since the last view, in one frame; nothing when nothing did.

        Readers' positions move only with such a frame, so all of them are always at `position`, and each changes frame
        starts `from` there.

        Raises:
            ValueError: *view* is older than the last, or differs from it at the same `seq`.
        """
        frame = self._record.publish(view)
        if frame is not None:
            self._send(frame + self._cover)

    def cover(self, token: object, keys: Collection[str] | Literal["all"]) -> None:
        """
        Take *keys* off the screens at once, before it is durable; said again after each snapshot and changes frame.

        Args:
            token: Whoever asked, to take it back; covers of several tokens add up.
            keys: Keys of the view, or "all" of it.
        """
        self._covers[token] = keys if keys == "all" else frozenset(keys)
        self._renew_cover()
        if self._cover:
            self._send(self._cover)

    def uncover(self, token: object, *, restore: bool = False) -> None:
        """
        Stop repeating what *token* covered. Nothing happens for a token that covers nothing.

        Args:
            restore: Put the current values of its keys again, but those that others still cover: what was to be hidden
                stays after all. Without it, what happened to the keys comes (or came) with a view.
        """
        keys = self._covers.pop(token, None)
        if keys is None:
            return
        self._renew_cover()
        if not restore:
            return
        still = self._covered()
        frame = None if still == "all" else self._record.restore(keys, keep=still)
        if frame is not None:
            self._send(frame + self._cover)

    def pulse(self, topic: str, key: str, value: Any, ttl_s: int) -> None:
        """
        Say what nobody is promised. Newcomers hear it too while it lives; the newest of a topic and key counts.

        Raises:
            ValueError: *ttl_s* is not from 1 to 30.
        """
        self._send(self._pulses.add(topic, key, value, ttl_s, now_s=_loop_s()))

    def beat(self) -> None:
        """Send everybody a PING and a tick, as one write."""
        if self._live:
            self._send(frames.PING + self._tick())

    # What goes to some

    def has_device(self, device: str) -> bool:
        """Whether a page of *device* is open: whether making its posts for `send_own` is worth the work."""
        return device in self._by_device

    def send_own(self, device: str, posts: Sequence[Any]) -> None:
        """
        Send a device its own posts; nobody else gets them.

        A reader that has fallen behind is told to come back, since a snapshot would not hold them.
        """
        readers = self._by_device.get(device, ())
        if not readers:
            return
        frame = text_frame(frames.Own(posts))
        for reader in readers:
            if reader.phase is Phase.LIVE:
                self._write(reader, frame)
            else:
                self._part([reader], again=True)

    def close_badge(self, badge: str) -> None:
        """Say `bye` to the sockets of a revoked badge, for good. They get nothing more, and are cut within 2 s."""
        self._part([*self._by_badge.get(badge, ())], again=False)
        for reader in self._arriving:
            if reader.badge == badge:
                reader.phase = Phase.LEAVING

    def close(self, *, again: bool) -> None:
        """Say `bye` to everybody and let nobody in any more."""
        self._is_closed = True
        self._part([*self._live.values(), *self._behind], again=again)

    def go_dark(self, seconds: float) -> None:
        """
        Behave as a network that is gone, to rehearse with: cut everybody off without a word, and let nobody in.

        Args:
            seconds: For so long; 0 ends it.
        """
        self._dark_until_s = _loop_s() + seconds
        if seconds > 0:
            for reader in [*self._live.values(), *self._behind]:
                reader.abort()

    @property
    def _is_dark(self) -> bool:
        return self._dark_until_s > 0 and _loop_s() < self._dark_until_s

    async def wait_empty(self) -> None:
        """Wait until the last connection is gone. Who is at the door counts too."""
        await self._empty.wait()

    # One reader, from the handshake to the end

    async def serve(
        self,
        request: web.Request,
        *,
        since: str | None,
        badge: str | None,
        device: str | None,
        own: Callable[[], Sequence[Any]] | None,
        address: str | None = None,
    ) -> web.WebSocketResponse:
        """
        Serve one reader until it leaves. Call it in the same turn of the loop in which the badge was checked.

        The reader first gets what it missed (or a snapshot), the cover, living pulses, its own posts, and a tick.

        Args:
            request: A WebSocket handshake whose Origin was checked.
            since: `<epoch>:<position>` as the reader sent it, or None.
            badge: Whose socket it is, for `close_badge`.
            device: The same for `send_own`.
            own: Gives the device's posts; called when the handshake is done, so that nothing falls in between.
            address: The reader's, where a trusted proxy told it; None for the connection's.

        Raises:
            Unavailable: Closing, not open yet, or full; `retry_after_s` says when to come back.
            BadInput: It is no WebSocket handshake.
            NotAllowed: The badge was revoked while the reader waited.
        """
        where = address or request.remote or ""
        wait_s = self._let_in(where, is_staff=badge is not None)
        reader = Connection(badge=badge, device=device, on_leaving=self._on_leaving, limits=self._limits)
        self._arriving.add(reader)
        try:
            if wait_s:
                await asyncio.sleep(wait_s)
            self._check_still_welcome(reader)
            await reader.prepare(request)
            self._join(reader, request)
            self._greet(reader, since, own)
            await reader.listen()
            await reader.close()
        except web.HTTPBadRequest as error:
            raise BadInput("This address speaks WebSocket only.", code="not-a-websocket") from error
        except ConnectionError:
            reader.abort()  # It left while we were at it; there is nobody to tell.
        finally:
            self._forget(reader)
            self._let_out(where)
            self.stats.floods += reader.has_flooded
        return reader

    def _let_in(self, address: str, *, is_staff: bool) -> float:
        try:
            if self._is_closed or not self._record.is_open:
                raise Unavailable("The live stream is not open now.", retry_after_s=2)
            if self._is_dark:
                raise Unavailable("A rehearsal plays that the network is gone.", retry_after_s=2)
            wait_s = self._admission.enter(address, is_staff=is_staff)
        except Unavailable:
            self.stats.refused += 1
            raise
        self.stats.connections += 1
        self._empty.clear()
        return wait_s

    def _let_out(self, address: str) -> None:
        self._admission.leave(address)
        self.stats.connections -= 1
        if self.stats.connections == 0:
            self._empty.set()

    def _check_still_welcome(self, reader: Connection) -> None:
        if reader.phase is Phase.LEAVING:
            raise NotAllowed("This badge was revoked.")
        if self._is_closed:
            raise Unavailable("The live stream is closing.", retry_after_s=2)
        if self._is_dark:
            raise Unavailable("A rehearsal plays that the network is gone.", retry_after_s=2)

    def _join(self, reader: Connection, request: web.Request) -> None:
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("left during the handshake")
        self._arriving.discard(reader)
        is_revoked = reader.phase is Phase.LEAVING
        reader.attach(transport)
        reader.phase = Phase.LIVE
        self._live[transport] = reader
        _index(self._by_device, reader.device, reader)
        _index(self._by_badge, reader.badge, reader)
        if is_revoked or self._is_closed:
            self._part([reader], again=not is_revoked)
        elif self._is_dark:
            reader.abort()

    def _greet(self, reader: Connection, since: str | None, own: Callable[[], Sequence[Any]] | None) -> None:
        if reader.phase is not Phase.LIVE:
            return
        missed = self._record.missed(since)
        if missed is None:
            self._welcome(reader)
        else:
            self.stats.resumes += 1
            self._write(reader, self._cover, missed, self._cover if missed else b"", self._living_pulses())
        if own is not None:
            self._write(reader, text_frame(frames.Own(own())))
        self._write(reader, self._tick())

    def _welcome(self, reader: Connection) -> None:
        """A snapshot, and what the reader must know beside it."""
        self.stats.snapshots += 1
        self._write(reader, self._record.snapshot(), self._cover, self._living_pulses())

    def _forget(self, reader: Connection) -> None:
        self._arriving.discard(reader)
        self._behind.discard(reader)
        if reader.transport is not None:
            self._live.pop(reader.transport, None)
        _unindex(self._by_device, reader.device, reader)
        _unindex(self._by_badge, reader.badge, reader)

    # Slow and silent readers

    def sweep(self) -> int:
        """
        Look at every write buffer: leave out who fell behind, welcome back who caught up, part from who took too long.

        Returns:
            What the write buffers hold together, in bytes.
        """
        self._unswept_bytes = 0
        total_bytes = self._sweep_live()
        return total_bytes + self._sweep_behind()

    def drop_silent(self) -> None:
        """Part from readers that have not even answered pings for `silence_s`: the connection may be half open."""
        deadline_s = _loop_s() - self._limits.silence_s
        silent = [reader for reader in self._live.values() if reader.heard_s < deadline_s]
        self.stats.lost += len(silent)
        self._part(silent, again=True)

    def buffers(self) -> list[tuple[int, Connection]]:
        """Each reader's write buffer in bytes."""
        return [(_buffered_bytes(reader), reader) for reader in [*self._live.values(), *self._behind]]

    def cut(self, reader: Connection) -> None:
        """Cut off a reader whose buffer is needed."""
        self.stats.lost += 1
        reader.abort()

    def _sweep_live(self) -> int:
        bound = self._limits.behind_bytes
        total_bytes = 0
        slow: list[Connection] = []
        for transport, reader in self._live.items():
            size = transport.get_write_buffer_size()
            if size > bound:
                slow.append(reader)
            else:
                total_bytes += size
        for reader in slow:
            self._set_behind(reader)
        return total_bytes

    def _set_behind(self, reader: Connection) -> None:
        assert reader.transport is not None
        del self._live[reader.transport]
        self._behind.add(reader)
        reader.phase = Phase.BEHIND
        reader.behind_since_s = _loop_s()
        self.stats.slow += 1

    def _sweep_behind(self) -> int:
        total_bytes = 0
        too_late_s = _loop_s() - self._limits.behind_s
        lost: list[Connection] = []
        for reader in list(self._behind):
            size = _buffered_bytes(reader)
            if size == 0:
                self._bring_back(reader)
            elif reader.behind_since_s < too_late_s:
                lost.append(reader)
            else:
                total_bytes += size
        self.stats.lost += len(lost)
        self._part(lost, again=True)
        return total_bytes

    def _bring_back(self, reader: Connection) -> None:
        assert reader.transport is not None
        self._behind.discard(reader)
        reader.phase = Phase.LIVE
        reader.heard_s = _loop_s()  # It was not pinged meanwhile.
        self._live[reader.transport] = reader
        self._welcome(reader)

    def _sweep_alone(self) -> None:
        self.sweep()

    # Writing

    def _send(self, data: bytes) -> None:
        """Write the same bytes to everybody who is in."""
        live = self._live
        broken: list[Connection] = []
        for transport in live:
            try:
                transport.write(data)
            except RuntimeError:  # uvloop's word for a transport that is closed, before its reader has noticed.
                broken.append(live[transport])
        for reader in broken:
            reader.abort()
        self.stats.frames += 1
        self.stats.deliveries += len(live)
        self.stats.bytes += len(data) * len(live)
        self._unswept_bytes += len(data)
        self._look_at_pressure()

    def _look_at_pressure(self) -> None:
        """
        Sweep as soon as the writes since the last sweep could have filled one buffer, or all together.

        So the bound holds between two sweeps too; asking each transport at each write would cost 40 % more CPU.
        It comes after the write: who is brought back gets a snapshot that already holds what was written.
        """
        unswept_bytes = self._unswept_bytes
        if unswept_bytes > self._limits.behind_bytes or unswept_bytes * len(self._live) > self._limits.total_bytes:
            self._on_pressure()
            self._unswept_bytes = 0

    def _write(self, reader: Connection, *data: bytes) -> None:
        if reader.transport is None or reader.phase is not Phase.LIVE:
            return
        chunks = [chunk for chunk in data if chunk]
        if not chunks:
            return
        try:
            reader.transport.writelines(chunks)
        except RuntimeError:
            reader.abort()
        self.stats.bytes += sum(map(len, chunks))

    def _part(self, readers: Iterable[Connection], *, again: bool) -> None:
        code = frames.GOING_AWAY if again else frames.NORMAL
        farewell = text_frame(frames.Bye(again)) + frames.close_frame(code)
        for reader in readers:
            reader.say_farewell(farewell)

    def _tick(self) -> bytes:
        return text_frame(frames.Tick(self._record.position, self._now_us()))

    def _living_pulses(self) -> bytes:
        return self._pulses.frames(now_s=_loop_s())

    def _covered(self) -> frozenset[str] | Literal["all"]:
        if "all" in self._covers.values():
            return "all"
        return frozenset[str]().union(*(keys for keys in self._covers.values() if keys != "all"))

    def _renew_cover(self) -> None:
        covered = self._covered()
        keys = covered if covered == "all" else sorted(covered)
        self._cover = text_frame(frames.Cover(keys)) if keys else b""


def _loop_s() -> float:
    return asyncio.get_running_loop().time()


def _buffered_bytes(reader: Connection) -> int:
    return 0 if reader.transport is None else reader.transport.get_write_buffer_size()


def _index(index: dict[str, tuple[Connection, ...]], name: str | None, reader: Connection) -> None:
    if name is not None:
        index[name] = (*index.get(name, ()), reader)


def _unindex(index: dict[str, tuple[Connection, ...]], name: str | None, reader: Connection) -> None:
    others = tuple(other for other in index.get(name or "", ()) if other is not reader)
    if others:
        index[name or ""] = others
    elif name is not None:
        index.pop(name, None)
