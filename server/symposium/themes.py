"""How the screens look. The law does not read it; the theme's own door checks what a badge may choose."""

from __future__ import annotations

from server.symposium.acts import remember
from server.symposium.entries import Record, ThemeSet
from server.symposium.outcomes import Done, Outcome
from server.symposium.people import STAFF, refusal
from server.symposium.state import State, WasWording, Wording
from server.symposium.values import ActKind


def theme_set(state: State, record: Record, head: ThemeSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    free = remember(state, record, head.by, ActKind.THEME, before=WasWording(state.theme))
    state.theme = Wording(body=record.seq, at=record.at, by=head.by)
    return Done(seq=record.seq, redact=free)
