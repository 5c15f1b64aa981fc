"""Which networks a symposium listens to."""

from __future__ import annotations

from server.symposium.entries import Record, SourceRemoved, SourceSet, SourceSwitched
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import ORGANISERS, STAFF, refusal
from server.symposium.state import Source, State
from server.symposium.values import PHONE


def source_set(state: State, record: Record, head: SourceSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    if head.source == PHONE:
        return Refused(seq=record.seq, code="made-before", redact=(record.seq,))
    earlier = state.sources.get(head.source)
    state.sources[head.source] = Source(
        id=head.source, network=head.network, on=head.on, body=record.seq, changed=record.seq, by=head.by
    )
    return Done(seq=record.seq, redact=_forget(state, earlier))


def source_switched(state: State, record: Record, head: SourceSwitched) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    source = state.sources.get(head.source)
    if source is None:
        return Refused(seq=record.seq, code="unknown")
    source.on, source.changed, source.by = head.on, record.seq, head.by
    return Done(seq=record.seq)


def source_removed(state: State, record: Record, head: SourceRemoved) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    source = state.sources.pop(head.source, None)
    if source is None:
        return Refused(seq=record.seq, code="unknown")
    return Done(seq=record.seq, redact=_forget(state, source))


def _forget(state: State, source: Source | None) -> tuple[int, ...]:
    if source is None:
        return ()
    state.bodies.pop(source.body, None)
    return (source.body,)
