"""What every vote of a phone passes, for questions and polls alike: who votes, how much, and what a refusal says."""

from __future__ import annotations

from aiohttp import web

from server.errors import BadInput, Conflict, FonteinError, NotAllowed, NotFound
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.values import DeviceId
from server.web.auth import mint_device
from server.web.limits import VOTES
from server.web.site import Hall, site_of


def voting_device(request: web.Request, hall: Hall, response: web.Response, known: DeviceId | None) -> DeviceId:
    """
    The device that votes, a new one for a phone that has none yet.

    Args:
        response: Gets the cookie of a new one.
        known: What `own_device` says.

    Raises:
        TooMany: It voted very often, or its address asked for very many devices.
    """
    device = known or mint_device(request, hall, response)
    site_of(request).buckets.take(VOTES, device)
    return device


def is_fresh(request: web.Request, device: DeviceId) -> bool:
    """Whether *device* was given its number just now."""
    return device in site_of(request).newcomers


def counted(outcome: Outcome) -> Done:
    """
    The outcome of a phone's vote, if it was carried out.

    Not as staff are told (`desk.carried_out`): a phone may not read the post that it voted for in vain.

    Raises:
        FonteinError: Why it was not; see `refusal_of`.
    """
    if isinstance(outcome, Done):
        return outcome
    raise refusal_of(outcome.code if isinstance(outcome, Refused) else "broken")


def refusal_of(code: str) -> FonteinError:
    """What the law's *code* says to whoever voted."""
    match code:
        case "unknown":
            return NotFound("There is no such question or poll.", code=code)
        case "poll-closed":
            return Conflict("This poll is closed; nobody can vote any more.", code=code)
        case "poll-changed":
            return Conflict("This poll was opened anew since you saw it; look at it again, and vote.", code=code)
        case "bad-answer":
            return BadInput("That is no answer to this poll; look at it again.", code=code, field="$.answers")
        case "no-code":
            return NotAllowed("This code is not one of this poll's; look at your card again.", code=code)
        case "code-used":
            return Conflict("Somebody has voted with this code. Each code is for one vote.", code=code)
        case "forgotten":
            return Conflict("Who voted before was forgotten, so that nobody can vote any more.", code=code)
        case "answered":
            return Conflict("This question was answered; it takes no votes any more.", code=code)
        case "not-shown":
            return Conflict("This question is not on the screens, so that nobody can vote for it.", code=code)
        case _:
            return Conflict("This vote could not be counted.", code=code)
