"""
X's JSON becomes our posts. Pure: whatever comes in, there comes out a value or `BadInput` with a field.

A search, a lookup and a line of the stream have one shape: posts, what they refer to beside them, and what could not
be given. Only what a wall needs is read; unknown fields mean nothing.

Source: docs.x.com/x-api/fundamentals/ (data-dictionary, edit-posts, response-codes-and-errors,
handling-disconnections).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from server.sources import fields
from server.sources.contract import AuthorGone, Delete, NetworkPost, PictureRef
from server.sources.tags import fold_tag, tags_in
from server.sources.x.budget import Read

MAX_NAME_CHARS = 500
MAX_PICTURES = 8
MAX_TAGS = 64
MAX_ALT_CHARS = 5000
MAX_TOKEN_CHARS = 500
MAX_VERSIONS = 20
"""X allows five edits; whatever a list holds beyond this is not read."""

_FIRST_ID_MS = 1_288_834_974_657
_ID = re.compile(r"[0-9]{1,20}")
_USERNAME = re.compile(r"[A-Za-z0-9_]{1,50}")
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
    users: Mapping[str, fields.Record]
    media: Mapping[str, fields.Record]
    problems: tuple[Problem, ...]
    newest: str | None
    next_token: str | None
    read: Read


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of the stream, as X keeps it."""

    id: str
    value: str


def parse_answer(answer: object) -> Answer:
    """
    Raises:
        BadInput: It is no record.
    """
    found = fields.record(answer, "$")
    data = found.get("data")
    posts = tuple(data) if isinstance(data, list) else () if data is None else (data,)
    includes, meta = fields.within(found, "includes"), fields.within(found, "meta")
    users = _by(includes.get("users"), "id")
    media = _by(includes.get("media"), "media_key")
    token = fields.text(meta.get("next_token"))
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
    found = fields.record_if_any(answer)
    listed = found.get("errors")
    errors = listed if isinstance(listed, list) and listed else [found] if "type" in found or "title" in found else []
    return tuple(map(_problem, errors))


def parse_rules(answer: object) -> tuple[Rule, ...]:
    """
    The rules that the stream has.

    Raises:
        BadInput: A rule has no id.
    """
    listed = fields.record(answer, "$").get("data")
    rules = (fields.record(each, "$.data") for each in fields.list_if_any(listed))
    return tuple(Rule(id=_id(each, "id", "$.data.id"), value=fields.text(each.get("value"))) for each in rules)


def post_id(post: object) -> str:
    """
    The id of a post.

    Raises:
        BadInput: It has none.
    """
    return _id(fields.record(post, "$.data"), "id", "$.data.id")


def versions(post: object) -> tuple[str, ...]:
    """The ids of all versions of a post, oldest first: each edit is a post of its own. At least its own id."""
    found = fields.record(post, "$.data")
    listed = found.get("edit_history_tweet_ids")
    ids = [id_ for each in fields.list_if_any(listed)[:MAX_VERSIONS] if (id_ := _id_if_any(each))]
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
    found = fields.record(post, "$.data")
    id_, every = post_id(found), versions(found)
    references = dict(_references(found))
    author_id = _id(found, "author_id", "$.data.author_id")
    author = answer.users.get(author_id)
    if author is None:
        fields.unreadable("$.includes.users", f"The author of post {id_} is not there.")
    if why := _why_not(found, author, references, every):
        return Dropped(why=why, id=id_, newest=every[-1])
    text = _text(found)
    names = tuple(_tag_names(found)) or tags_in(text)[:MAX_TAGS]
    if tags and tags.isdisjoint(map(fold_tag, names)):
        return Dropped(why=Why.OTHER_TAG, id=id_, newest=every[-1])
    username = fields.text(author.get("username"))
    if not _USERNAME.fullmatch(username):
        fields.unreadable("$.includes.users.username", "An author must have a username.")
    created = min(_moment(found.get("created_at"), "$.data.created_at"), now_us)
    return NetworkPost(
        native_id=id_,
        uri=uri_of(id_),
        permalink=uri_of(id_),  # Without the name: a report prints addresses of posts also where it names nobody.
        author_id=author_uri(author_id),
        name=fields.text(author.get("name"))[:MAX_NAME_CHARS] or username,
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


def _why_not(
    found: fields.Record, author: fields.Record, references: Mapping[str, str], every: tuple[str, ...]
) -> Why | None:
    if "retweeted" in references:
        return Why.REPOST
    if author.get("protected") is True:
        return Why.PROTECTED
    # In some countries only, perhaps; but a wall does not know who sees it, and shows less when in doubt.
    if found.get("withheld") or author.get("withheld"):
        return Why.WITHHELD
    return Why.SUPERSEDED if every[-1] != found.get("id") else None


def _problem(error: object) -> Problem:
    found = fields.record_if_any(error)
    return Problem(
        kind=fields.text(found.get("type")).rpartition("/")[2][:100],
        title=fields.text(found.get("title"))[:200],
        about=fields.text(found.get("resource_type"))[:100],
        id=(fields.text(found.get("resource_id")) or fields.text(found.get("value")))[:100],
        parameter=fields.text(found.get("parameter"))[:100],
        issue=fields.text(found.get("connection_issue"))[:100],
    )


def _references(found: fields.Record) -> Iterator[tuple[str, str]]:
    listed = found.get("referenced_tweets")
    for each in fields.list_if_any(listed):
        reference = fields.record_if_any(each)
        if id_ := _id_if_any(reference.get("id")):
            yield fields.text(reference.get("type")), id_


def _parts(found: fields.Record) -> tuple[fields.Record, ...]:
    """What carries text and entities: a long post has them twice, the whole of it apart."""
    note = fields.within(found, "note_tweet")
    return (note, found) if fields.text(note.get("text")) else (found,)


def _text(found: fields.Record) -> str:
    """The whole text, with links as their author wrote them and without those to its own pictures."""
    written = _parts(found)[0].get("text")
    if not isinstance(written, str):
        fields.unreadable("$.data.text", "A post must have text.")
    text = fields.text(written)
    for sign, char in _ENTITIES:
        text = text.replace(sign, char)
    links = {short: "" if own else long for short, long, own in _links(found)}
    return _SHORT_LINK.sub(lambda match: links.get(match[0], match[0]), text).rstrip()


def _links(found: fields.Record) -> Iterator[tuple[str, str, bool]]:
    """(as it is in the text, as it was written, it is one of the post's own pictures)."""
    for part in _parts(found):
        listed = fields.within(part, "entities").get("urls")
        for each in fields.list_if_any(listed):
            link = fields.record_if_any(each)
            if long := fields.address(link.get("expanded_url")):
                own = bool(fields.text(link.get("media_key"))) or _OWN_PICTURE.fullmatch(long) is not None
                yield fields.text(link.get("url")), long, own


def _tag_names(found: fields.Record) -> Iterator[str]:
    names = []
    for part in _parts(found):
        listed = fields.within(part, "entities").get("hashtags")
        for each in fields.list_if_any(listed):
            names.append(fields.text(fields.record_if_any(each).get("tag")).lstrip("#")[:MAX_NAME_CHARS])
    yield from [name for name in dict.fromkeys(names) if name][:MAX_TAGS]


def _pictures(found: fields.Record, media: Mapping[str, fields.Record]) -> Iterator[PictureRef]:
    keys = fields.within(found, "attachments").get("media_keys")
    for key in fields.list_if_any(keys):
        item = media.get(fields.text(key), {})
        photo = item.get("type") == "photo"
        if url := fields.address(item.get("url" if photo else "preview_image_url")):
            alt = fields.text(item.get("alt_text"))[:MAX_ALT_CHARS]
            yield PictureRef(
                url=url, alt=alt, width=fields.pixels(item.get("width")), height=fields.pixels(item.get("height"))
            )


def _avatar(author: fields.Record) -> str | None:
    """X names the one of 48 pixels; the same in 400 stands beside it."""
    url = fields.address(author.get("profile_image_url"))
    return None if url is None else re.sub(r"_normal(\.\w+)$", r"_400x400\1", url)


def _lang(value: object) -> str | None:
    found = fields.language(value)
    return None if found is None or found in _NO_LANG else _OLD_LANG.get(found, found)


def _by(listed: object, key: str) -> dict[str, fields.Record]:
    records = map(fields.record_if_any, fields.list_if_any(listed))
    return {name: each for each in records if (name := fields.text(each.get(key)))}


def _paid_id(post: object) -> str:
    return fields.text(fields.record_if_any(post).get("id"))


def _moment(value: object, field: str) -> int:
    moment = fields.moment(value)
    if moment is None:
        fields.unreadable(field, "A time must be as 2026-11-21T19:40:00.000Z.")
    return moment


def _id(found: fields.Record, key: str, field: str) -> str:
    return _id_if_any(found.get(key)) or fields.unreadable(field, "An id must be a text of digits.")


def _id_if_any(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
