"""
Polls: one vote for each voter, changeable until the poll is closed.

`counts` follow each vote; `recount` says the same from all votes, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.symposium.acts import remember
from server.symposium.entries import (
    PollClosed,
    PollCodesMade,
    PollForm,
    PollOpened,
    PollRemoved,
    PollSet,
    PostArrived,
    Record,
    Voted,
    VotesSetAside,
)
from server.symposium.outcomes import Done, Outcome, Refused
from server.symposium.people import LEADERS, STAFF, refusal
from server.symposium.programme import ends, running
from server.symposium.state import Poll, State
from server.symposium.values import HELD, HIDDEN, SHOWN, ActKind, Kept, PollId, PollKind, PostId, SessionId, VoterKey

MAX_POLLS = 200
MAX_OPTIONS = 20
MAX_STATEMENTS = 100
MAX_SCALE = 11
"""Points of a scale."""
MAX_NUMBER = 1_000_000_000
MAX_SECONDS = 3_600
MAX_CODES = 5_000
MAX_ASIDE = 20_000
"""Voters in one entry."""
GRACE_US = 1_000_000
"""So long after its time a quiz still takes a vote that was on its way."""
AGREE, DISAGREE, PASS = 0, 1, 2

_USED = "used"
_CHOSEN = frozenset({PollKind.SINGLE, PollKind.SEVERAL, PollKind.RANKING, PollKind.QUIZ, PollKind.STATEMENTS})


# Before


def poll_set(state: State, record: Record, head: PollSet) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    known = state.polls.get(head.poll)
    if known is None and len(state.polls) >= MAX_POLLS:
        return Refused(seq=record.seq, code="too-many-polls")
    if known is not None and known.opened:
        return Refused(seq=record.seq, code="poll-opened")
    if not is_sound(head.form) or not _can_follow(state, head.poll, head.form):
        return Refused(seq=record.seq, code="bad-poll")
    before = () if known is None else (known.body,)
    for seq in before:
        state.bodies.pop(seq, None)
    codes = {} if known is None or not head.form.binding else known.codes
    made = Poll(form=head.form, body=record.seq, made=record.at, by=head.by, counts=[0] * width(head.form), codes=codes)
    state.polls[head.poll] = made
    _changed(state, made, record.seq)
    return Done(seq=record.seq, redact=before)


def is_sound(form: PollForm) -> bool:
    """Whether a poll of this form can be held."""
    most = MAX_STATEMENTS if form.kind is PollKind.STATEMENTS else MAX_OPTIONS
    least = 1 if form.kind is PollKind.STATEMENTS else 2
    if not (least <= form.options <= most if form.kind in _CHOSEN else form.options == 0):
        return False
    if form.kind is PollKind.SEVERAL and not 1 <= form.most <= form.options:
        return False
    if form.kind is PollKind.SCALE and not (abs(form.low) <= MAX_SCALE and 1 <= form.high - form.low < MAX_SCALE):
        return False
    if form.kind is PollKind.NUMBER and not -MAX_NUMBER <= form.low < form.high <= MAX_NUMBER:
        return False
    is_right = form.right is not None and 0 <= form.right < form.options
    if is_right != (form.kind is PollKind.QUIZ) or not 0 <= form.seconds <= MAX_SECONDS:
        return False
    if form.with_session and form.session is None:
        return False
    return not (form.binding and form.kind is PollKind.WORDS)


def _can_follow(state: State, poll: PollId, form: PollForm) -> bool:
    """Whether it asks what an earlier one asked, where it says so."""
    if form.again is None:
        return True
    earlier = state.polls.get(form.again)
    if earlier is None or form.again == poll:
        return False
    mine, its = ((f.kind, f.options, f.most, f.low, f.high) for f in (form, earlier.form))
    return mine == its


def poll_removed(state: State, record: Record, head: PollRemoved) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    poll = state.polls.get(head.poll)
    if poll is None:
        return Refused(seq=record.seq, code="unknown")
    if poll.opened:
        return Refused(seq=record.seq, code="poll-opened")
    del state.polls[head.poll]
    state.bodies.pop(poll.body, None)
    state.polls_seq = record.seq
    return Done(seq=record.seq, redact=(poll.body,))


def poll_codes_made(state: State, record: Record, head: PollCodesMade) -> Outcome:
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    poll = state.polls.get(head.poll)
    if poll is None or not poll.form.binding:
        return Refused(seq=record.seq, code="unknown")
    if len(poll.codes) + len(head.codes) > MAX_CODES:
        return Refused(seq=record.seq, code="too-many-codes")
    for code in head.codes:
        poll.codes.setdefault(code, "")
    _changed(state, poll, record.seq)
    return Done(seq=record.seq)


def _changed(state: State, poll: Poll, seq: int) -> None:
    poll.seq = state.polls_seq = seq


# Open and closed


def is_open(poll: Poll) -> bool:
    """Whether the hall may vote."""
    return bool(poll.opened) and not poll.closed_at


def poll_opened(state: State, record: Record, head: PollOpened) -> Outcome:
    """In a session one poll at a time, and one that is for all alone: two stages do not ask at once."""
    if head.by is not None and (refused := refusal(state, record.seq, head.by, LEADERS)):
        return refused
    poll = state.polls.get(head.poll)
    if poll is None:
        return Refused(seq=record.seq, code="unknown")
    if head.by is None and not begins_now(state, poll, record.at):
        return Refused(seq=record.seq, code="not-due")
    if is_open(poll):
        return Done(seq=record.seq)
    if 0 < poll.opened_at <= state.lapsed.get(Kept.DEVICES, -1):
        return Refused(seq=record.seq, code="forgotten")
    if not _can_follow(state, head.poll, poll.form):
        return Refused(seq=record.seq, code="bad-poll")
    if (other := blocking(state, poll)) is not None:
        return Refused(seq=record.seq, code="poll-open", by=other.by, at=other.opened_at)
    poll.opened, poll.opened_at, poll.closed_at, poll.by = record.seq, record.at, 0, head.by or poll.by
    _changed(state, poll, record.seq)
    return Done(seq=record.seq)


def blocking(state: State, poll: Poll) -> Poll | None:
    """The open poll that *poll* cannot stand beside."""
    here = poll.form.session
    others = (each for each in state.polls.values() if is_open(each) and each is not poll)
    return next((each for each in others if here is None or each.form.session in (None, here)), None)


def poll_closed(state: State, record: Record, head: PollClosed) -> Outcome:
    """By staff or a chair at any time; by the clock when its time is over."""
    poll = state.polls.get(head.poll)
    if head.by is not None and (refused := refusal(state, record.seq, head.by, LEADERS)):
        return refused
    if poll is None or not poll.opened:
        return Refused(seq=record.seq, code="unknown")
    if poll.closed_at:
        return Done(seq=record.seq)
    if head.by is None and not is_over(poll, record.at) and not leaves_now(state, poll, record.at):
        return Refused(seq=record.seq, code="not-due")
    poll.closed_at = record.at
    _changed(state, poll, record.seq)
    return Done(seq=record.seq)


def ends_at(poll: Poll) -> int | None:
    """When its time is over, in µs; None: it has no time."""
    return poll.opened_at + poll.form.seconds * 1_000_000 if poll.opened and poll.form.seconds else None


def is_over(poll: Poll, at: int) -> bool:
    """Whether its time is over at *at*, in µs, and that of votes that were on their way."""
    end = ends_at(poll)
    return end is not None and at >= end + GRACE_US


def begins_now(state: State, poll: Poll, at: int) -> bool:
    """Whether its session runs at *at* (µs), where it opens with that, for the first time."""
    return poll.form.with_session and not poll.opened and _is_on(state, poll.form.session, at)


def leaves_now(state: State, poll: Poll, at: int) -> bool:
    """Whether its session ended at *at* (µs) while it was open, where it closes with that."""
    if not poll.form.with_session or not is_open(poll) or _is_on(state, poll.form.session, at):
        return False
    slot = None if state.programme is None else state.programme.slots.get(poll.form.session or SessionId(""))
    return slot is None or poll.opened_at < ends(state, slot) <= at


def _is_on(state: State, session: SessionId | None, at: int) -> bool:
    return any(slot.session == session for slot, _ in running(state, at))


# Voting


def voted(state: State, record: Record, head: Voted) -> Outcome:
    poll = state.polls.get(head.poll)
    if poll is None or poll.form.kind is PollKind.WORDS:
        return Refused(seq=record.seq, code="unknown")
    if poll.form.binding and head.request and poll.codes.get(head.voter) == head.request:
        is_same = poll.votes.get(head.voter) == _with(poll.form, None, head.answers)
        return Done(seq=record.seq) if is_same else Refused(seq=record.seq, code="code-used")
    if (code := vote_refusal(poll, record.at, opening=head.opening, voter=head.voter)) is not None:
        return Refused(seq=record.seq, code=code)
    if not is_answer(poll.form, head.answers):
        return Refused(seq=record.seq, code="bad-answer")
    before = poll.votes.get(head.voter)
    after = _with(poll.form, before, head.answers)
    if after == before:
        return Done(seq=record.seq)
    if head.voter not in poll.aside:
        if before is not None:
            _count(poll, before, -1)
        _count(poll, after, 1)
    poll.votes[head.voter] = after
    if poll.form.binding:
        poll.codes[head.voter] = head.request or _USED
    _changed(state, poll, record.seq)
    return Done(seq=record.seq)


def vote_refusal(poll: Poll, at: int, *, opening: int, voter: VoterKey) -> str | None:
    """The code of the refusal that a vote at *at* (µs) would meet, None when it counts."""
    end = ends_at(poll)
    if not is_open(poll) or (end is not None and at > end + GRACE_US):
        return "poll-closed"
    if opening != poll.opened:
        return "poll-changed"
    if not poll.form.binding:
        return None
    used_by = poll.codes.get(voter)
    return "no-code" if used_by is None else "code-used" if used_by else None


def is_answer(form: PollForm, answers: tuple[int, ...]) -> bool:
    """Whether these can be answered to a poll of this form."""
    match form.kind:
        case PollKind.SINGLE | PollKind.QUIZ:
            return len(answers) == 1 and 0 <= answers[0] < form.options
        case PollKind.SEVERAL:
            chosen = set(answers)
            return 1 <= len(answers) == len(chosen) <= form.most and chosen <= set(range(form.options))
        case PollKind.RANKING:
            return sorted(answers) == list(range(form.options))
        case PollKind.SCALE | PollKind.NUMBER:
            return len(answers) == 1 and form.low <= answers[0] <= form.high
        case PollKind.STATEMENTS:
            return len(answers) == 2 and 0 <= answers[0] < form.options and AGREE <= answers[1] <= PASS
        case PollKind.WORDS:
            return False


def _with(form: PollForm, before: tuple[int, ...] | None, answers: tuple[int, ...]) -> tuple[int, ...]:
    """A voter's whole vote: of statements with what they said of the others."""
    if form.kind is PollKind.SEVERAL:
        return tuple(sorted(answers))
    if form.kind is not PollKind.STATEMENTS:
        return answers
    said = list(before or (0,) * form.options)
    said[answers[0]] = answers[1] + 1
    return tuple(said)


def width(form: PollForm) -> int:
    """
    How many counts a poll of this form has.

    One for each option, or point of a scale; of statements three for each; of the others how many answered. Of a
    ranking an option's count is its points: as many as there are options below it.
    """
    match form.kind:
        case PollKind.STATEMENTS:
            return 3 * form.options
        case PollKind.SCALE:
            return form.high - form.low + 1
        case PollKind.NUMBER | PollKind.WORDS:
            return 1
        case _:
            return form.options


def _count(poll: Poll, vote: tuple[int, ...], by: int) -> None:
    form, counts = poll.form, poll.counts
    match form.kind:
        case PollKind.STATEMENTS:
            for place, said in enumerate(vote):
                if said:
                    counts[3 * place + said - 1] += by
        case PollKind.SCALE:
            counts[vote[0] - form.low] += by
        case PollKind.NUMBER:
            counts[0] += by
        case PollKind.RANKING:
            for place, option in enumerate(vote):
                counts[option] += by * (form.options - 1 - place)
        case _:
            for option in vote:
                counts[option] += by


def all_votes(poll: Poll) -> Iterable[tuple[int, ...]]:
    """Every vote that counts."""
    yield from poll.past
    yield from (vote for voter, vote in poll.votes.items() if voter not in poll.aside)


def answers(state: State, poll: Poll) -> list[PostId]:
    """The answers in words that count: not set aside, and neither rejected nor taken back."""
    return [
        post
        for voter, post in poll.words.items()
        if voter not in poll.aside and state.posts[post].status in (HELD, SHOWN, HIDDEN)
    ]


def voters(state: State, poll: Poll) -> int:
    """How many people voted, without those who were set aside."""
    if poll.form.kind is PollKind.WORDS:
        return len(answers(state, poll))
    return len(poll.past) + sum(voter not in poll.aside for voter in poll.votes)


def recount(poll: Poll) -> list[int]:
    """The counts, from all votes anew."""
    anew = Poll(form=poll.form, body=0, made=0, by=poll.by, counts=[0] * width(poll.form))
    for vote in all_votes(poll):
        _count(anew, vote, 1)
    return anew.counts


# In words of one's own


def answer_refusal(state: State, at: int, head: PostArrived) -> str | None:
    """The code of the refusal that an answer in words would meet, None when it may come in."""
    if head.poll is None:
        return None
    poll = state.polls.get(head.poll)
    if poll is None or poll.form.kind is not PollKind.WORDS or head.voter is None:
        return "unknown"
    end = ends_at(poll)
    return None if is_open(poll) and (end is None or at <= end + GRACE_US) else "poll-closed"


def answered(state: State, record: Record, head: PostArrived) -> PostId | None:
    """An answer in words came in. Returns the same voter's one before it, which it takes the place of."""
    if head.poll is None or head.voter is None:
        return None
    poll = state.polls[head.poll]
    before = poll.words.get(head.voter)
    poll.words[head.voter] = head.post
    _changed(state, poll, record.seq)
    return before


# Stuffing


def votes_set_aside(state: State, record: Record, head: VotesSetAside) -> Outcome:
    """Votes of these voters do not count, also those to come; or they do again."""
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    if len(head.voters) > MAX_ASIDE:
        return Refused(seq=record.seq, code="too-many-votes")
    question = None if head.post is None else state.questions.get(head.post)
    poll = None if head.poll is None else state.polls.get(head.poll)
    if question is None and poll is None:
        return Refused(seq=record.seq, code="unknown")
    remember(
        state,
        record,
        head.by,
        ActKind.VOTES,
        before=None,  # taken back by its opposite, which says of whom
        detail="aside" if head.on else "back",
        post=None if question is None else head.post,
    )
    if question is not None:
        state.questions_seq = record.seq
        return Done(seq=record.seq, redact=_set_aside(state, question.aside, record.seq, head))
    assert poll is not None
    for voter in dict.fromkeys(head.voters):
        if (voter in poll.aside) != head.on and (vote := poll.votes.get(voter)) is not None:
            _count(poll, vote, -1 if head.on else 1)
    _changed(state, poll, record.seq)
    return Done(seq=record.seq, redact=_set_aside(state, poll.aside, record.seq, head))


def _set_aside(state: State, aside: dict[VoterKey, int], seq: int, head: VotesSetAside) -> tuple[int, ...]:
    """Returns the seqs of the reasons that nobody needs any more."""
    known = {*aside.values(), seq}
    for voter in head.voters:
        if head.on:
            aside.setdefault(voter, seq)
        else:
            aside.pop(voter, None)
    free = tuple(sorted(known.difference(aside.values())))
    for each in free:
        state.bodies.pop(each, None)
    return free


def forget_voters(state: State) -> None:
    """Nobody knows any more which phone voted what; the votes stay, without order. A poll that is open ends."""
    for poll in state.polls.values():
        if is_open(poll):
            poll.closed_at = state.at
        poll.past = sorted(all_votes(poll))
        answers = sorted(post for voter, post in poll.words.items() if voter not in poll.aside)
        poll.words = {VoterKey(f"past-{n}"): post for n, post in enumerate(answers)}
        poll.votes, poll.aside, poll.codes, poll.seq = {}, {}, {}, state.seq


def has_voters(state: State) -> bool:
    """Whether it is known of any phone what it voted."""
    return any(question.voters for question in state.questions.values()) or any(
        poll.votes or poll.codes or any(not voter.startswith("past-") for voter in poll.words)
        for poll in state.polls.values()
    )
