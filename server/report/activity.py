"""
What was released as an archive that outlives Fontein: ActivityStreams 2.0 in a zip, with its pictures.

    media/<sha-256>.<type>   the pictures, each under the hash of what it holds
    collection.json          an OrderedCollection of Notes and Questions, by time
    README.md, LEESMIJ.md    what this is and what was left out, in English and in Dutch
    manifest.json            every file above, with its size and SHA-256

Source: W3C, Activity Streams 2.0 and Activity Vocabulary. `Hashtag` and `sensitive` are Mastodon's additions to them.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, NamedTuple

import msgspec

from server.report.hall_released import ReleasedQuestion, released_polls, released_questions
from server.report.packing import Member, Package
from server.report.released import Released, address, moment, released, zone_of
from server.report.writing import Blobs
from server.symposium.bodies import symposium_body
from server.symposium.programme import has_no_photos
from server.symposium.state import State
from server.symposium.values import BlobId, Naming, PollKind, PostId, Status

CONTEXT: Final[tuple[Any, ...]] = (
    "https://www.w3.org/ns/activitystreams",
    {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"},
)
VOTERS: Final = {"votersCount": "http://joinmastodon.org/ns#votersCount"}
"""In the context where there are polls."""
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


class Counted(Thing, frozen=True, kw_only=True, tag="Collection"):
    """So many things, and which, where that is told."""

    total_items: int
    items: tuple[Answer, ...] = ()


class Answer(Thing, frozen=True, kw_only=True, tag="Note"):
    """What was answered to a question; or, as a `name` with `replies`, something that could be chosen in a poll."""

    attributed_to: Person | None = None
    published: datetime | None = None
    media_type: str = ""
    content: str = ""
    name_map: dict[str, str] = {}
    replies: Counted | None = None


class Question(Note, frozen=True, kw_only=True):
    """A post that is a question of the hall: `likes` are the people who wanted to know, `replies` the answer."""

    likes: Counted
    replies: Counted | None = None


class Poll(Thing, frozen=True, kw_only=True, tag="Question"):
    """
    A poll.

    `one_of` or `any_of` are the options with how many chose each; of a set of statements there is one poll for each.
    For a ranking, a number and words of one's own the vocabulary has no place: of those there is only the question.
    """

    id: str
    name_map: dict[str, str]
    published: datetime
    closed: datetime | None = None
    voters_count: int
    one_of: tuple[Answer, ...] = ()
    any_of: tuple[Answer, ...] = ()
    context: Event | None = None


class Count(msgspec.Struct, kw_only=True):
    """
    How much there is, and what is missing.

    Args:
        notes: Posts in the collection.
        words: Of those, the ones with only an address.
        questions: Of those, the ones that are a question of the hall.
        polls: In the collection too, one for each statement.
        forbidden: Pictures of sessions where nobody may be pictured.
        lost: Pictures that are not there any more.
    """

    notes: int = 0
    words: int = 0
    questions: int = 0
    polls: int = 0
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
    asked = {each.post: each for each in released_questions(state, link_only=link_only, naming=naming)}
    polls = tuple(_polls(state, home))
    count.questions, count.polls = len(asked), len(polls)
    hall = _Hall(asked, polls)
    yield zipped.add("collection.json", _collection(state, rows, places, home, count.notes, hall))
    for said in (_ENGLISH, _DUTCH):
        yield zipped.add(said.file, [_about(said, state, count, naming or state.draft.naming).encode()])
    yield zipped.add("manifest.json", [_manifest(state, zipped.members)])
    yield zipped.end()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class _Hall(NamedTuple):
    """What the hall asked, by the post that stands for it, and was asked."""

    asked: Mapping[PostId, ReleasedQuestion]
    polls: tuple[Poll, ...]


def _collection(
    state: State, rows: Iterable[Released], places: Mapping[BlobId, str], home: str, notes: int, hall: _Hall
) -> Iterator[bytes]:
    """The collection around its items, which go by one at a time."""
    head = {
        "@context": (CONTEXT[0], CONTEXT[1] | VOTERS) if hall.polls else CONTEXT,
        "id": address(home) or _urn(state.slug),
        "type": "OrderedCollection",
        "name": symposium_body(state).title,
        "updated": moment(state.at, zone_of(state)),
        "totalItems": notes + len(hall.polls),
        "orderedItems": [],
    }
    start = msgspec.json.encode(head).removesuffix(b"]}")
    encoder, piece, seen, between = msgspec.json.Encoder(), bytearray(start), set[str](), b"\n"
    notes_and_polls: Iterable[Note | Poll] = chain(
        (_note(state, row, places, home, seen, hall.asked.get(row.id)) for row in rows), hall.polls
    )
    for thing in notes_and_polls:
        seen.add(thing.id)
        piece += between
        encoder.encode_into(thing, piece, -1)
        between = b",\n"
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece) + b"\n]}\n"


def _note(
    state: State,
    row: Released,
    places: Mapping[BlobId, str],
    home: str,
    seen: Collection[str],
    asked: ReleasedQuestion | None,
) -> Note:
    own = row.uri if _URI.fullmatch(row.uri) else row.permalink
    made = Note(
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
        context=_event(state, home, row.session, row.session_title),
        generator=Service(name=row.network),
    )
    if asked is None:
        return made
    fields = {field: getattr(made, field) for field in made.__struct_fields__}
    return Question(**fields, likes=Counted(total_items=asked.votes), replies=_answered(asked))


def _answered(asked: ReleasedQuestion) -> Counted | None:
    """The answer, where somebody wrote it down."""
    if not asked.answer:
        return None
    answer = Answer(
        attributed_to=Person(name=asked.answered_by) if asked.answered_by else None,
        published=asked.answered,
        media_type="text/markdown" if asked.markdown else "text/plain",
        content=asked.answer,
    )
    return Counted(total_items=1, items=(answer,))


_SAID: Final[tuple[dict[str, str], ...]] = (
    {"en": "Agree", "nl": "Eens"},
    {"en": "Disagree", "nl": "Oneens"},
    {"en": "No opinion", "nl": "Geen mening"},
)


def _polls(state: State, home: str) -> Iterator[Poll]:
    for poll in released_polls(state):
        whole = Poll(
            id=_urn(f"{home or state.slug}/polls/{poll.id}"),
            name_map=poll.title,
            published=poll.opened,
            closed=poll.closed,
            voters_count=poll.voters,
            context=_event(state, home, poll.session, poll.session_title),
        )
        match PollKind(poll.kind):
            case PollKind.STATEMENTS:
                counts = poll.counts or (0,) * 3 * len(poll.options)
                for place, said in enumerate(poll.options):
                    of_one = counts[3 * place : 3 * place + 3]
                    answers = _options(_SAID, of_one, told=any(of_one))
                    id_ = _urn(f"{home or state.slug}/polls/{poll.id}/{place}")
                    yield msgspec.structs.replace(whole, id=id_, name_map=said, one_of=answers)
            case PollKind.SEVERAL:
                yield msgspec.structs.replace(whole, any_of=_options(poll.options, poll.counts))
            case PollKind.SINGLE | PollKind.QUIZ:
                yield msgspec.structs.replace(whole, one_of=_options(poll.options, poll.counts))
            case PollKind.SCALE:
                points = tuple({"und": str(point)} for point in range(poll.low, poll.high + 1))
                yield msgspec.structs.replace(whole, one_of=_options(points, poll.counts))
            case _:
                yield whole


def _options(said: Sequence[dict[str, str]], counts: Sequence[int], *, told: bool = True) -> tuple[Answer, ...]:
    """What could be chosen; with how many did, where that is told."""
    numbers: Sequence[int | None] = counts if counts and told else (None,) * len(said)
    return tuple(
        Answer(name_map=words, replies=None if n is None else Counted(total_items=n))
        for words, n in zip(said, numbers, strict=True)
    )


def _event(state: State, home: str, session: str | None, title: str) -> Event | None:
    return None if session is None else Event(id=_urn(f"{home or state.slug}/sessions/{session}"), name=title)


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
    hall: str
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

- `collection.json`: the posts, by time, in ActivityStreams 2.0 (a standard of the W3C).{hall}
- `media`: the pictures.
- `manifest.json`: all files with their SHA-256, to check that nothing has changed.

{named} Where the report names somebody in another way,
so does this archive. A text can still name people.

## What is not in it

{missing}

Does somebody ask you to erase a post? Erase it here too, or throw this archive away and make a new one.
""",
    hall="""
  The questions of the hall ({questions}) and its polls ({polls}) are in it as `Question`: with how many people wanted
  to know, and how many chose what. Of a ranking, a number and answers in words it has no result: the standard has no
  place for that. Who voted is not known.""",
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

- `collection.json`: de berichten op volgorde van tijd, in ActivityStreams 2.0 (een standaard van het W3C).{hall}
- `media`: de foto’s.
- `manifest.json`: alle bestanden met hun SHA-256. Zo kunt u nagaan of er niets is veranderd.

{named} Noemt het verslag iemand op een
andere manier, dan dit archief ook. In een tekst kunnen nog wel namen staan.

## Wat er niet in zit

{missing}

Vraagt iemand u om een bericht te wissen? Wis het dan ook hier, of gooi dit archief weg en maak een nieuw.
""",
    hall="""
  De vragen uit de zaal ({questions}) en de peilingen ({polls}) staan erin als `Question`: met hoeveel mensen het ook
  wilden weten, en hoeveel mensen wat kozen. Van een volgorde, een getal en antwoorden in eigen woorden staat de uitslag
  er niet bij: daar heeft de standaard geen plaats voor. Wie stemde is niet bekend.""",
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
    statuses = Counter(post.status for post in state.posts.values() if post.poll is None)
    missing = [(name, statuses[status]) for status, name in said.statuses.items()]
    missing += [(said.words, count.words), (said.forbidden, count.forbidden), (said.lost, count.lost)]
    return said.page.format(
        title=" ".join(symposium_body(state).title.split()),
        notes=count.notes,
        named=said.named[naming],
        hall=said.hall.format(questions=count.questions, polls=count.polls) if count.questions or count.polls else "",
        missing="\n".join((*(f"- {name}: {n}" for name, n in missing if n), f"- {said.always}")),
    )
