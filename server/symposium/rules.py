"""Which rules intake asks. The law does not read them; it knows when they changed."""

from __future__ import annotations

from server.symposium.acts import remember
from server.symposium.entries import Record, RulesSet
from server.symposium.outcomes import Done, Outcome
from server.symposium.people import STAFF, refusal
from server.symposium.state import State, WasWording, Wording
from server.symposium.values import ActKind


def rules_set(state: State, record: Record, head: RulesSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    free = remember(state, record, head.by, ActKind.RULES, before=WasWording(state.rules))
    state.rules, state.rules_seq = Wording(body=record.seq, at=record.at, by=head.by), record.seq
    return Done(seq=record.seq, redact=free)
