"""How long what is kept, the legal hold, and what is left when time has struck."""

from __future__ import annotations

from typing import Any

import pytest

from server.symposium import entries
from server.symposium.bodies import badge_name, post_body
from server.symposium.entries import FrozenFile, ReasonBody
from server.symposium.keeping import is_left
from server.symposium.outcomes import Done, Outcome
from server.symposium.state import Keeping
from server.symposium.values import (
    OPERATOR,
    AuthorKey,
    BlobId,
    Kept,
    Picture,
    PostBody,
    PostId,
    Status,
)
from tests.server.symposium.day import ANNA, AUTHOR, ORGANISER, SHOW, Day, code_of


class KeptDay(Day):
    """A day with a post on the screens, one in the queue, one rejected and one of a phone."""

    def __init__(self) -> None:
        super().__init__()
        self.arrive("shown", verdict=SHOW)
        self.arrive("frozen", verdict=SHOW)
        self.arrive("held")
        self.arrive("rejected")
        self.decide("reject", "rejected")
        self.phone("phone")

    def freeze(self, *posts: str) -> Outcome:
        return self.put(
            entries.ReportFrozen(
                by=AUTHOR,
                number=len(self.state.draft.versions) + 1,
                through=self.seq,
                sha256="aa",
                files=(FrozenFile("html", BlobId("aa"), 10),),
                posts=tuple(map(PostId, posts)),
            )
        )

    def lapse(self, *kinds: Kept) -> Outcome:
        return self.put(entries.Lapsed(kinds=kinds))

    def hold(self, *, on: bool = True) -> Outcome:
        return self.put(entries.HoldSet(by=ORGANISER, on=on), ReasonBody(reason="A claim.") if on else None)

    def body(self, post: str) -> PostBody | None:
        return post_body(self.state, self.state.posts[PostId(post)])

    def status(self, post: str) -> Status:
        return self.state.posts[PostId(post)].status


class TestPeriods:
    def test_they_are_what_the_organiser_set(self) -> None:
        day = Day()
        assert day.state.keeping == Keeping()
        day.put(entries.KeepingSet(by=ORGANISER, rejected_hours=2, posts_days=14, audit_days=None))
        assert day.state.keeping == Keeping(rejected_hours=2, posts_days=14, audit_days=None)

    @pytest.mark.parametrize(
        "odd", [{"rejected_hours": 0}, {"rejected_hours": 10_000}, {"posts_days": -1}, {"devices_days": 4_000}]
    )
    def test_odd_ones_are_refused(self, odd: dict[str, Any]) -> None:
        day = Day()
        assert code_of(day.put(entries.KeepingSet(by=ORGANISER, **odd))) == "bad-period"
        assert day.state.keeping == Keeping()


class TestPosts:
    def test_their_words_go_and_what_is_counted_stays(self) -> None:
        day = KeptDay()
        outcome = day.lapse(Kept.POSTS)
        assert isinstance(outcome, Done)
        bodies = {seq for post in day.state.posts.values() for seq in post.bodies}
        assert set(outcome.redact) == bodies
        assert bodies.isdisjoint(day.state.bodies)
        assert {post.status for post in day.state.posts.values()} == {Status.LAPSED}
        assert {id_ for id_, post in day.state.posts.items() if post.stood} == {"shown", "frozen"}
        assert [day.state.shown, day.state.held, day.state.rejected, day.state.pending] == [{}, {}, {}, {}]
        assert not is_left(day.state, Kept.POSTS)

    def test_a_frozen_report_keeps_its_words_until_somebody_takes_them_out(self) -> None:
        day = KeptDay()
        day.freeze("frozen")
        day.lapse(Kept.POSTS, Kept.PICTURES)
        assert day.body("shown") is None
        assert day.body("frozen") is not None
        assert not day.state.draft.versions[0].gone
        outcome = day.erase("frozen")
        assert isinstance(outcome, Done)
        assert outcome.redact == day.state.posts[PostId("frozen")].bodies
        assert day.body("frozen") is None
        assert day.state.draft.versions[0].gone == day.seq

    def test_its_author_can_still_take_one_back(self) -> None:
        day = KeptDay()
        day.decide("show", "phone")
        day.freeze("phone")
        day.lapse(Kept.POSTS)
        day.withdraw("phone")
        assert day.status("phone") is Status.WITHDRAWN
        assert day.body("phone") is None
        assert day.state.draft.versions[0].gone

    def test_nobody_can_decide_on_one_any_more(self) -> None:
        day = KeptDay()
        day.lapse(Kept.POSTS)
        outcome = day.decide("show", "held")
        assert day.status("held") is Status.LAPSED
        assert not isinstance(outcome, Done) or not outcome.changed

    def test_what_came_after_goes_the_next_time(self) -> None:
        day = KeptDay()
        day.lapse(Kept.POSTS)
        day.arrive("late")
        assert is_left(day.state, Kept.POSTS)
        day.lapse(Kept.POSTS)
        assert day.status("late") is Status.LAPSED


class TestPictures:
    def test_they_go_and_the_words_stay(self) -> None:
        day = KeptDay()
        picture = Picture(blob=BlobId("b"), type="image/jpeg", width=2, height=1, alt="A bicycle")
        head = entries.PostEdited(keys=("uri-shown",), digest="shown-2", seen=day.seq, verdict=SHOW, photos=1)
        day.put(head, PostBody(salt="", text="Look", avatar=BlobId("a"), media=(picture,)))
        assert is_left(day.state, Kept.PICTURES)
        day.lapse(Kept.PICTURES)
        body = day.body("shown")
        assert body is not None
        assert (body.text, body.avatar, body.media) == ("Look", None, ())
        assert not is_left(day.state, Kept.PICTURES)


class TestWhoDidWhat:
    def test_nobody_knows_any_more(self) -> None:
        day = KeptDay()
        day.decide("show", "held", by=ANNA)
        day.stop(by=ANNA)
        assert is_left(day.state, Kept.AUDIT)
        outcome = day.lapse(Kept.AUDIT)
        assert isinstance(outcome, Done)
        state = day.state
        assert state.badges[ANNA].body in outcome.redact
        assert badge_name(state, ANNA) is None
        assert state.badges[ANNA].revoked == state.at
        assert {made.by for made in state.made.values()} == {""}
        assert {act.by for act in state.acts.values()} == {None}
        assert {post.decided_by for post in state.posts.values()} == {None}
        assert badge_name(state, ORGANISER)  # who organises or writes the report goes on
        assert badge_name(state, AUTHOR)
        assert not is_left(state, Kept.AUDIT)

    def test_what_was_done_can_still_be_taken_back(self) -> None:
        day = KeptDay()
        day.ban("ada", by=ANNA)
        banned = day.seq
        day.lapse(Kept.AUDIT)
        day.ban("ada", by=ORGANISER)
        assert isinstance(day.undo(banned, by=ORGANISER), Done)


class TestPhones:
    def test_nobody_knows_any_more_which_phone_sent_what(self) -> None:
        day = KeptDay()
        day.phone("asked", request="r1", request_digest="x")
        day.lapse(Kept.DEVICES)
        state = day.state
        assert [state.devices, state.by_request, state.pending] == [{}, {}, {}]
        assert {post.device for post in state.posts.values()} == {None}
        day.decide("show", "phone")  # the queue goes on
        assert day.status("phone") is Status.SHOWN
        assert not is_left(state, Kept.DEVICES)


class TestLegalHold:
    def test_nothing_is_forgotten_while_it_lasts(self) -> None:
        day = KeptDay()
        day.hold()
        assert code_of(day.lapse(*Kept)) == "legal-hold"
        assert code_of(day.expire("rejected")) == "legal-hold"
        assert day.body("shown") is not None
        day.hold(on=False)
        assert isinstance(day.lapse(*Kept), Done)

    def test_a_frozen_report_keeps_its_files_through_an_erasure_until_it_ends(self) -> None:
        day = KeptDay()
        day.freeze("frozen")
        day.freeze("shown")
        day.hold()
        day.erase("frozen")
        erasure = day.seq
        first, second = day.state.draft.versions
        assert (len(first.files), first.gone, first.held) == (1, 0, erasure)
        assert day.body("frozen") is None  # the words themselves go: only the version is kept
        day.hold(on=False)
        first, second = day.state.draft.versions
        assert (first.files, first.gone, first.held) == ((), day.seq, 0)
        assert len(second.files) == 1

    def test_without_one_the_files_go_at_once(self) -> None:
        """The control of the test before."""
        day = KeptDay()
        day.freeze("frozen")
        day.erase("frozen")
        assert day.state.draft.versions[0].gone

    def test_the_reason_goes_when_it_ends_or_is_another(self) -> None:
        day = KeptDay()
        day.hold()
        first = day.seq
        outcome = day.hold()
        assert isinstance(outcome, Done)
        assert outcome.redact == (first,)
        second = day.seq
        outcome = day.hold(on=False)
        assert isinstance(outcome, Done)
        assert second in outcome.redact
        assert day.state.hold is None


class TestSuppression:
    def test_somebody_who_never_wrote_can_be_kept_out(self) -> None:
        day = Day()
        assert code_of(day.put(entries.Erased(by=OPERATOR, author=AuthorKey("nobody")))) == "unknown"
        assert isinstance(day.put(entries.Erased(by=OPERATOR, suppress=(AuthorKey("nobody"),))), Done)
        assert day.state.suppressed == {AuthorKey("nobody"): None}


class TestFreezing:
    def test_what_changed_while_the_files_were_made_is_not_frozen(self) -> None:
        day = KeptDay()
        through = day.seq
        day.put(entries.ReportSet(by=AUTHOR, naming=day.state.draft.naming, lang="en"))
        head = entries.ReportFrozen(by=AUTHOR, number=1, through=through, sha256="a", files=())
        assert code_of(day.put(head)) == "decided-since"
        again = entries.ReportFrozen(by=OPERATOR, number=1, through=through, sha256="a", files=())
        assert isinstance(day.put(again), Done)  # an older version, made anew without somebody
