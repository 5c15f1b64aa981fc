"""
What staff do to the whole symposium: scenes, announcements, theme, rules, policy, stop and pause, and alt texts.

Texts are cleaned and bounded here; what a badge may do is the law's to say.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from server.covers import Covers, Submit
from server.errors import BadInput
from server.intake import text
from server.intake.amend import amended
from server.intake.digest import digest, same_content
from server.symposium import views
from server.symposium.acts import can_undo
from server.symposium.entries import (
    ActUndone,
    Announced,
    AnnouncementBody,
    PostAmended,
    RulesBody,
    RulesSet,
    SceneBody,
    SceneSet,
    ThemeBody,
    ThemeSet,
    encode_body,
)
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.state import State, is_final
from server.symposium.values import ActKind, BadgeId, PostId, Scene

MAX_ANNOUNCEMENT: Final = 280
MAX_SLIDE_TITLE: Final = 120
MAX_SLIDE_TEXT: Final = 500
"""Graphemes."""
MAX_ANNOUNCEMENT_LINES: Final = 2


class Staging:
    """
    Makes the entries.

    Args:
        state: Read only.
        may: Whether a badge is live and staff.
        submit: Makes an entry durable.
        covers: For what takes something off the screens.
    """

    def __init__(self, *, state: State, may: Callable[[BadgeId], bool], submit: Submit, covers: Covers) -> None:
        self._state = state
        self._may = may
        self._submit = submit
        self._covers = covers

    async def scene(self, head: SceneSet, *, title: str = "", words: str = "") -> Outcome:
        """What all screens show, or some; see `Node.set_scene`."""
        body = None
        if head.scene is Scene.TEXT:
            slide = SceneBody(
                title=text.within(title, MAX_SLIDE_TITLE, "$.title", lines=False),
                text=text.within(words, MAX_SLIDE_TEXT, "$.text"),
            )
            if not slide.title and not slide.text:
                raise BadInput("The slide is empty; give it a title or a text.", code="empty", field="$.text")
            body = encode_body(slide)
        return await self._submit(head, body, urgent=True)

    async def announce(self, by: BadgeId, words: str | None) -> Outcome:
        """What the organisation says; None takes it off."""
        if words is None:
            return await self._submit(Announced(by=by, on=False), urgent=True)
        cleaned = text.within(words, MAX_ANNOUNCEMENT, "$.text")
        if not cleaned:
            raise BadInput("The announcement is empty; write something.", code="empty", field="$.text")
        if cleaned.count("\n") >= MAX_ANNOUNCEMENT_LINES:
            raise BadInput("An announcement has one line or two.", code="too-long", field="$.text")
        return await self._submit(Announced(by=by, on=True), encode_body(AnnouncementBody(text=cleaned)), urgent=True)

    async def theme(self, by: BadgeId, body: ThemeBody) -> Outcome:
        """How the screens look; the caller has checked it."""
        return await self._submit(ThemeSet(by=by), encode_body(body), urgent=True)

    async def rules(self, by: BadgeId, body: RulesBody) -> Outcome:
        """Which rules intake asks; the caller has checked them."""
        return await self._submit(RulesSet(by=by), encode_body(body), urgent=True)

    async def amend(
        self,
        by: BadgeId,
        post: PostId,
        revision: int,
        *,
        alts: Sequence[str] | None,
        session: str | msgspec.UnsetType | None,
    ) -> Outcome:
        """Change a post's alt texts or session; see `Node.amend`."""
        known = self._state.posts.get(post)
        body = None if known is None else views.post_body(self._state, known)
        if known is None or body is None:
            return Refused(seq=self._state.seq, code="unknown" if known is None or not is_final(known) else "final")
        if known.revision != revision:
            return Refused(seq=self._state.seq, code="stale-revision", post=post)
        new = amended(body, alts if alts is not None else [m.alt for m in body.media], salt=secrets.token_hex(16))
        held = known.session if session is msgspec.UNSET else session
        if same_content(new, body) and held == known.session:
            return Done(self._state.seq)  # so it was already
        head = PostAmended(by=by, post=post, revision=revision, digest=digest(new), session=held)
        return await self._submit(head, encode_body(new))

    async def undo(self, by: BadgeId, seq: int) -> Outcome:
        """Take back act *seq*. A start that is taken back stops, and covers the screens at once."""
        act = self._state.acts.get(seq)
        stops = act is not None and act.kind is ActKind.STOP and act.detail == "off" and can_undo(self._state, act)
        return await self._covers.restrict(ActUndone(by=by, seq=seq), "all" if stops and self._may(by) else ())
