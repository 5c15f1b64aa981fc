"""What a node knows at the moment that it judges."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from server.intake.rules import Rules
from server.symposium.values import AuthorKey, Policy, PostId


class Recent(msgspec.Struct, frozen=True):
    """
    A post of the last while, as far as comparing needs it. `match` comes from its `Judgement`.

    `ordered` is kept here, since every arrival is compared with the same 500; and nowhere else, so that the words of a
    post that is erased go with it.
    """

    post: PostId
    match: str
    author: AuthorKey
    ordered: str = ""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "ordered", in_order(self.match))


def in_order(match: str) -> str:
    """The words of *match* in alphabetical order."""
    return " ".join(sorted(match.split()))


def _nobody(_: str) -> tuple[Recent, ...]:
    return ()


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the node knows of an arrival's author, source and neighbours.

    Args:
        policy: Who decides where no rule finds anything.
        author: The author's key, to know their posts in `recent`; None: none of them counts as the author's own.
        author_known: A person showed a post of this author before.
        author_banned: The author may not come back.
        source_trusted: The organisation's own source: its authors are known, may be automatons, and may bring links,
            photos and reserved names. Everything else holds for it too.
        recent: Newest last, at most 500. Without the post itself where an edit is judged, and without what its author
            or a moderator took away, so that a post can be sent again without its telephone number.
        same: Those before `recent` that say just a match text, newest last; as there.
        author_posts_last_minute: This one not counted.
        hashtags: The symposium's.
        had_hashtag: It is an edit, of a post with one of them in its text.
        max_graphemes: What a phone may send, and what a screen shows of a network's post.
    """

    policy: Policy
    author: AuthorKey | None = None
    author_known: bool = False
    author_banned: bool = False
    source_trusted: bool = False
    recent: Sequence[Recent] = ()
    same: Callable[[str], Sequence[Recent]] = _nobody
    author_posts_last_minute: int = 0
    hashtags: tuple[str, ...] = ()
    had_hashtag: bool = False
    rules: Rules = Rules()
    max_graphemes: int = 500
