"""
The door for posts: how they come in, change at their source, and leave with their author or source.

Who says the same twice gets the same answer, mostly without an entry; of two at once, the law finds the double.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

import msgspec

from server import span
from server.attribution import Attribution
from server.covers import Covers, Submit
from server.errors import BadInput, Conflict, NotFound, TooMany
from server.intake.addresses import identity_of, is_bridged
from server.intake.arrival import Arrival, AuthorDeparture, Departure
from server.intake.brake import Trip
from server.intake.digest import digest
from server.intake.passed import BEFORE, ELSEWHERE, Because, Passed
from server.intake.sameness import Trace, is_bridge, other_side, says_the_same, trace, twin
from server.intake.text import has_one_of, match_text
from server.intake.verdict import Recent, identity, names_of, text_of, warning_of
from server.judging import Judging, RecentPosts
from server.keyring import Keyring, new_id
from server.symposium import views
from server.symposium.bodies import names_body
from server.symposium.entries import (
    AuthorDeparted,
    BrakeTripped,
    Entry,
    PostArrived,
    PostClaimed,
    PostDeparted,
    PostEdited,
    PostWithdrawn,
    encode_body,
)
from server.symposium.outcomes import Done, Outcome, Refused, Repeated
from server.symposium.posts import EDITED, arrival_refusal, by_keys, known_request
from server.symposium.state import Post, State, is_final, is_taken_back
from server.symposium.values import PHONE, AuthorKey, DeviceId, Hold, PostBody, PostId, Reject, Show, Status

TRACES: Final = 500
"""How many of the newest posts of networks are looked at for one that came in from another network."""

MAX_COPIES: Final = 8
"""Beside one post, that say something else than it does: its old words, mostly. More are nobody's copies."""

_FEED: Final = "feed"
"""A feed names its items as it likes, also as somebody else's are called."""

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
        now_us: UTC microseconds.
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
        now_us: Callable[[], int] = lambda: time.time_ns() // 1_000,
    ) -> None:
        self._state = state
        self._keyring = keyring
        self._judging = judging
        self._attribution = attribution
        self._recent = recent
        self._covers = covers
        self._submit = submit
        self._now_us = now_us
        self._requests: set[str] = set()
        """Those of which the first use is still in progress."""
        self.passed = Passed()
        """What networks brought and was not taken in."""
        self._traces: dict[PostId, Trace] | None = None
        """Of the newest posts of networks that still have their words, oldest first."""
        self._on_their_way: dict[PostId, asyncio.Future[None]] = {}
        """Posts of networks, new or edited, that are not durable yet: a copy waits for what becomes of them."""
        self._begin: tuple[span.Version, int | None] = ((-1, -1), None)

    # In

    async def receive(self, arrival: Arrival) -> tuple[Post, bool]:
        """Take in a post, new or edited; durable when this returns. `Node.receive` says what it gives and raises."""
        keys = self._identities(arrival)
        known = by_keys(self._state, keys)
        if known is not None:
            post = self._state.posts[known]
            return await self._receive_again(arrival, post, keys) if self._is_its_own(arrival, post) else (post, False)
        if arrival.source != PHONE:
            return await self._receive_from_network(arrival, keys)
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

    # From networks

    async def _receive_from_network(self, arrival: Arrival, keys: tuple[str, ...]) -> tuple[Post, bool]:
        """Take in a post that nobody brought before, unless it is not for this symposium, or is here already."""
        address, mine = self._address(arrival.uri), self._trace_of(arrival)
        here = self._at_address(arrival, address, mine)
        if here is not None:
            if self._is_original_of(arrival, here):
                return await self._claim(arrival, here, mine, (*keys, *address))
            self._note_passed(arrival, (*keys, *address), ELSEWHERE, here)
            return here, False
        before = self._stood_for(arrival, keys)
        if before is not None and self._lost_its_hashtag(arrival, before):
            return before, False
        elsewhere, is_copy = await self._twin(mine)
        if elsewhere is not None and is_copy:
            return await self._claim(arrival, elsewhere, mine, (*keys, *address))
        if elsewhere is not None:
            self._note_passed(arrival, (*keys, *address), ELSEWHERE, elsewhere)
            return elsewhere, False
        try:
            self._check_moment(arrival)
            named = (*keys, *self._free_address(arrival, address))
            received = await self._receive_new(arrival, named, None, mine=mine, is_edit=before is not None)
        except (BadInput, Conflict, NotFound) as ex:  # for good: the others are asked again
            self._note_passed(arrival, (*keys, *address), ex.code, None)
            raise
        self.passed.forget((*keys, *address))
        return received

    def _address(self, uri: str | None) -> tuple[str, ...]:
        """The key under which a post is known wherever it is copied to: none where its identity is no address."""
        address = identity_of(uri)
        return () if address is None else (self._keyring.identity("address", address),)

    def _free_address(self, arrival: Arrival, address: tuple[str, ...]) -> tuple[str, ...]:
        """
        The key of its address, unless that is another post's. A copy that says something else than what stands there
        is a post of its own, and goes when its author deletes what stands there: it is known as one of the copies.
        """
        if not address or address[0] not in self._state.by_key:
            return address
        places = self._copy_keys(arrival.uri) if _is_copy(arrival.network, arrival.uri) else ()
        return tuple(islice((key for key in places if key not in self._state.by_key), 1))

    def _copy_keys(self, uri: str | None) -> tuple[str, ...]:
        """Under which the copies are known that stand beside the post at this address."""
        address = identity_of(uri)
        places = () if address is None else range(MAX_COPIES)
        return tuple(self._keyring.identity("copy", str(address), str(place)) for place in places)

    def _at_address(self, arrival: Arrival, address: tuple[str, ...], mine: Trace) -> Post | None:
        """
        The post that another source brought from this address.

        It must say the same, as far as anybody still knows; or be an edit of the original: then the old words must go.
        A copy whose author was blocked does not stand for its original: that is by somebody else. Nor does one that its
        feed let go: that is not letting go of the post.
        """
        known = by_keys(self._state, address)
        post = None if known is None else self._state.posts[known]
        if post is None or post.source == arrival.source:
            return None
        is_original = self._is_original_of(arrival, post)
        if is_original and self._state.authors[post.author].banned is not None:
            return None
        body = views.post_body(self._state, post)
        if post.status is Status.GONE and post.network == _FEED and arrival.network != _FEED:
            return None
        is_edit = arrival.edited is not None and is_original
        is_same = body is None or is_edit or says_the_same(mine.match, match_text(body.text))
        return post if is_same else None

    def _is_original_of(self, news: Arrival | Departure, post: Post) -> bool:
        """Whether *post* is a copy and *news* is not of one: then it counts. What a copy says changes nobody's."""
        return self._is_copied(post) and not _is_copy(news.network, news.uri)

    def _is_copied(self, post: Post) -> bool:
        """Whether *post* stands here as somebody copied it, and its original has not come in."""
        body = None if is_final(post) else views.post_body(self._state, post)
        return body is not None and _is_copy(post.network, body.uri)

    async def _claim(self, arrival: Arrival, copy: Post, mine: Trace, keys: tuple[str, ...]) -> tuple[Post, bool]:
        """
        The original of *copy* came in: from here on the post is its author's, and whoever copied it changes nothing any
        more. Its words stand as they are, unless they are others by now.

        Args:
            keys: All of the original.

        Raises:
            NotFound: `erased-author`: then the copy goes too.
        """
        if (ahead := self._on_their_way.get(copy.id)) is not None:  # two servers tell of the original at once
            await asyncio.shield(ahead)
            return await self.receive(arrival)
        author = self._keyring.author(arrival.network, arrival.author_id)
        known = self._state.authors.get(author)
        if self._is_suppressed(arrival, author) or (known is not None and known.erased):
            await self._all_depart(self._departed([copy], arrival.network, keys))
            raise _arrival_error("erased-author")
        body = views.post_body(self._state, copy)
        head = PostClaimed(post=copy.id, source=arrival.source, network=arrival.network, author=author, keys=keys)
        self._on_their_way[copy.id] = asyncio.get_running_loop().create_future()
        try:
            outcome = await self._submit(head, encode_body(names_of(arrival)))
            if isinstance(outcome, Done) and body is not None and _says_else(arrival, mine, body):
                return await self._edit(arrival, copy, keys)
        finally:
            self._on_their_way.pop(copy.id).set_result(None)
        if isinstance(outcome, Refused):  # it went meanwhile
            return await self.receive(arrival)
        self._note_passed(arrival, keys, ELSEWHERE, copy)
        return copy, False

    def _stood_for(self, arrival: Arrival, keys: tuple[str, ...]) -> Post | None:
        """
        The post for which *arrival* was passed before it was edited.

        A feed's times prove nothing, and are often of our own clock, which may have been put back: what it says now is
        an edit of what it said then.

        Args:
            keys: Its own identities. Not its address: under that, a feed says what it likes.
        """
        because = self.passed.why(keys)
        if because is None or because.post is None:
            return None
        if arrival.network == _FEED:
            return self._state.posts[because.post] if because.source == arrival.source else None
        return self._state.posts[because.post] if (arrival.edited or 0) > (because.edited or 0) else None

    def _lost_its_hashtag(self, arrival: Arrival, before: Post) -> bool:
        """Whether *arrival* has no hashtag of the symposium any more, as *before* has, that said the same."""
        body = views.post_body(self._state, before)
        hashtags = views.symposium_body(self._state).hashtags
        return body is not None and has_one_of(hashtags, body.text) and not has_one_of(hashtags, text_of(arrival))

    async def _twin(self, mine: Trace) -> tuple[Post | None, bool]:
        """
        The post of the last while that says the same, by the same person on another network; and whether a bridge made
        it of this one.

        Where only names tell who it is, it must stand; and never one of an author who was blocked: whoever takes
        somebody's name and words must not keep them out. What a bridge brings of who was blocked is for the rules.
        """
        while (found := twin(mine, self._known_traces().values())) is not None and found.post in self._on_their_way:
            await asyncio.shield(self._on_their_way[found.post])
        post = None if found is None else self._state.posts.get(found.post)
        if found is None or post is None or self._state.authors[post.author].banned is not None:
            return None, False
        if is_bridge(mine, found):
            return post, mine.person is not None and not mine.person.bridged
        return (post, False) if post.status in (Status.HELD, Status.SHOWN) else (None, False)

    def _trace_of(self, arrival: Arrival) -> Trace:
        """Of a post that has no id yet."""
        return trace(
            post=PostId(""),
            source=arrival.source,
            network=arrival.network,
            name=arrival.name,
            handle=arrival.handle,
            text=text_of(arrival),
            at=arrival.created or self._now_us(),
        )

    def _known_traces(self) -> dict[PostId, Trace]:
        """Read from the state when they are first needed."""
        if self._traces is None:
            theirs = (post for post in reversed(self._state.posts.values()) if post.source != PHONE)
            found = [self._trace_of_known(post) for post in islice(theirs, TRACES)]
            self._traces = {each.post: each for each in reversed(found) if each is not None}
        return self._traces

    def look_again(self, post: Post, *, rewritten: bool) -> None:
        """*post* has changed: what was kept of its words goes when they do, and becomes what it says now."""
        if self._traces is None or post.id not in self._traces or not (rewritten or is_final(post)):
            return
        traced = self._trace_of_known(post)
        if traced is None:
            del self._traces[post.id]
        else:
            self._traces[post.id] = traced

    def _trace_of_known(self, post: Post) -> Trace | None:
        """None when there are no words any more, or only those that stand in a frozen report."""
        body = None if is_final(post) else views.post_body(self._state, post)
        if body is None:
            return None
        who = names_body(self._state, post) or body
        return trace(
            post=post.id,
            source=post.source,
            network=post.network,
            name=who.name,
            handle=who.handle,
            text=body.text,
            at=body.created or post.received,
        )

    def _check_moment(self, arrival: Arrival) -> None:
        """
        Old posts under a hashtag that was used before are not for this symposium.

        Raises:
            Conflict: `before-window`.
        """
        source = self._state.sources.get(arrival.source)
        if source is None or arrival.created is None:
            return
        now = span.version(self._state)
        if self._begin[0] != now:
            self._begin = (now, span.begin_of(self._state))
        begin = self._begin[1]
        if begin is None or arrival.created >= min(begin, source.made):
            return
        since = span.takes_from(begin, source, hours=self._judging.rules().window_hours)
        if since is not None and arrival.created < since:
            raise _arrival_error(BEFORE)

    def _note_passed(self, arrival: Arrival, keys: tuple[str, ...], code: str, post: Post | None) -> None:
        stands = None if post is None else post.id
        because = Because(
            code=code,
            source=arrival.source,
            at=self._now_us(),
            post=stands,
            edited=arrival.edited,
        )
        self.passed.note(keys, because)

    def _identities(self, arrival: Arrival | Departure) -> tuple[str, ...]:
        keys = []
        if arrival.uri is not None:
            keys.append(self._uri_key(arrival.network, arrival.uri))
        if arrival.native_id is not None:
            keys.append(self._keyring.identity("native", arrival.network, arrival.native_id))
        return tuple(keys)

    def _uri_key(self, network: str, uri: str) -> str:
        """What a feed says is of itself alone, also where it calls an item as a post of others is called."""
        return self._keyring.identity("uri", *((_FEED,) if network == _FEED else ()), uri)

    def _request(self, arrival: Arrival) -> str | None:
        if arrival.request is None:
            return None
        return self._keyring.identity("request", arrival.device or arrival.author_id, arrival.request)

    async def _receive_new(
        self,
        arrival: Arrival,
        keys: tuple[str, ...],
        request: str | None,
        *,
        mine: Trace | None = None,
        is_edit: bool = False,
    ) -> tuple[Post, bool]:
        """
        Args:
            is_edit: Of what was passed: as any edit, it never shows itself.
        """
        arrival = self._attribution.attributed(arrival)
        author = self._keyring.author(arrival.network, arrival.author_id)
        if self._is_suppressed(arrival, author):
            raise _arrival_error("erased-author")
        judgement = self._judging.judge(arrival, author)
        post = PostId(new_id())
        head = PostArrived(
            post=post,
            source=arrival.source,
            network=arrival.network,
            author=author,
            digest=digest(judgement.body),
            seen=self._state.seq,
            verdict=Hold(rule=EDITED) if is_edit and isinstance(judgement.verdict, Show) else judgement.verdict,
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
        # Known before it is durable: what comes in at this very moment is judged beside it.
        self._recent.expect(Recent(post=post, match=judgement.match, author=author))
        try:
            if mine is None:
                outcome = await self._submit(head, encode_body(judgement.body))
            else:
                traced = msgspec.structs.replace(mine, post=post)
                outcome = await self._submit_traced(traced, head, encode_body(judgement.body))
        finally:
            self._recent.arrived(post)
        return self._received(outcome)

    async def _submit_traced(self, mine: Trace, head: PostArrived, body: bytes) -> Outcome:
        """With its trace left before it is durable: its copy may come in at this very moment."""
        traces = self._known_traces()
        traces[mine.post] = mine
        if len(traces) > TRACES:
            del traces[next(iter(traces))]
        self._on_their_way[mine.post] = asyncio.get_running_loop().create_future()
        try:
            return await self._submit(head, body)
        finally:
            if mine.post not in self._state.posts:
                traces.pop(mine.post, None)
            self._on_their_way.pop(mine.post).set_result(None)

    def _is_suppressed(self, arrival: Arrival, author: AuthorKey) -> bool:
        """Whether somebody who was erased by address or handle comes back, themselves or over a bridge."""
        suppressed = self._state.suppressed
        if not suppressed:
            return False
        called = ((arrival.network, arrival.handle), *other_side(arrival.network, arrival.handle))
        return author in suppressed or any(self._keyring.handle(*each) in suppressed for each in called)

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

    def _received(self, outcome: Outcome) -> tuple[Post, bool]:
        match outcome:
            case Done(changed=(change, *_)):
                return self._state.posts[change.post], True
            case Repeated(post=post):
                return self._state.posts[post], False
            case Refused(code=code):
                raise _arrival_error(code)
            case _:
                raise RuntimeError(f"the law could not take in a post: {outcome}")

    async def _receive_again(self, arrival: Arrival, post: Post, keys: tuple[str, ...]) -> tuple[Post, bool]:
        """
        A known post came in again, or the original of one: an edit when it reads differently.

        Args:
            keys: Under which the law knows *post*, and no other.
        """
        while (ahead := self._on_their_way.get(post.id)) is not None:  # two servers tell of the same edit at once
            await asyncio.shield(ahead)
        body = views.post_body(self._state, post)
        if is_final(post) or body is None or not _is_edit(arrival, body, is_copied=post.id in self._state.claimed):
            return post, False
        if arrival.source != post.source:  # which will be asked for it, by what it is called there
            arrival = msgspec.structs.replace(arrival, native_id=body.native_id)
        self._on_their_way[post.id] = asyncio.get_running_loop().create_future()
        try:
            return await self._edit(arrival, post, keys)
        finally:
            self._on_their_way.pop(post.id).set_result(None)

    async def _edit(self, arrival: Arrival, post: Post, keys: tuple[str, ...]) -> tuple[Post, bool]:
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
        """
        A source says that a post or an author is gone; unknown ones are fine.

        Copies of a post go along, also those that say something else. Who lets go of a copy lets go of nothing else.
        """
        if isinstance(departure, AuthorDeparture):
            return await self._author_departs(departure)
        keys, uri = self._identities(departure), departure.uri
        if not _is_copy(departure.network, uri):
            keys += self._address(uri)
        known = by_keys(self._state, keys)
        post = None if known is None else self._state.posts[known]
        if post is not None and self._is_its_own(departure, post):
            copies = self._copies_beside(post)
        else:
            post, copies = None, () if _is_copy(departure.network, uri) else self._copies_at(uri)
        heads = [] if post is None or is_taken_back(post) else [(post, PostDeparted(keys=keys))]
        return await self._all_depart([*heads, *self._departed(copies, departure.network, keys)])

    async def _author_departs(self, departure: AuthorDeparture) -> Outcome:
        author = self._keyring.author(departure.network, departure.author_id)
        known = self._state.authors.get(author)
        if known is None:
            return Refused(seq=self._state.seq, code="unknown")
        copies = [copy for post in known.posts for copy in self._copies_beside(self._state.posts[post])]
        outcome, _ = await asyncio.gather(
            self._covers.restrict(AuthorDeparted(author=author), known.posts),
            self._all_depart(self._departed(copies, departure.network)),
        )
        return outcome

    async def _all_depart(self, heads: Iterable[tuple[Post, PostDeparted]]) -> Outcome:
        """The outcome of the first; all are covered at once."""
        outcomes = await asyncio.gather(*(self._covers.restrict(head, [post.id]) for post, head in heads))
        return outcomes[0] if outcomes else Refused(seq=self._state.seq, code="unknown")

    def _departed(
        self, copies: Iterable[Post], network: str, names: tuple[str, ...] = ()
    ) -> list[tuple[Post, PostDeparted]]:
        """
        That the author of *copies* deleted them at *network*, where their original has these *names*: a server that did
        not hear of it yet brings it back under none of them.
        """
        return [(copy, PostDeparted(keys=(*self._keys_of(copy.id), *names), network=network)) for copy in copies]

    def _copies_beside(self, post: Post) -> tuple[Post, ...]:
        body = views.post_body(self._state, post)
        return () if body is None or _is_copy(post.network, body.uri) else self._copies_at(body.uri)

    def _copies_at(self, uri: str | None) -> tuple[Post, ...]:
        """What stands here as somebody copied it from this address."""
        known = (self._state.by_key.get(key) for key in (*self._address(uri), *self._copy_keys(uri)))
        posts = [self._state.posts[each] for each in known if each is not None]
        return tuple(post for post in posts if self._is_copied(post))

    def _is_its_own(self, news: Arrival | Departure, post: Post) -> bool:
        """
        Whether *news* that names *post* may change it: from its network, and where names prove nothing its source.

        What a feed or a bridge brought is its own until the original comes in.
        """
        if post.network != news.network or post.network == _FEED:
            return (post.network, post.source) == (news.network, news.source)
        return not is_bridged(news.uri) or self._is_copied(post)

    def _keys_of(self, post: PostId) -> tuple[str, ...]:
        """Under which the law knows it, from what it says of itself; in a feed's post its author may say that."""
        known = self._state.posts[post]
        body = views.post_body(self._state, known)
        if body is None:
            return ()
        named = Departure(source=known.source, network=known.network, native_id=body.native_id, uri=body.uri)
        keys = (*self._identities(named), *self._address(body.uri))
        return tuple(key for key in keys if self._state.by_key.get(key) == post)

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


def _is_copy(network: str, uri: str | None) -> bool:
    """Whether this is of a post that stands elsewhere: in a feed, which tells what its site has, or over a bridge."""
    return network == _FEED or is_bridged(uri)


def _says_else(original: Arrival, mine: Trace, copy: PostBody) -> bool:
    """Whether the original of a copy has to be read anew: it says something else, or was edited, however little."""
    copied = match_text(copy.text)
    is_later = (original.edited or 0) > (copy.edited or 0)
    is_altered = (mine.match, warning_of(original)) != (copied, copy.warning)
    return (is_later and is_altered) or not says_the_same(mine.match, copied)


def _is_edit(arrival: Arrival, body: PostBody, *, is_copied: bool = False) -> bool:
    """
    Whether a known post reads differently now.

    The same post comes from several instances, each with its own copies of pictures, so only its source's own word
    counts: a later time of edit; or, from the very instance that brought it, other words under the same time. A feed
    says what stands there now and seldom when that was written: its words count whatever time they have, also when our
    clock was put back. Words that are as somebody copied them are never quite the author's: only a later time counts.
    """
    is_here = arrival.native_id is not None and identity(arrival.native_id) == body.native_id
    is_later = (arrival.edited or 0) > (body.edited or 0)
    says_else = (text_of(arrival), warning_of(arrival)) != (body.text, body.warning)
    if arrival.network == _FEED:
        return is_here and (is_later or says_else)
    return is_later or (is_here and says_else and not is_copied and arrival.edited == body.edited)


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
        case "before-window":
            return Conflict("The post is from too long before the symposium.", code=code)
        case "poll-closed":
            return Conflict("This poll is closed; nobody can answer any more.", code=code)
        case _:
            return Conflict(f"The post was not taken in ({code}).", code=code)
