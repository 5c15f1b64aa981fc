"""Stuffed ballots: what staff see of when votes came in, and votes that they set aside, with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from aiohttp import web

from server.errors import BadInput, NotFound
from server.stuffing import Topic, of_poll, of_question
from server.symposium.bodies import badge_name
from server.symposium.counting import root_of, under
from server.symposium.entries import ReasonBody
from server.symposium.outcomes import Outcome
from server.symposium.values import BadgeId, PollId, PostId, VoterKey
from server.web.auth import DESK_ROLES, need
from server.web.bodies import Number, answer, read_json
from server.web.desk import carried_out
from server.web.polls import poll_of
from server.web.site import Hall, hall_of
from server.web.voting import refusal_of

_reason = msgspec.json.Decoder(ReasonBody)


class NewAside(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from", "until": "to"}
):
    """
    Votes do not count: those whose first one came between two moments (µs, both included), all or (`fresh`) those of
    new phones, for a `reason`. Or (`on` false) they do again: those that the entries `seqs` set aside.
    """

    on: bool = True
    since: Number | None = None
    until: Number | None = None
    fresh: bool = False
    reason: str = ""
    seqs: tuple[Number, ...] = ()


class _Votes(NamedTuple):
    """The votes of a poll, or those cast on one question; `aside` do not count, by the entry that says why."""

    topic: Topic
    voters: Collection[VoterKey]
    aside: Mapping[VoterKey, int]
    poll: PollId | None = None
    post: PostId | None = None

    def counts(self, voter: VoterKey) -> bool:
        return voter in self.voters and voter not in self.aside


_Box = list[_Votes]
"""What is counted as one, and so looked at and set aside as one."""
_Find = Callable[[web.Request, Hall], _Box]


async def look_at_poll(request: web.Request) -> web.Response:
    """`GET …/polls/{poll}/stuffing`."""
    return _look(request, _poll)


async def look_at_question(request: web.Request) -> web.Response:
    """`GET …/questions/{post}/stuffing`: with all that it is counted as one with."""
    return _look(request, _question)


async def aside_of_poll(request: web.Request) -> web.Response:
    """`POST …/polls/{poll}/aside`."""
    return await _set_aside(request, _poll)


async def aside_of_question(request: web.Request) -> web.Response:
    """`POST …/questions/{post}/aside`: with all that it is counted as one with."""
    return await _set_aside(request, _question)


def _poll(request: web.Request, hall: Hall) -> _Box:
    id_, poll = poll_of(request, hall)
    return [_Votes(of_poll(id_), poll.words.keys() | poll.votes.keys(), poll.aside, poll=id_)]


def _question(request: web.Request, hall: Hall) -> _Box:
    post, questions = PostId(request.match_info["post"]), hall.node.state.questions
    if post not in questions:
        raise refusal_of("unknown")
    root = root_of(questions, post)
    return [
        _Votes(of_question(each), questions[each].voters.keys(), questions[each].aside, post=each)
        for each in (root, *under(questions, root))
    ]


def _look(request: web.Request, find: _Find) -> web.Response:
    hall = hall_of(request)
    need(request, hall, DESK_ROLES)
    box = find(request, hall)
    topics = [votes.topic for votes in box]
    bursts = hall.stuffing.bursts(*topics, aside=_dealt_with(box))
    told = [{"from": b.since, "to": b.until, "n": b.n, "fresh": b.fresh, "perSecond": b.per_second} for b in bursts]
    why = Counter(seq for votes in box for seq in votes.aside.values())
    aside = [_told(hall, seq, n) for seq, n in sorted(why.items())]
    seconds = hall.stuffing.seconds(*topics)
    return answer({"since": hall.stuffing.since, "seconds": seconds, "bursts": told, "aside": aside})


def _dealt_with(box: _Box) -> set[VoterKey]:
    """Who counts nowhere any more."""
    aside = {voter for votes in box for voter in votes.aside}
    return {voter for voter in aside if not any(votes.counts(voter) for votes in box)}


def _told(hall: Hall, seq: int, n: int) -> dict[str, Any]:
    """Who set how many aside and why; by whom and when is known since the start of the server."""
    state = hall.node.state
    by, at = hall.stuffing.act(seq) or (None, None)
    body = state.bodies.get(seq)
    reason = "" if body is None else _reason.decode(body).reason
    return {"seq": seq, "n": n, "reason": reason, "by": badge_name(state, by), "at": at}


async def _set_aside(request: web.Request, find: _Find) -> web.Response:
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    new = await read_json(request, NewAside)
    box = find(request, hall)
    named = list(_named(hall, box, new) if new.on else _back(box, new))
    if not named:
        raise NotFound(_NONE_CAME if new.on else _NONE_ASIDE, code="no-votes")
    seqs = [carried_out(hall.node.state, await _carry_out(hall, badge.id, new, *each)).seq for each in named]
    return answer({"seqs": seqs, "n": len({voter for _, voters in named for voter in voters})})


async def _carry_out(hall: Hall, by: BadgeId, new: NewAside, votes: _Votes, voters: tuple[VoterKey, ...]) -> Outcome:
    return await hall.node.ask.set_aside(by, voters, on=new.on, reason=new.reason, poll=votes.poll, post=votes.post)


_NONE_CAME = "No votes that count came in then, as far as is known here."
_NONE_ASIDE = "Those entries set no votes aside, or they count again already."


def _named(hall: Hall, box: _Box, new: NewAside) -> Iterator[tuple[_Votes, tuple[VoterKey, ...]]]:
    """Who voted in that time and counts still, by what they voted on."""
    if new.since is None or new.until is None:
        raise BadInput("Say from when to when (µs) the votes came in.", field="$.from")
    topics = [votes.topic for votes in box]
    found = hall.stuffing.voters(*topics, since=new.since, until=new.until, fresh=new.fresh)
    for votes in box:
        if voters := tuple(filter(votes.counts, found)):
            yield votes, voters


def _back(box: _Box, new: NewAside) -> Iterator[tuple[_Votes, tuple[VoterKey, ...]]]:
    if not new.seqs:
        raise BadInput("Say which entries set them aside: their seqs.", field="$.seqs")
    for votes in box:
        if voters := tuple(voter for voter, seq in votes.aside.items() if seq in new.seqs):
            yield votes, voters
