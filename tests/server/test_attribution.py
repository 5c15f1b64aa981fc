"""What arrives belongs to a session of the programme, and has no photos where nobody may be pictured."""

from __future__ import annotations

from typing import Any

import pytest

from server.attribution import Attribution
from server.errors import BadInput
from server.intake.arrival import Arrival
from server.symposium.values import PHONE, BlobId, Picture, RoomId
from tests.server.symposium.day import CLOSING, HALL, MASTODON, MINUTE, OPENING, PANEL, SLOTS, Day

PHOTO = Picture(blob=BlobId("b"), type="image/jpeg", width=1, height=1)


def planned() -> Day:
    day = Day()
    day.programme()
    return day


def attributed(day: Day, minute: int, **fields: Any) -> Arrival:
    arrival = Arrival(**{"source": PHONE, "network": "phone", "author_id": "a", "text": "Goed punt", **fields})
    return Attribution(state=day.state, now_us=lambda: minute * MINUTE).attributed(arrival)


def test_by_the_clock_and_the_room() -> None:
    assert attributed(planned(), 50, room=HALL).session == PANEL


def test_by_choice() -> None:
    assert attributed(planned(), 50, room=HALL, session=OPENING).session == OPENING


def test_a_choice_that_the_programme_has_dropped_is_none() -> None:
    assert attributed(planned(), 50, room=RoomId("hall"), session="dropped").session == PANEL


def test_by_hashtag_of_the_programme_that_holds() -> None:
    day = planned()
    attribution = Attribution(state=day.state, now_us=lambda: 0)
    arrival = Arrival(source=MASTODON, network="mastodon", author_id="a", text="#Panel!")
    assert attribution.attributed(arrival).session == PANEL
    day.programme(SLOTS[2:])
    assert attribution.attributed(arrival).session is None


def test_without_a_programme_what_the_phone_said_stands() -> None:
    arrival = attributed(Day(), 50, session="x")
    assert arrival.session == "x"


def test_a_phone_is_told_that_nobody_may_be_pictured() -> None:
    with pytest.raises(BadInput) as told:
        attributed(planned(), 110, room=HALL, media=(PHOTO,))
    assert (told.value.code, told.value.field) == ("no-photos", "$.media")


def test_a_networks_photo_is_left_out() -> None:
    arrival = attributed(planned(), 110, source=MASTODON, network="mastodon", media=(PHOTO,))
    assert (arrival.session, arrival.media) == (CLOSING, ())


def test_elsewhere_photos_are_welcome() -> None:
    assert attributed(planned(), 50, room=HALL, media=(PHOTO,)).media == (PHOTO,)
