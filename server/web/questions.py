"""Questions of the hall: who wants to know what, what is counted as one, and what became of each."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from aiohttp import web

from server.errors import BadInput, NotAllowed
from server.symposium.counting import root_of, under, votes
from server.symposium.hall_facts import QuestionFacts, question_facts
from server.symposium.hall_views import version_of
from server.symposium.outcomes import Outcome, Refused
from server.symposium.people import CHAIRS
from server.symposium.questions import MAX_MERGED
from server.symposium.state import State, is_final
from server.symposium.values import SHOWN, DeviceId, PostId, Role, SessionId, Stand
from server.web.auth import DESK_ROLES, badge_of, device_of, need, own_device
from server.web.bodies import answer, encode, read_json
from server.web.desk import carried_out
from server.web.site import Hall, hall_of
from server.web.voting import counted, is_fresh, refusal_of, voting_device

MAX_LISTED: Final = 400
_ORDERS: Final = ("wanted", "new", "unasked")
_MAX_DIGITS: Final = 6

_Post = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Posts = Annotated[tuple[_Post, ...], msgspec.Meta(min_length=1, max_length=MAX_MERGED)]


class NewStand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a question; once it was answered by whom (`name`), and in a few words what."""

    stand: Stand
    name: str = ""
    text: str = ""


class NewMerge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Count `posts` under `into`."""

    into: _Post
    posts: _Posts


class NewSplit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Let these stand by themselves again."""

    posts: _Posts


async def questions(request: web.Request) -> web.Response:
    """
    `GET …/questions?order=wanted|new|unasked&session=&skip=&limit=`: those on the screens, and how many there are in
    `total`. Chairs see what is under each.
    """
    hall = hall_of(request)
    badge = badge_of(request, hall)
    order, session = request.query.get("order", "wanted"), request.query.get("session")
    if order not in _ORDERS:
        raise BadInput(f"order is one of {', '.join(_ORDERS)}.", field="order")
    state = hall.node.state
    found = questions_now(hall, names_merged=badge is not None and badge.role in CHAIRS)
    some = [each for each in found if session is None or each.session == session]
    mine = _wanted(hall, device_of(request, hall))
    skip, limit = _number(request, "skip", 0), min(_number(request, "limit", MAX_LISTED), MAX_LISTED)
    ordered = _ordered(some, order)
    told = [_told(state, each, mine) for each in ordered[skip : skip + limit]]
    return answer({"questions": told, "total": len(ordered)})


def _number(request: web.Request, name: str, default: int) -> int:
    given = request.query.get(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) <= _MAX_DIGITS):
        raise BadInput(f"{name} is a whole number from 0 on.", field=name)
    return int(given)


def questions_now(hall: Hall, *, names_merged: bool = False) -> list[QuestionFacts]:
    """
    The questions on the screens, most wanted first; as they were last made, where nothing of them has changed since.

    Args:
        names_merged: Tell which ones are counted under each, as for chairs.
    """
    version = version_of(hall.node.state)
    known = hall.asked.get(names_merged)
    if known is None or known[0] != version:
        known = hall.asked[names_merged] = version, question_facts(hall.node.state, names_merged=names_merged)
    return known[1]


def _ordered(found: list[QuestionFacts], order: str) -> list[QuestionFacts]:
    """They come most wanted first."""
    if order == "new":
        return sorted(found, key=lambda each: -each.asked)
    return [each for each in found if order == "wanted" or each.stand == Stand.OPEN]


def _wanted(hall: Hall, device: DeviceId | None) -> set[PostId]:
    """What a phone wants to know, each by the question that it is counted under."""
    known = hall.node.state.questions
    return set() if device is None else {root_of(known, post) for post in hall.node.ask.wanted_by(device)}


def _told(state: State, facts: QuestionFacts, mine: set[PostId]) -> dict[str, Any]:
    return {**msgspec.to_builtins(facts), "mine": root_of(state.questions, facts.post) in mine}


# Phones


async def want(request: web.Request) -> web.Response:
    """`PUT …/questions/{post}/vote`: this phone wants to know it too."""
    return await _want(request, on=True)


async def want_no_more(request: web.Request) -> web.Response:
    """`DELETE …/questions/{post}/vote`."""
    return await _want(request, on=False)


async def _want(request: web.Request, *, on: bool) -> web.Response:
    """What would be refused, and what is so already, costs no entry: anybody may ask."""
    hall = hall_of(request)
    known, post = own_device(request, hall), PostId(request.match_info["post"])
    if (code := _refusal(hall.node.state, post)) is not None:
        raise refusal_of(code)
    ask, response = hall.node.ask, web.Response(content_type="application/json")
    device = voting_device(request, hall, response, known)
    if (ask.voter_of_questions(device) in hall.node.state.questions[post].voters) != on:
        counted(await ask.want(device, post, on=on, fresh=is_fresh(request, device)))
    response.body = encode({"votes": _votes(hall.node.state, post), "mine": on})
    return response


def _refusal(state: State, post: PostId) -> str | None:
    """The code of the refusal that a vote for *post* would meet now; the law says it again."""
    question, known = state.questions.get(post), state.posts.get(post)
    if question is None or known is None or is_final(known):
        return "unknown"
    if known.status is not SHOWN:
        return "unknown"  # a phone need not know that it is there
    return "answered" if question.stand is Stand.ANSWERED else None


def _votes(state: State, post: PostId) -> int:
    """How many want to know it, with all that it is counted as one with."""
    known = state.questions
    if post not in known:
        return 0
    root = root_of(known, post)
    every = [root, *under(known, root)]
    if len(every) == 1 and not known[root].aside:  # as nearly always: a hall that votes at once need not be counted
        return len(known[root].voters) + known[root].past
    return votes(known, every)


# Staff and chairs


async def make(request: web.Request) -> web.Response:
    """`PUT …/questions/{post}`: this post is a question."""
    return await _set(request, on=True)


async def unmake(request: web.Request) -> web.Response:
    """`DELETE …/questions/{post}`: it is a post like any other."""
    return await _set(request, on=False)


async def _set(request: web.Request, *, on: bool) -> web.Response:
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    return _answer(hall, await hall.node.ask.set_question(badge.id, PostId(request.match_info["post"]), on=on))


async def stand(request: web.Request) -> web.Response:
    """`PUT …/questions/{post}/stand`: it is asked now, was answered, is kept for after, or is open again."""
    hall = hall_of(request)
    badge = need(request, hall, CHAIRS)
    new = await read_json(request, NewStand)
    post = PostId(request.match_info["post"])
    if badge.role is Role.SPEAKER and not _is_of(hall.node.state, post, badge.session):
        raise NotAllowed("A speaker leads the questions of their own session.")
    outcome = await hall.node.ask.stand(badge.id, post, new.stand, name=new.name, words=new.text)
    if isinstance(outcome, Refused) and badge.role not in DESK_ROLES:
        outcome = msgspec.structs.replace(outcome, post=None)  # what is not on the screens is not for chairs to read
    return _answer(hall, outcome)


def _is_of(state: State, post: PostId, session: SessionId | None) -> bool:
    known = state.posts.get(post)
    return session is not None and known is not None and known.session == session


async def merge(request: web.Request) -> web.Response:
    """`POST …/questions/merges`."""
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    new = await read_json(request, NewMerge)
    return _answer(hall, await hall.node.ask.merge(badge.id, PostId(new.into), tuple(map(PostId, new.posts))))


async def split(request: web.Request) -> web.Response:
    """`POST …/questions/splits`."""
    hall = hall_of(request)
    badge = need(request, hall, DESK_ROLES)
    new = await read_json(request, NewSplit)
    return _answer(hall, await hall.node.ask.split(badge.id, tuple(map(PostId, new.posts))))


def _answer(hall: Hall, outcome: Outcome) -> web.Response:
    done = carried_out(hall.node.state, outcome)
    refused = [{"id": each.post, "code": each.code} for each in done.passed]
    return answer({"seq": done.seq, "refused": refused} if refused else {"seq": done.seq})
