"""Which posts said exactly the same, for longer than is affordable to look for what says nearly the same."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from server.symposium.values import PostId

MAX_HEARD: Final = 20_000
"""Posts that are remembered; the oldest make room."""

MAX_ALIKE: Final = 500
"""So many that say the same, the newest: with that many the rules have enough."""

_DIGEST_BYTES: Final = 16


class Heard:
    """Remembers by digests: no words are kept. Some 150 bytes for each post."""

    def __init__(self) -> None:
        self._digests: dict[PostId, bytes] = {}
        self._posts: dict[bytes, tuple[PostId, ...]] = {}

    def __contains__(self, post: PostId) -> bool:
        return post in self._digests

    def add(self, post: PostId, match: str) -> None:
        """*post* says *match*, a match text; or does so from now on."""
        self._let_go(post)
        digest = _digest(match)
        self._digests[post] = digest
        self._posts[digest] = (*self._posts.get(digest, ()), post)[-MAX_ALIKE:]
        if len(self._digests) > MAX_HEARD:
            self.forget(next(iter(self._digests)))

    def forget(self, post: PostId) -> None:
        """It says nothing any more."""
        self._let_go(post)
        self._digests.pop(post, None)

    def said(self, match: str) -> tuple[PostId, ...]:
        """The posts that say just that, oldest first."""
        return self._posts.get(_digest(match), ()) if self._posts else ()

    def _let_go(self, post: PostId) -> None:
        digest = self._digests.get(post)
        if digest is None:
            return
        others = tuple(each for each in self._posts.get(digest, ()) if each != post)
        if others:
            self._posts[digest] = others
        else:
            self._posts.pop(digest, None)


def _digest(match: str) -> bytes:
    return blake2b(match.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()
