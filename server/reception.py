"""
The door for posts: how they come in, change at their source, and leave with their author or source.

Who says the same twice gets the same answer, mostly without an entry; of two at once, the law finds the double.
"""

from __future__ import annotations

import logging

from server.attribution import Attribution
from server.covers import Covers, Submit
from server.errors import Conflict, NotFound, TooMany
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.intake.brake import Trip
from server.intake.digest import digest
from server.intake.verdict import Judgement, Recent, text_of
from server.judging import Judging, RecentPosts
from server.keyring import Keyring, new_id
from server.symposium import views
from server.symposium.entries import (
    AuthorDeparted,
    BrakeTripped,
    Entry,
    PostArrived,
    PostDeparted,
    PostEdited,
    PostWithdrawn,
    encode_body,
)
from server.symposium.outcomes import Done, Outcome, Refused, Repeated
from server.symposium.posts import arrival_refusal, by_keys, known_request
from server.symposium.state import Post, State, is_final, is_taken_back
from server.symposium.values import AuthorKey, DeviceId, Hold, PostBody, PostId, Reject

_log = logging.getLogger(__name__)


class Reception:
    """
    Makes entries of what phones and sources say about posts.

    Args:
        state: Read only.
        keyring: For the keyed hashes of identities and authors.
        attribution: Knows which session of the programme a new post belongs to.
        judging: Asked about every new text.
        recent: Told of every new post.
        covers: For what takes something off the screens.
        submit: For what takes nothing off them.
    """

    def __init__(
        self,
        *,
        state: State,
        keyring: Keyring,
        attribution: Attribution,
        judging: Judging,
        recent: RecentPosts,
        covers: Covers,
        submit: Submit,
    ) -> None:
        self._state = state
        self._keyring = keyring
        self._judging = judging
        self._attribution = attribution
        self._recent = recent
        self._covers = covers
        self._submit = submit
        self._requests: set[str] = set()
        """Those of which the first use is still in progress."""

    # In

    async def receive(self, arrival: Arrival) -> tuple[Post, bool]:
        """Take in a post, new or edited; durable when this returns. `Node.receive` says what it gives and raises."""
        keys = self._identities(arrival)
        known = by_keys(self._state, keys)
        if known is not None:
            return await self._receive_again(arrival, self._state.posts[known], keys)
        request = self._request(arrival)
        if request is None:
            return await self._receive_new(arrival, keys, None)
        if request in self._requests:
            raise Conflict("This request is still in progress; ask again in a second.", code="request-in-progress")
        self._requests.add(request)
        try:
            return await self._receive_new(arrival, keys, request)
        finally:
            self._requests.discard(request)

    def answered(self, device: DeviceId, key: str, digest: str) -> Post | None:
        """
        The post that this Idempotency-Key of *device* made before: asking again costs nothing, and needs no upload.

        Raises:
            Conflict: The key was used for something else than *digest*.
        """
        known = self._state.by_request.get(self._keyring.identity("request", device, key))
        if known is None:
            return None
        post, earlier = known
        if earlier != digest:
            raise _arrival_error("request-reused")
        return self._state.posts[post]

    def _identities(self, arrival: Arrival | Departure) -> tuple[str, ...]:
        keys = []
        if arrival.uri is not None:
            keys.append(self._keyring.identity("uri", arrival.uri))
        if arrival.native_id is not None:
            keys.append(self._keyring.identity("native", arrival.network, arrival.native_id))
        return tuple(keys)

    def _request(self, arrival: Arrival) -> str | None:
        if arrival.request is None:
            return None
        return self._keyring.identity("request", arrival.device or arrival.author_id, arrival.request)

    async def _receive_new(self, arrival: Arrival, keys: tuple[str, ...], request: str | None) -> tuple[Post, bool]:
        arrival = self._attribution.attributed(arrival)
        author = self._keyring.author(arrival.network, arrival.author_id)
        if self._is_suppressed(arrival, author):
            raise _arrival_error("erased-author")
        judgement = self._judging.judge(arrival, author)
        head = PostArrived(
            post=PostId(new_id()),
            source=arrival.source,
            network=arrival.network,
            author=author,
            digest=digest(judgement.body),
            seen=self._state.seq,
            verdict=judgement.verdict,
            keys=keys,
            device=arrival.device,
            request=request,
            request_digest=arrival.request_digest,
            lang=judgement.body.lang,
            session=arrival.session,
            photos=len(judgement.body.media),
            like=judgement.like,
            notes=judgement.notes,
            question=arrival.question and self._state.hall.questions,
            poll=arrival.poll,
            voter=arrival.voter,
        )
        if known_request(self._state, head) is None and (code := arrival_refusal(self._state, head)) is not None:
            raise _arrival_error(code)
        if (trip := self._judging.brakes(arrival, author, judgement)) is not None:
            await self._brake(trip)
        outcome = await self._submit(head, encode_body(judgement.body))
        return self._received(outcome, judgement, author)

    def _is_suppressed(self, arrival: Arrival, author: AuthorKey) -> bool:
        """Whether somebody who was erased by address or handle comes back."""
        suppressed = self._state.suppressed
        if not suppressed:
            return False
        return author in suppressed or self._keyring.handle(arrival.network, arrival.handle) in suppressed

    async def _brake(self, trip: Trip) -> None:
        """
        Make everything wait from here on, this arrival too.

        Handed in before it is waited for: what arrives meanwhile stands behind it in the journal, and the law holds it.
        """
        _log.warning("the brake tripped: %s", trip)
        head = BrakeTripped(
            posts_per_minute=trip.posts_per_minute, new_percent=trip.new_percent, alike_percent=trip.alike_percent
        )
        await self._submit(head, urgent=True)

    def _received(self, outcome: Outcome, judgement: Judgement, author: AuthorKey) -> tuple[Post, bool]:
        match outcome:
            case Done(changed=(change, *_)):
                self._recent.add(Recent(post=change.post, match=judgement.match, author=author))
                return self._state.posts[change.post], True
            case Repeated(post=post):
                return self._state.posts[post], False
            case Refused(code=code):
                raise _arrival_error(code)
            case _:
                raise RuntimeError(f"the law could not take in a post: {outcome}")

    async def _receive_again(self, arrival: Arrival, post: Post, keys: tuple[str, ...]) -> tuple[Post, bool]:
        """A known post came in again: an edit when its source says so, else nothing."""
        body = views.post_body(self._state, post)
        if is_final(post) or body is None or not _is_edit(arrival, body):
            return post, False
        judgement = self._judging.judge(arrival, post.author, edited=post.id)
        verdict = judgement.verdict
        head = PostEdited(
            keys=keys,
            digest=digest(judgement.body),
            seen=self._state.seq,
            verdict=verdict if isinstance(verdict, Hold | Reject) else Hold(rule=verdict.rule),
            lang=judgement.body.lang,
            photos=len(judgement.body.media),
            notes=judgement.notes,
        )
        outcome = await self._covers.edit(post, Entry(head, encode_body(judgement.body)))
        return post, isinstance(outcome, Done)

    # Out

    async def depart(self, departure: Departure | AuthorDeparture) -> Outcome:
        """A source says that a post or an author is gone; unknown ones are fine."""
        if isinstance(departure, AuthorDeparture):
            author = self._keyring.author(departure.network, departure.author_id)
            known = self._state.authors.get(author)
            if known is None:
                return Refused(seq=self._state.seq, code="unknown")
            return await self._covers.restrict(AuthorDeparted(author=author), known.posts)
        keys = self._identities(departure)
        post = by_keys(self._state, keys)
        if post is None or is_taken_back(self._state.posts[post]):
            return Refused(seq=self._state.seq, code="unknown")
        return await self._covers.restrict(PostDeparted(keys=keys), [post])

    async def withdraw(self, post: PostId, *, device: DeviceId | None) -> Outcome:
        """
        Its author takes a post back; with *device* None the caller has checked a receipt.

        Somebody else's post, and one that is final, costs no entry: anybody may ask.
        """
        known = self._state.posts.get(post)
        if known is None or (device is not None and known.device != device):
            return Refused(seq=self._state.seq, code="not-yours")
        if is_taken_back(known):
            return Refused(seq=self._state.seq, code="final", post=post)
        return await self._covers.restrict(PostWithdrawn(post=post, device=device), [post])


def _is_edit(arrival: Arrival, body: PostBody) -> bool:
    """
    Whether a known post reads differently now.

    The same post comes from several instances, each with its own copies of pictures, so only its source's own word
    counts: a later time of edit; or, from the very instance that brought it, another text.
    """
    if arrival.edited is not None:
        return arrival.edited > (body.edited or 0)
    return arrival.native_id == body.native_id and body.edited is None and text_of(arrival) != body.text


def _arrival_error(code: str) -> Exception:
    match code:
        case "pending-cap":
            return TooMany("Too many of your posts still wait.", retry_after_s=30, code=code)
        case "request-reused":
            return Conflict("This Idempotency-Key was used for something else.", code=code)
        case "erased-author":
            return NotFound("This author was erased.", code=code)
        case "unknown":
            return NotFound("There is no such poll that asks for words.", code=code)
        case "poll-closed":
            return Conflict("This poll is closed; nobody can answer any more.", code=code)
        case _:
            return Conflict(f"The post was not taken in ({code}).", code=code)
