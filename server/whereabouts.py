"""
Where is my post? Found by its address: among the posts, among what was not taken in, and at the networks themselves.

What a network still has can be asked for and goes the usual road: cleaned, judged by the same rules, never past them.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

import msgspec

from server import span
from server.errors import BadInput, FonteinError
from server.intake.addresses import address_of, host_and_id
from server.intake.passed import Because, Passed
from server.intake.text import hashtags, tag_fold
from server.keyring import Keyring
from server.sources.contract import NetworkPost, Source
from server.sources.door import contained, fit
from server.symposium import views
from server.symposium.posts import by_keys
from server.symposium.state import Post, State
from server.symposium.values import PHONE, SourceId, Status

_log = logging.getLogger(__name__)

ASK_S: Final = 12.0
"""For one source to find a post."""
MAX_READ: Final = 50_000
"""Of so many posts, the newest, the permalink is read."""
_READ_AT_ONCE: Final = 200
_BARE_EVENT: Final = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


class Where(StrEnum):
    """
    Where a post is. `gone` was taken away by its author or network; `not-taken` came in and was not for us; `unseen`
    never came.
    """

    WAITING = "waiting"
    ON_WALL = "on-wall"
    SHOWN = "shown"
    HIDDEN = "hidden"
    REJECTED = "rejected"
    GONE = "gone"
    ERASED = "erased"
    LAPSED = "lapsed"
    NOT_TAKEN = "not-taken"
    UNSEEN = "unseen"


@runtime_checkable
class CanFind(Protocol):
    """A source that can look up one post of its network."""

    async def find(self, address: str) -> NetworkPost | None:
        """
        The public post at *address*, as a person pasted it, with or without our hashtags; None where there is none.

        Raises:
            SourceUnavailable: The network could not be asked.
            NotFound: It is there and not for everybody; the code says so.
        """


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a source said: `what` is a code, empty where it found the post."""

    source: SourceId
    what: str
    post: NetworkPost | None = None


_WHERE: Final[Mapping[Status, Where]] = {
    Status.HELD: Where.WAITING,
    Status.SHOWN: Where.SHOWN,
    Status.HIDDEN: Where.HIDDEN,
    Status.REJECTED: Where.REJECTED,
    Status.WITHDRAWN: Where.GONE,
    Status.GONE: Where.GONE,
    Status.ERASED: Where.ERASED,
    Status.LAPSED: Where.LAPSED,
}


def where_is(state: State, post: Post) -> Where:
    """Where a post that came in is now."""
    if post.status is Status.SHOWN and post.id in views.on_wall(state, (post,)):
        return Where.ON_WALL
    return _WHERE[post.status]


def checked(address: str) -> str:
    """
    *address*, when it can be one of a post. A note of Nostr by its bare number gets the `nostr:` that it lacks.

    Raises:
        BadInput: `not-an-address`.
    """
    address = address.strip()
    if _BARE_EVENT.fullmatch(address):
        return f"nostr:{address.lower()}"
    if address_of(address) is None:
        raise BadInput("Paste the address of one post, as https://social.example/@anna/112233.", code="not-an-address")
    return address


def keys_of(keyring: Keyring, state: State, address: str) -> tuple[str, ...]:
    """The keyed hashes under which a post at *address* may be known, or remembered as not taken in."""
    networks = {source.network for source in state.sources.values()}
    bare = address.removeprefix("https://").removeprefix("http://")
    uris = dict.fromkeys((address, f"https://{bare}", f"http://{bare}", address_of(address) or address))
    native = host_and_id(address)
    return (
        *(keyring.identity("uri", each) for each in uris),
        *(keyring.identity("uri", "feed", each) for each in uris),
        keyring.identity("address", address_of(address) or address),
        *(keyring.identity("native", network, native) for network in sorted(networks) if native is not None),
    )


async def find_post(state: State, keyring: Keyring, address: str) -> Post | None:
    """
    The post at *address*: by its identity, else by the permalink that its source told. None where none came in.

    Reads many bodies; lets others work in between.
    """
    known = by_keys(state, keys_of(keyring, state, address))
    if known is not None:
        return state.posts[known]
    wanted = address_of(address)
    for number, post in enumerate(_newest(state, MAX_READ)):
        if number % _READ_AT_ONCE == 0:
            await asyncio.sleep(0)
        body = None if post.source == PHONE else views.post_body(state, post)
        if body is not None and (_leads_to(body.permalink, address, wanted) or wanted == address_of(body.uri)):
            return post
    return None


def _leads_to(permalink: str | None, address: str, wanted: str | None) -> bool:
    """
    Whether a permalink is this address, *wanted* in one spelling. One with a fragment is one of many on its page: it
    must be the very same.
    """
    is_part = permalink is not None and "#" in permalink and "#/" not in permalink
    return permalink == address if is_part else address_of(permalink) == wanted is not None


def _newest(state: State, most: int) -> list[Post]:
    return list(state.posts.values())[: -most - 1 : -1]


def why_passed(passed: Passed, keyring: Keyring, state: State, address: str) -> Because | None:
    """Why the post at *address* was not taken in; None where nobody remembers one."""
    return passed.why(keys_of(keyring, state, address))


async def ask(sources: Iterable[tuple[SourceId, Source]], address: str) -> tuple[Asked, ...]:
    """
    Ask all *sources* at once for the post at *address*, until one has it: within `ASK_S`, however many hang.

    Returns:
        What they said, in their order; trouble of one is what it said. Who did not answer before the post was found is
        left out.
    """
    asking = [asyncio.create_task(_ask(id_, source, address)) for id_, source in sources]
    try:
        for answered in asyncio.as_completed(asking):
            if (await answered).post is not None:
                break
        return tuple(each.result() for each in asking if each.done())
    finally:
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


async def _ask(id_: SourceId, source: Source, address: str) -> Asked:
    if not isinstance(source, CanFind):
        return Asked(source=id_, what="cannot-find")
    try:
        async with asyncio.timeout(ASK_S):
            with contained():
                post = await source.find(address)
        post = None if post is None else fit(post, NetworkPost)
    except TimeoutError:
        return Asked(source=id_, what="timeout")
    except FonteinError as ex:
        return Asked(source=id_, what=ex.code)
    except Exception:  # a plug-in's own fault, which is no reason to ask none of the others
        _log.exception("Source %s could not look up a post", id_)
        return Asked(source=id_, what="unreadable")
    return Asked(source=id_, what="" if post else "not-there", post=post)


def notes_on(state: State, source: SourceId, post: NetworkPost, *, window_hours: int) -> tuple[str, ...]:
    """Why a post that a network has did not come by itself, as far as it shows: codes, the first says most."""
    notes = []
    wanted = {tag_fold(tag) for tag in views.symposium_body(state).hashtags}
    written = {tag_fold(tag) for tag in (*post.tags, *hashtags(post.text))}
    if wanted and wanted.isdisjoint(written):
        notes.append("no-hashtag")
    known = state.sources.get(source)
    since = None if known is None else span.takes_from(span.begin_of(state), known, hours=window_hours)
    if since is not None and post.created is not None and post.created < since:
        notes.append("before-window")
    spoken = {tag.partition("-")[0] for tag in state.languages}
    if post.lang and spoken and post.lang.lower().partition("-")[0] not in spoken:
        notes.append("other-language")
    return tuple(notes)
