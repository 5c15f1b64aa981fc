"""Polls: what may be asked and answered, one vote for each, and that the counts are what the votes say."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.symposium import entries
from server.symposium.entries import BadgeBody, PollBody, PollForm
from server.symposium.keeping import is_left
from server.symposium.law import apply
from server.symposium.outcomes import Done, Outcome
from server.symposium.polls import GRACE_US, all_votes, is_open, recount, voters, width
from server.symposium.state import Poll
from server.symposium.values import OPERATOR, ActKind, BadgeId, Kept, PollId, PollKind, PostId, Role, Status, VoterKey
from server.symposium.views import WallBook
from tests.server.symposium.day import ANNA, AUTHOR, MINUTE, OPENING, PANEL, SHOW, SPEAKER, Day, code_of

POLL, OTHER = PollId("poll"), PollId("other")
SINGLE = PollForm(kind=PollKind.SINGLE, options=3)
SEVERAL = PollForm(kind=PollKind.SEVERAL, options=4, most=2)
SCALE = PollForm(kind=PollKind.SCALE, low=1, high=5)
RANKING = PollForm(kind=PollKind.RANKING, options=3)
WORDS = PollForm(kind=PollKind.WORDS)
NUMBER = PollForm(kind=PollKind.NUMBER, low=0, high=100)
QUIZ = PollForm(kind=PollKind.QUIZ, options=3, right=1, seconds=20)
STATEMENTS = PollForm(kind=PollKind.STATEMENTS, options=2)
FORMS = (SINGLE, SEVERAL, SCALE, RANKING, NUMBER, QUIZ, STATEMENTS)
SECOND = 1_000_000


class Polling(Day):
    """A day with a clock of its own, in µs."""

    def __init__(self) -> None:
        self.clock = 0
        super().__init__()

    def put(self, head: entries.AnyHead, body: Any = None) -> Any:
        seq = len(self.records) + 1
        self.clock += 1
        raw = None if body is None else entries.encode_body(body)
        record = entries.Record(seq, self.clock, head, raw)
        self.records.append(record)
        return apply(self.state, record)

    def draft(self, form: PollForm, poll: PollId = POLL) -> Outcome:
        return self.put(entries.PollSet(by=ANNA, poll=poll, form=form), PollBody(title={"nl": "Wat vindt u?"}))

    def open(self, poll: PollId = POLL, *, by: BadgeId = ANNA) -> Outcome:
        return self.put(entries.PollOpened(by=by, poll=poll))

    def close(self, poll: PollId = POLL, *, by: BadgeId | None = ANNA) -> Outcome:
        return self.put(entries.PollClosed(by=by, poll=poll))

    def hold(self, form: PollForm, poll: PollId = POLL) -> None:
        self.draft(form, poll)
        self.open(poll)

    def vote(self, voter: str, *answers: int, poll: PollId = POLL, opening: int | None = None, **rest: Any) -> Outcome:
        seen = self.poll(poll).opened if opening is None else opening
        return self.put(entries.Voted(poll=poll, opening=seen, voter=VoterKey(voter), answers=answers, **rest))

    def poll(self, poll: PollId = POLL) -> Poll:
        return self.state.polls[poll]

    @property
    def counts(self) -> list[int]:
        assert recount(self.poll()) == self.poll().counts
        return self.poll().counts


class TestDrafts:
    @pytest.mark.parametrize(
        "form",
        [
            PollForm(kind=PollKind.SINGLE, options=1),
            PollForm(kind=PollKind.SINGLE, options=21),
            PollForm(kind=PollKind.SEVERAL, options=3, most=4),
            PollForm(kind=PollKind.SEVERAL, options=3, most=0),
            PollForm(kind=PollKind.SCALE, low=1, high=1),
            PollForm(kind=PollKind.SCALE, low=0, high=100),
            PollForm(kind=PollKind.SCALE, low=1, high=5, options=5),
            PollForm(kind=PollKind.NUMBER, low=5, high=1),
            PollForm(kind=PollKind.QUIZ, options=3),
            PollForm(kind=PollKind.QUIZ, options=3, right=3),
            PollForm(kind=PollKind.SINGLE, options=3, right=1),
            PollForm(kind=PollKind.SINGLE, options=3, seconds=-1),
            PollForm(kind=PollKind.STATEMENTS, options=101),
            PollForm(kind=PollKind.WORDS, binding=True),
            PollForm(kind=PollKind.SINGLE, options=3, again=OTHER),
        ],
    )
    def test_what_cannot_be_held_is_refused(self, form: PollForm) -> None:
        day = Polling()
        assert code_of(day.draft(form)) == "bad-poll"
        assert not day.state.polls

    @pytest.mark.parametrize("form", [*FORMS, WORDS], ids=lambda form: form.kind.value)
    def test_the_others_can(self, form: PollForm) -> None:
        day = Polling()
        assert isinstance(day.draft(form), Done)
        assert day.poll().counts == [0] * width(form)

    def test_only_a_draft_changes_and_its_old_words_go(self) -> None:
        day = Polling()
        day.draft(SINGLE)
        first = day.seq
        outcome = day.draft(SEVERAL)
        assert isinstance(outcome, Done)
        assert outcome.redact == (first,)
        day.open()
        assert code_of(day.draft(SINGLE)) == "poll-opened"
        assert code_of(day.put(entries.PollRemoved(by=ANNA, poll=POLL))) == "poll-opened"

    def test_a_draft_is_thrown_away(self) -> None:
        day = Polling()
        day.draft(SINGLE)
        words = day.seq
        outcome = day.put(entries.PollRemoved(by=ANNA, poll=POLL))
        assert isinstance(outcome, Done)
        assert outcome.redact == (words,)
        assert not day.state.polls

    def test_the_same_again_must_be_the_same(self) -> None:
        day = Polling()
        day.hold(SINGLE)
        day.close()
        assert isinstance(day.draft(PollForm(kind=PollKind.SINGLE, options=3, again=POLL), OTHER), Done)
        assert code_of(day.draft(PollForm(kind=PollKind.SINGLE, options=4, again=POLL), PollId("x"))) == "bad-poll"


class TestOpening:
    def test_two_stages_do_not_ask_at_once(self) -> None:
        day = Polling()
        day.hold(SINGLE)
        day.draft(SINGLE, OTHER)
        assert code_of(day.open(OTHER)) == "poll-open"
        day.close()
        assert isinstance(day.open(OTHER), Done)

    def test_two_sessions_do(self) -> None:
        day = Polling()
        day.hold(PollForm(kind=PollKind.SINGLE, options=2, session=OPENING))
        day.draft(PollForm(kind=PollKind.SINGLE, options=2, session=PANEL), OTHER)
        assert isinstance(day.open(OTHER), Done)
        day.draft(SINGLE, PollId("all"))
        assert code_of(day.open(PollId("all"))) == "poll-open"

    def test_a_chair_may_and_a_speaker_and_the_reports_author_may_not(self) -> None:
        day, chair = Polling(), BadgeId("chair")
        day.put(entries.BadgeMade(by=OPERATOR, badge=chair, role=Role.CHAIR, token_hash="h"), BadgeBody(name="C"))
        day.draft(SINGLE)
        for by in (AUTHOR, SPEAKER):
            assert code_of(day.open(by=by)) == "not-allowed"
        assert isinstance(day.open(by=chair), Done)

    def test_what_repeats_another_must_still_ask_the_same(self) -> None:
        day = Polling()
        day.draft(SINGLE)
        day.draft(msgspec.structs.replace(SINGLE, again=POLL), OTHER)
        day.draft(STATEMENTS)
        assert code_of(day.open(OTHER)) == "bad-poll"
        day.draft(SINGLE)
        assert isinstance(day.open(OTHER), Done), "control: as it was drafted it may"

    def test_the_clock_closes_it_when_it_is_time(self) -> None:
        day = Polling()
        day.hold(QUIZ)
        assert code_of(day.close(by=None)) == "not-due"
        day.clock += 20 * SECOND
        assert code_of(day.close(by=None)) == "not-due", "a vote may be on its way"
        day.clock += GRACE_US
        assert isinstance(day.close(by=None), Done)
        assert day.poll().closed_at == day.state.at


class TestVoting:
    @pytest.mark.parametrize(
        ("form", "answers", "counts"),
        [
            (SINGLE, (2,), [0, 0, 1]),
            (SEVERAL, (3, 0), [1, 0, 0, 1]),
            (SCALE, (5,), [0, 0, 0, 0, 1]),
            (RANKING, (1, 2, 0), [0, 2, 1]),
            (NUMBER, (42,), [1]),
            (QUIZ, (1,), [0, 1, 0]),
            (STATEMENTS, (1, 2), [0, 0, 0, 0, 0, 1]),
        ],
        ids=lambda each: getattr(each, "kind", None),
    )
    def test_a_vote_counts(self, form: PollForm, answers: tuple[int, ...], counts: list[int]) -> None:
        day = Polling()
        day.hold(form)
        day.vote("a", *answers)
        assert day.counts == counts
        assert voters(day.state, day.poll()) == 1

    @pytest.mark.parametrize(
        ("form", "answers"),
        [
            (SINGLE, ()),
            (SINGLE, (3,)),
            (SINGLE, (0, 1)),
            (SEVERAL, (0, 1, 2)),
            (SEVERAL, (1, 1)),
            (SEVERAL, (-1,)),
            (SCALE, (0,)),
            (SCALE, (6,)),
            (RANKING, (0, 1)),
            (RANKING, (0, 1, 1)),
            (NUMBER, (101,)),
            (STATEMENTS, (2, 0)),
            (STATEMENTS, (0, 3)),
        ],
        ids=str,
    )
    def test_what_is_no_answer_is_refused(self, form: PollForm, answers: tuple[int, ...]) -> None:
        day = Polling()
        day.hold(form)
        assert code_of(day.vote("a", *answers)) == "bad-answer"
        assert sum(day.counts) == 0

    def test_another_vote_takes_the_place_of_the_first(self) -> None:
        day = Polling()
        day.hold(SINGLE)
        for option in (0, 0, 2):
            day.vote("a", option)
        assert day.counts == [0, 0, 1]

    def test_of_statements_each_is_answered_by_itself(self) -> None:
        day = Polling()
        day.hold(STATEMENTS)
        day.vote("a", 0, 0)
        day.vote("a", 1, 1)
        day.vote("a", 0, 2)
        assert day.counts == [0, 0, 1, 0, 1, 0]

    def test_not_before_not_after_and_not_on_what_it_was(self) -> None:
        day = Polling()
        day.draft(SINGLE)
        assert code_of(day.vote("a", 0)) == "poll-closed"
        day.open()
        opening = day.poll().opened
        day.close()
        assert code_of(day.vote("a", 0)) == "poll-closed"
        day.open()
        assert code_of(day.vote("a", 0, opening=opening)) == "poll-changed"
        assert code_of(day.put(entries.Voted(poll=OTHER, opening=1, voter=VoterKey("a"), answers=(0,)))) == "unknown"

    def test_a_quiz_takes_no_vote_when_its_time_is_over(self) -> None:
        """Also before the entry that closes it: the law looks at its own clock, which never goes back."""
        day = Polling()
        day.hold(QUIZ)
        day.clock += 20 * SECOND
        assert isinstance(day.vote("on its way", 1), Done)
        day.clock += SECOND
        assert code_of(day.vote("late", 1)) == "poll-closed"

    def test_stuffed_votes_do_not_count_until_they_do_again(self) -> None:
        day = Polling()
        day.hold(SINGLE)
        for voter in ("a", "b", "c"):
            day.vote(voter, 0)
        stuffed = tuple(map(VoterKey, ("a", "b", "later")))
        day.put(entries.VotesSetAside(by=ANNA, poll=POLL, voters=stuffed, on=True))
        day.vote("later", 1)
        day.vote("a", 2)
        assert day.counts == [1, 0, 0]
        assert voters(day.state, day.poll()) == 1
        day.put(entries.VotesSetAside(by=ANNA, poll=POLL, voters=stuffed, on=False))
        assert day.counts == [2, 1, 1]
        told = [(act.by, act.detail, act.post) for act in day.state.acts.values() if act.kind is ActKind.VOTES]
        assert told == [(ANNA, "aside", None), (ANNA, "back", None)]

    def test_who_voted_what_is_forgotten_and_the_result_is_not(self) -> None:
        day = Polling()
        day.hold(NUMBER)
        for n in (7, 3, 7):
            day.vote(f"voter-{day.seq}", n)
        day.close()
        day.put(entries.Lapsed(kinds=(Kept.DEVICES,)))
        assert not day.poll().votes
        assert sorted(all_votes(day.poll())) == [(3,), (7,), (7,)]
        assert (day.counts, voters(day.state, day.poll())) == ([3], 3)


class TestCodes:
    def day(self) -> Polling:
        day = Polling()
        day.draft(PollForm(kind=PollKind.SINGLE, options=2, binding=True))
        day.put(entries.PollCodesMade(by=ANNA, poll=POLL, codes=(VoterKey("k1"), VoterKey("k2"))))
        day.open()
        return day

    def test_each_votes_once(self) -> None:
        day = self.day()
        assert isinstance(day.vote("k1", 0), Done)
        assert code_of(day.vote("k1", 1)) == "code-used"
        assert code_of(day.vote("k1", 0)) == "code-used"
        assert code_of(day.vote("a phone", 0)) == "no-code"
        assert day.counts == [1, 0]

    def test_the_same_request_again_is_no_second_use(self) -> None:
        day = self.day()
        day.vote("k1", 0, request="r")
        assert isinstance(day.vote("k1", 0, request="r"), Done)
        assert code_of(day.vote("k1", 0, request="another's")) == "code-used"
        assert day.counts == [1, 0]

    def test_only_a_binding_poll_has_them(self) -> None:
        day = Polling()
        day.draft(SINGLE)
        assert code_of(day.put(entries.PollCodesMade(by=ANNA, poll=POLL, codes=(VoterKey("k"),)))) == "unknown"


class TestWordsOfOnesOwn:
    def answer(self, day: Polling, post: str, voter: str | None) -> Outcome:
        key = None if voter is None else VoterKey(voter)
        return day.arrive(post, verdict=SHOW, poll=POLL, voter=key)

    def test_a_voter_has_one_answer(self) -> None:
        day = Polling()
        day.hold(WORDS)
        self.answer(day, "first", "a")
        self.answer(day, "second", "a")
        self.answer(day, "third", "b")
        assert day.state.posts[PostId("first")].status is Status.WITHDRAWN
        assert day.poll().words == {"a": "second", "b": "third"}
        assert voters(day.state, day.poll()) == 2

    def test_an_answer_stands_with_its_poll_and_not_in_the_fountain(self) -> None:
        day = Polling()
        day.hold(WORDS)
        self.answer(day, "words", "a")
        day.arrive("post", verdict=SHOW)
        for decision in ("pin", "star"):
            day.decide(decision, "words")
        book = WallBook()
        book.look(day.state)
        assert [key for key in book.items if key.startswith("post:")] == ["post:post"]
        day.decide("hide", "words")
        assert day.state.posts[PostId("words")].status is Status.HIDDEN

    def test_nothing_comes_in_when_it_is_closed_or_asks_no_words(self) -> None:
        day = Polling()
        day.hold(WORDS)
        assert code_of(self.answer(day, "nobody's", None)) == "unknown"
        day.close()
        assert code_of(self.answer(day, "late", "a")) == "poll-closed"
        assert not day.state.posts


@given(form=st.sampled_from(FORMS), seed=st.integers(0, 2**32))
def test_counts_are_what_the_votes_say(form: PollForm, seed: int) -> None:
    rng, day = random.Random(seed), Polling()
    day.hold(form)
    for _ in range(30):
        voter = rng.choice("abcdefg")
        if rng.random() < 0.15:
            aside = (VoterKey(voter),)
            day.put(entries.VotesSetAside(by=ANNA, poll=POLL, voters=aside, on=rng.random() < 0.6))
        else:
            day.vote(voter, *_answer(form, rng))
    assert day.poll().counts == recount(day.poll())
    assert min(day.poll().counts) >= 0
    assert voters(day.state, day.poll()) == len(day.poll().votes.keys() - day.poll().aside.keys())


def _answer(form: PollForm, rng: random.Random) -> tuple[int, ...]:
    match form.kind:
        case PollKind.SEVERAL:
            return tuple(rng.sample(range(form.options), rng.randint(1, form.most)))
        case PollKind.RANKING:
            return tuple(rng.sample(range(form.options), form.options))
        case PollKind.SCALE | PollKind.NUMBER:
            return (rng.randint(form.low, form.high),)
        case PollKind.STATEMENTS:
            return rng.randrange(form.options), rng.randrange(3)
        case _:
            return (rng.randrange(form.options),)


class TestWithItsSession:
    """A poll that opens and closes with the session that it belongs to."""

    def day(self, at: int = 0, **rest: Any) -> Polling:
        day = Polling()
        day.programme()
        day.draft(msgspec.structs.replace(SINGLE, session=OPENING, with_session=True, **rest))
        day.clock = at
        return day

    def strike(self, day: Polling) -> Outcome:
        return day.put(entries.PollOpened(by=None, poll=POLL))

    @pytest.mark.parametrize(("minute", "opens"), [(9, False), (10, True), (39, True), (40, False)])
    def test_the_node_may_open_it_while_that_runs(self, minute: int, opens: bool) -> None:
        day = self.day(minute * MINUTE)
        outcome = self.strike(day)
        assert is_open(day.poll()) is opens
        assert code_of(outcome) == ("Done" if opens else "not-due")

    def test_a_poll_that_does_not_go_with_it_is_opened_by_people_only(self) -> None:
        day = Polling()
        day.programme()
        day.draft(msgspec.structs.replace(SINGLE, session=OPENING))
        day.clock = 10 * MINUTE
        assert code_of(self.strike(day)) == "not-due"
        assert code_of(day.open()) == "Done", "control: people may"

    def test_it_opens_once_and_who_closed_it_is_obeyed(self) -> None:
        day = self.day(10 * MINUTE)
        self.strike(day)
        day.close()
        assert code_of(self.strike(day)) == "not-due"

    def test_it_closes_when_its_session_ends_also_when_that_is_late(self) -> None:
        day = self.day(10 * MINUTE)
        self.strike(day)
        day.shift("opening", 5)
        day.clock = 44 * MINUTE
        assert code_of(day.close(by=None)) == "not-due"
        day.clock = 45 * MINUTE
        assert code_of(day.close(by=None)) == "Done"
        assert not is_open(day.poll())

    def test_whoever_drafted_it_stands_for_it(self) -> None:
        day = self.day(10 * MINUTE)
        self.strike(day)
        assert day.poll().by == ANNA

    def test_without_a_session_it_cannot_be(self) -> None:
        assert code_of(Polling().draft(msgspec.structs.replace(SINGLE, with_session=True))) == "bad-poll"


class TestForgotten:
    def test_a_poll_whose_voters_were_forgotten_is_not_opened_again(self) -> None:
        day = Polling()
        day.hold(SINGLE)
        for n in range(6):
            day.vote(f"v{n}", 1)
        day.close()
        day.put(entries.Lapsed(kinds=(Kept.DEVICES,)))
        assert code_of(day.open()) == "forgotten"
        assert voters(day.state, day.poll()) == 6

    def test_one_that_is_open_ends(self) -> None:
        day = Polling()
        day.hold(SINGLE)
        day.vote("v", 1)
        day.put(entries.Lapsed(kinds=(Kept.DEVICES,)))
        assert (is_open(day.poll()), day.poll().votes, day.poll().past) == (False, {}, [(1,)])

    def test_it_is_due_also_where_phones_only_voted(self) -> None:
        day = Polling()
        day.hold(SINGLE)
        assert not is_left(day.state, Kept.DEVICES)
        day.vote("v", 1)
        assert is_left(day.state, Kept.DEVICES)
        day.put(entries.Lapsed(kinds=(Kept.DEVICES,)))
        assert not is_left(day.state, Kept.DEVICES)

    def test_answers_that_were_set_aside_stay_aside(self) -> None:
        day = Polling()
        day.hold(WORDS)
        for n in range(6):
            day.arrive(f"w{n}", verdict=SHOW, poll=POLL, voter=VoterKey(f"v{n}"))
        day.put(entries.VotesSetAside(by=ANNA, poll=POLL, voters=(VoterKey("v0"),), on=True))
        day.close()
        day.put(entries.Lapsed(kinds=(Kept.DEVICES,)))
        assert voters(day.state, day.poll()) == 5
        assert not any(voter.startswith("v") for voter in day.poll().words)


def test_a_poll_opened_by_hand_before_its_session_stays_open_until_that_ends() -> None:
    day = Polling()
    day.programme()
    day.draft(msgspec.structs.replace(SINGLE, session=OPENING, with_session=True))
    day.clock = 5 * MINUTE
    day.open()
    assert code_of(day.close(by=None)) == "not-due"
    day.clock = 20 * MINUTE
    assert code_of(day.close(by=None)) == "not-due"
    day.clock = 40 * MINUTE
    assert code_of(day.close(by=None)) == "Done"
    day.open()
    day.clock = 50 * MINUTE
    assert code_of(day.close(by=None)) == "not-due", "opened after it: by people, until people close it"


def test_answers_that_were_taken_back_or_rejected_do_not_count() -> None:
    day = Polling()
    day.hold(WORDS)
    for n in range(6):
        day.arrive(f"w{n}", author=f"a{n}", verdict=SHOW, poll=POLL, voter=VoterKey(f"v{n}"))
    day.depart("w0")
    day.decide("hide", "w1")
    assert voters(day.state, day.poll()) == 5


def test_a_code_is_for_what_it_said_first_also_in_the_same_request() -> None:
    day = Polling()
    form = msgspec.structs.replace(SINGLE, binding=True)
    day.draft(form)
    day.put(entries.PollCodesMade(by=ANNA, poll=POLL, codes=(VoterKey("code"),)))
    day.open()
    assert isinstance(day.vote("code", 1, request="r"), Done)
    assert isinstance(day.vote("code", 1, request="r"), Done)
    assert code_of(day.vote("code", 2, request="r")) == "code-used"
    assert day.counts == [0, 1, 0]
