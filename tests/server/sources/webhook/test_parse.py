"""What senders of their own events say."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import AuthorGone, Delete, NetworkPost, PictureRef, Upsert
from server.sources.webhook.parse import Event, Ping, moment_us, parse_event
from server.symposium.values import SourceId
from tests.server.sources.webhook.sender import AT_S, VECTOR, created, encoded

AT_US = AT_S * 1_000_000
NOW_US = AT_US + 60_000_000
HOOK = SourceId("webhook-1")


def parsed(body: Any, *, message: str | None = "msg_1") -> Event:
    data = body if isinstance(body, bytes) else encoded(body)
    return parse_event(data, source=HOOK, series="webhook-1@5", message=message, now_us=NOW_US)


def post_of(body: Any, *, message: str | None = "msg_1") -> NetworkPost:
    event = parsed(body, message=message)
    assert isinstance(event, Upsert)
    return event.post


def test_sample_of_the_documentation_is_a_post() -> None:
    assert post_of(VECTOR) == NetworkPost(
        native_id="webhook-1@5/kiosk-17",
        uri="webhook-1@5/message/msg_1",
        author_id="webhook-1@5/kiosk-17",
        name="Fatima",
        text="Mooie sessie! #DemoConf",
        created=AT_US,
    )


def test_every_field_has_its_place() -> None:
    full = created(
        17,  # type: ignore[arg-type]  # some systems count
        author={"id": 5, "name": "Anna", "handle": "@anna", "avatar_url": "https://x.example/a.png", "more": {}},
        created_at="2026-11-21T20:39:00+01:00",
        lang="nl",
        media=[
            {"url": "https://x.example/m.jpg", "alt": "Zaal", "type": "image/jpeg"},
            {"url": "https://x.example/m.mp4", "type": "video/mp4"},
            {"url": "file:///etc/passwd"},
            {},
        ],
        tags=["DemoConf"],
        cw="Eten",
        sensitive=True,
        bot=True,
        url="https://x.example/17",
        more=[1],
    )

    assert post_of(full | {"more": None}) == NetworkPost(
        native_id="webhook-1@5/17",
        uri="webhook-1@5/message/msg_1",
        permalink="https://x.example/17",
        author_id="webhook-1/5",
        name="Anna",
        handle="@anna",
        avatar_url="https://x.example/a.png",
        text="Mooie sessie!",
        lang="nl",
        warning="Eten",
        sensitive=True,
        bot=True,
        created=AT_US - 60_000_000,
        media=(PictureRef(url="https://x.example/m.jpg", alt="Zaal"),),
        tags=("DemoConf",),
    )


def test_two_people_of_one_name_are_not_one_author() -> None:
    one, other = (post_of(created(id_, author={"name": "Fatima"})) for id_ in ("1", "2"))

    assert one.author_id != other.author_id


def test_edit_says_when() -> None:
    edit = {"type": "post.updated", "data": {"id": "1", "text": "Beter"}}

    by_event = post_of(edit | {"timestamp": "2026-11-21T19:40:00Z"})
    by_data = post_of(edit | {"data": {**edit["data"], "edited_at": "2026-11-21T19:39:00Z"}})  # type: ignore[dict-item]

    assert (by_event.edited, by_event.created, by_data.edited) == (AT_US, None, AT_US - 60_000_000)
    with pytest.raises(BadInput) as failed:
        parsed(edit)
    assert failed.value.field == "$.timestamp"


def test_edit_is_no_message_of_its_own_beside_its_post() -> None:
    """The id of a message makes a post once; its edit comes by another message."""
    edit = {"type": "post.updated", "timestamp": "2026-11-21T19:40:00Z", "data": {"id": "1", "text": "Beter"}}

    assert post_of(edit, message="msg_2").uri == "webhook-1@5/1"
    assert post_of(created("1"), message=None).uri == "webhook-1@5/1"


def test_nothing_was_said_after_now() -> None:
    assert post_of(created(created_at="2031-01-01T00:00:00Z")).created == NOW_US


def test_delete_erasure_and_ping() -> None:
    assert parsed({"type": "post.deleted", "data": {"id": "kiosk-1"}}) == Delete(native_id="webhook-1@5/kiosk-1")
    assert parsed({"type": "author.erased", "data": {"author": {"id": 5}}}) == AuthorGone(author_id="webhook-1/5")
    assert parsed({"type": "ping"}) == Ping()


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b"", "not-json", None),
        (b"{", "not-json", None),
        (b"\xff", "not-json", None),
        (b"[" * 15_000, "bad-input", "$"),
        (b'{"type":"post.created","data":' + b"[" * 15_000, "not-json", None),
        (b"[]", "bad-input", "$"),
        (b"{}", "bad-input", "$"),
        ({"type": 5}, "bad-input", "$.type"),
        ({"type": "post.createt"}, "unknown-type", "$.type"),
        ({"type": "post.created"}, "bad-input", "$.data"),
        ({"type": "post.created", "data": None}, "bad-input", "$.data"),
        ({"type": "post.created", "data": {"id": "1"}}, "bad-input", "$.data.text"),
        (created(text=" \n"), "bad-input", "$.data.text"),
        (created(id_=""), "bad-input", "$.data.id"),
        (created(id_="a" * 201), "bad-input", "$.data.id"),
        (created(id_="a\u202eb"), "bad-input", "$.data.id"),
        (created(id_=None), "bad-input", "$.data.id"),  # type: ignore[arg-type]
        (created(id_=True), "bad-input", "$.data.id"),  # type: ignore[arg-type]
        (created(author="Anna"), "bad-input", "$.data.author"),
        (created(author={"name": 5}), "bad-input", "$.data.author.name"),
        (created(media=[{"url": 5}]), "bad-input", "$.data.media[0].url"),
        (created(created_at="gisteren"), "bad-input", "$.data.created_at"),
        (created(created_at="1969-12-31T00:00:00Z"), "bad-input", "$.data.created_at"),
        (created() | {"timestamp": "19:40"}, "bad-input", "$.timestamp"),
        ({"type": "post.deleted", "data": {}}, "bad-input", "$.data"),
        ({"type": "author.erased", "data": {"id": "1"}}, "bad-input", "$.data"),
        ({"type": "author.erased", "data": {"author": {}}}, "bad-input", "$.data.author"),
    ],
)
def test_event_that_cannot_be_says_what_and_where(body: Any, code: str, field: str | None) -> None:
    with pytest.raises(BadInput) as failed:
        parsed(body)

    assert (failed.value.code, failed.value.field) == (code, field)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_DATA = st.dictionaries(
    st.sampled_from(["id", "text", "author", "created_at", "edited_at", "lang", "media", "tags", "cw", "url"]), _JSON
)


@given(
    st.binary(max_size=200)
    | _JSON.map(json.dumps).map(str.encode)
    | st.fixed_dictionaries(
        {
            "type": st.sampled_from(["post.created", "post.updated", "post.deleted", "author.erased", "ping"]),
            "data": _DATA,
        },
        optional={"timestamp": _JSON},
    )
    .map(json.dumps)
    .map(str.encode)
)
def test_any_body_is_an_event_or_bad_input(body: bytes) -> None:
    event: Event = Ping()
    with contextlib.suppress(BadInput):
        event = parsed(body)

    assert isinstance(event, Upsert | Delete | AuthorGone | Ping)


@given(st.text(max_size=40) | st.datetimes().map(str))
def test_moment_is_a_number_from_1970_on_or_none(text: str) -> None:
    found = moment_us(text)

    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:01+01:00", 1_000_000),
        ("1970-01-01T00:00:00.000001", 1),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59+00:00", 253_402_300_799_000_000),
        ("", None),
    ],
)
def test_moment(text: str, us: int | None) -> None:
    assert moment_us(text) == us
