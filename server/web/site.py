"""What the handlers are given: the symposia that run here, and the parts that all of them share."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from server.blobs import store as stored
from server.blobs.images import PicturePool
from server.blobs.pictures import Stored
from server.blobs.store import BlobStore
from server.config import Config
from server.errors import FonteinError, NotFound
from server.figures import Heard
from server.finding import Finding
from server.forgetting import Forgetting
from server.freezing import Freezing
from server.keyring import Keyring, new_id
from server.live.audience import Audience
from server.live.hub import Hub
from server.node import Node
from server.papers.room import PaperRoom
from server.programme.following import Follower, Get, Waiting
from server.reacting import Reacting
from server.reporting import Reporting
from server.sources.contract import Health, Source
from server.stuffing import Stuffing
from server.symposium.hall_facts import QuestionFacts, TallyFacts
from server.symposium.programme import session_at
from server.symposium.values import BadgeId, BlobId, DeviceId, PollId, Role, SourceId
from server.themes.shelf import Shelf
from server.web.assets import Assets
from server.web.limits import Buckets
from server.web.newcomers import Newcomers
from server.web.pairings import Pairings
from server.web.previews import Previews

_log = logging.getLogger(__name__)

UPLOAD_KEPT_S = 3_600.0
FORGOTTEN_AT_ONCE = 200
THEMES_FOLDER = Path(__file__).resolve().parents[2] / "themes"


def _now_us() -> int:
    return time.time_ns() // 1_000


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A picture that waits for its post; `at_s` is when it came in, on the monotonic clock."""

    stored: Stored
    at_s: float

    @property
    def blobs(self) -> set[BlobId]:
        """The picture, and its small one."""
        small = self.stored.small
        return {BlobId(self.stored.id)} | (set() if small is None else {BlobId(small.id)})


@dataclass(frozen=True)
class KeptTally:
    """A tally as it was a moment ago; `stamp` is the opening and the end that it was reckoned in."""

    stamp: tuple[int, int]
    made_s: float
    tally: TallyFacts


class Rehearsal(Protocol):
    """The rehearsal mode of one symposium; `server.rehearsing` has it."""

    @property
    def is_on(self) -> bool:
        """Whether recorded posts are played."""

    def facts(self) -> Any:
        """How it stands."""

    async def start(self, *, speed: float, moderator: bool) -> None:
        """Play recorded posts."""

    async def stop(self) -> None:
        """Play no more, and end every fault."""

    def begin_fault(self, fault: str, *, seconds: int, phones: bool) -> None:
        """Let something go wrong. Raises Conflict without a rehearsal."""

    async def wipe(self, by: BadgeId, *, everything: bool) -> int:
        """Stop, and erase. Returns how many posts."""


@dataclass(kw_only=True)
class Hall:
    """
    One symposium, running, with what belongs to it.

    Args:
        slug: Its name in addresses.
        node: The only writer.
        hub: Its channels.
        store: Its pictures, and its papers' files.
        papers: How those come in and go out.
        health: The last that each source said of itself.
        uploads: Pictures that were not posted yet, by device and blob: nobody else may name them.
        previews: Looks of the wall that somebody tries out.
        imports: Programmes that were read and not taken over yet.
        freezing: Makes the versions of the report; None for a moment, while it opens.
        finding: Finds posts by their words; None for a moment, while it opens.
        forgetting: Deletes the pictures of posts that went.
        follower: Looks at the address of the programme; None where nothing is fetched.
        encoded_programmes: The public answer by its kind, with what it was made of.
        pairings: Screens that wait for somebody of the staff.
        stuffing: When the votes came in.
        reacting: Counts what the hall says in one sign.
        tallies: Those of large polls, by poll and whether all of it may be seen.
        asked: The questions by whether it is told what is under each, with what they were made of: anybody may ask.
    """

    slug: str
    node: Node
    hub: Hub
    store: BlobStore
    papers: PaperRoom
    health: dict[SourceId, Health] = field(default_factory=dict)
    freezing: Freezing | None = None
    finding: Finding | None = None
    rehearsal: Rehearsal | None = None
    screens: Heard = field(default_factory=Heard)
    uploads: dict[tuple[DeviceId, BlobId], Upload] = field(default_factory=dict)
    previews: Previews = field(default_factory=Previews)
    imports: Waiting = field(default_factory=lambda: Waiting(new_id))
    follower: Follower | None = None
    encoded_programmes: dict[str, tuple[tuple[int, bool, int, int], tuple[bytes, bytes, str]]] = field(
        default_factory=dict
    )
    pairings: Pairings = field(default_factory=Pairings)
    forgetting: Forgetting = field(init=False)
    stuffing: Stuffing = field(init=False)
    reacting: Reacting = field(init=False)
    tallies: dict[tuple[PollId, bool], KeptTally] = field(default_factory=dict)
    asked: dict[bool, tuple[tuple[object, ...], list[QuestionFacts]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.forgetting = Forgetting(state=self.node.state, store=self.store, forget=self.forget_blobs)
        self.node.foresee(self.forgetting.note)
        self.stuffing = Stuffing(_now_us)
        self.node.listen(self.stuffing.note)
        self.reacting = Reacting(
            wall=self.hub.channel(Audience.WALL),
            submit=self.node.submit,
            session=lambda: session_at(self.node.state, None, _now_us()),
            now_us=_now_us,
        )

    def keep_upload(self, device: DeviceId, stored: Stored, now_s: float) -> None:
        """Remember whose picture this is, for an hour: until the post that names it."""
        for key in [k for k, upload in self.uploads.items() if upload.at_s < now_s - UPLOAD_KEPT_S]:
            del self.uploads[key]
        self.uploads[device, BlobId(stored.id)] = Upload(stored=stored, at_s=now_s)

    async def sweep_blobs(self, *, older_than_s: float = 2 * UPLOAD_KEPT_S) -> None:
        """Delete the pictures that nothing has named for two hours: longer than any picture waits for its post."""
        named = {stored.BlobId(b) for b in self.node.named_blobs() | self.waiting_blobs()}
        await asyncio.to_thread(self.store.sweep, named, older_than_s=older_than_s, now_s=time.time())

    async def sweep_at_start(self) -> None:
        """Delete all pictures that nothing names. Only before anybody is served: nothing can be on its way then."""
        try:
            if not self.node.state.broken and await asyncio.to_thread(self.store.has_any):
                await self.sweep_blobs(older_than_s=0.0)
        except FonteinError as ex:
            _log.warning("pictures that nothing names are left for the sweep: %s", ex)

    async def forget_blobs(self, candidates: set[BlobId]) -> None:
        """
        Delete those of *candidates* that nothing names any more, now; what may be on its way with a post, later.

        An upload of one of them is forgotten too: its phone would have to add it again.
        """
        unnamed = candidates - self.node.named_blobs()
        later = unnamed & {BlobId(blob) for blob in self.store.on_their_way()}
        gone = sorted(unnamed - later)  # those of one folder follow each other: it is made durable once
        for key in [k for k, upload in self.uploads.items() if not upload.blobs.isdisjoint(gone)]:
            del self.uploads[key]
        for at in range(0, len(gone), FORGOTTEN_AT_ONCE):
            waiting = self.waiting_blobs()  # at its moment: a version may be on its way
            some = [stored.BlobId(blob) for blob in gone[at : at + FORGOTTEN_AT_ONCE] if blob not in waiting]
            later.update(BlobId(blob) for blob in await asyncio.to_thread(self.store.let_go, some))
        self.forgetting.look_at(later)

    def waiting_blobs(self) -> set[BlobId]:
        """Pictures that wait for their post, and files that wait for their version: a sweep leaves them alone."""
        pictures = {blob for upload in self.uploads.values() for blob in upload.blobs}
        return pictures if self.freezing is None else pictures | self.freezing.waiting()


@dataclass(kw_only=True)
class Scan:
    """A scan test: did a phone reach this server?"""

    made_s: float
    arrived_us: int | None = None


@dataclass(kw_only=True)
class Site:
    """Everything that handlers may use."""

    config: Config
    keyring: Keyring
    assets: Assets
    images: PicturePool
    operator_token: str
    run: str
    halls: dict[str, Hall]
    make: Callable[[NewSymposium], Awaitable[Hall]]
    make_source: Callable[[str, dict[str, object]], Source]
    buckets: Buckets
    scans: dict[str, Scan] = field(default_factory=dict)
    operators: dict[str, float] = field(default_factory=dict)
    themes: Shelf = field(default_factory=lambda: Shelf([THEMES_FOLDER]))
    reports: Reporting = field(default_factory=Reporting)
    """Makes reports and their versions, one at a time."""
    making: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from checking a new symposium's names until it has them."""
    open: Callable[[str], Awaitable[Hall]] | None = None
    """Takes a folder of the data folder into the house; raises NotFound or Conflict."""
    fetch_schedule: Get | None = None
    """Fetches a programme from an address that an organiser gave."""
    base_url: str = ""
    """Scheme, host and port that links are made with, without a slash."""
    newcomers: Newcomers = field(default_factory=Newcomers)
    """Devices that were given their number just now."""
    now_us: Callable[[], int] = field(default=_now_us)

    def hall(self, slug: str) -> Hall:
        """
        The symposium with this slug.

        Raises:
            NotFound: There is none.
        """
        hall = self.halls.get(slug)
        if hall is None:
            raise NotFound(f'There is no symposium "{slug}" here.', code="no-symposium")
        return hall

    def by_short(self, short: str) -> Hall | None:
        """The symposium with this short address, case ignored."""
        return next((h for h in self.halls.values() if h.node.state.short == short.upper()), None)


@dataclass(frozen=True, kw_only=True)
class NewSymposium:
    """What it takes to make a symposium: checked already."""

    slug: str
    short: str
    title: str
    hashtags: tuple[str, ...]
    languages: tuple[str, ...]
    date: str
    until: str = ""


SITE: web.AppKey[Site] = web.AppKey("site", Site)


def site_of(request: web.Request) -> Site:
    """The site that serves *request*."""
    return request.app[SITE]


def hall_of(request: web.Request) -> Hall:
    """The symposium that the address of *request* names."""
    return site_of(request).hall(request.match_info["slug"])


WALL_FOLDER = Path(__file__).resolve().parents[2] / "wall"
ROLES_WITH_PAGES = {
    Role.ORGANISER: "organise",
    Role.MODERATOR: "desk",
    Role.AUTHOR: "report",
    Role.SCREEN: "wall",
    Role.SPEAKER: "shelf",
    Role.CHAIR: "chair",
}
"""Where a badge's link leads."""
