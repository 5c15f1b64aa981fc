from __future__ import annotations

import hashlib
import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report.packing import Member, Package

MEBIBYTE = 2**20


def packed(*members: tuple[str, list[bytes], bool]) -> bytes:
    package = Package()
    pieces = [package.add(name, chunks, stored=stored) for name, chunks, stored in members]
    return b"".join(pieces) + package.end()


@given(st.lists(st.tuples(st.lists(st.binary(max_size=300), max_size=4), st.booleans()), max_size=6))
def test_what_was_put_in_comes_out(contents: list[tuple[list[bytes], bool]]) -> None:
    members = [(f"{number}.bin", chunks, stored) for number, (chunks, stored) in enumerate(contents)]

    with zipfile.ZipFile(io.BytesIO(packed(*members))) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == {
            name: b"".join(chunks) for name, chunks, _ in members
        }


def test_a_member_is_final_when_it_is_given_out() -> None:
    package = Package()

    first = package.add("een", [b"een"], stored=True)
    second = package.add("twee", [b"twee"], stored=True)

    assert first.endswith(b"een")
    assert second.endswith(b"twee")
    assert first + second + package.end() == packed(("een", [b"een"], True), ("twee", [b"twee"], True))


def test_the_list_of_members_tells_size_and_hash() -> None:
    package = Package()

    package.add("media/een", [b"ee", b"n"])

    assert package.members == [Member("media/een", 3, hashlib.sha256(b"een").hexdigest())]


def test_members_have_no_time_no_owner_and_no_data_descriptor() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(("een", [b"een"], True), ("twee", [b"t" * 999], False)))) as opened:
        facts = [(m.date_time, m.create_system, m.external_attr >> 16, m.flag_bits, m.extra) for m in opened.infolist()]

    assert facts == [((1980, 1, 1, 0, 0, 0), 3, 0o100644, 0, b"")] * 2


@pytest.mark.slow
def test_a_member_of_any_length_takes_no_more_memory_than_what_is_left_of_it() -> None:
    package = Package()
    tracemalloc.start()
    try:
        data = package.add("lang", (b"x" * MEBIBYTE for _ in range(64)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert package.members[0].size == 64 * MEBIBYTE
    assert len(data) < MEBIBYTE
    assert peak < 4 * MEBIBYTE
