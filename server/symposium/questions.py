"""Questions of the hall: posts that phones vote for, what is counted as one, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping

from server.symposium.acts import remember
from server.symposium.counting import root_of, stand, standing, under
from server.symposium.entries import (
    PostArrived,
    QuestionSet,
    QuestionsMerged,
    QuestionsSplit,
    QuestionStood,
    QuestionVoted,
    Record,
)
from server.symposium.outcomes import Done, Outcome, Passed, Refused
from server.symposium.people import CHAIRS, STAFF, refusal
from server.symposium.state import Question, Standing, State, WasMerged, WasQuestion, WasStanding, is_final
from server.symposium.values import HELD, HIDDEN, SHOWN, ActKind, BadgeId, Kept, PostId, Role, Stand, VoterKey

MAX_QUESTIONS = 5_000
_STANDS = frozenset({HELD, SHOWN, HIDDEN})
MAX_MERGED = 200
"""In one entry."""


def asked(state: State, record: Record, head: PostArrived) -> None:
    """A phone's post came in as a question. Where no more are taken it is a post like any other."""
    if state.hall.questions and not is_full(state):
        state.questions[head.post] = _question(record.at, head.voter)
        state.questions_seq = record.seq


def is_full(state: State) -> bool:
    """Whether there are as many questions as there may be. What was rejected or taken back is none any more."""
    if len(state.questions) < MAX_QUESTIONS:
        return False
    return sum(state.posts[post].status in _STANDS for post in state.questions) >= MAX_QUESTIONS


def _question(at: int, asker: VoterKey | None) -> Question:
    return Question(at=at, asker=asker, voters={} if asker is None else {asker: None})


def question_set(state: State, record: Record, head: QuestionSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    post = state.posts.get(head.post)
    if post is None or is_final(post) or post.poll is not None:
        return Refused(seq=record.seq, code="unknown", post=head.post)
    known = state.questions.get(head.post)
    if (known is not None) == head.on:
        return Done(seq=record.seq)
    if head.on and is_full(state):
        return Refused(seq=record.seq, code="too-many-questions")
    free = remember(
        state,
        record,
        head.by,
        ActKind.QUESTION,
        before=WasQuestion(head.post, known),
        detail="on" if head.on else "off",
        post=head.post,
        of=head.post,
    )
    if head.on:
        state.questions[head.post] = _question(record.at, head.asker)
    else:
        del state.questions[head.post]
    state.questions_seq = record.seq
    return Done(seq=record.seq, redact=free)


def question_voted(state: State, record: Record, head: QuestionVoted) -> Outcome:
    """One vote for each voter: the same again changes nothing."""
    question, post = state.questions.get(head.post), state.posts.get(head.post)
    if question is None or post is None or is_final(post):
        return Refused(seq=record.seq, code="unknown", post=head.post)
    if post.status is not SHOWN:
        return Refused(seq=record.seq, code="not-shown", post=head.post)
    root = state.questions[root_of(state.questions, head.post)]
    if root.stand is Stand.ANSWERED:
        return Refused(seq=record.seq, code="answered", post=head.post, by=root.by, at=root.changed)
    if question.at <= state.lapsed.get(Kept.DEVICES, -1):
        return Refused(seq=record.seq, code="forgotten", post=head.post)
    if head.on:
        question.voters[head.voter] = None
    else:
        question.voters.pop(head.voter, None)
    state.questions_seq = record.seq
    return Done(seq=record.seq)


def question_stood(state: State, record: Record, head: QuestionStood) -> Outcome:
    """Only what is on the screens goes on stage. One question at a time in a session: what was there is answered."""
    if refused := _stage_refusal(state, record.seq, head.by, head.post):
        return refused
    question, post = state.questions[head.post], state.posts[head.post]
    if head.stand is Stand.ON_STAGE and post.status is not SHOWN:
        return Refused(seq=record.seq, code="not-shown", post=head.post)
    has_words = head.words and head.stand is Stand.ANSWERED
    root = root_of(state.questions, head.post)
    answer = record.seq if has_words else question.answer
    new = {head.post: Standing(head.stand, record.at, head.by, answer)}
    for other in (root, *under(state.questions, root)):
        new.setdefault(other, Standing(head.stand, record.at, head.by, state.questions[other].answer))
    if head.stand is Stand.ON_STAGE:
        for other in _on_stage(state, post.session, but=frozenset(new)):
            new[other] = Standing(Stand.ANSWERED, record.at, head.by, state.questions[other].answer)
    changes = tuple((id_, standing(state.questions[id_]), after) for id_, after in new.items())
    free = remember(
        state,
        record,
        head.by,
        ActKind.QUESTION_STAND,
        before=WasStanding(changes),
        detail=head.stand.value,
        post=head.post,
        of=head.post,
    )
    for id_, after in new.items():
        stand(state.questions[id_], after)
    state.questions_seq = record.seq
    return Done(seq=record.seq, redact=free if has_words else (*free, record.seq))


def _stage_refusal(state: State, seq: int, by: BadgeId, post: PostId) -> Refused | None:
    """Who may say what became of a question: staff and chairs of each, a speaker of those of their own session."""
    if refused := refusal(state, seq, by, CHAIRS):
        return refused
    if post not in state.questions or post not in state.posts or is_final(state.posts[post]):
        return Refused(seq=seq, code="unknown", post=post)
    badge = state.badges.get(by)
    if badge is None or badge.role is not Role.SPEAKER:
        return None
    if badge.session is None or badge.session != state.posts[post].session:
        return Refused(seq=seq, code="not-allowed", post=post)
    return None


def _on_stage(state: State, session: str | None, *, but: frozenset[PostId]) -> list[PostId]:
    return [
        id_
        for id_, question in state.questions.items()
        if question.stand is Stand.ON_STAGE and id_ not in but and state.posts[id_].session == session
    ]


# Counted as one


def questions_merged(state: State, record: Record, head: QuestionsMerged) -> Outcome:
    """Those that were counted under one of them come along."""
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if head.into not in state.questions:
        return Refused(seq=record.seq, code="unknown", post=head.into)
    if len(head.posts) > MAX_MERGED:
        return Refused(seq=record.seq, code="too-many-questions")
    root = root_of(state.questions, head.into)
    known = [post for post in dict.fromkeys(head.posts) if post in state.questions]
    passed = tuple(Passed(post=post, code="unknown") for post in head.posts if post not in state.questions)
    coming = {post for each in known for post in (each, *under(state.questions, each))} - {root}
    return _count_under(state, record, head.by, {post: root for post in state.questions if post in coming}, passed)


def questions_split(state: State, record: Record, head: QuestionsSplit) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if len(head.posts) > MAX_MERGED:
        return Refused(seq=record.seq, code="too-many-questions")
    known = {post: None for post in head.posts if post in state.questions}
    passed = tuple(Passed(post=post, code="unknown") for post in head.posts if post not in state.questions)
    return _count_under(state, record, head.by, known, passed)


def _count_under(
    state: State, record: Record, by: BadgeId, under_what: Mapping[PostId, PostId | None], passed: tuple[Passed, ...]
) -> Outcome:
    changes = tuple(
        (post, state.questions[post].into, into)
        for post, into in under_what.items()
        if state.questions[post].into != into
    )
    if changes:
        posts = tuple(post for post, _, _ in changes)
        detail = "split" if changes[0][2] is None else "merged"
        remember(state, record, by, ActKind.QUESTIONS_MERGED, before=WasMerged(changes), detail=detail, posts=posts)
        for post, _, into in changes:
            state.questions[post].into = into
        state.questions_seq = record.seq
    return Done(seq=record.seq, passed=passed)
