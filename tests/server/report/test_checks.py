"""What is to be looked at before a version is frozen: each thing that can be odd, and nothing when nothing is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.report.checks import MAX_NAMED, Check, Level, checks
from server.symposium import entries
from server.symposium.entries import BlockBody, FrozenFile
from server.symposium.report import MAX_VERSIONS
from server.symposium.values import (
    BlobId,
    BlockId,
    Choice,
    Decision,
    Picture,
    PostBody,
    PostId,
    SessionId,
)
from tests.server.symposium.day import (
    ASIDE,
    AUTHOR,
    CLOSING,
    FOYER,
    HALL,
    LUNCH,
    OPENING,
    ORGANISER,
    PANEL,
    PROGRAMME,
    SHOW,
    SLOTS,
    Day,
)

P = PostId("aaaaaaaaaaaaaaaa")


class Writing(Day):
    """A day whose report has a summary, a text for each session, and a post."""

    def __init__(self) -> None:
        super().__init__()
        self.put(entries.ProgrammeSet(by=ORGANISER, base=0, rooms=(HALL, FOYER), slots=SLOTS), PROGRAMME)
        self.say(P)
        self.text("summary", "Het was een dag.")
        for session in (OPENING, PANEL, CLOSING, ASIDE):
            self.text(f"session:{session}", "Zo ging het.")

    def say(self, post: PostId, *, alt: str | None = None) -> None:
        media = () if alt is None else (Picture(blob=BlobId("b"), type="image/webp", width=3, height=2, alt=alt),)
        self.arrive(
            post, verdict=SHOW, author=post, body=PostBody(salt="", text="Dit zei ik.", name="Ada", media=media)
        )

    def text(self, place: str, words: str, *, base: int | None = None) -> None:
        known = self.state.draft.blocks.get(BlockId(place))
        newest = 0 if known is None or known.text is None else known.text.body
        head = entries.BlockWritten(by=AUTHOR, block=BlockId(place), base=newest if base is None else base)
        self.put(head, BlockBody(text=words))

    def choose(self, *posts: PostId, choice: Choice = Choice.IN) -> None:
        self.put(entries.QuotesSet(by=AUTHOR, posts=posts, choice=choice))


def beside(day: Writing) -> None:
    day.text("closing", "Hij.", base=0)
    day.text("closing", "Zij.", base=0)


def chosen_and_erased(day: Writing) -> None:
    day.say(PostId("b" * 16))
    day.choose(P)
    day.erase(P)


def hidden_but_pointed_at(day: Writing) -> None:
    day.say(PostId("b" * 16))
    day.text("closing", f"Lees:\n\n{{{{post {P}}}}}")
    day.decide(Decision.HIDE, P)


def session_taken_out(day: Writing) -> None:
    slots = tuple(slot for slot in SLOTS if slot.session != ASIDE)
    day.put(
        entries.ProgrammeSet(by=ORGANISER, base=day.state.programme_seq, rooms=(HALL, FOYER), slots=slots), PROGRAMME
    )


def many_photos(day: Writing) -> None:
    posts = tuple(PostId(f"{n:a>16}") for n in range(MAX_NAMED + 1))
    for post in posts:
        day.say(post, alt="")
    day.choose(*posts)


def frozen_often(day: Writing) -> None:
    for number in range(1, MAX_VERSIONS + 1):
        file = FrozenFile("html", BlobId("a"), 1)
        day.put(entries.ReportFrozen(by=AUTHOR, number=number, through=day.seq, sha256="a", files=(file,)))


CASES: dict[str, tuple[Callable[[Writing], None], Check]] = {
    "beside": (beside, Check(code="beside", level=Level.STOPS, n=1, places=("closing",))),
    "no-alt": (
        lambda day: day.say(PostId("b" * 16), alt=""),
        Check(code="no-alt", level=Level.STOPS, n=1, posts=(PostId("b" * 16),)),
    ),
    "too-many-versions": (frozen_often, Check(code="too-many-versions", level=Level.STOPS, n=MAX_VERSIONS)),
    "gone": (chosen_and_erased, Check(code="gone", level=Level.WARNS, n=1, posts=(P,))),
    "gone-cited": (hidden_but_pointed_at, Check(code="gone", level=Level.WARNS, n=1, posts=(P,))),
    "no-summary": (
        lambda day: day.text("summary", " \n"),
        Check(code="no-summary", level=Level.WARNS, n=1, places=("summary",)),
    ),
    "empty-session": (
        lambda day: day.text(f"session:{PANEL}", ""),
        Check(code="empty-session", level=Level.WARNS, n=1, places=(f"session:{PANEL}",)),
    ),
    "lost-place": (session_taken_out, Check(code="lost-place", level=Level.WARNS, n=1, places=(f"session:{ASIDE}",))),
    "no-posts": (lambda day: day.choose(P, choice=Choice.OUT), Check(code="no-posts", level=Level.WARNS, n=1)),
}


@pytest.mark.parametrize(("change", "expected"), CASES.values(), ids=CASES.keys())
def test_each_thing_is_found_and_nothing_else(change: Callable[[Writing], None], expected: Check) -> None:
    day = Writing()
    assert checks(day.state) == ()
    change(day)
    assert checks(day.state) == (expected,)


def test_photo_that_is_described_or_not_chosen_stops_nothing() -> None:
    day = Writing()
    described, left_out = PostId("b" * 16), PostId("c" * 16)
    day.say(described, alt="Een volle zaal.")
    day.say(left_out, alt="")
    day.choose(left_out, choice=Choice.OUT)
    assert checks(day.state) == ()


def test_post_whose_source_cannot_be_asked_is_named_when_it_is_in_the_report() -> None:
    day = Writing()
    found = checks(day.state, unasked=(P, PostId("not in it")))
    assert found == (Check(code="source-unreachable", level=Level.WARNS, n=1, posts=(P,)),)


def test_of_many_the_first_are_named_and_all_are_counted() -> None:
    day = Writing()
    many_photos(day)
    (found,) = checks(day.state)
    assert (found.code, found.n, len(found.posts)) == ("no-alt", MAX_NAMED + 1, MAX_NAMED)


def test_empty_symposium_has_its_checks_too() -> None:
    assert [each.code for each in checks(Day().state)] == ["no-summary", "no-posts"]


def test_break_needs_no_words() -> None:
    assert f"session:{SessionId(LUNCH)}" not in [place for each in checks(Writing().state) for place in each.places]
