"""
The oracle: what may be on the screens after n entries, worked out from the list of everything that ever happened.

Written from the plan, not from the law, and the other way round: it keeps no state. Each question ("how does this post
stand after n entries?") is answered by reading the history backwards until something answers it. Slow, and hard to get
wrong in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import msgspec

from server.symposium import entries
from server.symposium.entries import Record
from server.symposium.values import PostBody

T = TypeVar("T")

TAKEN_BACK = ("withdrawn", "gone", "erased")
FINAL = (*TAKEN_BACK, "lapsed")

TABLE = {
    ("held", "show"): "shown",
    ("held", "hold"): "held",
    ("held", "reject"): "rejected",
    ("held", "hide"): "held",
    ("shown", "show"): "shown",
    ("shown", "hold"): "held",
    ("shown", "reject"): "rejected",
    ("shown", "hide"): "hidden",
    ("hidden", "show"): "shown",
    ("hidden", "hold"): "held",
    ("hidden", "reject"): "rejected",
    ("hidden", "hide"): "hidden",
    ("rejected", "show"): "shown",
    ("rejected", "hold"): "held",
    ("rejected", "reject"): "rejected",
    ("rejected", "hide"): "hidden",
}
"""The plan's table, section 8: (how a post stands, the decision) → how it stands then."""


class Look(NamedTuple):
    """A post as it may be on a screen."""

    revision: int
    text: str
    name: str
    pinned: bool
    starred: bool


class Slide(NamedTuple):
    """What a screen is to show: the scene, the posts that it is of, and the words of a slide."""

    scene: str
    posts: tuple[str, ...]
    text: str


class Standing(NamedTuple):
    """How a post stands, and the last entry by which staff had a say about it."""

    status: str
    revision: int
    decided: int
    reason: Any
    pinned: bool
    starred: bool


def _remembered(method: Callable[..., T]) -> Callable[..., T]:
    """The past does not change: an answer about the first n entries stays true."""

    @wraps(method)
    def ask(self: History, *question: Any) -> T:
        key = (method.__name__, *question)
        if key not in self.answers:
            self.answers[key] = method(self, *question)
        answer: T = self.answers[key]
        return answer

    return ask


class History:
    """
    Everything that ever happened. `n` in a question means: after the first n entries.

    Entry k is the one at place k, from 1.
    """

    def __init__(self) -> None:
        self._all: list[Record] = []
        self.answers: dict[Any, Any] = {}

    def tell(self, records: Iterable[Record]) -> None:
        """These happened next."""
        self._all.extend(records)

    def __len__(self) -> int:
        return len(self._all)

    def _head(self, k: int) -> Any:
        return self._all[k - 1].head

    def _is(self, k: int, *kinds: type) -> bool:
        return isinstance(self._head(k), kinds)

    def _back(self, n: int, *kinds: type) -> Iterable[int]:
        """The places of entries of these kinds among the first n, the newest first."""
        return (k for k in range(n, 0, -1) if isinstance(self._head(k), kinds))

    # Who may

    @_remembered
    def _may(self, by: str, roles: tuple[str, ...], n: int) -> bool:
        if by == "operator":
            return True
        made = self._badge_made(by, n)
        return made is not None and self._head(made).role in roles and not self._is_revoked(by, n)

    @_remembered
    def _badge_made(self, badge: str, n: int) -> int | None:
        mine = [k for k in self._back(n, entries.BadgeMade) if self._head(k).badge == badge]
        return next((k for k in reversed(mine) if self._organiser(k)), None)

    def _is_revoked(self, badge: str, n: int) -> bool:
        return any(
            self._head(k).badge == badge and self._organiser(k) and self._badge_made(badge, k) is not None
            for k in self._back(n, entries.BadgeRevoked)
        )

    def _organiser(self, k: int) -> bool:
        return self._may(self._head(k).by, ("organiser",), k - 1)

    def _staff(self, k: int) -> bool:
        return self._may(self._head(k).by, ("organiser", "moderator"), k - 1)

    # Switches

    def _switch(self, kind: type, n: int) -> tuple[bool, int]:
        """Whether it is on, and since which entry."""
        since = 0
        on = None
        for k in self._back(n, kind, entries.ActUndone):
            said = self._switched(kind, k)
            if said is None:
                continue
            if on is None:
                on = said
            if said != on:
                break
            since = k
        return bool(on), since

    def _switched(self, kind: type, k: int) -> bool | None:
        """What entry k makes of the switch; None when it says nothing of it."""
        if self._is(k, kind):
            return self._head(k).on if self._staff(k) else None
        if not self._takes_back(k, kind):
            return None
        return self._switch(kind, self._head(k).seq - 1)[0]

    @_remembered
    def policy(self, n: int) -> tuple[str, int]:
        """Who decides, and since which entry."""
        kinds = (entries.PolicySet, entries.BrakeTripped)
        for k in self._back(n, *kinds, entries.ActUndone, entries.SymposiumMade):
            if self._is(k, entries.SymposiumMade):
                return self._head(k).policy, k
            if self._takes_back(k, *kinds):
                return self.policy(self._head(k).seq - 1)[0], k
            if self._is(k, entries.PolicySet) and self._staff(k):
                return self._head(k).policy, k
            if self._is(k, entries.BrakeTripped) and self.policy(k - 1)[0] != "everything-waits":
                return "everything-waits", k
        return "everything-waits", 0

    def brakes(self, n: int) -> bool:
        """Whether it is the brake that makes everything wait."""
        _, k = self.policy(n)
        if k and self._is(k, entries.ActUndone):
            return self.brakes(self._head(k).seq - 1)
        return bool(k) and self._is(k, entries.BrakeTripped)

    # What is done to the symposium as a whole, and taken back

    @_remembered
    def _is_act(self, k: int) -> bool:
        """Whether entry k did something to the whole that can be taken back, once at least."""
        head = self._head(k)
        if isinstance(head, entries.BrakeTripped):
            return self.policy(k - 1)[0] != "everything-waits"
        if not isinstance(head, _ACTS) or not self._staff(k):
            return False
        if isinstance(head, entries.Stopped | entries.Paused):
            return self._switch(type(head), k - 1)[0] != head.on
        if isinstance(head, entries.Announced):
            return head.on or self.announcement(k - 1) is not None
        return not isinstance(head, entries.SceneSet) or self._is_fit(k)

    def _is_fit(self, k: int) -> bool:
        """Whether the scene of entry k could be shown then."""
        head = self._head(k)
        scene = None if head.scene is None else head.scene.value
        if scene is None:
            return head.screen is not None
        named = [head.post] if scene == "spotlight" else list(head.posts) if scene == "playlist" else None
        if named is None:
            return True
        known = all(post is not None and self.arrival(post, k - 1) is not None for post in named)
        return bool(named) and known and all(self.status(post, k - 1) == "shown" for post in named)

    def _covers(self, newer: int, older: int) -> bool:
        """Whether act *newer* leaves nothing of what act *older* did."""
        one, other = self._head(newer), self._head(older)
        if isinstance(one, entries.SceneSet) and isinstance(other, entries.SceneSet):
            return one.screen in (None, other.screen)
        policies = (entries.PolicySet, entries.BrakeTripped)
        return type(one) is type(other) or (isinstance(one, policies) and isinstance(other, policies))

    @_remembered
    def _act_undone_at(self, k: int, n: int) -> int | None:
        """The entry that took act k back."""
        return next((j for j in self._back(n, entries.ActUndone) if self._head(j).seq == k and self._is_act_undo(j)), 0)

    @_remembered
    def _is_act_undo(self, j: int) -> bool:
        k = self._head(j).seq
        if not 0 < k < j or not self._staff(j) or not self._is_act(k) or self._act_undone_at(k, j - 1):
            return False
        since = [m for m in range(k + 1, j) if self._is_act(m)]
        for m in since:
            also_screens = isinstance(self._head(k), entries.SceneSet) and self._head(k).screen is None
            meets = self._covers(m, k) or (also_screens and self._is(m, entries.SceneSet))
            if meets and not self._act_undone_at(m, j - 1):
                return False
        has_words = isinstance(self._head(k), _WITH_WORDS)
        return not (has_words and any(self._covers(m, k) for m in since))  # the words before it are gone then

    def _takes_back(self, j: int, *kinds: type) -> bool:
        """Whether entry j took an act of one of these kinds back."""
        return self._is(j, entries.ActUndone) and self._is_act_undo(j) and self._is(self._head(j).seq, *kinds)

    def _last_act(self, kind: type, n: int) -> tuple[int, int]:
        """The act of this kind that holds (0 for none), and the entry that made it so."""
        for k in self._back(n, kind, entries.ActUndone):
            if self._takes_back(k, kind):
                return self._last_act(kind, self._head(k).seq - 1)[0], k
            if self._is(k, kind) and self._is_act(k):
                return k, k
        return 0, 0

    def _words(self, k: int) -> Any:
        """What the body of entry k says."""
        encoded = self._all[k - 1].body if k else None
        return None if encoded is None else msgspec.json.decode(encoded)

    @_remembered
    def announcement(self, n: int) -> str | None:
        """What the organisation says."""
        k, _ = self._last_act(entries.Announced, n)
        return self._words(k)["text"] if k and self._head(k).on else None

    def theme(self, n: int) -> str:
        """The theme that was chosen."""
        words = self._words(self._last_act(entries.ThemeSet, n)[0])
        return "fontein" if words is None else words["theme"]

    def rules(self, n: int) -> Any:
        """What the rules look for; None where nobody set them."""
        return self._words(self._last_act(entries.RulesSet, n)[0])

    @_remembered
    def own_scene(self, screen: str, n: int) -> Slide | None:
        """What one screen shows of its own."""
        for k in self._back(n, entries.SceneSet, entries.ActUndone):
            if self._takes_back(k, entries.SceneSet):
                if self._head(self._head(k).seq).screen in (None, screen):
                    return self.own_scene(screen, self._head(k).seq - 1)
            elif self._is(k, entries.SceneSet) and self._is_act(k):
                if self._head(k).screen is None:
                    return None
                if self._head(k).screen == screen:
                    return None if self._head(k).scene is None else self._slide(k)
        return None

    @_remembered
    def scene(self, n: int) -> Slide:
        """What all screens show."""
        for k in self._back(n, entries.SceneSet, entries.ActUndone):
            if self._takes_back(k, entries.SceneSet):
                if self._head(self._head(k).seq).screen is None:
                    return self.scene(self._head(k).seq - 1)
            elif self._is(k, entries.SceneSet) and self._is_act(k) and self._head(k).screen is None:
                return self._slide(k)
        return Slide("fountain", (), "")

    def _slide(self, k: int) -> Slide:
        head = self._head(k)
        named = {"spotlight": (head.post,), "playlist": tuple(dict.fromkeys(head.posts))}.get(head.scene.value, ())
        return Slide(head.scene.value, named, self._words(k)["text"] if head.scene.value == "text" else "")

    @_remembered
    def _source(self, source: str, n: int) -> tuple[bool, int]:
        """Whether the source is there and on, and its last change. A source that is not there is off."""
        for k in self._back(n, entries.SourceSet, entries.SourceSwitched, entries.SourceRemoved):
            if self._head(k).source != source:
                continue
            if self._is(k, entries.SourceSwitched):
                if self._is_ending(k) or (self._staff(k) and self._is_configured(source, k - 1)):
                    return self._head(k).on, k
            elif self._organiser(k):
                return self._is(k, entries.SourceSet) and self._head(k).on, k
        return False, 0

    def _is_ending(self, k: int) -> bool:
        """Whether entry k is time's own, which only ends what was on."""
        head = self._head(k)
        return (
            self._is(k, entries.SourceSwitched)
            and head.by is None
            and not head.on
            and self._source(head.source, k - 1)[0]
        )

    @_remembered
    def source(self, source: str, n: int) -> tuple[bool, int, int, int] | None:
        """
        Whether it is on, its last change, when a person last set or switched it, and when time ended it since (0: no).

        None where it is not there.
        """
        if not self._is_configured(source, n):
            return None
        is_on, since = self._source(source, n)
        ended = since if self._is_ending(since) else 0
        by_person = self._source(source, since - 1)[1] if ended else since
        return is_on, since, self._all[by_person - 1].at, self._all[ended - 1].at if ended else 0

    @_remembered
    def listening(self, n: int) -> int | None:
        """So many days after the symposium sources end; None: they do not."""
        for k in self._back(n, entries.ListeningSet):
            days = self._head(k).days
            if self._organiser(k) and (days is None or 0 <= days <= 366):
                return days
        return 3

    def _is_configured(self, source: str, n: int) -> bool:
        for k in self._back(n, entries.SourceSet, entries.SourceRemoved):
            if self._head(k).source == source and self._organiser(k):
                return self._is(k, entries.SourceSet)
        return False

    # Posts and authors

    @_remembered
    def arrival(self, post: str, n: int) -> int | None:
        """Where the post was taken in; None when it was not."""
        for k in self._back(n, entries.PostArrived):
            if self._head(k).post == post and self._is_taken_in(k):
                return k
        return None

    @_remembered
    def _is_taken_in(self, k: int) -> bool:
        head = self._head(k)
        if head.request is not None and any(
            self._head(j).request == head.request and self._is_taken_in(j)
            for j in self._back(k - 1, entries.PostArrived)
        ):
            return False
        if self._named(head.keys, k - 1) is not None or self.arrival(head.post, k - 1) is not None:
            return False
        if self._is_erased(head.author, k - 1):
            return False
        cap = self._head(1).pending_cap
        return head.device is None or self._waiting(head.device, k - 1) < cap

    def _named(self, keys: tuple[str, ...], n: int) -> str | None:
        """The post that the first known one of these addresses belongs to."""
        for key in keys:
            for k in self._back(n, entries.PostArrived):
                if key in self._head(k).keys and self._is_taken_in(k):
                    post: str = self._head(k).post
                    return post
        return None

    def posts(self, n: int) -> list[str]:
        """Every post that was taken in, the newest first."""
        return [self._head(k).post for k in self._back(n, entries.PostArrived) if self._is_taken_in(k)]

    def _waiting(self, device: str, n: int) -> int:
        return sum(1 for p in self.posts(n) if self._born(p, n).device == device and self.status(p, n) == "held")

    def _born(self, post: str, n: int) -> Any:
        k = self.arrival(post, n)
        assert k is not None
        return self._head(k)

    @_remembered
    def _author(self, post: str, n: int) -> str:
        """Whose the post is: who brought it, or whose the original turned out to be."""
        claims = (k for k in self._back(n, entries.PostClaimed) if self._claims(k) == post)
        author: str = self._head(next(claims, self.arrival(post, n) or 0)).author
        return author

    @_remembered
    def _claims(self, k: int) -> str | None:
        """The post that is its author's from here on."""
        post = self._head(k).post
        came = self.arrival(post, k - 1)
        return None if came is None or self.status(post, k - 1) in FINAL else post

    @_remembered
    def _of(self, author: str, n: int) -> tuple[str, ...]:
        return tuple(p for p in self.posts(n) if self._author(p, n) == author)

    def _has_written(self, author: str, n: int) -> bool:
        """Whether anything of theirs ever came in, whosever it turned out to be; or turned out to be theirs."""
        claimed = (k for k in self._back(n, entries.PostClaimed) if self._claims(k) is not None)
        return any(self._head(k).author == author for k in claimed) or any(
            self._born(p, n).author == author for p in self.posts(n)
        )

    @_remembered
    def _is_erased(self, author: str, n: int) -> bool:
        """Whether an organiser erased an author of a network, who is then not to come back."""
        return any(
            self._head(k).author == author
            and self._organiser(k)
            and any(self._born(p, k - 1).source != "phone" for p in self._of(author, k - 1))
            for k in self._back(n, entries.Erased)
        )

    @_remembered
    def _bans(self, author: str, n: int, without: int = 0) -> tuple[int, ...]:
        """The bans that stand, the newest first; *without* is one to leave out."""
        return tuple(
            k
            for k in self._back(n, entries.Banned)
            if self._head(k).author == author and k != without and self._counts(k) and self._undone_at(k, n) is None
        )

    def standing(self, author: str, n: int) -> tuple[bool, bool]:
        """Whether an author is banned, and whether they were erased and may not come back."""
        return bool(self._bans(author, n)), self._is_erased(author, n)

    @_remembered
    def _counts(self, k: int) -> bool:
        """Whether a ban was carried out, and is more than a moderator's second click."""
        head = self._head(k)
        if not self._staff(k) or not self._has_written(head.author, k - 1):
            return False
        before = self._bans(head.author, k - 1)
        return not before or self._head(before[0]).by != head.by or bool(self._swept(k))

    @_remembered
    def _swept(self, k: int) -> tuple[str, ...]:
        """The posts that a ban took away."""
        head = self._head(k)
        if not head.earlier or not self._staff(k):
            return ()
        return tuple(p for p in self._of(head.author, k - 1) if self.status(p, k - 1) in ("held", "shown"))

    # Revisions

    @_remembered
    def _revisions(self, post: str, n: int) -> tuple[int, ...]:
        """The entries that made the post's revisions, the oldest first."""
        first = self.arrival(post, n)
        assert first is not None
        makers = self._back(n, entries.PostEdited, entries.PostAmended)
        later = [k for k in makers if post in (self._edits(k), self._amends(k))]
        return (first, *reversed(later))

    @_remembered
    def _amends(self, k: int) -> str | None:
        """The post to which staff gave a new revision that stands as the one before."""
        head = self._head(k)
        if not isinstance(head, entries.PostAmended) or not self._staff(k) or self.arrival(head.post, k - 1) is None:
            return None
        is_newest = len(self._revisions(head.post, k - 1)) == head.revision
        return head.post if is_newest and self.status(head.post, k - 1) not in FINAL else None

    @_remembered
    def _edits(self, k: int) -> str | None:
        if not self._is(k, entries.PostEdited):
            return None
        post = self._named(self._head(k).keys, k - 1)
        return None if post is None or self.status(post, k - 1) in FINAL else post

    def _since_arrival(self, post: str, n: int) -> range:
        """The entries after the post came in, the newest first."""
        return range(n, self.arrival(post, n) or 0, -1)

    # How a post stands

    @_remembered
    def status(self, post: str, n: int) -> str:
        """How the post stands: the last thing that touched it says so."""
        for k in range(n, 0, -1):
            answer = self._made_of(post, k)
            if answer is not None:
                return answer
        raise AssertionError(f"{post} never came in")

    @_remembered
    def _made_of(self, post: str, k: int) -> str | None:
        """What entry k made of the post; None when it left the post alone."""
        came = self.arrival(post, k)
        if came is None:
            return None
        if came == k:
            return self._on_arrival(k)
        tell = _ANSWERS.get(type(self._head(k)))
        return None if tell is None else tell(self, post, k)

    def _on_arrival(self, k: int) -> str:
        head = self._head(k)
        if type(head.verdict).__name__ == "Reject":
            return "rejected"
        policy, policy_since = self.policy(k - 1)
        _, rules_since = self._last_act(entries.RulesSet, k - 1)
        is_on, source_since = self._source(head.source, k - 1)
        is_phone = head.source == "phone"
        passes = (
            type(head.verdict).__name__ == "Show"
            and policy != "everything-waits"
            and policy_since <= head.seen
            and rules_since <= head.seen
            and (is_phone or (is_on and source_since <= head.seen))
            and not self._bans(head.author, k - 1)
        )
        return "shown" if passes else "held"

    def _edited(self, post: str, k: int) -> str | None:
        if self._edits(k) != post:
            return None
        is_bad = type(self._head(k).verdict).__name__ == "Reject" or self._bans(self._author(post, k - 1), k - 1)
        return "rejected" if is_bad else "held"

    def _claimed(self, post: str, k: int) -> str | None:
        is_waiting_or_shown = self._claims(k) == post and self.status(post, k - 1) in ("held", "shown")
        return "rejected" if is_waiting_or_shown and self._bans(self._head(k).author, k - 1) else None

    def _departed(self, post: str, k: int) -> str | None:
        leaves = self._named(self._head(k).keys, k - 1) == post
        return "gone" if leaves and self.status(post, k - 1) not in TAKEN_BACK else None

    def _author_departed(self, post: str, k: int) -> str | None:
        leaves = self._author(post, k - 1) == self._head(k).author
        return "gone" if leaves and self.status(post, k - 1) not in TAKEN_BACK else None

    def _withdrawn(self, post: str, k: int) -> str | None:
        head, born = self._head(k), self._born(post, k)
        is_theirs = head.post == post and born.source == "phone" and head.device in (None, born.device)
        return "withdrawn" if is_theirs and self.status(post, k - 1) not in TAKEN_BACK else None

    def _erased(self, post: str, k: int) -> str | None:
        head = self._head(k)
        is_meant = post in head.posts or self._author(post, k - 1) == head.author
        return "erased" if is_meant and self._organiser(k) else None

    def _expired(self, post: str, k: int) -> str | None:
        is_old = post in self._head(k).posts and self.status(post, k - 1) in ("rejected", "hidden")
        return "erased" if is_old and not self.holds(k - 1) else None

    def _lapsed(self, post: str, k: int) -> str | None:
        goes = "posts" in self._head(k).kinds and not self.holds(k - 1)
        return "lapsed" if goes and self.status(post, k - 1) not in FINAL else None

    def holds(self, n: int) -> bool:
        """Whether there is a legal hold: then time takes nothing."""
        return next((self._head(k).on for k in self._back(n, entries.HoldSet) if self._organiser(k)), False)

    def _banned(self, post: str, k: int) -> str | None:
        if post not in self._swept(k):
            return None
        return "hidden" if self.status(post, k - 1) == "shown" else "rejected"

    def _decided(self, post: str, k: int) -> str | None:
        if not self._is_carried_out(post, k) or self._head(k).decision.value not in ("show", "hold", "reject", "hide"):
            return None
        return TABLE[self.status(post, k - 1), self._head(k).decision.value]

    def _undone(self, post: str, k: int) -> str | None:
        return self.status(post, self._head(k).seq - 1) if self._gives_back(post, k) else None

    # Decisions

    @_remembered
    def _is_carried_out(self, post: str, k: int) -> bool:
        """Whether decision k counted for this post."""
        head = self._head(k)
        stands = self.status(post, k - 1)
        if not any(t.post == post for t in head.posts) or not self._staff(k) or stands in FINAL:
            return False
        if head.decision.value not in ("show", "pin", "star"):
            return True
        revisions = self._revisions(post, k - 1)
        newest = (post, len(revisions), self._head(revisions[-1]).digest)
        is_meant = any((t.post, t.revision, t.digest) == newest for t in head.posts)
        is_seen = head.seen is None or self._touched(post, k - 1) <= head.seen
        return is_meant and is_seen and (head.decision.value == "show" or stands == "shown")

    @_remembered
    def _changes(self, post: str, k: int) -> bool:
        """Whether decision k made anything other than it was."""
        if not self._is_carried_out(post, k):
            return False
        return any(
            ask(post, k) != ask(post, k - 1) for ask in (self.status, self.is_pinned, self.is_starred, self._reason)
        )

    @_remembered
    def _touched(self, post: str, n: int) -> int:
        """The last entry by which staff had a say about the post; 0 when they had none."""
        for k in self._since_arrival(post, n):
            if self._is(k, entries.Decided) and self._is_said(post, k):
                return k
            if self._is(k, entries.Undone) and self._gives_back(post, k):
                return k
            if self._is(k, entries.Banned) and post in self._swept(k):
                return k
        return 0

    @_remembered
    def _stands_by(self, post: str, n: int) -> int:
        """
        What staff said last of the post and did not take back: undo takes that one back, and then the one before it.

        An undo that was carried out although more had come since is itself what it stands by.
        """
        k = self._touched(post, n)
        if k == 0 or not self._is(k, entries.Undone):
            return k
        taken_back: int = self._head(k).seq
        is_last = self._stands_by(post, k - 1) == taken_back
        return self._stands_by(post, taken_back - 1) if is_last else k

    def _is_said(self, post: str, k: int) -> bool:
        """Whether decision k counts as the last word: it changed something, or is another's restriction once more."""
        is_other = self._head(k).by != self._by(self._touched(post, k - 1))
        is_restriction = self._head(k).decision.value not in ("show", "pin", "star")
        return self._changes(post, k) or (is_other and is_restriction and self._is_carried_out(post, k))

    def _by(self, k: int) -> str | None:
        return self._head(k).by if k else None

    @_remembered
    def _reason(self, post: str, n: int) -> Any:
        for k in self._since_arrival(post, n):
            head = self._head(k)
            if self._is(k, entries.PostEdited) and self._edits(k) == post:
                return None
            if isinstance(head, entries.Undone) and self._gives_back(post, k):
                return self._reason(post, head.seq - 1)
            if isinstance(head, entries.Decided) and self._decided(post, k) is not None:
                return head.reason if self._decided(post, k) == "rejected" else None
        return None

    @_remembered
    def is_pinned(self, post: str, n: int) -> bool:
        return self._is_marked(post, n, "pin", "unpin", self.is_pinned)

    @_remembered
    def is_starred(self, post: str, n: int) -> bool:
        return self._is_marked(post, n, "star", "unstar", self.is_starred)

    def _is_marked(self, post: str, n: int, on: str, off: str, ask: Callable[[str, int], bool]) -> bool:
        """Marks last until the post leaves the screens, and come back with an undo that puts it there again."""
        for k in self._since_arrival(post, n):
            head = self._head(k)
            if isinstance(head, entries.Undone) and self._gives_back(post, k) and self.status(post, k) == "shown":
                return ask(post, head.seq - 1)
            if self._made_of(post, k) not in (None, "shown"):
                return False
            if isinstance(head, entries.Decided) and head.decision.value in (on, off) and self._is_carried_out(post, k):
                return head.decision.value == on
        return False

    # Undo

    @_remembered
    def _undone_at(self, k: int, n: int) -> int | None:
        """The entry that took decision or ban k back."""
        return next((j for j in self._back(n, entries.Undone) if self._head(j).seq == k and self._is_undo(j)), None)

    @_remembered
    def _is_undo(self, j: int) -> bool:
        k = self._head(j).seq
        if not 0 < k < j or not self._staff(j) or self._undone_at(k, j - 1) is not None:
            return False
        if self._is(k, entries.Banned):
            return self._counts(k)
        return self._is(k, entries.Decided) and any(self._may_go_back(p, k, j) for p in self.posts(k))

    @_remembered
    def _gives_back(self, post: str, j: int) -> bool:
        k = self._head(j).seq
        return self._is_undo(j) and self.arrival(post, k) is not None and self._may_go_back(post, k, j)

    @_remembered
    def _may_go_back(self, post: str, k: int, j: int) -> bool:
        """Whether the post may be, by undo j, what it was before decision or ban k."""
        was_touched = post in self._swept(k) if self._is(k, entries.Banned) else self._changes(post, k)
        if not was_touched or self.status(post, j - 1) in FINAL:
            return False
        is_release = self.status(post, k - 1) == "shown"
        if not is_release and self.status(post, j - 1) == "shown":
            return True
        is_same = self._stands_by(post, j - 1) == k and self._revisions(post, j - 1) == self._revisions(post, k - 1)
        return is_same and not (is_release and self._bans(self._author(post, j - 1), j - 1, k))

    # All of it together

    def stands(self, post: str, n: int) -> Standing:
        """Everything that is to be known of a post."""
        return Standing(
            self.status(post, n),
            len(self._revisions(post, n)),
            self._touched(post, n),
            self._reason(post, n),
            self.is_pinned(post, n),
            self.is_starred(post, n),
        )

    # The screens

    @_remembered
    def _released(self, post: str, n: int) -> int:
        """When the post came on the screens, for the time that it is there."""
        for k in range(n, 0, -1):
            if self.arrival(post, k - 1) is None or self.status(post, k - 1) != "shown":
                return k
        return 0

    def screen(self, n: int) -> dict[str, Look]:
        """The posts that may be on the screens now."""
        is_stopped, _ = self._switch(entries.Stopped, n)
        is_paused, paused_at = self._switch(entries.Paused, n)
        if is_stopped:
            return {}
        return {
            post: self._look(post, n)
            for post in self.posts(n)
            if self.status(post, n) == "shown" and not (is_paused and self._released(post, n) > paused_at)
        }

    def _look(self, post: str, n: int) -> Look:
        revisions = self._revisions(post, n)
        encoded = self._all[revisions[-1] - 1].body
        assert encoded is not None
        body = msgspec.json.decode(encoded, type=PostBody)
        return Look(len(revisions), body.text, body.name, self.is_pinned(post, n), self.is_starred(post, n))

    def was_ever_released(self, post: str, revision: int, digest: str, n: int) -> bool:
        """
        Whether anybody, moderator or rule, ever said "show" of exactly these bytes, or a moderator made them of such.

        Asks nothing of the rest of this oracle: a post on a screen for which this says no is the worst thing there is.
        """
        target = (post, revision, digest)
        for k in range(n, 0, -1):
            head = self._head(k)
            if isinstance(head, entries.Decided) and head.decision.value == "show":
                said = [(t.post, t.revision, t.digest) for t in head.posts]
            elif isinstance(head, entries.PostArrived) and type(head.verdict).__name__ == "Show":
                said = [(head.post, 1, head.digest)]
            elif isinstance(head, entries.PostAmended) and self._was_any_released(head.post, head.revision, k - 1):
                said = [(head.post, head.revision + 1, head.digest)]
            else:
                said = []
            if target in said:
                return True
        return False

    def _was_any_released(self, post: str, revision: int, n: int) -> bool:
        """Whether any bytes of this revision were."""
        digests = {t.digest for k in self._back(n, entries.Decided) for t in self._head(k).posts if t.post == post}
        digests |= {self._head(k).digest for k in self._back(n, entries.PostArrived, entries.PostAmended)}
        return any(self.was_ever_released(post, revision, digest, n) for digest in digests)


_ACTS = (
    entries.Stopped,
    entries.Paused,
    entries.PolicySet,
    entries.SceneSet,
    entries.RulesSet,
    entries.Announced,
    entries.ThemeSet,
)
_WITH_WORDS = (entries.SceneSet, entries.RulesSet, entries.Announced, entries.ThemeSet)

_ANSWERS: dict[type, Callable[[History, str, int], str | None]] = {
    entries.PostEdited: History._edited,
    entries.PostClaimed: History._claimed,
    entries.PostDeparted: History._departed,
    entries.AuthorDeparted: History._author_departed,
    entries.PostWithdrawn: History._withdrawn,
    entries.Erased: History._erased,
    entries.Expired: History._expired,
    entries.Lapsed: History._lapsed,
    entries.Banned: History._banned,
    entries.Decided: History._decided,
    entries.Undone: History._undone,
}
