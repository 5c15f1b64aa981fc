"""An author's Markdown: what it becomes, and that nothing in it can break a report."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.report import prose
from server.report.document import (
    Blocks,
    Break,
    Bullets,
    Code,
    Emph,
    Extract,
    Heading,
    Inlines,
    Link,
    Listing,
    NoteRef,
    Paragraph,
    Separator,
    Span,
    Strong,
    Table,
    Text,
)
from server.report.prose import is_address, parse, posts_in
from server.symposium.values import PostId
from tests.server.report.reading import lines, said, within

POST = PostId("sampleaaaaaaaaab")
STANDS = Listing("the post")


def _resolved(markdown: str) -> Blocks:
    return parse(markdown, post=lambda post: (STANDS,) if post == POST else (), paper=_paper)


def _paper(code: str, place: str) -> Inlines:
    return (NoteRef(7, f"{code} {place}"),)


def _body(*inlines: object) -> Paragraph:
    return Paragraph(tuple(inlines))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("  \n\n", (), id="white"),
        pytest.param("Een zin.\nEn nog een.", (_body(Text("Een zin. En nog een.")),), id="a new line is a space"),
        pytest.param("Een.  \nTwee.", (_body(Text("Een."), Break(), Text("Twee.")),), id="two spaces break"),
        pytest.param(
            "*a* **b** `c`",
            (_body(Emph((Text("a"),)), Text(" "), Strong((Text("b"),)), Text(" "), Code("c")),),
            id="emphasis",
        ),
        pytest.param(
            "- a\n- b",
            (Bullets(((_body(Text("a")),), (_body(Text("b")),))),),
            id="bullets",
        ),
        pytest.param("4. a", (Bullets(((_body(Text("a")),),), numbered=True, start=4),), id="numbered"),
        pytest.param("> a", (Extract((_body(Text("a")),)),), id="quote"),
        pytest.param("```\na\n```", (Listing("a"),), id="listing"),
        pytest.param("---", (Separator(),), id="separator"),
        pytest.param(
            "|a|b|\n|-|-:|\n|c|1|",
            (Table((), head=((Text("a"),), (Text("b"),)), rows=(((Text("c"),), (Text("1"),)),), numeric=(1,)),),
            id="table",
        ),
        pytest.param("<b>a</b> &amp; &lt;", (_body(Text("<b>a</b> & <")),), id="HTML is text"),
        pytest.param("<script>x</script>", (_body(Text("<script>x</script>")),), id="a block of HTML is text"),
        pytest.param("![een bord](https://a.example/b.png)", (_body(Text("een bord")),), id="an image is its words"),
        pytest.param("![](https://a.example/b.png)", (), id="an image without words is nothing"),
        pytest.param(
            "a https://b.example", (_body(Text("a https://b.example")),), id="an address is no link by itself"
        ),
    ],
)
def test_markdown_becomes_blocks(markdown: str, blocks: Blocks) -> None:
    assert parse(markdown) == blocks


@pytest.mark.parametrize(
    "address", ["https://a.example/b?c=1&d", "http://a.example", "mailto:a@b.example", "HTTPS://A.EXAMPLE"]
)
def test_links_to_the_web_and_to_mail_stay(address: str) -> None:
    assert parse(f"[a]({address})") == (_body(Link(address, (Text("a"),))),)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript&colon;alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//a.example",
        "/b",
        "#c",
        "https:",
        "https://",
        "mailto:",
        "<java\tscript:alert(1)>",
    ],
)
def test_other_links_are_their_words(address: str) -> None:
    found = list(_links(parse(f"[a]({address})")))

    assert found == []


def test_that_test_would_see_a_link() -> None:
    assert [link.address for link in _links(parse("> - **[a](https://a.example)**"))] == ["https://a.example"]


@pytest.mark.parametrize(
    ("markdown", "levels"),
    [
        ("# a\n\n## b\n\n### c\n\n###### d", [2, 3, 3, 3]),
        ("### a\n\n# b\n\n### c", [2, 2, 3]),
        ("a\n=\n\nb\n-", [2, 3]),
        ("> # a", [2]),
        ("#", []),
    ],
)
def test_headings_stay_below_the_chapter_and_skip_no_level(markdown: str, levels: list[int]) -> None:
    headings = [block for block in within(parse(markdown)) if isinstance(block, Heading)]

    assert [heading.level for heading in headings] == levels
    assert [heading.ident for heading in headings] == [f"text-{n}" for n, _ in enumerate(levels, start=1)]


def test_headings_below_another_begin_deeper() -> None:
    assert parse("# a\n\n## b", ident="x", level=3) == (
        Heading(3, (Text("a"),), "x-1"),
        Heading(3, (Text("b"),), "x-2"),
    )


@pytest.mark.parametrize("markdown", [f"{{{{post {POST}}}}}", f"> {{{{post {POST}}}}}", f"  {{{{post {POST}}}}}  "])
def test_a_post_stands_where_it_is_pointed_at(markdown: str) -> None:
    assert _resolved(f"a\n\n{markdown}\n\nb") == (_body(Text("a")), STANDS, _body(Text("b")))


@pytest.mark.parametrize("markdown", [f"> {{{{post {'a' * 16}}}}}", f"{{{{post {'a' * 16}}}}}"])
def test_a_post_that_went_leaves_nothing(markdown: str) -> None:
    assert _resolved(markdown) == ()


@pytest.mark.parametrize(
    "markdown",
    [f"zie {{{{post {POST}}}}}", "{{post kort}}", f"{{{{ post {POST} }}}}", "{{post}}", "{{paper k7}}"],
)
def test_what_points_at_no_post_stays_to_be_seen(markdown: str) -> None:
    assert _resolved(markdown) == (_body(Text(markdown)),)


def test_posts_that_words_point_at_are_told_once_in_order() -> None:
    other = PostId("sampleaaaaaaaaac")

    assert posts_in(f"{{{{post {other}}}}} en\n\n> {{{{post {POST}}}}}\n\n{{{{post {other}}}}}") == (other, POST)


@pytest.mark.parametrize(
    ("markdown", "inlines"),
    [
        ("a[^p:k7 p. 14].", (Text("a"), NoteRef(7, "k7 p. 14"), Text("."))),
        ("[^p:k7]", (NoteRef(7, "k7 "),)),
        ("**a[^p:k7]**", (Strong((Text("a"), NoteRef(7, "k7 "))),)),
        ("[^p:k7][^p:m3 dia 2]", (NoteRef(7, "k7 "), NoteRef(7, "m3 dia 2"))),
        ("[^k7] `[^p:k7]`", (Text("[^k7] "), Code("[^p:k7]"))),
    ],
)
def test_a_note_points_at_a_paper(markdown: str, inlines: Inlines) -> None:
    assert _resolved(markdown) == (Paragraph(inlines),)


def test_without_papers_a_note_is_told_in_brackets() -> None:
    assert parse("a[^p:k7 p. 14][^p:m3]") == (_body(Text("a (k7 p. 14) (m3)")),)


@pytest.mark.parametrize(
    "address", ["", "x", "https:///a", "http://a b", "ftp://a.example", "https://[::1", "\n", "HTTPS://A.EXAMPLE/B"]
)
def test_is_address_never_fails(address: str) -> None:
    assert is_address(address) == address.startswith(("HTTPS://A", "http://a b"))


MARKS = st.text(alphabet="ab *_`[](){}<>!#-+|:\\\n\t>=~^&;.1/\x00\ud800é🙂م", max_size=200)


@settings(max_examples=300)
@given(MARKS | st.text(max_size=200))
@example("[a](https://[)")
@example("[^p:k7 \n]")
@example("- {{post sampleaaaaaaaaab}}")
@example("1234567890. a\n\n-\n\n>\n")
def test_whatever_comes_in_something_readable_comes_out(markdown: str) -> None:
    blocks = _resolved(markdown)

    assert all(link.address.lower().startswith(("http://", "https://", "mailto:")) for link in _links(blocks))
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "".join(lines(blocks)))
    assert all(block.level in (2, 3) for block in within(blocks) if isinstance(block, Heading))
    tables = [block for block in within(blocks) if isinstance(block, Table)]
    assert all(len(row) == len(table.head) for table in tables for row in table.rows)
    assert all(item for block in within(blocks) if isinstance(block, Bullets) for item in block.items)


@given(st.text(alphabet="abc défg", min_size=1).map(lambda text: " ".join(text.split())).filter(bool))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert [said(block.inlines) for block in parse(text) if isinstance(block, Paragraph)] == [text]


@pytest.mark.parametrize(
    "markdown",
    [
        pytest.param("> " * 500 + "a", id="quotes"),
        pytest.param("\n".join(" " * n + "- a" for n in range(400)), id="lists"),
        pytest.param("*" * 4_000 + "a" + "*" * 4_000, id="emphasis"),
        pytest.param("[" * 4_000 + "a" + "](https://a.example)" * 4_000, id="links"),
        pytest.param("![" * 4_000 + "a" + "](b)" * 4_000, id="images"),
    ],
)
def test_nothing_is_nested_deeper_than_a_reader_can_follow(markdown: str) -> None:
    assert _depth(parse(markdown)) <= prose.MAX_BLOCK_DEPTH + prose.MAX_INLINE_DEPTH + 1


def test_a_very_long_paragraph_keeps_its_words_and_loses_its_marks() -> None:
    long = "*a* " * (prose.MAX_INLINE // 4 + 1)

    assert parse(long) == (_body(Text(long.strip())),)
    assert parse(long[: prose.MAX_INLINE // 2]) != (_body(Text(long[: prose.MAX_INLINE // 2].strip())),)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "Een heel gewone zin van *niets* en [meer](https://a.example).\n\n- a\n- b\n\n",
        "[",
        "|a|b|\n|-|-|\n|c|d|\n\n",
        "> - # a\n",
    ],
)
def test_a_very_long_text_is_read(piece: str) -> None:
    assert parse((piece * (200_000 // len(piece) + 1))[:200_000]) != ()


def _depth(node: object) -> int:
    """How deep blocks and inlines stand in one another."""
    match node:
        case tuple():
            return max(map(_depth, node), default=0)
        case Bullets(inner) | Extract(inner) | Emph(inner) | Strong(inner) | Link(_, inner) | Span(inner):
            return 1 + _depth(inner)
        case Paragraph(inner) | Heading(_, inner):
            return _depth(inner)
        case _:
            return 0


def _links(blocks: Blocks) -> Iterator[Link]:
    for block in within(blocks):
        match block:
            case Paragraph(inlines) | Heading(_, inlines):
                yield from _links_in(inlines)
            case Table(_, head, rows):
                for cell in (*head, *(cell for row in rows for cell in row)):
                    yield from _links_in(cell)


def _links_in(inlines: Inlines) -> Iterator[Link]:
    for inline in inlines:
        match inline:
            case Link(_, inner):
                yield inline
                yield from _links_in(inner)
            case Emph(inner) | Strong(inner) | Span(inner):
                yield from _links_in(inner)
