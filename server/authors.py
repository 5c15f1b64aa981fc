"""Who is meant: authors of this symposium by an address, a handle, a name, or something that they said."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import msgspec

from server.keeping import identity, suppression_keys
from server.keyring import Keyring
from server.symposium.bodies import names_body
from server.symposium.state import Post, State
from server.symposium.values import PHONE, SHOWN, AuthorKey, PostId

MOST: Final = 20
"""Authors that one search gives: whoever sees more than that has to say more."""
_AT_ONCE: Final = 200
"""Posts that are looked through before others get their turn: some milliseconds."""
_MARKS: Final = re.compile(r"[\u0300-\u036f]+")


class By(IntEnum):
    """What of the query fits, best first: a post's address, who they are, what they are called, what they said."""

    POST = 0
    IDENTITY = 1
    NAME = 2
    WORDS = 3


class Words(msgspec.Struct, frozen=True, gc=False):
    """What of a post's body tells whose it is."""

    text: str
    name: str = ""
    handle: str = ""
    permalink: str | None = None
    uri: str | None = None
    author_id: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """
    Somebody who could be meant.

    Args:
        said: The post that the query fits, the newest one where it fits all of them.
        by: What of the query fits.
    """

    author: AuthorKey
    network: str
    by: By
    said: PostId
    words: Words


_words = msgspec.json.Decoder(Words)


async def find(state: State, query: str) -> tuple[list[Person], bool]:
    """
    Who could be meant by *query*, the likeliest first; and whether there are more than `MOST`.

    Looks through every post that still has its words, and lets others have their turn meanwhile.
    """
    wanted, found = _Query(query), dict[AuthorKey, Person]()
    async for post, words in _said(state):
        by = wanted.fits(words)
        known = found.get(post.author)
        if by is not None and (known is None or by <= known.by):
            found[post.author] = Person(post.author, post.network, by, post.id, words)
    people = sorted(found.values(), key=lambda each: (each.by, -len(state.authors[each.author].posts)))
    return people[:MOST], len(people) > MOST


async def meant(state: State, name: str, network: str | None = None) -> list[Person]:
    """Whoever *name*, a handle or an address, says without doubt; at one network or at any."""
    people, _ = await find(state, name)
    return [each for each in people if each.by <= By.IDENTITY and network in (None, each.network)]


def keys_of(state: State, keyring: Keyring, authors: Iterable[AuthorKey]) -> tuple[AuthorKey, ...]:
    """Under what *authors* would come back: themselves and each handle that they had. Of phones nothing does."""
    theirs, found = frozenset(authors), dict[AuthorKey, None]()
    for author in theirs:
        for post in map(state.posts.__getitem__, state.authors[author].posts):
            if post.network == PHONE:
                continue
            found[author] = None
            words = _words_of(state, post)
            if words is not None and (handle := words.handle):
                found.update(dict.fromkeys(suppression_keys(keyring, post.network, handle)))
    return tuple(found)


async def _said(state: State) -> AsyncIterator[tuple[Post, Words]]:
    """Every post with its words, oldest first; one that goes meanwhile is left out."""
    for n, post in enumerate([*state.posts.values()], 1):
        if (words := _words_of(state, post)) is not None:
            yield post, words
        if n % _AT_ONCE == 0:
            await asyncio.sleep(0)


def _words_of(state: State, post: Post) -> Words | None:
    """None where they were redacted. A copy that is its author's now has their names, though others stand on it."""
    raw = state.bodies.get(post.body)
    words = None if raw is None else _words.decode(raw)
    names = names_body(state, post)
    if words is None or names is None:
        return words
    return msgspec.structs.replace(
        words, name=names.name, handle=names.handle, uri=names.uri, author_id=names.author_id
    )


class _Query:
    """What somebody typed, ready to be compared."""

    def __init__(self, query: str) -> None:
        self._identity = identity(query)
        self._addresses = frozenset(_spellings(query.strip()))
        self._known = dict[tuple[str, str], frozenset[str]]()
        self._folded = _fold(" ".join(query.split()).lstrip("@"))

    def fits(self, words: Words) -> By | None:
        if words.permalink in self._addresses or words.uri in self._addresses:
            return By.POST
        if self._identity is not None and self._identity in self._identities(words.handle, words.author_id or ""):
            return By.IDENTITY
        if not self._folded:
            return None
        if self._folded in _fold(words.name) or self._folded in _fold(words.handle):
            return By.NAME
        return By.WORDS if self._folded in _fold(words.text) else None

    def _identities(self, handle: str, author_id: str) -> frozenset[str]:
        """Most authors said more than one thing: who they are is read once."""
        known = self._known.get((handle, author_id))
        if known is None:
            each = (identity(name) for name in (handle, author_id) if name)
            known = self._known[handle, author_id] = frozenset(name for name in each if name is not None)
        return known


def _spellings(address: str) -> Iterable[str]:
    """An address as it may stand in a post: with and without a scheme, with and without a slash at its end."""
    bare = address.partition("#")[0].rstrip("/")
    without = bare.partition("://")[2] or bare
    return (bare, f"{bare}/", *(f"{scheme}://{without}{end}" for scheme in ("https", "http") for end in ("", "/")))


def _fold(text: str) -> str:
    """For comparing: without case and without marks."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def shown(state: State, author: AuthorKey) -> int:
    """How many posts of *author* are on the screens."""
    return sum(state.posts[post].status is SHOWN for post in state.authors[author].posts)


def versions_of(state: State, posts: Iterable[PostId]) -> list[int]:
    """The frozen reports that have words of *posts*, by number: they lose their bytes when these are erased."""
    theirs = frozenset(posts)
    return [each.number for each in state.draft.versions if not each.gone and not each.posts.isdisjoint(theirs)]
