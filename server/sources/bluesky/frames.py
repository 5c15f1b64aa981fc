"""
What Jetstream sends, on its two wires. Pure.

Everything that anybody writes on Bluesky comes by, some hundred frames a second, and one in ten thousand is ours. So
frames are only glimpsed at first: a `Sieve` holds back what is of no use. The others are read, and of their records
only the hashtags.

Source: bluesky-social/jetstream docs/README.md §5 and lexicons/network/bsky/jetstream/subscribeEvents.json.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from server.errors import BadInput
from server.sources import fields
from server.sources.tags import fold_tag

COLLECTION = "app.bsky.feed.post"

MAX_TAGS = 64
"""Of one post. The network allows eight beside those in the text, which has at most 300 graphemes."""

_MAX_REMEMBERED = 10_000
"""Hashtags that need not be folded again: 10 MB at most."""

_MAX_TAG_CHARS = 200
"""The network allows 64 graphemes."""

_DID = re.compile(r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,500}")
_RKEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
_HOST_TROUBLE = frozenset({"desynchronized", "throttled"})
"""States of an account that say something of its host, and nothing of what its author wants."""


class Wire(StrEnum):
    """The two forms in which Jetstream says the same."""

    V1 = "v1"
    V2 = "v2"


class PostKey(msgspec.Struct, frozen=True):
    """Which post: whose, and its record key."""

    did: str
    rkey: str

    @property
    def native_id(self) -> str:
        """As this source names it to the house."""
        return f"{self.did}/{self.rkey}"

    @property
    def uri(self) -> str:
        """Its identity on the network."""
        return f"at://{self.did}/{COLLECTION}/{self.rkey}"


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """
    A post was written, or written anew.

    Args:
        cid: Names this text of it.
        again: It was there already.
        tags: As written, without `#`.
    """

    key: PostKey
    cid: str
    again: bool
    tags: tuple[str, ...]


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """A post is gone."""

    key: PostKey


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """An account is deleted, deactivated, suspended or taken down: nothing of it is to be seen."""

    did: str


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """The server says why it hangs up, as `ConsumerTooSlow`."""

    error: str


What = Written | Removed | Closed | Complaint | None
"""None: something that a wall has no use for."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """
    One message of the stream.

    Args:
        time_us: When the server saw it, UTC microseconds since 1970: where to begin again. None where it does not say.
    """

    time_us: int | None
    what: What


class Sieve:
    """
    Holds back the frames that are of no use: by nobody of *authors*, without our hashtags.

    Of a frame only whose it is and its hashtags are decoded, and the rest is passed over: that takes a ninth of the
    time that decoding all takes, and less than a search of its bytes. What cannot be decoded so passes. How long this
    takes counts: it is done a hundred times a second, all day.

    Args:
        wire: How the frames are written.
        tags: Folded.
        authors: The DIDs of whom everything has to be read, since a post of theirs may be on the wall. It may change.
    """

    def __init__(self, wire: Wire, tags: frozenset[str], authors: Container[str] = frozenset()) -> None:
        self._glimpse: Callable[[bytes], _V1Glimpse | _V2Glimpse]
        self._glimpse = _V1_GLIMPSE.decode if wire is Wire.V1 else _V2_GLIMPSE.decode
        self._tags = tags
        self._authors = authors
        self._ours: dict[str, bool] = {}

    def passes(self, frame: bytes) -> bool:
        """Whether *frame* has to be read."""
        try:
            seen = self._glimpse(frame)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return True
        if seen.did in self._authors:
            return True
        inner = seen.inner
        if inner is None or (record := inner.record) is None or not (record.facets or record.tags):
            return False
        return self._has_ours(record)

    def _has_ours(self, record: _Record) -> bool:
        """Whether one of its hashtags is ours. A record that may have too many is read."""
        if len(record.facets) + len(record.tags) > MAX_TAGS:
            return True
        for facet in record.facets:
            if len(facet.features) > MAX_TAGS:
                return True
            for feature in facet.features:
                if feature.tag and self._is_ours(feature.tag):
                    return True
        return any(map(self._is_ours, record.tags))

    def _is_ours(self, tag: str) -> bool:
        known = self._ours.get(tag)
        if known is None:
            known = fold_tag(tag) in self._tags
            if len(self._ours) >= _MAX_REMEMBERED:
                self._ours.clear()
            if len(tag) <= _MAX_TAG_CHARS:
                self._ours[tag] = known
        return known


def read_frame(frame: bytes, wire: Wire) -> Frame:
    """
    What a frame says. A record that is not as it should be still has the hashtags that can be found in it.

    Raises:
        BadInput: It cannot be read, or lacks what a wall needs; `field` says what.
    """
    try:
        try:
            return _v1(_V1_AS_IT_SHOULD.decode(frame)) if wire is Wire.V1 else _v2(_V2_AS_IT_SHOULD.decode(frame))
        except msgspec.ValidationError:
            return _v1(_V1_WHATEVER.decode(frame)) if wire is Wire.V1 else _v2(_V2_WHATEVER.decode(frame))
    except msgspec.ValidationError as ex:
        fields.unreadable(str(ex).rpartition("`")[0].rpartition("`")[2] or "$", str(ex))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as ex:
        raise BadInput("The frame is not JSON.", code="not-json", field="$") from ex


def tags_of(record: object) -> tuple[str, ...]:
    """The hashtags of a post's record, decoded, as written: those in its text, then those beside it."""
    return tuple(_tags_found(record))[:MAX_TAGS]


def key_of(uri: str) -> PostKey | None:
    """Which post `at://did/app.bsky.feed.post/rkey` is; None when it is something else."""
    did, _, rkey = uri.removeprefix("at://").partition(f"/{COLLECTION}/")
    return PostKey(did, rkey) if uri.startswith("at://") and _DID.fullmatch(did) and _RKEY.fullmatch(rkey) else None


def key_named(native_id: str) -> PostKey | None:
    """The same, from the name that this source gave it."""
    did, _, rkey = native_id.partition("/")
    return PostKey(did, rkey) if _DID.fullmatch(did) and _RKEY.fullmatch(rkey) else None


# What is read of a frame. A record as it should be is read in a fifth of the time of one read whatever it is.


class _Feature(msgspec.Struct, gc=False):
    tag: str = ""


class _Facet(msgspec.Struct, gc=False):
    features: tuple[_Feature, ...] = ()


class _Record(msgspec.Struct, gc=False):
    facets: tuple[_Facet, ...] = ()
    tags: tuple[str, ...] = ()


class _Inner(msgspec.Struct, gc=False):
    record: _Record | None = None


class _V1Glimpse(msgspec.Struct, gc=False, rename={"inner": "commit"}):
    did: str
    inner: _Inner | None = None


class _V2Inner(_Inner, gc=False, kw_only=True):
    did: str


class _V2Glimpse(msgspec.Struct, gc=False, rename={"inner": "payload"}):
    inner: _V2Inner

    @property
    def did(self) -> str:
        return self.inner.did


class _Account(msgspec.Struct):
    active: bool
    status: str | None = None


class _OfCommit(msgspec.Struct):
    operation: str
    collection: str
    rkey: str
    cid: str | None = None


class _Commit(_OfCommit):
    record: _Record | None = None


class _AnyCommit(_OfCommit):
    record: object = None


class _V1(msgspec.Struct):
    did: str
    time_us: int
    kind: str
    commit: _Commit | None = None
    account: _Account | None = None


class _AnyV1(msgspec.Struct):
    did: str
    time_us: int
    kind: str
    commit: _AnyCommit | None = None
    account: _Account | None = None


class _OfPayload(msgspec.Struct, rename={"kind": "$type", "witnessed_at": "witnessedAt"}):
    kind: str = ""
    did: str = ""
    time: datetime | None = None
    witnessed_at: datetime | None = None
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    cid: str | None = None
    account: _Account | None = None


class _Payload(_OfPayload):
    record: _Record | None = None


class _AnyPayload(_OfPayload):
    record: object = None


class _V2(msgspec.Struct, rename={"kind": "$type"}):
    kind: str
    payload: _Payload | None = None
    error: str = ""


class _AnyV2(msgspec.Struct, rename={"kind": "$type"}):
    kind: str
    payload: _AnyPayload | None = None
    error: str = ""


_V1_GLIMPSE = msgspec.json.Decoder(_V1Glimpse)
_V2_GLIMPSE = msgspec.json.Decoder(_V2Glimpse)
_V1_AS_IT_SHOULD = msgspec.json.Decoder(_V1)
_V1_WHATEVER = msgspec.json.Decoder(_AnyV1)
_V2_AS_IT_SHOULD = msgspec.json.Decoder(_V2)
_V2_WHATEVER = msgspec.json.Decoder(_AnyV2)


def _v1(found: _V1 | _AnyV1) -> Frame:
    what: What = None
    if found.kind == "commit":
        if found.commit is None:
            fields.unreadable("$.commit", "A commit must have one.")
        what = _commit(found.did, found.commit)
    elif found.kind == "account":
        what = _account(found.did, found.account, "$.account")
    return Frame(time_us=found.time_us, what=what)


def _v2(found: _V2 | _AnyV2) -> Frame:
    if found.kind == "error":
        return Frame(time_us=None, what=Complaint(error=found.error[:100]))
    payload = found.payload
    if payload is None:
        fields.unreadable("$.payload", "A message must have a payload.")
    moment = payload.witnessed_at or payload.time
    what: What = None
    match payload.kind.rpartition("#")[2]:
        case "commit":
            what = _commit(payload.did, payload)
        case "account":
            what = _account(payload.did, payload.account, "$.payload.account")
    return Frame(time_us=None if moment is None else fields.microseconds(moment), what=what)


def _commit(did: str, commit: _Commit | _AnyCommit | _Payload | _AnyPayload) -> What:
    if commit.collection != COLLECTION:
        return None
    if not _DID.fullmatch(did) or not _RKEY.fullmatch(commit.rkey):
        fields.unreadable("$.did", "A post must say whose it is, and have a key.")
    key = PostKey(did, commit.rkey)
    match commit.operation:
        case "create" | "update":
            again = commit.operation == "update"
            return Written(key=key, cid=commit.cid or "", again=again, tags=_tags(commit.record))
        case "delete":
            return Removed(key=key)
        case _:
            return None


def _account(did: str, account: _Account | None, field: str) -> Closed | None:
    if account is None or not _DID.fullmatch(did):
        fields.unreadable(field, "An account must say whose it is, and how it is.")
    return None if account.active or account.status in _HOST_TROUBLE else Closed(did=did)


def _tags(record: object) -> tuple[str, ...]:
    if not isinstance(record, _Record):
        return tags_of(record)
    of_text = (feature.tag for facet in record.facets for feature in facet.features if feature.tag)
    return (*of_text, *(tag for tag in record.tags if tag))[:MAX_TAGS]


def _tags_found(record: object) -> Iterator[str]:
    found = record if isinstance(record, dict) else {}
    for facet in fields.list_if_any(found.get("facets")):
        for feature in fields.list_if_any(facet.get("features")) if isinstance(facet, dict) else ():
            tag = feature.get("tag") if isinstance(feature, dict) else None
            if isinstance(tag, str) and tag:
                yield tag
    for tag in fields.list_if_any(found.get("tags")):
        if isinstance(tag, str) and tag:
            yield tag
