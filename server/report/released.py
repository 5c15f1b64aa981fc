"""
What stands released, for those who reckon with it elsewhere: one row for each post, by time.

Every table, the list of posts and the archive begin here, so that what must not go out is kept back in one place: what
is not shown, pictures of sessions where nobody may be pictured, names beyond what the organiser chose, and the words of
networks that let nobody keep them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from server.report.model import Photo
from server.report.naming import named
from server.symposium.bodies import post_body, programme_body, programme_heading
from server.symposium.programme import has_no_photos
from server.symposium.state import Post, State
from server.symposium.values import Naming, PostBody, PostId

Export = Literal["full", "link"]

CLAIM_US: Final = 7 * 24 * 3_600_000_000
"""A source's own time is believed when it is at most so long before the post came in."""
LATEST_US: Final = 4_102_444_800_000_000
"""The year 2100. A clock that says later is wrong, and no reader need be able to tell such a time."""
_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\"\\^`{|}\ud800-\udfff]{1,2000}", re.IGNORECASE)


class Released(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """
    A post as it goes out.

    Args:
        at: When it was written as its network says, where that is at most a week before it came in; else when it came
            in. In the zone of the programme, to the second.
        session: Its id, None for none; the title is empty where there is none.
        name, handle: As `naming.named` has it.
        text: All of it, cleaned, unescaped: whoever writes it down sees to that.
        lang: BCP 47 as the network says, None where nobody said.
        permalink, uri: Its address for readers, and its identity at its source; empty where it has none, and where
            people are not named in full, since an address tells who wrote. Only http and https, but for `uri`.
        edited: When its source says that it was last edited.
        warning: The author's content warning.
        export: `link` where its network lets nobody keep the words: then there is only address, time and session.
    """

    id: PostId
    at: datetime
    session: str | None
    session_title: str
    network: str
    name: str = ""
    handle: str = ""
    text: str = ""
    lang: str | None = None
    permalink: str = ""
    uri: str = ""
    starred: bool = False
    photos: tuple[Photo, ...] = ()
    edited: datetime | None = None
    warning: str = ""
    export: Export = "full"


class _Written(msgspec.Struct, frozen=True, gc=False):
    """Of a body, what the order needs."""

    created: int | None = None


_when = msgspec.json.Decoder(_Written)


def released(state: State, *, link_only: Collection[str], naming: Naming | None = None) -> Iterator[Released]:
    """
    Everything that stands released, by time; of what came at one moment, by release.

    Args:
        link_only: The networks whose manifest says `export = "link"`.
        naming: How people are named where the report's author said nothing of a post; None: as for the report.
    """
    zone, titles, picks = zone_of(state), session_titles(state), state.draft.picks
    ordered = sorted((_written(state, state.posts[each]), number, each) for number, each in enumerate(state.shown))
    for at, _, each in ordered:
        post, pick = state.posts[each], picks.get(each)
        body = post_body(state, post)
        if body is None:
            continue
        called = (None if pick is None else pick.naming) or naming or state.draft.naming
        where: dict[str, Any] = {
            "id": post.id,
            "at": moment(at, zone),
            "session": post.session,
            "session_title": titles.get(post.session or "", ""),
            "network": post.network,
            "permalink": address(body.permalink) if called is Naming.FULL else "",
        }
        if post.network in link_only:
            yield Released(**where, export="link")
        else:
            yield _whole(state, post, body, called, zone, where)


def _written(state: State, post: Post) -> int:
    """When a post was written, in µs: as its source claims where that can be true, as in the report."""
    body = state.bodies.get(post.body)
    created = None if body is None else _when.decode(body).created
    return created if created is not None and 0 <= post.received - created <= CLAIM_US else post.received


def _whole(
    state: State, post: Post, body: PostBody, called: Naming, zone: tzinfo, where: Mapping[str, Any]
) -> Released:
    name, handle = named(body, called)
    pictures = () if has_no_photos(state, post.session) else body.media
    return Released(
        **where,
        name=name,
        handle=handle,
        text=body.text,
        lang=body.lang,
        uri=body.uri or "" if called is Naming.FULL else "",
        starred=post.starred,
        photos=tuple(Photo(blob=p.blob, type=p.type, width=p.width, height=p.height, alt=p.alt) for p in pictures),
        edited=None if body.edited is None else moment(body.edited, zone),
        warning=body.warning,
    )


def jsonl(state: State, *, link_only: Collection[str], naming: Naming | None = None) -> Iterator[bytes]:
    """The released posts in JSON, one a line, in UTF-8: the fields of `Released` in camelCase, all of them, always."""
    return lines(released(state, link_only=link_only, naming=naming))


def lines(rows: Iterable[msgspec.Struct]) -> Iterator[bytes]:
    """JSON in lines, in pieces of about 64 KiB."""
    encoder, piece = msgspec.json.Encoder(), bytearray()
    for row in rows:
        encoder.encode_into(row, piece, -1)
        piece += b"\n"
        if len(piece) >= 65_536:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


# What the other tables ask too


def address(text: str | None) -> str:
    """*text* where it is an address that a reader may follow (http or https); "" for anything else."""
    return text if text is not None and _ADDRESS.fullmatch(text) else ""


def zone_of(state: State) -> tzinfo:
    """The time zone of the programme; UTC where this machine does not know it."""
    try:
        return ZoneInfo(programme_heading(state).zone)
    except (KeyError, ValueError, OSError):  # Not found; no name of a zone; the name of a folder of zones.
        return UTC


def moment(at: int, zone: tzinfo) -> datetime:
    """*at* (µs) in *zone*, to the second; what cannot be told is told as the nearest that can."""
    return datetime.fromtimestamp(min(max(at, 0), LATEST_US) // 1_000_000, zone)


def session_titles(state: State) -> dict[str, str]:
    """By id."""
    body = programme_body(state)
    return {} if body is None else {session.id: session.title for session in body.sessions}


_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """
    *text* with U+FFFD for each character that no XML can hold: most controls, lone surrogates, U+FFFE and U+FFFF.

    Source: XML 1.0, 2.2, production Char.
    """
    return _UNWRITABLE.sub("\ufffd", text)
