"""The digest that a release names."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake.digest import digest, same_content
from server.symposium.values import BlobId, Emoji, Picture, PostBody

BLOBS = st.sampled_from([BlobId("aa"), BlobId("bb")])
SHORT = st.text(max_size=4)
BODIES = st.builds(
    PostBody,
    salt=SHORT,
    text=SHORT,
    name=SHORT,
    handle=SHORT,
    avatar=st.none() | BLOBS,
    media=st.lists(
        st.builds(
            Picture,
            blob=BLOBS,
            type=st.just("image/webp"),
            width=st.just(1),
            height=st.just(1),
            small=st.none() | BLOBS,
            alt=SHORT,
        ),
        max_size=3,
    ).map(tuple),
    emojis=st.lists(st.builds(Emoji, shortcode=SHORT, blob=BLOBS), max_size=2).map(tuple),
    lang=st.none() | SHORT,
    warning=SHORT,
)
PICTURE = Picture(blob=BlobId("aa"), type="image/webp", width=4, height=3, alt="een zaal")
BODY = PostBody(
    salt="00" * 16,
    text="Hoi",
    name="Anna",
    handle="@anna",
    avatar=BlobId("cc"),
    media=(PICTURE,),
    emojis=(Emoji(shortcode="kat", blob=BlobId("dd")),),
    lang="nl",
    warning="let op",
)


def test_digest_is_the_same_for_ever() -> None:
    """Journals hold digests: a change of this figure would refuse every release that they remember."""
    assert digest(BODY) == "e23319ea999a25248a008a14e6cd1bdccd7f2f381d9218d18199bef87d87d7d4"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"salt": "01" * 16}, id="salt"),
        pytest.param({"text": "hoi"}, id="text"),
        pytest.param({"name": "Ann"}, id="name"),
        pytest.param({"handle": "@ann"}, id="handle"),
        pytest.param({"avatar": None}, id="avatar"),
        pytest.param({"media": ()}, id="no-picture"),
        pytest.param({"media": (PICTURE, PICTURE)}, id="picture-twice"),
        pytest.param({"media": (msgspec.structs.replace(PICTURE, blob=BlobId("ee")),)}, id="picture"),
        pytest.param({"media": (msgspec.structs.replace(PICTURE, small=BlobId("ee")),)}, id="small-picture"),
        pytest.param({"media": (msgspec.structs.replace(PICTURE, alt=""),)}, id="alt"),
        pytest.param({"emojis": ()}, id="no-emoji"),
        pytest.param({"emojis": (Emoji(shortcode="hond", blob=BlobId("dd")),)}, id="shortcode"),
        pytest.param({"emojis": (Emoji(shortcode="kat", blob=BlobId("ee")),)}, id="emoji-picture"),
        pytest.param({"lang": None}, id="lang"),
        pytest.param({"warning": ""}, id="warning"),
    ],
)
def test_digest_changes_with_every_field_that_a_hall_sees(changes: dict[str, object]) -> None:
    assert digest(msgspec.structs.replace(BODY, **changes)) != digest(BODY)


@pytest.mark.parametrize(
    "changes",
    [
        {"permalink": "https://x.example/1"},
        {"uri": "u"},
        {"native_id": "1"},
        {"author_id": "a"},
        {"cut": 2},
        {"edited": 3},
    ],
    ids=["permalink", "uri", "native-id", "author-id", "cut", "edited"],
)
def test_digest_stays_where_no_screen_changes(changes: dict[str, object]) -> None:
    assert digest(msgspec.structs.replace(BODY, **changes)) == digest(BODY)


@given(BODIES, BODIES)
def test_digests_are_equal_only_where_bodies_are(a: PostBody, b: PostBody) -> None:
    assert (digest(a) == digest(b)) == (a.salt == b.salt and same_content(a, b))


@given(st.lists(SHORT, min_size=4, max_size=4), st.lists(SHORT, min_size=4, max_size=4))
def test_no_field_bleeds_into_the_next(a: list[str], b: list[str]) -> None:
    first, second = (PostBody(salt="s", text=x[0], name=x[1], handle=x[2], warning=x[3]) for x in (a, b))

    assert (digest(first) == digest(second)) == (a == b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param({"text": "ab", "name": "c"}, {"text": "a", "name": "bc"}, id="letter-moves"),
        pytest.param({"text": "a", "name": "s1:b"}, {"text": "as1:b", "name": ""}, id="looks-like-the-encoding"),
        pytest.param({"text": "", "lang": None}, {"text": "", "lang": ""}, id="none-is-not-empty"),
        pytest.param({"text": "", "lang": None}, {"text": "", "lang": "-"}, id="none-is-not-its-sign"),
    ],
)
def test_digest_keeps_fields_apart(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert digest(PostBody(salt="s", **a)) != digest(PostBody(salt="s", **b))


def test_same_content_ignores_the_salt() -> None:
    salted_again = msgspec.structs.replace(BODY, salt="ff" * 16)

    assert same_content(BODY, salted_again)
    assert not same_content(BODY, msgspec.structs.replace(salted_again, text="Hoi!"))
