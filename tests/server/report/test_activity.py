from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from server.report.activity import package
from server.report.released import moment, zone_of
from server.symposium.entries import Record
from server.symposium.law import apply
from server.symposium.state import Pick, State
from server.symposium.values import BlobId, Naming, Picture, PostBody, PostId, Status
from tests.oracle.play import journals
from tests.server.symposium.day import CLOSING, OPENING, SHOW, Day

HOME = "https://fontein.example/dag"
DATA = {BlobId(hashlib.sha256(data).hexdigest()): data for data in (b"een foto", b"nog een foto")}
ONE, TWO = DATA
POST = PostBody(
    salt="",
    text="Volle zaal #Dag en #dag, zie <https://voorbeeld.nl/#nee> &amp; #2026",
    name="Noor van Dalen",
    handle="@noor@toot.example",
    media=(Picture(blob=ONE, type="image/webp", width=40, height=30, alt="Een volle zaal"),),
    lang="nl",
    permalink="https://toot.example/@noor/1",
    uri="https://toot.example/users/noor/statuses/1",
)


def made(
    state: State, *, blobs: Any = DATA.get, home: str = HOME, naming: Naming | None = Naming.FULL, **rest: Any
) -> bytes:
    rest = {"link_only": (), **rest}
    return b"".join(package(state, blobs, home=home, naming=naming, **rest))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert len(opened.namelist()) == len(set(opened.namelist()))
        return {name: opened.read(name) for name in opened.namelist()}


def collection(day: Day, **rest: Any) -> dict[str, Any]:
    found = msgspec.json.decode(members(made(day.state, **rest))["collection.json"])
    assert isinstance(found, dict)
    return found


def notes(day: Day, **rest: Any) -> list[dict[str, Any]]:
    return list(collection(day, **rest)["orderedItems"])


def said(**changes: Any) -> PostBody:
    return msgspec.structs.replace(POST, **changes)


@pytest.fixture
def day() -> Day:
    """A day with one post, with a picture, in its opening."""
    day = Day()
    day.programme()
    day.arrive("p", verdict=SHOW, body=POST, session=OPENING, lang="nl", photos=1)
    return day


# The collection


def test_the_collection_is_of_activitystreams_2_0(day: Day) -> None:
    found = collection(day)

    assert found["@context"] == [
        "https://www.w3.org/ns/activitystreams",
        {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"},
    ]
    assert (found["type"], found["id"], found["name"]) == ("OrderedCollection", HOME, "De dag")
    assert (found["totalItems"], len(found["orderedItems"])) == (1, 1)
    assert datetime.fromisoformat(found["updated"]) == moment(day.state.at, zone_of(day.state))


def test_a_post_is_a_note_with_all_that_may_be_said(day: Day) -> None:
    [note] = notes(day)

    session = note["context"].pop("id")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", session)
    assert note == {
        "type": "Note",
        "id": "https://toot.example/users/noor/statuses/1",
        "url": "https://toot.example/@noor/1",
        "attributedTo": {"type": "Person", "name": "Noor van Dalen", "preferredUsername": "@noor@toot.example"},
        "published": moment(day.post().received, zone_of(day.state)).isoformat(),
        "mediaType": "text/plain",
        "content": POST.text,
        "contentMap": {"nl": POST.text},
        "attachment": [
            {
                "type": "Image",
                "mediaType": "image/webp",
                "url": f"media/{ONE}.webp",
                "name": "Een volle zaal",
                "width": 40,
                "height": 30,
            }
        ],
        "tag": [{"type": "Hashtag", "name": "#Dag"}, {"type": "Hashtag", "name": "#dag"}],
        "context": {"type": "Event", "name": "Opening"},
        "generator": {"type": "Service", "name": "mastodon"},
    }


def test_a_warning_and_an_edit_are_told(day: Day) -> None:
    day.arrive("q", verdict=SHOW, body=said(warning="Politiek", edited=86_400_000_000, uri=None, permalink=None))

    note = notes(day)[-1]

    assert (note["summary"], note["sensitive"], note["updated"]) == ("Politiek", True, "1970-01-02T01:00:00+01:00")


def test_a_phones_post_has_an_id_that_is_always_the_same(day: Day) -> None:
    day.phone("q", verdict=SHOW, body=PostBody(salt="", text="Hoi"))
    day.phone("r", verdict=SHOW, body=PostBody(salt="", text="Hoi"))

    first, again = ([note["id"] for note in notes(day)[1:]] for _ in range(2))

    assert first == again
    assert len(set(first)) == 2
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", each) for each in first)
    assert notes(day)[1] == {
        "type": "Note",
        "id": first[0],
        "published": notes(day)[1]["published"],
        "mediaType": "text/plain",
        "content": "Hoi",
        "generator": {"type": "Service", "name": "mastodon"},
    }


@pytest.mark.parametrize(
    ("uri", "permalink", "taken"),
    [
        pytest.param("at://did:plc:abc/app.bsky.feed.post/1", None, "uri", id="at"),
        pytest.param("tag:voorbeeld.nl,2026:1", "https://voorbeeld.nl/1", "uri", id="tag"),
        pytest.param(None, "https://voorbeeld.nl/1", "permalink", id="only-an-address"),
        pytest.param("1234", "https://voorbeeld.nl/1", "permalink", id="no-uri"),
        pytest.param("javascript:alert(1)", "javascript:alert(1)", "neither", id="script"),
        pytest.param(None, None, "neither", id="nothing"),
    ],
)
def test_an_id_is_what_the_network_calls_it_where_that_is_a_uri(
    uri: str | None, permalink: str | None, taken: str
) -> None:
    day = Day()
    day.arrive("p", verdict=SHOW, body=said(uri=uri, permalink=permalink))

    [note] = notes(day)

    if taken == "neither":
        assert note["id"].startswith("urn:uuid:")
        assert "url" not in note
    else:
        assert note["id"] == {"uri": uri, "permalink": permalink}[taken]


def test_no_two_posts_have_one_id(day: Day) -> None:
    """Who gives a post the address of another could otherwise put words in its author's mouth."""
    day.arrive("q", verdict=SHOW, body=said(text="Dat zei ik niet"))

    first, second = notes(day)

    assert first["id"] == POST.uri
    assert second["id"].startswith("urn:uuid:")


def test_a_language_that_is_none_names_no_map(day: Day) -> None:
    day.arrive("q", verdict=SHOW, body=said(lang="een taal"))

    assert ["contentMap" in note for note in notes(day)] == [True, False]


def test_without_a_public_address_the_collection_still_has_an_id(day: Day) -> None:
    assert str(collection(day, home="")["id"]).startswith("urn:uuid:")


@settings(max_examples=30)
@given(journals())
def test_whatever_happened_that_day_the_collection_counts_what_is_shown(records: list[Record]) -> None:
    state = State()
    for record in records:
        apply(state, record)

    found = msgspec.json.decode(members(made(state))["collection.json"])

    shown = {post.id for post in state.posts.values() if post.status is Status.SHOWN}
    polls = [item for item in found["orderedItems"] if "content" not in item]
    assert found["totalItems"] == len(found["orderedItems"]) == len(shown) + len(polls)
    assert {note["content"].partition(" ")[0] for note in found["orderedItems"] if note not in polls} == shown
    assert [poll for poll in polls if poll["type"] != "Question" or " says " in str(poll)] == []


# What may not go in


@pytest.mark.parametrize(
    ("naming", "person"),
    [(Naming.INITIALS, {"type": "Person", "name": "N. v. D."}), (Naming.ANONYMOUS, None), (None, "N. v. D.")],
)
def test_people_are_named_as_the_organiser_chose(day: Day, naming: Naming | None, person: Any) -> None:
    [note] = notes(day, naming=naming)

    assert note.get("attributedTo") == ({"type": "Person", "name": person} if isinstance(person, str) else person)
    assert note["id"].startswith("urn:uuid:")
    assert "url" not in note
    assert "noor" not in members(made(day.state, naming=naming))["collection.json"].decode().lower()


def test_what_the_author_said_of_one_post_goes_before_what_holds_for_all(day: Day) -> None:
    day.state.draft.picks[PostId("p")] = Pick(naming=Naming.ANONYMOUS)

    assert "attributedTo" not in notes(day)[0]


def test_of_a_network_that_lets_nobody_keep_the_words_there_is_only_an_address(day: Day) -> None:
    data = made(day.state, link_only=("mastodon",))

    [note] = msgspec.json.decode(members(data)["collection.json"])["orderedItems"]
    assert set(note) == {"type", "id", "url", "published", "context", "generator"}
    assert note["id"] == note["url"] == POST.permalink
    assert [name for name in members(data) if name.startswith("media/")] == []
    assert b"Volle zaal" not in b"".join(members(data).values())
    assert b"Volle zaal" in b"".join(members(made(day.state)).values())


def test_pictures_of_a_session_where_nobody_may_be_pictured_stay_out(day: Day) -> None:
    day.move("p", to=CLOSING)

    parts = members(made(day.state))

    assert [name for name in parts if name.startswith("media/")] == []
    assert "Pictures of sessions where nobody may be pictured: 1" in parts["README.md"].decode()


# Pictures


def test_each_picture_is_in_it_once_under_the_hash_of_what_it_holds(day: Day) -> None:
    pictures = tuple(Picture(blob=blob, type="image/png", width=1, height=1) for blob in (ONE, TWO))
    day.arrive("q", verdict=SHOW, body=said(media=pictures))

    parts = members(made(day.state))

    assert {name: data for name, data in parts.items() if name.startswith("media/")} == {
        f"media/{ONE}.webp": DATA[ONE],
        f"media/{TWO}.png": DATA[TWO],
    }


@pytest.mark.parametrize("blob", ["../../etc/passwd", "/etc/passwd", "C:\\con", "a\0b", "=1+1"])
def test_nothing_that_anybody_wrote_becomes_a_path(blob: str) -> None:
    day = Day()
    picture = Picture(blob=BlobId(blob), type="../sh", width=1, height=1)
    day.arrive("p", verdict=SHOW, body=said(media=(picture,)))

    parts = members(made(day.state, blobs=lambda _: b"een foto"))

    assert list(parts) == [f"media/{ONE}.bin", "collection.json", "README.md", "LEESMIJ.md", "manifest.json"]


def test_two_pictures_that_are_the_same_are_one_file(day: Day) -> None:
    picture = Picture(blob=TWO, type="image/webp", width=1, height=1)
    day.arrive("q", verdict=SHOW, body=said(media=(picture,)))

    parts = members(made(day.state, blobs=lambda _: DATA[ONE]))

    notes = msgspec.json.decode(parts["collection.json"])["orderedItems"]
    assert [name for name in parts if name.startswith("media/")] == [f"media/{ONE}.webp"]
    assert [note["attachment"][0]["url"] for note in notes] == [f"media/{ONE}.webp"] * 2


def test_a_picture_that_is_gone_is_left_out_and_counted(day: Day) -> None:
    parts = members(made(day.state, blobs=lambda _: None))

    [note] = msgspec.json.decode(parts["collection.json"])["orderedItems"]
    assert "attachment" not in note
    assert "Pictures that are no longer there: 1" in parts["README.md"].decode()


def test_pictures_are_given_out_before_the_next_is_asked_for(day: Day) -> None:
    picture = Picture(blob=TWO, type="image/webp", width=1, height=1)
    day.arrive("q", verdict=SHOW, body=said(media=(picture,)))
    asked: list[BlobId] = []

    def blobs(blob: BlobId) -> bytes:
        asked.append(blob)
        return DATA[blob]

    pieces = package(day.state, blobs, home=HOME, link_only=(), naming=Naming.FULL)

    assert next(pieces).endswith(DATA[ONE])
    assert asked == [ONE]
    assert next(pieces).endswith(DATA[TWO])


# What it says of itself


def test_the_manifest_has_size_and_hash_of_every_other_file(day: Day) -> None:
    parts = members(made(day.state))

    manifest = msgspec.json.decode(parts.pop("manifest.json"))

    assert {each["name"]: (each["size"], each["sha256"]) for each in manifest.pop("files")} == {
        name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in parts.items()
    }
    at = moment(day.state.at, zone_of(day.state)).isoformat()
    assert manifest == {"format": 1, "symposium": "dag", "entry": day.seq, "at": at}


def test_both_languages_say_what_was_left_out() -> None:
    day = Day()
    for number, status in enumerate(each for each in Status if each is not Status.LAPSED):  # it takes all others along
        day.put_post_in(status, f"p{number}")
    day.put_post_in(Status.HIDDEN, "q")

    parts = members(made(day.state, naming=Naming.ANONYMOUS))

    english, dutch = parts["README.md"].decode(), parts["LEESMIJ.md"].decode()
    assert english.startswith(
        "# De dag\n\nThis archive holds the posts that stand on the screens of this symposium (1),"
    )
    assert dutch.startswith(
        "# De dag\n\nIn dit archief zitten de berichten die bij dit symposium op het scherm staan (1),"
    )
    assert re.findall(r"^- (.+): (\d+)$", english, re.MULTILINE) == [
        ("Posts that nobody decided about", "1"),
        ("Posts that were hidden", "2"),
        ("Posts that were not shown", "1"),
        ("Posts that their writers took back", "1"),
        ("Posts that were deleted on their network", "1"),
        ("Posts that were erased", "1"),
    ]
    assert len(re.findall(r"^- .+: \d+$", dutch, re.MULTILINE)) == 6
    assert "Writers are not named." in english
    assert "zonder naam" in dutch


def test_words_that_may_not_be_kept_are_counted(day: Day) -> None:
    parts = members(made(day.state, link_only=("mastodon",)))

    assert "says their network: 1\n" in parts["README.md"].decode()
    assert "zegt hun netwerk: 1\n" in parts["LEESMIJ.md"].decode()


def test_the_same_day_makes_the_same_bytes(day: Day) -> None:
    again = Day()
    again.programme()
    again.arrive("p", verdict=SHOW, body=POST, session=OPENING, lang="nl", photos=1)

    assert made(day.state) == made(again.state)


def test_an_empty_day_is_an_archive_too() -> None:
    parts = members(made(Day().state))

    assert msgspec.json.decode(parts["collection.json"])["orderedItems"] == []
