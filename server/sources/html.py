"""A network's HTML becomes plain text. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

MAX_HTML_CHARS = 100_000
MAX_HTML_TAGS = 2000
"""A post of 5,000 characters has some hundreds. Deep nesting costs its square: 25,000 tags would take five seconds."""

_TAGS = {"p", "br", "a", "span", "blockquote", "pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "div"}
_ATTRIBUTES = {"a": {"href", "class"}, "span": {"class"}, "p": {"class"}}
_WITHOUT_CONTENT = {"script", "style", "title", "template", "noscript", "iframe", "textarea"}
_BLOCKS = _TAGS - {"br", "a", "span", "li"}
_ANY_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[ \t\n\r\f]+")


def html_to_text(html: str, *, without: frozenset[str] = frozenset()) -> str:
    """
    The text of a post, with an empty line between paragraphs, and links written out.

    A link whose words are (part of) its address becomes the whole address, also where the network hides a part of it in
    `span.invisible`; a mention or hashtag stays as written; any other link is followed by its address in brackets.

    Args:
        html: Anybody's; broken or hostile HTML only means strange text. At most `MAX_HTML_CHARS` are read.
        without: Classes of paragraphs to leave out, as `quote-inline`.
    """
    reader = _Reader(without)
    reader.feed(
        nh3.clean(
            _bounded(html).encode("utf-8", "replace").decode(),
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            clean_content_tags=_WITHOUT_CONTENT,
            url_schemes={"http", "https"},
            link_rel=None,
        )
    )
    reader.close()
    return reader.text()


def _bounded(html: str) -> str:
    """What has more tags than any post loses all of them."""
    html = html[:MAX_HTML_CHARS]
    if html.count("<") <= MAX_HTML_TAGS:
        return html
    return _ANY_TAG.sub(" ", html).replace("<", "&lt;")


class _Reader(HTMLParser):
    """Reads what nh3 has left: well-formed, few tags, no scripts."""

    def __init__(self, without: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._without = without
        self._parts: list[str] = []
        self._link: _Link | None = None
        self._skipping = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        classes = frozenset((found.get("class") or "").split())
        if tag == "p" and classes & self._without:
            self._skipping = True
        elif tag == "br":
            self._add("\n")
        elif tag == "li":
            self._add("\n- ")
        elif tag in _BLOCKS:
            self._add("\n\n")
        elif tag == "a":
            self._link = _Link(found.get("href") or "", classes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            link, self._link = self._link, None
            self._add(link.text())
        elif tag in _BLOCKS:
            self._skipping = self._skipping and tag != "p"
            self._add("\n\n")

    def handle_data(self, data: str) -> None:
        self._add(_SPACE.sub(" ", data))

    def _add(self, text: str) -> None:
        if self._skipping:
            return
        (self._parts if self._link is None else self._link.parts).append(text)

    def text(self) -> str:
        if self._link is not None:
            self.handle_endtag("a")
        lines = "".join(self._parts).split("\n")
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip(" ") for line in lines)).strip("\n ")


class _Link:
    def __init__(self, href: str, classes: frozenset[str]) -> None:
        self._href = href
        self._classes = classes
        self.parts: list[str] = []

    def text(self) -> str:
        words = "".join(self.parts)
        bare = words.strip()
        if not self._href or self._classes & {"mention", "hashtag"} or bare.startswith(("#", "@")):
            return words
        if not bare or ("." in bare and _core(self._href).startswith(_core(bare))):
            return self._href
        return f"{words} ({self._href})"


def _core(address: str) -> str:
    """An address as people shorten it: without scheme, `www.`, a last slash, or an ellipsis."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", address.lower()).rstrip("/…").removesuffix("...")
