"""What the hall asks and is asked, as the pages are told: questions with their votes, polls with their results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from server.symposium.bodies import post_body
from server.symposium.counting import groups, votes
from server.symposium.entries import AnswerBody, PollBody
from server.symposium.facts import on_screen
from server.symposium.polls import all_votes, ends_at, is_open, voters
from server.symposium.state import Poll, Question, State
from server.symposium.values import SHOWN, PollId, PollKind, PostId, Reveal

ENOUGH = 5
"""Fewer votes than this are told as too few: with less, somebody's could be guessed."""
BINS = 10
"""Columns of a number's result."""
MOST_WORDS = 60

_answer = msgspec.json.Decoder(AnswerBody)
_poll = msgspec.json.Decoder(PollBody)


class _Facts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of what is told."""


class AnswerFacts(_Facts, frozen=True):
    """Who answered, and in a few words what."""

    name: str
    text: str


class QuestionFacts(_Facts, frozen=True):
    """
    A question of the hall, with all that is counted under it. No name of a voter, and no device.

    `post` is the one that is shown; `merged` those that are counted under it. Times in µs.
    """

    post: PostId
    text: str
    name: str
    lang: str | None
    session: str | None
    votes: int
    merged: tuple[PostId, ...]
    stand: str
    asked: int
    changed: int
    answer: AnswerFacts | None


class Bin(_Facts, frozen=True):
    """A column: from, up to and including, how many."""

    low: int
    high: int
    n: int


class ResultFacts(_Facts, frozen=True):
    """
    What came out. `n` people voted; with `few` it is not told what.

    `counts` as `polls.width` says. Of a number `middle` is the median, and `bins` its columns; `words` are answers that
    were shown, folded, by how many gave them.
    """

    n: int
    few: bool
    counts: tuple[int, ...] = ()
    middle: int | None = None
    bins: tuple[Bin, ...] = ()
    words: tuple[tuple[str, int], ...] = ()


class PollFacts(_Facts, frozen=True):
    """A poll. `opening` goes with each vote; `result` only where the audience may see it now. Times in µs."""

    id: PollId
    kind: str
    title: dict[str, str]
    options: tuple[dict[str, str], ...]
    ends: tuple[dict[str, str], ...]
    most: int
    low: int
    high: int
    right: int | None
    binding: bool
    reveal: str
    session: str | None
    again: PollId | None
    opening: int
    opened: int
    ends_at: int | None
    closed: int
    n: int
    result: ResultFacts | None


# Questions


def question_facts(state: State) -> list[QuestionFacts]:
    """The questions that anybody may see, most wanted first; none while stopped."""
    told = (_question(state, root, rest) for root, rest in groups(state.questions).items())
    found = [each for each in told if each is not None]
    found.sort(key=lambda each: (-each.votes, each.asked))
    return found


def _question(state: State, root: PostId, rest: list[PostId]) -> QuestionFacts | None:
    """One of a group that is on the screens speaks for it; None where none is."""
    every = [root, *rest]
    seen = [post for post in every if post in state.posts and on_screen(state, state.posts[post])]
    if not seen:
        return None
    post = state.posts[seen[0]]
    question, body = state.questions[post.id], post_body(state, post)
    if body is None:
        return None
    return QuestionFacts(
        post=post.id,
        text=body.text,
        name=body.name,
        lang=body.lang,
        session=post.session,
        votes=votes(state.questions, every),
        merged=tuple(each for each in every if each != post.id),
        stand=question.stand.value,
        asked=question.at,
        changed=question.changed,
        answer=answer_facts(state, question),
    )


def answer_facts(state: State, question: Question) -> AnswerFacts | None:
    """Who answered and what; None where nobody wrote it down, and where that was redacted."""
    body = state.bodies.get(question.answer)
    if body is None:
        return None
    answer = _answer.decode(body)
    return AnswerFacts(name=answer.name, text=answer.text)


# Polls


def poll_facts(state: State, id_: PollId, *, sees_all: bool = False) -> PollFacts:
    """
    A poll as an audience may see it.

    Args:
        sees_all: Staff and whoever has voted where that is enough; others see a result when it is closed, or live.
    """
    poll = state.polls[id_]
    form, raw = poll.form, state.bodies.get(poll.body)
    body = PollBody(title={}) if raw is None else _poll.decode(raw)
    is_over = bool(poll.closed_at)
    may_see = is_over or form.reveal is Reveal.LIVE or sees_all
    return PollFacts(
        id=id_,
        kind=form.kind.value,
        title=body.title,
        options=body.options,
        ends=body.ends,
        most=form.most,
        low=form.low,
        high=form.high,
        right=form.right if is_over else None,
        binding=form.binding,
        reveal=form.reveal.value,
        session=form.session,
        again=form.again,
        opening=poll.opened,
        opened=poll.opened_at,
        ends_at=ends_at(poll) if is_open(poll) else None,
        closed=poll.closed_at,
        n=voters(poll),
        result=result_facts(state, poll) if poll.opened and may_see else None,
    )


def result_facts(state: State, poll: Poll) -> ResultFacts:
    """What came out, as far as it can be told without telling on anybody."""
    n = voters(poll)
    if n < ENOUGH:
        return ResultFacts(n=n, few=True)
    rest: dict[str, Any] = {}
    if poll.form.kind is PollKind.NUMBER:
        numbers = sorted(vote[0] for vote in all_votes(poll))
        rest = {"middle": numbers[(len(numbers) - 1) // 2], "bins": tuple(_bins(numbers))}
    elif poll.form.kind is PollKind.WORDS:
        rest = {"words": tuple(_words(state, poll))}
    return ResultFacts(n=n, few=False, counts=tuple(poll.counts), **rest)


def _bins(numbers: list[int]) -> Iterator[Bin]:
    """At most `BINS` columns of one width, from the smallest to the largest."""
    low, high = numbers[0], numbers[-1]
    width = max(1, -(-(high - low + 1) // BINS))
    counted = Counter((number - low) // width for number in numbers)
    for place in range((high - low) // width + 1):
        start = low + place * width
        yield Bin(low=start, high=min(high, start + width - 1), n=counted[place])


def _words(state: State, poll: Poll) -> Iterable[tuple[str, int]]:
    """The answers that are shown, folded to one spelling, the most given first."""
    spellings: dict[str, Counter[str]] = {}
    for voter, post_id in poll.words.items():
        post = state.posts[post_id]
        body = post_body(state, post) if post.status is SHOWN and not state.stop.on else None
        if body is None or voter in poll.aside:
            continue
        plain = " ".join(body.text.split()).strip(" .!?")
        spellings.setdefault(plain.casefold(), Counter())[plain] += 1
    told = [(min(each, key=lambda word: (-each[word], word)), each.total()) for each in spellings.values()]
    return sorted(told, key=lambda word: (-word[1], word[0]))[:MOST_WORDS]
