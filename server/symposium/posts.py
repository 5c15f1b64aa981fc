"""
Posts: how they arrive, change at their source, and go for good.

`move` is the only function that changes a post's status; it keeps every index of the state in step.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.symposium import turns
from server.symposium.drafts import take_from_versions
from server.symposium.entries import (
    AuthorDeparted,
    Erased,
    Expired,
    PostArrived,
    PostClaimed,
    PostDeparted,
    PostEdited,
    PostWithdrawn,
    Record,
)
from server.symposium.outcomes import Changed, Done, Outcome, Refused, Repeated
from server.symposium.people import ORGANISERS, refusal
from server.symposium.polls import answer_refusal, answered
from server.symposium.questions import asked
from server.symposium.state import Author, Post, State, is_final, is_taken_back
from server.symposium.values import (
    ERASED,
    GONE,
    HELD,
    HIDDEN,
    PHONE,
    REJECTED,
    SHOWN,
    WITHDRAWN,
    AuthorKey,
    DeviceId,
    Hold,
    Policy,
    PostId,
    Reject,
    RuleId,
    Show,
    Status,
    Verdict,
)

BANNED = RuleId("banned")
EDITED = RuleId("edited")
POLICY = RuleId("policy")
OVERTAKEN = RuleId("overtaken")
"""The verdict was judged against a state that has moved on since."""

_STATUS: dict[type, Status] = {Show: SHOWN, Hold: HELD, Reject: REJECTED}


def post_arrived(state: State, record: Record, head: PostArrived) -> Outcome:
    if head.request is not None and (known := known_request(state, head)) is not None:
        post, digest = known
        if digest != (head.request_digest or ""):
            return Refused(seq=record.seq, code="request-reused", post=post, redact=(record.seq,))
        return Repeated(seq=record.seq, post=post, redact=(record.seq,))
    if head.keys and (post_id := by_keys(state, head.keys)) is not None:
        return Repeated(seq=record.seq, post=post_id, redact=(record.seq,))
    if (code := arrival_refusal(state, head)) is not None or (
        head.poll is not None and (code := answer_refusal(state, record.at, head)) is not None
    ):
        return Refused(seq=record.seq, code=code, redact=(record.seq,))
    done = _take_in(state, record, head)
    if head.question:
        asked(state, record, head)
    if head.poll is not None and (before := answered(state, record, head)) is not None:
        return _instead(state, record, done, before)
    return done


def _instead(state: State, record: Record, done: Done, before: PostId) -> Done:
    """An answer in other words: the one before it is withdrawn."""
    gone = _take_away(state, record, (before,), WITHDRAWN)
    return Done(seq=record.seq, changed=(*done.changed, *gone.changed), redact=gone.redact)


def known_request(state: State, head: PostArrived) -> tuple[PostId, str] | None:
    """The post and digest that came with this Idempotency-Key before."""
    return None if head.request is None else state.by_request.get(head.request)


def by_keys(state: State, keys: Iterable[str]) -> PostId | None:
    """The post that is known under one of these keyed hashes of its identities."""
    for key in keys:
        if (post_id := state.by_key.get(key)) is not None:
            return post_id
    return None


def arrival_refusal(state: State, head: PostArrived) -> str | None:
    """The code of the refusal that this arrival would meet, None when it may come in."""
    if head.post in state.posts:
        return "made-before"
    author = state.authors.get(head.author)
    if author is not None and author.erased:
        return "erased-author"
    if head.device is not None and state.pending.get(head.device, 0) >= state.pending_cap:
        return "pending-cap"
    return None


def _take_in(state: State, record: Record, head: PostArrived) -> Done:
    seq, at, post_id = record.seq, record.at, head.post
    verdict = stricter(state, head)
    after = _STATUS[type(verdict)]
    author = state.authors.get(head.author)
    if author is None:
        author = state.authors[head.author] = Author([post_id])
    else:
        author.posts.append(post_id)
    post = state.posts[post_id] = Post(  # by position: names would cost half a second per million entries
        post_id,
        head.source,
        head.network,
        head.author,
        head.device,
        seq,  # arrived
        at,  # received
        at,  # revised
        1,  # revision
        head.digest,
        seq,  # body
        (seq,),  # bodies
        after,
        verdict,
        head.lang,
        head.session,
        head.photos,
        head.like,
        head.notes,
    )
    if head.poll is not None:
        post.poll = head.poll
    for key in head.keys:
        state.by_key[key] = post_id
    if head.request is not None:
        state.by_request[head.request] = (post_id, head.request_digest or "")
    if head.device is not None:
        state.devices.setdefault(head.device, []).append(post_id)
    _enter(state, post, after, seq)
    return Done(seq, (Changed(post_id, None, after, 1),))


def stricter(state: State, head: PostArrived) -> Verdict:
    """The last word on a verdict: only ever stricter than the advice."""
    verdict = head.verdict
    author = state.authors.get(head.author)
    if author is not None and author.banned is not None:
        return verdict if type(verdict) is Reject else Hold(rule=BANNED)
    if type(verdict) is not Show:
        return verdict
    if state.policy is Policy.EVERYTHING_WAITS:
        return Hold(rule=POLICY)
    if state.policy_seq > head.seen or state.rules_seq > head.seen or _is_source_overtaken(state, head):
        return Hold(rule=OVERTAKEN)
    return verdict


def _is_source_overtaken(state: State, head: PostArrived) -> bool:
    """Whether the post's source is off or gone, or was changed after the verdict was judged."""
    if head.source == PHONE:
        return False
    source = state.sources.get(head.source)
    return source is None or not source.on or source.changed > head.seen


def post_edited(state: State, record: Record, head: PostEdited) -> Outcome:
    """A new revision: back to the queue, the old bytes off the screens. An edit never shows itself."""
    post_id = by_keys(state, head.keys)
    if post_id is None:
        return Refused(seq=record.seq, code="unknown", redact=(record.seq,))
    post = state.posts[post_id]
    if is_final(post):
        return Refused(seq=record.seq, code="final", post=post_id, redact=(record.seq,))
    before = post.status
    post.revision += 1
    post.digest, post.revised, post.lang, post.photos = head.digest, record.at, head.lang, head.photos
    post.notes, post.reason = head.notes, None
    post.verdict = head.verdict if not isinstance(head.verdict, Show) else Hold(rule=EDITED)
    names = _let_names_go(state, post)
    state.bodies.pop(post.body, None)
    earlier, post.body, post.bodies = post.body, record.seq, (*post.bodies, record.seq)
    banned = state.authors[post.author].banned is not None
    after = REJECTED if banned or isinstance(head.verdict, Reject) else HELD
    move(state, post, after, record.seq)
    change = Changed(post=post.id, before=before, after=after, revision=post.revision)
    return Done(seq=record.seq, changed=(change,), redact=(earlier, *names))


def post_claimed(state: State, record: Record, head: PostClaimed) -> Outcome:
    """A copy becomes the post of whose words it has. It stands as it stood, but for an author who was blocked."""
    post = state.posts.get(head.post)
    if post is None:
        return Refused(seq=record.seq, code="unknown")
    if is_final(post):
        return Refused(seq=record.seq, code="final", post=post.id)
    names = _let_names_go(state, post)
    _give(state, post, head.author)
    post.source, post.network, state.claimed[post.id] = head.source, head.network, record.seq
    for key in head.keys:
        state.by_key.setdefault(key, post.id)
    before = post.status
    if state.authors[post.author].banned is not None and before in (HELD, SHOWN):
        move(state, post, REJECTED, record.seq)
    change = Changed(post=post.id, before=before, after=post.status, revision=post.revision)
    return Done(seq=record.seq, changed=(change,), redact=names)


def _give(state: State, post: Post, to: AuthorKey) -> None:
    """Make *post* one of *to*, in all that is counted of authors."""
    before, after = state.authors[post.author], state.authors.setdefault(to, Author([]))
    if before is after:
        return
    at = next(n for n in range(len(before.posts) - 1, -1, -1) if before.posts[n] == post.id)  # mostly a recent one
    del before.posts[at]
    after.posts.append(post.id)
    is_shown, is_rejected = post.status is SHOWN, post.status is REJECTED
    before.shown, before.rejected = before.shown - is_shown, before.rejected - is_rejected
    after.shown, after.rejected = after.shown + is_shown, after.rejected + is_rejected
    post.author = to


def _let_names_go(state: State, post: Post) -> tuple[int, ...]:
    """Forget what the original of a copy is called: other names came, or none are needed. The seq to redact."""
    seq = state.claimed.pop(post.id, None)
    if seq is None:
        return ()
    state.bodies.pop(seq, None)
    return (seq,)


def post_departed(state: State, record: Record, head: PostDeparted) -> Outcome:
    post_id = by_keys(state, head.keys)
    if post_id is None:
        return Refused(seq=record.seq, code="unknown")
    if head.network is not None:
        state.posts[post_id].network = head.network
        for key in head.keys:
            state.by_key.setdefault(key, post_id)
    return _take_away(state, record, (post_id,), GONE)


def author_departed(state: State, record: Record, head: AuthorDeparted) -> Outcome:
    author = state.authors.get(head.author)
    if author is None:
        return Refused(seq=record.seq, code="unknown")
    return _take_away(state, record, author.posts, GONE)


def post_withdrawn(state: State, record: Record, head: PostWithdrawn) -> Outcome:
    post = state.posts.get(head.post)
    if post is None or post.source != PHONE:
        return Refused(seq=record.seq, code="unknown")
    if head.device is not None and head.device != post.device:
        return Refused(seq=record.seq, code="not-yours")
    if post.status is WITHDRAWN:
        return Done(seq=record.seq)
    if is_taken_back(post):
        return Refused(seq=record.seq, code="final", post=post.id)
    return _take_away(state, record, (head.post,), WITHDRAWN)


def erased(state: State, record: Record, head: Erased) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    author = state.authors.get(head.author) if head.author is not None else None
    posts = tuple(dict.fromkeys((*(p for p in head.posts if p in state.posts), *(author.posts if author else ()))))
    if not posts and author is None and not head.suppress:
        return Refused(seq=record.seq, code="unknown")
    state.suppressed.update(dict.fromkeys(head.suppress))
    if author is not None and any(state.posts[p].source != PHONE for p in author.posts):
        author.erased = True
    return _take_away(state, record, posts, ERASED, over_final=True)


def expired(state: State, record: Record, head: Expired) -> Outcome:
    """What time struck: only what is rejected or hidden expires. No report holds a word of it."""
    if state.hold is not None:
        return Refused(seq=record.seq, code="legal-hold")
    posts = [p for p in head.posts if p in state.posts and state.posts[p].status in (REJECTED, HIDDEN)]
    return _take_away(state, record, posts, ERASED)


def _take_away(
    state: State, record: Record, posts: Iterable[PostId], after: Status, *, over_final: bool = False
) -> Done:
    """Make posts final. Their bodies are forgotten here, and redacted in the journal by the node."""
    changed: list[Changed] = []
    redact: list[int] = []
    posts = tuple(posts)
    for post in [state.posts[p] for p in posts]:
        if post.status is after or (is_taken_back(post) and not over_final):
            continue
        before = post.status
        move(state, post, after, record.seq)
        post.ended_at = record.at
        redact.extend(forget_words(state, post))
        changed.append(Changed(post=post.id, before=before, after=after, revision=post.revision))
    take_from_versions(state, posts)
    return Done(seq=record.seq, changed=tuple(changed), redact=tuple(redact))


def forget_words(state: State, post: Post) -> tuple[int, ...]:
    """Forget what *post* says and is called. The seqs to redact."""
    for seq in post.bodies:
        state.bodies.pop(seq, None)
    return (*post.bodies, *_let_names_go(state, post))


def move(state: State, post: Post, after: Status, seq: int) -> None:
    """Give *post* the status *after*, and keep queue, screens, counts and caps in step."""
    _leave(state, post)
    post.status = after
    _enter(state, post, after, seq)


def _enter(state: State, post: Post, after: Status, seq: int) -> None:
    if after is HELD:
        state.held[post.id] = None
        turns.take(state, post)
        device = post.device
        if device is not None:
            state.pending[device] = state.pending.get(device, 0) + 1
    elif after is SHOWN:
        post.released = seq
        if post.poll is None:  # an answer stands with its poll
            state.shown[post.id] = None
        state.authors[post.author].shown += 1
    elif after is REJECTED:
        state.rejected[post.id] = None
        state.authors[post.author].rejected += 1
    elif after is HIDDEN:
        state.hidden[post.id] = None


def _leave(state: State, post: Post) -> None:
    before = post.status
    if before is HELD:
        del state.held[post.id]
        turns.leave(state, post)
        if post.device is not None:
            _one_pending_less(state.pending, post.device)
    elif before is SHOWN:
        state.shown.pop(post.id, None)
        state.authors[post.author].shown -= 1
        post.released = None
        mark(state, post, pinned=False, starred=False)
    elif before is REJECTED:
        del state.rejected[post.id]
        state.authors[post.author].rejected -= 1
    elif before is HIDDEN:
        del state.hidden[post.id]


def _one_pending_less(pending: dict[DeviceId, int], device: DeviceId) -> None:
    left = pending[device] - 1
    if left:
        pending[device] = left
    else:
        del pending[device]


def mark(state: State, post: Post, *, pinned: bool, starred: bool) -> None:
    """Set a shown post's pin and star."""
    if pinned != post.pinned:
        post.pinned = pinned
        _set(state.pinned, post.id, on=pinned)
    if starred != post.starred:
        post.starred = starred
        _set(state.starred, post.id, on=starred)


def _set(index: dict[PostId, None], post: PostId, *, on: bool) -> None:
    if on:
        index[post] = None
    else:
        index.pop(post, None)
