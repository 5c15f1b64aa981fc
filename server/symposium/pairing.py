"""Screens that staff know: by name, in a room, behind the speaker or not."""

from __future__ import annotations

from server.symposium.acts import forget
from server.symposium.entries import Record, ScreenRemoved, ScreenSet
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import STAFF, refusal
from server.symposium.state import Act, Paired, State
from server.symposium.values import ActKind

MAX_PAIRED = 64


def screen_set(state: State, record: Record, head: ScreenSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    known = state.paired.get(head.screen)
    if known is None and len(state.paired) >= MAX_PAIRED:
        return Refused(seq=record.seq, code="too-many-screens")
    if head.room is not None and (state.programme is None or head.room not in state.programme.rooms):
        return Refused(seq=record.seq, code="unknown")
    state.paired[head.screen] = Paired(room=head.room, stage=head.stage, body=record.seq, at=record.at)
    _note(state, record, head, "paired" if known is None else "changed")
    return Done(seq=record.seq, redact=() if known is None else forget(state, (known.body,)))


def screen_removed(state: State, record: Record, head: ScreenRemoved) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    known = state.paired.pop(head.screen, None)
    if known is None:
        return Refused(seq=record.seq, code="unknown")
    _note(state, record, head, "removed")
    return Done(seq=record.seq, redact=forget(state, (known.body,)))


def _note(state: State, record: Record, head: ScreenSet | ScreenRemoved, detail: str) -> None:
    """For the history. To pair again is as easy as to undo."""
    state.acts[record.seq] = Act(
        seq=record.seq, at=record.at, by=head.by, kind=ActKind.SCREEN, detail=detail, screen=head.screen
    )
