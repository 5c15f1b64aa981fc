"""
Minds the sources of one symposium: what they see goes down the road, what they miss is looked for.

    source ── events ──► pictures, 4 posts at a time ──► begun in order: receive ──► in order: save the cursor
                  └────► deletes, at once ─────────────► receive, again and again until it is durable

A cursor is saved only when everything before it is durable. So after a crash a post may come twice, and none is missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal, NoReturn, Protocol, assert_never

import msgspec

from server.errors import BadInput, Conflict, FonteinError, TooMany, Unavailable
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.sources.backoff import Backoff, Cause, SourceUnavailable
from server.sources.contract import (
    MAX_PICTURE_BYTES,
    OWN_PICTURE,
    AuthorGone,
    Condition,
    Delete,
    Event,
    HasPictures,
    Health,
    HearsWhatIsKept,
    Kept,
    NetworkPost,
    Remembers,
    Source,
    Upsert,
)
from server.symposium.values import Emoji, Picture, SourceId

PICTURES_S = 10.0
"""For all pictures of a post together; it goes on without those that are not there by then."""

POSTS_AT_ONCE = 4
"""Of which pictures are fetched."""

HANDED_AT_ONCE = 16
"""Posts that wait for the journal side by side: it writes many as fast as one."""

SAVE_AFTER = 100
"""Events without a pause between them, and the cursor is saved all the same."""

MAX_PENDING = 1000
"""Posts of one source on their way, before its events are left waiting."""

HEALTH_EVERY_S = 10.0
STALE_AFTER_S = 120.0
"""In trouble for this long, or silent for twice as long, and a source is stale."""

RECHECK_EVERY_S = 180.0
MAX_REMEMBERED = 20_000
MAX_ATTEMPTS = 5
"""Of handing in one post that makes us fail, before it is set aside so that the others can pass."""

_LONGEST_NAP_S = 30.0
_SLOWEST_RETRY_S = 30.0

_log = logging.getLogger(__name__)

PictureKind = Literal["photo", "avatar", "emoji"]
Handed = Arrival | Departure | AuthorDeparture


class SourceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One source as the organiser configured it. Options may hold secrets: they are not printed."""

    id: SourceId
    network: str
    options: Mapping[str, object]

    def __repr__(self) -> str:
        return f"SourceConfig({self.id}, {self.network})"


class Receive(Protocol):
    """Judges and journals; returns when it is durable. Raises `Unavailable` or `TooMany` to be asked again."""

    def __call__(self, handed: Handed, /) -> Awaitable[object]: ...


class BringIn(Protocol):
    """
    Draws a picture anew and keeps it: the one at an address, which it fetches, or the bytes of one.

    None or any error: there is none. The runner bounds its time.
    """

    def __call__(self, picture: str | bytes, /, *, kind: PictureKind) -> Awaitable[Picture | None]: ...


class Cursors(Protocol):
    """Where each source was. A loss costs doubles, which are found, never a post."""

    async def load(self, source: SourceId) -> str | None: ...
    async def save(self, source: SourceId, cursor: str) -> None: ...


class Runner:
    """
    Owns one task per configured source, and one that hands in what has to leave the screens.

    A source that fails is logged once, told by `health`, and started again by the table of `backoff.py`; the others do
    not notice. `start` it in the loop that it is to run in, and `close` it there.

    Args:
        make: Turns a configuration into a source; raises `BadInput` where options are wrong.
        on_screens: The native ids of a source's posts that somebody can see now: they are looked at again.
        kept: The posts of a source that the house has, oldest first: it is told of them at every start.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        *,
        make: Callable[[SourceConfig], Source],
        receive: Receive,
        bring_in: BringIn,
        cursors: Cursors,
        health: Callable[[SourceId, Health], None],
        on_screens: Callable[[SourceId], Sequence[str]],
        kept: Callable[[SourceId], Awaitable[Sequence[Kept]]],
        now: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._make = make
        self._bring_in = bring_in
        self._cursors = cursors
        self._health = health
        self._on_screens = on_screens
        self._kept = kept
        self._now = now
        self._rng = rng
        self._running: dict[SourceId, tuple[SourceConfig, asyncio.Task[None]]] = {}
        self._followers: dict[SourceId, _Follower] = {}
        self._changing = asyncio.Lock()
        self._departures = _Departures(receive, now)
        self._departing: asyncio.Task[None] | None = None
        self._receive = receive

    async def set_sources(self, configs: Iterable[SourceConfig]) -> None:
        """
        Run these and no others. One that is left out or changed is stopped at once: after this returns nothing more
        comes from it, but for deletes that were already seen.
        """
        wanted = {config.id: config for config in configs}
        async with self._changing:
            if self._departing is None:
                self._departing = asyncio.create_task(self._departures.run(), name="departures")
            await self._stop(id_ for id_, (config, _) in list(self._running.items()) if wanted.get(id_) != config)
            for id_, config in wanted.items():
                if id_ not in self._running:
                    task = asyncio.create_task(self._mind(config), name=f"source {id_}")
                    self._running[id_] = (config, task)

    async def look_again(self, source: SourceId, native_ids: Sequence[str]) -> bool:
        """
        Have a source look at these posts now. What it says is gone is handed in, and durable, when this returns.

        Returns:
            Whether it could be asked: it runs, and its network answered.
        """
        follower = self._followers.get(source)
        return follower is not None and await follower.look_at(native_ids)

    async def restart(self, source: SourceId) -> None:
        """Try again now, for an organiser who repaired something elsewhere. Does nothing for one that is not run."""
        async with self._changing:
            configs = [config for config, _ in self._running.values()]
            await self._stop([source] if source in self._running else [])
        await self.set_sources(configs)

    async def close(self) -> None:
        """Stop everything. Deletes that could not be handed in are looked for again at the next start."""
        async with self._changing:
            await self._stop(list(self._running))
            if self._departing is not None:
                self._departing.cancel()
                await asyncio.wait({self._departing})
                self._departing = None
            if left := self._departures.left:
                _log.warning("Stopped with %d deletes not yet handed in", left)

    async def _stop(self, ids: Iterable[SourceId]) -> None:
        tasks = [self._running.pop(id_)[1] for id_ in ids]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _mind(self, config: SourceConfig) -> None:
        backoff = Backoff(self._rng)
        pulse = _Pulse(config.id, self._health, self._now)
        while True:
            try:
                source = self._make(config)
                follower = _Follower(
                    source, pulse, self._departures, self._receive, self._bring_in, self._cursors, self._on_screens
                )
                if isinstance(source, Remembers):
                    source.remember(await self._kept(config.id))
                backoff.worked(now=_monotonic())
                self._followers[config.id] = follower
                try:
                    await follower.run()
                finally:
                    del self._followers[config.id]
            except FonteinError as ex:
                _log.warning("Source %s cannot start: %s", config.id, ex)
                pulse.say(Health(condition=Condition.NEEDS_ATTENTION, what=ex.code))
                await pulse.beat()
            except Exception as ex:
                _log.exception("Source %s failed; it will be started again", config.id)
                trouble = SourceUnavailable(str(ex), code="failed", cause=Cause.SERVER)
                wait_s = backoff.failed(trouble, now=_monotonic()) or 0.0
                retry_at = int((self._now() + wait_s) * 1_000_000)
                pulse.say(Health(condition=Condition.WAITING, what="failed", retry_at=retry_at))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await pulse.beat()


class _Pulse:
    """Tells how a source is: at every change, and every `HEALTH_EVERY_S`."""

    def __init__(self, source: SourceId, health: Callable[[SourceId, Health], None], now: Callable[[], float]) -> None:
        self._source = source
        self._tell = health
        self._now = now
        self._said = Health(condition=Condition.WAITING, what="starting")
        self._heard_at = self._well_at = now()
        self._told: Health | None = None

    def say(self, health: Health) -> None:
        self._said = health
        self._heard_at = self._now()
        if health.condition is Condition.OK:
            self._well_at = self._heard_at
        if self._told is None or _in_short(self.health) != _in_short(self._told):
            self._out()

    async def beat(self) -> NoReturn:
        while True:
            self._out()
            await asyncio.sleep(HEALTH_EVERY_S)

    @property
    def health(self) -> Health:
        """What was said last, made STALE by time."""
        now = self._now()
        troubled = self._said.condition is Condition.WAITING and now - self._well_at > STALE_AFTER_S
        silent = self._said.condition is Condition.OK and now - self._heard_at > 2 * STALE_AFTER_S
        if not troubled and not silent:
            return self._said
        return msgspec.structs.replace(self._said, condition=Condition.STALE, what=self._said.what or "silent")

    def _out(self) -> None:
        self._told = self.health
        self._tell(self._source, self._told)


def _in_short(health: Health) -> tuple[Condition, str, str]:
    return health.condition, health.what, health.where


@dataclass(eq=False)
class _Item:
    """One event on its way; `cursor` is true once it is done."""

    cursor: str | None
    post: NetworkPost | None = None
    arrival: asyncio.Task[Arrival] | None = None
    read_at: int = 0
    """How many had departed when it was read."""
    done: asyncio.Future[None] | None = None
    handed: asyncio.Task[None] | None = None


class _Follower:
    """One run of one source, from its saved cursor on, until it fails or is stopped."""

    def __init__(
        self,
        source: Source,
        pulse: _Pulse,
        departures: _Departures,
        receive: Receive,
        bring_in: BringIn,
        cursors: Cursors,
        on_screens: Callable[[SourceId], Sequence[str]],
    ) -> None:
        self._source = source
        self._pulse = pulse
        self._departures = departures
        self._receive = receive
        self._bring_in = bring_in
        self._cursors = cursors
        self._on_screens = on_screens
        self._pending: asyncio.Queue[_Item] = asyncio.Queue(MAX_PENDING)
        self._preparing = asyncio.Semaphore(POSTS_AT_ONCE)
        self._handed: asyncio.Queue[_Item] = asyncio.Queue(HANDED_AT_ONCE)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._group = asyncio.TaskGroup()

    async def run(self) -> None:
        cursor = await self._cursors.load(self._source.id)
        async with self._group as group:
            group.create_task(self._read(cursor))
            group.create_task(self._hand_in())
            group.create_task(self._settle(cursor))
            group.create_task(self._look_again())
            group.create_task(self._pulse.beat())

    async def _read(self, cursor: str | None) -> NoReturn:
        async with aclosing(self._source.events(cursor)) as events:
            async for event, reached in events:
                await self._take(event, reached)
        raise RuntimeError(f"{self._source.id}: its events ended")

    async def _take(self, event: Event, cursor: str | None) -> None:
        match event:
            case Health():
                self._pulse.say(event)
                await self._pending.put(_Item(cursor))
            case Upsert(post=post):
                arrival = self._group.create_task(self._prepared(post))
                await self._pending.put(_Item(cursor, post, arrival, read_at=self._departures.count))
            case Delete() | AuthorGone():
                done = self._departures.add(_departure(self._source, event))
                await self._pending.put(_Item(cursor, done=done))
            case _:
                assert_never(event)

    async def _hand_in(self) -> NoReturn:
        """Begin in order; a post that is on its way already, in another form or from another server, waits for it."""
        while True:
            item = await self._pending.get()
            if item.post is not None and item.arrival is not None:
                arrival, names = await item.arrival, (item.post.native_id, item.post.uri)
                if before := {self._under_way[name] for name in names if name in self._under_way}:
                    await asyncio.wait(before)
                task = self._group.create_task(self._arrive(item.post, arrival, read_at=item.read_at))
                item.handed = task
                self._under_way |= dict.fromkeys(names, task)
                task.add_done_callback(self._no_longer(names))
            await self._handed.put(item)

    def _no_longer(self, names: tuple[str, ...]) -> Callable[[asyncio.Task[None]], None]:
        def forget(task: asyncio.Task[None]) -> None:
            for name in names:
                if self._under_way.get(name) is task:
                    del self._under_way[name]

        return forget

    async def _settle(self, cursor: str | None) -> NoReturn:
        """Save the cursor behind what is durable, in order: with the last of those that are."""
        departing: list[asyncio.Future[None]] = []
        reached, unsaved = cursor, 0
        while True:
            item = await self._handed.get()
            if item.handed is not None:
                if not item.handed.done():
                    await self._save(cursor, reached, departing)
                    cursor, unsaved = cursor if departing else reached, 0
                await item.handed
            departing = [done for done in (*departing, item.done) if done is not None and not done.done()]
            reached, unsaved = item.cursor or reached, unsaved + 1
            if self._handed.empty() or unsaved >= SAVE_AFTER:
                await self._save(cursor, reached, departing)
                cursor, unsaved = cursor if departing else reached, 0

    async def _save(self, saved: str | None, reached: str | None, departing: Sequence[object]) -> None:
        """Not while something that was read before has still to leave the screens."""
        if reached is not None and reached != saved and not departing:
            await self._cursors.save(self._source.id, reached)
            if isinstance(self._source, HearsWhatIsKept):
                self._source.saved(reached)

    async def _arrive(self, post: NetworkPost, arrival: Arrival, *, read_at: int) -> None:
        """Hand it in, unless it has gone meanwhile; if it goes while we do, say so once more."""
        source = self._source
        departure = Departure(source=source.id, network=source.network, native_id=post.native_id, uri=post.uri)
        asked = await self._receive_patiently(arrival, read_at)
        if asked and self._departures.include(arrival, read_at):
            self._departures.add(departure)
        elif post.expires is not None:
            self._departures.at(post.expires, departure)

    async def _receive_patiently(self, arrival: Arrival, read_at: int) -> bool:
        """Until it is durable, refused, set aside or gone. Returns whether anybody was asked to take it."""
        wait_s, failures, asked = 0.5, 0, False
        while not self._departures.include(arrival, read_at):
            asked = True
            try:
                await self._receive(arrival)
                return asked
            except (Unavailable, TooMany) as ex:
                self._pulse.say(Health(condition=Condition.WAITING, what=ex.code))
                wait_s = min(max(wait_s, float(ex.retry_after_s)), _SLOWEST_RETRY_S)
            except FonteinError as ex:
                level = logging.INFO if isinstance(ex, Conflict) else logging.WARNING  # by the rules: it is counted
                _log.log(level, "A post of %s was refused: %s", self._source.id, ex)
                return asked
            except Exception:
                failures += 1
                _log.exception("A post of %s could not be handed in", self._source.id)
                if failures == MAX_ATTEMPTS:
                    _log.error("Post %s is set aside after %d attempts", arrival.native_id, failures)
                    return asked
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, _SLOWEST_RETRY_S)
        return asked

    async def _look_again(self) -> NoReturn:
        while True:
            await asyncio.sleep(RECHECK_EVERY_S)
            ids = self._on_screens(self._source.id)
            try:
                events = await self._source.recheck(ids) if ids else ()
            except SourceUnavailable as ex:
                _log.info("Source %s: looking again will be done later: %s", self._source.id, ex)
                continue
            for event in events:
                await self._take(event, None)

    async def look_at(self, ids: Sequence[str]) -> bool:
        """See `Runner.look_again`."""
        try:
            events = await self._source.recheck(ids)
        except SourceUnavailable as ex:
            _log.info("Source %s cannot look again now: %s", self._source.id, ex)
            return False
        departing = []
        for event in events:
            if isinstance(event, Delete | AuthorGone):
                departing.append(self._departures.add(_departure(self._source, event)))
            else:
                await self._take(event, None)
        if departing:
            await asyncio.wait(departing)
        return True

    async def _prepared(self, post: NetworkPost) -> Arrival:
        async with self._preparing:
            wanted: list[tuple[str, PictureKind]] = [(each.url, "photo") for each in post.media]
            wanted += [(url, "emoji") for _, url in post.emojis]
            wanted += [(post.avatar_url, "avatar")] if post.avatar_url else []
            found = await self._pictures(wanted)
        avatar = found.get((post.avatar_url or "", "avatar"))
        return Arrival(
            source=self._source.id,
            network=self._source.network,
            native_id=post.native_id,
            uri=post.uri,
            permalink=post.permalink,
            author_id=post.author_id,
            name=post.name,
            handle=post.handle,
            avatar=avatar.blob if avatar else None,
            text=post.text,
            lang=post.lang,
            warning=post.warning,
            sensitive=post.sensitive,
            reply=post.reply,
            reply_to=post.reply_to,
            bot=post.bot,
            author_since=post.author_since,
            created=post.created,
            edited=post.edited,
            media=tuple(
                msgspec.structs.replace(found[each.url, "photo"], alt=each.alt)
                for each in post.media
                if (each.url, "photo") in found
            ),
            emojis=tuple(
                Emoji(shortcode=shortcode, blob=found[url, "emoji"].blob)
                for shortcode, url in post.emojis
                if (url, "emoji") in found
            ),
        )

    async def _pictures(self, wanted: Sequence[tuple[str, PictureKind]]) -> dict[tuple[str, str], Picture]:
        """Those that are there within `PICTURES_S`."""
        tasks = {(url, kind): asyncio.create_task(self._picture(url, kind)) for url, kind in dict.fromkeys(wanted)}
        if not tasks:
            return {}
        try:
            await asyncio.wait(tasks.values(), timeout=PICTURES_S)
        finally:
            for task in tasks.values():
                task.cancel()
        done = {key: task.result() for key, task in tasks.items() if task.done() and not task.cancelled()}
        return {key: picture for key, picture in done.items() if picture is not None}

    async def _picture(self, url: str, kind: PictureKind) -> Picture | None:
        try:
            own = url.startswith(OWN_PICTURE)
            return await self._bring_in(await self._own_picture(url) if own else url, kind=kind)
        except FonteinError as ex:
            _log.info("A picture of %s was left out: %s", self._source.id, ex)
        except Exception:
            _log.exception("A picture of %s was left out", self._source.id)
        return None

    async def _own_picture(self, url: str) -> bytes:
        """What only the source can fetch. It is held to the limit again: a plug-in may not know it."""
        if not isinstance(self._source, HasPictures):
            raise BadInput(f"{self._source.network} has no pictures of its own", code="no-picture")
        if len(data := await self._source.picture(url)) > MAX_PICTURE_BYTES:
            raise BadInput(f"a picture of more than {MAX_PICTURE_BYTES} bytes", code="no-picture")
        return data


@dataclass(eq=False)
class _Departing:
    handed: Departure | AuthorDeparture
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    due: float = 0.0
    wait_s: float = 0.2

    def put_off(self) -> None:
        """It failed: again after 0.2 s, doubling to 5 s. The journal is here; there is nobody to be polite to."""
        self.due = _monotonic() + self.wait_s
        self.wait_s = min(self.wait_s * 2, 5.0)


class _Departures:
    """
    What has to leave the screens. Never given up, and not held up by posts or by a source being turned off.

    Remembers what went, so that a post that was on its way meanwhile does not come after all.
    """

    count: int
    """How many have been added so far."""

    def __init__(self, receive: Receive, now: Callable[[], float]) -> None:
        self._receive = receive
        self._now = now
        self._waiting: list[_Departing] = []
        self._later: dict[tuple[str, str], tuple[int, Departure]] = {}
        self._gone: OrderedDict[tuple[str, str], int] = OrderedDict()
        self.count = 0
        self._added = asyncio.Event()

    @property
    def left(self) -> int:
        return len(self._waiting)

    def add(self, handed: Departure | AuthorDeparture) -> asyncio.Future[None]:
        """The future is done once it is durable."""
        self.count += 1
        for key in _keys(handed):
            self._gone[key] = self.count
            self._gone.move_to_end(key)
            self._later.pop(key, None)
        while len(self._gone) > MAX_REMEMBERED:
            self._gone.popitem(last=False)
        departing = _Departing(handed)
        self._waiting.append(departing)
        self._added.set()
        return departing.done

    def at(self, expires: int, handed: Departure) -> None:
        """Add it when it is time: UTC microseconds since 1970. After a restart the re-check finds what was missed."""
        key = _keys(handed)[0]
        self._later[key] = (expires, handed)
        if len(self._later) > MAX_REMEMBERED:
            self._later.pop(next(iter(self._later)))
        self._added.set()

    def include(self, arrival: Arrival, read_at: int) -> bool:
        """Whether this post has gone, or its author did after it was read: a post never comes back, an author may."""
        post = Departure(source=arrival.source, network=arrival.network, native_id=arrival.native_id, uri=arrival.uri)
        author = AuthorDeparture(source=arrival.source, network=arrival.network, author_id=arrival.author_id)
        names = (*_keys(post), ("uri", arrival.uri))  # what its author took back comes by no feed either
        return any(key in self._gone for key in names) or self._gone.get(_keys(author)[0], 0) > read_at

    async def run(self) -> NoReturn:
        while True:
            self._added.clear()
            self._add_expired()
            for departing in [each for each in self._waiting if each.due <= _monotonic()]:
                if await self._hand_in(departing):
                    self._waiting.remove(departing)
                else:
                    departing.put_off()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._until_next_s()):
                    await self._added.wait()

    def _until_next_s(self) -> float:
        """Bounded, since the wall clock may be set while we wait for it."""
        due = [departing.due - _monotonic() for departing in self._waiting]
        expiring = [expires / 1_000_000 - self._now() for expires, _ in self._later.values()]
        return min([*due, *expiring, _LONGEST_NAP_S])

    async def _hand_in(self, departing: _Departing) -> bool:
        try:
            await self._receive(departing.handed)
        except (Unavailable, TooMany):
            return False
        except FonteinError as ex:
            _log.warning("A delete was refused: %s", ex)  # By the law, for good: there is nothing to delete.
        except Exception:
            _log.exception("A delete could not be handed in; trying again")
            return False
        if not departing.done.done():
            departing.done.set_result(None)
        return True

    def _add_expired(self) -> None:
        now_us = int(self._now() * 1_000_000)
        for expires, handed in [each for each in self._later.values() if each[0] <= now_us]:
            _log.debug("A post has expired at %d", expires)
            self.add(handed)


def _departure(source: Source, event: Delete | AuthorGone) -> Departure | AuthorDeparture:
    match event:
        case Delete(native_id=native_id, uri=uri):
            return Departure(source=source.id, network=source.network, native_id=native_id, uri=uri)
        case AuthorGone(author_id=author_id):
            return AuthorDeparture(source=source.id, network=source.network, author_id=author_id)
        case _:
            assert_never(event)


def _keys(gone: Departure | AuthorDeparture) -> list[tuple[str, str]]:
    """What a feed says is of itself alone, also where it calls an item as a post of others is called."""
    if isinstance(gone, AuthorDeparture):
        return [("author", gone.author_id)]
    own = f" {gone.source}" if gone.network == "feed" else ""
    named = ((f"uri{own}", gone.uri), (f"{gone.network}{own}", gone.native_id))
    return [(kind, name) for kind, name in named if name is not None]


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
