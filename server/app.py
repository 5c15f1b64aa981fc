"""The composition root: the only place that knows every part, and the life of a server from start to stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import random
import signal
import socket
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp import web

from server import jobs
from server.archiving import TELL_EACH_S, WORK, Archiver, Worker, forget_work
from server.blobs.gate import MediaGate
from server.blobs.images import Kind, PicturePool
from server.blobs.pictures import bring_in, take_in
from server.blobs.store import BlobId as StoredId
from server.blobs.store import BlobStore
from server.config import Config
from server.errors import Conflict, FonteinError, NotFound
from server.finding import FILE as FINDING
from server.finding import Finding
from server.freezing import Freezing
from server.intake import homoglyphs
from server.intake.arrival import Arrival
from server.journal.contract import JournalBroken
from server.journal.lock import FileLock
from server.journal.sqlite import Limits as JournalLimits
from server.journal.sqlite import SqliteJournal, exit_process
from server.kept import kept_of, seen_of
from server.keyring import Keyring, new_id, new_token, write_private
from server.live.admission import Admission, raise_open_files
from server.live.audience import Audience
from server.live.hub import Hub
from server.live.limits import Limits as LiveLimits
from server.node import Node
from server.papers.inspection import Inspector
from server.papers.room import MB, PaperRoom
from server.programme.fetch import Fetched, fetch
from server.programme.following import Follower
from server.rehearsing import RehearsalMode
from server.reporting import WORK as REPORTS
from server.showing import Showing
from server.sources.contract import Health, Source, Tools
from server.sources.manifest import maker, networks
from server.sources.pictures import PictureKind
from server.sources.resting import RestingConfig, resting
from server.sources.runner import Runner, SourceConfig
from server.symposium import views
from server.symposium.bodies import followed_address
from server.symposium.entries import Record, SourceRemoved, SourceSet, SourceSwitched, SymposiumBody, SymposiumMade
from server.symposium.outcomes import Done
from server.symposium.values import FINAL, OPERATOR, BlobId, Picture, SourceId
from server.tasks import Tasks
from server.themes.shelf import Shelf
from server.web import programme, report
from server.web.assets import Assets
from server.web.deadlines import Deadlines
from server.web.limits import Buckets
from server.web.looks import resolver
from server.web.papers import flush
from server.web.routes import make_app
from server.web.site import THEMES_FOLDER, WALL_FOLDER, Hall, NewSymposium, Site
from server.web.sources import health_facts
from server.web.uploads import sweep

_log = logging.getLogger(__name__)

PULSE_TTL_S: Final = 30
FOLLOW_AGAIN_S: Final = 5.0
"""Between one attempt to follow the configured sources that failed, and the next."""
REHEARSAL: Final = "rehearsal"
"""The network of a rehearsal's posts: it is played, not listened to."""
_BACKLOG: Final = 4_096
_SHUTDOWN_S: Final = 2.0
_LEFT_S: Final = 0.5
"""For what is left when all is closed."""
_KEEPALIVE_S: Final = 75.0
_USER_AGENT: Final = "Fontein"


def now_us() -> int:
    """UTC microseconds since 1970."""
    return time.time_ns() // 1_000


class House:
    """
    All symposia of a data folder, running.

    Use it as an asynchronous context manager: inside, requests are served.

    Args:
        config: Where it stands.
        assets: The files for browsers, when they were read before: a second house of this process needs no second copy.
        journals: Bounds of each journal.
    """

    def __init__(self, config: Config, *, assets: Assets | None = None, journals: JournalLimits | None = None) -> None:
        self.config = config
        self._assets = assets
        self._journals = journals
        self.broken: JournalBroken | None = None
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._sockets: list[socket.socket] = []
        self._archives = Worker()
        self._inspector = Inspector()

    # Life

    async def __aenter__(self) -> House:
        async with contextlib.AsyncExitStack() as stack:
            await self._open(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open(self, stack: AsyncExitStack) -> None:
        folder = self.config.folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / "server.lock")
        stack.callback(lock.release)
        self._sockets = listen(self.config)
        for each in self._sockets:
            stack.callback(each.close)
        images = await stack.enter_async_context(PicturePool())
        self.site = self._make_site(Keyring(folder), images)
        raise_open_files()
        self._admission = Admission(LiveLimits())
        self._session = await stack.enter_async_context(_session())
        self._tools = Tools(session=self._session, now=time.time, rng=random.Random())
        stack.push_async_callback(self._cancel_tasks)
        for path in sorted(folder.glob("*/journal.db"), key=lambda p: p.parent.stat().st_ctime):
            hall = await self._open_hall(path.parent, stack)
            if not hall.node.state.slug:
                _log.warning("%s is half made and was passed over: delete it", path.parent)
                continue
            self.site.halls[hall.slug] = hall
            await self._revoke_last_run(hall)
        await self._serve(stack)
        self._write_server_file(stack)

    def _make_site(self, keyring: Keyring, images: PicturePool) -> Site:
        site = Site(
            config=self.config,
            keyring=keyring,
            assets=self._assets or Assets(WALL_FOLDER),
            images=images,
            operator_token=new_token(),
            run=new_id(),
            halls={},
            make=self.make,
            make_source=self._make_source,
            open=self.open,
            fetch_schedule=self._fetch_schedule,
            buckets=Buckets(),
            themes=Shelf([THEMES_FOLDER, self.config.folder / "themes"]),
        )
        for problem in site.themes.problems:
            _log.warning("a theme was passed over: %s", problem)
        site.base_url = self.config.public_url.rstrip("/") or self._origin(lan_address(self.config.host))
        return site

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._sockets[0].getsockname()[1])

    def _origin(self, host: str) -> str:
        scheme = "https" if self.config.tls_cert else "http"
        default = 443 if scheme == "https" else 80
        shown = f"[{host}]" if ":" in host else host
        return f"{scheme}://{shown}" if self.port == default else f"{scheme}://{shown}:{self.port}"

    @property
    def local_url(self) -> str:
        """How this computer itself reaches the server."""
        host = self.config.host
        return self._origin("127.0.0.1" if host in ("", "0.0.0.0", "::") else host)  # noqa: S104 -- compared, not bound

    @property
    def operator_link(self) -> str:
        """What alone may create symposia in the browser; valid for this run."""
        return f"{self.local_url}/new#k={self.site.operator_token}"

    async def _serve(self, stack: AsyncExitStack) -> None:
        deadlines = Deadlines()
        runner = web.AppRunner(
            make_app(self.site, deadlines),
            access_log=None,
            handle_signals=False,
            keepalive_timeout=_KEEPALIVE_S,
            auto_decompress=False,
            shutdown_timeout=_SHUTDOWN_S,
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(self._say_bye)
        server = runner.server
        assert server is not None
        loop = asyncio.get_running_loop()
        tls = _tls(self.config)
        for each in self._sockets:
            listening = await loop.create_server(
                lambda: deadlines.watch(server()), sock=each, ssl=tls, backlog=_BACKLOG
            )
            stack.callback(listening.close)
        self._spawn(deadlines.run())
        self._spawn(asyncio.to_thread(homoglyphs.warm))

    async def _say_bye(self) -> None:
        await asyncio.gather(*(hall.hub.close(again=True) for hall in self.site.halls.values()))

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _cancel_tasks(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _write_server_file(self, stack: AsyncExitStack) -> None:
        """Tell the other verbs of this command where the server is."""
        path = self.config.folder / "server.json"
        facts = {"url": self.local_url, "pid": os.getpid(), "token": self.site.operator_token}
        write_private(path, json.dumps(facts))
        stack.callback(lambda: path.unlink(missing_ok=True))

    async def run(self) -> None:
        """Wait for the end: a signal, `stop`, or a disk that failed."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGINT"):
            with contextlib.suppress(NotImplementedError, ValueError, AttributeError):
                loop.add_signal_handler(getattr(signal, name), self._stop.set)
        await self._stop.wait()

    def stop(self) -> None:
        """End `run`."""
        self._stop.set()

    # Symposia

    async def make(self, new: NewSymposium) -> Hall:
        """Make a symposium and run it. Nobody finds it before its first entry is durable."""
        folder = self.config.folder / new.slug
        hall = await self._open_hall(folder, self._stack)
        head = SymposiumMade(slug=new.slug, short=new.short, languages=new.languages)
        body = SymposiumBody(title=new.title, hashtags=new.hashtags, date=new.date, until=new.until)
        await hall.node.make(head, body)
        self.site.halls[hall.slug] = hall
        return hall

    async def open(self, slug: str) -> Hall:
        """
        Run a symposium whose folder was restored while this server runs.

        Raises:
            NotFound: There is no such folder.
            Conflict: It runs already.
        """
        folder = self.config.folder / slug
        if slug in self.site.halls:
            raise Conflict(f'The symposium "{slug}" runs already.', code="slug-taken")
        if folder.parent != self.config.folder or not (folder / "journal.db").is_file():
            raise NotFound(f"There is no symposium in {folder}.", code="no-symposium")
        hall = await self._open_hall(folder, self._stack)
        self.site.halls[hall.slug] = hall
        await self._revoke_last_run(hall)
        return hall

    async def _open_hall(self, folder: Path, stack: AsyncExitStack) -> Hall:
        journal = SqliteJournal(folder, now_us=now_us, broken=self._on_broken, limits=self._journals)
        hub = Hub(epoch=journal.epoch, now_us=now_us, admission=self._admission)
        node = Node(
            journal=journal, hub=hub, keyring=self.site.keyring, themes=resolver(self.site.themes), now_us=now_us
        )
        node.open()
        hall = Hall(
            slug=folder.name, node=node, hub=hub, store=BlobStore(folder / "blobs"), papers=self._paper_room(folder)
        )
        node.start()
        stack.push_async_callback(node.close)
        await hall.sweep_at_start()
        self._spawn(hub.run())
        self._spawn(hall.forgetting.run())
        self._spawn(jobs.every(jobs.EXPIRE_EACH_S, node.keep.expire, name="expiry"))
        self._spawn(jobs.every(jobs.EXPIRE_EACH_S, node.keep.lapse, name="what lapses"))
        self._spawn(jobs.every(jobs.STRIKE_EACH_S, node.shelf.strike, name="the opening of papers"))
        self._spawn(jobs.every(jobs.CLOSE_EACH_S, node.ask.strike, name="the end of polls"))
        self._spawn(jobs.every(jobs.END_EACH_S, lambda: jobs.end_sources(node, now_us), name="the end of sources"))
        self._spawn(jobs.every(jobs.SWEEP_EACH_S, hall.sweep_blobs, name="the sweep of pictures"))
        self._spawn(jobs.every(jobs.FIGURES_EACH_S, lambda: jobs.tell_figures(node, hub), name="figures"))
        self._start_archives(hall, folder)
        self._start_freezing(hall, folder, stack)
        self._start_finding(hall, folder, stack)
        stack.push_async_callback(self._count_last, hall)  # before its journal is closed, as what follows
        stack.push_async_callback(hall.reacting.close)
        self._spawn(jobs.every(jobs.COUNT_EACH_S, lambda: flush(hall), name="the counts of downloads"))
        self._spawn(jobs.every(jobs.SWEEP_EACH_S, lambda: sweep(hall), name="the sweep of uploads"))
        rehearsal = RehearsalMode(hall, self.site.images, run=self.site.run)
        hall.rehearsal = rehearsal
        stack.push_async_callback(rehearsal.close)
        await self._start_sources(hall, stack)
        self._start_following(hall)
        return hall

    def _start_following(self, hall: Hall) -> None:
        state = hall.node.state
        hall.follower = Follower(
            address=lambda: followed_address(state) or "",
            is_news=lambda found: programme.is_news(state, found),
            day=lambda: programme.first_day(state),
            get=self._fetch_schedule,
            now_us=now_us,
            rng=random.Random(),
        )
        hall.node.listen(lambda record, outcome: programme.note(hall, record, outcome))
        self._spawn(hall.follower.run())

    async def _fetch_schedule(self, address: str, etag: str, modified: str) -> Fetched:
        return await fetch(self._session, address, now=time.time, etag=etag, modified=modified)

    @staticmethod
    async def _count_last(hall: Hall) -> None:
        with contextlib.suppress(FonteinError):  # the journal has failed: it is told elsewhere
            await flush(hall)

    def _paper_room(self, folder: Path) -> PaperRoom:
        room = PaperRoom(
            folder / "uploads",
            inspector=self._inspector,
            now_s=time.time,
            max_bytes=self.config.paper_mb * MB,
            quota_bytes=self.config.papers_mb * MB,
            clamd=self.config.clamd,
        )
        room.uploads.load()
        return room

    def _start_archives(self, hall: Hall, folder: Path) -> None:
        forget_work(folder / WORK)
        forget_work(folder / REPORTS)
        config = self.config
        if not config.archive:
            return
        archiver = Archiver(
            slug=hall.slug,
            folder=folder,
            node=hall.node,
            hub=hall.hub,
            store=hall.store,
            keyring=self.site.keyring,
            worker=self._archives,
            place=Path(config.archive),
            every_s=config.archive_every_s,
            keep=config.archive_keep,
            now_us=now_us,
        )
        hall.node.listen(archiver.note)
        self._spawn(archiver.run())
        self._spawn(jobs.every(TELL_EACH_S, archiver.keep_telling, name="the state of the archives"))

    def _start_freezing(self, hall: Hall, folder: Path, stack: AsyncExitStack) -> None:
        hall.freezing = Freezing(
            node=hall.node,
            store=hall.store,
            folder=folder,
            reports=self.site.reports,
            order=lambda formats, number: report.order_for(self.site, hall, formats=formats, number=number),
            forget=hall.forget_blobs,
        )
        stack.push_async_callback(hall.freezing.close)
        hall.node.listen(hall.freezing.note)
        self._spawn(hall.freezing.run())

    def _start_finding(self, hall: Hall, folder: Path, stack: AsyncExitStack) -> None:
        node = hall.node
        hall.finding = Finding(node.state, path=folder / FINDING, epoch=node.epoch)
        stack.push_async_callback(hall.finding.close)
        node.listen(hall.finding.note)
        node.when_erasing(hall.finding.forget)
        self._spawn(hall.finding.run())

    def _on_broken(self, error: JournalBroken) -> None:
        self.broken = error
        exit_process(error)

    async def _revoke_last_run(self, hall: Hall) -> None:
        """Badges of an earlier run are worth nothing: nobody can show them again."""
        for badge in list(hall.node.state.badges.values()):
            if badge.run is not None and badge.revoked is None:
                await hall.node.revoke_badge(OPERATOR, badge.id)

    # Sources

    async def _start_sources(self, hall: Hall, stack: AsyncExitStack) -> None:
        minder = SourceMinder(hall, self.site, self._tools, self.config.folder / hall.slug)
        stack.push_async_callback(minder.close)
        if hall.freezing is not None:
            hall.freezing.ask = minder.ask
        hall.node.listen(minder.note)
        showing = Showing(hall.node.state, minder.ask)
        stack.push_async_callback(showing.close)
        hall.node.listen(showing.note)
        self._spawn(minder.run())

    def _make_source(self, network: str, options: dict[str, object]) -> Source:
        config = SourceConfig(id=SourceId("trial"), network=network, options=options)
        return maker(networks([self.config.folder / "plugins"]), self._tools)(config)


class SourceMinder:
    """Keeps the runner of one symposium in step with its configured sources."""

    def __init__(self, hall: Hall, site: Site, tools: Tools, folder: Path) -> None:
        self._hall = hall
        self._site = site
        self._changed = asyncio.Event()
        self._changed.set()
        self._gate: MediaGate | None = None
        self._stack = AsyncExitStack()
        self._closing = Tasks()
        self._cursors = CursorFile(folder / "cursors.json")
        self._runner = Runner(
            # Looked up each time: a plug-in may be put there while the house is open.
            make=resting(lambda config: maker(networks([folder.parent / "plugins"]), tools)(config)),
            receive=self._receive,
            bring_in=self._bring_in,
            cursors=self._cursors,
            health=self._say_health,
            on_screens=lambda source: seen_of(hall.node.state, source),
            kept=lambda source: kept_of(hall.node.state, source),
            now=time.time,
            rng=random.Random(),
            still_has=self._still_has,
        )

    def note(self, record: Record, outcome: Done) -> None:
        """An entry was carried out: when it is about sources, they are others now."""
        if isinstance(record.head, SourceRemoved):
            self._cursors.forget(record.head.source)
        if isinstance(record.head, SourceSet | SourceSwitched | SourceRemoved):
            self._changed.set()

    async def run(self) -> None:
        """Follow the configuration, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                configs = self._configs()
                await self._open_gate(configs)
                await self._runner.set_sources(configs)
                await self._cursors.keep_only(self._hall.node.state.sources)  # once those that went have stopped
            except Exception:  # whatever one of them is set to, the others must be minded
                _log.exception("The sources of %s could not be followed; trying again", self._hall.slug)
                await asyncio.sleep(FOLLOW_AGAIN_S)
                self._changed.set()

    async def ask(self, source: SourceId, native_ids: Sequence[str]) -> bool:
        """Have a source look at posts again; whether it could. Where posts were only played there is nobody to ask."""
        known = self._hall.node.state.sources.get(source)
        if known is not None and known.network == REHEARSAL:
            return True
        return await self._runner.look_again(source, native_ids)

    async def close(self) -> None:
        """Stop everything."""
        await self._runner.close()
        await self._closing.close()
        await self._stack.aclose()

    def _configs(self) -> list[SourceConfig]:
        """What is on, and what is off and brought something: its authors may take that back."""
        state = self._hall.node.state
        brought = {post.source for post in state.posts.values() if post.status not in FINAL}
        configs = []
        for source in state.sources.values():
            if source.network != REHEARSAL and (source.on or source.id in brought):
                options = views.source_body(state, source.body).options
                secrets = self._site.keyring.secrets(self._hall.slug, source.id)
                kind = SourceConfig if source.on else RestingConfig
                configs.append(kind(id=source.id, network=source.network, options={**options, **secrets}))
        return configs

    async def _open_gate(self, configs: Sequence[SourceConfig]) -> None:
        """Open a gate for the hosts of now. What is being fetched through the one before it comes in all the same."""
        hosts = frozenset(host for config in configs for host in _hosts(config.options))
        before = self._gate
        if before is not None and before.allow_hosts == hosts:
            return
        self._gate = await self._stack.enter_async_context(MediaGate(allow_hosts=hosts))
        if before is not None:
            self._closing.spawn(_close_when_idle(before))

    async def _receive(self, handed: Any) -> object:
        if isinstance(handed, Arrival):
            return await self._hall.node.receive(handed)
        return await self._hall.node.depart(handed)

    async def _bring_in(self, picture: str | bytes, /, *, kind: PictureKind) -> Picture | None:
        if self._gate is None:
            return None
        images, store = self._site.images, self._hall.store
        if isinstance(picture, bytes):
            stored = await take_in(picture, kind=Kind(kind), images=images, store=store)
        else:
            stored = await bring_in(picture, kind=Kind(kind), gate=self._gate, images=images, store=store)
        return Picture(
            blob=BlobId(stored.id),
            type=stored.media_type,
            width=stored.width,
            height=stored.height,
            small=None if stored.small is None else BlobId(stored.small.id),
        )

    async def _still_has(self, picture: Picture) -> bool:
        blobs = [StoredId(blob) for blob in (picture.blob, picture.small) if blob is not None]
        return await asyncio.to_thread(lambda: all(self._hall.store.still_has(blob) for blob in blobs))

    def _say_health(self, source: SourceId, health: Health) -> None:
        passed = self._hall.node.passed.counts(source)
        health = msgspec.structs.replace(health, counts={**health.counts, **passed})
        self._hall.health[source] = health
        facts = {**(health_facts(health) or {}), "last": now_us()}
        for audience in (Audience.STAGE, Audience.DESK):
            self._hall.hub.channel(audience).pulse("source", source, facts, PULSE_TTL_S)


async def _close_when_idle(gate: MediaGate) -> None:
    await gate.idle()
    await gate.close()


def _hosts(options: Mapping[str, object]) -> list[str]:
    """Of the servers, and of the feeds, that the organiser filled in: those may stand on the venue's own network."""
    given = [options.get(name) for name in ("servers", "addresses")]
    listed = [each for some in given if isinstance(some, list | tuple) for each in some]
    return [host for each in listed if isinstance(each, str) and (host := _host(each)) is not None]


def _host(server: str) -> str | None:
    """None where it has none that can be: a plug-in may take anything for a server."""
    try:
        parts = urlsplit(server if "://" in server else f"https://{server}")
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
    if not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{port}"


class CursorFile:
    """Where each source was: a file beside the journal, made anew at each save. A loss costs doubles, never a post."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cursors: dict[str, str] | None = None
        self._is_unwritten = False
        self._writing = asyncio.Lock()

    async def load(self, source: SourceId) -> str | None:
        """The cursor of *source*, None without one."""
        return self._all().get(source)

    async def save(self, source: SourceId, cursor: str) -> None:
        """Keep the cursor of *source*."""
        self._all()[source] = cursor
        await self._write()

    def forget(self, source: SourceId) -> None:
        """Another source may get this id: it begins anew. See `keep_only`, which writes it down."""
        self._is_unwritten = self._all().pop(source, None) is not None or self._is_unwritten

    async def keep_only(self, sources: Collection[SourceId]) -> None:
        """Forget all others, on disk too: whoever gets the id of one after a restart begins anew."""
        for source in self._all().keys() - set(sources):
            self.forget(SourceId(source))
        if self._is_unwritten:
            await self._write()

    async def _write(self) -> None:
        async with self._writing:  # each has the whole file: the last to write must be the last to have looked
            await asyncio.to_thread(write_private, self._path, json.dumps(self._all()))
            self._is_unwritten = False

    def _all(self) -> dict[str, str]:
        if self._cursors is None:
            try:
                self._cursors = {str(k): str(v) for k, v in json.loads(self._path.read_text()).items()}
            except (OSError, ValueError, AttributeError):
                self._cursors = {}
        return self._cursors


@asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    """For hosts that the organiser configured: no cookies, no proxies of the environment."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        headers={"User-Agent": _USER_AGENT},
        timeout=aiohttp.ClientTimeout(total=30),
    ) as session:
        yield session


def listen(config: Config) -> list[socket.socket]:
    """
    The sockets to listen on.

    Raises:
        FonteinError: The address cannot be used; the message says what to do.
    """
    try:
        return [_socket(config.host, config.port)]
    except OSError as ex:
        where = f"{config.host or 'all addresses'}, port {config.port}"
        raise FonteinError(
            f"cannot listen on {where}: {ex.strerror or ex}; is a server running already? Choose another --port",
            code="listen",
        ) from ex


def _socket(host: str, port: int) -> socket.socket:
    if host in ("", "::") and socket.has_dualstack_ipv6():
        return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=_BACKLOG)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def lan_address(host: str) -> str:
    """
    The address at which others on the network find this computer; a loopback address where there is no network.

    Nothing is sent: connecting a datagram socket only asks the routing table.
    """
    if host not in ("", "0.0.0.0", "::"):  # noqa: S104 -- compared, not bound
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _tls(config: Config) -> ssl.SSLContext | None:
    if not config.tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(config.tls_cert, config.tls_key)
    except (OSError, ssl.SSLError) as ex:
        raise FonteinError(f"the certificate {config.tls_cert} cannot be used: {ex}", code="tls") from ex
    return context


def run(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run *main* on uvloop where it is there, else on asyncio's own loop."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(_to_the_end(main))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_to_the_end(main))


async def _to_the_end(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """As *main*. What a plug-in left running and cannot be stopped does not keep the process: the house is closed."""
    status = await main()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    _, running = await asyncio.wait(left, timeout=_LEFT_S) if left else (set(), set())
    if running:
        _log.error("%d tasks do not stop; the process ends without them", len(running))
        logging.shutdown()
        sys.stdout.flush()
        os._exit(status)
    return status
