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
from server.symposium.values import FINAL, HELD, HIDDEN, REJECTED, RELEASING, SHOWN, BadgeId, Decision, Reason, Status

_SHOW, _HIDE = Decision.SHOW, Decision.HIDE
_AFTER = {Decision.SHOW: SHOWN, Decision.HOLD: HELD, Decision.REJECT: REJECTED, Decision.HIDE: HIDDEN}
_PINS = {Decision.PIN: True, Decision.UNPIN: False}
_STARS = {Decision.STAR: True, Decision.UNSTAR: False}


def decided(state: State, record: Record, head: Decided) -> Outcome:
    seq, at = record[0], record[1]
    if refused := refusal(state, seq, head.by, STAFF):
        return refused
    changed: list[Changed] = []
    before: list[Before] = []
    passed: list[Passed] = []
    for target in head.posts:
        code = refusal_of(state, target, head.decision, head.seen)
        if code is not None:
            passed.append(Passed(post=target.post, code=code))
            continue
        post = state.posts[target.post]
        change = _carry_out(state, seq, at, head, post, before)
        if change is not None:
            changed.append(change)
    if len(passed) == len(head.posts):
        return _refused(state, seq, passed)
    if before:
        # By position, as below: names would cost half a second per million entries.
        state.made[seq] = Made(seq, at, head.by, head.decision, head.reason, tuple(before))
    return Done(seq, tuple(changed), tuple(passed))


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


def _carry_out(state: State, seq: int, at: int, head: Decided, post: Post, before: list[Before]) -> Changed | None:
    """Change one post, and note how it was. None when it was so already, and nothing new was said of it."""
    decision, by = head.decision, head.by
    was = _before(post, _next_status(post, decision))
    earlier_by, earlier_at = post.decided_by, post.decided_at
    if decision in _AFTER:
        changes = _apply_status(state, post, was.after, head.reason, seq)
    else:
        changes = _apply_marks(state, post, decision)
    if changes or (earlier_by != by and decision not in RELEASING):
        post.decided, post.decided_at, post.decided_by = seq, at, by
    if not changes:
        return None
    before.append(was)
    return Changed(post.id, was.status, was.after, post.revision, earlier_by, earlier_at)


def _sign(post: Post, record: Record, by: BadgeId) -> None:
    post.decided, post.decided_at, post.decided_by = record.seq, record.at, by


def _before(post: Post, after: Status) -> Before:
    return Before(post.id, post.revision, post.status, post.pinned, post.starred, post.reason, after)


def _next_status(post: Post, decision: Decision) -> Status:
    if decision is _HIDE and post.status is HELD:
        return HELD  # what is not on a screen cannot be taken off it
    return _AFTER.get(decision, post.status)


def _apply_marks(state: State, post: Post, decision: Decision) -> bool:
    """Whether anything changed."""
    pinned, starred = _PINS.get(decision, post.pinned), _STARS.get(decision, post.starred)
    changes = pinned is not post.pinned or starred is not post.starred
    mark(state, post, pinned=pinned, starred=starred)
    return changes


def _apply_status(state: State, post: Post, after: Status, reason: Reason | None, seq: int) -> bool:
    reason = reason if after is REJECTED else None
    if post.status is after and post.reason is reason:
        return False
    if post.status is not after:
        move(state, post, after, seq)
    post.reason = reason
    return True


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
    if post.decided != made.seq:
        return "decided-since"
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
    _sign(post, record, head.by)
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
    if made.author is None or state.authors[made.author].banned != made.seq:
        return
    below = made.earlier_ban
    while below is not None and state.made[below].undone is not None:
        below = state.made[below].earlier_ban
    state.authors[made.author].banned = below
