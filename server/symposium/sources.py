"""Which networks a symposium listens to."""

from __future__ import annotations

from server.symposium.entries import ListeningSet, Record, SourceRemoved, SourceSet, SourceSwitched
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import ORGANISERS, STAFF, refusal
from server.symposium.state import Source, State
from server.symposium.values import PHONE

MAX_LISTENING_DAYS = 366


def source_set(state: State, record: Record, head: SourceSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    if head.source == PHONE:
        return Refused(seq=record.seq, code="made-before", redact=(record.seq,))
    earlier = state.sources.get(head.source)
    state.sources[head.source] = Source(
        id=head.source,
        network=head.network,
        on=head.on,
        body=record.seq,
        changed=record.seq,
        by=head.by,
        made=record.at if earlier is None else earlier.made,
        turned=record.at,
    )
    return Done(seq=record.seq, redact=_forget(state, earlier))


def source_switched(state: State, record: Record, head: SourceSwitched) -> Outcome:
    source = state.sources.get(head.source)
    if head.by is None:
        return _ended(record, source, head)
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if source is None:
        return Refused(seq=record.seq, code="unknown")
    source.on, source.changed, source.by = head.on, record.seq, head.by
    source.turned, source.ended = record.at, 0
    return Done(seq=record.seq)


def _ended(record: Record, source: Source | None, head: SourceSwitched) -> Outcome:
    """The node's own: to listen less needs no badge, to listen does."""
    if head.on:
        return Refused(seq=record.seq, code="no-badge")
    if source is None or not source.on:
        return Refused(seq=record.seq, code="unknown")
    source.on, source.changed, source.ended = False, record.seq, record.at
    return Done(seq=record.seq)


def listening_set(state: State, record: Record, head: ListeningSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, ORGANISERS):
        return refused
    if head.days is not None and not 0 <= head.days <= MAX_LISTENING_DAYS:
        return Refused(seq=record.seq, code="bad-period")
    state.listening_days = head.days
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
