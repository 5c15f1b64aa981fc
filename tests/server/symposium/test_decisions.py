"""Decisions, undo and bans: the plan's table, cell by cell."""

from __future__ import annotations

import pytest

from server.symposium.entries import Decided, Target
from server.symposium.outcomes import Done, Passed, Refused
from server.symposium.values import BadgeId, Decision, PostId, Reason
from tests.server.symposium.day import ANNA, BRAM, HOLD, REJECT, SHOW, Day, code_of

FINAL = ("withdrawn", "gone", "erased")

TABLE = (
    ("held", "show", "shown"),
    ("held", "hold", "held"),
    ("held", "reject", "rejected"),
    ("held", "hide", "held"),
    ("shown", "show", "shown"),
    ("shown", "hold", "held"),
    ("shown", "reject", "rejected"),
    ("shown", "hide", "hidden"),
    ("hidden", "show", "shown"),
    ("hidden", "hold", "held"),
    ("hidden", "reject", "rejected"),
    ("hidden", "hide", "hidden"),
    ("rejected", "show", "shown"),
    ("rejected", "hold", "held"),
    ("rejected", "reject", "rejected"),
    ("rejected", "hide", "hidden"),
)
RELEASING = ("show", "pin", "star")
RESTRICTING = ("hold", "reject", "hide", "unpin", "unstar")


@pytest.mark.parametrize(("before", "decision", "after"), TABLE, ids=[f"{b}-{d}-{a}" for b, d, a in TABLE])
class TestTheTable:
    def test_a_decision_moves_the_post(self, before: str, decision: str, after: str) -> None:
        day = Day()
        day.put_post_in(before)

        outcome = day.decide(decision)

        assert isinstance(outcome, Done)
        assert day.status() == after
        assert [(c.before, c.after) for c in outcome.changed] == ([] if before == after else [(before, after)])

    def test_undo_moves_it_back(self, before: str, decision: str, after: str) -> None:
        day = Day()
        day.put_post_in(before)
        day.decide(decision)

        outcome = day.undo()

        assert code_of(outcome) == ("cannot-undo" if before == after else "Done")
        assert day.status() == before

    def test_an_old_revision_holds_back_a_release_and_nothing_else(
        self, before: str, decision: str, after: str
    ) -> None:
        day = Day()
        day.put_post_in(before)

        outcome = day.decide(decision, day.target(digest="of other bytes"))

        assert code_of(outcome) == ("stale-revision" if decision == "show" else "Done")
        assert day.status() == (before if decision == "show" else after)


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("before", FINAL)
def test_what_is_final_is_final_for_everyone(before: str, decision: Decision) -> None:
    day = Day()
    day.put_post_in(before)

    assert code_of(day.decide(decision)) == "final"
    assert day.status() == before


@pytest.mark.parametrize("status", ["held", "hidden", "rejected"])
@pytest.mark.parametrize("decision", ["pin", "star"])
def test_only_what_is_shown_is_marked(status: str, decision: str) -> None:
    day = Day()
    day.put_post_in(status)

    assert code_of(day.decide(decision)) == "not-shown"
    assert not day.post().pinned
    assert not day.post().starred


@pytest.mark.parametrize(("on", "off", "index"), [("pin", "unpin", "pinned"), ("star", "unstar", "starred")])
def test_a_mark_is_set_taken_away_and_given_back(on: str, off: str, index: str) -> None:
    day = Day()
    day.put_post_in("shown")

    day.decide(on)
    assert (getattr(day.post(), index), list(getattr(day.state, index))) == (True, ["p"])
    day.undo()
    assert (getattr(day.post(), index), list(getattr(day.state, index))) == (False, [])
    day.decide(on)
    day.decide(off)
    assert (getattr(day.post(), index), list(getattr(day.state, index))) == (False, [])
    day.undo()
    assert (getattr(day.post(), index), list(getattr(day.state, index))) == (True, ["p"])


@pytest.mark.parametrize("off", ["hold", "reject", "hide"])
def test_marks_go_with_the_post_and_come_back_with_undo(off: str) -> None:
    day = Day()
    day.put_post_in("shown")
    day.decide("pin")
    day.decide("star")

    day.decide(off)
    assert (day.post().pinned, day.post().starred, *day.state.pinned, *day.state.starred) == (False, False)
    day.undo()
    assert (day.post().pinned, day.post().starred, *day.state.pinned, *day.state.starred) == (True, True, "p", "p")


def test_what_is_shown_anew_has_no_marks() -> None:
    day = Day()
    day.put_post_in("shown")
    day.decide("pin")
    day.decide("hide")

    day.decide("show")

    assert not day.post().pinned


class TestSeen:
    """A release is refused when somebody decided after what the decider had seen; M2 of the trust plan."""

    @pytest.mark.parametrize("decision", RELEASING)
    def test_a_release_waits_for_a_look(self, decision: str) -> None:
        day = Day()
        day.put_post_in("shown")
        seen = day.seq
        day.decide("hide" if decision == "show" else "star", by=BRAM)
        if decision == "star":
            day.decide("unstar", by=BRAM)

        outcome = day.decide(decision, seen=seen)

        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.by, outcome.at) == ("decided-since", BRAM, day.post().decided_at)

    def test_who_saw_it_may_release(self) -> None:
        day = Day()
        day.put_post_in("hidden")

        assert code_of(day.decide("show", seen=day.seq)) == "Done"
        assert day.status() == "shown"

    @pytest.mark.parametrize("decision", RESTRICTING)
    def test_a_restriction_does_not_wait(self, decision: str) -> None:
        day = Day()
        day.put_post_in("shown")
        day.decide("pin", by=BRAM)

        assert code_of(day.decide(decision, seen=1)) == "Done"

    def test_a_restriction_says_what_it_overrode(self) -> None:
        day = Day()
        day.put_post_in("held")
        day.decide("show", by=BRAM)
        at = day.state.at

        outcome = day.decide("hide", by=ANNA, seen=1)

        assert isinstance(outcome, Done)
        assert [(c.before, c.by, c.at) for c in outcome.changed] == [("shown", BRAM, at)]

    @pytest.mark.parametrize(("before", "decision"), [("hidden", "hide"), ("rejected", "reject"), ("held", "hold")])
    def test_another_persons_second_no_is_not_lost(self, before: str, decision: str) -> None:
        day = Day()
        day.put_post_in(before)
        seen = day.seq
        day.decide(decision, by=BRAM)

        assert code_of(day.decide("show", by=ANNA, seen=seen)) == "decided-since"

    def test_ones_own_second_click_is_no_decision(self) -> None:
        day = Day()
        day.put_post_in("shown")
        hide = day.seq + 1
        day.decide("hide")
        day.decide("hide")

        assert code_of(day.undo(hide)) == "Done"
        assert day.status() == "shown"


class TestRevisions:
    @pytest.mark.parametrize("decision", RELEASING)
    def test_a_release_is_for_the_newest_bytes(self, decision: str) -> None:
        day = Day()
        day.put_post_in("held")
        day.edit()
        if decision != "show":
            day.decide("show")

        assert code_of(day.decide(decision, day.target(revision=1))) == "stale-revision"
        assert code_of(day.decide(decision, day.target(revision=2, digest="p-1"))) == "stale-revision"
        assert code_of(day.decide(decision, day.target(revision=3, digest="p-2"))) == "stale-revision"
        assert code_of(day.decide(decision, day.target(revision=2, digest="p-2"))) == "Done"

    @pytest.mark.parametrize("decision", ["hold", "reject", "hide"])
    def test_a_restriction_is_for_all_of_them(self, decision: str) -> None:
        day = Day()
        day.put_post_in("held")
        day.edit()
        day.decide("show")

        day.decide(decision, day.target(revision=1))

        assert day.status() != "shown"


class TestReasons:
    def test_a_rejection_keeps_its_reason_and_undo_gives_the_last_one_back(self) -> None:
        day = Day()
        day.put_post_in("held")
        day.decide("reject", reason=Reason.OFF_TOPIC)
        day.decide("reject", reason=Reason.HURTFUL)
        assert day.post().reason is Reason.HURTFUL

        day.undo()

        assert day.post().reason is Reason.OFF_TOPIC

    @pytest.mark.parametrize("decision", ["show", "hold", "hide"])
    def test_a_reason_goes_with_the_rejection(self, decision: str) -> None:
        day = Day()
        day.put_post_in("held")
        day.decide("reject", reason=Reason.OFF_TOPIC)

        day.decide(decision, reason=Reason.HURTFUL)

        assert day.post().reason is None

    def test_a_reason_is_for_the_bytes_that_it_was_given_for(self) -> None:
        day = Day()
        day.put_post_in("held")
        day.decide("reject", reason=Reason.OFF_TOPIC)

        day.edit(verdict=REJECT)

        assert day.post().reason is None


class TestBulk:
    def test_one_entry_one_undo(self) -> None:
        day = Day()
        for post in "abc":
            day.arrive(post)

        day.decide("show", "a", "b", "c")
        assert list(day.state.shown) == ["a", "b", "c"]
        outcome = day.undo()

        assert isinstance(outcome, Done)
        assert [c.post for c in outcome.changed] == ["a", "b", "c"]
        assert list(day.state.held) == ["a", "b", "c"]

    def test_what_cannot_be_is_passed_over_with_its_reason(self) -> None:
        day = Day()
        day.arrive("a")
        day.arrive("gone")
        day.depart("gone")
        day.arrive("edited")
        old = day.target("edited")
        day.edit("edited")

        outcome = day.decide("show", "a", "gone", old, "nobody")

        assert isinstance(outcome, Done)
        assert [c.post for c in outcome.changed] == ["a"]
        assert outcome.passed == (
            Passed(post=PostId("gone"), code="final"),
            Passed(post=PostId("edited"), code="stale-revision"),
            Passed(post=PostId("nobody"), code="unknown"),
        )

    def test_a_post_that_is_named_twice_is_decided_once(self) -> None:
        day = Day()
        day.arrive()

        outcome = day.decide("show", "p", "p", seen=day.seq)

        assert isinstance(outcome, Done)
        assert len(outcome.changed) == 1
        day.undo()
        assert day.status() == "held"

    @pytest.mark.parametrize("posts", [(), (Target(PostId("nobody"), 1, "d"),)], ids=["none", "an unknown one"])
    def test_a_decision_about_nothing_is_refused(self, posts: tuple[Target, ...]) -> None:
        day = Day()

        outcome = day.put(Decided(by=ANNA, decision=Decision.SHOW, posts=posts))

        assert code_of(outcome) == "unknown"

    def test_undo_takes_back_what_it_can(self) -> None:
        day = Day()
        for post in "abc":
            day.arrive(post, verdict=SHOW)
        hide = day.seq + 1
        day.decide("hide", "a", "b", "c")
        day.depart("a")
        day.decide("reject", "b", by=BRAM)

        outcome = day.undo(hide)

        assert isinstance(outcome, Done)
        assert [c.post for c in outcome.changed] == ["c"]
        assert [(p.post, p.code) for p in outcome.passed] == [("a", "final"), ("b", "decided-since")]
        assert code_of(day.undo(hide)) == "already-undone"


class TestUndo:
    @pytest.mark.parametrize("seq", [0, 1, 10**18, -1], ids=["before all", "not a decision", "not yet", "wild"])
    def test_only_decisions_and_bans_are_taken_back(self, seq: int) -> None:
        assert code_of(Day().undo(seq)) == "cannot-undo"

    def test_once(self) -> None:
        day = Day()
        day.put_post_in("shown")
        show = day.seq
        day.undo(by=BRAM)

        outcome = day.undo(show)

        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.by) == ("already-undone", BRAM)

    def test_an_undo_is_not_undone(self) -> None:
        day = Day()
        day.put_post_in("shown")
        day.undo()

        assert code_of(day.undo()) == "cannot-undo"

    @pytest.mark.parametrize("way", ["depart", "withdraw", "erase"])
    def test_never_what_its_author_or_source_took_away(self, way: str) -> None:
        day = Day()
        day.put_post_in("hidden")
        hide = day.seq
        day.erase("p") if way == "erase" else getattr(day, way)()

        assert code_of(day.undo(hide)) == "final"
        assert not day.state.shown

    def test_never_what_has_expired(self) -> None:
        day = Day()
        day.put_post_in("hidden")
        hide = day.seq
        day.expire("p")

        assert code_of(day.undo(hide)) == "final"

    def test_a_release_is_for_the_same_revision(self) -> None:
        day = Day()
        day.put_post_in("hidden")
        hide = day.seq
        day.edit()

        assert code_of(day.undo(hide)) == "stale-revision"
        assert day.status() == "held"

    def test_a_release_is_refused_for_who_was_banned_since(self) -> None:
        day = Day()
        day.arrive(verdict=SHOW)
        hide = day.seq + 1
        day.decide("hide")
        day.ban()

        assert code_of(day.undo(hide)) == "author-banned"
        assert day.status() == "hidden"

    def test_a_release_is_refused_when_somebody_decided_since(self) -> None:
        day = Day()
        day.put_post_in("shown")
        hide = day.seq + 1
        day.decide("hide")
        day.decide("reject", by=BRAM)

        outcome = day.undo(hide)

        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.by) == ("decided-since", BRAM)
        assert day.status() == "rejected"

    def test_taking_back_a_show_always_takes_it_off_the_screens(self) -> None:
        day = Day()
        day.put_post_in("shown")
        show = day.seq
        day.edit()
        day.decide("show", by=BRAM)

        assert code_of(day.undo(show)) == "Done"
        assert day.status() == "held"

    def test_taking_back_a_show_does_not_weaken_what_came_since(self) -> None:
        day = Day()
        day.put_post_in("shown")
        show = day.seq
        day.decide("reject", by=BRAM)

        assert code_of(day.undo(show)) == "decided-since"
        assert day.status() == "rejected"

    @pytest.mark.parametrize("before", ["held", "shown"])
    def test_a_corrected_rejection_is_taken_back_in_two_steps(self, before: str) -> None:
        day = Day()
        day.put_post_in(before)
        day.decide("reject", reason=Reason.OFF_TOPIC)
        first = day.seq
        day.decide("reject", reason=Reason.HURTFUL)
        corrected = day.seq

        assert code_of(day.undo(first)) == "decided-since"
        assert code_of(day.undo(corrected)) == "Done"
        assert (day.status(), day.post().reason) == ("rejected", Reason.OFF_TOPIC)
        assert code_of(day.undo(first)) == "Done"
        assert (day.status(), day.post().reason) == (before, None)

    def test_what_was_taken_back_by_another_is_no_hindrance(self) -> None:
        day = Day()
        day.put_post_in("shown")
        day.decide("hide")
        hide = day.seq
        day.decide("reject", by=BRAM)
        day.undo(by=BRAM)

        assert code_of(day.undo(hide)) == "Done"
        assert day.status() == "shown"

    def test_each_check_of_a_release_holds_for_the_second_step_too(self) -> None:
        codes = {}
        for way in ("edit", "ban", "decide"):
            day = Day()
            day.arrive(verdict=SHOW)
            day.decide("hide")
            hide = day.seq
            day.decide("reject")
            day.undo()
            {"edit": day.edit, "ban": day.ban, "decide": lambda day=day: day.decide("hide", by=BRAM)}[way]()
            codes[way] = (code_of(day.undo(hide)), day.status())

        assert codes == {
            "edit": ("stale-revision", "held"),
            "ban": ("author-banned", "hidden"),
            "decide": ("decided-since", "hidden"),
        }

    def test_an_undo_out_of_turn_opens_no_way_to_what_is_below(self) -> None:
        """To take back a show is always allowed; what was decided between was taken back by nobody."""
        day = Day()
        day.put_post_in("rejected")
        reject = day.seq
        day.decide("show")
        show = day.seq
        day.decide("hide", by=BRAM)
        day.decide("show")

        assert code_of(day.undo(show)) == "Done"
        assert code_of(day.undo(reject)) == "decided-since"
        assert day.status() == "rejected"

    def test_during_a_pause_it_waits_like_any_release(self) -> None:
        day = Day()
        day.put_post_in("hidden")
        hide = day.seq
        day.pause()

        day.undo(hide)

        assert day.post().released == day.seq > day.state.pause.seq


class TestBan:
    def test_it_holds_for_what_comes(self) -> None:
        day = Day()
        day.arrive("a", verdict=SHOW)

        day.ban()
        day.arrive("b", verdict=SHOW)
        day.arrive("c", verdict=HOLD)
        day.arrive("d", verdict=REJECT)
        day.edit("a", verdict=SHOW)

        assert [day.status(p) for p in "abcd"] == ["rejected", "held", "held", "rejected"]

    def test_without_earlier_it_leaves_what_is_there(self) -> None:
        day = Day()
        day.arrive("a", verdict=SHOW)
        day.arrive("b", verdict=HOLD)

        outcome = day.ban()

        assert outcome == Done(seq=day.seq)
        assert [day.status(p) for p in "ab"] == ["shown", "held"]

    def test_with_earlier_it_takes_everything_off_in_one_entry_and_one_undo(self) -> None:
        day = Day()
        day.arrive("shown", verdict=SHOW)
        day.decide("pin", "shown")
        day.arrive("held")
        day.arrive("rejected", verdict=REJECT)
        day.arrive("other", verdict=SHOW, author="grace")

        outcome = day.ban(earlier=True)
        assert isinstance(outcome, Done)
        assert [(c.post, c.after) for c in outcome.changed] == [("shown", "hidden"), ("held", "rejected")]
        assert list(day.state.shown) == ["other"]
        day.undo()

        assert [day.status(p) for p in ("shown", "held", "rejected", "other")] == ["shown", "held", "rejected", "shown"]
        assert day.post("shown").pinned
        day.arrive("later", verdict=SHOW)
        assert day.status("later") == "shown"

    def test_undo_leaves_what_was_decided_edited_or_deleted_since(self) -> None:
        day = Day()
        for post in "abcd":
            day.arrive(post, verdict=SHOW)
        ban = day.seq + 1
        day.ban(earlier=True)
        day.decide("reject", "a", by=BRAM)
        day.edit("b")
        day.depart("c")

        outcome = day.undo(ban)

        assert isinstance(outcome, Done)
        assert [p.code for p in outcome.passed] == ["decided-since", "stale-revision", "final"]
        assert [day.status(p) for p in "abcd"] == ["rejected", "rejected", "gone", "shown"]

    def test_undo_is_once(self) -> None:
        day = Day()
        day.arrive()
        ban = day.seq + 1
        day.ban()
        day.undo(ban)

        assert code_of(day.undo(ban)) == "already-undone"

    def test_nobody_is_banned_who_is_not_there(self) -> None:
        assert code_of(Day().ban("nobody")) == "unknown"

    def test_ones_own_second_click_needs_no_second_undo(self) -> None:
        day = Day()
        day.arrive()
        ban = day.seq + 1
        day.ban()
        day.ban()

        day.undo(ban)

        assert day.state.authors[day.post().author].banned is None

    @pytest.mark.parametrize("first_undone", [0, 1], ids=["the first undone first", "the second undone first"])
    def test_two_peoples_bans_are_undone_one_by_one(self, first_undone: int) -> None:
        day = Day()
        day.arrive(verdict=SHOW)
        author = day.state.authors[day.post().author]
        bans = [day.seq + 1, day.seq + 2]
        day.ban(by=ANNA)
        day.ban(by=BRAM)

        day.undo(bans[first_undone])
        assert author.banned is not None
        day.undo(bans[1 - first_undone])
        assert author.banned is None

    def test_whom_a_bridge_makes_of_them_is_known_as_long_as_the_ban_lasts(self) -> None:
        day = Day()
        day.arrive()
        author = day.state.authors[day.post().author]
        bans = [day.seq + 1, day.seq + 2]
        day.ban(by=ANNA, across="over-a-bridge")
        day.ban(by=BRAM)

        known = []
        for ban in bans:
            day.undo(ban)
            known.append(author.across)

        assert known == ["over-a-bridge", None]

    def test_what_is_learned_of_them_later_is_kept(self) -> None:
        day = Day()
        day.arrive()
        day.ban()
        day.ban(across="one")
        day.ban(across="two")
        day.ban()

        assert day.state.authors[day.post().author].across == "two"

    def test_who_may_not_ban_teaches_it_nothing(self) -> None:
        day = Day()
        day.arrive()
        day.ban()

        assert code_of(day.ban(across="one", by=BadgeId("nobody"))) == "no-badge"
        assert day.state.authors[day.post().author].across is None

    def test_what_one_ban_took_away_stays_away_under_another(self) -> None:
        day = Day()
        day.arrive("shown", verdict=SHOW)
        day.arrive("held")
        ban = day.seq + 1
        day.ban(by=ANNA, earlier=True)
        day.ban(by=BRAM)

        outcome = day.undo(ban)

        assert isinstance(outcome, Done)
        assert [(p.post, p.code) for p in outcome.passed] == [("shown", "author-banned")]
        assert [day.status(p) for p in ("shown", "held")] == ["hidden", "held"]

    def test_a_person_may_still_show_a_banned_authors_post(self) -> None:
        day = Day()
        day.arrive()
        day.ban(earlier=True)

        assert code_of(day.decide("show")) == "Done"
        assert day.status() == "shown"
