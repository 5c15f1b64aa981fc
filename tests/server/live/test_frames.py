"""The wire, byte by byte."""

from __future__ import annotations

import json

import pytest

from server.live import frames
from tests.server.live.reader import split


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(
            frames.Snapshot("e", 3, {"k": 1}),
            {"type": "snapshot", "epoch": "e", "to": 3, "view": {"k": 1}},
            id="snapshot",
        ),
        pytest.param(
            frames.Changes(3, 5, [("put", "k", [1]), ("drop", "l")]),
            {"type": "changes", "from": 3, "to": 5, "changes": [["put", "k", [1]], ["drop", "l"]]},
            id="changes",
        ),
        pytest.param(frames.Own([{"id": "p"}]), {"type": "own", "posts": [{"id": "p"}]}, id="own"),
        pytest.param(frames.Cover(["k"]), {"type": "cover", "keys": ["k"]}, id="cover-keys"),
        pytest.param(frames.Cover("all"), {"type": "cover", "keys": "all"}, id="cover-all"),
        pytest.param(
            frames.Pulse("typing", "d", True, 5),
            {"type": "pulse", "topic": "typing", "key": "d", "value": True, "ttl": 5},
            id="pulse",
        ),
        pytest.param(frames.Tick(5, 7), {"type": "tick", "to": 5, "now": 7}, id="tick"),
        pytest.param(frames.Bye(again=True), {"type": "bye", "again": True}, id="bye"),
    ],
)
def test_text_frame_holds_the_message_as_json(message: frames.Message, expected: object) -> None:
    [(opcode, payload)] = split(frames.text_frame(message))

    assert opcode == 1
    assert json.loads(payload) == expected


@pytest.mark.parametrize("size", [0, 80, 125, 126, 127, 65_000, 65_535, 65_536, 200_000])
def test_text_frame_states_its_length_as_rfc_6455_asks(size: int) -> None:
    """RFC 6455 §5.2: the minimal number of bytes is used to encode the length."""
    empty = len(split(frames.text_frame(frames.Own([""])))[0][1])
    frame = (
        frames.text_frame(frames.Own(["x" * (size - empty)])) if size >= empty else frames.text_frame(frames.Own([]))
    )

    [(_, payload)] = split(frame)

    head = 2 if len(payload) < 126 else 4 if len(payload) < 65_536 else 10
    assert len(frame) == head + len(payload)
    assert frame[0] == 0x81


def test_control_frames_are_as_rfc_6455_writes_them() -> None:
    assert frames.PING == b"\x89\x00"
    assert frames.close_frame(1000) == b"\x88\x02\x03\xe8"
    assert frames.pong_frame(b"Hello") == b"\x8a\x05Hello"
