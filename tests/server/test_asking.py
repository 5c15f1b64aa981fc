"""From what phones and staff do to entries: keyed voters, bounded words, printed codes, time that is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from server.asking import MAX_TITLE, Asking
from server.errors import BadInput, Conflict, NotFound
from server.symposium.counting import votes
from server.symposium.entries import (
    PollBody,
    PollForm,
    ProgrammeBody,
    ProgrammeSet,
    RoomBody,
    SessionBody,
    Slot,
    SymposiumBody,
    SymposiumMade,
    encode_body,
)
from server.symposium.hall_facts import answer_facts
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.polls import is_open
from server.symposium.state import Post
from server.symposium.values import OPERATOR, DeviceId, Policy, PollId, PollKind, PostId, RoomId, SessionId, Stand
from tests.server.test_node import Stand as Node

PHONES = [DeviceId(f"phone-{n}") for n in range(5)]
SINGLE = PollForm(kind=PollKind.SINGLE, options=2)
WELL = PollBody(title={"nl": "Doen?", "en": "Do it?"}, options=({"nl": "ja", "en": "yes"}, {"nl": "nee", "en": "no"}))


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Node]:
    made = Node(tmp_path)
    made.node.open()
    made.node.start()
    await made.node.make(SymposiumMade(slug="dag", short="DG", languages=("nl",)), SymposiumBody(title="Dag"))
    yield made
    await made.node.close()


@pytest.fixture
def ask(stand: Node) -> Asking:
    return stand.node.ask


async def question(stand: Node, ask: Asking, text: str, device: str = "asker") -> Post:
    post = await stand.show(await stand.arrive(text, device=device))
    await ask.set_question(OPERATOR, post.id, on=True)
    return post


async def poll(stand: Node, ask: Asking, form: PollForm = SINGLE, body: PollBody = WELL) -> PollId:
    await ask.draft(OPERATOR, body, form)
    (*_, made) = stand.node.state.polls
    await ask.open(OPERATOR, made)
    return made


def code_of(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Refused) else type(outcome).__name__


class TestWhoVotes:
    def test_one_phone_is_another_voter_in_each_poll_and_the_same_for_all_questions(self, ask: Asking) -> None:
        phone = PHONES[0]
        keys = [ask.voter(PollId("a"), phone), ask.voter(PollId("b"), phone), ask.voter_of_questions(phone)]
        assert len({*keys, phone}) == 4
        assert ask.voter(PollId("a"), phone) == keys[0]
        assert not any(phone in key for key in keys)

    def test_a_code_is_the_same_however_it_was_typed(self, ask: Asking) -> None:
        assert ask.code(PollId("a"), "km7w-x3cd") == ask.code(PollId("a"), " KM7W X3CD ")
        assert ask.code(PollId("a"), "km7w") != ask.code(PollId("b"), "km7w")


class TestQuestions:
    async def test_each_phone_wants_it_once_whoever_asked_included(self, stand: Node, ask: Asking) -> None:
        post = await question(stand, ask, "Wanneer?")
        await asyncio.gather(*(ask.want(phone, post.id, on=True) for phone in PHONES for _ in range(20)))
        await ask.want(DeviceId("asker"), post.id, on=True)
        await ask.want(PHONES[0], post.id, on=False)
        assert votes(stand.node.state.questions, [post.id]) == 5

    async def test_an_answer_is_kept_with_who_gave_it(self, stand: Node, ask: Asking) -> None:
        post = await question(stand, ask, "Wanneer?")
        await ask.stand(OPERATOR, post.id, Stand.ANSWERED, name="Els  de Wit", words="In mei.")
        told = answer_facts(stand.node.state, stand.node.state.questions[post.id])
        assert told is not None
        assert (told.name, told.text) == ("Els de Wit", "In mei.")

    async def test_without_words_nothing_is_kept(self, stand: Node, ask: Asking) -> None:
        post = await question(stand, ask, "Wanneer?")
        await ask.stand(OPERATOR, post.id, Stand.LATER, words="Niet nu.")
        assert stand.node.state.questions[post.id].answer == 0

    async def test_questions_that_ask_the_same_are_counted_as_one_and_apart_again(
        self, stand: Node, ask: Asking
    ) -> None:
        one, two = await question(stand, ask, "Wanneer?", "a"), await question(stand, ask, "En wanneer dan?", "b")
        await ask.merge(OPERATOR, one.id, [two.id])
        assert stand.node.state.questions[two.id].into == one.id
        await ask.split(OPERATOR, [two.id])
        assert stand.node.state.questions[two.id].into is None


class TestPolls:
    async def test_one_vote_for_each_phone_in_a_storm(self, stand: Node, ask: Asking) -> None:
        made = await poll(stand, ask)
        opening = stand.node.state.polls[made].opened
        storm = [ask.vote(phone, made, [n % 2], opening=opening) for n, phone in enumerate(PHONES) for _ in range(20)]
        assert {type(each) for each in await asyncio.gather(*storm)} == {Done}
        assert stand.node.state.polls[made].counts == [3, 2]

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (PollBody(title={}), "empty"),
            (PollBody(title={"nl": " \u200b "}), "empty"),
            (PollBody(title={"nl": "Doen?"}, options=({"nl": "ja"},)), "bad-poll"),
            (PollBody(title={"nl": "Doen?", "en": "Do?"}, options=({"nl": "ja"}, {"nl": "nee"})), "bad-poll"),
            (PollBody(title={"nl": "a" * (MAX_TITLE + 1)}, options=WELL.options), "too-long"),
        ],
    )
    async def test_a_poll_that_says_too_little_or_too_much_is_refused(
        self, stand: Node, ask: Asking, body: PollBody, code: str
    ) -> None:
        with pytest.raises(BadInput) as caught:
            await ask.draft(OPERATOR, body, SINGLE)
        assert caught.value.code == code
        assert not stand.node.state.polls

    async def test_a_quiz_is_closed_when_its_time_is_over(self, stand: Node, ask: Asking) -> None:
        made = await poll(stand, ask, PollForm(kind=PollKind.QUIZ, options=2, right=0, seconds=1))
        assert await ask.strike() == 0
        later = stand.node.state.polls[made].opened_at + 2_500_000
        stand.journal._now_us = lambda: later  # the law looks at the journal's clock, not at ours
        ask._now_us = lambda: later
        assert await ask.strike() == 1
        assert stand.node.state.polls[made].closed_at
        assert await ask.strike() == 0

    async def test_a_printed_code_votes_once(self, stand: Node, ask: Asking, tmp_path: Path) -> None:
        made = await poll(stand, ask, PollForm(kind=PollKind.SINGLE, options=2, binding=True))
        outcome, codes = await ask.make_codes(OPERATOR, made, 30)
        assert isinstance(outcome, Done)
        assert len({*codes}) == 30
        opening = stand.node.state.polls[made].opened

        async def use(code: str, phone: DeviceId, request: str) -> str:
            return code_of(await ask.vote_by_code(code, phone, request, made, [0], opening=opening))

        assert await use(codes[0].lower(), PHONES[0], "key-1") == "Done"
        assert await use(codes[0], PHONES[0], "key-1") == "Done"  # sent again over a bad network
        assert await use(codes[0], PHONES[0], "key-2") == "code-used"
        assert await use(codes[0], PHONES[1], "key-1") == "code-used"
        assert await use("NONESUCH34", PHONES[1], "key-3") == "no-code"
        assert stand.node.state.polls[made].counts == [1, 0]
        assert not any(code.encode() in record for code in codes for record in _journal(tmp_path))

    async def test_codes_of_a_poll_that_has_none_are_not_given_out(self, stand: Node, ask: Asking) -> None:
        made = await poll(stand, ask)
        outcome, codes = await ask.make_codes(OPERATOR, made, 3)
        assert (code_of(outcome), codes) == ("unknown", ())
        with pytest.raises(BadInput, match="1 to"):
            await ask.make_codes(OPERATOR, made, 0)

    async def test_votes_are_set_aside_with_a_reason(self, stand: Node, ask: Asking) -> None:
        made = await poll(stand, ask)
        opening = stand.node.state.polls[made].opened
        await ask.vote(PHONES[0], made, [0], opening=opening)
        voters = [ask.voter(made, PHONES[0])]
        with pytest.raises(BadInput, match="Say why"):
            await ask.set_aside(OPERATOR, voters, on=True, poll=made)
        await ask.set_aside(OPERATOR, voters, on=True, reason="Een robot.", poll=made)
        assert stand.node.state.polls[made].counts == [0, 0]
        await ask.set_aside(OPERATOR, voters, on=False, poll=made)
        assert stand.node.state.polls[made].counts == [1, 0]

    async def test_a_draft_is_thrown_away(self, stand: Node, ask: Asking) -> None:
        await ask.draft(OPERATOR, WELL, SINGLE)
        (made,) = stand.node.state.polls
        await ask.remove(OPERATOR, made)
        assert not stand.node.state.polls
        assert code_of(await ask.close(OPERATOR, made)) == "unknown"


def _journal(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir() if path.is_file()]


async def test_no_phone_is_named_in_what_the_journal_holds_of_a_vote(stand: Node, ask: Asking, tmp_path: Path) -> None:
    made = await poll(stand, ask)
    phone = DeviceId("phone-that-must-not-be-named")
    await ask.vote(phone, made, [0], opening=stand.node.state.polls[made].opened)
    await ask.want(phone, PostId("none"), on=True)
    assert not any(phone.encode() in raw for raw in _journal(tmp_path))
    await stand.arrive("Hallo", device=phone)
    assert any(phone.encode() in raw for raw in _journal(tmp_path)), "control: of a post it is there"


class TestWhatOnePhoneSaid:
    async def test_its_votes_and_what_it_wants_and_nobody_elses(self, stand: Node, ask: Asking) -> None:
        made, other = await poll(stand, ask), PHONES[1]
        asked = await question(stand, ask, "Waarom?", device=PHONES[0])
        opening = stand.node.state.polls[made].opened
        await ask.vote(PHONES[0], made, (1,), opening=opening)
        await ask.want(other, asked.id, on=True)
        assert ask.votes_of(PHONES[0]) == {made: (1,)}
        assert ask.votes_of(other) == {}
        assert ask.wanted_by(other) == (asked.id,)
        assert ask.wanted_by(PHONES[0]) == (asked.id,), "its own among them"
        assert ask.wanted_by(PHONES[2]) == ()
        root = await question(stand, ask, "Waarom eigenlijk?", device=PHONES[3])
        await ask.merge(OPERATOR, root.id, [asked.id])
        assert ask.wanted_by(other) == tuple(sorted((asked.id, root.id))), "it is the one that the phone sees now"


class TestAnswersInWords:
    FORM = PollForm(kind=PollKind.WORDS)
    BODY = PollBody(title={"nl": "In een woord?"})

    async def answer(self, stand: Node, made: PollId, phone: DeviceId, text: str = "Vertrouwen") -> Post:
        return await stand.arrive(text, device=phone, poll=made, voter=stand.node.ask.voter(made, phone))

    async def test_many_may_give_the_same_and_that_is_no_attack(self, stand: Node, ask: Asking) -> None:
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
        made = await poll(stand, ask, self.FORM, self.BODY)
        posts = [await self.answer(stand, made, DeviceId(f"zaal-{n}")) for n in range(100)]
        assert {post.status.value for post in posts} == {"shown"}
        assert stand.node.state.brake is None

    async def test_control_as_posts_they_would_be_held(self, stand: Node) -> None:
        await stand.node.set_policy(OPERATOR, Policy.RULES_DECIDE)
        posts = [await stand.arrive("Vertrouwen in de overheid", device=f"zaal-{n}") for n in range(100)]
        assert {post.status.value for post in posts} == {"shown", "held"}

    async def test_they_are_moderated_like_everything(self, stand: Node, ask: Asking) -> None:
        made = await poll(stand, ask, self.FORM, self.BODY)
        post = await self.answer(stand, made, PHONES[0])
        assert post.status.value == "held"

    async def test_a_poll_that_asks_for_no_words_is_unknown_and_a_closed_one_says_so(
        self, stand: Node, ask: Asking
    ) -> None:
        with pytest.raises(NotFound) as unknown:
            await self.answer(stand, await poll(stand, ask), PHONES[0])
        await ask.close(OPERATOR, next(iter(stand.node.state.polls)))
        made = await poll(stand, ask, self.FORM, self.BODY)
        await ask.close(OPERATOR, made)
        with pytest.raises(Conflict) as closed:
            await self.answer(stand, made, PHONES[0])
        assert (unknown.value.code, closed.value.code) == ("unknown", "poll-closed")


BEGINS, ENDS = 2_000_000_000_000_000, 2_000_000_003_600_000
"""A session of the year 2033, in µs."""


class TestWithItsSession:
    def at(self, stand: Node, now: int) -> None:
        """It is *now*, for the journal and for whoever looks at the clock."""
        stand.journal._now_us = stand.node.ask._now_us = lambda: now

    async def test_a_clock_that_is_put_back_leaves_no_quiz_open(self, stand: Node, ask: Asking) -> None:
        made = await poll(stand, ask, PollForm(kind=PollKind.QUIZ, options=2, right=0, seconds=1))
        over = stand.node.state.polls[made].opened_at + 2_500_000
        self.at(stand, over)
        await stand.arrive("Hallo")
        self.at(stand, over - 3_600_000_000)
        assert await ask.strike() == 1
        assert not is_open(stand.node.state.polls[made])

    async def planned(self, stand: Node, ask: Asking) -> PollId:
        slots = (Slot(SessionId("opening"), RoomId("zaal"), BEGINS, ENDS),)
        rooms = (RoomBody(id=RoomId("zaal"), name="Zaal"),)
        body = ProgrammeBody(
            version="1", rooms=rooms, sessions=(SessionBody(id=SessionId("opening"), title="Opening"),)
        )
        await stand.node.submit(
            ProgrammeSet(by=OPERATOR, base=0, rooms=(RoomId("zaal"),), slots=slots), encode_body(body)
        )
        form = msgspec.structs.replace(SINGLE, session=SessionId("opening"), with_session=True)
        await ask.draft(OPERATOR, WELL, form)
        (*_, made) = stand.node.state.polls
        return made

    async def test_it_opens_and_closes_by_itself(self, stand: Node, ask: Asking) -> None:
        made = await self.planned(stand, ask)
        self.at(stand, BEGINS - 1)
        assert await ask.strike() == 0
        self.at(stand, BEGINS)
        assert await ask.strike() == 1
        assert is_open(stand.node.state.polls[made])
        self.at(stand, ENDS)
        assert await ask.strike() == 1
        assert not is_open(stand.node.state.polls[made])
        assert await ask.strike() == 0

    async def test_behind_an_open_one_it_waits_and_costs_no_entry(self, stand: Node, ask: Asking) -> None:
        made, first = await self.planned(stand, ask), await poll(stand, ask)
        self.at(stand, BEGINS)
        before = stand.node.state.seq
        assert await ask.strike() == 0
        assert stand.node.state.seq == before
        await ask.close(OPERATOR, first)
        assert await ask.strike() == 1
        assert is_open(stand.node.state.polls[made])
