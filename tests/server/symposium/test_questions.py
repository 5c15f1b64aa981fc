"""Questions of the hall: who votes for what, what is counted as one, and what becomes of each."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.symposium import entries, questions
from server.symposium.acts import can_undo
from server.symposium.counting import groups, root_of, votes
from server.symposium.entries import AnswerBody, BadgeBody
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.values import OPERATOR, ActKind, BadgeId, Kept, PollId, PollKind, PostId, Role, Stand, VoterKey
from tests.server.symposium.day import (
    ANNA,
    BRAM,
    OPENING,
    PANEL,
    SHOW,
    SPEAKER,
    STRANGER,
    Day,
    code_of,
)

ONE, TWO, THREE = map(PostId, ("one", "two", "three"))


class Asking(Day):
    """A day with three questions on the screens: two of the opening, one of the panel."""

    def __init__(self) -> None:
        super().__init__()
        for post, session in ((ONE, OPENING), (TWO, OPENING), (THREE, PANEL)):
            self.arrive(post, verdict=SHOW, session=session, question=True, voter=VoterKey(f"asker-{post}"))

    def vote(self, post: PostId, voter: str, *, on: bool = True) -> Outcome:
        return self.put(entries.QuestionVoted(post=post, voter=VoterKey(voter), on=on))

    def merge(self, into: PostId, *posts: PostId, by: BadgeId = ANNA) -> Outcome:
        return self.put(entries.QuestionsMerged(by=by, into=into, posts=posts))

    def split(self, *posts: PostId) -> Outcome:
        return self.put(entries.QuestionsSplit(by=ANNA, posts=posts))

    def stand(self, post: PostId, to: Stand, *, by: BadgeId = BRAM, words: str = "") -> Outcome:
        head = entries.QuestionStood(by=by, post=post, stand=to, words=bool(words))
        return self.put(head, AnswerBody(name="Els", text=words) if words else None)

    def votes(self) -> dict[str, int]:
        """Of each question that stands by itself, with what is counted under it."""
        questions = self.state.questions
        return {root: votes(questions, (root, *rest)) for root, rest in groups(questions).items()}

    def stands(self) -> dict[str, str]:
        return {post: question.stand.value for post, question in self.state.questions.items()}


class TestVotes:
    def test_each_voter_has_one(self) -> None:
        day = Asking()
        for _ in range(3):
            day.vote(ONE, "a")
        day.vote(ONE, "b")
        assert day.votes() == {ONE: 3, TWO: 1, THREE: 1}  # whoever asks is the first

    def test_it_can_be_taken_back(self) -> None:
        day = Asking()
        day.vote(ONE, "a")
        day.vote(ONE, "a", on=False)
        day.vote(ONE, "a", on=False)
        assert day.votes()[ONE] == 1

    @pytest.mark.parametrize(
        ("before", "code"),
        [
            (lambda day: day.decide("hide", "one"), "not-shown"),
            (lambda day: day.depart("one"), "unknown"),
            (lambda day: day.put(entries.QuestionSet(by=ANNA, post=ONE, on=False)), "unknown"),
            (lambda day: day.stand(ONE, Stand.ANSWERED), "answered"),
        ],
    )
    def test_only_for_what_is_asked_now(self, before: Any, code: str) -> None:
        day = Asking()
        before(day)
        outcome = day.vote(ONE, "a")
        assert isinstance(outcome, Refused)
        assert outcome.code == code

    def test_stuffed_ones_do_not_count_until_they_do_again(self) -> None:
        day = Asking()
        for voter in ("a", "b", "c"):
            day.vote(ONE, voter)
        stuffed = (VoterKey("a"), VoterKey("b"), VoterKey("later"))
        day.put(entries.VotesSetAside(by=ANNA, post=ONE, voters=stuffed, on=True), entries.ReasonBody(reason="A bot."))
        day.vote(ONE, "later")
        assert day.votes()[ONE] == 2
        day.put(entries.VotesSetAside(by=ANNA, post=ONE, voters=stuffed, on=False))
        assert day.votes()[ONE] == 5

    def test_that_they_did_not_count_stays_in_the_history(self) -> None:
        """Who did it stays named, also once they count again; its opposite takes it back, not undo."""
        day = Asking()
        day.vote(ONE, "a")
        stuffed = (VoterKey("a"),)
        day.put(entries.VotesSetAside(by=ANNA, post=ONE, voters=stuffed, on=True), entries.ReasonBody(reason="A bot."))
        aside = day.seq
        day.put(entries.VotesSetAside(by=ANNA, post=ONE, voters=stuffed, on=False))
        told = [(act.seq, act.by, act.kind, act.detail, act.post) for act in day.state.acts.values()]
        undone = day.put(entries.ActUndone(by=ANNA, seq=aside))
        assert told == [
            (aside, ANNA, ActKind.VOTES, "aside", ONE),
            (day.seq - 1, ANNA, ActKind.VOTES, "back", ONE),
        ]
        assert not any(can_undo(day.state, act) for act in day.state.acts.values())
        assert isinstance(undone, Refused)
        assert (undone.code, day.votes()[ONE]) == ("cannot-undo", 2)


class TestAPostBecomesOne:
    def test_and_is_none_any_more_and_again_with_its_votes(self) -> None:
        day = Asking()
        day.arrive("network", verdict=SHOW)
        day.put(entries.QuestionSet(by=ANNA, post=PostId("network"), on=True))
        day.vote(PostId("network"), "a")
        day.put(entries.QuestionSet(by=ANNA, post=PostId("network"), on=False))
        assert "network" not in day.state.questions
        day.undo_act(by=ANNA)
        assert day.votes()["network"] == 1
        assert code_of(day.put(entries.QuestionSet(by=ANNA, post=PostId("nothing"), on=True))) == "unknown"


class TestCountedAsOne:
    def test_each_voter_counts_once_and_all_askers_stay(self) -> None:
        day = Asking()
        for post, voter in ((ONE, "a"), (ONE, "b"), (TWO, "b"), (TWO, "c")):
            day.vote(post, voter)
        day.merge(ONE, TWO)
        assert day.votes() == {ONE: 5, THREE: 1}  # a, b, c and both askers
        day.vote(TWO, "d")  # a phone that still shows it
        assert day.votes() == {ONE: 6, THREE: 1}

    def test_apart_again_each_has_its_own(self) -> None:
        day = Asking()
        day.vote(ONE, "a")
        day.vote(TWO, "b")
        day.merge(ONE, TWO, THREE)
        day.split(TWO)
        assert day.votes() == {ONE: 3, TWO: 2}
        day.undo_act(by=ANNA)
        assert day.votes() == {ONE: 5}

    def test_what_was_counted_under_one_comes_along(self) -> None:
        day = Asking()
        day.merge(TWO, ONE)
        day.merge(THREE, TWO)
        assert groups(day.state.questions) == {THREE: [ONE, TWO]}
        day.undo_act(by=ANNA)
        assert groups(day.state.questions) == {TWO: [ONE], THREE: []}

    def test_undo_makes_no_ring(self) -> None:
        day = Asking()
        day.merge(ONE, TWO)
        day.split(TWO)
        split = day.seq
        day.merge(TWO, ONE)
        day.undo_act(split, by=ANNA)
        questions = day.state.questions
        assert {root_of(questions, post) for post in questions} == {TWO, THREE}

    def test_without_the_one_on_top_the_others_stand_by_themselves(self) -> None:
        day = Asking()
        day.merge(ONE, TWO, THREE)
        day.put(entries.QuestionSet(by=ANNA, post=ONE, on=False))
        assert groups(day.state.questions) == {TWO: [], THREE: []}

    @given(st.integers(0, 2**32))
    def test_votes_are_right_in_whatever_order(self, seed: int) -> None:
        """Against a recount of everything that was carried out, which knows nothing of groups."""
        rng, day = random.Random(seed), Asking()
        own = {post: {f"asker-{post}"} for post in (ONE, TWO, THREE)}
        for _ in range(25):
            post, other = rng.choice((ONE, TWO, THREE)), rng.choice((ONE, TWO, THREE))
            match rng.randrange(5):
                case 0 | 1:
                    voter, on = rng.choice("abcdef"), rng.random() < 0.7
                    day.vote(post, voter, on=on)
                    (own[post].add if on else own[post].discard)(voter)
                case 2:
                    day.merge(post, other)
                case 3:
                    day.split(post)
                case _ if day.state.acts:
                    day.undo_act(rng.choice([*day.state.acts]), by=ANNA)
        found = groups(day.state.questions)
        assert sorted(post for root, rest in found.items() for post in (root, *rest)) == sorted(own)
        assert day.votes() == {root: len(set().union(*(own[p] for p in (root, *rest)))) for root, rest in found.items()}


class TestWhatBecomesOfOne:
    def test_one_at_a_time_is_on_stage_in_a_session(self) -> None:
        day = Asking()
        for post in (ONE, THREE, TWO):
            day.stand(post, Stand.ON_STAGE)
        assert day.stands() == {ONE: "answered", TWO: "on-stage", THREE: "on-stage"}
        day.undo_act(by=BRAM)
        assert day.stands() == {ONE: "on-stage", TWO: "open", THREE: "on-stage"}

    def test_nothing_that_is_not_on_the_screens(self) -> None:
        day = Asking()
        day.decide("hide", "one")
        assert code_of(day.stand(ONE, Stand.ON_STAGE)) == "not-shown"
        day.depart("two")
        assert code_of(day.stand(TWO, Stand.LATER)) == "unknown"

    @pytest.mark.parametrize(
        ("by", "post", "may"),
        [
            (BRAM, THREE, True),
            (ANNA, ONE, True),
            (SPEAKER, ONE, True),
            (SPEAKER, THREE, False),
            (STRANGER, ONE, False),
        ],
    )
    def test_who_may_say_so(self, by: BadgeId, post: PostId, may: bool) -> None:
        day = Asking()
        assert isinstance(day.stand(post, Stand.LATER, by=by), Done) is may

    def test_a_speaker_without_a_session_speaks_for_no_question_not_even_one_without(self) -> None:
        day = Asking()
        nobody = BadgeId("no-session")
        day.put(entries.BadgeMade(by=OPERATOR, badge=nobody, role=Role.SPEAKER, token_hash="h"), BadgeBody(name="N"))
        day.move(ONE, to=None)
        assert code_of(day.stand(ONE, Stand.ON_STAGE, by=nobody)) == "not-allowed"

    def test_an_answer_in_words_is_kept_for_one_step_back(self) -> None:
        day = Asking()
        day.stand(ONE, Stand.ANSWERED, words="Yes.")
        first = day.seq
        day.stand(ONE, Stand.ANSWERED, words="Yes, from May.")
        second = day.seq
        assert {first, second} <= day.state.bodies.keys()
        outcome = day.stand(ONE, Stand.ANSWERED, words="From June.")
        assert isinstance(outcome, Done)
        assert outcome.redact == (first,)
        day.undo_act(by=ANNA)
        assert day.state.questions[ONE].answer == second
        assert first not in day.state.bodies

    def test_words_without_an_answer_are_not_kept(self) -> None:
        day = Asking()
        outcome = day.stand(ONE, Stand.LATER, words="Not now.")
        assert isinstance(outcome, Done)
        assert day.seq in outcome.redact
        assert day.state.questions[ONE].answer == 0

    def test_moderators_see_it_in_the_history(self) -> None:
        day = Asking()
        day.stand(ONE, Stand.ON_STAGE)
        assert [(act.kind, act.detail) for act in day.state.acts.values()] == [(ActKind.QUESTION_STAND, "on-stage")]


def test_who_wanted_to_know_is_forgotten_and_how_many_is_not() -> None:
    day = Asking()
    day.vote(ONE, "a")
    day.vote(TWO, "a")
    day.merge(ONE, TWO)
    before = day.votes()
    day.put(entries.Lapsed(kinds=(Kept.DEVICES,)))
    assert day.votes() == before == {ONE: 3, THREE: 1}
    assert {voter for question in day.state.questions.values() for voter in question.voters} == set()


class TestForgotten:
    def test_who_was_forgotten_does_not_count_twice(self) -> None:
        day = Asking()
        day.vote(ONE, "a")
        day.put(entries.Lapsed(kinds=(Kept.DEVICES,)))
        assert code_of(day.vote(ONE, "a")) == "forgotten"
        assert day.votes()[ONE] == 2
        day.arrive("later", verdict=SHOW, question=True)
        assert code_of(day.vote(PostId("later"), "a")) == "Done", "control: what is asked after it takes votes"

    def test_an_undo_brings_nobody_back(self) -> None:
        day = Asking()
        day.vote(ONE, "a")
        day.put(entries.QuestionSet(by=ANNA, post=ONE, on=False))
        made = day.seq
        for _ in range(2):
            day.put(entries.Lapsed(kinds=(Kept.DEVICES,)))
        day.undo_act(made, by=ANNA)
        assert day.state.questions[ONE].voters == {}
        assert day.votes()[ONE] == 2, "how many there were is kept"


def test_no_undo_makes_a_ring() -> None:
    day = Asking()
    day.merge(ONE, TWO)
    day.put(entries.QuestionSet(by=ANNA, post=TWO, on=False))
    gone = day.seq
    day.put(entries.QuestionSet(by=ANNA, post=TWO, on=True))
    again = day.seq
    day.merge(TWO, ONE)
    day.undo_act(again)
    day.undo_act(gone)
    assert root_of(day.state.questions, TWO) != root_of(day.state.questions, ONE) or day.votes()
    assert sum(day.votes().values()) == len({*day.state.questions[ONE].voters, *day.state.questions[TWO].voters}) + 1


def test_a_stand_is_of_all_that_are_counted_as_one() -> None:
    day = Asking()
    day.stand(TWO, Stand.ON_STAGE)
    day.merge(ONE, TWO)
    day.stand(ONE, Stand.ANSWERED)
    answered = day.seq
    assert (day.stands()[ONE], day.stands()[TWO]) == ("answered", "answered")
    assert code_of(day.vote(TWO, "a")) == "answered"
    day.undo_act(answered, by=BRAM)
    assert (day.stands()[ONE], day.stands()[TWO]) == ("open", "on-stage")


def test_what_was_rejected_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MAX_QUESTIONS", 3)
    day = Asking()
    assert code_of(day.put(entries.QuestionSet(by=ANNA, post=ONE, on=True))) == "Done"
    day.arrive("fourth", verdict=SHOW, question=True)
    assert "fourth" not in day.state.questions, "it is a post like any other"
    day.depart("one")
    day.arrive("fifth", verdict=SHOW, question=True)
    assert "fifth" in day.state.questions


def test_an_answer_to_a_poll_is_no_question() -> None:
    day = Asking()
    poll = PollId("poll")
    day.put(entries.PollSet(by=ANNA, poll=poll, form=entries.PollForm(kind=PollKind.WORDS)))
    day.put(entries.PollOpened(by=ANNA, poll=poll))
    day.arrive("answer", verdict=SHOW, poll=poll, voter=VoterKey("a"))
    assert code_of(day.put(entries.QuestionSet(by=ANNA, post=PostId("answer"), on=True))) == "unknown"
