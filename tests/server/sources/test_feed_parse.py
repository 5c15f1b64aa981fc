"""Whatever bytes come in: a feed with items, or an error that says what is wrong. Within bounded time and memory."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from server.errors import BadInput
from server.sources.contract import NetworkPost
from server.sources.feed import items, markup
from server.sources.feed.items import Item
from server.sources.feed.parse import Dropped, Wanted, WebPage, parse_items, read_feed
from tests.server.sources.feed_site import SAMPLES

ADDRESS = "https://feeds.example/x"
NOW_US = int(datetime(2026, 11, 21, 20, tzinfo=UTC).timestamp()) * 1_000_000


def rss(*parts: str, channel: str = "", head: str = "") -> bytes:
    found = "".join(f"<item>{part}</item>" for part in parts)
    return f'{head}<rss version="2.0"><channel><title>Blog</title>{channel}{found}</channel></rss>'.encode()


def atom(*parts: str, channel: str = "", attributes: str = "") -> bytes:
    found = "".join(f"<entry>{part}</entry>" for part in parts)
    opening = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>'
    return f"{opening}<title>Blog</title>{channel}{found}</feed>".encode()


def results(data: bytes, *, charset: str = "", **wanted: Any) -> tuple[NetworkPost | Dropped | BadInput, ...]:
    feed = read_feed(data, address=ADDRESS, charset=charset)
    return parse_items(feed, address=URL(ADDRESS), wanted=Wanted(**wanted), now_us=NOW_US)


def posts(data: bytes, **more: Any) -> list[NetworkPost]:
    return [each for each in results(data, **more) if isinstance(each, NetworkPost)]


def texts(data: bytes, **more: Any) -> list[str]:
    return [post.text for post in posts(data, **more)]


def outcome(data: bytes) -> str:
    """`feed`, or why it is none."""
    try:
        found = results(data)
    except BadInput as ex:
        return ex.code
    assert all(isinstance(each, NetworkPost | Dropped | BadInput) for each in found)
    return "feed"


OUTCOMES = {"feed", "not-a-feed", "web-page", "feed-elsewhere", "unsafe-xml"}


def us(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[misc, arg-type]  # six integers


# What no feed may do


def _laughs(times: int) -> bytes:
    """Each entity ten times the one before: 300 bytes that become thirty for each of *times* tenfold."""
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(times))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha ">{entities}]>'
    return rss(f"<description>&l{times};</description>", head=bomb)


def test_entities_are_refused_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = _laughs(4)

    with pytest.raises(BadInput, match="document type") as caught:
        read_feed(bomb, address=ADDRESS)
    assert caught.value.code == "unsafe-xml"

    def grown() -> int:
        (item,) = read_feed(bomb, address=ADDRESS).items
        assert isinstance(item, Item)
        return len(item.summary)

    monkeypatch.setattr(markup, "_refuse_doctype", lambda *_: None)
    monkeypatch.setattr(markup, "_mended", lambda text: text)
    assert grown() == 3 * 10**4 - 1, "the control: with the protection off it grows"


def test_files_are_not_named_by_entities() -> None:
    data = rss("<description>&file;</description>", head='<!DOCTYPE r [<!ENTITY file SYSTEM "file:///etc/passwd">]>')

    with pytest.raises(BadInput, match="document type"):
        read_feed(data, address=ADDRESS)


def test_depth_elements_and_namespaces_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = rss("<a>" * 101 + "</a>" * 101)
    many = rss("<a/>" * 1_001)
    namespaces = rss("<a " + " ".join(f'xmlns:n{n}="u"' for n in range(51)) + "/>")
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 1_000)

    for data in (deep, many, namespaces):
        with pytest.raises(BadInput) as caught:
            read_feed(data, address=ADDRESS)
        assert caught.value.code == "unsafe-xml"
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 10_000)
    monkeypatch.setattr(markup, "MAX_DEPTH", 1_000)
    monkeypatch.setattr(markup, "MAX_PREFIXES", 1_000)
    for data in (deep, many, namespaces):
        assert len(read_feed(data, address=ADDRESS).items) == 1, "the control: nothing else refuses it"


def test_only_the_first_items_are_read() -> None:
    found = read_feed(rss(*(f"<title>{n}</title>" for n in range(items.MAX_ITEMS + 5))), address=ADDRESS).items

    assert len(found) == items.MAX_ITEMS
    assert [item.title for item in found[:2] if isinstance(item, Item)] == ["0", "1"]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_an_error(data: bytes) -> None:
    assert outcome(data) in OUTCOMES


@given(st.data())
def test_damaged_feed_is_a_feed_or_an_error(data: st.DataObject) -> None:
    """Each sample with a piece cut out and another put in."""
    whole = data.draw(st.sampled_from(SAMPLES)).encode()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(start + 60, len(whole))))
    instead = data.draw(st.one_of(st.binary(max_size=30), st.sampled_from([b"<", b"&x;", b"]]>", b"<item>", b"&#0;"])))

    assert outcome(whole[:start] + instead + whole[end:]) in OUTCOMES


_KEYS = (
    *("id", "url", "title", "content_html", "content_text", "summary", "tags", "authors", "author", "attachments"),
    *("date_published", "name", "avatar", "mime_type", "image", "language"),
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=30,
)


@given(st.lists(_JSON, max_size=4), _JSON)
def test_any_json_item_is_a_post_or_says_why_not(found: list[object], author: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": found, "authors": [author], "title": author}

    assert outcome(json.dumps(feed).encode()) == "feed"


@given(st.text())
def test_lone_surrogate_costs_one_character(text: str) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "\udfff", "content_text": f"a\ud800{text}"}],
    }

    (post,) = posts(json.dumps(feed).encode())

    assert post.text.startswith("a?")
    assert post.uri == f"{ADDRESS}#?"


# What it is


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "not-a-feed", id="empty"),
        pytest.param(b"  \n ", "not-a-feed", id="blank"),
        pytest.param(b"<!DOCTYPE html><html><head><title>Wi-Fi</title>", "web-page", id="login-page"),
        pytest.param(b"\xef\xbb\xbf<!-- hotel --> <HTML>", "web-page", id="login-page-with-a-comment"),
        pytest.param(b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "web-page", id="xhtml"),
        pytest.param(b"hello", "not-a-feed", id="words"),
        pytest.param(b"<opml><body/></opml>", "not-a-feed", id="opml"),
        pytest.param(b"<rss/>", "not-a-feed", id="rss-without-a-channel"),
        pytest.param(b"<rss><channel><item>", "not-a-feed", id="cut-short"),
        pytest.param(b"<rss><channel>&#0;</channel></rss>", "not-a-feed", id="no-character"),
        pytest.param(b'{"version": "https://jsonfeed.org/version/1.1"}', "not-a-feed", id="json-without-items"),
        pytest.param(b'{"items": []}', "not-a-feed", id="json-without-version"),
        pytest.param(b"[1]", "not-a-feed", id="json-list"),
        pytest.param(b"{", "not-a-feed", id="json-cut-short"),
        pytest.param(b"[" * 100_000, "not-a-feed", id="json-deep"),
        pytest.param(b"PK\x03\x04....", "not-a-feed", id="zip"),
        pytest.param(b"\x89PNG\r\n", "not-a-feed", id="picture"),
    ],
)
def test_what_is_no_feed_says_so(data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_feed(data, address=ADDRESS)

    assert caught.value.code == code


def test_web_page_tells_where_its_feed_is() -> None:
    page = b"""<!doctype html><head><link rel=stylesheet href=x.css>
        <link href='/f.xml?a=1&amp;b' title="Blog" type="application/rss+xml" rel="alternate"></head>"""

    with pytest.raises(WebPage) as caught:
        read_feed(page, address="https://blog.example/2026/")

    assert (caught.value.code, caught.value.feed) == ("feed-elsewhere", "https://blog.example/f.xml?a=1&b")


def test_feed_of_a_web_page_is_only_a_web_address() -> None:
    page = b'<html><link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">'

    with pytest.raises(WebPage) as caught:
        read_feed(page, address=ADDRESS)

    assert (caught.value.code, caught.value.feed) == ("web-page", "")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'<?xml version="1.0"?><rss><channel/></rss>', id="rss-0.9x"),
        pytest.param(b"\n\n<?xml version='1.0'?><rss><channel/></rss>", id="space-before"),
        pytest.param(b"<rss><channel/></rss><script>ads()</script>", id="rubbish-behind"),
        pytest.param(b'<rss xmlns="http://backend.userland.com/rss2"><channel/></rss>', id="rss-with-a-namespace"),
        pytest.param(b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"/>', id="atom-with-a-prefix"),
        pytest.param(b'{"version":"https://jsonfeed.org/version/1","items":[]}', id="json-feed-1.0"),
        pytest.param(
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
            b"<channel/></rdf:RDF>",
            id="rss-1.0",
        ),
    ],
)
def test_feed_is_known_by_its_content(data: bytes) -> None:
    assert read_feed(data, address=ADDRESS).items == ()


# Encodings

_CAFE = "<rss><channel><item><title>Café €</title></item></channel></rss>"


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        pytest.param(_CAFE.encode(), "", id="utf-8"),
        pytest.param(b"\xef\xbb\xbf" + _CAFE.encode(), "iso-8859-1", id="byte-order-mark-has-the-last-word"),
        pytest.param(_CAFE.encode("utf-16"), "", id="utf-16"),
        pytest.param(_CAFE.encode("utf-16-be"), "", id="utf-16-without-a-mark"),
        pytest.param(_CAFE.encode("cp1252"), "", id="windows-unsaid"),
        pytest.param(_CAFE.encode("cp1252"), "ISO-8859-1", id="latin-1-as-browsers-read-it"),
        pytest.param(b'<?xml version="1.0" encoding="windows-1252"?>' + _CAFE.encode("cp1252"), "utf-8", id="declared"),
        pytest.param(_CAFE.encode("iso-8859-15"), "iso-8859-15", id="iso-8859-15"),
        pytest.param(b"<?xml version='1.0' encoding='utf-16'?>" + _CAFE.encode(), "", id="utf-16-that-is-not"),
        pytest.param(b"<?xml version='1.0' encoding='klingon'?>" + _CAFE.encode(), "", id="unknown"),
        pytest.param(_CAFE.replace("é", "&eacute;").replace("€", "&euro;").encode(), "", id="names-of-html"),
        pytest.param(_CAFE.replace("é", "é\x08\x0b").encode(), "", id="control-characters"),
    ],
)
def test_encoding_is_found(data: bytes, charset: str) -> None:
    assert texts(data, charset=charset) == ["Café €"]


def test_byte_that_does_not_fit_costs_one_character() -> None:
    assert texts(rss("<title>Zaal</title>").replace(b"aa", b"a\xffa"), charset="utf-8") == ["Za\ufffdal"]


@pytest.mark.parametrize("codec", ["idna", "punycode", "unicode_escape", "rot13", "zlib", "../x"])
def test_encodings_that_are_none_of_text_are_not_used(codec: str) -> None:
    assert texts(f'<?xml version="1.0" encoding="{codec}"?>'.encode() + _CAFE.encode()) == ["Café €"]


def test_names_of_html_are_never_markup() -> None:
    data = rss("<title>een &unknown; naam</title><category>&LT;b&QUOT;&AMP;</category>")

    (post,) = posts(data)

    assert (post.text, post.tags) == ("een &unknown; naam", ('<b"&',))


# Who, what and when


@pytest.mark.parametrize(
    ("part", "name"),
    [
        pytest.param("<author>anna@blog.example (Anna de Vries)</author>", "Anna de Vries", id="rss"),
        pytest.param("<author>anna@blog.example</author>", "Blog", id="only-an-address"),
        pytest.param("<dc:creator>Anna</dc:creator><author>x@y.example (X)</author>", "Anna", id="dublin-core"),
        pytest.param("<author>Anna &lt;anna@blog.example&gt;</author>", "Anna", id="as-in-a-mail"),
        pytest.param("", "Blog", id="none"),
    ],
)
def test_author_is_a_name_and_never_an_e_mail_address(part: str, name: str) -> None:
    (post,) = posts(rss(f"<title>Iets</title>{part}"))

    assert post.name == name
    assert "anna@" not in repr(post)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Sat, 21 Nov 2026 19:40:00 +0000", us(2026, 11, 21, 19, 40)),
        ("Sat, 21 Nov 2026 20:40:00 +0100", us(2026, 11, 21, 19, 40)),
        ("21 Nov 26 19:40 GMT", us(2026, 11, 21, 19, 40)),
        ("Sat, 21 Nov 2026 14:40:00 EST", us(2026, 11, 21, 19, 40)),
        ("2026-11-21T19:40:00Z", us(2026, 11, 21, 19, 40)),
        ("Sat, 21 Nov 2099 19:40:00 +0000", NOW_US),
        ("Zaterdag", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("1901-01-01T00:00:00Z", None),
    ],
)
def test_moment_is_read_and_never_in_the_future(written: str, moment: int | None) -> None:
    assert [post.created for post in posts(rss(f"<title>x</title><pubDate>{written}</pubDate>"))] == [moment]


def test_posts_come_oldest_first() -> None:
    dated = [f"<title>{day}</title><pubDate>{day} Nov 2026 10:00:00 GMT</pubDate>" for day in (18, 20, 19)]

    assert texts(rss(*dated)) == ["18", "19", "20"]
    assert texts(rss("<title>nieuw</title>", "<title>oud</title>")) == ["oud", "nieuw"]


def test_broken_item_costs_only_itself() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [7, {"id": "a", "content_text": "heel"}]}

    flaw, post = results(json.dumps(feed).encode())

    assert isinstance(flaw, BadInput)
    assert flaw.field == "$.items[0]"
    assert isinstance(post, NetworkPost)
    assert post.text == "heel"


@pytest.mark.parametrize(
    ("item", "text"),
    [
        pytest.param("<title>Kop</title><description>Inhoud</description>", "Kop\n\nInhoud", id="article"),
        pytest.param("<description>&lt;p&gt;Een notitie&lt;/p&gt;", "Een notitie", id="note"),
        pytest.param("<title>Een …</title><description>Een notitie", "Een notitie", id="title-is-its-beginning"),
        pytest.param("<title>a &lt; b &amp;amp; c</title>", "a < b & c", id="title-written-twice"),
        pytest.param("<description>&lt;script&gt;x()&lt;/script&gt;Ja", "Ja", id="script"),
    ],
)  # fmt: skip
def test_article_has_its_title_and_a_note_only_its_words(item: str, text: str) -> None:
    closing = "" if item.endswith(("</title>", "</description>")) else "</description>"

    assert texts(rss(item + closing)) == [text]


def test_empty_item_is_left_alone() -> None:
    (dropped,) = results(rss("<guid>1</guid><description>  </description>"))

    assert isinstance(dropped, Dropped)
    assert dropped.why == "empty"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<content type="html">&lt;p&gt;Ja&lt;/p&gt;</content>', "Ja"),
        ('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Ja <b>zeker</b></div></content>', "Ja zeker"),
        ("<content>1 &lt; 2\nnieuwe regel</content>", "1 < 2\nnieuwe regel"),
        ('<content type="video/mp4" src="https://x.example/v.mp4"/><summary>Film</summary>', "Film"),
        ('<content type="image/png">iVBORw0KGgo=</content><summary>Plaat</summary>', "Plaat"),
    ],
)  # fmt: skip
def test_atom_text_comes_in_three_kinds(content: str, text: str) -> None:
    assert texts(atom(f"<id>urn:x:1</id>{content}")) == [text]


def test_atom_entry_inherits_language_base_and_author() -> None:
    author = "<author><name>Anna</name><uri>/anna</uri><email>anna@blog.example</email></author>"
    link = '<link href="een"/><link rel="self" href="/zelf"/>'
    data = atom(f"<id>1</id><title>Een</title>{link}", channel=author, attributes='xml:lang="fy" xml:base="/blog/"')

    (post,) = posts(data)

    assert (post.lang, post.name, post.author_id) == ("fy", "Anna", "https://feeds.example/anna")
    assert post.permalink == "https://feeds.example/blog/een"
    assert "email" not in repr(post)


def test_space_in_an_address_is_written_as_such() -> None:
    (post,) = posts(rss("<title>x</title><link>https://b.example/een blog</link>"))

    assert post.permalink == "https://b.example/een%20blog"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "https://[", "https://b.example/\x85x", "mailto:a@b.example"]
)
def test_link_is_a_web_address_or_none(link: str) -> None:
    (post,) = posts(rss(f"<title>x</title><link>{link}</link>"))

    assert post.permalink is None


# Identity


def test_guid_names_an_item_and_a_global_one_stands_alone() -> None:
    found = posts(rss("<guid>42</guid><title>a</title>", "<guid>https://b.example/1</guid><title>b</title>"))

    assert {post.text: post.native_id for post in found} == {
        "a": f"{ADDRESS}#42",
        "b": "https://b.example/1",
    }
    assert all(post.uri == post.native_id for post in found)


def test_guid_that_all_items_share_names_none_of_them() -> None:
    data = rss(*(f"<guid>x</guid><link>https://b.example/{n}</link><title>{n}</title>" for n in range(3)))

    assert {post.uri for post in posts(data)} == {f"https://b.example/{n}" for n in range(3)}


def test_item_that_stands_there_twice_comes_once() -> None:
    item = "<guid>x</guid><link>https://b.example/1</link>"

    dropped, post = results(rss(f"{item}<title>nieuw</title>", f"{item}<title>oud</title>"))

    assert isinstance(dropped, Dropped)
    assert isinstance(post, NetworkPost)
    assert (dropped.why, post.text) == ("repeated", "nieuw")


def test_item_without_any_name_is_known_by_its_words() -> None:
    first, again = (posts(rss("<title>a</title>", "<title>b</title>")) for _ in range(2))

    assert first == again
    assert len({post.uri for post in first}) == 2


@given(st.text(max_size=2000))
def test_identity_is_bounded_and_printable(guid: str) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": guid, "content_text": "x"}]}

    (post,) = posts(json.dumps(feed).encode())

    assert len(post.uri) <= len(ADDRESS) + 1 + 500
    assert post.uri.isprintable()


# Pictures


@pytest.mark.parametrize(
    ("part", "found"),
    [
        pytest.param('<enclosure url="/a" type="image/png"/>', [("https://feeds.example/a", "")], id="enclosure"),
        pytest.param('<enclosure url="/a.mp3" type="audio/mpeg"/>', [], id="sound"),
        pytest.param(
            '<media:group><media:content medium="image" url="https://p.example/1"><media:description>Zaal'
            "</media:description></media:content></media:group>"
            '<enclosure url="https://p.example/1" type="image/png"/>',
            [("https://p.example/1", "Zaal")],
            id="once-with-its-alt",
        ),
        pytest.param(
            '<enclosure url="https://p.example/1" type="image/png"/><media:content type="image/png" url="ftp://p/2"/>',
            [("https://p.example/1", "")],
            id="only-web-addresses",
        ),
        pytest.param(
            '<description>&lt;img src="/b.png" alt="Een &amp;quot;b&amp;quot;"&gt;&lt;img src="/t.gif" width="1"&gt;',
            [("https://feeds.example/b.png", 'Een "b"')],
            id="in-the-text",
        ),
        pytest.param('<media:thumbnail url="/t.jpg"/>', [("https://feeds.example/t.jpg", "")], id="undeclared-prefix"),
    ],
)  # fmt: skip
def test_pictures_come_with_their_alt_text(part: str, found: list[tuple[str, str]]) -> None:
    closing = "</description>" if part.startswith("<description>") else ""

    (post,) = posts(rss(f"<title>x</title>{part}{closing}"))

    assert [(each.url, each.alt) for each in post.media] == found


def test_picture_of_a_json_item_comes_once_beside_its_attachments() -> None:
    attached = {"url": "/a.png", "mime_type": "image/png", "title": "Een a"}
    shapes = [
        {"image": "/a.png", "attachments": [attached]},
        {"image": "/b.png"},
        {"content_html": '<img src="/c.png">'},
    ]
    shown = [{"id": str(n), "content_text": "x", **shape} for n, shape in enumerate(shapes)]
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": shown}

    found = posts(json.dumps(feed).encode())

    assert [[(each.url, each.alt) for each in post.media] for post in reversed(found)] == [
        [("https://feeds.example/a.png", "Een a")],
        [("https://feeds.example/b.png", "")],
        [("https://feeds.example/c.png", "")],
    ]


@pytest.mark.parametrize(("minutes", "seconds"), [("60", 3600.0), ("0", 0.0), ("-1", None), ("1e9", None), ("", None)])
def test_ttl_is_minutes(minutes: str, seconds: float | None) -> None:
    assert read_feed(rss(channel=f"<ttl>{minutes}</ttl>"), address=ADDRESS).ttl_s == seconds


@pytest.mark.slow
@pytest.mark.parametrize(
    "item",
    [
        "<description>" + "&lt;div&gt;" * 1_990 + "</description>",
        "<description>" + "&lt;img src=/a.png&gt;" * 1_900 + "</description>",
        "<description>" + "&lt;" * 20_000 + "</description>",
        "<title>" + "&lt;b" * 10_000 + "</title>",
        "<link>" + "a/../" * 10_000 + "</link><title>x</title>",
        "<author>" + "a@" * 20_000 + "</author><title>x</title>",
        "<pubDate>" + "(" * 20_000 + "</pubDate><title>x</title>",
        "<category>" + "x" * 20_000 + "</category><title>x</title>",
        "<title>" + "#" * 30_000 + "</title>",
    ],
    ids=lambda item: item[:25],
)
def test_hostile_feed_of_full_size_is_read(item: str) -> None:
    """No timed assert: what grew with its square would never end, and `faulthandler_timeout` would say where."""
    data = rss(*[item] * items.MAX_ITEMS)

    assert outcome(data) == "feed"
    assert outcome(data[:-100]) == "not-a-feed"
