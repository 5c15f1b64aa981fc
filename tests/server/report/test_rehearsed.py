"""The report of the rehearsal's day, as its author would read it: in both languages, finished and as a draft."""

from __future__ import annotations

import re
from functools import cache

import pytest

from server.rehearsal.script import Ruling, posts
from server.report.compose import compose
from server.report.document import Document, Heading, Said
from server.report.html import html
from server.report.office import Kind, office
from server.report.pdf import pdf
from server.symposium.values import Status
from tests.rehearsed import RehearsedDay
from tests.server.report.reading import lines, said, whole, within

KINDS = [(lang, written) for lang in ("nl", "en") for written in (True, False)]
_BOOKS: tuple[Kind, ...] = ("odt", "docx", "epub")
each_kind = pytest.mark.parametrize(("lang", "written"), KINDS)


@cache
def day(lang: str, written: bool) -> RehearsedDay:
    return RehearsedDay(lang, written=written)


@cache
def document(lang: str = "nl", written: bool = True) -> Document:
    return compose(day(lang, written).report(number=1))


def test_the_day_is_always_the_same() -> None:
    assert RehearsedDay().records == day("nl", True).records
    assert document("en") == compose(RehearsedDay("en").report(number=1))


@each_kind
def test_everything_was_decided_and_the_figures_add_up(lang: str, written: bool) -> None:
    report = day(lang, written).report()

    assert report.moderation.waiting == 0
    assert report.moderation.came == report.moderation.shown + sum(each.n for each in report.moderation.not_shown)
    shown = sum(section.posts for section in report.all_sections())
    assert (shown, shown) == (report.figures.posts, report.moderation.shown)


@each_kind
def test_it_reads_as_a_report(lang: str, written: bool) -> None:
    """Whole sentences, filled in, that begin with a capital and not with a figure; no place is left open."""
    made = document(lang, written)
    paragraphs = [line for part in made.parts for line in lines(part.blocks) if line.endswith(".")]
    theirs = {post.text.removesuffix(" #aantafel") for post in posts()}

    assert [line for line in paragraphs if re.search(r"  |\{|\}|\bNone\b|\.\.$", line)] == []
    own = [line for line in paragraphs if not any(text in line for text in theirs)]
    assert [line for line in own if re.match(r"\d", line) and "·" not in line and "|" not in line] == []
    assert len(own) > 20


@each_kind
def test_what_was_not_shown_is_in_no_word_of_it(lang: str, written: bool) -> None:
    rehearsed = day(lang, written)
    told = whole(document(lang, written))
    hidden = {
        post.text
        for post in posts()
        if post.ruling in (Ruling.REJECT, Ruling.LEAVE) and post.near is None and len(post.text) > 30
    }

    assert len(hidden) > 30, "there is something that could leak"
    assert Status.REJECTED in {post.status for post in rehearsed.state.posts.values()}
    assert [text for text in hidden if text in told] == []
    assert "Ik kwam voor de inhoud" in told


@each_kind
def test_a_photo_stands_once(lang: str, written: bool) -> None:
    blobs = [
        photo.blob
        for part in document(lang, written).parts
        for block in within(part.blocks)
        if isinstance(block, Said)
        for photo in block.photos
    ]

    assert len(blobs) == len(set(blobs)) > 8


def test_what_came_before_the_doors_stands_before_the_first_session() -> None:
    chapters = [said(heading.inlines) for heading in headings() if heading.level == 1]

    assert chapters[:4] == ["In het kort", "De dag in cijfers", "Vooraf", "Een stoel erbij"]


def test_the_busiest_quarter_is_a_finding() -> None:
    titles = [said(heading.inlines) for heading in headings()]

    assert "Het drukste kwartier viel in ‘De brief die niemand opende’" in titles


def headings() -> list[Heading]:
    return [block for part in document().parts for block in part.blocks if isinstance(block, Heading)]


@pytest.mark.slow
@each_kind
def test_every_format_takes_it(lang: str, written: bool) -> None:
    """A PDF that typst takes as PDF/UA-1 and PDF/A-2a is one."""
    made, pictures = document(lang, written), day(lang, written).picture

    printed = pdf(made, pictures)
    files = {kind: office(made, kind, pictures) for kind in _BOOKS}

    assert printed.startswith(b"%PDF-1.7")
    assert "Ik kwam voor de inhoud" in html(made, pictures)
    assert "Ik kwam voor de inhoud" in office(made, "md", pictures).decode()
    assert [kind for kind, file in files.items() if len(file) < 500_000] == [], "the photos are in it"
