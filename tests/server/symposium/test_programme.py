"""The programme: who may change it, what is late, what is on stage, and to which session a post belongs."""

from __future__ import annotations

import msgspec
import pytest

from server.symposium import views
from server.symposium.bodies import followed_address
from server.symposium.entries import AddressBody, DirectionSet, ProgrammeFollowed, ProgrammeSet, Slot
from server.symposium.outcomes import Done, Passed, Refused
from server.symposium.programme import MAX_ROOMS, MAX_SESSIONS, begins, ends, session_at
from server.symposium.programme_facts import programme_facts, session_hashtags, whole_programme
from server.symposium.state import Direction
from server.symposium.values import BadgeId, BlobId, Part, Picture, PostBody, PostId, RoomId, SessionId
from server.symposium.views import WallBook, WirePost
from tests.server.symposium.day import (
    ANNA,
    ASIDE,
    CLOSING,
    FOYER,
    HALL,
    LUNCH,
    MINUTE,
    OPENING,
    ORGANISER,
    PANEL,
    PROGRAMME,
    SHOW,
    SLOTS,
    Day,
    code_of,
)


def planned() -> Day:
    day = Day()
    day.programme()
    return day


class TestSetting:
    def test_it_holds_with_a_code_for_each_room_and_talk(self) -> None:
        day = planned()
        facts = whole_programme(day.state)
        assert [(s.id, s.title, s.kind) for s in facts.sessions] == [
            ("opening", "Opening", "talk"),
            ("panel", "Burgerberaad, en dan?", "talk"),
            ("aside", "Ernaast", "talk"),
            ("lunch", "Lunch", "break"),
            ("closing", "Slot", "talk"),
        ]
        assert (facts.version, facts.zone, facts.seq) == ("1.3", "Europe/Amsterdam", day.seq)
        coded = [*(room.code for room in facts.rooms), *(s.code for s in facts.sessions if s.kind == "talk")]
        assert all(coded)
        assert len(set(coded)) == 6
        assert [s.code for s in facts.sessions if s.kind == "break"] == [None]

    def test_who_edited_an_older_one_is_told_who_was_first(self) -> None:
        day = planned()
        first = day.seq
        day.programme()
        assert day.programme(base=first) == Refused(
            seq=day.seq, code="decided-since", by=ORGANISER, at=(first + 1) * 1_000_000, redact=(day.seq,)
        )

    @pytest.mark.parametrize(
        "slots",
        [
            pytest.param((Slot(OPENING, RoomId("attic"), 0, 1),), id="unknown-room"),
            pytest.param((Slot(OPENING, HALL, 1, 0),), id="ends-before-it-begins"),
            pytest.param((Slot(OPENING, HALL, 0, 1), Slot(OPENING, HALL, 1, 2)), id="twice"),
            pytest.param((Slot(OPENING, HALL, 0, 1, questions_s=-1),), id="questions-below-nothing"),
        ],
    )
    def test_what_cannot_be_is_refused(self, slots: tuple[Slot, ...]) -> None:
        day = planned()
        assert code_of(day.programme(slots)) == "unknown"
        assert whole_programme(day.state).seq == day.seq - 1

    @pytest.mark.parametrize(("rooms", "slots"), [(MAX_ROOMS + 1, 0), (1, MAX_SESSIONS + 1)], ids=["rooms", "sessions"])
    def test_it_is_bounded(self, rooms: int, slots: int) -> None:
        day = Day()
        head = ProgrammeSet(
            by=ORGANISER,
            base=0,
            rooms=tuple(RoomId(str(n)) for n in range(rooms)),
            slots=tuple(Slot(SessionId(str(n)), None, 0, 1) for n in range(slots)),
        )
        assert code_of(day.put(head, PROGRAMME)) == "too-many-sessions"

    def test_a_room_and_a_session_keep_their_codes(self) -> None:
        day = planned()
        codes = dict(day.state.codes_of)
        day.programme(SLOTS[1:])
        day.programme()
        assert day.state.codes_of == codes

    def test_the_words_of_the_one_before_the_last_are_overwritten(self) -> None:
        day = planned()
        first = day.seq
        day.programme(SLOTS[1:])
        assert day.body(first) is not None, "an undo needs it"
        outcome = day.programme()
        assert outcome.redact == (first,)
        assert day.body(first) is None

    def test_it_is_taken_back_whole(self) -> None:
        day = planned()
        day.shift(PANEL, 5)
        day.on_stage(PANEL)
        before = whole_programme(day.state), programme_facts(day.state)
        day.programme(SLOTS[2:])
        changed = day.seq
        assert day.state.shifts == {}
        day.undo_act(changed, by=ORGANISER)
        assert (whole_programme(day.state), programme_facts(day.state)) == before
        assert day.body(changed) is None

    @pytest.mark.parametrize(("by", "code"), [(ANNA, "not-allowed"), (ORGANISER, "Done")], ids=["staff", "organiser"])
    def test_who_may_not_change_it_may_not_take_it_back(self, by: BadgeId, code: str) -> None:
        day = planned()
        assert code_of(day.undo_act(by=by)) == code
        day.put(ProgrammeFollowed(by=ORGANISER, on=True), AddressBody(url="https://rooster.example/"))
        assert code_of(day.undo_act(by=by)) == code


class TestLate:
    def test_a_session_begins_and_ends_later(self) -> None:
        day = planned()
        day.shift(PANEL, 7)
        slot = SLOTS[1]
        assert (begins(day.state, slot), ends(day.state, slot)) == (47 * MINUTE, 77 * MINUTE)
        assert day.state.shifts == {PANEL: 7}

    def test_the_rest_of_the_room_moves_by_as_much(self) -> None:
        day = planned()
        day.shift(CLOSING, 2)
        day.shift(PANEL, 7, rest=True)
        assert day.state.shifts == {PANEL: 7, LUNCH: 7, CLOSING: 9}

    def test_not_what_comes_after_the_night(self) -> None:
        tomorrow = Slot(SessionId("tomorrow"), HALL, 900 * MINUTE, 930 * MINUTE)
        day = Day()
        day.programme((*SLOTS, tomorrow))
        day.shift(OPENING, 10, rest=True)
        assert day.state.shifts == {OPENING: 10, PANEL: 10, LUNCH: 10, CLOSING: 10}

    @pytest.mark.parametrize(("rooms", "moved"), [((HALL,), True), ((HALL, FOYER), False)], ids=["one", "two"])
    def test_a_lunch_for_all_moves_where_there_is_one_room(self, rooms: tuple[RoomId, ...], moved: bool) -> None:
        day = Day()
        slots = (SLOTS[0], Slot(LUNCH, None, 70 * MINUTE, 100 * MINUTE))
        day.put(ProgrammeSet(by=ORGANISER, base=0, rooms=rooms, slots=slots), PROGRAMME)
        day.shift(OPENING, 5, rest=True)
        assert day.state.shifts == ({OPENING: 5, LUNCH: 5} if moved else {OPENING: 5})

    def test_on_time_again(self) -> None:
        day = planned()
        day.shift(PANEL, 7, rest=True)
        day.shift(PANEL, 0, rest=True)
        assert day.state.shifts == {}

    def test_taken_back(self) -> None:
        day = planned()
        day.shift(PANEL, 7)
        day.shift(PANEL, 9)
        day.undo_act()
        assert day.state.shifts == {PANEL: 7}

    def test_what_was_given_another_time_is_on_time(self) -> None:
        day = planned()
        day.shift(PANEL, 7, rest=True)
        moved = msgspec.structs.replace(SLOTS[1], start=47 * MINUTE, end=77 * MINUTE)
        day.programme((SLOTS[0], moved, *SLOTS[2:]))
        assert day.state.shifts == {LUNCH: 7, CLOSING: 7}

    @pytest.mark.parametrize(("session", "minutes"), [("nobody", 5), (PANEL, 1_441), (PANEL, -1_441)])
    def test_no_such_session_and_no_whole_day(self, session: str, minutes: int) -> None:
        assert code_of(planned().shift(session, minutes)) == "unknown"


class TestOnStage:
    def test_a_person_overrules_the_clock_until_the_clock_may_again(self) -> None:
        day = planned()
        day.on_stage(PANEL, part=Part.QUESTIONS)
        facts = programme_facts(day.state).on_stage
        assert {room: (on.session, on.part) for room, on in facts.items()} == {"hall": ("panel", "questions")}
        day.on_stage(None, auto=True)
        assert programme_facts(day.state).on_stage == {}
        day.undo_act()
        assert session_at(day.state, HALL, 0) == PANEL

    @pytest.mark.parametrize(("session", "room"), [("nobody", HALL), (PANEL, RoomId("attic"))])
    def test_of_what_there_is(self, session: str, room: RoomId) -> None:
        assert code_of(planned().on_stage(session, room=room)) == "unknown"

    def test_rooms_do_not_stand_in_each_others_way(self) -> None:
        day = planned()
        day.on_stage(PANEL)
        hall = day.seq
        day.on_stage(ASIDE, room=FOYER)
        assert code_of(day.undo_act(hall)) == "Done"
        assert list(day.state.on_stage) == [FOYER]


def test_direction_is_set_and_taken_back() -> None:
    day = Day()
    day.put(DirectionSet(by=ANNA, stage_safe=False, papers_s=30))
    assert day.state.direction == Direction(stage_safe=False, papers_s=30)
    day.undo_act()
    assert day.state.direction == Direction()
    assert code_of(day.put(DirectionSet(by=ANNA, stage_safe=True, papers_s=3_601))) == "unknown"


def test_an_address_is_followed_until_it_is_not() -> None:
    day = Day()
    url = "https://rooster.example/schedule.json"
    day.put(ProgrammeFollowed(by=ORGANISER, on=True), AddressBody(url=url))
    assert followed_address(day.state) == url
    day.put(ProgrammeFollowed(by=ORGANISER, on=False))
    assert followed_address(day.state) is None
    day.undo_act(by=ORGANISER)
    assert followed_address(day.state) == url


class TestWhereAPostBelongs:
    @pytest.mark.parametrize(
        ("room", "minute", "session"),
        [
            pytest.param(HALL, 9, None, id="before-the-day"),
            pytest.param(HALL, 10, OPENING, id="as-it-begins"),
            pytest.param(HALL, 40, PANEL, id="the-next-begins"),
            pytest.param(FOYER, 41, ASIDE, id="in-its-own-room"),
            pytest.param(HALL, 84, PANEL, id="in-the-break-just-after"),
            pytest.param(HALL, 86, None, id="long-after"),
            pytest.param(None, 20, OPENING, id="nowhere-and-one-runs"),
            pytest.param(None, 50, None, id="nowhere-and-two-run"),
            pytest.param(None, 110, CLOSING, id="nowhere-and-one-runs-again"),
            pytest.param(RoomId("attic"), 20, OPENING, id="a-room-that-is-none-any-more"),
        ],
    )
    def test_by_time_and_room(self, room: RoomId | None, minute: int, session: SessionId | None) -> None:
        assert session_at(planned().state, room, minute * MINUTE) == session

    def test_what_is_late_is_late_here_too(self) -> None:
        day = planned()
        day.shift(PANEL, 10)
        assert session_at(day.state, HALL, 45 * MINUTE) == OPENING
        assert session_at(day.state, HALL, 51 * MINUTE) == PANEL

    def test_the_stage_knows_better_than_the_clock(self) -> None:
        day = planned()
        day.on_stage(CLOSING)
        assert session_at(day.state, HALL, 20 * MINUTE) == CLOSING
        day.on_stage(None)
        assert session_at(day.state, HALL, 20 * MINUTE) is None

    def test_what_runs_elsewhere_does_not_hide_what_just_was_here(self) -> None:
        day = planned()
        day.shift(ASIDE, 30)
        assert session_at(day.state, HALL, 75 * MINUTE) == PANEL

    def test_what_has_no_room_is_in_every_room_where_nothing_else_is(self) -> None:
        day = Day()
        day.programme((*SLOTS[:1], Slot(CLOSING, None, 30 * MINUTE, 60 * MINUTE)))
        assert session_at(day.state, HALL, 35 * MINUTE) == OPENING
        assert session_at(day.state, FOYER, 35 * MINUTE) == CLOSING
        assert session_at(day.state, HALL, 45 * MINUTE) == CLOSING

    def test_one_that_was_sent_to_another_room_is_there(self) -> None:
        day = planned()
        day.on_stage(OPENING, room=FOYER)
        assert session_at(day.state, FOYER, 20 * MINUTE) == OPENING
        assert session_at(day.state, HALL, 20 * MINUTE) is None

    def test_without_a_programme_nowhere(self) -> None:
        assert session_at(Day().state, None, 20 * MINUTE) is None

    def test_the_sessions_own_hashtags_are_folded(self) -> None:
        assert session_hashtags(planned().state) == {"panel": PANEL, "ernaast": ASIDE}


class TestMoving:
    def test_many_at_once_and_back_at_once(self) -> None:
        day = planned()
        for name, session in (("a", None), ("b", "opening"), ("c", "panel")):
            day.arrive(name, session=session)
        day.move("a", "b", "c", "nobody", to=PANEL)
        moved = day.seq
        assert [day.post(p).session for p in "abc"] == [PANEL] * 3
        day.move("b", to=None)
        day.undo_act(moved)
        assert [day.post(p).session for p in "abc"] == [None, None, PANEL], "b was moved on by somebody since"

    def test_makes_no_new_revision(self) -> None:
        day = planned()
        day.arrive("a", verdict=SHOW)
        before = msgspec.json.encode(msgspec.structs.replace(day.post("a"), session=PANEL))
        day.move("a", to=PANEL)
        assert msgspec.json.encode(day.post("a")) == before

    def test_unknown_posts_are_passed_by(self) -> None:
        day = planned()
        day.arrive("a")
        outcome = day.move("a", "nobody", to=PANEL)
        assert isinstance(outcome, Done)
        assert outcome.passed == (Passed(post=PostId("nobody"), code="unknown"),)

    @pytest.mark.parametrize(("post", "to"), [("nobody", PANEL), ("a", "no-session")])
    def test_nothing_to_move(self, post: str, to: str) -> None:
        day = planned()
        day.arrive("a")
        assert code_of(day.move(post, to=to)) == "unknown"


class TestNobodyPictured:
    """A session whose speakers want no recording: its posts have no photos on any screen."""

    def with_photo(self) -> Day:
        day = planned()
        picture = PostBody(salt="", text="Kijk", media=(day_picture(),), name="Ada")
        day.arrive("a", verdict=SHOW, session=CLOSING, body=picture, photos=1)
        return day

    def test_screens_get_the_words_only(self) -> None:
        day = self.with_photo()
        assert media_on_wall(day) == [0]

    def test_with_the_session_the_photo_comes_and_goes(self) -> None:
        day = self.with_photo()
        book = WallBook()
        book.look(day.state)
        day.move("a", to=OPENING)
        book.look(day.state)
        assert [len(v.media) for v in book.items.values() if isinstance(v, WirePost)] == [1]
        day.programme((msgspec.structs.replace(SLOTS[0], no_record=True), *SLOTS[1:]))
        book.look(day.state)
        assert [len(v.media) for v in book.items.values() if isinstance(v, WirePost)] == [0]

    def test_the_desk_sees_it(self) -> None:
        day = self.with_photo()
        seen = views.desk_post(day.state, day.post("a"))
        assert seen is not None
        assert len(seen.media) == 1


def day_picture() -> Picture:
    return Picture(blob=BlobId("b" * 64), type="image/jpeg", width=640, height=480)


def media_on_wall(day: Day) -> list[int]:
    book = WallBook()
    book.look(day.state)
    return [len(value.media) for value in book.items.values() if isinstance(value, WirePost)]
