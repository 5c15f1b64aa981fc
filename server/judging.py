"""What intake is asked about an arrival: the rules, and the circumstances of this very moment."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from itertools import islice
from typing import Final

import msgspec

from server.intake.arrival import Arrival
from server.intake.rules import Rules, title_names
from server.intake.text import match_text
from server.intake.verdict import Circumstances, Judgement, Recent, judge
from server.symposium import views
from server.symposium.state import Post, State
from server.symposium.values import AuthorKey, PostId, Status

RECENT_POSTS: Final = 500
"""How many posts near-duplicates are looked for among."""

_MINUTE_US: Final = 60_000_000


class RecentPosts:
    """The newest posts that still stand, at most `RECENT_POSTS`: what an arrival is compared with."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._recent: dict[PostId, Recent] = {}

    def read(self) -> None:
        """Begin with what the state has."""
        for post in reversed(list(islice(reversed(self._state.posts.values()), RECENT_POSTS))):
            body = views.post_body(self._state, post)
            if body is not None and _stands(post):
                self.add(Recent(post=post.id, match=match_text(body.text), author=post.author))

    def add(self, recent: Recent) -> None:
        """One more; the oldest makes room."""
        self._recent[recent.post] = recent
        if len(self._recent) > RECENT_POSTS:
            del self._recent[next(iter(self._recent))]

    def look_again(self, post: Post) -> None:
        """*post* has changed: forget it when it stands no longer."""
        if not _stands(post):
            self._recent.pop(post.id, None)

    def others(self, than: PostId | None) -> tuple[Recent, ...]:
        """All of them but *than*, oldest first."""
        return tuple(recent for recent in self._recent.values() if recent.post != than)


def _stands(post: Post) -> bool:
    """Whether a post is one to compare with: its author and the moderators left it standing."""
    by_rule = post.status is Status.REJECTED and post.decided_by is None
    return post.status in (Status.HELD, Status.SHOWN) or by_rule


class Judging:
    """
    Asks intake for its verdict, under the circumstances of now.

    Args:
        state: Read only.
        recent: What an arrival is compared with.
        rules: The rules of intake, without the symposium's own.
        now_us: UTC microseconds.
    """

    def __init__(self, *, state: State, recent: RecentPosts, rules: Rules, now_us: Callable[[], int]) -> None:
        self._state = state
        self._recent = recent
        self._base_rules = rules
        self._rules = (-1, rules)
        self._now_us = now_us

    def judge(self, arrival: Arrival, author: AuthorKey, *, edited: PostId | None = None) -> Judgement:
        """
        What intake makes of *arrival*; with *edited*, of a post that is known already.

        Raises:
            BadInput: It cannot be a post; the code says why.
        """
        known = self._state.authors.get(author)
        circumstances = Circumstances(
            policy=self._state.policy,
            author=author,
            author_known=known is not None and known.shown > 0 and known.rejected == 0,
            author_banned=known is not None and known.banned is not None,
            recent=self._recent.others(edited),
            author_posts_last_minute=self._posts_last_minute(author),
            hashtags=views.symposium_body(self._state).hashtags,
            rules=self._current_rules(),
        )
        return judge(arrival, circumstances, salt=secrets.token_hex(16))

    def _current_rules(self) -> Rules:
        """The rules, with the symposium's own languages and the names that its title reserves."""
        seq, rules = self._rules
        if seq != self._state.body:
            base, title = self._base_rules, views.symposium_body(self._state).title
            names = (*base.reserved_names, *title_names(title)) if title else base.reserved_names
            rules = msgspec.structs.replace(base, languages=self._state.languages, reserved_names=names)
            self._rules = (self._state.body, rules)
        return rules

    def _posts_last_minute(self, author: AuthorKey) -> int:
        known = self._state.authors.get(author)
        if known is None:
            return 0
        since = self._now_us() - _MINUTE_US
        newest = (self._state.posts[p].received for p in reversed(known.posts[-20:]))
        return sum(1 for received in newest if received > since)
