"""What the organisation says on the screens, in a card that no post can imitate."""

from __future__ import annotations

from server.symposium.acts import remember
from server.symposium.entries import Announced, Record
from server.symposium.outcomes import Done, Outcome
from server.symposium.people import STAFF, refusal
from server.symposium.state import State, WasWording, Wording
from server.symposium.values import ActKind


def announced(state: State, record: Record, head: Announced) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if not head.on and state.announcement is None:
        return Done(seq=record.seq)
    detail = "on" if head.on else "off"
    before = WasWording(state.announcement)
    free = remember(state, record, head.by, ActKind.ANNOUNCEMENT, before=before, detail=detail)
    state.announcement = Wording(body=record.seq, at=record.at, by=head.by) if head.on else None
    return Done(seq=record.seq, redact=free)
