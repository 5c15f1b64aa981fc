"""Who decides about new posts: what staff chose, or the brake that makes everything wait."""

from __future__ import annotations

from server.symposium.acts import remember
from server.symposium.entries import BrakeTripped, PolicySet, Record
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import STAFF, refusal
from server.symposium.state import Brake, State, WasPolicy
from server.symposium.values import ActKind, Policy

MAX_BRAKES = 200
"""How many are kept, for the report."""


def policy_set(state: State, record: Record, head: PolicySet) -> Outcome:
    """A person chose: that ends the brake too."""
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    before = WasPolicy(state.policy, state.brake)
    remember(state, record, head.by, ActKind.POLICY, before=before, detail=head.policy.value)
    state.policy, state.policy_seq, state.brake = head.policy, record.seq, None
    return Done(seq=record.seq)


def brake_tripped(state: State, record: Record, head: BrakeTripped) -> Outcome:
    """The node's own: less on the screens needs no badge."""
    if state.policy is Policy.EVERYTHING_WAITS:
        return Refused(seq=record.seq, code="already-waits")
    was = state.policy
    remember(state, record, None, ActKind.BRAKE, before=WasPolicy(was, state.brake), detail=was.value)
    state.policy, state.policy_seq = Policy.EVERYTHING_WAITS, record.seq
    state.brake = Brake(
        at=record.at,
        seq=record.seq,
        was=was,
        posts_per_minute=head.posts_per_minute,
        new_percent=head.new_percent,
        alike_percent=head.alike_percent,
    )
    state.brakes = (*state.brakes, state.brake)[-MAX_BRAKES:]
    return Done(seq=record.seq)
