"""
A feed's bytes become our posts. Pure: whatever comes in, there comes out a value or `BadInput` that says what.

What it is, is seen from its content: servers call feeds by every content type there is.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec
from yarl import URL

from server.errors import BadInput
from server.intake.addresses import address_of
from server.sources.contract import NetworkPost
from server.sources.feed.items import Feed, Item, web_address
from server.sources.feed.json_feed import read_json
from server.sources.feed.markup import read_tree, text_of
from server.sources.feed.xml_feed import read_xml
from server.sources.html import html_to_text
from server.sources.tags import fold_tag, tags_in

MAX_GUID_CHARS: Final = 500

_WEB_PAGE = re.compile(r"(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"<link\b[^<>]{1,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(rel|type|href)\s*=\s*(?:\"([^\"]{0,2000})\"|'([^']{0,2000})')", re.IGNORECASE)
_FEED_KINDS: Final = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_PACKED: Final = (b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_GLOBAL = re.compile(r"(?:https?|tag|urn|at|yt|ni|acct):\S", re.IGNORECASE)
"""What begins so is the same thing in whichever feed it stands."""

_PROFILE = re.compile(r"(https?://([\w.-]{1,253})/@([\w.-]{1,100})(?:@([\w.-]{1,253}))?)/[^/]")
_WARNING = re.compile(r"\s*<p><strong>[^<]{1,100}</strong>(.{1,2000}?)</p>\s*<hr\s*/?>", re.DOTALL)


class Why(StrEnum):
    """Why an item does not go on: no fault of anybody."""

    EMPTY = "empty"
    OTHER_TAG = "other-tag"
    TOO_EARLY = "too-early"
    REPEATED = "repeated"


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """
    An item that is politely left alone.

    Args:
        post: What it is without the hashtag: whoever has it already has to know of the edit that took that away.
    """

    why: Why
    id: str
    post: NetworkPost | None = None


class WebPage(BadInput):
    """A web page instead of a feed; `feed` is the address of the feed that it names, or empty."""

    def __init__(self, feed: str) -> None:
        where = f" It says that its feed is at {feed}." if feed else ""
        code = "feed-elsewhere" if feed else "web-page"
        super().__init__(f"This is a web page, not a feed.{where}", code=code)
        self.feed = feed


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which items are for the wall, and whether with their authors' names; as in `options.Options`."""

    tags: frozenset[str] = frozenset()
    hide_names: bool = False
    since_us: int | None = None

    @property
    def in_short(self) -> str:
        """For a cursor: another one, and the whole feed has to be read again."""
        return f"{' '.join(sorted(self.tags))}{' nameless' * self.hide_names} {self.since_us or 0}"


def read_feed(data: bytes, *, address: str, charset: str = "") -> Feed:
    """
    The feed in *data*: RSS, Atom or JSON Feed.

    Args:
        address: Where it was found.
        charset: As the answer's content type says.

    Raises:
        BadInput: It is none of these; `code` is `web-page`, `feed-elsewhere` (see `WebPage`), `unsafe-xml` or
            `not-a-feed`.
    """
    if not data.strip():
        raise BadInput("The answer is empty, not a feed.", code="not-a-feed")
    if data.startswith(_PACKED):
        raise BadInput("This is a picture or a packed file, not a feed.", code="not-a-feed")
    bare = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith((b"{", b"[")):
        return read_json(data, address=address, charset=charset)
    beginning = text_of(data[:200_000], charset=charset).lstrip()
    if _WEB_PAGE.match(beginning):
        raise WebPage(_feed_of_page(beginning, address))
    return read_xml(read_tree(data, charset=charset), address=address)


def _feed_of_page(page: str, address: str) -> str:
    """Where a web page says that its feed is."""
    for link in _LINK.findall(page)[:100]:
        told = {name.lower(): first or second for name, first, second in _ATTRIBUTE.findall(link)}
        if "alternate" in told.get("rel", "").lower().split() and told.get("type", "").lower() in _FEED_KINDS:
            return web_address(html.unescape(told.get("href", "")), address)
    return ""


def parse_items(
    feed: Feed, *, address: URL, wanted: Wanted, now_us: int
) -> tuple[NetworkPost | Dropped | BadInput, ...]:
    """
    A post for each item, or why it is left alone, or what is wrong with it; oldest first, as far as the items tell.

    Args:
        address: As configured: a part of the identity of items that have none of their own.
        now_us: UTC microseconds since 1970. No post is later than that.
    """
    items = [item for item in feed.items if isinstance(item, Item)]
    found: list[NetworkPost | Dropped | BadInput] = [item for item in feed.items if isinstance(item, BadInput)]
    seen: set[str] = set()
    posts: list[NetworkPost] = []
    for item, id_ in zip(items, _identities(items, str(address)), strict=True):
        result = Dropped(why=Why.REPEATED, id=id_) if id_ in seen else _post(item, id_, feed, address, wanted, now_us)
        seen.add(id_)
        if isinstance(result, NetworkPost):
            posts.append(result)
        else:
            found.append(result)
    posts.reverse()
    posts.sort(key=lambda post: now_us if post.created is None else post.created)
    return (*found, *posts)


def reach(feed: Feed) -> tuple[int, int] | None:
    """
    From when to when *feed* has every item, UTC microseconds: it is in the order of its dates, newest first.

    None where it is not, or an item has no date or cannot be read: then nothing follows from what is not in it.
    """
    told = [item.published if isinstance(item, Item) else None for item in feed.items]
    dates = [each for each in told if each is not None]
    if len(dates) < max(len(told), 2) or dates != sorted(dates, reverse=True):
        return None
    return dates[-1], dates[0]


def names(items: Iterable[Item], address: str) -> set[str]:
    """What *items* may be known by, whatever else stands beside them: a stranger may have any guid too."""
    return {_identity(item, address, is_shared=is_shared) for item in items for is_shared in (False, True)}


def disputed(items: Sequence[Item], address: str) -> set[str]:
    """What items of several authors are known by: nobody can tell whose it is."""
    authors: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for item, id_ in zip(items, _identities(items, address), strict=True):
        authors[id_].add((item.author, item.author_uri))
    return {id_ for id_, claimants in authors.items() if len(claimants) > 1}


def is_at(post: NetworkPost, address: str) -> bool:
    """Whether an item's page, or what it is known by, is *address*, as a person pasted it."""
    names = [name for name in (post.permalink, post.uri) if name]
    wanted = address_of(address)
    # What comes behind `#` tells apart the items of one page, or of one feed.
    return any(name == address or ("#" not in name and address_of(name) == wanted is not None) for name in names)


def _identities(items: Sequence[Item], address: str) -> list[str]:
    """
    What each item is known by: its guid, else its link, else its words.

    A guid that items with different links share tells nothing apart: then it is the link.
    """
    links: dict[str, set[str]] = defaultdict(set)
    for item in items:
        links[item.guid].add(item.link)
    return [_identity(item, address, is_shared=len(links[item.guid]) > 1) for item in items]


def _identity(item: Item, address: str, *, is_shared: bool) -> str:
    told = item.guid if item.guid and not is_shared else item.link or item.guid
    if not told or (is_shared and not item.link):
        words = f"{item.guid}\n{item.title}\n{item.content or item.summary}\n{item.published}"
        return f"{address}#{_hash(words)}"
    if len(told) > MAX_GUID_CHARS or not told.isprintable():
        told = f"urn:sha256:{_hash(told)}"
    return told if _GLOBAL.match(told) else f"{address}#{told}"


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:40]


def _post(item: Item, id_: str, feed: Feed, address: URL, wanted: Wanted, now_us: int) -> NetworkPost | Dropped:
    warning, text = _words(item, feed)
    if not text and not item.pictures:
        return Dropped(why=Why.EMPTY, id=id_)
    tags = tuple(dict.fromkeys((*item.tags, *tags_in(text))))
    if wanted.since_us is not None and item.published is not None and item.published < wanted.since_us:
        return Dropped(why=Why.TOO_EARLY, id=id_)
    post = NetworkPost(
        native_id=id_,
        uri=id_,
        author_id=str(address),
        name=feed.title or address.host or "",
        avatar_url=feed.icon or None,
        text=text,
        warning=warning,
        permalink=item.link or None,
        lang=item.lang,
        sensitive=item.sensitive,
        created=None if item.published is None else min(item.published, now_us),
        media=item.pictures,
        tags=tags,
    )
    post = _nameless(post, item.link) if wanted.hide_names else _signed(post, item, address)
    is_other = bool(wanted.tags) and wanted.tags.isdisjoint(map(fold_tag, tags))
    return Dropped(why=Why.OTHER_TAG, id=id_, post=post) if is_other else post


def _words(item: Item, feed: Feed) -> tuple[str, str]:
    """
    The content warning and the text. What has a title is an article, and a wall shows its title and summary; what has
    none is a note, whole.
    """
    markup = item.summary or item.content if item.title else item.content or item.summary
    warning = ""
    if feed.generator.startswith("Mastodon") and (told := _WARNING.match(markup)):
        warning, markup = html_to_text(told[1]), markup[told.end() :]
    body = html_to_text(markup)
    if not item.title or body.startswith(item.title.rstrip("…. ")):
        return warning, body
    return warning, f"{item.title}\n\n{body}".strip()


def _signed(post: NetworkPost, item: Item, address: URL) -> NetworkPost:
    """
    With its author, as far as the feed tells; else it is the feed's own.

    Mastodon's feed of a hashtag has no authors: the link says who it is, and where they live.
    """
    if item.author:
        return msgspec.structs.replace(
            post,
            name=item.author,
            avatar_url=item.avatar or None,
            author_id=item.author_uri or f"{address}#author:{item.author}",
        )
    if not (found := _PROFILE.match(item.link)):
        return post
    profile, host, user, home = found.groups()
    handle = f"@{user}@{home or host}"
    return msgspec.structs.replace(post, name=user, handle=handle, avatar_url=None, author_id=profile)


def _nameless(post: NetworkPost, link: str) -> NetworkPost:
    """Without a link that has the name in it either."""
    return msgspec.structs.replace(post, permalink=None) if _PROFILE.match(link) else post
