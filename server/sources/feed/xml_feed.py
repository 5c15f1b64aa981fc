"""
RSS 2.0 (with 0.9x and 1.0 as far as they agree) and Atom 1.0. Pure.

Source: RSS 2.0 (rssboard.org/rss-specification); Media RSS (rssboard.org/media-rss); RFC 4287; RSS 1.0 modules content
and Dublin Core.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element, tostring

from server.errors import BadInput
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
    size,
    web_address,
)
from server.sources.html import html_to_text

_LANG = "xml:lang"
_BASE = "xml:base"


def read_xml(root: Element, *, address: str) -> Feed:
    """
    The feed that *root* (`markup.read_tree`) is.

    Args:
        address: Where it was found: links may be relative.

    Raises:
        BadInput: It is XML, but no feed.
    """
    channel = root.find("channel")
    match root.tag:
        case "rss" | "rdf.RDF" if channel is not None:
            return _rss(channel, [*channel.findall("item"), *root.findall("item")], web_address(".", address))
        case "atom.feed":
            return _atom(root, web_address(root.get(_BASE, ""), address) or address)
        case "html":
            raise BadInput("This is a web page, not a feed.", code="web-page")
        case name:
            what = f"it begins with <{name[:40]}>"
            raise BadInput(f"This is XML, but neither RSS nor Atom: {what}.", code="not-a-feed", field=f"/{name[:40]}")


def _rss(channel: Element, items: list[Element], base: str) -> Feed:
    base = web_address(_text(channel, "link"), base) or base
    lang = language(_text(channel, "language") or _text(channel, "dc.language"))
    return Feed(
        title=html_to_text(_text(channel, "title")[:MAX_TITLE_CHARS])[:MAX_NAME_CHARS],
        icon=web_address(_text(channel, "image/url"), base),
        ttl_s=_minutes(_text(channel, "ttl")),
        generator=_text(channel, "generator")[:MAX_NAME_CHARS],
        items=tuple(_rss_item(item, base, lang) for item in items[:MAX_ITEMS]),
    )


def _rss_item(item: Element, base: str, lang: str | None) -> Item:
    guid = item.find("guid")
    is_link = guid is not None and guid.get("isPermaLink", "true").strip().lower() != "false"
    summary = _text(item, "description") or as_html(_text(item, "media.description"))
    content = _text(item, "content.encoded")
    return Item(
        guid=_text(item, "guid"),
        link=web_address(_text(item, "link"), base) or (web_address(_text(item, "guid"), "") if is_link else ""),
        title=html_to_text(_text(item, "title")[:MAX_TITLE_CHARS]),
        summary=summary,
        content=content,
        author=person(_text(item, "dc.creator") or _text(item, "author")),
        published=moment(_text(item, "pubDate") or _text(item, "dc.date")),
        lang=language(item.get(_LANG) or _text(item, "dc.language")) or lang,
        tags=_tags(category.text for category in item.iterfind("category")),
        pictures=_pictures(item, content or summary, base),
        sensitive=_is_sensitive(item),
    )


def _atom(root: Element, base: str) -> Feed:
    lang = root.get(_LANG)
    author = root.find("atom.author")
    return Feed(
        title=_plain(root.find("atom.title"))[:MAX_NAME_CHARS],
        icon=web_address(_text(root, "atom.icon") or _text(root, "atom.logo"), base),
        generator=_text(root, "atom.generator")[:MAX_NAME_CHARS],
        items=tuple(_entry(entry, base, lang, author) for entry in islice(root.iterfind("atom.entry"), MAX_ITEMS)),
    )


def _entry(entry: Element, base: str, lang: str | None, author: Element | None) -> Item:
    base = web_address(entry.get(_BASE, ""), base) or base
    own = entry.find("atom.author")
    author = author if own is None else own
    content, summary = _markup(entry.find("atom.content")), _markup(entry.find("atom.summary"))
    return Item(
        guid=_text(entry, "atom.id"),
        link=next(_links(entry, "alternate", base), ""),
        title=_plain(entry.find("atom.title")),
        summary=summary or as_html(_text(entry, "media.group/media.description")),
        content=content,
        author=person(_text(author, "atom.name")),
        author_uri=web_address(_text(author, "atom.uri"), base),
        published=moment(_text(entry, "atom.published") or _text(entry, "atom.updated")),
        lang=language(entry.get(_LANG) or lang),
        tags=_tags(category.get("term") for category in entry.iterfind("atom.category")),
        pictures=_pictures(entry, content or summary, base),
        sensitive=_is_sensitive(entry),
    )


def _markup(content: Element | None) -> str:
    """An Atom text construct as HTML. What stands elsewhere (`src`) or is no text is left alone."""
    if content is None or content.get("src"):
        return ""
    match content.get("type", "text").strip().lower():
        case "html" | "text/html":
            return content.text or ""
        case "xhtml" | "application/xhtml+xml":
            return "".join(tostring(child, encoding="unicode", method="html") for child in content)
        case "text" | "text/plain":
            return as_html(content.text or "")
        case _:
            return ""


def _plain(title: Element | None) -> str:
    return html_to_text(_markup(title)[:MAX_TITLE_CHARS])


def _links(entry: Element, rel: str, base: str, *, kind: str = "") -> Iterator[str]:
    for link in entry.iterfind("atom.link"):
        is_meant = link.get("rel", "alternate") == rel and link.get("type", "").startswith(kind)
        if is_meant and (url := web_address(link.get("href"), base)):
            yield url


def _pictures(item: Element, markup: str, base: str) -> tuple[PictureRef, ...]:
    """
    What is attached as a picture, else stills of what moves, else what stands in the text.

    Each address once; where it has an alt text in one place and none in another, the one with.
    """
    attached = [*_attached(item, base), *_enclosed(item, base)] or [*_stills(item, base)]
    found: dict[str, PictureRef] = {}
    for picture in attached or pictures_in(markup, base):
        if picture.url not in found or (picture.alt and not found[picture.url].alt):
            found[picture.url] = picture
    return tuple(found.values())[:MAX_PICTURES]


def _attached(item: Element, base: str) -> Iterator[PictureRef]:
    for content in item.iter("media.content"):
        is_picture = content.get("medium") == "image" or content.get("type", "").startswith("image/")
        if is_picture and (url := web_address(content.get("url"), base)):
            yield PictureRef(
                url=url,
                alt=_text(content, "media.description")[:MAX_ALT_CHARS],
                width=size(content.get("width")),
                height=size(content.get("height")),
            )


def _enclosed(item: Element, base: str) -> Iterator[PictureRef]:
    for enclosure in item.iterfind("enclosure"):
        if enclosure.get("type", "").startswith("image/") and (url := web_address(enclosure.get("url"), base)):
            yield PictureRef(url=url)
    for url in _links(item, "enclosure", base, kind="image/"):
        yield PictureRef(url=url)


def _stills(item: Element, base: str) -> Iterator[PictureRef]:
    still = next(item.iter("media.thumbnail"), None)
    if still is not None and (url := web_address(still.get("url"), base)):
        yield PictureRef(url=url, width=size(still.get("width")), height=size(still.get("height")))


def _is_sensitive(item: Element) -> bool:
    return any((rating.text or "").strip().lower() in {"adult", "hardcore"} for rating in item.iter("media.rating"))


def _tags(names: Iterator[str | None]) -> tuple[str, ...]:
    told = (" ".join((name or "")[:MAX_NAME_CHARS].split()).lstrip("#") for name in names)
    return tuple(dict.fromkeys(islice(filter(None, told), MAX_TAGS)))


def _text(parent: Element | None, path: str) -> str:
    return (parent.findtext(path) or "").strip() if parent is not None else ""


def _minutes(text: str) -> float | None:
    return float(text) * 60 if text.isascii() and text.isdigit() and len(text) < 7 else None
