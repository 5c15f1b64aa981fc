from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.bluesky import frames
from server.sources.bluesky.frames import (
    Closed,
    Complaint,
    Frame,
    PostKey,
    Removed,
    Sieve,
    Wire,
    Written,
    key_named,
    key_of,
    read_frame,
)
from server.sources.tags import fold_tag

FIXTURES = Path(__file__).with_name("fixtures")
DID = "did:plc:abcd1234efgh5678ijkl9012"
KEY = PostKey(DID, "3mzzzzzzzyc2a")
TAGS = frozenset({"democonf", "cafe2026"})
AT_1940 = 1_795_290_000_000_000
"""2026-11-21T19:40:00Z."""


def _lines(name: str) -> list[bytes]:
    return (FIXTURES / name).read_bytes().splitlines()


def _commit(record: object, **changes: Any) -> dict[str, Any]:
    commit = {"rev": "3mzzzzzzzzz2a", "operation": "create", "collection": frames.COLLECTION, "rkey": KEY.rkey}
    return {
        "did": DID,
        "time_us": AT_1940,
        "kind": "commit",
        "commit": {**commit, "record": record, "cid": "bafy1"} | changes,
    }


def _tagged(tag: object) -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
    return {"text": "Hallo", "facets": [{"index": {"byteStart": 0, "byteEnd": 5}, "features": [feature]}]}


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _tags(frame: Frame) -> tuple[str, ...]:
    assert isinstance(frame.what, Written)
    return frame.what.tags


# Both wires


def test_frames_of_version_1() -> None:
    assert [read_frame(line, Wire.V1) for line in _lines("v1_frames.jsonl")] == [
        Frame(
            time_us=AT_1940 + 123_456,
            what=Written(key=KEY, cid="bafyreiapost", again=False, tags=("DemoConf",)),
        ),
        Frame(time_us=AT_1940 + 55_000_000, what=Removed(key=KEY)),
        Frame(time_us=AT_1940 + 60_000_000, what=Closed(did=DID)),
        Frame(time_us=AT_1940 + 61_000_000, what=None),
    ]


def test_frames_of_version_2() -> None:
    assert [read_frame(line, Wire.V2) for line in _lines("v2_frames.jsonl")] == [
        Frame(
            time_us=AT_1940 + 123_456,
            what=Written(key=KEY, cid="bafyreiapost", again=False, tags=("DemoConf",)),
        ),
        Frame(time_us=AT_1940 + 55_000_000, what=Removed(key=KEY)),
        Frame(time_us=AT_1940 + 60_000_000, what=Closed(did=DID)),
        Frame(time_us=None, what=None),
        Frame(time_us=None, what=Complaint(error="ConsumerTooSlow")),
    ]


def test_update_is_written_again() -> None:
    frame = read_frame(_compact(_commit(_tagged("x"), operation="update")), Wire.V1)

    assert frame.what == Written(key=KEY, cid="bafy1", again=True, tags=("x",))


def test_other_collections_and_unknown_operations_mean_nothing() -> None:
    like = _commit(_tagged("DemoConf"), collection="app.bsky.feed.like")
    strange = _commit(_tagged("DemoConf"), operation="fold")

    assert [read_frame(_compact(each), Wire.V1).what for each in (like, strange)] == [None, None]


@pytest.mark.parametrize(
    ("active", "status", "gone"),
    [
        *((False, status, True) for status in ("deleted", "takendown", "suspended", "deactivated", "new-word", None)),
        *((False, status, False) for status in ("desynchronized", "throttled")),
        (True, None, False),
        (True, "throttled", False),
    ],
)
def test_account_that_is_closed_is_gone_and_one_whose_host_is_in_trouble_is_not(
    active: bool, status: str | None, gone: bool
) -> None:
    account = {"did": DID, "time_us": AT_1940, "kind": "account", "account": {"active": active, "status": status}}

    assert read_frame(_compact(account), Wire.V1).what == (Closed(did=DID) if gone else None)


@pytest.mark.parametrize(
    ("record", "tags"),
    [
        pytest.param({"tags": ["a", 5, "b"]}, ("a", "b"), id="a-number-among-tags"),
        pytest.param({"tags": "DemoConf"}, (), id="tags-are-no-list"),
        pytest.param({"facets": 5, "tags": ["a"]}, ("a",), id="facets-are-no-list"),
        pytest.param({"facets": [5, *_tagged("a")["facets"]]}, ("a",), id="a-facet-is-no-record"),
        pytest.param({"facets": [{"features": [None, {"tag": 5}, {"tag": "a"}]}]}, ("a",), id="a-tag-is-no-text"),
        pytest.param(5, (), id="no-record-at-all"),
        pytest.param({"tags": ["x"] * 1000}, ("x",) * 64, id="many"),
    ],
)
def test_record_that_is_not_as_it_should_be_still_has_its_tags(record: object, tags: tuple[str, ...]) -> None:
    frame = _commit(record)
    payload = {"$type": "network.bsky.jetstream.subscribeEvents#commit", "did": DID, **frame["commit"]}

    assert _tags(read_frame(_compact(frame), Wire.V1)) == tags
    assert _tags(read_frame(_compact({"$type": "message", "payload": payload}), Wire.V2)) == tags


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        pytest.param(b"", "$", id="empty"),
        pytest.param(b"<html>", "$", id="html"),
        pytest.param(b"\xff\xfe", "$", id="not-utf-8"),
        pytest.param(b'{"x":' * 100_000, "$", id="deep"),
        pytest.param(b'{"kind":"commit","time_us":1}', "did", id="no-did"),
        pytest.param(b'{"kind":"identity","time_us":"1","did":"x"}', "$.time_us", id="time-is-a-text"),
        pytest.param(_compact(_commit(None) | {"commit": None}), "$.commit", id="no-commit"),
        pytest.param(_compact(_commit(None) | {"did": "anna"}), "$.did", id="no-such-did"),
        pytest.param(_compact(_commit(None, rkey="a/b")), "$.did", id="no-such-key"),
        pytest.param(_compact({"did": DID, "time_us": 1, "kind": "account"}), "$.account", id="no-account"),
    ],
)
def test_frame_that_cannot_be_read_says_which_part(frame: bytes, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_frame(frame, Wire.V1)

    assert caught.value.field == field


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(["commit", "create", DID]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = ["did", "time_us", "kind", "commit", "account", "operation", "collection", "rkey", "cid", "record"]
_FIELDS += ["facets", "features", "tag", "tags", "active", "status", "$type", "payload", "time", "witnessedAt", "error"]


@given(st.recursive(_JSON, lambda inner: st.dictionaries(st.sampled_from(_FIELDS), inner, max_size=6), max_leaves=8))
def test_any_json_is_a_frame_or_bad_input(value: object) -> None:
    for wire in Wire:
        try:
            assert isinstance(read_frame(_compact(value), wire), Frame)
        except BadInput as ex:
            assert ex.field  # noqa: PT017 -- Both are fine; this is what else must be true.


@given(st.binary(max_size=200), st.integers(0, 300), st.sampled_from(list(Wire)))
def test_any_bytes_are_a_frame_or_bad_input(garbage: bytes, at: int, wire: Wire) -> None:
    line = _lines(f"{wire}_frames.jsonl")[0]
    for data in (garbage, line[:at] + garbage + line[at:], line[:at]):
        Sieve(wire, TAGS).passes(data)
        try:
            assert isinstance(read_frame(data, wire), Frame)
        except BadInput as ex:
            assert ex.field  # noqa: PT017 -- Both are fine; this is what else must be true.


# The sieve


VARIANTS = [
    "DemoConf",
    "democonf",
    "DÉMOCONF",
    "de\u0301moconf",
    "ＤｅｍｏＣｏｎｆ",
    "Demo-Conf",
    "#demoConf",
    "Café2026",
    "𝐝𝐞𝐦𝐨conf",
]
"""Of what a hall listens to, as people write it."""

OTHERS = ["art", "democon", "demo", "démo", "2026", "]", '"', "\\", "a]", '","', "", "東京", "x" * 70]


class _Writer:
    """JSON, written in any of the ways that mean the same."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._escapes = rng.choice([0.0, 0.0, 0.1, 1.0])
        self._spaces = rng.choice(["", "", " ", "\n\t "])

    def write(self, value: object) -> str:
        if isinstance(value, dict):
            items = list(value.items())
            self._rng.shuffle(items)
            return (
                "{"
                + self._joined([f"{self._text(key)}{self._space()}:{self.write(each)}" for key, each in items])
                + "}"
            )
        if isinstance(value, list):
            return "[" + self._joined([self.write(each) for each in value]) + "]"
        return self._text(value) if isinstance(value, str) else self._space() + json.dumps(value)

    def _joined(self, parts: list[str]) -> str:
        return ",".join(self._space() + part + self._space() for part in parts)

    def _space(self) -> str:
        return self._rng.choice(["", self._spaces])

    def _text(self, text: str) -> str:
        return f'{self._space()}"{"".join(map(self._character, text))}"'

    def _character(self, character: str) -> str:
        if self._rng.random() >= self._escapes:
            return json.dumps(character, ensure_ascii=False)[1:-1]
        units = character.encode("utf-16-be").hex()
        return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


_WORDS = st.sampled_from(VARIANTS + OTHERS) | st.text(max_size=4)
_FRAMES = st.builds(
    lambda operation, facets, tags, text, extra: _commit(
        {
            "text": text,
            "facets": [{"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": tag}]} for tag in facets],
            "tags": tags,
            "embed": extra,
        },
        operation=operation,
    ),
    st.sampled_from(["create", "create", "create", "update", "delete"]),
    st.lists(_WORDS, max_size=3),
    st.lists(_WORDS, max_size=3) | st.none() | _WORDS,
    _WORDS | st.sampled_from(['said "tag":"x"', '"tags":["', '"update"', "\n"]),
    st.none() | st.fixed_dictionaries({"record": st.just({"did": "did:plc:else"}), "tag": _WORDS}),
)


def _matters(frame: Frame, authors: frozenset[str]) -> bool:
    """By full decoding: a post with one of our hashtags, or anything of somebody of whom we have posts."""
    if isinstance(frame.what, Written) and not TAGS.isdisjoint(map(fold_tag, frame.what.tags)):
        return True
    return frame.what is not None and DID in authors


def _on_both_wires(frame: dict[str, Any]) -> list[tuple[Wire, dict[str, Any]]]:
    payload = {"$type": "network.bsky.jetstream.subscribeEvents#commit", "did": DID, **frame["commit"]}
    return [(Wire.V1, frame), (Wire.V2, {"$type": "message", "payload": payload})]


@given(_FRAMES, st.integers(0, 2**32).map(random.Random), st.sampled_from([frozenset[str](), frozenset({DID})]))
def test_sieve_never_holds_back_what_matters(
    frame: dict[str, Any], rng: random.Random, authors: frozenset[str]
) -> None:
    for wire, value in _on_both_wires(frame):
        for data in (_compact(value), _Writer(rng).write(value).encode()):
            assert Sieve(wire, TAGS, authors).passes(data) or not _matters(read_frame(data, wire), authors)


@given(st.recursive(_JSON, lambda inner: st.dictionaries(st.sampled_from(_FIELDS), inner, max_size=6), max_leaves=8))
def test_sieve_lets_everything_pass_that_is_read_as_ours_whatever_its_form(record: Any) -> None:
    for wire, value in _on_both_wires(_commit({"text": "x", "facets": record, "tags": ["DemoConf"]})):
        data = _compact(value)
        assert Sieve(wire, TAGS).passes(data) or not _matters(read_frame(data, wire), frozenset())


@pytest.mark.parametrize(("name", "wire"), [("v1_frames.jsonl", Wire.V1), ("v2_frames.jsonl", Wire.V2)])
def test_sieve_lets_all_pass_that_happens_to_somebody_of_whom_we_have_posts(name: str, wire: Wire) -> None:
    lines = [line for line in _lines(name) if b'"did"' in line]

    assert all(map(Sieve(wire, frozenset(), {DID}).passes, lines))
    assert not any(map(Sieve(wire, frozenset(), {"did:plc:somebodyelse"}).passes, lines))


@pytest.mark.parametrize("wire", Wire)
def test_sieve_lets_pass_what_it_cannot_decode(wire: Wire) -> None:
    passes = Sieve(wire, TAGS).passes

    assert all(map(passes, [b"", b"x", b"[]", b"{}", b'"', b"\xff", b"[" * 100_000, b'{"did":5}', b'{"payload":null}']))


def test_sieve_is_not_misled_by_whom_a_text_mentions() -> None:
    mention = {"features": [{"did": "did:plc:somebodyelse"}]}
    frame = {"commit": _commit({"text": "@ander", "facets": [mention]})["commit"], "did": DID}

    assert Sieve(Wire.V1, TAGS, {DID}).passes(_compact(frame))
    assert not Sieve(Wire.V1, TAGS, {"did:plc:somebodyelse"}).passes(_compact(frame))


@pytest.mark.parametrize("tag", VARIANTS)
@pytest.mark.parametrize("escaped", [False, True])
def test_sieve_lets_every_way_to_write_a_hashtag_pass(tag: str, escaped: bool) -> None:
    """The negative control is a filter that looks for the word itself in the bytes: it misses seven of nine."""
    for record in (_tagged(tag), {"text": "Hallo", "tags": ["art", tag]}):
        for wire, frame in _on_both_wires(_commit(record)):
            data = json.dumps(frame, ensure_ascii=escaped, separators=(",", ":")).encode()
            assert Sieve(wire, TAGS).passes(data)
            assert _matters(read_frame(data, wire), frozenset())
    naive = sum(any(ours.encode() in each.lower().encode() for ours in TAGS) for each in VARIANTS)
    assert naive < len(VARIANTS)


def _look_at_all_variants() -> None:
    for tag in VARIANTS:
        for escaped in (False, True):
            test_sieve_lets_every_way_to_write_a_hashtag_pass(tag, escaped)


@pytest.mark.parametrize(
    ("part", "with_what"),
    [
        pytest.param("_is_ours", lambda sieve, tag: tag.lower() in {"democonf", "cafe2026"}, id="no-folding"),
        pytest.param("_has_ours", lambda sieve, record: bool(record.facets), id="no-tags-beside-the-text"),
        pytest.param("passes", lambda sieve, frame: b"emo" in frame.lower(), id="the-word-in-the-bytes"),
    ],
)
def test_sieve_with_a_hole_is_found(monkeypatch: pytest.MonkeyPatch, part: str, with_what: Any) -> None:
    """The negative control of the tests above."""
    monkeypatch.setattr(Sieve, part, with_what)

    with pytest.raises(AssertionError):
        _look_at_all_variants()


@pytest.mark.parametrize(
    "record",
    [
        {"text": "Zonder"},
        {"text": 'Regel\nen "aanhaling" en #DemoConf zonder meer'},
        {"text": "Met de letters van een veld", "embed": {"tag": "DemoConf", "tags": ["DemoConf"]}},
        _tagged("art"),
        {"text": "Ander", "tags": ["art", "東京"]},
        {"text": "Leeg", "tags": []},
    ],
)
def test_sieve_holds_back_what_is_of_no_use(record: dict[str, Any]) -> None:
    for wire, frame in _on_both_wires(_commit(record)):
        assert not Sieve(wire, TAGS).passes(_compact(frame))


def test_sieve_forgets_hashtags_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_MAX_REMEMBERED", 3)
    sieve = Sieve(Wire.V1, TAGS)

    passed = [
        tag
        for tag in ("a", "b", "c", "DemoConf", "d", "e", "democonf")
        if sieve.passes(_compact(_commit(_tagged(tag))))
    ]

    assert passed == ["DemoConf", "democonf"]
    assert len(sieve._ours) <= 3


def test_sieve_forgets_hashtags_that_are_longer_than_any() -> None:
    sieve = Sieve(Wire.V1, TAGS)

    assert not sieve.passes(_compact(_commit(_tagged("x" * 100_000))))
    assert sieve.passes(_compact(_commit(_tagged("DemoConf" + "-" * 100_000))))
    assert sieve._ours == {}


@pytest.mark.parametrize(
    "record",
    [
        {"facets": [{"features": [{"tag": "x"}]}] * 10_000},
        {"facets": [{"features": [{"tag": "x"}] * 10_000}]},
        {"tags": ["x"] * 10_000},
    ],
    ids=["facets", "features", "tags"],
)
def test_sieve_does_not_dwell_on_a_frame_that_is_full_of_hashtags(
    record: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond what anybody writes it is read, which takes time in proportion to its length."""
    looks: list[str] = []
    monkeypatch.setattr(Sieve, "_is_ours", lambda _, tag: looks.append(tag))

    assert Sieve(Wire.V1, TAGS).passes(_compact(_commit({"text": "x"} | record)))
    assert len(looks) <= frames.MAX_TAGS


# Names


@pytest.mark.parametrize(
    "text", ["", "at://", f"at://{DID}/app.bsky.feed.like/3k", f"at://{DID}/app.bsky.feed.post/a b", "x"]
)
def test_uri_of_something_else_is_no_post(text: str) -> None:
    assert key_of(text) is None
    assert key_named(text) is None


def test_names_of_a_post_lead_back_to_it() -> None:
    assert KEY.uri == f"at://{DID}/app.bsky.feed.post/3mzzzzzzzyc2a"
    assert [key_of(KEY.uri), key_named(KEY.native_id)] == [KEY, KEY]
