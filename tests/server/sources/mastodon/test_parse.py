from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import NetworkPost, PictureRef
from server.sources.mastodon import parse
from server.sources.mastodon.parse import Dropped, Software, Why
from server.sources.tags import fold_tag

FIXTURES = Path(__file__).with_name("fixtures")
TAGS = frozenset({"democonf"})
NOW_US = 1_795_291_200_000_000  # 2026-11-21T20:00:00Z
AT_1940 = NOW_US - 20 * 60 * 1_000_000


def _fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def _parsed(status: object, *, host: str = "social.example.nl") -> NetworkPost | Dropped:
    return parse.parse_status(status, host=host, domain=host, tags=TAGS, now_us=NOW_US)


def _changed(**changes: Any) -> Any:
    return _fixture("mastodon_status") | changes


def _of_account(**changes: Any) -> Any:
    status = _fixture("mastodon_status")
    status["account"] |= changes
    return status


def test_mastodon_post() -> None:
    assert _parsed(_fixture("mastodon_status")) == NetworkPost(
        native_id="social.example.nl/115600123456789012",
        uri="https://toot.example/users/anna/statuses/115600123400000000",
        permalink="https://toot.example/@anna/115600123400000000",
        author_id="https://toot.example/users/anna",
        name="Anna :verified:",
        handle="@anna@toot.example",
        avatar_url="https://files.social.example.nl/cache/accounts/avatars/static/a.png",
        text=("Volle zaal :blobcat: bij #DemoConf\n\nLees: https://www.voorbeeld.nl/digitale-overheid/verslag"),
        lang="nl",
        author_since=1_667_606_400_000_000,
        created=AT_1940,
        media=(
            PictureRef(
                url="https://files.social.example.nl/cache/media/m.jpg", alt="Zaal vol mensen", width=1600, height=900
            ),
            PictureRef(
                url="https://files.social.example.nl/cache/media/small/g.png", alt="Confetti", width=320, height=240
            ),
        ),
        emojis=(
            ("blobcat", "https://files.social.example.nl/e/static/b.png"),
            ("verified", "https://files.social.example.nl/e/static/v.png"),
        ),
        tags=("democonf",),
    )


def test_gotosocial_post_of_a_local_author_without_a_name_or_identity() -> None:
    assert _parsed(_fixture("gotosocial_status"), host="gts.example") == NetworkPost(
        native_id="gts.example/01KAMPN3ZJ9Q4B7H2Y6T8V0WXC",
        uri="https://gts.example/users/bram/statuses/01KAMPN3ZJ9Q4B7H2Y6T8V0WXC",
        permalink="https://gts.example/@bram/statuses/01KAMPN3ZJ9Q4B7H2Y6T8V0WXC",
        author_id="https://gts.example/users/bram",
        name="bram",
        handle="@bram@gts.example",
        text="Goede vraag over #DemoConf",
        lang="nl",
        warning="Over privacy",
        sensitive=True,
        reply=True,
        reply_to="gts.example/01KAMPK0000000000000000000",
        author_since=1_735_689_600_000_000,
        created=AT_1940 + 72_345_000,
        edited=AT_1940 + 300_000_000,
        tags=("democonf",),
    )


def test_pleroma_post_with_plain_text_and_an_end() -> None:
    assert _parsed(_fixture("pleroma_status"), host="pleroma.example") == NetworkPost(
        native_id="pleroma.example/AzQ7mYfIeV5n1fJh0G",
        uri="https://pleroma.example/objects/2f0c2b4e-5b0e-4a3c-9d0e-0c7a51b6f001",
        permalink="https://pleroma.example/notice/AzQ7mYfIeV5n1fJh0G",
        author_id="https://pleroma.example/users/carla",
        name="Carla :neofox:",
        handle="@carla@pleroma.example",
        avatar_url="https://pleroma.example/media/av.png",
        text="Hallo zaal & balkon\ntweede regel #DemoConf",
        author_since=1_735_689_600_000_000,
        created=AT_1940 + 120_000_000,
        expires=AT_1940 + 120_000_000 + 86_400_000_000,
        media=(PictureRef(url="https://pleroma.example/media/1.jpg", alt="Het podium"),),
        emojis=(("neofox", "https://pleroma.example/emoji/neofox.png"),),
        tags=("democonf",),
    )


def test_takahe_post() -> None:
    assert _parsed(_fixture("takahe_status"), host="takahe.example") == NetworkPost(
        native_id="takahe.example/1155999000000000123",
        uri="https://takahe.example/@dirk@takahe.example/posts/1155999000000000123/",
        permalink="https://takahe.example/@dirk/posts/1155999000000000123/",
        author_id="https://takahe.example/@dirk/",
        name="Dirk",
        handle="@dirk@takahe.example",
        avatar_url="https://takahe.example/proxy/identity_icon/7/x",
        text="Nice room #DemoConf",
        lang="en",
        bot=True,
        author_since=1_735_689_600_000_000,
        created=AT_1940 + 180_000_000,
        tags=("DemoConf",),
    )


@pytest.mark.parametrize(
    ("status", "why"),
    [
        pytest.param(_changed(reblog=_fixture("takahe_status")), Why.BOOST, id="boost"),
        *(
            pytest.param(_changed(visibility=each), Why.NOT_PUBLIC, id=f"visibility-{each}")
            for each in ("unlisted", "private", "direct", "local", "list", None)
        ),
        pytest.param(_changed(tags=[{"name": "demo"}]), Why.OTHER_TAG, id="other-tag"),
        pytest.param(_changed(tags=[]), Why.OTHER_TAG, id="no-tag-though-it-is-in-the-text"),
        pytest.param(_of_account(suspended=True), Why.AUTHOR_SUSPENDED, id="suspended"),
        pytest.param(_changed(pleroma={"expires_at": "2026-11-21T20:00:00Z"}), Why.EXPIRED, id="expired"),
        pytest.param(_changed(content="x" * 100_001), Why.TOO_LONG, id="too-long"),
    ],
)
def test_post_is_politely_dropped(status: object, why: Why) -> None:
    assert _parsed(status) == Dropped(why=why, id="115600123456789012", author_id="https://toot.example/users/anna")


@pytest.mark.parametrize(
    ("status", "field"),
    [
        pytest.param(None, "$", id="null"),
        pytest.param([], "$", id="list"),
        pytest.param({}, "$.id", id="empty"),
        pytest.param(_changed(id=7), "$.id", id="id-is-a-number"),
        pytest.param(_changed(id="a/../b"), "$.id", id="id-is-a-path"),
        pytest.param(_changed(id="9" * 200), "$.id", id="id-is-long"),
        pytest.param(_changed(uri=""), "$.uri", id="no-uri"),
        pytest.param(_changed(account=None), "$.account", id="no-account"),
        pytest.param(_of_account(acct=None), "$.account.acct", id="no-acct"),
        pytest.param(_changed(content=None), "$.content", id="no-content"),
        pytest.param(_changed(created_at="gisteren"), "$.created_at", id="no-moment"),
        pytest.param(_changed(created_at=10**23), "$.created_at", id="a-number-as-moment"),
    ],
)
def test_missing_field_is_named(status: object, field: str) -> None:
    with pytest.raises(BadInput) as error:
        _parsed(status)

    assert (error.value.code, error.value.field) == ("unreadable", field)


@pytest.mark.parametrize(
    ("changes", "attribute", "expected"),
    [
        pytest.param({"url": "javascript:alert(1)"}, "permalink", _fixture("mastodon_status")["uri"], id="script"),
        pytest.param({"language": "nl'; DROP"}, "lang", None, id="no-language"),
        pytest.param({"language": "nl-BE"}, "lang", "nl-BE", id="region"),
        pytest.param({"spoiler_text": None}, "warning", "", id="no-warning"),
        pytest.param({"media_attachments": "x"}, "media", (), id="no-media"),
        pytest.param({"media_attachments": [None, 3, {"type": "image"}]}, "media", (), id="odd-media"),
        pytest.param({"media_attachments": [{"type": "image", "url": "file:///etc/passwd"}]}, "media", (), id="file"),
        pytest.param({"sensitive": "yes"}, "sensitive", False, id="sensitive-is-a-word"),
        pytest.param({"edited_at": "later"}, "edited", None, id="edited-is-a-word"),
        pytest.param({"content": "<p>\ud83d #DemoConf</p>"}, "text", "? #DemoConf", id="lone-surrogate"),
        pytest.param({"tags": [{"name": "DémoConf"}]}, "tags", ("DémoConf",), id="accents-are-folded"),
        pytest.param({"tags": None}, "tags", ("DemoConf",), id="tags-from-the-text"),
    ],
)
def test_optional_fields_are_forgiven(changes: dict[str, Any], attribute: str, expected: object) -> None:
    post = _parsed(_changed(**changes))

    assert isinstance(post, NetworkPost)
    assert getattr(post, attribute) == expected


@pytest.mark.parametrize(
    ("state", "text"),
    [
        pytest.param("accepted", "RE: https://a.example/1\n\nZeker #DemoConf", id="accepted"),
        *(pytest.param(each, "Zeker #DemoConf", id=str(each)) for each in ("pending", "revoked", "brandnew", None)),
    ],
)
def test_quote_leaves_its_link_only_when_it_was_accepted(state: str | None, text: str) -> None:
    content = (
        '<p class="quote-inline">RE: <a href="https://a.example/1">https://a.example/1</a></p><p>Zeker #DemoConf</p>'
    )
    post = _parsed(_changed(content=content, quote={"state": state, "quoted_status": _fixture("takahe_status")}))

    assert isinstance(post, NetworkPost)
    assert post.text == text


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("DemoConf", "democonf"),
        ("#democonf", "democonf"),
        ("Café2026", "cafe2026"),
        ("ＤｅｍｏＣｏｎｆ", "democonf"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("team-wall", "teamwall"),
        ("snake_case", "snake_case"),
        ("日本語", "日本語"),
        ("#!", ""),
    ],
)
def test_fold_tag(written: str, folded: str) -> None:
    assert fold_tag(written) == folded


@pytest.mark.parametrize(
    ("name", "software", "domain", "streaming", "multiplexes", "tags_per_request"),
    [
        ("mastodon_instance_v2", Software.MASTODON, "social.example.nl", "wss://streaming.social.example.nl", True, 4),
        ("gotosocial_instance_v2", Software.GOTOSOCIAL, "gts.example", "wss://gts.example", False, 1),
        ("pleroma_instance_v1", Software.PLEROMA, "pleroma.example", "wss://pleroma.example", False, 4),
        ("takahe_instance_v1", Software.OTHER, "takahe.example", None, False, 1),
    ],
)
def test_instance(
    name: str, software: Software, domain: str, streaming: str | None, multiplexes: bool, tags_per_request: int
) -> None:
    found = parse.parse_instance(_fixture(name), host="host.example")

    assert (found.software, found.domain, found.streaming) == (software, domain, streaming)
    assert (found.multiplexes, found.tags_per_request) == (multiplexes, tags_per_request)


def test_frames() -> None:
    update, edit, delete, other, complaint = _fixture("mastodon_frames")

    assert parse.parse_frame(json.dumps(update)) == parse.Update(status=_fixture("mastodon_status"))
    assert parse.parse_frame(json.dumps(edit)) == parse.Update(status=_changed(edited_at="2026-11-21T19:50:00.000Z"))
    assert parse.parse_frame(json.dumps(delete)) == parse.Removal(id="115600123456789012")
    assert parse.parse_frame(json.dumps(other)) is None
    assert parse.parse_frame(json.dumps(complaint)) == parse.Complaint(status=400)


def test_notification_is_a_mention_or_nothing() -> None:
    status = _fixture("mastodon_status")
    mention, favourite = ({"id": "1", "type": kind, "status": status} for kind in ("mention", "favourite"))

    assert parse.mentioning(mention) == status
    assert parse.mentioning(favourite) is None
    assert parse.mentioning({"type": "mention"}) is None
    assert parse.parse_frame(_notified(mention)) == parse.Mention(status=status)
    assert parse.parse_frame(_notified(favourite)) is None


def _notified(notification: object) -> str:
    return json.dumps({"stream": ["user"], "event": "notification", "payload": json.dumps(notification)})


@pytest.mark.parametrize(
    "data",
    [
        '{"event":"notification","payload":"[]"}',
        '{"event":"notification","payload":"{"}',
        b"\x00\x01",
        "",
        "[]",
        "nope",
        '{"event":"update","payload":"{"}',
        '{"event":"update","payload":7}',
        '{"event":"delete","payload":""}',
        '{"event":"delete"}',
        '{"a":NaN}',
        "[" * 100_000,
        '{"a":' + "9" * 5000 + "}",
    ],
)
def test_unreadable_frame_is_bad_input(data: str | bytes) -> None:
    with pytest.raises(BadInput):
        parse.parse_frame(data)


def test_page_that_was_turned_around_is_put_right() -> None:
    old, new = _changed(created_at="2026-11-21T19:00:00Z"), _changed(created_at="2026-11-21T19:30:00Z")

    assert parse.parse_page([old, new]) == parse.parse_page([new, old]) == (new, old)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def _outcome(read: Callable[[], object]) -> object:
    """What was read, or the field of the only error that may be raised."""
    try:
        return read()
    except BadInput as error:
        return error.field


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in items for found in _paths(inner, (*path, key)))]


@given(st.sampled_from(["mastodon_status", "gotosocial_status", "pleroma_status", "takahe_status"]), st.data(), _JSON)
def test_no_json_raises_anything_but_our_error(name: str, data: st.DataObject, hostile: object) -> None:
    status = copy.deepcopy(_fixture(name))
    *way, last = data.draw(st.sampled_from(_paths(status)[1:]))
    inner = status
    for key in way:
        inner = inner[key]
    inner[last] = hostile
    assert _outcome(lambda: _parsed(status))


@given(_JSON)
def test_no_instance_or_page_raises_anything_but_our_error(hostile: object) -> None:
    assert _outcome(lambda: parse.parse_instance(hostile, host="h"))
    assert isinstance(hostile, list) or _outcome(lambda: parse.parse_page(hostile)) == "$"
