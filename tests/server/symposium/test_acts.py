"""What was done to the whole symposium, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.symposium import acts
from server.symposium.outcomes import Done, Refused
from server.symposium.state import Showing
from server.symposium.values import ActKind, Policy, Scene
from tests.oracle.machine import canonical
from tests.server.symposium.day import ANNA, BRAM, SHOW, SPEAKER, Day, code_of

Press = Callable[[Day, int], Any]

PRESSES: dict[str, tuple[Press, Callable[[Day], object]]] = {
    "stop": (lambda day, n: day.stop(on=n % 2 == 1), lambda day: day.state.stop.on),
    "pause": (lambda day, n: day.pause(on=n % 2 == 1), lambda day: day.state.pause.on),
    "policy": (lambda day, n: day.set_policy((*Policy,)[n % 3]), lambda day: (day.state.policy, day.state.brake)),
    "scene": (lambda day, n: day.scene("text"), lambda day: (day.state.scene, day.state.screens)),
    "screen": (lambda day, n: day.scene("text", screen="left"), lambda day: (day.state.scene, day.state.screens)),
    "rules": (lambda day, n: day.set_rules(posts_per_minute=n), lambda day: day.state.rules),
    "announcement": (lambda day, n: day.announce(f"number {n}"), lambda day: day.state.announcement),
    "theme": (lambda day, n: day.set_theme(f"theme-{n}"), lambda day: day.state.theme),
}
WITH_WORDS = {"scene", "screen", "rules", "announcement", "theme"}

each_thing = pytest.mark.parametrize(("press", "look"), PRESSES.values(), ids=PRESSES)
each_with_words = pytest.mark.parametrize(
    ("press", "look"), [PRESSES[name] for name in sorted(WITH_WORDS)], ids=sorted(WITH_WORDS)
)


class TestOneStepBack:
    @each_thing
    def test_what_was_comes_back(self, press: Press, look: Callable[[Day], object]) -> None:
        day = Day()
        press(day, 1)
        before = look(day)
        press(day, 2)
        assert look(day) != before

        assert isinstance(day.undo_act(by=BRAM), Done)

        assert look(day) == before
        (first, second) = day.state.acts.values()
        assert (first.undone, second.undone, second.undone_by) == (None, day.seq, BRAM)

    @each_thing
    def test_the_first_one_too(self, press: Press, look: Callable[[Day], object]) -> None:
        day = Day()
        before = look(day)
        press(day, 1)
        assert isinstance(day.undo_act(), Done)
        assert look(day) == before
        assert day.state.last_acts == {}

    @each_thing
    def test_not_below_what_stands_on_it(self, press: Press, look: Callable[[Day], object]) -> None:
        day = Day()
        press(day, 1)
        first = day.seq
        press(day, 2)
        second, at = day.seq, day.state.at
        before = look(day)

        refused = day.undo_act(first)

        assert refused == Refused(seq=day.seq, code="decided-since", by=ANNA, at=at)
        assert look(day) == before
        assert code_of(day.undo_act(second)) == "Done"

    @each_thing
    def test_once(self, press: Press, look: Callable[[Day], object]) -> None:
        day = Day()
        press(day, 1)
        seq = day.seq
        day.undo_act(seq, by=BRAM)
        assert day.undo_act(seq) == Refused(seq=day.seq, code="already-undone", by=BRAM)

    @each_thing
    def test_by_staff_only(self, press: Press, look: Callable[[Day], object]) -> None:
        day = Day()
        press(day, 1)
        before = look(day)
        assert code_of(day.undo_act(by=SPEAKER)) == "not-allowed"
        assert look(day) == before

    def test_what_was_done_again_after_an_undo_can_be_taken_back(self) -> None:
        day = Day()
        day.set_theme("a")
        day.set_theme("b")
        day.undo_act()
        day.set_theme("c")
        day.undo_act()
        assert day.state.theme is not None
        assert (
            day.body(day.state.theme.body)
            == b'{"theme":"a","mode":"","options":{},"colours":{},"logo":null,"house":""}'
        )

    @pytest.mark.parametrize("seq", [0, -1, 1, 2, 999])
    def test_only_what_is_an_act(self, seq: int) -> None:
        assert code_of(Day().undo_act(seq)) == "cannot-undo"

    def test_an_undo_of_a_decision_is_not_one_of_an_act_nor_the_other_way_round(self) -> None:
        """What `undone` means was settled before there were acts: an old one that was refused stays refused."""
        day = Day()
        day.arrive(verdict=SHOW)
        day.decide("hide")
        hide = day.seq
        day.stop()
        stop = day.seq

        assert code_of(day.undo(stop)) == "cannot-undo"
        assert code_of(day.undo_act(hide)) == "cannot-undo"
        assert (day.state.stop.on, day.status()) == (True, "hidden")


class TestFurtherBack:
    @pytest.mark.parametrize("name", sorted(PRESSES.keys() - WITH_WORDS))
    def test_switches_and_policies_go_all_the_way(self, name: str) -> None:
        press, look = PRESSES[name]
        day, seen, seqs = Day(), [], []
        for number in range(1, 5):
            seen.append(look(day))
            press(day, number)
            seqs.append(day.seq)

        for seq, before in zip(reversed(seqs), reversed(seen), strict=True):
            assert code_of(day.undo_act(seq)) == "Done"
            assert look(day) == before

    @each_with_words
    def test_words_go_one_step(self, press: Press, look: Callable[[Day], object]) -> None:
        day, seqs = Day(), []
        for number in range(1, 4):
            press(day, number)
            seqs.append(day.seq)

        assert code_of(day.undo_act(seqs[2])) == "Done"
        at_second = look(day)
        assert code_of(day.undo_act(seqs[1])) == "cannot-undo"
        assert look(day) == at_second


class TestWords:
    """Of rules, slides, announcements and themes: what holds and the one before are kept, no more."""

    @each_with_words
    def test_the_ones_before_the_last_are_overwritten(self, press: Press, look: Callable[[Day], object]) -> None:
        day, redacted, seqs = Day(), [], []
        for number in range(1, 5):
            redacted.append(press(day, number).redact)
            seqs.append(day.seq)

        assert redacted == [(), (), (seqs[0],), (seqs[1],)]
        assert [day.body(seq) is not None for seq in seqs] == [False, False, True, True]

    @each_with_words
    def test_what_was_taken_back_is_overwritten_and_what_was_is_there(
        self, press: Press, look: Callable[[Day], object]
    ) -> None:
        day = Day()
        press(day, 1)
        first = day.seq
        press(day, 2)
        second = day.seq

        outcome = day.undo_act()

        assert outcome == Done(seq=day.seq, redact=(second,))
        assert (day.body(first) is not None, day.body(second)) == (True, None)

    def test_of_every_screen_when_all_of_them_change_twice(self) -> None:
        day = Day()
        for screen in (None, "left", "right"):
            day.scene("text", screen=screen)
        slides = tuple(range(day.seq - 2, day.seq + 1))

        assert day.scene("join") == Done(seq=day.seq)
        assert day.scene("blank") == Done(seq=day.seq, redact=slides)
        assert [day.body(seq) for seq in slides] == [None] * 3


class TestScreensAndAll:
    def test_the_scene_of_all_takes_single_ones_away_and_undo_gives_them_back(self) -> None:
        day = Day()
        day.scene("text", screen="left")
        own = dict(day.state.screens)
        day.scene("join")
        assert day.state.screens == {}

        day.undo_act()

        assert (day.state.scene, day.state.screens) == (Showing(), own)

    def test_a_screen_that_was_set_since_stands_on_the_scene_of_all(self) -> None:
        day = Day()
        day.scene("join")
        everywhere = day.seq
        day.scene("blank", screen="left")
        single = day.seq

        assert code_of(day.undo_act(everywhere)) == "decided-since"
        assert code_of(day.undo_act(single)) == "Done"
        assert code_of(day.undo_act(everywhere)) == "Done"
        assert (day.state.scene, day.state.screens) == (Showing(), {})

    def test_the_scene_of_all_stands_on_single_ones(self) -> None:
        day = Day()
        day.scene("blank", screen="left")
        single = day.seq
        day.scene("join")
        everywhere = day.seq
        assert code_of(day.undo_act(single)) == "decided-since"
        assert code_of(day.undo_act(everywhere)) == "Done"
        assert code_of(day.undo_act(single)) == "cannot-undo"

    def test_screens_do_not_stand_in_each_others_way(self) -> None:
        day = Day()
        day.scene("blank", screen="left")
        left = day.seq
        day.scene("join", screen="right")
        assert code_of(day.undo_act(left)) == "Done"
        assert {screen: showing.scene for screen, showing in day.state.screens.items()} == {"right": Scene.JOIN}

    def test_an_undo_keeps_to_the_bounds_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(acts, "MAX_SCREENS", 1)
        day = Day()
        day.scene("blank", screen="left")
        day.scene(None, screen="left")
        gave_back = day.seq
        day.scene("join", screen="right")
        before = canonical(day.state)

        assert code_of(day.undo_act(gave_back)) == "too-many-scenes"

        day.state.seq, day.state.at = day.seq - 1, day.state.at - 1_000_000
        assert canonical(day.state) == before


class TestWhatIsRemembered:
    def test_a_press_that_changes_nothing_is_no_act(self) -> None:
        day = Day()
        day.stop(on=False)
        day.pause(on=False)
        day.announce(None)
        assert day.state.acts == {}

    def test_the_same_policy_once_more_is_one(self) -> None:
        """It counts: verdicts from before it are overtaken."""
        day = Day()
        day.set_policy(Policy.RULES_DECIDE)
        first = day.seq
        day.set_policy(Policy.RULES_DECIDE, by=BRAM)
        assert code_of(day.undo_act(first)) == "decided-since"

    def test_who_what_and_when(self) -> None:
        day = Day()
        day.arrive(verdict=SHOW)
        day.scene("spotlight", "p", screen="left", by=BRAM)
        (act,) = day.state.acts.values()
        assert (act.seq, act.at, act.by, act.kind) == (day.seq, day.state.at, BRAM, ActKind.SCENE)
        assert (act.detail, act.screen, act.post) == ("spotlight", "left", "p")

    def test_posts_and_decisions_leave_no_act(self) -> None:
        """The many: what a full hall sends costs nothing here."""
        day = Day()
        day.put_post_in("hidden")
        day.undo()
        day.ban("phone-1")
        assert (day.state.acts, day.state.last_acts) == ({}, {})


def test_a_stop_that_is_taken_back_shows_the_posts_again_and_an_undone_start_stops() -> None:
    day = Day()
    day.stop()
    stop = day.seq
    day.undo_act(stop)
    assert not day.state.stop.on
    day.stop(by=BRAM)
    day.stop(on=False)
    day.undo_act(by=BRAM)
    assert (day.state.stop.on, day.state.stop.seq, day.state.stop.by) == (True, day.seq, BRAM)


def test_rules_taken_back_overtake_a_verdict_as_new_rules_do() -> None:
    day = Day()
    day.set_rules(posts_per_minute=1)
    seen = day.seq
    day.undo_act()
    day.arrive("late", verdict=SHOW, seen=seen)
    day.arrive("in time", verdict=SHOW)
    assert (day.status("late"), day.status("in time")) == ("held", "shown")
