"""What is played again: the wall's view of each moment, minus what was taken off since."""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.replay.recording import BINS, NIGHT_US, Chunk, Recorder, days, joined_us, moments
from server.replay.standing import Standing
from server.symposium import entries
from server.symposium.entries import AnswerBody, Record, Slot
from server.symposium.law import apply, replay
from server.symposium.outcomes import Done
from server.symposium.programme import has_no_photos
from server.symposium.state import Post, State
from server.symposium.values import BlobId, Picture, PostBody, PostId, Stand, Status, VoterKey
from server.symposium.views import Items, WallBook, wire_post
from tests.oracle.play import journals
from tests.server.symposium.day import ANNA, HALL, OPENING, SHOW, SLOTS, Day
from tests.server.symposium.test_polls import POLL, WORDS, Polling

pytestmark = pytest.mark.slow

quick = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
SECOND = 1_000_000


# What may be seen, worked out another way: from the words of every moment, which a real journal no longer has


def wall_at(journal: list[Record], at: int) -> tuple[State, Items]:
    """The state and the wall's view of a moment, with every word that was said by then."""
    book, state = WallBook(), replay(record for record in journal if record.at <= at)
    book.look(state)
    return state, book.items


def last_edits(journal: list[Record]) -> dict[str, int]:
    """By post, the seq of the last time that its source brought other words."""
    state, found = State(), dict[str, int]()
    for record in journal:
        outcome = apply(state, record)
        if isinstance(outcome, Done) and isinstance(record.head, entries.PostEdited):
            found[outcome.changed[0].post] = record.seq
    return found


def expected(journal: list[Record], at: int) -> Items:
    """
    The wall's view of the state at *at*, filtered by what stands at the end.

    Words of staff that were taken back are in no journal any more.
    """
    final, edits = replay(journal), last_edits(journal)
    (state, wall), (_, of_staff) = wall_at(journal, at), wall_at(overwritten(journal), at)

    def stands(post: Post) -> bool:
        return final.posts[post.id].status is Status.SHOWN and edits.get(post.id, 0) <= state.seq

    def seen(wire: Any) -> Any:
        now = final.posts[wire.id]
        words = wire_post(final, now)
        assert words is not None
        if state.posts[wire.id].body == now.body and not has_no_photos(final, now.session):
            return wire
        kept = ("revision", "released", "pinned", "starred", "session")
        return msgspec.structs.replace(words, **{name: getattr(wire, name) for name in kept})

    def named(scene: Any) -> Any:
        plan = {} if final.programme is None else final.programme.slots
        return msgspec.structs.replace(
            scene,
            post=scene.post if scene.post and stands(state.posts[scene.post]) else None,
            posts=tuple(each for each in scene.posts if stands(state.posts[each])),
            session=scene.session if scene.session in plan else None,
            paper=scene.paper if scene.paper in final.papers else None,
            poll=scene.poll if scene.poll in final.polls else None,
        )

    scene = named(of_staff["scene"])
    rest = {key: of_staff[key] for key in ("announcement", "stop", "pause", "direction", "screens")}
    posts = (value for key, value in wall.items() if key.startswith("post:"))
    standing = {f"post:{value.id}": seen(value) for value in posts if stands(state.posts[value.id])}
    own = {name: {place: named(each) for place, each in getattr(scene, name).items()} for name in ("screens", "rooms")}
    return {**rest, **standing, "scene": msgspec.structs.replace(scene, **own)}


# What is played


def recorded(journal: list[Record], *, chunk_bytes: int = 3_000, join_us: int = 0) -> list[Chunk]:
    standing = Standing.of(journal)
    return list(Recorder(chunk_bytes=chunk_bytes).chunks(moments(journal, standing, join_us=join_us)))


def played(chunks: list[Chunk], at: int) -> dict[str, Any]:
    """The view at *at*, as a page makes it: out of one chunk."""
    chunk = json.loads(chunks[bisect_right([each.begin for each in chunks], at) - 1].json())
    assert chunk["from"] <= at
    assert chunk["until"] is None or at < chunk["until"]
    view = chunk["view"]
    for frame in chunk["frames"]:
        if frame["at"] <= at:
            for change in frame["changes"]:
                if change[0] == "put":
                    view[change[1]] = change[2]
                else:
                    del view[change[1]]
    return dict(view)


def as_json(items: Items) -> dict[str, Any]:
    return dict(json.loads(msgspec.json.encode(items)))


_OTHERS = ("symposium", "programme", "shelf", "hall", "question", "votes", "poll", "tally")
"""In the words of today, or of the hall; see the tests of their own."""


def without(view: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in view.items() if key.partition(":")[0] not in _OTHERS}


def overwritten(journal: list[Record]) -> list[Record]:
    """The journal as its disk has it: what nobody may need any more is gone."""
    state = State()
    asked = {seq for record in journal for seq in apply(state, record).redact}
    return [msgspec.structs.replace(each, body=None) if each.seq in asked else each for each in journal]


@quick
@given(journals(), st.data())
def test_replay_at_a_moment_is_the_wall_of_that_moment_as_far_as_it_stands(
    journal: list[Record], data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from([record.at for record in journal]))

    chunks = recorded(overwritten(journal))

    assert without(played(chunks, at)) == as_json(expected(journal, at))


@quick
@given(journals(), st.data())
def test_a_copy_that_was_not_overwritten_yet_shows_no_post_more(journal: list[Record], data: st.DataObject) -> None:
    """Overwriting comes after the entry; a copy may be made in between."""
    at = data.draw(st.sampled_from([record.at for record in journal]))

    early, late = played(recorded(journal), at), played(recorded(overwritten(journal)), at)

    assert {key: value for key, value in early.items() if key.startswith("post:")} == {
        key: value for key, value in late.items() if key.startswith("post:")
    }


def test_without_the_filter_what_was_hidden_since_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same day with the filter off: the test above would notice."""
    day = Day()
    day.put_post_in("shown")
    at = day.records[-1].at
    day.decide("hide")
    assert "post:p" not in played(recorded(day.records), at)

    monkeypatch.setattr(Standing, "has", lambda *_: True)

    assert "post:p" in played(recorded(day.records), at)
    assert without(played(recorded(day.records), at)) != as_json(expected(day.records, at))


@pytest.mark.parametrize("taken_off", ["hidden", "rejected", "held", "withdrawn", "gone", "erased", "edited"])
def test_what_was_taken_off_since_is_at_no_moment(taken_off: str) -> None:
    day = Day()
    if taken_off == "withdrawn":
        day.phone()
        day.decide("show")
    else:
        day.put_post_in("shown")
    assert any(b"p says" in chunk.json() or b"post:p" in chunk.json() for chunk in recorded(day.records))
    match taken_off:
        case "withdrawn":
            day.withdraw()
        case "gone":
            day.depart()
        case "erased":
            day.erase("p")
        case "edited":
            day.edit()
        case decision:
            day.decide({"hidden": "hide", "rejected": "reject", "held": "hold"}[decision])

    assert not any(b"post:p" in chunk.json() for chunk in recorded(day.records))


def test_an_edit_that_was_shown_again_is_there_from_then_on_in_its_new_words_only() -> None:
    day = Day()
    day.put_post_in("shown")
    first = day.records[-1].at
    day.edit()
    day.decide("show")

    chunks = recorded(day.records)

    assert "post:p" not in played(chunks, first)
    assert played(chunks, day.records[-1].at)["post:p"]["revision"] == 2


def test_a_picture_that_was_described_later_is_described_all_day() -> None:
    day = Day()
    day.put_post_in("shown")
    first = day.records[-1].at
    day.amend()

    assert (
        played(recorded(overwritten(day.records)), first)["post:p"]["text"]
        == played(recorded(day.records), day.records[-1].at)["post:p"]["text"]
    )


@quick
@given(journals(), st.data())
def test_title_programme_and_papers_are_in_the_words_of_today(journal: list[Record], data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([record.at for record in journal]))
    chunks = recorded(journal)
    _, wall = wall_at(journal, journal[-1].at)
    _, then = wall_at(journal, at)
    now, view = as_json(wall), played(chunks, at)
    assert view["symposium"] == now["symposium"]
    assert (view["programme"]["known"], view["programme"]["seq"]) == (
        then["programme"].known and now["programme"]["known"],
        now["programme"]["seq"] if then["programme"].known else 0,
    )
    titles = {paper["id"]: paper["title"] for paper in now["shelf"]["papers"]}
    assert {paper["id"]: paper["title"] for paper in view["shelf"]["papers"]}.items() <= titles.items()


@quick
@given(journals(), st.integers(0, 5 * SECOND))
def test_changes_that_are_joined_end_in_the_same_view(journal: list[Record], join_us: int) -> None:
    standing = Standing.of(journal)
    one_by_one, joined = (list(moments(journal, standing, join_us=us)) for us in (0, join_us))

    by_time = {moment.at: as_json(moment.view) for moment in one_by_one}
    assert as_json(joined[-1].view) == as_json(one_by_one[-1].view)
    for moment in joined:
        latest = max(at for at in by_time if at <= moment.at)
        assert as_json(moment.view) == by_time[latest]


PICTURE = Picture(blob=BlobId("a" * 64), type="image/webp", width=4, height=3, alt="Zaal")


def test_pictures_of_a_session_where_nobody_may_be_pictured_now_are_left_out() -> None:
    day = Day()
    day.programme()
    day.arrive(session=OPENING, body=PostBody(salt="", text="Kijk", name="Ada", media=(PICTURE,)))
    day.decide("show")
    first = day.records[-1].at
    assert played(recorded(day.records), first)["post:p"]["media"] != []

    day.programme(tuple(msgspec.structs.replace(slot, no_record=True) for slot in SLOTS))

    assert played(recorded(day.records), first)["post:p"]["media"] == []


# Chunks and axes


def test_a_chunk_begins_with_the_whole_view_and_no_larger_than_it_must() -> None:
    day = Day()
    for number in range(40):
        day.arrive(f"post-{number}")
        day.decide("show", f"post-{number}")

    chunks = recorded(day.records, chunk_bytes=2_000)

    assert len(chunks) > 5
    assert [each.begin for each in chunks[1:]] == [each.end for each in chunks[:-1]]
    assert (chunks[0].begin, chunks[-1].end) == (0, None)
    assert all(sum(len(bytes(frame)) for frame in chunk.frames) < 4_000 for chunk in chunks)


def test_a_night_ends_a_day() -> None:
    final = State()
    final.at = 10 * NIGHT_US

    found = days(final, [SECOND, 2 * SECOND, 2 * NIGHT_US, 2 * NIGHT_US + SECOND])

    assert [(day.posts, sum(day.counts), len(day.counts)) for day in found] == [(2, 2, BINS), (2, 2, BINS)]
    assert found[0].end < found[1].begin


def test_a_day_without_posts_has_no_axis() -> None:
    assert days(State(), []) == ()


def test_an_axis_has_the_sessions_around_the_posts_with_how_many_stand() -> None:
    day = Day()
    day.programme((Slot(OPENING, HALL, SECOND, 40 * SECOND),))
    day.arrive(session=OPENING)
    day.decide("show")
    standing = Standing.of(day.records)
    recorder = Recorder()
    list(recorder.chunks(moments(day.records, standing)))

    (axis,) = days(standing.final, recorder.appeared)

    assert {band.id: band.posts for band in axis.sessions}[OPENING] == 1
    assert axis.begin <= min(band.begin for band in axis.sessions)
    assert axis.begin < recorder.appeared[0] <= axis.end


def test_what_the_wall_shows_one_day_is_not_played_before_somebody_thought_about_it() -> None:
    standing = Standing.of(Day().records)
    assert standing.see(Day().state, "brand-new", {"text": "Iemands woorden"}) is None
    assert standing.see(Day().state, "pause", {"on": True}) == {"on": True}


def test_of_very_many_posts_more_are_one_change() -> None:
    assert [joined_us(posts) // SECOND for posts in (0, 3_000, 49_999, 50_000, 100_000)] == [1, 1, 1, 2, 4]


# What the hall asked and was asked


def asked_day() -> Polling:
    """Two questions, the second counted under the first, and a poll in words that six phones answered."""
    day = Polling()
    for number, post in enumerate(("one", "two")):
        day.phone(post, device=f"d{number}", verdict=SHOW, question=True, voter=VoterKey(f"d{number}"))
    day.put(entries.QuestionsMerged(by=ANNA, into=PostId("one"), posts=(PostId("two"),)))
    answered(day, "Imani", "Ja, dat kan.")
    day.hold(WORDS)
    for number in range(6):
        voter = VoterKey(f"v{number}")
        said = PostBody(salt="", text="krijt" if number else "stoep")
        day.phone(f"w{number}", device=f"p{number}", verdict=SHOW, poll=POLL, voter=voter, body=said)
    day.close()
    return day


def answered(day: Polling, name: str, text: str) -> None:
    head = entries.QuestionStood(by=ANNA, post=PostId("one"), stand=Stand.ANSWERED, words=True)
    day.put(head, AnswerBody(name=name, text=text))


def hall_of(day: Polling) -> dict[str, Any]:
    view = played(recorded(overwritten(day.records)), day.records[-1].at)
    return {
        key: value for key, value in view.items() if key.partition(":")[0] in ("question", "votes", "poll", "tally")
    }


def test_question_and_poll_are_played_again_with_their_numbers() -> None:
    seen = hall_of(asked_day())

    assert (seen["question:one"]["answer"], seen["votes:one"]) == ({"name": "Imani", "text": "Ja, dat kan."}, 2)
    assert seen["tally:poll"]["n"] == 6
    assert "poll:poll" in seen


@pytest.mark.parametrize("how", ["hide", "withdraw", "erase", "no question"])
def test_question_that_was_taken_off_is_at_no_moment(how: str) -> None:
    day = asked_day()
    for number, post in enumerate(("one", "two")):
        match how:
            case "hide":
                day.decide("hide", post)
            case "withdraw":
                day.withdraw(post, device=f"d{number}")
            case "erase":
                day.erase(post)
            case _:
                day.put(entries.QuestionSet(by=ANNA, post=PostId(post), on=False))

    played_again = b"".join(chunk.json() for chunk in recorded(overwritten(day.records)))

    assert b"question:" not in played_again
    assert b"Imani" not in played_again
    assert b"votes:" not in played_again


def test_answer_that_was_taken_back_is_at_no_moment() -> None:
    day = asked_day()
    day.put(entries.QuestionStood(by=ANNA, post=PostId("one"), stand=Stand.OPEN))
    answered(day, "Tol", "Nee.")

    played_again = b"".join(chunk.json() for chunk in recorded(overwritten(day.records)))

    assert b"Tol" in played_again
    assert b"Imani" not in played_again


def test_word_that_was_erased_is_in_no_result_that_is_played_again() -> None:
    day = asked_day()
    before = hall_of(day)["tally:poll"]["result"]["words"]
    first, *_ = (post for post in day.state.polls[POLL].words.values())
    assert [len(before), before[0][1]] == [2, 5]

    day.erase(first)

    assert hall_of(day)["tally:poll"]["result"]["words"] == [before[0]]
