"""
JSON Feed 1.1, and 1.0, which has one author instead of several. Pure.

Source: jsonfeed.org/version/1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from server.errors import BadInput
from server.sources import fields
from server.sources.contract import PictureRef
from server.sources.feed.items import (
    MAX_ALT_CHARS,
    MAX_ITEMS,
    MAX_NAME_CHARS,
    MAX_PICTURES,
    MAX_TAGS,
    MAX_TITLE_CHARS,
    Feed,
    Item,
    as_html,
    language,
    moment,
    person,
    pictures_in,
    web_address,
)
from server.sources.feed.markup import text_of

_VERSION = "https://jsonfeed.org/version/1"


def read_json(data: bytes, *, address: str, charset: str = "") -> Feed:
    """
    The feed in *data*.

    Args:
        address: Where it was found: links may be relative.
        charset: As the answer's content type says.

    Raises:
        BadInput: It is no JSON Feed; `field` says where.
    """
    try:
        told = json.loads(text_of(data, charset=charset))
    except (ValueError, RecursionError) as ex:
        raise BadInput(f"This is not JSON: {ex}. Was it cut short?", code="not-a-feed") from ex
    feed = fields.record_if_any(told)
    version, items = _string(feed.get("version")), feed.get("items")
    if not version.startswith(_VERSION) or not isinstance(items, list):
        raise BadInput(
            f"This is JSON, but no JSON Feed: it has no list of items, or no version as {_VERSION}.1.",
            code="not-a-feed",
            field="$.items" if version.startswith(_VERSION) else "$.version",
        )
    return Feed(
        title=_string(feed.get("title")).strip()[:MAX_NAME_CHARS],
        icon=web_address(_string(feed.get("icon")) or _string(feed.get("favicon")), address),
        items=tuple(_item(item, f"$.items[{at}]", feed, address) for at, item in enumerate(items[:MAX_ITEMS])),
    )


def _item(told: object, field: str, feed: fields.Record, base: str) -> Item | BadInput:
    if not isinstance(told, dict):
        return BadInput(f"{field} must be a record.", code="unreadable", field=field)
    item: fields.Record = told
    link = web_address(_string(item.get("url")), base) or web_address(_string(item.get("external_url")), base)
    content = _string(item.get("content_html")) or as_html(_string(item.get("content_text")))
    author = _author(item) or _author(feed)
    return Item(
        guid=_string(item.get("id")),
        link=link,
        title=_string(item.get("title")).strip()[:MAX_TITLE_CHARS],
        summary=as_html(_string(item.get("summary"))),
        content=content,
        author=person(_string(author.get("name"))),
        author_uri=web_address(_string(author.get("url")), base),
        avatar=web_address(_string(author.get("avatar")), base),
        published=moment(_string(item.get("date_published"))),
        lang=language(_string(item.get("language")) or _string(feed.get("language"))),
        tags=tuple(_tags(item.get("tags"))),
        pictures=tuple(_pictures(item, content, base))[:MAX_PICTURES],
    )


def _author(record: fields.Record) -> fields.Record:
    authors = record.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else record.get("author")
    return fields.record_if_any(first)


def _pictures(item: fields.Record, content: str, base: str) -> Iterator[PictureRef]:
    attachments = item.get("attachments")
    seen = set()
    for told in fields.list_if_any(attachments)[:MAX_TAGS]:
        attachment = fields.record_if_any(told)
        url = web_address(_string(attachment.get("url")), base)
        if url and _string(attachment.get("mime_type")).startswith("image/"):
            seen.add(url)
            yield PictureRef(url=url, alt=_string(attachment.get("title")).strip()[:MAX_ALT_CHARS])
    image = web_address(_string(item.get("image")), base)
    if image and image not in seen:
        seen.add(image)
        yield PictureRef(url=image)
    if not seen:
        yield from pictures_in(content, base)


def _tags(told: object) -> Iterator[str]:
    for tag in fields.list_if_any(told)[:MAX_TAGS]:
        if bare := _string(tag).strip().lstrip("#")[:MAX_NAME_CHARS]:
            yield bare


def _string(value: object) -> str:
    """A text; a number too, since many feeds number their items. Lone surrogates become question marks."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**40 else ""
    return fields.text(value)
