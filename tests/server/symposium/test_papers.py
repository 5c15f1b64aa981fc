"""The shelf: whose papers, which files, when they may be read, and how often they were."""

from __future__ import annotations

from typing import Any

import pytest

from server.symposium import entries, papers
from server.symposium.entries import BadgeBody, Count
from server.symposium.papers import MAX_COUNT, MAX_FILES, due
from server.symposium.shelf import open_previews, paper_facts, shelf_blobs, shelf_count, shelf_facts
from server.symposium.state import Paper, Tally
from server.symposium.values import OPERATOR, BadgeId, PaperId, Role
from tests.server.symposium.day import (
    ANNA,
    MINUTE,
    OPENING,
    ORGANISER,
    PANEL,
    SLOTS,
    SPEAKER,
    Day,
    code_of,
)

PAPER = PaperId("paper")


def planned() -> Day:
    day = Day()
    day.programme()
    return day


def of(day: Day, paper: str = "paper") -> Paper:
    return day.state.papers[PaperId(paper)]


class TestShelf:
    def test_a_paper_has_a_code_and_keeps_it(self) -> None:
        day = Day()
        day.paper()
        code = day.state.codes_of["paper:paper"]
        day.paper(form=entries.Form.SLIDES)
        assert day.state.codes_of["paper:paper"] == code
        assert day.state.codes[code] == "paper:paper"

    def test_new_words_overwrite_the_old_ones(self) -> None:
        day = Day()
        day.paper()
        first = day.seq
        outcome = day.paper()
        assert outcome.redact == (first,)
        assert paper_facts(day.state, of(day)).title == f"Title {day.seq}"

    def test_the_newest_file_of_each_language_is_the_one_to_fetch(self) -> None:
        day = Day()
        day.paper()
        for blob, lang in (("b1", "nl"), ("b2", "en"), ("b3", "nl")):
            day.file(blob=blob, lang=lang)
        files = paper_facts(day.state, of(day)).files
        assert [(f.lang, f.id, f.name, f.old) for f in files] == [
            ("nl", day.seq, "", False),
            ("en", day.seq - 1, "", False),
        ]
        known = paper_facts(day.state, of(day), staff=True).files
        assert [(f.name, f.old) for f in known] == [("b1.pdf", True), ("b2.pdf", False), ("b3.pdf", False)]

    def test_a_file_is_dropped_with_its_name(self) -> None:
        day = Day()
        day.paper()
        day.file()
        filed = day.seq
        outcome = day.put(entries.FileDropped(by=ORGANISER, paper=PAPER, file=filed))
        assert outcome.redact == (filed,)
        assert of(day).files == ()
        assert set(shelf_blobs(day.state)) == set()

    def test_files_are_bounded(self) -> None:
        day = Day()
        day.paper()
        for _ in range(MAX_FILES):
            day.file()
        assert code_of(day.file()) == "too-many-files"

    def test_papers_are_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(papers, "MAX_PAPERS", 1)
        day = Day()
        day.paper()
        assert code_of(day.paper("other")) == "too-many-papers"
        assert code_of(day.paper()) == "Done"

    @pytest.mark.parametrize("how", ["file", "drop", "remove"])
    def test_nothing_is_done_to_what_is_not_there(self, how: str) -> None:
        day = Day()
        heads: dict[str, Any] = {
            "drop": entries.FileDropped(by=ORGANISER, paper=PAPER, file=1),
            "remove": entries.PaperRemoved(by=ORGANISER, paper=PAPER),
        }
        assert code_of(day.file() if how == "file" else day.put(heads[how])) == "unknown"

    def test_no_paper_of_a_session_that_there_never_was(self) -> None:
        assert code_of(planned().paper(session="no-session")) == "unknown"

    def test_a_session_that_is_dropped_keeps_its_papers(self) -> None:
        day = planned()
        day.paper(session=OPENING)
        day.programme(SLOTS[1:])
        assert code_of(day.paper(session=OPENING)) == "Done"


class TestRemoving:
    def filed(self) -> Day:
        day = Day()
        day.paper()
        day.file(preview=entries.BlobId("p1"))
        return day

    def test_it_comes_back_as_it_was(self) -> None:
        day = self.filed()
        before = paper_facts(day.state, of(day), staff=True)
        day.put(entries.PaperRemoved(by=ORGANISER, paper=PAPER))
        assert shelf_count(day.state).count == 0
        assert set(shelf_blobs(day.state)) == {"b1", "p1"}, "an undo would need them"
        day.undo_act()
        assert paper_facts(day.state, of(day), staff=True) == before

    @pytest.mark.parametrize("removed", [False, True])
    def test_for_good_is_for_good(self, removed: bool) -> None:
        day = self.filed()
        bodies = (of(day).body, of(day).files[0].seq)
        if removed:
            day.put(entries.PaperRemoved(by=ORGANISER, paper=PAPER))
        outcome = day.put(entries.PaperRemoved(by=ORGANISER, paper=PAPER, erase=True))
        assert outcome.redact == bodies
        assert set(shelf_blobs(day.state)) == set()
        for seq in (day.seq, day.seq - 1):
            assert code_of(day.undo_act(seq)) == "cannot-undo"

    @pytest.mark.parametrize("erase", [False, True])
    def test_a_change_that_comes_too_late_does_not_bring_it_back(self, erase: bool) -> None:
        """Somebody saved the title while somebody else took the paper away: only an undo may bring it back."""
        day = self.filed()
        day.put(entries.PaperRemoved(by=ORGANISER, paper=PAPER, erase=erase))
        assert code_of(day.paper()) == "unknown"
        assert day.body(day.seq) is None
        assert PAPER not in day.state.papers


class TestSpeakers:
    """Two speakers cannot touch each other's papers."""

    @pytest.mark.parametrize("session", [PANEL, None], ids=["another-session", "no-session"])
    def test_only_in_their_own_session(self, session: str | None) -> None:
        day = planned()
        day.paper("theirs", session=session)
        day.file("theirs")
        filed = day.seq
        tries = (
            lambda: day.paper("new", session=session, by=SPEAKER),
            lambda: day.paper("theirs", session=session, by=SPEAKER),
            lambda: day.paper("theirs", session=OPENING, by=SPEAKER),
            lambda: day.file("theirs", by=SPEAKER),
            lambda: day.put(entries.FileDropped(by=SPEAKER, paper=PaperId("theirs"), file=filed)),
            lambda: day.put(entries.PaperRemoved(by=SPEAKER, paper=PaperId("theirs"))),
        )
        assert [code_of(attempt()) for attempt in tries] == ["not-allowed"] * 6

    def test_everything_in_their_own(self) -> None:
        day = planned()
        assert code_of(day.paper("mine", session=OPENING, by=SPEAKER)) == "Done"
        assert code_of(day.file("mine", by=SPEAKER)) == "Done"
        assert code_of(day.paper("mine", session=PANEL, by=SPEAKER)) == "not-allowed", "nor give it away"
        assert code_of(day.put(entries.FileDropped(by=SPEAKER, paper=PaperId("mine"), file=day.seq - 1))) == "Done"
        assert code_of(day.put(entries.PaperRemoved(by=SPEAKER, paper=PaperId("mine")))) == "Done"

    def test_a_speaker_of_no_session_may_nothing(self) -> None:
        day = planned()
        nobody = BadgeId("nobody")
        head = entries.BadgeMade(by=OPERATOR, badge=nobody, role=Role.SPEAKER, token_hash="n")
        day.put(head, BadgeBody(name="Nobody"))
        assert code_of(day.paper("new", session=OPENING, by=nobody)) == "not-allowed"
        assert code_of(day.paper("new", by=nobody)) == "not-allowed"


class TestEmbargo:
    def closed(self) -> Day:
        day = planned()
        day.paper(session=PANEL, embargo=True)
        day.file(preview=entries.BlobId("p1"))
        return day

    def test_what_is_closed_shows_its_title_only(self) -> None:
        day = self.closed()
        facts = paper_facts(day.state, of(day))
        assert (facts.title != "", facts.open, facts.files, facts.preview) == (True, False, (), None)
        assert facts.opens_at == 40 * MINUTE
        assert open_previews(day.state) == frozenset()
        assert len(paper_facts(day.state, of(day), staff=True).files) == 1

    def test_it_is_due_when_its_session_really_begins(self) -> None:
        day = self.closed()
        day.shift(PANEL, 5)
        assert due(day.state, 45 * MINUTE - 1) == ()
        assert due(day.state, 45 * MINUTE) == (PAPER,)

    def test_the_law_looks_at_its_own_clock(self) -> None:
        day = self.closed()
        day.put(entries.Struck(papers=(PAPER,)))
        assert not of(day).open
        day.programme((SLOTS[0], entries.Slot(PANEL, None, 0, MINUTE), *SLOTS[2:]))
        day.put(entries.Struck(papers=(PAPER, PaperId("nobody"))))
        assert of(day).open
        assert open_previews(day.state) == {"p1"}
        assert due(day.state, 99 * MINUTE) == ()

    def test_what_was_opened_stays_open_when_its_title_is_mended(self) -> None:
        day = self.closed()
        day.programme((SLOTS[0], entries.Slot(PANEL, None, 0, MINUTE), *SLOTS[2:]))
        day.put(entries.Struck(papers=(PAPER,)))
        day.paper(session=PANEL, embargo=True)
        assert of(day).open
        day.paper(session=OPENING, embargo=True)
        assert not of(day).open, "another session has begun, not this one"

    def test_without_a_session_it_waits_for_the_organiser(self) -> None:
        day = Day()
        day.paper(embargo=True)
        assert due(day.state, 10**15) == ()
        day.paper(embargo=False)
        assert of(day).open


class TestCounting:
    def test_by_paper_and_hour(self) -> None:
        day = Day()
        day.paper()
        code = day.state.codes_of["paper:paper"]
        day.put(
            entries.Counted(counts=(Count("paper", "download", 3, 2), Count(code, "scan", 5), Count("", "scan", 7)))
        )
        day.put(entries.Counted(counts=(Count("paper", "download", 1, 1),)))
        assert day.state.tallies == {"paper": Tally(n=4, new=3, hours={0: (4, 3)})}
        assert {code: tally.n for code, tally in day.state.scans.items()} == {code: 5, "": 7}

    @pytest.mark.parametrize(
        "count",
        [
            Count("nobody", "download", 1),
            Count("ZZ", "scan", 1),
            Count("paper", "sniff", 1),
            Count("paper", "download", -1),
            Count("paper", "download", 1, 2),
            Count("paper", "download", MAX_COUNT + 1),
        ],
        ids=["no-paper", "no-code", "no-kind", "below-nothing", "more-people-than-times", "no-hall"],
    )
    def test_what_cannot_be_is_not_counted(self, count: Count) -> None:
        day = Day()
        day.paper()
        day.put(entries.Counted(counts=(count,)))
        assert (day.state.tallies, day.state.scans) == ({}, {})

    def test_old_hours_only_count_in_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(papers, "MAX_HOURS", 2)
        tally = Tally()
        for hour in range(4):
            papers._count(tally, hour, 1, 1)
        assert (tally.n, list(tally.hours)) == (4, [2, 3])


def test_the_screens_are_told_of_the_first_ones_only() -> None:
    day = planned()
    for number in range(65):
        day.paper(f"p{number}", session=PANEL if number % 2 else OPENING)
    facts = shelf_facts(day.state)
    assert (facts.count, len(facts.papers)) == (65, 60)
    assert [p.session for p in facts.papers[:33]] == [OPENING] * 33


def test_staff_of_all_kinds_is_in_the_history() -> None:
    day = Day()
    day.paper(by=ANNA)
    assert day.state.acts[day.seq].by == ANNA
