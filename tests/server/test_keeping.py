"""When time takes what, with a clock that is moved; the entries of keeping; and who stays out under which names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.keeping import (
    CALM_US,
    MAX_REASON,
    MIN_REASON,
    Keeping,
    at_work,
    due,
    end_of,
    ends_with_programme,
    expires,
    hold_reason,
    identity,
    moments,
    overdue,
    suppression_keys,
)
from server.keyring import Keyring
from server.symposium import entries
from server.symposium.entries import ReasonBody, SymposiumBody
from server.symposium.outcomes import Done, Outcome
from server.symposium.state import Keeping as Periods
from server.symposium.values import Kept, Status
from tests.server.symposium.day import ANNA, MINUTE, ORGANISER, SHOW, Day, code_of

HOUR = 60 * MINUTE
DAY = 24 * HOUR
LAST = 130 * MINUTE
"""The end of the programme of these tests."""


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


class Clocked(Day):
    """A day whose keeping has a clock that the test moves."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.keep = Keeping(state=self.state, submit=self._submit, now_us=lambda: self.now)

    async def _submit(self, head: Any, body: bytes | None = None, *, urgent: bool = False) -> Outcome:
        return self.put(head, None if body is None else ReasonBody(reason=_reason(body)))

    def named(self, date: str) -> None:
        self.put(entries.SymposiumChanged(by=ORGANISER), SymposiumBody(title="De dag", date=date))


def _reason(body: bytes) -> str:
    return msgspec.json.decode(body, type=ReasonBody).reason


@pytest.fixture
def day() -> Clocked:
    """With a programme, and something of every kind."""
    made = Clocked()
    made.programme()
    made.arrive("shown", verdict=SHOW)
    made.phone("phone")
    made.decide("hold", "shown")
    return made


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path)


class TestEnd:
    def test_it_is_that_of_the_last_session(self, day: Clocked) -> None:
        assert end_of(day.state) == LAST

    def test_a_session_that_is_late_moves_it(self, day: Clocked) -> None:
        day.shift("closing", 20)
        assert end_of(day.state) == LAST + 20 * MINUTE

    def test_without_a_programme_it_is_the_midnight_after_the_day(self) -> None:
        winter = Clocked()
        assert end_of(winter.state) == utc("2026-11-21T23:00:00")
        winter.named("2026-07-01")
        assert end_of(winter.state) == utc("2026-07-01T22:00:00")

    def test_a_last_day_is_never_cut_short(self, day: Clocked) -> None:
        """Also by a programme of which only the first day is filled in."""
        assert ends_with_programme(day.state)
        body = SymposiumBody(title="Drie dagen", date="2026-11-21", until="2026-11-23")
        day.put(entries.SymposiumChanged(by=ORGANISER), body)
        assert (end_of(day.state), ends_with_programme(day.state)) == (utc("2026-11-23T23:00:00"), False)

        bare = Clocked()
        bare.put(entries.SymposiumChanged(by=ORGANISER), body)
        assert (end_of(bare.state), ends_with_programme(bare.state)) == (utc("2026-11-23T23:00:00"), False)

    @pytest.mark.parametrize("date", ["", "morgen", "2026-13-01"])
    def test_without_a_day_nobody_knows_and_nothing_ever_goes(self, date: str) -> None:
        unknown = Clocked()
        unknown.phone()
        unknown.named(date)
        assert end_of(unknown.state) is None
        assert set(moments(unknown.state).values()) == {None}
        assert due(unknown.state, 2**60) == ()


class TestDue:
    def test_each_kind_goes_its_own_number_of_days_after_the_end(self, day: Clocked) -> None:
        day.put(entries.KeepingSet(by=ORGANISER, posts_days=30, pictures_days=14, audit_days=90, devices_days=7))
        assert moments(day.state) == {
            Kept.POSTS: LAST + 30 * DAY,
            Kept.PICTURES: LAST + 14 * DAY,
            Kept.AUDIT: LAST + 90 * DAY,
            Kept.DEVICES: LAST + 7 * DAY,
        }

    @pytest.mark.parametrize(
        ("posts", "pictures", "after"), [(15, 30, 15), (15, None, 15), (None, 30, 30), (30, 15, 15)]
    )
    def test_pictures_go_with_their_posts_at_the_latest(
        self, day: Clocked, posts: int | None, pictures: int | None, after: int
    ) -> None:
        day.put(entries.KeepingSet(by=ORGANISER, posts_days=posts, pictures_days=pictures))
        assert moments(day.state)[Kept.PICTURES] == LAST + after * DAY

    @pytest.mark.parametrize("kind", Kept)
    def test_it_is_due_at_its_moment_and_not_a_microsecond_before(self, day: Clocked, kind: Kept) -> None:
        at = moments(day.state)[kind]
        assert at is not None
        assert kind not in due(day.state, at - 1)
        assert kind in due(day.state, at)

    def test_what_does_not_go_by_itself_is_never_due(self, day: Clocked) -> None:
        never: dict[str, Any] = dict.fromkeys(("posts_days", "pictures_days", "audit_days", "devices_days"))
        day.put(entries.KeepingSet(by=ORGANISER, **never))
        assert due(day.state, 2**60) == ()

    def test_a_legal_hold_holds_everything(self, day: Clocked) -> None:
        day.put(entries.HoldSet(by=ORGANISER, on=True), ReasonBody(reason="Een rechtszaak."))
        assert due(day.state, 2**60) == ()
        day.put(entries.HoldSet(by=ORGANISER, on=False))
        assert due(day.state, 2**60) == tuple(Kept)

    def test_nothing_is_due_when_nothing_is_left(self) -> None:
        empty = Clocked()
        empty.programme()
        assert set(due(empty.state, 2**60)) <= {Kept.AUDIT}

    @given(days=st.integers(0, 3_660), late=st.integers(-(10**15), 10**15))
    def test_whatever_the_period_the_moment_decides(self, days: int, late: int) -> None:
        some = Clocked()
        some.phone()
        some.programme()
        some.put(entries.KeepingSet(by=ORGANISER, posts_days=days))
        moment = max(LAST + days * DAY, at_work(some.state) + CALM_US)
        assert (Kept.POSTS in due(some.state, moment + late)) == (late >= 0)

    def test_a_wrong_date_takes_nothing_while_people_are_at_work(self) -> None:
        day = Clocked()
        day.named("1970-01-01")
        day.put(entries.KeepingSet(by=ORGANISER, posts_days=0))
        day.phone("sent")
        day.decide("show", "sent")
        assert at_work(day.state) == day.state.at
        assert due(day.state, day.state.at + CALM_US - 1) == ()
        assert Kept.POSTS in due(day.state, max(day.state.at + CALM_US, utc("1970-01-02")))


class TestLapse:
    async def test_time_takes_what_is_due_once(self, day: Clocked) -> None:
        day.now = LAST + 30 * DAY
        assert set(await day.keep.lapse()) == {Kept.POSTS, Kept.PICTURES, Kept.DEVICES}
        seq = day.seq
        assert await day.keep.lapse() == ()
        assert day.seq == seq
        assert day.status("shown") is Status.LAPSED

    async def test_before_its_time_nothing_goes(self, day: Clocked) -> None:
        day.now = LAST + 30 * DAY - 1
        seq = day.seq
        assert await day.keep.lapse() == ()
        assert (day.seq, day.status("phone")) == (seq, Status.HELD)

    async def test_what_comes_later_goes_too(self, day: Clocked) -> None:
        day.now = LAST + 30 * DAY
        await day.keep.lapse()
        day.arrive("late", verdict=SHOW)
        assert Kept.POSTS in await day.keep.lapse()
        assert day.status("late") is Status.LAPSED

    async def test_a_hold_stops_it_and_its_end_lets_it_go(self, day: Clocked) -> None:
        day.now = LAST + 400 * DAY
        await day.keep.hold(ORGANISER, on=True, reason="Een rechtszaak.")
        assert await day.keep.lapse() == ()
        assert day.status("shown") is Status.HELD
        await day.keep.hold(ORGANISER, on=False)
        assert set(await day.keep.lapse()) == set(Kept)
        assert day.status("shown") is Status.LAPSED

    async def test_a_shorter_period_brings_it_nearer(self, day: Clocked) -> None:
        day.now = LAST + 20 * DAY
        assert await day.keep.lapse() == ()
        outcome = await day.keep.set(ORGANISER, Periods(posts_days=2, pictures_days=None, devices_days=None))
        assert isinstance(outcome, Done)
        assert await day.keep.lapse() == (Kept.POSTS, Kept.PICTURES)


class TestExpiry:
    async def test_rejected_and_hidden_posts_go_after_their_hours(self, day: Clocked) -> None:
        for post, status in (("no", "rejected"), ("off", "hidden"), ("on", "shown")):
            day.put_post_in(status, post)
        last = max(day.post(post).decided_at for post in ("no", "off"))
        day.now = last + 24 * HOUR - 1
        assert set(overdue(day.state, day.now)) < {"no", "off"}
        day.now = last + 24 * HOUR
        assert await day.keep.expire() == 2
        assert [day.status(post) for post in ("no", "off", "on")] == [Status.ERASED, Status.ERASED, Status.SHOWN]
        seq = day.seq
        assert await day.keep.expire() == 0
        assert day.seq == seq

    async def test_fewer_hours_count_at_once(self, day: Clocked) -> None:
        day.put_post_in("rejected", "no")
        day.now = expires(day.state, day.post("no")) - 23 * HOUR
        assert await day.keep.expire() == 0
        await day.keep.set(ORGANISER, Periods(rejected_hours=1))
        assert await day.keep.expire() == 1

    async def test_a_hold_keeps_them(self, day: Clocked) -> None:
        day.put_post_in("rejected", "no")
        await day.keep.hold(ORGANISER, on=True, reason="Een rechtszaak.")
        day.now = 2**60
        assert await day.keep.expire() == 0
        assert day.status("no") is Status.REJECTED


class TestHold:
    async def test_its_reason_is_kept_as_long_as_it_lasts(self, day: Clocked) -> None:
        await day.keep.hold(ORGANISER, on=True, reason="  Een vraag om\tinzage.  ")
        assert hold_reason(day.state) == "Een vraag om inzage."
        await day.keep.hold(ORGANISER, on=False)
        assert hold_reason(day.state) == ""

    @pytest.mark.parametrize("reason", ["", " " * 50, "x" * (MIN_REASON - 1), "x" * (MAX_REASON + 1)])
    async def test_without_a_reason_of_some_length_there_is_none(self, day: Clocked, reason: str) -> None:
        with pytest.raises(BadInput, match="Say why") as caught:
            await day.keep.hold(ORGANISER, on=True, reason=reason)
        assert (caught.value.code, caught.value.field) == ("no-reason-given", "$.reason")
        assert day.state.hold is None

    async def test_moderators_neither_hold_nor_set(self, day: Clocked) -> None:
        assert code_of(await day.keep.hold(ANNA, on=True, reason="Een rechtszaak.")) == "not-allowed"
        assert code_of(await day.keep.set(ANNA, Periods(posts_days=0))) == "not-allowed"


SAME = (
    "@anna@social.example",
    "anna@social.example",
    "Anna@Social.Example",
    " \u2068@anna@social.example\u2069 ",
    "acct:anna@social.example",
    "https://social.example/@anna",
    "http://SOCIAL.example/@Anna/",
    "social.example/@anna",
    "https://social.example/@anna/116300000000000001",
    "https://social.example/users/anna",
    "https://social.example/users/anna/statuses/116300000000000001?lang=nl#top",
    "https://other.example/@anna@social.example",
    "https://other.example/web/@anna@social.example/5",
    "\uff20anna\uff20social.example",
)


class TestIdentity:
    @pytest.mark.parametrize("name", SAME)
    def test_every_way_to_write_it_is_one(self, name: str) -> None:
        assert identity(name) == "anna@social.example"

    @pytest.mark.parametrize(
        ("name", "known"),
        [
            ("@anna@bücher.example", "anna@xn--bcher-kva.example"),
            ("@anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example"),
            ("@anna@127.0.0.1:8443", "anna@127.0.0.1:8443"),
            ("https://social.example/ap/users/115000000000000001", "social.example/ap/users/115000000000000001"),
            ("https://pl.example/objects/8f3C-1/", "pl.example/objects/8f3C-1"),
        ],
    )
    def test_hosts_and_addresses_without_a_handle(self, name: str, known: str) -> None:
        assert identity(name) == known

    @pytest.mark.parametrize("name", ["", "Anna", "@anna", "mooi gezegd", "anna @ social.example", "https://", "@@@"])
    def test_a_name_is_no_identity(self, name: str) -> None:
        assert identity(name) is None

    @given(st.text(max_size=300))
    def test_anything_at_all_is_read_and_what_is_read_reads_the_same(self, name: str) -> None:
        known = identity(name)
        assert known is None or "@" not in known or identity(known) == known


class TestSuppressionKeys:
    @pytest.mark.parametrize("name", SAME)
    def test_who_is_named_in_any_way_is_known_by_handle_and_by_actor(self, keyring: Keyring, name: str) -> None:
        keys = suppression_keys(keyring, "mastodon", name)
        assert keyring.handle("mastodon", "@Anna@social.example") in keys
        assert keyring.author("mastodon", "https://social.example/users/anna") in keys

    def test_others_are_not(self, keyring: Keyring) -> None:
        keys = suppression_keys(keyring, "mastodon", "@anna@social.example")
        for handle in ("@anne@social.example", "@anna@other.example", "anna"):
            assert keyring.handle("mastodon", handle) not in keys
        assert not set(keys) & set(suppression_keys(keyring, "elsewhere", "@anna@social.example"))

    def test_capitals_of_an_actor_are_tried_as_written(self, keyring: Keyring) -> None:
        keys = suppression_keys(keyring, "mastodon", "https://social.example/@Anna")
        assert keyring.author("mastodon", "https://social.example/users/Anna") in keys

    def test_an_address_that_tells_no_handle_is_known_as_it_is(self, keyring: Keyring) -> None:
        actor = "https://social.example/ap/users/115000000000000001"
        assert keyring.author("mastodon", actor) in suppression_keys(keyring, "mastodon", actor)

    def test_a_host_is_known_in_both_its_spellings(self, keyring: Keyring) -> None:
        for typed in ("@anna@bücher.example", "@anna@xn--bcher-kva.example"):
            keys = suppression_keys(keyring, "mastodon", typed)
            for told in ("@anna@bücher.example", "@anna@xn--bcher-kva.example"):
                assert keyring.handle("mastodon", told) in keys

    def test_of_a_phone_there_are_none(self, keyring: Keyring) -> None:
        assert suppression_keys(keyring, "phone", "@anna@social.example") == ()

    def test_they_tell_nothing_without_the_key(self, keyring: Keyring, tmp_path: Path) -> None:
        other = Keyring(tmp_path / "other")
        mine, theirs = (suppression_keys(each, "mastodon", "@anna@social.example") for each in (keyring, other))
        assert not set(mine) & set(theirs)
