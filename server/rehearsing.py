"""The rehearsal on a real symposium: its posts and its scripted moderator take the same road as everybody's."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence

from server.blobs.images import Kind, PicturePool
from server.blobs.pictures import take_in
from server.errors import Conflict, NotFound
from server.intake.arrival import Arrival
from server.rehearsal.conductor import Conductor, Waiting
from server.rehearsal.drawing import draw
from server.rehearsal.script import RehearsalPost
from server.symposium.entries import Banned, Decided, Record, SourceBody, Undone
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.state import Post
from server.symposium.values import (
    OPERATOR,
    PHONE,
    BadgeId,
    BlobId,
    Decision,
    DeviceId,
    Picture,
    PostId,
    Reason,
    Role,
    SourceId,
)
from server.web.site import Hall

_log = logging.getLogger(__name__)

MODERATOR = {"nl": "Oefenredactie", "en": "Rehearsal desk"}
SOURCE = SourceId("rehearsal-1")
PLAYED = {"nl": "Oefening (Mastodon)", "en": "Rehearsal (Mastodon)"}


class RehearsalStage:
    """
    A symposium as the conductor needs it.

    Args:
        hall: The symposium.
        images: Draws pictures anew, as anybody's.
        badge: The scripted moderator's.
    """

    def __init__(self, hall: Hall, images: PicturePool, badge: BadgeId) -> None:
        self._hall = hall
        self._images = images
        self._badge = badge
        self._last: dict[str, int] = {}

    async def post(self, post: RehearsalPost) -> str | None:
        """Hand in a post as its author would."""
        made, new = await self._hall.node.receive(await self._arrival(post))
        return made.id if new else None

    async def _arrival(self, post: RehearsalPost) -> Arrival:
        handle = post.author.handle
        device = None if handle else DeviceId(f"rehearsal-{post.author.key}")
        return Arrival(
            source=SOURCE if handle else PHONE,
            network="mastodon" if handle else PHONE,
            author_id=post.author.key if handle else str(device),
            device=device,
            native_id=f"rehearsal/{post.key}" if handle else None,
            text=post.text,
            name=post.author.name,
            handle=handle,
            lang=post.lang,
            media=await self._pictures(post),
            session=post.session,
        )

    async def _pictures(self, post: RehearsalPost) -> tuple[Picture, ...]:
        if post.picture is None:
            return ()
        data = await asyncio.to_thread(draw, post.picture)
        stored = await take_in(data, kind=Kind.PHOTO, images=self._images, store=self._hall.store)
        small = None if stored.small is None else BlobId(stored.small.id)
        picture = Picture(
            blob=BlobId(stored.id),
            type=stored.media_type,
            width=stored.width,
            height=stored.height,
            alt=post.alt,
            small=small,
        )
        return (picture,)

    async def decide(self, post_id: str, decision: Decision, reason: Reason | None) -> None:
        """Carry out a decision of the scripted moderator."""
        post = self._post(post_id)
        if post.decided_by not in (None, self._badge):
            raise Conflict("a person decided on this post", code="decided-since")
        outcome = await self._hall.node.decide(
            self._badge, decision, [(post.id, post.revision)], seen=self._hall.node.state.seq, reason=reason
        )
        self._last[post_id] = self._done(outcome).seq

    async def undo(self, post_id: str) -> None:
        """Take back the scripted moderator's last decision about this post."""
        self._done(await self._hall.node.undo(self._badge, self._last[post_id]))

    def queue(self) -> Sequence[Waiting]:
        """What waits for a moderator, oldest first."""
        state = self._hall.node.state
        now_us = time.time_ns() // 1_000
        return [Waiting(id=p, age_s=(now_us - state.posts[p].revised) / 1e6) for p in state.held]

    def _post(self, post_id: str) -> Post:
        post = self._hall.node.state.posts.get(PostId(post_id))
        if post is None:
            raise NotFound(f"there is no post {post_id}")
        return post

    @staticmethod
    def _done(outcome: Outcome) -> Done:
        if isinstance(outcome, Done):
            return outcome
        code = outcome.code if isinstance(outcome, Refused) else "not-done"
        raise Conflict(f"not carried out: {code}", code=code)


async def rehearse(hall: Hall, images: PicturePool, *, speed: float) -> None:
    """Play the rehearsal on *hall*, at *speed* times its 25 minutes, to its end."""
    lang = hall.node.state.languages[0]
    badge, _ = await hall.node.make_badge(OPERATOR, Role.MODERATOR, MODERATOR[lang])
    await hall.node.set_source(OPERATOR, SOURCE, "rehearsal", SourceBody(name=PLAYED[lang]), on=True)
    conductor = Conductor(RehearsalStage(hall, images, badge), speed=speed)

    def note(record: Record, _: Done) -> None:
        head = record.head
        if isinstance(head, Decided | Undone | Banned) and head.by != badge:
            posts = [t.post for t in head.posts] if isinstance(head, Decided) else [None]
            for post in posts:
                conductor.person_acted(post)

    hall.node.listen(note)
    await conductor.run()
    _log.info("the rehearsal is over")
