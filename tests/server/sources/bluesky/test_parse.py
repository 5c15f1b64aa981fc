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
from server.sources.bluesky import parse
from server.sources.bluesky.frames import PostKey
from server.sources.bluesky.parse import Dropped, View, Why
from server.sources.contract import NetworkPost, PictureRef

FIXTURES = Path(__file__).with_name("fixtures")
DID = "did:plc:abcd1234efgh5678ijkl9012"
KEY = PostKey(DID, "3mzzzzzzzyc2a")
TAGS = frozenset({"democonf"})
NOW_US = 1_795_291_200_000_000
"""2026-11-21T20:00:00Z."""

AT_1940 = NOW_US - 20 * 60 * 1_000_000
CDN = "https://cdn.bsky.app/img"


def _fixture() -> Any:
    return json.loads((FIXTURES / "posts.json").read_text(encoding="utf-8"))["posts"][0]


def _view(found: Any) -> View:
    view = parse.parse_posts(json.dumps({"posts": [found]}).encode())[KEY.uri]
    assert isinstance(view, View)
    return view


def _parsed(found: Any, *, tags: frozenset[str] = TAGS, edited: int | None = None) -> NetworkPost | Dropped:
    return parse.parse_view(_view(found), tags=tags, now_us=NOW_US, edited=edited)


def _post(found: Any) -> NetworkPost:
    post = _parsed(found, tags=frozenset())
    assert isinstance(post, NetworkPost)
    return post


def _of_record(**changes: Any) -> Any:
    found = _fixture()
    found["record"] |= changes
    return found


def _of_author(**changes: Any) -> Any:
    found = _fixture()
    found["author"] |= changes
    return found


def _labelled(*labels: Any) -> Any:
    return _fixture() | {"labels": [_label(label) if isinstance(label, str) else label for label in labels]}


def _label(word: str, **changes: Any) -> Any:
    return {"src": "did:plc:mod", "uri": KEY.uri, "val": word, "cts": "2026-11-21T19:41:00.000Z"} | changes


def test_post() -> None:
    assert _parsed(_fixture()) == NetworkPost(
        native_id=f"{DID}/3mzzzzzzzyc2a",
        uri=f"at://{DID}/app.bsky.feed.post/3mzzzzzzzyc2a",
        permalink=f"https://bsky.app/profile/{DID}/post/3mzzzzzzzyc2a",
        author_id=DID,
        name="Anna 🎈",
        handle="@anna.bsky.social",
        avatar_url=f"{CDN}/avatar/plain/{DID}/bafkreiavatar@jpeg",
        text="Geweldige keynote – café vol 🎉 #DemoConf",
        lang="nl",
        created=AT_1940,
        media=(PictureRef(url=f"{CDN}/feed_fullsize/plain/{DID}/bafkreiimage@jpeg", alt="Spreker op podium"),),
        tags=("DemoConf",),
    )


def test_post_names_only_what_its_author_has() -> None:
    nameless = _post(_of_author(displayName="", avatar=None))
    lost = _post(_of_author(displayName=None, handle="handle.invalid"))

    assert (nameless.name, nameless.handle, nameless.avatar_url) == ("anna", "@anna.bsky.social", None)
    assert lost.handle == DID


def test_reply_says_what_it_answers() -> None:
    parent = {"uri": f"at://{DID}/app.bsky.feed.post/3kparent", "cid": "bafy"}
    reply = _post(_of_record(reply={"root": parent, "parent": parent}))
    elsewhere = _post(_of_record(reply={"parent": {"uri": "at://did:plc:x/app.other/1"}}))

    assert (reply.reply, reply.reply_to) == (True, f"{DID}/3kparent")
    assert (elsewhere.reply, elsewhere.reply_to) == (True, None)


@pytest.mark.parametrize(
    ("claimed", "indexed", "created"),
    [
        pytest.param("2026-11-21T19:40:00.000Z", "2026-11-21T19:40:01Z", AT_1940, id="as-claimed"),
        pytest.param("2031-01-01T00:00:00Z", "2026-11-21T19:40:00Z", AT_1940, id="a-clock-that-is-ahead"),
        pytest.param("2031-01-01T00:00:00Z", "2031-01-01T00:00:00Z", NOW_US, id="both-ahead"),
        pytest.param("gisteren", "2026-11-21T19:40:00Z", AT_1940, id="no-moment"),
        pytest.param(None, None, NOW_US, id="nothing"),
        pytest.param("9999-12-31T23:59:59.9Z", "0001-01-01T00:00:00+14:00", None, id="beyond-all-clocks"),
    ],
)
def test_post_is_never_from_the_future(claimed: Any, indexed: Any, created: int | None) -> None:
    post = _post(_of_record(createdAt=claimed) | {"indexedAt": indexed})

    assert post.created == created or (created is None and post.created is not None and post.created <= NOW_US)


def test_edit_is_never_from_the_future() -> None:
    posts = [_parsed(_fixture(), edited=edited) for edited in (AT_1940, NOW_US + 5, None)]

    assert [post.edited for post in posts if isinstance(post, NetworkPost)] == [AT_1940, NOW_US, None]


# Text


def _linked(text: str, *links: tuple[Any, Any, Any]) -> Any:
    features = "app.bsky.richtext.facet#link"
    facets = [
        {"index": {"byteStart": start, "byteEnd": end}, "features": [{"$type": features, "uri": uri}]}
        for start, end, uri in links
    ]
    return _of_record(text=text, facets=facets)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        pytest.param(
            _linked("Café: voorbeeld.nl/lan... 🎉", (7, 26, "https://www.voorbeeld.nl/lang/adres")),
            "Café: https://www.voorbeeld.nl/lang/adres 🎉",
            id="shortened-after-two-bytes-of-é",
        ),
        pytest.param(
            _linked("🎉 hier 🎉", (5, 9, "https://a.example/")),
            "🎉 hier (https://a.example/) 🎉",
            id="words-after-four-bytes",
        ),
        pytest.param(
            _linked("a.nl b.nl", (5, 9, "https://b.nl/x"), (0, 4, "https://a.nl/")),
            "https://a.nl/ https://b.nl/x",
            id="two-out-of-order",
        ),
        pytest.param(_linked("🎉 hoi", (2, 7, "https://a.nl/")), "🎉 hoi", id="begins-within-a-character"),
        pytest.param(_linked("hoi 🎉", (0, 6, "https://a.nl/")), "hoi 🎉", id="ends-within-a-character"),
        pytest.param(_linked("hoi", (0, 99, "https://a.nl/")), "hoi", id="beyond-the-end"),
        pytest.param(_linked("hoi", (-3, 2, "https://a.nl/")), "hoi", id="before-the-beginning"),
        pytest.param(_linked("hoi", (2, 2, "https://a.nl/")), "hoi", id="empty"),
        pytest.param(_linked("hoi", ("0", None, "https://a.nl/")), "hoi", id="no-numbers"),
        pytest.param(
            _linked("hoi", (0, 3, "https://a.nl/"), (1, 2, "https://b.nl/")), "hoi (https://a.nl/)", id="overlapping"
        ),
        pytest.param(_linked("hoi", (0, 3, "javascript:alert(1)")), "hoi", id="no-web-address"),
        pytest.param(_linked("hoi", (0, 3, "https://a.nl/\u202e")), "hoi", id="invisible-characters"),
        pytest.param(_linked("a\udcffb"), "a?b", id="lone-surrogate"),
        pytest.param(_of_record(text="hoi", facets=[5, {"features": 5}]), "hoi", id="no-facets"),
    ],
)
def test_links_are_written_out_where_their_bytes_say(found: Any, text: str) -> None:
    assert _post(found).text == text


def test_link_by_characters_instead_of_bytes_is_found() -> None:
    """The negative control of the rows above: the sample is at bytes 37 to 46, and at characters 31 to 40."""
    sample = _fixture()["record"]
    index, text = sample["facets"][0]["index"], sample["text"]

    assert text.encode()[index["byteStart"] : index["byteEnd"]].decode() == "#DemoConf"
    assert text[index["byteStart"] : index["byteEnd"]] != "#DemoConf"


@pytest.mark.parametrize(
    ("text", "embed", "shown"),
    [
        ("Lees dit", {"external": {"uri": "https://a.nl/x", "title": "A"}}, "Lees dit\nhttps://a.nl/x"),
        ("Lees https://a.nl/x", {"external": {"uri": "https://a.nl/x"}}, "Lees https://a.nl/x"),
        ("", {"external": {"uri": "https://a.nl/x"}}, "https://a.nl/x"),
        ("Ja", {"record": {}, "media": {"external": {"uri": "https://a.nl/x"}}}, "Ja\nhttps://a.nl/x"),
        ("Ja", {"external": {"uri": "ftp://a.nl/x"}}, "Ja"),
        ("Ja", {"external": 5, "media": []}, "Ja"),
    ],
)
def test_address_of_a_link_card_is_in_the_text(text: str, embed: Any, shown: str) -> None:
    assert _post(_of_record(text=text, facets=[], embed=embed)).text == shown


# Pictures

_STILL = {"thumb": "https://c.example/t", "fullsize": "https://c.example/f", "alt": "Zaal"}
_IMAGES = {"$type": "app.bsky.embed.images#view", "images": [_STILL]}
_VIDEO = {
    "$type": "app.bsky.embed.video#view",
    "thumbnail": "https://c.example/v.jpg",
    "alt": "Film",
    "playlist": "https://x",
}


def _gallery(name: str) -> Any:
    item = {"$type": "app.bsky.embed.gallery#viewImage", "fullsize": "https://c.example/f", "alt": "Zaal"}
    return {"$type": "app.bsky.embed.gallery#view", name: [item] * 20}


def _with_media(media: Any) -> Any:
    return {"$type": "app.bsky.embed.recordWithMedia#view", "record": {"record": {"embeds": [_IMAGES]}}, "media": media}


@pytest.mark.parametrize(
    ("embed", "pictures"),
    [
        pytest.param(_IMAGES, [("https://c.example/f", "Zaal")], id="images"),
        pytest.param(_gallery("items"), [("https://c.example/f", "Zaal")] * 8, id="gallery-bounded"),
        pytest.param(_gallery("media"), [("https://c.example/f", "Zaal")] * 8, id="gallery-as-it-was-first"),
        pytest.param(_VIDEO, [("https://c.example/v.jpg", "Film")], id="still-of-a-video"),
        pytest.param(_with_media(_IMAGES), [("https://c.example/f", "Zaal")], id="beside-a-quote"),
        pytest.param(_with_media(_with_media(_IMAGES)), [], id="quote-in-quote"),
        pytest.param(
            {"$type": "app.bsky.embed.record#view", "record": {"embeds": [_IMAGES]}}, [], id="of-a-quote-only"
        ),
        pytest.param({"$type": "app.bsky.embed.external#view", "external": {"thumb": "https://x"}}, [], id="link-card"),
        pytest.param({"$type": "app.bsky.embed.hologram#view", "images": [_STILL]}, [], id="unknown"),
        pytest.param(_IMAGES | {"images": [{"fullsize": "file:///etc/passwd"}]}, [], id="no-web-address"),
        pytest.param(_IMAGES | {"images": [5, None]}, [], id="no-records"),
        pytest.param(5, [], id="no-record"),
    ],
)
def test_pictures_are_the_posts_own(embed: Any, pictures: list[tuple[str, str]]) -> None:
    assert [(each.url, each.alt) for each in _post(_fixture() | {"embed": embed}).media] == pictures


def test_media_that_is_wrapped_in_itself_by_turns_is_no_picture() -> None:
    """Under two names for one kind, deeper than can be followed one by one. How deep JSON may be differs by Python."""
    embed: Any = _IMAGES
    for at in range(3000):
        embed = _with_media(embed) | {"$type": ("app.bsky.embed." if at % 2 else "") + "recordWithMedia#view"}
    view = View(key=KEY, cid="c", found=_fixture() | {"embed": embed})

    post = parse.parse_view(view, tags=frozenset(), now_us=NOW_US)

    assert isinstance(post, NetworkPost)
    assert post.media == ()


# Labels

_SELF = "com.atproto.label.defs#selfLabels"


def _own_labels(*words: str) -> Any:
    return _of_record(labels={"$type": _SELF, "values": [{"val": word} for word in words]})


@pytest.mark.parametrize(
    ("found", "why"),
    [
        *(pytest.param(_labelled(word), Why.LABELLED, id=word) for word in sorted(parse.NEVER)),
        *(
            pytest.param(_of_author(labels=[_label(word)]), Why.LABELLED, id=f"author-{word}")
            for word in sorted(parse.NEVER)
        ),
        *(
            pytest.param(_own_labels(word), Why.LABELLED, id=f"own-{word}")
            for word in ("porn", "sexual", "graphic-media")
        ),
        pytest.param(
            _of_author(labels=[_label("!no-unauthenticated", src=DID)]), Why.SIGN_IN_ONLY, id="asks-to-sign-in"
        ),
        pytest.param(_own_labels("!no-unauthenticated"), Why.SIGN_IN_ONLY, id="asks-to-sign-in-for-this-post"),
        pytest.param(_of_record(text="x" * 20_001), Why.TOO_LONG, id="too-long"),
        pytest.param(_of_record(facets=[], tags=["demo"]), Why.OTHER_TAG, id="another-hashtag"),
    ],
)
def test_post_is_politely_dropped(found: Any, why: Why) -> None:
    assert _parsed(found) == Dropped(why=why, key=KEY)


def test_post_with_one_label_more_is_what_is_dropped() -> None:
    """The negative control of the rows above: without their label all of them are shown."""
    assert isinstance(_parsed(_labelled("!no-promote")), NetworkPost)
    assert isinstance(_parsed(_of_author(labels=[])), NetworkPost)


@pytest.mark.parametrize(
    ("found", "warning"),
    [
        pytest.param(_labelled("nudity"), "nudity", id="nudity"),
        pytest.param(_labelled("!warn"), "warn", id="warn"),
        pytest.param(_own_labels("nudity", "spoiler"), "nudity, spoiler", id="own"),
        pytest.param(_labelled("spam", "spam"), "spam", id="another-one-twice"),
        pytest.param(_of_author(labels=[_label("!warn")]), "warn", id="author"),
        pytest.param(_labelled(_label("nudity"), _label("nudity", neg=True)), "", id="taken-back"),
        pytest.param(
            _labelled(_label("nudity"), _label("nudity", neg=True, src="did:plc:else")), "nudity", id="by-another"
        ),
        pytest.param(_labelled(_label("nudity", exp="2026-11-21T19:59:59Z")), "", id="expired"),
        pytest.param(_labelled(_label("nudity", exp="2026-11-21T20:00:01Z")), "nudity", id="expires-later"),
        pytest.param(_labelled("!no-promote", "bot"), "", id="silent"),
        pytest.param(_labelled(5, {"val": 5}, _label("<script>")), "", id="no-labels"),
    ],
)
def test_other_labels_are_a_warning(found: Any, warning: str) -> None:
    post = _post(found)

    assert (post.warning, post.sensitive) == (warning, bool(warning))


def test_account_that_says_that_it_is_automatic_is_a_bot() -> None:
    assert [_post(each).bot for each in (_of_author(labels=[_label("bot")]), _fixture())] == [True, False]


def test_labels_that_are_not_told_can_be_had_from_the_profile() -> None:
    found = _fixture()
    del found["author"]["labels"]
    view = _view(found)

    whole = view.with_labels({"did": DID, "labels": [_label("!no-unauthenticated")]})

    assert (view.lacks_labels, whole.lacks_labels) == (True, False)
    assert parse.parse_view(whole, tags=TAGS, now_us=NOW_US) == Dropped(why=Why.SIGN_IN_ONLY, key=KEY)


# What cannot be read


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda found: found.update(record=None), "$.record"),
        (lambda found: found.update(author=[]), "$.author"),
        (lambda found: found["author"].update(did="did:plc:somebodyelse"), "$.author.did"),
        (lambda found: found["record"].update(text=None), "$.record.text"),
    ],
)
def test_post_that_lacks_something_says_what(change: Callable[[Any], object], field: str) -> None:
    found = _fixture()
    change(found)

    with pytest.raises(BadInput) as caught:
        _parsed(found)

    assert caught.value.field == field


@pytest.mark.parametrize(
    ("body", "field"),
    [(b"", "$"), (b"[]", "$"), (b"{}", "$.posts"), (b'{"posts": {}}', "$.posts"), (b'{"posts": [NaN]}', "$")],
)
def test_answer_that_is_no_list_of_posts_says_so(body: bytes, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse.parse_posts(body)

    assert caught.value.field == field


def test_one_post_that_cannot_be_read_does_not_hide_the_others() -> None:
    broken = {"uri": f"at://{DID}/app.bsky.feed.post/3kbroken"}

    found = parse.parse_posts(json.dumps({"posts": [5, broken, {"uri": "at://x"}, _fixture()]}).encode())

    assert [type(each) for each in found.values()] == [BadInput, View]


def test_profiles_come_by_whose_they_are() -> None:
    assert parse.parse_profiles(b'{"profiles": [{"did": "did:plc:a", "handle": "a"}, 5, {}]}') == {
        "did:plc:a": {"did": "did:plc:a", "handle": "a"}
    }


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["https://a.nl/", DID, "nudity"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def _paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for key, inner in items for each in _paths(inner, (*path, key)))][1 if not path else 0 :]


_PATHS = _paths(_fixture())


@given(st.sampled_from(_PATHS), _JSON, st.booleans())
def test_any_json_in_any_place_is_a_post_dropped_or_bad_input(
    path: tuple[Any, ...], value: object, remove: bool
) -> None:
    found = copy.deepcopy(_fixture())
    place: Any = found
    for step in path[:-1]:
        place = place[step]
    if remove:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    try:
        for view in parse.parse_posts(json.dumps({"posts": [found]}).encode()).values():
            if isinstance(view, View):
                post = parse.parse_view(view, tags=TAGS, now_us=NOW_US)
                assert isinstance(post, Dropped) or post.text.encode()
    except BadInput as ex:
        assert ex.field  # noqa: PT017 -- Both are fine; this is what else must be true.


@given(st.text("aé🎉 \n", max_size=30), st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=5))
def test_no_facet_ever_loses_a_word(text: str, places: list[tuple[int, int]]) -> None:
    address = "https://zz.example/"
    shown = _post(_linked(text, *((start, end, address) for start, end in places))).text

    assert "".join(shown.replace(f"({address})", "").replace(address, "").split()) == "".join(text.split())


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"did":5}', b'{"did":""}', b"[" * 100_000, b"\xff"])
def test_answer_that_names_nobody_is_bad_input(body: bytes) -> None:
    with pytest.raises(BadInput):
        parse.parse_did(body)
    assert parse.parse_did(b'{"did":"did:plc:x"}') == "did:plc:x"
