"""
What the hall asks and is asked: from what phones, moderators, speakers and chairs do to entries.

A phone votes under a keyed hash of itself and of what it votes on: whoever reads the journal cannot go back to it. What
a badge may do, and whether a vote counts, is the law's to say. Words are cleaned and bounded here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from server.covers import Submit
from server.errors import BadInput
from server.intake import text
from server.keyring import Keyring, new_id
from server.symposium.codes import ALPHABET
from server.symposium.counting import root_of
from server.symposium.entries import (
    AnswerBody,
    HallSet,
    PollBody,
    PollClosed,
    PollCodesMade,
    PollForm,
    PollOpened,
    PollRemoved,
    PollSet,
    QuestionSet,
    QuestionsMerged,
    QuestionsSplit,
    QuestionStood,
    QuestionVoted,
    ReasonBody,
    Voted,
    VotesSetAside,
    encode_body,
)
from server.symposium.outcomes import Done, Outcome
from server.symposium.polls import MAX_CODES, begins_now, blocking, is_open, is_over, leaves_now
from server.symposium.state import Poll, State
from server.symposium.values import BadgeId, DeviceId, PollId, PollKind, PostId, Stand, VoterKey

MAX_TITLE: Final = 200
MAX_OPTION: Final = 120
MAX_END: Final = 40
MAX_ANSWER: Final = 500
MAX_NAME: Final = 60
MAX_REASON: Final = 500
"""Graphemes."""
CODE_LENGTH: Final = 10
"""Of 20 signs: 43 bits. A code is for one poll of an hour, and guesses are counted."""
_BY_ONE_KEY: Final = "questions"
_WITHOUT_OPTIONS: Final = frozenset({PollKind.SCALE, PollKind.NUMBER, PollKind.WORDS})


class Asking:
    """
    Makes the entries.

    Args:
        state: Read only.
        keyring: For the keyed hashes of voters.
        submit: Makes an entry durable.
        now_us: UTC microseconds since 1970.
    """

    def __init__(self, *, state: State, keyring: Keyring, submit: Submit, now_us: Callable[[], int]) -> None:
        self._state = state
        self._keyring = keyring
        self._submit = submit
        self._now_us = now_us

    # Who votes

    def voter_of_questions(self, device: DeviceId) -> VoterKey:
        """A phone's, for all questions of this symposium: merging must see that one phone voted for both."""
        return VoterKey(self._keyring.identity("voter", self._state.slug, _BY_ONE_KEY, device))

    def voter(self, poll: PollId, device: DeviceId) -> VoterKey:
        """A phone's, for one poll: it cannot be joined to that of another."""
        return VoterKey(self._keyring.identity("voter", self._state.slug, poll, device))

    def code(self, poll: PollId, code: str) -> VoterKey:
        """A printed code's, however it was typed."""
        plain = "".join(sign for sign in code.upper() if sign.isalnum())
        return VoterKey(self._keyring.identity("code", self._state.slug, poll, plain))

    # Questions

    async def set_question(self, by: BadgeId, post: PostId, *, on: bool) -> Outcome:
        """Make a post a question, or no longer one."""
        known = self._state.posts.get(post)
        device = None if known is None else known.device
        asker = None if device is None else self.voter_of_questions(device)
        return await self._submit(QuestionSet(by=by, post=post, on=on, asker=asker))

    async def want(self, device: DeviceId, post: PostId, *, on: bool, fresh: bool = False) -> Outcome:
        """A phone wants to know this too, or no longer; the same again changes nothing."""
        return await self._submit(QuestionVoted(post=post, voter=self.voter_of_questions(device), on=on, fresh=fresh))

    async def stand(self, by: BadgeId, post: PostId, to: Stand, *, name: str = "", words: str = "") -> Outcome:
        """
        What became of a question.

        Args:
            name: Who answered, at most 60 graphemes; *words* what, at most 500.

        Raises:
            BadInput: One of them is too long.
        """
        answer = AnswerBody(
            name=text.within(name, MAX_NAME, "$.name", lines=False), text=text.within(words, MAX_ANSWER, "$.text")
        )
        has_words = to is Stand.ANSWERED and bool(answer.name or answer.text)
        head = QuestionStood(by=by, post=post, stand=to, words=has_words)
        return await self._submit(head, encode_body(answer) if has_words else None, urgent=True)

    async def merge(self, by: BadgeId, into: PostId, posts: Sequence[PostId]) -> Outcome:
        """Count near-equal questions under one."""
        return await self._submit(QuestionsMerged(by=by, into=into, posts=tuple(posts)))

    async def split(self, by: BadgeId, posts: Sequence[PostId]) -> Outcome:
        """Let these stand by themselves again."""
        return await self._submit(QuestionsSplit(by=by, posts=tuple(posts)))

    # Polls

    async def draft(self, by: BadgeId, body: PollBody, form: PollForm, *, poll: PollId | None = None) -> Outcome:
        """
        Draft a poll, or change a draft.

        Args:
            poll: The draft that changes; None for a new one, whose id the state tells.

        Raises:
            BadInput: It has no question, not as many options as its form says, or words that are too long.
        """
        return await self._submit(
            PollSet(by=by, poll=poll or PollId(new_id()), form=form), encode_body(_poll(body, form))
        )

    async def open(self, by: BadgeId, poll: PollId) -> Outcome:
        """Let the hall vote."""
        return await self._submit(PollOpened(by=by, poll=poll), urgent=True)

    async def close(self, by: BadgeId, poll: PollId) -> Outcome:
        """Let nobody vote any more."""
        return await self._submit(PollClosed(by=by, poll=poll), urgent=True)

    async def remove(self, by: BadgeId, poll: PollId) -> Outcome:
        """Throw a draft away."""
        return await self._submit(PollRemoved(by=by, poll=poll))

    async def make_codes(self, by: BadgeId, poll: PollId, count: int) -> tuple[Outcome, tuple[str, ...]]:
        """
        Codes to print, each for one vote.

        Returns:
            What became of it, and the codes: the only time that anybody sees them. None where it was refused.

        Raises:
            BadInput: Too few or too many.
        """
        if not 1 <= count <= MAX_CODES:
            raise BadInput(f"Make 1 to {MAX_CODES} codes.", code="too-many-codes", field="$.count")
        codes = tuple("".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(count))
        head = PollCodesMade(by=by, poll=poll, codes=tuple(self.code(poll, code) for code in codes))
        outcome = await self._submit(head)
        return outcome, codes if isinstance(outcome, Done) else ()

    async def vote(
        self, device: DeviceId, poll: PollId, answers: Sequence[int], *, opening: int, fresh: bool = False
    ) -> Outcome:
        """A phone's vote, or another one: the newest counts."""
        head = Voted(poll=poll, opening=opening, voter=self.voter(poll, device), answers=tuple(answers), fresh=fresh)
        return await self._submit(head)

    async def vote_by_code(
        self, code: str, device: DeviceId, request: str, poll: PollId, answers: Sequence[int], *, opening: int
    ) -> Outcome:
        """
        A printed code's vote. Sent again under the same Idempotency-Key it counts once, and is no second use.

        Args:
            request: The Idempotency-Key.
        """
        head = Voted(
            poll=poll,
            opening=opening,
            voter=self.code(poll, code),
            answers=tuple(answers),
            request=self._keyring.identity("request", device, request),
        )
        return await self._submit(head)

    async def set_aside(
        self,
        by: BadgeId,
        voters: Sequence[VoterKey],
        *,
        on: bool,
        reason: str = "",
        poll: PollId | None = None,
        post: PostId | None = None,
    ) -> Outcome:
        """
        Votes that were stuffed do not count, or do again.

        Raises:
            BadInput: They are set aside without a reason, or it is too long.
        """
        why = text.within(reason, MAX_REASON, "$.reason")
        if on and not why:
            raise BadInput("Say why these votes do not count.", code="no-reason-given", field="$.reason")
        head = VotesSetAside(by=by, voters=tuple(voters), on=on, poll=poll, post=post)
        return await self._submit(head, encode_body(ReasonBody(reason=why)) if on else None, urgent=True)

    # The hall

    async def set_hall(
        self,
        by: BadgeId,
        *,
        questions: bool | None = None,
        reactions: bool | None = None,
        follows: bool | None = None,
    ) -> Outcome:
        """What phones may do, and whether screens follow it by themselves; None leaves it."""
        head = HallSet(by=by, questions=questions, reactions=reactions, follows=follows)
        return await self._submit(head, urgent=True)

    # What one phone said

    def votes_of(self, device: DeviceId) -> dict[PollId, tuple[int, ...]]:
        """What a phone voted, by poll; where nobody knows any more who voted, nothing."""
        found = (
            (id_, poll.votes.get(self.voter(id_, device))) for id_, poll in self._state.polls.items() if poll.votes
        )
        return {id_: vote for id_, vote in found if vote is not None}

    def wanted_by(self, device: DeviceId) -> tuple[PostId, ...]:
        """The questions that a phone wants to know too, its own among them, and what these are counted under."""
        known = self._state.questions
        if not known:
            return ()
        voter = self.voter_of_questions(device)
        wanted = {post for post, question in known.items() if voter in question.voters}
        return tuple(sorted(wanted | {root_of(known, post) for post in wanted}))

    # The clock

    async def strike(self) -> int:
        """Close the polls whose time is over, open and close those that go with their session. Returns how many."""
        state = self._state
        now = max(self._now_us(), state.at)  # a clock that was put back: the journal's never is
        over = [id_ for id_, poll in state.polls.items() if _has_ended(state, poll, now)]
        for id_ in over:
            await self._submit(PollClosed(by=None, poll=id_), urgent=True)
        due = [id_ for id_, poll in state.polls.items() if begins_now(state, poll, now) and self._is_free_for(poll)]
        for id_ in due:
            await self._submit(PollOpened(by=None, poll=id_), urgent=True)
        return len(over) + len(due)

    def _is_free_for(self, poll: Poll) -> bool:
        """Whether no other poll stands in its way: else it waits, and costs no entry."""
        return blocking(self._state, poll) is None


def _has_ended(state: State, poll: Poll, now: int) -> bool:
    return is_open(poll) and (is_over(poll, now) or leaves_now(state, poll, now))


def _poll(body: PollBody, form: PollForm) -> PollBody:
    """The words of a poll, cleaned; in each of its languages all of them."""
    title = _words(body.title, MAX_TITLE, "$.title")
    if not title:
        raise BadInput("Say what you ask.", code="empty", field="$.title")
    options = tuple(_words(each, MAX_OPTION, f"$.options[{n}]") for n, each in enumerate(body.options))
    wanted = 0 if form.kind in _WITHOUT_OPTIONS else form.options
    if len(options) != wanted or any(each.keys() != title.keys() for each in options):
        message = f"Give {wanted} options, each in the languages of the question: {', '.join(sorted(title))}."
        raise BadInput(message, code="bad-poll", field="$.options")
    ends = tuple(_words(each, MAX_END, f"$.ends[{n}]") for n, each in enumerate(body.ends[:2]))
    return PollBody(title=title, options=options, ends=ends if form.kind is PollKind.SCALE else ())


def _words(words: Mapping[str, str], most: int, field: str) -> dict[str, str]:
    """By language, without empty ones."""
    cleaned = {lang: text.within(said, most, f"{field}.{lang}", lines=False) for lang, said in words.items()}
    return {lang: said for lang, said in cleaned.items() if lang in ("nl", "en") and said}
