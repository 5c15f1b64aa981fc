"""The digest that a release names: the same digest means the same bytes for the hall."""

from __future__ import annotations

import hashlib

from server.symposium.values import PostBody

_Value = str | None | tuple["_Value", ...]


def digest(body: PostBody) -> str:
    """
    SHA-256, 64 hex characters, over what a hall can see of *body*, and its salt.

    That is text, name, handle, avatar, pictures with their alt texts, language, custom emojis and warning. Not the
    addresses, ids and times of the source, which are no content of the post; nor `cut` and the pictures' type and
    size, which follow from the text and the pictures. The encoding is written in full in `_encode`: it never changes,
    since journals hold digests.
    """
    return hashlib.sha256(_encode((body.salt, *_content(body)))).hexdigest()


def same_content(a: PostBody, b: PostBody) -> bool:
    """True when a hall could not tell *a* from *b*: their digests would be equal under one salt."""
    return _content(a) == _content(b)


def _content(body: PostBody) -> tuple[_Value, ...]:
    return (
        body.text,
        body.name,
        body.handle,
        body.avatar,
        tuple((picture.blob, picture.small, picture.alt) for picture in body.media),
        body.lang,
        tuple((emoji.shortcode, emoji.blob) for emoji in body.emojis),
        body.warning,
    )


def _encode(value: _Value) -> bytes:
    """
    *value* as bytes, so that no two values have the same: every string and tuple says first how long it is.

    `-` for None, `s<bytes>:<UTF-8>` for a string, `t<items>:<item>…` for a tuple.
    """
    match value:
        case None:
            return b"-"
        case str():
            encoded = value.encode("utf-8", "surrogatepass")
            return b"s%d:%b" % (len(encoded), encoded)
        case _:
            return b"t%d:%b" % (len(value), b"".join(_encode(item) for item in value))
