"""What the screens may show: the symposium's own facts, stop and pause."""

from __future__ import annotations

from server.symposium.acts import remember
from server.symposium.entries import Paused, Record, Stopped, SymposiumChanged, SymposiumMade
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import ORGANISERS, STAFF, refusal
from server.symposium.state import State, Switch, WasOn
from server.symposium.values import ActKind


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
    return _switch(state, record, head, state.stop, ActKind.STOP)


def paused(state: State, record: Record, head: Paused) -> Outcome:
    return _switch(state, record, head, state.pause, ActKind.PAUSE)


def _switch(state: State, record: Record, head: Stopped | Paused, switch: Switch, kind: ActKind) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if switch.on != head.on:
        remember(state, record, head.by, kind, before=WasOn(switch.on), detail="on" if head.on else "off")
        switch.on, switch.at, switch.seq, switch.by = head.on, record.at, record.seq, head.by
    return Done(seq=record.seq)
