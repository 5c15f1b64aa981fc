"""To which session a post belongs: its author first, then its hashtag, then its room and time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake.sessions import session_of
from server.symposium.values import RoomId, SessionId

HALL, OPENING, PANEL, RUNNING = RoomId("hall"), SessionId("opening"), SessionId("panel"), SessionId("running")
TAGS = {"panel": PANEL, "strasse": OPENING}
"""Folded, as the caller gives them."""


def at(room: RoomId | None) -> SessionId | None:
    return RUNNING if room == HALL else None


@pytest.mark.parametrize(
    ("text", "chosen", "room", "session"),
    [
        pytest.param("Goed punt #panel", OPENING, HALL, OPENING, id="the-author-chose"),
        pytest.param("Goed punt #Panel!", None, HALL, PANEL, id="its-hashtag"),
        pytest.param("#dag #PANEL", None, HALL, PANEL, id="the-second-hashtag"),
        pytest.param("#STRASSE", None, HALL, OPENING, id="in-capitals"),
        pytest.param("#straße", None, None, OPENING, id="folded"),
        pytest.param("\uff03panel", None, None, PANEL, id="full-width"),
        pytest.param("#panels", None, HALL, RUNNING, id="another-word"),
        pytest.param("panel", None, HALL, RUNNING, id="its-room"),
        pytest.param("panel", None, None, None, id="nothing-tells"),
    ],
)
def test_where_it_belongs(text: str, chosen: SessionId | None, room: RoomId | None, session: SessionId | None) -> None:
    assert session_of(text, chosen=chosen, room=room, hashtags=TAGS, at=at) == session


@given(st.text(), st.sampled_from((None, OPENING)), st.sampled_from((None, HALL)))
def test_any_text_has_an_answer(text: str, chosen: SessionId | None, room: RoomId | None) -> None:
    found = session_of(text, chosen=chosen, room=room, hashtags={}, at=at)
    assert found == (chosen or at(room))
