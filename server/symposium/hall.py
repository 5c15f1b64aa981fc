"""What phones in the hall may do, and how often they said something in one sign."""

from __future__ import annotations

from server.symposium.acts import remember
from server.symposium.entries import HallSet, ReactionsCounted, Record
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import STAFF, refusal
from server.symposium.state import Hall, Reacted, State, WasHall
from server.symposium.values import ActKind

MAX_REACTED = 20_000
"""Minutes that are kept, of all sessions together: two weeks, day and night."""
MAX_COUNT = 10_000_000


def hall_set(state: State, record: Record, head: HallSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    was = state.hall
    new = Hall(
        questions=was.questions if head.questions is None else head.questions,
        reactions=was.reactions if head.reactions is None else head.reactions,
        follows=was.follows if head.follows is None else head.follows,
    )
    if new == was:
        return Done(seq=record.seq)
    remember(state, record, head.by, ActKind.HALL, before=WasHall(was), detail=_detail(was, new))
    state.hall = new
    return Done(seq=record.seq)


def _detail(before: Hall, after: Hall) -> str:
    """What changed first, as `reactions-on`."""
    for name in ("questions", "reactions", "follows"):
        if getattr(before, name) != getattr(after, name):
            return f"{name}-{'on' if getattr(after, name) else 'off'}"
    return ""


def reactions_counted(state: State, record: Record, head: ReactionsCounted) -> Outcome:
    if len(state.reactions) >= MAX_REACTED:
        return Refused(seq=record.seq, code="too-many-reactions")
    counts = {kind: n for kind, n in head.counts.items() if 0 < n <= MAX_COUNT}
    if counts:
        state.reactions.append(Reacted(head.minute, head.session, counts))
    return Done(seq=record.seq)
