"""The report as one HTML file: what goes in as words comes out as words, and nothing in it runs or asks."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qr import PRINT, checked_svg
from server.report import html as writer
from server.report.document import (
    Bar,
    Block,
    Blocks,
    Break,
    Bullets,
    Card,
    Chart,
    Code,
    Contents,
    Document,
    Drop,
    Emph,
    Extract,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Note,
    NoteRef,
    Numbers,
    Paragraph,
    Part,
    Photo,
    Said,
    Separator,
    Span,
    Strong,
    Table,
    Text,
)
from server.symposium.values import BlobId
from tests.server.report import sample

HOSTILE = (
    "<evil onclick=alert(1)>",
    "</blockquote></section></main>",
    "<!-- ",
    "]]>",
    "<![CDATA[",
    "&lt;evil&gt; &amp; &#60;evil&#62;",
    '" onload="alert(1)" x="',
    "' style='color:red",
    "</style><evil>",
    "</title><evil>",
    "{{ jinja }} {% raw %} ${js}",
    "\x00\x1b[31m\ud800\ufffe",
    "\u202egnp.exe",
    "javascript:alert(1)",
    "a\r\nb\rc",
)


picture = cache(sample.picture)


def words(text: str) -> Inlines:
    return (Text(text),)


def document(*blocks: Block, notes: tuple[Note, ...] = (), **changes: Any) -> Document:
    """One chapter with these blocks."""
    whole = Document(
        title="De luisterende overheid",
        kicker="Verslag van het symposium",
        subtitle="",
        foot=("Versie 1.0",),
        lang="nl",
        running=("De luisterende overheid", "Verslag"),
        at=0,
        date="12 november 2026",
        creator="Redactie",
        subject="Verslag",
        keywords=("luisteren26",),
        cover_alt="Een fontein van berichten.",
        parts=(Part(ident="kort", blocks=(Heading(1, words("In het kort"), "kort"), *blocks)),),
        notes=notes,
        report=sample.one_post(),
    )
    return msgspec.structs.replace(whole, **changes)


# What a reader's browser makes of it


class Element(msgspec.Struct):
    """An element with what is in it; `text` is all text below it."""

    name: str
    attributes: dict[str, str]
    children: list[Element | str]

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, name: str = "", **attributes: str) -> list[Element]:
        """Those below it of this name and with these attributes, in order."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [each for each in self._below() if name in ("", each.name) and wanted.items() <= each.attributes.items()]

    def one(self, name: str = "", **attributes: str) -> Element:
        (found,) = self.all(name, **attributes)
        return found

    def _below(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._below()


class Reader(HTMLParser):
    """Builds the tree; every element but the void ones must be closed where it should be."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {}, [])]
        self.asides: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute twice: {attrs}"
        made = Element(tag, {key: value or "" for key, value in attrs}, [])
        self.open[-1].children.append(made)
        if tag not in ("br", "hr", "img", "meta"):
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "path", f"only a drawing of ours closes like this: {tag}"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        self.asides.append(data)

    def unknown_decl(self, data: str) -> None:
        self.asides.append(data)


def read(page: str) -> Element:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.asides == []
    (root,) = reader.open
    return root


def page_of(*blocks: Block, **changes: Any) -> Element:
    return read(writer.html(document(*blocks, **changes), picture))


def _named(words: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w-]+", words))


NAMES = _named(
    """html head meta title style body a header div p h1 h2 h3 h4 img main section footer nav ol ul li em strong code br
    bdi sup svg blockquote pre hr figure figcaption table caption thead tbody tr th td span"""
)
ATTRIBUTES = _named(
    """lang charset http-equiv content name class href id tabindex src alt aria-labelledby aria-label role dir width
    height decoding scope start viewbox value"""
)


def faults(page: str) -> list[str]:
    """What a page of ours never has in it; what does not nest is one too."""
    try:
        root = read(page)
    except AssertionError as ex:
        return [f"does not nest: {ex}"]
    found = []
    for each in root.all():
        if each.name not in NAMES:
            found.append(f"element {each.name}")
        found += [f"attribute {key}" for key in each.attributes if key not in ATTRIBUTES]
        if not each.attributes.get("src", "data:image/").startswith("data:image/"):
            found.append(f"picture {each.attributes['src'][:40]}")
        if not re.match(r"#|https?://|mailto:", each.attributes.get("href", "#"), re.IGNORECASE):
            found.append(f"link {each.attributes['href'][:40]}")
    return found


# Any document

texts = st.one_of(st.text(max_size=20), st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE)).map("".join))
numbers = st.integers(1, 4)
addresses = st.one_of(texts, st.sampled_from(("https://fontein.example/?a=1&b=2", "mailto:info@fontein.example")))
langs = st.one_of(st.sampled_from(("", "nl", "ar", "zh-Hant")), texts)


def _inlines(children: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inlines]:
    return st.lists(children, max_size=3).map(tuple)


inlines = _inlines(
    st.recursive(
        st.one_of(
            texts.map(Text),
            texts.map(Code),
            texts.map(Drop),
            st.just(Break()),
            st.builds(NoteRef, st.integers(0, 6), texts),
        ),
        lambda inner: st.one_of(
            _inlines(inner).map(Emph),
            _inlines(inner).map(Strong),
            st.builds(Link, addresses, _inlines(inner)),
            st.builds(Span, _inlines(inner), langs, st.one_of(st.sampled_from(("ltr", "rtl", "auto")), texts)),
        ),
        max_leaves=5,
    )
)
blobs = st.sampled_from((sample.BOARD.blob, sample.TABLE.blob, sample.GONE.blob, sample.BROKEN.blob))
types = st.one_of(st.sampled_from(("image/jpeg", "image/webp", "image/svg+xml", "text/html")), texts)
photos = st.builds(Photo, blobs, types, numbers, numbers, texts, inlines)
roles: Any = st.sampled_from(("pull", "thread", "reply"))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(1, 5))
    row = st.lists(inlines, min_size=columns, max_size=columns).map(tuple)
    return Table(draw(inlines), draw(row), tuple(draw(st.lists(row, max_size=3))), (columns - 1,), draw(st.booleans()))


leaves: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, inlines, st.sampled_from(("body", "lead", "meta", "small"))),
    st.builds(Listing, texts),
    st.just(Separator()),
    st.builds(Said, roles, inlines, inlines, texts, texts, st.lists(photos, max_size=2).map(tuple)),
    photos,
    st.builds(Chart, texts, texts, st.sampled_from((80.0, 168.0)), inlines),
    tables(),
    st.builds(Numbers, st.lists(st.tuples(texts, texts), max_size=3).map(tuple)),
    st.builds(Bar, texts, texts, texts),
    st.builds(Card, st.just("HTTPS://FONTEIN.EXAMPLE/LU/K7"), texts, inlines, st.lists(inlines, max_size=2).map(tuple)),
    st.builds(Contents, texts),
)


def _blocks(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Blocks]:
    return st.lists(inner, max_size=4).map(tuple)


blocks = _blocks(
    st.recursive(
        leaves,
        lambda inner: st.one_of(
            _blocks(inner).map(Extract),
            st.builds(Bullets, st.lists(_blocks(inner), max_size=3).map(tuple), st.booleans()),
        ),
        max_leaves=6,
    )
)
documents = st.builds(
    lambda found, said, notes: document(
        Heading(2, said, "twee", margin=(said,)),
        *found,
        notes=tuple(Note(number=number, inlines=said) for number in notes),
        title=writer.cleaned("".join(text.text for text in said if isinstance(text, Text))),
    ),
    blocks,
    inlines,
    st.sets(numbers),
)


@pytest.mark.slow
@given(documents)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
def test_whatever_a_document_says_comes_out_as_words(made: Document) -> None:
    page = writer.html(made, picture)

    page.encode()
    assert faults(page) == []
    root = read(page)
    seen = root.text
    values = [value for each in root.all() for value in each.attributes.values()]
    assert [text for text in _shown(made.parts, Text, Code, Listing) if writer.cleaned(text) not in seen] == []
    assert [alt for alt in _shown(made.parts, Drop) if writer.cleaned(alt) not in values] == []


def _shown(value: object, *kinds: type[msgspec.Struct]) -> Iterator[str]:
    """The words of every node of *kinds* in what a page shows of a document."""
    match value:
        case tuple():
            for each in value:
                yield from _shown(each, *kinds)
        case Text() | Code() | Listing() | Drop():
            if isinstance(value, kinds):
                yield msgspec.structs.astuple(value)[0]
        case Photo() if PICTURES.get(value.blob) != value.type:
            return  # it goes with its caption
        case Said() if value.role != "pull":
            yield from _shown((value.inlines, value.photos), *kinds)  # its name and time are `name` and `when`
        case msgspec.Struct():
            yield from _shown(msgspec.structs.astuple(value), *kinds)


PICTURES = {sample.BOARD.blob: "image/jpeg", sample.TABLE.blob: "image/webp"}


@pytest.mark.parametrize("hostile", ["<evil>", "</p>", '"><evil x="', "<!-- "])
def test_words_would_be_interpreted_without_escaping(monkeypatch: pytest.MonkeyPatch, hostile: str) -> None:
    """The negative control of the test above: the same eyes, and no escaping."""
    made = document(Paragraph((Text(hostile), Drop(hostile))))
    assert faults(writer.html(made, picture)) == []

    monkeypatch.setattr(writer, "escaped", writer.Html)

    assert faults(writer.html(made, picture)) != []


# What goes into HTML


def test_element_escapes_what_is_not_html_in_text_and_value() -> None:
    made = writer.element("p", "<b>", writer.element("br"), class_='"x"', aria_label="a & b", lang=None, tabindex=0)

    assert made == '<p class="&quot;x&quot;" aria-label="a &amp; b" tabindex="0">&lt;b&gt;<br></p>'


def test_html_that_is_put_together_as_text_is_escaped_again() -> None:
    assert writer.element("p", writer.Html("<b>") + "<i>") == "<p>&lt;b&gt;&lt;i&gt;</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\r\nb\rc\nd", "a\nb\nc\nd", id="line-ends"),
        pytest.param("a\x00\x07\x1b\x7f\x85b", "a\ufffd\ufffd\ufffd\ufffd\ufffdb", id="control"),
        pytest.param("a\ud800b\ufffe\ufdd0", "a\ufffdb\ufffd\ufffd", id="no-character"),
        pytest.param("👩🏽‍🦽 é\u0301 حنان\u200f\t", "👩🏽‍🦽 é\u0301 حنان\u200f\t", id="left-alone"),
    ],
)
def test_cleaned_keeps_what_a_page_can_hold(text: str, expected: str) -> None:
    assert writer.cleaned(text) == expected


# Nothing runs, nothing is fetched


def test_policy_allows_the_one_style_sheet_and_what_is_inside_the_file() -> None:
    root = page_of()

    policy = root.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    digest = b64encode(sha256(root.one("style").text.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; font-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = [each.attributes.get("http-equiv") or each.name for each in root.one("head").all()]
    assert head.index("Content-Security-Policy") < head.index("style")


def test_style_sheet_fetches_nothing() -> None:
    addresses = re.findall(r"url\(\s*[\"']?([^)\"']{1,20})", writer.style())

    assert addresses == ["data:font/woff2;base"] * 3
    assert "@import" not in writer.style()
    assert "<" not in writer.style()


@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        ("https://fontein.example/?a=1&b=2", True),
        ("HTTPS://FONTEIN.EXAMPLE/LU", True),
        ("mailto:info@fontein.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        (" https://fontein.example", False),
        ("//fontein.example", False),
        ("", False),
    ],
)
def test_link_goes_only_where_a_reader_expects(address: str, is_link: bool) -> None:
    root = page_of(Paragraph((Link(address, words("hier")),)))

    paragraph = root.one("section").one("p")
    assert paragraph.text == "hier"
    assert [each.attributes["href"] for each in paragraph.all("a")] == [address] * is_link


def test_drawings_are_pictures_so_that_nothing_in_them_can_run() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

    root = page_of(Chart(svg, "Er kwamen 3 berichten.", 168.0))

    image = root.one("section").one("img")
    assert image.attributes["alt"] == "Er kwamen 3 berichten."
    assert b64decode(image.attributes["src"].removeprefix("data:image/svg+xml;base64,")).decode() == svg


# Structure


def test_headings_go_down_a_step_at_a_time_from_the_title() -> None:
    root = page_of(Heading(2, words("Twee"), "twee"), Heading(3, words("Drie"), "drie"))

    assert [(each.name, each.text) for each in root.all() if re.fullmatch(r"h\d", each.name)] == [
        ("h1", "De luisterende overheid"),
        ("h2", "In het kort"),
        ("h3", "Twee"),
        ("h4", "Drie"),
    ]


def test_page_has_landmarks_and_a_way_past_the_cover() -> None:
    root = page_of(lang="en")

    body = root.one("body")
    assert [each.name for each in body.children if isinstance(each, Element)] == ["a", "header", "main", "footer"]
    assert body.all("a")[0].text == "Skip to the text"
    assert body.all("a")[0].attributes["href"] == "#main"
    assert body.one("main").attributes["id"] == "main"
    assert root.one("html").attributes["lang"] == "en"
    assert body.one("section").attributes["aria-labelledby"] == body.one("h2").attributes["id"]


def test_contents_list_the_chapters_right_after_their_heading() -> None:
    later = Part(ident="later", blocks=(Heading(1, (Span(words("Afterwards"), "en"), NoteRef(1)), "later"),))
    made = document(Paragraph(words("Er was eens")), Contents("In dit verslag"))

    root = read(writer.html(msgspec.structs.replace(made, parts=(*made.parts, later)), picture))

    nav = root.one("nav")
    links = nav.all("a")
    assert [link.text for link in links] == ["In het kort", "Afterwards"]
    assert links[1].one("bdi").attributes == {"lang": "en"}
    assert [link.attributes["href"].removeprefix("#") for link in links] == [
        heading.attributes["id"] for heading in root.all("h2")
    ]
    order = [each.name for each in root.all("section")[0].children if isinstance(each, Element)]
    assert order == ["h2", "nav", "p"]
    assert nav.attributes["aria-label"] == nav.one("p").text == "In dit verslag"


def test_what_stands_in_the_margin_is_read_right_after_its_heading() -> None:
    root = page_of(Heading(2, words("Kop"), "kop", margin=(words("wie"), words("wanneer"))), Paragraph(words("tekst")))

    children = [each for each in root.one("section").children if isinstance(each, Element)]
    assert [(each.name, each.text) for each in children[1:]] == [("h3", "Kop"), ("div", "wiewanneer"), ("p", "tekst")]


# Posts


def said(role: Any, text: str, **more: Any) -> Said:
    return Said(role, words(text), words("Noor, 13:36"), "Noor", "telefoon · 13:36", **more)


def test_thread_is_a_list_with_answers_under_what_they_answer() -> None:
    root = page_of(said("thread", "een"), said("reply", "ja"), said("reply", "nee"), said("thread", "twee"))

    thread = root.one("ol", class_="thread")
    posts = [each for each in thread.children if isinstance(each, Element)]
    assert [[quote.text for quote in post.all("blockquote")] for post in posts] == [["een", "ja", "nee"], ["twee"]]
    assert [each.text for each in posts[0].one("ol").all("blockquote")] == ["ja", "nee"]
    assert thread.all("p", class_="by")[0].text == "Noor telefoon · 13:36"


def test_answer_to_nothing_still_stands_there() -> None:
    root = page_of(said("reply", "ja"), Separator(), said("thread", "twee"))

    assert [each.text for each in root.all("blockquote")] == ["ja", "twee"]


def test_pull_quote_is_a_block_quote_with_who_said_it() -> None:
    figure = page_of(said("pull", "Niet het nee")).one("figure")

    assert figure.one("blockquote").text == "Niet het nee"
    assert figure.one("figcaption").text == "Noor, 13:36"


def test_words_of_another_language_say_so_and_turn_the_paragraph() -> None:
    post = said("thread", "")
    arabic = msgspec.structs.replace(post, inlines=(Span(words("كانت"), "ar"), NoteRef(1), Text(" "), Drop("druppel")))
    mixed = Paragraph((Text("Zij zei "), Span(words("你好"), "zh", "auto"), Text(".")))

    section = page_of(arabic, mixed).one("section")

    quote = section.one("blockquote").one("p")
    assert quote.attributes == {"dir": "auto"}
    assert quote.one(lang="ar").text == "كانت"
    assert quote.one(lang="ar").name != "bdi", "its direction would not count for the paragraph"
    assert (section.one(lang="zh").name, section.one(lang="zh").text) == ("bdi", "你好")


def test_name_cannot_turn_what_stands_beside_it() -> None:
    by = page_of(msgspec.structs.replace(said("thread", "x"), name="حنان")).one("p", class_="by")

    assert by.one("bdi").text == "حنان"


def test_drop_says_in_words_what_it_means() -> None:
    drop = page_of(Paragraph((Drop("met een druppel"),))).one("svg")

    assert (drop.attributes["role"], drop.attributes["aria-label"]) == ("img", "met een druppel")


# Figures


def photo(blob: BlobId = sample.BOARD.blob, media_type: str = "image/jpeg") -> Photo:
    return Photo(blob, media_type, 640, 400, "Een bord", words("Foto: Joost"))


def test_photo_is_inside_the_file_with_what_it_shows() -> None:
    figure = page_of(photo()).one("figure")

    image = figure.one("img")
    assert image.attributes["alt"] == "Een bord"
    assert (image.attributes["width"], image.attributes["height"]) == ("640", "400")
    assert b64decode(image.attributes["src"].removeprefix("data:image/jpeg;base64,")) == picture(sample.BOARD.blob)
    assert figure.one("figcaption").text == "Foto: Joost"


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param(photo(sample.GONE.blob), id="gone"),
        pytest.param(photo(media_type="image/png"), id="not-what-it-says"),
        pytest.param(photo(media_type="image/svg+xml"), id="drawing-of-a-stranger"),
        pytest.param(photo(media_type="text/html"), id="no-picture"),
    ],
)
def test_photo_that_cannot_be_shown_is_left_out(gone: Photo) -> None:
    assert page_of(gone, msgspec.structs.replace(said("thread", "x"), photos=(gone,))).all("figure") == []


def test_table_has_a_caption_and_headers_for_rows_and_columns() -> None:
    table = Table(words("Waarom"), (words("Reden"), words("Aantal")), ((words("Reclame"), words("27")),), (1,))

    group = page_of(table).one("div", role="group")

    assert group.one("caption").text == "Waarom"
    assert [(each.text, each.attributes.get("scope")) for each in group.all("th")] == [
        ("Reden", "col"),
        ("Aantal", "col"),
        ("Reclame", "row"),
    ]
    assert [each.attributes for each in group.all("td")] == [{"class": "number"}]
    assert (group.attributes["aria-label"], group.attributes["tabindex"]) == ("Waarom", "0")


def test_empty_cell_is_no_header() -> None:
    table = Table(words("Waarom"), ((), words("Aantal")), (((), words("27")),))

    assert [each.text for each in page_of(table).all("th")] == ["Aantal"]


def test_card_has_the_code_of_its_address_that_was_read_again() -> None:
    address = "HTTPS://FONTEIN.EXAMPLE/LU/K7"

    image = page_of(Card(address, "Code van het stuk", words("Na het beraad"), ())).one("div", class_="card").one("img")

    assert image.attributes["alt"] == "Code van het stuk"
    svg = b64decode(image.attributes["src"].removeprefix("data:image/svg+xml;base64,")).decode()
    assert svg == checked_svg(address, level=PRINT)


def test_card_of_an_address_that_fits_no_code_keeps_its_words() -> None:
    card = page_of(Card("https://fontein.example/" + "x" * 4000, "", words("Lang"), (words("adres"),)))

    assert card.one("section").one("div", class_="card").text == "Langadres"
    assert card.one("section").all("img") == []


# Notes


def test_each_reference_has_a_way_to_its_note_and_back() -> None:
    note = Note(number=3, inlines=words("M. Verkade, 2026."))

    root = page_of(Paragraph((NoteRef(3, "p. 14"), Text(" en "), NoteRef(3))), notes=(note,))

    there = root.all("a", role="doc-noteref")
    back = root.all("a", role="doc-backlink")
    assert [each.text for each in there] == ["3, p. 14", "3"]
    assert [each.attributes["aria-label"] for each in there] == ["Bron 3, p. 14", "Bron 3"]
    entry = root.one("li", id="note-3")
    assert entry.text.startswith("M. Verkade, 2026.")
    assert {each.attributes["href"] for each in there} == {"#note-3"}
    assert [each.attributes["href"] for each in back] == [f"#{each.attributes['id']}" for each in there]


def test_reference_to_no_note_is_only_a_number() -> None:
    root = page_of(Paragraph((NoteRef(9),)))

    assert root.one("sup").text == "9"
    assert root.one("sup").all("a") == []


# Whole


@pytest.mark.slow
@given(documents)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
def test_every_id_is_there_once_and_every_link_inside_leads_somewhere(made: Document) -> None:
    root = read(writer.html(made, picture))

    ids = [each.attributes["id"] for each in root.all() if "id" in each.attributes]
    targets = {each.attributes["href"][1:] for each in root.all("a") if each.attributes["href"].startswith("#")}
    named = {each.attributes["aria-labelledby"] for each in root.all() if "aria-labelledby" in each.attributes}
    assert len(set(ids)) == len(ids)
    assert targets | named <= set(ids)


def test_page_is_the_same_every_time() -> None:
    made = document(said("thread", "een", photos=(photo(),)), Contents("In dit verslag"))

    assert writer.html(made, picture) == writer.html(made, picture)


@pytest.mark.parametrize("cover", ["water", "paper"])
def test_cover_has_the_drawing_of_the_day_and_says_what_it_shows(cover: Any) -> None:
    made = document(report=sample.empty(cover=cover), subtitle="Wat mensen zeiden")

    header = read(writer.html(made, picture)).one("header")

    assert header.attributes["class"] == f"cover {cover}"
    assert header.one("img").attributes["alt"] == "Een fontein van berichten."
    assert header.text == "Verslag van het symposiumDe luisterende overheidWat mensen zeidenVersie 1.0"
