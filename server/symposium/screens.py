"""What the screens may show: the symposium's own facts, scene, stop and pause, and who decides about posts."""

from __future__ import annotations

from server.symposium.entries import Paused, PolicySet, Record, SceneSet, Stopped, SymposiumChanged, SymposiumMade
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import ORGANISERS, STAFF, refusal
from server.symposium.state import State, Switch
from server.symposium.values import BadgeId


def symposium_made(state: State, record: Record, head: SymposiumMade) -> Outcome:
    if state.slug:
        return Refused(seq=record.seq, code="made-before", redact=(record.seq,))
    state.slug, state.short, state.languages = head.slug, head.short, head.languages
    state.policy, state.policy_seq, state.pending_cap = head.policy, record.seq, head.pending_cap
    state.body = record.seq
    return Done(seq=record.seq)


def symposium_changed(state: State, record: Record, head: SymposiumChanged) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    earlier, state.body = state.body, record.seq
    state.bodies.pop(earlier, None)
    return Done(seq=record.seq, redact=(earlier,))


def stopped(state: State, record: Record, head: Stopped) -> Outcome:
    return _switch(state, record, state.stop, on=head.on, by=head.by)


def paused(state: State, record: Record, head: Paused) -> Outcome:
    return _switch(state, record, state.pause, on=head.on, by=head.by)


def _switch(state: State, record: Record, switch: Switch, *, on: bool, by: BadgeId) -> Outcome:
    if refused := refusal(state, record.seq, by, STAFF):
        return refused
    if switch.on != on:
        switch.on, switch.at, switch.seq, switch.by = on, record.at, record.seq, by
    return Done(seq=record.seq)


def policy_set(state: State, record: Record, head: PolicySet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    state.policy, state.policy_seq = head.policy, record.seq
    return Done(seq=record.seq)


def scene_set(state: State, record: Record, head: SceneSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    state.scene, state.scene_seq = head.scene, record.seq
    return Done(seq=record.seq)
