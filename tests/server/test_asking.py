"""From what phones and staff do to entries: keyed voters, bounded words, printed codes, time that is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.asking import MAX_TITLE, Asking
from server.errors import BadInput
from server.symposium.counting import votes
from server.symposium.entries import PollBody, PollForm, SymposiumBody, SymposiumMade
from server.symposium.hall_facts import answer_facts
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.state import Post
from server.symposium.values import OPERATOR, DeviceId, PollId, PollKind, PostId, Stand
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
        later = stand.node.state.polls[made].opened_at + 1_500_000
        await asyncio.sleep(1.05)  # the law looks at the journal's clock, not at ours
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
