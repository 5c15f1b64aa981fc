"""What phones ask and answer in words; what they are told of their own votes; and the page without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest

from server.symposium.entries import PollBody, PollForm
from server.symposium.polls import is_open
from server.symposium.values import OPERATOR, PollId, PollKind, PostId
from tests.house import SLUG, Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def poll(
    place: Place, kind: PollKind = PollKind.WORDS, *, title: str = "In één woord?", options: int = 0
) -> PollId:
    """A poll that is open, and the only one."""
    node = place.hall.node
    for id_, each in node.state.polls.items():
        if is_open(each):
            await node.ask.close(OPERATOR, id_)
    before = set(node.state.polls)
    words = tuple({"nl": f"Keuze {n}"} for n in range(options))
    await node.ask.draft(OPERATOR, PollBody(title={"nl": title}, options=words), PollForm(kind=kind, options=options))
    (made,) = set(node.state.polls) - before
    await node.ask.open(OPERATOR, made)
    return made


async def test_question_is_one_with_its_asker_as_the_first_who_wants_to_know(place: Place) -> None:
    phone = place.visitor()

    post = PostId((await phone.post("Waarom?", question=True, to="Marije")).json["id"])

    own = (await phone.get("own")).json
    assert [(p["question"], p["to"]) for p in own["posts"]] == [(True, "Marije")]
    assert own["wanted"] == [post]
    assert len(place.hall.node.state.questions[post].voters) == 1


async def test_post_is_no_question_and_has_no_addressee(place: Place) -> None:
    """The control of the test above."""
    phone = place.visitor()

    post = PostId((await phone.post("Waarom?", to="Marije")).json["id"])

    assert post not in place.hall.node.state.questions
    assert [(p["question"], p["to"]) for p in (await phone.get("own")).json["posts"]] == [(False, "")]


async def test_question_sent_again_is_one_question(place: Place) -> None:
    phone = place.visitor()
    before = len(place.hall.node.state.questions)

    first = await phone.post("Twee keer?", key="sleutel-1", question=True)
    second = await phone.post("Twee keer?", key="sleutel-1", question=True)

    assert first.json["id"] == second.json["id"]
    assert len(place.hall.node.state.questions) == before + 1


async def test_question_is_refused_where_none_are_asked_and_a_post_is_not(place: Place) -> None:
    phone, node = place.visitor(), place.hall.node
    await node.ask.set_hall(OPERATOR, questions=False, reactions=False, follows=True)

    asked = await phone.post("Mag dit?", question=True)
    posted = await phone.post("Mag dit?")
    await node.ask.set_hall(OPERATOR, questions=True, reactions=False, follows=True)

    assert (asked.status, asked.code) == (409, "questions-off")
    assert posted.status == 201


async def test_addressee_with_too_many_signs_is_refused(place: Place) -> None:
    answer = await place.visitor().post("Voor wie?", question=True, to="x" * 61)

    assert (answer.status, answer.code) == (422, "too-long")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        pytest.param({"poll": "bestaatniet"}, 404, "unknown", id="unknown"),
        pytest.param({"poll": "x" * 65}, 422, "bad-input", id="too-long"),
        pytest.param({"poll": "bestaatniet", "question": True}, 422, "bad-question", id="a-question-too"),
    ],
)
async def test_answer_to_what_is_no_poll_is_refused(
    place: Place, fields: dict[str, Any], status: int, code: str
) -> None:
    answer = await place.visitor().post("Vertrouwen", **fields)

    assert (answer.status, answer.code) == (status, code)


async def test_second_answer_of_a_phone_takes_the_place_of_the_first(place: Place) -> None:
    id_, phone = await poll(place), place.visitor()

    first = (await phone.post("Tijd", poll=id_)).json["id"]
    second = (await phone.post("Geld", poll=id_)).json["id"]

    assert list(place.hall.node.state.polls[id_].words.values()) == [second]
    states = {p["id"]: (p["status"], p["poll"]) for p in (await phone.get("own")).json["posts"]}
    assert states == {first: ("withdrawn", id_), second: ("held", id_)}


async def test_answer_to_a_closed_poll_comes_too_late(place: Place) -> None:
    id_ = await poll(place)
    await place.hall.node.ask.close(OPERATOR, id_)

    answer = await place.visitor().post("Te laat", poll=id_)

    assert (answer.status, answer.code) == (409, "poll-closed")


async def test_own_tells_what_this_phone_voted_and_nobody_else(place: Place) -> None:
    id_ = await poll(place, PollKind.SINGLE, options=3)
    phone, other = place.visitor(), place.visitor()
    opening = place.hall.node.state.polls[id_].opened
    await phone.ask("POST", f"polls/{id_}/votes", {"opening": opening, "answers": [2]})
    await other.ask("POST", f"polls/{id_}/votes", {"opening": opening, "answers": [0]})

    assert (await phone.get("own")).json["votes"] == {id_: [2]}
    assert (await other.get("own")).json["votes"] == {id_: [0]}


# Without JavaScript


async def test_form_asks_a_question_by_a_checkbox(place: Place) -> None:
    phone = place.visitor()
    fields = {"text": "Zonder script gevraagd?", "consent": "true", "question": "1", "named": ""}

    answer = await phone.ask("POST", f"/{SLUG}", data=fields)

    assert (answer.status, answer.headers["Location"]) == (303, f"/{SLUG}?sent=1#mine")
    assert [p["question"] for p in (await phone.get("own")).json["posts"]] == [True]


async def test_form_whose_question_is_refused_gives_it_back_as_one(place: Place) -> None:
    answer = await place.visitor().ask("POST", f"/{SLUG}", data={"text": "x" * 501, "consent": "true", "question": "1"})

    page = answer.body.decode()
    assert answer.status == 422
    assert re.search(r'id="question"[^>]* checked', page)
    assert "x" * 501 in page


async def test_page_has_the_questions_and_open_polls_in_it_for_who_has_no_script_and_else_not(place: Place) -> None:
    id_ = await poll(place, PollKind.SINGLE, title="Wat <b>nu</b>?", options=2)
    node = place.hall.node
    shown, waiting = await place.show("Wie <i>betaalt</i> dat?"), await place.arrive("Nog niet bekeken?")
    for post in (shown, waiting):
        await node.ask.set_question(OPERATOR, post.id, on=True)

    plain = await place.visitor().get(f"/{SLUG}?hall=1")
    usual = await place.visitor().get(f"/{SLUG}")
    await node.ask.close(OPERATOR, id_)
    after = await place.visitor().get(f"/{SLUG}?hall=1")

    for words in (b"Wie &lt;i&gt;betaalt", b"Wat &lt;b&gt;nu", b"Keuze 1"):
        assert words in plain.body
        assert words not in usual.body
    assert b"Nog niet bekeken" not in plain.body
    assert b"Wat &lt;b&gt;nu" not in after.body
    assert "Fontein-Shell" in usual.headers
    assert "Fontein-Shell" not in plain.headers
