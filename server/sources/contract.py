"""
The door that every network comes in by: a folder with a `manifest.toml`, and `create(id, options, tools) -> Source`.

A source reads one network and says what it saw. It judges nothing, fetches no pictures and knows no symposium: the
runner (`runner.py`) does the rest of the road.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol, runtime_checkable

import aiohttp
import msgspec

from server.sources.backoff import SourceUnavailable
from server.symposium.values import SourceId

OWN_PICTURE = "fontein-source:"
"""How an address begins that only the source itself can fetch; what follows means nothing to anybody else."""

MAX_PICTURE_BYTES = 5 * 1024 * 1024
"""Of a picture that a source fetches itself."""

MAX_KEPT = 20_000
"""Posts that a source is told of when it starts."""


class PictureRef(msgspec.Struct, frozen=True, kw_only=True):
    """
    A picture where it stands: the runner has it fetched. Sizes in pixels, as the source claims them.

    `url` is http or https, or begins with `OWN_PICTURE`: then the runner asks the source for it (`HasPictures`).
    """

    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


class NetworkPost(msgspec.Struct, frozen=True, kw_only=True):
    """
    A public post as its network tells it. Times are UTC microseconds since 1970; addresses are http or https.

    Args:
        native_id: Unique within the network: a server's name is part of it where servers count for themselves.
        uri: The post's global identity, the same from whichever server it came.
        author_id: The author's global identity.
        name: As written; `:shortcode:` in it is in `emojis` too.
        handle: As `@anna@social.example`.
        text: Plain text, entities decoded, not cleaned.
        warning: The author's content warning.
        media: Pictures, and stills of what moves.
        emojis: (shortcode, address) of each custom emoji.
        tags: As written, without `#`.
        reply_to: The native id of the post that it answers; `reply` says that it answers one.
        author_since: When the author's account was made; None where the network does not tell.
        expires: When the author lets it disappear; the runner sees to that.
    """

    native_id: str
    uri: str
    author_id: str
    text: str
    permalink: str | None = None
    name: str = ""
    handle: str = ""
    avatar_url: str | None = None
    lang: str | None = None
    warning: str = ""
    sensitive: bool = False
    reply: bool = False
    reply_to: str | None = None
    bot: bool = False
    author_since: int | None = None
    created: int | None = None
    edited: int | None = None
    expires: int | None = None
    media: tuple[PictureRef, ...] = ()
    emojis: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()


class Upsert(msgspec.Struct, frozen=True, kw_only=True):
    """A post, new or edited."""

    post: NetworkPost


class Delete(msgspec.Struct, frozen=True, kw_only=True):
    """A post is gone. Either id will do; both is better."""

    native_id: str | None = None
    uri: str | None = None


class AuthorGone(msgspec.Struct, frozen=True, kw_only=True):
    """An author is gone, with everything they wrote."""

    author_id: str


class Condition(StrEnum):
    """
    How a source is.

    A source says OK, WAITING (it will try again by itself) or NEEDS_ATTENTION (it will not). The runner makes STALE of
    it when nothing good was heard for too long.
    """

    OK = "ok"
    WAITING = "waiting"
    NEEDS_ATTENTION = "needs-attention"
    STALE = "stale"


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """
    How a source is, for the stage page.

    Args:
        what: A code, as `unreachable`; empty when all is well.
        where: Which server, when one of several is in trouble.
        retry_at: When it will try again, UTC microseconds since 1970.
        counts: Figures by name, as `posts`, `servers`, `streams`.
    """

    condition: Condition
    what: str = ""
    where: str = ""
    retry_at: int | None = None
    counts: Mapping[str, int] = msgspec.field(default_factory=dict)


Event = Upsert | Delete | AuthorGone | Health


class BrokenOff(SourceUnavailable):
    """Looking again ended halfway: `found` is what was seen until then, and counts all the same."""

    def __init__(self, trouble: SourceUnavailable, found: Iterable[Event]) -> None:
        super().__init__(trouble.message, code=trouble.code, cause=trouble.cause, asked_s=trouble.asked_s)
        self.found = tuple(found)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial met at one server: `what` is empty when it works, else a code; `streams`: posts come live."""

    where: str
    what: str = ""
    streams: bool = False
    posts: tuple[NetworkPost, ...] = ()


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What the organiser sees who presses "try it": a finding per server, with its newest posts (at most 5)."""

    findings: tuple[Finding, ...]

    @property
    def works(self) -> bool:
        """Whether at least one server can be read."""
        return any(not finding.what for finding in self.findings)


class Source(Protocol):
    """One configured source. Nothing happens before `events` is asked."""

    @property
    def id(self) -> SourceId:
        """As the organiser's configuration has it."""

    @property
    def network(self) -> str:
        """As its manifest has it."""

    def events(self, cursor: str | None) -> AsyncGenerator[tuple[Event, str | None], None]:
        """
        What happens at the network, from *cursor* on, without end.

        With each event comes the cursor that is true once that event is durable; it means nothing to anybody else.
        An event may come twice, and a `Delete` may overtake the `Upsert` of its post; a post never fails to come. The
        iterator minds its own connections and says how they are; when it raises, it is started again from the last
        cursor.
        """

    async def check(self) -> Trial:
        """Try everything once, for the organiser. Network trouble is a finding, not an error."""

    async def recheck(self, native_ids: Sequence[str]) -> tuple[Event, ...]:
        """
        Look at these posts again, and say which are gone, edited or lost their author.

        Says nothing of a post in doubt, or that it does not know. May look at some of them only, others next time.

        Raises:
            SourceUnavailable: The network could not be asked; `BrokenOff`: about some of them it could.
        """


@runtime_checkable
class HasPictures(Protocol):
    """A source whose network shows pictures only to those that it knows."""

    async def picture(self, url: str) -> bytes:
        """
        The picture at *url*, one of the source's own that begins with `OWN_PICTURE`; at most `MAX_PICTURE_BYTES`. The
        runner has it drawn anew before anybody sees it.

        Raises:
            SourceUnavailable: It could not be had; the post goes on without it.
        """


@runtime_checkable
class HearsWhatIsKept(Protocol):
    """A source whose network forgets what was read, once it is asked for what comes after."""

    def saved(self, cursor: str) -> None:
        """Everything before *cursor* is durable, and *cursor* is saved: the network may forget it."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """
    A post of a source that the house still has: it waits, is shown, or was turned down and can come back.

    `author_id` is empty where the house does not know it any more.
    """

    native_id: str
    uri: str
    author_id: str


@runtime_checkable
class Remembers(Protocol):
    """A source that has to know which posts the house has, to tell what becomes of them."""

    def remember(self, kept: Iterable[Kept]) -> None:
        """
        These are there; oldest first, at most `MAX_KEPT` of them. Called once before `events`, at every start: so a
        restart forgets no delete and no edit.
        """


class Turn:
    """
    Whose turn it is at one server: one request at a time, a second between their starts.

    Shared by all sources of this process, since a server counts addresses.
    """

    def __init__(self, spacing_s: float = 1.0) -> None:
        self._spacing_s = spacing_s
        self._lock = asyncio.Lock()
        self._not_before = -float("inf")

    async def __aenter__(self) -> None:
        await self._lock.acquire()
        try:
            loop = asyncio.get_running_loop()
            while (wait_s := self._not_before - loop.time()) > 0:  # noqa: ASYNC110 -- a moment, which `rest` may move.
                await asyncio.sleep(wait_s)
            self._not_before = loop.time() + self._spacing_s
        except BaseException:
            self._lock.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()

    def rest(self, seconds: float) -> None:
        """Let nobody ask for *seconds*: the server said that we have used up our share."""
        self._not_before = max(self._not_before, asyncio.get_running_loop().time() + seconds)


class Tools:
    """
    What the house lends to a source.

    Args:
        session: For hosts that the organiser configured; without cookies, without proxies of the environment.
        now: Seconds since 1970.
        rng: For jitter.
    """

    def __init__(self, *, session: aiohttp.ClientSession, now: Callable[[], float], rng: random.Random) -> None:
        self.session = session
        self.now = now
        self.rng = rng
        self._turns: dict[str, Turn] = {}

    def turn(self, origin: str) -> Turn:
        """The turn at *origin*, as `https://social.example`."""
        return self._turns.setdefault(origin, Turn())


class Create(Protocol):
    """What a network's folder exports as `create`."""

    def __call__(self, source: SourceId, options: Mapping[str, object], tools: Tools) -> Source:
        """
        Make the source; no I/O.

        Raises:
            BadInput: An option is wrong; `field` says which.
        """
