"""What staff did, newest first: decisions and bans, and what was done to the symposium as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Any

from server.symposium.acts import can_undo
from server.symposium.bodies import Wire, badge_name, post_body
from server.symposium.state import Act, Made, State
from server.symposium.values import PostId

LAST_DECISIONS = 20
_EXCERPT = 120


class Decision(Wire, frozen=True):
    """
    One of the last things that staff did.

    `what` is `decided`, `banned` or the kind of act; `decision` is `ban` for a blocked author, empty for an act, whose
    `detail` is a code and `screen` the one that it was for. `by` is empty for the brake; `text` is short.
    """

    seq: int
    at: int
    by: str
    what: str
    decision: str
    detail: str
    screen: str | None
    posts: tuple[PostId, ...]
    undone: bool
    can_undo: bool
    name: str
    text: str


def history(state: State, *, before: int | None = None) -> Iterator[Made | Act]:
    """What was done, newest first; below the entry *before* when given."""
    kinds: tuple[Iterator[Made | Act], ...] = (reversed(state.made.values()), reversed(state.acts.values()))
    all_of_it = merge(*kinds, key=lambda done: done.seq, reverse=True)
    return (each for each in all_of_it if before is None or each.seq < before)


def last_done(state: State) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """The newest `LAST_DECISIONS`, as a book takes them: key, version, function that makes the value."""
    for done in islice(history(state), LAST_DECISIONS):
        post = _first_post(done)
        known = None if post is None else state.posts.get(post)
        undoable = isinstance(done, Act) and can_undo(state, done)
        version = (done.undone, undoable, None if known is None else (known.body, known.body in state.bodies))
        yield f"last:{done.seq}", version, lambda done=done: decision_facts(state, done)


def _first_post(done: Made | Act) -> PostId | None:
    if isinstance(done, Act):
        return done.post
    return done.before[0].post if done.before else None


def decision_facts(state: State, done: Made | Act) -> Decision:
    """A line of the history."""
    post = _first_post(done)
    known = None if post is None else state.posts.get(post)
    body = None if known is None else post_body(state, known)
    return Decision(
        seq=done.seq,
        at=done.at,
        by=badge_name(state, done.by) or "",
        undone=done.undone is not None,
        name="" if body is None else body.name,
        text="" if body is None else body.text[:_EXCERPT],
        **(_act(state, done) if isinstance(done, Act) else _made(done)),
    )


def _made(made: Made) -> dict[str, Any]:
    return {
        "what": "banned" if made.decision is None else "decided",
        "decision": "ban" if made.decision is None else made.decision.value,
        "detail": "",
        "screen": None,
        "posts": tuple(b.post for b in made.before[:50]),
        "can_undo": made.undone is None,
    }


def _act(state: State, act: Act) -> dict[str, Any]:
    return {
        "what": act.kind.value,
        "decision": "",
        "detail": act.detail,
        "screen": act.screen,
        "posts": () if act.post is None else (act.post,),
        "can_undo": can_undo(state, act),
    }
