"""Names of files, ranges, sums without persons, and archives that are made while they are sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.papers import zipping
from server.papers.names import attachment, file_name, unique
from server.papers.ranges import Span, Unsatisfiable, asked
from server.papers.tally import MAX_SUBJECTS, Sum, Tally

# Names


@pytest.mark.parametrize(("title", "name"), [
    ("Water in de stad", "Water in de stad.pdf"), ("Één: “twee” / drie?", "Één “twee” drie.pdf"),
    ("../../etc/passwd", "etc passwd.pdf"), ("a.exe", "a exe.pdf"), ("CON", "paper CON.pdf"), ("", "paper.pdf"),
    ("\u202egpj.exe\x00", "gpj exe.pdf"), ("-rf *", "rf.pdf"), ("水", "水.pdf"), ("x" * 200, f"{'x' * 80}.pdf"),
])  # fmt: skip
def test_file_name_is_readable_and_safe(title: str, name: str) -> None:
    assert file_name(title, extension="pdf") == name


@given(st.text())
def test_file_name_leads_nowhere_whatever_the_title(title: str) -> None:
    name = file_name(title, extension="pdf", lang="nl")

    assert name.endswith(" nl.pdf")
    assert name.count(".") == 1
    assert not set(name) & set('/\\:*?"<>|\0\r\n\u202e')
    assert len(name) < 100


@given(st.text())
def test_header_gives_the_name_back_whoever_reads_it(title: str) -> None:
    name = file_name(title, extension="pdf")
    message = Message()
    message["Content-Disposition"] = attachment(name)

    assert attachment(name).isascii()
    assert attachment(name).isprintable()
    assert message.get_content_disposition() == "attachment"
    assert attachment(name).count('"') == 2
    plain = attachment(name).split('"')[1]
    assert plain.endswith(".pdf")
    assert plain != ".pdf"


def test_names_that_are_alike_get_numbers() -> None:
    assert unique(["a.pdf", "A.pdf", "b.pdf", "a.pdf"]) == ["a.pdf", "A (2).pdf", "b.pdf", "a (3).pdf"]


# Ranges


@pytest.mark.parametrize(("header", "span"), [
    (None, None), ("bytes=0-", Span(0, 100)), ("bytes=10-19", Span(10, 20)), ("bytes=-10", Span(90, 100)),
    ("bytes=-1000", Span(0, 100)), ("bytes=90-1000", Span(90, 100)), ("bytes=5-4", None), ("bytes=-", None),
    ("bytes=0-1,5-6", None), ("words=0-1", None), ("bytes=a-b", None), ("bytes=0x1-", None), ("bytes=١-", None),
    (f"bytes={'9' * 400}-", None),
])  # fmt: skip
def test_range_of_a_hundred_bytes(header: str | None, span: Span | None) -> None:
    assert asked(header, 100) == span


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_range_behind_the_end_cannot_be_met(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked(header, 100)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 200))
def test_range_is_always_a_part_of_the_file(start: int, end: int, size: int) -> None:
    try:
        span = asked(f"bytes={start}-{end}", size)
    except Unsatisfiable:
        assert start >= size
    else:
        assert span is None or 0 <= span.start < span.end <= size


# Sums


class Clock:
    now = 86_400.0 * 20_000

    def __call__(self) -> float:
        return self.now


def test_somebody_who_comes_back_is_new_once_a_day() -> None:
    clock = Clock()
    tally = Tally(clock)
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        tally.note("download", "p", address=address, agent="A")
    today = tally.take()
    clock.now += 86_400
    tally.note("download", "p", address="192.0.2.1", agent="A")

    assert today == (Sum("p", "download", 3, 2),)
    assert tally.take() == (Sum("p", "download", 1, 1),)
    assert tally.take() == ()


def test_one_person_is_new_for_each_paper_and_code() -> None:
    tally = Tally(Clock())
    for kind, subject in (("download", "p"), ("download", "q"), ("scan", "p")):
        tally.note(kind, subject, address="192.0.2.1", agent="A")

    assert [each.new for each in tally.take()] == [1, 1, 1]


def test_nothing_that_leads_to_a_person_is_held() -> None:
    """Not the address, not its plain hash; and from midnight on not the key with which it could be looked for."""
    clock = Clock()
    tally = Tally(clock)
    tally.note("download", "p", address="192.0.2.77", agent="Telefoon")
    key, seen = tally._key, set(tally._seen)
    clock.now += 86_400
    tally.take()

    assert "192.0.2.77" not in repr(vars(tally))
    assert [len(each) for each in seen] == [8]
    assert tally._key != key
    assert not tally._seen


def test_two_servers_call_the_same_person_by_other_names() -> None:
    tallies = [Tally(Clock()) for _ in range(2)]
    for tally in tallies:
        tally.note("download", "p", address="192.0.2.1", agent="A")

    assert not tallies[0]._seen & tallies[1]._seen


def test_sums_that_could_not_be_kept_are_put_back() -> None:
    tally = Tally(Clock())
    tally.note("scan", "F7", address="a", agent="")
    sums = tally.take()
    tally.note("scan", "F7", address="b", agent="")
    tally.put_back(sums)

    assert tally.take() == (Sum("F7", "scan", 2, 2),)


def test_subjects_are_bounded() -> None:
    tally = Tally(Clock())
    for n in range(MAX_SUBJECTS + 10):
        tally.note("scan", str(n), address="a", agent="")

    assert len(tally.take()) == MAX_SUBJECTS


# Archives


def entries(tmp_path: Path, *files: tuple[str, bytes]) -> Iterator[zipping.Entry]:
    for at, (name, data) in enumerate(files):
        path = tmp_path / str(at)
        path.write_bytes(data)
        yield zipping.Entry(name, len(data), 1_700_000_000.0, lambda path=path: path.open("rb"))  # type: ignore[misc]


def test_archive_opens_everywhere_and_is_as_long_as_was_said(tmp_path: Path) -> None:
    files = (("Één – 水.pdf", b"a" * 600_000), ("b/c.txt", b""), ("d.bin", bytes(range(256))))
    made = list(entries(tmp_path, *files))

    data = b"".join(zipping.write(made))
    archive = zipfile.ZipFile(io.BytesIO(data))

    assert len(data) == zipping.length(made)
    assert archive.testzip() is None
    assert [(each, archive.read(each)) for each in archive.namelist()] == list(files)
    assert {each.date_time[:3] for each in archive.infolist()} == {(2023, 11, 14)}
    assert {each.flag_bits & 0x8 for each in archive.infolist()} == {0}, "readers that do not seek can read it too"


def test_archive_comes_in_small_pieces(tmp_path: Path) -> None:
    made = entries(tmp_path, ("a", b"x" * 3_000_000))

    assert max(map(len, zipping.write(list(made)))) <= zipping.CHUNK


def test_archive_of_a_file_that_changed_is_never_finished(tmp_path: Path) -> None:
    (made,) = entries(tmp_path, ("a", b"x" * 1_000))

    for size in (999, 1_001):
        with pytest.raises(OSError, match="changed"):
            list(zipping.write([made._replace(size=size)]))


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["C"]), min_size=1), st.binary()), max_size=5))
def test_length_is_known_before_whatever_is_in_it(files: list[tuple[str, bytes]]) -> None:
    made = [zipping.Entry(name, len(data), 0.0, lambda data=data: io.BytesIO(data)) for name, data in files]  # type: ignore[misc]

    assert len(b"".join(zipping.write(made))) == zipping.length(made)
