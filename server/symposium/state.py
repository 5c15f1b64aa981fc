"""
The state of a symposium: what `apply` makes of the entries, and nothing else.

Bodies are kept as bytes by the seq of the entry that carried them, unread: so that for every journal J and set of seqs
S `replay(redact(J, S)) == erase(replay(J), S)`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from server.symposium.values import (
    FINAL,
    AuthorKey,
    BadgeId,
    Decision,
    DeviceId,
    Policy,
    PostId,
    Reason,
    Role,
    Scene,
    SourceId,
    Status,
    Verdict,
)


class Post(msgspec.Struct, gc=False):
    """
    One post, at its newest revision.

    `body` is the seq whose body holds that revision; `bodies` all seqs that hold one of this post's.
    `released` is the seq that put it on the screens, None while it is not there; `decided*` tell the last decision.
    """

    id: PostId
    source: SourceId
    network: str
    author: AuthorKey
    device: DeviceId | None
    arrived: int
    received: int
    revised: int
    revision: int
    digest: str
    body: int
    bodies: tuple[int, ...]
    status: Status
    verdict: Verdict
    lang: str | None
    session: str | None
    photos: int
    like: PostId | None
    notes: tuple[str, ...]
    released: int | None = None
    decided: int = 0
    decided_at: int = 0
    decided_by: BadgeId | None = None
    reason: Reason | None = None
    pinned: bool = False
    starred: bool = False


class Author(msgspec.Struct, kw_only=True, gc=False):
    """Everything the law knows of an author: which posts, whether banned (seq of the ban), whether erased."""

    posts: list[PostId]
    shown: int = 0
    rejected: int = 0
    banned: int | None = None
    erased: bool = False


class Badge(msgspec.Struct, kw_only=True, gc=False):
    """A badge. `body` is the seq that holds its name; `revoked` the µs at which it lost its worth, None while live."""

    id: BadgeId
    role: Role
    token_hash: str
    body: int
    made: int
    run: str | None
    revoked: int | None = None


class Source(msgspec.Struct, kw_only=True, gc=False):
    """A configured source; `changed` is the seq of its last change, `body` of its options."""

    id: SourceId
    network: str
    on: bool
    body: int
    changed: int
    by: BadgeId


class Switch(msgspec.Struct, kw_only=True, gc=False):
    """Something that is on or off: since when (µs, seq) and by whom."""

    on: bool = False
    at: int = 0
    seq: int = 0
    by: BadgeId | None = None


class Before(msgspec.Struct, frozen=True, gc=False):
    """How a post was before an entry changed it: what undo restores. `after` is what the entry made of it."""

    post: PostId
    revision: int
    status: Status
    pinned: bool
    starred: bool
    reason: Reason | None
    after: Status


class Made(msgspec.Struct, gc=False):
    """A decision or ban that was carried out, for history and undo. `decision` is None for a ban."""

    seq: int
    at: int
    by: BadgeId
    decision: Decision | None
    reason: Reason | None
    before: tuple[Before, ...]
    author: AuthorKey | None = None
    earlier_ban: int | None = None
    undone: int | None = None
    undone_by: BadgeId | None = None


class State(msgspec.Struct, kw_only=True):
    """Everything that the entries up to `seq` have made true. Only `apply` changes it."""

    seq: int = 0
    at: int = 0
    slug: str = ""
    short: str = ""
    languages: tuple[str, ...] = ("nl", "en")
    body: int = 0
    """The seq that holds title, hashtags and date."""
    policy: Policy = Policy.EVERYTHING_WAITS
    policy_seq: int = 0
    pending_cap: int = 5
    scene: Scene = Scene.FOUNTAIN
    scene_seq: int = 0
    stop: Switch = msgspec.field(default_factory=Switch)
    pause: Switch = msgspec.field(default_factory=Switch)
    badges: dict[BadgeId, Badge] = {}
    sources: dict[SourceId, Source] = {}
    posts: dict[PostId, Post] = {}
    authors: dict[AuthorKey, Author] = {}
    by_key: dict[str, PostId] = {}
    by_request: dict[str, tuple[PostId, str]] = {}
    pending: dict[DeviceId, int] = {}
    """How many posts of a device wait."""
    devices: dict[DeviceId, list[PostId]] = {}
    held: dict[PostId, None] = {}
    """The queue, in the order of arrival (a revised or re-held post joins at the end)."""
    shown: dict[PostId, None] = {}
    """What is on the screens, in the order of release."""
    pinned: dict[PostId, None] = {}
    starred: dict[PostId, None] = {}
    hidden: dict[PostId, None] = {}
    rejected: dict[PostId, None] = {}
    made: dict[int, Made] = {}
    bodies: dict[int, bytes] = {}
    broken: int = 0
    """Entries that the law could not read: logged, counted, never a crash loop."""


def erase(state: State, seqs: Iterable[int]) -> State:
    """Forget the bodies of *seqs*, as a replay of a journal in which they were redacted would. Changes *state*."""
    for seq in seqs:
        state.bodies.pop(seq, None)
    return state


def is_final(post: Post) -> bool:
    """True when nobody can change the post any more."""
    return post.status in FINAL
