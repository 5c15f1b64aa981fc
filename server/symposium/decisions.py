"""
What staff decide about posts, and how it is taken back.

Releasing decisions (show, pin, star, undo of a restriction) are refused on an old revision, or when somebody decided
after what the decider had seen. Restricting ones (hold, reject, hide, unpin, unstar) are always carried out, also on an
old revision, and the outcome says what they undid. One that finds the post so already still counts as a decision when
it is somebody else's: who has not seen it cannot release the post.
"""

from __future__ import annotations

from server.symposium.entries import Banned, Decided, Record, Target, Undone
from server.symposium.outcomes import Changed, Done, Outcome, Passed, Refused
from server.symposium.people import STAFF, refusal
from server.symposium.posts import mark, move
from server.symposium.state import Author, Before, Made, Post, State, is_final
from server.symposium.values import FINAL, HELD, HIDDEN, REJECTED, RELEASING, SHOWN, BadgeId, Decision, Status

_SHOW, _HIDE = Decision.SHOW, Decision.HIDE
_AFTER = {Decision.SHOW: SHOWN, Decision.HOLD: HELD, Decision.REJECT: REJECTED, Decision.HIDE: HIDDEN}
_PINS = {Decision.PIN: True, Decision.UNPIN: False}
_STARS = {Decision.STAR: True, Decision.UNSTAR: False}


def decided(state: State, record: Record, head: Decided) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if len(head.posts) == 1:
        return _decided_on_one(state, record, head, head.posts[0])
    changed: list[Changed] = []
    before: list[Before] = []
    passed: list[Passed] = []
    for target in head.posts:
        code = refusal_of(state, target, head.decision, head.seen)
        if code is not None:
            passed.append(Passed(post=target.post, code=code))
        elif carried := _carry_out(state, record, head, state.posts[target.post]):
            before.append(carried[0])
            changed.append(carried[1])
    if len(passed) == len(head.posts):
        return _refused(state, record.seq, passed)
    if before:
        # By position, as elsewhere here: names would cost half a second per million entries.
        state.made[record.seq] = Made(record.seq, record.at, head.by, head.decision, head.reason, tuple(before))
    return Done(record.seq, tuple(changed), tuple(passed))


def _decided_on_one(state: State, record: Record, head: Decided, target: Target) -> Outcome:
    """The same without lists: nearly all decisions are about one post, and a long journal is half decisions."""
    seq = record.seq
    code = refusal_of(state, target, head.decision, head.seen)
    if code is not None:
        return _refused(state, seq, [Passed(post=target.post, code=code)])
    carried = _carry_out(state, record, head, state.posts[target.post])
    if carried is None:
        return Done(seq)
    before, changed = carried
    state.made[seq] = Made(seq, record.at, head.by, head.decision, head.reason, (before,))
    return Done(seq, (changed,))


def refusal_of(state: State, target: Target, decision: Decision, seen: int | None) -> str | None:
    """The code for which this decision on one post would be refused, None when it may be carried out."""
    post = state.posts.get(target.post)
    if post is None:
        return "unknown"
    if post.status in FINAL:
        return "final"
    if decision not in RELEASING:
        return None
    if target.revision != post.revision or target.digest != post.digest:
        return "stale-revision"
    if seen is not None and post.decided > seen:
        return "decided-since"
    if decision is not _SHOW and post.status is not SHOWN:
        return "not-shown"
    return None


def _refused(state: State, seq: int, passed: list[Passed]) -> Refused:
    if not passed:
        return Refused(seq=seq, code="unknown")
    post = state.posts.get(passed[0].post)
    if post is None:
        return Refused(seq=seq, code=passed[0].code, post=passed[0].post)
    return Refused(seq=seq, code=passed[0].code, post=post.id, by=post.decided_by, at=post.decided_at)


def _carry_out(state: State, record: Record, head: Decided, post: Post) -> tuple[Before, Changed] | None:
    """Change one post; how it was, and what changed. None when it was so already."""
    status, decision = post.status, head.decision
    after = _AFTER.get(decision)
    if after is None:
        after, reason = status, post.reason
        changes = _marks(post, decision) != (post.pinned, post.starred)
    else:
        if decision is _HIDE and status is HELD:
            after = HELD  # what is not on a screen cannot be taken off it
        reason = head.reason if after is REJECTED else None
        changes = status is not after or post.reason is not reason
    if not changes:
        if post.decided_by != head.by and decision not in RELEASING:
            _sign(post, record, head.by)
        return None
    before = _before(post, after)
    changed = Changed(post.id, status, after, post.revision, post.decided_by, post.decided_at)
    if status is not after:
        move(state, post, after, record.seq)
    elif decision not in _AFTER:
        pinned, starred = _marks(post, decision)
        mark(state, post, pinned=pinned, starred=starred)
    if post.reason is not reason:
        post.reason = reason
    _sign(post, record, head.by)
    return before, changed


def _sign(post: Post, record: Record, by: BadgeId) -> None:
    post.decided = post.standing = record.seq
    post.decided_at, post.decided_by = record.at, by


def _before(post: Post, after: Status) -> Before:
    return Before(post.id, post.revision, post.status, post.pinned, post.starred, post.reason, after, post.standing)


def _marks(post: Post, decision: Decision) -> tuple[bool, bool]:
    """Pin and star as they are after *decision*."""
    return _PINS.get(decision, post.pinned), _STARS.get(decision, post.starred)


def undone(state: State, record: Record, head: Undone) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    made = state.made.get(head.seq)
    if made is None:
        return Refused(seq=record.seq, code="cannot-undo")
    if made.undone is not None:
        return Refused(seq=record.seq, code="already-undone", by=made.undone_by)
    changed: list[Changed] = []
    passed: list[Passed] = []
    if made.decision is None:
        _lift_ban(state, made)
    for before in made.before:
        code = _undo_refusal(state, made, before)
        if code is not None:
            passed.append(Passed(post=before.post, code=code))
        else:
            changed.append(_restore(state, record, head, before))
    if made.decision is not None and not changed:
        return _refused(state, record.seq, passed)
    made.undone, made.undone_by = record.seq, head.by
    return Done(seq=record.seq, changed=tuple(changed), passed=tuple(passed))


def _undo_refusal(state: State, made: Made, before: Before) -> str | None:
    post = state.posts[before.post]
    if is_final(post):
        return "final"
    releases = before.status is SHOWN
    if not releases and post.status is SHOWN:
        return None  # less on the screens is always carried out
    if post.standing != made.seq:
        return "decided-since"  # whoever takes back what came since, the last first, can take this back too
    if post.revision != before.revision:
        return "stale-revision"
    if releases and state.authors[post.author].banned is not None:
        return "author-banned"
    return None


def _restore(state: State, record: Record, head: Undone, before: Before) -> Changed:
    post = state.posts[before.post]
    was = post.status
    by, at = post.decided_by, post.decided_at
    if was is not before.status:
        move(state, post, before.status, record.seq)
    post.reason = before.reason
    if before.status is SHOWN:
        mark(state, post, pinned=before.pinned, starred=before.starred)
    below = before.standing if post.standing == head.seq else record.seq
    _sign(post, record, head.by)
    post.standing = below
    return Changed(post=post.id, before=was, after=before.status, revision=post.revision, by=by, at=at)


def banned(state: State, record: Record, head: Banned) -> Outcome:
    """
    Block an author. With `earlier`, what is shown is hidden and what waits is rejected.

    A ban on top of somebody else's stands by itself: the author is free when all are undone.
    """
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    author = state.authors.get(head.author)
    if author is None:
        return Refused(seq=record.seq, code="unknown")
    before: list[Before] = []
    changed = _sweep(state, record, head, author, before) if head.earlier else ()
    earlier_ban = author.banned
    author.across = head.across or author.across  # a ban that comes when their words are gone forgets nobody
    if before or earlier_ban is None or state.made[earlier_ban].by != head.by:
        author.banned = record.seq
        state.made[record.seq] = Made(
            seq=record.seq,
            at=record.at,
            by=head.by,
            decision=None,
            reason=None,
            before=tuple(before),
            author=head.author,
            earlier_ban=earlier_ban,
        )
    return Done(seq=record.seq, changed=changed)


def _sweep(state: State, record: Record, head: Banned, author: Author, before: list[Before]) -> tuple[Changed, ...]:
    changed: list[Changed] = []
    for post in [state.posts[p] for p in author.posts]:
        if post.status is not SHOWN and post.status is not HELD:
            continue
        after = HIDDEN if post.status is SHOWN else REJECTED
        before.append(_before(post, after))
        changed.append(
            Changed(
                post=post.id,
                before=post.status,
                after=after,
                revision=post.revision,
                by=post.decided_by,
                at=post.decided_at,
            )
        )
        move(state, post, after, record.seq)
        _sign(post, record, head.by)
    return tuple(changed)


def _lift_ban(state: State, made: Made) -> None:
    """Take one ban away. The author stays blocked by the newest one below it that was not undone, if there is one."""
    author = None if made.author is None else state.authors[made.author]
    if author is None or author.banned != made.seq:
        return
    below = made.earlier_ban
    while below is not None and state.made[below].undone is not None:
        below = state.made[below].earlier_ban
    author.banned = below
    if below is None:
        author.across = None
