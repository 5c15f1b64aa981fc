"""The report's draft: texts of two authors at once, choices and their undo, versions and what an erasure takes."""

from __future__ import annotations

from server.symposium import entries
from server.symposium.entries import BlockBody, FrozenFile
from server.symposium.history import history
from server.symposium.outcomes import Done, Outcome, Passed
from server.symposium.report import MAX_ASIDE, MAX_STEPS
from server.symposium.state import Pick
from server.symposium.values import (
    OPERATOR,
    ActKind,
    BadgeId,
    BlobId,
    BlockId,
    Choice,
    Cover,
    Naming,
    PostId,
)
from tests.server.symposium.day import ANNA, AUTHOR, ORGANISER, SHOW, Day, code_of

SUMMARY = BlockId("summary")


class Writing(Day):
    """A day with posts on the screens, and people who write its report."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("one", "two", "three"):
            self.arrive(name, verdict=SHOW)

    def write(
        self, text: str, *, base: int = 0, block: str = SUMMARY, by: BadgeId = AUTHOR, settles: tuple[int, ...] = ()
    ) -> Outcome:
        head = entries.BlockWritten(by=by, block=BlockId(block), base=base, settles=settles)
        return self.put(head, BlockBody(text=text))

    def quotes(self, *posts: str, **said: object) -> Outcome:
        return self.put(entries.QuotesSet(by=AUTHOR, posts=tuple(map(PostId, posts)), **said))  # type: ignore[arg-type]

    def freeze(self, *posts: str, number: int = 1) -> Outcome:
        head = entries.ReportFrozen(
            by=AUTHOR,
            number=number,
            through=self.seq,
            sha256="aa",
            files=(FrozenFile("html", BlobId("aa"), 10),),
            posts=tuple(map(PostId, posts)),
        )
        return self.put(head)

    def undo(self, seq: int, by: BadgeId = AUTHOR) -> Outcome:
        return self.put(entries.ActUndone(by=by, seq=seq))

    def texts(self, block: str = SUMMARY) -> tuple[int | None, tuple[int, ...]]:
        """The entries of the text that stands there, and of those beside it."""
        here = self.state.draft.blocks.get(BlockId(block))
        if here is None:
            return None, ()
        return None if here.text is None else here.text.body, tuple(text.body for text in here.aside)


class TestTexts:
    def test_the_newest_stands_and_the_one_before_can_come_back(self) -> None:
        day = Writing()
        day.write("first")
        first = day.seq
        assert day.write("second", base=first) == Done(seq=day.seq)
        second = day.seq

        assert day.texts() == (second, ())
        day.undo(second)
        assert day.texts() == (first, ())
        assert second not in day.state.bodies
        day.undo(first)
        assert day.texts() == (None, ())

    def test_of_two_at_once_both_are_kept(self) -> None:
        day = Writing()
        day.write("first")
        first = day.seq
        day.write("hers", base=first)
        hers = day.seq
        day.write("his", base=first, by=ORGANISER)
        his = day.seq

        assert day.texts() == (hers, (his,))
        assert {hers, his} <= day.state.bodies.keys()

        day.write("both together", base=hers, settles=(his,))
        both = day.seq
        assert day.texts() == (both, ())
        day.undo(both)
        assert day.texts() == (hers, (his,))
        assert his in day.state.bodies

    def test_first_words_of_two_at_once_are_both_kept(self) -> None:
        day = Writing()
        day.write("hers")
        hers = day.seq
        day.write("his", by=ORGANISER)
        assert day.texts() == (hers, (day.seq,))

    def test_there_is_an_end_to_what_stands_beside(self) -> None:
        day = Writing()
        for _ in range(MAX_ASIDE + 1):
            assert isinstance(day.write("again"), Done)
        assert code_of(day.write("again")) == "too-many-texts"
        assert day.seq not in day.state.bodies

    def test_words_that_no_step_back_needs_are_overwritten(self) -> None:
        day = Writing()
        day.write("0")
        seqs = [day.seq]
        redacted: list[int] = []
        for n in range(MAX_STEPS + 5):
            outcome = day.write(str(n), base=seqs[-1])
            assert isinstance(outcome, Done)
            seqs.append(day.seq)
            redacted += outcome.redact
        assert redacted == seqs[:5]
        for seq in reversed(seqs[-MAX_STEPS:]):
            assert isinstance(day.undo(seq), Done)
        assert code_of(day.undo(seqs[-MAX_STEPS - 1])) == "cannot-undo"

    def test_only_known_places_have_a_text(self) -> None:
        day = Writing()
        for block in ("summary", "opening", "recommendations", "closing", "session:a-b", "answer:q1"):
            assert isinstance(day.write("x", block=block), Done), block
        for block in ("", "Summary", "session:", "session:a b", "session:" + "x" * 65, "summary\n", "answer:é"):
            assert code_of(day.write("x", block=block)) == "unknown", block

    def test_a_moderator_does_not_take_them_back_and_does_not_see_them_among_decisions(self) -> None:
        day = Writing()
        day.write("first")
        wrote = day.seq
        assert code_of(day.undo(wrote, by=ANNA)) == "not-allowed"
        assert all(done.seq != wrote for done in history(day.state))


class TestQuotes:
    def test_what_is_said_adds_up_and_goes_back(self) -> None:
        day = Writing()
        day.quotes("one", "two", choice=Choice.OUT)
        out = day.seq
        day.quotes("one", naming=Naming.FULL)
        day.quotes("one", pull=Choice.IN)

        assert day.state.draft.picks == {
            PostId("one"): Pick(Choice.OUT, Choice.IN, Naming.FULL),
            PostId("two"): Pick(Choice.OUT),
        }
        day.undo(out)  # of "one" somebody said more since: that stays
        assert day.state.draft.picks == {PostId("one"): Pick(Choice.OUT, Choice.IN, Naming.FULL)}

    def test_as_the_compiler_has_it_is_nothing_said(self) -> None:
        day = Writing()
        day.quotes("one", choice=Choice.IN, naming=Naming.FULL, into=PostId("two"))
        day.quotes("one", choice=Choice.AUTO, as_all=True, alone=True)
        assert day.state.draft.picks == {}

    def test_nothing_new_is_no_act(self) -> None:
        day = Writing()
        day.quotes("one", choice=Choice.AUTO)
        assert all(act.kind is not ActKind.QUOTES for act in day.state.acts.values())

    def test_a_post_is_not_merged_into_itself_or_into_nothing(self) -> None:
        day = Writing()
        assert code_of(day.quotes("one", into=PostId("nobody"))) == "unknown"
        outcome = day.quotes("one", "two", "nobody", into=PostId("two"))
        assert isinstance(outcome, Done)
        assert outcome.passed == (
            Passed(post=PostId("two"), code="unknown"),
            Passed(post=PostId("nobody"), code="unknown"),
        )
        assert day.state.draft.picks == {PostId("one"): Pick(into=PostId("two"))}

    def test_order_and_settings_come_back(self) -> None:
        day = Writing()
        day.put(entries.QuotesOrdered(by=AUTHOR, section="s", posts=(PostId("two"), PostId("two"), PostId("nobody"))))
        ordered = day.seq
        day.put(entries.ReportSet(by=AUTHOR, naming=Naming.FULL, lang="en", cover=Cover.PAPER))
        draft = day.state.draft
        assert draft.order == {"s": (PostId("two"),)}
        assert (draft.naming, draft.lang, draft.cover) == (Naming.FULL, "en", Cover.PAPER)
        day.undo(day.seq)
        day.undo(ordered)
        assert draft.order == {}
        assert (draft.naming, draft.lang, draft.cover) == (Naming.INITIALS, "", Cover.WATER)


class TestVersions:
    def test_of_two_who_freeze_at_once_one_is_told(self) -> None:
        day = Writing()
        day.freeze("one")
        assert code_of(day.freeze("one")) == "decided-since"
        day.freeze("two", number=2)
        assert [version.number for version in day.state.draft.versions] == [1, 2]

    def test_a_post_that_was_taken_back_meanwhile_is_not_frozen(self) -> None:
        day = Writing()
        day.put(entries.Erased(by=OPERATOR, posts=(PostId("one"),)))
        assert code_of(day.freeze("one", "two")) == "stale-revision"

    def test_an_erasure_takes_the_bytes_of_the_versions_that_hold_the_post(self) -> None:
        day = Writing()
        day.freeze("one", "two")
        day.freeze("two", number=2)
        day.put(entries.Erased(by=OPERATOR, posts=(PostId("one"),)))
        erasure = day.seq
        first, second = day.state.draft.versions
        assert (first.gone, first.files, first.sha256, first.number) == (erasure, (), "aa", 1)
        assert (second.gone, len(second.files)) == (0, 1)

    def test_so_does_a_delete_at_the_source_and_a_post_that_expires_does_not(self) -> None:
        day = Writing()
        day.freeze("one")
        day.decide("hide", "two")
        day.put(entries.Expired(posts=(PostId("two"),)))
        assert not day.state.draft.versions[0].gone
        day.put(entries.PostDeparted(keys=("uri-one",)))
        day.put(entries.AuthorDeparted(author=day.state.posts[PostId("one")].author))
        assert day.state.draft.versions[0].gone

    def test_the_texts_of_the_newest_stay_as_long_as_it_may_be_made_again(self) -> None:
        day = Writing()
        day.write("Zo was het.")
        words = day.seq
        day.freeze("one")
        for n in range(MAX_STEPS + 2):
            day.write(f"Anders {n}.", base=day.seq if n else words)
        assert words in day.state.bodies  # no step back needs it any more, and the version does
        day.put(entries.Erased(by=OPERATOR, posts=(PostId("one"),)))
        again = entries.ReportFrozen(by=OPERATOR, number=2, through=words + 1, sha256="bb", files=(), posts=())
        day.put(again)
        assert words in day.state.bodies
        outcome = day.freeze("two", number=3)
        assert isinstance(outcome, Done)
        assert words in outcome.redact
        assert words not in day.state.bodies
