"""Authority: every entry of staff, tried by everybody. I4 of the trust plan."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.symposium import entries, law
from server.symposium.entries import (
    AddressBody,
    AnnouncementBody,
    AnswerBody,
    BadgeBody,
    BlockBody,
    FileBody,
    PaperBody,
    PollBody,
    ReasonBody,
    RulesBody,
    ScreenBody,
    SourceBody,
    SymposiumBody,
    Target,
    ThemeBody,
)
from server.symposium.outcomes import Done, Refused
from server.symposium.values import (
    OPERATOR,
    AuthorKey,
    BadgeId,
    BlobId,
    BlockId,
    Choice,
    Decision,
    Form,
    Naming,
    PaperId,
    Policy,
    PollId,
    PollKind,
    PostBody,
    PostId,
    Role,
    Scene,
    ScreenId,
    SessionId,
    SourceId,
    Stand,
    VoterKey,
)
from tests.oracle.machine import canonical
from tests.server.symposium.day import (
    ANNA,
    AUTHOR,
    BRAM,
    FOYER,
    HALL,
    MASTODON,
    OPENING,
    ORGANISER,
    PROGRAMME,
    REVOKED,
    SCREEN,
    SHOW,
    SLOTS,
    SPEAKER,
    STRANGER,
    Day,
    code_of,
)

STAFF = {OPERATOR, ORGANISER, ANNA}
SHELF = {OPERATOR, ORGANISER, ANNA, SPEAKER}
ORGANISERS = {OPERATOR, ORGANISER}
REPORTERS = {OPERATOR, ORGANISER, AUTHOR}
EVERYBODY = (OPERATOR, ORGANISER, ANNA, SPEAKER, AUTHOR, SCREEN, REVOKED, STRANGER)


class Try:
    """One entry of staff: how it is made, who may make it, and what body it has."""

    def __init__(self, kind: type[entries.Head], may: set[BadgeId], body: Any = None, **fields: Any) -> None:
        self.kind, self.may, self.body, self.fields = kind, may, body, fields

    def by(self, badge: BadgeId) -> Any:
        return self.kind(by=badge, **self.fields)


_HIDDEN_AT = 12
_STOPPED_AT = 14
_PROGRAMME_AT = 17
_FILED_AT = 20

_FORM = entries.PollForm(kind=PollKind.SINGLE, options=2, binding=True)

TRIES = (
    Try(entries.SymposiumChanged, ORGANISERS, SymposiumBody(title="Other")),
    Try(entries.BadgeMade, ORGANISERS, BadgeBody(name="N"), badge=BadgeId("n"), role=Role.ORGANISER, token_hash="h"),
    Try(entries.BadgeRevoked, ORGANISERS, badge=BRAM),
    Try(entries.SourceSet, ORGANISERS, SourceBody(), source=SourceId("new"), network="mastodon", on=True),
    Try(entries.SourceSwitched, STAFF, source=MASTODON, on=False),
    Try(entries.SourceRemoved, ORGANISERS, source=MASTODON),
    Try(entries.Decided, STAFF, decision=Decision.SHOW, posts=(Target(PostId("p"), 1, "p-1"),)),
    Try(entries.Undone, STAFF, seq=_HIDDEN_AT),
    Try(entries.ActUndone, STAFF, seq=_STOPPED_AT),
    Try(
        entries.PostAmended, STAFF, PostBody(salt="", text="p"), post=PostId("p"), revision=1, digest="p-2", session="s"
    ),
    Try(entries.RulesSet, STAFF, RulesBody()),
    Try(entries.Announced, STAFF, AnnouncementBody(text="Coffee"), on=True),
    Try(entries.ThemeSet, STAFF, ThemeBody(theme="krant")),
    Try(entries.Banned, STAFF, author=AuthorKey("ada"), earlier=True),
    Try(entries.Stopped, STAFF, on=True),
    Try(entries.Paused, STAFF, on=True),
    Try(entries.PolicySet, STAFF, policy=Policy.EVERYTHING_WAITS),
    Try(entries.SceneSet, STAFF, scene=Scene.JOIN),
    Try(entries.ProgrammeSet, ORGANISERS, PROGRAMME, base=_PROGRAMME_AT, rooms=(HALL, FOYER), slots=SLOTS),
    Try(entries.ProgrammeShifted, STAFF, session=OPENING, minutes=5),
    Try(entries.OnStageSet, STAFF, room=HALL, session=OPENING),
    Try(entries.DirectionSet, STAFF, stage_safe=False, papers_s=30),
    Try(entries.ProgrammeFollowed, ORGANISERS, AddressBody(url="https://rooster.example/schedule.json"), on=True),
    Try(entries.PostsMoved, STAFF, posts=(PostId("p"),), session=OPENING),
    Try(entries.ScreenSet, STAFF, ScreenBody(name="Left"), screen=ScreenId("new"), room=HALL),
    Try(entries.ScreenRemoved, STAFF, screen=ScreenId("left")),
    Try(entries.PaperSet, SHELF, PaperBody(title="Other"), paper=PaperId("paper"), form=Form.PAPER, session=OPENING),
    Try(
        entries.PaperFiled,
        SHELF,
        FileBody(name="a.pdf"),
        paper=PaperId("paper"),
        blob=BlobId("b"),
        size=1,
        type="application/pdf",
    ),
    Try(entries.FileDropped, SHELF, paper=PaperId("paper"), file=_FILED_AT),
    Try(entries.PaperRemoved, SHELF, paper=PaperId("paper")),
    Try(entries.ReportSet, REPORTERS, naming=Naming.ANONYMOUS),
    Try(entries.BlockWritten, REPORTERS, BlockBody(text="Kort."), block=BlockId("summary"), base=0),
    Try(entries.QuotesSet, REPORTERS, posts=(PostId("p"),), choice=Choice.IN),
    Try(entries.QuotesOrdered, REPORTERS, section="opening", posts=(PostId("p"),)),
    Try(entries.ReportFrozen, REPORTERS, number=1, through=1, sha256="0", files=()),
    Try(entries.Erased, ORGANISERS, posts=(PostId("p"),)),
    Try(entries.QuestionSet, STAFF, post=PostId("p"), on=False),
    Try(entries.QuestionStood, STAFF, AnswerBody(text="Yes."), post=PostId("p"), stand=Stand.ANSWERED, words=True),
    Try(entries.QuestionsMerged, STAFF, into=PostId("p"), posts=()),
    Try(entries.QuestionsSplit, STAFF, posts=(PostId("p"),)),
    Try(entries.PollSet, STAFF, PollBody(title={}), poll=PollId("new"), form=_FORM),
    Try(entries.PollRemoved, STAFF, poll=PollId("draft")),
    Try(entries.PollCodesMade, STAFF, poll=PollId("draft"), codes=(VoterKey("k"),)),
    Try(entries.PollOpened, STAFF, poll=PollId("draft")),
    Try(entries.PollClosed, STAFF, poll=PollId("open")),
    Try(entries.VotesSetAside, STAFF, ReasonBody(reason="A bot."), voters=(), on=True, poll=PollId("open")),
    Try(entries.HallSet, STAFF, reactions=True),
    Try(entries.KeepingSet, ORGANISERS, posts_days=14),
    Try(entries.ListeningSet, ORGANISERS, days=1),
    Try(entries.HoldSet, ORGANISERS, ReasonBody(reason="A claim is being looked into."), on=True),
)


def a_day() -> Day:
    """Everything that the tries need: a post that waits, a decision and a stop to undo."""
    day = Day()
    day.arrive("shown", verdict=SHOW)
    day.decide("hide", "shown")
    assert day.seq == _HIDDEN_AT
    day.arrive("p")
    day.stop()
    day.stop(on=False)
    assert day.seq == _STOPPED_AT + 1
    day.undo_act()
    day.programme()
    assert day.seq == _PROGRAMME_AT
    day.pair("left")
    day.paper("paper", session=OPENING)
    day.file("paper")
    assert day.seq == _FILED_AT
    day.put(entries.QuestionSet(by=ANNA, post=PostId("p"), on=True))
    for poll in ("draft", "open"):
        form = msgspec.structs.replace(_FORM, session=SessionId(poll))
        day.put(entries.PollSet(by=ANNA, poll=PollId(poll), form=form), PollBody(title={"en": "Well?"}))
    day.put(entries.PollOpened(by=ANNA, poll=PollId("open")))
    return day


@pytest.mark.parametrize("badge", EVERYBODY)
@pytest.mark.parametrize("attempt", TRIES, ids=[t.kind.__name__ for t in TRIES])
def test_only_a_live_badge_with_the_role_may(attempt: Try, badge: BadgeId) -> None:
    day = a_day()
    before = canonical(day.state)

    outcome = day.put(attempt.by(badge), attempt.body)

    if badge in attempt.may:
        assert isinstance(outcome, Done)
        return
    assert code_of(outcome) == ("no-badge" if badge in (REVOKED, STRANGER) else "not-allowed")
    assert outcome.redact == (() if attempt.body is None else (day.seq,))
    day.state.seq, day.state.at = day.seq - 1, day.state.at - 1_000_000
    assert canonical(day.state) == before


def test_every_entry_of_staff_is_tried() -> None:
    signed = {kind for kind in law._HANDLERS if "by" in kind.__struct_fields__}
    assert {attempt.kind for attempt in TRIES} == signed


class TestBadges:
    def test_a_new_one_counts_from_here_on(self) -> None:
        day = Day()
        new = BadgeId("new")
        assert code_of(day.stop(by=new)) == "no-badge"

        day.put(
            entries.BadgeMade(by=ORGANISER, badge=new, role=Role.MODERATOR, token_hash="h", run="r"),
            BadgeBody(name="New"),
        )

        made_at = day.state.at
        assert code_of(day.stop(by=new)) == "Done"
        badge = day.state.badges[new]
        assert (badge.role, badge.token_hash, badge.run, badge.made) == (Role.MODERATOR, "h", "r", made_at)

    @pytest.mark.parametrize("badge", [ANNA, REVOKED, OPERATOR])
    def test_an_id_is_given_once(self, badge: BadgeId) -> None:
        day = Day()
        head = entries.BadgeMade(by=ORGANISER, badge=badge, role=Role.ORGANISER, token_hash="h")

        outcome = day.put(head, BadgeBody(name="Thief"))

        assert outcome == Refused(seq=day.seq, code="made-before", redact=(day.seq,))
        assert day.body(day.seq) is None

    def test_a_revoked_one_counts_no_more(self) -> None:
        day = Day()
        day.put(entries.BadgeRevoked(by=ORGANISER, badge=ANNA))
        at = day.state.at

        assert code_of(day.stop(by=ANNA)) == "no-badge"
        assert day.put(entries.BadgeRevoked(by=ORGANISER, badge=ANNA)) == Done(seq=day.seq)
        assert day.state.badges[ANNA].revoked == at

    def test_an_unknown_one_cannot_be_revoked(self) -> None:
        assert code_of(Day().put(entries.BadgeRevoked(by=ORGANISER, badge=STRANGER))) == "unknown"

    def test_another_symposiums_badge_is_a_stranger_here(self) -> None:
        here, there = Day(), Day()
        visitor = BadgeId("visitor")
        there.put(entries.BadgeMade(by=ORGANISER, badge=visitor, role=Role.ORGANISER, token_hash="h"))

        assert code_of(there.stop(by=visitor)) == "Done"
        assert code_of(here.stop(by=visitor)) == "no-badge"
