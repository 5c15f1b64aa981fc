"""How long what is kept: periods, the legal hold, and what goes when time strikes."""

from __future__ import annotations

from server.symposium import counting, polls
from server.symposium.drafts import frozen_posts, let_go
from server.symposium.entries import HoldSet, KeepingSet, Lapsed, Record
from server.symposium.outcomes import Changed, Done, Outcome, Refused
from server.symposium.people import ORGANISERS, REPORTERS, refusal
from server.symposium.posts import forget_words, move
from server.symposium.state import Keeping, State, Wording, is_final
from server.symposium.values import LAPSED, SHOWN, BadgeId, Kept

MAX_HOURS = 31 * 24
MAX_DAYS = 3_660
NOBODY = BadgeId("")
"""Who did something, once that is forgotten."""


def keeping_set(state: State, record: Record, head: KeepingSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    days = (head.posts_days, head.pictures_days, head.audit_days, head.devices_days)
    if not 1 <= head.rejected_hours <= MAX_HOURS or not all(each is None or 0 <= each <= MAX_DAYS for each in days):
        return Refused(seq=record.seq, code="bad-period")
    state.keeping = Keeping(
        rejected_hours=head.rejected_hours,
        posts_days=head.posts_days,
        pictures_days=head.pictures_days,
        audit_days=head.audit_days,
        devices_days=head.devices_days,
    )
    return Done(seq=record.seq)


def hold_set(state: State, record: Record, head: HoldSet) -> Outcome:
    """A legal hold begins, goes on for another reason, or ends: then the versions that it kept lose their bytes."""
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    before = () if state.hold is None else (state.hold.body,)
    for seq in before:
        state.bodies.pop(seq, None)
    if head.on:
        state.hold = Wording(body=record.seq, at=record.at, by=head.by)
        return Done(seq=record.seq, redact=before)
    state.hold = None
    let_go(state)
    return Done(seq=record.seq, redact=(*before, record.seq))


def lapsed(state: State, record: Record, head: Lapsed) -> Outcome:
    """
    What was kept as long as the notice said goes.

    A frozen report stays, with the words and pictures of the posts in it: somebody who is erased later can still be
    taken out of it.
    """
    if state.hold is not None:
        return Refused(seq=record.seq, code="legal-hold")
    changed, redact = list[Changed](), list[int]()
    for kind in dict.fromkeys(head.kinds):
        match kind:
            case Kept.POSTS:
                gone, seqs = _posts_lapse(state, record)
                changed += gone
                redact += seqs
            case Kept.PICTURES:
                _pictures_lapse(state)
            case Kept.AUDIT:
                redact += _audit_lapses(state, record)
            case Kept.DEVICES:
                _devices_lapse(state)
        state.lapsed[kind] = record.at
    state.lapsed_seq = record.seq
    return Done(seq=record.seq, changed=tuple(changed), redact=tuple(redact))


def is_left(state: State, kind: Kept) -> bool:
    """Whether there is anything of *kind* that time could take."""
    if kind is Kept.POSTS:
        return any(not is_final(post) for post in state.posts.values())
    if kind is Kept.PICTURES:
        frozen = frozen_posts(state)
        return any(not post.bare and id_ not in frozen for id_, post in state.posts.items())
    if kind is Kept.AUDIT:
        return any(post.decided_by is not None for post in state.posts.values()) or bool(_forgotten_badges(state))
    return bool(state.devices) or polls.has_voters(state)


def _posts_lapse(state: State, record: Record) -> tuple[list[Changed], list[int]]:
    frozen = frozen_posts(state)
    changed, redact = list[Changed](), list[int]()
    for post in state.posts.values():
        if is_final(post):
            continue
        before, post.stood = post.status, post.status is SHOWN
        move(state, post, LAPSED, record.seq)
        post.ended_at = record.at
        changed.append(Changed(post=post.id, before=before, after=LAPSED, revision=post.revision))
        if post.id not in frozen:
            redact.extend(forget_words(state, post))
    return changed, redact


def _pictures_lapse(state: State) -> None:
    frozen = frozen_posts(state)
    for id_, post in state.posts.items():
        if id_ not in frozen:
            post.bare = True


def _audit_lapses(state: State, record: Record) -> list[int]:
    """Nobody knows any more who did what; badges of those who only worked that day end, without their names."""
    for made in state.made.values():
        made.by, made.undone_by = NOBODY, None
    for act in state.acts.values():
        act.by, act.undone_by = None, None
    for post in state.posts.values():
        post.decided_by = None
    redact = []
    for id_ in _forgotten_badges(state):
        badge = state.badges[id_]
        badge.revoked = record.at if badge.revoked is None else badge.revoked
        badge.nameless = True
        state.bodies.pop(badge.body, None)
        redact.append(badge.body)
    return redact


def _forgotten_badges(state: State) -> list[BadgeId]:
    """Badges that have ended, or whose work is done when the day is; the operator has none."""
    return [
        badge.id
        for badge in state.badges.values()
        if not badge.nameless and (badge.revoked is not None or badge.role not in REPORTERS)
    ]


def _devices_lapse(state: State) -> None:
    """Nobody knows any more which phone sent what; who was blocked or erased stays so."""
    for post in state.posts.values():
        post.device = None
    state.devices.clear()
    state.by_request.clear()
    state.pending.clear()
    counting.forget_voters(state)
    polls.forget_voters(state)
