"""What the hall is asked on the rehearsal day."""

from __future__ import annotations

from collections import Counter

from server.rehearsal.hall import PHONES, Opens, Stands, Votes, Wants, acts, polls
from server.rehearsal.script import Kind, Ruling, posts, programme
from server.symposium.polls import is_answer, is_sound
from server.symposium.values import PollKind

DAY = posts()


def test_every_poll_can_be_held_while_its_session_runs() -> None:
    sessions = {session.id: session for session in programme().sessions}
    for poll in polls():
        assert is_sound(poll.form), poll.id
        session = sessions[poll.session]
        assert session.from_s <= poll.from_s < poll.until_s <= session.until_s, poll.id
        assert sum(poll.shares) == poll.votes <= PHONES, poll.id
        assert all(len(side) == len(poll.options) for side in poll.sides), poll.id


def test_both_languages_are_whole() -> None:
    for poll in polls():
        assert all(words.keys() == {"nl", "en"} and all(words.values()) for words in (poll.title, *poll.options))


def test_one_that_repeats_another_asks_the_same() -> None:
    known = {poll.id: poll for poll in polls()}
    again = [poll for poll in polls() if poll.again is not None]
    assert again
    for poll in again:
        earlier = known[poll.again or ""]
        assert (poll.title, poll.options, poll.kind) == (earlier.title, earlier.options, earlier.kind)


def test_each_vote_can_be_counted_and_comes_while_the_poll_is_open() -> None:
    known = {poll.id: poll for poll in polls()}
    votes = [act for act in acts(DAY) if isinstance(act, Votes)]
    for vote in votes:
        poll = known[vote.poll]
        assert is_answer(poll.form, vote.answers)
        assert poll.from_s < vote.at_s < poll.until_s
    per_poll = Counter((vote.poll, vote.phone) for vote in votes if known[vote.poll].kind is not PollKind.STATEMENTS)
    assert set(per_poll.values()) == {1}, "one vote for each phone"


def test_what_is_put_to_the_stage_was_asked_before_and_is_shown() -> None:
    asked = {post.key: post for post in DAY if post.kind is Kind.QUESTION and post.ruling is Ruling.SHOW}
    stood = [act for act in acts(DAY) if isinstance(act, Stands)]
    assert len(stood) == 8
    for act in stood:
        assert asked[act.post].at_s + 20 < act.at_s


def test_many_want_to_know_some_questions_and_few_most() -> None:
    wants = Counter(act.post for act in acts(DAY) if isinstance(act, Wants))
    assert min(wants.values()) >= 2
    assert max(wants.values()) > 3 * sorted(wants.values())[len(wants) // 2]


def test_the_same_seed_gives_the_same_day() -> None:
    assert acts(DAY) == acts(DAY)
    assert acts(DAY) != acts(DAY, seed=2)


def test_they_stand_by_time() -> None:
    times = [act.at_s for act in acts(DAY)]
    assert times == sorted(times)
    assert next(act for act in acts(DAY) if isinstance(act, Opens)).at_s < 20, "a newcomer sees one at once"
