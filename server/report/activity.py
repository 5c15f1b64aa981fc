"""
What was released as an archive that outlives Fontein: ActivityStreams 2.0 in a zip, with its pictures.

    media/<sha-256>.<type>   the pictures, each under the hash of what it holds
    collection.json          an OrderedCollection of Notes, by time
    README.md, LEESMIJ.md    what this is and what was left out, in English and in Dutch
    manifest.json            every file above, with its size and SHA-256

Source: W3C, Activity Streams 2.0 and Activity Vocabulary. `Hashtag` and `sensitive` are Mastodon's additions to them.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from server.report.packing import Member, Package
from server.report.released import Released, address, moment, released, zone_of
from server.report.writing import Blobs
from server.symposium.bodies import symposium_body
from server.symposium.programme import has_no_photos
from server.symposium.state import State
from server.symposium.values import BlobId, Naming, Status

CONTEXT: Final[tuple[Any, ...]] = (
    "https://www.w3.org/ns/activitystreams",
    {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"},
)
FORMAT: Final = 1
_TYPES: Final[Mapping[str, str]] = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}
_URI = re.compile(r"(?:https?|at|tag|urn):[^\s\x00-\x1f\x7f<>\"\\^`{|}\ud800-\udfff]{1,2000}", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_HASHTAG = re.compile(r"(?<![\w/&#＃])[#＃](\w[\w·]{0,99})")
_PIECE = 65_536


class Thing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel", tag_field="type", gc=False):
    """What stands in the collection: its class is its type in the vocabulary, and what is empty is left out."""

    name: str = ""


class Person(Thing, frozen=True, kw_only=True):
    """Who wrote, as `naming.named` has it."""

    preferred_username: str = ""


class Service(Thing, frozen=True, kw_only=True):
    """The network that a post came through."""


class Event(Thing, frozen=True, kw_only=True):
    """The session that a post belongs to."""

    id: str


class Hashtag(Thing, frozen=True, kw_only=True):
    """A hashtag as it was written, with its #."""


class Image(Thing, frozen=True, kw_only=True):
    """A picture. `url` is its place in the package, `name` what it shows, for who cannot see it; sizes in pixels."""

    media_type: str
    url: str
    width: int
    height: int


class Note(Thing, frozen=True, kw_only=True):
    """
    A post.

    Args:
        id: Its name at its network where that is a URI, else its address, else a UUID of ours: always the same.
        attributed_to: None where nobody is named.
        summary: The author's content warning.
        content: Plain text, as `media_type` says; nothing at all where the network lets nobody keep the words.
        content_map: The same by language, where the network said which.
        context: None where it belongs to no session.
    """

    id: str
    url: str = ""
    attributed_to: Person | None = None
    published: datetime
    updated: datetime | None = None
    summary: str = ""
    sensitive: bool = False
    media_type: str = ""
    content: str = ""
    content_map: dict[str, str] = {}
    attachment: tuple[Image, ...] = ()
    tag: tuple[Hashtag, ...] = ()
    context: Event | None = None
    generator: Service


class Count(msgspec.Struct, kw_only=True):
    """
    How much there is, and what is missing.

    Args:
        notes: Posts in the collection.
        words: Of those, the ones with only an address.
        forbidden: Pictures of sessions where nobody may be pictured.
        lost: Pictures that are not there any more.
    """

    notes: int = 0
    words: int = 0
    forbidden: int = 0
    lost: int = 0


def package(
    state: State, blobs: Blobs, *, home: str, link_only: Collection[str], naming: Naming | None = None
) -> Iterator[bytes]:
    """
    The archive, in pieces: the same state and pictures, the same bytes.

    In memory are one picture, and the collection after compression. Avatars and custom emojis stay out.

    Args:
        home: The address of the symposium, as `https://host/slug`; empty where the server has no public one.
        link_only, naming: As for `released`. Where people are not named in full, addresses stay out too.
    """
    zipped, places, given, count = Package(), dict[BlobId, str](), set[str](), Count()
    for row in released(state, link_only=link_only, naming=naming):
        count.notes += 1
        count.words += row.export == "link"
        for photo in row.photos:
            if photo.blob in places:
                continue
            data = blobs(photo.blob)
            # The name is made of what it holds: nothing that anybody wrote becomes a path.
            place = "" if data is None else f"media/{_hash(data)}.{_TYPES.get(photo.type, 'bin')}"
            if data is not None and place not in given:
                yield zipped.add(place, [data], stored=True)
            places[photo.blob] = place
            given.add(place)
    count.lost = sum(not place for place in places.values())
    count.forbidden = sum(
        post.photos
        for post in map(state.posts.__getitem__, state.shown)
        if post.network not in link_only and has_no_photos(state, post.session)
    )
    rows = released(state, link_only=link_only, naming=naming)
    yield zipped.add("collection.json", _collection(state, rows, places, home, count.notes))
    for said in (_ENGLISH, _DUTCH):
        yield zipped.add(said.file, [_about(said, state, count, naming or state.draft.naming).encode()])
    yield zipped.add("manifest.json", [_manifest(state, zipped.members)])
    yield zipped.end()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _collection(
    state: State, rows: Iterable[Released], places: Mapping[BlobId, str], home: str, total: int
) -> Iterator[bytes]:
    """The collection around its items, which go by one at a time."""
    head = {
        "@context": CONTEXT,
        "id": address(home) or _urn(state.slug),
        "type": "OrderedCollection",
        "name": symposium_body(state).title,
        "updated": moment(state.at, zone_of(state)),
        "totalItems": total,
        "orderedItems": [],
    }
    start = msgspec.json.encode(head).removesuffix(b"]}")
    encoder, piece, seen, between = msgspec.json.Encoder(), bytearray(start), set[str](), b"\n"
    for row in rows:
        note = _note(state, row, places, home, seen)
        seen.add(note.id)
        piece += between
        encoder.encode_into(note, piece, -1)
        between = b",\n"
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece) + b"\n]}\n"


def _note(state: State, row: Released, places: Mapping[BlobId, str], home: str, seen: Collection[str]) -> Note:
    own = row.uri if _URI.fullmatch(row.uri) else row.permalink
    event = None
    if row.session is not None:
        event = Event(id=_urn(f"{home or state.slug}/sessions/{row.session}"), name=row.session_title)
    return Note(
        # Two with one id would be read as one: whoever sends an address that was there already does not get it.
        id=own if own and own not in seen else _urn(f"{home or state.slug}/posts/{row.id}"),
        url=row.permalink,
        attributed_to=Person(name=row.name, preferred_username=row.handle) if row.name or row.handle else None,
        published=row.at,
        updated=row.edited,
        summary=row.warning,
        sensitive=bool(row.warning),
        media_type="text/plain" if row.export == "full" else "",
        content=row.text,
        content_map={row.lang: row.text} if row.text and row.lang and _LANGUAGE.fullmatch(row.lang) else {},
        attachment=tuple(
            Image(media_type=photo.type, url=place, name=photo.alt, width=photo.width, height=photo.height)
            for photo in row.photos
            if (place := places.get(photo.blob))
        ),
        tag=tuple(Hashtag(name=f"#{tag}") for tag in dict.fromkeys(_HASHTAG.findall(row.text)) if not tag.isdecimal()),
        context=event,
        generator=Service(name=row.network),
    )


def _urn(name: str) -> str:
    """A URI for what has none: the same for the same *name*. Source: RFC 9562, 5.5."""
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _manifest(state: State, members: list[Member]) -> bytes:
    manifest = {
        "format": FORMAT,
        "symposium": state.slug,
        "entry": state.seq,
        "at": moment(state.at, zone_of(state)),
        "files": members,
    }
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


# What it says of itself


class _Said(NamedTuple):
    """The words of a page about the archive, in one language."""

    file: str
    page: str
    named: Mapping[Naming, str]
    statuses: Mapping[Status, str]
    words: str
    forbidden: str
    lost: str
    always: str


_ENGLISH: Final = _Said(
    file="README.md",
    page="""\
# {title}

This archive holds the posts that stand on the screens of this symposium ({notes}), and their pictures.
You can read it without Fontein.

- `collection.json`: the posts, by time, in ActivityStreams 2.0 (a standard of the W3C).
- `media`: the pictures.
- `manifest.json`: all files with their SHA-256, to check that nothing has changed.

{named} Where the report names somebody in another way,
so does this archive. A text can still name people.

## What is not in it

{missing}

Does somebody ask you to erase a post? Erase it here too, or throw this archive away and make a new one.
""",
    named={
        Naming.FULL: "Writers are named as they named themselves.",
        Naming.INITIALS: "Writers are named by their initials. Accounts and addresses of posts were left out.",
        Naming.ANONYMOUS: "Writers are not named. Accounts and addresses of posts were left out.",
    },
    statuses={
        Status.HELD: "Posts that nobody decided about",
        Status.HIDDEN: "Posts that were hidden",
        Status.REJECTED: "Posts that were not shown",
        Status.WITHDRAWN: "Posts that their writers took back",
        Status.GONE: "Posts that were deleted on their network",
        Status.ERASED: "Posts that were erased",
        Status.LAPSED: "Posts that were kept as long as the notice said",
    },
    words="Posts of which only the address may be kept, says their network",
    forbidden="Pictures of sessions where nobody may be pictured",
    lost="Pictures that are no longer there",
    always="Pictures of profiles, and emojis that networks made themselves",
)
_DUTCH: Final = _Said(
    file="LEESMIJ.md",
    page="""\
# {title}

In dit archief zitten de berichten die bij dit symposium op het scherm staan ({notes}), met hun foto’s.
U kunt het lezen zonder Fontein.

- `collection.json`: de berichten op volgorde van tijd, in ActivityStreams 2.0 (een standaard van het W3C).
- `media`: de foto’s.
- `manifest.json`: alle bestanden met hun SHA-256. Zo kunt u nagaan of er niets is veranderd.

{named} Noemt het verslag iemand op een
andere manier, dan dit archief ook. In een tekst kunnen nog wel namen staan.

## Wat er niet in zit

{missing}

Vraagt iemand u om een bericht te wissen? Wis het dan ook hier, of gooi dit archief weg en maak een nieuw.
""",
    named={
        Naming.FULL: "Schrijvers heten zoals zij zichzelf noemden.",
        Naming.INITIALS: "Van schrijvers staan er initialen. Accounts en adressen van berichten zijn weggelaten.",
        Naming.ANONYMOUS: "Schrijvers staan er zonder naam in. Accounts en adressen van berichten zijn weggelaten.",
    },
    statuses={
        Status.HELD: "Berichten waarover niemand besliste",
        Status.HIDDEN: "Berichten die verborgen zijn",
        Status.REJECTED: "Berichten die niet zijn getoond",
        Status.WITHDRAWN: "Berichten die de schrijver terugnam",
        Status.GONE: "Berichten die op hun netwerk zijn verwijderd",
        Status.ERASED: "Berichten die zijn gewist",
        Status.LAPSED: "Berichten waarvan de bewaartijd voorbij is",
    },
    words="Berichten waarvan alleen het adres bewaard mag worden, zegt hun netwerk",
    forbidden="Foto’s bij sessies waar niemand op de foto mag",
    lost="Foto’s die er niet meer zijn",
    always="Profielfoto’s, en emoji’s die netwerken zelf maakten",
)


def _about(said: _Said, state: State, count: Count, naming: Naming) -> str:
    statuses = Counter(post.status for post in state.posts.values())
    missing = [(name, statuses[status]) for status, name in said.statuses.items()]
    missing += [(said.words, count.words), (said.forbidden, count.forbidden), (said.lost, count.lost)]
    return said.page.format(
        title=" ".join(symposium_body(state).title.split()),
        notes=count.notes,
        named=said.named[naming],
        missing="\n".join((*(f"- {name}: {n}" for name, n in missing if n), f"- {said.always}")),
    )
