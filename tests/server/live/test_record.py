"""The law of the stream, without a socket: a snapshot at n is a snapshot at m with the changes up to n."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.audience import View
from server.live.limits import Limits
from server.live.record import Record, difference
from tests.server.live.reader import EPOCH, Replica, split

Items = dict[str, Any]

keys = st.sampled_from("abcdef")
values = st.one_of(st.integers(0, 3), st.text(max_size=3), st.lists(st.integers(0, 2), max_size=2))
views = st.dictionaries(keys, values, max_size=6)
histories = st.lists(st.tuples(st.integers(1, 5), views), min_size=1, max_size=12)


def take(replica: Replica, *data: bytes) -> Replica:
    for _, payload in split(b"".join(data)):
        replica.take(json.loads(payload))
    return replica


def played(history: list[tuple[int, Items]], limits: Limits | None = None) -> tuple[Record, list[Replica]]:
    """A record after *history*, and a fresh reader from each of its moments."""
    record = Record(EPOCH, limits or Limits())
    seq = 0
    readers = []
    for step, items in history:
        seq += step
        record.publish(View(seq, items))
        readers.append(take(Replica(), record.snapshot()))
    return record, readers


@given(views, views)
def test_difference_turns_the_old_view_into_the_new(old: Items, new: Items) -> None:
    result = dict(old)
    for change in difference(old, new):
        if change[0] == "put":
            result[change[1]] = change[2]
        else:
            del result[change[1]]

    assert result == new


def test_difference_does_not_look_into_what_is_the_same_object() -> None:
    class Untouchable:
        __hash__ = None  # type: ignore[assignment]  # a value need not be hashable

        def __eq__(self, other: object) -> bool:
            raise AssertionError("compared")

    value = Untouchable()

    assert difference({"k": value}, {"k": value}) == []


@given(histories)
def test_snapshot_equals_an_older_snapshot_with_the_changes_since(history: list[tuple[int, Items]]) -> None:
    record, readers = played(history)
    fresh = take(Replica(), record.snapshot())

    for reader in readers:
        missed = record.missed(f"{EPOCH}:{reader.position}")
        assert missed is not None
        take(reader, missed)
        assert (reader.position, reader.view) == (fresh.position, fresh.view)

    assert fresh.view == history[-1][1]


@given(histories, st.integers(0, 4), st.integers(60, 300))
def test_reader_that_missed_more_than_is_kept_takes_a_snapshot(
    history: list[tuple[int, Items]], frames: int, size: int
) -> None:
    record, readers = played(history, Limits(history_frames=frames, history_bytes=size))
    fresh = take(Replica(), record.snapshot())

    for reader in readers:
        missed = record.missed(f"{EPOCH}:{reader.position}")
        if missed is None:
            assert reader.position < fresh.position
        else:
            take(reader, missed)
            assert (reader.position, reader.view) == (fresh.position, fresh.view)


def test_view_in_which_nothing_changed_moves_nobody() -> None:
    record, [reader] = played([(1, {"a": 1})])

    frame = record.publish(View(2, {"a": 1}))
    later = record.publish(View(3, {"a": 2}))

    assert frame is None
    assert later is not None
    assert take(reader, later).position == 3


def test_view_may_not_go_back() -> None:
    record, _ = played([(5, {})])

    with pytest.raises(ValueError, match="views only move on"):
        record.publish(View(4, {"a": 1}))


def test_view_may_not_differ_at_the_position_of_the_readers() -> None:
    record, _ = played([(5, {})])

    with pytest.raises(ValueError, match="two different views"):
        record.publish(View(5, {"a": 1}))


@pytest.mark.parametrize(
    "since",
    [None, "", EPOCH, f"{EPOCH}:", "e0:5", f"{EPOCH}:4", f"{EPOCH}:6", f"{EPOCH}:-5", f"{EPOCH}:٥", f"{EPOCH}:5 ", ":5",
     f"{EPOCH}:" + "5" * 5000],
    ids=["none", "empty", "no-position", "no-digits", "other-epoch", "older", "newer", "negative", "arabic-digits",
         "space", "no-epoch", "very-long"],
)  # fmt: skip
def test_reader_from_elsewhere_takes_a_snapshot(since: str | None) -> None:
    record, _ = played([(5, {"a": 1})])

    assert record.missed(since) is None


def test_reader_that_missed_nothing_gets_nothing() -> None:
    record, _ = played([(5, {"a": 1})])

    assert record.missed(f"{EPOCH}:5") == b""


def test_epoch_may_hold_a_colon() -> None:
    record = Record("a:b", Limits())
    record.publish(View(5, {}))

    assert record.missed("a:b:5") == b""


def test_what_came_and_went_while_a_reader_was_away_is_not_shown_to_it() -> None:
    """A post that was put and hidden meanwhile would else flash up on a screen that comes back."""
    record, _ = played([(1, {"a": 1}), (2, {"a": 1, "post": "put"}), (3, {"a": 1})])

    missed = record.missed(f"{EPOCH}:1")

    assert missed is not None
    assert [json.loads(payload) for _, payload in split(missed)] == [
        {"type": "changes", "from": 1, "to": record.position, "changes": [["drop", "post"]]}
    ]


def test_restored_values_reach_a_reader_that_was_away() -> None:
    record, _ = played([(1, {"a": 1, "b": 2})])

    record.restore({"a"})
    missed = record.missed(f"{EPOCH}:1")

    assert missed is not None
    assert [json.loads(payload) for _, payload in split(missed)] == [
        {"type": "changes", "from": 1, "to": 1, "changes": [["put", "a", 1]]}
    ]


def test_reader_may_not_resume_where_a_restore_is_no_longer_kept() -> None:
    record, _ = played([(1, {"a": 1, "b": 2})], Limits(history_frames=1))

    record.restore({"a"})
    record.restore({"b"})

    assert record.missed(f"{EPOCH}:1") is None


def test_snapshot_is_encoded_once_per_position() -> None:
    record, _ = played([(1, {"a": 1})])

    first, again = record.snapshot(), record.snapshot()
    record.publish(View(2, {"a": 2}))

    assert first is again
    assert record.snapshot() != first


def test_large_snapshot_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        record, _ = played([(1, {"a": "x" * 300}), (1, {"a": "y" * 300})], Limits(snapshot_bytes=256))
        record.snapshot()

    assert len(caplog.records) == 1
