"""
Whose turn it is in the queue, so that nobody fills it: everybody's first post before anybody's second.

A post that comes to wait gets a number: the number that is being read now, or the one after its author's last post,
whichever is higher. What waits with the lowest number is read next. So an author who writes much gets high numbers, a
newcomer is never behind more than one post of each of those who wait, and once the queue has been empty all are even
again.

Source: start-time fair queueing with posts of equal length (P. Goyal, H. M. Vin and H. Cheng, SIGCOMM 1996). Its
virtual time is here the lowest number that waits, and not the last that was read: a moderator may read out of order.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.symposium.state import Post, State
from server.symposium.values import PostId


def take(state: State, post: Post) -> None:
    """*post* comes to wait."""
    author = state.authors[post.author]
    post.turn = max(state.turn, author.turn)
    author.turn = post.turn + 1
    state.turn_last = max(state.turn_last, author.turn)
    state.turns.setdefault(post.turn, {})[post.id] = None


def leave(state: State, post: Post) -> None:
    """*post* waits no more, for whatever reason."""
    waiting = state.turns[post.turn]
    del waiting[post.id]
    if waiting:
        return
    del state.turns[post.turn]
    if not state.turns:
        state.turn = state.turn_last
    while state.turns and state.turn not in state.turns:
        state.turn += 1


def in_order(state: State) -> Iterator[PostId]:
    """All that waits, whose turn it is first, and of one number the oldest first."""
    for number in range(state.turn, state.turn_last):
        yield from state.turns.get(number, ())
