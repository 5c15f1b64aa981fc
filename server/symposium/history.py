"""What staff did, newest first: decisions and bans, and what was done to the symposium as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Any

from server.symposium.acts import OF_THE_REPORT, can_undo
from server.symposium.bodies import Wire, badge_name, post_body
from server.symposium.state import Act, Made, Post, State
from server.symposium.values import PostId

LAST_DECISIONS = 20
_EXCERPT = 120


class Decision(Wire, frozen=True):
    """
    One of the last things that staff did.

    `what` is `decided`, `banned` or the kind of act; `decision` is `ban` for a blocked author, empty for an act, whose
    `detail` is a code and `screen` the one that it was for. `reason` is why a post was rejected. `by` is empty for the
    brake; `text` is short. A ban that took no posts away names the author by their newest post.
    """

    seq: int
    at: int
    by: str
    what: str
    decision: str
    detail: str
    reason: str | None
    screen: str | None
    posts: tuple[PostId, ...]
    undone: bool
    can_undo: bool
    name: str
    text: str


def history(state: State, *, before: int | None = None) -> Iterator[Made | Act]:
    """What was done to posts and symposium, newest first; below the entry *before* when given."""
    acts = (act for act in reversed(state.acts.values()) if act.kind not in OF_THE_REPORT)
    kinds: tuple[Iterator[Made | Act], ...] = (reversed(state.made.values()), acts)
    all_of_it = merge(*kinds, key=lambda done: done.seq, reverse=True)
    return (each for each in all_of_it if before is None or each.seq < before)


def last_done(state: State) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """The newest `LAST_DECISIONS`, as a book takes them: key, version, function that makes the value."""
    for done in islice(history(state), LAST_DECISIONS):
        known = _first_post(state, done)
        undoable = isinstance(done, Act) and can_undo(state, done)
        version = (done.undone, undoable, None if known is None else (known.body, known.body in state.bodies))
        yield f"last:{done.seq}", version, lambda done=done: decision_facts(state, done)


def _first_post(state: State, done: Made | Act) -> Post | None:
    if isinstance(done, Act):
        return None if done.post is None else state.posts.get(done.post)
    if done.before:
        return state.posts.get(done.before[0].post)
    author = None if done.author is None else state.authors.get(done.author)
    return None if author is None or not author.posts else state.posts[author.posts[-1]]


def decision_facts(state: State, done: Made | Act) -> Decision:
    """A line of the history."""
    known = _first_post(state, done)
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
        "reason": None if made.reason is None else made.reason.value,
        "screen": None,
        "posts": tuple(b.post for b in made.before[:50]),
        "can_undo": made.undone is None,
    }


def _act(state: State, act: Act) -> dict[str, Any]:
    return {
        "what": act.kind.value,
        "decision": "",
        "detail": act.detail,
        "reason": None,
        "screen": act.screen,
        "posts": () if act.post is None else (act.post,),
        "can_undo": can_undo(state, act),
    }
