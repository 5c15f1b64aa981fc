"""What staff may change of a post."""

from __future__ import annotations

import pytest

from server.symposium import views
from server.symposium.outcomes import Changed, Done, Refused
from server.symposium.values import Status
from server.symposium.views import WallBook
from tests.server.symposium.day import BRAM, SHOW, Day, code_of


class TestAmended:
    def test_what_is_shown_stays_with_its_place_pin_and_star(self) -> None:
        day = Day()
        day.arrive("p", verdict=SHOW)
        day.arrive("q", verdict=SHOW)
        day.decide("pin")
        day.decide("star")
        released, order = day.post().released, list(day.state.shown)

        outcome = day.amend(session="after lunch")

        change = Changed(post=day.post().id, before=Status.SHOWN, after=Status.SHOWN, revision=2)
        assert outcome == Done(seq=day.seq, changed=(change,), redact=outcome.redact)
        post = day.post()
        assert (post.status, post.released, post.pinned, post.starred) == ("shown", released, True, True)
        assert (post.revision, post.digest, post.session) == (2, "p-2", "after lunch")
        assert list(day.state.shown) == order

    def test_the_screens_get_the_new_words(self) -> None:
        day, book = Day(), WallBook()
        day.arrive("p", verdict=SHOW)
        book.look(day.state)
        day.amend()
        book.look(day.state)
        assert (book.items["post:p"].text, book.items["post:p"].revision) == ("p says p-2", 2)

    def test_what_waits_keeps_its_place_and_since_when(self) -> None:
        day = Day()
        for post in ("a", "b"):
            day.arrive(post)
        revised = day.post("a").revised
        day.amend("a")
        assert (list(day.state.held), day.post("a").revised) == (["a", "b"], revised)
        assert [p.id for p in views.fair_queue(day.state)] == ["a", "b"]

    @pytest.mark.parametrize("status", ["hidden", "rejected"])
    def test_what_was_taken_away_stays_away(self, status: str) -> None:
        day = Day()
        day.put_post_in(status)
        day.amend()
        assert (day.status(), day.post().revision) == (status, 2)

    def test_the_words_before_are_overwritten(self) -> None:
        day = Day()
        day.arrive("p")
        first = day.seq
        assert day.amend().redact == (first,)
        assert (day.body(first), day.post().body, day.post().bodies) == (None, day.seq, (first, day.seq))

    def test_erased_with_the_post(self) -> None:
        day = Day()
        day.arrive("p")
        day.amend()
        amended = day.seq
        assert set(day.erase("p").redact) == {amended, amended - 1}
        assert day.body(amended) is None


class TestRefused:
    def test_on_a_revision_that_is_not_the_newest(self) -> None:
        day = Day()
        day.arrive("p")
        day.edit()
        assert day.amend(revision=1) == Refused(
            seq=day.seq, code="stale-revision", post=day.post().id, redact=(day.seq,)
        )
        assert day.post().revision == 2

    def test_of_two_editors_the_second(self) -> None:
        day = Day()
        day.arrive("p")
        assert code_of(day.amend(revision=1)) == "Done"
        assert code_of(day.amend(revision=1, by=BRAM)) == "stale-revision"

    @pytest.mark.parametrize("status", ["withdrawn", "gone", "erased"])
    def test_of_what_is_final(self, status: str) -> None:
        day = Day()
        day.put_post_in(status)
        assert code_of(day.amend()) == "final"

    def test_of_what_is_not_there(self) -> None:
        assert code_of(Day().amend("nobody")) == "unknown"

    def test_undo(self) -> None:
        """Whoever wants the words before amends again."""
        day = Day()
        day.arrive("p")
        day.amend()
        assert code_of(day.undo_act()) == "cannot-undo"
        assert code_of(day.undo(day.seq - 1)) == "cannot-undo"


class TestDecisionsOnIt:
    def test_a_show_of_the_revision_before_is_refused(self) -> None:
        day = Day()
        day.arrive("p")
        seen = day.target()
        day.amend()
        assert code_of(day.decide("show", seen)) == "stale-revision"
        assert code_of(day.decide("show")) == "Done"

    def test_a_hide_of_the_revision_before_is_carried_out(self) -> None:
        day = Day()
        day.arrive("p", verdict=SHOW)
        seen = day.target()
        day.amend()
        assert code_of(day.decide("hide", seen)) == "Done"
        assert day.status() == "hidden"

    def test_a_release_is_not_undone_to_other_words(self) -> None:
        day = Day()
        day.arrive("p", verdict=SHOW)
        day.decide("hide")
        hide = day.seq
        day.amend()
        assert code_of(day.undo(hide)) == "stale-revision"
