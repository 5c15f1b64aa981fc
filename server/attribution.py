"""Which session of the programme an arrival belongs to: asks intake, with the programme of this moment."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from server.errors import BadInput
from server.intake.arrival import Arrival
from server.intake.sessions import session_of
from server.symposium.programme import has_no_photos, session_at
from server.symposium.programme_facts import session_hashtags
from server.symposium.state import State
from server.symposium.values import PHONE, RoomId, SessionId


class Attribution:
    """
    Says where arrivals belong.

    Args:
        state: Read only.
        now_us: UTC microseconds.
    """

    def __init__(self, *, state: State, now_us: Callable[[], int]) -> None:
        self._state = state
        self._now_us = now_us
        self._hashtags: tuple[int, dict[str, SessionId]] = (0, {})

    def attributed(self, arrival: Arrival) -> Arrival:
        """
        *arrival* with its session; without photos where nobody may be pictured.

        Raises:
            BadInput: `no-photos`: a phone sent a photo in such a session.
        """
        programme = self._state.programme
        if programme is None:
            return arrival
        chosen = SessionId(arrival.session) if arrival.session in programme.slots else None
        session = session_of(
            arrival.text,
            chosen=chosen,
            room=arrival.room,
            hashtags=self._own_hashtags(programme.body),
            at=self._at,
        )
        if arrival.media and has_no_photos(self._state, session):
            if arrival.source == PHONE:
                raise BadInput(
                    "No photos are taken in this session; send the post without.", code="no-photos", field="$.media"
                )
            arrival = msgspec.structs.replace(arrival, media=())
        return msgspec.structs.replace(arrival, session=session)

    def _at(self, room: RoomId | None) -> SessionId | None:
        return session_at(self._state, room, self._now_us())

    def _own_hashtags(self, body: int) -> dict[str, SessionId]:
        if self._hashtags[0] != body:
            self._hashtags = (body, session_hashtags(self._state))
        return self._hashtags[1]
