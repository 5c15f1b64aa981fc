"""
What the hall asked and was asked, for those who reckon with it elsewhere: one row for each question and each poll.

Of posts and names only what `released` lets out; of votes only how many there were. No voter, no phone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import msgspec

from server.report.hall import answer_of, asked_groups, count_of, held_polls, stand_of, told_poll
from server.report.model import Column, Figure
from server.report.released import moment, released, session_titles, zone_of
from server.symposium.bodies import post_body
from server.symposium.state import State
from server.symposium.values import Naming, PollId, PollKind, PostId


class ReleasedQuestion(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel", tag="question"):
    """
    A question of the hall, with all that is counted under it.

    Args:
        post: The post that stands for it; `merged` are the others that are counted under it and stand released.
        name: Who asked, as `naming.named` has it; `also` who asked the others, where they are named.
        votes: How many people wanted to know; `aside` how many votes do not count.
        stand: `open`, `on-stage`, `answered` or `later`.
        answered: When, None where nobody did. `on_stage` or in writing; `markdown`: the answer is Markdown.
    """

    post: PostId
    at: datetime
    session: str | None
    session_title: str
    network: str
    name: str
    also: tuple[str, ...]
    text: str
    lang: str | None
    to: str
    merged: tuple[PostId, ...]
    votes: int
    aside: int
    stand: str
    answered: datetime | None
    on_stage: bool
    answered_by: str
    answer: str
    markdown: bool


class ReleasedPoll(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel", tag="poll"):
    """
    A poll, and what came out.

    Args:
        title, options, ends: By language.
        closed: None while it is open: then there is no result, and neither is there with `few`.
        voters: How many people voted; `aside` how many votes do not count.
        counts: One for each option, or point of a scale; of statements agree, disagree and pass of each, 0 where
            fewer than five voted on it; of a ranking points, as many as there are options below it.
        mean, median: Of a scale and a number.
        columns: Of a number, how many lie between `low` and `high`, both included. `words`: of answers in words.
        before: The poll that asked the same before.
    """

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
    session: str | None
    session_title: str
    opened: datetime
    closed: datetime | None
    voters: int
    aside: int
    few: bool
    counts: tuple[int, ...]
    mean: float | None
    median: int | None
    columns: tuple[Column, ...]
    words: tuple[Figure, ...]
    before: PollId | None


def released_questions(
    state: State, *, link_only: Collection[str], naming: Naming | None = None
) -> Iterator[ReleasedQuestion]:
    """The questions that stand released, in the order in which they were asked. See `released`."""
    if not state.questions:
        return
    rows = {row.id: row for row in released(state, link_only=link_only, naming=naming) if row.id in state.questions}
    zone = zone_of(state)
    for group in asked_groups(state):
        first, *others = (rows[post] for post in group.seen)
        body, answer = post_body(state, state.posts[first.id]), answer_of(state, group)
        votes, aside = count_of(state, group)
        yield ReleasedQuestion(
            post=first.id,
            at=first.at,
            session=first.session,
            session_title=first.session_title,
            network=first.network,
            name=first.name,
            also=tuple(row.name for row in others if row.name),
            text=first.text,
            lang=first.lang,
            to="" if body is None or first.export == "link" else body.to,
            merged=tuple(row.id for row in others),
            votes=votes,
            aside=aside,
            stand=stand_of(state, group).stand.value,
            answered=None if answer is None else moment(answer.at, zone),
            on_stage=answer is not None and answer.on_stage,
            answered_by="" if answer is None else answer.name,
            answer="" if answer is None else answer.text,
            markdown=answer is not None and answer.written,
        )


def released_polls(state: State) -> Iterator[ReleasedPoll]:
    """The polls that were held, by when they were asked."""
    zone, titles = zone_of(state), session_titles(state)
    for id_ in held_polls(state):
        form, poll = state.polls[id_].form, told_poll(state, id_, again=False)
        numeric = poll.told and poll.kind in (PollKind.SCALE, PollKind.NUMBER)
        result: dict[str, Any] = {"counts": (), "columns": (), "words": ()}
        if poll.told:
            result = {"counts": poll.counts, "columns": poll.columns, "words": poll.words}
        yield ReleasedPoll(
            id=id_,
            kind=poll.kind,
            title=poll.title,
            options=poll.options,
            ends=poll.ends,
            most=poll.most,
            low=poll.low,
            high=poll.high,
            right=poll.right if poll.closed else None,
            binding=poll.binding,
            session=form.session,
            session_title=titles.get(form.session or "", ""),
            opened=moment(poll.opened, zone),
            closed=moment(poll.closed, zone) if poll.closed else None,
            voters=poll.n,
            aside=poll.aside,
            few=poll.few and bool(poll.closed),
            mean=round(poll.total / poll.n, 2) if numeric else None,
            median=poll.middle if numeric else None,
            before=form.again,
            **result,
        )
