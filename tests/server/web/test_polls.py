"""What phones, stage and chair may count on in a poll: one vote each, a clear answer to everything else."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.symposium.hall_facts import tally_facts
from server.symposium.polls import recount
from server.symposium.values import OPERATOR, PollId
from server.web import polls as polls_module
from server.web.limits import CODE_GUESSES, VOTES
from server.web.polls import NewPoll
from tests.house import Place
from tests.server.web.asked import (
    BAD,
    FORMS,
    GOOD,
    SINGLE,
    device_of,
    draft,
    form,
    leaks,
    opened,
    phones,
    question,
    secrets_of,
    vote,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = "een-sleutel-van-een-telefoon"


def counts(place: Place, poll: str) -> list[int]:
    found = place.hall.node.state.polls[PollId(poll)]
    assert found.counts == recount(found)
    return found.counts


class TestDrafts:
    @pytest.mark.parametrize("kind", FORMS)
    async def test_each_kind_is_drafted_opened_and_closed(self, place: Place, kind: str) -> None:
        made, opening = await opened(place, FORMS[kind])
        chair = place.holder("chair")

        told = (await chair.get(f"polls/{made}")).json
        closed = await chair.ask("POST", f"polls/{made}/closings")

        assert (told["kind"], told["opening"], told["closed"]) == (kind, opening, 0)
        assert (told["tally"]["n"], told["mine"]) == (0, None)
        assert closed.status == 200
        assert (await chair.get(f"polls/{made}")).json["closed"] > 0

    async def test_a_draft_changes_as_a_whole_and_is_thrown_away(self, place: Place) -> None:
        stage, made = place.holder("moderator"), await draft(place)

        changed = await stage.ask("PUT", f"polls/{made}", FORMS["scale"])
        told = (await stage.get(f"polls/{made}")).json
        gone = await stage.ask("DELETE", f"polls/{made}")

        assert changed.json["id"] == made
        assert (told["kind"], told["low"], told["high"], told["options"]) == ("scale", 1, 5, [])
        assert (gone.status, (await stage.get(f"polls/{made}")).status) == (200, 404)

    async def test_the_hall_does_not_see_drafts(self, place: Place) -> None:
        made = await draft(place, form("single", title={"nl": "Nog geheim?"}, options=[{"nl": "a"}, {"nl": "b"}]))
        phone = place.visitor()

        listed = await phone.get("polls")

        assert (await phone.get(f"polls/{made}")).status == 404
        assert b"Nog geheim?" not in listed.body
        assert b"Nog geheim?" in (await place.holder("chair").get("polls")).body, "control: it is there"

    @pytest.mark.parametrize(
        ("body", "code", "field"),
        [
            (SINGLE | {"options": []}, "bad-poll", None),
            (SINGLE | {"options": [{"nl": "ja"}] * 21}, "bad-poll", None),
            (SINGLE | {"options": [{"nl": "ja"}, {"nl": "nee"}]}, "bad-poll", "$.options"),
            (SINGLE | {"title": {}}, "empty", "$.title"),
            (SINGLE | {"title": {"nl": "a" * 201}}, "too-long", "$.title.nl"),
            (SINGLE | {"title": {"nl": "woord " * 1_000}}, "too-long", "$.title.nl"),
            (SINGLE | {"right": 0}, "bad-poll", None),
            (SINGLE | {"seconds": 3_601}, "bad-poll", None),
            (SINGLE | {"again": "nergens"}, "bad-poll", "$.again"),
            (SINGLE | {"session": "nergens"}, "no-session", "$.session"),
            (SINGLE | {"withSession": True}, "no-session", "$.session"),
            (SINGLE | {"kind": "raden"}, "bad-input", "$.kind"),
            (SINGLE | {"most": 2**60}, "bad-input", "$.most"),
            (SINGLE | {"extra": 1}, "bad-input", "$"),
            (form("quiz", options=[{"nl": "a"}, {"nl": "b"}], right=2), "bad-poll", None),
            (form("scale", low=0, high=11), "bad-poll", None),
            (form("scale", low=1, high=5, options=[{"nl": "a"}]), "bad-poll", None),
            (form("number", low=5, high=5), "bad-poll", None),
            (form("words", binding=True), "bad-poll", None),
            (form("statements", options=[{"nl": "a"}] * 101), "bad-input", "$.options"),
        ],
        ids=lambda case: str(case)[:40] if not isinstance(case, dict) else case["kind"],
    )
    async def test_a_poll_that_cannot_be_held_is_refused_with_what_it_takes(
        self, place: Place, body: dict[str, Any], code: str, field: str | None
    ) -> None:
        before = len(place.hall.node.state.polls)

        answer = await place.holder("moderator").ask("POST", "polls", body)

        assert (answer.status, answer.code, answer.json.get("field")) == (422, code, field)
        assert len(place.hall.node.state.polls) == before
        assert code != "bad-poll" or len(answer.json["detail"]) > 30

    async def test_what_was_opened_once_does_not_change(self, place: Place) -> None:
        made, _ = await opened(place)
        stage = place.holder("moderator")

        answers = [await stage.ask("PUT", f"polls/{made}", SINGLE), await stage.ask("DELETE", f"polls/{made}")]

        assert [(each.status, each.code) for each in answers] == [(409, "poll-opened")] * 2

    async def test_of_two_stages_that_open_at_once_one_is_told_who_was_first(self, place: Place) -> None:
        await opened(place)
        (known,) = [id_ for id_, poll in place.hall.node.state.polls.items() if poll.opened and not poll.closed_at]
        await place.holder("moderator").ask("POST", f"polls/{known}/closings")
        one, two = await draft(place), await draft(place)
        stages = place.holder("moderator"), place.holder("chair")

        answers = await asyncio.gather(
            stages[0].ask("POST", f"polls/{one}/openings"), stages[1].ask("POST", f"polls/{two}/openings")
        )

        assert sorted(each.status for each in answers) == [200, 409]
        (late,) = [each for each in answers if each.status == 409]
        assert (late.code, late.json["by"].startswith("Badge "), late.json["at"] > 0) == ("poll-open", True, True)
        assert len([poll for poll in place.hall.node.state.polls.values() if poll.opened and not poll.closed_at]) == 1

    async def test_an_unknown_poll_is_unknown_to_everybody(self, place: Place) -> None:
        stage, phone = place.holder("moderator"), place.visitor()
        asked = [
            await stage.ask("PUT", "polls/nergens", SINGLE),
            await stage.ask("DELETE", "polls/nergens"),
            await stage.ask("POST", "polls/nergens/openings"),
            await stage.ask("POST", "polls/nergens/closings"),
            await stage.ask("POST", "polls/nergens/codes", {"count": 1}),
            await stage.get("polls/nergens/stuffing"),
            await phone.get("polls/nergens"),
            await vote(phone, "nergens", 1, [0]),
        ]

        assert [(each.status, each.code) for each in asked] == [(404, "unknown")] * len(asked)


class TestVoting:
    @pytest.mark.parametrize("kind", GOOD)
    async def test_the_newest_vote_of_a_phone_counts(self, place: Place, kind: str) -> None:
        made, opening = await opened(place, FORMS[kind])
        phone = place.visitor()

        answers = [await vote(phone, made, opening, each) for each in GOOD[kind]]

        assert [each.status for each in answers] == [201, 201]
        poll = place.hall.node.state.polls[PollId(made)]
        (kept,) = poll.votes.values()
        assert counts(place, made) == recount(poll)
        assert answers[-1].json["mine"] == list(kept)
        assert answers[-1].json["tally"]["n"] == 1

    @pytest.mark.parametrize(("kind", "answers"), [(kind, bad) for kind, every in BAD.items() for bad in every])
    async def test_what_is_no_answer_is_refused_and_costs_no_entry(
        self, place: Place, kind: str, answers: list[int]
    ) -> None:
        made, opening = await opened(place, FORMS[kind])
        before = place.seq

        refused = await vote(place.visitor(), made, opening, answers)

        assert (refused.status, refused.code, refused.json["field"]) == (422, "bad-answer", "$.answers")
        assert (place.seq, refused.set_cookies) == (before, [])

    async def test_a_thousand_words_are_no_vote(self, place: Place) -> None:
        made, opening = await opened(place, FORMS["words"])
        phone, before = place.visitor(), place.seq

        in_words = await phone.ask("POST", f"polls/{made}/votes", {"opening": opening, "answers": "woord " * 1_000})
        as_a_vote = await vote(phone, made, opening, [0])
        as_a_post = await phone.post("woord " * 1_000)

        assert (in_words.status, in_words.code) == (422, "bad-input")
        assert (as_a_vote.status, as_a_vote.code) == (422, "bad-answer")
        assert (as_a_post.status, as_a_post.code) == (422, "too-long")
        assert place.seq == before

    async def test_a_closed_poll_takes_no_vote(self, place: Place) -> None:
        made, opening = await opened(place)
        await place.holder("chair").ask("POST", f"polls/{made}/closings")
        before = place.seq

        refused = await vote(place.visitor(), made, opening, [0])

        assert (refused.status, refused.code, place.seq) == (409, "poll-closed", before)

    async def test_a_clock_that_jumps_closes_a_quiz_or_not_and_counts_nothing_twice(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made, opening = await opened(place, FORMS["quiz"])
        site, (phone,) = place.house.site, await phones(place, 1)
        hour_us = 3_600_000_000
        opened_at = place.hall.node.state.polls[PollId(made)].opened_at

        monkeypatch.setattr(site, "now_us", lambda: opened_at + hour_us)
        ahead = await vote(phone, made, opening, [1])
        monkeypatch.setattr(site, "now_us", lambda: opened_at - hour_us)
        behind = [await vote(phone, made, opening, [1]) for _ in range(2)]

        assert (ahead.status, ahead.code) == (409, "poll-closed")
        assert [each.status for each in behind] == [201, 201]
        assert counts(place, made) == [0, 1, 0]

    async def test_a_vote_for_what_was_opened_anew_is_refused(self, place: Place) -> None:
        """The options may be others than those that its owner saw, as one that waited in an outbox."""
        made, old = await opened(place)
        stage = place.holder("moderator")
        await stage.ask("POST", f"polls/{made}/closings")
        await stage.ask("POST", f"polls/{made}/openings")

        refused = await vote(place.visitor(), made, old, [0])

        assert (refused.status, refused.code) == (409, "poll-changed")
        assert counts(place, made) == [0, 0]

    async def test_a_poll_of_another_symposium_is_unknown(self, place: Place) -> None:
        made, opening = await opened(place)
        if "overkant" not in place.house.site.halls:
            await place.symposium("overkant")
        phone = place.visitor()
        phone.slug = "overkant"

        refused = await vote(phone, made, opening, [0])

        assert (refused.status, refused.code) == (404, "unknown")
        assert counts(place, made) == [0, 0]

    async def test_two_hundred_replays_of_one_phone_are_one_vote(self, place: Place) -> None:
        made, opening = await opened(place)
        (phone,) = await phones(place, 1)

        answers = await asyncio.gather(*(vote(phone, made, opening, [1], key=KEY) for _ in range(200)))

        assert {each.status for each in answers} == {201}
        assert counts(place, made) == [0, 1]

    async def test_a_vote_that_was_counted_is_answered_again_without_an_entry_also_after_the_end(
        self, place: Place
    ) -> None:
        made, opening = await opened(place)
        (phone,) = await phones(place, 1)
        assert (await vote(phone, made, opening, [1])).status == 201
        await place.holder("moderator").ask("POST", f"polls/{made}/closings")
        before = place.seq

        again = await vote(phone, made, opening, [1])
        other = await vote(phone, made, opening, [0])

        assert (again.status, again.json["mine"], again.json["tally"]["n"]) == (201, [1], 1)
        assert (other.status, other.code) == (409, "poll-closed")
        assert (place.seq, counts(place, made)) == (before, [0, 1])

    async def test_a_phone_that_votes_without_end_is_told_to_wait(self, place: Place) -> None:
        made, opening = await opened(place)
        (phone,) = await phones(place, 1)
        place.house.site.buckets.take(VOTES, device_of(place, phone), VOTES.burst)

        refused = await vote(phone, made, opening, [1])

        assert (refused.status, refused.code, int(refused.headers["Retry-After"]) > 0) == (429, "rate", True)

    async def test_another_page_cannot_vote_with_a_phone_s_cookie(self, place: Place) -> None:
        made, opening = await opened(place)
        (phone,) = await phones(place, 1)
        phone.origin = "https://elders.example"

        assert (await vote(phone, made, opening, [1])).code == "origin"
        assert counts(place, made) == [0, 0]

    async def test_a_code_means_nothing_where_nobody_asked_for_one(self, place: Place) -> None:
        made, opening = await opened(place)
        (phone,) = await phones(place, 1)

        answers = [await vote(phone, made, opening, [1], code=f"KM7WX-3CD9{n}", key=f"{KEY}{n}") for n in range(5)]

        assert {each.status for each in answers} == {201}
        assert counts(place, made) == [0, 1]

    @pytest.mark.slow
    @settings(max_examples=15)
    @given(votes=st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(-1, 3), max_size=3)), max_size=12))
    async def test_the_tally_is_the_newest_good_vote_of_each_phone(
        self, place: Place, votes: list[tuple[int, list[int]]]
    ) -> None:
        made, opening = await opened(place, FORMS["several"])
        four, wanted = await phones(place, 4), dict[int, list[int]]()

        for who, answers in votes:
            answer = await vote(four[who], made, opening, answers)
            assert answer.status in (201, 422)
            if answer.status == 201:
                wanted[who] = answers

        assert counts(place, made) == [sum(option in chosen for chosen in wanted.values()) for option in range(3)]


class TestResults:
    async def told(self, place: Place, reveal: str, votes: int = 6) -> tuple[Any, Any, Any, Any]:
        """The result as told before a vote, to who voted, to the chair, and to all when it is closed."""
        made, opening = await opened(place, SINGLE | {"reveal": reveal})
        voters = await phones(place, votes)
        for phone in voters:
            await vote(phone, made, opening, [0])
        chair, stranger = place.holder("chair"), place.visitor()
        before = [(await who.get(f"polls/{made}")).json["tally"]["result"] for who in (stranger, voters[0], chair)]
        await chair.ask("POST", f"polls/{made}/closings")
        after = (await stranger.get(f"polls/{made}")).json["tally"]["result"]
        return before[0], before[1], before[2], after

    @pytest.mark.parametrize(
        ("reveal", "seen"),
        [
            ("live", (True, True, True, True)),
            ("voted", (False, True, True, True)),
            ("closed", (False, False, True, True)),
        ],
    )
    async def test_the_result_is_told_to_whom_it_may_be(
        self, place: Place, reveal: str, seen: tuple[bool, ...]
    ) -> None:
        told = await self.told(place, reveal)

        assert tuple(each is not None for each in told) == seen
        assert told[-1]["counts"] == [6, 0]

    async def test_of_fewer_than_five_nobody_is_told_what(self, place: Place) -> None:
        told = await self.told(place, "live", votes=4)

        assert {(each["n"], each["few"], str(each["counts"])) for each in told} == {(4, True, "[]")}

    async def test_the_right_answer_of_a_quiz_is_told_to_nobody_before_the_end(self, place: Place) -> None:
        made, _ = await opened(place, FORMS["quiz"])
        seen = [(await place.holder(role).get(f"polls/{made}")).json["right"] for role in ("chair", "screen")]
        await place.holder("chair").ask("POST", f"polls/{made}/closings")

        assert seen == [None, None]
        assert (await place.visitor().get(f"polls/{made}")).json["right"] == 2

    async def test_of_a_large_poll_the_tally_is_reckoned_once_for_many_who_ask(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made, opening = await opened(place, SINGLE | {"reveal": "live"})
        six = await phones(place, 6)
        reckoned: list[Any] = []
        monkeypatch.setattr(polls_module, "LARGE", 3)
        monkeypatch.setattr(polls_module, "TALLY_KEPT_S", 3_600)

        def count(*args: Any, **more: Any) -> Any:
            reckoned.append(args)
            return tally_facts(*args, **more)

        monkeypatch.setattr(polls_module, "tally_facts", count)
        told = [(await vote(phone, made, opening, [0])).json["tally"]["n"] for phone in six]
        await place.holder("chair").ask("POST", f"polls/{made}/closings")
        last = (await six[0].get(f"polls/{made}")).json["tally"]

        assert told == [1, 2, 3, 3, 3, 3]
        assert (last["n"], last["result"]["counts"], len(reckoned)) == (6, [6, 0], 4)


class TestNobodyIsNamed:
    async def test_no_answer_and_no_log_tells_who_voted(self, place: Place, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        made, opening = await opened(place, SINGLE | {"reveal": "live"})
        asked, six = await question(place), await phones(place, 6)
        said: list[bytes] = []
        for phone in six:
            said.append((await vote(phone, made, opening, [0])).body)
            said.append((await phone.ask("PUT", f"questions/{asked}/vote")).body)
            said.append((await vote(phone, made, opening, [7])).body)
        known = place.hall.node.state.posts[asked].device
        for role in ("organiser", "moderator", "chair", "speaker", "author", "screen"):
            holder = place.holder(role)
            for path in (
                "polls",
                f"polls/{made}",
                "questions",
                f"polls/{made}/stuffing",
                f"questions/{asked}/stuffing",
            ):
                said.append((await holder.get(path)).body)
        aside = {"from": 0, "to": 2**53 - 1, "reason": "Dit zijn er te veel"}
        for path in (f"polls/{made}", f"questions/{asked}"):
            said.append((await place.holder("moderator").ask("POST", f"{path}/aside", aside)).body)
            said.append((await place.holder("moderator").get(f"{path}/stuffing")).body)
            said.append((await place.holder("organiser").get("history")).body)
        secrets = secrets_of(place)

        assert known in secrets
        assert [leaks(each, secrets) for each in said if leaks(each, secrets)] == []
        assert leaks(caplog.text, secrets) == []
        told = [json.loads(each)["seconds"] for each in said if b"bursts" in each]
        assert {sum(n for _, n, _ in seconds) for seconds in told} == {6}, "control: the votes are there"

    async def test_a_leak_would_be_found(
        self, place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Negative control: an answer and a log that name a voter are noticed."""
        made, opening = await opened(place)
        (phone,) = await phones(place, 1)
        told = polls_module.told

        def tells(hall: Any, id_: PollId, *args: Any, **more: Any) -> dict[str, Any]:
            logging.getLogger("server").warning("voted: %s", list(hall.node.state.polls[id_].votes))
            return {**told(hall, id_, *args, **more), "voters": list(hall.node.state.polls[id_].votes)}

        monkeypatch.setattr(polls_module, "told", tells)
        answer = await vote(phone, made, opening, [0])

        assert len(leaks(answer.body, secrets_of(place))) == 1
        assert len(leaks(caplog.text, secrets_of(place))) == 1


class TestCodes:
    async def binding(self, place: Place, count: int = 3) -> tuple[str, int, list[str]]:
        made = await draft(place, SINGLE | {"binding": True})
        answer = await place.holder("moderator").ask("POST", f"polls/{made}/codes", {"count": count})
        assert answer.status == 201, answer
        for known, poll in place.hall.node.state.polls.items():
            if poll.opened and not poll.closed_at:
                await place.hall.node.ask.close(OPERATOR, known)
        await place.holder("moderator").ask("POST", f"polls/{made}/openings")
        return made, place.hall.node.state.polls[PollId(made)].opened, [each["code"] for each in answer.json["codes"]]

    async def test_a_code_votes_once_whoever_types_it_and_however(self, place: Place) -> None:
        made, opening, (code, *_) = await self.binding(place)
        one, two = await phones(place, 2)

        first = await vote(one, made, opening, [1], code=f" {code.lower()} ", key=KEY)
        other = await vote(two, made, opening, [0], code=code.replace("-", ""), key=KEY)
        anew = await vote(one, made, opening, [0], code=code, key=f"{KEY}-2")

        assert (first.status, first.json["mine"], first.json["tally"]["n"]) == (201, None, 1)
        assert [(each.status, each.code) for each in (other, anew)] == [(409, "code-used")] * 2
        assert counts(place, made) == [0, 1]

    async def test_the_same_request_again_is_no_second_use_also_after_the_end(self, place: Place) -> None:
        made, opening, (code, *_) = await self.binding(place)
        (phone,) = await phones(place, 1)

        answers = await asyncio.gather(*(vote(phone, made, opening, [1], code=code, key=KEY) for _ in range(50)))
        await place.holder("moderator").ask("POST", f"polls/{made}/closings")
        late = await vote(phone, made, opening, [1], code=code, key=KEY)

        assert {each.status for each in (*answers, late)} == {201}
        assert counts(place, made) == [0, 1]

    async def test_fifty_phones_with_one_code_are_one_vote(self, place: Place) -> None:
        made, opening, (code, *_) = await self.binding(place)
        fifty = await phones(place, 50)

        answers = await asyncio.gather(*(vote(phone, made, opening, [1], code=code, key=KEY) for phone in fifty))

        assert sorted(each.status for each in answers) == [201] + [409] * 49
        assert counts(place, made) == [0, 1]

    @pytest.mark.parametrize(
        ("more", "key", "status", "code"),
        [
            ({}, KEY, 403, "no-code"),
            ({"code": "KM7WX-3CD99"}, KEY, 403, "no-code"),
            ({"code": "'; --"}, KEY, 403, "no-code"),
            ({"code": "x" * 41}, KEY, 422, "bad-input"),
            ({"code": ""}, KEY, 422, "bad-input"),
            ({"code": "KM7WX-3CD99"}, None, 422, "bad-key"),
            ({"code": "KM7WX-3CD99"}, "kort", 422, "bad-key"),
        ],
    )
    async def test_without_a_good_code_nobody_votes(
        self, place: Place, more: dict[str, Any], key: str | None, status: int, code: str
    ) -> None:
        made, opening, _ = await self.binding(place)
        before = place.seq

        refused = await vote(place.visitor(), made, opening, [0], key=key, **more)

        assert (refused.status, refused.code) == (status, code)
        assert (place.seq, counts(place, made)) == (before, [0, 0])

    async def test_guesses_are_counted_and_then_also_a_good_code_waits(self, place: Place) -> None:
        made, opening, (code, *_) = await self.binding(place)
        guesser, honest = await phones(place, 2)

        guesses = [
            await vote(guesser, made, opening, [0], code=f"KM7WX-{n:05}", key=KEY)
            for n in range(int(CODE_GUESSES.burst))
        ]
        late = await vote(guesser, made, opening, [0], code=code, key=KEY)
        other = await vote(honest, made, opening, [1], code=code, key=KEY)

        assert {(each.status, each.code) for each in guesses} == {(403, "no-code")}
        assert (late.status, late.code) == (429, "rate")
        assert (other.status, counts(place, made)) == (201, [0, 1])

    async def test_codes_of_another_poll_are_worth_nothing(self, place: Place) -> None:
        _, _, (code, *_) = await self.binding(place)
        made, opening, _ = await self.binding(place)

        refused = await vote(place.visitor(), made, opening, [0], code=code, key=KEY)

        assert (refused.status, refused.code) == (403, "no-code")


async def test_each_number_of_a_draft_can_be_kept() -> None:
    """JSON numbers that no reader could hold are no polls."""
    for name in ("most", "low", "high", "right", "seconds"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(SINGLE | {name: 2**53}, NewPoll)
