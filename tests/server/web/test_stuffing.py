"""Stuffed ballots: staff see when votes came in, set some aside with a reason, and take that back."""

from __future__ import annotations

from typing import Any

import pytest

from server import stuffing
from server.symposium.polls import recount
from server.symposium.values import PollId
from server.web.newcomers import FRESH_S, Newcomers
from tests.house import Answer, Place
from tests.server.web.asked import opened, phones, question, vote

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def stuffed(place: Place) -> tuple[str, int]:
    """A poll in which three known phones said yes, and nine new ones no."""
    made, opening = await opened(place)
    for phone in await phones(place, 3):
        await vote(phone, made, opening, [0])
    for _ in range(9):
        assert (await vote(place.visitor(), made, opening, [1])).status == 201
    return made, opening


async def look(place: Place, path: str) -> dict[str, Any]:
    answer = await place.holder("moderator").get(f"{path}/stuffing")
    assert answer.status == 200, answer
    return dict(answer.json)


async def aside(place: Place, path: str, **body: Any) -> Answer:
    return await place.holder("moderator").ask("POST", f"{path}/aside", body)


def counts(place: Place, made: str) -> list[int]:
    poll = place.hall.node.state.polls[PollId(made)]
    assert poll.counts == recount(poll)
    return poll.counts


async def test_votes_of_new_phones_are_set_aside_and_count_again(place: Place) -> None:
    made, _ = await stuffed(place)
    path = f"polls/{made}"
    seen = await look(place, path)
    since, until = seen["since"], seen["seconds"][-1][0] + 999_999

    answer = await aside(place, path, **{"from": since, "to": until}, fresh=True, reason="Eén telefoon, negen keer")
    without = counts(place, made)[:]
    told = (await look(place, path))["aside"]
    back = await aside(place, path, on=False, seqs=answer.json["seqs"])

    assert sum(n for _, n, _ in seen["seconds"]) == 12
    assert sum(fresh for *_, fresh in seen["seconds"]) == 9
    assert (answer.status, answer.json["n"], without) == (200, 9, [3, 0])
    assert [(each["n"], each["reason"], each["by"]) for each in told] == [
        (9, "Eén telefoon, negen keer", "Badge moderator")
    ]
    assert (back.json["n"], counts(place, made)) == (9, [3, 9])
    assert (await look(place, path))["aside"] == []


async def test_a_burst_has_ends_that_name_exactly_its_votes(place: Place) -> None:
    made, _ = await stuffed(place)
    (burst,) = (await look(place, f"polls/{made}"))["bursts"]

    answer = await aside(place, f"polls/{made}", **{"from": burst["from"], "to": burst["to"]}, reason="Te snel")

    assert (await look(place, f"polls/{made}"))["bursts"] == [], "it was dealt with"
    assert burst["fresh"] >= 5
    assert answer.json["n"] == burst["n"]


async def test_who_was_set_aside_votes_on_without_noticing(place: Place) -> None:
    made, opening = await opened(place)
    phone = place.visitor()
    await vote(phone, made, opening, [1])
    await aside(place, f"polls/{made}", **{"from": 0, "to": 2**53 - 1}, reason="Te snel")

    answer = await vote(phone, made, opening, [0])

    assert (answer.status, answer.json["mine"]) == (201, [0])
    assert counts(place, made) == [0, 0]


async def test_votes_for_a_question_are_set_aside_too(place: Place) -> None:
    asked = await question(place)
    for _ in range(6):
        await place.visitor().ask("PUT", f"questions/{asked}/vote")

    answer = await aside(place, f"questions/{asked}", **{"from": 0, "to": 2**53 - 1}, reason="Te snel")
    (told,) = [each for each in (await place.visitor().get("questions")).json["questions"] if each["post"] == asked]

    assert (answer.json["n"], told["votes"]) == (6, 1)
    assert len((await look(place, f"questions/{asked}"))["aside"]) == 1


async def test_a_burst_under_a_merged_question_is_seen_and_set_aside_at_the_one_that_stands(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cast on both before they were counted as one, also by phones that voted on each."""
    monkeypatch.setattr(stuffing, "BURST", 1)  # however slowly they come in here
    stands, goes = await question(place), await question(place)
    for n in range(7):
        phone = place.visitor()
        for post in (stands, goes) if n == 0 else (goes,):
            assert (await phone.ask("PUT", f"questions/{post}/vote")).status == 200
    desk = place.holder("moderator")
    assert (await desk.ask("POST", "questions/merges", {"into": stands, "posts": [goes]})).status == 200
    path = f"questions/{stands}"

    seen = await look(place, path)
    (burst,) = seen["bursts"]
    answer = await aside(place, path, **{"from": burst["from"], "to": burst["to"]}, reason="Te snel")
    left, dealt = await votes_of(place, stands), (await look(place, path))["bursts"]
    back = await aside(place, path, on=False, seqs=answer.json["seqs"])

    assert seen == await look(place, f"questions/{goes}"), "by whichever of them one asks"
    assert sum(n for _, n, _ in seen["seconds"]) == 7, "who voted on both is one"
    assert (answer.json["n"], len(answer.json["seqs"]), left, dealt) == (7, 2, 2, []), "both askers are left"
    assert (back.json["n"], await votes_of(place, stands)) == (7, 9)


async def votes_of(place: Place, post: str) -> int:
    (told,) = [each for each in (await place.visitor().get("questions")).json["questions"] if each["post"] == post]
    return int(told["votes"])


async def test_who_counts_on_one_of_two_that_are_one_is_not_dealt_with(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stuffing, "BURST", 1)
    stands, goes = await question(place), await question(place)
    for _ in range(6):
        phone = place.visitor()
        for post in (stands, goes):
            await phone.ask("PUT", f"questions/{post}/vote")
    every = {"from": 0, "to": 2**53 - 1}
    await aside(place, f"questions/{goes}", **every, reason="Te snel")
    alone = (await look(place, f"questions/{goes}"))["bursts"]

    await place.holder("moderator").ask("POST", "questions/merges", {"into": stands, "posts": [goes]})
    (burst,) = (await look(place, f"questions/{stands}"))["bursts"]
    rest = await aside(place, f"questions/{stands}", **every, fresh=True, reason="Te snel")

    assert (alone, burst["n"], rest.json["n"], len(rest.json["seqs"])) == ([], 6, 6, 1)
    assert await votes_of(place, stands) == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"reason": "Te snel"}, 422, "bad-input"),
        ({"from": 0, "to": 2**53 - 1}, 422, "no-reason-given"),
        ({"from": 0, "to": 2**53 - 1, "reason": "a" * 501}, 422, "too-long"),
        ({"from": 0, "to": 1, "reason": "Te snel"}, 404, "no-votes"),
        ({"from": -1, "to": 1, "reason": "Te snel"}, 422, "bad-input"),
        ({"from": 0, "to": 2**53, "reason": "Te snel"}, 422, "bad-input"),
        ({"from": 9, "to": 1, "reason": "Te snel"}, 404, "no-votes"),
        ({"on": False}, 422, "bad-input"),
        ({"on": False, "seqs": [1]}, 404, "no-votes"),
        ({"on": False, "seq": 1}, 422, "bad-input"),
        ({"voters": ["x"], "reason": "Te snel"}, 422, "bad-input"),
    ],
)
async def test_what_cannot_be_set_aside_is_told(place: Place, body: dict[str, Any], status: int, code: str) -> None:
    made, opening = await opened(place)
    await vote(place.visitor(), made, opening, [1])

    refused = await aside(place, f"polls/{made}", **body)

    assert (refused.status, refused.code) == (status, code)
    assert counts(place, made) == [0, 1]


async def test_the_same_votes_are_not_set_aside_twice(place: Place) -> None:
    made, _ = await stuffed(place)
    every = {"from": 0, "to": 2**53 - 1}

    first = await aside(place, f"polls/{made}", **every, fresh=True, reason="Nieuw")
    rest = await aside(place, f"polls/{made}", **every, reason="De rest")
    none = await aside(place, f"polls/{made}", **every, reason="Nog eens")

    assert [first.json["n"], rest.json["n"], none.code] == [9, 3, "no-votes"]


async def test_a_device_is_new_for_a_moment_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from server.symposium.values import DeviceId
    from server.web import newcomers

    now_s = 0.0
    made = Newcomers(lambda: now_s)
    one, two = DeviceId("one"), DeviceId("two")
    made.note(one)
    now_s = FRESH_S
    fresh = [each in made for each in (one, two)]
    now_s += 0.1
    made.note(two)

    assert (fresh, one in made, two in made, len(made)) == ([True, False], False, True, 1)
    monkeypatch.setattr(newcomers, "MAX_FRESH", 3)
    for n in range(9):
        made.note(DeviceId(f"device-{n}"))
    assert len(made) == 3
