"""What the pages are told of questions and polls: as much as each may see, and nobody's vote."""

from __future__ import annotations

import msgspec
import pytest

from server.symposium import entries
from server.symposium.entries import PollForm
from server.symposium.hall_facts import ENOUGH, LONGEST_WORD, poll_facts, question_facts
from server.symposium.values import PostBody, PostId, Reveal, Stand, VoterKey
from tests.server.symposium.day import SHOW
from tests.server.symposium.test_polls import NUMBER, POLL, QUIZ, SINGLE, STATEMENTS, WORDS, Polling
from tests.server.symposium.test_questions import ONE, THREE, TWO, Asking


class TestQuestions:
    def test_the_most_wanted_is_first_with_what_is_counted_under_it(self) -> None:
        day = Asking()
        for voter in ("a", "b"):
            day.vote(TWO, voter)
        day.merge(TWO, THREE)
        told = question_facts(day.state)
        assert [(each.post, each.votes, each.merged) for each in told] == [(TWO, 4, 1), (ONE, 1, 0)]

    def test_another_of_the_group_speaks_when_the_first_is_taken_back(self) -> None:
        day = Asking()
        day.merge(ONE, TWO)
        day.depart("one")
        (first, _) = question_facts(day.state)
        assert (first.post, first.merged, first.votes) == (TWO, 1, 2)

    @pytest.mark.parametrize("hide", ["stop", "hide"])
    def test_nothing_that_is_not_on_the_screens(self, hide: str) -> None:
        day = Asking()
        if hide == "stop":
            day.stop()
        else:
            day.decide("hide", "one", "two", "three")
        assert question_facts(day.state) == []

    def test_an_answer_stands_with_it(self) -> None:
        day = Asking()
        day.stand(ONE, Stand.ANSWERED, words="Yes, from May.")
        told = {each.post: each for each in question_facts(day.state)}
        answer = told[ONE].answer
        assert answer is not None
        assert (told[ONE].stand, answer.name, answer.text) == ("answered", "Els", "Yes, from May.")
        assert told[TWO].answer is None

    def test_nobody_who_voted_is_in_it(self) -> None:
        day = Asking()
        day.vote(ONE, "voter-who-must-not-be-told")
        assert b"voter-who-must-not-be-told" in msgspec.json.encode(day.state), "control: it is there to be told"
        assert b"voter-who" not in msgspec.json.encode(question_facts(day.state))
        assert b"asker-" not in msgspec.json.encode(question_facts(day.state))


def voted(form: PollForm, n: int = ENOUGH) -> Polling:
    day = Polling()
    day.hold(form)
    for voter in range(n):
        day.vote(f"voter-{voter}", 1)
    return day


class TestPolls:
    @pytest.mark.parametrize(
        ("reveal", "open_", "own", "closed"),
        [(Reveal.LIVE, True, True, True), (Reveal.VOTED, False, True, True), (Reveal.CLOSED, False, False, True)],
    )
    def test_who_sees_a_result_when(self, reveal: Reveal, open_: bool, own: bool, closed: bool) -> None:
        day = voted(msgspec.structs.replace(SINGLE, reveal=reveal))
        sees = reveal is not Reveal.CLOSED
        assert (poll_facts(day.state, POLL).result is not None) is open_
        assert (poll_facts(day.state, POLL, sees_all=sees).result is not None) is own
        day.close()
        assert (poll_facts(day.state, POLL).result is not None) is closed

    def test_too_few_votes_are_not_told(self) -> None:
        day = voted(SINGLE, ENOUGH - 1)
        day.close()
        told = poll_facts(day.state, POLL).result
        assert told is not None
        assert (told.n, told.few, told.counts) == (ENOUGH - 1, True, ())

    def test_the_right_answer_of_a_quiz_comes_when_it_is_closed(self) -> None:
        draft = Polling()
        draft.draft(QUIZ)
        assert poll_facts(draft.state, POLL).right == 1, "whoever edits a draft must not lose it"
        day = voted(QUIZ)
        assert poll_facts(day.state, POLL).right is None
        assert poll_facts(day.state, POLL).ends_at == day.poll().opened_at + 20_000_000
        day.close()
        assert (poll_facts(day.state, POLL).right, poll_facts(day.state, POLL).ends_at) == (1, None)

    def test_numbers_have_a_middle_and_columns(self) -> None:
        day = Polling()
        day.hold(NUMBER)
        for voter, number in enumerate((0, 10, 20, 90, 100)):
            day.vote(f"voter-{voter}", number)
        day.close()
        told = poll_facts(day.state, POLL).result
        assert told is not None
        assert told.middle == 20
        assert sum(each.n for each in told.bins) == 5
        assert (told.bins[0].low, told.bins[-1].high) == (0, 100)
        assert all(a.high + 1 == b.low for a, b in zip(told.bins, told.bins[1:], strict=False))

    def test_words_are_those_that_are_shown_in_one_spelling(self) -> None:
        day = Polling()
        day.hold(WORDS)
        for n, text in enumerate(("Vertrouwen", "vertrouwen!", "Vertrouwen", "koffie", "onzin", "Koffie")):
            body = PostBody(salt="", text=text)
            day.arrive(f"w{n}", verdict=SHOW, poll=POLL, voter=VoterKey(f"voter-{n}"), body=body)
        day.decide("hide", "w4")
        day.close()
        told = poll_facts(day.state, POLL).result
        assert told is not None
        assert told.words == (("Vertrouwen", 3), ("Koffie", 2))

    def test_words_that_came_during_a_pause_wait_as_posts_do(self) -> None:
        day = Polling()
        day.hold(WORDS)
        for n in range(6):
            if n == 5:
                day.pause()
            body = PostBody(salt="", text="na de pauze" if n == 5 else "ervoor")
            day.arrive(f"w{n}", verdict=SHOW, poll=POLL, voter=VoterKey(f"voter-{n}"), body=body)
        day.close()
        told = poll_facts(day.state, POLL).result
        assert told is not None
        assert told.words == (("ervoor", 5),)
        day.pause(on=False)
        told = poll_facts(day.state, POLL).result
        assert told is not None
        assert told.words == (("ervoor", 5), ("na de pauze", 1))

    def test_the_last_answer_that_stands_is_nobodys_to_guess(self) -> None:
        day = Polling()
        day.hold(WORDS)
        for n in range(6):
            day.arrive(f"w{n}", author=f"a{n}", verdict=SHOW, poll=POLL, voter=VoterKey(f"voter-{n}"))
        for n in range(5):
            day.depart(f"w{n}")
        day.close()
        told = poll_facts(day.state, POLL).result
        assert told is not None
        assert (told.n, told.few, told.words) == (1, True, ())

    def test_an_answer_is_cut_for_all(self) -> None:
        day = Polling()
        day.hold(WORDS)
        for n in range(5):
            body = PostBody(salt="", text="x" * 400)
            day.arrive(f"w{n}", verdict=SHOW, poll=POLL, voter=VoterKey(f"voter-{n}"), body=body)
        day.close()
        told = poll_facts(day.state, POLL).result
        assert told is not None
        assert [len(word) for word, _ in told.words] == [LONGEST_WORD]

    def test_of_a_statement_that_few_said_something_of_nothing_is_told(self) -> None:
        day = Polling()
        day.hold(STATEMENTS)
        for n in range(6):
            day.vote(f"voter-{n}", 0, 0)
        day.vote("voter-0", 1, 1)
        day.close()
        told = poll_facts(day.state, POLL).result
        assert told is not None
        assert told.counts == (6, 0, 0, 0, 0, 0)

    def test_nobody_who_voted_is_in_it(self) -> None:
        day = voted(SINGLE)
        assert b"voter-3" in msgspec.json.encode(day.state), "control: it is there to be told"
        assert b"voter-" not in msgspec.json.encode(poll_facts(day.state, POLL, sees_all=True))

    def test_words_that_were_redacted_leave_an_empty_poll(self) -> None:
        day = voted(SINGLE)
        day.state.bodies.pop(day.poll().body)
        assert poll_facts(day.state, POLL).title == {}


def test_a_question_without_words_is_not_told() -> None:
    day = Asking()
    day.put(entries.QuestionVoted(post=ONE, voter=VoterKey("a")))
    day.state.bodies.pop(day.state.posts[PostId("one")].body)
    assert ONE not in {each.post for each in question_facts(day.state)}
