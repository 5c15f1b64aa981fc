"""The report: what its authors wrote, chose and froze. What it says is compiled from this and from the posts."""

from __future__ import annotations

import re

from server.symposium.acts import forget, remember
from server.symposium.drafts import bodies_of, frozen_texts, put
from server.symposium.entries import BlockWritten, QuotesOrdered, QuotesSet, Record, ReportFrozen, ReportSet
from server.symposium.outcomes import Done, Outcome, Passed, Refused
from server.symposium.people import REPORTERS, refusal
from server.symposium.state import (
    Block,
    BlockText,
    Pick,
    State,
    Version,
    WasBlock,
    WasOrder,
    WasPicks,
    WasReport,
)
from server.symposium.values import ERASED, GONE, OPERATOR, WITHDRAWN, ActKind, BlockId, Choice

MAX_BLOCKS = 5_000
MAX_ASIDE = 8
"""How many texts are kept beside one: then somebody has to bring them together."""
MAX_STEPS = 40
"""How many changes of one text can be taken back; the words of older ones are overwritten."""
MAX_QUOTES = 5_000
"""In one entry."""
MAX_VERSIONS = 200
BLOCK_ID = re.compile(r"(?:opening|summary|recommendations|closing|(?:session|answer):[\x21-\x7e]{1,64})", re.ASCII)
"""The places that have a text."""

_TAKEN_BACK = frozenset({WITHDRAWN, GONE, ERASED})


def report_set(state: State, record: Record, head: ReportSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, REPORTERS):
        return refused
    draft = state.draft
    was = WasReport(naming=draft.naming, lang=draft.lang, cover=draft.cover)
    remember(state, record, head.by, ActKind.REPORT, before=was, detail=head.naming.value)
    draft.naming, draft.lang, draft.cover, draft.seq = head.naming, head.lang, head.cover, record.seq
    return Done(seq=record.seq)


def block_written(state: State, record: Record, head: BlockWritten) -> Outcome:
    """
    A text in its place. One that was written on top of an older text than the one that stands there is kept beside it:
    nobody's words are lost, and both authors see both.
    """
    if refused := refusal(state, record.seq, head.by, REPORTERS):
        return refused
    draft, here = state.draft, BlockText(body=record.seq, at=record.at, by=head.by)
    before = draft.blocks.get(head.block)
    if BLOCK_ID.fullmatch(head.block) is None:
        return Refused(seq=record.seq, code="unknown")
    if before is None and len(draft.blocks) >= MAX_BLOCKS:
        return Refused(seq=record.seq, code="too-many-texts")
    known = () if before is None else before.aside
    standing = None if before is None else before.text
    if head.base == (0 if standing is None else standing.body):
        block = Block(here, tuple(text for text in known if text.body not in head.settles))
    elif len(known) >= MAX_ASIDE:
        return Refused(seq=record.seq, code="too-many-texts")
    else:
        block = Block(standing, (*known, here))
    remember(
        state,
        record,
        head.by,
        ActKind.REPORT_TEXT,
        before=WasBlock(head.block, before),
        detail="written" if block.text is here else "beside",
        of=head.block,
    )
    draft.blocks[head.block], draft.seq = block, record.seq
    return Done(seq=record.seq, redact=_lapse(state, head.block))


def _lapse(state: State, block: BlockId) -> tuple[int, ...]:
    """The words that no step back would need any more go: those of before the last `MAX_STEPS` changes of *block*."""
    used, free = bodies_of(state.draft.blocks.get(block)), set[int]()
    seq, steps = state.last_acts.get(f"{ActKind.REPORT_TEXT.value}:{block}", 0), 0
    while seq:
        act = state.acts[seq]
        if not isinstance(act.before, WasBlock):
            break
        steps += 1
        if steps > MAX_STEPS:
            free |= bodies_of(act.before.block)
            act.before = None
            break  # what lies before it lapsed at an earlier change
        used |= bodies_of(act.before.block)
        seq = act.earlier
    return forget(state, sorted(free - used - frozen_texts(state)))


def quotes_set(state: State, record: Record, head: QuotesSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, REPORTERS):
        return refused
    if len(head.posts) > MAX_QUOTES:
        return Refused(seq=record.seq, code="too-many-quotes")
    if head.into is not None and head.into not in state.posts:
        return Refused(seq=record.seq, code="unknown", post=head.into)
    picks = state.draft.picks
    changed, passed = [], []
    for post in dict.fromkeys(head.posts):
        if post not in state.posts or post == head.into:
            passed.append(Passed(post=post, code="unknown"))
            continue
        before = picks.get(post)
        after = _picked(before or Pick(), head)
        if after == (before or Pick()):
            continue
        changed.append((post, before, None if after == Pick() else after))
    if not changed:
        return Done(seq=record.seq, passed=tuple(passed))
    posts = tuple(post for post, _, _ in changed)
    remember(state, record, head.by, ActKind.QUOTES, before=WasPicks(tuple(changed)), detail=_detail(head), posts=posts)
    put(state, ((post, after) for post, _, after in changed), record.seq)
    return Done(seq=record.seq, passed=tuple(passed))


def _picked(pick: Pick, head: QuotesSet) -> Pick:
    return Pick(
        choice=pick.choice if head.choice is None else head.choice,
        pull=pick.pull if head.pull is None else head.pull,
        naming=None if head.as_all else head.naming or pick.naming,
        into=None if head.alone else head.into or pick.into,
    )


def _detail(head: QuotesSet) -> str:
    if head.into is not None:
        return "merged"
    if head.choice is not None:
        return {Choice.IN: "in", Choice.OUT: "out", Choice.AUTO: "auto"}[head.choice]
    return "pull" if head.pull is not None else "named"


def quotes_ordered(state: State, record: Record, head: QuotesOrdered) -> Outcome:
    if refused := refusal(state, record.seq, head.by, REPORTERS):
        return refused
    if len(head.posts) > MAX_QUOTES or (head.section not in state.draft.order and len(state.draft.order) >= MAX_BLOCKS):
        return Refused(seq=record.seq, code="too-many-quotes")
    was = WasOrder(head.section, state.draft.order.get(head.section))
    remember(state, record, head.by, ActKind.QUOTE_ORDER, before=was, of=head.section)
    state.draft.order[head.section] = tuple(post for post in dict.fromkeys(head.posts) if post in state.posts)
    state.draft.seq = record.seq
    return Done(seq=record.seq)


def report_frozen(state: State, record: Record, head: ReportFrozen) -> Outcome:
    """
    A version. Of two authors who freeze at once the second is told: its number is taken. So is whoever freezes what a
    colleague changed while the files were made; only the operator's, which takes somebody out of an older version, is
    of how the draft was then.
    """
    if refused := refusal(state, record.seq, head.by, REPORTERS):
        return refused
    draft = state.draft
    if head.number != len(draft.versions) + 1 or (head.by != OPERATOR and draft.seq > head.through):
        return Refused(seq=record.seq, code="decided-since")
    if head.number > MAX_VERSIONS:
        return Refused(seq=record.seq, code="too-many-versions")
    if any(post not in state.posts or state.posts[post].status in _TAKEN_BACK for post in head.posts):
        return Refused(seq=record.seq, code="stale-revision")  # somebody took a post back while it was being made
    version = Version(
        number=head.number,
        at=record.at,
        by=head.by,
        through=head.through,
        sha256=head.sha256,
        files=head.files,
        posts=frozenset(head.posts),
        texts=_texts_of(state, head),
    )
    before = frozen_texts(state)
    draft.versions, draft.seq = (*draft.versions, version), record.seq
    return Done(seq=record.seq, redact=forget(state, sorted(before - version.texts - _texts_in_use(state))))


def _texts_of(state: State, head: ReportFrozen) -> frozenset[int]:
    """The words that a version is made of: those of now, or of the older version that it takes the place of."""
    if state.draft.seq > head.through:
        return frozen_texts(state)
    return frozenset(block.text.body for block in state.draft.blocks.values() if block.text is not None)


def _texts_in_use(state: State) -> set[int]:
    """What stands in the draft, and what undo would bring back."""
    steps = (act.before.block for act in state.acts.values() if isinstance(act.before, WasBlock))
    return {seq for block in (*state.draft.blocks.values(), *steps) for seq in bodies_of(block)}
