"""What intake is asked about an arrival: the rules, and the circumstances of this very moment."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from itertools import islice
from typing import Final

import msgspec

from server.intake.arrival import Arrival
from server.intake.brake import Brake, Trip
from server.intake.dry_run import Sample, Tried, dry_run
from server.intake.heard import MAX_HEARD, Heard
from server.intake.rules import Rules, title_names
from server.intake.sameness import Person, person
from server.intake.settings import rules_of
from server.intake.text import has_one_of, match_text
from server.intake.verdict import Circumstances, Judgement, Recent, judge
from server.keyring import Keyring
from server.symposium import views
from server.symposium.bodies import rules_body
from server.symposium.state import Post, State
from server.symposium.values import AuthorKey, Policy, PostId, Status

RECENT_POSTS: Final = 500
"""How many posts near-duplicates are looked for among. The same words are known for longer: see `heard.py`."""

DRY_RUN_POSTS: Final = 200
"""How many posts rules are tried on."""

UNPROVED: Final = frozenset({"feed", "irc", "sms"})
"""Networks where anybody may write under another's name: that a person showed a post of it says nothing of the next."""

_MINUTE_US: Final = 60_000_000


class RecentPosts:
    """
    The newest posts that still stand: what an arrival is compared with. At most `RECENT_POSTS` with their words, and
    before them those of `Heard` that say just the same.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._recent: dict[PostId, Recent] = {}
        self._heard = Heard()
        self._expected: dict[PostId, AuthorKey] = {}

    def read(self) -> None:
        """Begin with what the state has."""
        for post in reversed(list(islice(reversed(self._state.posts.values()), MAX_HEARD))):
            body = views.post_body(self._state, post)
            if body is not None and _stands(post):
                self.add(Recent(post=post.id, match=match_text(body.text), author=post.author))

    def add(self, recent: Recent) -> None:
        """One more; the oldest makes room."""
        self._recent[recent.post] = recent
        self._heard.add(recent.post, recent.match)
        if len(self._recent) > RECENT_POSTS:
            del self._recent[next(iter(self._recent))]

    def expect(self, recent: Recent) -> None:
        """One that is on its way into the journal; `arrived` says what became of it."""
        self.add(recent)
        self._expected[recent.post] = recent.author

    def arrived(self, post: PostId) -> None:
        """It is on its way no longer; forget it when it did not come."""
        self._expected.pop(post, None)
        known = self._state.posts.get(post)
        if known is None or not _stands(known):
            self._forget(post)

    def expected(self, author: AuthorKey) -> int:
        """How many posts of this author are on their way."""
        return sum(each == author and post not in self._state.posts for post, each in self._expected.items())

    def look_again(self, post: Post, *, rewritten: bool = False) -> None:
        """*post* has changed: forget it when it stands no longer, and its old words when it has others."""
        if post.id not in self._heard or not (rewritten or not _stands(post)):
            return
        body = views.post_body(self._state, post) if _stands(post) else None
        if body is None:
            self._forget(post.id)
            return
        recent = Recent(post=post.id, match=match_text(body.text), author=post.author)
        self._heard.add(post.id, recent.match)
        if post.id in self._recent:
            self._recent[post.id] = recent

    def others(self, than: PostId | None) -> tuple[Recent, ...]:
        """All with their words but *than*, oldest first."""
        return tuple(recent for recent in self._recent.values() if recent.post != than)

    def same(self, match: str, than: PostId | None) -> tuple[Recent, ...]:
        """Those before them but *than* that say just *match*, a match text, oldest first."""
        before = (post for post in self._heard.said(match) if post not in self._recent and post != than)
        return tuple(Recent(post=post, match=match, author=self._author_of(post)) for post in before)

    def _author_of(self, post: PostId) -> AuthorKey:
        known = self._state.posts.get(post)
        return self._expected[post] if known is None else known.author

    def _forget(self, post: PostId) -> None:
        self._recent.pop(post, None)
        self._heard.forget(post)


def _stands(post: Post) -> bool:
    """Whether a post is one to compare with: its author and the moderators left it standing."""
    by_rule = post.status is Status.REJECTED and post.decided_by is None
    return post.status in (Status.HELD, Status.SHOWN) or by_rule


class Judging:
    """
    Asks intake for its verdict, under the circumstances of now.

    Args:
        state: Read only.
        keyring: For the keyed hashes of who was blocked.
        recent: What an arrival is compared with.
        rules: The rules of intake, without the symposium's own.
        now_us: UTC microseconds.
    """

    def __init__(
        self, *, state: State, keyring: Keyring, recent: RecentPosts, rules: Rules, now_us: Callable[[], int]
    ) -> None:
        self._state = state
        self._keyring = keyring
        self._recent = recent
        self._base_rules = rules
        self._rules = ((-1, -1), rules)
        self._brake = Brake()
        self._brake_since = 0
        self._now_us = now_us
        self._blocked: frozenset[str] | None = None
        """Keyed hashes of whom a bridge makes of who is banned; None where it was not looked up."""

    def judge(self, arrival: Arrival, author: AuthorKey, *, edited: PostId | None = None) -> Judgement:
        """
        What intake makes of *arrival*; with *edited*, of a post that is known already.

        Raises:
            BadInput: It cannot be a post; the code says why.
        """
        body = None if edited is None else views.post_body(self._state, self._state.posts[edited])
        hashtags = views.symposium_body(self._state).hashtags
        circumstances = Circumstances(
            policy=self._state.policy,
            author=author,
            author_known=self._is_known(author) and arrival.network not in UNPROVED,
            author_banned=self._is_banned(author, arrival.network, arrival.handle),
            recent=self._recent.others(edited),
            same=lambda match: self._recent.same(match, edited),
            author_posts_last_minute=self._posts_last_minute(author),
            hashtags=hashtags,
            had_hashtag=body is not None and has_one_of(hashtags, body.text),
            rules=self._current_rules(),
        )
        return judge(arrival, circumstances, salt=secrets.token_hex(16))

    def brakes(self, arrival: Arrival, author: AuthorKey, judgement: Judgement) -> Trip | None:
        """
        Note one arrival more, while not everything waits. Returns what was seen when that is too much.

        Answers to a poll are asked for, all at once: they are no attack.
        """
        if self._state.policy is Policy.EVERYTHING_WAITS or arrival.poll is not None:
            return None
        if self._brake_since != self._state.policy_seq:  # a person has looked since
            self._brake.forget()
            self._brake_since = self._state.policy_seq
        return self._brake.note(
            self._now_us(),
            is_new=not self._is_known(author),
            is_alike=judgement.like is not None,
            rules=self._current_rules(),
        )

    def rules(self) -> Rules:
        """The rules as staff set them; without the symposium's own, which come on top."""
        body = rules_body(self._state)
        return self._base_rules if body is None else rules_of(body.rules, self._base_rules)

    async def dry_run(self, *rules: Rules) -> list[tuple[Tried, ...]]:
        """
        What each of *rules* would say of the newest `DRY_RUN_POSTS`, oldest first; see `intake.dry_run`.

        On a thread: it takes tenths of a second.
        """
        newest = islice(reversed(self._state.posts.values()), DRY_RUN_POSTS)
        samples = [sample for post in newest if (sample := self._sample(post)) is not None]
        hashtags = views.symposium_body(self._state).hashtags
        each = [self._with_own(these) for these in rules]
        policy = self._state.policy

        def run() -> list[tuple[Tried, ...]]:
            return [dry_run(samples[::-1], these, policy=policy, hashtags=hashtags) for these in each]

        return await asyncio.to_thread(run)

    def _sample(self, post: Post) -> Sample | None:
        body = views.post_body(self._state, post)
        if body is None:
            return None
        return Sample(
            post=post.id,
            source=post.source,
            network=post.network,
            author=post.author,
            author_known=self._is_known(post.author),
            author_banned=self._is_banned(post.author, post.network, body.handle),
            received=post.received,
            notes=post.notes,
            body=body,
            poll=post.poll,
        )

    def _is_known(self, author: AuthorKey) -> bool:
        known = self._state.authors.get(author)
        return known is not None and known.shown > 0 and known.rejected == 0

    def _is_banned(self, author: AuthorKey, network: str, handle: str) -> bool:
        """
        Whether an author may not come back: themselves, or as whom a bridge makes of them.

        Only a bridge's own handle leads from one to the other, and only where a network proves it: nobody is kept out
        by somebody who took their name.
        """
        known = self._state.authors.get(author)
        if known is not None and known.banned is not None:
            return True
        blocked = self._blocked_across()
        mine = person(network, handle) if blocked else None
        return mine is not None and self._key(mine) in blocked

    def across(self, author: AuthorKey) -> str | None:
        """
        A keyed hash of whom a bridge makes of *author*, as their newest post that still has its words says.

        None where none of theirs has, or its network does not tell for sure who they are.
        """
        posts = (self._state.posts[each] for each in reversed(self._state.authors[author].posts))
        bodies = ((post.network, views.post_body(self._state, post)) for post in posts)
        theirs = next((person(network, body.handle) for network, body in bodies if body is not None), None)
        return None if theirs is None else self._key(msgspec.structs.replace(theirs, bridged=not theirs.bridged))

    def _blocked_across(self) -> frozenset[str]:
        if self._blocked is None:
            banned = [(key, each) for key, each in self._state.authors.items() if each.banned is not None]
            keys = (self.across(key) or each.across for key, each in banned)
            self._blocked = frozenset(key for key in keys if key is not None)
        return self._blocked

    def _key(self, who: Person) -> str:
        return self._keyring.identity("person", who.home, who.name, "bridged" if who.bridged else "home")

    def forget_blocked(self) -> None:
        """Somebody was banned or is so no longer, or words have gone: who is blocked is looked up anew."""
        self._blocked = None

    def _current_rules(self) -> Rules:
        """The rules as staff set them, with the symposium's own."""
        seqs, rules = self._rules
        now = (self._state.body, self._state.rules_seq)
        if seqs != now:
            rules = self._with_own(self.rules())
            self._rules = (now, rules)
        return rules

    def _with_own(self, rules: Rules) -> Rules:
        """With the symposium's own languages and the names that its title reserves."""
        title = views.symposium_body(self._state).title
        names = (*rules.reserved_names, *title_names(title)) if title else rules.reserved_names
        return msgspec.structs.replace(rules, languages=self._state.languages, reserved_names=names)

    def _posts_last_minute(self, author: AuthorKey) -> int:
        known, on_their_way = self._state.authors.get(author), self._recent.expected(author)
        if known is None:
            return on_their_way
        since = self._now_us() - _MINUTE_US
        newest = (self._state.posts[p].received for p in reversed(known.posts[-20:]))
        return sum(1 for received in newest if received > since) + on_their_way
