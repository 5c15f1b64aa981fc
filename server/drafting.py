"""
What authors do to the report: from what they wrote and chose to entries.

What a badge may do is the law's to say. A text is bounded here: Markdown takes time, and a chapter needs no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.covers import Submit
from server.errors import BadInput
from server.intake import text
from server.symposium.entries import BlockBody, BlockWritten, QuotesOrdered, QuotesSet, ReportSet, encode_body
from server.symposium.outcomes import Outcome
from server.symposium.values import BadgeId, BlockId, Choice, Cover, Naming, PostId

MAX_TEXT: Final = 20_000
"""Characters of one text: about eight pages."""
MAX_POSTS: Final = 500
"""In one go."""


class Drafting:
    """
    Makes the entries.

    Args:
        submit: Makes an entry durable.
    """

    def __init__(self, *, submit: Submit) -> None:
        self._submit = submit

    async def set_report(self, by: BadgeId, *, naming: Naming, lang: str, cover: Cover) -> Outcome:
        """How the report names people, its language and its cover."""
        return await self._submit(ReportSet(by=by, naming=naming, lang=lang, cover=cover))

    async def write(
        self, by: BadgeId, block: BlockId, words: str, *, base: int, settles: Sequence[int] = ()
    ) -> Outcome:
        """
        A text of the report.

        Args:
            base: The entry of the text that was changed, 0 for none.
            settles: Texts beside it that need not be kept.

        Raises:
            BadInput: It is too long.
        """
        if len(words) > MAX_TEXT:
            raise BadInput(f"A text has at most {MAX_TEXT} characters.", code="too-long", field="$.text")
        head = BlockWritten(by=by, block=block, base=base, settles=tuple(settles))
        return await self._submit(head, encode_body(BlockBody(text=text.clean(words))))

    async def set_quotes(
        self,
        by: BadgeId,
        posts: Sequence[PostId],
        *,
        choice: Choice | None = None,
        pull: Choice | None = None,
        naming: Naming | None = None,
        as_all: bool = False,
        into: PostId | None = None,
        alone: bool = False,
    ) -> Outcome:
        """What the report does with posts; None leaves that as it is. See `entries.QuotesSet`."""
        head = QuotesSet(
            by=by,
            posts=_bounded(posts),
            choice=choice,
            pull=pull,
            naming=naming,
            as_all=as_all,
            into=into,
            alone=alone,
        )
        return await self._submit(head)

    async def order(self, by: BadgeId, section: str, posts: Sequence[PostId]) -> Outcome:
        """In which order a section has its posts."""
        return await self._submit(QuotesOrdered(by=by, section=section, posts=_bounded(posts)))


def _bounded(posts: Sequence[PostId]) -> tuple[PostId, ...]:
    if len(posts) > MAX_POSTS:
        raise BadInput(f"Take at most {MAX_POSTS} posts at a time.", code="too-many", field="$.posts")
    return tuple(posts)
