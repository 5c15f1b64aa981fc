"""The pictures in the posts of one source: fetched a few at a time, and the same one not for every post anew."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Literal, Protocol
from weakref import WeakValueDictionary

import msgspec

from server.errors import BadInput, FonteinError
from server.intake.arrival import Arrival
from server.sources.contract import MAX_PICTURE_BYTES, OWN_PICTURE, HasPictures, NetworkPost
from server.sources.door import contained
from server.sources.loop import monotonic
from server.sources.memory import remember
from server.symposium.values import Emoji, Picture, SourceId

PICTURES_S = 10.0
"""For all pictures of a post together; it goes on without those that are not there by then."""

LATEST_S = 30.0
"""After so long, its turn included, a post goes on without them: pictures may be late, posts not."""

POSTS_AT_ONCE = 4
"""Of which pictures are fetched."""

CROWD = 500
"""With so much behind it a post goes on without pictures: deletes and posts would wait for it too."""

PICTURES_AT_ONCE = 6
"""Of one source, whose slow ones must not take all connections from the others."""

MAX_REMEMBERED = 500
REMEMBERED_S = 600.0

_log = logging.getLogger(__name__)

PictureKind = Literal["photo", "avatar", "emoji"]
_Key = tuple[str, PictureKind]


class Sender(Protocol):
    """Who brings a post, a source or a hook; one that is `HasPictures` is asked for its own."""

    @property
    def id(self) -> SourceId: ...
    @property
    def network(self) -> str: ...


class BringIn(Protocol):
    """
    Draws a picture anew and keeps it: the one at an address, which it fetches, or the bytes of one.

    None or any error: there is none. Its time is bounded here.
    """

    def __call__(self, picture: str | bytes, /, *, kind: PictureKind) -> Awaitable[Picture | None]: ...


class StillHas(Protocol):
    """Whether a picture that was brought in before is still kept; then it stays for a post that names it soon."""

    def __call__(self, picture: Picture, /) -> Awaitable[bool]: ...


class Pictures:
    """
    Turns posts into arrivals, with those of their pictures that are there in time.

    Args:
        still_has: See there; without it no picture is remembered.
    """

    def __init__(self, sender: Sender, bring_in: BringIn, still_has: StillHas | None = None) -> None:
        self._sender = sender
        self._bring_in = bring_in
        self._still_has = still_has
        self._came = 0
        self._turns = asyncio.Semaphore(POSTS_AT_ONCE)
        self._fetching = asyncio.Semaphore(PICTURES_AT_ONCE)
        self._under_way: dict[int, list[asyncio.Task[Picture | None]]] = {}
        self._known: OrderedDict[_Key, tuple[float, Picture]] = OrderedDict()
        self._locks: WeakValueDictionary[_Key, asyncio.Lock] = WeakValueDictionary()

    def one_more(self) -> None:
        """Something comes in behind the posts that wait. Those with a crowd behind them go on with what they have."""
        self._came += 1
        for number, tasks in self._under_way.items():
            if self._is_crowded(number):
                for task in tasks:
                    task.cancel()

    def arrival_of(self, post: NetworkPost) -> Coroutine[None, None, Arrival]:
        """*post*, the newest, as it is handed in: after at most `LATEST_S`."""
        return self._arrival_of(post, self._came)

    async def _arrival_of(self, post: NetworkPost, number: int) -> Arrival:
        latest = monotonic() + LATEST_S
        wanted: list[_Key] = [(each.url, "photo") for each in post.media]
        wanted += [(url, "emoji") for _, url in post.emojis]
        wanted += [(post.avatar_url, "avatar")] if post.avatar_url else []
        async with self._turns:
            within_s = 0.0 if self._is_crowded(number) else min(PICTURES_S, latest - monotonic())
            found = await self._found(number, wanted, within_s)
        return _arrival(self._sender, post, found)

    def _is_crowded(self, number: int) -> bool:
        return self._came - number > CROWD

    async def _found(self, number: int, wanted: Sequence[_Key], within_s: float) -> dict[_Key, Picture]:
        if not wanted or within_s <= 0:
            return {}
        tasks = {(url, kind): asyncio.create_task(self._picture(url, kind)) for url, kind in dict.fromkeys(wanted)}
        self._under_way[number] = list(tasks.values())
        try:
            await asyncio.wait(tasks.values(), timeout=within_s)
        finally:
            for task in tasks.values():
                task.cancel()
            del self._under_way[number]
        done = {key: task.result() for key, task in tasks.items() if task.done() and not task.cancelled()}
        return {key: picture for key, picture in done.items() if picture is not None}

    async def _picture(self, url: str, kind: PictureKind) -> Picture | None:
        lock = self._locks.setdefault((url, kind), asyncio.Lock())
        async with lock:  # who wants the same one waits for it
            if known := await self._remembered((url, kind)):
                return known
            async with self._fetching:
                picture = await self._brought_in(url, kind)
        if picture is not None:
            self._remember((url, kind), picture)
        return picture

    async def _remembered(self, key: _Key) -> Picture | None:
        if self._still_has is None or key not in self._known:
            return None
        until, picture = self._known[key]
        if monotonic() < until and await self._still_has(picture):
            return picture
        self._known.pop(key, None)
        return None

    def _remember(self, key: _Key, picture: Picture) -> None:
        remember(self._known, key, (monotonic() + REMEMBERED_S, picture), most=MAX_REMEMBERED)

    async def _brought_in(self, url: str, kind: PictureKind) -> Picture | None:
        try:
            own = url.startswith(OWN_PICTURE)
            return await self._bring_in(await self._own_picture(url) if own else url, kind=kind)
        except FonteinError as ex:
            _log.info("A picture of %s was left out: %s", self._sender.id, ex)
        except Exception:
            _log.exception("A picture of %s was left out", self._sender.id)
        return None

    async def _own_picture(self, url: str) -> bytes:
        """What only the source can fetch. It is held to the limit again: a plug-in may not know it."""
        if not isinstance(self._sender, HasPictures):
            raise BadInput(f"{self._sender.network} has no pictures of its own", code="no-picture")
        with contained():
            data = await self._sender.picture(url)
        if len(data) > MAX_PICTURE_BYTES:
            raise BadInput(f"a picture of more than {MAX_PICTURE_BYTES} bytes", code="no-picture")
        return data


def _arrival(sender: Sender, post: NetworkPost, found: dict[_Key, Picture]) -> Arrival:
    avatar = found.get((post.avatar_url or "", "avatar"))
    return Arrival(
        source=sender.id,
        network=sender.network,
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
