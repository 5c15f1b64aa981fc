"""What phones, desk and chair may count on with questions: one vote for each phone, and nothing unapproved."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from server.symposium.values import OPERATOR, PostId, Stand
from tests.house import Place
from tests.server.web.asked import phones, question

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def listed(place: Place, query: str = "", who: str | None = None) -> list[dict[str, Any]]:
    visitor = place.visitor() if who is None else place.holder(who)
    answer = await visitor.get(f"questions{query}")
    assert answer.status == 200, answer
    return list(answer.json["questions"])


async def of(place: Place, post: PostId, who: str | None = None) -> dict[str, Any]:
    (found,) = [each for each in await listed(place, who=who) if each["post"] == post]
    return found


class TestPhones:
    async def test_each_phone_wants_it_once_and_takes_it_back(self, place: Place) -> None:
        asked = await question(place)
        (phone,) = await phones(place, 1)

        answers = [await phone.ask(method, f"questions/{asked}/vote") for method in ("PUT", "PUT", "DELETE", "DELETE")]

        assert [each.status for each in answers] == [200] * 4
        assert [(each.json["votes"], each.json["mine"]) for each in answers] == [
            (2, True),
            (2, True),
            (1, False),
            (1, False),
        ]

    async def test_two_hundred_replays_of_one_phone_are_one_vote(self, place: Place) -> None:
        asked = await question(place)
        (phone,) = await phones(place, 1)

        answers = await asyncio.gather(*(phone.ask("PUT", f"questions/{asked}/vote") for _ in range(200)))

        assert {each.status for each in answers} == {200}
        assert (await of(place, asked))["votes"] == 2

    async def test_what_is_so_already_costs_no_entry(self, place: Place) -> None:
        asked = await question(place)
        (phone,) = await phones(place, 1)
        await phone.ask("PUT", f"questions/{asked}/vote")
        before = place.seq

        await phone.ask("PUT", f"questions/{asked}/vote")

        assert place.seq == before

    async def test_a_new_phone_is_given_its_number(self, place: Place) -> None:
        asked, phone = await question(place), place.visitor()

        await phone.ask("PUT", f"questions/{asked}/vote")
        again = await phone.ask("PUT", f"questions/{asked}/vote")
        mine = [each["post"] for each in (await phone.get("questions")).json["questions"] if each["mine"]]

        assert (again.json["votes"], mine) == (2, [asked])

    async def test_what_cannot_be_voted_for_is_told_and_costs_no_entry(self, place: Place) -> None:
        plain, waiting, gone = await place.show(), await place.arrive("Is dit al goed?"), await question(place)
        desk = place.holder("moderator")
        await desk.ask("PUT", f"questions/{waiting.id}")
        await place.hall.node.withdraw(gone, device=place.hall.node.state.posts[gone].device)
        answered = await question(place)
        await place.holder("chair").ask("PUT", f"questions/{answered}/stand", {"stand": "answered"})
        before, phone = place.seq, place.visitor()

        refused = [
            await phone.ask(method, f"questions/{post}/vote")
            for post in (plain.id, waiting.id, gone, "nergens", answered)
            for method in ("PUT", "DELETE")
        ]

        assert [(each.status, each.code) for each in refused[:-2]] == [(404, "unknown")] * 8
        assert [(each.status, each.code) for each in refused[-2:]] == [(409, "answered")] * 2
        assert not any(b"Is dit al goed?" in each.body for each in refused)
        assert place.seq == before

    async def test_nobody_reads_a_question_that_is_not_on_the_screens(self, place: Place) -> None:
        waiting = await place.arrive("Nog niet gelezen?")
        await place.holder("moderator").ask("PUT", f"questions/{waiting.id}")

        told = [str(await listed(place, who=who)) for who in (None, "chair", "speaker", "moderator")]
        refused = await place.holder("chair").ask("PUT", f"questions/{waiting.id}/stand", {"stand": "on-stage"})
        staff = await place.holder("moderator").ask("PUT", f"questions/{waiting.id}/stand", {"stand": "on-stage"})

        assert not any("Nog niet gelezen?" in each for each in told)
        assert (refused.status, refused.code, b"Nog niet" in refused.body) == (409, "not-shown", False)
        assert b"Nog niet gelezen?" in staff.body, "control: staff may read it"


class TestLists:
    async def test_lists_are_wanted_new_or_not_yet_asked(self, place: Place) -> None:
        first, second, third = [await question(place) for _ in range(3)]
        for phone in await phones(place, 3):
            await phone.ask("PUT", f"questions/{second}/vote")
        await place.holder("chair").ask("PUT", f"questions/{first}/stand", {"stand": "later"})
        known = {first, second, third}

        orders = {
            order: [each["post"] for each in await listed(place, f"?order={order}") if each["post"] in known]
            for order in ("wanted", "new", "unasked")
        }

        assert orders == {
            "wanted": [second, first, third],
            "new": [third, second, first],
            "unasked": [second, third],
        }

    async def test_a_list_is_read_in_parts_and_says_how_many_there_are(self, place: Place) -> None:
        for _ in range(3):
            await question(place)
        phone = place.visitor()
        whole = (await phone.get("questions?order=new")).json

        parts = [(await phone.get(f"questions?order=new&skip={skip}&limit=2")).json for skip in (0, 2, 4_000)]

        assert whole["total"] == len(whole["questions"]) >= 3
        assert [each["total"] for each in parts] == [whole["total"]] * 3
        assert parts[0]["questions"] + parts[1]["questions"] == whole["questions"][:4]
        assert parts[2]["questions"] == []

    @pytest.mark.parametrize("query", ["skip=-1", "skip=x", "limit=", "limit=²", "skip=1e3", f"limit={'9' * 5_000}"])
    async def test_a_part_that_is_none_is_refused(self, place: Place, query: str) -> None:
        answer = await place.visitor().get(f"questions?{query}")

        assert (answer.status, answer.code, answer.json["field"]) == (422, "bad-input", query.partition("=")[0])

    async def test_an_order_that_there_is_not_is_refused(self, place: Place) -> None:
        answer = await place.visitor().get("questions?order=best")

        assert (answer.status, answer.code, answer.json["field"]) == (422, "bad-input", "order")

    async def test_of_another_session_there_is_none(self, place: Place) -> None:
        await question(place)

        assert await listed(place, "?session=elders") == []

    async def test_while_stopped_nothing_is_told(self, place: Place) -> None:
        asked = await question(place)
        await place.hall.node.stop(OPERATOR, on=True)
        stopped = await listed(place)
        await place.hall.node.stop(OPERATOR, on=False)

        assert (stopped, asked in [each["post"] for each in await listed(place)]) == ([], True)


class TestStaff:
    async def test_merging_adds_voters_once_and_splitting_and_undo_give_them_back(self, place: Place) -> None:
        one, two = await question(place), await question(place)
        both, only = await phones(place, 2)
        for post, phone in ((one, both), (two, both), (two, only)):
            await phone.ask("PUT", f"questions/{post}/vote")
        desk = place.holder("moderator")

        merged = await desk.ask("POST", "questions/merges", {"into": one, "posts": [two, "nergens"]})
        together = await of(place, one)
        through_the_other = await only.ask("PUT", f"questions/{two}/vote")
        mine = [each["mine"] for each in (await only.get("questions")).json["questions"] if each["post"] == one]
        await desk.ask("POST", "questions/splits", {"posts": [two]})
        apart = [(await of(place, post))["votes"] for post in (one, two)]

        assert merged.json["refused"] == [{"id": "nergens", "code": "unknown"}]
        assert (together["votes"], together["merged"], together["under"]) == (4, 1, [])
        assert (through_the_other.json["votes"], mine) == (4, [True])
        assert apart == [2, 3]

    async def test_chairs_see_what_is_counted_under_a_question(self, place: Place) -> None:
        one, two = await question(place, "Wanneer begint het?"), await question(place, "Hoe laat begint het?")
        await place.holder("moderator").ask("POST", "questions/merges", {"into": one, "posts": [two]})

        assert [each["text"] for each in (await of(place, one, "chair"))["under"]] == ["Hoe laat begint het?"]

    async def test_a_question_is_asked_answered_and_undone(self, place: Place) -> None:
        asked, chair = await question(place), place.holder("chair")

        stage = await chair.ask("PUT", f"questions/{asked}/stand", {"stand": "on-stage"})
        on_stage = await of(place, asked)
        body = {"stand": "answered", "name": "Els de Wit", "text": "In mei."}
        await chair.ask("PUT", f"questions/{asked}/stand", body)
        answered = await of(place, asked)

        assert (stage.status, on_stage["stand"]) == (200, "on-stage")
        assert (answered["stand"], answered["answer"]) == ("answered", {"name": "Els de Wit", "text": "In mei."})

    async def test_a_question_withdrawn_while_on_stage_is_gone_and_nothing_breaks(self, place: Place) -> None:
        asked, chair = await question(place), place.holder("chair")
        await chair.ask("PUT", f"questions/{asked}/stand", {"stand": "on-stage"})

        await place.hall.node.withdraw(asked, device=place.hall.node.state.posts[asked].device)
        late = await chair.ask("PUT", f"questions/{asked}/stand", {"stand": "answered"})

        assert asked not in [each["post"] for each in await listed(place)]
        assert (late.status, late.code) == (404, "unknown")

    @pytest.mark.parametrize(
        ("body", "code", "field"),
        [
            ({"stand": "misschien"}, "bad-input", "$.stand"),
            ({"stand": "answered", "text": "woord " * 1_000}, "too-long", "$.text"),
            ({"stand": "answered", "name": "a" * 61}, "too-long", "$.name"),
            ({}, "bad-input", "$"),
        ],
    )
    async def test_an_answer_that_cannot_be_kept_changes_nothing(
        self, place: Place, body: dict[str, Any], code: str, field: str
    ) -> None:
        asked, chair = await question(place), place.holder("chair")

        refused = await chair.ask("PUT", f"questions/{asked}/stand", body)

        assert (refused.status, refused.code, refused.json["field"]) == (422, code, field)
        assert place.hall.node.state.questions[asked].stand is Stand.OPEN

    @pytest.mark.parametrize("posts", [[], ["x" * 65], [""], ["a"] * 201])
    async def test_too_few_or_too_many_cannot_be_merged(self, place: Place, posts: list[str]) -> None:
        asked = await question(place)

        answer = await place.holder("moderator").ask("POST", "questions/merges", {"into": asked, "posts": posts})

        assert (answer.status, answer.code) == (422, "bad-input")

    async def test_a_question_becomes_a_post_again_with_undo(self, place: Place) -> None:
        asked, desk = await question(place), place.holder("moderator")
        (phone,) = await phones(place, 1)
        await phone.ask("PUT", f"questions/{asked}/vote")

        seq = (await desk.ask("DELETE", f"questions/{asked}")).json["seq"]
        gone = (await phone.ask("PUT", f"questions/{asked}/vote")).code
        await desk.ask("POST", "undos", {"seq": seq})

        assert (gone, (await of(place, asked))["votes"]) == ("unknown", 2)
