"""What phones in the hall may do, and how often they said something in one sign."""

from __future__ import annotations

from server.symposium import entries
from server.symposium.hall import MAX_COUNT, MAX_REACTED
from server.symposium.outcomes import Done
from server.symposium.state import Hall, Reacted
from server.symposium.values import Reaction, VoterKey
from tests.server.symposium.day import ANNA, BRAM, OPENING, SHOW, Day, code_of


def set_hall(day: Day, **rest: bool) -> object:
    return day.put(entries.HallSet(by=ANNA, **rest))


class TestSettings:
    def test_at_first_the_hall_may_ask_and_reactions_are_off(self) -> None:
        assert Day().state.hall == Hall(questions=True, reactions=False, follows=True)

    def test_each_can_be_set_and_taken_back(self) -> None:
        day = Day()
        set_hall(day, reactions=True)
        set_hall(day, follows=False)
        assert day.state.hall == Hall(reactions=True, follows=False)
        day.undo_act()
        assert day.state.hall == Hall(reactions=True)

    def test_the_history_says_what_changed(self) -> None:
        day = Day()
        for rest in ({"reactions": True}, {"questions": False}, {"questions": True}):
            set_hall(day, **rest)
        assert [act.detail for act in day.state.acts.values()] == ["reactions-on", "questions-off", "questions-on"]

    def test_two_who_switch_different_things_at_once_both_get_theirs(self) -> None:
        day = Day()
        set_hall(day, reactions=True)
        day.put(entries.HallSet(by=BRAM, questions=False))
        assert day.state.hall == Hall(questions=False, reactions=True)

    def test_the_same_again_is_no_act(self) -> None:
        day = Day()
        set_hall(day)
        assert not day.state.acts

    def test_where_no_questions_are_taken_it_is_a_post_like_any_other(self) -> None:
        day = Day()
        set_hall(day, questions=False)
        day.arrive("q", verdict=SHOW, question=True, voter=VoterKey("v"))
        assert "q" in day.state.posts
        assert not day.state.questions
        set_hall(day, questions=True)
        day.arrive("r", verdict=SHOW, question=True, voter=VoterKey("v"))
        assert list(day.state.questions) == ["r"]


class TestReactions:
    def test_they_are_kept_by_the_minute_and_session(self) -> None:
        day = Day()
        for session in (OPENING, None):
            day.put(entries.ReactionsCounted(minute=60, session=session, counts={Reaction.CLAP: 3}))
        assert day.state.reactions == [Reacted(60, OPENING, {Reaction.CLAP: 3}), Reacted(60, None, {Reaction.CLAP: 3})]

    def test_numbers_that_nobody_can_have_counted_are_left_out(self) -> None:
        day = Day()
        counts = {Reaction.CLAP: -1, Reaction.HEART: 0, Reaction.LAUGH: MAX_COUNT + 1, Reaction.IDEA: MAX_COUNT}
        day.put(entries.ReactionsCounted(minute=60, session=None, counts=counts))
        day.put(entries.ReactionsCounted(minute=120, session=None, counts={Reaction.CLAP: 0}))
        assert day.state.reactions == [Reacted(60, None, {Reaction.IDEA: MAX_COUNT})]

    def test_there_is_an_end_to_them(self) -> None:
        day = Day()
        day.state.reactions.extend([Reacted(0, None, {})] * (MAX_REACTED - 1))
        head = entries.ReactionsCounted(minute=60, session=None, counts={Reaction.CLAP: 3})
        assert isinstance(day.put(head), Done)
        assert code_of(day.put(head)) == "too-many-reactions"
