"""The shelf: papers, their files in versions and languages, and when they may be read."""

from __future__ import annotations

import msgspec

from server.symposium import codes
from server.symposium.acts import forget, remember
from server.symposium.entries import Counted, FileDropped, PaperFiled, PaperRemoved, PaperSet, Record, Struck
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import STAFF, refusal
from server.symposium.programme import begins
from server.symposium.state import Act, Paper, PaperFile, State, Tally, WasPaper
from server.symposium.values import ActKind, BadgeId, PaperId, Role, SessionId

MAX_PAPERS = 2_000
MAX_FILES = 20
"""Of one paper, all versions together."""
MAX_HOURS = 24 * 31
"""Of which downloads are told by the hour; older ones only count in all."""
MAX_COUNT = 1_000_000
"""In one entry, of one thing: more is no count of a hall."""

SHELF = STAFF | {Role.SPEAKER}
_HOUR_US = 3_600_000_000


def paper_set(state: State, record: Record, head: PaperSet) -> Outcome:
    known = state.papers.get(head.paper)
    sessions = (head.session,) if known is None else (head.session, known.session)
    if refused := _refusal(state, record.seq, head.by, *sessions):
        return refused
    if known is None and f"paper:{head.paper}" in state.codes_of:
        return Refused(seq=record.seq, code="unknown")  # it was taken away meanwhile; only an undo brings it back
    if known is None and len(state.papers) >= MAX_PAPERS:
        return Refused(seq=record.seq, code="too-many-papers")
    if head.session is not None and not _is_session(state, head.session) and not _is_session_of(known, head.session):
        return Refused(seq=record.seq, code="unknown")
    was_open = known is not None and known.open and known.session == head.session
    state.papers[head.paper] = Paper(
        id=head.paper,
        form=head.form,
        session=head.session,
        embargo=head.embargo,
        open=not head.embargo or (was_open and known is not None and known.embargo),
        body=record.seq,
        made=record.at if known is None else known.made,
        changed=record.at,
        by=head.by,
        files=() if known is None else known.files,
    )
    codes.give(state, f"paper:{head.paper}")
    _note(state, record, head.by, head.paper, "added" if known is None else "changed")
    return Done(seq=record.seq, redact=() if known is None else forget(state, (known.body,)))


def _refusal(state: State, seq: int, by: BadgeId, *sessions: SessionId | None) -> Refused | None:
    """Why *by* may not touch a paper of *sessions*: staff may touch all, a speaker those of their own session."""
    if refused := refusal(state, seq, by, SHELF):
        return refused
    badge = state.badges.get(by)
    if badge is None or badge.role is not Role.SPEAKER:
        return None
    own = badge.session is not None and all(session == badge.session for session in sessions)
    return None if own else Refused(seq=seq, code="not-allowed")


def _is_session(state: State, session: SessionId) -> bool:
    return state.programme is not None and session in state.programme.slots


def _is_session_of(paper: Paper | None, session: SessionId) -> bool:
    """A session that the programme dropped keeps its papers."""
    return paper is not None and paper.session == session


def paper_filed(state: State, record: Record, head: PaperFiled) -> Outcome:
    paper = state.papers.get(head.paper)
    if refused := _refusal(state, record.seq, head.by, *(() if paper is None else (paper.session,))):
        return refused
    if paper is None:
        return Refused(seq=record.seq, code="unknown")
    if len(paper.files) >= MAX_FILES:
        return Refused(seq=record.seq, code="too-many-files")
    file = PaperFile(
        seq=record.seq,
        at=record.at,
        by=head.by,
        blob=head.blob,
        size=head.size,
        type=head.type,
        lang=head.lang,
        pages=head.pages,
        flags=head.flags,
        preview=head.preview,
    )
    _put(state, record, paper, files=(*paper.files, file))
    _note(state, record, head.by, head.paper, "filed")
    return Done(seq=record.seq)


def file_dropped(state: State, record: Record, head: FileDropped) -> Outcome:
    paper = state.papers.get(head.paper)
    if refused := _refusal(state, record.seq, head.by, *(() if paper is None else (paper.session,))):
        return refused
    if paper is None or all(file.seq != head.file for file in paper.files):
        return Refused(seq=record.seq, code="unknown")
    _put(state, record, paper, files=tuple(file for file in paper.files if file.seq != head.file))
    _note(state, record, head.by, head.paper, "file-dropped")
    return Done(seq=record.seq, redact=forget(state, (head.file,)))


def paper_removed(state: State, record: Record, head: PaperRemoved) -> Outcome:
    """Off the shelf; with `erase` it does not come back, and what an undo kept of it goes too."""
    paper = state.papers.get(head.paper) or (_removed(state, head.paper) if head.erase else None)
    if refused := _refusal(state, record.seq, head.by, *(() if paper is None else (paper.session,))):
        return refused
    if paper is None:
        return Refused(seq=record.seq, code="unknown")
    state.papers.pop(head.paper, None)
    state.shelf_seq = record.seq
    if not head.erase:
        _note(state, record, head.by, head.paper, "removed", before=WasPaper(paper))
        return Done(seq=record.seq)
    for act in state.acts.values():
        if isinstance(act.before, WasPaper) and act.before.paper.id == head.paper:
            act.before = None
    _note(state, record, head.by, head.paper, "erased")
    return Done(seq=record.seq, redact=forget(state, (paper.body, *(file.seq for file in paper.files))))


def _removed(state: State, paper: PaperId) -> Paper | None:
    """A paper that was taken off the shelf, and that an undo would bring back."""
    for act in reversed(state.acts.values()):
        if isinstance(act.before, WasPaper) and act.before.paper.id == paper:
            return act.before.paper
    return None


def _put(state: State, record: Record, paper: Paper, *, files: tuple[PaperFile, ...]) -> None:
    state.papers[paper.id] = msgspec.structs.replace(paper, files=files, changed=record.at)


def _note(
    state: State, record: Record, by: BadgeId, paper: PaperId, detail: str, *, before: WasPaper | None = None
) -> None:
    state.shelf_seq = record.seq
    if before is not None:
        remember(state, record, by, ActKind.PAPER, before=before, detail=detail, of=paper)
        return
    state.acts[record.seq] = Act(seq=record.seq, at=record.at, by=by, kind=ActKind.PAPER, detail=detail)


def due(state: State, now: int) -> tuple[PaperId, ...]:
    """The papers under embargo whose session has begun at *now* (µs)."""
    closed = (paper for paper in state.papers.values() if not paper.open)
    return tuple(paper.id for paper in closed if _has_begun(state, paper, now))


def _has_begun(state: State, paper: Paper, now: int) -> bool:
    slot = None if state.programme is None or paper.session is None else state.programme.slots.get(paper.session)
    return slot is not None and begins(state, slot) <= now


def struck(state: State, record: Record, head: Struck) -> Outcome:
    """The node's own: the law looks at its own clock whether it is time."""
    closed = {paper for paper in head.papers if paper in state.papers and not state.papers[paper].open}
    for each in closed:
        paper = state.papers[each]
        if _has_begun(state, paper, record.at):
            state.papers[each] = msgspec.structs.replace(paper, open=True, changed=record.at)
            state.shelf_seq = record.seq
    return Done(seq=record.seq)


def counted(state: State, record: Record, head: Counted) -> Outcome:
    """The node's own. What nobody knows is not counted."""
    hour = record.at // _HOUR_US
    for count in head.counts:
        if not 0 <= count.new <= count.n <= MAX_COUNT:
            continue
        if count.kind == "download" and count.subject in state.papers:
            _count(state.tallies.setdefault(count.subject, Tally()), hour, count.n, count.new)
        elif count.kind == "scan" and (not count.subject or count.subject in state.codes):
            _count(state.scans.setdefault(count.subject, Tally()), hour, count.n, count.new)
    return Done(seq=record.seq)


def _count(tally: Tally, hour: int, n: int, new: int) -> None:
    tally.n += n
    tally.new += new
    known = tally.hours.get(hour, (0, 0))
    tally.hours[hour] = (known[0] + n, known[1] + new)
    while len(tally.hours) > MAX_HOURS:
        del tally.hours[next(iter(tally.hours))]
