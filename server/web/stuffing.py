"""Stuffed ballots: what staff see of when votes came in, and votes that they set aside, with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from server.errors import BadInput, NotFound
from server.symposium.bodies import badge_name
from server.symposium.entries import ReasonBody
from server.symposium.values import PollId, PostId, VoterKey
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
    new phones, for a `reason`. Or (`on` false) they do again: those that the entry `seq` set aside.
    """

    on: bool = True
    since: Number | None = None
    until: Number | None = None
    fresh: bool = False
    reason: str = ""
    seq: Number | None = None


@dataclass(frozen=True)
class _Box:
    """What was voted on, and who of its voters does not count, by the entry that says why."""

    aside: Mapping[VoterKey, int]
    poll: PollId | None = None
    post: PostId | None = None


_Find = Callable[[web.Request, Hall], _Box]


async def of_poll(request: web.Request) -> web.Response:
    """`GET …/polls/{poll}/stuffing`."""
    return _look(request, _poll)


async def of_question(request: web.Request) -> web.Response:
    """`GET …/questions/{post}/stuffing`."""
    return _look(request, _question)


async def aside_of_poll(request: web.Request) -> web.Response:
    """`POST …/polls/{poll}/aside`."""
    return await _set_aside(request, _poll)


async def aside_of_question(request: web.Request) -> web.Response:
    """`POST …/questions/{post}/aside`: of this question alone, not of those that are counted under it."""
    return await _set_aside(request, _question)


def _poll(request: web.Request, hall: Hall) -> _Box:
    id_, poll = poll_of(request, hall)
    return _Box(poll.aside, poll=id_)


def _question(request: web.Request, hall: Hall) -> _Box:
    post = PostId(request.match_info["post"])
    question = hall.node.state.questions.get(post)
    if question is None:
        raise refusal_of("unknown")
    return _Box(question.aside, post=post)


def _look(request: web.Request, find: _Find) -> web.Response:
    hall = hall_of(request)
    need(request, hall, DESK_ROLES)
    box = find(request, hall)
    seconds = hall.stuffing.seconds(poll=box.poll, post=box.post)
    bursts = hall.stuffing.bursts(poll=box.poll, post=box.post, aside=box.aside)
    told = [{"from": b.since, "to": b.until, "n": b.n, "fresh": b.fresh, "perSecond": b.per_second} for b in bursts]
    aside = [_told(hall, seq, n) for seq, n in sorted(Counter(box.aside.values()).items())]
    return answer({"since": hall.stuffing.since, "seconds": seconds, "bursts": told, "aside": aside})


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
    voters = _named(hall, box, new) if new.on else _back(box, new)
    outcome = await hall.node.ask.set_aside(
        badge.id, voters, on=new.on, reason=new.reason, poll=box.poll, post=box.post
    )
    return answer({"seq": carried_out(hall.node.state, outcome).seq, "n": len(voters)})


def _named(hall: Hall, box: _Box, new: NewAside) -> tuple[VoterKey, ...]:
    """Who voted in that time and counts still."""
    if new.since is None or new.until is None:
        raise BadInput("Say from when to when (µs) the votes came in.", field="$.from")
    found = hall.stuffing.voters(new.since, new.until, fresh=new.fresh, poll=box.poll, post=box.post)
    voters = tuple(voter for voter in found if voter not in box.aside)
    if not voters:
        raise NotFound("No votes that count came in then, as far as is known here.", code="no-votes")
    return voters


def _back(box: _Box, new: NewAside) -> tuple[VoterKey, ...]:
    if new.seq is None:
        raise BadInput("Say which entry set them aside: its seq.", field="$.seq")
    voters = tuple(voter for voter, seq in box.aside.items() if seq == new.seq)
    if not voters:
        raise NotFound("That entry set no votes aside, or they count again already.", code="no-votes")
    return voters
