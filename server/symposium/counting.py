"""
How questions are counted as one, and how what became of them is taken back.

Each question keeps its own voters. What is counted under another is found by looking: so votes are right again when
questions are taken apart, in whatever order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from server.symposium.state import Question, Standing, State, WasMerged, WasQuestion, WasStanding
from server.symposium.values import PostId, VoterKey


def standing(question: Question) -> Standing:
    """What became of it."""
    return Standing(question.stand, question.changed, question.by, question.answer)


def stand(question: Question, to: Standing) -> None:
    """Let it stand so."""
    question.stand, question.changed, question.by, question.answer = to.stand, to.changed, to.by, to.answer


def root_of(questions: Mapping[PostId, Question], post: PostId) -> PostId:
    """The question that *post* is counted under, itself when it is under none."""
    seen = {post}
    while (into := questions[post].into) is not None and into in questions and into not in seen:
        seen.add(into)
        post = into
    return post


def under(questions: Mapping[PostId, Question], root: PostId) -> list[PostId]:
    """What is counted under *root*."""
    merged = (post for post, question in questions.items() if question.into is not None)
    return [post for post in merged if post != root and root_of(questions, post) == root]


def groups(questions: Mapping[PostId, Question]) -> dict[PostId, list[PostId]]:
    """Each question that stands by itself, and what is counted under it, in the order in which they were asked."""
    found = defaultdict[PostId, list[PostId]](list)
    for post, question in questions.items():
        root = post if question.into is None else root_of(questions, post)
        found[root] += [] if root == post else [post]
    return dict(found)


def votes(questions: Mapping[PostId, Question], posts: Iterable[PostId]) -> int:
    """How many people want to know these: each voter once, without those that do not count."""
    voters, past = set[VoterKey](), 0
    for question in map(questions.__getitem__, posts):
        voters.update(question.voters.keys() - question.aside.keys())
        past += question.past
    return len(voters) + past


# Taking back


def restore_question(state: State, seq: int, before: WasQuestion) -> None:
    """A question again, with its votes; or none any more."""
    if before.question is None:
        state.questions.pop(before.post, None)
    else:
        state.questions[before.post] = question = before.question
        if question.into is not None and root_of(state.questions, question.into) == before.post:
            question.into = None  # counted under what was merged into it since: a ring would count both twice
    state.questions_seq = seq


def restore_standing(state: State, seq: int, before: WasStanding) -> tuple[int, ...]:
    """How they stood, where nothing else became of them since. Returns the seqs that nobody needs any more."""
    free = []
    for post, was, made in before.questions:
        question = state.questions.get(post)
        if question is not None and standing(question) == made:
            stand(question, was)
            free += [made.answer] if made.answer and made.answer != was.answer else []
    state.questions_seq = seq
    for each in free:
        state.bodies.pop(each, None)
    return tuple(free)


def restore_merged(state: State, seq: int, before: WasMerged) -> None:
    """Under what they were counted, where nobody has counted them otherwise since; never in a ring."""
    for post, was, made in before.questions:
        question = state.questions.get(post)
        if question is None or question.into != made:
            continue
        if was is None or (was in state.questions and root_of(state.questions, was) != post):
            question.into = was
    state.questions_seq = seq


def bodies_before(before: WasStanding) -> tuple[int, ...]:
    """The answers that an undo would bring back, and that hold no more."""
    return tuple(was.answer for _, was, made in before.questions if was.answer and was.answer != made.answer)


def forget_voters(state: State) -> None:
    """Nobody knows any more which phone wanted to know what; how many did is kept."""
    for root, rest in groups(state.questions).items():
        n = votes(state.questions, (root, *rest))
        for post in (root, *rest):
            _forget_in(state.questions[post], n if post == root else 0)
    for act in state.acts.values():
        if isinstance(act.before, WasQuestion) and (question := act.before.question) is not None:
            _forget_in(question, votes({act.before.post: question}, (act.before.post,)))


def _forget_in(question: Question, past: int) -> None:
    """Nobody knows any more who wanted to know it; *past* people did."""
    question.voters, question.aside, question.asker, question.past = {}, {}, None, past
