"""
X's JSON becomes our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

A search, a lookup and a line of the stream have one shape: posts, what they refer to beside them, and what could not
be given. Only what a wall needs is read; unknown fields mean nothing.

Source: docs.x.com/x-api/fundamentals/ (data-dictionary, edit-posts, response-codes-and-errors,
handling-disconnections).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NoReturn

import msgspec

from server.errors import BadInput
from server.sources.contract import AuthorGone, Delete, NetworkPost, PictureRef
from server.sources.tags import fold_tag, tags_in
from server.sources.x.budget import Read

MAX_ADDRESS_CHARS = 2048
MAX_NAME_CHARS = 500
MAX_PICTURES = 8
MAX_TAGS = 64
MAX_ALT_CHARS = 5000
MAX_TOKEN_CHARS = 500
MAX_VERSIONS = 20
"""X allows five edits; whatever a list holds beyond this is not read."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_ID_MS = 1_288_834_974_657
_ID = re.compile(r"[0-9]{1,20}")
_USERNAME = re.compile(r"[A-Za-z0-9_]{1,50}")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_NO_LANG = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})
_OLD_LANG = {"iw": "he", "in": "id", "ji": "yi"}
_SHORT_LINK = re.compile(r"https?://t\.co/\w+")
_PAGE = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?:i/web|\w+)/status(?:es)?/([0-9]{1,20})(?:[/?#]\S*)?",
    re.IGNORECASE | re.ASCII,
)
_OWN_PICTURE = re.compile(r"https://(?:x|twitter)\.com/\w+/status/\d+/(?:photo|video)/\d+")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""The three signs that X writes so; the last one last, so that `&amp;lt;` stays what its author wrote."""

_GONE = frozenset({"resource-not-found", "not-authorized-for-resource", "disallowed-resource"})

Record = dict[str, object]


class Why(StrEnum):
    """Why a post does not go on: no fault of anybody."""

    REPOST = "repost"
    OTHER_TAG = "other-tag"
    PROTECTED = "protected"
    WITHHELD = "withheld"
    SUPERSEDED = "superseded"


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """
    A post that is left alone.

    Args:
        newest: The last version of it.
    """

    why: Why
    id: str
    newest: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """
    What X says it could not give, or why it says no.

    Args:
        kind: The last part of its type, as `resource-not-found`.
        about: What it is about: `tweet`, `user`.
        parameter: Which part of the question, as `ids` or `author_id`.
    """

    kind: str = ""
    title: str = ""
    about: str = ""
    id: str = ""
    parameter: str = ""
    issue: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """
    A search, a lookup, or a line of the stream.

    Args:
        posts: As JSON, in X's order.
        users, media: What the posts refer to, by id and key.
        newest: The id from which to search on; None when there were no posts.
        next_token: There is more, and this asks for it.
        read: What X will charge for.
    """

    posts: tuple[object, ...]
    users: Mapping[str, Record]
    media: Mapping[str, Record]
    problems: tuple[Problem, ...]
    newest: str | None
    next_token: str | None
    read: Read


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of the stream, as X keeps it."""

    id: str
    value: str


def decode_json(data: str | bytes) -> object:
    """
    JSON as Python values.

    Raises:
        BadInput: It is not JSON, or a number or nesting is beyond reason.
    """
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as ex:
        raise BadInput("The answer is not JSON.", code="not-json") from ex


def parse_answer(answer: object) -> Answer:
    """
    Raises:
        BadInput: It is no record.
    """
    found = _record(answer, "$")
    data = found.get("data")
    posts = tuple(data) if isinstance(data, list) else () if data is None else (data,)
    includes, meta = _record_if_any(found.get("includes")), _record_if_any(found.get("meta"))
    users = _by(includes.get("users"), "id")
    media = _by(includes.get("media"), "media_key")
    token = _string(meta.get("next_token"))
    return Answer(
        posts=posts,
        users=users,
        media=media,
        problems=parse_problems(found),
        newest=_id_if_any(meta.get("newest_id")),
        next_token=token if 0 < len(token) <= MAX_TOKEN_CHARS and token.isprintable() else None,
        read=Read(posts=frozenset(map(_paid_id, posts)), authors=frozenset(users), pictures=frozenset(media)),
    )


def parse_problems(answer: object) -> tuple[Problem, ...]:
    """What an answer complains of: in its list of errors, or by being an error itself. Empty where it does not."""
    found = _record_if_any(answer)
    listed = found.get("errors")
    errors = listed if isinstance(listed, list) and listed else [found] if "type" in found or "title" in found else []
    return tuple(map(_problem, errors))


def parse_rules(answer: object) -> tuple[Rule, ...]:
    """
    The rules that the stream has.

    Raises:
        BadInput: A rule has no id.
    """
    listed = _record(answer, "$").get("data")
    rules = (_record(each, "$.data") for each in (listed if isinstance(listed, list) else ()))
    return tuple(Rule(id=_id(each, "id", "$.data.id"), value=_string(each.get("value"))) for each in rules)


def post_id(post: object) -> str:
    """
    The id of a post.

    Raises:
        BadInput: It has none.
    """
    return _id(_record(post, "$.data"), "id", "$.data.id")


def versions(post: object) -> tuple[str, ...]:
    """The ids of all versions of a post, oldest first: each edit is a post of its own. At least its own id."""
    found = _record(post, "$.data")
    listed = found.get("edit_history_tweet_ids")
    ids = [id_ for each in (listed if isinstance(listed, list) else ())[:MAX_VERSIONS] if (id_ := _id_if_any(each))]
    own = _id(found, "id", "$.data.id")
    return tuple(dict.fromkeys(ids if own in ids else [*ids, own]))


def parse_post(post: object, answer: Answer, *, tags: frozenset[str], now_us: int) -> NetworkPost | Dropped:
    """
    A post, or why it is left alone.

    Args:
        post: One of *answer*'s.
        tags: Folded; a post must carry one of them. Empty: any post will do.
        now_us: UTC microseconds since 1970; nothing was written later.

    Raises:
        BadInput: Something that a wall needs is missing or of another kind; `field` says what.
    """
    found = _record(post, "$.data")
    id_, every = post_id(found), versions(found)
    references = dict(_references(found))
    author_id = _id(found, "author_id", "$.data.author_id")
    author = answer.users.get(author_id)
    if author is None:
        _bad("$.includes.users", f"The author of post {id_} is not there.")
    if why := _why_not(found, author, references, every):
        return Dropped(why=why, id=id_, newest=every[-1])
    text = _text(found)
    names = tuple(_tag_names(found)) or tags_in(text)[:MAX_TAGS]
    if tags and tags.isdisjoint(map(fold_tag, names)):
        return Dropped(why=Why.OTHER_TAG, id=id_, newest=every[-1])
    username = _string(author.get("username"))
    if not _USERNAME.fullmatch(username):
        _bad("$.includes.users.username", "An author must have a username.")
    created = min(_moment(found.get("created_at"), "$.data.created_at"), now_us)
    return NetworkPost(
        native_id=id_,
        uri=uri_of(id_),
        permalink=uri_of(id_),  # Without the name: a report prints addresses of posts also where it names nobody.
        author_id=author_uri(author_id),
        name=_string(author.get("name"))[:MAX_NAME_CHARS] or username,
        handle=f"@{username}",
        avatar_url=_avatar(author),
        text=text,
        lang=_lang(found.get("lang")),
        sensitive=found.get("possibly_sensitive") is True,
        reply="replied_to" in references,
        reply_to=references.get("replied_to"),
        created=created,
        edited=created if len(every) > 1 else None,
        media=tuple(_pictures(found, answer.media))[:MAX_PICTURES],
        tags=names,
    )


def written_us(id_: str) -> int:
    """When the post with this id was made, UTC microseconds since 1970: ids count milliseconds, as of November 2010."""
    return ((int(id_) >> 22) + _FIRST_ID_MS) * 1000


def uri_of(id_: str) -> str:
    """The address of a post that stays the same when its author takes another name."""
    return f"https://x.com/i/status/{id_}"


def id_in(address: str) -> str | None:
    """The id of the post whose page has *address*; None when it is no page of X."""
    page = _PAGE.fullmatch(address.strip())
    return page[1] if page else None


def author_uri(id_: str) -> str:
    """The same for an author."""
    return f"https://x.com/i/user/{id_}"


def delete(id_: str) -> Delete:
    """The end of a post."""
    return Delete(native_id=id_, uri=uri_of(id_))


def end_of(problem: Problem, asked: frozenset[str]) -> Delete | AuthorGone | None:
    """
    What *problem* says about posts that were *asked* for; None where it leaves room for doubt.

    A post that is not there, or that we may not see (any more), is gone. An author who is not there or was suspended
    is gone with all their posts.
    """
    if problem.kind not in _GONE:
        return None
    if problem.about == "tweet" and problem.id in asked:
        return delete(problem.id)
    if problem.about == "user" and problem.parameter == "author_id" and _ID.fullmatch(problem.id):
        return AuthorGone(author_id=author_uri(problem.id))
    return None


def _why_not(found: Record, author: Record, references: Mapping[str, str], every: tuple[str, ...]) -> Why | None:
    if "retweeted" in references:
        return Why.REPOST
    if author.get("protected") is True:
        return Why.PROTECTED
    # In some countries only, perhaps; but a wall does not know who sees it, and shows less when in doubt.
    if found.get("withheld") or author.get("withheld"):
        return Why.WITHHELD
    return Why.SUPERSEDED if every[-1] != found.get("id") else None


def _problem(error: object) -> Problem:
    found = _record_if_any(error)
    return Problem(
        kind=_string(found.get("type")).rpartition("/")[2][:100],
        title=_string(found.get("title"))[:200],
        about=_string(found.get("resource_type"))[:100],
        id=(_string(found.get("resource_id")) or _string(found.get("value")))[:100],
        parameter=_string(found.get("parameter"))[:100],
        issue=_string(found.get("connection_issue"))[:100],
    )


def _references(found: Record) -> Iterator[tuple[str, str]]:
    listed = found.get("referenced_tweets")
    for each in listed if isinstance(listed, list) else ():
        reference = _record_if_any(each)
        if id_ := _id_if_any(reference.get("id")):
            yield _string(reference.get("type")), id_


def _parts(found: Record) -> tuple[Record, ...]:
    """What carries text and entities: a long post has them twice, the whole of it apart."""
    note = _record_if_any(found.get("note_tweet"))
    return (note, found) if _string(note.get("text")) else (found,)


def _text(found: Record) -> str:
    """The whole text, with links as their author wrote them and without those to its own pictures."""
    written = _parts(found)[0].get("text")
    if not isinstance(written, str):
        _bad("$.data.text", "A post must have text.")
    text = _string(written)
    for sign, char in _ENTITIES:
        text = text.replace(sign, char)
    links = {short: "" if own else long for short, long, own in _links(found)}
    return _SHORT_LINK.sub(lambda match: links.get(match[0], match[0]), text).rstrip()


def _links(found: Record) -> Iterator[tuple[str, str, bool]]:
    """(as it is in the text, as it was written, it is one of the post's own pictures)."""
    for part in _parts(found):
        listed = _record_if_any(part.get("entities")).get("urls")
        for each in listed if isinstance(listed, list) else ():
            link = _record_if_any(each)
            if long := _address(link.get("expanded_url")):
                own = bool(_string(link.get("media_key"))) or _OWN_PICTURE.fullmatch(long) is not None
                yield _string(link.get("url")), long, own


def _tag_names(found: Record) -> Iterator[str]:
    names = []
    for part in _parts(found):
        listed = _record_if_any(part.get("entities")).get("hashtags")
        for each in listed if isinstance(listed, list) else ():
            names.append(_string(_record_if_any(each).get("tag")).lstrip("#")[:MAX_NAME_CHARS])
    yield from [name for name in dict.fromkeys(names) if name][:MAX_TAGS]


def _pictures(found: Record, media: Mapping[str, Record]) -> Iterator[PictureRef]:
    keys = _record_if_any(found.get("attachments")).get("media_keys")
    for key in keys if isinstance(keys, list) else ():
        item = media.get(_string(key), {})
        photo = item.get("type") == "photo"
        if url := _address(item.get("url" if photo else "preview_image_url")):
            alt = _string(item.get("alt_text"))[:MAX_ALT_CHARS]
            yield PictureRef(url=url, alt=alt, width=_size(item.get("width")), height=_size(item.get("height")))


def _avatar(author: Record) -> str | None:
    """X names the one of 48 pixels; the same in 400 stands beside it."""
    url = _address(author.get("profile_image_url"))
    return None if url is None else re.sub(r"_normal(\.\w+)$", r"_400x400\1", url)


def _lang(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > 35 or value in _NO_LANG or not _LANG.fullmatch(value):
        return None
    return _OLD_LANG.get(value, value)


def _by(listed: object, key: str) -> dict[str, Record]:
    records = map(_record_if_any, listed if isinstance(listed, list) else ())
    return {name: each for each in records if (name := _string(each.get(key)))}


def _paid_id(post: object) -> str:
    return _string(_record_if_any(post).get("id"))


def _size(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000 else None


def _address(value: object) -> str | None:
    """A web address, or None: nothing else may be followed or shown as a link."""
    text = _string(value).strip()
    return text if text.startswith(("https://", "http://")) and len(text) <= MAX_ADDRESS_CHARS else None


def _moment(value: object, field: str) -> int:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (aware - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        _bad(field, "A time must be as 2026-11-21T19:40:00.000Z.")


def _id(found: Record, key: str, field: str) -> str:
    return _id_if_any(found.get(key)) or _bad(field, "An id must be a text of digits.")


def _id_if_any(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _string(value: object) -> str:
    """A text, or empty. Lone surrogates cannot be written down anywhere: they become question marks."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _record(value: object, field: str) -> Record:
    if not isinstance(value, dict):
        _bad(field, f"{field} must be a record.")
    return value


def _record_if_any(value: object) -> Record:
    return value if isinstance(value, dict) else {}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _bad(field: str, message: str) -> NoReturn:
    raise BadInput(message, code="unreadable", field=field)
