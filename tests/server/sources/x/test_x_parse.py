from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import AuthorGone, Delete, NetworkPost, PictureRef
from server.sources.x import parse
from server.sources.x.budget import Read
from server.sources.x.parse import Dropped, Problem, Why

TAGS = frozenset({"democonf"})
NOW_US = 1_795_291_200_000_000  # 2026-11-21T20:00:00Z
AT_1940 = NOW_US - 20 * 60 * 1_000_000

ID = "1990000000000000001"
SAMPLE: Any = {
    "data": {
        "id": ID,
        "text": "Volle zaal &amp; balkon #DemoConf https://t.co/abc https://t.co/abcd",
        "author_id": "42",
        "created_at": "2026-11-21T19:40:00.000Z",
        "lang": "nl",
        "possibly_sensitive": False,
        "edit_history_tweet_ids": [ID],
        "referenced_tweets": [{"type": "replied_to", "id": "1990000000000000000"}],
        "attachments": {"media_keys": ["3_1", "7_2"]},
        "entities": {
            "hashtags": [{"start": 24, "end": 33, "tag": "DemoConf"}],
            "urls": [
                {"url": "https://t.co/abc", "expanded_url": "https://www.voorbeeld.nl/verslag?a=1&b=2"},
                {
                    "url": "https://t.co/abcd",
                    "expanded_url": f"https://x.com/anna_demo/status/{ID}/photo/1",
                    "media_key": "3_1",
                },
            ],
        },
    },
    "includes": {
        "users": [
            {
                "id": "42",
                "name": "Anna",
                "username": "anna_demo",
                "profile_image_url": "https://pbs.twimg.com/profile_images/1/a_normal.jpg",
                "protected": False,
            }
        ],
        "media": [
            {
                "media_key": "3_1",
                "type": "photo",
                "url": "https://pbs.twimg.com/media/a.jpg",
                "width": 1600,
                "height": 900,
                "alt_text": "Zaal vol mensen",
            },
            {"media_key": "7_2", "type": "video", "preview_image_url": "https://pbs.twimg.com/media/b.jpg"},
        ],
    },
    "matching_rules": [{"id": "1", "tag": "wall"}],
}


def _parsed(answer: object, *, tags: frozenset[str] = TAGS) -> NetworkPost | Dropped:
    read = parse.parse_answer(answer)
    return parse.parse_post(read.posts[0], read, tags=tags, now_us=NOW_US)


def _changed(**changes: Any) -> Any:
    answer = copy.deepcopy(SAMPLE)
    answer["data"] |= changes
    return answer


def _of_author(**changes: Any) -> Any:
    answer = copy.deepcopy(SAMPLE)
    answer["includes"]["users"][0] |= changes
    return answer


def _post(answer: object) -> NetworkPost:
    found = _parsed(answer)
    assert isinstance(found, NetworkPost)
    return found


def test_post() -> None:
    assert _parsed(SAMPLE) == NetworkPost(
        native_id=ID,
        uri=f"https://x.com/i/status/{ID}",
        permalink=f"https://x.com/i/status/{ID}",
        author_id="https://x.com/i/user/42",
        name="Anna",
        handle="@anna_demo",
        avatar_url="https://pbs.twimg.com/profile_images/1/a_400x400.jpg",
        text="Volle zaal & balkon #DemoConf https://www.voorbeeld.nl/verslag?a=1&b=2",
        lang="nl",
        reply=True,
        reply_to="1990000000000000000",
        created=AT_1940,
        media=(
            PictureRef(url="https://pbs.twimg.com/media/a.jpg", alt="Zaal vol mensen", width=1600, height=900),
            PictureRef(url="https://pbs.twimg.com/media/b.jpg"),
        ),
        tags=("DemoConf",),
    )


def test_answer_tells_what_it_costs() -> None:
    answer = parse.parse_answer(SAMPLE)

    assert answer.read == Read(posts=frozenset({ID}), authors=frozenset({"42"}), pictures=frozenset({"3_1", "7_2"}))


def test_long_post_has_its_whole_text_with_the_links_and_tags_of_both() -> None:
    note = {
        "text": "Een heel lang verhaal https://t.co/zz en nog meer #DemoConf #Slot",
        "entities": {
            "hashtags": [{"tag": "DemoConf"}, {"tag": "Slot"}],
            "urls": [{"url": "https://t.co/zz", "expanded_url": "https://voorbeeld.nl/lang"}],
        },
    }
    post = _post(_changed(text="Een heel lang verhaal… https://t.co/abcd", note_tweet=note))

    assert post.text == "Een heel lang verhaal https://voorbeeld.nl/lang en nog meer #DemoConf #Slot"
    assert post.tags == ("DemoConf", "Slot")


def test_quote_is_a_post_with_the_address_of_what_it_quotes() -> None:
    urls = [{"url": "https://t.co/q", "expanded_url": "https://twitter.com/bram/status/7"}]
    entities = {"hashtags": [{"tag": "DemoConf"}], "urls": urls}
    references = [{"type": "quoted", "id": "7"}]
    post = _post(_changed(text="Zeker! #DemoConf https://t.co/q", entities=entities, referenced_tweets=references))

    assert (post.text, post.reply) == ("Zeker! #DemoConf https://twitter.com/bram/status/7", False)


def test_edited_post_says_so_and_its_older_versions_are_known() -> None:
    answer = _changed(edit_history_tweet_ids=["1980", "1985", ID])

    assert _post(answer).edited == AT_1940
    assert parse.versions(answer["data"]) == ("1980", "1985", ID)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(_changed(referenced_tweets=[{"type": "retweeted", "id": "7"}]), Why.REPOST, id="repost"),
        pytest.param(_of_author(protected=True), Why.PROTECTED, id="protected"),
        pytest.param(_changed(withheld={"country_codes": ["NL"], "copyright": False}), Why.WITHHELD, id="withheld"),
        pytest.param(_of_author(withheld={"country_codes": ["DE"]}), Why.WITHHELD, id="author-withheld"),
        pytest.param(_changed(edit_history_tweet_ids=[ID, "1990000000000000009"]), Why.SUPERSEDED, id="superseded"),
        pytest.param(_changed(entities={"hashtags": [{"tag": "iets"}]}), Why.OTHER_TAG, id="other-tag"),
        pytest.param(_changed(entities={}, text="zonder"), Why.OTHER_TAG, id="no-tag"),
    ],
)
def test_post_is_politely_dropped(answer: Any, why: Why) -> None:
    found = _parsed(answer)

    assert isinstance(found, Dropped)
    assert (found.why, found.id, found.newest) == (why, ID, parse.versions(answer["data"])[-1])


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        pytest.param([], "$", id="list"),
        pytest.param({"data": [7]}, "$.data", id="post-is-a-number"),
        pytest.param({"data": {}}, "$.data.id", id="empty"),
        pytest.param(_changed(id=7), "$.data.id", id="id-is-a-number"),
        pytest.param(_changed(id="a/../b"), "$.data.id", id="id-is-a-path"),
        pytest.param(_changed(author_id=None), "$.data.author_id", id="no-author-id"),
        pytest.param(_changed(author_id="43"), "$.includes.users", id="author-is-not-there"),
        pytest.param(_of_author(username="a b"), "$.includes.users.username", id="odd-username"),
        pytest.param(_changed(text=None), "$.data.text", id="no-text"),
        pytest.param(_changed(created_at="gisteren"), "$.data.created_at", id="no-moment"),
    ],
)
def test_missing_field_is_named(answer: object, field: str) -> None:
    with pytest.raises(BadInput) as error:
        _parsed(answer)

    assert (error.value.code, error.value.field) == ("unreadable", field)


@pytest.mark.parametrize(
    ("changes", "attribute", "expected"),
    [
        pytest.param({"created_at": "2036-01-01T00:00:00Z"}, "created", NOW_US, id="from-the-future"),
        pytest.param({"possibly_sensitive": True}, "sensitive", True, id="sensitive"),
        pytest.param({"possibly_sensitive": "yes"}, "sensitive", False, id="sensitive-is-a-word"),
        pytest.param({"lang": "und"}, "lang", None, id="no-language"),
        pytest.param({"lang": "qme"}, "lang", None, id="only-pictures"),
        pytest.param({"lang": "iw"}, "lang", "he", id="old-code"),
        pytest.param({"attachments": {"media_keys": ["9_9", None]}}, "media", (), id="unknown-media"),
        pytest.param({"text": "&amp;lt;b&amp;gt; #DemoConf"}, "text", "&lt;b&gt; #DemoConf", id="decoded-once"),
        pytest.param({"text": "&copy; #DemoConf"}, "text", "&copy; #DemoConf", id="other-entities-are-text"),
        pytest.param({"text": "\ud83d #DemoConf"}, "text", "? #DemoConf", id="lone-surrogate"),
        pytest.param({"text": "https://t.co/onbekend"}, "text", "https://t.co/onbekend", id="unknown-link-stays"),
        pytest.param({"entities": None, "text": "Hoi #DémoConf"}, "tags", ("DémoConf",), id="tags-from-the-text"),
        pytest.param({"edit_history_tweet_ids": "x"}, "edited", None, id="no-history"),
    ],
)
def test_optional_fields_are_forgiven(changes: dict[str, Any], attribute: str, expected: object) -> None:
    assert getattr(_post(_changed(**changes)), attribute) == expected


def test_link_that_is_no_web_address_stays_as_it_was() -> None:
    urls = [{"url": "https://t.co/abc", "expanded_url": "javascript:alert(1)"}]
    entities = {"hashtags": [{"tag": "DemoConf"}], "urls": urls}

    assert _post(_changed(text="a https://t.co/abc", entities=entities)).text == "a https://t.co/abc"


@pytest.mark.parametrize(
    ("problem", "end"),
    [
        pytest.param(
            Problem(kind="resource-not-found", about="tweet", id="7"),
            Delete(native_id="7", uri="https://x.com/i/status/7"),
            id="not-found",
        ),
        pytest.param(
            Problem(kind="not-authorized-for-resource", about="tweet", id="7"),
            Delete(native_id="7", uri="https://x.com/i/status/7"),
            id="protected",
        ),
        pytest.param(
            Problem(kind="resource-not-found", about="user", id="42", parameter="author_id", title="Forbidden"),
            AuthorGone(author_id="https://x.com/i/user/42"),
            id="suspended",
        ),
        pytest.param(
            Problem(kind="resource-not-found", about="user", id="42", parameter="entities.mentions.username"),
            None,
            id="somebody-mentioned",
        ),
        pytest.param(Problem(kind="resource-unavailable", about="tweet", id="7"), None, id="not-now"),
        pytest.param(Problem(kind="resource-not-found", about="tweet", id="8"), None, id="not-asked-for"),
        pytest.param(Problem(kind="not-authorized-for-field", about="tweet", id="7"), None, id="a-field"),
        pytest.param(Problem(), None, id="nothing"),
    ],
)
def test_only_what_is_certain_ends_a_post(problem: Problem, end: object) -> None:
    assert parse.end_of(problem, frozenset({"7"})) == end


@pytest.mark.parametrize(
    ("address", "id_"),
    [
        ("https://x.com/anna_demo/status/17", "17"),
        ("http://www.twitter.com/anna/statuses/17/photo/1?s=20", "17"),
        ("https://mobile.twitter.com/i/web/status/17#a", "17"),
        ("https://x.com/i/status/17", "17"),
        ("https://x.com/anna_demo", None),
        ("https://x.com.evil.example/anna/status/17", None),
        ("https://evil.example/https://x.com/anna/status/17", None),
        ("https://x.com/anna/status/17a", None),
        ("", None),
    ],
)
def test_address_of_a_post_has_its_id(address: str, id_: str | None) -> None:
    assert parse.id_in(address) == id_


def test_id_tells_when_a_post_was_made() -> None:
    """The sample of the documentation: written on 31 December 2019, 19:26:16."""
    assert parse.written_us("1212092628029698048") // 1_000_000 == 1_577_820_376


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def _read_all(answer: object) -> list[object]:
    read = parse.parse_answer(answer)
    ends = [parse.end_of(problem, frozenset({"7"})) for problem in read.problems]
    return [read, *ends, *(parse.parse_post(post, read, tags=TAGS, now_us=NOW_US) for post in read.posts)]


def _outcome(read: Callable[[], object]) -> object:
    """What was read, or the field of the only error that may be raised."""
    try:
        return read()
    except BadInput as error:
        return error.field


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in items for found in _paths(inner, (*path, key)))]


@given(st.data(), _JSON)
def test_no_json_raises_anything_but_our_error(data: st.DataObject, hostile: object) -> None:
    answer = copy.deepcopy(SAMPLE)
    answer["errors"] = [{"type": "x/resource-not-found", "resource_type": "tweet", "resource_id": "7"}]
    *way, last = data.draw(st.sampled_from(_paths(answer)[1:]))
    inner = answer
    for key in way:
        inner = inner[key]
    inner[last] = hostile
    assert _outcome(lambda: _read_all(answer))


@given(_JSON)
def test_whatever_the_answer_is_it_is_read_or_named(hostile: object) -> None:
    assert _outcome(lambda: _read_all(hostile))
    assert _outcome(lambda: parse.parse_rules(hostile)) is not None
    parse.parse_problems(hostile)


@given(st.text())
def test_text_is_never_lost(text: str) -> None:
    """Without links and signs of X's own a text stays as it was, but for the end of its last line."""
    plain = text.replace("&", "").replace("https://t.co", "").encode("utf-8", "replace").decode()
    assert _post(_changed(text=plain)).text == plain.rstrip()
