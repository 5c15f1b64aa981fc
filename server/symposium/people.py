"""Badges: who may do what. Every entry of staff passes `allowed` before it changes anything."""

from __future__ import annotations

from server.symposium.entries import BadgeMade, BadgeRevoked, Record
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.state import Badge, State
from server.symposium.values import OPERATOR, BadgeId, Role

STAFF = frozenset({Role.ORGANISER, Role.MODERATOR})
ORGANISERS = frozenset({Role.ORGANISER})
LEADERS = STAFF | {Role.CHAIR}
"""Who open and close polls."""
CHAIRS = STAFF | {Role.CHAIR, Role.SPEAKER}
"""Who say what becomes of questions: a speaker only of those of their own session."""
REPORTERS = frozenset({Role.ORGANISER, Role.AUTHOR})
"""Who make the report."""


def refusal(state: State, seq: int, by: BadgeId, roles: frozenset[Role]) -> Refused | None:
    """Why *by* may not do what only *roles* may; None when they may. The operator may do everything."""
    if by == OPERATOR:
        return None
    badge = state.badges.get(by)
    if badge is None or badge.revoked is not None:
        return Refused(seq=seq, code="no-badge")
    if badge.role not in roles:
        return Refused(seq=seq, code="not-allowed")
    return None


def badge_made(state: State, record: Record, head: BadgeMade) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    if head.badge in state.badges or head.badge == OPERATOR:
        return Refused(seq=record.seq, code="made-before", redact=(record.seq,))
    state.badges[head.badge] = Badge(
        id=head.badge,
        role=head.role,
        token_hash=head.token_hash,
        body=record.seq,
        made=record.at,
        run=head.run,
        session=head.session,
    )
    return Done(seq=record.seq)


def badge_revoked(state: State, record: Record, head: BadgeRevoked) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    badge = state.badges.get(head.badge)
    if badge is None:
        return Refused(seq=record.seq, code="unknown")
    if badge.revoked is None:
        badge.revoked = record.at
    return Done(seq=record.seq)
