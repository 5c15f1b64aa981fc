"""Polls: drafts, opening and closing, votes, and what comes of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web

from server.errors import BadInput
from server.keyring import new_id
from server.symposium.entries import PollBody, PollForm
from server.symposium.hall_facts import TallyFacts, live_poll, tally_facts
from server.symposium.outcomes import Outcome, Refused
from server.symposium.people import CHAIRS, STAFF
from server.symposium.polls import (
    MAX_NUMBER,
    MAX_OPTIONS,
    MAX_SCALE,
    MAX_SECONDS,
    MAX_STATEMENTS,
    is_answer,
    is_sound,
    vote_refusal,
)
from server.symposium.state import Badge, Poll, State
from server.symposium.values import DeviceId, PollId, PollKind, Reveal, Role, SessionId, VoterKey
from server.web.auth import badge_of, device_of, need, own_device
from server.web.bodies import answer, encode, read_json
from server.web.desk import carried_out
from server.web.limits import CODE_GUESSES
from server.web.phone import MAX_KEY
from server.web.site import Hall, KeptTally, hall_of, site_of
from server.web.voting import counted, is_fresh, refusal_of, voting_device

POLL_ROLES: Final = CHAIRS - {Role.SPEAKER}
"""Who open and close polls."""
MAX_CODE: Final = 40
"""Signs of a code as somebody types it, with its hyphens and spaces."""
LARGE: Final = 1_000
"""Votes of a poll whose tally is reckoned at most four times a second, whoever asks."""
TALLY_KEPT_S: Final = 0.25

_Whole = Annotated[int, msgspec.Meta(ge=-(2**53) + 1, le=2**53 - 1)]
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Words = Annotated[dict[str, str], msgspec.Meta(max_length=8)]


class NewPoll(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """
    A draft, whole. `title`, `options` and `ends` by language (`nl`, `en`), all in the same ones.

    See `PollForm` for the numbers; `again` is the poll that this one asks a second time.
    """

    kind: PollKind
    title: _Words
    options: Annotated[tuple[_Words, ...], msgspec.Meta(max_length=MAX_STATEMENTS)] = ()
    ends: Annotated[tuple[_Words, ...], msgspec.Meta(max_length=2)] = ()
    most: _Whole = 1
    low: _Whole = 0
    high: _Whole = 0
    right: _Whole | None = None
    seconds: _Whole = 0
    reveal: Reveal = Reveal.CLOSED
    binding: bool = False
    session: _Id | None = None
    again: _Id | None = None
    with_session: bool = False


class NewVote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A vote. `opening` as the phone saw the poll; `answers` as the kind of poll asks; `code` of a card, where it is
    binding.
    """

    opening: _Whole
    answers: Annotated[tuple[_Whole, ...], msgspec.Meta(max_length=MAX_STATEMENTS)]
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CODE)] | None = None


# Looking


async def polls(request: web.Request) -> web.Response:
    """`GET …/polls`: those that were opened; chairs and staff see drafts and every result."""
    hall = hall_of(request)
    sees_all = _sees_all(badge_of(request, hall))
    device = device_of(request, hall)
    known = hall.node.state.polls.items()
    found = [told(hall, id_, device, sees_all=sees_all) for id_, poll in known if poll.opened or sees_all]
    return answer({"polls": found})


async def poll(request: web.Request) -> web.Response:
    """`GET …/polls/{poll}`: one, with its result where this phone may see it now."""
    hall = hall_of(request)
    sees_all = _sees_all(badge_of(request, hall))
    id_, found = poll_of(request, hall)
    if not found.opened and not sees_all:
        raise refusal_of("unknown")
    return answer(told(hall, id_, device_of(request, hall), sees_all=sees_all))


def poll_of(request: web.Request, hall: Hall) -> tuple[PollId, Poll]:
    """
    The poll that the address of *request* names.

    Raises:
        NotFound: There is none.
    """
    id_ = PollId(request.match_info["poll"])
    found = hall.node.state.polls.get(id_)
    if found is None:
        raise refusal_of("unknown")
    return id_, found


def _sees_all(badge: Badge | None) -> bool:
    return badge is not None and badge.role in CHAIRS


def told(
    hall: Hall, id_: PollId, device: DeviceId | None, *, sees_all: bool = False, has_voted: bool = False
) -> dict[str, Any]:
    """
    A poll as this asker may see it: with its `tally`, and with `mine`, what this phone voted.

    Args:
        device: Of a phone.
        sees_all: Staff and chairs.
        has_voted: It just did, with a printed code, which nobody can find again.
    """
    state = hall.node.state
    found = state.polls[id_]
    voter = None if device is None else hall.node.ask.voter(id_, device)
    mine = None if voter is None else found.votes.get(voter)
    has_voted = has_voted or mine is not None or voter in found.words
    tally = tally_of(hall, id_, sees_all=sees_all or (has_voted and found.form.reveal is Reveal.VOTED))
    return {**msgspec.to_builtins(live_poll(state, id_)), "tally": tally, "mine": mine}


def tally_of(hall: Hall, id_: PollId, *, sees_all: bool = False) -> TallyFacts:
    """What is counted. Of a large poll as it was a moment ago: each of ten thousand phones that vote asks for it."""
    found = hall.node.state.polls[id_]
    if len(found.votes) + len(found.words) + len(found.past) < LARGE:
        return tally_facts(hall.node.state, id_, sees_all=sees_all)
    key, stamp, now_s = (id_, sees_all), (found.opened, found.closed_at), time.monotonic()
    kept = hall.tallies.get(key)
    if kept is None or kept.stamp != stamp or now_s - kept.made_s > TALLY_KEPT_S:
        kept = hall.tallies[key] = KeptTally(stamp, now_s, tally_facts(hall.node.state, id_, sees_all=sees_all))
    return kept.tally


# Drafts


_NEEDS: Mapping[PollKind, str] = {
    PollKind.SINGLE: f"It has 2 to {MAX_OPTIONS} options.",
    PollKind.SEVERAL: f"It has 2 to {MAX_OPTIONS} options, and most is from 1 to as many.",
    PollKind.SCALE: f"It has no options, and low and high, from -{MAX_SCALE} to {MAX_SCALE}, 2 to {MAX_SCALE} points.",
    PollKind.RANKING: f"It has 2 to {MAX_OPTIONS} options.",
    PollKind.WORDS: "It has no options, and is not binding.",
    PollKind.NUMBER: f"It has no options, and low below high, from -{MAX_NUMBER} to {MAX_NUMBER}.",
    PollKind.QUIZ: f"It has 2 to {MAX_OPTIONS} options, and right is one of them, counted from 0.",
    PollKind.STATEMENTS: f"It has 1 to {MAX_STATEMENTS} statements as its options.",
}


async def make(request: web.Request) -> web.Response:
    """`POST …/polls`: a draft."""
    return await _draft(request, PollId(new_id()), status=201)


async def change(request: web.Request) -> web.Response:
    """`PUT …/polls/{poll}`: a draft, whole; what was opened does not change."""
    hall = hall_of(request)
    need(request, hall, STAFF)
    id_, _ = poll_of(request, hall)
    return await _draft(request, id_, status=200)


async def _draft(request: web.Request, id_: PollId, *, status: int) -> web.Response:
    hall = hall_of(request)
    badge = need(request, hall, STAFF)
    new = await read_json(request, NewPoll)
    form = _form(hall.node.state, id_, new)
    body = PollBody(title=new.title, options=new.options, ends=new.ends)
    outcome = await hall.node.ask.draft(badge.id, body, form, poll=id_)
    if isinstance(outcome, Refused) and outcome.code == "bad-poll":
        raise _bad_poll(new.kind)
    return answer({"seq": carried_out(hall.node.state, outcome).seq, "id": id_}, status=status)


def _form(state: State, id_: PollId, new: NewPoll) -> PollForm:
    """
    What may be answered to it.

    Raises:
        BadInput: `bad-poll`, `no-session`: no such poll can be held; the sentence says what it takes.
    """
    form = PollForm(
        kind=new.kind,
        options=len(new.options),
        most=new.most,
        low=new.low,
        high=new.high,
        right=new.right,
        seconds=new.seconds,
        reveal=new.reveal,
        binding=new.binding,
        session=None if new.session is None else SessionId(new.session),
        again=None if new.again is None else PollId(new.again),
        with_session=new.with_session,
    )
    if form.session is not None and (state.programme is None or form.session not in state.programme.slots):
        raise BadInput("There is no such session in the programme.", code="no-session", field="$.session")
    if form.with_session and form.session is None:
        raise BadInput("Say with which session it opens.", code="no-session", field="$.session")
    if form.again is not None and (form.again == id_ or form.again not in state.polls):
        raise BadInput("There is no such poll to ask again.", code="bad-poll", field="$.again")
    if not is_sound(form):
        raise _bad_poll(new.kind)
    return form


def _bad_poll(kind: PollKind) -> BadInput:
    more = f"Its time is 0 to {MAX_SECONDS} seconds. Asked again, it has the kind and options of the poll before."
    return BadInput(f"No {kind.value} poll can be held like this. {_NEEDS[kind]} {more}", code="bad-poll")


async def remove(request: web.Request) -> web.Response:
    """`DELETE …/polls/{poll}`: a draft is thrown away."""
    hall = hall_of(request)
    badge = need(request, hall, STAFF)
    return _answer(hall, await hall.node.ask.remove(badge.id, PollId(request.match_info["poll"])))


# Open and closed


async def open_(request: web.Request) -> web.Response:
    """`POST …/polls/{poll}/openings`: the hall may vote."""
    hall = hall_of(request)
    badge = need(request, hall, POLL_ROLES)
    return _answer(hall, await hall.node.ask.open(badge.id, PollId(request.match_info["poll"])))


async def close(request: web.Request) -> web.Response:
    """`POST …/polls/{poll}/closings`: the hall may vote no more."""
    hall = hall_of(request)
    badge = need(request, hall, POLL_ROLES)
    return _answer(hall, await hall.node.ask.close(badge.id, PollId(request.match_info["poll"])))


def _answer(hall: Hall, outcome: Outcome) -> web.Response:
    done = carried_out(hall.node.state, outcome)
    return answer({"seq": done.seq})


# Voting


async def vote(request: web.Request) -> web.Response:
    """
    `POST …/polls/{poll}/votes`: 201 when it is durable.

    What would be refused, and what was counted already, costs no entry: a phone whose answer got lost may ask as often
    as it likes, also when the poll was closed meanwhile.
    """
    hall = hall_of(request)
    id_, found = poll_of(request, hall)
    known = own_device(request, hall)
    new = await read_json(request, NewVote)
    if not found.opened:
        raise refusal_of("unknown")
    if found.form.kind is PollKind.WORDS:
        message = "This poll asks for words of your own; send a post that names it."
        raise BadInput(message, code="bad-answer", field="$.answers")
    response = web.Response(status=201, content_type="application/json")
    if found.form.binding:
        device = await _vote_by_code(request, hall, response, known, id_, new)
    else:
        device = await _vote(request, hall, response, known, id_, new)
    response.body = encode(told(hall, id_, device, has_voted=True))
    return response


async def _vote(
    request: web.Request, hall: Hall, response: web.Response, known: DeviceId | None, id_: PollId, new: NewVote
) -> DeviceId:
    """A phone's own. A code that comes along means nothing."""
    poll, ask = hall.node.state.polls[id_], hall.node.ask
    if known is not None and new.opening == poll.opened and stands(poll, poll.votes.get(ask.voter(id_, known)), new):
        return known
    if (code := _refusal(poll, site_of(request).now_us(), new)) is not None:
        raise refusal_of(code)
    device = voting_device(request, hall, response, known)
    counted(await ask.vote(device, id_, new.answers, opening=new.opening, fresh=is_fresh(request, device)))
    return device


def stands(poll: Poll, vote: tuple[int, ...] | None, new: NewVote) -> bool:
    """Whether *vote*, a voter's whole one, says what *new* does."""
    if vote is None or not is_answer(poll.form, new.answers):
        return False
    match poll.form.kind:
        case PollKind.STATEMENTS:
            statement, said = new.answers
            return vote[statement] == said + 1
        case PollKind.SEVERAL:
            return vote == tuple(sorted(new.answers))
        case _:
            return vote == new.answers


def _refusal(poll: Poll, now: int, new: NewVote) -> str | None:
    """The code of the refusal that a phone's vote would meet now (µs); the law has the last word on what passes."""
    if (code := vote_refusal(poll, now, opening=new.opening, voter=VoterKey(""))) is not None:
        return code
    return None if is_answer(poll.form, new.answers) else "bad-answer"


async def _vote_by_code(
    request: web.Request, hall: Hall, response: web.Response, known: DeviceId | None, id_: PollId, new: NewVote
) -> DeviceId:
    """
    A printed card's vote, which is for good. The same request again, over a bad network, is no second use.

    Raises:
        NotAllowed: `no-code`: there is none, or it is not one of this poll's.
        TooMany: This phone tried too many wrong ones.
    """
    if new.code is None:
        raise refusal_of("no-code")
    key = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= MAX_KEY:
        raise BadInput(
            f"A vote with a code needs an Idempotency-Key of 8 to {MAX_KEY} characters, so that it counts once.",
            code="bad-key",
            field="Idempotency-Key",
        )
    poll, ask, buckets = hall.node.state.polls[id_], hall.node.ask, site_of(request).buckets
    device = voting_device(request, hall, response, known)
    buckets.check(CODE_GUESSES, device)
    if ask.code(id_, new.code) not in poll.codes:
        buckets.take(CODE_GUESSES, device)
        raise refusal_of("no-code")
    counted(await ask.vote_by_code(new.code, device, key, id_, new.answers, opening=new.opening))
    return device
