"""What the hall asks and is asked, as the pages are told: questions with their votes, polls with their results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from server.symposium.bodies import Wire, post_body
from server.symposium.counting import groups, votes
from server.symposium.entries import AnswerBody, PollBody
from server.symposium.facts import is_told, on_screen
from server.symposium.polls import all_votes, answers, ends_at, is_open, voters
from server.symposium.state import Poll, Question, State
from server.symposium.values import PollId, PollKind, PostId, Reveal, Stand

ENOUGH = 5
"""Fewer votes than this are told as too few: with less, somebody's could be guessed."""
BINS = 10
"""Columns of a number's result."""
MOST_WORDS = 60
LONGEST_WORD = 60
"""Code points of an answer as it is told to all: sixty long ones are too much for each phone, four times a second."""
_STANDS = (Stand.ON_STAGE, Stand.ANSWERED, Stand.LATER, Stand.OPEN)
"""How those that are counted as one stand together: the first that any of them does."""

_answer = msgspec.json.Decoder(AnswerBody)
_poll = msgspec.json.Decoder(PollBody)


class AnswerFacts(Wire, frozen=True):
    """Who answered, and in a few words what."""

    name: str
    text: str


class UnderFacts(Wire, frozen=True):
    """A question that is counted under another one."""

    post: PostId
    text: str
    name: str


class LiveQuestion(Wire, frozen=True):
    """
    A question of the hall; its votes travel beside it, since they change all the time.

    `merged` is how many are counted under it; `under` names those of them that are on the screens, for staff and stage
    only. An empty `name` is somebody who did not say who they are. `to` is whom it is for. Times in µs.
    """

    post: PostId
    text: str
    name: str
    to: str
    lang: str | None
    session: str | None
    merged: int
    under: tuple[UnderFacts, ...]
    stand: str
    asked: int
    changed: int
    answer: AnswerFacts | None


class QuestionFacts(LiveQuestion, frozen=True):
    """A question with all votes that are counted under it: how many people want to know. Nobody's name, no device."""

    votes: int


class Bin(Wire, frozen=True):
    """A column: from, up to and including, how many."""

    low: int
    high: int
    n: int


class ResultFacts(Wire, frozen=True):
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


class LivePoll(Wire, frozen=True):
    """
    A poll; `opening` goes with each vote, 0 for a draft. `right` only of a draft and when it is closed.
    Times in µs.
    """

    id: PollId
    kind: str
    title: dict[str, str]
    options: tuple[dict[str, str], ...]
    ends: tuple[dict[str, str], ...]
    most: int
    low: int
    high: int
    seconds: int
    right: int | None
    binding: bool
    reveal: str
    session: str | None
    again: PollId | None
    with_session: bool
    opening: int
    opened: int
    ends_at: int | None
    closed: int


class TallyFacts(Wire, frozen=True):
    """How many people voted, and what, where the audience may see that now."""

    n: int
    result: ResultFacts | None


class PollFacts(LivePoll, frozen=True):
    """A poll with its tally."""

    n: int
    result: ResultFacts | None


# Questions


def question_facts(state: State, *, names_merged: bool = False) -> list[QuestionFacts]:
    """
    The questions that anybody may see, most wanted first; none while stopped.

    Args:
        names_merged: Tell which ones are counted under each.
    """
    told = (_question(state, root, rest, names_merged) for root, rest in groups(state.questions).items())
    found = [each for each in told if each is not None]
    found.sort(key=lambda each: (-each.votes, each.asked))
    return found


def _question(state: State, root: PostId, rest: list[PostId], names_merged: bool) -> QuestionFacts | None:
    """One of a group that is on the screens speaks for it; None where none is."""
    every = [root, *rest]
    seen = [post for post in every if post in state.posts and on_screen(state, state.posts[post])]
    if not seen:
        return None
    post = state.posts[seen[0]]
    asked, body = state.questions[post.id], post_body(state, post)
    question = min((state.questions[each] for each in every), key=lambda each: _STANDS.index(each.stand))
    if body is None:
        return None
    return QuestionFacts(
        post=post.id,
        text=body.text,
        name=body.name,
        to=body.to,
        lang=body.lang,
        session=post.session,
        votes=votes(state.questions, every),
        merged=len(every) - 1,
        under=tuple(_under(state, seen[1:])) if names_merged else (),
        stand=question.stand.value,
        asked=asked.at,
        changed=question.changed,
        answer=answer_facts(state, question) if question.stand is Stand.ANSWERED else None,
    )


def _under(state: State, posts: Iterable[PostId]) -> Iterator[UnderFacts]:
    for post in posts:
        body = post_body(state, state.posts[post])
        if body is not None:
            yield UnderFacts(post=post, text=body.text, name=body.name)


def answer_facts(state: State, question: Question) -> AnswerFacts | None:
    """Who answered and what; None where nobody wrote it down, and where that was redacted."""
    body = state.bodies.get(question.answer)
    if body is None:
        return None
    answer = _answer.decode(body)
    return AnswerFacts(name=answer.name, text=answer.text)


# Polls


def poll_facts(state: State, id_: PollId, *, sees_all: bool = False) -> PollFacts:
    """A poll with its tally, as an audience may see it; see `tally_facts`."""
    tally = tally_facts(state, id_, sees_all=sees_all)
    return PollFacts(**msgspec.structs.asdict(live_poll(state, id_)), n=tally.n, result=tally.result)


def live_poll(state: State, id_: PollId) -> LivePoll:
    """A poll, without what is counted."""
    poll = state.polls[id_]
    form, raw = poll.form, state.bodies.get(poll.body)
    body = PollBody(title={}) if raw is None else _poll.decode(raw)
    return LivePoll(
        id=id_,
        kind=form.kind.value,
        title=body.title,
        options=body.options,
        ends=body.ends,
        most=form.most,
        low=form.low,
        high=form.high,
        seconds=form.seconds,
        right=form.right if poll.closed_at or not poll.opened else None,
        binding=form.binding,
        reveal=form.reveal.value,
        session=form.session,
        again=form.again,
        with_session=form.with_session,
        opening=poll.opened,
        opened=poll.opened_at,
        ends_at=ends_at(poll) if is_open(poll) else None,
        closed=poll.closed_at,
    )


def tally_facts(state: State, id_: PollId, *, sees_all: bool = False) -> TallyFacts:
    """
    How many voted, and what.

    Args:
        sees_all: Staff and whoever has voted where that is enough; others see a result when it is closed, or live.
    """
    poll = state.polls[id_]
    may_see = bool(poll.closed_at) or poll.form.reveal is Reveal.LIVE or sees_all
    return TallyFacts(n=voters(state, poll), result=result_facts(state, poll) if poll.opened and may_see else None)


def result_facts(state: State, poll: Poll) -> ResultFacts:
    """What came out, as far as it can be told without telling on anybody."""
    n = voters(state, poll)
    words = tuple(_words(state, poll))
    if n < ENOUGH or (poll.form.kind is PollKind.WORDS and sum(times for _, times in words) < ENOUGH):
        return ResultFacts(n=n, few=True)
    rest: dict[str, Any] = {}
    if poll.form.kind is PollKind.NUMBER:
        numbers = sorted(vote[0] for vote in all_votes(poll))
        rest = {"middle": numbers[(len(numbers) - 1) // 2], "bins": tuple(_bins(numbers))}
    elif poll.form.kind is PollKind.WORDS:
        rest = {"words": words[:MOST_WORDS]}
    return ResultFacts(n=n, few=False, counts=tuple(_counts(poll)), **rest)


def _counts(poll: Poll) -> Iterator[int]:
    """Of statements nothing of one that fewer than `ENOUGH` said something of."""
    if poll.form.kind is not PollKind.STATEMENTS:
        yield from poll.counts
        return
    for place in range(0, len(poll.counts), 3):
        said = poll.counts[place : place + 3]
        yield from said if sum(said) >= ENOUGH else (0, 0, 0)


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
    for post in map(state.posts.__getitem__, answers(state, poll)):
        body = post_body(state, post) if is_told(state, post) else None
        if body is None:
            continue
        plain = " ".join(body.text.split()).strip(" .!?")
        plain = plain if len(plain) <= LONGEST_WORD else f"{plain[: LONGEST_WORD - 1].rstrip()}…"
        spellings.setdefault(plain.casefold(), Counter())[plain] += 1
    told = [(min(each, key=lambda word: (-each[word], word)), each.total()) for each in spellings.values()]
    return sorted(told, key=lambda word: (-word[1], word[0]))
