from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.report.model import Photo
from server.report.released import (
    CLAIM_US,
    Released,
    address,
    jsonl,
    lines,
    moment,
    released,
    writable,
    zone_of,
)
from server.symposium import entries
from server.symposium.entries import ProgrammeBody, Record
from server.symposium.law import apply
from server.symposium.state import Pick, State, erase
from server.symposium.values import BlobId, Naming, Picture, PostBody, PostId, Status
from tests.oracle.play import journals
from tests.server.symposium.day import CLOSING, HALL, OPENING, ORGANISER, SHOW, SLOTS, Day

PICTURE = Picture(blob=BlobId("b" * 64), type="image/webp", width=40, height=30, alt="Een volle zaal")
POST = PostBody(
    salt="",
    text="Volle zaal #dag",
    name="Noor van Dalen",
    handle="@noor@toot.example",
    media=(PICTURE,),
    lang="nl",
    warning="Lang",
    permalink="https://toot.example/@noor/1",
    uri="https://toot.example/users/noor/statuses/1",
)


def rows(day: Day, *, link_only: tuple[str, ...] = (), naming: Naming | None = Naming.FULL) -> list[Released]:
    return [*released(day.state, link_only=link_only, naming=naming)]


def said(**changes: Any) -> PostBody:
    return msgspec.structs.replace(POST, **changes)


@pytest.fixture
def day() -> Day:
    """A day with a programme, and one post in its opening."""
    day = Day()
    day.programme()
    day.arrive("p", verdict=SHOW, body=POST, session=OPENING, lang="nl", photos=1)
    return day


# What goes out


def test_a_post_goes_out_with_everything_that_the_report_may_say(day: Day) -> None:
    day.decide("star", "p")

    [row] = rows(day)

    assert row == Released(
        id=PostId("p"),
        at=datetime.fromtimestamp(day.post().received // 1_000_000, ZoneInfo("Europe/Amsterdam")),
        session="opening",
        session_title="Opening",
        network="mastodon",
        name="Noor van Dalen",
        handle="@noor@toot.example",
        text="Volle zaal #dag",
        lang="nl",
        permalink="https://toot.example/@noor/1",
        uri="https://toot.example/users/noor/statuses/1",
        starred=True,
        photos=(Photo(blob=BlobId("b" * 64), type="image/webp", width=40, height=30, alt="Een volle zaal"),),
        warning="Lang",
    )


@pytest.mark.parametrize("status", Status)
def test_only_what_is_shown_goes_out(status: Status) -> None:
    day = Day()
    day.put_post_in(status)

    assert [row.id for row in rows(day)] == (["p"] if status is Status.SHOWN else [])


def test_a_post_whose_words_were_redacted_does_not_go_out(day: Day) -> None:
    day.arrive("q", verdict=SHOW, body=said(text="Ook hier"))

    erase(day.state, day.post("p").bodies)

    assert [row.id for row in rows(day)] == ["q"]


@settings(max_examples=30)
@given(journals())
def test_whatever_happened_that_day_no_word_of_a_post_that_is_not_shown_goes_out(records: list[Record]) -> None:
    state = State()
    for record in records:
        apply(state, record)

    out = [*released(state, link_only=(), naming=Naming.FULL)]

    assert {row.id for row in out} == {post.id for post in state.posts.values() if post.status is Status.SHOWN}
    assert all(row.text.startswith(f"{row.id} says ") for row in out)


# When


def test_posts_go_by_the_time_at_which_they_were_written(day: Day) -> None:
    later = day.post().received + 10_000_000
    for post, created in (("q", later - 60_000_000), ("r", None), ("s", later - 90_000_000)):
        day.arrive(post, verdict=SHOW, body=said(created=created))

    assert [row.id for row in rows(day)] == ["s", "q", "p", "r"]


@pytest.mark.parametrize(
    ("ago", "believed"),
    [
        pytest.param(0, True, id="at-once"),
        pytest.param(60_000_000, True, id="a-minute-before"),
        pytest.param(CLAIM_US, True, id="a-week-before"),
        pytest.param(CLAIM_US + 1, False, id="longer-before"),
        pytest.param(-1, False, id="after-it-came-in"),
        pytest.param(10**30, False, id="before-the-universe"),
        pytest.param(-(10**30), False, id="after-it"),
    ],
)
def test_a_networks_own_time_is_believed_where_it_can_be_true(ago: int, believed: bool) -> None:
    day = Day()
    day.records += [Record(0, 0, entries.Paused(by=ORGANISER, on=False), None)] * 1_000_000  # Time flies.
    received = (len(day.records) + 1) * 1_000_000
    day.arrive("p", verdict=SHOW, body=said(created=received - ago))

    [row] = rows(day)

    assert row.at == moment(received - ago if believed else received, UTC)


def test_times_are_told_in_the_zone_of_the_programme() -> None:
    day = Day()
    body = ProgrammeBody(zone="America/St_Johns", rooms=(), sessions=())
    day.put(entries.ProgrammeSet(by=ORGANISER, base=0, rooms=(HALL,), slots=()), body)
    day.arrive("p", verdict=SHOW, body=POST)

    [row] = rows(day)

    assert row.at.utcoffset() == timedelta(hours=-3, minutes=-30)
    assert row.at == moment(day.post().received, UTC)


@pytest.mark.parametrize("zone", ["", "Nowhere/Land", "../../etc/passwd", "Europe", "a\0b", "x" * 5_000])
def test_a_zone_that_nobody_knows_is_utc(zone: str) -> None:
    day = Day()
    day.put(entries.ProgrammeSet(by=ORGANISER, base=0, rooms=(HALL,), slots=()), ProgrammeBody(zone=zone))

    assert zone_of(day.state) is UTC


@given(st.integers())
def test_every_number_is_a_moment(at: int) -> None:
    assert 1970 <= moment(at, UTC).year <= 2100


# Who


def test_people_are_named_as_for_the_report_unless_told_otherwise(day: Day) -> None:
    day.state.draft.naming = Naming.ANONYMOUS

    [anonymous], [in_full] = rows(day, naming=None), rows(day)

    assert (anonymous.name, anonymous.handle, in_full.name) == ("", "", "Noor van Dalen")


def test_until_somebody_chooses_people_are_initials(day: Day) -> None:
    [row] = rows(day, naming=None)

    assert row.name == "N. v. D."


@pytest.mark.parametrize("naming", [Naming.INITIALS, Naming.ANONYMOUS])
def test_who_is_not_named_in_full_is_not_named_by_an_address_either(day: Day, naming: Naming) -> None:
    [named], [row] = rows(day), rows(day, naming=naming)

    assert "noor" in f"{named.handle} {named.permalink} {named.uri}"
    assert (row.handle, row.permalink, row.uri) == ("", "", "")
    assert "noor" not in msgspec.json.encode(row).decode().lower()


def test_what_the_author_said_of_one_post_goes_before_what_holds_for_all(day: Day) -> None:
    day.arrive("q", verdict=SHOW, body=said(name="Ada"))
    day.state.draft.picks[PostId("p")] = Pick(naming=Naming.ANONYMOUS)

    assert [(row.id, row.name, row.permalink != "") for row in rows(day)] == [("p", "", False), ("q", "Ada", True)]


# What may not be kept


def test_of_a_network_that_lets_nobody_keep_the_words_only_address_time_and_session_go_out(day: Day) -> None:
    [kept], [row] = rows(day), rows(day, link_only=("mastodon",))

    assert row == Released(
        id=kept.id,
        at=kept.at,
        session=kept.session,
        session_title=kept.session_title,
        network="mastodon",
        permalink=kept.permalink,
        export="link",
    )
    assert (kept.text, kept.name, len(kept.photos)) == ("Volle zaal #dag", "Noor van Dalen", 1)


def test_what_other_networks_say_stays_whole(day: Day) -> None:
    assert rows(day, link_only=("another",)) == rows(day)


def test_pictures_of_a_session_where_nobody_may_be_pictured_stay_out(day: Day) -> None:
    assert [slot.session for slot in SLOTS if slot.no_record] == [CLOSING]
    day.move("p", to=CLOSING)

    [row] = rows(day)

    assert (row.session, row.photos, row.text) == ("closing", (), "Volle zaal #dag")


# Addresses and signs


@pytest.mark.parametrize(
    ("text", "followed"),
    [
        pytest.param("https://toot.example/@noor/1", True, id="https"),
        pytest.param("HTTP://toot.example/é?a=b#c", True, id="http"),
        pytest.param(None, False, id="none"),
        pytest.param("", False, id="empty"),
        pytest.param("javascript:alert(1)", False, id="script"),
        pytest.param("data:text/html,x", False, id="data"),
        pytest.param("//toot.example/1", False, id="without-a-scheme"),
        pytest.param("https://toot.example/ 1", False, id="blank"),
        pytest.param('https://toot.example/"onclick="', False, id="quotation-mark"),
        pytest.param("https://toot.example/\n=1+1", False, id="line-end"),
        pytest.param("https://toot.example/\ud800", False, id="surrogate"),
        pytest.param("https://" + "x" * 3_000, False, id="endless"),
    ],
)
def test_only_what_a_reader_may_follow_is_an_address(text: str | None, followed: bool) -> None:
    assert address(text) == (text if followed else "")


def test_what_no_xml_can_hold_is_replaced_and_nothing_else() -> None:
    everything = "".join(map(chr, range(0x110000)))

    written = writable(everything)

    replaced = [sign for sign, now in zip(everything, written, strict=True) if sign != now]
    controls = [chr(code) for code in range(0x20) if chr(code) not in "\t\n\r"]
    assert replaced == [*controls, *map(chr, range(0xD800, 0xE000)), "\ufffe", "\uffff"]


# In JSON


def test_every_line_says_what_its_row_says(day: Day) -> None:
    day.arrive("q", verdict=SHOW, body=said(text='Twee\nregels, een " en een \\ en \u2028'))

    out = b"".join(jsonl(day.state, link_only=(), naming=Naming.FULL))

    assert [msgspec.json.decode(line, type=Released) for line in out.splitlines()] == rows(day)
    assert out.endswith(b"\n")


def test_every_line_has_every_field_and_times_with_their_zone(day: Day) -> None:
    [line] = b"".join(jsonl(day.state, link_only=("mastodon",), naming=Naming.FULL)).splitlines()

    assert msgspec.json.decode(line) == {
        "id": "p",
        "at": "1970-01-01T01:00:12+01:00",
        "session": "opening",
        "sessionTitle": "Opening",
        "network": "mastodon",
        "name": "",
        "handle": "",
        "text": "",
        "lang": None,
        "permalink": "https://toot.example/@noor/1",
        "uri": "",
        "starred": False,
        "photos": [],
        "edited": None,
        "warning": "",
        "export": "link",
    }


def test_lines_are_given_out_in_pieces(day: Day) -> None:
    [row] = rows(day)

    pieces = [*lines(row for _ in range(1_000))]

    assert b"".join(pieces) == (msgspec.json.encode(row) + b"\n") * 1_000
    assert all(65_536 <= len(piece) < 70_000 for piece, _ in pairwise(pieces))


def test_a_day_without_posts_has_no_lines() -> None:
    assert [*jsonl(Day().state, link_only=())] == []
