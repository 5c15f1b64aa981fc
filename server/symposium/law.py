"""
THE LAW: `apply` is the only code that changes a state.

It is deterministic (no I/O, no clock, no randomness, no order of a set), total (a refusal and a failure are outcomes)
and decides on heads only. It checks before it changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from server.symposium import (
    acts,
    amendments,
    announcements,
    decisions,
    entries,
    hall,
    keeping,
    pairing,
    papers,
    people,
    policies,
    polls,
    posts,
    programme,
    questions,
    report,
    rules,
    scenes,
    screens,
    sources,
    themes,
)
from server.symposium.entries import Record
from server.symposium.outcomes import Broken, Done, Outcome, Refused
from server.symposium.state import State

_HANDLERS: dict[type[entries.Head], Callable[[State, Record, Any], Outcome]] = {
    entries.SymposiumMade: screens.symposium_made,
    entries.SymposiumChanged: screens.symposium_changed,
    entries.BadgeMade: people.badge_made,
    entries.BadgeRevoked: people.badge_revoked,
    entries.SourceSet: sources.source_set,
    entries.SourceSwitched: sources.source_switched,
    entries.SourceRemoved: sources.source_removed,
    entries.ListeningSet: sources.listening_set,
    entries.PostArrived: posts.post_arrived,
    entries.PostEdited: posts.post_edited,
    entries.PostClaimed: posts.post_claimed,
    entries.PostDeparted: posts.post_departed,
    entries.AuthorDeparted: posts.author_departed,
    entries.PostWithdrawn: posts.post_withdrawn,
    entries.PostAmended: amendments.post_amended,
    entries.Decided: decisions.decided,
    entries.Undone: decisions.undone,
    entries.ActUndone: acts.act_undone,
    entries.Banned: decisions.banned,
    entries.Stopped: screens.stopped,
    entries.Paused: screens.paused,
    entries.PolicySet: policies.policy_set,
    entries.RulesSet: rules.rules_set,
    entries.BrakeTripped: policies.brake_tripped,
    entries.SceneSet: scenes.scene_set,
    entries.Announced: announcements.announced,
    entries.ThemeSet: themes.theme_set,
    entries.ProgrammeSet: programme.programme_set,
    entries.ProgrammeShifted: programme.programme_shifted,
    entries.OnStageSet: programme.on_stage_set,
    entries.DirectionSet: programme.direction_set,
    entries.ProgrammeFollowed: programme.programme_followed,
    entries.PostsMoved: programme.posts_moved,
    entries.ScreenSet: pairing.screen_set,
    entries.ScreenRemoved: pairing.screen_removed,
    entries.PaperSet: papers.paper_set,
    entries.PaperFiled: papers.paper_filed,
    entries.FileDropped: papers.file_dropped,
    entries.PaperRemoved: papers.paper_removed,
    entries.Struck: papers.struck,
    entries.Counted: papers.counted,
    entries.ReportSet: report.report_set,
    entries.BlockWritten: report.block_written,
    entries.QuotesSet: report.quotes_set,
    entries.QuotesOrdered: report.quotes_ordered,
    entries.ReportFrozen: report.report_frozen,
    entries.QuestionSet: questions.question_set,
    entries.QuestionVoted: questions.question_voted,
    entries.QuestionStood: questions.question_stood,
    entries.QuestionsMerged: questions.questions_merged,
    entries.QuestionsSplit: questions.questions_split,
    entries.PollSet: polls.poll_set,
    entries.PollOpened: polls.poll_opened,
    entries.PollClosed: polls.poll_closed,
    entries.PollRemoved: polls.poll_removed,
    entries.PollCodesMade: polls.poll_codes_made,
    entries.Voted: polls.voted,
    entries.VotesSetAside: polls.votes_set_aside,
    entries.HallSet: hall.hall_set,
    entries.ReactionsCounted: hall.reactions_counted,
    entries.Erased: posts.erased,
    entries.Expired: posts.expired,
    entries.KeepingSet: keeping.keeping_set,
    entries.HoldSet: keeping.hold_set,
    entries.Lapsed: keeping.lapsed,
}


def apply(state: State, record: Record) -> Outcome:
    """
    Carry out one entry.

    Args:
        state: Changed in place.
        record: The next entry of the journal: its seq is above `state.seq`.

    Returns:
        What became of it. `Broken` when the law met something that it does not understand: nothing was decided then,
        and the state only counts it.
    """
    seq, head, body = record.seq, record.head, record.body
    state.seq, state.at = seq, record.at
    try:
        outcome = _HANDLERS[type(head)](state, record, head)
    except Exception as ex:  # Total by design: one bad entry must never stop a symposium, now or at replay.
        state.broken += 1
        return Broken(seq=seq, error=f"{type(ex).__name__}: {ex}")
    if body is not None:
        if type(outcome) is Done:
            if seq not in outcome.redact:
                state.bodies[seq] = body
        elif type(outcome) is Refused and seq not in outcome.redact:
            return msgspec.structs.replace(outcome, redact=(seq,))  # nobody will ever ask for it
    return outcome


def replay(records: Iterable[Record], state: State | None = None) -> State:
    """The state that *records*, in order, make; onto *state* when given."""
    state = State() if state is None else state
    for record in records:
        apply(state, record)
    return state
