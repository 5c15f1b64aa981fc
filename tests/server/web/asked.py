"""What tests of questions and polls share: a poll that is open, phones that vote, and a search for who they are."""

from __future__ import annotations

from typing import Any

from server.symposium.values import DeviceId, PollId, PostId
from tests.house import Answer, Place, Visitor

SINGLE: dict[str, Any] = {
    "kind": "single",
    "title": {"nl": "Doen we het?", "en": "Do we do it?"},
    "options": [{"nl": "ja", "en": "yes"}, {"nl": "nee", "en": "no"}],
}
OPTIONS = [{"nl": word} for word in ("een", "twee", "drie")]


def form(kind: str, **more: Any) -> dict[str, Any]:
    """A poll of *kind* in Dutch, as the API takes it."""
    return {"kind": kind, "title": {"nl": "Wat vind je?"}, **more}


FORMS: dict[str, dict[str, Any]] = {
    "single": form("single", options=OPTIONS),
    "several": form("several", options=OPTIONS, most=2),
    "scale": form("scale", low=1, high=5, ends=[{"nl": "oneens"}, {"nl": "eens"}]),
    "ranking": form("ranking", options=OPTIONS),
    "words": form("words"),
    "number": form("number", low=0, high=100),
    "quiz": form("quiz", options=OPTIONS, right=2, seconds=30),
    "statements": form("statements", options=OPTIONS),
}
GOOD: dict[str, list[list[int]]] = {
    "single": [[2], [0]],
    "several": [[2, 0], [1]],
    "scale": [[5], [1]],
    "ranking": [[2, 0, 1], [0, 1, 2]],
    "number": [[42], [0]],
    "quiz": [[2], [1]],
    "statements": [[1, 0], [1, 2]],
}
"""Of each kind a vote, and another one."""
BAD: dict[str, list[list[int]]] = {
    "single": [[], [3], [-1], [0, 1]],
    "several": [[], [0, 1, 2], [1, 1], [3]],
    "scale": [[], [0], [6]],
    "ranking": [[0, 1], [0, 1, 1], [0, 1, 2, 3]],
    "number": [[], [101], [-1], [2**53 - 1]],
    "quiz": [[], [3]],
    "statements": [[], [0], [3, 0], [0, 3], [0, -1]],
}


async def draft(place: Place, form_: dict[str, Any] = SINGLE) -> str:
    """A new draft's id."""
    answer = await place.holder("moderator").ask("POST", "polls", form_)
    assert answer.status == 201, answer
    return str(answer.json["id"])


async def opened(place: Place, form_: dict[str, Any] = SINGLE) -> tuple[str, int]:
    """A poll that is open, the only one: its id and its opening."""
    state = place.hall.node.state
    stage = place.holder("moderator")
    for known, poll in state.polls.items():
        if poll.opened and not poll.closed_at:
            assert (await stage.ask("POST", f"polls/{known}/closings")).status == 200
    made = await draft(place, form_)
    answer = await stage.ask("POST", f"polls/{made}/openings")
    assert answer.status == 200, answer
    return made, state.polls[PollId(made)].opened


async def vote(
    phone: Visitor, poll: str, opening: int, answers: list[int], *, key: str | None = None, **more: Any
) -> Answer:
    """Vote as a phone does."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return await phone.ask(
        "POST", f"polls/{poll}/votes", {"opening": opening, "answers": answers, **more}, headers=headers
    )


async def phones(place: Place, count: int) -> list[Visitor]:
    """Phones that have a number each."""
    made = []
    for _ in range(count):
        phone = place.visitor()
        _, value = place.house.site.keyring.new_device()
        phone.cookies[f"fontein-device-{place.hall.node.epoch}"] = value
        made.append(phone)
    return made


def device_of(place: Place, phone: Visitor) -> DeviceId:
    """The number of a phone that voted."""
    found = place.house.site.keyring.device_of(phone.cookies[f"fontein-device-{place.hall.node.epoch}"])
    assert found is not None
    return found


async def question(place: Place, text: str | None = None) -> PostId:
    """A question that is on the screens."""
    post = await place.show(text)
    answer = await place.holder("moderator").ask("PUT", f"questions/{post.id}")
    assert answer.status == 200, answer
    return post.id


def secrets_of(place: Place) -> set[str]:
    """Everything that tells who voted: devices, keyed hashes of voters and of codes."""
    state = place.hall.node.state
    found: set[str] = {str(post.device) for post in state.posts.values() if post.device is not None}
    for asked in state.questions.values():
        found |= {*map(str, asked.voters), *map(str, asked.aside)}
    for poll in state.polls.values():
        found |= {*map(str, poll.votes), *map(str, poll.words), *map(str, poll.codes), *map(str, poll.aside)}
        found |= {request for request in poll.codes.values() if request}
    return found


def leaks(said: bytes | str, secrets: set[str]) -> list[str]:
    """The secrets that stand in what was said."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return sorted(secret for secret in secrets if secret in text)
