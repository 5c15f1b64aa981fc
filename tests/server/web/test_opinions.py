"""Opinion groups over HTTP: for whoever may see the result, and of nobody by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from server.opining import Opining
from server.symposium.polls import recount
from server.symposium.values import PollId, VoterKey
from tests.house import Place
from tests.server.web.asked import form, leaks, opened, phones, secrets_of, vote

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATEMENTS = [{"nl": f"Stelling {n}"} for n in range(8)]


async def voted(place: Place, **more: Any) -> tuple[str, int]:
    """A poll of statements on which forty people have voted, in two groups."""
    made, opening = await opened(place, form("statements", options=STATEMENTS, **more))
    poll = place.hall.node.state.polls[PollId(made)]
    for n in range(40):
        poll.votes[VoterKey(f"voter{n}")] = (1, 1, 2, 2, 1, 2, 3, 1) if n % 2 else (2, 1, 2, 1, 2, 1, 3, 2)
    poll.counts[:] = recount(poll)
    return made, opening


async def test_the_hall_is_told_of_its_groups_when_the_poll_is_closed(place: Place) -> None:
    made, _ = await voted(place)
    phone = place.visitor()

    hidden = await phone.get(f"polls/{made}/opinions")
    await place.holder("chair").ask("POST", f"polls/{made}/closings")
    told = await phone.get(f"polls/{made}/opinions")

    assert (hidden.status, hidden.json["code"]) == (409, "result-hidden")
    assert told.status == 200
    assert (told.json["n"], told.json["clear"]) == (40, True)
    assert [each["n"] for each in told.json["groups"]] == [20, 20]
    assert leaks(told.body, secrets_of(place)) == []


async def test_a_live_result_is_told_to_everybody(place: Place) -> None:
    made, _ = await voted(place, reveal="live")

    assert (await place.visitor().get(f"polls/{made}/opinions")).status == 200


async def test_who_voted_may_see_where_that_is_enough(place: Place) -> None:
    made, opening = await voted(place, reveal="voted")
    mine, other = await phones(place, 2)
    await vote(mine, made, opening, [0, 1])

    assert (await mine.get(f"polls/{made}/opinions")).status == 200
    assert (await other.get(f"polls/{made}/opinions")).status == 409


@pytest.mark.parametrize("who", ["organiser", "moderator", "chair", "speaker"])
async def test_who_leads_sees_them_while_it_is_open(place: Place, who: str) -> None:
    made, _ = await voted(place)

    assert (await place.holder(who).get(f"polls/{made}/opinions")).status == 200


@pytest.mark.parametrize("who", ["author", "screen"])
async def test_other_badges_see_what_the_hall_sees(place: Place, who: str) -> None:
    made, _ = await voted(place)

    assert (await place.holder(who).get(f"polls/{made}/opinions")).status == 409


async def test_what_is_missing_is_said(place: Place) -> None:
    made, opening = await opened(place, form("statements", options=STATEMENTS, reveal="live"))
    (phone,) = await phones(place, 1)
    await vote(phone, made, opening, [0, 1])

    told = (await phone.get(f"polls/{made}/opinions")).json

    assert told["missing"] == {"what": "people", "have": 1, "need": 20, "each": 0}
    assert told["statements"] == []


async def test_other_polls_have_none(place: Place) -> None:
    made, _ = await opened(place)
    draft = (await place.holder("moderator").ask("POST", "polls", form("statements", options=STATEMENTS))).json["id"]

    answers = [await place.holder("moderator").get(f"polls/{id_}/opinions") for id_ in (made, draft, "nergens")]

    assert [(each.status, each.json["code"]) for each in answers] == [
        (404, "no-opinions"),
        (404, "unknown"),
        (404, "unknown"),
    ]


async def test_a_child_that_fails_says_when_to_come_back(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = await voted(place, reveal="live")
    monkeypatch.setattr(Opining, "_run", Opining(command=("/no/such/program",))._run)

    failed = await place.visitor().get(f"polls/{made}/opinions")

    assert (failed.status, failed.json["code"]) == (503, "opinions-failed")
    assert int(failed.headers["Retry-After"]) > 0
