"""Addresses of posts, in one spelling: however a network, a bridge or a person wrote them down. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

MAX_ADDRESS: Final = 2_048

_INVISIBLE: Final = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_WEB: Final = re.compile(
    r"(?:https?://)?(?=[^\s/?#@\\]{1,253}\.[^\s/?#@\\])([^\s/?#@\\]{3,255})(/[^\s?#]*)?(?:\?([^\s#]*))?(?:#\S*)?",
    re.IGNORECASE,
)
_AT: Final = re.compile(
    r"at://(did:[a-z0-9:.%_-]+|[a-z0-9.-]+)/app\.bsky\.feed\.post/([a-z0-9._~:-]+)/?", re.IGNORECASE
)
_EVENT: Final = re.compile(
    r"(?:(?:web\+)?nostr:|https?://\S+/)?((?:note|nevent)1[a-z0-9]{20,300}|(?<=nostr:)[0-9a-f]{64})/?", re.IGNORECASE
)
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_MATRIX_TO: Final = re.compile(r"(?:https?://)?matrix\.to/#/([^/?\s]+)/([^/?\s]+)(?:\?\S*)?", re.IGNORECASE)
_MATRIX: Final = re.compile(r"matrix:(roomid|r)/([^/?\s]+)/e/([^/?\s]+)(?:\?\S*)?", re.IGNORECASE)
_BRIDGED: Final = re.compile(r"/(?:r|convert/[a-z]+)/(at://\S+|https?:/{1,2}\S+)", re.IGNORECASE)
_BRIDGE: Final = ".brid.gy"
_HEX_EVENT: Final = re.compile(r"/objects/([0-9a-f]{64})/?", re.IGNORECASE)
_FEDIVERSE: Final = re.compile(
    r"/(?:web/|deck/|ap/)?(?:users/([^/@]+)/statuses|@([^/@]+))/([0-9A-Za-z]{6,32})(?:/(?:activity|embed))?/?"
)
_SKY: Final = re.compile(r"/profile/([^/]+)/post/([^/]+)/?")
_TWEET: Final = re.compile(r"/[^/]+(?:/web)?/status(?:es)?/(\d+)(?:/.*)?")
_VIDEO: Final = re.compile(r"/(?:shorts|live|embed)/([\w-]{6,})/?")
_TRACKING: Final = re.compile(r"utm_.*|fbclid|gclid|igshid|ref_src", re.IGNORECASE)
_TWITTER: Final = frozenset({"x.com", "twitter.com", "mobile.twitter.com", "mobile.x.com", "fxtwitter.com"})
_YOUTUBE: Final = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be"})
_PERCENT: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_MOST_WRAPPED: Final = 3


def address_of(written: str | None) -> str | None:
    """
    The one spelling of a post's address: equal for all addresses that lead to the same post, as far as they tell.

    Scheme, `www.`, capitals of the host, fragments and what counts clicks do not matter. A bridge's address is that of
    the post that it carries over: Bridgy Fed for Bluesky and the fediverse, Mostr for Nostr.

    Returns:
        As `social.example/@anna/112233`, `at://did:plc:…/app.bsky.feed.post/…`, `nostr:` and an event's id in hex, or
        `matrix:` and a room's and an event's. None for what leads to no post: a site as a whole, a word, nothing.

    Source: the routes of Mastodon, Bluesky's app, X, YouTube, Telegram and matrix.to; NIP-19 and NIP-21; the addresses
    that Bridgy Fed and Mostr give.
    """
    plain = _carried(written)
    if found := _AT.fullmatch(plain):
        return f"at://{found[1].lower()}/app.bsky.feed.post/{found[2]}"
    if (event := _EVENT.fullmatch(plain)) and (id_ := _event_id(event[1].lower())):
        return f"nostr:{id_}"
    return _message(plain) or _web_address(plain)


def identity_of(written: str | None) -> str | None:
    """
    `address_of` where that is sure to be of one post: of networks whose addresses we know, without anything left out.

    None for others: a site may give all that it writes one address, and tell its parts by what we leave out.
    """
    address = address_of(written)
    if address is None:
        return None
    if address.startswith(("at://", "nostr:", "matrix:", "x.com/i/status/")):
        return address
    plain = _carried(written)
    web = _WEB.fullmatch(plain)
    is_page = web is not None and not web[3] and "#" not in plain and _FEDIVERSE.fullmatch(web[2] or "")
    return address if is_page else None


def is_bridged(written: str | None) -> bool:
    """Whether an address is a bridge's own, of a post that stands elsewhere."""
    return _unwrapped(_plain(written or "")) is not None


def host_and_id(written: str) -> str | None:
    """`social.example/112233` for a post's page on a server of the fediverse, whoever wrote it; None for others."""
    web = _WEB.fullmatch(_plain(written))
    page = (
        None
        if web is None
        else re.fullmatch(r"/(?:web/|deck/)?(?:@[^/]+|users/[^/]+/statuses)/([0-9A-Za-z]+)/?", web[2] or "")
    )
    return None if web is None or page is None else f"{_host(web[1])}/{page[1]}"


def _plain(written: str) -> str:
    flat = _INVISIBLE.sub("", unicodedata.normalize("NFKC", written[: MAX_ADDRESS * 2])).strip().strip("<>").strip()
    return flat if len(flat) <= MAX_ADDRESS else ""


def _carried(written: str | None) -> str:
    """The address itself, or the one that a bridge's address carries."""
    plain = _plain(written or "")
    for _ in range(_MOST_WRAPPED):
        inside = _unwrapped(plain)
        if inside is None:
            break
        plain = inside
    return plain


def _unwrapped(plain: str) -> str | None:
    """What a bridge's address carries."""
    web = _WEB.match(plain)
    if web is None:
        return None
    host, path = _host(web[1]), plain[web.end(1) :]
    if host.endswith(_BRIDGE) and (carried := _BRIDGED.match(_decoded(path))):
        return re.sub(r"^(https?):/+", r"\1://", carried[1])
    if host == "mostr.pub" and (event := _HEX_EVENT.fullmatch(path)):
        return f"nostr:{event[1]}"
    return None


def _message(plain: str) -> str | None:
    """A message of Matrix, in a room by its id or an alias: the address does not tell that two are one."""
    if found := _MATRIX_TO.fullmatch(plain):
        room, event = _decoded(found[1]), _decoded(found[2])
    elif found := _MATRIX.fullmatch(plain):
        room, event = ("#" if found[1].lower() == "r" else "") + _decoded(found[2]), _decoded(found[3])
    else:
        return None
    event = event.lstrip("$")
    return f"matrix:r/{room[1:]}/e/{event}" if room.startswith("#") else f"matrix:{room.lstrip('!')}/{event}"


def _web_address(plain: str) -> str | None:
    web = _WEB.fullmatch(plain)
    if web is None:
        return None
    host, path, query = _host(web[1]), web[2] or "", web[3] or ""
    if host == "bsky.app" and (post := _SKY.fullmatch(path)):
        who = _decoded(post[1]).lower()
        return (
            f"at://{who}/app.bsky.feed.post/{post[2]}"
            if who.startswith("did:")
            else f"{host}/profile/{who}/post/{post[2]}"
        )
    if host in _TWITTER and (post := _TWEET.fullmatch(path)):
        return f"x.com/i/status/{post[1]}"
    if host in _YOUTUBE:
        return _video(host, path, dict(_pairs(query)))
    if host == "t.me":
        path, query = re.sub(r"^/s/", "/", path), ""
    if (page := _FEDIVERSE.fullmatch(path)) and not query:
        return f"{host}/@{(page[1] or page[2]).lower()}/{page[3]}"
    kept = "&".join(sorted("=".join(pair) for pair in _pairs(query) if not _TRACKING.fullmatch(pair[0])))
    path = path.rstrip("/")
    return f"{host}{path}{'?' if kept else ''}{kept}" if path or kept else None


def _event_id(written: str) -> str | None:
    """
    The 64 hex digits of an event's id, from hex or from `note1…` and `nevent1…`; None where there is none.

    The check sum is not looked at: what is misspelled is the address of no post.

    Source: NIP-19; BIP-173 for the letters.
    """
    kind, one, data = written.partition("1")
    if kind not in ("note", "nevent"):
        return written
    if not one or not set(data) <= set(_BECH32):
        return None
    bits = "".join(f"{_BECH32.index(letter):05b}" for letter in data[:-6])
    raw = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))
    if kind == "nevent":  # kind and length before each value: 0 is the event
        while raw and raw[0] != 0:
            raw = raw[2 + raw[1] :] if len(raw) > 1 else b""
        raw = raw[2:34]
    return raw[:32].hex() if len(raw) >= 32 else None


def _video(host: str, path: str, query: dict[str, str]) -> str | None:
    """A video, or a comment below it."""
    page = _VIDEO.fullmatch(path)
    video = query.get("v") or (page[1] if page else path.strip("/") if host == "youtu.be" else "")
    if not video:
        return f"youtube.com{path.rstrip('/')}" if path.rstrip("/") else None
    return f"youtube.com/watch?v={video}" + (f"&lc={query['lc']}" if query.get("lc") else "")


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    """Names and values of a query, as written: they are compared, and not read."""
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if value:
            yield name, value


def _decoded(path: str) -> str:
    """Percent signs read; what is no UTF-8 stays out."""
    raw = _PERCENT.sub(lambda found: bytes.fromhex(found[1].decode()), path.encode("utf-8", "replace"))
    return raw.decode("utf-8", "replace")


def _host(host: str) -> str:
    """As it goes over the wire, without `www.` and a port that says nothing."""
    name = re.sub(r":(?:80|443)$", "", host.casefold().rstrip(".")).removeprefix("www.")
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode()
    except UnicodeError:  # no name that a computer can have
        return name
