"""What is noted of votes: when, from new phones or not, never twice of one voter; bounded, and nobody is named."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import stuffing
from server.stuffing import Burst, Second, Stuffing, of_poll, of_question
from server.symposium.entries import Lapsed, QuestionVoted, Record, Voted, VotesSetAside
from server.symposium.outcomes import Done
from server.symposium.values import OPERATOR, Kept, PollId, PostId, VoterKey

SECOND = 1_000_000
POLL, POST = PollId("poll"), PostId("post")


def vote(seconds: float, voter: str, *, fresh: bool = False, poll: PollId = POLL) -> Record:
    head = Voted(poll=poll, opening=1, voter=VoterKey(voter), answers=(0,), fresh=fresh)
    return Record(1, round(seconds * SECOND), head, None)


def want(seconds: float, voter: str, *, on: bool = True, fresh: bool = False, post: PostId = POST) -> Record:
    return Record(1, round(seconds * SECOND), QuestionVoted(post, VoterKey(voter), on=on, fresh=fresh), None)


def noted(*records: Record) -> Stuffing:
    made = Stuffing(lambda: 7)
    for record in records:
        made.note(record, Done(seq=record.seq))
    return made


def test_votes_are_counted_by_second_with_the_share_of_new_phones() -> None:
    seen = noted(vote(1.0, "a"), vote(1.9, "b", fresh=True), vote(3.2, "c"))

    assert seen.seconds(of_poll(POLL)) == [Second(1 * SECOND, 2, 1), Second(3 * SECOND, 1, 0)]
    assert seen.since == 7


def test_who_changes_their_mind_is_one_voter() -> None:
    seen = noted(*(vote(at, "a") for at in range(9)), vote(9, "b"))

    assert [(each.at, each.n) for each in seen.seconds(of_poll(POLL))] == [(0, 1), (9 * SECOND, 1)]


def test_what_a_phone_took_back_is_not_there_any_more() -> None:
    seen = noted(want(1, "a"), want(2, "b"), want(3, "a", on=False), want(4, "x", on=False))

    assert [each.n for each in seen.seconds(of_question(POST))] == [1]
    assert len(seen) == 1


def test_a_burst_is_where_many_new_phones_voted_over_short_gaps() -> None:
    hall = [vote(at, f"hall-{at}-{n}") for at in (0, 1, 5) for n in range(9)]
    stuffed = [vote(at + n / 10, f"new-{at}-{n}", fresh=True) for at in (10, 11, 13) for n in range(5)]
    later = [vote(60 + n / 10, f"late-{n}", fresh=True) for n in range(6)]

    seen = noted(*sorted((*hall, *stuffed, vote(11.95, "guest"), *later), key=lambda record: record.at))

    assert seen.bursts(of_poll(POLL)) == [
        Burst(10 * SECOND, round(13.4 * SECOND), 16, 15, 6),
        Burst(60 * SECOND, round(60.5 * SECOND), 6, 6, 6),
    ]
    assert seen.bursts(of_poll(PollId("other"))) == []


def test_a_hall_whose_phones_are_known_makes_no_burst() -> None:
    assert noted(*(vote(n / 1000, f"v{n}", fresh=n % 300 == 0) for n in range(1_000))).bursts(of_poll(POLL)) == []


def test_voters_of_a_burst_are_found_by_its_ends_and_those_alone() -> None:
    seen = noted(vote(1, "before"), vote(2, "old"), vote(2.5, "new", fresh=True), vote(3, "last"), vote(3.1, "after"))

    since, until = 2 * SECOND, 3 * SECOND
    assert seen.voters(of_poll(POLL), since=since, until=until, fresh=False) == ("old", "new", "last")
    assert seen.voters(of_poll(POLL), since=since, until=until, fresh=True) == ("new",)
    assert seen.voters(of_question(POST), since=since, until=until, fresh=False) == ()


def test_a_burst_that_is_spread_over_what_counts_as_one_is_one_burst() -> None:
    posts = [PostId(name) for name in ("one", "two", "three")]
    spread = [want(1 + n / 10, f"new-{n}", fresh=True, post=posts[n % 3]) for n in range(9)]
    again = [want(2 + n / 10, f"new-{n}", post=posts[(n + 1) % 3]) for n in range(9)]
    topics = [of_question(post) for post in posts]

    seen = noted(*spread, *again)

    assert seen.bursts(*topics) == [Burst(1 * SECOND, round(1.8 * SECOND), 9, 9, 9)], "each voter once, by the first"
    assert [seen.bursts(topic) for topic in topics] == [[]] * 3, "control: on each of them three are few"
    assert len(seen.voters(*topics, since=0, until=2 * SECOND, fresh=True)) == 9


def test_who_set_aside_is_known_while_the_server_runs() -> None:
    act = VotesSetAside(by=OPERATOR, voters=(VoterKey("a"),), on=True, poll=POLL)
    seen = noted(Record(12, 34, act, None))

    assert seen.act(12) == (OPERATOR, 34)
    assert seen.act(13) is None


def test_only_the_newest_votes_of_a_poll_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stuffing, "MAX_RECENT", 3)
    seen = noted(*(vote(n, f"v{n}") for n in range(5)))

    assert [each.at // SECOND for each in seen.seconds(of_poll(POLL))] == [2, 3, 4]
    assert len(seen) == 3


def test_what_was_voted_on_longest_ago_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stuffing, "MAX_KEPT", 4)
    polls = [PollId(name) for name in "abc"]
    seen = noted(*(vote(n, f"v{n}", poll=poll) for n, poll in enumerate(poll for poll in polls for _ in range(2))))

    assert [len(seen.seconds(of_poll(poll))) for poll in polls] == [0, 2, 2]
    assert len(seen) == 4


def test_when_phones_are_forgotten_so_is_who_voted() -> None:
    seen = noted(vote(1, "a"), Record(2, 2, Lapsed(kinds=(Kept.POSTS,)), None))
    before = len(seen)
    seen.note(Record(3, 3, Lapsed(kinds=(Kept.DEVICES,)), None), Done(seq=3))

    assert (before, len(seen), seen.seconds(of_poll(POLL))) == (1, 0, [])


@given(
    st.lists(st.tuples(st.integers(0, 40 * SECOND), st.sampled_from("abcdefghij"), st.booleans()), max_size=80).map(
        sorted
    )
)
def test_every_first_vote_is_in_one_second_and_found_in_its_time(votes: list[tuple[int, str, bool]]) -> None:
    seen = noted(*(vote(at / SECOND, voter, fresh=fresh) for at, voter, fresh in votes))
    first: dict[str, tuple[int, bool]] = {}
    for at, voter, fresh in votes:
        first.setdefault(voter, (at, fresh))

    seconds = seen.seconds(of_poll(POLL))
    expected = Counter(at - at % SECOND for at, _ in first.values())
    assert {each.at: each.n for each in seconds} == expected
    assert sum(each.fresh for each in seconds) == sum(fresh for _, fresh in first.values())
    for each in seconds:
        found = seen.voters(of_poll(POLL), since=each.at, until=each.at + SECOND - 1, fresh=False)
        assert len(found) == each.n
    assert [each.at for each in seconds] == sorted(each.at for each in seconds)


def test_what_is_shown_names_nobody() -> None:
    """Control: the same text is there where it should be, so that the search would find it."""
    seen = noted(*(vote(1 + n / 100, f"geheim-{n}", fresh=True) for n in range(9)))
    shown: list[Any] = [seen.seconds(of_poll(POLL)), seen.bursts(of_poll(POLL))]

    assert "geheim" in repr(seen.voters(of_poll(POLL), since=0, until=9 * SECOND, fresh=True))
    assert shown[1] != []
    assert "geheim" not in repr(shown)


def test_the_newest_bursts_are_told_and_each_ballot_is_looked_at_a_few_times_only() -> None:
    """Strangers make the runs: to look through all votes for each of them would hold up everybody."""
    runs = 400
    votes = [vote(4 * run + n / 10, f"{run}-{n}", fresh=True) for run in range(runs) for n in range(stuffing.BURST)]
    seen = noted(*votes)
    looks = 0

    class Watched(stuffing.Ballot):
        __slots__ = ()

        @property
        def at(self) -> int:  # type: ignore[override]  # counts, and says the same
            nonlocal looks
            looks += 1
            return self[0]

    for ballots in seen._topics.values():
        ballots.update({voter: Watched(*ballot) for voter, ballot in ballots.items()})
    found = seen.bursts(of_poll(POLL))

    assert [each.since for each in found] == [4 * run * SECOND for run in range(runs - stuffing.MAX_BURSTS, runs)]
    assert all(each.n == each.fresh == each.per_second == stuffing.BURST for each in found)
    assert 0 < looks < 3 * len(votes)
