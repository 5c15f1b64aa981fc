"""
Whether somebody stuffs a ballot: when the votes came in, and how many of them from phones that were new.

Kept in memory while the server runs: enough to see a burst on the day, and to name its voters to the law. Who they are
never leaves this process; staff name a stretch of time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from server.symposium.entries import Lapsed, PostArrived, QuestionVoted, Record, Voted, VotesSetAside
from server.symposium.outcomes import Done
from server.symposium.values import BadgeId, Kept, PollId, PostId, VoterKey

MAX_RECENT: Final = 20_000
"""Votes that are kept of one poll or question: as many as one entry can set aside."""
MAX_KEPT: Final = 100_000
"""Of all together, 20 MB; those of what was voted on longest ago go first."""
MAX_SECONDS: Final = 600
MAX_BURSTS: Final = 50
MAX_ACTS: Final = 1_000
BURST: Final = 5
"""Votes of new phones in one second that are many, also when a hall scans the code on the screen."""
GAP_S: Final = 2
"""A burst goes on over so many quieter seconds."""
_SECOND_US: Final = 1_000_000

Topic = tuple[str, str]
"""What was voted on: `poll` or `question`, and its id."""


def of_poll(poll: PollId) -> Topic:
    """What a poll's votes are noted under."""
    return "poll", poll


def of_question(post: PostId) -> Topic:
    """What the votes cast on a question are noted under; those that are counted under it have their own."""
    return "question", post


class Ballot(NamedTuple):
    """When somebody voted first (µs), and whether their phone was new then."""

    at: int
    fresh: bool


class Second(NamedTuple):
    """The votes of one second, which begins at `at` (µs)."""

    at: int
    n: int
    fresh: int


class Burst(NamedTuple):
    """Many votes of new phones: from the first vote to the last (µs), and how many in the busiest second."""

    since: int
    until: int
    n: int
    fresh: int
    per_second: int


class Stuffing:
    """
    The recent votes of one symposium, by time: the journal's clock never goes back, and first votes keep their order.

    Args:
        now_us: UTC microseconds since 1970.
    """

    def __init__(self, now_us: Callable[[], int]) -> None:
        self.since = now_us()
        """Since when votes are noted, in µs."""
        self._kept = 0
        self._topics: OrderedDict[Topic, dict[VoterKey, Ballot]] = OrderedDict()
        self._acts: dict[int, tuple[BadgeId, int]] = {}

    def __len__(self) -> int:
        return self._kept

    def note(self, record: Record, _: Done) -> None:
        """Note an entry that was carried out; for `Node.listen`."""
        match record.head:
            case Voted(poll=poll, voter=voter, fresh=fresh):
                self._add(of_poll(poll), voter, Ballot(record.at, fresh))
            case PostArrived(poll=poll, voter=voter) if poll is not None and voter is not None:
                self._add(of_poll(poll), voter, Ballot(record.at, False))
            case QuestionVoted(post=post, voter=voter, on=True, fresh=fresh):
                self._add(of_question(post), voter, Ballot(record.at, fresh))
            case QuestionVoted(post=post, voter=voter):
                self._take_back(of_question(post), voter)
            case VotesSetAside(by=by, on=True):
                self._acts[record.seq] = (by, record.at)
                if len(self._acts) > MAX_ACTS:
                    del self._acts[next(iter(self._acts))]
            case Lapsed(kinds=kinds) if Kept.DEVICES in kinds:
                self._topics, self._kept = OrderedDict(), 0  # nor does anybody else know any more who voted
            case _:
                pass

    def _add(self, topic: Topic, voter: VoterKey, ballot: Ballot) -> None:
        """A voter's first vote counts here: who changes their mind stuffs nothing."""
        ballots = self._topics.setdefault(topic, {})
        self._topics.move_to_end(topic)
        if voter in ballots:
            return
        ballots[voter] = ballot
        self._kept += 1
        if len(ballots) > MAX_RECENT:
            del ballots[next(iter(ballots))]
            self._kept -= 1
        while self._kept > MAX_KEPT:
            _, oldest = self._topics.popitem(last=False)
            self._kept -= len(oldest)

    def _take_back(self, topic: Topic, voter: VoterKey) -> None:
        if self._topics.get(topic, {}).pop(voter, None) is not None:
            self._kept -= 1

    # Looking

    def seconds(self, *topics: Topic) -> list[Second]:
        """How many votes came in each second that had any, the newest 600, oldest first."""
        return _seconds(self._ballots(topics).values())[-MAX_SECONDS:]

    def bursts(self, *topics: Topic, aside: Container[VoterKey] = ()) -> list[Burst]:
        """
        Where very many new phones voted, the newest 50, oldest first. Whether that is wrong is for people to say.

        Args:
            aside: Who does not count any more: a burst of such is dealt with.
        """
        ballots = [ballot for voter, ballot in self._ballots(topics).items() if voter not in aside]
        ballots.sort(key=_at)
        return list(_bursts(_seconds(ballots), ballots))

    def voters(self, *topics: Topic, since: int, until: int, fresh: bool) -> tuple[VoterKey, ...]:
        """
        Who voted first between two moments (µs, both included).

        Args:
            fresh: Only those whose phone was new.
        """
        found = self._ballots(topics).items()
        return tuple(voter for voter, ballot in found if since <= ballot.at <= until and (ballot.fresh or not fresh))

    def _ballots(self, topics: Sequence[Topic]) -> Mapping[VoterKey, Ballot]:
        """Of what is counted as one, oldest first: a voter's first vote on any of it."""
        found = [self._topics[topic] for topic in topics if topic in self._topics]
        if len(found) == 1:
            return found[0]
        merged: dict[VoterKey, Ballot] = {}
        for voter, ballot in sorted(chain(*(each.items() for each in found)), key=lambda item: item[1].at):
            merged.setdefault(voter, ballot)
        return merged

    def act(self, seq: int) -> tuple[BadgeId, int] | None:
        """Who set votes aside by this entry, and when (µs); None from before this start of the server."""
        return self._acts.get(seq)


def _seconds(ballots: Iterable[Ballot]) -> list[Second]:
    counted: dict[int, tuple[int, int]] = {}
    for at, fresh in ballots:
        begin = at - at % _SECOND_US
        n, new = counted.get(begin, (0, 0))
        counted[begin] = (n + 1, new + fresh)
    return [Second(begin, n, new) for begin, (n, new) in counted.items()]


def _bursts(seconds: Sequence[Second], ballots: Sequence[Ballot]) -> Iterator[Burst]:
    """
    Runs of seconds with many new phones in each, over short gaps; the newest 50.

    Args:
        seconds: Oldest first, as *ballots*. Cut by bisection: strangers decide how many runs there are.
    """
    runs: list[list[int]] = []
    for second in seconds:
        if second.fresh < BURST:
            continue
        if runs and second.at - runs[-1][1] <= (GAP_S + 1) * _SECOND_US:
            runs[-1][1] = second.at
        else:
            runs.append([second.at, second.at])
    for first, last in runs[-MAX_BURSTS:]:
        mine = ballots[bisect_left(ballots, first, key=_at) : bisect_left(ballots, last + _SECOND_US, key=_at)]
        during = seconds[bisect_left(seconds, first, key=_at) : bisect_right(seconds, last, key=_at)]
        busiest = max(second.n for second in during)
        yield Burst(mine[0].at, mine[-1].at, len(mine), sum(each.fresh for each in mine), busiest)


def _at(each: Ballot | Second) -> int:
    return each.at
