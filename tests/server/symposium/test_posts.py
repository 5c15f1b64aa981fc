"""How posts arrive, change at their source, and go for good."""

from __future__ import annotations

from typing import Any

import pytest

from server.symposium import entries
from server.symposium.outcomes import Done, Refused, Repeated
from server.symposium.values import AuthorKey, Hold, Kept, Policy, RuleId, SourceId
from tests.server.symposium.day import ANNA, BRAM, HOLD, MASTODON, ORGANISER, PHONE_1, REJECT, SHOW, Day, code_of


class TestArrival:
    @pytest.mark.parametrize(
        ("policy", "verdict", "status"),
        [
            (Policy.RULES_DECIDE, SHOW, "shown"),
            (Policy.KNOWN_PASS, SHOW, "shown"),
            (Policy.EVERYTHING_WAITS, SHOW, "held"),
            *((policy, HOLD, "held") for policy in Policy),
            *((policy, REJECT, "rejected") for policy in Policy),
        ],
    )
    def test_policy_and_verdict(self, policy: Policy, verdict: Any, status: str) -> None:
        day = Day(policy=policy)

        outcome = day.arrive(verdict=verdict)

        assert isinstance(outcome, Done)
        assert [(c.before, c.after, c.revision) for c in outcome.changed] == [(None, status, 1)]
        assert day.status() == status

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            (entries.PolicySet(by=ANNA, policy=Policy.KNOWN_PASS), "overtaken"),
            (entries.PolicySet(by=ANNA, policy=Policy.EVERYTHING_WAITS), "policy"),
            (entries.SourceSwitched(by=ANNA, source=MASTODON, on=True), "overtaken"),
            (entries.SourceSwitched(by=ANNA, source=MASTODON, on=False), "overtaken"),
            (entries.SourceRemoved(by=ORGANISER, source=MASTODON), "overtaken"),
        ],
        ids=["another policy", "everything waits", "source switched on", "source switched off", "source removed"],
    )
    def test_a_verdict_that_was_overtaken_is_not_the_last_word(self, change: Any, rule: str) -> None:
        day = Day()
        seen = day.seq
        assert isinstance(day.put(change), Done)

        day.arrive("before", verdict=SHOW, seen=seen)
        day.arrive("rejected", verdict=REJECT, seen=seen)

        assert (day.status("before"), day.post("before").verdict.rule) == ("held", rule)
        assert day.status("rejected") == "rejected"

    def test_a_verdict_of_after_the_change_counts(self) -> None:
        day = Day()
        day.put(entries.PolicySet(by=ANNA, policy=Policy.KNOWN_PASS))
        day.put(entries.SourceSwitched(by=ANNA, source=MASTODON, on=True))

        day.arrive(verdict=SHOW)

        assert day.status() == "shown"

    @pytest.mark.parametrize("source", [SourceId("not-configured"), MASTODON], ids=["unknown", "off"])
    def test_what_nobody_listens_to_is_not_shown_by_itself(self, source: SourceId) -> None:
        day = Day()
        day.put(entries.SourceSwitched(by=ANNA, source=MASTODON, on=False))

        day.arrive(source=source, verdict=SHOW)

        assert day.status() == "held"

    def test_phones_need_no_source(self) -> None:
        day = Day()
        day.phone(verdict=SHOW)
        assert day.status() == "shown"

    @pytest.mark.parametrize("verdict", [SHOW, HOLD], ids=["show", "hold"])
    def test_a_ban_makes_it_wait(self, verdict: Any) -> None:
        day = Day()
        day.arrive("a")
        day.ban()

        day.arrive("b", verdict=verdict)

        assert (day.status("b"), day.post("b").verdict) == ("held", Hold(rule=RuleId("banned")))


class TestKnownBefore:
    @pytest.mark.parametrize(
        "keys", [("uri-p",), ("native", "uri-p"), ("uri-p", "other")], ids=["uri", "second", "first"]
    )
    def test_one_known_address_is_enough(self, keys: tuple[str, ...]) -> None:
        day = Day()
        day.arrive()

        outcome = day.arrive("again", keys=keys)

        assert outcome == Repeated(seq=day.seq, post=day.post().id, redact=(day.seq,))
        assert list(day.state.posts) == ["p"]
        assert day.body(day.seq) is None

    def test_unknown_addresses_are_other_posts(self) -> None:
        day = Day()
        day.arrive()
        assert isinstance(day.arrive("other"), Done)

    @pytest.mark.parametrize("way", ["depart", "erase"])
    def test_what_went_for_good_stays_known(self, way: str) -> None:
        day = Day()
        day.arrive()
        day.erase("p") if way == "erase" else day.depart()

        assert isinstance(day.arrive("again", keys=("uri-p",)), Repeated)
        assert not day.state.held

    def test_the_same_request_has_the_same_answer(self) -> None:
        day = Day()
        day.phone(request="r", request_digest="x")

        outcome = day.phone("again", request="r", request_digest="x")

        assert outcome == Repeated(seq=day.seq, post=day.post().id, redact=(day.seq,))

    def test_the_same_request_for_something_else_is_refused(self) -> None:
        day = Day()
        day.phone(request="r", request_digest="x")

        outcome = day.phone("other", request="r", request_digest="y")

        assert outcome == Refused(seq=day.seq, code="request-reused", post=day.post().id, redact=(day.seq,))
        assert day.body(day.seq) is None

    def test_a_refused_request_may_be_sent_again(self) -> None:
        day = Day(pending_cap=1)
        day.phone("a")
        assert code_of(day.phone("b", request="r")) == "pending-cap"
        day.decide("show", "a")

        assert isinstance(day.phone("b", request="r"), Done)

    def test_an_id_of_ours_is_given_once(self) -> None:
        day = Day()
        day.arrive()
        assert code_of(day.arrive(keys=("another",))) == "made-before"


class TestPendingCap:
    def test_a_device_waits_with_so_many_and_no_more(self) -> None:
        day = Day(pending_cap=2)
        day.phone("a")
        day.phone("b")

        assert code_of(day.phone("c")) == "pending-cap"
        assert day.body(day.seq) is None
        assert isinstance(day.phone("d", device="phone-2"), Done)

    @pytest.mark.parametrize("way", ["show", "reject", "withdraw", "erase"])
    def test_what_no_longer_waits_makes_room(self, way: str) -> None:
        day = Day(pending_cap=1)
        day.phone("a")
        if way in ("withdraw", "erase"):
            getattr(day, way)("a")
        else:
            day.decide(way, "a")

        assert isinstance(day.phone("b"), Done)

    def test_what_waits_anew_counts_anew(self) -> None:
        day = Day(pending_cap=1)
        day.phone("a", verdict=SHOW)
        day.decide("hold", "a")

        assert code_of(day.phone("b")) == "pending-cap"

    def test_networks_have_no_cap_here(self) -> None:
        day = Day(pending_cap=1)
        assert all(isinstance(day.arrive(post), Done) for post in "abc")


class TestEdit:
    @pytest.mark.parametrize("before", ["held", "shown", "hidden", "rejected"])
    @pytest.mark.parametrize(
        ("verdict", "after"), [(SHOW, "held"), (HOLD, "held"), (REJECT, "rejected")], ids=["show", "hold", "reject"]
    )
    def test_a_new_revision_goes_back_to_the_queue_or_worse(self, before: str, verdict: Any, after: str) -> None:
        day = Day()
        day.put_post_in(before)
        earlier = day.post().body

        outcome = day.edit(verdict=verdict)

        assert isinstance(outcome, Done)
        assert (day.status(), day.post().revision, day.post().digest) == (after, 2, "p-2")
        assert day.post().released is None
        assert outcome.redact == (earlier,)
        assert (day.body(earlier), day.body(day.seq) is None) == (None, False)

    def test_pins_and_stars_go(self) -> None:
        day = Day()
        day.put_post_in("shown")
        day.decide("pin")
        day.decide("star")

        day.edit()
        day.decide("show")

        assert (day.post().pinned, day.post().starred, *day.state.pinned, *day.state.starred) == (False, False)

    @pytest.mark.parametrize("before", ["withdrawn", "gone", "erased"])
    def test_what_is_final_does_not_change(self, before: str) -> None:
        day = Day()
        day.put_post_in(before)

        assert code_of(day.edit()) == "final"
        assert (day.post().revision, day.body(day.seq)) == (1, None)

    def test_an_unknown_post_is_refused_and_forgotten(self) -> None:
        day = Day()
        outcome = day.edit("nobody")
        assert outcome == Refused(seq=day.seq, code="unknown", redact=(day.seq,))


LINUS = AuthorKey("linus")


class TestClaim:
    """The original of a copy came in."""

    @pytest.mark.parametrize("before", ["held", "shown", "rejected", "hidden"])
    def test_it_stands_as_it_stood_and_is_its_authors(self, before: str) -> None:
        day = Day()
        day.put_post_in(before)
        was, copier = day.post(), day.state.authors[day.post().author]
        look = (was.released, was.revision, was.digest, was.body, was.turn)

        outcome = day.claim(author="linus")

        post = day.post()
        assert isinstance(outcome, Done)
        assert (post.status, post.source, post.network, post.author) == (before, "bluesky-1", "bluesky", LINUS)
        assert (post.released, post.revision, post.digest, post.body, post.turn) == look
        assert (copier.posts, copier.shown, copier.rejected, day.state.authors[LINUS].posts) == ([], 0, 0, [post.id])
        assert day.state.authors[LINUS].shown == (before == "shown")

    def test_it_is_known_under_the_names_of_both(self) -> None:
        day = Day()
        day.arrive()
        day.claim()
        for key in ("uri-p", "original-p"):
            assert isinstance(day.arrive("again", keys=(key,)), Repeated)

    def test_it_takes_no_name_of_another_post(self) -> None:
        day = Day()
        day.arrive("other")
        day.arrive()
        day.claim(keys=("uri-other",))
        day.depart("other")
        assert (day.status("other"), day.status()) == ("gone", "held")

    def test_it_goes_with_its_author_and_not_with_who_copied_it(self) -> None:
        day = Day()
        for post in ("first", "p", "last"):
            day.arrive(post)
        day.claim(author="linus")

        day.put(entries.AuthorDeparted(author=AuthorKey("ada")))
        assert [day.status(post) for post in ("first", "p", "last")] == ["gone", "held", "gone"]
        day.put(entries.AuthorDeparted(author=LINUS))
        assert day.status() == "gone"

    @pytest.mark.parametrize(("before", "after"), [("held", "rejected"), ("shown", "rejected"), ("hidden", "hidden")])
    def test_of_an_author_who_was_blocked_leaves_the_screens(self, before: str, after: str) -> None:
        day = Day()
        day.arrive("another", author="linus")
        day.put(entries.Banned(by=ANNA, author=LINUS, earlier=False))
        day.put_post_in(before)
        day.claim(author="linus")
        assert day.status() == after
        assert day.state.authors[LINUS].rejected == (after == "rejected")

    @pytest.mark.parametrize("how", ["edited", "gone", "claimed", "lapsed"])
    def test_its_names_go_with_its_words(self, how: str) -> None:
        day = Day()
        day.arrive()
        day.claim()
        names = day.seq
        does = {
            "edited": day.edit,
            "gone": day.depart,
            "claimed": day.claim,
            "lapsed": lambda: day.put(entries.Lapsed(kinds=(Kept.POSTS,))),
        }

        outcome = does[how]()

        assert isinstance(outcome, Done)
        assert (names in outcome.redact, names in day.state.bodies) == (True, False)
        assert len(day.state.claimed) == (how == "claimed")

    @pytest.mark.parametrize("before", ["gone", "erased", "withdrawn"])
    def test_what_is_final_is_nobody_elses(self, before: str) -> None:
        day = Day()
        day.put_post_in(before)
        assert code_of(day.claim()) == "final"

    def test_of_an_unknown_post_is_refused(self) -> None:
        assert code_of(Day().claim("nobody")) == "unknown"


class TestGoing:
    @pytest.mark.parametrize("before", ["held", "shown", "hidden", "rejected"])
    @pytest.mark.parametrize(("way", "after"), [("depart", "gone"), ("withdraw", "withdrawn"), ("erase", "erased")])
    def test_all_that_it_said_is_forgotten(self, before: str, way: str, after: str) -> None:
        day = Day()
        day.put_post_in(before)
        bodies = day.post().bodies

        outcome = getattr(day, way)("p")

        assert isinstance(outcome, Done)
        assert (day.status(), outcome.redact) == (after, bodies)
        assert [day.body(seq) for seq in bodies] == [None]
        assert "p" not in {*day.state.held, *day.state.shown, *day.state.hidden, *day.state.rejected}

    def test_every_revision_of_it(self) -> None:
        day = Day()
        day.arrive()
        day.edit()
        outcome = day.depart()
        assert isinstance(outcome, Done)
        assert len(outcome.redact) == 2

    def test_an_unknown_post_departs_unnoticed(self) -> None:
        assert code_of(Day().depart("nobody")) == "unknown"

    def test_what_its_author_deleted_does_not_come_back_under_any_name(self) -> None:
        """Where it was only a copy. The control: what a feed lets go of is not let go by its author."""
        day = Day()
        day.arrive("p")
        day.arrive("let-go")
        day.depart("p", "original", network="bluesky")
        day.depart("let-go", "another")

        assert (day.post().network, day.post("let-go").network) == ("bluesky", "mastodon")
        assert isinstance(day.arrive("slow", keys=("original",)), Repeated)
        assert isinstance(day.arrive("new", keys=("another",)), Done)

    def test_what_is_gone_is_gone(self) -> None:
        day = Day()
        day.put_post_in("withdrawn")
        assert day.depart() == Done(seq=day.seq)
        assert day.status() == "withdrawn"

    def test_an_author_leaves_with_everything(self) -> None:
        day = Day()
        day.arrive("a", verdict=SHOW)
        day.arrive("b")
        day.arrive("c", author="grace")

        outcome = day.put(entries.AuthorDeparted(author=day.post("a").author))

        assert isinstance(outcome, Done)
        assert [day.status(p) for p in "abc"] == ["gone", "gone", "held"]

    def test_an_unknown_author_leaves_unnoticed(self) -> None:
        day = Day()
        day.arrive()
        assert code_of(day.put(entries.AuthorDeparted(author=AuthorKey("nobody")))) == "unknown"


class TestWithdrawal:
    def test_of_somebody_elses_post_is_refused(self) -> None:
        day = Day()
        day.phone()
        assert code_of(day.withdraw(device="phone-2")) == "not-yours"
        assert day.status() == "held"

    def test_by_receipt_needs_no_device(self) -> None:
        day = Day()
        day.phone()
        assert isinstance(day.withdraw(device=None), Done)
        assert day.status() == "withdrawn"

    def test_twice_is_once(self) -> None:
        day = Day()
        day.phone()
        day.withdraw()
        assert day.withdraw() == Done(seq=day.seq)

    @pytest.mark.parametrize("before", ["gone", "erased"])
    def test_of_what_is_gone_is_refused(self, before: str) -> None:
        day = Day()
        day.put_post_in(before)
        assert code_of(day.withdraw()) == "final"

    def test_of_a_networks_post_is_for_its_network(self) -> None:
        day = Day()
        day.arrive()
        assert code_of(day.withdraw(device=None)) == "unknown"

    def test_of_nothing_is_refused(self) -> None:
        assert code_of(Day().withdraw("nobody")) == "unknown"


class TestErasure:
    def test_also_of_what_was_withdrawn(self) -> None:
        day = Day()
        day.put_post_in("withdrawn")
        assert isinstance(day.erase("p"), Done)
        assert day.status() == "erased"

    def test_of_an_author_with_all_their_posts_who_does_not_come_back(self) -> None:
        day = Day()
        day.arrive("a", verdict=SHOW)
        day.arrive("b")

        day.erase(author="ada")
        outcome = day.arrive("c")

        assert [day.status(p) for p in "ab"] == ["erased", "erased"]
        assert outcome == Refused(seq=day.seq, code="erased-author", redact=(day.seq,))
        assert "c" not in day.state.posts

    def test_a_phone_may_post_again(self) -> None:
        day = Day()
        day.phone()
        day.erase(author=PHONE_1)
        assert isinstance(day.phone("later"), Done)

    def test_of_one_post_leaves_its_author(self) -> None:
        day = Day()
        day.arrive("a")
        day.erase("a")
        assert isinstance(day.arrive("b"), Done)

    def test_of_nothing_is_refused(self) -> None:
        assert code_of(Day().erase("nobody")) == "unknown"
        assert code_of(Day().erase(author="nobody")) == "unknown"


class TestExpiry:
    @pytest.mark.parametrize(
        ("before", "after"),
        [("held", "held"), ("shown", "shown"), ("hidden", "erased"), ("rejected", "erased"), ("gone", "gone")],
    )
    def test_only_what_was_not_shown_expires(self, before: str, after: str) -> None:
        day = Day()
        day.put_post_in(before)

        outcome = day.expire("p", "p", "nobody")

        assert isinstance(outcome, Done)
        assert day.status() == after
        assert len(outcome.changed) == (after == "erased")


def test_the_queue_is_in_the_order_of_arrival_and_of_return() -> None:
    day = Day()
    for post in "abc":
        day.arrive(post)
    day.edit("a")
    day.decide("show", "b")
    day.decide("hold", "b")

    assert list(day.state.held) == ["c", "a", "b"]


def test_the_authors_figures_follow_their_posts() -> None:
    day = Day()
    day.arrive("a", verdict=SHOW)
    day.arrive("b", verdict=REJECT)
    author = day.state.authors[day.post("a").author]
    assert (author.shown, author.rejected) == (1, 1)

    day.decide("hide", "a", by=BRAM)
    day.depart("b")

    assert (author.shown, author.rejected) == (0, 0)
